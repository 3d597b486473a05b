package main

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/translate/linkenv"
	"github.com/delink/delink/translate/tree"
)

// secretFinder looks for the values of names that look secret: in the files of
// a project, in those that they name, and in what ${…} stands for.
type secretFinder struct {
	env    types.Mapping
	values []string
	public map[string]bool // what is shown in any case: keys, and the names of images
	seen   map[string]bool // files
}

// Other files are followed only so far: real projects have a few.
const (
	maxFollowed = 200
	maxSteps    = 8
)

func newSecretFinder(o *options, dir string) *secretFinder {
	f := &secretFinder{env: types.Mapping{}, seen: map[string]bool{},
		public: map[string]bool{"true": true, "false": true, "none": true, "null": true}}
	env := newEnvironment(o, dir)
	if env.load() == nil { // else that is the message
		f.env = env.vars
	}
	for _, name := range env.files {
		f.file(name, maxSteps)
	}
	return f
}

// looksSecret is linkenv.Secret without the names that shells give folders.
func looksSecret(name string) bool {
	return name != "PWD" && name != "OLDPWD" && linkenv.Secret(name)
}

// minSecret is the length of a value from which it is hidden. A shorter one is
// in half of all words.
const minSecret = 4

// add takes a value as it is written, and as it is with its variables put in.
func (f *secretFinder) add(value string) {
	if full := interpolate(value, f.env); full != value && !strings.Contains(full, "${") {
		f.plain(full)
	}
	if !onlyReference.MatchString(value) {
		f.plain(value)
	}
}

// onlyReference matches a text that is a variable and nothing else, or the head of
// one that was cut.
var onlyReference = regexp.MustCompile(`^\$(?:[A-Za-z_][A-Za-z0-9_]*|\{[^{}]*\}?)$`)

// plain takes a value, and the lines of a long one.
func (f *secretFinder) plain(value string) {
	for line := range strings.Lines(value) {
		if line = strings.TrimSpace(line); len(line) >= minSecret {
			f.values = append(f.values, line)
		}
	}
	if len(value) >= minSecret {
		f.values = append(f.values, value)
	}
}

func (f *secretFinder) found() []string {
	out := []string{}
	for _, v := range f.values {
		if !f.public[v] {
			out = append(out, v)
		}
	}
	return unique(out)
}

// text looks through a text of YAML, or of an env file. What can't be parsed
// is gone through by lines.
func (f *secretFinder) text(src []byte, dir string, step int) {
	text := string(src)
	f.lines(text)
	defaults(text, func(from, to int) { f.add(text[from:to]) })
	for name, value := range f.env {
		if looksSecret(name) && (strings.Contains(text, "$"+name) || strings.Contains(text, "${"+name)) {
			f.plain(value)
		}
	}
	if doc, err := emit.Parse("", src); err == nil {
		for _, t := range doc.Trees() {
			f.tree(t)
		}
	}
	if step < maxSteps && (namesOthers(src) || strings.Contains(text, "file")) { // as env_file and secrets do
		f.others(src, dir, step+1)
	}
}

// others looks through the files that a text names, and the .env beside each.
func (f *secretFinder) others(src []byte, dir string, step int) {
	for _, m := range fileNames.FindAllSubmatch(src, -1) {
		name := filepath.FromSlash(interpolate(string(m[1]), f.env))
		if !strings.Contains(name, ".") || strings.Contains(name, "\x00") {
			continue
		}
		path := joinPath(dir, name)
		f.file(path, step)
		f.file(filepath.Join(filepath.Dir(path), ".env"), maxSteps)
	}
}

// file looks through a file, if it is there.
func (f *secretFinder) file(path string, step int) {
	if f.seen[path] || len(f.seen) >= maxFollowed {
		return
	}
	f.seen[path] = true
	if src, err := readFile(path); err == nil {
		f.text(src, filepath.Dir(path), step)
	}
}

var (
	// setting finds NAME: value and NAME=value on a line of its own.
	setting = regexp.MustCompile(`(?m)^[ \t#-]*(?:export[ \t]+)?["']?([A-Za-z_][A-Za-z0-9_.-]*)["']?[ \t]*[:=][ \t]*(\S[^\r\n]*)`)
	// inner finds it within a line.
	inner = regexp.MustCompile(`([A-Za-z_][A-Za-z0-9_]*)["']?[ \t]*[:=][ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s"',}\]][^\s,}\]]*)`)
	// behind is the comment at the end of a line.
	behind = regexp.MustCompile(`[ \t]+#.*$`)
)

// lines takes the values of a text that may be broken. What stands behind a name
// may hold names itself.
func (f *secretFinder) lines(text string) {
	for line := range strings.Lines(text) {
		if linkenv.MayHoldSecret(line) { // few do, and the patterns are slow
			f.line(line)
		}
	}
}

func (f *secretFinder) line(text string) {
	for _, pattern := range []*regexp.Regexp{setting, inner} {
		for rest := text; ; {
			m := pattern.FindStringSubmatchIndex(rest)
			if m == nil {
				break
			}
			if looksSecret(rest[m[2]:m[3]]) {
				f.written(rest[m[4]:m[5]])
			}
			rest = rest[m[4]:]
		}
	}
}

// written takes a value as it stands in a text.
func (f *secretFinder) written(value string) {
	value = strings.TrimSpace(behind.ReplaceAllString(value, ""))
	f.add(strings.Trim(value, `"'`))
	f.add(strings.TrimLeft(value, "*&")) // an alias, or a value that was meant to be none
	if unquoted, err := strconv.Unquote(value); err == nil {
		f.add(unquoted)
	}
}

// tree takes the values of a file, and its keys.
func (f *secretFinder) tree(n *tree.Node) {
	for _, field := range n.GetFields() {
		f.public[field.Key] = true
		if v := field.Value; v.Is(tree.Scalar) && looksSecret(field.Key) {
			f.add(v.Value)
		} else if v.Is(tree.Scalar) && field.Key == "image" {
			for _, word := range strings.FieldsFunc(v.Value, func(r rune) bool { return strings.ContainsRune("/:@", r) }) {
				f.public[word] = true
			}
		}
		f.tree(field.Value)
	}
	for _, it := range n.Elements() {
		f.tree(it)
	}
	if n.Is(tree.Scalar) {
		if name, value, ok := strings.Cut(n.Value, "="); ok && looksSecret(name) {
			f.add(value)
		}
	}
}
