package text

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// replace puts entries in the place of an entry. No blank line outside goes.
func (f *File) replace(m *node, op Op) (*plan, error) {
	i, err := f.entry(m, op.Key)
	if err != nil {
		return nil, err
	}
	if err := f.fresh(m, op.Entries, i); err != nil {
		return nil, err
	}
	if f.reusable(m, i, op) {
		return f.reuse(m, i, op)
	}
	e := m.entries[i]
	if err := f.unused(e.key, e.val); err != nil {
		return nil, err
	}
	if err := f.remarked(e.val.items...); err != nil {
		return nil, err
	}
	p, st := new(plan), f.styleOf(m)
	p.also(replaceEntry(m, i, op.Entries, st))
	if m.flow {
		f.replaceElement(p, m, i, st, op.Entries)
		return p, nil
	}
	last := f.tail(f.lineOf(e.end), f.ownerOf(e))
	first := f.head(m, i, last)
	col := f.column(e.start)
	lines := st.entryLines(op.Entries, col, f.spaced(m))
	start := f.lines[first].start
	if !f.startsLine(e.start) {
		start, lines[0] = e.start, lines[0][col:]
	}
	end := f.lines[last]
	p.put(start, end.end, strings.Join(lines, f.lineBreak(first)))
	return p, nil
}

// replaceEntry returns the change of the trees.
func replaceEntry(m *node, i int, entries []Entry, st style) func([]*yaml.Node) {
	put := putEntries(m, i, entries, st)
	return func(all []*yaml.Node) {
		c := all[m.id]
		c.Content = append(c.Content[:2*i:2*i], c.Content[2*i+2:]...)
		put(all)
	}
}

// replaceElement writes entries over entry i of a mapping in braces.
func (f *File) replaceElement(p *plan, m *node, i int, st style, entries []Entry) {
	e := m.entries[i]
	texts, sep := st.flowTexts(entries), st.comma()
	start := e.start
	if f.ownLines(m.elements()) {
		line := f.lineOf(e.start)
		sep = "," + f.lineBreak(line) + f.leading(e.start)
		if head := f.head(m, i, f.lineOf(e.end)); head < line {
			p.cut(f.lines[head].start, f.lines[line].start)
		}
	}
	p.put(start, e.end, strings.Join(texts, sep))
}
