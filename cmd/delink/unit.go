package main

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/tree"
)

// source is one file with its text.
type source struct {
	name  string // as messages and diffs show it
	path  string // where it is written; "" for standard input
	src   []byte
	asked bool // it may be changed; else it is only read, as a base
}

// unit is the files of one Compose project, in Compose's order.
type unit struct {
	dir     string // names in the files, and .env, start from here
	files   []source
	layered bool // the first file is also used without the others
}

// fileError is an error about one of several files.
type fileError struct {
	name string
	err  error
}

func (e *fileError) Error() string { return e.err.Error() }
func (e *fileError) Unwrap() error { return e.err }

// translateUnit takes the links out of the asked files of one project. There is
// one result for each of them, in their order. An error is about all; it is a
// *fileError if it is known of which file.
func translateUnit(o *options, u unit) ([]*result, error) {
	var asked []source
	for _, f := range u.files {
		if f.asked {
			asked = append(asked, f)
		}
	}
	if !slices.ContainsFunc(asked, func(f source) bool { return mayHoldLinks(f.src) }) || len(u.files) == 1 {
		return translateAlone(o, u.dir, asked)
	}
	warmSchema()
	if u.layered {
		own := *o
		own.plan.Layered, o = true, &own
	}
	var files emit.Files
	var prev *emit.Document
	env := newEnvironment(o, u.dir)
	old := false
	for _, f := range u.files {
		d, err := emit.ParseBehind(prev, f.name, f.src)
		if err != nil {
			return nil, &fileError{f.name, err}
		}
		old = old || translate.LooksV1(d.Trees()) || partV1(d.Trees())
		env.bases[f.name] = !f.asked
		files, prev = append(files, d), d
	}
	if old {
		return translateV1(o, u, files, asked)
	}
	if err := env.load(); err != nil {
		return nil, err
	}
	return translateProject(o, env, nil, files, files)
}

func translateAlone(o *options, dir string, files []source) ([]*result, error) {
	var out []*result
	for _, f := range files {
		res, err := translateFile(o, f.name, dir, f.src)
		if err != nil {
			return nil, &fileError{f.name, err}
		}
		out = append(out, res)
	}
	return out, nil
}

// translateProject plans, rewrites and proves. files are what original was
// upgraded to, or original itself; so far holds the notes of the upgrade.
func translateProject(o *options, env *environment, soFar *result, original, files emit.Files) ([]*result, error) {
	project := translate.Read(env.input(files))
	v1 := files[0] != original[0]
	if !v1 && !project.HasLinks() {
		return split(env, nil, original, original, nil), nil
	}
	if err := env.readIncluded(files); err != nil {
		return nil, err
	}
	if len(env.included) > 0 || env.unread != nil {
		project = translate.Read(env.input(files))
	}
	p, err := rewriteProven(o, env, project, files)
	if err != nil {
		return nil, err
	}
	for i := range files {
		if v1 {
			placeInOriginal(p.plan, original[i], files[i])
		}
	}
	var notes []translate.Note
	if soFar != nil {
		notes = soFar.notes
	}
	notes = append(append(notes, p.plan.Notes...), unknownPorts(o, project, original[0].Name)...)
	if p.why != nil {
		notes = append(notes, translate.Note{At: tree.Place{File: original[0].Name, Line: 1, Column: 1}, Severity: translate.Info, Reason: translate.NotLoaded,
			Text: fmt.Sprintf("Compose refuses the file as it was given: %v", p.why)})
	}
	out := split(env, p.plan, original, p.after, notes)
	if v1 && p.level >= noSchema {
		if err := loadWithoutUnset(context.Background(), env.loadInput(p.after)); err != nil {
			for i, res := range out {
				refuseV1(res, original[i].Trees(), err)
			}
		}
	}
	return out, nil
}

// unknownPorts tells of --port for services that are not there. With several
// files, each is for one of them.
func unknownPorts(o *options, project *translate.Project, name string) []translate.Note {
	var out []translate.Note
	for _, service := range slices.Sorted(maps.Keys(o.plan.Ports)) {
		if project.Service(service) == nil && len(o.files) == 1 {
			out = append(out, translate.Note{At: tree.Place{File: name, Line: 1, Column: 1}, Severity: translate.Warning, Reason: translate.UnknownTarget,
				Text: fmt.Sprintf("--port: there is no service %q in this file", service)})
		}
	}
	return out
}

// split deals out what became of a project to its asked files. Notes about a
// file that was not asked for go to the first.
func split(env *environment, plan *translate.Plan, before, after emit.Files, notes []translate.Note) []*result {
	var out []*result
	byName := map[string]*result{}
	for i, f := range before {
		if !env.bases[f.Name] {
			res := &result{name: f.Name, before: f.Bytes(), text: after[i].Bytes()}
			out, byName[f.Name] = append(out, res), res
		}
	}
	if plan == nil {
		return out
	}
	of := func(at tree.Place) *result {
		if r := byName[at.File]; r != nil {
			return r
		}
		return out[0]
	}
	for _, l := range plan.Links {
		r := of(l.At)
		r.links = append(r.links, l)
	}
	for _, l := range plan.Left() {
		r := of(l.At)
		r.left = append(r.left, l)
	}
	for _, n := range notes {
		r := of(n.At)
		r.notes = append(r.notes, n)
	}
	for _, r := range out {
		r.found, r.variables = plan.Count(r.name)
		translate.SortNotes(r.notes)
	}
	return out
}

// changed reports whether the file's bytes are others than before.
func (r *result) changed() bool { return !bytes.Equal(r.before, r.text) }
