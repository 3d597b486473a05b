package text

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// maker writes random YAML of every layout: anchors, tags, explicit keys,
// scalars over several lines, brackets over lines, comments everywhere.
type maker struct {
	*rand.Rand
	b       strings.Builder
	anchors int
	inlined bool // the next key stands behind a dash
}

func (m *maker) one(of ...string) string { return of[m.IntN(len(of))] }

func (m *maker) noise(col int) {
	for m.IntN(5) == 0 {
		switch m.IntN(4) {
		case 0:
			m.b.WriteString(m.one("\n", "\n", "   \n", "         \n"))
		case 1:
			fmt.Fprintf(&m.b, "%s# %s\n", indent(col), m.one("note", "k: v", "- x", "the links", "db"))
		case 2:
			fmt.Fprintf(&m.b, "%s#%s%s\n", indent(m.IntN(10)), indent(m.IntN(8)), m.one("- x", "k: v", "text", "# deeper"))
		default:
			fmt.Fprintf(&m.b, "#%s- x\n", indent(col))
		}
	}
}

func (m *maker) scalar() string {
	return m.one("a", "db", "db:x", "'q'", "\"d\"", "it's", "5432", "~", "a b", "${X}", "\"a\\\"b\"", "'a''b'", "ü", "!t x", "! y", "\"x\u2028y\"")
}

func (m *maker) comment() string { return m.one("", "", "", " # c", "  # link", "\t# d", " ") }

// value writes a value behind a colon or a dash, to the end of its line.
func (m *maker) value(col, depth int, inList bool) {
	prop := ""
	if m.IntN(12) == 0 {
		m.anchors++
		prop = fmt.Sprintf(" &n%d", m.anchors)
	} else if m.IntN(12) == 0 {
		prop = m.one(" !override", " !x")
	}
	kind := m.IntN(12)
	if depth <= 0 && kind < 5 {
		kind = 6
	}
	switch kind {
	case 0, 1, 2:
		fmt.Fprintf(&m.b, "%s%s\n", prop, m.comment())
		m.mapping(col+1+m.IntN(4), depth-1)
	case 3, 4:
		fmt.Fprintf(&m.b, "%s%s\n", prop, m.comment())
		c := col + m.IntN(4)
		if inList {
			c++
		}
		m.sequence(c, depth-1)
	case 5:
		fmt.Fprintf(&m.b, "%s\n", m.comment())
	case 7:
		fmt.Fprintf(&m.b, "%s %s\n", prop, m.flow(2, col+1))
	case 8:
		in := col + 1 + m.IntN(3)
		fmt.Fprintf(&m.b, "%s %s%s\n%stext # x\n", prop, m.one("|", ">", "|+", ">-"), m.one("", " # c"), indent(in))
		for m.IntN(2) == 0 {
			fmt.Fprintf(&m.b, "%s%s\n", indent(in+m.IntN(2)), m.one("links:", "- x", "# y", ""))
		}
	case 9:
		if m.anchors > 0 && prop == "" {
			fmt.Fprintf(&m.b, " *n%d%s\n", 1+m.IntN(m.anchors), m.comment())
			return
		}
		fmt.Fprintf(&m.b, "%s one\n%stwo\n\n%sthree%s\n", prop, indent(col+2), indent(col+1), m.comment())
	case 10:
		fmt.Fprintf(&m.b, "%s \"one\n%s# two\n%slinks:\"%s\n", prop, indent(col+2), indent(col+1), m.comment())
	default:
		fmt.Fprintf(&m.b, "%s %s%s\n", strings.TrimSuffix(prop, " !x"), m.scalar(), m.comment())
	}
}

func (m *maker) key(i int) string {
	k := m.one("links", "image", "ports", "k", "dépend") + fmt.Sprint(i)
	if i == 0 {
		k = "links"
	}
	return m.one(k, k, k, "'"+k+"'", "\""+k+"\"", k+" ")
}

func (m *maker) mapping(col, depth int) {
	for i, n := 0, 1+m.IntN(3); i < n; i++ {
		if !m.inlined {
			m.noise(col)
			m.b.WriteString(indent(col))
		}
		m.inlined = false
		if m.IntN(12) == 0 {
			fmt.Fprintf(&m.b, "? %s\n%s:", m.key(i), indent(col))
		} else {
			fmt.Fprintf(&m.b, "%s:", m.key(i))
		}
		m.value(col, depth, false)
	}
	m.noise(col)
}

func (m *maker) sequence(col, depth int) {
	for i, n := 0, 1+m.IntN(3); i < n; i++ {
		m.noise(col)
		fmt.Fprintf(&m.b, "%s-", indent(col))
		if depth > 0 && m.IntN(4) == 0 {
			gap := 1 + m.IntN(2)
			m.b.WriteString(indent(gap))
			m.inlined = true
			m.mapping(col+1+gap, depth-1)
			continue
		}
		m.value(col, depth, true)
	}
	m.noise(col)
}

// flow writes a collection in brackets, perhaps over lines.
func (m *maker) flow(depth, col int) string {
	gap := m.one(" ", " ", "", "\n"+indent(col+1), " # c\n"+indent(col))
	var parts []string
	isMap := m.IntN(2) == 0
	for i, n := 0, m.IntN(4); i < n; i++ {
		v := m.scalar()
		if depth > 0 && m.IntN(3) == 0 {
			v = m.flow(depth-1, col)
		}
		if isMap {
			v = m.one("\"links\"", "'k'", "k") + fmt.Sprint(i) + ": " + m.one(v, v, v, "")
			v = strings.Replace(v, "\""+fmt.Sprint(i), fmt.Sprint(i)+"\"", 1)
			v = strings.Replace(v, "'"+fmt.Sprint(i), fmt.Sprint(i)+"'", 1)
		}
		parts = append(parts, v)
	}
	open, end := "[", "]"
	if isMap {
		open, end = "{", "}"
	}
	body := strings.Join(parts, m.one(",", ", ", ", # c\n"+indent(col), " , ")+strings.TrimPrefix(gap, " # c"))
	if len(parts) > 0 && m.IntN(5) == 0 {
		body += ","
	}
	return open + gap + body + m.one("", " ", gap) + end
}

// file writes one or two documents.
func (m *maker) file() []byte {
	m.mapping(0, 4)
	if m.IntN(4) == 0 {
		m.b.WriteString(m.one("---\n", "...\n---\n", "--- # d\n"))
		m.mapping(0, 2)
	}
	s := m.b.String()
	switch m.IntN(8) {
	case 0:
		s = strings.ReplaceAll(s, "\n", "\r\n")
	case 1:
		s = strings.Replace(s, "\n", "\r\n", 3)
	case 2:
		s = bom + s
	case 3:
		s = strings.TrimRight(s, "\n")
	}
	return []byte(s)
}

// generated tries one operation on a random file; it says whether the file
// could be read.
func generated(seed uint64) (bool, error) {
	m := maker{Rand: rand.New(rand.NewPCG(seed, 1))}
	src := m.file()
	docs, err := decode(src)
	if err != nil {
		return false, nil
	}
	f, err := New(src, docs)
	if err != nil {
		return true, fmt.Errorf("%w\n%s", err, src)
	}
	for range 20 {
		op, ok := fuzzOp(f, uint8(m.IntN(256)), uint8(m.IntN(256)), uint8(m.IntN(256)), m.scalar())
		if !ok {
			continue
		}
		if err := tryOp(f, op); err != nil {
			return true, fmt.Errorf("seed %d: %v %v key %q after %q index %d keep %v %+v %+v: %w\n%s\n%q", seed, op.Kind, op.Path, op.Key, op.After, op.Index, op.Keep, op.Entries, op.Items, err, src, src)
		}
	}
	return true, nil
}

func TestGenerated(t *testing.T) {
	t.Parallel()
	n := uint64(1500)
	if testing.Short() {
		n = 300
	}
	var valid count
	for seed := range n {
		ok, err := generated(seed)
		valid.add(ok)
		if err != nil {
			t.Error(err)
		}
		if t.Failed() && seed > n/2 {
			break
		}
	}
	valid.least(t, "valid files", 50)
}

func FuzzGenerated(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) {
		if _, err := generated(seed); err != nil {
			t.Error(err)
		}
	})
}

// TestRounds compares many operations at once with the same one by one. Layout is
// inferred at the start of a round, so that indentation and quotes may differ.
func TestRounds(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		m := maker{Rand: rand.New(rand.NewPCG(seed, 2))}
		f, err := Parse(m.file())
		if err != nil {
			continue
		}
		single := f
		var ops []Op
		for range 8 {
			op, ok := fuzzOp(single, uint8(m.IntN(256)), uint8(m.IntN(256)), uint8(m.IntN(256)), "s")
			if !ok || op.Kind == Delete && len(op.Path) == 1 {
				continue
			}
			if g, err := single.Apply([]Op{op}); err == nil {
				single, ops = g, append(ops, op)
			}
		}
		g, err := f.Apply(ops)
		if err != nil {
			t.Errorf("seed %d: %v\n%s", seed, err, f.src)
		} else if layout := strings.NewReplacer(" ", "", "'", "", "\"", ""); layout.Replace(string(g.src)) != layout.Replace(string(single.src)) {
			t.Errorf("seed %d: together\n%s\none by one\n%s\nof\n%s\n%+v", seed, g.src, single.src, f.src, ops)
		}
	}
}
