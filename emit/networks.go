package emit

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/delink/delink/emit/text"
	"github.com/delink/delink/translate"
)

// setNetworks puts a service on networks, in the form that it has already.
func (d *Document) setNetworks(c translate.Change, node *yaml.Node, doc int, path text.Path) ([]text.Op, error) {
	have := value(node, "networks")
	at := join(path, "networks")
	switch {
	case c.Bridge:
		return []text.Op{{Kind: text.Add, Doc: doc, Path: path, Entries: []text.Entry{{Key: "network_mode", Value: str("bridge")}}}}, nil
	case c.Quit && len(c.Joins) == 0:
		return []text.Op{{Kind: text.Delete, Doc: doc, Path: at}}, nil
	case c.Quit:
		return []text.Op{{Kind: text.Replace, Doc: doc, Path: path, Key: "networks", Entries: []text.Entry{newNetworks(c.Joins)}}}, nil
	case c.Leave && (len(c.Joins) == 0 || have != nil):
		ops := []text.Op{{Kind: text.Delete, Doc: doc, Path: join(path, "network_mode"), Above: true}}
		if len(c.Joins) == 0 {
			return ops, nil
		}
		more, err := growNetworks(c, have, doc, at)
		return append(more, ops...), err
	case c.Leave:
		return []text.Op{{Kind: text.Replace, Doc: doc, Path: path, Key: "network_mode", Entries: []text.Entry{newNetworks(c.Joins)}}}, nil
	case have != nil && have.Kind != yaml.AliasNode && len(have.Content) == 0:
		return []text.Op{{Kind: text.Replace, Doc: doc, Path: path, Key: "networks", Entries: []text.Entry{newNetworks(c.Joins)}}}, nil
	case have == nil:
		return []text.Op{{Kind: text.Add, Doc: doc, Path: path, Entries: []text.Entry{newNetworks(c.Joins)}}}, nil
	}
	return growNetworks(c, have, doc, at)
}

func newNetworks(joins []translate.Join) text.Entry {
	v := text.Value{Kind: text.List}
	for _, j := range joins {
		if len(j.Aliases) > 0 {
			v = text.Value{Kind: text.Map}
			break
		}
		v.Elems = append(v.Elems, str(j.Network))
	}
	if v.Kind == text.Map {
		for _, j := range joins {
			v.Keys, v.Elems = append(v.Keys, j.Network), append(v.Elems, joinValue(j))
		}
	}
	return text.Entry{Key: "networks", Value: v}
}

func joinValue(j translate.Join) text.Value {
	if len(j.Aliases) == 0 {
		return text.Value{Kind: text.Null}
	}
	return text.Value{Kind: text.Map, Keys: []string{"aliases"}, Elems: []text.Value{strs(j.Aliases)}}
}

// growNetworks adds to the networks that a service names.
func growNetworks(c translate.Change, have *yaml.Node, doc int, at text.Path) ([]text.Op, error) {
	var ops []text.Op
	named := map[string]*yaml.Node{}
	list := false
	switch have.Kind {
	case yaml.AliasNode:
		return nil, fmt.Errorf("networks: %w", text.ErrAlias)
	case yaml.SequenceNode:
		list = len(have.Content) > 0
		for _, it := range have.Content {
			named[it.Value] = it
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(have.Content); i += 2 {
			named[have.Content[i].Value] = have.Content[i+1]
		}
	}
	if list && newNetworks(c.Joins).Value.Kind == text.List {
		for _, j := range c.Joins {
			if named[j.Network] == nil {
				ops = append(ops, text.Op{Kind: text.AddItem, Doc: doc, Path: at, Items: []text.Value{str(j.Network)}})
			}
		}
		return ops, nil
	}
	if list {
		ops = append(ops, text.Op{Kind: text.ListToMap, Doc: doc, Path: at, Items: []text.Value{{Kind: text.Null}}})
	}
	for _, j := range c.Joins {
		n := named[j.Network]
		switch {
		case n == nil:
			ops = append(ops, text.Op{Kind: text.Add, Doc: doc, Path: at, Entries: []text.Entry{{Key: j.Network, Value: joinValue(j)}}})
		case len(j.Aliases) == 0:
		case !list && value(n, "aliases") != nil:
			ops = append(ops, text.Op{Kind: text.AddItem, Doc: doc, Path: join(at, j.Network, "aliases"), Items: strs(j.Aliases).Elems})
		default:
			ops = append(ops, text.Op{Kind: text.Add, Doc: doc, Path: join(at, j.Network), Entries: []text.Entry{{Key: "aliases", Value: strs(j.Aliases)}}})
		}
	}
	return ops, nil
}

// declare names a network at the top level.
func (d *Document) declare(c translate.Change) []text.Op {
	root := d.file.Docs()[c.Doc].Content[0]
	entry := text.Entry{Key: c.Network, Value: text.Value{Kind: text.Map}}
	switch {
	case value(root, "networks") == nil:
		entry = text.Entry{Key: "networks", Value: text.Value{Kind: text.Map, Keys: []string{c.Network}, Elems: []text.Value{{Kind: text.Map}}}}
		return []text.Op{{Kind: text.Add, Doc: c.Doc, Path: text.Path{}, Entries: []text.Entry{entry}}}
	case c.Replace:
		return []text.Op{{Kind: text.Replace, Doc: c.Doc, Path: text.Path{"networks"}, Key: c.Network, Entries: []text.Entry{entry}}}
	}
	return []text.Op{{Kind: text.Add, Doc: c.Doc, Path: text.Path{"networks"}, Entries: []text.Entry{entry}}}
}
