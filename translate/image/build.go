package image

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/delink/delink/translate/image/internal/dockerfile"
	"github.com/delink/delink/translate/linkenv"
)

// Build is what a Compose file says of an image that it has built.
type Build struct {
	// Dockerfile is the file's text, and Name its name, for messages; if
	// empty, it is Dockerfile.
	Dockerfile []byte
	Name       string
	// Target is the stage to build, the last if empty.
	Target string
	// Args are the build arguments. One that is nil is taken from the
	// environment, by Lookup; if it is not there either, it is not given.
	Args   map[string]*string
	Lookup func(name string) (value string, set bool)
	// Contexts are additional_contexts by name: what is known of the image
	// that a context is. A context stands in for a stage of its name and for a
	// FROM of it. One of which nothing is known belongs in here too.
	Contexts map[string]Knowledge
	// Images are the images that the project builds, by reference: they come
	// before the catalogue.
	Images map[string]Knowledge
}

// Dockerfile computes what is known of an image from its Dockerfile. What it
// is built from is followed through the stages of the file, then through
// Contexts and Images, and then looked up in the catalogue. Its error names the
// line.
func Dockerfile(b Build) (Knowledge, error) {
	if b.Name == "" {
		b.Name = "Dockerfile"
	}
	from := &origin{build: b, found: Knowledge{Known: true, Complete: true}} // scratch, if nothing is asked
	res, err := dockerfile.Evaluate(b.Dockerfile, dockerfile.Options{
		Target: b.Target,
		Args:   b.args(),
		Base:   from.base,
		Stage:  from.stage,
	})
	if err != nil {
		return Knowledge{}, b.fault(err)
	}
	base := from.of(res)
	k := Knowledge{
		Known:        base.Known || len(res.Lines) > 0,
		Complete:     base.Complete && res.PortsExact,
		EnvExact:     res.EnvKnown,
		TagDependent: base.TagDependent,
		onBuild:      res.OnBuild,
	}
	for _, p := range res.Ports {
		k.Ports = append(k.Ports, linkenv.Port{Number: p.Number, Proto: p.Proto})
	}
	for _, v := range res.Env {
		if v.Exact {
			k.Env = append(k.Env, v.Name+"="+v.Value)
		} else {
			k.EnvExact = false
		}
	}
	if !k.Known {
		k.Likely = base.Likely
	}
	if k.Known {
		k.Source = b.source(res, base)
	}
	notes := res.Notes
	if base.Note != "" {
		notes = append(notes, "line "+strconv.Itoa(res.From)+": "+base.Note)
	}
	k.Note = strings.Join(notes, "; ")
	return k, nil
}

// args returns the build arguments that are given.
func (b Build) args() map[string]string {
	given := make(map[string]string)
	for name, value := range b.Args {
		if value != nil {
			given[name] = *value
		} else if b.Lookup != nil {
			if v, ok := b.Lookup(name); ok {
				given[name] = v
			}
		}
	}
	return given
}

// source names the lines that the ports are from, the first of them if there
// are many, and what the base's are from.
func (b Build) source(res dockerfile.Result, base Knowledge) string {
	const enough = 8
	lines := res.Lines
	if len(lines) == 0 {
		lines = []int{res.From}
	}
	var all []string
	for _, n := range lines[:min(len(lines), enough)] {
		all = append(all, strconv.Itoa(n))
	}
	s := b.Name + ":" + strings.Join(all, ",")
	if len(lines) > enough {
		s += "…"
	}
	if base.Source != "" && (len(res.Lines) == 0 || len(base.Ports) > 0) {
		s += " + " + base.Source
	}
	return s
}

func (b Build) fault(err error) error {
	var e *dockerfile.Error
	if errors.As(err, &e) && e.Line > 0 {
		return fmt.Errorf("%s:%d: %s", b.Name, e.Line, e.What)
	}
	return fmt.Errorf("%s: %w", b.Name, err)
}

// An origin answers for what a Dockerfile does not say itself.
type origin struct {
	build Build
	found Knowledge // of the base
}

// base answers for the image that FROM names.
func (o *origin) base(name, kept string) dockerfile.Base {
	o.found = o.lookup(name, kept)
	return handOn(o.found)
}

func (o *origin) lookup(name, kept string) Knowledge {
	for _, known := range []map[string]Knowledge{o.build.Contexts, o.build.Images} {
		if k, ok := known[name]; ok {
			return k
		}
		for ref, k := range known {
			if same(ref, name) {
				return k
			}
		}
	}
	return Lookup(kept)
}

// same tells whether two references are the same image and tag.
func same(a, b string) bool {
	name, tag, err := parse(a)
	if err != nil {
		return false
	}
	name2, tag2, err := parse(b)
	if err != nil {
		return false
	}
	latest := func(tag string) string {
		if tag == "" {
			return "latest"
		}
		return tag
	}
	return name == name2 && latest(tag) == latest(tag2)
}

// stage answers for a stage that a context stands in for.
func (o *origin) stage(name string) (dockerfile.Base, bool) {
	k, ok := o.build.Contexts[name]
	return handOn(k), ok
}

// of returns what is known of the image that the target begins with.
func (o *origin) of(res dockerfile.Result) Knowledge {
	if res.Stand != "" {
		return o.build.Contexts[res.Stand]
	}
	return o.found
}

// handOn returns what an image gives to those that are built from it.
func handOn(k Knowledge) dockerfile.Base {
	b := dockerfile.Base{EnvKnown: k.EnvExact, OnBuild: k.onBuild}
	for _, p := range k.Ports {
		b.Ports = append(b.Ports, dockerfile.Port{Number: p.Number, Proto: p.Proto})
	}
	for _, e := range k.Env {
		name, value, _ := strings.Cut(e, "=")
		b.Env = append(b.Env, dockerfile.Variable{Name: name, Value: value, Exact: true})
	}
	return b
}
