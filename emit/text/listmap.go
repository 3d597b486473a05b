package text

import (
	"errors"
	"fmt"

	"gopkg.in/yaml.v3"
)

// errItem says that a list cannot become a mapping.
var errItem = errors.New("the list cannot become a mapping")

// listToMap makes a list of strings a mapping from each to value.
func (f *File) listToMap(s *node, value Value) (*plan, error) {
	if s.n.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("line %d: the value is no list", s.n.Line)
	}
	if s.n.Style&yaml.TaggedStyle != 0 {
		return nil, fmt.Errorf("line %d: the list has a tag", s.n.Line)
	}
	if err := f.keysOf(s); err != nil {
		return nil, err
	}
	st := f.styleOf(s)
	p := new(plan)
	p.also(func(all []*yaml.Node) {
		c := all[s.id]
		c.Kind, c.Tag = yaml.MappingNode, "!!map"
		var content []*yaml.Node
		for _, k := range c.Content {
			content = append(content, k, st.node(value, s.flow))
		}
		c.Content = content
	})
	if s.flow {
		text := ": "
		if st.compact {
			text = ":"
		}
		p.put(s.body, s.body+1, "{")
		for _, it := range s.items {
			p.put(it.val.end, it.val.end, text+st.flowValue(value))
		}
		p.put(s.end-1, s.end, "}")
		return p, nil
	}
	return p, f.itemsToKeys(p, s, st, value)
}

// keysOf checks that every item of s can be a key.
func (f *File) keysOf(s *node) error {
	seen := map[string]bool{}
	for i, it := range s.items {
		n := it.val.n
		_, oneLine := f.Token(n)
		if n.Kind != yaml.ScalarNode || n.Tag != "!!str" || n.Style&yaml.TaggedStyle != 0 || n.Anchor != "" || it.val.props > it.val.start || !oneLine || n.Value == "" {
			return fmt.Errorf("%w: an item is no string: item %d at line %d", errItem, i, n.Line)
		}
		if seen[n.Value] {
			return fmt.Errorf("item %q stands twice", n.Value)
		}
		seen[n.Value] = true
	}
	return nil
}

// itemsToKeys turns the items of a block list into keys: the dash goes, a colon
// stands behind the item, the value on the same line or below.
func (f *File) itemsToKeys(p *plan, s *node, st style, value Value) error {
	col := f.column(s.items[0].dash)
	pad := ""
	if m := s.parent; m != nil && m.n.Kind == yaml.MappingNode && f.column(m.entries[s.index].start) == col {
		pad = indent(st.step)
	}
	for i, it := range s.items {
		if f.lineOf(it.dash) != f.lineOf(it.val.start) || i > 0 && !f.startsLine(it.dash) {
			return fmt.Errorf("line %d: %w", it.val.n.Line, ErrLayout)
		}
		lines := st.blockEntry(Entry{"k", value}, col+len(pad))
		p.put(it.dash, it.val.start, pad)
		p.put(it.val.end, it.val.end, lines[0][1:])
		if len(lines) > 1 {
			p.edits = append(p.edits, f.below(f.lineOf(it.val.end), lines[1:]))
		}
	}
	return nil
}
