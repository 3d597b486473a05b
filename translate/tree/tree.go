// Package tree is the plain form in which a Compose file's content reaches the
// rules: maps, lists and scalars, merge keys and aliases already followed, each
// with the place that it stands at. It knows nothing of YAML's syntax and
// nothing of Docker.
package tree

// Kind says what a Node is.
type Kind uint8

// The kinds of a Node.
const (
	Null Kind = iota
	Scalar
	Map
	List
)

// Place is where a value stands in a file. Line and Column count from 1,
// columns in code points; a byte order mark is not counted.
type Place struct {
	File   string
	Line   int
	Column int
}

// ID names one stretch of text in a file: two Nodes with one ID are read from
// the same bytes, so that a change of one is a change of both. Zero is none.
type ID int

// Node is a value.
type Node struct {
	Kind   Kind
	Value  string  // Scalar: the decoded text
	String bool    // Scalar: YAML resolves it to a string, not to a number, a boolean or a date
	Token  string  // Scalar: the source text, quotes included, if it stands on one line; else empty
	Fields []Field // Map: own keys as they stand, then those that merge keys bring
	Items  []*Node // List
	Merged []ID    // Map: the mappings that merge keys bring in, theirs included
	At     Place
	ID     ID
	// Comment is the comment behind a list's item, on its line.
	Comment string
	// Remarks are all comments on a list's item, see Field.
	Remarks []string
	Alias   bool // reached through an alias, so that the text belongs to another place too
	// Reset and Override are Compose's tags !reset and !override.
	Reset, Override bool
}

// Field is one key of a Map.
type Field struct {
	Key     string
	At      Place // of the key
	Value   *Node
	Comment string // the comment on the key's line
	// Remarks are all comments on the key: those on its line and on the lines
	// directly above. They are only there in a text that speaks of delink.
	Remarks []string
	Hidden  ID // the value that a merge key would give, were the key not there; 0: none
	Holder  ID // the mapping in the text that holds the key: the Map's own ID unless a merge key brought it
}

// Get returns the value of key, or nil. It may be called on nil.
func (n *Node) Get(key string) *Node {
	if f := n.Field(key); f != nil {
		return f.Value
	}
	return nil
}

// Field returns the field of key, or nil. It may be called on nil.
func (n *Node) Field(key string) *Field {
	if n == nil || n.Kind != Map {
		return nil
	}
	for i := range n.Fields {
		if n.Fields[i].Key == key {
			return &n.Fields[i]
		}
	}
	return nil
}

// Is reports whether n is there and of kind k.
func (n *Node) Is(k Kind) bool { return n != nil && n.Kind == k }

// Elements returns the items of a List; none for anything else. It may be
// called on nil.
func (n *Node) Elements() []*Node {
	if n == nil || n.Kind != List {
		return nil
	}
	return n.Items
}

// GetFields returns the fields of a Map; none for anything else. It may be
// called on nil.
func (n *Node) GetFields() []Field {
	if n == nil || n.Kind != Map {
		return nil
	}
	return n.Fields
}
