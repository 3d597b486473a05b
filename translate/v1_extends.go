package translate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/delink/delink/translate/tree"
)

// BaseFile is a file that a service extends from.
type BaseFile struct {
	Docs []*tree.Node // as Compose will find it: upgraded, if it was asked for too
	Was  []*tree.Node // as it stands on disk
}

// v1Service is what of a service Compose 1.29.2 merged with its base otherwise
// than Compose does today (config.py, merge_service_dicts). There an image put
// the build of the base out of force, and a build its image; log_opt took the
// place of the base's; volume_driver was for the volumes of both.
type v1Service struct {
	image, build, dockerfile   *tree.Node // nil: it has none
	driver, options, forVolume *tree.Node
	driverField                *tree.Field // of forVolume, in format v1
	volumes                    []v1Volume
}

// v1Volume is an entry of volumes and who has it.
type v1Volume struct {
	*tree.Node
	service string
	file    string // "" for the file itself
}

// readV1 takes the keys from the mapping of a service, of format v1 or of today's.
func readV1(s *tree.Node, name, file string) v1Service {
	given := func(n *tree.Node) *tree.Node {
		if n == nil || n.Kind == tree.Null {
			return nil
		}
		return n
	}
	logging := s.Get("logging")
	out := v1Service{
		image: given(s.Get("image")), build: given(s.Get("build")), dockerfile: given(s.Get("dockerfile")),
		driver: given(s.Get("log_driver")), options: given(s.Get("log_opt")), forVolume: given(s.Get("volume_driver")),
	}
	if file == "" {
		out.driverField = s.Field("volume_driver")
	}
	if out.build.Is(tree.Map) {
		out.dockerfile = given(out.build.Get("dockerfile"))
	}
	if logging.Is(tree.Map) {
		out.driver, out.options = given(logging.Get("driver")), given(logging.Get("options"))
	}
	for _, it := range s.Get("volumes").Elements() {
		if it.Is(tree.Scalar) {
			out.volumes = append(out.volumes, v1Volume{it, name, file})
		}
	}
	return out
}

// over is s merged over its base, as Compose 1.29.2 did it.
func (s v1Service) over(base v1Service) v1Service {
	out := s
	if s.image != nil {
		out.build = nil
	} else if s.build == nil {
		out.image, out.build = base.image, base.build
	}
	first := func(a, b *tree.Node) *tree.Node {
		if a != nil {
			return a
		}
		return b
	}
	out.dockerfile = first(s.dockerfile, base.dockerfile)
	out.driver, out.options = first(s.driver, base.driver), first(s.options, base.options)
	out.forVolume = first(s.forVolume, base.forVolume)
	if s.forVolume == nil {
		out.driverField = base.driverField
	}
	out.volumes = slices.Clone(s.volumes)
	for _, v := range base.volumes {
		if !slices.ContainsFunc(s.volumes, func(o v1Volume) bool { return inside(o.Value) == inside(v.Value) }) {
			out.volumes = append(out.volumes, v)
		}
	}
	return out
}

// inside is the path in the container of an entry of volumes.
func inside(volume string) string {
	h, ok := host(volume)
	if !ok {
		return volume
	}
	rest := strings.TrimPrefix(volume[min(len(h), len(volume)):], ":")
	to, _, _ := strings.Cut(rest, ":")
	return path.Clean(to)
}

// merged is a service with all that it extends. Where extends can't be followed
// it gives what it has: the file is refused for it elsewhere.
func (u *Upgrade) merged(services *tree.Node, name, file string, depth int) v1Service {
	s := services.Get(name)
	own := readV1(s, name, file)
	if base, ok := u.baseOf(s, services, file, depth); ok {
		return own.over(base)
	}
	return own
}

// baseOf is what the service s extends, merged; false if it extends nothing.
func (u *Upgrade) baseOf(s, services *tree.Node, file string, depth int) (v1Service, bool) {
	ext := s.Get("extends")
	name, from := ext, ext.Get("file")
	if ext.Is(tree.Map) {
		name = ext.Get("service")
	}
	if !name.Is(tree.Scalar) || depth > maxExtends {
		return v1Service{}, false
	}
	if from.Is(tree.Scalar) {
		to := from.Value
		if file != "" && !path.IsAbs(to) {
			to = path.Join(path.Dir(file), to)
		}
		if file = u.fileNamed(to); file != "" {
			services = u.servicesOf(file)
		} else {
			services = u.root
		}
	}
	if services.Get(name.Value) == nil {
		return v1Service{}, false
	}
	return u.merged(services, name.Value, file, depth+1), true
}

// fileNamed is the name of a file that extends names, "" for the file itself.
func (u *Upgrade) fileNamed(name string) string {
	if path.Clean(name) == path.Base(u.file) {
		return ""
	}
	return name
}

// servicesOf are the services of another file, of whatever format.
func (u *Upgrade) servicesOf(file string) *tree.Node {
	f, err := u.read(file)
	if err != nil {
		return nil
	}
	root := rootOf(f.Was)
	if s := root.Get("services"); s != nil {
		return s
	}
	return root
}

// read reads a file that extends names, once.
func (u *Upgrade) read(file string) (BaseFile, error) {
	if u.base == nil {
		return BaseFile{}, fmt.Errorf("%s is not read", file)
	}
	b, ok := u.bases[file]
	if !ok {
		b.BaseFile, b.err = u.base(file)
		u.bases[file] = b
	}
	return b.BaseFile, b.err
}

// readBase is what came of reading a file.
type readBase struct {
	BaseFile
	err error
}

// inherit writes into a service that extends another what Compose today needs
// to be told for both to merge as they did.
func (u *Upgrade) inherit(name string, s *tree.Node) {
	base, ok := u.baseOf(s, u.root, "", 0)
	if !ok {
		return
	}
	own := readV1(s, name, "")
	switch {
	case own.image != nil && own.build != nil:
		u.refuse(own.build, fmt.Sprintf("%s has an image and a build, of which format v1 took the image where extends stands beside them: remove one", name))
	case own.image != nil && (base.build != nil || base.image == nil && base.dockerfile != nil):
		u.reset(name, s, "build")
	case own.build != nil && base.image != nil:
		u.reset(name, s, "image")
	}
	if own.options == nil && own.driver != nil && base.driver != nil && base.options != nil && own.driver.Value != base.driver.Value {
		u.refuse(own.driver, fmt.Sprintf("%s has another log_driver than the service that it extends, whose log_opt it took all the same: write log_opt into it", name))
	}
}

// heirOf is a service of the file that extends the given one, or "". Compose 2.40
// (compose-go 2.9) may forget the tags of a service that another of its file
// extends: it depends on the order of a Go map (measured).
func (u *Upgrade) heirOf(name string) string {
	for _, f := range u.root.Fields {
		ext := f.Value.Get("extends")
		base, file := ext, ext.Get("file")
		if ext.Is(tree.Map) {
			base = ext.Get("service")
		}
		if base.Is(tree.Scalar) && base.Value == name && (!file.Is(tree.Scalar) || u.fileNamed(file.Value) == "") {
			return f.Key
		}
	}
	return ""
}

// refuseHeir refuses a service that needs a tag about key and is extended.
func (u *Upgrade) refuseHeir(name string, at *tree.Node, key string) bool {
	heir := u.heirOf(name)
	if heir != "" {
		u.refuse(at, fmt.Sprintf("the %s of the service that %s extends does not count for it in format v1, and Compose today can't be told that with certainty, as %s extends %s: take extends out of %s", key, name, heir, name, name))
	}
	return heir != ""
}

// reset says in a service that what it would inherit of key does not count.
func (u *Upgrade) reset(name string, s *tree.Node, key string) {
	if u.refuseHeir(name, s.Get("extends"), key) {
		return
	}
	at, after := s.ID, ""
	for _, f := range s.Fields {
		if f.Holder == s.ID && (after == "" || f.Key == "extends") {
			after = f.Key
		}
	}
	if f := s.Field("extends"); after == "" {
		at, after = f.Holder, f.Key
	}
	u.resets[name] = key
	u.change(Change{Kind: InsertKey, At: at, Key: after, NewKey: key, Value: &tree.Node{Reset: true}})
}

// overrides tells whether the log_opt of a service must be marked to take the
// place of what it inherits: Compose today merges the two.
func (u *Upgrade) overrides(name string, s *tree.Node) bool {
	base, ok := u.baseOf(s, u.root, "", 0)
	if !ok || !base.options.Is(tree.Map) {
		return false
	}
	own := s.Get("log_opt")
	return own.Is(tree.Map) && slices.ContainsFunc(base.options.Fields, func(f tree.Field) bool { return own.Get(f.Key) == nil }) &&
		!u.refuseHeir(name, own, "log_opt")
}

// inheritVolumes declares the volumes that services get from others. extends
// brings no declarations, so that those of another file's services are wanted
// here too; and those of one service all have its driver.
func (u *Upgrade) inheritVolumes(name string, s *tree.Node) {
	base, ok := u.baseOf(s, u.root, "", 0)
	if !ok {
		return
	}
	all := readV1(s, name, "").over(base)
	at := s.Field("extends").Value
	for _, v := range all.volumes {
		if v.file == "" && v.service == name {
			continue
		}
		if named := volumeName(v.Value); named != "" {
			u.volume(at, name, named, all)
		}
	}
	u.driverless(name, all)
}

// driverless tells of volumes that no longer get the driver, as it can be told
// for declared ones only: those without a name, and those whose name a variable
// holds.
func (u *Upgrade) driverless(service string, s v1Service) {
	for _, v := range s.volumes {
		id := fmt.Sprint("driverless", v.At)
		h, named := host(v.Value)
		if named && !strings.Contains(h, "$") || s.forVolume == nil || v.file != "" || u.done[id] {
			continue
		}
		u.done[id] = true
		u.Notes = append(u.Notes, Note{At: v.At, Severity: Warning, Service: service, Reason: FormatV1,
			Text: fmt.Sprintf("the volume %s no longer has the driver %s, which only a declared volume has: give it a name, and declare it with that driver", v.Value, s.forVolume.Value)})
	}
}
