package guard

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	yaml4 "go.yaml.in/yaml/v4"
)

// fault is what the YAML reader says of a text that it cannot read. at is where
// it noticed, from where the thing that it was reading starts, both from 1.
type fault struct {
	at, from point
	msg      string
}

type point struct{ line, col int }

// explain turns an error of yaml.v3, which knows a line at most and often the
// wrong one, into an Error. It reads the text again with yaml/v4, which has the
// same grammar and knows the places. Only broken files pay for that.
func explain(src []byte, err error) *Error {
	f, ok := fault{}, false
	if longestLine(src) <= maxLine {
		f, ok = locate(src)
	}
	if !ok {
		f = fault{at: point{lineIn(err.Error()), 1}, msg: plainMessage(err.Error())}
		f.from = f.at
	}
	e := f.describe(src)
	if at, kind := foreign(src, e.Line); kind != "" {
		return &Error{at.line, at.col, Syntax, kind}
	}
	if e.Reason == Syntax {
		if col := tabIn(lineAt(src, f.at.line)); col > 0 {
			return tabError(point{f.at.line, col})
		}
	}
	return e
}

// maxLine bounds the cost of locate: yaml/v4 keeps all tokens of a line in one
// slice, which takes seconds for lists of millions of items in a line.
const maxLine = 1 << 19

func longestLine(src []byte) int {
	longest := 0
	for line := range bytes.Lines(src) {
		longest = max(longest, len(line))
	}
	return longest
}

// locate reads src with yaml/v4 until it fails and takes the places out of the
// error. Its types are internal to that module, so they are read by reflection;
// the text of the error has no columns where they are 0.
func locate(src []byte) (f fault, ok bool) {
	defer func() {
		if r := recover(); r != nil {
			ok = false
		}
	}()
	dec := yaml4.NewDecoder(bytes.NewReader(src))
	var err error
	for err == nil {
		var n yaml4.Node
		err = dec.Decode(&n)
	}
	v := reflect.ValueOf(err)
	composed := v.Kind() == reflect.Pointer
	if composed {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct || !v.FieldByName("ContextMark").IsValid() {
		return fault{}, false
	}
	mark := func(name string) point {
		m := v.FieldByName(name)
		p := point{int(m.FieldByName("Line").Int()), int(m.FieldByName("Column").Int())}
		switch {
		case composed: // an unknown anchor: the place of a node, from 1
			return p
		case v.Type().Name() == "ParserError":
			p.line++
		}
		return point{p.line, p.col + 1}
	}
	f = fault{at: mark("Mark"), from: mark("ContextMark"), msg: v.FieldByName("Message").String()}
	// A fault noticed at the start of what was being read has one mark only.
	if v.FieldByName("ContextMessage").String() == "" {
		f.from = f.at
	}
	f.at, f.from = atLeastOne(f.at), atLeastOne(f.from)
	return f, true
}

func atLeastOne(p point) point { return point{max(p.line, 1), max(p.col, 1)} }

var lineNumber = regexp.MustCompile(`\bline (\d+)`)

func lineIn(msg string) int {
	if m := lineNumber.FindStringSubmatch(msg); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			return max(n, 1)
		}
	}
	return 1
}

func plainMessage(msg string) string {
	msg = strings.TrimPrefix(msg, "yaml: ")
	if rest, ok := strings.CutPrefix(msg, "line "); ok {
		if _, text, ok := strings.Cut(rest, ": "); ok {
			return text
		}
	}
	return msg
}

// describe chooses which of its two places a fault is reported at, and says in
// plain words what is wrong there and what to do.
func (f fault) describe(src []byte) *Error {
	says := func(msg string) bool { return strings.Contains(f.msg, msg) }
	at := func(p point, format string, args ...any) *Error {
		return &Error{p.line, p.col, Syntax, fmt.Sprintf(format, args...)}
	}
	switch {
	case says("unknown anchor"):
		name := strings.TrimSuffix(strings.TrimPrefix(f.msg, "unknown anchor '"), "' referenced")
		return &Error{f.at.line, f.at.col, UnknownAnchor, fmt.Sprintf("alias *%s has no anchor &%s before it", name, name)}
	case says("exceeded max depth"):
		return &Error{f.at.line, f.at.col, TooDeep, fmt.Sprintf("nested more than %d levels deep", MaxDepth)}
	case says("tab character"):
		return tabError(f.at)
	case says("mapping values are not allowed"):
		return f.colon(src)
	case says("cannot start any token"):
		return f.badStart(src)
	case says("expected ',' or"):
		return f.unclosed()
	case says("could not find expected ':'"):
		return at(f.from, "a colon is missing: this line is neither a key (\"name:\") nor part of the value above")
	case says("end of stream"), says("document indicator"):
		return at(f.from, "the quote that opens here is never closed")
	case says("did not find expected key"):
		return at(f.at, "a key of the mapping that starts at line %d should stand here: check the indentation, and the quotes and brackets before", f.from.line)
	case says("expected '-' indicator"):
		return at(f.at, "an item (\"- \") of the list that starts at line %d should stand here: check the indentation", f.from.line)
	case says("block sequence entries"):
		return at(f.at, "a list item (\"- \") cannot start here: begin a new line for it")
	case says("mapping keys are not allowed"):
		return at(f.at, "a key cannot start here: begin a new line for it, or quote the text")
	case says("expected node content"):
		return at(f.at, "a value should stand here")
	case says("expected <document start>"):
		return at(f.at, "the document ended before this line, which is no part of it: check the indentation, or start a new document with \"---\"")
	case says("unknown directive"):
		return at(f.from, "a line that starts with %q is a YAML directive, and this is none that YAML knows", "%")
	}
	return at(f.at, "%s", f.rare())
}

// rare words the faults that Compose files hardly ever have.
func (f fault) rare() string {
	for _, r := range [][2]string{
		{"escape", "no escape that YAML knows: write \"\\\\\" for a backslash, or use single quotes"},
		{"hexadecimal number", "an escape in double quotes wants hexadecimal digits here"},
		{"comment or line break", "nothing but a comment may follow here"},
		{"alphabetic or numeric", "the name of an anchor (&name) or alias (*name) should stand here"},
		{"tag handle", "this tag has a prefix that no %TAG line declares"},
		{"incompatible YAML", "YAML of this version cannot be read: write \"%YAML 1.2\", or leave the line out"},
	} {
		if strings.Contains(f.msg, r[0]) {
			return r[1]
		}
	}
	return f.msg
}

// unclosed says that a flow collection does not go on as it should. The place is
// the bracket when the fault shows on a later line only.
func (f fault) unclosed() *Error {
	what, open, closing := "list", "[", "]"
	if strings.Contains(f.msg, "}") {
		what, open, closing = "mapping", "{", "}"
	}
	if f.at.line > f.from.line {
		return &Error{f.from.line, f.from.col, Syntax, fmt.Sprintf("the %q that opens here is never closed: a %q or a comma should stand before line %d", open, closing, f.at.line)}
	}
	return &Error{f.at.line, f.at.col, Syntax, fmt.Sprintf("a comma or the %q of the %s should stand here", closing, what)}
}

// badStart names the character that no value starts with.
func (f fault) badStart(src []byte) *Error {
	line := []rune(lineAt(src, f.at.line))
	if f.at.col > len(line) {
		return &Error{f.at.line, f.at.col, Syntax, "no value can start here"}
	}
	c := line[f.at.col-1]
	if c == '\t' {
		return tabError(f.at)
	}
	return &Error{f.at.line, f.at.col, Syntax, fmt.Sprintf("no value can start with %q: put it in quotes", c)}
}

// colon tells apart the three ways to a colon where none may be: a second one in
// a line, a key without a colon in the line above, and a key below a value.
func (f fault) colon(src []byte) *Error {
	line := []rune(lineAt(src, f.at.line))
	before := string(line[:min(f.at.col-1, len(line))])
	if strings.Contains(before, ": ") {
		return &Error{f.at.line, f.at.col, Syntax, "a second colon in one line: put the value in quotes, or begin a new line for the key"}
	}
	key := point{f.at.line, indent(before) + 1}
	above := f.at.line - 1
	for above > 0 && blank(lineAt(src, above)) {
		above--
	}
	if above == 0 {
		return &Error{f.at.line, f.at.col, Syntax, "a colon cannot stand here"}
	}
	text := strings.TrimSpace(lineAt(src, above))
	if !strings.Contains(text, ": ") && indent(lineAt(src, above)) < key.col-1 {
		return &Error{above, indent(lineAt(src, above)) + 1, Syntax, fmt.Sprintf("a colon is missing after %q", firstWord(text))}
	}
	return &Error{key.line, key.col, Syntax, fmt.Sprintf("a key cannot stand below line %d, which has a value already: check the indentation", above)}
}

// firstWord is as much of a broken line as a message shows: what follows may be
// a secret.
func firstWord(text string) string {
	text = strings.TrimPrefix(text, "- ")
	if i := strings.IndexAny(text, " \t="); i > 0 {
		return text[:i]
	}
	return text
}

func blank(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '#'
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// tabIn returns the column of a tab in a line's indentation, or 0.
func tabIn(line string) int {
	return strings.IndexByte(line[:indent(line)], '\t') + 1
}

func tabError(p point) *Error {
	return &Error{p.line, p.col, TabIndent, "a tab in the indentation: YAML takes spaces only"}
}

// foreign finds, up to the line of a fault, a line that another language put
// into the YAML: it is then what has to go, whatever the YAML reader stumbled
// on. An indented line further up may be the text of a block scalar.
func foreign(src []byte, upTo int) (point, string) {
	if r := bytes.TrimPrefix(src, []byte("\ufeff")); len(r) < len(src) {
		src = r
	}
	for line := 1; line <= upTo && len(src) > 0; line++ {
		var text []byte
		text, src = cutLine(src)
		if bytes.HasPrefix(text, []byte("<<<<<<< ")) {
			return point{line, 1}, "a merge conflict is not resolved here"
		}
		for _, open := range []string{"{{", "{%", "<%"} {
			col := bytes.Index(text, []byte(open))
			leads := col >= 0 && len(bytes.TrimLeft(text[:col], " \t-")) == 0
			if col == 0 || col > 0 && (line == upTo || leads && line == upTo-1) {
				col = utf8.RuneCount(text[:col]) + 1
				return point{line, col}, fmt.Sprintf("%q looks like a template: render it first", open)
			}
		}
	}
	return point{}, ""
}
