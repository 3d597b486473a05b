package text

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// edit replaces the bytes [start,end).
type edit struct {
	start, end int
	text       string
}

// plan is what one operation does: to the text, and to a copy of the trees. The
// copy of a node is clones[node.id].
type plan struct {
	edits []edit
	tree  func(clones []*yaml.Node)
}

func (p *plan) cut(start, end int)               { p.put(start, end, "") }
func (p *plan) put(start, end int, text string)  { p.edits = append(p.edits, edit{start, end, text}) }
func (p *plan) also(tree func(all []*yaml.Node)) { p.tree = tree }

// plan turns an operation into edits of the present text.
func (f *File) plan(op Op) (*plan, error) {
	if err := op.valid(); err != nil {
		return nil, err
	}
	path := op.Path
	if op.Kind == Delete {
		if len(path) == 0 {
			return nil, fmt.Errorf("%w: the path is empty", ErrNotFound)
		}
		path = path[:len(path)-1]
	}
	c, err := f.resolve(op.Doc, path)
	if err != nil {
		return nil, err
	}
	if c.n.Kind == yaml.AliasNode {
		return nil, fmt.Errorf("%w: %s at line %d", ErrAlias, "*"+c.n.Value, c.n.Line)
	}
	switch op.Kind {
	case Delete:
		key, ok := op.Path[len(op.Path)-1].(string)
		if !ok {
			return nil, fmt.Errorf("%w: the path ends in no key", ErrNotFound)
		}
		return f.delete(c, key, op.Above)
	case DeleteItem:
		return f.deleteItem(c, op.Index)
	case Add:
		return f.add(c, op.Entries)
	case InsertAfter:
		return f.insertAfter(c, op.After, op.Entries)
	case InsertBefore:
		return f.insertBefore(c, op.Key, op.Entries)
	case AddItem:
		return f.addItem(c, op.Items)
	case ListToMap:
		return f.listToMap(c, op.Items[0])
	case Replace:
		return f.replace(c, op)
	case SetScalar:
		return f.setScalar(c, op.Items[0])
	case SetEmpty:
		return f.setEmpty(c, op.Items[0].Kind)
	case Rename:
		return f.rename(c, op.Key, op.Entries)
	}
	return nil, fmt.Errorf("unknown %v", op.Kind)
}

// valid checks an operation's arguments.
func (op Op) valid() error {
	switch op.Kind {
	case Add, InsertAfter, InsertBefore, Replace:
		v := Value{Kind: Map}
		for _, e := range op.Entries {
			v.Keys, v.Elems = append(v.Keys, e.Key), append(v.Elems, e.Value)
		}
		if len(op.Entries) == 0 || !v.valid() {
			return fmt.Errorf("%v: the entries are none, or a key is empty or stands twice", op.Kind)
		}
	case AddItem, ListToMap, SetScalar, SetEmpty:
		if len(op.Items) == 0 || !(Value{Kind: List, Elems: op.Items}).valid() {
			return fmt.Errorf("%v: the values are none, or a key is empty or stands twice", op.Kind)
		}
	}
	return nil
}

// resolve follows a path. The last step may end at an alias.
func (f *File) resolve(doc int, path Path) (*node, error) {
	if doc < 0 || doc >= len(f.roots) {
		return nil, fmt.Errorf("%w: document %d", ErrNotFound, doc+1)
	}
	c := f.roots[doc]
	for _, step := range path {
		if c.n.Kind == yaml.AliasNode {
			return nil, fmt.Errorf("%w: %s at line %d", ErrAlias, "*"+c.n.Value, c.n.Line)
		}
		switch s := step.(type) {
		case string:
			e, err := f.entry(c, s)
			if err != nil {
				return nil, err
			}
			c = c.entries[e].val
		case int:
			if s < 0 || s >= len(c.items) {
				return nil, fmt.Errorf("%w: item %d", ErrNotFound, s)
			}
			c = c.items[s].val
		default:
			return nil, fmt.Errorf("a path of keys and indexes holds a %T", step)
		}
	}
	return c, nil
}

// entry returns the number of the entry key of mapping m.
func (f *File) entry(m *node, key string) (int, error) {
	if m.n.Kind != yaml.MappingNode {
		return 0, fmt.Errorf("%w: key %q in what is no mapping", ErrNotFound, key)
	}
	i, err := m.find(key)
	if err != nil {
		return 0, err
	}
	if i < 0 {
		return 0, fmt.Errorf("%w: key %q", ErrNotFound, key)
	}
	if m.pair {
		return 0, ErrPair
	}
	return i, nil
}

// unused refuses to remove nodes that hold an anchor whose aliases stand
// elsewhere: they would be left without it, or get an earlier one of that name.
func (f *File) unused(removed ...*node) error {
	inside := map[*node]bool{}
	var anchors []*node
	var walk func(*node)
	walk = func(nd *node) {
		inside[nd] = true
		if nd.n.Anchor != "" {
			anchors = append(anchors, nd)
		}
		for _, e := range nd.entries {
			walk(e.key)
			walk(e.val)
		}
		for _, it := range nd.items {
			walk(it.val)
		}
	}
	for _, nd := range removed {
		walk(nd)
	}
	for _, nd := range anchors {
		for _, a := range f.aliases[nd.n] {
			if !inside[a] {
				return fmt.Errorf("%w: *%s at line %d", ErrAnchor, nd.n.Anchor, a.n.Line)
			}
		}
	}
	return nil
}

// below is an edit that puts lines below line i. A file without a final break
// stays without.
func (f *File) below(i int, lines []string) edit {
	l, nl := f.lines[i], f.lineBreak(i)
	if l.next == l.end {
		text := ""
		for _, s := range lines {
			text += nl + s
		}
		return edit{l.end, l.end, text}
	}
	text := ""
	for _, s := range lines {
		text += s + nl
	}
	return edit{l.next, l.next, text}
}

// above is an edit that puts lines above line i.
func (f *File) above(i int, lines []string) edit {
	nl := f.lineBreak(max(0, i-1))
	text := ""
	for _, s := range lines {
		text += s + nl
	}
	return edit{f.lines[i].start, f.lines[i].start, text}
}
