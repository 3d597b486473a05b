package translate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/delink/delink/translate/linkenv"
)

// Depend is a service to wait for.
type Depend struct {
	Service string
	// Optional is set when the service may be off by its profiles: then the
	// dependency must be `required: false`, which only the map form can say.
	Optional bool
	def      *def // the definition that holds the link
}

// Join is a network that a service is to be on, and the names that it answers
// to there beside its own.
type Join struct {
	Network string
	Aliases []string
	file    string // that is to hold it, if that matters
}

// want is what a service must have once its links are gone.
type want struct {
	depends  []Depend
	settings []Setting
	joins    []Join
	leave    bool // the default bridge
	bridge   bool // a service of format v1 that stays there and must now say so
}

func (w *want) depend(d Depend) {
	for i, have := range w.depends {
		if have.Service == d.Service {
			w.depends[i].Optional = have.Optional && d.Optional
			return
		}
	}
	w.depends = append(w.depends, d)
}

func (w *want) join(file, network string, aliases ...string) {
	for i := range w.joins {
		if j := &w.joins[i]; j.Network == network && j.file == file {
			j.Aliases = append(j.Aliases, aliases...)
			return
		}
	}
	w.joins = append(w.joins, Join{network, aliases, file})
}

// wants collects what the services need in place of their links.
func (pl *planner) wants() {
	for _, s := range pl.p.Services {
		links := pl.of[s.Name]
		own := map[*Project]ownSettings{}
		clash := map[string]*Link{}
		for _, l := range links {
			p := pl.view(l)
			c := p.Service(s.Name)
			if _, ok := own[p]; !ok {
				own[p] = p.ownSettings(c)
			}
			if l.going() {
				if _, have := p.dependencies(c)[l.Target]; !have && !slices.Contains(p.bound(c), l.Target) {
					pl.wanted(s.Name).depend(Depend{l.Target, pl.mayBeOff(c, p.Service(l.Target)), l.def})
				}
			}
			if l.carries() && !l.mute {
				pl.settings(s, l, own[p], clash)
			}
		}
	}
	pl.inherit()
}

// mayBeOff reports whether c can run while t is off by its profiles.
func (pl *planner) mayBeOff(c, t *Service) bool {
	pt, pc := t.profiles(), c.profiles()
	if len(pt) == 0 {
		return false
	}
	if len(pc) == 0 {
		return true
	}
	for _, a := range pc {
		found := false
		for _, b := range pt {
			found = found || a == b
		}
		if !found {
			return true
		}
	}
	return false
}

// settings adds the variables of one link to its consumer.
func (pl *planner) settings(s *Service, l *Link, own ownSettings, clash map[string]*Link) {
	prefix := linkenv.Prefix(l.Alias)
	if other := clash[prefix]; other != nil {
		if other.Alias != l.Alias { // of one alias given twice, the engine takes the first
			pl.clash(s, l, other)
		}
		return
	}
	clash[prefix] = l
	if pl.noPlace[l] {
		pl.note(l, Info, VariablesLeftOut, "its variables are not written: the environment of %s stands in text that other services use (Docker sets none on a network of the project)", s.Name)
		return
	}
	w := pl.wanted(s.Name)
	have := map[string]bool{}
	for _, set := range w.settings {
		have[set.Name] = true
	}
	for _, set := range pl.linkVariables(l) {
		switch bare := set.Name == prefix+"_PORT" || set.Name == prefix+"_NAME"; {
		case own.names[set.Name] || have[set.Name]:
		case bare && len(own.unreadable) > 0:
			pl.note(l, Warning, EnvFileUnreadable, "%s is not written: %s can't be read and may set it", set.Name, strings.Join(own.unreadable, ", "))
		default:
			set.link = l
			w.settings = append(w.settings, set)
		}
	}
	pl.left[l] = without(pl.left[l], own.names)
}

// clash tells of two aliases that give the same variables. If both lead to one
// service, only the host's name in them differs, so that the first's are as
// good; else neither's are written.
func (pl *planner) clash(s *Service, l, first *Link) {
	text, sev := "its variables have the same names as those of %q: neither's are written, as the engine chose by chance", Warning
	if first.Owner == l.Owner && pl.sets(s.Name, first) {
		text, sev = "its variables have the same names as those of %q, which leads to the same service: those are written", Info
	} else {
		pl.dropSettings(s, first)
	}
	n := Note{At: l.At, Severity: sev, Service: l.Consumer, Link: l.Entry, Text: fmt.Sprintf(text, first.Entry), Reason: PrefixClash}
	if !slices.Contains(pl.notes, n) { // the second names of both clash as well
		pl.notes = append(pl.notes, n)
	}
}

// sets reports whether a service is to have variables of the link.
func (pl *planner) sets(service string, l *Link) bool {
	return slices.ContainsFunc(pl.wanted(service).settings, func(set Setting) bool { return set.link == l })
}

// dropSettings takes back the variables of one link.
func (pl *planner) dropSettings(s *Service, l *Link) {
	w := pl.wanted(s.Name)
	var keep []Setting
	for _, set := range w.settings {
		if set.link != l {
			keep = append(keep, set)
		}
	}
	w.settings = keep
	delete(pl.left, l)
	delete(pl.kept, l)
	delete(pl.secrets, l)
}

func without(names []string, drop map[string]bool) []string {
	var out []string
	for _, n := range names {
		if !drop[n] {
			out = append(out, n)
		}
	}
	return out
}

// inherit takes out what a service gets from a base in this file that changes
// as well, and lets a base keep its links where a heir does not want the change.
func (pl *planner) inherit() {
	given := map[string]want{} // what each base is to have, before anything is taken out
	for name, w := range pl.want {
		given[name] = *w
	}
	for _, s := range pl.p.Services {
		for _, base := range s.bases() {
			b, ok := given[base]
			if !ok || base == s.Name {
				continue
			}
			full := given[s.Name]
			own := pl.p.ownSettings(s)
			for _, set := range b.settings {
				if !own.names[set.Name] && !hasSetting(full.settings, set.Name) {
					pl.stayAll(base, SharedNode, "%s extends %s and would get %s, which it never had", s.Name, base, set.Name)
				}
			}
			pl.subtract(s.Name, b)
		}
	}
}

// bases lists the services of this file that s extends, directly or not.
func (s *Service) bases() []string {
	var out []string
	for _, l := range s.layers {
		if l.file == "" && l.def == nil && l.owner != s.Name {
			out = append(out, l.owner)
		}
	}
	return out
}

func hasSetting(list []Setting, name string) bool {
	for _, s := range list {
		if s.Name == name {
			return true
		}
	}
	return false
}

func (pl *planner) subtract(service string, base want) {
	w := pl.want[service]
	if w == nil {
		return
	}
	var depends []Depend
	for _, d := range w.depends {
		given := false
		for _, b := range base.depends {
			given = given || b.Service == d.Service
		}
		if !given {
			depends = append(depends, d)
		}
	}
	var settings []Setting
	for _, set := range w.settings {
		given := false
		for _, b := range base.settings {
			given = given || b.Name == set.Name && b.Value == set.Value
		}
		if !given {
			settings = append(settings, set)
		}
	}
	w.depends, w.settings = depends, settings
}
