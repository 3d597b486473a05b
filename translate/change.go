package translate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/delink/delink/translate/tree"
)

// ChangeKind says what a Change does.
type ChangeKind uint8

// The kinds of a Change.
const (
	// RemoveLinks takes entries out of a links list, or the whole key. The new
	// keys of Depends and Settings stand in its place.
	RemoveLinks ChangeKind = iota
	// AddDepends adds Depends to the depends_on that At is.
	AddDepends
	// AddSettings adds Settings to the environment that At is.
	AddSettings
	// AddKeys adds new keys for Depends and Settings to the service that At is.
	AddKeys
	// SetNetworks puts the service that At is on networks; with Leave, its
	// network_mode goes.
	SetNetworks
	// Declare adds Network to the top-level networks; with Replace, what stands
	// there becomes an empty declaration.
	Declare
	// AddService adds the service Key, which another file defines, with its Joins.
	AddService
	// RenameKey gives Key of the mapping At the name NewKey.
	RenameKey
	// SetText writes Text in the place of the scalar At.
	SetText
	// ReplaceKey puts NewKey with Value in the place of Key of the mapping At.
	ReplaceKey
	// SetEmpty writes the empty list or map Value for the missing value At.
	SetEmpty
	// RemoveKey removes Key of the mapping At.
	RemoveKey
	// InsertKey puts NewKey with Value behind Key of the mapping At.
	InsertKey
)

// Change is one change of the text.
type Change struct {
	Kind     ChangeKind
	File     string  // the file's name
	Doc      int     // the document in the file, counted from 0
	At       tree.ID // the mapping, or for AddDepends and AddSettings the value
	List     tree.ID // RemoveLinks: the list
	Drop     []int   // RemoveLinks: the entries to take out; nil: the whole key
	Depends  []Depend
	MapForm  bool // Depends: a new depends_on must be a map
	Settings []Setting
	ListForm bool // Settings: a new environment is a list
	Joins    []Join
	Leave    bool
	Network  string
	Replace  bool
	Quit     bool       // SetNetworks: in place of the networks that it is on
	Bridge   bool       // SetNetworks: the service is to say network_mode: bridge
	Key      string     // RenameKey, ReplaceKey, RemoveKey, InsertKey
	NewKey   string     // RenameKey, ReplaceKey, InsertKey
	Text     string     // SetText
	Value    *tree.Node // ReplaceKey, InsertKey
	Links    []*Link    // the links that the change serves
}

// group is the same change wanted by the services that read one stretch of text.
type group struct {
	at      tree.ID
	isNew   bool // a new key in the mapping at; else the value at grows
	doc     int  // index of the input's documents
	service map[string]*want
	order   []string
}

// group finds where each service's new dependencies and variables go. Text
// that several services read is changed only if all want the same there.
func (pl *planner) group() {
	if pl.changed {
		return
	}
	pl.joins()
	for _, key := range []string{"depends_on", "environment"} {
		byPlace, before := map[tree.ID]*group{}, len(pl.groups)
		for _, s := range pl.p.Services {
			for _, part := range pl.parts(s, key) {
				at, isNew := pl.slot(s, part.def, key)
				g := byPlace[at]
				if g == nil {
					g = &group{at: at, isNew: isNew, doc: part.def.doc, service: map[string]*want{}}
					byPlace[at] = g
					pl.groups = append(pl.groups, g)
				}
				if have := g.service[s.Name]; have != nil {
					have.depends, have.settings = append(have.depends, part.depends...), append(have.settings, part.settings...)
					continue
				}
				g.service[s.Name] = &part.want
				g.order = append(g.order, s.Name)
			}
		}
		own := map[string]bool{} // services that get the key in their own definition
		for _, g := range pl.groups[before:] {
			for name := range g.service {
				for _, d := range pl.p.Service(name).defs {
					own[name] = own[name] || g.isNew && d.node.ID == g.at
				}
			}
		}
		for _, g := range pl.groups[before:] {
			pl.agree(g, key, own)
		}
	}
	pl.checkNetworks()
	if !pl.changed {
		pl.checkNames()
	}
}

// part is what one definition of a service is to say more.
type part struct {
	def *def
	want
}

// parts deals out what a service wants of one key to its definitions: a change
// goes where the link stands.
func (pl *planner) parts(s *Service, key string) []*part {
	w := pl.want[s.Name]
	if w == nil {
		return nil
	}
	var out []*part
	of := func(d *def) *part {
		if d == nil || d.service != s.Name {
			d = pl.home(s)
		}
		for _, p := range out {
			if p.def == d {
				return p
			}
		}
		out = append(out, &part{def: d})
		return out[len(out)-1]
	}
	if key == "depends_on" {
		for _, d := range w.depends {
			p := of(d.def)
			p.depends = append(p.depends, d)
		}
		return out
	}
	for _, set := range w.settings {
		p := of(set.link.def)
		p.settings = append(p.settings, set)
	}
	return out
}

// slot is the text that a service's key is changed in: the value that is there
// in the definition, or in another of the same file; or the mapping that gets
// the key: that with the links, if all its readers are alike, else the
// service's own.
func (pl *planner) slot(s *Service, d *def, key string) (at tree.ID, isNew bool) {
	if f := d.node.Field(key); f != nil && !f.Value.Reset {
		return f.Value.ID, false
	}
	for i := len(s.defs) - 1; i >= 0; i-- {
		if f := s.defs[i].node.Field(key); f != nil && !f.Value.Reset && pl.fileOf(s.defs[i].doc) == pl.fileOf(d.doc) {
			return f.Value.ID, false
		}
	}
	if f := d.node.Field("links"); f != nil && f.Holder != d.node.ID && pl.noneHas(f.Holder, key) {
		return f.Holder, true
	}
	return d.node.ID, true
}

// home is the definition that new keys of a service go to: the first with a
// link that goes, else the last.
func (pl *planner) home(s *Service) *def {
	for _, l := range pl.of[s.Name] {
		if l.def != nil && l.def.service == s.Name && l.going() {
			return l.def
		}
	}
	return s.defs[len(s.defs)-1]
}

// noneHas reports whether no service that reads the mapping has the key.
func (pl *planner) noneHas(id tree.ID, key string) bool {
	for name := range pl.users[id] {
		for _, d := range pl.p.Service(name).defs {
			if d.node.Field(key) != nil {
				return false
			}
		}
	}
	return true
}

// agree makes sure that every reader of a group's text wants the same of it;
// if not, the links that want the change stay. A reader that gets a key of its
// own no longer sees that of the text.
func (pl *planner) agree(g *group, key string, own map[string]bool) {
	first := g.service[g.order[0]]
	readers := pl.users[g.at]
	if g.isNew {
		readers = pl.concerned(g.at, key)
	}
	same := true
	for name := range readers {
		w := g.service[name]
		if w == nil && g.isNew && own[name] {
			continue
		}
		same = same && w != nil && equalWants(first, w)
	}
	if same {
		return
	}
	if key == "environment" && pl.optional(g) {
		return
	}
	for _, name := range g.order {
		pl.stayAll(name, SharedNode, "the %s of %s stands in text that other services use, for which the change is wrong: give %s one of its own", key, name, name)
	}
}

// optional reports whether a group's variables are all of DNS links. Docker sets
// none for these, so that they are left out where there is no place for them.
func (pl *planner) optional(g *group) bool {
	for _, w := range g.service {
		for _, set := range w.settings {
			if set.link.Kind != DNS {
				return false
			}
		}
	}
	for _, w := range g.service {
		for _, set := range w.settings {
			pl.noPlace[set.link], pl.changed = true, true
		}
	}
	return true
}

func equalWants(a, b *want) bool {
	if len(a.depends) != len(b.depends) || len(a.settings) != len(b.settings) {
		return false
	}
	for i := range a.depends {
		if a.depends[i].Service != b.depends[i].Service || a.depends[i].Optional != b.depends[i].Optional {
			return false
		}
	}
	for i := range a.settings {
		if a.settings[i].Name != b.settings[i].Name || a.settings[i].Value != b.settings[i].Value {
			return false
		}
	}
	return true
}

// networksSlot is the definition whose networks a service's change goes to, one
// in file if that is not "". It is nil if there is none.
func (pl *planner) networksSlot(s *Service, file string) *def {
	var first *def
	for i := len(s.defs) - 1; i >= 0; i-- {
		d := s.defs[i]
		if file != "" && pl.fileOf(d.doc) != file {
			continue
		}
		if d.node.Field("networks") != nil {
			return d
		}
		first = d
	}
	return first
}

// checkNetworks lets links stay whose networks stand in text that others use.
func (pl *planner) checkNetworks() {
	for _, s := range pl.p.Services {
		w := pl.want[s.Name]
		if w == nil || len(w.joins) == 0 {
			continue
		}
		if !slices.ContainsFunc(pl.slots(s, w.joins), func(o slot) bool { return o.def != nil && pl.sharedNetworks(s, o.def, o.joins) }) {
			continue
		}
		if to, leaves := pl.leaving[s.Name]; leaves && to != defaultNetwork && pl.frozen[s.Name] == "" {
			pl.frozen[s.Name], pl.changed = fmt.Sprintf("the networks of %s would stand in text that other services use: write these out", s.Name), true
			continue
		}
		for _, l := range pl.links {
			if w.joined(l, s.Name, pl.opt.Network) {
				pl.block(l, SharedNode, "the networks of %s stand in text that other services use, for which the alias is wrong: give %s networks of its own", s.Name, s.Name)
			}
		}
	}
}

// joined reports whether a link made its service, the owner of w, join what it
// joins: by an alias, or by either end of a link that is to join a network.
func (w *want) joined(l *Link, service, network string) bool {
	if network != "" {
		return l.Owner == service || l.Consumer == service
	}
	return l.Owner == service && slices.ContainsFunc(w.joins, func(j Join) bool {
		return slices.ContainsFunc(j.Aliases, func(a string) bool { return strings.EqualFold(a, l.Alias) })
	})
}

// sharedNetworks reports whether the text that joins are to be written into is
// read by more than one service.
func (pl *planner) sharedNetworks(s *Service, d *def, joins []Join) bool {
	f := d.node.Field("networks")
	if f == nil {
		for name := range pl.concerned(d.node.ID, "networks") {
			if w := pl.want[name]; name != s.Name && (w == nil || len(w.joins) == 0) {
				return true // it would see the key; others get one of their own
			}
		}
		return false
	}
	if f.Value.Alias || len(pl.users[f.Value.ID]) > 1 {
		return true
	}
	for _, j := range joins {
		for n := f.Value.Get(j.Network); n != nil; n = n.Get("aliases") {
			if n.Alias || len(pl.users[n.ID]) > 1 {
				return true
			}
		}
	}
	return false
}
