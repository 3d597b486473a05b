package translate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/delink/delink/translate/tree"
)

// collect lists the links of every service, in the order of the file. An entry
// that several services have by a merge key, an alias or extends comes once for
// each of them.
func (pl *planner) collect() {
	for _, s := range pl.p.Services {
		for _, v := range s.values("links") {
			d := pl.holding(s, v)
			if v.Kind == tree.Null {
				continue
			}
			if v.Kind != tree.List {
				pl.add(&Link{Consumer: s.Name, At: v.At, Entry: v.Value, list: v.ID, item: -1, def: d, named: v.Node,
					Reason: BadLinks, Detail: "links is no list: write it as a list of SERVICE or SERVICE:ALIAS"})
				continue
			}
			for i, it := range v.Items {
				l := pl.parse(s, it, v, i, d)
				if keeps(v.field.Remarks) || keeps(it.Remarks) {
					l.Reason = Keep
				}
				pl.add(l)
			}
		}
	}
}

func (pl *planner) add(l *Link) {
	pl.links = append(pl.links, l)
	pl.of[l.Consumer] = append(pl.of[l.Consumer], l)
}

// keeps reports whether a comment asks to leave links alone, alone or among other
// words.
func keeps(comments []string) bool { return slices.ContainsFunc(comments, keepComment.MatchString) }

var keepComment = regexp.MustCompile(`(?:^|[^\w-])delink:[ \t]*keep(?:$|[^\w-])`)

// holding gives the definition in this file whose text has the value; nil if
// another file has it. A base of extends in this file counts.
func (pl *planner) holding(s *Service, v layered) *def {
	if v.file != "" {
		return nil
	}
	if v.def != nil {
		return v.def
	}
	for _, d := range pl.p.Service(v.owner).defs {
		if d.node.ID == v.node.ID {
			return d
		}
	}
	return nil
}

// parse reads one entry: SERVICE or SERVICE:ALIAS (compose-go normalize.go; an
// empty alias is the service's name).
func (pl *planner) parse(s *Service, it *tree.Node, list layered, i int, d *def) *Link {
	l := &Link{Consumer: s.Name, At: it.At, Entry: it.Value, list: list.ID, item: i, def: d, named: it}
	stays := func(r Reason, format string, args ...any) *Link {
		l.Reason, l.Detail = r, fmt.Sprintf(format, args...)
		return l
	}
	if it.Kind != tree.Scalar || !it.String {
		return stays(BadEntry, "the entry is no string: write SERVICE or SERVICE:ALIAS")
	}
	target, alias, explicit := cutEntry(it.Value)
	if alias == "" {
		alias = target
	}
	l.Target, l.Alias = target, alias
	switch {
	case hasControl(it.Value) || hasControl(s.Name):
		return stays(BadName, "a name has a control character in it")
	case strings.Contains(it.Value, "$"):
		return stays(VariableEntry, "what it links to depends on a variable: write the service's name")
	case strings.ContainsAny(it.Value, " \t"):
		return stays(BadEntry, "the entry has a blank in it: write one SERVICE or SERVICE:ALIAS an entry")
	case explicit && strings.Contains(alias, ":"):
		return stays(BadEntry, "the entry has more than one colon: write SERVICE:ALIAS")
	case target == "":
		return stays(BadEntry, "the entry names no service: write SERVICE or SERVICE:ALIAS")
	case target == s.Name:
		return stays(SelfLink, "a service can't link to itself: remove the entry")
	case pl.p.Service(target) == nil:
		return stays(UnknownTarget, "there is no service %q in this file%s: name one that is there, or remove the entry", target, pl.p.besides())
	}
	l.Owner = target
	return l
}

// cutEntry is strings.Cut at the colon that is not within ${…}.
func cutEntry(entry string) (target, alias string, explicit bool) {
	depth := 0
	for i := range len(entry) {
		switch c := entry[i]; {
		case c == '{' && i > 0 && entry[i-1] == '$':
			depth++
		case c == '}' && depth > 0:
			depth--
		case c == ':' && depth == 0:
			return entry[:i], entry[i+1:], true
		}
	}
	return entry, "", false
}

// besides tells of files that may hold services too and are not read.
func (p *Project) besides() string {
	if p.in.Unread == nil {
		return ""
	}
	return fmt.Sprintf(", and what it includes can't be read (%v)", p.in.Unread)
}

// classify decides what each link is and which stay whatever the others do.
func (pl *planner) classify() {
	for _, l := range pl.links {
		c, t := pl.p.Service(l.Consumer), pl.p.Service(l.Target)
		if l.Reason == VariableEntry {
			t = pl.p.Service(l.Target) // the target may be clear where the alias is not
		}
		if (l.Reason == Keep || l.Reason == VariableEntry) && t != nil && t != c {
			l.Kind, l.Owner = pl.kind(c, t)
		}
		if l.Reason != "" {
			continue
		}
		l.Kind, l.Owner = pl.kind(c, t)
		if l.Kind == Legacy {
			l.hostNames = pl.p.hostNames(pl.p.Service(l.Owner))
		}
		switch {
		case pl.opt.Shared[l.At] != "":
			l.Reason, l.Detail = SharedNode, pl.opt.Shared[l.At]
		case pl.opt.Unsafe[l.At] != "":
			l.Reason, l.Detail = UnsafeText, pl.opt.Unsafe[l.At]
		case l.def == nil:
			l.Reason, l.Detail = OtherFile, "it stands in a file that was not asked for: run delink on that file too"
		case c.unresolved != "":
			l.Reason, l.Detail = UnresolvedBase, c.unresolved+advice(c.unresolved)
		case t.unresolved != "":
			l.Reason, l.Detail = UnresolvedBase, fmt.Sprintf("%s (of %s)%s", t.unresolved, t.Name, advice(t.unresolved))
		case !t.isMapping():
			l.Reason, l.Detail = UnreadableTarget, fmt.Sprintf("the service %q is no mapping: Compose refuses it", t.Name)
		case pl.balances(c):
			l.Reason, l.Detail = ReadFromEngine, fmt.Sprintf("the image %s balances between the containers that it is linked to: keep the link, or name the services in its own configuration", c.raw("image"))
		case l.Kind != Void:
			if l.Reason, l.Detail = pl.unreadable(pl.p.Service(l.Owner)); l.Reason == "" {
				l.Reason, l.Detail = pl.unwritable(c, l.Kind)
			}
		}
	}
	pl.doubles()
	pl.cycles()
	pl.secondNames()
}

// advice says what to do about an extends that can't be followed.
func advice(why string) string {
	if strings.HasSuffix(why, "no such file") {
		return ": put that file in its place and run delink again"
	}
	return ": mend that and run delink again"
}

// doubles marks legacy links of one service that give one alias to two targets:
// the engine takes the first, docker-compose 1.29.2 sends it only the last
// (measured), so that nobody can say what the name led to.
func (pl *planner) doubles() {
	for _, links := range pl.of {
		for i, a := range links {
			for _, b := range links[i+1:] {
				if a.Kind != Legacy || b.Kind != Legacy || a.Owner == b.Owner || !strings.EqualFold(a.Alias, b.Alias) {
					continue
				}
				for _, l := range []*Link{a, b} {
					l.stuck = true
					if l.Reason == "" {
						l.Reason, l.Detail = AliasConflict, fmt.Sprintf("%q stands for %s and for %s, and which one wins depends on the version of Compose: remove one", a.Alias, a.Target, b.Target)
					}
				}
			}
		}
	}
}

func (s *Service) isMapping() bool {
	for _, d := range s.defs {
		if !d.node.Is(tree.Map) {
			return false
		}
	}
	return true
}

// unreadable tells what Compose can't read of a target.
func (pl *planner) unreadable(t *Service) (Reason, string) {
	set := pl.p.composePorts(t)
	if set.err != nil {
		return UnreadableTarget, fmt.Sprintf("%v, in line %d of %s: mend it first", set.err, set.at.Line, t.Name)
	}
	if _, err, at := pl.p.environment(t); err != nil {
		return UnreadableTarget, fmt.Sprintf("%v, in line %d of %s: mend it first", err, at.Line, t.Name)
	}
	return "", ""
}

// unwritable tells what Compose can't read of the environment that variables of a
// link are to be written into: what it sets is not known. An odd entry of a list
// is passed over: it hides none of the others.
func (pl *planner) unwritable(c *Service, kind Kind) (Reason, string) {
	if pl.opt.Env == None || pl.opt.Env == Runtime && kind != Legacy {
		return "", ""
	}
	list := !slices.ContainsFunc(c.values("environment"), func(v layered) bool { return v.Kind != tree.List })
	if _, err, at := pl.p.environment(c); err != nil && !list {
		return UnreadableTarget, fmt.Sprintf("%v, in line %d, column %d of %s itself, where the link's variables are to stand: mend it first", err, at.Line, at.Column, c.Name)
	}
	return "", ""
}

// balances reports whether the consumer runs an image that asks the engine for
// its links and balances between what they lead to.
func (pl *planner) balances(c *Service) bool {
	image := strings.TrimPrefix(pl.p.text(c, "image"), "docker.io/")
	image, _, _ = strings.Cut(image, "@")
	image, _, _ = strings.Cut(image, ":")
	return image == "dockercloud/haproxy" || image == "tutum/haproxy"
}

// kind decides what a link of c to t is, and whose network t uses.
func (pl *planner) kind(c, t *Service) (Kind, string) {
	owner := t.Name
	if pl.p.onBridge(c) {
		for range pl.p.Services { // a legacy link follows to the owner of the network (measured: v1-netcontainer)
			next := pl.p.Service(pl.p.sharesNamespace(pl.p.Service(owner)))
			if next == nil {
				break
			}
			owner = next.Name
		}
		if pl.p.onBridge(pl.p.Service(owner)) && owner != c.Name {
			return Legacy, owner
		}
		return Void, t.Name
	}
	if pl.p.mode(c) != "" || pl.p.onBridge(t) {
		return Void, t.Name
	}
	for _, a := range pl.p.memberships(c) {
		for _, b := range pl.p.memberships(t) {
			if pl.p.engineName(a.network) == pl.p.engineName(b.network) {
				return DNS, t.Name
			}
		}
	}
	return Void, t.Name
}
