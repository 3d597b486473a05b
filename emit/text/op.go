package text

import (
	"errors"
	"fmt"
)

// Kind says what a Value is.
type Kind uint8

// The kinds of a Value.
const (
	Str Kind = iota
	Null
	List
	Map
)

// Value is what an operation writes. A Str is written so that it is read back as
// the string Str, unless Token is set: that is source text for a scalar, which
// is written as it is, quotes kept, where it reads as one scalar; elsewhere (${X}
// in brackets, say) Str is quoted instead. Elems are a List's items or, beside
// Keys, a Map's values.
type Value struct {
	Kind  Kind
	Str   string
	Token string
	Keys  []string
	Elems []Value
	Flow  bool // a List or Map is written in brackets
	// Tag is the tag of a Null or a Map that is the value of a key: !reset, say.
	Tag string
	// Comment is written behind the value of a key in block layout, or behind
	// the key if the value stands below it.
	Comment string
	// Above and Below are lines of comments, each from its #, that are written
	// above the key and below the value, in block layout inside a Map.
	Above, Below []string
}

// Entry is a key with its value.
type Entry struct {
	Key   string
	Value Value
}

// OpKind says what an Op does.
type OpKind uint8

// The kinds of an Op, and the fields that each reads beside Doc and Path.
const (
	// Delete removes the entry that Path ends in. A mapping that loses its only
	// entry becomes {}.
	Delete OpKind = iota
	// DeleteItem removes item Index of the list at Path. A list that loses its
	// only item becomes [].
	DeleteItem
	// Add appends Entries to the mapping at Path, or fills a null or {} there.
	Add
	// InsertAfter puts Entries behind the entry After of the mapping at Path.
	InsertAfter
	// InsertBefore puts Entries before the entry Key of the mapping at Path and
	// before the comment above that would be deleted with it.
	InsertBefore
	// AddItem appends Items to the list at Path, or fills a null or [] there.
	AddItem
	// ListToMap makes the list of strings at Path a mapping with Items[0] as
	// every value.
	ListToMap
	// Replace puts Entries in the place of the entry Key of the mapping at Path.
	// With Keep, for each element of Entries[0].Value the number of the old item
	// whose line it takes over or -1, the old list's layout is kept: an item with
	// the same text keeps its line, one with another keeps its quotes, the rest
	// are deleted, new ones are appended. That needs a list of scalars of its
	// own, numbers that increase and the -1 last; else the entries are written
	// anew. Tokens are not used for the elements then.
	Replace
	// SetScalar writes Items[0] in the place of the scalar at Path.
	SetScalar
	// SetEmpty writes the empty list or map Items[0] for the null at Path; what is
	// commented out below it stays.
	SetEmpty
	// Rename gives the entry Key of the mapping at Path the key Entries[0].Key; its
	// value stays.
	Rename
)

var opNames = [...]string{"delete", "delete-item", "add", "insert-after", "insert-before", "add-item", "list-to-map", "replace", "set-scalar", "set-empty", "rename"}

// String returns the operation's name: delete, delete-item and so on.
func (k OpKind) String() string {
	if int(k) < len(opNames) {
		return opNames[k]
	}
	return fmt.Sprintf("operation %d", k)
}

// Op is an operation. Doc is the document's number, from 0.
type Op struct {
	Kind    OpKind
	Doc     int
	Path    Path
	Key     string
	After   string
	Index   int
	Entries []Entry
	Items   []Value
	Keep    []int
	Above   bool
}

// OpError is the refusal of one operation.
type OpError struct {
	Index int // which of the operations given to Apply
	Err   error
}

func (e *OpError) Error() string { return fmt.Sprintf("operation %d: %v", e.Index+1, e.Err) }

// Unwrap returns the reason.
func (e *OpError) Unwrap() error { return e.Err }

// Why an operation is refused. Some errors add more to these.
var (
	// ErrVerify says that the edited text does not hold the intended tree.
	ErrVerify = errors.New("the edited text does not hold what was intended")
	// ErrAlias says that a path leads to or through an alias: the text stands
	// elsewhere and has other users.
	ErrAlias = errors.New("the value is an alias")
	// ErrNotFound says that a path leads nowhere.
	ErrNotFound = errors.New("no such place")
	// ErrAnchor says that an alias elsewhere needs what would be removed.
	ErrAnchor = errors.New("anchor inside the removed text is used elsewhere")
	// ErrNoBreak says that nothing can be written below a block scalar that ends
	// the file without a line break.
	ErrNoBreak = errors.New("a block scalar ends the file without a line break")
	// ErrOnly says that an entry behind a dash or a ? has no sibling that could
	// take its place.
	ErrOnly = errors.New("it is the only entry, on the line of its parent")
	// ErrPair says that a mapping without braces in a list, [a: b], is not edited.
	ErrPair = errors.New("the mapping is a pair without braces in a list")
	// ErrRemark says that a comment would be lost that stands between the dash of
	// an item and its value.
	ErrRemark = errors.New("a comment between an entry's dash and its value would be lost")
	// ErrLayout says that the text around is laid out in a way that is not edited.
	ErrLayout = errors.New("its place shares a line with other text")
)
