package main

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/delink/delink/emit/guard"
	"github.com/delink/delink/translate"
)

// secrets takes the values of names that look secret out of what is told of a
// project: messages and reports. What they are is looked for only once there is
// something to tell. Nil hides nothing but what the text itself gives away.
type secrets struct {
	o     *options
	dir   string
	files []source
	known *hider // nil before they are looked for
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
	if s == nil {
		return text
	}
	if s.known == nil {
		s.known = newHider(s.find())
	}
	return s.known.hide(text, anywhere)
}

// hider puts … in place of values. There may be thousands of them, and of texts.
type hider struct {
	all, unlike *strings.Replacer // unlike is for those that are unlike words
	words       map[string]bool   // the others
}

func newHider(values []string) *hider {
	h := &hider{words: map[string]bool{}}
	var all, unlike []string
	for _, v := range values {
		pair := []string{v, "…"}
		if escaped := strings.Trim(strconv.Quote(v), `"`); escaped != v {
			pair = append(pair, escaped, "…")
		}
		all = append(all, pair...)
		if strings.ContainsFunc(v, func(r rune) bool { return !unicode.IsLetter(r) }) {
			unlike = append(unlike, pair...)
		} else {
			h.words[v] = true
		}
	}
	h.all, h.unlike = strings.NewReplacer(all...), strings.NewReplacer(unlike...)
	return h
}

// hide takes the values out of a text, those that are words as whole words alone
// if it is not to be anywhere.
func (h *hider) hide(text string, anywhere bool) string {
	if anywhere {
		return h.all.Replace(text)
	}
	text = h.unlike.Replace(text)
	if len(h.words) == 0 {
		return text
	}
	return wholeWord.ReplaceAllStringFunc(text, func(word string) string {
		if h.words[word] {
			return "…"
		}
		return word
	})
}

var wholeWord = regexp.MustCompile(`[\pL\pN_]+`)

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

// find looks for the values.
func (s *secrets) find() []string {
	f := newSecretFinder(s.o, s.dir)
	for _, file := range s.files {
		f.text(file.src, s.dir, 0)
	}
	return f.found()
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
