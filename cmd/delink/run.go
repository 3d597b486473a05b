package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
	files, err := findFiles(o, std)
	if err != nil {
		fmt.Fprintf(std.err, "delink: %v\n", err)
		return exitError
	}
	o.files = nil
	for _, f := range files {
		if f.reason != ownRepository {
			o.files = append(o.files, f.path)
		}
	}
	if err := o.checkReport(o.files); err != nil {
		fmt.Fprintf(std.err, "delink: %v\n", err)
		return exitError
	}
	if err := o.checkDiff(files); err != nil {
		fmt.Fprintf(std.err, "delink: %v\n", err)
		return exitError
	}
	if o.engine {
		if o.asked, err = newEngine(); err != nil {
			fmt.Fprintf(std.err, "delink: %v\n", err)
			return exitError
		}
	}
	o.several, o.reports = len(o.files) > 1, newReports(o)
	o.colorOut, o.colorErr = o.useColor(std.out), o.useColor(std.err)
	if !o.mode() {
		for _, f := range files {
			if err := clobbered(std.out, f.path, std.in); err != nil {
				f.err, f.reason = err, "stdout"
			}
		}
	}
	b := &bulk{o: o, std: std, files: files, bar: newProgress(o, std.err)}
	code := b.run()
	if o.exitZero && code == exitLinks {
		code = exitOK
	}
	return o.reports.finish(o, code, std)
}

// shownName is the file's name in messages and diffs, with slashes.
func shownName(o *options, name string) string {
	if name != "-" {
		return filepath.ToSlash(relative(filepath.Clean(name)))
	}
	if o.stdinName != "" {
		return filepath.ToSlash(filepath.Clean(o.stdinName))
	}
	return stdinName
}

// checkDiff refuses a diff of files some of which are outside of the current
// folder: git apply refuses a patch with such names, or passes them over in
// silence. A diff of none but such is to be looked at.
func (o *options) checkDiff(files []*file) error {
	outside := func(f *file) bool {
		return f.name != stdinName && !filepath.IsLocal(filepath.FromSlash(f.name))
	}
	i := slices.IndexFunc(files, outside)
	if !o.diff || i < 0 || !slices.ContainsFunc(files, func(f *file) bool { return !outside(f) }) {
		return nil
	}
	return fmt.Errorf("-d: %s is outside of the current folder, and others are not: git apply takes no such names: run delink in a folder above all the files", printable(files[i].name))
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
