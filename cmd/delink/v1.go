package main

import (
	"fmt"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/tree"
)

// upgrade brings a file of format v1 into today's form, its links still there.
// with are the files that it is read with. If it can't, res says so and there is
// no document.
func upgrade(env *environment, res *result, doc *emit.Document, with ...*emit.Document) *emit.Document {
	var others []*tree.Node
	for _, d := range with {
		others = append(others, d.Trees()...)
	}
	u := translate.NewUpgrade(doc.Name, doc.Trees(), env.base, others...)
	res.notes = append(res.notes, u.Notes...)
	if u.Refused != nil {
		res.keepV1(doc.Trees(), *u.Refused)
		return nil
	}
	up, err := doc.Upgrade(u)
	if err == nil {
		err = u.Prove(doc.Trees(), up.Trees())
	}
	if err != nil {
		res.keepV1(doc.Trees(), v1Note(doc.Trees(), fmt.Sprintf("its text can't be changed with certainty (%v)", err)))
		return nil
	}
	env.v1, env.upgrades = up, append(env.upgrades, u)
	return up
}

// keepV1 leaves a file of format v1 as it is, with all its links.
func (r *result) keepV1(docs []*tree.Node, why translate.Note) {
	r.v1, r.text, r.links, r.left, r.variables, r.found = true, r.before, nil, nil, 0, translate.CountV1(docs)
	r.notes = []translate.Note{why}
}

// v1Note is about a whole file of format v1; its place is that of the first
// links, else of its beginning.
func v1Note(docs []*tree.Node, text string) translate.Note {
	n := translate.Note{Severity: translate.Warning, Reason: translate.FormatV1,
		Text: "the file has format v1, which Compose no longer reads, and is left: " + text}
	for _, d := range docs {
		for _, f := range d.GetFields() {
			if l := f.Value.Field("links"); l != nil && n.At.Line == 0 {
				n.At = l.At
			}
		}
	}
	if n.At.Line == 0 && len(docs) > 0 {
		n.At = tree.Place{File: docs[0].At.File, Line: 1, Column: 1}
	}
	return n
}

// refuseV1 leaves a file whose upgrade Compose would still not read.
func refuseV1(res *result, docs []*tree.Node, why error) {
	n := v1Note(docs, "")
	n.Text = fmt.Sprintf("the file has format v1, and Compose would refuse it in today's form too: %v: mend that first", why)
	if len(res.links) > 0 {
		n.At = res.links[0].At
	}
	res.keepV1(docs, n)
}

// placeInOriginal gives links and notes the places that they have in the file
// as it was given.
func placeInOriginal(plan *translate.Plan, original, upgraded *emit.Document) {
	places := map[tree.Place]tree.Place{}
	for i, t := range upgraded.Trees() {
		if s := t.Get("services"); s != nil {
			samePlaces(places, original.Trees()[i], s)
		}
	}
	for _, l := range plan.Links {
		if at, ok := places[l.At]; ok {
			l.At = at
		}
	}
	for i := range plan.Notes {
		if at, ok := places[plan.Notes[i].At]; ok {
			plan.Notes[i].At = at
		}
	}
}

// samePlaces maps the places of b, and of what it holds, to those of a.
func samePlaces(places map[tree.Place]tree.Place, a, b *tree.Node) {
	places[b.At] = a.At
	for _, f := range b.GetFields() {
		if was := a.Field(f.Key); was != nil {
			places[f.At] = was.At
			samePlaces(places, was.Value, f.Value)
		}
	}
	items := a.Elements()
	for i, it := range b.Elements() {
		if i < len(items) {
			samePlaces(places, items[i], it)
		}
	}
}
