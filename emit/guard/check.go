package guard

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// extent is what a node amounts to once its aliases are followed.
type extent struct {
	size  int // nodes, plus what weight adds
	depth int // levels of collections
}

// weight is what a text counts for besides its node. A long one, copied a
// million times, is more than a million nodes. One with many variables takes a
// time to interpolate that grows with the square of their number in a line.
func weight(text string) (size, variables int) {
	size = len(text) / 128
	for line := range strings.Lines(text) {
		n := strings.Count(line, "${")
		variables = max(variables, n)
		size += n * n / 50
	}
	return size, variables
}

// checker walks the nodes of one file in the order of the text. An anchor stands
// before its aliases there, so that an alias finds its target either measured or
// still open: then it is a cycle. So nothing is walked twice, and no walk goes
// deeper than MaxDepth.
type checker struct {
	src   []byte
	nodes int
	alias bool                  // there are aliases
	done  map[*yaml.Node]extent // of anchored nodes
}

func check(src []byte, docs []*yaml.Node) error {
	c := &checker{src: src, done: map[*yaml.Node]extent{}}
	total := 0
	for _, doc := range docs {
		root := doc.Content[0]
		if root.Kind != yaml.MappingNode && !isNull(root) {
			return errorAt(root, NotAMapping, "a Compose file is a mapping with a key such as services:, and this is %s", kindName(root))
		}
		e, err := c.walk(root, 1)
		if err != nil {
			return err
		}
		if total += e.size; total > MaxNodes {
			return c.tooMuch(root)
		}
	}
	return nil
}

// walk checks n, which stands at the given level, and measures it.
func (c *checker) walk(n *yaml.Node, level int) (extent, error) {
	if c.nodes++; c.nodes > MaxNodes {
		return extent{}, errorAt(n, TooLarge, "more than %d values; this is where the rest starts", MaxNodes)
	}
	e := extent{size: 1}
	switch n.Kind {
	case yaml.ScalarNode:
		size, variables := weight(n.Value)
		if variables > MaxVariables {
			return e, errorAt(n, TooLarge, "more than %d variables in a line", MaxVariables)
		}
		e.size += size
	case yaml.AliasNode:
		return c.follow(n, level)
	default:
		if level > MaxDepth {
			return e, errorAt(n, TooDeep, "nested more than %d levels deep", MaxDepth)
		}
		if n.Kind == yaml.MappingNode {
			if err := c.keys(n); err != nil {
				return e, err
			}
		}
		for _, child := range n.Content {
			ce, err := c.walk(child, level+1)
			if err != nil {
				return e, err
			}
			if e.size += ce.size; e.size > MaxNodes {
				return e, c.tooMuch(child)
			}
			e.depth = max(e.depth, ce.depth)
		}
		e.depth++
	}
	if n.Anchor != "" {
		c.done[n] = e
	}
	return e, nil
}

// tooMuch refuses a file at the value that brings it over the limit.
func (c *checker) tooMuch(n *yaml.Node) *Error {
	if c.alias {
		return errorAt(n, AliasBomb, "with its aliases written out this file has more than %d values", MaxNodes)
	}
	return errorAt(n, TooLarge, "the texts up to here have too many variables to interpolate")
}

// follow measures an alias by its target.
func (c *checker) follow(n *yaml.Node, level int) (extent, error) {
	c.alias = true
	e, ok := c.done[n.Alias]
	if !ok {
		return e, errorAt(n, AliasCycle, "alias *%s stands inside what it names (&%s at line %d)", n.Value, n.Value, n.Alias.Line)
	}
	if level-1+e.depth > MaxDepth {
		return e, errorAt(n, TooDeep, "nested more than %d levels deep once alias *%s is followed", MaxDepth, n.Value)
	}
	return e, nil
}

// keys checks the keys of a mapping: scalars, each once, and merges of mappings.
func (c *checker) keys(n *yaml.Node) error {
	first := make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		name := key
		if key.Kind == yaml.AliasNode {
			name = key.Alias
		}
		if name.Kind != yaml.ScalarNode {
			return c.badKey(key, name)
		}
		if old, ok := first[name.Value]; ok {
			return errorAt(key, DuplicateKey, "mapping key %q already defined at line %d", name.Value, old.Line)
		}
		first[name.Value] = key
		if key.Tag == "!!merge" {
			if bad := notMergeable(value); bad != nil {
				return errorAt(bad, MergeNotMapping, "%q takes a mapping or a list of mappings, and this is %s", "<<", kindName(bad))
			}
		}
	}
	return nil
}

// badKey says that a key is a collection, which "{{ name }}" is to YAML.
func (c *checker) badKey(key, name *yaml.Node) error {
	line := []rune(lineAt(c.src, key.Line))
	if col := key.Column - 1; name.Style&yaml.FlowStyle != 0 && col > 0 && col < len(line) && line[col] == '{' && line[col-1] == '{' {
		return &Error{key.Line, col, BadKey, "a mapping key must be a scalar; \"{{\" looks like a template: render it first, or put it in quotes"}
	}
	return errorAt(key, BadKey, "a mapping key must be a scalar, and this is %s", kindName(name))
}

// notMergeable returns the part of a merge key's value that is no mapping, or nil.
func notMergeable(value *yaml.Node) *yaml.Node {
	target := follow(value)
	switch target.Kind {
	case yaml.MappingNode:
		return nil
	case yaml.SequenceNode:
		for _, item := range target.Content {
			if follow(item).Kind != yaml.MappingNode {
				return item
			}
		}
		return nil
	}
	return value
}

func follow(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func kindName(n *yaml.Node) string {
	switch n = follow(n); {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n):
		return "empty"
	case n.Tag == "!!int" || n.Tag == "!!float":
		return "a number"
	case n.Tag == "!!bool":
		return "a boolean"
	}
	return "a text"
}

func errorAt(n *yaml.Node, reason, format string, args ...any) *Error {
	return &Error{max(n.Line, 1), max(n.Column, 1), reason, fmt.Sprintf(format, args...)}
}
