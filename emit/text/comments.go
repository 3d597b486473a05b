package text

import (
	"regexp"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// comment is a line that holds a comment only. yaml.v3's own comments are not
// used: it attributes them otherwise with CRLF and loses some (measured).
type comment struct {
	col  int    // of the #
	text string // behind the # and blanks
	at   int    // the column of text
}

// comment reads line i as a comment. The caller knows that the line begins
// outside any token.
func (f *File) comment(i int) (comment, bool) {
	if i < 0 || i >= len(f.lines) {
		return comment{}, false
	}
	l := f.lines[i]
	hash := blanks(f.src, l.start)
	if hash >= l.end || f.src[hash] != '#' {
		return comment{}, false
	}
	t := hash
	for t < l.end && f.src[t] == '#' {
		t++
	}
	t = min(blanks(f.src, t), l.end)
	return comment{hash - l.start, strings.TrimRight(string(f.src[t:l.end]), " \t"), t - l.start}, true
}

// item says whether the comment is a commented-out list item.
func (c comment) item() bool { return strings.HasPrefix(c.text, "- ") || c.text == "-" }

var commentedKey = regexp.MustCompile(`^[^\s:]+:(\s|$)`)

// code says whether the comment is commented-out YAML: an item, or one word with
// a colon.
func (c comment) code() bool { return c.item() || commentedKey.MatchString(c.text) }

var linkWord = regexp.MustCompile(`(?i)\blink(s|ed|ing)?\b`)

// owner says which comments below an entry or an item are part of it.
type owner struct {
	col   int  // of the key, or of the dash
	dash  int  // of the value's dashes, -1 if none
	child int  // of the value's keys, -1 if none
	null  bool // no value
	atEnd bool // comments at the key's own column count too
}

// has says whether c belongs: it stands deeper than the key, or it is a
// commented-out item near the list's dashes, at any column since many editors
// comment out at column 0; or a key commented out there at the column of the
// value's keys; below a key without a value all commented-out content counts.
func (b owner) has(c comment) bool {
	switch {
	case c.col > b.col, b.atEnd && c.col == b.col:
		return true
	case c.item() && b.dash >= 0:
		return c.at-b.dash <= 2 && b.dash-c.at <= 2
	case b.child >= 0 && c.col < b.col && c.code():
		return c.at >= b.child
	case b.null && c.item():
		return c.at >= b.col
	case b.null && c.code():
		return c.col != b.col && c.at > b.col+1
	}
	return false
}

// tail returns the last line that belongs to what ends at line last: the
// comments directly below, and over blank lines only commented-out items that
// stand deeper.
func (f *File) tail(last int, b owner) int {
	for i := last + 1; ; {
		if c, ok := f.comment(i); ok && b.has(c) {
			last = i
			i++
			continue
		}
		for f.isBlank(i) {
			i++
		}
		c, ok := f.comment(i)
		if i == last+1 || !ok || c.col <= b.col || !c.item() {
			return last
		}
		last = i
		i++
	}
}

// ownerOf describes what an entry may own below it.
func (f *File) ownerOf(e entry) owner {
	b := owner{col: f.column(e.start), dash: -1, child: -1, null: isNull(e.val.n) && e.val.body == e.val.end}
	if len(e.val.items) > 0 && !e.val.flow {
		b.dash = f.column(e.val.items[0].dash)
	}
	if len(e.val.entries) > 0 && !e.val.flow && f.startsLine(e.val.entries[0].start) {
		b.child = f.column(e.val.entries[0].start)
	}
	return b
}

// isNull says whether n is a null, written or not.
func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// head returns the first line that goes with the entry: that of the entry, or of
// the comment lines directly above at its column, if the key is about links, they
// hold no commented-out YAML and either speak of links or name an item of the
// list while the entry, which ends at line last, is alone in its paragraph.
func (f *File) head(m *node, i, last int) int {
	e := m.entries[i]
	first := f.lineOf(e.start)
	col := f.column(e.start)
	if !f.startsLine(e.start) || !strings.Contains(e.key.n.Value, "link") {
		return first
	}
	floor := f.floor(m, i)
	top, about := first, false
	for top > floor {
		c, ok := f.comment(top - 1)
		if !ok || c.col != col {
			break
		}
		if c.code() {
			return first
		}
		about = about || linkWord.MatchString(c.text)
		top--
	}
	if about || top < first && f.alone(m, i, last) && f.names(top, first, e.val) {
		return top
	}
	return first
}

// alone says whether a blank line, a comment or the end of the mapping follows
// entry i, which ends at line last.
func (f *File) alone(m *node, i, last int) bool {
	_, comment := f.comment(last + 1)
	return comment || f.isBlank(last+1) || i == len(m.entries)-1
}

// names says whether a comment in lines [top,end) names an item of the list, or
// the alias behind the item's colon.
func (f *File) names(top, end int, list *node) bool {
	words := map[string]bool{}
	for _, it := range list.items {
		for _, w := range strings.Split(it.val.n.Value, ":") {
			words[strings.ToLower(w)] = true
		}
	}
	for l := top; l < end; l++ {
		c, _ := f.comment(l)
		for _, w := range strings.FieldsFunc(strings.ToLower(c.text), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-'
		}) {
			if words[w] {
				return true
			}
		}
	}
	return false
}

// floor returns the first line above entry or item i of c that can hold a
// comment of its own: lines before it belong to what stands before, whose last
// lines may look like comments.
func (f *File) floor(c *node, i int) int {
	if i > 0 {
		if c.n.Kind == yaml.MappingNode {
			return f.lineOf(c.entries[i-1].end) + 1
		}
		return f.lineOf(c.items[i-1].val.end) + 1
	}
	switch p := c.parent; {
	case c.flow:
		return f.lineOf(c.body) + 1
	case p == nil && c.doc > 0:
		return f.lineOf(f.roots[c.doc-1].end) + 1
	case p == nil:
		return 0
	case p.n.Kind == yaml.MappingNode:
		return f.lineOf(p.entries[c.index].key.end) + 1
	case p.flow:
		return f.lineOf(c.start) + 1
	default:
		return f.lineOf(p.items[c.index].dash) + 1
	}
}

// joining extends a deletion that ends at line last over what would become text
// of the block scalar that then stands directly above: deeper comments, blank
// lines longer than its indentation, and with + every blank line.
func (f *File) joining(above *node, first, last int) int {
	if above == nil || !above.block {
		return last
	}
	for i := f.lineOf(above.end) + 1; i < first; i++ {
		if !f.isBlank(i) {
			return last
		}
	}
	for i := last + 1; i < len(f.lines); i++ {
		l := f.lines[i]
		_, isComment := f.comment(i)
		blank := f.isBlank(i)
		deep := f.spaces(l) >= above.indent && l.end-l.start > above.indent
		switch {
		case (blank || isComment) && deep, blank && above.keep:
			last = i
		case !blank:
			return last
		}
	}
	return last
}
