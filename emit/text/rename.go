package text

import "gopkg.in/yaml.v3"

// rename gives an entry another key, in the quotes of the old one.
func (f *File) rename(m *node, key string, entries []Entry) (*plan, error) {
	if len(entries) != 1 {
		return nil, ErrNotFound
	}
	to := entries[0].Key
	i, err := f.entry(m, key)
	if err != nil {
		return nil, err
	}
	if have, err := m.find(to); err != nil || have >= 0 {
		return nil, ErrLayout
	}
	k := m.entries[i].key
	if k.block || k.n.Kind != yaml.ScalarNode {
		return nil, ErrLayout
	}
	st := f.styleOf(m)
	p := new(plan)
	p.put(k.body, k.end, f.like(k, to, m.flow, st))
	p.also(func(all []*yaml.Node) { all[k.id].Value, all[k.id].Tag = to, "!!str" })
	return p, nil
}
