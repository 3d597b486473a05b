package emit

import (
	"errors"

	"github.com/delink/delink/emit/text"
	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/tree"
)

// Upgrade carries out the upgrade of a file of format v1: the changes inside
// its services, then a services key above them, then the volumes. d stays as
// it was. The error is a *RefusedError whose Change counts for nothing.
func (d *Document) Upgrade(u *translate.Upgrade) (*Document, error) {
	var ops []text.Op
	for _, c := range u.Changes {
		more, err := d.ops(c)
		if err != nil {
			return nil, &RefusedError{-1, err}
		}
		ops = append(ops, more...)
	}
	file, err := d.file.Apply(ops)
	if err != nil {
		return nil, &RefusedError{-1, err}
	}
	doc := -1
	for i, t := range d.trees {
		if t.Is(tree.Map) && len(t.Fields) > 0 {
			doc = i
		}
	}
	if doc < 0 {
		return nil, &RefusedError{-1, errors.New("the file holds no services")}
	}
	if file, err = file.Nest(doc, "services"); err != nil {
		return nil, &RefusedError{-1, err}
	}
	if len(u.Volumes) > 0 {
		file, err = file.Apply([]text.Op{{Kind: text.Add, Doc: doc, Path: text.Path{}, Entries: []text.Entry{d.volumes(u.Volumes)}}})
		if err != nil {
			return nil, &RefusedError{-1, err}
		}
	}
	return newDocument(d.Name, d.first, file), nil
}

// volumes declares volumes. The comments of a driver go where it is first told.
func (d *Document) volumes(list []translate.Volume) text.Entry {
	all, told := text.Value{Kind: text.Map}, map[tree.ID]bool{}
	for _, v := range list {
		one := text.Value{Kind: text.Map, Keys: []string{"name"}, Elems: []text.Value{str(v.Name)}}
		if v.Driver != "" {
			driver := str(v.Driver)
			if v.From != nil && !told[v.From.Value.ID] {
				told[v.From.Value.ID] = true
				d.comment(&driver, *v.From)
			}
			one.Keys, one.Elems = append(one.Keys, "driver"), append(one.Elems, driver)
		}
		all.Keys, all.Elems = append(all.Keys, v.Name), append(all.Elems, one)
	}
	return text.Entry{Key: "volumes", Value: all}
}

// moveKeys are the operations of changes that an upgrade is made of.
func (d *Document) moveKeys(c translate.Change, doc int, path text.Path) []text.Op {
	switch c.Kind {
	case translate.RenameKey:
		return []text.Op{{Kind: text.Rename, Doc: doc, Path: path, Key: c.Key, Entries: []text.Entry{{Key: c.NewKey}}}}
	case translate.SetEmpty:
		kind := text.List
		if c.Value.Kind == tree.Map {
			kind = text.Map
		}
		return []text.Op{{Kind: text.SetEmpty, Doc: doc, Path: path, Items: []text.Value{{Kind: kind}}}}
	case translate.SetText:
		return []text.Op{{Kind: text.SetScalar, Doc: doc, Path: path, Items: []text.Value{str(c.Text)}}}
	case translate.ReplaceKey:
		v := d.written(c.Value)
		old := value(d.node(c.At), c.Key)
		for i, f := range c.Value.Fields {
			if d.node(f.Value.ID) == old {
				v.Elems[i].Above = nil // they stay, above the new key
			}
		}
		return []text.Op{{Kind: text.Replace, Doc: doc, Path: path, Key: c.Key, Entries: []text.Entry{{Key: c.NewKey, Value: v}}}}
	case translate.InsertKey:
		return []text.Op{{Kind: text.InsertAfter, Doc: doc, Path: path, After: c.Key, Entries: []text.Entry{{Key: c.NewKey, Value: d.written(c.Value)}}}}
	}
	return []text.Op{{Kind: text.Delete, Doc: doc, Path: join(path, c.Key), Above: true}}
}

// written is a value that stood elsewhere, to be written again with its comments.
func (d *Document) written(n *tree.Node) text.Value {
	v := d.untagged(n)
	switch {
	case n.Reset:
		v.Tag = "!reset"
	case n.Override:
		v.Tag = "!override"
	}
	return v
}

func (d *Document) untagged(n *tree.Node) text.Value {
	switch n.Kind {
	case tree.Map:
		v := text.Value{Kind: text.Map}
		for _, f := range n.Fields {
			elem := d.written(f.Value)
			d.comment(&elem, f)
			v.Keys, v.Elems = append(v.Keys, f.Key), append(v.Elems, elem)
		}
		return v
	case tree.List:
		v := text.Value{Kind: text.List}
		for _, it := range n.Items {
			v.Elems = append(v.Elems, d.written(it))
		}
		return v
	case tree.Scalar:
		return text.Value{Kind: text.Str, Str: n.Value, Token: n.Token}
	}
	return text.Value{Kind: text.Null}
}

// comment gives a value the comments of the entry that it comes from. Those of
// an alias's text are that text's.
func (d *Document) comment(v *text.Value, f tree.Field) {
	v.Comment = f.Comment
	if !f.Value.Alias {
		v.Above, v.Below = d.file.Around(d.node(f.Value.ID))
	}
}
