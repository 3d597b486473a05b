package translate

import (
	"fmt"
	"slices"

	"github.com/delink/delink/translate/linkenv"
	"github.com/delink/delink/translate/tree"
)

type planner struct {
	p     *Project
	opt   Options
	links []*Link
	of    map[string][]*Link // by consumer
	users map[tree.ID]map[string]bool

	// What follows is worked out anew whenever a link is found to stay.
	want    map[string]*want
	leaving map[string]string // service → network that it leaves the default bridge for
	after   *membersAfter
	groups  []*group
	notes   []Note
	left    map[*Link][]string        // variables that the mode leaves out
	kept    map[*Link][]string        // variables that are not copied, with the reason
	secrets map[*Link][]string        // secret-looking literals that are copied
	ports   map[string][]linkenv.Port // of the targets' images, as they were used
	noPlace map[*Link]bool            // DNS links whose variables have no place of their own
	asked   map[string]bool           // targets whose image's ports were asked for
	changed bool                      // a link was found to stay: begin again

	frozen  map[string]string // services that may not change their networks, and why
	settled map[string]bool   // groups that stay on the default bridge for good
	unread  *Link             // a legacy link, whose further names nothing may refer to
	heirs   map[string]bool   // services that others of the file extend

	alone *Project                     // the first file without the others
	lists map[*Project]map[string]bool // services whose environment is, or would be, a list
}

// New works out the plan for a project. It never fails: what has no faithful
// translation stays, with its reason.
func New(p *Project, opt Options) *Plan {
	if opt.Env == "" {
		opt.Env = Auto
	}
	pl := &planner{p: p, opt: opt, of: map[string][]*Link{}, frozen: map[string]string{}, settled: map[string]bool{}, noPlace: map[*Link]bool{}, lists: map[*Project]map[string]bool{}}
	pl.collect()
	pl.classify()
	pl.countUsers()
	pl.remember()
	for frozen := 0; ; {
		if len(pl.frozen) > frozen { // what stood in the way may be out of it now
			frozen = len(pl.frozen)
			pl.forget()
		}
		pl.reset()
		pl.shareFate()
		pl.uncovered()
		pl.leaveBridge()
		pl.placeNames()
		if !pl.changed {
			pl.wants()
			pl.group()
		}
		if !pl.changed {
			break
		}
	}
	return pl.plan()
}

// remember keeps what was found of the links by themselves; forget takes back
// what was found beyond. Services that are frozen stay so, and so do groups that
// are settled, so that it ends.
func (pl *planner) remember() {
	for _, l := range pl.links {
		l.first = finding{l.Reason, l.Detail, l.stuck}
	}
}

func (pl *planner) forget() {
	for _, l := range pl.links {
		l.Reason, l.Detail, l.stuck = l.first.reason, l.first.detail, l.first.stuck
	}
}

func (pl *planner) reset() {
	pl.want, pl.leaving, pl.groups, pl.notes, pl.changed = map[string]*want{}, map[string]string{}, nil, nil, false
	pl.asked, pl.ports = map[string]bool{}, map[string][]linkenv.Port{}
	for _, l := range pl.links {
		l.Network = ""
	}
	pl.left, pl.kept, pl.secrets = map[*Link][]string{}, map[*Link][]string{}, map[*Link][]string{}
}

func (pl *planner) wanted(service string) *want {
	w := pl.want[service]
	if w == nil {
		w = &want{}
		pl.want[service] = w
	}
	return w
}

// stay marks a link as one that stays.
func (pl *planner) stay(l *Link, r Reason, format string, args ...any) {
	if l.Reason == "" {
		l.Reason, l.Detail = r, fmt.Sprintf(format, args...)
		pl.changed = true
	}
}

// block takes a link out of the plan: it stays, or if only its name stayed, it
// now stays wholly.
func (pl *planner) block(l *Link, r Reason, format string, args ...any) {
	if l.Reason != "" && l.carries() {
		l.stuck, pl.changed = true, true
	}
	pl.stay(l, r, format, args...)
}

func (pl *planner) note(l *Link, sev Severity, r Reason, format string, args ...any) {
	pl.notes = append(pl.notes, Note{At: l.At, Severity: sev, Service: l.Consumer, Link: l.Entry, Text: fmt.Sprintf(format, args...), Reason: r})
}

func (pl *planner) leftOut(l *Link, name string) { pl.left[l] = append(pl.left[l], name) }

func (pl *planner) notCopied(l *Link, name, why string) {
	pl.kept[l] = append(pl.kept[l], name+" ("+why+")")
}

// countUsers finds which services read each stretch of text in their own
// definition. An edit of one that several read is made only if right for all.
func (pl *planner) countUsers() {
	pl.users = map[tree.ID]map[string]bool{}
	use := func(id tree.ID, service string) {
		m := pl.users[id]
		if m == nil {
			m = map[string]bool{}
			pl.users[id] = m
		}
		m[service] = true
	}
	for _, s := range pl.p.Services {
		var walk func(*tree.Node)
		walk = func(n *tree.Node) {
			use(n.ID, s.Name)
			for _, id := range n.Merged {
				use(id, s.Name)
			}
			for _, f := range n.GetFields() {
				walk(f.Value)
			}
			for _, it := range n.Elements() {
				walk(it)
			}
		}
		for _, d := range s.defs {
			walk(d.node)
		}
	}
}

// concerned are the services that would see a new key of a mapping: those that
// are defined by it or merge it and don't have the key themselves.
func (pl *planner) concerned(mapping tree.ID, key string) map[string]bool {
	out := map[string]bool{}
	for name := range pl.users[mapping] {
		for _, d := range pl.p.Service(name).defs {
			if d.node.ID != mapping && !slices.Contains(d.node.Merged, mapping) {
				continue
			}
			if f := d.node.Field(key); f == nil || f.Holder != d.node.ID {
				out[name] = true
			}
		}
	}
	return out
}

// entry names the text of a link: links with one entry share its fate.
type entry struct {
	list tree.ID
	item int
}

// shareFate lets every reader of an entry keep it when one must.
func (pl *planner) shareFate() {
	first := map[entry]*Link{}
	for _, l := range pl.links {
		if l.Stays() && l.Reason != OtherFile && !l.second {
			first[entry{l.list, l.item}] = l
		}
	}
	for _, l := range pl.links {
		if f := first[entry{l.list, l.item}]; f != nil && l.Reason == "" && !l.second {
			l.Reason, l.Detail = SharedNode, fmt.Sprintf("%s has the same text, where the link must stay: %s; or give each service a list of its own", f.Consumer, f.Detail)
		}
	}
}

// uncovered lets links stay whose removal would let those of a merge key show
// through.
func (pl *planner) uncovered() {
	gone := pl.goneLists()
	for _, s := range pl.p.Services {
		for _, d := range s.defs {
			f := d.node.Field("links")
			if f == nil || f.Hidden == 0 || gone[f.Hidden] {
				continue
			}
			for _, l := range pl.of[s.Name] {
				if l.list == f.Value.ID {
					pl.stay(l, SharedNode, "without it the links that a merge key brings would show: write the service out without the merge key")
				}
			}
		}
	}
}

// goneLists are the lists of links that go as a whole.
func (pl *planner) goneLists() map[tree.ID]bool {
	gone := map[tree.ID]bool{}
	for _, l := range pl.links {
		if _, seen := gone[l.list]; !seen {
			gone[l.list] = true
		}
		gone[l.list] = gone[l.list] && l.going()
	}
	return gone
}

// going reports whether the link's text is removed.
func (l *Link) going() bool { return l.Reason == "" }

// carries reports whether the link still stands for variables and a network:
// all that go, and legacy links whose name alone could not be moved.
func (l *Link) carries() bool {
	return l.Reason == "" || l.Reason == AliasConflict && l.Kind == Legacy && !l.stuck
}

func (pl *planner) stayAll(consumer string, r Reason, format string, args ...any) {
	for _, l := range pl.of[consumer] {
		pl.block(l, r, format, args...)
	}
}
