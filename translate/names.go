package translate

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// checkNames plays the name server for the plan: every name that led to a
// service must lead to the same one. What was overlooked so far makes links stay.
func (pl *planner) checkNames() {
	before := namesOf(pl.p, pl.links)
	after := pl.namesAfter()
	for _, s := range pl.p.Services {
		for _, name := range pl.touched(s, before, after) {
			if why := compareName(before, after, s.Name, name); why != "" {
				pl.refuseName(s, name, why, before, after)
				return
			}
		}
	}
}

// refuseName takes back what made a name lead elsewhere: a service stays where
// it is if it brings the name to another network; else the links stay that
// brought it there; else the service stays that it leads elsewhere for, or its
// links do; else all do.
func (pl *planner) refuseName(s *Service, name, why string, before, after *names) {
	if mover := pl.movedName(name); mover != "" {
		pl.frozen[mover], pl.changed = why+": rename one of them", true
		return
	}
	pl.stayFor(why, func(l *Link) bool {
		return strings.EqualFold(l.Alias, name) && (l.Consumer == s.Name || after.has(s.Name, pl.p.engineName(l.Network)))
	})
	for _, joined := range append([]string{s.Name}, after.resolve(s.Name, name)...) {
		if !slices.Equal(before.nets[joined], after.nets[joined]) {
			pl.stayFor(fmt.Sprintf("on the network %s, %s: rename one of them", pl.opt.Network, why), func(l *Link) bool { return l.Kind == DNS && (l.Consumer == joined || l.Owner == joined) })
		}
	}
	if _, leaves := pl.leaving[s.Name]; leaves && !pl.changed {
		pl.frozen[s.Name], pl.changed = why+": rename one of them", true
	}
	pl.stayFor(why, func(l *Link) bool { return strings.EqualFold(l.Alias, name) || l.Consumer == s.Name })
	if !pl.changed {
		pl.refuseAll(why)
	}
}

// stayFor lets those links stay, unless something was found to stay already.
func (pl *planner) stayFor(why string, which func(*Link) bool) {
	if pl.changed {
		return
	}
	for _, l := range pl.links {
		if l.Kind != Void && which(l) {
			pl.stay(l, AliasConflict, "%s", why)
		}
	}
}

// refuseAll lets every service stay on the default bridge, or if none is there
// that could leave it, a link.
func (pl *planner) refuseAll(why string) {
	for _, other := range pl.p.Services {
		if pl.frozen[other.Name] == "" && pl.p.onBridge(other) {
			pl.frozen[other.Name], pl.changed = why, true
		}
	}
	for _, l := range pl.links {
		if !pl.changed {
			pl.block(l, AliasConflict, "%s", why)
		}
	}
}

// movedName is a service that leaves the default bridge and has the name by
// itself: one that no link joins to others, if there is one.
func (pl *planner) movedName(name string) string {
	linked := map[string]bool{}
	for _, l := range pl.links {
		if l.Kind == Legacy {
			linked[l.Consumer], linked[l.Owner] = true, true
		}
	}
	found := ""
	for _, s := range pl.p.Services {
		if _, leaves := pl.leaving[s.Name]; !leaves || pl.frozen[s.Name] != "" {
			continue
		}
		for _, own := range pl.p.ownNames(s) {
			if strings.EqualFold(own, name) && (found == "" || linked[found] && !linked[s.Name]) {
				found = s.Name
			}
		}
	}
	return found
}

// compareName tells how a name's answer changed for a service; "" if it is as
// it was, or if it led nowhere before.
func compareName(before, after *names, service, name string) string {
	was := before.resolve(service, name)
	if was == nil {
		return ""
	}
	is := after.resolve(service, name)
	if strings.Join(was, "\n") == strings.Join(is, "\n") {
		return ""
	}
	if len(is) == 0 {
		return fmt.Sprintf("%q would lead %s nowhere, where it led to %s", name, service, strings.Join(was, " and "))
	}
	return fmt.Sprintf("%q would lead %s to %s, where it led to %s", name, service, strings.Join(is, " and "), strings.Join(was, " and "))
}

// touched lists the names whose answer may change for a service: the aliases
// of its links, with what else their hosts entries hold, and names that its
// networks answer otherwise.
func (pl *planner) touched(s *Service, before, after *names) []string {
	set := map[string]bool{}
	for _, l := range pl.of[s.Name] {
		if l.Kind != Void && l.Owner != "" {
			set[l.Alias] = true
			for _, n := range l.hostNames {
				set[n] = true
			}
		}
	}
	for _, name := range after.otherwise(before, before.nets[s.Name], after.nets[s.Name]) {
		set[name] = true
	}
	out := make([]string, 0, len(set))
	for n := range set {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// otherwise gives the names that a service on the networks was, and later on
// those in is, had an answer to and has another now. Many services share their
// networks, so that it is worked out once for each.
func (n *names) otherwise(before *names, was, is []string) []string {
	key := strings.Join(was, "\n") + "\n\n" + strings.Join(is, "\n")
	if out, ok := n.others[key]; ok {
		return out
	}
	seen := map[string]bool{}
	out := []string{}
	for _, net := range was {
		for name := range before.records[net] {
			if !seen[name] && !slices.Equal(before.answer(was, name), n.answer(is, name)) {
				out = append(out, name)
			}
			seen[name] = true
		}
	}
	if n.others == nil {
		n.others = map[string][]string{}
	}
	n.others[key] = out
	return out
}

// answer gives the services that a name leads to by what the networks know, in
// lower case: the first that knows it counts.
func (n *names) answer(nets []string, name string) []string {
	for _, net := range nets {
		if r := n.records[net][name]; len(r) > 0 {
			return r
		}
	}
	return nil
}

// fresh gives the names that are answered otherwise on a network than before,
// and that someone answered to before on any network. It is worked out once.
func (n *names) fresh(net string, before *names) map[string]bool {
	if f, ok := n.freshNames[net]; ok {
		return f
	}
	f := map[string]bool{}
	for name, services := range n.records[net] {
		if strings.Join(services, "\n") != strings.Join(before.records[net][name], "\n") && before.known(name) {
			f[name] = true
		}
	}
	if n.freshNames == nil {
		n.freshNames = map[string]map[string]bool{}
	}
	n.freshNames[net] = f
	return f
}

func (n *names) known(name string) bool {
	for _, r := range n.records {
		if len(r[name]) > 0 {
			return true
		}
	}
	return false
}

// namesAfter is the model of the project once the plan is carried out.
func (pl *planner) namesAfter() *names {
	n := newNames()
	internal := map[string]bool{}
	for service, keys := range pl.after.nets {
		for _, key := range keys {
			net := pl.p.engineName(key)
			internal[net] = pl.p.isInternal(key)
			n.join(service, net)
		}
	}
	for name, nets := range pl.after.owners {
		for net, services := range nets {
			for _, s := range services {
				n.add(net, name, s)
			}
		}
	}
	n.sortNetworks(internal)
	for _, l := range pl.links {
		if !l.Stays() {
			continue
		}
		left := *l // a link that stays is a DNS link wherever its service is now on a network
		if len(n.nets[l.Consumer]) > 0 {
			left.Kind = DNS
		}
		n.link(&left)
	}
	return n
}
