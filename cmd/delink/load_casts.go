package main

import (
	"slices"

	"github.com/compose-spec/compose-go/v2/interpolation"
	"github.com/compose-spec/compose-go/v2/tree"
	"gopkg.in/yaml.v3"
)

// withoutIdleCasts gives the casts without those that no value can come under:
// the casts of a path with a key that keys has not. compose-go compares every
// text of a file with every path, which is a third of its time.
func withoutIdleCasts(casts map[tree.Path]interpolation.Cast, keys map[string]bool) map[tree.Path]interpolation.Cast {
	out := map[tree.Path]interpolation.Cast{}
	for path, cast := range casts {
		if !slices.ContainsFunc(path.Parts(), func(part string) bool {
			return part != tree.PathMatchAll && part != tree.PathMatchList && !keys[part]
		}) {
			out[path] = cast
		}
	}
	return out
}

// addKeys puts the keys of all mappings below the nodes into keys. What an alias
// stands for is below one of them, too.
func addKeys(keys map[string]bool, nodes []*yaml.Node) {
	for _, n := range nodes {
		for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
			keys[aliased(n.Content[i]).Value] = true
		}
		addKeys(keys, n.Content)
	}
}
