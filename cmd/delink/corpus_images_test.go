package main

import (
	"io"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/image"
)

// TestCorpusImages asks for the images of all link targets of real files, by
// link entry: of those whose ports the Compose file does not say, 73 % must be
// known; of those that are built from a Dockerfile that is there, 90 %.
func TestCorpusImages(t *testing.T) {
	asked, known, built, evaluated := 0, 0, 0, 0
	unknown := map[string]int{}
	for _, f := range applications(t) {
		file := f.path
		project, dir := projectOf(t, file)
		if project == nil {
			continue
		}
		for _, l := range translate.New(project, translate.Options{Env: translate.All}).Links {
			s := project.Service(l.Target)
			if s == nil {
				continue
			}
			k := project.Image(s)
			if dockerfile, is := project.Built(s); is {
				if _, err := os.Stat(filepath.Join(dir, dockerfile)); dockerfile != "" && err == nil {
					built++
					if k.Known {
						evaluated++
					} else {
						t.Logf("%s: %s: %s", file, s.Name, k.Note)
					}
				}
				continue
			}
			if project.SaysPorts(s) || project.Ref(s) == "" {
				continue
			}
			asked++
			if k.Known {
				known++
			} else {
				unknown[image.Name(project.Ref(s))]++
			}
		}
	}
	t.Logf("image and no port: %d of %d known (%.0f %%); built: %d of %d (%.0f %%)", known, asked, share(known, asked), evaluated, built, share(evaluated, built))
	t.Logf("unknown: %v", top(unknown, 15))
	if share(known, asked) < 73 {
		t.Errorf("the ports of %.1f %% of the images are known, want 73 %%", share(known, asked))
	}
	if share(evaluated, built) < 90 {
		t.Errorf("%.1f %% of the Dockerfiles give ports, want 90 %%", share(evaluated, built))
	}
}

func share(n, of int) float64 {
	if of == 0 {
		return 100
	}
	return 100 * float64(n) / float64(of)
}

// top lists the keys with the highest counts.
func top(m map[string]int, n int) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		if m[keys[i]] != m[keys[j]] {
			return m[keys[i]] > m[keys[j]]
		}
		return keys[i] < keys[j]
	})
	return keys[:min(n, len(keys))]
}

// projectOf reads a file as delink does before it plans; nil if it can't be.
func projectOf(t *testing.T, file string) (*translate.Project, string) {
	t.Helper()
	src, err := readFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := emit.Parse(file, src)
	if err != nil {
		return nil, ""
	}
	o, err := parseFlags(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(file)
	env := newEnvironment(o, dir)
	if err := env.load(); err != nil {
		t.Fatal(err)
	}
	if translate.IsV1(doc.Trees()) {
		if doc = upgrade(env, &result{}, doc); doc == nil {
			return nil, ""
		}
	}
	return translate.Read(env.input(emit.Files{doc})), dir
}
