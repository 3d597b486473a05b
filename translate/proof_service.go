package translate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/delink/delink/translate/linkenv"
)

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
		if s, ok := e.(string); ok && stays[s] && !slices.Contains(stringsOf(left), s) {
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
		if slices.Contains(p.project.bound(p.project.Service(name)), l.Target) {
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
	for _, v := range linkenv.Variables(l.Alias, l.address(), ports, list, "/"+container+"/"+l.Alias) {
		if _, ok := given[v.Name]; ok {
			continue
		}
		given[v.Name] = v.Value
		if v.Kind == linkenv.Env && env[v.Target] == nil {
			given[v.Name] = nil
		}
	}
}
