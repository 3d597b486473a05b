package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/delink/delink/emit/diff"
	"github.com/delink/delink/translate"
)

// report gives what is told on stderr: what was done, what is left and why.
func report(o *options, name string, res *result) []byte {
	var b bytes.Buffer
	if !o.mode() && !o.quiet && res.changed() {
		d := diff.Unified(res.name, res.before, res.text)
		if o.colorErr {
			d = diff.Colour(d)
		}
		b.Write(d)
	}
	if o.check {
		res.checkNotes()
	}
	for _, n := range res.notes {
		if o.shows(n) {
			printNote(&b, o.secrets.note(n))
		}
	}
	if !o.quiet && !o.check && res.found > 0 && (!o.several || o.verbose) {
		printLine(&b, "%s", res.summary(o, name))
	}
	return b.Bytes()
}

// shows reports whether a note is to be printed.
func (o *options) shows(n translate.Note) bool {
	switch n.Severity {
	case translate.Detail:
		return o.verbose
	case translate.Info:
		return !o.quiet && !o.check
	}
	return true
}

func printNote(w io.Writer, n translate.Note) {
	printLine(w, "%s:%d:%d: %s", n.At.File, n.At.Line, n.At.Column, n)
}

// printLine prints one line for people. Names from a file may hold anything: a
// control character would end the line or drive the terminal.
func printLine(w io.Writer, format string, args ...any) {
	fmt.Fprintln(w, printable(fmt.Sprintf(format, args...)))
}

// checkNotes makes a finding of every link: --check asks for what is there.
func (r *result) checkNotes() {
	for _, l := range r.links {
		if l.Stays() || !l.Counts() {
			continue
		}
		n := translate.Note{At: l.At, Severity: translate.Warning, Service: l.Consumer, Link: l.Entry}
		switch l.Kind {
		case translate.Legacy:
			n.Reason, n.Text = "legacy-link", "Engine 29 no longer sets its variables and Engine 30 is to drop it: run delink -w"
		case translate.DNS:
			n.Reason, n.Text = "dns-link", "it only gives a name and a start order, as aliases and depends_on do: run delink -w"
		default:
			n.Reason, n.Text = "void-link", "it has no effect: run delink -w"
		}
		r.notes = append(r.notes, n)
	}
	translate.SortNotes(r.notes)
}

// stay is the number of links that are left. In a file of format v1 that can't
// be upgraded, all are.
func (r *result) stay() int {
	if r.v1 {
		return r.found
	}
	return len(r.left)
}

// summary is the line about a file with links.
func (r *result) summary(o *options, name string) string {
	left := r.stay()
	s := fmt.Sprintf("%s: %s, %d removed", name, count(r.found, "link"), r.found-left)
	if left > 0 {
		s += fmt.Sprintf(", %d left", left)
	}
	if r.variables > 0 {
		s += fmt.Sprintf("; %s written that Docker itself would not have set (--minimal leaves them out)", count(r.variables, "variable"))
	}
	if !o.write && !o.mode() {
		return s
	}
	if !o.write && r.changed() {
		s = strings.Replace(s, " removed", " to remove", 1)
	}
	return s
}

// summed is what became of all files.
type summed struct {
	changed, unchanged, skipped, failed int
	removed, left, warnings             int
	within                              int // repositories that were passed over
}

func (s *summed) add(out *verdict) {
	switch {
	case out.failed:
		s.failed++
	case out.skipped:
		s.skipped++
	case out.within:
		s.within++
	case out.changed:
		s.changed++
	default:
		s.unchanged++
	}
	s.removed += out.removed
	s.left += out.left
	s.warnings += out.warnings
}

// sumsUp reports whether the line about several files is to be printed. Files
// that were named and have nothing to do are passed over in silence, one by one
// or together.
func (o *options) sumsUp(s *summed) bool {
	switch {
	case o.quiet || o.check || !o.several:
		return false
	case len(o.folders) > 0 || o.verbose:
		return true
	}
	return s.changed+s.failed+s.left+s.warnings > 0
}

// passedOver is the line about repositories within, "" if there are none.
func (s *summed) passedOver() string {
	switch s.within {
	case 0:
		return ""
	case 1:
		return "1 repository within was passed over: run delink there"
	}
	return fmt.Sprintf("%d repositories within were passed over: run delink there", s.within)
}

// line is the line about several files.
func (s *summed) line(written bool) string {
	changed, removed := " changed", " removed"
	if !written {
		changed, removed = " to change", " to remove"
	}
	text := count(s.changed, "file") + changed + fmt.Sprintf(", %d unchanged", s.unchanged)
	if s.skipped > 0 {
		text += fmt.Sprintf(", %d skipped", s.skipped)
	}
	if s.failed > 0 {
		text += fmt.Sprintf(", %d failed", s.failed)
	}
	if s.removed+s.left > 0 {
		text += "; " + count(s.removed, "link") + removed
	}
	if s.left > 0 {
		text += fmt.Sprintf(", %d left", s.left)
	}
	if s.warnings > 0 {
		text += fmt.Sprintf(" (%s)", count(s.warnings, "warning"))
	}
	return text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
