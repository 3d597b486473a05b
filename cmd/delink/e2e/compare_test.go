package e2e

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/delink/delink/translate/linkenv"
)

// Why a variable that the original had is not the same afterwards. Whatever
// else differs is named by its project.
const (
	secondName = "names that Compose made of the container's, such as DB_1_PORT"
	engine27   = "Engine 27 and earlier set other variables than Engine 28"
	imageEnv   = "the target's image sets it (ENV)"
	imagePort  = "the target's image exposes the port, and no --port says so"
	replica    = "the consumer's number in NAME, for a replica"
	keptLink   = "of a link that stays on the default bridge, and gives them"
	dnsLink    = "written for a link that never set variables"
)

// tally counts what was compared, and what was excepted, by the reason.
type tally struct {
	mu                                 sync.Mutex
	projects, variables, names, starts int
	excepted                           map[string]int
}

func newTally() *tally { return &tally{excepted: map[string]int{}} }

// add counts one project.
func (s *tally) add(one *tally, equal bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if equal {
		s.projects++
	}
	s.variables += one.variables
	s.names += one.names
	s.starts += one.starts
	for why, n := range one.excepted {
		s.excepted[why] += n
	}
}

func (s *tally) log(t *testing.T) {
	t.Helper()
	t.Logf("equal: %d variables of links, %d names, %d starts", s.variables, s.names, s.starts)
	for _, why := range slices.Sorted(maps.Keys(s.excepted)) {
		t.Logf("excepted: %d variables: %s", s.excepted[why], why)
	}
}

// comparison is of a run of the original with one of what delink made of it.
type comparison struct {
	t       *testing.T
	p       *project
	s       said
	was, is *observed
	sum     *tally
}

func (c *comparison) errorf(format string, args ...any) {
	c.t.Helper()
	c.t.Errorf("%s against %s: "+format, append([]any{c.is.run, c.was.run}, args...)...)
}

func (c *comparison) run() {
	c.t.Helper()
	if was, is := slices.Sorted(maps.Keys(c.was.containers)), slices.Sorted(maps.Keys(c.is.containers)); !slices.Equal(was, is) {
		c.errorf("the containers are %q and were %q", is, was)
		return
	}
	for key, was := range c.was.containers {
		is := c.is.containers[key]
		for name, services := range c.was.names[key] {
			if now := c.is.names[key][name]; now != services {
				c.errorf("%s: the name %s leads to %q and led to %q", key, name, now, services)
				continue
			}
			c.sum.names++
		}
		c.starts(was, is)
		c.variables(key, was, is)
	}
}

// starts wants a container to start after the targets of its links.
func (c *comparison) starts(was, is *container) {
	c.t.Helper()
	targets := map[string]bool{}
	for _, link := range c.was.links(was) {
		targets[link.target.service()] = true
	}
	for _, target := range c.is.containers {
		if !targets[target.service()] {
			continue
		}
		if is.State.StartedAt.Before(target.State.StartedAt) {
			c.errorf("%s started before %s, which it linked to", is.key(), target.key())
			continue
		}
		c.sum.starts++
	}
}

// link is one that the engine knew.
type link struct {
	alias  string
	target *container
	legacy bool
}

// links lists a container's links as the engine gives them.
func (o *observed) links(c *container) []link {
	var links []link
	add := func(target, alias string, legacy bool) {
		target = strings.TrimPrefix(target, "/")
		for _, other := range o.containers {
			if other.Name == "/"+target || strings.HasPrefix(other.ID, target) {
				links = append(links, link{alias[strings.LastIndex(alias, "/")+1:], other, legacy})
			}
		}
	}
	for _, text := range c.HostConfig.Links {
		target, alias, _ := strings.Cut(text, ":")
		add(target, alias, c.bridge())
	}
	for _, net := range c.NetworkSettings.Networks {
		for _, text := range net.Links {
			target, alias, _ := strings.Cut(text, ":")
			add(target, alias, false)
		}
	}
	return links
}

// expectation is a variable that a legacy link gives: as the engine of the
// test sets it, and as delink writes it for the engines of today. Either can be
// missing.
type expectation struct {
	was, is       string
	wasSet, isSet bool
	kind          linkenv.Kind
	port          linkenv.Port
	variable      string // of the target, for the kind Env
	link          link
}

// expectations are the variables of all legacy links of a container, those of
// the names that the project's files give and those of Compose's second names.
func (c *comparison) expectations(consumer *container) (first, second map[string]expectation) {
	first, second = map[string]expectation{}, map[string]expectation{}
	name := consumer.Name + "/"
	if strings.HasPrefix(consumer.Name, "/"+c.was.project) {
		name = "/" + c.was.project + "-" + consumer.service() + "-1/"
	}
	for _, l := range c.was.links(consumer) {
		if !l.legacy {
			continue
		}
		into := second
		if c.s.aliases[l.alias] {
			into = first
		}
		ports, address := exposed(l.target), c.was.address(l.target)
		for _, v := range linkenv.VariablesUpTo27(l.alias, address, ports, l.target.Config.Env, consumer.Name+"/"+l.alias) {
			into[v.Name] = expectation{was: v.Value, wasSet: true, kind: v.Kind, port: v.Port, variable: v.Target, link: l}
		}
		for _, v := range linkenv.Variables(l.alias, l.alias, ports, l.target.Config.Env, name+l.alias) {
			e := into[v.Name]
			e.is, e.isSet, e.kind, e.port, e.variable, e.link = v.Value, true, v.Kind, v.Port, v.Target, l
			into[v.Name] = e
		}
	}
	return first, second
}

func (o *observed) address(c *container) string {
	for address, owner := range o.owner {
		if owner == c {
			return address
		}
	}
	return ""
}

func port(p linkenv.Port) string { return strconv.Itoa(p.Number) + "/" + p.Proto }

// exposed lists the ports of a container.
func exposed(c *container) (ports []linkenv.Port) {
	for text := range c.Config.ExposedPorts {
		number, proto, _ := strings.Cut(text, "/")
		n, err := strconv.Atoi(number)
		if err != nil {
			continue // Compose of today sends a range of expose as it stands
		}
		ports = append(ports, linkenv.Port{Number: n, Proto: proto})
	}
	return ports
}
