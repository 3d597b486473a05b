package e2e

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"gopkg.in/yaml.v3"
)

// composeFile is the file of a project that delink changes.
const composeFile = "docker-compose.yml"

// project is one archive of testdata. Its comment is a sentence on what it
// shows. Beside the project's own files it can hold:
//
//	args     flags of delink, and further files that it changes
//	up       flags of `up`, for every run
//	shell    variables of the shell that Compose is started from
//	except   variables that may be missing or differ afterwards, one a line,
//	         each with the reason; a * stands for anything
//	stays    why a link stays, if one does
//	refused  runs that Compose refuses, one a line, each with the reason
type project struct {
	name   string
	about  string
	files  map[string]string
	except []exception
	used   map[string]bool // exceptions that were needed
}

type exception struct{ pattern, why string }

func readProjects(t *testing.T) []*project {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no projects: %v", err)
	}
	var all []*project
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p := &project{
			name:  strings.TrimSuffix(filepath.Base(path), ".txtar"),
			about: strings.TrimSpace(string(a.Comment)),
			files: map[string]string{}, used: map[string]bool{},
		}
		for _, f := range a.Files {
			p.files[f.Name] = string(f.Data)
		}
		for line := range strings.Lines(p.files["except"]) {
			pattern, why, _ := strings.Cut(strings.TrimSpace(line), " ")
			p.except = append(p.except, exception{pattern, why})
		}
		if p.about == "" || p.files[composeFile] == "" {
			t.Errorf("%s: a project has a sentence and a %s", path, composeFile)
		}
		all = append(all, p)
	}
	return all
}

// write puts the project's own files into a folder.
func (p *project) write(t *testing.T, dir string) {
	t.Helper()
	for name, text := range p.files {
		if slices.Contains([]string{"args", "up", "shell", "except", "refused", "stays"}, name) {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// v1 reports whether the project's file has the format that only
// docker-compose reads.
func (p *project) v1() bool { return strings.HasPrefix(p.name, "v1-") }

// refused tells whether a run is one that Compose refuses.
func (p *project) refused(run string) bool {
	for line := range strings.Lines(p.files["refused"]) {
		if strings.HasPrefix(line, run+":") {
			return true
		}
	}
	return false
}

// excepted reports whether a variable may be missing or differ, and why.
func (p *project) excepted(name string) (string, bool) {
	for _, e := range p.except {
		if ok, _ := filepath.Match(e.pattern, name); ok {
			p.used[e.pattern] = true
			return e.why, true
		}
	}
	return "", false
}

// said is what the files of a project say: the aliases of its links, and the
// names that it gives beside those of services.
type said struct{ aliases, names map[string]bool }

func (p *project) read(t *testing.T) said {
	t.Helper()
	s := said{map[string]bool{}, map[string]bool{}}
	for name, text := range p.files {
		if !strings.HasSuffix(name, ".yml") {
			continue
		}
		dec := yaml.NewDecoder(strings.NewReader(text))
		for {
			var doc any
			err := dec.Decode(&doc)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			s.collect(doc)
		}
	}
	return s
}

// collect looks at every mapping, whatever it is.
func (s said) collect(v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			s.collect(item)
		}
	case map[string]any:
		for key, value := range v {
			switch list, _ := value.([]any); key {
			case "links":
				for _, item := range list {
					target, alias, ok := strings.Cut(item.(string), ":")
					if !ok {
						alias = target
					}
					s.aliases[alias], s.names[alias] = true, true
				}
			case "aliases":
				for _, item := range list {
					s.names[item.(string)] = true
				}
			case "container_name", "hostname":
				s.names[value.(string)] = true
			}
			s.collect(value)
		}
	}
}
