package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// reports gathers what a report says of each file. It is nil where no report
// was asked for. Its methods may be called from several goroutines.
type reports struct {
	mu    sync.Mutex
	files []*fileReport
}

// newReports is for a run that is to end with a report, else nil.
func newReports(o *options) *reports {
	if o.format == formatText {
		return nil
	}
	return &reports{}
}

// add adds a file.
func (r *reports) add(f *fileReport) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files = append(r.files, f)
}

// finish gives the report of the run to stdout, or writes it to the file, and
// returns the run's exit code. The files are in the order of their names, so
// that neither the order of the arguments nor the number of workers shows.
func (r *reports) finish(o *options, exit int, std streams) int {
	if r == nil {
		return exit
	}
	slices.SortStableFunc(r.files, func(a, b *fileReport) int { return cmp.Compare(a.Path, b.Path) })
	text := newReport(r.files, exit).render(o.format)
	if o.reportFile == "" {
		if _, err := std.out.Write(text); err != nil {
			fmt.Fprintf(std.err, "delink: stdout: %v\n", plainError(err))
			return exitError
		}
		return exit
	}
	defer finishOnSignal(func() {})()
	if err := writeReport(o.reportFile, text); err != nil {
		fmt.Fprintf(std.err, "delink: --report: %s: %v\n", printable(o.reportFile), err)
		return exitError
	}
	return exit
}

// checkFormat refuses what does not go together with --format and --report.
func (o *options) checkFormat() error {
	switch {
	case !slices.Contains(formats, o.format):
		return fmt.Errorf("--format is %s or %s, not %q", strings.Join(formats[:len(formats)-1], ", "), formats[len(formats)-1], o.format)
	case o.reportFile == "-":
		return errors.New("--report names a file: with -w or --check alone the report goes to stdout without it (./- is a file of that name)")
	case o.reportFile != "" && o.format == formatText:
		return errors.New("--report: add --format json, sarif, github or markdown")
	case o.format == formatText || o.reportFile != "":
		return nil
	case o.diff || o.list || !o.write && !o.check:
		return fmt.Errorf("--format %s prints to stdout with -w or --check alone: add --report FILE", o.format)
	}
	return nil
}

// checkReport refuses to write the report over an input.
func (o *options) checkReport(inputs []string) error {
	if o.reportFile == "" {
		return nil
	}
	report, _ := os.Stat(o.reportFile)
	path, _ := filepath.Abs(o.reportFile)
	for _, name := range inputs {
		if name == "-" {
			continue
		}
		input, err := os.Stat(name)
		abs, _ := filepath.Abs(name)
		if abs == path || err == nil && report != nil && os.SameFile(input, report) {
			return fmt.Errorf("--report: %s is also to be read: name another file", printable(name))
		}
	}
	return nil
}

// writeReport writes a report whole or not at all, as -w does. What is no
// regular file, such as a pipe, is written to.
func writeReport(name string, content []byte) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return createFile(name, content)
	case err != nil:
		return plainError(err)
	case info.IsDir():
		return errors.New("is a directory: name a file")
	case info.Mode().IsRegular():
		old, err := os.ReadFile(name)
		if err != nil {
			return plainError(err)
		}
		return writeFile(name, old, content)
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return plainError(err)
	}
	_, err = io.Copy(f, bytes.NewReader(content))
	return plainError(errors.Join(err, f.Close()))
}

// createFile makes a new file of content, by another name first. A symbolic
// link that leads nowhere stays, and what it names is made.
func createFile(name string, content []byte) error {
	for range 40 { // as many as Linux follows
		target, err := os.Readlink(name)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filePath(filepath.Dir(name)), target)
		}
		name = target
	}
	writing.RLock()
	defer writing.RUnlock()
	tmp := filepath.Join(filepath.Dir(name), fmt.Sprintf(".delink-report-%d", os.Getpid()))
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return plainError(err)
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(tmp, name)
	}
	if err != nil {
		os.Remove(tmp)
	}
	return plainError(err)
}
