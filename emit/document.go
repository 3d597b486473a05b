// Package emit carries a plan out in the text of a Compose file. A Document
// keeps a file's exact bytes beside the values found in them; a change is a
// splice, and every byte outside it stays. The package knows where things stand
// and how this file writes them; what a link means it does not know.
package emit

import (
	"bytes"
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/delink/delink/emit/guard"
	"github.com/delink/delink/emit/text"
	"github.com/delink/delink/translate/tree"
)

// Document is the text of one file and what it says.
type Document struct {
	Name  string
	file  *text.File
	read  []*yaml.Node // what guard.Read made of the text; nil after a rewrite
	trees []*tree.Node
	first tree.ID      // IDs are counted from here, so that those of several files differ
	nodes []*yaml.Node // by ID - first; 0 is unused
	ids   map[*yaml.Node]tree.ID

	addressed bool // a comment may be meant for delink
}

// Parse reads a file's bytes. The error is a *guard.Error, with a place, or says
// that the text can't be followed.
func Parse(name string, src []byte) (*Document, error) { return ParseBehind(nil, name, src) }

// Apart stands before files that are only read, whatever those are that change:
// behind it, the IDs of values differ from theirs.
func Apart() *Document { return &Document{first: 1 << 30} }

// ParseBehind reads the bytes of a further file of a project, behind prev. The
// IDs of its values differ from those of the files before it.
func ParseBehind(prev *Document, name string, src []byte) (*Document, error) {
	docs, err := guard.Read(src)
	if err != nil {
		return nil, err
	}
	var file *text.File
	if bytes.Contains(src, []byte("---")) { // guard leaves out empty documents, which count here
		file, err = text.Parse(src)
	} else {
		file, err = text.New(src, docs)
	}
	if err != nil {
		return nil, &guard.Error{Line: 1, Column: 1, Reason: "unsafe-text", Msg: fmt.Sprintf("the text can't be followed to change it: %v", err)}
	}
	first := tree.ID(0)
	if prev != nil {
		first = prev.first + tree.ID(len(prev.nodes))
	}
	d := newDocument(name, first, file)
	d.read = docs
	return d, nil
}

func newDocument(name string, first tree.ID, file *text.File) *Document {
	d := &Document{Name: name, file: file, first: first, nodes: []*yaml.Node{nil}, ids: map[*yaml.Node]tree.ID{},
		addressed: bytes.Contains(file.Bytes(), []byte("delink:"))}
	for _, doc := range file.Docs() {
		d.trees = append(d.trees, d.view(doc.Content[0], false))
	}
	return d
}

// Trees gives the documents as plain values.
func (d *Document) Trees() []*tree.Node { return d.trees }

// Nodes gives what guard.Read makes of the text, if it is known: nil in a document
// that was rewritten. They must not be changed.
func (d *Document) Nodes() []*yaml.Node { return d.read }

// Bytes gives the text.
func (d *Document) Bytes() []byte { return d.file.Bytes() }

func (d *Document) id(n *yaml.Node) tree.ID {
	id, ok := d.ids[n]
	if !ok {
		id = d.first + tree.ID(len(d.nodes))
		d.ids[n] = id
		d.nodes = append(d.nodes, n)
	}
	return id
}

// node is the text that an ID names.
func (d *Document) node(id tree.ID) *yaml.Node { return d.nodes[id-d.first] }

func (d *Document) place(n *yaml.Node) tree.Place {
	return tree.Place{File: d.Name, Line: n.Line, Column: n.Column}
}

// remarks are the comments on a key or an item. Hardly any text has one that is
// looked for.
func (d *Document) remarks(n *yaml.Node) []string {
	if !d.addressed {
		return nil
	}
	return d.file.Remarks(n)
}

// view turns a node into a plain value: aliases are followed, merge keys
// resolved (YAML merge type: own keys win, then the first mapping of a list).
func (d *Document) view(n *yaml.Node, alias bool) *tree.Node {
	if n.Kind == yaml.AliasNode {
		v := d.view(n.Alias, true)
		v.At = d.place(n)
		return v
	}
	v := &tree.Node{At: d.place(n), ID: d.id(n), Alias: alias, Reset: n.Tag == "!reset", Override: n.Tag == "!override"}
	switch n.Kind {
	case yaml.MappingNode:
		v.Kind = tree.Map
		d.fields(v, n)
	case yaml.SequenceNode:
		v.Kind = tree.List
		for _, c := range n.Content {
			it := d.view(c, alias)
			it.Comment, it.Remarks = d.file.Comment(c), d.remarks(c)
			v.Items = append(v.Items, it)
		}
	default:
		d.scalar(v, n)
	}
	return v
}

func (d *Document) scalar(v *tree.Node, n *yaml.Node) {
	tag := n.ShortTag()
	if v.Reset || v.Override { // the tag of Compose hides what the text is
		plain := *n
		plain.Tag, plain.Style = "", plain.Style&^yaml.TaggedStyle
		tag = plain.ShortTag()
	}
	if tag == "!!null" {
		v.Kind = tree.Null
		return
	}
	v.Kind, v.String, v.Value = tree.Scalar, tag == "!!str" || tag == "!!binary", n.Value
	if n.Style&yaml.TaggedStyle == 0 { // without its tag the text would be read as something else
		v.Token, _ = d.file.Token(n)
	}
	if v.String {
		return
	}
	var native any
	if n.Decode(&native) == nil && native != nil { // 0x10 reaches Compose as 16
		v.Value = fmt.Sprint(native)
	}
}

func (d *Document) fields(v *tree.Node, n *yaml.Node) {
	seen := map[string]bool{}
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		if key.ShortTag() == "!!merge" {
			merges = append(merges, val)
			continue
		}
		name := key.Value
		if key.Kind == yaml.AliasNode {
			name = key.Alias.Value
		}
		if !seen[name] {
			seen[name] = true
			v.Fields = append(v.Fields, tree.Field{Key: name, At: d.place(key), Value: d.view(val, v.Alias), Holder: v.ID, Comment: d.file.Comment(key), Remarks: d.remarks(key)})
		}
	}
	for _, m := range merges {
		d.merge(v, m, seen)
	}
}

// merge adds the fields of a merge key's value that are not there yet. A key
// with !reset is as good as not there, so that a merged one shows through
// (measured with compose-go).
func (d *Document) merge(v *tree.Node, m *yaml.Node, seen map[string]bool) {
	for m.Kind == yaml.AliasNode {
		m = m.Alias
	}
	if m.Kind == yaml.SequenceNode {
		for _, c := range m.Content {
			d.merge(v, c, seen)
		}
		return
	}
	from := d.view(m, true)
	v.Merged = append(append(v.Merged, from.ID), from.Merged...)
	for _, f := range from.Fields {
		if !seen[f.Key] {
			seen[f.Key] = true
			v.Fields = append(v.Fields, f)
		} else if have := v.Field(f.Key); have != nil && have.Hidden == 0 {
			have.Hidden = f.Value.ID
		}
	}
}
