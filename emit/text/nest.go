package text

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// Nest returns a File in which the root mapping of a document has become the
// value of one new key. In block layout the key stands above the first entry and
// the comments directly above it, and every line from there on moves right by
// the step that most entries use; blank lines stay, and so do a document marker
// and a comment block at the end, set off by a blank line, that is no
// commented-out YAML. A root in braces gets a pair of braces around it.
func (f *File) Nest(doc int, key string) (*File, error) {
	root := f.roots[doc]
	if root.n.Kind != yaml.MappingNode || len(root.entries) == 0 || root.pair {
		return nil, fmt.Errorf("%w: the document is no mapping", ErrLayout)
	}
	if root.props > root.start {
		return nil, fmt.Errorf("%w: the document has a tag or an anchor", ErrLayout)
	}
	edits := f.nestFlow(root, key)
	if !root.flow {
		if !f.startsLine(root.body) {
			return nil, ErrLayout
		}
		edits = f.nestBlock(root, key)
	}
	src, err := splice(f.src, edits)
	if err != nil {
		return nil, err
	}
	next, err := Parse(src)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrVerify, err)
	}
	want, _ := f.cloneTrees()
	name := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}
	want[doc] = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{name, want[doc]}}
	return next, next.verify(want)
}

// nestStep is the step that most entries of the root use for their children.
func (f *File) nestStep(root *node) string {
	step, ok := most(f.direct(root).step)
	if !ok || step < 1 {
		step = 2
	}
	return strings.Repeat(" ", step)
}

func (f *File) nestBlock(root *node, key string) []edit {
	step := f.nestStep(root)
	first := f.lineOf(root.body)
	top := first
	for {
		if _, ok := f.comment(top - 1); !ok {
			break
		}
		top--
	}
	margin := string(f.src[f.lines[first].start:root.body])
	edits := []edit{{f.lines[top].start, f.lines[top].start, margin + key + ":" + f.lineBreak(first)}}
	inText := f.blockLines(root)
	stays := f.closing(root)
	for i := top; i < len(f.lines); i++ {
		l := f.lines[i]
		if stays[i] || l.start == l.end || f.isBlank(i) && !inText[i] || f.marker(i) {
			continue
		}
		if f.after(root, i) {
			break
		}
		edits = append(edits, edit{l.start, l.start, step})
	}
	return edits
}

// marker says whether line i is --- or ... at column 0.
func (f *File) marker(i int) bool {
	s := string(f.src[f.lines[i].start:f.lines[i].end])
	return s == "---" || s == "..." || strings.HasPrefix(s, "--- ") || strings.HasPrefix(s, "... ")
}

// after says whether line i belongs to a later document.
func (f *File) after(root *node, i int) bool {
	for j := f.lineOf(max(root.end-1, root.start)) + 1; j < i; j++ {
		if f.marker(j) {
			return true
		}
	}
	return false
}

// blockLines are the lines of block scalars, whose blank lines may be text.
func (f *File) blockLines(root *node) map[int]bool {
	in := map[int]bool{}
	for _, nd := range f.nodes {
		if nd.doc != root.doc || !nd.block {
			continue
		}
		for i := f.lineOf(nd.body) + 1; i < len(f.lines) && f.lines[i].start < nd.end; i++ {
			in[i] = true
		}
	}
	return in
}

// closing are the lines of comment blocks at the end that stay: each stands at
// column 0 behind a blank line and holds no commented-out YAML.
func (f *File) closing(root *node) map[int]bool {
	stays := map[int]bool{}
	for i := f.lineOf(max(root.end-1, root.start)) + 1; i < len(f.lines); {
		if f.marker(i) {
			break
		}
		if f.isBlank(i) || f.lines[i].start == f.lines[i].end {
			i++
			continue
		}
		j, prose := i, f.isBlank(i-1)
		for ; j < len(f.lines); j++ {
			c, ok := f.comment(j)
			if !ok {
				break
			}
			prose = prose && c.col == 0 && !c.code()
		}
		for k := i; k < j && prose; k++ {
			stays[k] = true
		}
		i = max(j, i+1)
	}
	return stays
}

// nestFlow puts braces around a root that has some: on lines of their own where
// the root's stand so, else around it as it is.
func (f *File) nestFlow(root *node, key string) []edit {
	first := root.entries[0]
	if q := f.src[first.key.body]; q == '"' || q == '\'' {
		key = string(q) + key + string(q)
	}
	open, end := root.body, root.end-1
	if f.lineOf(open) == f.lineOf(first.start) || !f.startsLine(end) {
		gap := " "
		if first.colon >= 0 && first.val.start == first.colon+1 {
			gap = ""
		}
		return []edit{{open, open, "{" + key + ":" + gap}, {root.end, root.end, "}"}}
	}
	margin := string(f.src[f.lines[f.lineOf(first.start)].start:first.start])
	step := strings.TrimPrefix(margin, string(f.src[f.lines[f.lineOf(end)].start:end]))
	nl := f.lineBreak(f.lineOf(open))
	edits := []edit{{open + 1, open + 1, nl + margin + key + ": {"}, {f.lines[f.lineOf(end)].start, f.lines[f.lineOf(end)].start, margin + "}" + nl}}
	for i := f.lineOf(open) + 1; i < f.lineOf(end); i++ {
		if l := f.lines[i]; !f.isBlank(i) && l.start < l.end {
			edits = append(edits, edit{l.start, l.start, step})
		}
	}
	return edits
}
