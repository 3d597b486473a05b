package main

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/tree"
)

// partV1 reports whether documents have links as a file of format v1 has them,
// in services that have nothing to run: it is to be read with another file.
func partV1(docs []*tree.Node) bool {
	found := false
	for _, d := range docs {
		if d.Get("services") != nil {
			return false
		}
		for _, f := range d.GetFields() {
			found = found || f.Value.Field("links") != nil
		}
	}
	return found && !translate.IsV1(docs)
}

func fileIsV1(name string) bool {
	src, err := readFile(name)
	if err != nil {
		return false
	}
	doc, err := emit.Parse(name, src)
	return err == nil && translate.LooksV1(doc.Trees())
}

// aboveV1 finds a file of format v1 that is read on top of a base beside it, or
// can be used only so, and is none of those that are done with the base: "" if
// there is none. Compose would refuse the two once the base is upgraded.
func aboveV1(base string, with ...string) string {
	dir := filepath.Dir(base)
	if firstBase(dir) != filepath.Base(base) {
		return ""
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return ""
	}
	for _, e := range entries {
		name, path := e.Name(), filepath.Join(dir, e.Name())
		override := slices.Contains(overrideNames, name)
		if !e.Type().IsRegular() || slices.Contains(with, name) || slices.Contains(defaultNames, name) || !override && !variantName.MatchString(name) {
			continue
		}
		if fileIsV1(path) && (override || completes(base, servicesOf(path))) {
			return name
		}
	}
	return ""
}
