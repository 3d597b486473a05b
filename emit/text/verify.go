package text

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// cloneTrees copies the documents; copies are found by the id of the original.
func (f *File) cloneTrees() (roots, all []*yaml.Node) {
	all = make([]*yaml.Node, len(f.nodes))
	slab := make([]yaml.Node, len(f.nodes))
	for i, nd := range f.nodes {
		n := nd.n
		slab[i] = yaml.Node{Kind: n.Kind, Style: n.Style, Tag: n.Tag, Value: n.Value, Anchor: n.Anchor, Line: n.Line}
		all[i] = &slab[i]
	}
	for i, nd := range f.nodes {
		for _, c := range nd.n.Content {
			all[i].Content = append(all[i].Content, all[f.places[c].id])
		}
		if nd.n.Alias != nil {
			if at := f.places[nd.n.Alias]; at != nil {
				all[i].Alias = all[at.id]
			}
		}
	}
	for _, r := range f.roots {
		roots = append(roots, all[r.id])
	}
	return roots, all
}

// verify compares the documents of f with the intended trees: kind, tag, value,
// anchor, children, and what aliases stand for. It does not compare styles and
// comments.
func (f *File) verify(want []*yaml.Node) error {
	if len(want) != len(f.roots) {
		return fmt.Errorf("%w: %d documents instead of %d", ErrVerify, len(f.roots), len(want))
	}
	c := comparer{want: map[*yaml.Node]int{}, got: map[*yaml.Node]int{}}
	for i, r := range f.roots {
		if err := c.nodes(r.n, want[i]); err != nil {
			return err
		}
	}
	for _, a := range c.aliases {
		if c.got[a.got.Alias] != c.want[a.want.Alias] {
			return fmt.Errorf("%w: *%s at line %d stands for something else", ErrVerify, a.got.Value, a.got.Line)
		}
	}
	return nil
}

type comparer struct {
	want, got map[*yaml.Node]int // preorder numbers of anchored nodes
	count     int
	aliases   []struct{ got, want *yaml.Node }
}

func (c *comparer) nodes(got, want *yaml.Node) error {
	c.count++
	if got.Anchor != "" || want.Anchor != "" {
		c.got[got], c.want[want] = c.count, c.count
	}
	value := got.Value == want.Value || got.ShortTag() == "!!null" && want.ShortTag() == "!!null"
	if got.Kind != want.Kind || got.ShortTag() != want.ShortTag() || !value || got.Anchor != want.Anchor || len(got.Content) != len(want.Content) {
		return fmt.Errorf("%w: line %d reads as another value", ErrVerify, got.Line)
	}
	if got.Kind == yaml.AliasNode {
		c.aliases = append(c.aliases, struct{ got, want *yaml.Node }{got, want})
	}
	for i := range got.Content {
		if err := c.nodes(got.Content[i], want.Content[i]); err != nil {
			return err
		}
	}
	return nil
}
