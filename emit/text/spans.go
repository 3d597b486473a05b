package text

import (
	"fmt"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// node is a yaml.Node with its place. A tag or an anchor begins at start and
// ends at props; the value itself is [body,end).
type node struct {
	n      *yaml.Node
	parent *node
	index  int // of the entry or item that the node is in
	isKey  bool
	doc    int
	id     int

	start, props, body, end int

	entries []entry // of a mapping
	items   []item  // of a list
	flow    bool    // in brackets, or a pair
	pair    bool    // a mapping without braces in a flow list: [a: b]

	block  bool // a block scalar
	keep   bool // whose trailing blank lines are text
	indent int  // the columns before its text; text that stands deeper below would join it

	byKey       map[string]int
	own, within *sample
}

// entry is a key with its value. It begins at the key, or at the ? of an
// explicit key; colon is -1 if there is none, as in {a}; end is that of the
// value, or behind the colon if there is no value.
type entry struct {
	key, val          *node
	start, colon, end int
}

// item is an element of a list; dash is -1 in flow lists.
type item struct {
	val  *node
	dash int
}

// twice marks a key in node.byKey that stands more than once.
const twice = -1

// find returns the number of the entry with the given key, -1 if there is none,
// and an error if the key stands twice.
func (m *node) find(key string) (int, error) {
	i, ok := m.byKey[key]
	if !ok {
		return -1, nil
	}
	if i == twice {
		return -1, fmt.Errorf("key %q stands twice", key)
	}
	return i, nil
}

// empty says whether n is a value that is not written at all.
func empty(n *yaml.Node) bool {
	const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	return n.Kind == yaml.ScalarNode && n.Value == "" && n.Style&quoted == 0
}

// placer computes the places of nodes in preorder.
type placer struct {
	f    *File
	doc  int
	last int // the end of the document before

	line, col, off int // the last position looked up; lines may be very long
}

// offset turns yaml.v3's line and column, which count from 1 and in code
// points, into a byte offset.
func (p *placer) offset(n *yaml.Node) (int, error) {
	l, c := n.Line-1, n.Column-1
	if l < 0 || l >= len(p.f.lines) || c < 0 {
		return 0, fmt.Errorf("line %d is not in the text", n.Line)
	}
	if l != p.line || c < p.col || p.off == 0 {
		p.line, p.col, p.off = l, 0, p.f.lines[l].start
	}
	for ; p.col < c; p.col++ {
		if p.off >= len(p.f.src) {
			return 0, fmt.Errorf("line %d has no column %d", n.Line, n.Column)
		}
		_, w := utf8.DecodeRune(p.f.src[p.off:])
		p.off += w
	}
	return p.off, nil
}

// place computes the place of n and of all below it. at is the offset that n
// stands at if it is a value that is not written; yaml.v3 puts some of these at
// the next token (measured: a missing value of an explicit key, {a: , b}).
func (p *placer) place(n *yaml.Node, parent *node, at int) (*node, error) {
	f := p.f
	nd := &node{n: n, parent: parent, doc: p.doc, id: len(f.nodes), flow: n.Style&yaml.FlowStyle != 0}
	f.nodes = append(f.nodes, nd)
	f.places[n] = nd
	if empty(n) && n.Anchor == "" && n.Tag == "!!null" && n.Style&yaml.TaggedStyle == 0 {
		nd.start, nd.props, nd.body, nd.end = at, at, at, at
		return nd, nil
	}
	off, err := p.offset(n)
	if err != nil {
		return nil, err
	}
	nd.start, nd.props, nd.body = off, off, off
	if n.Kind == yaml.MappingNode && nd.flow && len(n.Content) > 0 {
		first := n.Content[0]
		nd.pair = first.Line == n.Line && first.Column == n.Column || f.at(off) == '?'
	}
	if !nd.pair {
		p.properties(nd)
	}
	switch n.Kind {
	case yaml.AliasNode:
		if f.at(off) != '*' {
			return nil, p.lost(n)
		}
		nd.end = off + 1 + len(n.Value)
		f.aliases[n.Alias] = append(f.aliases[n.Alias], nd)
	case yaml.ScalarNode:
		err = p.scalar(nd)
	case yaml.MappingNode:
		err = p.mapping(nd)
	case yaml.SequenceNode:
		err = p.sequence(nd)
	default:
		err = fmt.Errorf("line %d: a node of unknown kind", n.Line)
	}
	if err == nil && nd.end > len(f.src) {
		err = p.lost(n)
	}
	return nd, err
}

// at returns the byte at offset i, or 0 behind the end.
func (f *File) at(i int) byte {
	if i < 0 || i >= len(f.src) {
		return 0
	}
	return f.src[i]
}

func (p *placer) lost(n *yaml.Node) error {
	return fmt.Errorf("line %d: the text does not hold what the YAML parser read there", n.Line)
}

// properties passes the tag and the anchor before a value. A block collection
// begins at its first key, whose own properties must not be taken for its own;
// so there only what yaml.v3 knows of counts. A lone ! leaves no trace in n.
func (p *placer) properties(nd *node) {
	src, n := p.f.src, nd.n
	tags, anchors := 0, 0
	if n.Style&yaml.TaggedStyle != 0 || nd.flow || n.Kind == yaml.ScalarNode {
		tags = 1
	}
	if n.Anchor != "" {
		anchors = 1
	}
	i := nd.start
	for {
		switch {
		case p.f.at(i) == '&' && anchors > 0:
			anchors--
			i += 1 + len(n.Anchor)
		case p.f.at(i) == '!' && tags > 0:
			tags--
			i = tagEnd(src, i, nd.inFlow())
		default:
			nd.body = i
			return
		}
		nd.props = i
		next := skip(src, i, false)
		if empty(n) && !(next < len(src) && (src[next] == '&' && anchors > 0 || src[next] == '!' && n.Style&yaml.TaggedStyle != 0 && tags > 0)) {
			nd.body = i
			return
		}
		i = next
	}
}

// inFlow says whether nd stands inside brackets.
func (nd *node) inFlow() bool {
	for p := nd.parent; p != nil; p = p.parent {
		if p.flow {
			return true
		}
	}
	return false
}

// tagEnd returns the end of the tag that begins at i.
func tagEnd(src []byte, i int, flow bool) int {
	verbatim := i+1 < len(src) && src[i+1] == '<'
	for ; i < len(src) && src[i] != ' ' && src[i] != '\t' && breakLen(src, i) == 0; i++ {
		switch src[i] {
		case '>':
			if verbatim {
				return i + 1
			}
		case ',', '[', ']', '{', '}':
			if flow && !verbatim {
				return i
			}
		}
	}
	return i
}

func (p *placer) mapping(nd *node) error {
	src, cur := p.f.src, nd.body
	if nd.flow && !nd.pair {
		if p.f.at(cur) != '{' {
			return p.lost(nd.n)
		}
		cur++
	}
	nd.entries = make([]entry, 0, len(nd.n.Content)/2)
	nd.byKey = make(map[string]int, len(nd.n.Content)/2)
	for i := 0; i+1 < len(nd.n.Content); i += 2 {
		e, err := p.entry(nd, nd.n.Content[i], nd.n.Content[i+1], cur)
		if err != nil {
			return err
		}
		if k := e.key.n; k.Kind == yaml.ScalarNode {
			if _, ok := nd.byKey[k.Value]; ok {
				nd.byKey[k.Value] = twice
			} else {
				nd.byKey[k.Value] = len(nd.entries)
			}
		}
		nd.entries = append(nd.entries, e)
		cur = e.end
	}
	switch {
	case nd.flow && !nd.pair:
		cur = skip(src, cur, true)
		if p.f.at(cur) != '}' {
			return p.lost(nd.n)
		}
		nd.end = cur + 1
	case len(nd.entries) == 0:
		return p.lost(nd.n)
	default:
		nd.body, nd.end = nd.entries[0].start, cur
	}
	return nil
}

// entry places one key with its value; cur is the end of what stands before.
func (p *placer) entry(m *node, k, v *yaml.Node, cur int) (entry, error) {
	src := p.f.src
	var e entry
	if empty(k) {
		return e, fmt.Errorf("line %d: a key without text", k.Line)
	}
	first := skip(src, cur, m.flow)
	key, err := p.place(k, m, first)
	if err != nil {
		return e, err
	}
	key.index, key.isKey = len(m.entries), true
	e = entry{key: key, start: first, colon: -1, end: key.end}
	explicit := false
	if first != key.start {
		explicit = p.f.at(first) == '?' && skip(src, first+1, false) == key.start
		if !explicit {
			return e, p.lost(k)
		}
	}
	colon := blanks(src, key.end)
	if explicit || m.flow {
		colon = skip(src, key.end, false)
	}
	if p.f.at(colon) == ':' {
		e.colon, e.end = colon, colon+1
	}
	if e.val, err = p.place(v, m, e.end); err != nil {
		return e, err
	}
	e.val.index = len(m.entries)
	if e.val.end > e.val.start || e.val.start != e.end {
		if e.colon < 0 || skip(src, e.end, false) != e.val.start {
			return e, p.lost(v)
		}
	}
	e.end = e.val.end
	return e, nil
}

func (p *placer) sequence(nd *node) error {
	src, cur := p.f.src, nd.body
	if nd.flow {
		if p.f.at(cur) != '[' {
			return p.lost(nd.n)
		}
		cur++
	}
	nd.items = make([]item, 0, len(nd.n.Content))
	for i, c := range nd.n.Content {
		it := item{dash: -1}
		if cur = skip(src, cur, nd.flow); !nd.flow {
			if p.f.at(cur) != '-' {
				return p.lost(nd.n)
			}
			it.dash = cur
			cur++
		}
		val, err := p.place(c, nd, cur)
		if err != nil {
			return err
		}
		if val.start != cur && skip(src, cur, false) != val.start {
			return p.lost(c)
		}
		val.index, it.val = i, val
		nd.items = append(nd.items, it)
		cur = val.end
	}
	nd.end = cur
	if nd.flow {
		if cur = skip(src, cur, true); p.f.at(cur) != ']' {
			return p.lost(nd.n)
		}
		nd.end = cur + 1
	} else if len(nd.items) == 0 {
		return p.lost(nd.n)
	}
	return nil
}
