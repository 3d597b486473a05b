package e2e

import (
	"slices"
	"strings"

	"github.com/delink/delink/translate/linkenv"
)

// variables compares what the first process of a container was given.
func (c *comparison) variables(key string, was, is *container) {
	c.t.Helper()
	before, after := c.was.environ[key], c.is.environ[key]
	first, second := c.expectations(was)
	own := map[string]bool{}
	for _, entry := range was.Config.Env {
		name, _, _ := strings.Cut(entry, "=")
		own[name] = true
	}
	for name, value := range before {
		now, have := after[name]
		switch e, linked := first[name]; {
		case linked && !own[name] && e.was == value && e.wasSet:
			c.linked(key, name, e, now, have, was, is)
		case !linked && second[name].wasSet && second[name].was == value && !own[name]:
			c.sum.excepted[secondName]++
		case have && now == value, name == "HOSTNAME" && value != now && c.was.numbered(value) == c.is.numbered(now):
		default:
			c.differs(key, name, "was %q and is %s", value, shown(now, have))
		}
	}
	for name, value := range after {
		if _, had := before[name]; !had {
			c.added(key, name, value, first, own)
		}
	}
}

// linked compares a variable that a legacy link gave.
func (c *comparison) linked(key, name string, e expectation, now string, have bool, was, is *container) {
	c.t.Helper()
	switch {
	case c.stays(e, is) && have && now == c.restarted(e, was, is):
		c.sum.excepted[keptLink]++
	case have && e.isSet && now == e.is:
		c.sum.variables++
		if changed := strings.ReplaceAll(e.was, c.was.address(e.link.target), e.link.alias); e.kind != linkenv.Name && changed != now {
			c.sum.excepted[engine27]++
		}
		if e.kind == linkenv.Name && !strings.HasSuffix(key, " 1") {
			c.sum.excepted[replica]++
		}
	case !have && !e.isSet:
		c.sum.excepted[engine27]++
	case !have && e.kind == linkenv.Env && c.ofImage(e):
		c.sum.excepted[imageEnv]++
	case e.kind < linkenv.Name && c.unknownPort(e):
		c.sum.excepted[imagePort]++
	default:
		c.differs(key, name, "was %q, is to be %s and is %s", e.was, shown(e.is, e.isSet), shown(now, have))
	}
}

// stays reports whether the engine still has the link that gave a variable.
func (c *comparison) stays(e expectation, is *container) bool {
	return slices.ContainsFunc(c.is.links(is), func(l link) bool { return l.legacy && l.alias == e.link.alias })
}

// restarted is what a link that stays gives in the other run.
func (c *comparison) restarted(e expectation, was, is *container) string {
	target := c.is.containers[e.link.target.key()]
	value := strings.ReplaceAll(e.was, c.was.address(e.link.target), c.is.address(target))
	if e.kind == linkenv.Name {
		value = strings.Replace(value, was.Name, is.Name, 1)
	}
	return value
}

// added looks at a variable that the original did not have.
func (c *comparison) added(key, name, value string, first map[string]expectation, own map[string]bool) {
	c.t.Helper()
	e, linked := first[name]
	switch {
	case own[name]:
		c.differs(key, name, "is %q, though the container unsets it", value)
	case linked && e.isSet && !e.wasSet && e.is == value:
		c.sum.excepted[engine27]++
	case linked:
		c.differs(key, name, "is %q and was not set", value)
	case c.ofDNSLink(key, name):
		c.sum.excepted[dnsLink]++
	default:
		c.differs(key, name, "is %q and was not set", value)
	}
}

// differs is a failure, unless the project names the variable.
func (c *comparison) differs(key, name, format string, args ...any) {
	c.t.Helper()
	if why, ok := c.p.excepted(name); ok {
		c.sum.excepted[name+": "+why]++
		return
	}
	c.errorf("%s: %s "+format, append([]any{key, name}, args...)...)
}

// ofImage reports whether a variable of the target comes from its image.
func (c *comparison) ofImage(e expectation) bool {
	img := images[strings.TrimPrefix(e.link.target.Config.Image, "delink-e2e/")]
	return slices.Contains(img.env, e.variable+"="+e.was)
}

// unknownPort reports whether the variable is of a port that delink was not told.
func (c *comparison) unknownPort(e expectation) bool {
	img := images[strings.TrimPrefix(e.link.target.Config.Image, "delink-e2e/")]
	if strings.Contains(c.p.files["args"], "--port "+e.link.target.service()+"=") {
		return false
	}
	return slices.ContainsFunc(img.ports, func(text string) bool {
		return strings.TrimSuffix(text, "/tcp") == strings.TrimSuffix(port(e.port), "/tcp")
	})
}

// ofDNSLink reports whether a variable has the prefix of a link of a container
// on a network of the project.
func (c *comparison) ofDNSLink(key, name string) bool {
	for _, l := range c.was.links(c.was.containers[key]) {
		if !l.legacy && c.s.aliases[l.alias] && strings.HasPrefix(name, linkenv.Prefix(l.alias)+"_") {
			return true
		}
	}
	return false
}

// numbered gives the container whose number the engine made a host name of.
// One that shares another's network has its name too.
func (o *observed) numbered(hostname string) string {
	for key, c := range o.containers {
		if hostname != "" && strings.HasPrefix(c.ID, hostname) {
			return key
		}
	}
	return hostname
}

func shown(value string, set bool) string {
	if !set {
		return "not set"
	}
	return `"` + value + `"`
}
