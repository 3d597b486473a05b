package translate

import (
	"sort"
	"strings"

	"github.com/delink/delink/translate/tree"
)

// defaultNetwork is the network that Compose gives a service that names none.
const defaultNetwork = "default"

// bridge is the engine's default network, which has links but no name server.
const bridge = "bridge"

// mode is the service's network_mode, or "".
func (p *Project) mode(s *Service) string { return p.text(s, "network_mode") }

// sharesNamespace gives the service whose network s uses by network_mode
// service:NAME, or "".
func (p *Project) sharesNamespace(s *Service) string {
	name, ok := strings.CutPrefix(p.mode(s), "service:")
	if !ok {
		return ""
	}
	return name
}

// membership is a service's place on one network.
type membership struct {
	network string // key of the top-level networks
	aliases []string
	noName  bool // use_service_name_alias: false
}

// memberships lists the project networks that s is on, in its own order; none
// for a service with a network_mode.
func (p *Project) memberships(s *Service) []membership {
	if p.mode(s) != "" {
		return nil
	}
	var out []membership
	index := map[string]int{}
	at := func(key string) *membership {
		if i, ok := index[key]; ok {
			return &out[i]
		}
		index[key] = len(out)
		out = append(out, membership{network: key})
		return &out[len(out)-1]
	}
	for _, v := range s.values("networks") {
		for _, it := range v.Items {
			at(it.Value)
		}
		for _, f := range v.Fields {
			m := at(f.Key)
			for _, a := range f.Value.Get("aliases").Elements() {
				m.aliases = append(m.aliases, p.expand(a.Value))
			}
			if u := f.Value.Get("use_service_name_alias"); u.Is(tree.Scalar) {
				m.noName = u.Value == "false"
			}
		}
	}
	if len(out) == 0 {
		at(defaultNetwork)
	}
	return out
}

// namesNetworks reports whether a service says which networks it is on.
func (p *Project) namesNetworks(s *Service) bool {
	for _, v := range s.values("networks") {
		if len(v.Items)+len(v.Fields) > 0 {
			return true
		}
	}
	return false
}

// engineName is the name under which the engine knows a project network.
// Networks are sorted by it when a name is looked up (moby sandbox.go).
func (p *Project) engineName(key string) string {
	n := p.networks[key]
	if name := n.Get("name"); name.Is(tree.Scalar) && name.Value != "" {
		return p.expand(name.Value)
	}
	ext := n.Get("external")
	if name := ext.Get("name"); name.Is(tree.Scalar) {
		return p.expand(name.Value)
	}
	if ext.Is(tree.Scalar) && ext.Value == "true" {
		return key
	}
	return "project_" + key
}

// isBridge reports whether the network of that key is the engine's default bridge.
func (p *Project) isBridge(key string) bool { return p.engineName(key) == bridge }

// isPlain reports whether the declaration of a network says nothing of it.
func (p *Project) isPlain(key string) bool {
	n := p.networks[key]
	return n != nil && (n.Kind == tree.Null || n.Is(tree.Map) && len(n.Fields) == 0)
}

// isInternal reports whether the network has no way out; such networks are
// asked last.
func (p *Project) isInternal(key string) bool {
	n := p.networks[key].Get("internal")
	return n.Is(tree.Scalar) && n.Value == "true"
}

// onBridge reports whether s is on the engine's default bridge.
func (p *Project) onBridge(s *Service) bool {
	switch p.mode(s) {
	case bridge, "default":
		return true
	case "":
		if p.in.V1 {
			return true
		}
		m := p.memberships(s)
		return len(m) == 1 && p.isBridge(m[0].network)
	}
	return false
}

// ownNames are the names that a service's container answers to on a network
// with a name server, beside the aliases there: the service's name, its
// container_name and its hostname (moby sandbox.go; compose getAliases).
func (p *Project) ownNames(s *Service) []string {
	names := []string{s.Name}
	for _, name := range p.hostNames(s) {
		if !strings.EqualFold(name, s.Name) {
			names = append(names, name)
		}
	}
	return names
}

// hostNames are the names that a hosts entry for the service's container holds
// beside a link's alias. Its own name is none, unless the container has it, too.
func (p *Project) hostNames(s *Service) []string {
	var names []string
	for _, key := range []string{"container_name", "hostname"} {
		if v := p.text(s, key); v != "" {
			names = append(names, v)
		}
	}
	return names
}

// names is who answers to what: the model of the engine's name server for one
// project (moby sandbox.go ResolveName; measured on 20.10, 28 and 29).
type names struct {
	nets    map[string][]string            // service → engine names of its networks, in the order they are asked
	records map[string]map[string][]string // engine network → lower-case name → services, sorted
	links   map[string]map[string]string   // service → alias (exact case) → target, of DNS links
	hosts   map[string]map[string]string   // service on the default bridge → lower-case alias → target

	freshNames map[string]map[string]bool // see fresh
	others     map[string][]string        // see otherwise
}

func newNames() *names {
	return &names{nets: map[string][]string{}, records: map[string]map[string][]string{}, links: map[string]map[string]string{}, hosts: map[string]map[string]string{}}
}

// sortNetworks puts each service's networks into the order in which the engine
// asks them: internal ones last, then by name.
func (n *names) sortNetworks(internal map[string]bool) {
	for _, nets := range n.nets {
		sort.Slice(nets, func(i, j int) bool {
			if a, b := internal[nets[i]], internal[nets[j]]; a != b {
				return b
			}
			return nets[i] < nets[j]
		})
	}
}

// namesOf builds the model of p as it stands, links included.
func namesOf(p *Project, links []*Link) *names {
	n := newNames()
	internal := map[string]bool{}
	for _, s := range p.Services {
		if p.onBridge(s) {
			continue
		}
		own := p.ownNames(s)
		for _, m := range p.memberships(s) {
			net := p.engineName(m.network)
			internal[net] = p.isInternal(m.network)
			if n.join(s.Name, net) {
				for i, name := range own {
					if i == 0 && m.noName {
						continue
					}
					n.add(net, name, s.Name)
				}
			}
			for _, a := range m.aliases {
				n.add(net, a, s.Name)
			}
		}
	}
	n.sortNetworks(internal)
	for _, l := range links {
		n.link(l)
	}
	return n
}

// link adds what a link gives: the last of one alias wins on a network of the
// project, the first on the default bridge (measured).
func (n *names) link(l *Link) {
	if l.Owner == "" || l.host != "" {
		return
	}
	switch l.Kind {
	case DNS, Void: // a void one leads nowhere, and hides others of its name
		if len(n.nets[l.Consumer]) == 0 {
			return
		}
		m := n.links[l.Consumer]
		if m == nil {
			m = map[string]string{}
			n.links[l.Consumer] = m
		}
		m[l.Alias] = l.Target
	case Legacy:
		m := n.hosts[l.Consumer]
		if m == nil {
			m = map[string]string{}
			n.hosts[l.Consumer] = m
		}
		for _, name := range append([]string{l.Alias}, l.hostNames...) {
			if _, ok := m[strings.ToLower(name)]; !ok {
				m[strings.ToLower(name)] = l.Owner
			}
		}
	}
}

// join puts a service on a network; false if it is there already.
func (n *names) join(service, net string) bool {
	for _, have := range n.nets[service] {
		if have == net {
			return false
		}
	}
	n.nets[service] = append(n.nets[service], net)
	return true
}

// add lets a service answer to a name on a network.
func (n *names) add(net, name, service string) {
	r := n.records[net]
	if r == nil {
		r = map[string][]string{}
		n.records[net] = r
	}
	name = strings.ToLower(name)
	have := r[name]
	i := sort.SearchStrings(have, service)
	if i < len(have) && have[i] == service {
		return
	}
	have = append(have, "")
	copy(have[i+1:], have[i:])
	have[i] = service
	r[name] = have
}

// resolve gives the services that name leads to for a service; nil: none of
// the project. A link's alias comes first, then the first network that knows
// the name; a network where the service has a link of that name is passed over.
func (n *names) resolve(service, name string) []string {
	if t, ok := n.hosts[service][strings.ToLower(name)]; ok {
		return []string{t}
	}
	nets := n.nets[service]
	target, linked := n.links[service][name]
	if linked {
		for _, net := range nets {
			if n.has(target, net) {
				return []string{target}
			}
		}
	}
	for _, net := range nets {
		if r := n.records[net][strings.ToLower(name)]; len(r) > 0 && !linked {
			return r
		}
	}
	return nil
}

func (n *names) has(service, net string) bool {
	for _, have := range n.nets[service] {
		if have == net {
			return true
		}
	}
	return false
}
