package translate

import (
	"slices"
	"sort"

	"github.com/delink/delink/translate/tree"
)

// plan turns what the services want into changes of the text, and tells of it.
func (pl *planner) plan() *Plan {
	out := &Plan{Links: pl.links, variables: map[*Link]int{}, want: pl.want, leaving: pl.leaving, ports: pl.ports, project: pl.p}
	out.Changes = append(out.Changes, pl.removals()...)
	pl.additions(&out.Changes)
	out.Changes = append(out.Changes, pl.networks()...)
	out.Changes = append(out.Changes, pl.declarations()...)
	for _, c := range out.Changes {
		for _, set := range c.Settings {
			if set.link != nil && set.link.Kind == DNS {
				out.variables[set.link]++
			}
		}
	}
	pl.tell()
	SortNotes(pl.notes)
	out.Notes = pl.notes
	return out
}

// removals takes the entries that go out of each links list, once a list.
func (pl *planner) removals() []Change {
	going := map[tree.ID][]*Link{}
	staying := map[tree.ID]bool{}
	for _, l := range pl.links {
		if l.going() {
			going[l.list] = append(going[l.list], l)
		} else {
			staying[l.list] = true
		}
	}
	var out []Change
	done, gone := map[tree.ID]bool{}, pl.goneLists()
	for _, s := range pl.p.Services {
		for _, d := range s.defs {
			f := d.node.Field("links")
			if f == nil || f.Value.Reset || pl.opt.Keep[f.Value.ID] {
				continue
			}
			list := f.Value
			empty := list.Kind == tree.Null || list.Kind == tree.List && len(list.Items) == 0
			whole := !staying[list.ID]
			at := f.Holder
			if !whole {
				at = list.ID
			}
			if empty && f.Hidden != 0 && !gone[f.Hidden] {
				continue
			}
			if done[at] || !empty && len(going[list.ID]) == 0 {
				continue
			}
			done[at] = true
			c := Change{Kind: RemoveLinks, File: pl.fileOf(d.doc), Doc: pl.indexOf(d.doc), At: f.Holder, List: list.ID, Links: going[list.ID]}
			if !whole {
				c.Drop = items(going[list.ID])
			}
			out = append(out, c)
		}
	}
	return out
}

func items(links []*Link) []int {
	set := map[int]bool{}
	var out []int
	for _, l := range links {
		if !set[l.item] {
			set[l.item] = true
			out = append(out, l.item)
		}
	}
	sort.Ints(out)
	return out
}

// additions puts new dependencies and variables where the groups say: into the
// place of the links, into the value that is there, or behind the last key.
func (pl *planner) additions(changes *[]Change) {
	removal := map[tree.ID]int{}
	for i, c := range *changes {
		removal[c.At] = i
	}
	fresh := map[tree.ID]int{}
	for _, g := range pl.groups {
		first := g.service[g.order[0]]
		form := pl.listForm(g)
		links := pl.serving(g.order)
		if !g.isNew {
			kind := AddDepends
			if len(first.settings) > 0 {
				kind = AddSettings
			}
			*changes = append(*changes, Change{Kind: kind, File: pl.fileOf(g.doc), Doc: pl.indexOf(g.doc), At: g.at, Depends: first.depends, Settings: first.settings, MapForm: anyOptional(first.depends), ListForm: form, Links: links})
			continue
		}
		i, ok := removal[g.at]
		if !ok {
			if i, ok = fresh[g.at]; !ok {
				i = len(*changes)
				fresh[g.at] = i
				*changes = append(*changes, Change{Kind: AddKeys, File: pl.fileOf(g.doc), Doc: pl.indexOf(g.doc), At: g.at, Links: links})
			}
		}
		c := &(*changes)[i]
		if len(first.depends) > 0 {
			c.Depends, c.MapForm = first.depends, anyOptional(first.depends)
		}
		if len(first.settings) > 0 {
			c.Settings, c.ListForm = first.settings, form
		}
	}
}

func (pl *planner) serving(services []string) []*Link {
	var out []*Link
	for _, s := range services {
		for _, l := range pl.of[s] {
			if l.carries() {
				out = append(out, l)
			}
		}
	}
	return out
}

func anyOptional(list []Depend) bool {
	for _, d := range list {
		if d.Optional {
			return true
		}
	}
	return false
}

// listForm reports whether a new environment is a list: as the service inherits
// one, else as the nearest earlier service has it, else a map.
func (pl *planner) listForm(g *group) bool {
	p := pl.p
	if pl.opt.Layered && pl.fileOf(g.doc) == pl.first() {
		p = pl.firstAlone()
	}
	if pl.lists[p] == nil {
		pl.lists[p] = map[string]bool{}
		list := false
		for _, s := range p.Services {
			if v := s.last("environment"); v != nil && v.Kind != tree.Null && s.included == "" {
				list = v.Kind == tree.List
			}
			pl.lists[p][s.Name] = list
		}
	}
	return pl.lists[p][g.order[0]]
}

// carriedLinks are the links that still stand for a network, by their ends.
func (pl *planner) carriedLinks() map[string][]*Link {
	out := map[string][]*Link{}
	for _, l := range pl.links {
		if !l.carries() {
			continue
		}
		out[l.Owner] = append(out[l.Owner], l)
		if l.Consumer != l.Owner {
			out[l.Consumer] = append(out[l.Consumer], l)
		}
	}
	return out
}

// networks puts services on the networks that carry their links.
func (pl *planner) networks() []Change {
	var out []Change
	carried := pl.carriedLinks()
	for _, s := range pl.p.Services {
		w := pl.want[s.Name]
		if w == nil || len(w.joins) == 0 && !w.leave && !w.bridge {
			continue
		}
		out = append(out, pl.networksOf(s, w, carried[s.Name])...)
	}
	return out
}

// networksOf changes the networks of one service, for links.
func (pl *planner) networksOf(s *Service, w *want, links []*Link) (out []Change) {
	set := func(d *def, c Change) {
		c.Kind, c.File, c.Doc, c.At, c.Links = SetNetworks, pl.fileOf(d.doc), pl.indexOf(d.doc), d.node.ID, links
		out = append(out, c)
	}
	if d := pl.networksSlot(s, ""); w.bridge {
		if d != nil && !pl.inheritsBridge(s, d) {
			set(d, Change{Bridge: true})
		}
		return out
	}
	slots, quits := pl.slots(s, w.joins), pl.quits(s)
	if quits && len(slots) == 0 {
		slots = []slot{{def: pl.networksSlot(s, "")}}
	}
	m := pl.modeLayer(s)
	leave := w.leave && m != nil
	if leave && !slices.ContainsFunc(slots, func(o slot) bool { return o.def == m }) {
		set(m, Change{Leave: true})
	}
	for _, o := range slots {
		if o.def != nil {
			set(o.def, Change{Joins: o.joins, Quit: quits, Leave: leave && o.def == m})
		} else if doc := pl.docFor(o, links); doc >= 0 {
			out = append(out, Change{Kind: AddService, File: pl.fileOf(doc), Doc: pl.indexOf(doc), Key: s.Name, Joins: o.joins, Links: links})
		}
	}
	return out
}

// inheritsBridge reports whether another service says network_mode: bridge for
// s too: it is merged into its definition d, or extended by it.
func (pl *planner) inheritsBridge(s *Service, d *def) bool {
	for name, w := range pl.want {
		if !w.bridge || name == s.Name {
			continue
		}
		slot := pl.networksSlot(pl.p.Service(name), "")
		if slot != nil && (slices.Contains(d.node.Merged, slot.node.ID) || slices.ContainsFunc(s.layers, func(l layer) bool { return l.node != d.node && l.node.ID == slot.node.ID })) {
			return true
		}
	}
	return false
}

// docFor is the document of the first link that a slot may be in the file of,
// or -1.
func (pl *planner) docFor(o slot, links []*Link) int {
	for _, l := range links {
		if file := o.joins[0].file; file == "" || pl.fileOf(l.def.doc) == file {
			return l.def.doc
		}
	}
	return -1
}

// quits reports whether a service leaves the default bridge by its networks,
// which name another than the one that it is to be on.
func (pl *planner) quits(s *Service) bool {
	network, leaves := pl.leaving[s.Name]
	return leaves && pl.p.mode(s) == "" && pl.p.namesNetworks(s) && pl.p.memberships(s)[0].network != network
}

// declarations names the networks that carry the links at the top level, and
// those that services join without one: of format v1, all leave the bridge.
func (pl *planner) declarations() []Change {
	used, joined := pl.carriedOn(), pl.joinedBy()
	var keys []string
	for k := range used {
		keys = append(keys, k)
	}
	for k := range joined {
		if _, listed := used[k]; !listed {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	var out []Change
	for _, key := range keys {
		_, there := pl.p.networks[key]
		replace := there && key == defaultNetwork && pl.p.isBridge(key)
		if !there && key != defaultNetwork && !pl.introduced(key) {
			continue // Compose refuses the file for it, and goes on to
		}
		if there && !replace || key == defaultNetwork && pl.opt.Minimal && !replace {
			continue
		}
		links := used[key]
		if key == defaultNetwork && !replace {
			links = pl.declares(links)
		}
		doc := 0
		switch {
		case len(links) > 0 && replace:
			doc = pl.p.declared[key][0]
		case len(links) > 0:
			doc = pl.declareDoc(links[0].def.doc)
		case joined[key] != nil && key != defaultNetwork:
			doc = pl.declareDoc(joined[key].doc)
		default:
			continue
		}
		out = append(out, Change{Kind: Declare, File: pl.fileOf(doc), Doc: pl.indexOf(doc), Network: key, Replace: replace, Links: links})
	}
	return out
}

// carriedOn are the links that still stand for a network, by its key.
func (pl *planner) carriedOn() map[string][]*Link {
	out := map[string][]*Link{}
	for _, l := range pl.links {
		if l.carries() && l.Kind != Void {
			if key := pl.carrying(l); key != "" {
				out[key] = append(out[key], l)
			}
		}
	}
	return out
}

// joinedBy gives for each network that services are put on a definition of the first.
func (pl *planner) joinedBy() map[string]*def {
	out := map[string]*def{}
	for _, s := range pl.p.Services {
		if w := pl.want[s.Name]; w != nil && len(s.defs) > 0 {
			for _, j := range w.joins {
				if out[j.Network] == nil {
					out[j.Network] = s.defs[0]
				}
			}
		}
	}
	return out
}

// introduced reports whether the plan brings a network in.
func (pl *planner) introduced(key string) bool {
	if key == pl.opt.Network {
		return true
	}
	for _, network := range pl.leaving {
		if network == key {
			return true
		}
	}
	return false
}

// carrying is the network that both ends of a link share.
func (pl *planner) carrying(l *Link) string {
	if l.Network != "" {
		return l.Network
	}
	for _, key := range pl.after.nets[l.Owner] {
		if slices.Contains(pl.after.nets[l.Consumer], key) {
			return key
		}
	}
	return ""
}

// declareDoc is the document that a new network is declared in: the first with
// networks that may be changed, else that of the link.
func (pl *planner) declareDoc(link int) int {
	for i, d := range pl.p.in.Docs {
		if !d.Base && d.Tree.Get("networks").Is(tree.Map) {
			return i
		}
	}
	return link
}

func (pl *planner) fileOf(doc int) string { return pl.p.in.Docs[doc].File }
func (pl *planner) indexOf(doc int) int   { return pl.p.in.Docs[doc].Index }
