package text

import (
	"bytes"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// behind returns the comment that follows off on its line, or "".
func (f *File) behind(off int) string { return f.beyond(off, " \t,") }

// beyond returns the comment that follows off on its line behind nothing but the
// given characters, or "".
func (f *File) beyond(off int, passed string) string {
	l := f.lines[f.lineOf(off)]
	for i := off; i < l.end; i++ {
		if f.src[i] == '#' {
			return string(f.src[i:l.end])
		}
		if strings.IndexByte(passed, f.src[i]) < 0 {
			return ""
		}
	}
	return ""
}

// Remarks returns all comments on an item of a list, or on a key: those behind
// its parts, and the lines of comments directly above, but for items that are
// commented out. Of a key's value only what stands on the key's line counts.
func (f *File) Remarks(n *yaml.Node) []string {
	at := f.places[n]
	if at == nil || at.block || at.parent == nil {
		return nil
	}
	first, ends := f.parts(at)
	var out []string
	for _, end := range ends {
		if c := f.beyond(end, " \t,]}"); c != "" {
			out = append(out, c)
		}
	}
	for l := f.lineOf(first) + 1; !at.isKey && l < f.lineOf(at.body); l++ {
		if c, ok := f.comment(l); ok { // between a dash and its value
			out = append(out, "# "+c.text)
		}
	}
	return append(out, f.headed(at, f.lineOf(first))...)
}

// headed returns the lines of comments directly above line, on which at begins,
// but for items that are commented out. What begins the line tells where they may
// begin.
func (f *File) headed(at *node, line int) (out []string) {
	first, _ := f.parts(at)
	for !f.startsLine(first) {
		if at = at.parent; at.parent == nil {
			return nil
		}
		if first, _ = f.parts(at); f.lineOf(first) != line {
			return nil
		}
	}
	floor := f.floor(at.parent, at.index)
	for l := line - 1; l >= floor; l-- {
		c, ok := f.comment(l)
		if !ok {
			break
		}
		if !c.item() {
			out = append(out, "# "+c.text)
		}
	}
	return out
}

// parts returns where the entry begins that a key or a value is of, or the item,
// and the ends of the tokens that a comment on a key or an item may follow.
func (f *File) parts(at *node) (first int, ends []int) {
	if at.parent.n.Kind == yaml.SequenceNode {
		it := at.parent.items[at.index]
		if it.dash >= 0 {
			return it.dash, []int{it.dash + 1, at.props, at.end}
		}
		return at.start, []int{at.props, at.end}
	}
	e := at.parent.entries[at.index]
	ends = []int{at.end}
	if e.colon < 0 {
		return e.start, ends
	}
	ends = append(ends, e.colon+1)
	if line := f.lineOf(e.colon); f.lineOf(e.val.start) == line {
		ends = append(ends, e.val.props, e.val.end)
		if e.val.flow && f.lineOf(e.val.body) == line {
			ends = append(ends, e.val.body+1)
		}
	}
	return e.start, ends
}

// remarked returns ErrRemark if a comment stands between the dash of an item and
// its value, where it would go unseen with the item.
func (f *File) remarked(items ...item) error {
	for _, it := range items {
		if it.dash < 0 {
			continue
		}
		for _, end := range []int{it.dash + 1, it.val.props} {
			if end < it.val.body && skip(f.src[:it.val.body], end, false) >= it.val.body && bytes.IndexByte(f.src[end:it.val.body], '#') >= 0 {
				return fmt.Errorf("line %d: %w", f.lineOf(it.dash)+1, ErrRemark)
			}
		}
	}
	return nil
}
