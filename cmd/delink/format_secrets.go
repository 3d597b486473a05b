package main

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/delink/delink/emit/guard"
	"github.com/delink/delink/translate"
)

// secrets takes the values of names that look secret out of what is told of a
// project: messages and reports. What they are is looked for only once there is
// something to tell. Nil hides nothing but what the text itself gives away.
type secrets struct {
	o      *options
	dir    string
	files  []source
	values []string // the longest first; nil before they are looked for
}

// secretsOf is for the files of a unit.
func secretsOf(o *options, u unit) *secrets { return &secrets{o: o, dir: u.dir, files: u.files} }

// foreign are reasons of messages that quote another program, which may name
// values anywhere.
var foreign = map[translate.Reason]bool{translate.NotLoaded: true, translate.FormatV1: true, translate.UnsafeText: true}

// note is a message without secrets.
func (s *secrets) note(n translate.Note) translate.Note {
	n.Service, n.Link = s.own(n.Service), s.own(n.Link)
	if n.Text = s.own(n.Text); foreign[n.Reason] {
		n.Text = s.quoted(n.Text)
	}
	return n
}

// error is an error without secrets. It keeps the place and the reason.
func (s *secrets) error(err error) error {
	var g *guard.Error
	if errors.As(err, &g) && err == error(g) {
		hidden := *g
		hidden.Msg = s.quoted(g.Msg)
		return &hidden
	}
	text := s.quoted(err.Error())
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}

// report takes them out of what a report says of a file.
func (s *secrets) report(f *fileReport) {
	for i := range f.Entries {
		e := &f.Entries[i]
		e.Service, e.Link, e.Target, e.Alias = s.own(e.Service), s.own(e.Link), s.own(e.Target), s.own(e.Alias)
	}
	for i := range f.Notes {
		n := &f.Notes[i]
		hidden := s.note(translate.Note{Service: n.Service, Link: n.Link, Text: n.Message, Reason: translate.Reason(n.Reason)})
		n.Service, n.Link, n.Message = hidden.Service, hidden.Link, hidden.Text
	}
	for i := range f.changes {
		c := &f.changes[i]
		c.service, c.link, c.target, c.alias, c.network = s.own(c.service), s.own(c.link), s.own(c.target), s.own(c.alias), s.own(c.network)
	}
}

// own hides secrets in delink's own words, where a value that is a word, as
// "file" may be, is one only as a whole word.
func (s *secrets) own(text string) string { return s.hide(text, false) }

// quoted hides them in what another program says.
func (s *secrets) quoted(text string) string { return s.hide(text, true) }

func (s *secrets) hide(text string, anywhere bool) string {
	if text == "" {
		return ""
	}
	text = hideDefaults(text)
	for _, v := range s.list() {
		text = without(text, v, anywhere)
		if escaped := strings.Trim(strconv.Quote(v), `"`); escaped != v {
			text = without(text, escaped, anywhere)
		}
	}
	return text
}

// without puts … in place of a value.
func without(text, value string, anywhere bool) string {
	if anywhere || strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return strings.ReplaceAll(text, value, "…")
	}
	inWord := func(r rune, size int) bool {
		return size > 0 && (r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r))
	}
	var b strings.Builder
	for {
		i := strings.Index(text, value)
		if i < 0 {
			return b.String() + text
		}
		end := i + len(value)
		if inWord(utf8.DecodeLastRuneInString(b.String()+text[:i])) || inWord(utf8.DecodeRuneInString(text[end:])) {
			b.WriteString(text[:end])
		} else {
			b.WriteString(text[:i] + "…")
		}
		text = text[end:]
	}
}

// reference finds the head of ${NAME:-text} and the like. What ${NAME:?text}
// says is meant to be read.
var reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*):?[-+]`)

// defaults calls do with the text of each ${NAME:-text} whose name looks secret.
func defaults(text string, do func(from, to int)) {
	for at := 0; ; {
		m := reference.FindStringSubmatchIndex(text[at:])
		if m == nil {
			return
		}
		from := at + m[1]
		at = from
		if !looksSecret(text[from-m[1]+m[2] : from-m[1]+m[3]]) {
			continue // a default may hold another reference
		}
		to, depth := from, 1
		for ; to < len(text); to++ {
			if text[to] == '{' && text[to-1] == '$' {
				depth++
			} else if text[to] == '}' {
				if depth--; depth == 0 {
					break
				}
			}
		}
		do(from, to)
		at = to
	}
}

// hideDefaults shows ${NAME:-text} as ${NAME:-…} if the name looks secret.
func hideDefaults(text string) string {
	out, last := "", 0
	defaults(text, func(from, to int) {
		if from < to {
			out, last = out+text[last:from]+"…", to
		}
	})
	return out + text[last:]
}

// list looks for the values once.
func (s *secrets) list() []string {
	if s == nil {
		return nil
	}
	if s.values == nil {
		f := newSecretFinder(s.o, s.dir)
		for _, file := range s.files {
			f.text(file.src, s.dir, 0)
		}
		s.values = f.found()
	}
	return s.values
}

// longestFirst sorts values so that none is hidden in part.
func longestFirst(a, b string) int {
	return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
}

// unique sorts values and takes each once.
func unique(values []string) []string {
	slices.SortFunc(values, longestFirst)
	return slices.Compact(values)
}
