package dockerfile

import (
	"slices"
	"strings"
)

// defaultPath is the PATH of an image that has none of its own.
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// A build is one run of Evaluate.
type build struct {
	opt    Options
	lex    *lexer
	global *scope // what FROM sees, and what ARG NAME takes
	notes  []string
}

// A value is what a variable holds during a build. One that is not exact hangs
// on what is not known.
type value struct {
	text  string
	exact bool
}

// A scope holds the variables that instructions see, ARG and ENV alike.
type scope struct {
	vars map[string]value
	open bool // there may be more variables
	lost bool // all of them may be others
	// doubt is set when a variable is asked for that is not exact, or that may
	// be set where nobody knows.
	doubt bool
}

func (s *scope) get(name string) (string, bool) {
	v, ok := s.vars[name]
	if s.lost || ok && !v.exact || !ok && s.open {
		s.doubt = true
	}
	return v.text, ok
}

// Evaluate computes what an image has that is built from a Dockerfile. Its
// time is linear in the file's length. The errors are of type *Error.
func Evaluate(file []byte, opt Options) (Result, error) {
	work := maxWork
	b := &build{opt: opt, lex: &lexer{work: &work}}
	all, escape, err := read(file)
	if err != nil {
		return Result{}, err
	}
	b.lex.escape = rune(escape)
	stages, args, err := b.cut(all)
	if err != nil {
		return Result{}, err
	}
	b.predefined(stages)
	for _, in := range args {
		if err := b.globalArg(in); err != nil {
			return Result{}, err
		}
	}
	target, err := b.join(stages)
	if err != nil {
		return Result{}, err
	}
	line, err := chain(target)
	if err != nil {
		return Result{}, err
	}
	return b.run(line)
}

// predefined sets the arguments that need no ARG of their own before FROM. The
// platform is linux/amd64; it is the machine's in truth, and so not exact.
func (b *build) predefined(stages []*stage) {
	name := b.opt.Target
	if name == "" {
		name = stages[len(stages)-1].name
	}
	if name == "" {
		name = "default"
	}
	b.global = &scope{vars: make(map[string]value)}
	for _, side := range []string{"BUILD", "TARGET"} {
		b.global.vars[side+"PLATFORM"] = value{"linux/amd64", false}
		b.global.vars[side+"OS"] = value{"linux", false}
		b.global.vars[side+"OSVERSION"] = value{"", false}
		b.global.vars[side+"ARCH"] = value{"amd64", false}
		b.global.vars[side+"VARIANT"] = value{"", false}
	}
	b.global.vars["TARGETSTAGE"] = value{name, true}
	for key := range b.global.vars {
		if given, ok := b.opt.Args[key]; ok {
			b.global.vars[key] = value{given, true}
		}
	}
}

// globalArg runs an ARG before the first FROM.
func (b *build) globalArg(in instruction) error {
	return b.eachArg(in, func(name, def string, hasDefault bool) error {
		if given, ok := b.opt.Args[name]; ok {
			b.global.vars[name] = value{given, true}
		} else if hasDefault {
			return b.assign(in, b.global, name, def)
		}
		return nil
	})
}

// eachArg calls f for each argument that an ARG declares.
func (b *build) eachArg(in instruction, f func(name, def string, hasDefault bool) error) error {
	list := words(in.args, in.escape)
	if len(list) == 0 {
		return fault(in.line, "ARG without a name")
	}
	for _, word := range list {
		name, def, ok := strings.Cut(word, "=")
		if name == "" {
			return fault(in.line, "ARG: there is no name in %q", word)
		}
		if err := f(name, def, ok); err != nil {
			return err
		}
	}
	return nil
}

// assign sets a variable to a text's expansion.
func (b *build) assign(in instruction, s *scope, name, text string) error {
	s.doubt = false
	v, err := b.lex.expand(text, s)
	if err != nil {
		return fault(in.line, "%s %s: %v", strings.ToUpper(in.name), name, err)
	}
	s.vars[name] = value{v, !s.doubt}
	return nil
}

// run runs the stages of the target one after the other.
func (b *build) run(stages []*stage) (Result, error) {
	m := &image{build: b, ports: new(portSet), exact: true, index: make(map[string]int)}
	first := stages[0]
	base := b.base(first)
	m.begin(base)
	onBuild := base.OnBuild
	for _, s := range stages {
		m.next()
		ins, err := triggers(onBuild, s.line)
		if err != nil {
			return Result{}, err
		}
		onBuild = nil
		if s.stand != nil {
			continue
		}
		for _, in := range slices.Concat(ins, s.own) {
			if err := m.run(in); err != nil {
				return Result{}, err
			}
		}
		onBuild = s.onBuild()
	}
	slices.Sort(m.lines)
	res := Result{
		Ports: m.ports.list(), PortsExact: m.exact, Env: m.env, EnvKnown: !m.scope.open,
		OnBuild: onBuild, Lines: slices.Compact(m.lines), From: first.line, Notes: b.notes,
	}
	if first.stand != nil {
		res.Stand = first.name
	}
	return res, nil
}

// base returns what the first stage is built from.
func (b *build) base(first *stage) Base {
	var base Base
	switch {
	case first.stand != nil:
		base = *first.stand
	case first.base == "scratch":
		base = Base{EnvKnown: true}
	case b.opt.Base != nil:
		base = b.opt.Base(first.base, first.kept)
	}
	hasPath := slices.ContainsFunc(base.Env, func(v Variable) bool { return v.Name == "PATH" })
	if base.EnvKnown && !hasPath {
		base.Env = append(slices.Clone(base.Env), Variable{Name: "PATH", Value: defaultPath, Exact: true})
	}
	return base
}
