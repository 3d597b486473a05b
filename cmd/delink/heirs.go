package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/translate"
)

// A file whose services others extend, or that others include, changes those
// others, too. What would harm one of them is left: one of this command line,
// as it will be, or one beside the file. Others are not known of.

// neighbours is what is known of the users of files.
type neighbours struct {
	users   map[string][]*file // asked files that may extend or include one, by its real path
	texts   sync.Map           // the new texts of those that are done, by real path
	folders sync.Map           // the files of a folder that extend or include others
}

func newNeighbours() *neighbours { return &neighbours{users: map[string][]*file{}} }

// heirsOf are the files that may use the one at path, in the order of their names.
func (n *neighbours) heirsOf(path string) []string {
	var out []string
	for _, user := range n.users[path] {
		out = append(out, filePath(user.path))
	}
	for _, name := range n.beside(filepath.Dir(path)) {
		if src, err := readFile(name); err == nil && name != path && bytes.Contains(src, []byte(filepath.Base(path))) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// beside lists the Compose files of a folder that extend or include others.
func (n *neighbours) beside(folder string) []string {
	if names, ok := n.folders.Load(folder); ok {
		return names.([]string)
	}
	var names []string
	entries, _ := os.ReadDir(folder) // one that can't be listed shows none
	for _, entry := range entries {
		name := filepath.Join(folder, entry.Name())
		if !entry.Type().IsRegular() || !isComposeName(entry.Name()) {
			continue
		}
		if src, err := readFile(name); err == nil && namesOthers(src) {
			names = append(names, name)
		}
	}
	n.folders.Store(folder, names)
	return names
}

// namesOthers reports whether a text may extend or include other files.
func namesOthers(src []byte) bool {
	return bytes.Contains(src, []byte("extends")) || bytes.Contains(src, []byte("include"))
}

// harm says what the new texts of files would spoil in a file that uses one of
// them; "" if nothing.
func (e *environment) harm(before, after emit.Files) string {
	for i, f := range before {
		if bytes.Equal(f.Bytes(), after[i].Bytes()) || f.Name == stdinName {
			continue
		}
		path := filePath(filepath.FromSlash(f.Name))
		for _, heir := range e.o.near.heirsOf(path) {
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
	if text, ok := o.near.texts.Load(path); ok {
		src, err = text.([]byte), nil
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
