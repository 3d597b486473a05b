package text

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"
)

// scalar finds the end of a scalar from its start and its value.
func (p *placer) scalar(nd *node) error {
	n := nd.n
	end := -1
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		end = quotedEnd(p.f.src, nd.body, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		end = quotedEnd(p.f.src, nd.body, '\'')
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		if c := p.f.at(nd.body); c == '|' || c == '>' {
			end = p.f.blockEnd(nd)
		}
	case n.Value == "":
		end = nd.props
	default:
		end = plainEnd(p.f.src, nd.body, n.Value)
	}
	if end < 0 {
		return p.lost(n)
	}
	nd.end = end
	return nil
}

// quotedEnd returns the end of the quoted scalar that begins at i, or -1.
func quotedEnd(src []byte, i int, quote byte) int {
	if i >= len(src) || src[i] != quote {
		return -1
	}
	for i++; i < len(src); i++ {
		switch {
		case quote == '"' && src[i] == '\\':
			i++
		case src[i] != quote:
		case quote == '\'' && i+1 < len(src) && src[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return -1
}

// plainEnd returns the end of the plain scalar that begins at i, or -1. Plain
// scalars have no escapes: the words of the value stand in the text in their
// order, with nothing but white space between them (YAML 1.2.2 §7.3.3).
func plainEnd(src []byte, i int, value string) int {
	v := []byte(value)
	for j := 0; j < len(v); {
		k := j
		for k < len(v) && v[k] != ' ' && v[k] != '\t' && breakLen(v, k) == 0 {
			k++
		}
		if !bytes.HasPrefix(src[i:], v[j:k]) {
			return -1
		}
		i += k - j
		if j = white(v, k); j < len(v) {
			i = white(src, i)
		}
	}
	return i
}

// white passes spaces, tabs and breaks.
func white(src []byte, i int) int {
	for i < len(src) {
		n := breakLen(src, i)
		if n == 0 && src[i] != ' ' && src[i] != '\t' {
			break
		}
		i += max(n, 1)
	}
	return i
}

// blockEnd returns the end of the block scalar nd, without the break of its last
// line. The columns before its text are those of its first line with text, less
// the spaces which that line has in the value (YAML 1.2.2 §8.1.1).
func (f *File) blockEnd(nd *node) int {
	nd.block = true
	head := f.lineOf(nd.body)
	nd.keep = bytes.ContainsRune(f.src[nd.body:min(len(f.src), nd.body+3)], '+')
	depth, found := textDepth(nd.n.Value)
	first := head + 1
	for first < len(f.lines) && f.spaces(f.lines[first]) == f.lines[first].end-f.lines[first].start {
		first++
	}
	last := head
	if !found || first >= len(f.lines) {
		// Only blank lines: what stands deeper than the holder would join them.
		nd.indent = nd.holderColumn(f) + 1
		nd.keep = nd.keep || nd.n.Value != ""
	} else {
		nd.indent = f.spaces(f.lines[first]) - depth
		for i := head + 1; i < len(f.lines); i++ {
			l := f.lines[i]
			n, size := f.spaces(l), l.end-l.start
			if n < nd.indent && n < size {
				break
			}
			if n >= nd.indent && size > nd.indent {
				last = i
			}
		}
	}
	for nd.keep && f.isBlank(last+1) && f.spaces(f.lines[last+1]) == f.lines[last+1].end-f.lines[last+1].start {
		last++
	}
	return f.lines[last].end
}

// holderColumn is the column of the collection that nd stands in.
func (nd *node) holderColumn(f *File) int {
	if nd.parent == nil {
		return 0
	}
	if p := nd.parent; p.n.Kind == yaml.MappingNode && len(p.entries) > 0 {
		return f.column(p.entries[0].start)
	}
	return f.column(nd.parent.body)
}

// textDepth returns how many spaces the first line of a block scalar's value
// that holds more than spaces begins with.
func textDepth(value string) (int, bool) {
	v := []byte(value)
	for i := 0; i < len(v); {
		j := i
		for j < len(v) && v[j] == ' ' {
			j++
		}
		if n := breakLen(v, j); n > 0 {
			i = j + n
			continue
		}
		return j - i, j < len(v)
	}
	return 0, false
}

// lacksBreak says whether nd ends with a block scalar that ends the file without
// a line break, so that a line below would change its value. With the indicator
// - it would not.
func (f *File) lacksBreak(nd *node) bool {
	leaf := lastLeaf(nd)
	return leaf.block && leaf.end == len(f.src) && leaf.end > leaf.body && f.lines[f.lineOf(leaf.end)].next == len(f.src) &&
		!strings.Contains(string(f.src[leaf.body:min(len(f.src), leaf.body+3)]), "-")
}

// lastLeaf returns the last scalar or alias in nd, or nd itself if it is in
// brackets.
func lastLeaf(nd *node) *node {
	for !nd.flow {
		switch {
		case len(nd.entries) > 0:
			nd = nd.entries[len(nd.entries)-1].val
		case len(nd.items) > 0:
			nd = nd.items[len(nd.items)-1].val
		default:
			return nd
		}
	}
	return nd
}
