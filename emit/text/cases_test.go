package text

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dataDir is the folder with shared test data: $DELINK_DATA, else the folder
// shared beside the repository.
func dataDir() string {
	if dir := os.Getenv("DELINK_DATA"); dir != "" {
		return dir
	}
	return filepath.Join("..", "..", "..", "shared")
}

// caseOp is an operation as cases spell it.
type caseOp struct {
	Op    string     `json:"op"`
	Doc   int        `json:"doc"`
	Path  []any      `json:"path"`
	Key   string     `json:"key"`
	After string     `json:"after"`
	Index int        `json:"index"`
	Value *caseValue `json:"value"`
}

type caseValue struct {
	Kind  string      `json:"kind"`
	Str   string      `json:"str"`
	Keys  []string    `json:"keys"`
	Elems []caseValue `json:"elems"`
}

func (c caseValue) value() Value {
	v := Value{Kind: map[string]Kind{"str": Str, "null": Null, "list": List, "map": Map}[c.Kind], Str: c.Str, Keys: c.Keys}
	for _, e := range c.Elems {
		v.Elems = append(v.Elems, e.value())
	}
	return v
}

func (c caseOp) op(t *testing.T) Op {
	t.Helper()
	op := Op{Kind: OpKind(len(opNames)), Doc: c.Doc, Key: c.Key, After: c.After, Index: c.Index}
	for k, name := range opNames {
		if name == c.Op {
			op.Kind = OpKind(k)
		}
	}
	for _, s := range c.Path {
		if f, ok := s.(float64); ok {
			s = int(f)
		}
		op.Path = append(op.Path, s)
	}
	if c.Value != nil {
		op.Entries = []Entry{{c.Key, c.Value.value()}}
		op.Items = []Value{c.Value.value()}
	}
	return op
}

func TestCases(t *testing.T) {
	dirs, _ := filepath.Glob(filepath.Join(dataDir(), "yaml-cases", "*", "in.yaml"))
	if len(dirs) == 0 {
		t.Skip("no cases in " + dataDir())
	}
	for _, in := range dirs {
		dir := filepath.Dir(in)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			src := read(t, in)
			var list []caseOp
			if err := json.Unmarshal(read(t, filepath.Join(dir, "ops.json")), &list); err != nil {
				t.Fatal(err)
			}
			var ops []Op
			for _, c := range list {
				ops = append(ops, c.op(t))
			}
			got, err := edited(src, ops)
			if want, e := os.ReadFile(filepath.Join(dir, "want.err")); e == nil {
				if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(string(want))) {
					t.Fatalf("error %v, want %s", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if want := read(t, filepath.Join(dir, "want.yaml")); string(got) != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// edited applies ops to src.
func edited(src []byte, ops []Op) ([]byte, error) {
	f, err := Parse(src)
	if err != nil {
		return nil, err
	}
	g, err := f.Apply(ops)
	if err != nil {
		var oe *OpError
		if !errors.As(err, &oe) {
			return nil, errors.New("no OpError: " + err.Error())
		}
		return nil, err
	}
	return g.Bytes(), nil
}
