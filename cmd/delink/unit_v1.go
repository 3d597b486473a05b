package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/translate"
)

// loneV1 says why a file of format v1 is not done alone: it is read on top of
// another file, or another is read on top of it that has this format too. "" if
// neither is so. Files named by -f are those that were meant.
func loneV1(o *options, dir string, doc *emit.Document) string {
	switch {
	case partV1(doc.Trees()):
		return "its services have nothing to run, so that it is read on top of another file: name both, as in delink -w -f BASE -f " + doc.Name
	case !translate.IsV1(doc.Trees()) || len(o.parts) > 0:
		return ""
	}
	base := filepath.Join(dir, filepath.Base(filepath.FromSlash(doc.Name)))
	if above := aboveV1(base); above != "" {
		return besideV1(doc.Name, above)
	}
	return ""
}

// besideV1 tells of a file on top of others that is not done with them.
func besideV1(name, above string) string {
	above = filepath.ToSlash(filepath.Join(filepath.Dir(name), above))
	return fmt.Sprintf("%s is read on top of it and has format v1 too: name all of one project, as in delink -w -f %s -f %s", above, name, above)
}

// translateV1 takes the links out of the asked files of a project of which one
// has format v1. If all have it and all are asked for, they are upgraded
// together, as an upgraded file no longer fits one that is not; else each is
// done alone, or left.
func translateV1(o *options, u unit, docs emit.Files, asked []source) ([]*result, error) {
	for _, d := range docs {
		if !translate.LooksV1(d.Trees()) {
			return translateAlone(o, u.dir, asked)
		}
	}
	why := ""
	switch base := docs[0].Name; {
	case len(asked) < len(docs):
		why = fmt.Sprintf("it is read on top of %s, which has format v1 too: name both, as in delink -w -f %s -f %s", base, base, docs[len(docs)-1].Name)
	case len(o.parts) == 0:
		var with []string
		for _, d := range docs {
			with = append(with, filepath.Base(d.Name))
		}
		if above := aboveV1(filepath.Join(u.dir, filepath.Base(base)), with...); above != "" {
			why = besideV1(strings.Join(namesOf(docs), " -f "), above)
		}
	}
	if why != "" {
		return leaveV1(asked, docs, why), nil
	}
	return upgradeAll(o, u, docs)
}

func namesOf(docs emit.Files) []string {
	var out []string
	for _, d := range docs {
		out = append(out, d.Name)
	}
	return out
}

// leaveV1 leaves the asked files of a project as they are.
func leaveV1(asked []source, docs emit.Files, why string) []*result {
	var out []*result
	for _, f := range asked {
		for _, d := range docs {
			if d.Name == f.name {
				res := &result{name: f.name, before: f.src}
				res.keepV1(d.Trees(), v1Note(d.Trees(), why))
				out = append(out, res)
			}
		}
	}
	return out
}

// upgradeAll brings all files of a project into today's form and takes their
// links out, or leaves them all.
func upgradeAll(o *options, u unit, docs emit.Files) ([]*result, error) {
	env := newEnvironment(o, u.dir)
	if err := env.load(); err != nil {
		return nil, err
	}
	var original, files emit.Files
	var prev *emit.Document
	soFar := &result{}
	for _, f := range u.files {
		d, err := emit.ParseBehind(prev, f.name, f.src)
		if err != nil {
			return nil, &fileError{f.name, err}
		}
		res := &result{name: f.name, before: f.src, text: f.src}
		up := upgrade(env, res, d, docs...)
		if up == nil {
			return leaveWith(u.files, docs, res), nil
		}
		soFar.notes = append(soFar.notes, res.notes...)
		original, files, prev = append(original, d), append(files, up), up
	}
	env.v1 = files[0]
	out, err := translateProject(o, env, soFar, original, files)
	var unfit *unfitError
	if errors.As(err, &unfit) {
		return leaveV1(u.files, docs, fmt.Sprintf("its text, or that of a file that it is read with, can't be changed with certainty (%v)", unfit.err)), nil
	}
	return out, err
}

// leaveWith leaves the files of a project of which one can't be upgraded.
func leaveWith(files []source, docs emit.Files, refused *result) []*result {
	out := leaveV1(files, docs, fmt.Sprintf("%s, which it is read with, can't be upgraded", refused.name))
	for i, res := range out {
		if res.name == refused.name {
			out[i] = refused
		}
	}
	return out
}
