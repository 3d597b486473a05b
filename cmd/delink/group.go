package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/emit/guard"
	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/tree"
)

// job is a unit whose files have not been read yet.
type job struct {
	dir   string
	parts []part // in Compose's order
	whole bool   // none of the files is to be done without the others
}

// part is a file of a job. One that was not asked for is only read.
type part struct {
	*file
	asked bool
}

// overrideNames are the files that docker compose reads on top of the project's
// own, in its order: the first that is there.
var overrideNames = []string{"compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"}

// group makes jobs of the files that may hold links. An override is read with
// its base, never the reverse: it is often there on one machine only.
func group(o *options, files []*file) []*job {
	asked := map[string]*file{}
	for _, f := range files {
		asked[f.abs] = f
	}
	joined := map[*file]bool{}
	var jobs []*job
	for _, f := range files {
		base := baseOf(f)
		if base == "" || joined[f] {
			continue
		}
		b := asked[base]
		switch {
		case b != nil && b.readable() && !joined[b] && (f.words || b.words) && onlyWith(b, f):
			joined[f], joined[b] = true, true
			jobs = append(jobs, &job{dir: folder(o, b.path), parts: []part{{b, true}, {f, true}}})
		case f.words:
			joined[f] = true
			if b == nil {
				b = newFile(o, filepath.Join(filepath.Dir(f.place()), filepath.Base(base)), found)
			}
			b.shared = true
			jobs = append(jobs, &job{dir: folder(o, f.path), parts: []part{{b, false}, {f, true}}})
		}
	}
	for _, f := range files {
		if f.readable() && f.words && !joined[f] {
			jobs = append(jobs, &job{dir: folder(o, f.path), parts: []part{{f, true}}})
		}
	}
	return jobs
}

// onlyWith reports whether two files that were asked for are to be done as one
// project: a base and the override that Compose reads with it, or two files of
// format v1, of which neither would fit the other once it is upgraded.
func onlyWith(base, f *file) bool {
	switch {
	case f.path == "-":
		return false
	case slices.Contains(overrideNames, filepath.Base(f.path)):
		return firstOverride(f)
	}
	return fileIsV1(base.path) && fileIsV1(f.path)
}

// oneProject makes a job of all files, if any of them may hold links.
func oneProject(o *options, files []*file) []*job {
	if !slices.ContainsFunc(files, func(f *file) bool { return f.words || f.err != nil }) {
		return nil
	}
	j := &job{dir: folder(o, files[0].path), whole: true}
	for _, f := range files {
		j.parts = append(j.parts, part{f, true})
	}
	return []*job{j}
}

// baseOf gives the file that a file is an override of, or "".
func baseOf(f *file) string {
	path := f.place()
	if !f.readable() || path == "" || slices.Contains(defaultNames, filepath.Base(path)) {
		return ""
	}
	override := slices.Contains(overrideNames, filepath.Base(path))
	if !override && !(f.links && variantName.MatchString(filepath.Base(path))) {
		return ""
	}
	name := firstBase(filepath.Dir(path))
	if name == "" {
		return ""
	}
	src, err := f.read()
	if err != nil || !override && !completes(filepath.Join(filepath.Dir(path), name), servicesIn(path, src)) {
		return ""
	}
	return besides(f, name)
}

// firstBase is the file of a folder that Compose would take, or "".
func firstBase(dir string) string {
	for _, name := range defaultNames {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
			return name
		}
	}
	return ""
}

// besides is the absolute path of a file in the folder of another.
func besides(f *file, name string) string {
	abs := f.abs
	if f.path == "-" {
		abs, _ = filepath.Abs(f.place())
	}
	return filepath.Join(filepath.Dir(abs), name)
}

// firstOverride reports whether Compose would read a file with the base beside
// it, and not another override.
func firstOverride(f *file) bool {
	for _, name := range overrideNames {
		if _, err := os.Stat(filepath.Join(filepath.Dir(f.path), name)); err == nil {
			return name == filepath.Base(f.path)
		}
	}
	return false
}

// variantName matches files such as compose.prod.yaml, which may be a project of
// their own or be read on top of another.
var variantName = regexp.MustCompile(`(?i)^(?:docker-)?compose[._-].+\.ya?ml$`)

// completes reports whether services are not whole without the base: one of them
// has nothing to run, or the target of a link is missing, and the base has that
// service.
func completes(base string, upper map[string]*tree.Node) bool {
	lower := servicesOf(base)
	if upper == nil || lower == nil {
		return false
	}
	for service, s := range upper {
		if lower[service] != nil && s.Get("image") == nil && s.Get("build") == nil && s.Get("extends") == nil {
			return true
		}
		for _, l := range s.Get("links").Elements() {
			if target, _, _ := strings.Cut(l.Value, ":"); upper[target] == nil && lower[target] != nil {
				return true
			}
		}
	}
	return false
}

// servicesOf gives the services of a file, nil if it has none or can't be read.
func servicesOf(name string) map[string]*tree.Node {
	src, err := readFile(name)
	if err != nil {
		return nil
	}
	return servicesIn(name, src)
}

func servicesIn(name string, src []byte) map[string]*tree.Node {
	doc, err := emit.Parse(name, src)
	if err != nil {
		return nil
	}
	var out map[string]*tree.Node
	old := translate.LooksV1(doc.Trees())
	for _, d := range doc.Trees() {
		services := d.Get("services")
		if old {
			services = d
		}
		for _, f := range services.GetFields() {
			if out == nil {
				out = map[string]*tree.Node{}
			}
			out[f.Key] = f.Value
		}
	}
	return out
}

// topLevel are the keys of a Compose file.
var topLevel = []string{"version", "name", "services", "networks", "volumes", "secrets", "configs", "include", "models"}

// notCompose says why a text is none of a Compose file, or of one that can be
// read: "" if it is one.
func notCompose(src []byte) (why, reason string) {
	doc, err := emit.Parse("", src)
	var g *guard.Error
	switch {
	case errors.As(err, &g) && strings.Contains(g.Msg, "looks like a template"):
		return "a template: it is to be rendered first", "template"
	case errors.As(err, &g) && g.Reason == guard.NotAMapping:
		return "no Compose file: it is no mapping", "not-compose"
	case err != nil:
		return "", ""
	}
	if len(doc.Trees()) == 0 || slices.ContainsFunc(doc.Trees(), isCompose) {
		return "", ""
	}
	return "no Compose file: it has no services", "not-compose"
}

// isCompose reports whether a document has services, as today or as in format
// v1, or nothing but what else a Compose file may have.
func isCompose(d *tree.Node) bool {
	known := true
	for _, f := range d.GetFields() {
		v := f.Value
		switch {
		case f.Key == "services":
			return v.Is(tree.Map) || v.Is(tree.Null)
		case v.Get("image") != nil || v.Get("build") != nil || v.Get("extends") != nil || v.Get("links") != nil:
			return true
		}
		known = known && (slices.Contains(topLevel, f.Key) || strings.HasPrefix(f.Key, "x-"))
	}
	return known
}
