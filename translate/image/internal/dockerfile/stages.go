package dockerfile

import (
	"fmt"
	"regexp"
	"strings"
)

// A stage is what one FROM begins.
type stage struct {
	line   int
	from   string // as written
	name   string // behind AS, in lower case
	base   string // after expansion
	kept   string // the same, but for variables that are not set
	fault  error  // of the expansion
	parent *stage // the stage that it is built from, if it is one of the file
	stand  *Base  // what stands in for it
	own    []instruction
}

var stageName = regexp.MustCompile(`^[a-z][a-z0-9-_.]*$`)

// known are the instructions that there are.
var known = map[string]bool{
	"add": true, "arg": true, "cmd": true, "copy": true, "entrypoint": true, "env": true,
	"expose": true, "from": true, "healthcheck": true, "label": true, "maintainer": true,
	"onbuild": true, "run": true, "shell": true, "stopsignal": true, "user": true,
	"volume": true, "workdir": true,
}

// cut divides a file into its stages, and the ARG instructions before them.
func (b *build) cut(all []instruction) ([]*stage, []instruction, error) {
	var stages []*stage
	var args []instruction
	for _, in := range all {
		switch {
		case in.name == "from":
			s, err := newStage(in)
			if err != nil {
				return nil, nil, err
			}
			stages = append(stages, s)
		case !known[in.name]:
			name, _, _ := strings.Cut(strings.TrimSpace(in.text), " ")
			b.note(in.line, "%q is no instruction; it is left out", name)
		case len(stages) > 0:
			last := stages[len(stages)-1]
			last.own = append(last.own, in)
		case in.name == "arg":
			args = append(args, in)
		default:
			b.note(in.line, "%s stands before the first FROM; it is left out", strings.ToUpper(in.name))
		}
	}
	if len(stages) == 0 {
		return nil, nil, fault(0, "there is no FROM")
	}
	return stages, args, nil
}

func newStage(in instruction) (*stage, error) {
	words := fields(in.args)
	switch {
	case len(words) == 1:
		return &stage{line: in.line, from: words[0]}, nil
	case len(words) != 3 || !strings.EqualFold(words[1], "as"):
		return nil, fault(in.line, "FROM takes an image, or an image AS a name")
	}
	name := strings.ToLower(words[2])
	if !stageName.MatchString(name) {
		return nil, fault(in.line, "%q is no name for a stage", words[2])
	}
	return &stage{line: in.line, from: words[0], name: name}, nil
}

// join finds out what each stage is built from, and returns the target.
func (b *build) join(stages []*stage) (*stage, error) {
	byName := make(map[string]*stage)
	for _, s := range stages {
		s.base, s.fault = b.lex.expand(s.from, b.global)
		if s.fault == nil {
			b.lex.keepUnset = true
			s.kept, s.fault = b.lex.expand(s.from, b.global)
			b.lex.keepUnset = false
		}
		if base, ok := b.stand(s.name); ok {
			s.stand = &base
		} else {
			s.parent = byName[s.base] // not lower-cased: an image's name is in lower case
		}
		if s.name != "" {
			byName[s.name] = s
		}
	}
	if b.opt.Target == "" {
		return stages[len(stages)-1], nil
	}
	if s := byName[strings.ToLower(b.opt.Target)]; s != nil {
		return s, nil
	}
	return nil, fault(0, "there is no stage %q", b.opt.Target)
}

func (b *build) stand(name string) (Base, bool) {
	if name == "" || b.opt.Stage == nil {
		return Base{}, false
	}
	return b.opt.Stage(name)
}

// chain returns the stages that make up the target, the first first.
func chain(target *stage) ([]*stage, error) {
	var all []*stage
	for s := target; s != nil; s = s.parent {
		if s.fault != nil && s.stand == nil {
			return nil, fault(s.line, "FROM %s: %v", s.from, s.fault)
		}
		all = append(all, s)
	}
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all, nil
}

// triggers reads what ONBUILD has stored. As in BuildKit each is read as a
// file of its own, with the backslash as escape character.
func triggers(list []string, line int) ([]instruction, error) {
	var all []instruction
	for _, text := range list {
		ins, _, err := read([]byte(text))
		if err != nil {
			return nil, fault(line, "ONBUILD %s: %v", text, err)
		}
		if len(ins) != 1 {
			return nil, fault(line, "ONBUILD %q is not one instruction", text)
		}
		ins[0].line = line
		all = append(all, ins[0])
	}
	return all, nil
}

// onBuild returns what the ONBUILD instructions of a stage store.
func (s *stage) onBuild() []string {
	var list []string
	for _, in := range s.own {
		if in.name == "onbuild" && in.args != "" {
			list = append(list, strings.TrimLeft(strings.TrimSpace(in.text)[len("onbuild"):], blanks))
		}
	}
	return list
}

func (b *build) note(line int, format string, args ...any) {
	const enough = 20
	if len(b.notes) < enough {
		b.notes = append(b.notes, fmt.Sprintf("line %d: ", line)+fmt.Sprintf(format, args...))
	}
}
