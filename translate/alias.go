package translate

import (
	"fmt"
	"slices"
	"strings"
)

// membersAfter is who is on which network, and who answers to which name
// there, once the plan is carried out.
type membersAfter struct {
	nets   map[string][]string            // service → network keys, in its own order
	on     map[string][]string            // engine network → services
	owners map[string]map[string][]string // lower-case name → engine network → services
	linked map[string]map[string][]*Link  // lower-case alias → consumer → links that use it
}

// placeNames puts every alias on a network that both ends share, where it is
// harmless: where no one else answers to it and no other link there uses it
// for another target. A network alias is public to its network and takes turns
// with a namesake, where a link's was private (measured: v2-conflict-alias).
func (pl *planner) placeNames() {
	if pl.changed {
		return
	}
	pl.after = pl.membership()
	for _, l := range pl.links {
		if l.Kind == Void || !l.carries() || l.def == nil || l.host != "" {
			continue
		}
		network, why := pl.place(l)
		if network == "" {
			// A name on the default bridge has no case, a link elsewhere does.
			l.stuck = l.stuck || l.Kind == Legacy && l.Alias != strings.ToLower(l.Alias)
			pl.stay(l, AliasConflict, "%s", why)
			continue
		}
		l.Network = network
	}
}

// membership works out the networks of every service after the change.
func (pl *planner) membership() *membersAfter {
	m := &membersAfter{map[string][]string{}, map[string][]string{}, map[string]map[string][]string{}, map[string]map[string][]*Link{}}
	for _, s := range pl.p.Services {
		if network, leaves := pl.leaving[s.Name]; leaves {
			m.join(pl, s, membership{network: network})
			continue
		}
		if pl.p.onBridge(s) {
			continue
		}
		for _, mem := range pl.p.memberships(s) {
			m.join(pl, s, mem)
		}
	}
	if pl.opt.Network != "" {
		for _, l := range pl.links {
			if l.Kind == DNS && l.going() {
				m.join(pl, pl.p.Service(l.Consumer), membership{network: pl.opt.Network})
				m.join(pl, pl.p.Service(l.Owner), membership{network: pl.opt.Network})
			}
		}
	}
	for _, l := range pl.links {
		if l.Kind == Void || l.Alias == "" || l.host != "" {
			continue
		}
		a := strings.ToLower(l.Alias)
		if m.linked[a] == nil {
			m.linked[a] = map[string][]*Link{}
		}
		m.linked[a][l.Consumer] = append(m.linked[a][l.Consumer], l)
	}
	return m
}

func (m *membersAfter) join(pl *planner, s *Service, mem membership) {
	for _, have := range m.nets[s.Name] {
		if have == mem.network {
			return
		}
	}
	m.nets[s.Name] = append(m.nets[s.Name], mem.network)
	net := pl.p.engineName(mem.network)
	m.on[net] = append(m.on[net], s.Name)
	for i, name := range pl.p.ownNames(s) {
		if i > 0 || !mem.noName {
			m.answer(net, name, s.Name)
		}
	}
	for _, a := range mem.aliases {
		m.answer(net, a, s.Name)
	}
}

func (m *membersAfter) answer(net, name, service string) {
	name = strings.ToLower(name)
	if m.owners[name] == nil {
		m.owners[name] = map[string][]string{}
	}
	m.owners[name][net] = append(m.owners[name][net], service)
}

// answers reports whether the service answers to a name on a network.
func (m *membersAfter) answers(net, name, service string) bool {
	for _, o := range m.owners[strings.ToLower(name)][net] {
		if o == service {
			return true
		}
	}
	return false
}

// place finds the network for a link's name, and says what is in the way if
// there is none.
func (pl *planner) place(l *Link) (network, why string) {
	why = fmt.Sprintf("%s and %s share no network", l.Consumer, l.Owner)
	for _, key := range pl.after.nets[l.Owner] {
		if !slices.Contains(pl.after.nets[l.Consumer], key) || pl.opt.Network != "" && key != pl.opt.Network {
			continue
		}
		there := pl.after.answers(pl.p.engineName(key), l.Alias, l.Owner)
		harm := pl.harm(l, key, there)
		if harm == "" {
			if !there && !pl.aliasText(l) || !pl.reaches(l, key) {
				return "", ""
			}
			return key, ""
		}
		why = harm
	}
	return "", why
}

// reaches makes sure that the target is on the network, or can be put there; if
// not the link stays.
func (pl *planner) reaches(l *Link, key string) bool {
	s := pl.p.Service(l.Owner)
	if !s.elsewhere() || slices.ContainsFunc(pl.p.memberships(s), func(m membership) bool { return m.network == key }) {
		return true
	}
	pl.stay(l, IncludedTarget, "%s is defined in %s, which is included: put it on the network %s there", l.Owner, s.included, key)
	return false
}

// elsewhere reports whether only an included file defines the service: another
// definition beside it is a conflict (Compose specification, include).
func (s *Service) elsewhere() bool { return s.included != "" && len(s.defs) == 0 }

// aliasText makes sure that the target's text can take an alias; if not the
// link stays.
func (pl *planner) aliasText(l *Link) bool {
	if s := pl.p.Service(l.Owner); s.elsewhere() {
		pl.stay(l, IncludedTarget, "%s is defined in %s, which is included: give it the alias %q there, or use the name %s", l.Owner, s.included, l.Alias, l.Owner)
		return false
	}
	if pl.hasHeirs(l.Owner) {
		pl.stay(l, SharedNode, "other services extend %s and would answer to %q as well: name the service %q where it is meant", l.Owner, l.Alias, l.Owner)
		return false
	}
	return true
}

// harm tells what else a name would lead to for a service on the network; ""
// if nothing. Where the target answers to the name already, nothing is written,
// so that only the consumer matters.
func (pl *planner) harm(l *Link, key string, there bool) string {
	net := pl.p.engineName(key)
	name := strings.ToLower(l.Alias)
	others := pl.foreignOwners(name, l.Owner)
	if len(others) == 0 && !pl.foreignLinks(name, l) {
		return ""
	}
	concerned := pl.after.on[net]
	if there {
		concerned = []string{l.Consumer}
	}
	for _, s := range concerned {
		for _, n := range pl.after.nets[s] {
			if o := others[pl.p.engineName(n)]; o != "" {
				return l.namesake(o)
			}
		}
		for _, other := range pl.after.linked[name][s] {
			if other.Owner != l.Owner && other != l {
				return fmt.Sprintf("%s uses %q for %s: use the names of the services, or rename one", s, l.Alias, other.Target)
			}
		}
	}
	return ""
}

// namesake says that another service has the name of a link, and what to do.
func (l *Link) namesake(other string) string {
	named := strings.EqualFold(l.Alias, l.Owner) // there is no other name to use
	switch {
	case named && other == l.Consumer:
		return fmt.Sprintf("%q is also a name of %s itself: take that name from it", l.Alias, other)
	case named:
		return fmt.Sprintf("%q is also a name of %s, and would lead to either: take that name from %s", l.Alias, other, other)
	case other == l.Consumer:
		return fmt.Sprintf("%q is also a name of %s itself: rename the alias", l.Alias, other)
	case strings.EqualFold(other, l.Alias):
		return fmt.Sprintf("%q is also the service %s, and would lead to either: use the name %s, or rename one", l.Alias, other, l.Owner)
	}
	return fmt.Sprintf("%q is also a name of %s, and would lead to either: use the name %s, or rename one", l.Alias, other, l.Owner)
}

// foreignLinks reports whether another link uses the name for another target.
func (pl *planner) foreignLinks(name string, l *Link) bool {
	for _, links := range pl.after.linked[name] {
		for _, other := range links {
			if other.Owner != l.Owner {
				return true
			}
		}
	}
	return false
}

// foreignOwners gives, for each engine network, a service other than the
// target that answers to a name there.
func (pl *planner) foreignOwners(name, target string) map[string]string {
	var out map[string]string
	for net, services := range pl.after.owners[name] {
		for _, s := range services {
			if s == target {
				continue
			}
			if out == nil {
				out = map[string]string{}
			}
			if have := out[net]; have == "" || s < have {
				out[net] = s
			}
		}
	}
	return out
}

// joins adds to the services what carries the links: their places on networks
// and the aliases there.
func (pl *planner) joins() {
	for _, s := range pl.p.Services {
		if network, leaves := pl.leaving[s.Name]; leaves && network != defaultNetwork {
			pl.wanted(s.Name).join("", network)
		}
	}
	for _, l := range pl.byFile() {
		if l.Network == "" || !l.going() {
			continue
		}
		if pl.opt.Network != "" {
			pl.joinNamed(l.Consumer)
			pl.joinNamed(l.Owner)
		}
		net := pl.p.engineName(l.Network)
		if !pl.after.answers(net, l.Alias, l.Owner) {
			pl.after.answer(net, l.Alias, l.Owner)
			pl.wanted(l.Owner).join(pl.aliasFile(l), l.Network, l.Alias)
		}
	}
}

// joinNamed puts a service on the network of --network. One that is on the
// project's default network without saying so must now say so.
func (pl *planner) joinNamed(name string) {
	s := pl.p.Service(name)
	if _, leaves := pl.leaving[name]; leaves {
		return
	}
	for _, m := range pl.p.memberships(s) {
		if m.network == pl.opt.Network {
			return
		}
	}
	w := pl.wanted(name)
	if !pl.p.namesNetworks(s) {
		w.join("", defaultNetwork)
	}
	w.join("", pl.opt.Network)
}
