package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/delink/delink/emit/diff"
	"github.com/delink/delink/emit/guard"
)

// run is the program: it gives the exit code.
func run(args []string, std streams) int {
	o, err := parseFlags(args, std.out)
	switch {
	case errors.Is(err, errDone):
		return exitOK
	case err != nil:
		fmt.Fprintf(std.err, "delink: %v\nRun delink --help for usage.\n", err)
		return exitError
	}
	if len(o.files) == 0 {
		name, err := defaultFile()
		if err != nil {
			fmt.Fprintf(std.err, "delink: %v\n", err)
			return exitError
		}
		o.files = []string{name}
	}
	if err := o.checkReport(o.files); err != nil {
		fmt.Fprintf(std.err, "delink: %v\n", err)
		return exitError
	}
	if o.engine {
		if o.asked, err = newEngine(); err != nil {
			fmt.Fprintf(std.err, "delink: %v\n", err)
			return exitError
		}
	}
	o.together, o.reports = findBases(o), newReports(o)
	code := exitOK
	for _, name := range o.files {
		code = max(code, runFile(o, name, std))
	}
	return o.reports.finish(o, code, std)
}

// runFile does one file. A defect in it ends that file only, never a panic.
func runFile(o *options, name string, std streams) (code int) {
	shown := shownName(o, name)
	defer func() {
		if r := recover(); r != nil {
			printLine(std.err, "%s: error: delink failed on this file, nothing was written: please report it: %v [defect]", shown, r)
			o.reports.failure(o, shown, "defect", fmt.Errorf("delink failed on this file, nothing was written: please report it: %v", r))
			code = exitError
		}
	}()
	if err := clobbered(std.out, name, std.in); err != nil && !o.mode() {
		printLine(std.err, "%s: error: %v [stdout]", shown, err)
		o.reports.failure(o, shown, "stdout", err)
		return exitError
	}
	src, err := input(name, std.in)
	if err != nil {
		printLine(std.err, "%s: error: %v [unreadable]", shown, err)
		o.reports.failure(o, shown, "unreadable", err)
		return exitError
	}
	res, err := translateFile(o, shown, folder(o, name), src)
	if err != nil {
		printFailure(std.err, shown, err)
		o.reports.failure(o, shown, "unreadable", err)
		return exitError
	}
	if err := deliver(o, name, src, res, std); err != nil {
		printLine(std.err, "%s: error: %v [unwritable]", shown, err)
		o.reports.failure(o, shown, "unwritable", err)
		return exitError
	}
	res.hideSecrets()
	report(o, shown, res, std)
	o.reports.result(o, res)
	return res.code(o)
}

func input(name string, stdin io.Reader) ([]byte, error) {
	if name == "-" {
		return readAll(stdin)
	}
	return readFile(name)
}

// shownName is the file's name in messages and diffs, with slashes.
func shownName(o *options, name string) string {
	if name != "-" {
		return filepath.ToSlash(relative(filepath.Clean(name)))
	}
	if o.stdinName != "" {
		return filepath.ToSlash(filepath.Clean(o.stdinName))
	}
	return "<stdin>"
}

// relative is a name from the current folder, as git apply and patch want it,
// if the file is below that.
func relative(name string) string {
	if !filepath.IsAbs(name) {
		return name
	}
	here, err := os.Getwd()
	if err != nil {
		return name
	}
	if rel, err := filepath.Rel(here, name); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return name
}

// folder is where .env and files that the file names are looked for.
func folder(o *options, name string) string {
	if name == "-" {
		name = o.stdinName
	}
	return filepath.Dir(name)
}

// deliver puts the result where it was asked for: the new file or a diff or a
// name on stdout, or the file in place.
func deliver(o *options, name string, src []byte, res *result, std streams) error {
	if o.write && res.changed() {
		if err := writeFile(name, src, res.text); err != nil {
			return err
		}
	}
	var out []byte
	switch {
	case o.diff:
		out = diff.Unified(res.name, src, res.text)
		if o.useColor(std.out) {
			out = diff.Colour(out)
		}
	case o.list && res.changed():
		out = []byte(res.name + "\n")
	case !o.mode():
		out = res.text
	}
	if len(out) == 0 {
		return nil
	}
	_, err := std.out.Write(out)
	return plainError(err)
}

// printFailure tells why a file was given up, at its place.
func printFailure(w io.Writer, name string, err error) {
	var g *guard.Error
	if errors.As(err, &g) {
		printLine(w, "%s:%d:%d: error: %s [%s]", name, g.Line, g.Column, g.Msg, g.Reason)
		return
	}
	printLine(w, "%s: error: %v", name, err)
}
