package text

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// put returns the change of the trees that inserts entries into mapping m before
// its entry at.
func putEntries(m *node, at int, entries []Entry, st style) func([]*yaml.Node) {
	return func(all []*yaml.Node) {
		c := all[m.id]
		var add []*yaml.Node
		for _, e := range entries {
			add = append(add, keyNode(e.Key), st.node(e.Value, m.flow))
		}
		c.Content = append(c.Content[:2*at:2*at], append(add, c.Content[2*at:]...)...)
	}
}

// fresh refuses entries whose key m has.
func (f *File) fresh(m *node, entries []Entry, but int) error {
	if m.pair {
		return ErrPair
	}
	for _, e := range entries {
		if i, ok := m.byKey[e.Key]; ok && (i != but || i == twice) {
			return fmt.Errorf("key %q is there already", e.Key)
		}
	}
	return nil
}

// add appends entries to a mapping, or fills what is empty.
func (f *File) add(m *node, entries []Entry) (*plan, error) {
	if isNull(m.n) {
		return f.fill(m, entries, nil)
	}
	if m.n.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("line %d: the value is no mapping", m.n.Line)
	}
	if len(m.entries) > 0 {
		return f.insertAt(m, len(m.entries)-1, entries)
	}
	if err := f.fresh(m, entries, -1); err != nil {
		return nil, err
	}
	p, st := new(plan), f.styleOf(m)
	p.also(putEntries(m, 0, entries, st))
	f.fillBrackets(p, m, st, st.flowTexts(entries))
	return p, nil
}

func (f *File) insertAfter(m *node, key string, entries []Entry) (*plan, error) {
	i, err := f.entry(m, key)
	if err != nil {
		return nil, err
	}
	return f.insertAt(m, i, entries)
}

// flowTexts writes entries for braces.
func (st style) flowTexts(entries []Entry) []string {
	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = st.flowEntry(e)
	}
	return out
}

// entryLines writes entries at column col, with their indentation, and with
// blank lines between them if the mapping has those.
func (st style) entryLines(entries []Entry, col int, spaced bool) []string {
	var out []string
	for i, e := range entries {
		if i > 0 && spaced {
			out = append(out, "")
		}
		lines := st.blockEntry(e, col)
		lines[0] = indent(col) + lines[0]
		out = append(out, lines...)
	}
	return out
}

// insertAt puts entries behind entry i.
func (f *File) insertAt(m *node, i int, entries []Entry) (*plan, error) {
	if err := f.fresh(m, entries, -1); err != nil {
		return nil, err
	}
	p, st := new(plan), f.styleOf(m)
	p.also(putEntries(m, i+1, entries, st))
	if m.flow {
		f.addElements(p, m, i, st, st.flowTexts(entries))
		return p, nil
	}
	if f.lacksBreak(m.entries[i].val) {
		return f.insertAbove(m, i, entries, st)
	}
	spaced := f.spaced(m)
	last := f.settle(f.entryTail(m, i), f.column(m.entries[i].start), entries, st)
	lines := st.entryLines(entries, f.column(m.entries[0].start), spaced)
	if leaf := lastLeaf(m.entries[i].val); spaced && !(leaf.block && leaf.keep) {
		lines = append([]string{""}, lines...)
	}
	p.edits = append(p.edits, f.below(last, lines))
	return p, nil
}

// settle moves the place of new entries, below line last, over commented-out
// content that would otherwise come to stand directly below one of them and
// seem to be its.
func (f *File) settle(last, col int, entries []Entry, st style) int {
	for moved := true; moved; {
		moved = false
		for _, e := range entries {
			b := owner{col: col, dash: -1, child: -1, null: e.Value.Kind == Null}
			if len(e.Value.Elems) > 0 && e.Value.Kind == List {
				b.dash = col + st.dash
			} else if len(e.Value.Elems) > 0 && e.Value.Kind == Map {
				b.child = col + st.step
			}
			if to := f.tail(last, b); to > last {
				last, moved = to, true
			}
		}
	}
	return last
}

// insertAbove puts entries above entry i, whose block scalar ends the file
// without a line break, so that nothing can stand below it.
func (f *File) insertAbove(m *node, i int, entries []Entry, st style) (*plan, error) {
	if i > 0 {
		return f.insertAt(m, i-1, entries)
	}
	e := m.entries[0]
	if !f.startsLine(e.start) {
		return nil, ErrNoBreak
	}
	line, col := f.lineOf(e.start), f.column(e.start)
	first := line
	for c, ok := f.comment(first - 1); ok && c.col == col && first > f.floor(m, 0); c, ok = f.comment(first - 1) {
		if first--; c.code() {
			first = line // it heads nothing, and could seem to be a new entry's
			break
		}
	}
	p := new(plan)
	p.also(putEntries(m, 0, entries, st))
	p.edits = append(p.edits, f.above(first, st.entryLines(entries, col, f.spaced(m))))
	return p, nil
}

// entryTail returns the line that a new entry behind entry i goes below: behind
// its comments, commented-out ones of the mapping too if it is the last; between
// two entries, comments at their column that a blank line sets off from the
// lower belong to the upper.
func (f *File) entryTail(m *node, i int) int {
	e := m.entries[i]
	b := f.ownerOf(e)
	b.atEnd = i == len(m.entries)-1
	last := f.tail(f.lineOf(e.end), b)
	if b.atEnd && m.parent == nil {
		return f.deeper(last, b.col)
	}
	if b.atEnd {
		return last
	}
	j := last + 1
	for c, ok := f.comment(j); ok && c.col >= b.col; c, ok = f.comment(j) {
		j++
	}
	if f.isBlank(j) {
		return j - 1
	}
	return last
}

// deeper follows comments below a file's last entry that stand deeper than its
// key, over blank lines too: they are about what it holds.
func (f *File) deeper(last, col int) int {
	for {
		i := last + 1
		for f.isBlank(i) {
			i++
		}
		c, ok := f.comment(i)
		if !ok || c.col <= col {
			return last
		}
		last = i
	}
}

// spaced says whether blank lines stand between all entries of m; for a single
// entry its own entries decide.
func (f *File) spaced(m *node) bool {
	if len(m.entries) == 1 {
		m = m.entries[0].val
	}
	if len(m.entries) < 2 || m.flow {
		return false
	}
	for i := range m.entries[1:] {
		if !f.apart(m.entries[i].end, m.entries[i+1].start) {
			return false
		}
	}
	return true
}

// apart says whether a blank line stands between two offsets.
func (f *File) apart(a, b int) bool {
	for i, n := f.lineOf(a)+1, f.lineOf(b); i < n; i++ {
		if f.isBlank(i) {
			return true
		}
	}
	return false
}

// insertBefore puts entries before an entry, and before the comment above that
// would be deleted with it.
func (f *File) insertBefore(m *node, key string, entries []Entry) (*plan, error) {
	i, err := f.entry(m, key)
	if err != nil {
		return nil, err
	}
	if err := f.fresh(m, entries, -1); err != nil {
		return nil, err
	}
	p, st := new(plan), f.styleOf(m)
	p.also(putEntries(m, i, entries, st))
	if m.flow {
		f.putBefore(p, m, i, st, st.flowTexts(entries))
		return p, nil
	}
	e := m.entries[i]
	spaced := f.spaced(m)
	lines := st.entryLines(entries, f.column(e.start), spaced)
	if spaced {
		lines = append(lines, "")
	}
	if !f.startsLine(e.start) {
		text, nl, col := "", f.lineBreak(f.lineOf(e.start)), f.column(e.start)
		for j, l := range lines {
			if j == 0 {
				l = l[col:]
			}
			text += l + nl
		}
		p.put(e.start, e.start, text+indent(col))
		return p, nil
	}
	first := f.head(m, i, f.tail(f.lineOf(e.end), f.ownerOf(e)))
	p.edits = append(p.edits, f.above(first, lines))
	return p, nil
}

// addItem appends items to a list, or fills what is empty.
func (f *File) addItem(s *node, items []Value) (*plan, error) {
	if isNull(s.n) {
		return f.fill(s, nil, items)
	}
	if s.n.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("line %d: the value is no list", s.n.Line)
	}
	p, st := new(plan), f.styleOf(s)
	p.also(func(all []*yaml.Node) {
		c := all[s.id]
		c.Content = append(c.Content, st.node(Value{Kind: List, Elems: items}, s.flow).Content...)
	})
	if s.flow {
		texts := make([]string, len(items))
		for i, v := range items {
			texts[i] = st.flowValue(v)
		}
		f.addElements(p, s, len(s.items)-1, st, texts)
		return p, nil
	}
	e, err := f.itemsBelow(s, len(s.items)-1, items, st)
	p.edits = append(p.edits, e)
	return p, err
}

// itemsBelow is an edit that puts items below item i, the last that stays.
func (f *File) itemsBelow(s *node, i int, items []Value, st style) (edit, error) {
	it := s.items[i]
	if f.lacksBreak(it.val) {
		return edit{}, ErrNoBreak
	}
	col := f.column(it.dash)
	b := owner{col: col, dash: col, child: -1, atEnd: true}
	if p := s.parent; p != nil && p.n.Kind == yaml.MappingNode && f.column(p.entries[s.index].start) == col {
		b.atEnd = false // at the key's column comments belong to the next key
	}
	lines := st.blockItems(items, col)
	spaced := len(s.items) > 1
	for j := range s.items[1:] {
		spaced = spaced && f.apart(s.items[j].val.end, s.items[j+1].dash)
	}
	if spaced {
		var out []string
		for j, v := range items {
			if leaf := lastLeaf(it.val); j > 0 || !(leaf.block && leaf.keep) {
				out = append(out, "")
			}
			out = append(out, st.blockItems([]Value{v}, col)...)
		}
		lines = out
	}
	return f.below(f.tail(f.lineOf(it.val.end), b), lines), nil
}
