package main

import (
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"gopkg.in/yaml.v3"
)

func joinPath(folder, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(folder, path)
}

// realPath names a file so that two ways to it give one name.
func realPath(folder, path string) string {
	path = joinPath(folder, path)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return path
}

func aliased(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// nodeValue returns the value of a key of a mapping, its own or a merged one.
func nodeValue(n *yaml.Node, key string) *yaml.Node {
	n = aliased(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if aliased(n.Content[i]).Value == key {
			return aliased(n.Content[i+1])
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Tag != "!!merge" {
			continue
		}
		merged := aliased(n.Content[i+1])
		sources := []*yaml.Node{merged}
		if merged.Kind == yaml.SequenceNode {
			sources = merged.Content
		}
		for _, source := range sources {
			if value := nodeValue(source, key); value != nil {
				return value
			}
		}
	}
	return nil
}

// listItems returns the items of a list.
func listItems(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	items := make([]*yaml.Node, len(n.Content))
	for i, item := range n.Content {
		items[i] = aliased(item)
	}
	return items
}

// nodeTexts returns a text, or the texts of a list, interpolated.
func nodeTexts(n *yaml.Node, env types.Mapping) []string {
	if n == nil {
		return nil
	}
	if n.Kind == yaml.ScalarNode {
		return []string{interpolate(n.Value, env)}
	}
	var out []string
	for _, item := range listItems(n) {
		if item.Kind == yaml.ScalarNode {
			out = append(out, interpolate(item.Value, env))
		}
	}
	return out
}

// interpolate interpolates text as the load will.
func interpolate(text string, env types.Mapping) string {
	if !strings.Contains(text, "$") {
		return text
	}
	out, _ := substituteOrKeep(text, env.Resolve)
	return out
}
