package translate

import (
	"fmt"
	"path"
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

	services map[string]bool
	drivers  map[string]string // volume → driver
	done     map[string]bool   // changes by kind, place and key
	file     string
	base     func(name string) ([]*tree.Node, error)
}

// Volume is a named volume of the engine, which format v1 used without saying so.
type Volume struct {
	Name   string
	Driver string
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
// without: no services key, and nothing but mappings at the top level, one of
// them a service.
func LooksV1(docs []*tree.Node) bool {
	found := false
	for _, d := range docs {
		for _, f := range d.GetFields() {
			if f.Key == "services" || !f.Value.Is(tree.Map) {
				return false
			}
			found = found || f.Value.Get("image") != nil || f.Value.Get("build") != nil || f.Value.Get("extends") != nil || f.Value.Get("environment") != nil
		}
	}
	return found
}

// NewUpgrade plans the upgrade of a v1 file. base reads a file that extends names.
func NewUpgrade(file string, docs []*tree.Node, base func(name string) ([]*tree.Node, error)) *Upgrade {
	u := &Upgrade{services: map[string]bool{}, drivers: map[string]string{}, done: map[string]bool{}, file: file, base: base}
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
	for _, f := range root.Fields {
		u.services[f.Key] = true
	}
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
	return u
}

func validService(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-')
	})
}

// change adds a change, once for text that several services read.
func (u *Upgrade) change(list ...Change) {
	for _, c := range list {
		id := fmt.Sprint(c.Kind, c.At, c.Key)
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
	u.logging(s)
	u.volumesFrom(s)
	u.volumes(name, s)
	u.extends(s)
	u.nulls(s)
	for _, key := range removedInV2 {
		if f := s.Field(key); f != nil {
			u.refuseAt(f.At, fmt.Sprintf("Compose no longer knows the key %q: remove it first", key))
		}
	}
}

// removedInV2 are keys of fig and format v1 that nothing stands for today.
var removedInV2 = []string{"volume_plugin"}

// net becomes network_mode (Compose 1.29.2 config.py translates the same).
func (u *Upgrade) net(s *tree.Node) {
	f := s.Field("net")
	if f == nil {
		return
	}
	if !f.Value.Is(tree.Scalar) {
		u.refuseAt(f.At, "net is no string")
		return
	}
	u.change(Change{Kind: RenameKey, At: f.Holder, Key: "net", NewKey: "network_mode"})
	if to := u.netMode(f.Value.Value); to != f.Value.Value {
		u.change(Change{Kind: SetText, At: f.Value.ID, Text: to})
	}
}

// netMode is the network_mode that a net stands for: container:NAME may name a service.
func (u *Upgrade) netMode(net string) string {
	if name, ok := strings.CutPrefix(net, "container:"); ok && u.services[name] {
		return "service:" + name
	}
	return net
}

// build takes the dockerfile that stood beside it.
func (u *Upgrade) build(name string, s *tree.Node) {
	d := s.Field("dockerfile")
	if d == nil {
		return
	}
	b := s.Field("build")
	switch {
	case !d.Value.Is(tree.Scalar) || b != nil && !b.Value.Is(tree.Scalar):
		u.refuseAt(d.At, "build and dockerfile are no strings")
	case b == nil:
		u.change(Change{Kind: RemoveKey, At: d.Holder, Key: "dockerfile"})
		u.note(d.Value, name, FormatV1, "dockerfile is removed: there is no build that it could be used by")
	case b.Holder != d.Holder:
		u.refuseAt(d.At, "build and dockerfile stand in different mappings: write them together")
	default:
		v := mapping("context", b, "dockerfile", d)
		u.change(
			Change{Kind: ReplaceKey, At: b.Holder, Key: "build", NewKey: "build", Value: v},
			Change{Kind: RemoveKey, At: d.Holder, Key: "dockerfile"})
	}
}

// mapping makes a map of two fields under new keys; one that is nil is left out.
func mapping(key1 string, field1 *tree.Field, key2 string, field2 *tree.Field) *tree.Node {
	m := &tree.Node{Kind: tree.Map}
	if field1 != nil {
		m.Fields = append(m.Fields, tree.Field{Key: key1, Value: field1.Value, Comment: field1.Comment})
	}
	if field2 != nil {
		m.Fields = append(m.Fields, tree.Field{Key: key2, Value: field2.Value, Comment: field2.Comment})
	}
	return m
}

// logging takes log_driver and log_opt.
func (u *Upgrade) logging(s *tree.Node) {
	driver, opt := s.Field("log_driver"), s.Field("log_opt")
	if driver == nil && opt == nil {
		return
	}
	options := opt
	if opt != nil && !opt.Value.Is(tree.Map) {
		options = nil
	}
	v, at := mapping("driver", driver, "options", options), driver
	if driver == nil {
		at = opt
	}
	u.change(Change{Kind: ReplaceKey, At: at.Holder, Key: at.Key, NewKey: "logging", Value: v})
	if driver != nil && opt != nil {
		u.change(Change{Kind: RemoveKey, At: opt.Holder, Key: "log_opt"})
	}
}

// volumesFrom says container: before a name that is no service's.
func (u *Upgrade) volumesFrom(s *tree.Node) {
	for _, it := range s.Get("volumes_from").Elements() {
		if to := u.from(it.Value); it.Is(tree.Scalar) && to != it.Value {
			u.change(Change{Kind: SetText, At: it.ID, Text: to})
		}
	}
}

func (u *Upgrade) from(entry string) string {
	name, _, _ := strings.Cut(entry, ":")
	if u.services[name] || name == "container" || strings.Contains(name, "$") {
		return entry
	}
	return "container:" + entry
}

// volumes gives relative host paths their ./ and collects named volumes.
func (u *Upgrade) volumes(service string, s *tree.Node) {
	driver := ""
	if f := s.Field("volume_driver"); f != nil {
		driver = f.Value.Value
		u.change(Change{Kind: RemoveKey, At: f.Holder, Key: "volume_driver"})
	}
	for _, it := range s.Get("volumes").Elements() {
		if !it.Is(tree.Scalar) {
			continue
		}
		if to := volumeText(it.Value); to != it.Value {
			u.change(Change{Kind: SetText, At: it.ID, Text: to})
		}
		if name := volumeName(it.Value); name != "" {
			u.volume(it, service, name, driver)
		}
	}
}

func (u *Upgrade) volume(at *tree.Node, service, name, driver string) {
	if have, ok := u.drivers[name]; ok {
		if have != driver {
			u.refuseAt(at.At, fmt.Sprintf("the volume %q has two drivers, %q and %q", name, have, driver))
		}
		return
	}
	u.drivers[name] = driver
	u.Volumes = append(u.Volumes, Volume{name, driver})
	u.note(at, service, NamedVolume, "the volume %s is declared under its own name, so that its data is found again; docker compose down -v now removes it", name)
}

// host splits a volume into its host side and whether it has one.
func host(volume string) (string, bool) {
	if strings.HasPrefix(volume, "${") { // ${X:-y}:/data has colons in it
		if i := strings.IndexByte(volume, '}'); i > 0 {
			return volume, strings.Contains(volume[i:], ":")
		}
	}
	h, _, ok := strings.Cut(volume, ":")
	return h, ok
}

// volumeText is a volume with the ./ that Compose wants before a relative path;
// format v1 told a path from a name by the slash alone.
func volumeText(volume string) string {
	h, ok := host(volume)
	if !ok || !strings.Contains(h, "/") || strings.ContainsRune("./~$", rune(h[0])) {
		return volume
	}
	return "./" + volume
}

// volumeName is the name of the engine's volume that an entry uses, or "".
func volumeName(volume string) string {
	h, ok := host(volume)
	if !ok || h == "" || strings.ContainsAny(h, "/$\\") || h[0] == '.' || h[0] == '~' {
		return ""
	}
	return h
}

// extends must not name a file that Compose can't read either.
func (u *Upgrade) extends(s *tree.Node) {
	f := s.Get("extends").Get("file")
	if !f.Is(tree.Scalar) || u.base == nil {
		return
	}
	if path.Clean(f.Value) == path.Base(u.file) {
		return
	}
	docs, err := u.base(f.Value)
	if err != nil {
		u.refuse(f, fmt.Sprintf("extends: %v: put that file in its place", err))
		return
	}
	for _, d := range docs {
		if d.Get("services") != nil {
			return
		}
	}
	u.refuse(f, fmt.Sprintf("it extends %s, which has format v1 too: name both files, as in delink -w %s %s", f.Value, u.file, path.Join(path.Dir(u.file), f.Value)))
}

// nulls takes out keys without a value that Compose today wants one for.
func (u *Upgrade) nulls(s *tree.Node) {
	for _, f := range s.Fields {
		if empty := emptyValue[f.Key]; f.Value.Kind == tree.Null && empty != tree.Null {
			u.change(Change{Kind: SetEmpty, At: f.Value.ID, Value: &tree.Node{Kind: empty}})
			continue
		}
		if f.Value.Kind == tree.Null && f.Key != "links" && f.Key != "command" && f.Key != "entrypoint" && !movedInV2[f.Key] {
			u.change(Change{Kind: RemoveKey, At: f.Holder, Key: f.Key})
		}
	}
}

// emptyValue is what to write for a key without a value, below which
// commented-out content may stand.
var emptyValue = map[string]tree.Kind{
	"volumes": tree.List, "ports": tree.List, "expose": tree.List, "dns": tree.List, "volumes_from": tree.List,
	"external_links": tree.List, "devices": tree.List, "cap_add": tree.List, "cap_drop": tree.List, "extra_hosts": tree.List,
	"labels": tree.Map,
}

// movedInV2 are the keys that the upgrade moves.
var movedInV2 = map[string]bool{"net": true, "dockerfile": true, "log_driver": true, "log_opt": true, "volume_driver": true}

// Prove compares the trees of a v1 file before and after its upgrade: the
// services must be the same but for the moves of keys that format v1 had
// otherwise.
func (u *Upgrade) Prove(before, after []*tree.Node) error {
	was, is := rootOf(before), rootOf(after)
	services := map[string]any{}
	for name, v := range asMap(plain(was)) {
		services[name] = u.moved(asMap(v))
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
func (u *Upgrade) moved(s map[string]any) map[string]any {
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
		case "dockerfile", "volume_driver":
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
