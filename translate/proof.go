package translate

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sort"
	"strings"

	"github.com/delink/delink/translate/linkenv"
	"github.com/delink/delink/translate/tree"
)

// ProofError says what a plan that was carried out got wrong.
type ProofError struct {
	Service string // whose; empty if it is of the project
	Err     error
}

func (e *ProofError) Error() string {
	if e.Service == "" {
		return e.Err.Error()
	}
	return e.Service + ": " + e.Err.Error()
}

// Unwrap gives what differs.
func (e *ProofError) Unwrap() error { return e.Err }

// Model is what compose-go makes of a file: LoadModelWithContext without
// normalization. A nil Model means that compose-go can't load the file, and
// only what this package reads itself is compared.
type Model map[string]any

// Prove compares a project before and after its plan was carried out: what the
// loader made of both, and both as this package reads them. Each service must
// reach the same service under each name, see the same variables beside those
// of its links, start in the same order, and be the same in everything else.
// The error is a *ProofError: a defect of the plan or of the text's change,
// never of the file.
//
// whole says that the loader followed extends and include. Where it did not,
// services lack what they inherit: then what the plan changes is compared as
// this package reads it, and all else as the loader does.
func (p *Plan) Prove(after *Project, was, is Model, whole bool) error {
	if err := p.prove(after, was, is, whole); err != nil {
		var e *ProofError
		if errors.As(err, &e) {
			return e
		}
		return &ProofError{Err: err}
	}
	return nil
}

func (p *Plan) prove(after *Project, was, is Model, whole bool) error {
	before := p.project
	p.partly = !whole
	if err := p.proveNames(before, after); err != nil {
		return err
	}
	if was != nil && is != nil && whole {
		return p.proveModels(was, is)
	}
	if err := firstDifference("", withoutLinked(map[string]any(was)), withoutLinked(map[string]any(is))); err != nil {
		return err
	}
	return p.proveModels(modelOf(before), modelOf(after))
}

// proveNames plays the engine's name server for both.
func (p *Plan) proveNames(before, after *Project) error {
	now := &planner{p: after, opt: Options{Env: None}, of: map[string][]*Link{}, frozen: map[string]string{}}
	now.collect()
	now.classify()
	a, b := namesOf(before, p.Links), namesOf(after, now.links)
	for _, s := range before.Services {
		if after.Service(s.Name) == nil {
			return fmt.Errorf("the service %s is gone", s.Name)
		}
		for _, name := range namesToCheck(s.Name, p.Links, a, b) {
			if why := compareName(a, b, s.Name, name); why != "" {
				return &ProofError{s.Name, errors.New(why)}
			}
		}
	}
	return nil
}

// namesToCheck lists the names whose answer may differ for a service: those of
// its links; those whose answer changed on one of its networks; and, if its
// networks changed, all that it could resolve.
func namesToCheck(service string, links []*Link, a, b *names) []string {
	set := map[string]bool{}
	for alias := range a.links[service] {
		set[alias] = true
	}
	for alias := range a.hosts[service] {
		set[alias] = true
	}
	moved := !reflect.DeepEqual(a.nets[service], b.nets[service])
	for _, net := range append(append([]string{}, a.nets[service]...), b.nets[service]...) {
		for name := range b.fresh(net, a) {
			set[name] = true
		}
		for name := range a.fresh(net, b) {
			set[name] = true
		}
		if moved {
			for name := range a.records[net] {
				set[name] = true
			}
		}
	}
	out := make([]string, 0, len(set))
	for n := range set {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// proveModels compares two models, key by key.
func (p *Plan) proveModels(was, is Model) error {
	for _, key := range keysOf(was, is) {
		switch key {
		case "services", "networks":
		default:
			a, b := was[key], is[key]
			if strings.HasPrefix(key, "x-") && p.changes(key) {
				continue // what services read from here is compared with them
			}
			if !reflect.DeepEqual(a, b) {
				return fmt.Errorf("%s is another than before", key)
			}
		}
	}
	if err := p.proveNetworks(asMap(was["networks"]), asMap(is["networks"])); err != nil {
		return err
	}
	a, b := asMap(was["services"]), asMap(is["services"])
	for _, name := range keysOf(a, b) {
		x, y := asMap(a[name]), asMap(b[name])
		if (a[name] == nil) != (b[name] == nil) || (x == nil) != (y == nil) {
			return fmt.Errorf("the service %s came or went", name)
		}
		if err := p.proveService(name, x, y, a); err != nil {
			return &ProofError{name, err}
		}
	}
	return nil
}

func (p *Plan) proveNetworks(was, is map[string]any) error {
	declared := map[string]Change{}
	for _, c := range p.Changes {
		if c.Kind == Declare {
			declared[c.Network] = c
		}
	}
	for _, key := range keysOf(was, is) {
		_, had := was[key]
		_, has := is[key]
		c, planned := declared[key]
		if planned && has && (!had || c.Replace) && len(asMap(is[key])) == 0 {
			continue
		}
		if had != has || !reflect.DeepEqual(was[key], is[key]) {
			return fmt.Errorf("the network %s is another than before", key)
		}
	}
	return nil
}

// proveService compares one service. services are all of before.
func (p *Plan) proveService(name string, was, is, services map[string]any) error {
	for _, key := range keysOf(was, is) {
		var err error
		switch key {
		case "links":
			err = p.proveLinks(name, was[key], is[key])
		case "depends_on":
			err = p.proveDepends(name, asMap(was[key]), asMap(is[key]))
		case "environment":
			err = p.proveEnvironment(name, envOf(was), envOf(is), services)
		case "networks":
			err = p.proveMembership(name, asMap(was[key]), asMap(is[key]))
		case "network_mode":
			if _, leaves := p.leaving[name]; leaves && is[key] == nil {
				continue
			}
			if w := p.want[name]; w != nil && w.bridge && was[key] == nil && is[key] == bridge {
				continue
			}
			fallthrough
		default:
			if !reflect.DeepEqual(was[key], is[key]) {
				err = fmt.Errorf("%s is another than before", key)
			}
		}
		if err != nil {
			return err
		}
	}
	if len(p.goingOf(name)) > 0 && is["depends_on"] == nil {
		return p.proveDepends(name, nil, nil)
	}
	return nil
}

// changes reports whether a change is made inside a top-level key.
func (p *Plan) changes(key string) bool {
	ids := map[tree.ID]bool{}
	var walk func(*tree.Node)
	walk = func(n *tree.Node) {
		ids[n.ID] = true
		for _, f := range n.GetFields() {
			walk(f.Value)
		}
		for _, it := range n.Elements() {
			walk(it)
		}
	}
	for _, d := range p.project.in.Docs {
		if n := d.Tree.Get(key); n != nil {
			walk(n)
		}
	}
	for _, c := range p.Changes {
		if ids[c.At] || ids[c.List] && c.List != 0 {
			return true
		}
	}
	return false
}

func (p *Plan) goingOf(name string) []*Link {
	var out []*Link
	for _, l := range p.byConsumer()[name] {
		if l.going() {
			out = append(out, l)
		}
	}
	return out
}

func (p *Plan) byConsumer() map[string][]*Link {
	if p.consumers == nil {
		p.consumers = map[string][]*Link{}
		for _, l := range p.Links {
			p.consumers[l.Consumer] = append(p.consumers[l.Consumer], l)
		}
	}
	return p.consumers
}

// proveLinks: no link is left but those that stay.
func (p *Plan) proveLinks(name string, was, is any) error {
	stays := map[string]bool{}
	for _, l := range p.byConsumer()[name] {
		if l.Stays() {
			stays[p.project.expand(l.Entry)], stays[l.Entry] = true, true
		}
	}
	left := asList(is)
	for _, e := range left {
		if s, ok := e.(string); ok && !stays[s] {
			return fmt.Errorf("the link %q is still there", s)
		}
	}
	for _, e := range asList(was) {
		if s, ok := e.(string); ok && stays[s] && !contains(stringsOf(left), s) {
			return fmt.Errorf("the link %q is gone", s)
		}
	}
	return nil
}

// proveDepends: the start order holds all that it held, and every target.
func (p *Plan) proveDepends(name string, was, is map[string]any) error {
	targets := map[string]bool{}
	for _, l := range p.goingOf(name) {
		targets[l.Target] = true
		if contains(p.project.bound(p.project.Service(name)), l.Target) {
			continue
		}
		if _, ok := is[l.Target]; !ok {
			return fmt.Errorf("it no longer starts after %s", l.Target)
		}
	}
	for _, key := range keysOf(was, is) {
		old, had := was[key]
		now, has := is[key]
		switch {
		case had && !has:
			return fmt.Errorf("it no longer starts after %s", key)
		case had && !reflect.DeepEqual(old, now):
			return fmt.Errorf("its dependency on %s is another than before", key)
		case !had && !targets[key]:
			return fmt.Errorf("it depends on %s, to which it had no link", key)
		case !had && now != nil && asMap(now)["condition"] != "service_started":
			return fmt.Errorf("it waits for %s longer than a link did", key)
		}
	}
	return nil
}

// proveMembership: the networks are those of before and what the plan adds.
func (p *Plan) proveMembership(name string, was, is map[string]any) error {
	joins := map[string]Join{}
	for _, n := range append([]string{name}, p.project.Service(name).bases()...) {
		if w := p.want[n]; w != nil {
			for _, j := range w.joins {
				j.Aliases = append(slices.Clone(joins[j.Network].Aliases), j.Aliases...)
				joins[j.Network] = j
			}
		}
	}
	for _, key := range keysOf(was, is) {
		old, had := was[key]
		now, has := is[key]
		j, joined := joins[key]
		if _, leaves := p.leaving[name]; leaves && had && !has && p.project.isBridge(key) {
			continue
		}
		if had && !has || !had && !joined {
			return fmt.Errorf("it left or joined the network %s", key)
		}
		o, n := asMap(old), asMap(now)
		if !reflect.DeepEqual(except(o, "aliases"), except(n, "aliases")) {
			return fmt.Errorf("its place on the network %s is another than before", key)
		}
		want := map[string]bool{}
		for _, a := range append(stringsOf(asList(o["aliases"])), j.Aliases...) {
			want[a] = true
		}
		got := map[string]bool{}
		for _, a := range stringsOf(asList(n["aliases"])) {
			got[a] = true
		}
		if !reflect.DeepEqual(want, got) {
			return fmt.Errorf("its aliases on the network %s are not what they should be", key)
		}
	}
	return nil
}

// proveEnvironment: its own variables are as they were, and every other one is
// what the engine gives for a link, worked out anew from the model of before.
func (p *Plan) proveEnvironment(name string, own, is, services map[string]any) error {
	for key, old := range own {
		now, has := is[key]
		if !has || (old == nil) != (now == nil) || fmt.Sprint(old) != fmt.Sprint(now) { // 1 is "1" once two layers are merged
			return fmt.Errorf("its variable %s is another than before", key)
		}
	}
	given := map[string]any{}
	for _, l := range p.byConsumer()[name] {
		if l.carries() && l.Kind != Void {
			p.engineGives(l, services, given)
		}
	}
	for key, now := range is {
		if _, had := own[key]; had {
			continue
		}
		want, ok := given[key]
		if !ok {
			return fmt.Errorf("it has the variable %s, which no link gave", key)
		}
		if want != nil && fmt.Sprint(want) != fmt.Sprint(now) {
			return fmt.Errorf("its variable %s is not what the link gave", key)
		}
	}
	for _, n := range append([]string{name}, p.project.Service(name).bases()...) {
		if w := p.want[n]; w != nil {
			for _, set := range w.settings {
				if _, has := is[set.Name]; !has {
					return fmt.Errorf("its variable %s was not written", set.Name)
				}
			}
		}
	}
	return nil
}

// engineGives adds the variables of a link; nil stands for a value that the
// model does not hold, as it comes from the shell or from another file.
func (p *Plan) engineGives(l *Link, services map[string]any, given map[string]any) {
	owner := asMap(services[l.Owner])
	env := envOf(owner)
	for _, kv := range p.project.Image(p.project.Service(l.Owner)).Env {
		name, value, _ := strings.Cut(kv, "=")
		if _, ok := env[name]; !ok {
			env = withKey(env, name, value)
		}
	}
	var list []string
	for _, k := range keysOf(env, nil) {
		list = append(list, k+"="+fmt.Sprint(env[k]))
	}
	if files, _ := p.project.fromEnvFiles(p.project.Service(l.Owner)); len(files) > 0 {
		for k := range files {
			if _, ok := env[k]; !ok {
				env = withKey(env, k, nil)
				list = append(list, k+"=")
			}
		}
	}
	container := fmt.Sprint(asMap(services[l.Consumer])["container_name"])
	if asMap(services[l.Consumer])["container_name"] == nil {
		container = p.project.expand("${COMPOSE_PROJECT_NAME}") + "-" + l.Consumer + "-1"
	}
	ports := append(modelPorts(owner), p.ports[l.Owner]...)
	own := p.project.composePorts(p.project.Service(l.Owner))
	ports = append(ports, own.unloaded...)
	if p.partly {
		ports = append(ports, own.ports...)
	}
	for _, v := range linkenv.Variables(l.Alias, l.Alias, ports, list, "/"+container+"/"+l.Alias) {
		if _, ok := given[v.Name]; ok {
			continue
		}
		given[v.Name] = v.Value
		if v.Kind == linkenv.Env && env[v.Target] == nil {
			given[v.Name] = nil
		}
	}
}

// envOf is a service's environment, which the model has as a map or as a list.
func envOf(service map[string]any) map[string]any {
	if m := asMap(service["environment"]); m != nil {
		return m
	}
	out := map[string]any{}
	for _, e := range stringsOf(asList(service["environment"])) {
		name, value, ok := strings.Cut(e, "=")
		out[name] = nil
		if ok {
			out[name] = value
		}
	}
	return out
}

func withKey(m map[string]any, key string, value any) map[string]any {
	out := maps.Clone(m)
	if out == nil {
		out = map[string]any{}
	}
	out[key] = value
	return out
}

// modelPorts reads the container side of a model's ports and expose.
func modelPorts(service map[string]any) []linkenv.Port {
	var out []linkenv.Port
	for _, key := range []string{"ports", "expose"} {
		for _, e := range asList(service[key]) {
			text, proto := fmt.Sprint(e), "tcp"
			if m := asMap(e); m != nil {
				text = fmt.Sprint(m["target"])
				if s, ok := m["protocol"].(string); ok {
					proto = s
				}
			}
			from, to, pr, err := parsePort(text, proto)
			for n := from; err == nil && n <= to; n++ {
				out = append(out, linkenv.Port{Number: n, Proto: pr})
			}
		}
	}
	return out
}

func keysOf(a, b map[string]any) []string {
	set := map[string]bool{}
	for k := range a {
		set[k] = true
	}
	for k := range b {
		set[k] = true
	}
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func asMap(v any) map[string]any {
	switch m := v.(type) {
	case map[string]any:
		return m
	case Model:
		return m
	}
	return nil
}

func asList(v any) []any {
	l, _ := v.([]any)
	return l
}

func stringsOf(list []any) []string {
	var out []string
	for _, v := range list {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// withoutLinked is a value without the keys that a plan changes.
func withoutLinked(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			switch k {
			case "links", "depends_on", "environment", "networks", "network_mode":
			default:
				out[k] = withoutLinked(e)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = withoutLinked(e)
		}
		return out
	}
	return v
}

// firstDifference names the first place at which two plain values differ.
func firstDifference(at string, want, got any) error {
	w, ok1 := want.(map[string]any)
	g, ok2 := got.(map[string]any)
	if !ok1 || !ok2 {
		if reflect.DeepEqual(want, got) {
			return nil
		}
		return fmt.Errorf("%s is another than before", strings.TrimPrefix(at, "."))
	}
	for _, key := range keysOf(w, g) {
		if err := firstDifference(at+"."+key, w[key], g[key]); err != nil {
			return err
		}
	}
	return nil
}

func except(m map[string]any, key string) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		if k != key {
			out[k] = v
		}
	}
	return out
}
