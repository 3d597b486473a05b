package text

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// corpus calls visit with every YAML file of the shared collection that parses.
func corpus(t *testing.T, visit func(name string, f *File)) {
	t.Helper()
	root := filepath.Join(dataDir(), "corpus", "files")
	if _, err := os.Stat(root); err != nil {
		t.Skip("no corpus in " + dataDir())
	}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !strings.HasSuffix(name, ".yml") && !strings.HasSuffix(name, ".yaml") {
			return err
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		docs, err := decode(src)
		if err != nil {
			return nil // a template, or broken on purpose
		}
		f, err := New(src, docs)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return nil
		}
		visit(strings.TrimPrefix(name, root), f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// count is a share of successes.
type count struct{ done, all int }

func (c *count) add(ok bool) {
	c.all++
	if ok {
		c.done++
	}
}

func (c count) least(t *testing.T, what string, percent int) {
	t.Helper()
	t.Logf("%s: %d of %d", what, c.done, c.all)
	if c.all == 0 || c.done*100 < c.all*percent {
		t.Errorf("%s: %d of %d, want %d%%", what, c.done, c.all, percent)
	}
}

// mappings returns the paths of all mappings of f that are reached through
// keys and indexes.
func mappings(f *File) (out []Op) {
	for _, nd := range f.nodes {
		if nd.n.Kind == yaml.MappingNode && !nd.isKey {
			if doc, p, ok := f.Path(nd.n); ok {
				out = append(out, Op{Doc: doc, Path: p})
			}
		}
	}
	return out
}

func TestCorpusDelete(t *testing.T) {
	t.Parallel()
	var one, rest count
	corpus(t, func(name string, f *File) {
		var ops []Op
		for _, m := range mappings(f) {
			c, err := f.resolve(m.Doc, m.Path)
			if err != nil || c.byKey["links"] == 0 && (len(c.entries) == 0 || c.entries[0].key.n.Value != "links") {
				continue
			}
			op := Op{Kind: Delete, Doc: m.Doc, Path: append(m.Path[:len(m.Path):len(m.Path)], "links")}
			g, err := f.Apply([]Op{op})
			if errors.Is(err, ErrVerify) {
				t.Errorf("%s: %v: %v", name, op.Path, err)
			}
			one.add(err == nil)
			if err != nil {
				continue
			}
			rest.add(subsequence(g.src, f.src))
			ops = append(ops, op)
		}
		if _, err := f.Apply(ops); err != nil {
			t.Errorf("%s: all at once: %v", name, err)
		}
	})
	one.least(t, "links deleted", 98)
	rest.least(t, "other lines untouched", 98)
}

// subsequence says whether the lines of a are lines of b in their order.
func subsequence(a, b []byte) bool {
	lines := bytes.SplitAfter(b, []byte("\n"))
	for _, l := range bytes.SplitAfter(a, []byte("\n")) {
		for len(lines) > 0 && !bytes.Equal(lines[0], l) {
			lines = lines[1:]
		}
		if len(lines) == 0 {
			return len(l) == 0
		}
		lines = lines[1:]
	}
	return true
}

func TestCorpusRoundTrip(t *testing.T) {
	t.Parallel()
	var done, same count
	corpus(t, func(name string, f *File) {
		for i, m := range mappings(f) {
			v := []Value{str("x"), list(str("x"), str("y: z")), dict("a", dict("b", null())), null()}[i%4]
			key := "zz-added"
			op := Op{Kind: Add, Doc: m.Doc, Path: m.Path, Entries: []Entry{{key, v}}}
			if c, _ := f.resolve(m.Doc, m.Path); i%2 == 1 && len(c.entries) > 1 && c.entries[0].key.n.Kind == yaml.ScalarNode {
				op.Kind, op.After = InsertAfter, c.entries[i%len(c.entries)].key.n.Value
			}
			g, err := f.Apply([]Op{op})
			if errors.Is(err, ErrVerify) {
				t.Errorf("%s: %v %v %s: %v", name, op.Kind, op.Path, op.After, err)
			}
			done.add(err == nil)
			if err != nil {
				continue
			}
			h, err := g.Apply([]Op{{Kind: Delete, Doc: m.Doc, Path: append(m.Path[:len(m.Path):len(m.Path)], key)}})
			ok := err == nil && (bytes.Equal(h.src, f.src) || bytes.Equal(bytes.TrimRight(h.src, "\r\n"), f.src))
			same.add(ok)
			if !ok {
				t.Logf("%s: %v %v %s: %v", name, op.Kind, op.Path, op.After, err)
			}
			if errors.Is(err, ErrVerify) {
				t.Errorf("%s: delete %v: %v", name, op.Path, err)
			}
		}
	})
	done.least(t, "added", 98)
	same.least(t, "same bytes after deleting", 99)
}

// TestCorpusReplace gives every links another key and cuts what stands behind a
// colon; a list of plain names must change by its key's line alone.
func TestCorpusReplace(t *testing.T) {
	t.Parallel()
	var done, short count
	corpus(t, func(name string, f *File) {
		for _, m := range mappings(f) {
			c, err := f.resolve(m.Doc, m.Path)
			if err != nil {
				continue
			}
			i, err := c.find("links")
			if err != nil || i < 0 || c.entries[i].val.n.Kind != yaml.SequenceNode {
				continue
			}
			op := Op{Kind: Replace, Doc: m.Doc, Path: m.Path, Key: "links", Entries: []Entry{{"zz-added", Value{Kind: List}}}}
			plain := true
			for j, it := range c.entries[i].val.items {
				s, _, colon := strings.Cut(it.val.n.Value, ":")
				plain = plain && !colon
				op.Entries[0].Value.Elems, op.Keep = append(op.Entries[0].Value.Elems, str(s)), append(op.Keep, j)
			}
			g, err := f.Apply([]Op{op})
			if errors.Is(err, ErrVerify) {
				t.Errorf("%s: %v: %v", name, op.Path, err)
			}
			done.add(err == nil)
			if err == nil && plain {
				short.add(bytes.Count(g.src, []byte("\n")) == bytes.Count(f.src, []byte("\n")) && len(g.src) == len(f.src)+len("zz-added")-len("links"))
			}
		}
	})
	done.least(t, "links replaced", 98)
	short.least(t, "changed by one word", 90)
}
