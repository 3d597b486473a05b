package dockerfile

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// words splits the arguments of ENV and ARG at blanks that are neither quoted
// nor escaped. Quotes and escape characters stay, but for one at the very end.
func words(s string, escape byte) []string {
	var all []string
	var b strings.Builder
	quote, esc := rune(0), rune(escape)
	for s != "" {
		ch, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		switch {
		case quote == 0 && unicode.IsSpace(ch):
			if b.Len() > 0 {
				all = append(all, b.String())
			}
			b.Reset()
			continue
		case ch == esc && quote != '\'':
			if s == "" {
				continue
			}
			b.WriteRune(ch)
			ch, n = utf8.DecodeRuneInString(s)
			s = s[n:]
		case quote == 0 && (ch == '\'' || ch == '"'):
			quote = ch
		case ch == quote:
			quote = 0
		}
		b.WriteRune(ch)
	}
	if b.Len() > 0 {
		all = append(all, b.String())
	}
	return all
}

// pairs reads the arguments of ENV: name=value …, or the old form of one name
// and the rest of the line.
func pairs(in instruction) ([][2]string, error) {
	all := words(in.args, in.escape)
	if len(all) == 0 {
		return nil, fault(in.line, "ENV without a variable")
	}
	if !strings.Contains(all[0], "=") {
		i := strings.IndexAny(in.args, blanks)
		if i < 0 {
			return nil, fault(in.line, "ENV %s has no value", in.args)
		}
		return [][2]string{{in.args[:i], strings.TrimLeft(in.args[i:], blanks)}}, nil
	}
	var list [][2]string
	for _, word := range all {
		name, value, ok := strings.Cut(word, "=")
		if !ok {
			return nil, fault(in.line, "ENV: there is no = in %q", word)
		}
		if name == "" {
			return nil, fault(in.line, "ENV: there is no name in %q", word)
		}
		list = append(list, [2]string{name, value})
	}
	return list, nil
}

// fields splits at blanks. They are fewer than those of strings.Fields.
func fields(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(blanks, r) })
}
