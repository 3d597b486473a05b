package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/tree"
)

// result is what became of one file.
type result struct {
	name      string
	before    []byte
	text      []byte // the new file, or the old one
	links     []*translate.Link
	left      []*translate.Link
	found     int // entries in this file's text
	variables int
	notes     []translate.Note
	v1        bool // format v1 with links, which is left as it is
}

// code is the exit code: with -d, -l and --check it is about the input, else
// about the output.
func (r *result) code(o *options) int {
	links := len(r.left) > 0 || r.v1
	if !o.write && (o.diff || o.list || o.check) {
		links = links || r.found > 0
	}
	if links {
		return exitLinks
	}
	return exitOK
}

// maxRounds bounds how often a plan is made anew because the text refused it.
// Each round lets at least one more link stay.
const maxRounds = 100

// largeFile is the size from which a run is long enough for collections to pay:
// 5,000 services then take half the memory.
const largeFile = 64 << 10

// translateFile takes the links out of one file: bytes → project → links →
// plan → edits → bytes, and the proof. dir is the folder that names in the file
// start from. An error means that nothing may be written.
func translateFile(o *options, name, dir string, src []byte) (*result, error) {
	res := &result{name: name, before: src, text: src}
	base := o.together.bases[filePath(filepath.Join(dir, filepath.Base(name)))]
	if !mayHoldLinks(src) && !base {
		return res, nil
	}
	warmSchema()
	if len(src) > largeFile && !o.mode() { // the setting is the whole process's, which then does this file only
		defer debug.SetGCPercent(debug.SetGCPercent(50))
	}
	doc, err := emit.Parse(name, src)
	if err != nil {
		return nil, err
	}
	env := newEnvironment(o, dir)
	if err := env.load(); err != nil {
		return nil, err
	}
	original := doc
	if why := loneV1(o, dir, doc); why != "" {
		res.keepV1(doc.Trees(), v1Note(doc.Trees(), why))
		return res, nil
	}
	if translate.IsV1(doc.Trees()) || base && translate.LooksV1(doc.Trees()) {
		if doc = upgrade(env, res, doc); doc == nil {
			return res, nil
		}
	}
	out, err := translateProject(o, env, res, emit.Files{original}, emit.Files{doc})
	var unfit *unfitError
	if doc != original && errors.As(err, &unfit) {
		res.keepV1(original.Trees(), v1Note(original.Trees(), fmt.Sprintf("its text can't be changed with certainty (%v)", unfit.err)))
		return res, nil
	}
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// kept is what a plan must leave alone, found by carrying others out.
type kept struct {
	links  map[tree.Place]string // entries, with what was found
	shared map[tree.Place]string // entries that other files need, with what was found
	lists  map[tree.ID]bool      // lists without entries
}

func newKept() kept {
	return kept{map[tree.Place]string{}, map[tree.Place]string{}, map[tree.ID]bool{}}
}

// rewrite plans and carries out. Where the text can't take a change, the links
// that want it stay, and the plan is made anew.
func rewrite(o *options, project *translate.Project, files emit.Files, keep kept) (*translate.Plan, emit.Files, error) {
	opt := o.plan
	opt.Unsafe, opt.Shared, opt.Keep = keep.links, keep.shared, keep.lists
	seen := -1
	for range maxRounds {
		plan := translate.New(project, opt)
		after, err := files.Rewrite(plan.Changes)
		if err == nil {
			return plan, after, nil
		}
		var refused *emit.RefusedError
		if !errors.As(err, &refused) {
			return nil, nil, defect(err)
		}
		change := plan.Changes[refused.Change]
		more := len(change.Links) == 0 && !opt.Keep[change.List]
		if more {
			opt.Keep[change.List] = true
		}
		for _, l := range change.Links {
			if opt.Unsafe[l.At] == "" {
				opt.Unsafe[l.At] = fmt.Sprintf("the text can't be changed with certainty (%v): change it by hand", err)
				more = true
			}
		}
		for _, l := range plan.Links {
			if !more && opt.Unsafe[l.At] == "" { // it is none of theirs: without them it may not be wanted
				opt.Unsafe[l.At] = fmt.Sprintf("the text can't be changed with certainty (%v): change it by hand", err)
			}
		}
		if !more && len(opt.Unsafe) == seen {
			return nil, nil, &unfitError{err}
		}
		seen = len(opt.Unsafe)
	}
	return nil, nil, defect(errors.New("no plan suits the text"))
}

// unfitError says that the text can't take a change that no link is to blame for.
type unfitError struct{ err error }

func (e *unfitError) Error() string {
	return fmt.Sprintf("the text can't be changed with certainty (%v): change it by hand [unsafe-text]", e.err)
}

// rewriteProven is rewrite and the proof. What can't be proven is left: the
// links of the service that the proof is about, in the end all. Then it is a
// defect if the proof still fails.
func rewriteProven(o *options, env *environment, project *translate.Project, files emit.Files) (out proven, err error) {
	keep := newKept()
	for {
		var after emit.Files
		out.plan, after, err = rewrite(o, project, files, keep)
		if err != nil || after.Equal(files) && !env.upgraded(files) {
			out.after = after
			return out, err
		}
		if out.after, err = parseAgain(after); err == nil {
			out.level, out.why, err = prove(env, out.plan, files, out.after)
		}
		if err == nil {
			if why := env.harm(files, out.after); why == "" || !keep.share(out.plan, why) {
				return out, nil
			}
			continue
		}
		var unfit *unfitError // of the upgrade from format v1, which no link is to blame for
		if errors.As(err, &unfit) {
			return out, err
		}
		if !keep.unproven(out.plan, err) {
			return out, defect(err)
		}
	}
}

// proven is a plan that was carried out and proven.
type proven struct {
	plan  *translate.Plan
	after emit.Files
	level level
	why   error // what compose-go says of the project as it was
}

// unproven lets the links stay that a failed proof is about; false if there are
// none left.
func (k kept) unproven(plan *translate.Plan, err error) bool {
	var e *translate.ProofError
	if !errors.As(err, &e) {
		e = &translate.ProofError{Err: err}
	}
	var concerned, others []*translate.Link
	for _, l := range plan.Links {
		switch {
		case k.links[l.At] != "" || !l.Counts():
		case l.Consumer == e.Service || l.Owner == e.Service:
			concerned = append(concerned, l)
		default:
			others = append(others, l)
		}
	}
	if len(concerned) == 0 {
		concerned = others
	}
	for _, l := range concerned {
		k.links[l.At] = fmt.Sprintf("the change could not be proven (%v): change it by hand, and please report it", e)
	}
	return len(concerned) > 0
}

// prove loads the project before and after with compose-go, at the same level,
// and compares. after was read from its bytes, as if they were new. It gives the
// level, and what compose-go said above it.
func prove(env *environment, plan *translate.Plan, before, after emit.Files) (level, error, error) {
	pair := loadPair(context.Background(), env.loadInput(before), env.loadInput(after))
	if pair.err != nil {
		return pair.level, pair.why, fmt.Errorf("Compose would refuse the result: %w", pair.err)
	}
	project := translate.Read(env.input(after))
	if env.upgraded(before) && pair.level < noFiles {
		for _, u := range env.upgrades {
			if err := u.ProveLoaded(project, pair.before); err != nil {
				return pair.level, pair.why, &unfitError{err}
			}
		}
	}
	return pair.level, pair.why, plan.Prove(project, pair.before, pair.after, pair.level < noFiles)
}

// parseAgain reads the bytes of files as if they were new.
func parseAgain(files emit.Files) (emit.Files, error) {
	var out emit.Files
	var prev *emit.Document
	for _, f := range files {
		d, err := emit.ParseBehind(prev, f.Name, f.Bytes())
		if err != nil {
			return nil, err
		}
		out, prev = append(out, d), d
	}
	return out, nil
}

// defect is an error of delink itself.
func defect(err error) error {
	return fmt.Errorf("the result could not be proven, nothing was written; please report it with the file: %w [proof]", err)
}

// mayHoldLinks looks at the bytes: what holds none of the words has no links,
// of its own or from elsewhere. UTF-16 hides them and is looked at further.
func mayHoldLinks(src []byte) bool {
	for _, word := range []string{"links", "extends", "include", "\xff\xfe", "\xfe\xff"} {
		if bytes.Contains(src, []byte(word)) {
			return true
		}
	}
	return false
}
