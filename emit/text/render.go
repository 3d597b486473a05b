package text

import (
	"cmp"
	"strings"

	"gopkg.in/yaml.v3"
)

// str writes a string value: its own source text where that can stand.
func (st style) str(v Value, flow bool) string {
	if v.Token != "" {
		if _, ok := token(v.Token, flow); ok && !(st.json && v.Token[0] != '"') {
			return v.Token
		}
	}
	return st.scalar(v.Str, flow)
}

// node returns the node that v is read as once it is written.
func (st style) node(v Value, flow bool) *yaml.Node {
	flow = flow || v.Flow
	switch v.Kind {
	case Null:
		if v.Tag != "" {
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: v.Tag, Value: "null"}
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
	case List:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, e := range v.Elems {
			n.Content = append(n.Content, st.node(e, flow))
		}
		return n
	case Map:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: cmp.Or(v.Tag, "!!map")}
		for i, k := range v.Keys {
			n.Content = append(n.Content, keyNode(k), st.node(v.Elems[i], flow))
		}
		return n
	}
	if v.Token != "" && !(st.json && v.Token[0] != '"') {
		if n, ok := token(v.Token, flow); ok {
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: n.Tag, Value: n.Value}
		}
	}
	return keyNode(v.Str)
}

// keyNode is a string scalar.
func keyNode(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

// valid says whether a Map has as many values as keys, and no key twice.
func (v Value) valid() bool {
	seen := map[string]bool{}
	for _, k := range v.Keys {
		if seen[k] || k == "" {
			return false
		}
		seen[k] = true
	}
	if v.Kind == Map && len(v.Keys) != len(v.Elems) {
		return false
	}
	for _, e := range v.Elems {
		if !e.valid() {
			return false
		}
	}
	return true
}

func indent(col int) string { return strings.Repeat(" ", col) }

// blockEntry writes an entry whose key stands at column col; the first line
// comes without indentation.
func (st style) blockEntry(e Entry, col int) []string {
	head := st.key(e.Key, false) + ":"
	v := e.Value
	if v.Tag != "" {
		head += " " + v.Tag
	}
	comment := ""
	if v.Comment != "" {
		comment = " " + v.Comment
	}
	switch {
	case v.Kind == Null && v.Tag != "":
		return []string{head + " null" + comment}
	case v.Kind == Null:
		return []string{head + comment}
	case v.Kind == Str:
		return []string{head + " " + st.str(v, false) + comment}
	case len(v.Elems) == 0 || v.Flow:
		return []string{head + " " + st.flowValue(v) + comment}
	case v.Kind == List:
		return append([]string{head + comment}, st.blockItems(v.Elems, col+st.dash)...)
	}
	return append([]string{head + comment}, st.blockEntries(v, col+st.step)...)
}

// blockEntries writes the entries of a map, every line with its indentation.
func (st style) blockEntries(v Value, col int) []string {
	var out []string
	for i, k := range v.Keys {
		elem := v.Elems[i]
		for _, c := range elem.Above {
			out = append(out, indent(col)+c)
		}
		lines := st.blockEntry(Entry{k, elem}, col)
		out = append(out, indent(col)+lines[0])
		out = append(out, lines[1:]...)
		inner := col
		if elem.Kind == Map && len(elem.Elems) > 0 {
			inner += st.step
		}
		for _, c := range elem.Below {
			out = append(out, indent(inner)+c)
		}
	}
	return out
}

// blockItems writes items with their dashes at column col.
func (st style) blockItems(items []Value, col int) []string {
	var out []string
	for _, v := range items {
		dash := indent(col) + "-"
		inner := col + 1 + st.gap
		switch {
		case v.Kind == Null:
			out = append(out, dash)
		case v.Kind == Str:
			out = append(out, dash+indent(st.gap)+st.str(v, false))
		case len(v.Elems) == 0 || v.Flow:
			out = append(out, dash+indent(st.gap)+st.flowValue(v))
		default:
			var lines []string
			if v.Kind == List {
				lines = st.blockItems(v.Elems, inner)
			} else {
				lines = st.blockEntries(v, inner)
			}
			lines[0] = dash + indent(st.gap) + lines[0][inner:]
			out = append(out, lines...)
		}
	}
	return out
}

// flowEntry writes an entry of a mapping in braces.
func (st style) flowEntry(e Entry) string {
	colon := ": "
	if st.compact {
		colon = ":"
	}
	if e.Value.Tag != "" {
		colon += e.Value.Tag + " "
	}
	return st.key(e.Key, true) + colon + st.flowValue(e.Value)
}

// comma is what stands between two elements on one line.
func (st style) comma() string {
	if st.compact {
		return ","
	}
	return ", "
}

// flowValue writes a value in brackets.
func (st style) flowValue(v Value) string {
	var parts []string
	switch v.Kind {
	case Null:
		return "null"
	case Str:
		return st.str(v, true)
	case Map:
		for i, k := range v.Keys {
			parts = append(parts, st.flowEntry(Entry{k, v.Elems[i]}))
		}
		return "{" + strings.Join(parts, st.comma()) + "}"
	}
	for _, e := range v.Elems {
		parts = append(parts, st.flowValue(e))
	}
	return "[" + strings.Join(parts, st.comma()) + "]"
}
