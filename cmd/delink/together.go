package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/tree"
)

// together is what the files of one command line have to do with each other. A
// file of format v1 can't be extended by an upgraded one, so that a base that
// is asked for too is upgraded even if it has no links itself.
type together struct {
	bases map[string]bool // files of format v1 that an asked file extends, by real path
	busy  map[string]bool // bases that are being upgraded
}

// findBases looks through the files for those of format v1 that others of them
// extend. Files that can't be read are told of later.
func findBases(o *options) together {
	t := together{map[string]bool{}, map[string]bool{}}
	asked := map[string]bool{}
	var queue []string
	for _, name := range o.files {
		if name != "-" {
			asked[filePath(name)] = true
			queue = append(queue, filePath(name))
		}
	}
	for len(asked) > 1 && len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		for _, base := range t.extendsFrom(path) {
			if asked[base] && !t.bases[base] {
				t.bases[base] = true
				queue = append(queue, base)
			}
		}
	}
	return t
}

// takeBases takes into a run over folders the files of format v1 that others of
// them extend, whatever their names are: neither can be upgraded alone.
func (b *bulk) takeBases() {
	if len(b.o.folders) == 0 {
		return
	}
	t := together{bases: map[string]bool{}}
	var known map[string]bool
	for i := 0; i < len(b.files); i++ { // it grows
		f := b.files[i]
		if f.origin != found || !f.readable() || len(f.others) == 0 {
			continue
		}
		path := filePath(f.path)
		for _, base := range t.extendsFrom(path) {
			if known == nil { // not before it is needed: a tree may be large
				known = b.paths()
			}
			rel, err := filepath.Rel(filepath.Dir(path), base)
			if err != nil || known[base] || !b.o.inFolders(base) || !sameRepository(path, base) || !fileIsV1(base) {
				continue
			}
			known[base], t.bases[base] = true, true
			b.add(newFile(b.o, filepath.Join(filepath.Dir(f.path), rel), found))
		}
	}
}

// paths are those of all files, as filePath gives them.
func (b *bulk) paths() map[string]bool {
	out := map[string]bool{}
	for _, f := range b.files {
		out[filePath(f.path)] = true
	}
	return out
}

// add takes one more file into the run.
func (b *bulk) add(f *file) {
	f.abs = f.path
	if abs, err := filepath.Abs(f.path); err == nil {
		f.abs = abs
	}
	b.look(f, nil)
	b.files = append(b.files, f)
	b.o.files, b.o.several = append(b.o.files, f.path), true
}

// inFolders reports whether a file lies in a folder that was asked for, and is
// one that would be looked at there.
func (o *options) inFolders(path string) bool {
	for _, dir := range o.folders {
		rel, err := filepath.Rel(filePath(dir), path)
		if err != nil || !filepath.IsLocal(rel) {
			continue
		}
		parts := strings.Split(filepath.ToSlash(rel), "/")
		if slices.ContainsFunc(parts, func(p string) bool { return slices.Contains(skippedFolders, p) }) {
			continue
		}
		return !inWorkTree(filepath.Dir(path)) || gitCommand(filepath.Dir(path), "check-ignore", "-q", filepath.Base(path)).Run() != nil
	}
	return false
}

// sameRepository reports whether two files belong to one repository, or to none.
func sameRepository(a, b string) bool {
	a, b = filepath.Dir(a), filepath.Dir(b)
	return !inWorkTree(a) && !inWorkTree(b) || workTree(a) == workTree(b)
}

// extendsFrom lists the files that the services of a v1 file extend from.
func (t together) extendsFrom(path string) []string {
	src, err := readFile(path)
	if err != nil || !bytes.Contains(src, []byte("extends")) {
		return nil
	}
	doc, err := emit.Parse(path, src)
	if err != nil || !translate.IsV1(doc.Trees()) && !(t.bases[path] && translate.LooksV1(doc.Trees())) {
		return nil
	}
	var out []string
	for _, d := range doc.Trees() {
		for _, s := range d.GetFields() {
			if f := s.Value.Get("extends").Get("file"); f.Is(tree.Scalar) {
				out = append(out, filePath(filepath.Join(filepath.Dir(path), filepath.FromSlash(f.Value))))
			}
		}
	}
	return out
}

// upgradedBase is the text that a base of format v1 is to have.
func (t together) upgradedBase(o *options, name, path string, src []byte) ([]byte, error) {
	if t.busy[path] {
		return nil, errors.New(name + " extends itself through others")
	}
	t.busy[path] = true
	defer delete(t.busy, path)
	res, err := translateFile(o, name, filepath.Dir(path), src)
	if err != nil {
		return nil, err
	}
	return res.text, nil
}

// filePath is a name by which a file is known whatever it is called by.
func filePath(name string) string {
	abs, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	return abs
}
