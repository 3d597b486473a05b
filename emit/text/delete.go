package text

import (
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"
)

// delete removes an entry with all that belongs to it; with above, also the
// comments directly above.
func (f *File) delete(m *node, key string, above bool) (*plan, error) {
	i, err := f.entry(m, key)
	if err != nil {
		return nil, err
	}
	e := m.entries[i]
	if err := f.unused(e.key, e.val); err != nil {
		return nil, err
	}
	if err := f.remarked(e.val.items...); err != nil {
		return nil, err
	}
	p := new(plan)
	p.also(func(all []*yaml.Node) {
		c := all[m.id]
		c.Content = slices.Delete(c.Content, 2*i, 2*i+2)
	})
	if m.flow {
		f.cutElement(p, m, i)
		return p, nil
	}
	last := f.tail(f.lineOf(e.end), f.ownerOf(e))
	first := f.head(m, i, last)
	if above {
		first = min(first, f.topOf(m, i))
	}
	return p, f.cutLines(p, m, i, first, last)
}

// deleteItem removes an item with all that belongs to it.
func (f *File) deleteItem(s *node, i int) (*plan, error) {
	if i < 0 || i >= len(s.items) {
		return nil, fmt.Errorf("%w: item %d", ErrNotFound, i)
	}
	if err := f.unused(s.items[i].val); err != nil {
		return nil, err
	}
	if err := f.remarked(s.items[i]); err != nil {
		return nil, err
	}
	p := new(plan)
	p.also(func(all []*yaml.Node) {
		c := all[s.id]
		c.Content = slices.Delete(c.Content, i, i+1)
	})
	if s.flow {
		f.cutElement(p, s, i)
		return p, nil
	}
	first, last := f.itemLines(s, i)
	return p, f.cutLines(p, s, i, first, last)
}

// itemLines returns the lines that belong to an item of a block list.
func (f *File) itemLines(s *node, i int) (first, last int) {
	it := s.items[i]
	end := it.val.end
	return f.lineOf(it.dash), f.tail(f.lineOf(end), owner{col: f.column(it.dash), dash: -1, child: -1})
}

// cutLines removes lines [first,last], which hold part i of the block collection
// c, with a blank run and what would join a block scalar above.
func (f *File) cutLines(p *plan, c *node, i, first, last int) error {
	at, size := f.part(c, i)
	if size == 1 {
		return f.cutOnly(p, c, first, last)
	}
	if !f.startsLine(at) {
		if i+1 >= size {
			return ErrLayout
		}
		next, _ := f.part(c, i+1)
		if f.lineOf(next) != last+1 || !f.startsLine(next) {
			return ErrLayout
		}
		p.cut(at, next)
		return nil
	}
	first, last = f.blankRun(c, i, size, first, last)
	last = f.joining(f.leafAbove(c, i), first, last)
	p.cut(f.lines[first].start, f.lines[last].next)
	return nil
}

// part returns where part i of a block collection begins, and how many there are.
func (f *File) part(c *node, i int) (at, size int) {
	if c.n.Kind == yaml.MappingNode {
		return c.entries[i].start, len(c.entries)
	}
	return c.items[i].dash, len(c.items)
}

// leafAbove returns the scalar that part i of c stands below, nil for the first.
func (f *File) leafAbove(c *node, i int) *node {
	if i == 0 {
		return nil
	}
	if c.n.Kind == yaml.MappingNode {
		return lastLeaf(c.entries[i-1].val)
	}
	return lastLeaf(c.items[i-1].val)
}

// blankRun extends lines [first,last] by one of the blank runs around them: with
// one on both sides or behind the last part the upper, before the first part
// only the lower.
func (f *File) blankRun(c *node, i, size, first, last int) (int, int) {
	up, down, floor := first, last, f.floor(c, i)
	for up > floor && f.isBlank(up-1) {
		up--
	}
	for f.isBlank(down + 1) {
		down++
	}
	col, _ := f.part(c, i)
	kept, isComment := f.comment(last + 1)
	isLast := i == size-1 && !(isComment && kept.col >= f.column(col))
	switch {
	case up < first && (down > last || isLast):
		return up, last
	case i == 0 && size > 1 && down > last:
		return first, down
	}
	return first, last
}

// cutOnly removes the only part of c: its lines go, and {} or [] stands behind
// what names it.
func (f *File) cutOnly(p *plan, c *node, first, last int) error {
	brackets := "{}"
	if c.n.Kind == yaml.SequenceNode {
		brackets = "[]"
	}
	at, _ := f.part(c, 0)
	if !f.startsLine(at) {
		return ErrOnly
	}
	if c.parent == nil {
		nl := ""
		if l := f.lines[last]; l.next > l.end {
			nl = string(f.src[l.end:l.next])
		}
		p.put(f.lines[first].start, f.lines[last].next, indent(f.column(at))+brackets+nl)
		return nil
	}
	holder := c.holder()
	first, last = f.blankRun(c, 0, 1, first, last)
	p.put(holder, holder, " "+brackets)
	p.cut(f.lines[first].start, f.lines[last].next)
	return nil
}

// holder returns the offset behind what names c: its properties, else the colon
// or the dash before it.
func (c *node) holder() int {
	switch p := c.parent; {
	case c.props > c.start:
		return c.props
	case p == nil:
		return c.start
	case p.n.Kind == yaml.MappingNode:
		return max(p.entries[c.index].colon+1, p.entries[c.index].key.end)
	case p.flow:
		return c.start
	default:
		return p.items[c.index].dash + 1
	}
}
