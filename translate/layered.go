package translate

import (
	"slices"
	"sort"
)

// The first file of a project is often used alone, and an override on top of it
// on one machine only. So what a link of an override gave stays in the override,
// and the first file changes as it does without it. Links on the default bridge
// are the exception: the services that they join must leave it together.

// layered reports whether a link is to be translated so.
func (pl *planner) layered(l *Link) bool { return pl.opt.Layered && l.Kind == DNS && l.def != nil }

// first is the name of the project's first file.
func (pl *planner) first() string {
	i := slices.IndexFunc(pl.p.in.Docs, func(d Doc) bool { return !d.Included })
	return pl.p.in.Docs[i].File
}

// byFile are the links in the order of their files.
func (pl *planner) byFile() []*Link {
	if !pl.opt.Layered {
		return pl.links
	}
	order := map[string]int{}
	for i, d := range pl.p.in.Docs {
		order[d.File] = i
	}
	links := slices.Clone(pl.links)
	sort.SliceStable(links, func(a, b int) bool { return order[links[a].At.File] < order[links[b].At.File] })
	return links
}

// aliasFile is the file that is to hold the alias of a link; "" if the target's
// definition decides.
func (pl *planner) aliasFile(l *Link) string {
	if !pl.layered(l) {
		return ""
	}
	return pl.fileOf(l.def.doc)
}

// view is the project as a link sees it: one of the first file sees nothing of
// the others.
func (pl *planner) view(l *Link) *Project {
	if pl.layered(l) && l.At.File == pl.first() {
		if alone := pl.firstAlone(); alone.Service(l.Consumer) != nil && alone.Service(l.Target) != nil && alone.Service(l.Owner) != nil {
			return alone
		}
	}
	return pl.p
}

// firstAlone is the first file without the others.
func (pl *planner) firstAlone() *Project {
	if pl.alone == nil {
		in := pl.p.in
		in.Docs = slices.DeleteFunc(slices.Clone(in.Docs), func(d Doc) bool { return d.File != pl.first() && !d.Included })
		pl.alone = Read(in)
	}
	return pl.alone
}

// declares are those of the links on the project's default network that have it
// declared. Where the first file has links, the declaration is its own.
func (pl *planner) declares(links []*Link) []*Link {
	if !pl.opt.Layered {
		return links
	}
	own := slices.DeleteFunc(slices.Clone(links), func(l *Link) bool { return l.At.File != pl.first() })
	if len(own) > 0 {
		return own
	}
	for _, l := range pl.links {
		if l.def == nil && l.Kind != Void && l.At.File == pl.first() {
			return nil
		}
	}
	return links
}

// slot is a definition of a service whose networks grow; nil: it is defined
// in other files only.
type slot struct {
	def   *def
	joins []Join
}

// slots are the definitions that a service's places on networks go to.
func (pl *planner) slots(s *Service, joins []Join) []slot {
	var out []slot
	for _, j := range joins {
		d := pl.networksSlot(s, j.file)
		i := slices.IndexFunc(out, func(o slot) bool { return o.def == d })
		if i < 0 {
			i, out = len(out), append(out, slot{def: d})
		}
		out[i].joins = append(out[i].joins, j)
	}
	return out
}
