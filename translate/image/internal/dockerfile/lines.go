package dockerfile

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
)

// An instruction is one instruction with its arguments, all its lines joined.
type instruction struct {
	name string // in lower case
	args string // without the leading --flags, without blanks around
	text string // all of it, heredocs included: what ONBUILD stores
	line int

	escape byte
}

// blanks are what separates words: less than what unicode.IsSpace knows.
const blanks = "\t\v\f\r "

// A lineReader gives the lines of a file, each with its line end.
type lineReader struct {
	rest []byte
	line int // of the line that was read last
}

func (r *lineReader) next() ([]byte, bool) {
	if len(r.rest) == 0 {
		return nil, false
	}
	end := bytes.IndexByte(r.rest, '\n') + 1
	if end == 0 {
		end = len(r.rest)
	}
	line := r.rest[:end]
	r.rest = r.rest[end:]
	r.line++
	return line, true
}

// read splits a Dockerfile into its instructions. It also returns the escape
// character, which is a backslash unless a directive makes it a backtick.
func read(file []byte) ([]instruction, byte, error) {
	file = bytes.TrimPrefix(file, []byte("\xef\xbb\xbf"))
	r := &lineReader{rest: file}
	d := &directives{escape: '\\'}
	var all []instruction
	for {
		raw, ok := r.next()
		if !ok {
			return all, d.escape, nil
		}
		text := bytes.TrimLeftFunc(trimNewline(raw), unicode.IsSpace)
		if err := d.read(text, r.line); err != nil {
			return nil, 0, err
		}
		start := r.line
		line, complete := joined(text, r, d.escape)
		if complete && line == "" {
			continue
		}
		name, args := split(line, d.escape)
		in := instruction{name: strings.ToLower(name), args: args, text: line, line: start, escape: d.escape}
		if strings.Contains(line, "<<") && takesHeredoc(in) {
			bodies, err := heredocs(line, r, start)
			if err != nil {
				return nil, 0, err
			}
			in.text += bodies
		}
		all = append(all, in)
	}
}

// joined returns an instruction that begins with the line first, without the
// comments and the empty lines between its lines. complete is false if it has
// more lines than one.
func joined(first []byte, r *lineReader, escape byte) (line string, complete bool) {
	if isComment(first) {
		return "", true
	}
	first, more := continued(first, escape)
	if !more {
		return string(first), true
	}
	var b strings.Builder
	b.Write(first)
	for more {
		raw, ok := r.next()
		if !ok {
			break
		}
		text := trimNewline(raw)
		if isComment(raw) || len(bytes.TrimLeftFunc(text, unicode.IsSpace)) == 0 {
			continue
		}
		text, more = continued(text, escape)
		b.Write(text)
	}
	return b.String(), false
}

// continued cuts the escape character off that ends a line. One that follows
// another is none.
func continued(line []byte, escape byte) ([]byte, bool) {
	text := bytes.TrimRight(line, " \t")
	n := len(text) - 1
	if n < 0 || text[n] != escape || n > 0 && text[n-1] == escape {
		return line, false
	}
	return text[:n], true
}

func isComment(line []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeftFunc(line, unicode.IsSpace), []byte("#"))
}

func trimNewline(line []byte) []byte { return bytes.TrimRight(line, "\r\n") }

// directives reads the parser directives, which are comments before all else.
type directives struct {
	escape byte
	done   bool
	seen   [3]bool
}

var directive = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$`)

func (d *directives) read(line []byte, number int) error {
	if d.done {
		return nil
	}
	d.done = true
	if len(line) == 0 || line[0] != '#' {
		return nil
	}
	m := directive.FindSubmatch(bytes.TrimLeftFunc(line[1:], unicode.IsSpace))
	if m == nil {
		return nil
	}
	name := strings.ToLower(string(m[1]))
	for i, known := range []string{"escape", "syntax", "check"} {
		if name != known {
			continue
		}
		if d.seen[i] {
			return fault(number, "the directive %s is there twice", name)
		}
		d.seen[i], d.done = true, false
	}
	if name != "escape" {
		return nil
	}
	if v := string(m[2]); v != "`" && v != `\` {
		return fault(number, "the escape character %q is neither \\ nor `", v)
	}
	d.escape = m[2][0]
	return nil
}

// split cuts a line into the instruction's name and what follows the flags.
func split(line string, escape byte) (name, args string) {
	line = strings.TrimSpace(line)
	i := strings.IndexAny(line, blanks)
	if i < 0 {
		return line, ""
	}
	args = skipFlags(strings.TrimLeft(line[i:], blanks), escape)
	return line[:i], strings.TrimSpace(args)
}

// skipFlags cuts the words off that begin with --, such as --platform=x. As in
// BuildKit they are read by bytes, not by characters.
func skipFlags(s string, escape byte) string {
	pos := 0
	for {
		for pos < len(s) && unicode.IsSpace(rune(s[pos])) {
			pos++
		}
		if pos == len(s) || !strings.HasPrefix(s[pos:], "--") {
			return s[pos:]
		}
		var length int
		pos, length = skipFlag(s, pos, escape)
		if length == len("--") {
			return s[pos:]
		}
	}
}

// skipFlag returns where the flag ends that begins at pos, and its length
// without quotes and escapes.
func skipFlag(s string, pos int, escape byte) (end, length int) {
	quote := byte(0)
	for ; pos < len(s); pos++ {
		switch c := s[pos]; {
		case c == escape:
			if pos++; pos == len(s) {
				return pos, length
			}
			length++
		case c == quote:
			quote = 0
		case quote == 0 && unicode.IsSpace(rune(c)):
			return pos, length
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		default:
			length++
		}
	}
	return pos, length
}
