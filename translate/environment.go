package translate

import (
	"fmt"
	"path"
	"regexp"
	"sort"
	"strings"

	"github.com/delink/delink/translate/linkenv"
	"github.com/delink/delink/translate/tree"
)

// envVar is one variable that a service's environment sets.
type envVar struct {
	name  string
	value string // as written, $ and ${…} included
	token string // the source text of a map's value, for another map
	bare  bool   // a name without a value: the shell's goes through
	file  string // the file that holds it
	env   string // the env_file that it comes from, if any
	image bool   // the image sets it
	at    tree.Place
}

// environment lists what a service's environment key sets, a later layer
// winning at the place of the first. err is about an entry that Compose can't read.
func (p *Project) environment(s *Service) (vars []envVar, err error, at tree.Place) {
	index := map[string]int{}
	put := func(v envVar) {
		if i, ok := index[v.name]; ok {
			vars[i] = v
			return
		}
		index[v.name] = len(vars)
		vars = append(vars, v)
	}
	for _, v := range s.values("environment") {
		switch v.Kind {
		case tree.Map:
			for _, f := range v.Fields {
				if f.Value.Kind == tree.Map || f.Value.Kind == tree.List {
					return vars, fmt.Errorf("the value of %s in environment is no scalar", f.Key), f.Value.At
				}
				put(envVar{name: f.Key, value: f.Value.Value, token: f.Value.Token, bare: f.Value.Kind == tree.Null, file: v.name, at: f.At})
			}
		case tree.List:
			for _, it := range v.Items {
				if it.Kind != tree.Scalar || !it.String {
					err, at = fmt.Errorf("an entry of environment is no string"), it.At
				}
				name, value, ok := strings.Cut(it.Value, "=")
				put(envVar{name: p.expand(name), value: value, bare: !ok, file: v.name, at: it.At})
			}
		case tree.Scalar:
			return vars, fmt.Errorf("environment is no map and no list"), v.At
		}
	}
	return vars, err, at
}

// envFiles lists the names of a service's env_file entries.
func (p *Project) envFiles(s *Service) []string {
	var out []string
	for _, v := range s.values("env_file") {
		items := v.Items
		if v.Kind == tree.Scalar || v.Kind == tree.Map {
			items = []*tree.Node{v.Node}
		}
		for _, it := range items {
			if it.Kind == tree.Map {
				it = it.Get("path")
			}
			if it.Is(tree.Scalar) {
				out = append(out, inFolder(p.folderOf(v.layer), p.expand(it.Value)))
			}
		}
	}
	return out
}

// fromEnvFiles gives the variables of a service's env_files, later files
// winning, and the names of the files that can't be read.
func (p *Project) fromEnvFiles(s *Service) (vars map[string]envVar, unreadable []string) {
	vars = map[string]envVar{}
	for _, name := range p.envFiles(s) {
		if p.in.EnvFile == nil {
			unreadable = append(unreadable, name)
			continue
		}
		m, err := p.in.EnvFile(name)
		if err != nil {
			unreadable = append(unreadable, name)
			continue
		}
		for k, v := range m {
			vars[k] = envVar{name: k, value: v, env: name}
		}
	}
	return vars, unreadable
}

// ownSettings is what a consumer sets by itself. Such a name is never written:
// the engine puts the container's own variables over those of links.
type ownSettings struct {
	names      map[string]bool
	unreadable []string // env_files that may set anything
}

func (p *Project) ownSettings(s *Service) ownSettings {
	own := ownSettings{names: map[string]bool{}}
	vars, _, _ := p.environment(s)
	for _, v := range vars {
		own.names[v.name] = true
	}
	files, unreadable := p.fromEnvFiles(s)
	for name := range files {
		own.names[name] = true
	}
	for _, kv := range p.Image(s).Env {
		name, _, _ := strings.Cut(kv, "=")
		own.names[name] = true
	}
	own.unreadable = unreadable
	return own
}

// Setting is one variable to write.
type Setting struct {
	Name  string
	Value string // the text of a list's entry behind the =
	Token string // source text to write as a map's value; empty: write Value, quoted as needed
	link  *Link  // the link that gave it
}

// String is the entry of a list.
func (s Setting) String() string { return s.Name + "=" + s.Value }

// linkVariables are the variables that one link is replaced by, before the
// consumer's own ones are taken out, and what has to be told of them.
func (pl *planner) linkVariables(l *Link) []Setting {
	mode := pl.opt.Env
	whole := mode == All || l.Kind == Legacy
	if mode == None || l.Kind == Void || mode == Runtime && l.Kind == DNS {
		return nil
	}
	owner := pl.p.Service(l.Owner)
	if !whole {
		owner = pl.view(l).Service(l.Owner)
	}
	ports := pl.targetPorts(l, owner, whole)
	env, sources := pl.targetEnvironment(owner, whole)
	name := "/" + pl.containerName(pl.p.Service(l.Consumer)) + "/" + l.Alias
	var out []Setting
	var secrets []string
	for _, v := range linkenv.Variables(l.Alias, l.address(), ports, env, name) {
		if !whole && (v.Kind == linkenv.DefaultPort || v.Kind == linkenv.Name) {
			pl.leftOut(l, v.Name)
			continue
		}
		set := Setting{Name: v.Name, Value: v.Value}
		if v.Kind == linkenv.Env {
			src := sources[v.Target]
			if !whole && (linkenv.Secret(v.Target) || refersToSecret(src)) {
				pl.leftOut(l, v.Name)
				continue
			}
			var why string
			if set, why = pl.copied(v.Name, src, pl.p.in.Docs[l.def.doc].File); why != "" {
				pl.notCopied(l, v.Name, why)
				continue
			}
			if linkenv.Secret(v.Target) && !isReference(set.Value) {
				secrets = append(secrets, v.Name)
			}
		}
		out = append(out, set)
	}
	if len(secrets) > 0 {
		pl.secrets[l] = secrets
	}
	if how, differs := linkenv.Differs(l.Alias, ports); whole && differs {
		pl.note(l, Info, EngineChange, "engines up to 27 gave other variables for these ports: %s", how)
	}
	return out
}

// address is the name that leads to a link's target.
func (l *Link) address() string {
	if l.host != "" {
		return l.host
	}
	return l.Alias
}

// isReference reports whether a value holds nothing itself: it is a reference
// to a variable, without a default.
func isReference(s string) bool {
	if name, ok := strings.CutPrefix(s, "${"); ok && strings.HasSuffix(name, "}") {
		name = name[:len(name)-1]
		name, _, _ = strings.Cut(name, ":?")
		name, _, _ = strings.Cut(name, "?")
		name = strings.TrimSuffix(strings.TrimSuffix(name, "-"), ":")
		return isName(name)
	}
	name, ok := strings.CutPrefix(s, "$")
	return ok && isName(name)
}

// reference finds the names in $NAME and ${NAME…}.
var reference = regexp.MustCompile(`\$\{?([A-Za-z_][A-Za-z0-9_]*)`)

// refersToSecret reports whether a value has a reference to a variable whose
// name looks secret: on a network of the project Docker never handed it on.
func refersToSecret(v envVar) bool {
	for _, m := range reference.FindAllStringSubmatch(strings.ReplaceAll(v.value, "$$", ""), -1) {
		if linkenv.Secret(m[1]) {
			return true
		}
	}
	return false
}

func isName(s string) bool {
	for i, c := range s {
		if c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// copied gives the text of a target's variable for its consumer, whose text is
// in file, or why it is not copied: no secret may move into a file that did not hold it.
func (pl *planner) copied(name string, v envVar, file string) (Setting, string) {
	switch {
	case v.image && linkenv.Secret(v.name):
		return Setting{}, "its value stands in the image"
	case v.image:
		return Setting{Name: name, Value: v.value}, ""
	case v.env != "" && path.Clean(v.env) == path.Clean(pl.p.in.DotEnv) && isName(v.name):
		return Setting{Name: name, Value: "${" + v.name + "}"}, ""
	case v.env != "":
		return Setting{}, "its value stands in " + v.env
	case v.bare && !isName(v.name):
		return Setting{}, "its value comes from the shell"
	case v.bare:
		return Setting{Name: name, Value: "${" + v.name + "-}"}, ""
	case v.file != file && !isReference(v.value):
		return Setting{}, "its value stands in " + v.file
	}
	return Setting{Name: name, Value: v.value, Token: v.token}, ""
}

// targetEnvironment lists the target's variables as the engine would see them
// (env_file < environment), as NAME=VALUE for linkenv, and their sources.
func (pl *planner) targetEnvironment(s *Service, whole bool) ([]string, map[string]envVar) {
	vars, _, _ := pl.p.environment(s)
	sources := map[string]envVar{}
	var env []string
	for _, v := range vars {
		sources[v.name] = v
		env = append(env, v.name+"="+v.value)
	}
	if !whole {
		return env, sources
	}
	files, _ := pl.p.fromEnvFiles(s)
	var names []string
	for name := range files {
		if _, ok := sources[name]; !ok {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		sources[name] = files[name]
		env = append(env, name+"="+files[name].value)
	}
	for _, kv := range pl.p.Image(s).Env { // the image's stand behind (moby daemon/commit.go merge)
		name, value, _ := strings.Cut(kv, "=")
		if _, ok := sources[name]; !ok {
			sources[name] = envVar{name: name, value: strings.ReplaceAll(value, "$", "$$"), image: true}
			env = append(env, kv)
		}
	}
	return env, sources
}

// targetPorts joins what Compose says of the target's ports with what is known
// of its image (moby: the container's exposed ports are the union).
func (pl *planner) targetPorts(l *Link, owner *Service, whole bool) []linkenv.Port {
	set := pl.p.composePorts(owner)
	for _, u := range set.unset {
		pl.note(l, Info, PortUnset, "the port %q of %s depends on %s, which is not set: no variables are written for it", u.text, owner.Name, u.what)
	}
	for _, u := range set.long {
		pl.note(l, Info, PortRange, "the range %q of %s has %s ports: no variables are written for it", u.text, owner.Name, u.what)
	}
	ports := set.ports
	if given, ok := pl.opt.Ports[owner.Name]; ok {
		pl.ports[owner.Name] = given
		return append(ports, given...)
	}
	if whole {
		return append(ports, pl.imagePorts(l, owner, ports)...)
	}
	return ports
}

// containerName is the name of the service's first container. COMPOSE_PROJECT_NAME
// is set by Compose for interpolation (compose-go; measured: spec-interp).
func (pl *planner) containerName(s *Service) string {
	if n := s.last("container_name"); n.Is(tree.Scalar) && n.Value != "" {
		return n.Value
	}
	return "${COMPOSE_PROJECT_NAME}-" + s.Name + "-1"
}
