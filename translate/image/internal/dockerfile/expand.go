package dockerfile

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// An environment answers for variables.
type environment interface {
	get(name string) (value string, set bool)
}

// Bounds on what an expansion may cost: ENV A=$A$A doubles a value each time.
const (
	maxDepth = 1000
	maxWork  = 64 << 20 // bytes of values, and steps of pattern matching, of one Dockerfile
)

var errTooLarge = errors.New("the values of its variables grow too large")

// A lexer expands variables and takes quotes off, as BuildKit's shell.Lex does.
type lexer struct {
	escape     rune
	rawQuotes  bool // quotes stay
	rawEscapes bool // escape characters stay
	keepUnset  bool // a variable that is not set stays as it is written
	work       *int // what is left of maxWork; nil: no bound

	env   environment
	rest  string
	depth int
	word  strings.Builder // of the splitters
}

const end = rune(-1)

func (x *lexer) start(s string, env environment) {
	x.env, x.depth = env, 0
	x.rest = strings.TrimPrefix(s, "\ufeff") // text/scanner, which BuildKit reads with, skips it
}

// expand returns s expanded, as one word.
func (x *lexer) expand(s string, env environment) (string, error) {
	x.start(s, env)
	out, _, err := x.run(end, x.rawEscapes, false)
	return out, err
}

// words returns s expanded and then split at blanks that are not quoted.
func (x *lexer) words(s string, env environment) ([]string, error) {
	x.start(s, env)
	_, list, err := x.run(end, x.rawEscapes, false)
	return list, err
}

func (x *lexer) peek() rune {
	if x.rest == "" {
		return end
	}
	ch, _ := utf8.DecodeRuneInString(x.rest)
	return ch
}

func (x *lexer) next() rune {
	if x.rest == "" {
		return end
	}
	ch, n := utf8.DecodeRuneInString(x.rest)
	x.rest = x.rest[n:]
	return ch
}

// spend takes n from what the lexer may still cost.
func (x *lexer) spend(n int) error {
	if x.work == nil {
		return nil
	}
	if *x.work -= n; *x.work < 0 {
		return errTooLarge
	}
	return nil
}

// A splitter collects words. The word in work is shared with the operands of
// ${…}, as in BuildKit: an operand begins by emptying it, so that
// EXPOSE 80${X:-81} gives 81.
type splitter struct {
	buf  *strings.Builder
	list []string
}

func (w *splitter) flush() {
	if w.buf.Len() > 0 {
		w.list = append(w.list, w.buf.String())
		w.buf.Reset()
	}
}

func (w *splitter) add(ch rune) {
	if unicode.IsSpace(ch) {
		w.flush()
		return
	}
	w.buf.WriteRune(ch)
}

func (w *splitter) addAll(s string) {
	for _, ch := range s {
		w.add(ch)
	}
}

// run reads up to the character stop, or to the end. escapes says whether
// escape characters stay; pattern, whether those in quotes are doubled.
func (x *lexer) run(stop rune, escapes, pattern bool) (string, []string, error) {
	if x.depth++; x.depth > maxDepth {
		return "", nil, errors.New("${…} is nested too deep")
	}
	defer func(before bool) { x.rawEscapes = before; x.depth-- }(x.rawEscapes)
	x.rawEscapes = escapes
	x.word.Reset()
	w := splitter{buf: &x.word}
	var out strings.Builder
	for {
		ch := x.peek()
		switch {
		case ch == stop:
			x.next()
			w.flush()
			return out.String(), w.list, x.spend(out.Len())
		case ch == end:
			return "", nil, fmt.Errorf("%c is missing", stop)
		case ch == '$' || ch == '<' || ch == '\'' || ch == '"':
			s, err := x.special(ch, pattern)
			if err != nil {
				return "", nil, err
			}
			out.WriteString(s)
			if ch == '$' {
				w.addAll(s)
			} else {
				w.buf.WriteString(s)
			}
		case ch == x.escape:
			x.escaped(&out, &w)
		default:
			x.next()
			w.add(ch)
			out.WriteRune(ch)
		}
	}
}

// escaped reads an escape character and the one that it takes with it.
func (x *lexer) escaped(out *strings.Builder, w *splitter) {
	if x.next(); x.rawEscapes {
		w.buf.WriteRune(x.escape)
		out.WriteRune(x.escape)
	}
	if ch := x.next(); ch != end {
		w.buf.WriteRune(ch)
		out.WriteRune(ch)
	}
}

func (x *lexer) special(ch rune, pattern bool) (string, error) {
	switch ch {
	case '$':
		return x.dollar()
	case '\'':
		return x.single(pattern)
	case '"':
		return x.double(pattern)
	}
	return x.less(), nil
}

// less reads <, or << with the blanks behind it: they belong to the word, so
// that a heredoc's name may follow them.
func (x *lexer) less() string {
	if x.next(); x.peek() != '<' {
		return "<"
	}
	x.next()
	name := strings.TrimLeft(x.rest, "\t\r ")
	space := x.rest[:len(x.rest)-len(name)]
	x.rest = name
	return "<<" + space
}

func (x *lexer) single(pattern bool) (string, error) {
	var out strings.Builder
	quote := func(ch rune) {
		if x.rawQuotes {
			out.WriteRune(ch)
		}
	}
	quote(x.next())
	for {
		switch ch := x.next(); {
		case ch == end:
			return "", errors.New("a single quote is not closed")
		case ch == '\'':
			quote(ch)
			return out.String(), nil
		case pattern && ch == x.escape:
			out.WriteRune(ch)
			fallthrough
		default:
			out.WriteRune(ch)
		}
	}
}

func (x *lexer) double(pattern bool) (string, error) {
	var out strings.Builder
	quote := func(ch rune) {
		if x.rawQuotes {
			out.WriteRune(ch)
		}
	}
	quote(x.next())
	for {
		switch ch := x.peek(); ch {
		case end:
			return "", errors.New("a double quote is not closed")
		case '"':
			quote(x.next())
			return out.String(), nil
		case '$':
			s, err := x.dollar()
			if err != nil {
				return "", err
			}
			out.WriteString(s)
		case x.escape:
			x.next()
			x.escapedInQuotes(&out, pattern)
		default:
			out.WriteRune(x.next())
		}
	}
}

// escapedInQuotes reads what follows an escape character in double quotes,
// where it escapes nothing but ", $ and itself.
func (x *lexer) escapedInQuotes(out *strings.Builder, pattern bool) {
	switch x.peek() {
	case end:
	case '"', '$', x.escape:
		if x.rawEscapes {
			out.WriteRune(x.escape)
		}
		out.WriteRune(x.next())
	default:
		if x.rawEscapes && (!x.rawQuotes || pattern) {
			out.WriteRune(x.escape)
		}
		out.WriteRune(x.escape)
	}
}
