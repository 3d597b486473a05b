package main

import (
	"flag"
	"fmt"
	"io"
	"math/rand"
	"slices"
	"sort"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/translate"
)

var projects = flag.Int("projects", 2000, "how many random projects TestRandomProjects makes")

// TestRandomProjects makes small projects with links, names and networks at
// random: every name that led to a service must lead to the same one after
// delink, by a model of the name server that shares nothing with delink's; a
// link that stays is one whose alias would do harm; and a second run changes
// nothing.
func TestRandomProjects(t *testing.T) {
	kept, gone := 0, 0
	for seed := range *projects {
		rng := rand.New(rand.NewSource(int64(seed)))
		src := randomProject(rng)
		o, err := parseFlags([]string{[]string{"--env=auto", "--env=all", "--minimal", "--network=back", "--network=new"}[rng.Intn(5)]}, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		run := withoutLoader
		if seed%20 == 0 { // compose-go takes twenty times as long as all the rest
			run = translateFile
		}
		res, err := run(o, "compose.yml", ".", []byte(src))
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, src)
		}
		checkNames(t, seed, src, string(res.text))
		again, err := run(o, "compose.yml", ".", res.text)
		if err != nil || again.changed() {
			t.Fatalf("seed %d: a second run changes the file: %v\n%s\n%s", seed, err, res.text, again.text)
		}
		for _, l := range res.left {
			if l.Reason == "unsafe-text" {
				t.Errorf("seed %d: %s: link %q: %s\n%s", seed, l.Consumer, l.Entry, l.Detail, src)
			}
			if l.Reason == "alias-conflict" && o.plan.Network == "" && !harmful(src, l.Alias, l.Owner) && !crowded(src) {
				t.Errorf("seed %d: %s: link %q stays without need: %s\n%s", seed, l.Consumer, l.Entry, l.Detail, src)
			}
		}
		kept += len(res.left)
		gone += res.found - len(res.left)
		if t.Failed() {
			break
		}
	}
	t.Logf("%d projects: %d links removed, %d left", *projects, gone, kept)
	if gone == 0 || kept == 0 {
		t.Error("the projects show nothing")
	}
}

// withoutLoader is translateFile whose proof is without compose-go's models.
func withoutLoader(o *options, name, dir string, src []byte) (*result, error) {
	doc, err := emit.Parse(name, src)
	if err != nil {
		return nil, err
	}
	env := newEnvironment(o, dir)
	if err := env.load(); err != nil {
		return nil, err
	}
	plan, after, err := rewrite(o, translate.Read(env.input(emit.Files{doc})), emit.Files{doc}, newKept())
	if err != nil {
		return nil, err
	}
	again, err := emit.Parse(name, after[0].Bytes())
	if err != nil {
		return nil, err
	}
	res := &result{name: name, before: src, text: after[0].Bytes(), links: plan.Links, left: plan.Left(), found: len(plan.Links)}
	return res, plan.Prove(translate.Read(env.input(emit.Files{again})), nil, nil, false)
}

// randomProject has acyclic links: a service links to later ones only.
func randomProject(rng *rand.Rand) string {
	var b strings.Builder
	b.WriteString("services:\n")
	n, bridged := 3+rng.Intn(6), rng.Intn(4) == 0
	pool := []string{"db", "cache", "x", "pg", "main", "Main"}
	for i := range n {
		fmt.Fprintf(&b, "  s%d:\n    image: i\n", i)
		mode := rng.Intn(10)
		switch {
		case mode < 2:
			b.WriteString("    network_mode: bridge\n")
		case mode == 2:
			b.WriteString("    network_mode: host\n")
		case mode < 6:
			nets := []string{"default", "back", "front", "zz"}
			if bridged { // no one puts a service on the default bridge and others
				nets = nets[1:]
			}
			rng.Shuffle(len(nets), func(i, j int) { nets[i], nets[j] = nets[j], nets[i] })
			fmt.Fprintf(&b, "    networks:\n")
			for _, net := range nets[:1+rng.Intn(2)] {
				fmt.Fprintf(&b, "      %s:\n", net)
				if rng.Intn(4) == 0 {
					fmt.Fprintf(&b, "        aliases: [%s]\n", pool[rng.Intn(len(pool))])
				}
			}
		}
		if rng.Intn(4) == 0 {
			fmt.Fprintf(&b, "    container_name: %s%d\n", pool[rng.Intn(len(pool))], i%2)
		}
		if rng.Intn(8) == 0 {
			fmt.Fprintf(&b, "    hostname: %s\n", pool[rng.Intn(len(pool))])
		}
		if rng.Intn(2) == 0 {
			b.WriteString("    expose: [80]\n")
		}
		randomLinks(rng, &b, i, n, pool)
	}
	b.WriteString("networks:\n  back:\n  front:\n    name: aaa\n  zz:\n    internal: true\n")
	if bridged {
		b.WriteString("  default:\n    name: bridge\n    external: true\n")
	}
	return b.String()
}

func randomLinks(rng *rand.Rand, b *strings.Builder, i, n int, pool []string) {
	if i == n-1 || rng.Intn(3) == 0 {
		return
	}
	seen := map[string]bool{}
	var items []string
	for range 1 + rng.Intn(3) {
		item := fmt.Sprintf("s%d", i+1+rng.Intn(n-i-1))
		switch rng.Intn(4) {
		case 0, 1:
			item += ":" + pool[rng.Intn(len(pool))]
		case 2:
			item += fmt.Sprintf(":s%d", rng.Intn(n))
		}
		if !seen[item] {
			seen[item] = true
			items = append(items, item)
		}
	}
	fmt.Fprintf(b, "    links:\n")
	for _, item := range items {
		fmt.Fprintf(b, "    - %s\n", item)
	}
	if rng.Intn(3) == 0 {
		b.WriteString("    depends_on:\n    - " + strings.SplitN(items[0], ":", 2)[0] + "\n")
	}
}

// server is a plain reading of a Compose file and of how the engine resolves
// names in it: link aliases first, the last of one alias wins; then the
// networks by their engine name, internal ones last.
type server struct {
	services map[string]map[string]any
	networks map[string]any
}

func readServer(src string) server {
	var f struct {
		Services map[string]map[string]any
		Networks map[string]any
	}
	if err := yaml.Unmarshal([]byte(src), &f); err != nil {
		panic(err)
	}
	return server{f.Services, f.Networks}
}

func (s server) engineName(key string) string {
	if m, ok := s.networks[key].(map[string]any); ok && m["name"] != nil {
		return m["name"].(string)
	}
	return "proj_" + key
}

// bridged reports whether a service is on the engine's default bridge.
func (s server) bridged(name string) bool {
	mode := s.services[name]["network_mode"]
	if mode != nil || s.engineName("default") != "bridge" {
		return mode == "bridge"
	}
	switch nets := s.services[name]["networks"].(type) {
	case map[string]any:
		_, on := nets["default"]
		return on && len(nets) == 1
	case []any:
		return len(nets) == 1 && nets[0] == "default"
	}
	return true
}

// on gives the networks of a service, in the order they are asked, with the names there.
func (s server) on(name string) (order []string, names map[string][]string) {
	svc := s.services[name]
	names = map[string][]string{}
	if svc["network_mode"] != nil || s.bridged(name) {
		return nil, names
	}
	nets := map[string]any{"default": nil}
	switch v := svc["networks"].(type) {
	case map[string]any:
		nets = v
	case []any:
		nets = map[string]any{}
		for _, k := range v {
			nets[k.(string)] = nil
		}
	}
	own := s.own(name)
	internal := map[string]bool{}
	for key, v := range nets {
		net := s.engineName(key)
		order = append(order, net)
		names[net] = append(names[net], own...)
		if m, ok := v.(map[string]any); ok {
			list, _ := m["aliases"].([]any)
			for _, a := range list {
				names[net] = append(names[net], a.(string))
			}
		}
		if m, ok := s.networks[key].(map[string]any); ok && m["internal"] == true {
			internal[net] = true
		}
	}
	sort.Slice(order, func(i, j int) bool {
		if internal[order[i]] != internal[order[j]] {
			return internal[order[j]]
		}
		return order[i] < order[j]
	})
	return order, names
}

func (s server) links(name string) (out [][2]string) {
	list, _ := s.services[name]["links"].([]any)
	for _, e := range list {
		target, alias, ok := strings.Cut(e.(string), ":")
		if !ok {
			alias = target
		}
		out = append(out, [2]string{alias, target})
	}
	return out
}

// resolve gives what a name leads a service to.
func (s server) resolve(name, what string) []string {
	links := s.links(name)
	if s.bridged(name) {
		for _, l := range links { // the first line of the hosts file wins
			names := append([]string{l[0]}, s.host(l[1])...)
			if s.bridged(l[1]) && slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, what) }) {
				return []string{l[1]}
			}
		}
		return nil
	}
	order, _ := s.on(name)
	linked := ""
	for _, l := range links {
		if l[0] == what {
			linked = l[1]
		}
	}
	if linked != "" { // a link whose target shares no network leads nowhere
		if s.reaches(name, linked) {
			return []string{linked}
		}
		return nil
	}
	for _, net := range order {
		if found := s.answering(net, what); len(found) > 0 {
			return found
		}
	}
	return nil
}

func (s server) reaches(a, b string) bool {
	x, _ := s.on(a)
	y, _ := s.on(b)
	return slices.ContainsFunc(x, func(n string) bool { return slices.Contains(y, n) })
}

func (s server) answering(net, what string) (found []string) {
	for other := range s.services {
		_, names := s.on(other)
		if slices.ContainsFunc(names[net], func(n string) bool { return strings.EqualFold(n, what) }) {
			found = append(found, other)
		}
	}
	sort.Strings(found)
	return found
}

func checkNames(t *testing.T, seed int, before, after string) {
	t.Helper()
	a, b := readServer(before), readServer(after)
	var all []string
	for name := range a.services {
		all = append(all, a.own(name)...)
		_, names := a.on(name)
		for _, n := range names {
			all = append(all, n...)
		}
		for _, l := range a.links(name) {
			all = append(all, l[0])
		}
	}
	for name := range a.services {
		for _, what := range all {
			if slices.ContainsFunc(a.links(name), func(l [2]string) bool { return l[0] != what && strings.EqualFold(l[0], what) }) {
				continue // a program asks for the name as its link has it
			}
			was, is := a.resolve(name, what), b.resolve(name, what)
			if len(was) > 0 && !slices.Equal(was, is) {
				t.Fatalf("seed %d: %s: %q led to %v, now to %v\n%s\n%s", seed, name, what, was, is, before, after)
			}
		}
	}
}

// harmful reports whether someone could be led elsewhere by the alias, or
// whether it is used for another target.
func harmful(src, alias, owner string) bool {
	s := readServer(src)
	for name := range s.services {
		for _, l := range s.links(name) {
			if strings.EqualFold(l[0], alias) && l[1] != owner {
				return true
			}
		}
		_, names := s.on(name)
		for _, n := range s.own(name) {
			if name != owner && strings.EqualFold(n, alias) {
				return true
			}
		}
		for _, list := range names {
			if name != owner && slices.ContainsFunc(list, func(n string) bool { return strings.EqualFold(n, alias) }) {
				return true
			}
		}
	}
	return false
}

// own are the names of a service's container.
func (s server) own(name string) []string { return append([]string{name}, s.host(name)...) }

// host are those of them that a line of a hosts file has.
func (s server) host(name string) (names []string) {
	for _, k := range []string{"container_name", "hostname"} {
		if v, ok := s.services[name][k].(string); ok {
			names = append(names, v)
		}
	}
	return names
}

// crowded reports whether a service on the default bridge can't join another
// network: it has a name that another service has too, gives one alias to two
// targets, or has a name in upper case, which a link there does not have.
func crowded(src string) bool {
	s := readServer(src)
	for name := range s.services {
		if !s.bridged(name) {
			continue
		}
		for _, own := range s.own(name) {
			if harmful(src, own, name) {
				return true
			}
		}
		first := map[string]string{}
		for _, l := range s.links(name) {
			if t := first[l[0]]; t != "" && t != l[1] {
				return true
			}
			if l[0] != strings.ToLower(l[0]) && harmful(src, l[0], l[1]) {
				return true
			}
			first[l[0]] = l[1]
		}
	}
	return false
}
