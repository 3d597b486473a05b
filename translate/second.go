package translate

import (
	"regexp"
	"strings"

	"github.com/delink/delink/translate/tree"
)

// secondNames adds to the links what Compose gave beside the alias of each:
// SERVICE_1 and PROJECT_SERVICE_1, as names and, for legacy links, as prefixes
// of variables (docker-compose 1.29.2 service.py; measured). Names and variables
// are written only where the consumer's own text refers to them.
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
				if l.Alias != name && pl.p.Service(name) == nil {
					pl.second(l, name, texts)
				}
			}
		}
	}
	pl.unread = unread
}

// second adds a second name of a link, if a text refers to it.
func (pl *planner) second(l *Link, name string, texts []string) {
	isName, isPrefix := refersTo(texts, name)
	isPrefix = isPrefix && l.Kind == Legacy
	if !isName && !isPrefix {
		return
	}
	second := *l
	second.Alias, second.list, second.item, second.second, second.mute = name, 0, -1, true, !isPrefix
	if !isName {
		second.host = l.Alias
	}
	pl.links = append(pl.links, &second)
	pl.of[l.Consumer] = append(pl.of[l.Consumer], &second)
}

// refersTo reports whether a text has the name, and whether one has a variable
// that begins with it.
func refersTo(texts []string, name string) (isName, isPrefix bool) {
	if len(texts) == 0 {
		return false, false
	}
	const before, behind = `(^|[^A-Za-z0-9_.-])`, `($|[^A-Za-z0-9_.-])`
	named := regexp.MustCompile(before + regexp.QuoteMeta(name) + behind)
	prefixed := regexp.MustCompile(before + regexp.QuoteMeta(upper(name)) + `_(PORT|ENV|NAME)`)
	for _, t := range texts {
		isName, isPrefix = isName || named.MatchString(t), isPrefix || prefixed.MatchString(t)
	}
	return isName, isPrefix
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
