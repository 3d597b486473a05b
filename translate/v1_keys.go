package translate

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/delink/delink/translate/tree"
)

// ofLaterFormats are keys that format v1 did not know and that say where a
// service is. What a file with both meant is not known.
var ofLaterFormats = []string{"networks", "network_mode"}

// v1Keys are the keys of a service of format v1 (Compose 1.29.2,
// config_schema_v1.json).
var v1Keys = setOf(`build cap_add cap_drop cgroup_parent command container_name cpu_shares cpu_quota cpuset devices
	dns dns_search dockerfile domainname entrypoint env_file environment expose extends extra_hosts external_links
	hostname image ipc labels links log_driver log_opt mac_address mem_limit memswap_limit mem_swappiness net pid
	ports privileged read_only restart security_opt shm_size stdin_open stop_signal tty ulimits user volumes
	volume_driver volumes_from working_dir`)

// laterTopLevel are the mappings that later formats have beside services.
var laterTopLevel = setOf("networks volumes secrets configs models")

func setOf(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

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

// build takes the dockerfile that stood beside it. Without a build here it is
// for that of a service that this one extends, or of one that extends this one.
func (u *Upgrade) build(name string, s *tree.Node) {
	d := s.Field("dockerfile")
	if d == nil {
		return
	}
	b := s.Field("build")
	switch {
	case !d.Value.Is(tree.Scalar) || b != nil && !b.Value.Is(tree.Scalar):
		u.refuseAt(d.At, "build and dockerfile are no strings")
	case b == nil && u.merged(u.root, name, "", 0).image != nil:
		u.change(Change{Kind: RemoveKey, At: d.Holder, Key: "dockerfile"})
		u.note(d.Value, name, FormatV1, "dockerfile is removed: there is no build that it could be used by")
	case b == nil:
		u.change(Change{Kind: ReplaceKey, At: d.Holder, Key: "dockerfile", NewKey: "build", Value: mapping("context", nil, "dockerfile", d)})
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
func (u *Upgrade) logging(name string, s *tree.Node) {
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
	if options != nil && u.overrides(name, s) {
		marked := *options.Value
		marked.Override = true
		v.Fields[len(v.Fields)-1].Value = &marked
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
	if f := s.Field("volume_driver"); f != nil {
		u.change(Change{Kind: RemoveKey, At: f.Holder, Key: "volume_driver"})
	}
	all := u.merged(u.root, service, "", 0)
	for _, it := range s.Get("volumes").Elements() {
		if !it.Is(tree.Scalar) {
			continue
		}
		if to := volumeText(it.Value); to != it.Value {
			u.change(Change{Kind: SetText, At: it.ID, Text: to})
		}
		if name := volumeName(it.Value); name != "" {
			u.volume(it, service, name, all)
		}
	}
	u.driverless(service, all)
}

// volume declares a volume, with the driver of the service that uses it.
func (u *Upgrade) volume(at *tree.Node, service, name string, by v1Service) {
	driver := ""
	if by.forVolume != nil {
		driver = by.forVolume.Value
	}
	if have, ok := u.drivers[name]; ok {
		if have != driver {
			u.refuseAt(at.At, fmt.Sprintf("the volume %q has two drivers, %q and %q", name, have, driver))
		}
		return
	}
	u.drivers[name] = driver
	u.Volumes = append(u.Volumes, Volume{name, driver, by.driverField})
	u.note(at, service, NamedVolume, "the volume %s is declared under its own name, so that its data is found again; docker compose down -v now removes it", name)
}

// host splits a volume into its host side and whether it has one.
func host(volume string) (string, bool) {
	if strings.HasPrefix(volume, "${") { // ${X:-y}:/data has colons in it
		if i := strings.IndexByte(volume, '}'); i > 0 {
			return volume, strings.Contains(volume[i:], ":")
		}
	}
	if windows.MatchString(volume) {
		h, _, ok := strings.Cut(volume[2:], ":")
		return volume[:2+len(h)], ok
	}
	h, _, ok := strings.Cut(volume, ":")
	return h, ok
}

// windows is a path of Windows with its drive.
var windows = regexp.MustCompile(`^[A-Za-z]:[\\/]`)

// volumeText is a volume with the ./ that Compose wants before a relative path;
// format v1 told a path from a name by the slash alone.
func volumeText(volume string) string {
	h, ok := host(volume)
	if !ok || windows.MatchString(h) || !strings.Contains(h, "/") || strings.ContainsRune("./~$", rune(h[0])) {
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
	if !f.Is(tree.Scalar) || u.base == nil || u.fileNamed(f.Value) == "" {
		return
	}
	b, err := u.read(f.Value)
	if err != nil {
		u.refuse(f, fmt.Sprintf("extends: %v: put that file in its place", err))
		return
	}
	for _, d := range b.Docs {
		if d.Get("services") != nil {
			return
		}
	}
	u.refuse(f, fmt.Sprintf("it extends %s, which has format v1 too: name both files, as in delink -w %s %s, or a folder that holds both", f.Value, u.file, path.Join(path.Dir(u.file), f.Value)))
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
