package translate

import (
	"fmt"
	"strings"

	"github.com/delink/delink/translate/tree"
)

// Upgrade is what brings a file of format v1 into the form that Compose reads:
// changes inside the services, and volumes to declare. After them every service
// goes below a services key. The links stay; they are legacy links (Compose
// 1.29.2: a v1 service without net is on the default bridge).
type Upgrade struct {
	Changes []Change
	Volumes []Volume
	Notes   []Note
	Refused *Note // why the file can't be upgraded; nil: it can

	root     *tree.Node // the services
	services map[string]bool
	drivers  map[string]string // volume → driver
	resets   map[string]string // service → the key of its base that does not count
	done     map[string]bool   // changes by kind, place and key
	file     string
	base     func(name string) (BaseFile, error)
	bases    map[string]readBase
}

// Volume is a named volume of the engine, which format v1 used without saying so.
type Volume struct {
	Name   string
	Driver string
	From   *tree.Field // the volume_driver whose comments go with the driver, or nil
}

// IsV1 reports whether documents are a file of format v1 with links: no
// services key, and a service with links at the top level.
func IsV1(docs []*tree.Node) bool {
	found := false
	for _, d := range docs {
		if d.Get("services") != nil {
			return false
		}
		for _, f := range d.GetFields() {
			runs := f.Value.Get("image") != nil || f.Value.Get("build") != nil || f.Value.Get("extends") != nil
			found = found || runs && f.Value.Get("links") != nil
		}
	}
	return found
}

// LooksV1 reports whether documents could be a file of format v1, with links or
// without, on its own, on top of another or below one: no services key, and
// nothing but mappings at the top level, one of them a service, or all with
// nothing but keys of a service.
func LooksV1(docs []*tree.Node) bool {
	found, known := false, false
	others := false // there is a key that no service of that format has
	for _, d := range docs {
		for _, f := range d.GetFields() {
			if f.Key == "services" || !f.Value.Is(tree.Map) {
				return false
			}
			found = found || f.Value.Get("image") != nil || f.Value.Get("build") != nil || f.Value.Get("extends") != nil || f.Value.Get("environment") != nil
			for _, key := range f.Value.GetFields() {
				known, others = known || v1Keys[key.Key], others || !v1Keys[key.Key]
			}
			others = others || laterTopLevel[f.Key]
		}
	}
	return found || known && !others
}

// CountV1 counts the entries of links in the text of a file of format v1, but for
// those that are to be kept.
func CountV1(docs []*tree.Node) int {
	seen := map[tree.Place]bool{}
	for _, d := range docs {
		for _, s := range d.GetFields() {
			f := s.Value.Field("links")
			switch {
			case f == nil || f.Value.Is(tree.Null) || keeps(f.Remarks):
			case !f.Value.Is(tree.List):
				seen[f.Value.At] = true
			default:
				for _, it := range f.Value.Items {
					if !keeps(it.Remarks) {
						seen[it.At] = true
					}
				}
			}
		}
	}
	return len(seen)
}

// NewUpgrade plans the upgrade of a v1 file. base reads a file that extends
// names; others are the documents of the files that it is read with.
func NewUpgrade(file string, docs []*tree.Node, base func(name string) (BaseFile, error), others ...*tree.Node) *Upgrade {
	u := &Upgrade{services: map[string]bool{}, drivers: map[string]string{}, resets: map[string]string{}, done: map[string]bool{},
		file: file, base: base, bases: map[string]readBase{}}
	var root *tree.Node
	for _, d := range docs {
		if len(d.GetFields()) == 0 {
			continue
		}
		if root != nil {
			u.refuse(d, "format v1 has one document: merge the documents first")
			return u
		}
		root = d
	}
	u.root = root
	for _, d := range append(others, root) {
		for _, f := range d.GetFields() {
			u.services[f.Key] = true
		}
	}
	u.all(root)
	return u
}

// all plans the changes of all services.
func (u *Upgrade) all(root *tree.Node) {
	for _, f := range root.Fields {
		switch {
		case f.Holder != root.ID:
			u.refuse(root, "a merge key at the top level holds services: write them out")
		case !f.Value.Is(tree.Map):
			u.refuseAt(f.At, fmt.Sprintf("%q is no service: in format v1 every key at the top level is one", f.Key))
		case !validService(f.Key):
			u.refuseAt(f.At, fmt.Sprintf("Compose no longer takes %q as a service's name: it takes letters, digits, '.', '_' and '-'", f.Key))
		default:
			u.service(f.Key, f.Value)
		}
	}
	for _, f := range root.Fields { // behind the volumes that services have themselves
		u.inheritVolumes(f.Key, f.Value)
	}
}

func validService(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-')
	})
}

// change adds a change, once for text that several services read.
func (u *Upgrade) change(list ...Change) {
	for _, c := range list {
		id := fmt.Sprint(c.Kind, c.At, c.Key, c.NewKey)
		if !u.done[id] {
			u.done[id] = true
			u.Changes = append(u.Changes, c)
		}
	}
}

func (u *Upgrade) refuse(n *tree.Node, text string) { u.refuseAt(n.At, text) }

func (u *Upgrade) refuseAt(at tree.Place, text string) {
	if u.Refused == nil {
		u.Refused = &Note{At: at, Severity: Warning, Reason: FormatV1, Text: "the file has format v1, which Compose no longer reads, and is left: " + text}
	}
}

func (u *Upgrade) note(n *tree.Node, service string, r Reason, format string, args ...any) {
	u.Notes = append(u.Notes, Note{At: n.At, Severity: Info, Service: service, Reason: r, Text: fmt.Sprintf(format, args...)})
}

// service plans the changes of one service.
func (u *Upgrade) service(name string, s *tree.Node) {
	u.net(s)
	u.build(name, s)
	u.logging(name, s)
	u.volumesFrom(s)
	u.volumes(name, s)
	u.extends(s)
	u.inherit(name, s)
	u.nulls(s)
	for _, key := range ofLaterFormats {
		if f := s.Field(key); f != nil {
			u.refuseAt(f.At, fmt.Sprintf("%s is a key of later formats, in which services stand below a services key: write that first", key))
		}
	}
}

// Prove compares the trees of a v1 file before and after its upgrade: the
// services must be the same but for the moves of keys that format v1 had
// otherwise.
func (u *Upgrade) Prove(before, after []*tree.Node) error {
	was, is := rootOf(before), rootOf(after)
	services := map[string]any{}
	for name, v := range asMap(plain(was)) {
		services[name] = u.moved(name, asMap(v))
	}
	want := map[string]any{"services": services}
	if len(u.Volumes) > 0 {
		volumes := map[string]any{}
		for _, v := range u.Volumes {
			m := map[string]any{"name": v.Name}
			if v.Driver != "" {
				m["driver"] = v.Driver
			}
			volumes[v.Name] = m
		}
		want["volumes"] = volumes
	}
	return firstDifference("", want, plain(is))
}

func rootOf(docs []*tree.Node) *tree.Node {
	for _, d := range docs {
		if len(d.GetFields()) > 0 {
			return d
		}
	}
	return &tree.Node{}
}

// moved is a v1 service as it is to be.
func (u *Upgrade) moved(name string, s map[string]any) map[string]any {
	out := map[string]any{}
	logging := map[string]any{}
	for key, v := range s {
		switch key {
		case "net":
			out["network_mode"] = u.netMode(fmt.Sprint(v))
		case "build":
			out["build"] = v
			if d := s["dockerfile"]; d != nil {
				out["build"] = map[string]any{"context": v, "dockerfile": d}
			}
		case "log_driver":
			logging["driver"] = v
		case "log_opt":
			if v != nil {
				logging["options"] = v
			}
		case "dockerfile":
			if s["build"] == nil && u.merged(u.root, name, "", 0).image == nil {
				out["build"] = map[string]any{"dockerfile": v}
			}
		case "volume_driver":
		case "volumes":
			out[key] = eachText(v, volumeText)
		case "volumes_from":
			out[key] = eachText(v, u.from)
		default:
			out[key] = v
		}
		if empty := emptyValue[key]; v == nil && empty == tree.List {
			out[key] = []any(nil)
			continue
		} else if v == nil && empty == tree.Map {
			out[key] = map[string]any{}
			continue
		}
		if v == nil && key != "links" && key != "command" && key != "entrypoint" {
			delete(out, key)
		}
	}
	if len(logging) > 0 {
		out["logging"] = logging
	}
	if key := u.resets[name]; key != "" {
		out[key] = nil
	}
	return out
}

func eachText(v any, f func(string) string) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	out := make([]any, len(list))
	for i, e := range list {
		out[i] = e
		if s, ok := e.(string); ok {
			out[i] = f(s)
		}
	}
	return out
}
