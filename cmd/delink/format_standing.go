package main

import (
	"fmt"
	"strings"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/tree"
)

// standing is what stands in the place of a link.
type standing struct {
	service, link string
	void          bool
	target, alias string
	depends       bool     // depends_on has the target
	network       string   // that the alias is on
	variables     []string // names
}

// now tells of it.
func (s standing) now() string {
	var parts []string
	if s.depends {
		parts = append(parts, "`depends_on` "+cell(s.target))
	}
	if s.network != "" {
		parts = append(parts, "the name "+cell(s.alias)+" on the network "+cell(s.network))
	}
	switch n := len(s.variables); {
	case n == 1:
		parts = append(parts, "the variable "+cell(s.variables[0]))
	case n > 1:
		parts = append(parts, fmt.Sprintf("%d variables, %s to %s", n, cell(s.variables[0]), cell(s.variables[n-1])))
	}
	if s.void {
		parts = append(parts, "it had no effect")
	}
	if len(parts) == 0 {
		return "nothing more: all was there"
	}
	return strings.Join(parts, ", ")
}

// standings compares the file before and after, link by link. v1 says that the
// file was upgraded from format v1.
func standings(res *result) (list []standing, v1 bool) {
	before, err := emit.Parse(res.name, res.before)
	if err != nil {
		return nil, false
	}
	after, err := emit.Parse(res.name, res.text)
	if err != nil {
		return nil, false
	}
	v1 = !hasServices(before.Trees()) && hasServices(after.Trees())
	was, is := definitions(before.Trees()), definitions(after.Trees())
	for _, l := range res.links {
		if l.Counts() && !l.Stays() {
			list = append(list, standingOf(l, was[l.Consumer], is))
		}
	}
	return list, v1
}

func standingOf(l *translate.Link, was []*tree.Node, is map[string][]*tree.Node) standing {
	s := standing{service: l.Consumer, link: l.Entry, target: l.Target, alias: l.Alias, void: l.Kind == translate.Void}
	s.depends = names(is[l.Consumer], "depends_on")[l.Target]
	for _, n := range is[l.Owner] {
		for _, f := range n.Get("networks").GetFields() {
			for _, it := range f.Value.Get("aliases").Elements() {
				if s.network == "" && it.Value == l.Alias {
					s.network = f.Key
				}
			}
		}
	}
	had := names(was, "environment")
	prefix := strings.ToUpper(strings.ReplaceAll(l.Alias, "-", "_")) + "_"
	for _, n := range is[l.Consumer] {
		for _, name := range namesIn(n.Get("environment")) {
			if strings.HasPrefix(name, prefix) && !had[name] {
				s.variables = append(s.variables, name)
			}
		}
	}
	return s
}

func hasServices(docs []*tree.Node) bool {
	for _, d := range docs {
		if d.Get("services") != nil {
			return true
		}
	}
	return false
}

// definitions gives the definitions of each service, also of a file of format v1.
func definitions(docs []*tree.Node) map[string][]*tree.Node {
	out := map[string][]*tree.Node{}
	nested := hasServices(docs)
	for _, d := range docs {
		if nested {
			d = d.Get("services")
		}
		for _, f := range d.GetFields() {
			out[f.Key] = append(out[f.Key], f.Value)
		}
	}
	return out
}

// names are the keys of a map, or the items of a list up to =, of any definition.
func names(defs []*tree.Node, key string) map[string]bool {
	out := map[string]bool{}
	for _, n := range defs {
		for _, name := range namesIn(n.Get(key)) {
			out[name] = true
		}
	}
	return out
}

func namesIn(n *tree.Node) []string {
	var out []string
	for _, f := range n.GetFields() {
		out = append(out, f.Key)
	}
	for _, it := range n.Elements() {
		name, _, _ := strings.Cut(it.Value, "=")
		out = append(out, name)
	}
	return out
}
