// Package text changes the text of YAML files by splices. yaml.v3 gives the
// places and the values, the source text gives the bytes: an operation names a
// place in the tree, becomes a few replaced byte ranges, and the new text is
// parsed again and must hold exactly the intended tree. No YAML is ever printed
// from a tree, so that what an operation does not touch stays as it is, byte for
// byte. The package knows YAML only, nothing of what the files are for, except
// that a comment with the word link goes with a key that is about links.
package text

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// File is a parsed YAML file: its text, its documents and where everything
// stands. It does not change; Apply returns a new one.
type File struct {
	src     []byte
	lines   []line
	docs    []*yaml.Node
	roots   []*node // the content of each document
	nodes   []*node // by id, keys and values of all documents in preorder
	places  map[*yaml.Node]*node
	aliases map[*yaml.Node][]*node // an anchored node's aliases
}

// ErrNotUTF8 says that a file is in another encoding. yaml.v3 would decode
// UTF-16 silently, with places that have nothing to do with the bytes.
var ErrNotUTF8 = errors.New("the file is not UTF-8")

// Parse decodes all documents of src and finds the place of every node. It
// returns yaml.v3's error if src is no YAML, else those of New.
func Parse(src []byte) (*File, error) {
	docs, err := decode(src)
	if err != nil {
		return nil, err
	}
	return New(src, docs)
}

// decode reads every document of src. yaml.v3 reports its own failures by
// panics that it catches; those that it does not catch are errors here too.
func decode(src []byte) (docs []*yaml.Node, err error) {
	if !utf8.Valid(src) {
		return nil, ErrNotUTF8
	}
	defer func() {
		if r := recover(); r != nil {
			docs, err = nil, fmt.Errorf("yaml: %v", r)
		}
	}()
	for d := yaml.NewDecoder(bytes.NewReader(src)); ; {
		doc := new(yaml.Node)
		if err := d.Decode(doc); errors.Is(err, io.EOF) {
			return docs, nil
		} else if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
}

// New finds the place of every node of docs, which yaml.v3 has read from src.
// It refuses a text that is not UTF-8, a node that does not stand where it
// should, and a key without text.
func New(src []byte, docs []*yaml.Node) (*File, error) {
	if !utf8.Valid(src) {
		return nil, ErrNotUTF8
	}
	f := &File{
		src:     src,
		lines:   splitLines(src),
		docs:    docs,
		places:  map[*yaml.Node]*node{},
		aliases: map[*yaml.Node][]*node{},
	}
	p := placer{f: f}
	for i, doc := range docs {
		if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
			return nil, fmt.Errorf("document %d is no document node", i+1)
		}
		p.doc = i
		root, err := p.place(doc.Content[0], nil, p.last)
		if err != nil {
			return nil, err
		}
		p.last = root.end
		f.roots = append(f.roots, root)
	}
	return f, nil
}

// Bytes returns the text. It must not be changed.
func (f *File) Bytes() []byte { return f.src }

// Docs returns the documents as yaml.v3 reads them. They must not be changed.
func (f *File) Docs() []*yaml.Node { return f.docs }

// Path leads from a document's root to a node: a string is the key of a
// mapping, an int the index in a list.
type Path []any

// Path returns where a node of Docs stands, through real parents only, never
// through an alias. It is false for keys, for what stands below a key that is
// no scalar or that stands twice, and for nodes of another file.
func (f *File) Path(n *yaml.Node) (doc int, p Path, ok bool) {
	at := f.places[n]
	if at == nil {
		return 0, nil, false
	}
	doc = at.doc
	for ; at.parent != nil; at = at.parent {
		if at.isKey {
			return 0, nil, false
		}
		if at.parent.n.Kind == yaml.SequenceNode {
			p = append(p, at.index)
			continue
		}
		key := at.parent.entries[at.index].key.n
		if key.Kind != yaml.ScalarNode {
			return 0, nil, false
		}
		if i, err := at.parent.find(key.Value); err != nil || i != at.index {
			return 0, nil, false
		}
		p = append(p, key.Value)
	}
	for i, j := 0, len(p)-1; i < j; i, j = i+1, j-1 {
		p[i], p[j] = p[j], p[i]
	}
	return doc, p, true
}

// Token returns a scalar's source text, quotes included, anchor and tag not, if
// it stands on one line and is no block scalar. An empty value has none.
func (f *File) Token(n *yaml.Node) (string, bool) {
	at := f.places[n]
	if at == nil || n.Kind != yaml.ScalarNode || at.block || at.body >= at.end {
		return "", false
	}
	for i := at.body; i < at.end; i++ {
		if breakLen(f.src, i) > 0 {
			return "", false
		}
	}
	return string(f.src[at.body:at.end]), true
}
