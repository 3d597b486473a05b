package translate

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"

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
	if err := undeclaredNow(was, is); err != nil {
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

// undeclaredNow tells of a volume or a network that a service uses and that is
// not declared, unless it was so before. The loader, asked to check that, takes
// exponential time.
func undeclaredNow(was, is Model) error {
	before := undeclared(was)
	for _, u := range undeclared(is) {
		if !slices.Contains(before, u) {
			return u.error()
		}
	}
	return nil
}

// Declared tells of a volume or a network that a service uses and that is not
// declared.
func Declared(m Model) error { return undeclaredNow(nil, m) }

// use is what a service uses of the top level.
type use struct{ service, what, name string }

func (u use) error() error {
	return &ProofError{u.service, fmt.Errorf("it uses the %s %s, which is not declared", u.what, u.name)}
}

func undeclared(m Model) []use {
	var out []use
	check := func(service, what, name string) {
		if _, ok := asMap(m[what+"s"])[name]; !ok && name != "" && !strings.Contains(name, "$") && !(what == "network" && name == defaultNetwork) {
			out = append(out, use{service, what, name})
		}
	}
	services := asMap(m["services"])
	for _, name := range keysOf(services, nil) {
		s := asMap(services[name])
		for _, v := range asList(s["volumes"]) {
			if v := asMap(v); v["type"] == "volume" {
				source, _ := v["source"].(string)
				check(name, "volume", source)
			}
		}
		for _, net := range append(keysOf(asMap(s["networks"]), nil), stringsOf(asList(s["networks"]))...) {
			check(name, "network", net)
		}
	}
	return out
}

// proveNames plays the engine's name server for both.
func (p *Plan) proveNames(before, after *Project) error {
	a, b := namesOf(before, p.Links), namesOf(after, linksOf(after))
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
