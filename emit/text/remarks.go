package text

import (
	"bytes"
	"fmt"

	"gopkg.in/yaml.v3"
)

// behind returns the comment that follows off on its line, or "".
func (f *File) behind(off int) string {
	l := f.lines[f.lineOf(off)]
	for i := off; i < l.end; i++ {
		switch f.src[i] {
		case ' ', '\t', ',':
		case '#':
			return string(f.src[i:l.end])
		default:
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
		if c := f.behind(end); c != "" {
			out = append(out, c)
		}
	}
	if !f.startsLine(first) {
		return out
	}
	floor := f.floor(at.parent, at.index)
	for l := f.lineOf(first) - 1; l >= floor; l-- {
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

// parts returns where a key or an item begins, and the ends of the tokens that a
// comment on it may follow.
func (f *File) parts(at *node) (first int, ends []int) {
	if !at.isKey {
		if dash := at.parent.items; at.index < len(dash) && dash[at.index].dash >= 0 {
			return dash[at.index].dash, []int{dash[at.index].dash + 1, at.props, at.end}
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
