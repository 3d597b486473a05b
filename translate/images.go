package translate

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/delink/delink/translate/image"
	"github.com/delink/delink/translate/linkenv"
	"github.com/delink/delink/translate/tree"
)

// Image is what is known of a service's image: from the Dockerfile that it is
// built from, else from the engine if that is asked, else from the catalogue.
func (p *Project) Image(s *Service) image.Knowledge {
	if p.images == nil {
		p.images = map[string]image.Knowledge{}
	}
	if k, ok := p.images[s.Name]; ok {
		return k
	}
	p.images[s.Name] = image.Knowledge{} // what a service is built from may lead back to it
	k := p.findImage(s)
	p.images[s.Name] = k
	return k
}

func (p *Project) findImage(s *Service) image.Knowledge {
	if len(s.values("build")) > 0 {
		return p.built(s)
	}
	ref := p.text(s, "image")
	if ref == "" {
		return image.Knowledge{}
	}
	if builder := p.builder(image.Name(ref)); builder != nil {
		return p.Image(builder)
	}
	if p.in.Engine != nil {
		if k, ok := p.in.Engine(ref); ok {
			return k
		}
	}
	return image.Lookup(ref)
}

// builder is the service of the project that builds the image of a name, the
// last if there are several; nil if none does.
func (p *Project) builder(name string) *Service {
	if p.builders == nil {
		p.builders = map[string]*Service{}
		for _, s := range p.Services {
			if ref := p.text(s, "image"); ref != "" && len(s.values("build")) > 0 {
				p.builders[image.Name(ref)] = s
			}
		}
	}
	return p.builders[name]
}

// build is a service's build, its forms and layers put together.
type build struct {
	context, dockerfile, inline, target string
	args                                map[string]*string
	contexts                            map[string]string
}

// built evaluates the Dockerfile of a service.
func (p *Project) built(s *Service) image.Knowledge {
	b := p.readBuild(s)
	if b.inline == "" && remote(b.context) {
		return image.Knowledge{Note: b.context + " is remote and not fetched"}
	}
	name, text := b.path(), []byte(b.inline)
	if b.inline == "" {
		if p.in.Dockerfile == nil {
			return image.Knowledge{Note: name + " is not read"}
		}
		var err error
		if text, err = p.in.Dockerfile(name); err != nil {
			return image.Knowledge{Note: fmt.Sprintf("%s: %v", name, err)}
		}
	}
	contexts := map[string]image.Knowledge{}
	for key, value := range b.contexts {
		contexts[key] = p.contextImage(value)
	}
	k, err := image.Dockerfile(image.Build{Dockerfile: text, Name: name, Target: b.target, Args: b.args, Lookup: p.in.Lookup, Contexts: contexts})
	if err != nil {
		return image.Knowledge{Note: err.Error()}
	}
	return k
}

func remote(context string) bool {
	return strings.Contains(context, "://") || strings.HasPrefix(context, "git@") || strings.HasPrefix(context, "github.com/")
}

// path is where the Dockerfile stands.
func (b build) path() string {
	if path.IsAbs(b.dockerfile) {
		return b.dockerfile
	}
	return path.Join(b.context, b.dockerfile)
}

// contextImage is what is known of an additional context; of a folder, nothing.
func (p *Project) contextImage(value string) image.Knowledge {
	if ref, ok := strings.CutPrefix(value, "docker-image://"); ok {
		return image.Lookup(ref)
	}
	if name, ok := strings.CutPrefix(value, "service:"); ok && p.Service(name) != nil {
		return p.Image(p.Service(name))
	}
	return image.Knowledge{}
}

func (p *Project) readBuild(s *Service) build {
	b := build{context: ".", dockerfile: "Dockerfile", args: map[string]*string{}, contexts: map[string]string{}}
	for _, v := range s.values("build") {
		at := p.folderOf(v.layer)
		if v.Kind == tree.Scalar {
			b.context = inFolder(at, p.expand(v.Value))
			continue
		}
		for key, to := range map[string]*string{"dockerfile": &b.dockerfile, "dockerfile_inline": &b.inline, "target": &b.target} {
			if n := v.Get(key); n.Is(tree.Scalar) {
				*to = p.expand(n.Value)
			}
		}
		if n := v.Get("context"); n.Is(tree.Scalar) {
			b.context = inFolder(at, p.expand(n.Value))
		}
		for name, value := range p.pairs(v.Get("args")) {
			b.args[name] = value
		}
		for name, value := range p.pairs(v.Get("additional_contexts")) {
			if value != nil {
				b.contexts[name] = *value
			}
		}
	}
	return b
}

// folderOf is where relative paths of a layer start: beside the file that
// extends named, else where those of its document do. "" is the project's folder.
func (p *Project) folderOf(l layer) string {
	if l.file == "" {
		return ""
	}
	for _, d := range p.in.Docs {
		if d.File == l.file {
			return d.Dir
		}
	}
	return path.Dir(l.file)
}

func inFolder(folder, name string) string {
	if folder == "" || path.IsAbs(name) || strings.Contains(name, "://") {
		return name
	}
	return path.Join(folder, name)
}

// pairs reads a map, or a list of NAME=VALUE; a name alone has no value.
func (p *Project) pairs(n *tree.Node) map[string]*string {
	out := map[string]*string{}
	for _, f := range n.GetFields() {
		out[f.Key] = nil
		if f.Value.Is(tree.Scalar) {
			v := p.expand(f.Value.Value)
			out[f.Key] = &v
		}
	}
	for _, it := range n.Elements() {
		name, value, ok := strings.Cut(p.expand(it.Value), "=")
		out[name] = nil
		if ok {
			out[name] = &value
		}
	}
	return out
}

// imagePorts are the ports of the target's image, with what has to be told.
func (pl *planner) imagePorts(l *Link, owner *Service, own []linkenv.Port) []linkenv.Port {
	k := pl.p.Image(owner)
	pl.ports[owner.Name] = k.Ports
	if pl.asked[owner.Name] {
		return k.Ports
	}
	pl.asked[owner.Name] = true
	switch {
	case !k.Known:
		sev := Info
		if len(own) == 0 {
			sev = Warning
		}
		pl.note(l, sev, PortsUnknown, "the ports of the image of %s are not known%s: name them with --port %s%s", owner.Name, because(k.Note), portExample(owner.Name, k.Likely), pl.mentioned(l))
	case !k.Complete:
		pl.note(l, Info, PortsUnknown, "the image of %s may expose more ports than are known%s: name them with --port %s", owner.Name, because(k.Note), portExample(owner.Name, k.Likely))
	case k.TagDependent:
		pl.note(l, Info, TagDependent, "%s: the tag of the image decides, and it names no version; today's are written", k.Note)
	}
	return k.Ports
}

func because(note string) string {
	if note == "" || strings.HasPrefix(note, "the ports of ") {
		return ""
	}
	return " (" + note + ")"
}

// portExample is what to type: with the port that the image's name suggests.
func portExample(service string, likely []linkenv.Port) string {
	if len(likely) == 0 {
		return service + "=PORT"
	}
	s := fmt.Sprintf("%s=%d", service, likely[0].Number)
	if likely[0].Proto != "tcp" {
		s += "/" + likely[0].Proto
	}
	return s
}

// mentioned names the ports that the consumer's own text speaks of: the best
// evidence there is.
func (pl *planner) mentioned(l *Link) string {
	re := regexp.MustCompile(`\b` + regexp.QuoteMeta(linkenv.Prefix(l.Alias)) + `_PORT_([0-9]+)_(TCP|UDP|SCTP)`)
	var found []string
	c := pl.p.Service(l.Consumer)
	for _, t := range c.texts("_PORT_") {
		for _, m := range re.FindAllStringSubmatch(t, -1) {
			if p := m[1] + "/" + strings.ToLower(m[2]); !slices.Contains(found, p) {
				found = append(found, p)
			}
		}
	}
	if len(found) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s itself speaks of %s)", c.Name, strings.Join(found, ", "))
}

// Built reports whether the service is built, and where its Dockerfile stands:
// empty if that is in the Compose file, or remote.
func (p *Project) Built(s *Service) (dockerfile string, built bool) {
	if len(s.values("build")) == 0 {
		return "", false
	}
	b := p.readBuild(s)
	if b.inline != "" || remote(b.context) {
		return "", true
	}
	return b.path(), true
}

// SaysPorts reports whether the Compose file itself names ports of the service.
func (p *Project) SaysPorts(s *Service) bool { return len(p.composePorts(s).ports) > 0 }

// Ref is the service's image, interpolated; "" if it names none.
func (p *Project) Ref(s *Service) string { return p.text(s, "image") }
