package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"gopkg.in/yaml.v3"
)

var update = flag.Bool("update", false, "write what the program gives into fixtures")

const fixtureDir = "../../fixtures"

// Files of a fixture that are no part of its project. The last three are what
// the program is to give.
var fixtureParts = []string{"flags", "want.yaml", "diff", "stderr"}

// fixture is a case in the manual: a project, flags, and what delink gives.
type fixture struct {
	path    string
	archive *txtar.Archive
	files   map[string]string
}

func (f *fixture) name() string { return strings.TrimSuffix(filepath.Base(f.path), ".txtar") }

// check tells whether the case is about --check, which gives no file.
func (f *fixture) check() bool { return strings.Contains(f.files["flags"], "--check") }

func readFixtures(t *testing.T) []*fixture {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(fixtureDir, "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	var all []*fixture
	for _, path := range paths {
		a, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		path, err = filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		f := &fixture{path, a, map[string]string{}}
		for _, file := range a.Files {
			f.files[file.Name] = string(file.Data)
		}
		all = append(all, f)
	}
	return all
}

// outcome is what the program gives for a fixture: the new file, the diff, and
// all other messages with the exit code. What equals the input is empty.
type outcome struct{ want, diff, stderr string }

// command runs the program as a shell would.
func command(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = run(args, streams{strings.NewReader(""), &out, &err})
	return code, out.String(), err.String()
}

// runFixture runs the case in the current folder, where the file holds before.
func runFixture(t *testing.T, f *fixture, before string) outcome {
	t.Helper()
	args := append(strings.Fields(f.files["flags"]), "compose.yaml")
	code, stdout, stderr := command(args...)
	if f.check() {
		if stdout != "" {
			t.Errorf("--check printed to stdout:\n%s", stdout)
		}
		return outcome{stderr: withCode(stderr, code)}
	}
	_, diff, _ := command(append([]string{"-d"}, args...)...)
	stderr, ok := strings.CutPrefix(stderr, diff)
	if !ok {
		t.Errorf("stderr does not begin with what -d prints:\n%s", stderr)
	}
	if stdout == before {
		stdout = ""
	}
	if (stdout == "") != (diff == "") {
		t.Errorf("the diff is %q, and the new file\n%s", diff, stdout)
	}
	return outcome{stdout, diff, withCode(stderr, code)}
}

func withCode(stderr string, code int) string {
	if code != exitOK {
		stderr += fmt.Sprintf("exit %d\n", code)
	}
	return stderr
}

// TestFixtures holds the program to every case of the manual.
func TestFixtures(t *testing.T) {
	for _, f := range readFixtures(t) {
		t.Run(f.name(), func(t *testing.T) {
			inProject(t, f)
			got := runFixture(t, f, f.files["compose.yaml"])
			if *update {
				f.write(t, got)
				return
			}
			compare(t, "want.yaml", f.files["want.yaml"], got.want)
			compare(t, "diff", f.files["diff"], got.diff)
			compare(t, "stderr", f.files["stderr"], got.stderr)
			if got.want != "" {
				checkResult(t, f, got)
			}
		})
	}
}

// inProject makes the fixture's project the current folder.
func inProject(t *testing.T, f *fixture) {
	t.Helper()
	if strings.TrimSpace(string(f.archive.Comment)) == "" {
		t.Error("no words on what the case shows")
	}
	dir := filepath.Join(t.TempDir(), "project")
	for name, data := range f.files {
		if slices.Contains(fixtureParts, name) {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	t.Setenv("COMPOSE_PROJECT_NAME", "project")
}

// write puts the outcome into the fixture, behind its project.
func (f *fixture) write(t *testing.T, got outcome) {
	t.Helper()
	a := &txtar.Archive{Comment: f.archive.Comment}
	for _, file := range f.archive.Files {
		if !slices.Contains(fixtureParts[1:], file.Name) {
			a.Files = append(a.Files, file)
		}
	}
	for i, data := range []string{got.want, got.diff, got.stderr} {
		if data != "" {
			a.Files = append(a.Files, txtar.File{Name: fixtureParts[i+1], Data: []byte(data)})
		}
	}
	if err := os.WriteFile(f.path, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, what, want, got string) {
	t.Helper()
	if got != want {
		t.Errorf("%s is\n%s\nand not\n%s", what, got, want)
	}
}

// checkResult looks at the new file itself: the diff leads to it, its links are
// those that were reported, and a second run finds nothing more to do.
func checkResult(t *testing.T, f *fixture, got outcome) {
	t.Helper()
	gitApply(t, got.diff)
	text, err := os.ReadFile("compose.yaml")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "the file with the diff applied", got.want, string(text))
	for _, link := range linksOf(t, got.want) {
		if !strings.Contains(got.stderr, link) {
			t.Errorf("not reported: %s", link)
		}
	}
	again := runFixture(t, f, got.want)
	if again.diff != "" {
		t.Errorf("a second run changes the file again:\n%s", again.diff)
	}
	if was, is := strings.Contains(got.stderr, "exit "), strings.Contains(again.stderr, "exit "); was != is {
		t.Errorf("a second run ends with another exit code:\n%s", again.stderr)
	}
}

// gitApply changes the files of the current folder as the diff says.
func gitApply(t *testing.T, diff string) {
	t.Helper()
	git, err := exec.LookPath("git")
	if err != nil {
		if os.Getenv("DELINK_CI") != "" {
			t.Fatal(err)
		}
		t.Skip("git is not installed: the diff is not applied")
	}
	cmd := exec.Command(git, "apply", "-")
	cmd.Stdin = strings.NewReader(diff)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_CEILING_DIRECTORIES="+filepath.Dir(t.TempDir()))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s", err, out)
	}
}

// linksOf lists the links of a file as messages begin: SERVICE: link "ENTRY".
func linksOf(t *testing.T, text string) []string {
	t.Helper()
	var out []string
	dec := yaml.NewDecoder(strings.NewReader(text))
	for {
		var doc struct {
			Services map[string]struct{ Links any }
		}
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		for name, s := range doc.Services {
			list, ok := s.Links.([]any)
			if !ok && s.Links != nil {
				list = []any{""}
			}
			for _, entry := range list {
				if text, ok := entry.(string); ok && text != "" {
					out = append(out, fmt.Sprintf("%s: link %q: kept", name, text))
				} else {
					out = append(out, name+": ")
				}
			}
		}
	}
}

// TestReasons wants a case for every reason of a link that stays, keep-REASON,
// and for every reason of a note, note-REASON.
func TestReasons(t *testing.T) {
	fixtures := map[string]*fixture{}
	for _, f := range readFixtures(t) {
		fixtures[f.name()] = f
	}
	keep, note := reasons(t)
	for prefix, list := range map[string][]string{"keep-": keep, "note-": note} {
		for _, reason := range list {
			switch f := fixtures[prefix+reason]; {
			case f == nil:
				t.Errorf("fixtures/%s%s.txtar is not there", prefix, reason)
			case !strings.Contains(f.files["stderr"], "["+reason+"]"):
				t.Errorf("fixtures/%s.txtar does not show [%s]", f.name(), reason)
			}
		}
	}
}

// reasons reads translate/reasons.go: why a link stays, and what notes are
// about. A reason that no code gives yet is left out.
func reasons(t *testing.T) (keep, note []string) {
	t.Helper()
	const path = "../../translate/reasons.go"
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	code := programText(t, path)
	var blocks [][]string
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		var names []string
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			name, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			if regexp.MustCompile(`\b` + v.Names[0].Name + `\b`).MatchString(code) {
				names = append(names, name)
			}
		}
		blocks = append(blocks, names)
	}
	if len(blocks) != 2 {
		t.Fatalf("%s has %d blocks of constants, not two", path, len(blocks))
	}
	return blocks[0], blocks[1]
}

// programText is the code that gives reasons, but for the file that lists them.
func programText(t *testing.T, but string) string {
	t.Helper()
	var b strings.Builder
	for _, pattern := range []string{"../../translate/*.go", "*.go"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") || path == but {
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(text)
		}
	}
	return b.String()
}

// TestFixtureNames holds the names to the categories that fixtures/README.md lists.
func TestFixtureNames(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(fixtureDir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range readFixtures(t) {
		category, _, _ := strings.Cut(f.name(), "-")
		if !strings.Contains(string(text), "| `"+category+"-") {
			t.Errorf("%s: fixtures/README.md has no category %s-", f.name(), category)
		}
	}
}
