// Package image knows which ports an image exposes, and which variables it
// sets, without asking an engine or a registry: from a catalogue of well-known
// images and from Dockerfiles.
//
// It never reads a file and never guesses: what it says of ports is what a
// Dockerfile says. A likely port, which a name suggests, is kept apart, for
// messages only. It never knows a variable's value from the catalogue, since
// versions in there change with every build of a tag.
package image

import (
	"fmt"
	"strings"

	"github.com/delink/delink/translate/linkenv"
)

// Knowledge is what is known of an image.
type Knowledge struct {
	// Ports are the ports that it exposes, as far as they are known.
	Ports []linkenv.Port
	// Known is false if nothing is known of them. If it is true and there are
	// no ports, it is known that the image has none.
	Known bool
	// Complete tells that Ports are all of them. A Dockerfile with a base that
	// is not known has only its own.
	Complete bool
	// Env are variables that it sets, as NAME=VALUE. Each of them is exact.
	Env []string
	// EnvExact tells that Env is the whole environment of the image, in its
	// order. PATH may be missing.
	EnvExact bool
	// Source says where this comes from, such as "catalogue: postgres,
	// docker-library/postgres@6edb0a8" or "Dockerfile:12". It is empty if
	// nothing is known.
	Source string
	// TagDependent tells that the ports differ by tag, and that the tag does
	// not say which they are: it is missing, it is latest, or it names no
	// version. Ports are then those of today's latest.
	TagDependent bool
	// Note is a remark for the user, such as why nothing is known.
	Note string
	// Likely are ports that the name suggests. They are never to be written.
	Likely []linkenv.Port

	onBuild []string
}

// Lookup asks the catalogue for an image: a reference after interpolation. A
// variable that is still there matters only if it is in the name.
func Lookup(ref string) Knowledge {
	name, text, err := parse(ref)
	if err != nil {
		return Knowledge{Note: err.Error(), Likely: guess(name)}
	}
	t := newTag(text)
	r, ok, variants := find(name, t)
	if !ok {
		return Knowledge{
			Note:   fmt.Sprintf("the ports of %s are not known", name),
			Likely: guess(name),
		}
	}
	v := t.version()
	chosen := r.pick(v)
	ports, _ := parsePorts(chosen.ports) // a test reads every rule
	k := Knowledge{
		Ports: ports, Known: true, Complete: true, EnvExact: chosen.ports == bare,
		Source: "catalogue: " + name + ", " + r.source,
	}
	switch all := r.list(); {
	case v == nil && len(all) > 1:
		k.TagDependent, k.Note = true, "the ports of "+name+" differ by tag: "+explain(all)
	case t.unsure && variants:
		k.TagDependent, k.Note = true, "the ports of "+name+" differ by tag, and the tag holds a variable"
	}
	return k
}

// explain puts rules into words.
func explain(all []rule) string {
	var parts []string
	for _, one := range all {
		switch number := strings.TrimLeft(one.condition, "<>="); {
		case one.condition == "":
			parts = append(parts, "else "+one.ports)
		case one.condition[0] == '<':
			parts = append(parts, "before "+number+" "+one.ports)
		case one.condition[0] == '>':
			parts = append(parts, "from "+number+" "+one.ports)
		default:
			parts = append(parts, "at "+number+" "+one.ports)
		}
	}
	return strings.Join(parts, ", ")
}
