package translate

import (
	"regexp"
	"strings"

	"github.com/delink/delink/translate/tree"
)

// secondNames adds to the links what Compose gave beside the alias of each:
// SERVICE_1 and PROJECT_SERVICE_1, as names and, for legacy links, as prefixes
// of variables (docker-compose 1.29.2 service.py; measured). They are written
// only where the consumer's own text refers to them.
func (pl *planner) secondNames() {
	project := ""
	if pl.p.in.Lookup != nil {
		project, _ = pl.p.in.Lookup("COMPOSE_PROJECT_NAME")
	}
	unread := (*Link)(nil)
	for _, s := range pl.p.Services {
		var texts []string
		for _, l := range pl.of[s.Name] {
			if l.Reason != "" || l.Kind == Void {
				continue
			}
			if texts == nil {
				texts = s.texts("_1")
			}
			if l.Kind == Legacy && unread == nil {
				unread = l
			}
			for _, name := range []string{l.Target + "_1", project + "_" + l.Target + "_1"} {
				if l.Alias != name && pl.p.Service(name) == nil && refersTo(texts, name) {
					second := *l
					second.Alias, second.list, second.item, second.second = name, 0, -1, true
					pl.links = append(pl.links, &second)
					pl.of[s.Name] = append(pl.of[s.Name], &second)
				}
			}
		}
	}
	pl.unread = unread
}

// refersTo reports whether a text has the name, or a variable that begins with it.
func refersTo(texts []string, name string) bool {
	if len(texts) == 0 {
		return false
	}
	quoted := regexp.QuoteMeta(name)
	prefix := regexp.QuoteMeta(strings.ReplaceAll(strings.ToUpper(name), "-", "_"))
	re := regexp.MustCompile(`(^|[^A-Za-z0-9_.-])(` + quoted + `($|[^A-Za-z0-9_.-])|` + prefix + `_(PORT|ENV|NAME))`)
	for _, t := range texts {
		if re.MatchString(t) {
			return true
		}
	}
	return false
}

// texts are the scalars and keys of a service's own text that a program may
// read and that hold a word, but for those of its links.
func (s *Service) texts(word string) []string {
	var out []string
	var walk func(*tree.Node)
	walk = func(n *tree.Node) {
		for _, f := range n.GetFields() {
			walk(f.Value)
			if strings.Contains(f.Key, word) {
				out = append(out, f.Key)
			}
		}
		for _, it := range n.Elements() {
			walk(it)
		}
		if n.Is(tree.Scalar) && strings.Contains(n.Value, word) {
			out = append(out, n.Value)
		}
	}
	for _, l := range s.layers {
		for _, f := range l.node.GetFields() {
			switch f.Key {
			case "links", "external_links", "depends_on", "volumes_from", "container_name", "image":
			default:
				walk(f.Value)
			}
		}
	}
	return out
}
