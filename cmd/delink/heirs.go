package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/translate"
)

// A file whose services others extend, or that others include, changes those
// others, too. What would harm one of them is left: one of this command line,
// as it will be, or one beside the file. Others are not known of.

// heirsOf are the files that may use the one at path, in the order of their names.
func (o *options) heirsOf(path string) []string {
	var out []string
	have := map[string]bool{path: true}
	for _, user := range o.together.users[path] {
		real := filePath(user.path)
		out, have[real] = append(out, real), true
	}
	beside, _ := os.ReadDir(filepath.Dir(path)) // a folder that can't be listed shows none
	for _, entry := range beside {
		name := filepath.Join(filepath.Dir(path), entry.Name())
		if entry.Type().IsRegular() && isComposeName(entry.Name()) && !have[name] && mentions(name, filepath.Base(path)) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// mentions reports whether a file may extend or include one of that name.
func mentions(name, other string) bool {
	src, err := readFile(name)
	return err == nil && bytes.Contains(src, []byte(other)) && (bytes.Contains(src, []byte("extends")) || bytes.Contains(src, []byte("include")))
}

// harm says what the new texts of files would spoil in a file that uses one of
// them; "" if nothing.
func (e *environment) harm(before, after emit.Files) string {
	for i, f := range before {
		if bytes.Equal(f.Bytes(), after[i].Bytes()) || f.Name == stdinName {
			continue
		}
		path := filePath(filepath.FromSlash(f.Name))
		for _, heir := range e.o.heirsOf(path) {
			was, is := e.o.heirProject(heir, nil), e.o.heirProject(heir, map[string][]byte{path: after[i].Bytes()})
			if was == nil || is == nil {
				continue
			}
			if err := translate.Unharmed(was, is); err != nil {
				return fmt.Sprintf("%s uses this file, and there %v", shownName(e.o, heir), err)
			}
		}
	}
	return ""
}

// heirProject reads a file that uses others, whose new texts are in edited. It is
// nil if the file can't be read, or has format v1, which knows no names of others.
func (o *options) heirProject(path string, edited map[string][]byte) *translate.Project {
	src, err := readFile(path)
	if text, ok := o.together.text(path); ok {
		src, err = text, nil
	}
	if err != nil {
		return nil
	}
	doc, err := emit.Parse(shownName(o, path), src)
	if err != nil || translate.LooksV1(doc.Trees()) {
		return nil
	}
	env := newEnvironment(o, filepath.Dir(path))
	env.overlay = edited
	if env.load() != nil || env.readIncluded(emit.Files{doc}) != nil {
		return nil
	}
	return translate.Read(env.input(emit.Files{doc}))
}

// share lets links stay that others would be harmed without: those whose alias
// is at fault, else those with an alias of their own, else all. It is false if
// none is left.
func (k kept) share(plan *translate.Plan, why string) bool {
	for _, atFault := range []func(l *translate.Link) bool{
		func(l *translate.Link) bool { return strings.Contains(why, strconv.Quote(l.Alias)) },
		func(l *translate.Link) bool { return l.Alias != l.Target },
		func(*translate.Link) bool { return true },
	} {
		found := false
		for _, l := range plan.Links {
			if l.Counts() && !l.Stays() && atFault(l) {
				k.shared[l.At], found = why, true
			}
		}
		if found {
			return true
		}
	}
	return false
}

// levels deals jobs out: those of a file come after those of its users, whose
// new texts are then known.
func levels(jobs []*job) [][]*job {
	level := map[*file]int{}
	var find func(f *file) int
	find = func(f *file) int {
		if n, ok := level[f]; ok {
			return n
		}
		level[f] = 0 // files may use one another in a circle
		n := 0
		for _, user := range f.users {
			n = max(n, find(user)+1)
		}
		level[f] = n
		return n
	}
	var out [][]*job
	for _, j := range jobs {
		n := 0
		for _, f := range j.asked() {
			n = max(n, find(f))
		}
		for len(out) <= n {
			out = append(out, nil)
		}
		out[n] = append(out[n], j)
	}
	return out
}
