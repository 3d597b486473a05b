package text

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// element is an entry or item in brackets.
type element struct{ start, end int }

// elements returns the elements of a collection in brackets.
func (c *node) elements() []element {
	var out []element
	for _, e := range c.entries {
		out = append(out, element{e.start, e.end})
	}
	for _, it := range c.items {
		out = append(out, element{it.val.start, it.val.end})
	}
	return out
}

// commaAfter returns the offset of the comma behind offset i, or -1.
func (f *File) commaAfter(i int) int {
	if i = skip(f.src, i, false); f.at(i) == ',' {
		return i
	}
	return -1
}

// cutElement removes element i of a collection in brackets with one comma.
func (f *File) cutElement(p *plan, c *node, i int) {
	all := c.elements()
	e := all[i]
	comma := f.commaAfter(e.end)
	if len(all) == 1 {
		p.put(c.body, c.end, string(f.src[c.body])+string(f.src[c.end-1]))
		return
	}
	end := e.end
	if comma >= 0 {
		end = comma + 1
	}
	first, last := f.lineOf(e.start), f.lineOf(end)
	whole := f.startsLine(e.start) && f.endsLine(end)
	if whole && c.n.Kind == yaml.MappingNode {
		first = f.head(c, i, last)
	}
	before := -1
	if i > 0 {
		before = f.commaAfter(all[i-1].end)
	}
	switch {
	case comma < 0 && whole:
		p.cut(before, before+1)
		p.cut(f.lines[first].start, f.lines[last].next)
	case comma < 0 && strings.ContainsRune(string(f.src[before:e.start]), '#'):
		p.cut(before, before+1)
		p.cut(e.start, e.end)
	case comma < 0:
		p.cut(before, e.end)
	case whole:
		p.cut(f.lines[first].start, f.lines[last].next)
	case i+1 < len(all) && f.lineOf(all[i+1].start) == last:
		p.cut(e.start, all[i+1].start)
	case before >= 0 && f.lineOf(before) == first:
		p.cut(before+1, end)
	default:
		p.cut(e.start, blanks(f.src, end))
	}
}

// ownLines says whether every element of c begins a line.
func (f *File) ownLines(all []element) bool {
	for _, e := range all {
		if !f.startsLine(e.start) {
			return false
		}
	}
	return true
}

// addElements puts elements behind element i of a collection in brackets: on
// lines of their own if the others have that, else on its line.
func (f *File) addElements(p *plan, c *node, i int, st style, texts []string) {
	all := c.elements()
	if len(all) == 0 {
		f.fillBrackets(p, c, st, texts)
		return
	}
	e := all[i]
	comma := f.commaAfter(e.end)
	gap := ""
	if c.n.Kind == yaml.MappingNode && c.entries[i].colon == e.end-1 {
		gap = " " // "b:," would be read as the word "b:"
	}
	if !f.ownLines(all) {
		sep := gap + st.comma()
		if comma >= 0 {
			p.put(comma, comma, sep+strings.Join(texts, st.comma()))
		} else {
			p.put(e.end, e.end, sep+strings.Join(texts, st.comma()))
		}
		return
	}
	col := f.leading(e.start)
	end, trailing := e.end, comma >= 0
	if trailing {
		end = comma + 1
	} else {
		p.put(e.end, e.end, gap+",")
	}
	lines := make([]string, len(texts))
	for j, t := range texts {
		lines[j] = col + t
		if j+1 < len(texts) || trailing {
			lines[j] += ","
		}
	}
	if line := f.lineOf(end); f.endsLine(end) {
		p.edits = append(p.edits, f.below(line, lines))
	} else {
		nl := f.lineBreak(line)
		p.put(end, end, nl+strings.Join(lines, nl))
	}
}

// putBefore puts elements before element i.
func (f *File) putBefore(p *plan, c *node, i int, st style, texts []string) {
	all := c.elements()
	e := all[i]
	if !f.ownLines(all) {
		p.put(e.start, e.start, strings.Join(texts, st.comma())+st.comma())
		return
	}
	first := f.lineOf(e.start)
	if c.n.Kind == yaml.MappingNode {
		first = f.head(c, i, f.lineOf(e.end))
	}
	col := f.leading(e.start)
	lines := make([]string, len(texts))
	for j, t := range texts {
		lines[j] = col + t + ","
	}
	p.edits = append(p.edits, f.above(first, lines))
}

// fillBrackets writes elements into {} or [].
func (f *File) fillBrackets(p *plan, c *node, st style, texts []string) {
	open, end := c.body+1, c.end-1
	joined := strings.Join(texts, st.comma())
	if blanks(f.src, open) == end {
		p.put(open, end, joined)
		return
	}
	// A comment inside stays above, on its own line.
	p.put(end, end, joined)
}
