package text

import "gopkg.in/yaml.v3"

// setEmpty writes [] or {} in the place of a null.
func (f *File) setEmpty(c *node, kind Kind) (*plan, error) {
	if !isNull(c.n) || c.parent == nil || c.props > c.start {
		return nil, ErrLayout
	}
	brackets, node := "[]", yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	if kind == Map {
		brackets, node = "{}", yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	}
	if c.body == c.end {
		brackets = " " + brackets
	}
	p := new(plan)
	p.put(c.body, c.end, brackets)
	p.also(func(all []*yaml.Node) { *all[c.id] = node })
	return p, nil
}
