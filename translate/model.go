package translate

import "github.com/delink/delink/translate/tree"

// modelOf makes a Model of what this package reads itself, for files that
// compose-go can't load. Keys that the plan changes are in the loader's form.
func modelOf(p *Project) Model {
	services := map[string]any{}
	for _, s := range p.Services {
		m := map[string]any{}
		for _, l := range s.layers {
			for _, f := range l.node.GetFields() {
				m[f.Key] = appendValue(m[f.Key], f.Value)
			}
		}
		if s.last("container_name").Is(tree.Scalar) {
			m["container_name"] = p.text(s, "container_name")
		}
		vars, _, _ := p.environment(s)
		if len(vars) > 0 {
			env := map[string]any{}
			for _, v := range vars {
				env[v.name] = p.expand(v.value)
				if v.bare {
					env[v.name] = nil
				}
			}
			m["environment"] = env
		}
		depends := map[string]any{}
		for name, n := range p.dependencies(s) {
			depends[name] = map[string]any{"condition": "service_started"}
			if n.Is(tree.Map) {
				depends[name] = plain(n)
			}
		}
		if len(depends) > 0 {
			m["depends_on"] = depends
		}
		nets := map[string]any{}
		for _, v := range s.values("networks") {
			for _, it := range v.Items {
				nets[it.Value] = nil
			}
			for _, f := range v.Fields {
				nets[f.Key] = plain(f.Value)
			}
		}
		if len(nets) > 0 {
			m["networks"] = nets
		}
		services[s.Name] = m
	}
	out := Model{}
	for _, d := range p.in.Docs {
		for _, f := range d.Tree.GetFields() {
			out[f.Key] = plain(f.Value)
		}
	}
	out["services"] = services
	return out
}

// appendValue joins lists of several layers; anything else the later one gives.
func appendValue(have any, n *tree.Node) any {
	v := plain(n)
	a, ok1 := have.([]any)
	b, ok2 := v.([]any)
	if ok1 && ok2 {
		return append(append([]any{}, a...), b...)
	}
	return v
}

// plain is a value without its places.
func plain(n *tree.Node) any {
	switch n.Kind {
	case tree.Map:
		m := map[string]any{}
		for _, f := range n.Fields {
			m[f.Key] = plain(f.Value)
		}
		return m
	case tree.List:
		var l []any
		for _, it := range n.Items {
			l = append(l, plain(it))
		}
		return l
	case tree.Scalar:
		return n.Value
	}
	return nil
}
