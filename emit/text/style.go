package text

import "gopkg.in/yaml.v3"

// sample counts how a part of a file is laid out.
type sample struct {
	step, dash, gap map[int]int // columns; dash 0 is a list at its key's column
	quote           map[int]int // '\'' or '"'
	plain           int         // unquoted strings
	needless        int         // quoted strings that could be plain
	keys, plainKeys int         // keys in quotes, and without
}

func newSample() *sample {
	return &sample{step: map[int]int{}, dash: map[int]int{}, gap: map[int]int{}, quote: map[int]int{}}
}

// style is how new text is laid out.
type style struct {
	step, dash, gap int
	quote           byte
	always          bool // quote strings that need none
	keys            bool // quote keys, as the whole file does
	json            bool // every string in double quotes, keys too
	compact         bool // no space behind commas and colons
}

// direct samples a collection's own entries or items. It is kept in the node:
// a mapping of thousands is looked at once.
func (f *File) direct(c *node) *sample {
	if c.own != nil {
		return c.own
	}
	s := newSample()
	for _, e := range c.entries {
		f.sampleEntry(s, e)
		s.scalar(e.val.n)
	}
	for _, it := range c.items {
		if it.dash >= 0 && it.val.start > it.dash+1 && f.lineOf(it.dash) == f.lineOf(it.val.start) {
			s.gap[it.val.start-it.dash-1]++
		}
		s.scalar(it.val.n)
	}
	c.own = s
	return s
}

func (f *File) sampleEntry(s *sample, e entry) {
	if e.key.n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		s.keys++
	} else {
		s.plainKeys++
	}
	v := e.val
	if v.flow {
		return
	}
	switch {
	case len(v.entries) > 0 && f.startsLine(v.entries[0].start):
		if d := f.column(v.entries[0].start) - f.column(e.start); d > 0 {
			s.step[d]++
		}
	case len(v.items) > 0 && f.startsLine(v.items[0].dash):
		if d := f.column(v.items[0].dash) - f.column(e.start); d >= 0 {
			s.dash[d]++
		}
	}
}

// scalar counts a value's quotes.
func (s *sample) scalar(n *yaml.Node) {
	if n.Kind != yaml.ScalarNode {
		return
	}
	q := 0
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		q = '"'
	case n.Style&yaml.SingleQuotedStyle != 0:
		q = '\''
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 && n.Tag == "!!str":
		s.plain++
		return
	default:
		return
	}
	s.quote[q]++
	if s.plain == 0 && s.needless < 2 && plainOK(n.Value, false) {
		s.needless++
	}
}

// subtree samples a collection and all below it.
func (f *File) subtree(c *node) *sample {
	if c.within != nil {
		return c.within
	}
	s := newSample()
	var walk func(*node)
	walk = func(c *node) {
		for _, e := range c.entries {
			f.sampleEntry(s, e)
			s.scalar(e.val.n)
			walk(e.val)
		}
		for _, it := range c.items {
			if it.dash >= 0 && it.val.start > it.dash+1 && f.lineOf(it.dash) == f.lineOf(it.val.start) {
				s.gap[it.val.start-it.dash-1]++
			}
			s.scalar(it.val.n)
			walk(it.val)
		}
	}
	walk(c)
	c.within = s
	return s
}

// most returns the value counted most, the smaller one on a tie.
func most(m map[int]int) (best int, ok bool) {
	for v, n := range m {
		if !ok || n > m[best] || n == m[best] && v < best {
			best, ok = v, true
		}
	}
	return best, ok
}

// styleOf infers the layout for new text in c: the collection itself decides,
// else the nearest one around it that shows the point.
func (f *File) styleOf(c *node) style {
	st := style{step: -1, dash: -1, gap: -1}
	for p := c; p != nil; p = p.parent {
		for _, s := range []*sample{f.direct(p), f.subtree(p)} {
			take(&st.step, s.step)
			take(&st.dash, s.dash)
			take(&st.gap, s.gap)
			if q, ok := most(s.quote); ok && st.quote == 0 {
				st.quote = byte(q)
			}
		}
	}
	if st.step < 0 {
		st.step = 2
	}
	if st.dash < 0 {
		st.dash = st.step
	}
	if st.gap < 0 {
		st.gap = 1
	}
	if st.quote == 0 {
		st.quote = '"'
	}
	root := f.roots[c.doc]
	whole := f.subtree(root)
	own := f.direct(c)
	st.always = own.needless >= 2 && own.plain == 0 || whole.needless >= 2 && whole.plain == 0
	st.keys = whole.keys >= 2 && whole.plainKeys == 0
	if root.flow && len(root.entries) > 0 && root.entries[0].key.n.Style&yaml.DoubleQuotedStyle != 0 {
		st.json, st.quote = true, '"'
		e := root.entries[0]
		st.compact = e.colon >= 0 && e.val.start == e.colon+1
	}
	return st
}

func take(to *int, m map[int]int) {
	if v, ok := most(m); ok && *to < 0 {
		*to = v
	}
}
