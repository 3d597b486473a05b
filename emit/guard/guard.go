// Package guard reads YAML text into nodes and refuses what no later step
// should see: text that is no YAML, and YAML that would cost its reader too
// much or that Compose refuses whatever it says. Every refusal has a place. It
// never changes the text and knows nothing of services or links.
package guard

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// The limits. A Compose file of 5,000 services has 2.1 MB, about 200,000 nodes
// and a depth of 6; the loader of Compose itself visits 100,000 nodes by
// default. A node takes about 200 bytes, so a million of them stay within a
// laptop's reach. MaxBytes, the size of 10,000 services, bounds the time that
// the costliest texts take, such as a million items with a comment each.
const (
	MaxBytes = 4 << 20
	MaxNodes = 1_000_000 // as written, and again with every alias replaced by what it stands for
	MaxDepth = 100       // the loader's cost grows with the square of the depth

	MaxVariables = 1000 // "${" in one line of a text
)

// The reasons of an Error.
const (
	NotUTF8         = "not-utf8"
	Binary          = "binary"
	TooLarge        = "too-large"
	TooDeep         = "too-deep"
	Syntax          = "yaml-syntax"
	TabIndent       = "tab-indent"
	UnknownAnchor   = "unknown-anchor"
	DuplicateKey    = "duplicate-key"
	BadKey          = "bad-key"
	MergeNotMapping = "merge-not-mapping"
	AliasCycle      = "alias-cycle"
	AliasBomb       = "alias-bomb"
	NotAMapping     = "not-a-mapping"
)

// Error is a refusal. Line and Column count from 1 as YAML counts them:
// columns in code points, a byte order mark not counted.
type Error struct {
	Line, Column int
	Reason       string // one of the constants above
	Msg          string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%d:%d: %s [%s]", e.Line, e.Column, e.Msg, e.Reason)
}

// Read returns the document nodes of src whose content is a mapping, in order.
// Documents of nothing, as a trailing "---" makes, are left out. Every error is
// an *Error.
func Read(src []byte) ([]*yaml.Node, error) {
	if err := scan(src); err != nil {
		return nil, err
	}
	docs, err := parse(src)
	if err != nil {
		return nil, explain(src, err)
	}
	if err := check(src, docs); err != nil {
		return nil, err
	}
	var maps []*yaml.Node
	for _, doc := range docs {
		if !isNull(doc.Content[0]) {
			maps = append(maps, doc)
		}
	}
	if len(maps) == 0 {
		return nil, nothing(src)
	}
	return maps, nil
}

// parse reads all documents. yaml.v3 has panicked on malformed text before; one
// such text must not end a run over many files.
func parse(src []byte) (docs []*yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			docs, err = nil, fmt.Errorf("the YAML reader cannot take this text: %v", r)
		}
	}()
	dec := yaml.NewDecoder(bytes.NewReader(src))
	for {
		doc := new(yaml.Node)
		err := dec.Decode(doc)
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return nil, err
		}
		if doc.Kind == yaml.DocumentNode && len(doc.Content) == 1 {
			docs = append(docs, doc)
		}
	}
}

// nothing says why src holds no mapping at all.
func nothing(src []byte) *Error {
	text := strings.TrimSpace(strings.TrimPrefix(string(src), "\ufeff"))
	msg := "nothing but empty documents here; a Compose file is a mapping with a key such as services:"
	switch {
	case text == "":
		msg = "the file is empty; a Compose file is a mapping with a key such as services:"
	case onlyComments(text):
		msg = "the file holds only comments; a Compose file is a mapping with a key such as services:"
	}
	return &Error{1, 1, NotAMapping, msg}
}

func onlyComments(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return false
		}
	}
	return true
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag == "!!null"
}
