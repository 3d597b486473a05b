package text

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// Comment returns the comment on the line that a node ends on, or "". Of a key
// whose value stands below, that is the comment on the key's line.
func (f *File) Comment(n *yaml.Node) string {
	at := f.places[n]
	if at == nil || at.block {
		return ""
	}
	end := at.end
	if at.isKey {
		end = at.parent.entries[at.index].colon + 1
		if val := at.parent.entries[at.index].val; f.lineOf(val.start) == f.lineOf(end) {
			end = max(end, val.end)
		}
	}
	return f.behind(end)
}

// Around returns the comment lines that belong to the entry whose value n is:
// those directly above the key, and those below the value that go when the
// entry is deleted, each from its #.
func (f *File) Around(n *yaml.Node) (above, below []string) {
	at := f.places[n]
	if at == nil || at.isKey || at.parent == nil || at.parent.n.Kind != yaml.MappingNode || at.parent.flow {
		return nil, nil
	}
	e := at.parent.entries[at.index]
	first, end := f.lineOf(e.start), f.lineOf(e.end)
	for l := f.topOf(at.parent, at.index); l < first; l++ {
		above = append(above, f.commentText(l))
	}
	for l := end + 1; l <= f.tail(end, f.ownerOf(e)); l++ {
		if _, ok := f.comment(l); ok {
			below = append(below, f.commentText(l))
		}
	}
	return above, below
}

// commentText is line i, which holds a comment only, from its #.
func (f *File) commentText(i int) string {
	l := f.lines[i]
	return strings.TrimRight(string(f.src[blanks(f.src, l.start):l.end]), " \t")
}

// topOf returns the first of the comment lines directly above entry i, at its
// column, that speak of it: what is commented out there is another entry.
func (f *File) topOf(m *node, i int) int {
	e := m.entries[i]
	first := f.lineOf(e.start)
	if !f.startsLine(e.start) {
		return first
	}
	for floor := f.floor(m, i); first > floor; first-- {
		c, ok := f.comment(first - 1)
		if !ok || c.col != f.column(e.start) || c.code() && !shouted.MatchString(c.text) {
			break
		}
	}
	return first
}

// shouted is the start of a comment that only looks like a key: NOTE: and such.
var shouted = regexp.MustCompile(`^[A-Z]+:`)
