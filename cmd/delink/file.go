package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// file is a file that was asked for, from finding it to telling what became of it.
type file struct {
	path   string // as it was named; "-" for standard input
	name   string // as messages show it
	abs    string // as other files can name it
	origin origin
	stdin  []byte

	skip, reason string // why it is none of delink's business
	err          error  // why it can't be read
	words        bool   // it may hold links, of its own or by other files
	links        bool   // it holds the word
	others       []string
	users        []*file // asked files that may extend or include it
	standsFor    string  // what --stdin-filename calls standard input
	shared       bool    // others are read with it: it is written when they have been

	out     verdict
	report  *fileReport
	pending *edit
	done    bool
}

func newFile(o *options, path string, by origin) *file {
	return &file{path: path, name: shownName(o, path), origin: by, standsFor: o.stdinName}
}

// place is where a file is, or would be if it is standard input: "" if that is
// not known.
func (f *file) place() string {
	if f.path == "-" {
		return f.standsFor
	}
	return f.path
}

// readable reports whether a file can be worked on.
func (f *file) readable() bool { return f.err == nil && f.skip == "" }

// read gives the text of a file.
func (f *file) read() ([]byte, error) {
	if f.path == "-" {
		return f.stdin, nil
	}
	return readFile(f.path)
}

// scan looks at the bytes of a file, which most need no more than, and gives
// back the buffer that it read them into.
func (f *file) scan(buf []byte, stdin io.Reader) []byte {
	src, err := []byte(nil), error(nil)
	if f.path == "-" {
		src, err = readAll(stdin)
		f.stdin = src
	} else if src, err = readInto(f.path, buf); cap(src) > cap(buf) {
		buf = src
	}
	if err != nil {
		f.err = err
		return buf
	}
	if f.words = mayHoldLinks(src); !f.words {
		return buf
	}
	f.links = bytes.Contains(src, []byte("links"))
	if namesOthers(src) {
		f.others = otherFiles(f.abs, src)
	}
	return buf
}

// fileNames finds what could be the name of another Compose file.
var fileNames = regexp.MustCompile(`(?:\b(?:file|path)["']?:[ \t]*["']?|["'\s\[,])([^"'\s,{}\[\]]+)`)

// otherFiles lists the paths that a text may name, by extends or include. One
// with a variable in it stands for every file of that name.
func otherFiles(abs string, src []byte) []string {
	var out []string
	for _, m := range fileNames.FindAllSubmatch(src, -1) {
		name := filepath.FromSlash(string(m[1]))
		switch {
		case strings.Contains(name, "$"):
			out = append(out, filepath.Base(name))
		case strings.Contains(name, "."):
			out = append(out, filepath.Join(filepath.Dir(abs), name))
		}
	}
	return out
}

// markShared finds the files that others name. It gives them with those others:
// these are all that have to do with each other.
func markShared(files []*file) (involved []*file) {
	if !slices.ContainsFunc(files, func(f *file) bool { return len(f.others) > 0 }) {
		return nil
	}
	known := map[string][]*file{} // by path, and by the last part of it
	for _, f := range files {
		if f.readable() && f.path != "-" {
			base := filepath.Base(f.abs)
			known[f.abs], known[base] = append(known[f.abs], f), append(known[base], f)
		}
	}
	for _, f := range files {
		for _, name := range f.others {
			for _, other := range known[name] {
				if other != f {
					other.shared, other.users = true, append(other.users, f)
				}
			}
		}
	}
	for _, f := range files {
		if f.path != "-" && f.readable() && (f.shared || len(f.others) > 0) {
			involved = append(involved, f)
		}
	}
	return involved
}

// markTwins finds the files that are there under several names, so that all of
// them are read before one is written.
func markTwins(files []*file) {
	twins := map[string][]*file{}
	for _, f := range files {
		if !f.readable() || !f.words || f.path == "-" {
			continue
		}
		path := filePath(f.path)
		twins[path] = append(twins[path], f)
		if info, err := os.Stat(path); err == nil && nameCount(info) > 1 {
			f.shared = true
		}
	}
	for _, same := range twins {
		for _, f := range same {
			f.shared = f.shared || len(same) > 1
		}
	}
}
