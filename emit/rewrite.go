package emit

import (
	"bytes"
	"errors"
	"slices"
	"sort"

	"gopkg.in/yaml.v3"

	"github.com/delink/delink/emit/text"
	"github.com/delink/delink/translate"
)

// RefusedError says that the text can't take a change. Nothing was changed.
type RefusedError struct {
	Change int // index of the change
	Err    error
}

func (e *RefusedError) Error() string { return e.Err.Error() }

// Unwrap gives what the text editor said.
func (e *RefusedError) Unwrap() error { return e.Err }

// Rewrite carries changes out and gives the new document; d stays as it was.
// Additions come first, then removals from the bottom up, so that a new key can
// stand where an old one stood and an alias goes before its anchor. The error
// is a *RefusedError.
func (d *Document) Rewrite(changes []translate.Change) (*Document, error) {
	order := make([]int, len(changes))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool {
		x, y := changes[order[a]], changes[order[b]]
		if rx, ry := x.Kind == translate.RemoveLinks, y.Kind == translate.RemoveLinks; rx != ry {
			return ry
		} else if !rx {
			return false
		}
		return d.node(x.At).Line > d.node(y.At).Line
	})
	var ops []text.Op
	var from []int // op → change
	for _, i := range order {
		more, err := d.ops(changes[i])
		if err != nil {
			return nil, &RefusedError{i, err}
		}
		ops = append(ops, more...)
		for range more {
			from = append(from, i)
		}
	}
	file, err := d.file.Apply(ops)
	if err != nil {
		var refused *text.OpError
		if errors.As(err, &refused) {
			return nil, &RefusedError{from[refused.Index], refused.Err}
		}
		return nil, err
	}
	return newDocument(d.Name, d.first, file), nil
}

// Files are the files of one project.
type Files []*Document

// Equal reports whether the bytes of all files are the same.
func (f Files) Equal(g Files) bool {
	return slices.EqualFunc(f, g, func(a, b *Document) bool { return bytes.Equal(a.Bytes(), b.Bytes()) })
}

// Rewrite carries changes out, each in the file that it names. The error is
// that of Document.Rewrite, its index that of the change in changes.
func (f Files) Rewrite(changes []translate.Change) (Files, error) {
	out := make(Files, len(f))
	for i, d := range f {
		var own []translate.Change
		var index []int
		for j, c := range changes {
			if c.File == d.Name {
				own, index = append(own, c), append(index, j)
			}
		}
		next, err := d.Rewrite(own)
		var refused *RefusedError
		if errors.As(err, &refused) {
			return nil, &RefusedError{index[refused.Change], refused.Err}
		}
		if err != nil {
			return nil, err
		}
		out[i] = next
	}
	return out, nil
}

// ops are the operations that a change takes.
func (d *Document) ops(c translate.Change) ([]text.Op, error) {
	switch c.Kind {
	case translate.Declare:
		return d.declare(c), nil
	case translate.AddService:
		networks := newNetworks(c.Joins)
		service := text.Value{Kind: text.Map, Keys: []string{networks.Key}, Elems: []text.Value{networks.Value}}
		return []text.Op{{Kind: text.Add, Doc: c.Doc, Path: text.Path{"services"}, Entries: []text.Entry{{Key: c.Key, Value: service}}}}, nil
	}
	node := d.node(c.At)
	doc, path, ok := d.file.Path(node)
	if !ok {
		return nil, errors.New("its place in the text can't be named")
	}
	switch c.Kind {
	case translate.RemoveLinks:
		return d.removeLinks(c, node, doc, path)
	case translate.AddDepends:
		return addDepends(c, node, doc, path), nil
	case translate.AddSettings:
		return addSettings(c, node, doc, path), nil
	case translate.AddKeys:
		return []text.Op{{Kind: text.Add, Doc: doc, Path: path, Entries: newKeys(c)}}, nil
	case translate.SetNetworks:
		return d.setNetworks(c, node, doc, path)
	}
	return d.moveKeys(c, doc, path), nil
}

// removeLinks takes links out; new keys stand in their place.
func (d *Document) removeLinks(c translate.Change, node *yaml.Node, doc int, path text.Path) ([]text.Op, error) {
	keys := newKeys(c)
	if list := value(node, "links"); len(c.Depends) > 0 && !c.MapForm && list != nil && list.Kind == yaml.SequenceNode {
		keys[0].Value.Flow = list.Style&yaml.FlowStyle != 0
	}
	if c.Drop == nil {
		if len(keys) == 0 {
			return []text.Op{{Kind: text.Delete, Doc: doc, Path: join(path, "links")}}, nil
		}
		return []text.Op{{Kind: text.Replace, Doc: doc, Path: path, Key: "links", Entries: keys, Keep: d.keep(c, node)}}, nil
	}
	var ops []text.Op
	if len(keys) > 0 {
		ops = append(ops, text.Op{Kind: text.InsertBefore, Doc: doc, Path: path, Key: "links", Entries: keys})
	}
	listDoc, list, ok := d.file.Path(d.node(c.List))
	if !ok {
		return nil, errors.New("the links list's place in the text can't be named")
	}
	for i := len(c.Drop) - 1; i >= 0; i-- {
		ops = append(ops, text.Op{Kind: text.DeleteItem, Doc: listDoc, Path: list, Index: c.Drop[i]})
	}
	return ops, nil
}

// keep tells for each new dependency which entry of the old list has its line;
// nil if the list is not reused.
func (d *Document) keep(c translate.Change, mapping *yaml.Node) []int {
	if len(c.Depends) == 0 || c.MapForm {
		return nil
	}
	list := value(mapping, "links")
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil
	}
	service := map[int]string{}
	for _, l := range c.Links {
		service[l.Item()] = l.Target
	}
	keep := make([]int, len(c.Depends))
	last := -1
	for i, dep := range c.Depends {
		keep[i] = -1
		for at := last + 1; at < len(list.Content); at++ {
			if service[at] == dep.Service && list.Content[at].Kind == yaml.ScalarNode {
				keep[i], last = at, at
				break
			}
		}
	}
	return keep
}

// newKeys are a new depends_on and a new environment, in this order.
func newKeys(c translate.Change) []text.Entry {
	var out []text.Entry
	switch {
	case len(c.Depends) == 0:
	case c.MapForm:
		v := text.Value{Kind: text.Map}
		for _, e := range dependEntries(c.Depends) {
			v.Keys, v.Elems = append(v.Keys, e.Key), append(v.Elems, e.Value)
		}
		out = append(out, text.Entry{Key: "depends_on", Value: v})
	default:
		out = append(out, text.Entry{Key: "depends_on", Value: text.Value{Kind: text.List, Elems: dependItems(c.Depends)}})
	}
	if len(c.Settings) == 0 {
		return out
	}
	v := text.Value{Kind: text.List, Elems: settingItems(c.Settings)}
	if !c.ListForm {
		v = text.Value{Kind: text.Map}
		for _, e := range settingEntries(c.Settings) {
			v.Keys, v.Elems = append(v.Keys, e.Key), append(v.Elems, e.Value)
		}
	}
	return append(out, text.Entry{Key: "environment", Value: v})
}

func dependItems(list []translate.Depend) []text.Value {
	var out []text.Value
	for _, dep := range list {
		out = append(out, str(dep.Service))
	}
	return out
}

func dependEntries(list []translate.Depend) []text.Entry {
	var out []text.Entry
	for _, dep := range list {
		v := text.Value{Kind: text.Map, Keys: []string{"condition"}, Elems: []text.Value{str("service_started")}}
		if dep.Optional {
			v.Keys, v.Elems = append(v.Keys, "required"), append(v.Elems, text.Value{Kind: text.Str, Str: "false", Token: "false"})
		}
		out = append(out, text.Entry{Key: dep.Service, Value: v})
	}
	return out
}

func settingItems(list []translate.Setting) []text.Value {
	var out []text.Value
	for _, s := range list {
		out = append(out, str(s.String()))
	}
	return out
}

func settingEntries(list []translate.Setting) []text.Entry {
	var out []text.Entry
	for _, s := range list {
		out = append(out, text.Entry{Key: s.Name, Value: text.Value{Kind: text.Str, Str: s.Value, Token: s.Token}})
	}
	return out
}

func addDepends(c translate.Change, node *yaml.Node, doc int, path text.Path) []text.Op {
	isMap := node.Kind == yaml.MappingNode || node.Kind != yaml.SequenceNode && c.MapForm
	if isMap {
		return []text.Op{{Kind: text.Add, Doc: doc, Path: path, Entries: dependEntries(c.Depends)}}
	}
	if !c.MapForm {
		return []text.Op{{Kind: text.AddItem, Doc: doc, Path: path, Items: dependItems(c.Depends)}}
	}
	started := text.Value{Kind: text.Map, Keys: []string{"condition"}, Elems: []text.Value{str("service_started")}}
	return []text.Op{
		{Kind: text.ListToMap, Doc: doc, Path: path, Items: []text.Value{started}},
		{Kind: text.Add, Doc: doc, Path: path, Entries: dependEntries(c.Depends)},
	}
}

func addSettings(c translate.Change, node *yaml.Node, doc int, path text.Path) []text.Op {
	list := node.Kind == yaml.SequenceNode || node.Kind != yaml.MappingNode && c.ListForm
	if list {
		return []text.Op{{Kind: text.AddItem, Doc: doc, Path: path, Items: settingItems(c.Settings)}}
	}
	return []text.Op{{Kind: text.Add, Doc: doc, Path: path, Entries: settingEntries(c.Settings)}}
}

// value is the value of a mapping's own key, or nil.
func value(n *yaml.Node, key string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func str(s string) text.Value { return text.Value{Kind: text.Str, Str: s} }

func strs(list []string) text.Value {
	v := text.Value{Kind: text.List}
	for _, s := range list {
		v.Elems = append(v.Elems, str(s))
	}
	return v
}

func join(p text.Path, more ...any) text.Path {
	return append(append(text.Path{}, p...), more...)
}
