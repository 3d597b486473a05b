package main

import (
	"bytes"
	"cmp"
	"errors"

	"github.com/delink/delink/emit/diff"
	"github.com/delink/delink/emit/guard"
	"github.com/delink/delink/translate"
)

// verdict is what there is to tell of a file.
type verdict struct {
	told                     bool
	code                     int
	stdout, stderr           []byte
	changed, skipped, failed bool
	within                   bool // a repository that was passed over
	removed, left, warnings  int
}

// edit is a new text that is not written yet.
type edit struct{ before, after []byte }

// settle tells of a file that nothing was to be done about.
func (f *file) settle(o *options) {
	switch {
	case f.skip != "":
		f.skipAs(o, f.skip, f.reason)
	case f.err != nil:
		f.fail(o, cmp.Or(f.reason, "unreadable"), f.err)
	case !o.mode():
		src, err := f.read()
		if err != nil {
			f.fail(o, "unreadable", err)
			return
		}
		f.out = verdict{told: true, stdout: src}
	default:
		f.out.told = true
	}
	if f.report == nil && o.reports != nil {
		f.report = reportResult(o, &result{name: f.name})
	}
}

// skipAs tells of a file that is none of delink's business.
func (f *file) skipAs(o *options, why, reason string) {
	f.out = verdict{told: true, skipped: reason != ownRepository, within: reason == ownRepository}
	if o.verbose {
		f.out.stderr = line("%s: skipped: %s [%s]", f.name, why, reason)
	}
	if o.reports != nil {
		f.report = reportSkipped(o, f.name, reason, why)
	}
}

// fail gives a file up. What the file itself is to blame for has a place in it.
func (f *file) fail(o *options, reason string, err error) {
	f.pending, err = nil, o.secrets.error(err)
	f.out = verdict{told: true, failed: true, code: exitError}
	var g *guard.Error
	switch {
	case errors.As(err, &g) && err == error(g):
		f.out.stderr = line("%s:%d:%d: error: %s [%s]", f.name, g.Line, g.Column, g.Msg, g.Reason)
	case reasonAtEnd.MatchString(err.Error()):
		f.out.stderr = line("%s: error: %v", f.name, err)
	default:
		f.out.stderr = line("%s: error: %v [%s]", f.name, err, reason)
	}
	if o.reports != nil {
		f.report = reportFailure(o, f.name, reason, err)
	}
}

// finish tells of a file that was translated, and writes it if that is asked for
// and no other file is read with it.
func (f *file) finish(o *options, res *result) {
	if !res.changed() && res.found == 0 && !res.v1 && f.words && f.path != "-" {
		if why, reason := notCompose(res.before); why != "" && f.origin < named {
			f.skipAs(o, why, reason)
			return
		} else if why != "" {
			f.fail(o, reason, &guard.Error{Line: 1, Column: 1, Reason: reason, Msg: "is " + why})
			return
		}
	}
	f.out = verdict{told: true, code: res.code(o), changed: res.changed(), removed: res.found - res.stay(), left: res.stay()}
	f.out.stdout = deliver(o, res)
	f.out.stderr = report(o, f.name, res)
	for _, n := range res.notes {
		if n.Severity == translate.Warning {
			f.out.warnings++
		}
	}
	if o.reports != nil {
		f.report = reportResult(o, res)
	}
	if o.write && res.changed() {
		f.pending = &edit{res.before, res.text}
	}
	if !f.shared {
		f.write(o)
	}
}

// write puts the new text into the file, if there is one.
func (f *file) write(o *options) {
	if f.pending == nil {
		return
	}
	e := f.pending
	f.pending = nil
	if err := writeFile(f.path, e.before, e.after); err != nil {
		f.fail(o, "unwritable", err)
	}
}

// deliver gives what is asked for on stdout: the new file, a diff, or the name
// of a file that changes.
func deliver(o *options, res *result) []byte {
	switch {
	case o.diff:
		out := diff.Unified(res.name, res.before, res.text)
		if o.colorOut {
			out = diff.Colour(out)
		}
		return out
	case o.list && res.changed():
		return []byte(res.name + "\n")
	case !o.mode():
		return res.text
	}
	return nil
}

// line is printLine to be printed later.
func line(format string, args ...any) []byte {
	var b bytes.Buffer
	printLine(&b, format, args...)
	return b.Bytes()
}
