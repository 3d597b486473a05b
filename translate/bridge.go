package translate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/delink/delink/translate/tree"
)

// leaveBridge lets services that legacy links join, directly or through
// others, leave the engine's default bridge together: only there did they see
// each other, and the engine is to drop links there. Of format v1, every
// service leaves that does not ask for the bridge.
func (pl *planner) leaveBridge() {
	if pl.changed {
		return
	}
	group := pl.joinedServices()
	bound := pl.boundGroups(group)
	moves := map[string]bool{} // group → it has a link to take away
	for _, l := range pl.links {
		if l.Kind == Legacy && l.carries() {
			g := group[l.Consumer]
			if b, ok := bound[g]; ok {
				l.stuck = l.stuck || b.reason == AliasConflict
				pl.stay(l, b.reason, "%s", b.why)
			}
			moves[g] = true
		}
	}
	if pl.settle(group, bound) || pl.changed {
		return
	}
	for _, s := range pl.p.Services {
		if !pl.p.onBridge(s) {
			continue
		}
		_, stays := bound[group[s.Name]]
		switch implicit := pl.p.in.V1 && pl.p.mode(s) == ""; {
		case !stays && (implicit || moves[group[s.Name]]):
			pl.leaving[s.Name] = ""
		case implicit:
			pl.wanted(s.Name).bridge = true
		}
	}
	pl.stayTogether()
	network := pl.carrier()
	for name := range pl.leaving {
		pl.leaving[name] = network
		pl.wanted(name).leave = true
	}
}

// settle makes it final that groups stay on the default bridge, and takes back
// what was found of other links beside it: what stood in their way may stay
// there now. It reports whether any group is new.
func (pl *planner) settle(group map[string]string, bound map[string]bound) bool {
	before := len(pl.settled)
	for g := range bound {
		pl.settled[g] = true
	}
	if len(pl.settled) == before {
		return false
	}
	for _, l := range pl.links {
		if l.Kind == Legacy && pl.settled[group[l.Consumer]] {
			l.first = finding{l.Reason, l.Detail, l.stuck}
		}
	}
	pl.forget()
	pl.changed = true
	return true
}

// stayTogether keeps services of format v1 on the default bridge whose text is
// merged from one that stays there and must now say so.
func (pl *planner) stayTogether() {
	for _, s := range pl.p.Services {
		if w := pl.want[s.Name]; w == nil || !w.bridge {
			continue
		}
		for name := range pl.concerned(s.defs[0].node.ID, "network_mode") {
			if _, leaves := pl.leaving[name]; leaves && pl.frozen[name] == "" {
				pl.frozen[name] = fmt.Sprintf("%s is made of the text of %s, which stays on the default bridge: write it out", name, s.Name)
				pl.changed = true
			}
		}
	}
}

// joinedServices numbers the groups of services that legacy links join, or the
// network_mode that one has in place of its base's; each by the name of one of
// its services.
func (pl *planner) joinedServices() map[string]string {
	up := map[string]string{}
	var find func(string) string
	find = func(n string) string {
		if up[n] == "" || up[n] == n {
			return n
		}
		up[n] = find(up[n])
		return up[n]
	}
	for _, l := range pl.links {
		if l.Kind == Legacy {
			up[find(l.Consumer)] = find(l.Owner)
		}
	}
	for _, s := range pl.p.Services {
		for _, v := range s.values("network_mode") { // without its own, a service has that of its base
			if v.inherited() && s.saysMode() {
				up[find(s.Name)] = find(v.owner)
			}
		}
	}
	group := map[string]string{}
	for _, s := range pl.p.Services {
		group[s.Name] = find(s.Name)
	}
	return group
}

// bound is why a group can't leave the default bridge.
type bound struct {
	reason Reason
	why    string
}

// boundGroups finds the groups that can't leave the default bridge.
func (pl *planner) boundGroups(group map[string]string) map[string]bound {
	out := map[string]bound{}
	for _, s := range pl.p.Services {
		if _, known := out[group[s.Name]]; known || !pl.p.onBridge(s) {
			continue
		}
		if r, why := pl.mustStay(s); r != "" {
			out[group[s.Name]] = bound{r, why}
		}
	}
	return out
}

// mustStay tells why a service can't leave the default bridge, if so.
func (pl *planner) mustStay(s *Service) (Reason, string) {
	if why := pl.frozen[s.Name]; why != "" {
		return AliasConflict, why
	}
	if s.linksOutside() {
		return ExternalLinks, fmt.Sprintf("%s has external_links to a container on the default bridge: move that container to a network of its own first", s.Name)
	}
	if pl.balances(s) && len(pl.of[s.Name]) > 0 {
		return ReadFromEngine, fmt.Sprintf("%s asks the engine for its links and must stay on the default bridge", s.Name)
	}
	for _, l := range pl.of[s.Name] {
		if l.Reason == VariableEntry && l.Kind == Void {
			return SharedNode, fmt.Sprintf("%s must stay on the default bridge, as what its link %q leads to is not known", s.Name, l.Entry)
		}
		if l.Kind == Legacy && l.Stays() && !l.carries() {
			r := SharedNode
			if l.Reason == AliasConflict {
				r = AliasConflict
			}
			return r, fmt.Sprintf("its services leave the default bridge together, and the link %q of %s can't go", l.Entry, s.Name)
		}
	}
	if d := pl.networksSlot(s, ""); pl.p.mode(s) == "" && pl.p.namesNetworks(s) && (d == nil || pl.sharedNetworks(s, d, nil) || len(s.values("networks")) > 1) {
		return SharedNode, fmt.Sprintf("the networks of %s stand in text that other services use: give %s networks of its own", s.Name, s.Name)
	}
	if pl.p.mode(s) != "" && pl.p.namesNetworks(s) {
		return SharedNode, fmt.Sprintf("%s has networks beside its network_mode, which Compose refuses: remove one of them", s.Name)
	}
	if len(s.defs) == 0 && pl.p.mode(s) != "" {
		return OtherFile, fmt.Sprintf("the network_mode of %s stands in a file that was not asked for", s.Name)
	}
	if pl.modeLayer(s) == nil && pl.p.mode(s) != "" {
		return SharedNode, pl.fixedMode(s)
	}
	return "", ""
}

// fixedMode says why the network_mode of s can't be taken away.
func (pl *planner) fixedMode(s *Service) string {
	if heir := pl.modeHeir(s); heir != "" {
		return fmt.Sprintf("the network_mode of %s is also that of %s, which extends it: give %s one of its own", s.Name, heir, heir)
	}
	for _, v := range s.values("network_mode") {
		if v.inherited() && !pl.p.onBridge(pl.p.Service(v.owner)) {
			return fmt.Sprintf("without its network_mode, %s would have that of %s, which it extends: write it out", s.Name, v.owner)
		}
	}
	return fmt.Sprintf("the network_mode of %s stands in text that other services use, or depends on a variable: give %s one of its own", s.Name, s.Name)
}

// linksOutside reports whether external_links name anything: a list without
// entries, as one that is commented out leaves it, does not.
func (s *Service) linksOutside() bool {
	return slices.ContainsFunc(s.values("external_links"), func(v layered) bool {
		return v.Kind != tree.Null && (v.Kind != tree.List || len(v.Items) > 0)
	})
}

// modeLayer is the definition of s whose own text holds its network_mode, if
// that text is no one else's. Where what s extends says it too, both leave, and
// services that extend s say their own.
func (pl *planner) modeLayer(s *Service) *def {
	var found *def
	for _, v := range s.values("network_mode") {
		own := v.def != nil && v.field.Holder == v.def.node.ID && v.field.Hidden == 0 && len(pl.users[v.def.node.ID]) == 1
		switch {
		case own && found == nil && !strings.Contains(v.Value, "$"):
			found = v.def
		case own || !v.inherited() || !pl.p.onBridge(pl.p.Service(v.owner)):
			return nil
		}
	}
	if pl.modeHeir(s) != "" {
		return nil
	}
	return found
}

// modeHeir is a service that extends s and has its network_mode from there.
func (pl *planner) modeHeir(s *Service) string {
	if !pl.hasHeirs(s.Name) {
		return ""
	}
	for _, heir := range pl.p.Services {
		if heir != s && slices.Contains(heir.bases(), s.Name) && !heir.saysMode() {
			return heir.Name
		}
	}
	return ""
}

// inherited reports whether a value stands in a base of this file.
func (v layered) inherited() bool { return v.def == nil && v.file == "" }

// saysMode reports whether the network_mode that counts is the service's own.
func (s *Service) saysMode() bool {
	v := s.values("network_mode")
	return len(v) > 0 && v[len(v)-1].def != nil
}

// hasHeirs reports whether another service of the file extends this one.
func (pl *planner) hasHeirs(name string) bool {
	if pl.heirs == nil {
		pl.heirs = map[string]bool{}
		for _, s := range pl.p.Services {
			for _, b := range s.bases() {
				pl.heirs[b] = pl.heirs[b] || b != s.Name
			}
		}
	}
	return pl.heirs[name]
}

// carrier is the network for services that leave the default bridge: the one
// that --network names, else the project's default; where that is the bridge
// itself, the one that others left it for before, as what stayed then because
// of their names has to stay still; else a new one, unless none stay.
func (pl *planner) carrier() string {
	if pl.opt.Network != "" {
		return pl.opt.Network
	}
	if !pl.p.isBridge(defaultNetwork) {
		return defaultNetwork
	}
	name := "linked"
	for i := 2; pl.p.networks[name] != nil && !pl.p.isPlain(name); i++ {
		name = fmt.Sprintf("linked%d", i)
	}
	if !pl.p.isPlain(name) && pl.allLeaveDefault() && pl.redeclares(defaultNetwork) {
		return defaultNetwork
	}
	return name
}

// redeclares reports whether the declaration of a network may be replaced: it
// stands in one document, which may be changed.
func (pl *planner) redeclares(network string) bool {
	docs := pl.p.declared[network]
	return len(docs) == 1 && !pl.p.in.Docs[docs[0]].Base
}

// allLeaveDefault reports whether every service that is on the project's
// default network leaves it, so that it need not be the bridge any more.
func (pl *planner) allLeaveDefault() bool {
	for _, s := range pl.p.Services {
		if _, leaves := pl.leaving[s.Name]; leaves {
			continue
		}
		for _, m := range pl.p.memberships(s) {
			if m.network == defaultNetwork {
				return false
			}
		}
	}
	return true
}
