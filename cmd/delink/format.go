package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/delink/delink/emit/guard"
	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/tree"
)

// The formats of a report, as --format names them. Text is what stderr has.
const (
	formatText     = "text"
	formatJSON     = "json"
	formatSARIF    = "sarif"
	formatGitHub   = "github"
	formatMarkdown = "markdown"
)

var formats = []string{formatText, formatJSON, formatSARIF, formatGitHub, formatMarkdown}

// status is what became of a file. With --check, what would become of it.
type status string

const (
	statusChanged   status = "changed"   // its links are gone
	statusUnchanged status = "unchanged" // it has none
	statusPartial   status = "partial"   // links are left, which ask for a person
	statusSkipped   status = "skipped"   // it is no Compose file
	statusFailed    status = "failed"    // it could not be read, understood or written
)

// fullReport is a report of a run, in the form of --format json.
type fullReport struct {
	Format  int           `json:"format"` // grows when a reader of the last one would go wrong
	Version string        `json:"version"`
	Files   []*fileReport `json:"files"`
	Totals  totals        `json:"totals"`
	Exit    int           `json:"exit"`
}

// fileReport is what a report says of one file.
type fileReport struct {
	Path    string        `json:"path"`
	Status  status        `json:"status"`
	Written bool          `json:"written"`
	Links   linkCounts    `json:"links"`
	Entries []entryReport `json:"entries"`
	Notes   []noteReport  `json:"notes"`

	changes []standing // for markdown: what stands in place of the links
	v1      bool       // for markdown: it had format v1, so that every line is another
}

// linkCounts counts entries of links lists.
type linkCounts struct {
	Found   int `json:"found"`
	Removed int `json:"removed"`
	Left    int `json:"left"`
}

// entryReport is a link as one service has it.
type entryReport struct {
	File    string `json:"file,omitempty"` // if not the file itself
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Service string `json:"service"`
	Link    string `json:"link"`
	Target  string `json:"target"`
	Alias   string `json:"alias"`
	Kind    string `json:"kind"`
	Left    bool   `json:"left"`
}

// noteReport is a message. Line and column are zero if it is of the whole file.
type noteReport struct {
	File     string `json:"file,omitempty"` // if not the file itself
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	Severity string `json:"severity"`
	Service  string `json:"service,omitempty"`
	Link     string `json:"link,omitempty"`
	Reason   string `json:"reason"`
	Message  string `json:"message"`
	Help     string `json:"help"`

	region region // for github and sarif
	hash   string // for sarif: of its line
	found  bool   // --check's word of a link that goes
}

// totals sums up a run.
type totals struct {
	Files    fileCounts `json:"files"`
	Links    linkCounts `json:"links"`
	Written  int        `json:"written"`
	Errors   int        `json:"errors"`
	Warnings int        `json:"warnings"`
	Notes    int        `json:"notes"`
}

type fileCounts struct {
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Partial   int `json:"partial"`
	Skipped   int `json:"skipped"`
	Failed    int `json:"failed"`
}

// reportResult is what the report says of a file that was gone through.
func reportResult(o *options, res *result) *fileReport {
	f := newFileReport(o, res.name)
	f.Written = o.write && res.changed()
	f.Links = linkCounts{res.found, res.found - res.stay(), res.stay()}
	switch {
	case len(res.left) > 0 || res.v1:
		f.Status = statusPartial
	case res.changed():
		f.Status = statusChanged
	}
	for _, l := range res.links {
		if l.Counts() {
			f.Entries = append(f.Entries, entryReport{otherFile(o, res, l.At), l.At.Line, l.At.Column, l.Consumer, l.Entry, l.Target, l.Alias, strings.ToLower(l.Kind.String()), l.Stays()})
		}
	}
	for _, n := range res.notes {
		if !o.reportsNote(n) {
			continue
		}
		f.Notes = append(f.Notes, noteReport{File: otherFile(o, res, n.At), Line: n.At.Line, Column: n.At.Column, Severity: n.Severity.String(), Service: n.Service,
			Link: n.Link, Reason: string(n.Reason), Message: n.Text, Help: helpURL(string(n.Reason)),
			found: o.check && n.Severity == translate.Warning && slices.Contains([]string{"legacy-link", "dns-link", "void-link"}, string(n.Reason))})
	}
	f.prepare(o, res)
	o.secrets.report(f)
	return f
}

// otherFile names the file of a place if it is another than the result's.
func otherFile(o *options, res *result, at tree.Place) string {
	if at.File == "" || at.File == res.name {
		return ""
	}
	return reportPath(o.format, at.File)
}

// prepare works out what one format alone needs of the texts, which are not kept.
func (f *fileReport) prepare(o *options, res *result) {
	text := res.before
	if f.Written {
		text = res.text
	}
	switch {
	case len(f.Notes) > 0 && (o.format == formatGitHub || o.format == formatSARIF):
		regions(f.Notes, res.before, text)
		if o.format == formatSARIF {
			fingerprint(f.Notes, text)
		}
	case o.format == formatMarkdown && res.changed():
		f.changes, f.v1 = standings(res)
	}
}

// reportFailure is what the report says of a file that was given up.
func reportFailure(o *options, name, reason string, err error) *fileReport {
	f := newFileReport(o, name)
	f.Status = statusFailed
	note := noteReport{Severity: translate.Error.String(), Reason: reason, Message: err.Error()}
	var g *guard.Error
	if errors.As(err, &g) {
		note.Line, note.Column = g.Line, g.Column
		note.region = region{g.Line, g.Column, 0}
		note.Reason, note.Message = g.Reason, g.Msg
	}
	if m := reasonAtEnd.FindStringSubmatch(note.Message); m != nil {
		note.Message, note.Reason = m[1], m[2]
	}
	note.Help = helpURL(note.Reason)
	f.Notes = append(f.Notes, note)
	return f
}

// reasonAtEnd finds the reason that a message ends with.
var reasonAtEnd = regexp.MustCompile(`(?s)^(.*) \[([a-z0-9-]+)\]$`)

// reportSkipped is what the report says of a file that delink has no business with.
func reportSkipped(o *options, name, reason, message string) *fileReport {
	f := newFileReport(o, name)
	f.Status = statusSkipped
	f.Notes = append(f.Notes, noteReport{Severity: translate.Info.String(), Reason: reason, Message: message, Help: helpURL(reason)})
	return f
}

func newFileReport(o *options, name string) *fileReport {
	return &fileReport{Path: reportPath(o.format, name), Status: statusUnchanged, Entries: []entryReport{}, Notes: []noteReport{}}
}

// reportsNote reports whether a note is part of reports. -q does not count: it
// is about stderr.
func (o *options) reportsNote(n translate.Note) bool {
	switch n.Severity {
	case translate.Detail:
		return o.verbose
	case translate.Info:
		return !o.check
	}
	return true
}

// newReport sums up the files.
func newReport(files []*fileReport, exit int) *fullReport {
	r := &fullReport{Format: 1, Version: buildVersion(), Files: files, Exit: exit}
	if r.Files == nil {
		r.Files = []*fileReport{}
	}
	t := &r.Totals
	for _, f := range files {
		*t.Files.of(f.Status)++
		t.Links.Found += f.Links.Found
		t.Links.Removed += f.Links.Removed
		t.Links.Left += f.Links.Left
		if f.Written {
			t.Written++
		}
		for _, n := range f.Notes {
			switch n.Severity {
			case translate.Error.String():
				t.Errors++
			case translate.Warning.String():
				t.Warnings++
			default:
				t.Notes++
			}
		}
	}
	return r
}

func (c *fileCounts) of(s status) *int {
	switch s {
	case statusChanged:
		return &c.Changed
	case statusPartial:
		return &c.Partial
	case statusSkipped:
		return &c.Skipped
	case statusFailed:
		return &c.Failed
	}
	return &c.Unchanged
}

// render gives the report in a format.
func (r *fullReport) render(format string) []byte {
	switch format {
	case formatJSON:
		return r.json()
	case formatSARIF:
		return r.sarif()
	case formatGitHub:
		return r.github()
	case formatMarkdown:
		return r.markdown()
	}
	return nil
}

// reportPath is a file's name in a report: never an absolute one, with slashes.
// GitHub looks for files from the top of the work tree.
func reportPath(format, name string) string {
	if name == stdinName {
		return name
	}
	if format != formatSARIF { // a URI takes any byte
		name = utf8Only(name)
	}
	here, err := os.Getwd()
	if err != nil {
		return filepath.ToSlash(name)
	}
	base := here
	if format == formatGitHub || format == formatSARIF {
		base = workTree(here)
	}
	rel, err := filepath.Rel(base, joinPath(here, filepath.FromSlash(name)))
	if err != nil {
		return filepath.ToSlash(name)
	}
	return filepath.ToSlash(rel)
}

// stdinName is what standard input is called where --stdin-filename does not say.
const stdinName = "<stdin>"

// workTree is the folder above dir that holds .git, else dir.
func workTree(dir string) string {
	for top := dir; ; top = filepath.Dir(top) {
		if _, err := os.Stat(filepath.Join(top, ".git")); err == nil {
			return top
		}
		if filepath.Dir(top) == top {
			return dir
		}
	}
}

// place is where a note is, as messages give it.
func (f *fileReport) place(n noteReport) string {
	path := f.Path
	if n.File != "" {
		path = n.File
	}
	if n.Line == 0 {
		return path
	}
	return path + ":" + strconv.Itoa(n.Line)
}

// subject is what a note is of, as messages give it.
func (n noteReport) subject() string {
	s := ""
	if n.Service != "" {
		s = n.Service + ": "
	}
	if n.Link != "" {
		s += fmt.Sprintf("link %q: ", n.Link)
	}
	return s
}

// printable shows control characters, which would end a line or drive a
// terminal, as they would be in quotes, and bytes that are no UTF-8, too.
func printable(s string) string {
	if !strings.ContainsFunc(s, unicode.IsControl) {
		return utf8Only(s)
	}
	var b strings.Builder
	for _, r := range utf8Only(s) {
		if unicode.IsControl(r) {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// utf8Only shows each byte that is no UTF-8 as \xNN. The name of a file may
// hold any.
func utf8Only(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, `\x%02x`, s[0])
		} else {
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return b.String()
}
