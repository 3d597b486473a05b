package text

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// reusable says whether the new list can take over the lines of the old one.
func (f *File) reusable(m *node, i int, op Op) bool {
	e, first := m.entries[i], op.Entries[0]
	old := e.val
	if first.Value.Kind != List || len(op.Keep) != len(first.Value.Elems) || len(old.items) == 0 || old.n.Kind != yaml.SequenceNode {
		return false
	}
	if e.key.n.Kind != yaml.ScalarNode || e.key.block || e.start != e.key.start {
		return false
	}
	last, added := -1, false
	for j, k := range op.Keep {
		switch {
		case first.Value.Elems[j].Kind != Str, k >= 0 && added, k >= len(old.items), k >= 0 && k <= last:
			return false
		case k < 0:
			added = true
		default:
			last = k
		}
	}
	if last < 0 {
		return false
	}
	for _, it := range old.items {
		if _, ok := f.Token(it.val.n); !ok || strings.Contains(string(f.src[it.val.start:it.val.props]), "!") {
			return false
		}
		if !old.flow && !f.startsLine(it.dash) {
			return false
		}
	}
	return !old.flow || f.oneLine(old) || len(op.Keep) == len(old.items) && !added
}

// oneLine says whether nd stands on one line.
func (f *File) oneLine(nd *node) bool { return f.lineOf(nd.body) == f.lineOf(nd.end) }

// reuse gives the old entry another key and changes its list item by item.
func (f *File) reuse(m *node, i int, op Op) (*plan, error) {
	e, st := m.entries[i], f.styleOf(m)
	elems := op.Entries[0].Value.Elems
	if err := f.loosened(e, elems, op.Keep); err != nil {
		return nil, err
	}
	for j, it := range e.val.items {
		if !slices.Contains(op.Keep, j) {
			if err := f.remarked(it); err != nil {
				return nil, err
			}
		}
	}
	p := new(plan)
	p.also(f.reusedTree(m, i, op, st))
	p.put(e.key.body, e.key.end, f.like(e.key, op.Entries[0].Key, m.flow, st))
	if e.val.props > e.val.start {
		f.cutProperties(p, e)
	}
	if e.val.flow {
		f.reuseFlow(p, e.val, elems, op.Keep, st)
	}
	if m.flow {
		if rest := op.Entries[1:]; len(rest) > 0 {
			f.addElements(p, m, i, st, st.flowTexts(rest))
		}
		return p, nil
	}
	f.reuseLines(p, m, i, op, st)
	return p, nil
}

// loosened checks that no anchor which goes or changes its value is used: the
// list's, and those of items that go or get another text.
func (f *File) loosened(e entry, elems []Value, keep []int) error {
	if e.key.n.Anchor != "" && len(f.aliases[e.key.n]) > 0 || e.val.n.Anchor != "" && len(f.aliases[e.val.n]) > 0 {
		return ErrAnchor
	}
	var gone []*node
	for j, it := range e.val.items {
		k := slices.Index(keep, j)
		if k < 0 || elems[k].Str != it.val.n.Value {
			gone = append(gone, it.val)
		}
	}
	return f.unused(gone...)
}

// reusedTree returns the change of the trees.
func (f *File) reusedTree(m *node, i int, op Op, st style) func([]*yaml.Node) {
	rest := putEntries(m, i+1, op.Entries[1:], st)
	return func(all []*yaml.Node) {
		c := all[m.id]
		key, list := all[m.entries[i].key.id], all[m.entries[i].val.id]
		key.Value, key.Tag = op.Entries[0].Key, "!!str"
		list.Anchor, list.Tag = "", "!!seq"
		old := list.Content
		list.Content = nil
		for j, v := range op.Entries[0].Value.Elems {
			n := st.node(Value{Kind: Str, Str: v.Str}, list.Style&yaml.FlowStyle != 0)
			if k := op.Keep[j]; k >= 0 && old[k].Value == v.Str {
				n = old[k]
			} else if k >= 0 {
				n.Anchor = old[k].Anchor
			}
			list.Content = append(list.Content, n)
		}
		c.Content[2*i], c.Content[2*i+1] = key, list
		rest(all)
	}
}

// cutProperties removes the tag and the anchor of e's value, each with the blanks
// before it.
func (f *File) cutProperties(p *plan, e entry) {
	for i := e.val.start; i < e.val.props; {
		end := i
		for end < e.val.props && f.src[end] != ' ' && f.src[end] != '\t' && breakLen(f.src, end) == 0 {
			end++
		}
		p.cut(backBlanks(f.src, i), end)
		i = skip(f.src, end, false)
	}
}

// reuseFlow changes the items of a list in brackets.
func (f *File) reuseFlow(p *plan, s *node, elems []Value, keep []int, st style) {
	if !slices.ContainsFunc(keep, func(k int) bool { return k < 0 }) && len(keep) == len(s.items) {
		for j, v := range elems {
			f.retext(p, s.items[keep[j]].val, v, true, st)
		}
		return
	}
	var parts []string
	for j, v := range elems {
		k := keep[j]
		if k < 0 {
			parts = append(parts, f.styleOf(s).scalar(v.Str, true))
			continue
		}
		it := s.items[k].val
		text := string(f.src[it.start:it.end])
		if it.n.Value != v.Str {
			text = string(f.src[it.start:it.body]) + f.like(it, v.Str, true, st)
		}
		parts = append(parts, text)
	}
	first, last := s.items[0].val, s.items[len(s.items)-1].val
	p.put(first.start, last.end, strings.Join(parts, st.comma()))
}

// retext writes v over the item it if that has another text.
func (f *File) retext(p *plan, it *node, v Value, flow bool, st style) {
	if it.n.Value != v.Str {
		p.put(it.body, it.end, f.like(it, v.Str, flow, st))
	}
}

// reuseLines changes the lines of a block entry: items, comments about links,
// and the entries that follow.
func (f *File) reuseLines(p *plan, m *node, i int, op Op, st style) {
	e := m.entries[i]
	end := f.lineOf(e.end)
	tail := f.tail(end, f.ownerOf(e))
	first := f.head(m, i, tail)
	gone := map[int]bool{}
	for l := first; l < f.lineOf(e.start); l++ {
		gone[l] = true
	}
	if !e.val.flow {
		f.reuseItems(p, e, op, st, gone)
	}
	f.cutLinkComments(p, e, tail, gone)
	f.cutGone(p, gone, first, tail)
	var lines []string
	kept := end // the last line with something that stays
	if !e.val.flow {
		kept = f.lineOf(e.val.items[slices.Max(op.Keep)].val.end)
		lines = f.styleOf(e.val).blockItems(added(op), f.column(e.val.items[0].dash))
	}
	last := tail
	for last > kept && gone[last] {
		last--
	}
	if lines = append(lines, f.restLines(m, op, st)...); len(lines) > 0 {
		p.edits = append(p.edits, f.below(last, lines))
	}
}

// added returns the elements that take over no old item's line.
func added(op Op) (out []Value) {
	for i, v := range op.Entries[0].Value.Elems {
		if op.Keep[i] < 0 {
			out = append(out, Value{Kind: Str, Str: v.Str})
		}
	}
	return out
}

// restLines writes the entries behind the first.
func (f *File) restLines(m *node, op Op, st style) []string {
	if len(op.Entries) == 1 {
		return nil
	}
	spaced := f.spaced(m)
	lines := st.entryLines(op.Entries[1:], f.column(m.entries[0].start), spaced)
	if spaced {
		lines = append([]string{""}, lines...)
	}
	return lines
}

// reuseItems rewrites kept items and marks the lines of the others.
func (f *File) reuseItems(p *plan, e entry, op Op, st style, gone map[int]bool) {
	s := e.val
	for j := 0; j < len(s.items); j++ {
		if k := slices.Index(op.Keep, j); k >= 0 {
			f.retext(p, s.items[j].val, op.Entries[0].Value.Elems[k], false, st)
			continue
		}
		group := j
		for j+1 < len(s.items) && !slices.Contains(op.Keep, j+1) {
			j++
		}
		first, _ := f.itemLines(s, group)
		_, last := f.itemLines(s, j)
		first, last = f.groupRun(s, group, j, first, last)
		for l := first; l <= last; l++ {
			gone[l] = true
		}
	}
}

// groupRun extends lines [first,last], which hold the items from i to j, by one
// blank run as blankRun does for one item.
func (f *File) groupRun(s *node, i, j, first, last int) (int, int) {
	if i == 0 {
		return f.blankRun(s, 0, len(s.items), first, last)
	}
	up := first
	for up > f.floor(s, i) && f.isBlank(up-1) {
		up--
	}
	if j == len(s.items)-1 || f.isBlank(last+1) {
		first = up
	}
	return first, last
}

// cutLinkComments removes comments that speak of links, on the entry's lines and
// on lines of their own, and commented-out items below the list.
func (f *File) cutLinkComments(p *plan, e entry, tail int, gone map[int]bool) {
	end := f.lineOf(e.end)
	for l := f.lineOf(e.start); l <= tail; l++ {
		if gone[l] {
			continue
		}
		if c, ok := f.comment(l); ok {
			gone[l] = linkWord.MatchString(c.text) || l > end && c.item()
		} else if l <= end {
			f.cutTrailing(p, e, l)
		}
	}
	for l := tail - 1; l > end; l-- {
		// What heads a commented-out item goes with it.
		if c, ok := f.comment(l + 1); ok && c.item() && gone[l+1] && !f.isBlank(l) {
			gone[l] = true
		}
	}
	for l := end + 1; l <= tail; l++ {
		if f.isBlank(l) && (l == tail || gone[l+1]) {
			gone[l] = true
		}
	}
}

// cutTrailing removes the comment at the end of line l, behind a token of e, if it
// speaks of links.
func (f *File) cutTrailing(p *plan, e entry, l int) {
	text := f.lines[l]
	at := -1
	for _, end := range append(itemEnds(e.val), e.colon+1, e.val.props, e.val.end) {
		if text.start < end && end <= text.end {
			at = max(at, end)
		}
	}
	if at < 0 || skip(f.src[:text.end], at, true) != text.end {
		return
	}
	rest := string(f.src[at:text.end])
	if hash := strings.IndexByte(rest, '#'); hash >= 0 && linkWord.MatchString(rest[hash:]) {
		p.cut(max(at, backBlanks(f.src, at+hash)), text.end)
	}
}

// itemEnds returns the ends of a list's items.
func itemEnds(s *node) []int {
	var out []int
	for _, it := range s.items {
		out = append(out, it.val.end)
	}
	return out
}

// cutGone removes the marked lines of [first,last].
func (f *File) cutGone(p *plan, gone map[int]bool, first, last int) {
	for l := first; l <= last; l++ {
		if !gone[l] {
			continue
		}
		from := l
		for l < last && gone[l+1] {
			l++
		}
		p.cut(f.lines[from].start, f.lines[l].next)
	}
}
