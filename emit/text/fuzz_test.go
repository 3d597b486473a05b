package text

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"testing"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// fuzzOps makes an operation on the node that pick chooses.
func fuzzOp(f *File, kind, pick, more uint8, s string) (Op, bool) {
	if len(f.nodes) == 0 || !utf8.ValidString(s) || len(s) > 40 {
		return Op{}, false
	}
	nd := f.nodes[int(pick)%len(f.nodes)]
	op := Op{Kind: OpKind(kind) % (SetScalar + 1)}
	var ok bool
	if op.Doc, op.Path, ok = f.Path(nd.n); !ok {
		return Op{}, false
	}
	key := func() string {
		if len(nd.entries) == 0 {
			return ""
		}
		return nd.entries[int(more)%len(nd.entries)].key.n.Value
	}
	values := []Value{str(s), list(str(s), str("b")), dict("k", dict("l", str(s))), null(), list(dict("a", str(s), "b", null()), list(str(s))), tok(s, s)}
	v := values[int(more)%len(values)]
	switch op.Kind {
	case DeleteItem:
		op.Index = int(more)
		if n := len(nd.items); n > 0 {
			op.Index %= n
		}
	case Add:
		op.Entries = []Entry{{"new", v}}
	case InsertAfter:
		op.After, op.Entries = key(), []Entry{{"new", v}, {"other", str(s)}}
	case InsertBefore:
		op.Key, op.Entries = key(), []Entry{{"new", v}}
	case Replace:
		op.Key, op.Entries = key(), []Entry{{"new", v}}
		if e, err := nd.find(op.Key); err == nil && e >= 0 && len(nd.entries[e].val.items) > 0 {
			op.Entries, op.Keep = fuzzKeep(nd.entries[e].val, more, s)
		}
	case AddItem, ListToMap, SetScalar:
		op.Items = []Value{v}
	}
	return op, true
}

// fuzzKeep keeps some items of a list, as they are or with another text.
func fuzzKeep(l *node, more uint8, s string) ([]Entry, []int) {
	v := Value{Kind: List}
	var keep []int
	for i, it := range l.items {
		switch more >> (i % 4 * 2) & 3 {
		case 0:
			continue
		case 1:
			v.Elems = append(v.Elems, str(s))
		default:
			v.Elems = append(v.Elems, str(it.val.n.Value))
		}
		keep = append(keep, i)
	}
	if more&16 != 0 {
		v.Elems, keep = append(v.Elems, str(s)), append(keep, -1)
	}
	entries := []Entry{{"new", v}}
	if more&32 != 0 {
		entries = append(entries, Entry{"other", str(s)})
	}
	return entries, keep
}

func FuzzEdit(f *testing.F) {
	n := uint8(0)
	for _, table := range [][]step{deletions, insertions, replacements} {
		for _, s := range table {
			for k := range SetScalar + 1 {
				f.Add([]byte(s.in), uint8(k), n, n/3, "x: y")
				n += 5
			}
		}
	}
	f.Fuzz(func(t *testing.T, src []byte, kind, pick, more uint8, s string) {
		if len(src) > 2000 {
			return
		}
		file, err := Parse(src)
		if err != nil {
			return
		}
		op, ok := fuzzOp(file, kind, pick, more, s)
		if !ok {
			return
		}
		if err := tryOp(file, op); err != nil {
			t.Errorf("%v %v key %q after %q index %d keep %v %+v: %v\n%q", op.Kind, op.Path, op.Key, op.After, op.Index, op.Keep, op.Entries, err, src)
		}
	})
}

// tryOp applies op and, where that promises it, takes it back.
func tryOp(f *File, op Op) error {
	before := bytes.Clone(f.src)
	g, err := f.Apply([]Op{op})
	if !bytes.Equal(before, f.src) {
		return errors.New("the source has changed")
	}
	var oe *OpError
	switch {
	case errors.Is(err, ErrVerify):
		return err
	case err != nil && !errors.As(err, &oe):
		return fmt.Errorf("no OpError: %w", err)
	case err != nil:
		return nil
	}
	if op.Kind != Add && op.Kind != InsertAfter {
		return nil
	}
	m, err := f.resolve(op.Doc, op.Path)
	if err != nil || m.n.Kind != yaml.MappingNode || len(m.entries) == 0 {
		return nil // a null that was filled stays {}
	}
	for i := len(op.Entries) - 1; i >= 0 && err == nil; i-- {
		g, err = g.Apply([]Op{{Kind: Delete, Doc: op.Doc, Path: append(op.Path[:len(op.Path):len(op.Path)], op.Entries[i].Key)}})
	}
	if err != nil {
		return fmt.Errorf("taking it back: %w", err)
	}
	if f.spaced(m) {
		// A blank line that came with an entry stays where a comment follows.
		blank := regexp.MustCompile(`\r?\n[ \t\r\n]*\n`)
		a, b := blank.ReplaceAll(g.src, []byte("\n")), blank.ReplaceAll(f.src, []byte("\n"))
		if bytes.Equal(bytes.TrimSpace(a), bytes.TrimSpace(b)) {
			return nil
		}
	}
	if !bytes.Equal(g.src, f.src) && !m.flow && !bytes.Equal(bytes.TrimRight(g.src, "\r\n"), bytes.TrimRight(f.src, "\r\n")) {
		return fmt.Errorf("taken back it is %q", g.src)
	}
	return nil
}
