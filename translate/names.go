package translate

import (
	"fmt"
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
				pl.refuseName(s, name, why)
				return
			}
		}
	}
}

// refuseName takes back what made a name lead elsewhere: a service stays where
// it is if it brings the name to another network; else the links of that alias
// stay, else those of the service, else every service stays where it is.
func (pl *planner) refuseName(s *Service, name, why string) {
	if mover := pl.movedName(name); mover != "" {
		pl.frozen[mover], pl.changed = why+": rename one of them", true
		return
	}
	for _, l := range pl.links {
		if strings.EqualFold(l.Alias, name) && l.Kind != Void {
			pl.stay(l, AliasConflict, "%s", why)
		}
	}
	for _, l := range pl.of[s.Name] {
		if !pl.changed && l.Kind != Void {
			pl.stay(l, AliasConflict, "%s", why)
		}
	}
	if pl.changed {
		return
	}
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
// of its links, and names that are new on one of its networks though someone
// answered to them elsewhere.
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
	for _, net := range after.nets[s.Name] {
		for name := range after.fresh(net, before) {
			set[name] = true
		}
	}
	out := make([]string, 0, len(set))
	for n := range set {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
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
