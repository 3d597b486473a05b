package dockerfile

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	errBrace = errors.New("} is missing")
	errSubst = errors.New("bad substitution")
)

// dollar reads a $ and the variable behind it.
func (x *lexer) dollar() (string, error) {
	x.next()
	if x.peek() != '{' {
		name := x.name()
		if name == "" {
			return "$", nil
		}
		value, set := x.env.get(name)
		if !set && x.keepUnset {
			return "$" + name, nil
		}
		return value, x.spend(len(value))
	}
	x.next()
	switch x.peek() {
	case end:
		return "", errBrace
	case '{', '}', ':':
		return "", errSubst
	}
	return x.braced(x.name())
}

// braced reads what follows the name in ${name…}.
func (x *lexer) braced(name string) (string, error) {
	op := x.next()
	switch op {
	case '}':
		value, set := x.env.get(name)
		if !set && x.keepUnset {
			return "${" + name + "}", nil
		}
		return value, x.spend(len(value))
	case '/':
		return x.replace(name)
	}
	colon := op == ':'
	if colon {
		op = x.next()
	}
	if op == end || !strings.ContainsRune("+-?#%", op) && !colon {
		return "", fmt.Errorf("${%s: no such modifier", name)
	}
	raw := op == '#' || op == '%'
	if colon && raw {
		return "", fmt.Errorf("${%s:%c: no such modifier", name, op)
	}
	word, _, err := x.run('}', raw, raw)
	if err != nil {
		return "", err
	}
	value, set := x.env.get(name)
	if !set && x.keepUnset {
		prefix := string(op)
		if colon {
			prefix = ":" + prefix
		}
		return "${" + name + prefix + word + "}", nil
	}
	return x.modify(name, value, op, word, set, !set || colon && value == "")
}

// modify does what the modifier says. void tells whether it takes the variable
// as unset.
func (x *lexer) modify(name, value string, op rune, word string, set, void bool) (string, error) {
	switch {
	case op == '-' && void, op == '+' && !void:
		return word, nil
	case op == '+':
		return "", nil
	case op == '-', op == '?' && !void:
		return value, x.spend(len(value))
	case op == '?':
		if word == "" {
			word = "it must not be unset"
			if set {
				word = "it must not be empty"
			}
		}
		return "", fmt.Errorf("%s: %s", name, word)
	case op == '#', op == '%':
		if err := x.spend(len(value) * (1 + len(word))); err != nil {
			return "", err
		}
		greedy := strings.HasPrefix(word, string(op))
		if greedy {
			word = word[1:]
		}
		if op == '#' {
			return trimPrefix(word, value, greedy)
		}
		s, err := trimPrefix(reversePattern(word), reverse(value), greedy)
		return reverse(s), err
	}
	return "", fmt.Errorf("${%s:%c: no such modifier", name, op)
}

// replace reads the rest of ${name/pattern/replacement}.
func (x *lexer) replace(name string) (string, error) {
	all := x.peek() == '/'
	if all {
		x.next()
	}
	pattern, _, err := x.run('/', true, true)
	if err != nil {
		return "", err
	}
	with, _, err := x.run('}', true, false)
	if err != nil {
		return "", err
	}
	value, set := x.env.get(name)
	if !set && x.keepUnset {
		return "${" + name + "/" + pattern + "/" + with + "}", nil
	}
	if err := x.spend((1 + len(value)) * (1 + len(pattern) + len(with))); err != nil {
		return "", err
	}
	re, err := compile(pattern, true, false)
	if err != nil {
		return "", err
	}
	if all {
		value = re.ReplaceAllString(value, with) // as in BuildKit: a $1 in it is the match's
	} else if at := re.FindStringIndex(value); at != nil {
		value = value[:at[0]] + with + value[at[1]:]
	}
	return value, x.spend(len(value))
}

// name reads a variable's name: letters, digits and _, or digits alone, or one
// of the shell's special parameters.
func (x *lexer) name() string {
	first := x.peek()
	if first != end && strings.ContainsRune("@*#?-$!", first) {
		return string(x.next())
	}
	number := unicode.IsDigit(first)
	n := strings.IndexFunc(x.rest, func(ch rune) bool {
		return !unicode.IsDigit(ch) && (number || !unicode.IsLetter(ch) && ch != '_')
	})
	if n < 0 {
		n = len(x.rest)
	}
	name := x.rest[:n]
	x.rest = x.rest[n:]
	return name
}

// compile makes a regular expression of a shell pattern, in which only * and ?
// are special.
func compile(pattern string, greedy, anchored bool) (*regexp.Regexp, error) {
	var b strings.Builder
	if anchored {
		b.WriteByte('^')
	}
	chars := []rune(strings.TrimPrefix(pattern, "\ufeff"))
	for i := 0; i < len(chars); i++ {
		switch ch := chars[i]; ch {
		case '*':
			b.WriteString(".*")
			if !greedy {
				b.WriteByte('?')
			}
		case '?':
			b.WriteByte('.')
		case '\\':
			if i++; i == len(chars) {
				return nil, fmt.Errorf("the pattern %q ends in an escape", pattern)
			}
			switch chars[i] {
			case '}', '/':
				i--
			case '*', '?', '\\':
				b.WriteString(`\` + string(chars[i]))
			default:
				return nil, fmt.Errorf("the pattern %q escapes %q", pattern, chars[i])
			}
		default:
			b.WriteString(regexp.QuoteMeta(string(ch)))
		}
	}
	return regexp.Compile(b.String())
}

func trimPrefix(pattern, value string, greedy bool) (string, error) {
	re, err := compile(pattern, greedy, true)
	if err != nil {
		return "", err
	}
	if at := re.FindStringIndex(value); at != nil {
		value = value[at[1]:]
	}
	return value, nil
}

// reversePattern turns a pattern round, its escapes apart: the shortest match
// at the end is the shortest one at the beginning of the reverse.
func reversePattern(pattern string) string {
	var parts []string
	chars := []rune(pattern)
	for i := 0; i < len(chars); i++ {
		part := string(chars[i])
		if chars[i] == '\\' && i+1 < len(chars) {
			i++
			part += string(chars[i])
		}
		parts = append(parts, part)
	}
	slices.Reverse(parts)
	return strings.Join(parts, "")
}

func reverse(s string) string {
	chars := []rune(s)
	slices.Reverse(chars)
	return string(chars)
}
