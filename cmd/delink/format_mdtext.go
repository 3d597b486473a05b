package main

import (
	"strings"
	"unicode"
)

// code is a name or a word as a code span, in which Markdown and GitHub read
// nothing else: no mention, no number of an issue, no tag.
func code(s string) string {
	s = strings.TrimSpace(printable(s))
	if s == "" {
		return "`` ` ` ``"
	}
	fence := ticks(s, 1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// cell is code in a table, where a bar would end the cell even in a code span.
func cell(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }

// fence is text as a block of code.
func fence(s string) string {
	f := ticks(s, 3)
	return f + "sh\n" + s + "\n" + f + "\n"
}

// ticks is a run of backticks, of at least so many, that the text does not hold.
func ticks(s string, n int) string {
	for strings.Contains(s, strings.Repeat("`", n)) {
		n++
	}
	return strings.Repeat("`", n)
}

func isControl(r rune) bool { return unicode.IsControl(r) }

// prose is a message as text. A word in which Markdown or GitHub might read
// more than letters becomes code; so does one that names a variable.
func prose(s string) string {
	words := strings.Fields(printable(s))
	for i, w := range words {
		if plainWord(w) {
			continue
		}
		front, core, back := w, "", ""
		core = strings.TrimLeft(front, `("'`)
		front = w[:len(w)-len(core)]
		trimmed := strings.TrimRight(core, `)"',;:.`)
		back = core[len(trimmed):]
		if trimmed == "" {
			trimmed, front, back = w, "", ""
		}
		words[i] = front + code(trimmed) + back
	}
	return strings.Join(words, " ")
}

// plainWord reports whether a word is text whatever reads it.
func plainWord(w string) bool {
	if strings.Count(w, ":") > 1 || strings.Contains(w, "://") || strings.Contains(strings.ToUpper(w), "GH-") || strings.HasPrefix(w, "www.") {
		return false
	}
	return !strings.ContainsFunc(w, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(`'"(),.:;-/%?…`, r)
	})
}
