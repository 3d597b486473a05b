package translate

import (
	"strings"

	"github.com/delink/delink/translate/tree"
)

// dependency is one entry of depends_on as the file has it.
func (p *Project) dependencies(s *Service) map[string]*tree.Node {
	out := map[string]*tree.Node{}
	for _, v := range s.values("depends_on") {
		for _, it := range v.Items {
			if it.Kind == tree.Scalar {
				out[it.Value] = it
			}
		}
		for _, f := range v.Fields {
			out[f.Key] = f.Value
		}
	}
	return out
}

// startsAfter lists the services that Compose starts before s, links left out.
func (p *Project) startsAfter(s *Service) []string {
	var out []string
	for name := range p.dependencies(s) {
		out = append(out, name)
	}
	out = append(out, p.bound(s)...)
	for _, v := range s.values("volumes_from") {
		for _, it := range v.Items {
			name, _, _ := strings.Cut(it.Value, ":")
			out = append(out, name)
		}
	}
	return out
}

// bound lists the services that s shares a namespace with. Compose restarts s
// with them, which a written dependency would end (compose-go normalize.go).
func (p *Project) bound(s *Service) []string {
	var out []string
	for _, key := range []string{"network_mode", "ipc", "pid", "uts", "cgroup"} {
		if name, ok := strings.CutPrefix(p.text(s, key), "service:"); ok {
			out = append(out, name)
		}
	}
	return out
}

// cycles marks the links that are part of a circle: Compose refuses such a
// project, and there is no order to keep. It takes O(services + edges), where
// compose-go's own check is exponential (graph/cycle.go).
func (pl *planner) cycles() {
	edges := map[string][]string{}
	for _, s := range pl.p.Services {
		edges[s.Name] = pl.p.startsAfter(s)
		for _, l := range pl.of[s.Name] {
			if l.Owner != "" {
				edges[s.Name] = append(edges[s.Name], l.Target)
			}
		}
	}
	circle := components(pl.p.Services, edges)
	for _, l := range pl.links {
		if l.Reason == "" && circle[l.Consumer] == circle[l.Target] {
			l.Reason, l.Detail = LinkCycle, "the start order runs in a circle here, which Compose refuses: remove one of its links or dependencies"
		}
	}
}

// components numbers the strongly connected components, by Tarjan's algorithm.
// It recurses as deep as the longest chain: Go's stacks grow, and the number of
// services is bounded before.
func components(services []*Service, edges map[string][]string) map[string]int {
	t := tarjan{edges: edges, index: map[string]int{}, low: map[string]int{}, comp: map[string]int{}, known: map[string]bool{}}
	for _, s := range services {
		t.known[s.Name] = true
	}
	for _, s := range services {
		if _, seen := t.index[s.Name]; !seen {
			t.visit(s.Name)
		}
	}
	return t.comp
}

type tarjan struct {
	edges      map[string][]string
	known      map[string]bool
	index, low map[string]int
	comp       map[string]int // set when a component is complete
	stack      []string
}

func (t *tarjan) visit(name string) {
	t.index[name] = len(t.index)
	t.low[name] = t.index[name]
	t.stack = append(t.stack, name)
	for _, to := range t.edges[name] {
		if !t.known[to] {
			continue
		}
		if _, seen := t.index[to]; !seen {
			t.visit(to)
			t.low[name] = min(t.low[name], t.low[to])
		} else if _, complete := t.comp[to]; !complete {
			t.low[name] = min(t.low[name], t.index[to])
		}
	}
	if t.low[name] < t.index[name] {
		return
	}
	for {
		top := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.comp[top] = t.index[name]
		if top == name {
			return
		}
	}
}
