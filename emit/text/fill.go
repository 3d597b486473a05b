package text

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// fill gives a null its first entries or items: in brackets where brackets are
// around, else on lines of their own below the comments that stand there.
func (f *File) fill(v *node, entries []Entry, items []Value) (*plan, error) {
	p := v.parent
	if p == nil || p.pair || p.n.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("line %d: a null that is no value of a key is not filled", v.n.Line)
	}
	tag := ""
	if v.n.Style&yaml.TaggedStyle != 0 {
		if tag = v.n.Tag; tag == "!!null" {
			return nil, fmt.Errorf("line %d: the value is tagged as a null", v.n.Line)
		}
	}
	st, value := f.styleOf(p), Value{Kind: List, Elems: items}
	if entries != nil {
		value = Value{Kind: Map}
		for _, e := range entries {
			value.Keys, value.Elems = append(value.Keys, e.Key), append(value.Elems, e.Value)
		}
	}
	out := new(plan)
	out.also(func(all []*yaml.Node) {
		c, n := all[v.id], st.node(value, p.flow)
		c.Kind, c.Tag, c.Value, c.Content = n.Kind, n.Tag, "", n.Content
		if tag != "" {
			c.Tag = tag
		}
	})
	e := p.entries[v.index]
	if p.flow {
		text := " " + st.flowValue(value)
		if e.colon < 0 {
			text = ":" + text
		}
		out.put(v.holder(), v.end, text)
		return out, nil
	}
	if v.body < v.end {
		if f.lineOf(v.holder()) != f.lineOf(v.body) {
			return nil, fmt.Errorf("line %d: %w", v.n.Line, ErrLayout)
		}
		out.cut(v.holder(), v.end)
	}
	return f.fillLines(out, p, e, st, value)
}

// fillLines puts the lines of value below the key of e.
func (f *File) fillLines(out *plan, p *node, e entry, st style, value Value) (*plan, error) {
	col := f.column(e.start)
	var lines []string
	if value.Kind == Map {
		lines = st.blockEntries(value, col+st.step)
	} else {
		lines = st.blockItems(value.Elems, col+st.dash)
	}
	if e.colon < 0 {
		return nil, fmt.Errorf("line %d: %w", e.key.n.Line, ErrLayout)
	}
	b := owner{col: col, dash: -1, child: -1, null: true}
	out.edits = append(out.edits, f.below(f.tail(f.lineOf(e.end), b), lines))
	return out, nil
}

// setScalar writes v in the place of a scalar. Quotes stay where they can.
func (f *File) setScalar(s *node, v Value) (*plan, error) {
	if s.n.Kind != yaml.ScalarNode || v.Kind != Str {
		return nil, fmt.Errorf("line %d: the old or the new value is no scalar", s.n.Line)
	}
	if strings.Contains(string(f.src[s.start:s.props]), "!") {
		return nil, fmt.Errorf("line %d: the value has a tag", s.n.Line)
	}
	if s.parent == nil {
		return nil, fmt.Errorf("line %d: the value is the whole document", s.n.Line)
	}
	if s.block && s.keep {
		return nil, fmt.Errorf("line %d: the value is a block scalar that keeps the blank lines below", s.n.Line)
	}
	flow := s.inFlow()
	st := f.styleOf(s.parent)
	text := ""
	switch {
	case v.Token != "":
		text = st.str(v, flow)
	case s.body < s.end:
		text = f.like(s, v.Str, flow, st)
	default:
		text = st.scalar(v.Str, flow)
	}
	p := new(plan)
	p.also(func(all []*yaml.Node) {
		n := st.node(v, flow)
		all[s.id].Tag, all[s.id].Value = n.Tag, n.Value
	})
	if s.body < s.end {
		p.put(s.body, s.end, text)
		return p, nil
	}
	text = " " + text
	if m := s.parent; m.n.Kind == yaml.MappingNode && m.entries[s.index].colon < 0 {
		text = ":" + text
	}
	p.put(s.holder(), s.holder(), text)
	return p, nil
}

// like writes str in the quotes of the scalar or key old.
func (f *File) like(old *node, str string, flow bool, st style) string {
	switch c := f.src[old.body]; c {
	case '"', '\'':
		return quoted(str, c, st.json)
	}
	if !strings.ContainsAny(string(f.src[old.body:old.body+1]), "|>") && plainOK(str, flow) {
		return str
	}
	return st.scalar(str, flow)
}
