package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// What a pull request's body takes is 65,536 characters; delink uses fewer, so
// that something can be put around it. The two long parts have a limit each.
const (
	maxMarkdown = 60_000
	maxAsking   = 24_000 // what needs a person, and what is good to know
	maxRows     = 50     // of one file's table
)

// markdown gives the body of a pull request: what changed, what needs a person,
// and how to undo it.
func (r *fullReport) markdown() []byte {
	undo := r.undo()
	asking := r.asking()
	changes := r.changesPart(maxMarkdown - utf8.RuneCountInString(undo) - utf8.RuneCountInString(asking) - 1000)
	return []byte(r.headline() + changes + asking + undo)
}

// headline says in numbers what was done.
func (r *fullReport) headline() string {
	t := r.Totals
	s := "## Compose links\n\n"
	switch {
	case t.Links.Found+t.Files.Partial+t.Files.Failed == 0:
		return s + "No `links` were found.\n"
	case t.Links.Removed == 0:
		s += "Nothing was changed."
	case t.Written > 0:
		s += fmt.Sprintf("[delink](%s) removed %s from %s and wrote what they gave in their place.", homepage, count(t.Links.Removed, "link"), count(t.Written, "file"))
	default:
		s += fmt.Sprintf("[delink](%s) would remove %d of %s and write what they gave in their place.", homepage, t.Links.Removed, count(t.Links.Found, "link"))
	}
	for _, part := range []struct {
		n          int
		what, verb string
	}{{t.Links.Left, "link", "left"}, {t.Files.Failed, "file", "not understood"}} {
		if part.n == 1 {
			s += fmt.Sprintf(" 1 %s is %s.", part.what, part.verb)
		} else if part.n > 1 {
			s += fmt.Sprintf(" %d %ss are %s.", part.n, part.what, part.verb)
		}
	}
	return s + "\n"
}

// changesPart lists, by file, what stands in place of the links.
func (r *fullReport) changesPart(room int) string {
	title := "What would change"
	if r.Totals.Written > 0 {
		title = "What changed"
	}
	return section(title, room, r.blocks(func(f *fileReport) string {
		if len(f.changes) == 0 {
			return ""
		}
		s := fmt.Sprintf("\n#### %s\n\n", code(f.Path))
		if f.v1 {
			s += "The file had format v1, which Compose no longer reads, and is upgraded: every line moves to the right. Review it with `git diff -w`.\n\n"
		}
		s += "| service | link | now |\n|---|---|---|\n"
		for i, c := range f.changes {
			if i == maxRows {
				return s + fmt.Sprintf("\n… and %s\n", count(len(f.changes)-i, "more link"))
			}
			s += "| " + cell(c.service) + " | " + cell(c.link) + " | " + c.now() + " |\n"
		}
		return s
	}))
}

// asking lists the warnings and errors, then the notes.
func (r *fullReport) asking() string {
	list := func(note bool) []string {
		return r.blocks(func(f *fileReport) string {
			s := ""
			for _, n := range f.Notes {
				if f.Status != statusSkipped && !n.found && (n.Severity == "note") == note {
					s += f.item(n)
				}
			}
			return s
		})
	}
	return section("What needs a person", maxAsking/2, spaced(list(false))) + section("Good to know", maxAsking/2, spaced(list(true)))
}

// item is a note as an item of a list.
func (f *fileReport) item(n noteReport) string {
	s := "- " + code(f.place(n))
	if n.Service != "" {
		s += " " + code(n.Service)
	}
	if n.Link != "" {
		s += ", link " + code(n.Link)
	}
	return s + ": " + prose(n.Message) + fmt.Sprintf(" ([%s](%s))\n", n.Reason, n.Help)
}

// spaced puts a line between the section's title and its first item.
func spaced(blocks []string) []string {
	if len(blocks) > 0 {
		blocks[0] = "\n" + blocks[0]
	}
	return blocks
}

// blocks gives the text of each file that has any.
func (r *fullReport) blocks(of func(*fileReport) string) []string {
	var out []string
	for _, f := range r.Files {
		if s := of(f); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// section joins the blocks for which there is room, and counts the others.
func section(title string, room int, blocks []string) string {
	if len(blocks) == 0 {
		return ""
	}
	s := "\n### " + title + "\n"
	room -= utf8.RuneCountInString(s) + 40
	for i, b := range blocks {
		room -= utf8.RuneCountInString(b)
		if room < 0 {
			return s + fmt.Sprintf("\n… and %s\n", count(len(blocks)-i, "more file"))
		}
		s += b
	}
	return s
}

// maxUndo is how many files the command that undoes it names.
const maxUndo = 10

// undo says how to get the old files back.
func (r *fullReport) undo() string {
	if r.Totals.Written == 0 {
		return ""
	}
	var names []string
	for _, f := range r.Files {
		if f.Written {
			names = append(names, shellWord(f.Path))
		}
	}
	command := "git checkout -- " + strings.Join(names, " ")
	if len(names) > maxUndo || strings.ContainsFunc(command, isControl) {
		command = "git checkout -- ."
	}
	return "\n### How to undo\n\nBefore it is committed:\n\n" + fence(command) + "\nOnce it is merged: `git revert` the merge. Nothing outside these files was changed; containers take it up with the next `docker compose up`.\n"
}

// shellWord is a word that a shell takes as it is.
func shellWord(s string) string {
	if s != "" && s[0] != '-' && !strings.ContainsFunc(s, func(r rune) bool { return !isWord(r) && !strings.ContainsRune("./-", r) && (r < 'A' || r > 'Z') }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
