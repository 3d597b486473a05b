package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// shell is a place to run programs in, with an environment of its own.
type shell struct {
	t   *testing.T
	dir string
	env []string
}

// run runs a program and gives all that it printed, and its code.
func (s shell) run(name string, args ...string) (string, int) {
	s.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = s.dir, s.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if err != nil && cmd.ProcessState == nil {
		s.t.Fatalf("%s: %v", name, err)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

// must runs a program that is to succeed.
func (s shell) must(name string, args ...string) string {
	s.t.Helper()
	out, code := s.run(name, args...)
	if code != 0 {
		s.t.Fatalf("%s %q: code %d\n%s", name, args, code, out)
	}
	return strings.TrimSpace(out)
}

// write writes files below the folder.
func (s shell) write(files map[string]string) {
	s.t.Helper()
	for name, text := range files {
		path := filepath.Join(s.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s shell) read(name string) string {
	s.t.Helper()
	return readFileString(s.t, filepath.Join(s.dir, name))
}

// newRepository is an empty git repository that no setting of the user reaches.
func newRepository(t *testing.T, env ...string) shell {
	t.Helper()
	home := t.TempDir()
	s := shell{t, t.TempDir(), append(os.Environ(), append([]string{
		"HOME=" + home, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + filepath.Join(home, "none"),
		"GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com",
	}, env...)...)}
	s.must("git", "init", "-q", "-b", "main")
	return s
}

// needs skips a test whose program is missing, but not in CI.
func needs(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("DELINK_CI") == "1" {
			t.Fatalf("%s is missing", program)
		}
		t.Skipf("%s is missing", program)
	}
}

// hookRepository is a repository of the program as it stands in the work tree,
// without tests, and its commit. It is what pre-commit fetches.
func hookRepository(t *testing.T) (dir, rev string) {
	t.Helper()
	top := filepath.Join("..", "..")
	s := newRepository(t)
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == "testdata" || d.Name() == "fixtures" || d.Name() != "." && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil {
			s.write(map[string]string{rel: string(text)})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.must("git", "add", "-A")
	s.must("git", "commit", "-qm", "delink")
	return s.dir, s.must("git", "rev-parse", "HEAD")
}

// The files of the projects that the hooks are run on.
const (
	hookBase     = "services:\n  web:\n    image: web\n    links: ['db:database']\n  db:\n    image: db\n"
	hookOverride = "services:\n  web:\n    links: [cache, 'db:store']\n  cache:\n    image: cache\n"
)

// TestPreCommit runs the hooks under the real pre-commit, which installs them
// from the work tree as it would from the repository.
func TestPreCommit(t *testing.T) {
	needs(t, "pre-commit")
	goEnv, err := exec.Command("go", "env", "GOMODCACHE", "GOCACHE").Output()
	if err != nil {
		t.Skipf("go is missing: %v", err)
	}
	cache := strings.Split(string(goEnv), "\n")
	hooks, rev := hookRepository(t)
	// The modules are there already, as this test has been built.
	env := []string{"PRE_COMMIT_HOME=" + t.TempDir(), "GOMODCACHE=" + cache[0], "GOCACHE=" + cache[1], "PRE_COMMIT_COLOR=never"}
	config := func(id string) string {
		text := strings.Replace(readFileString(t, "testdata/recipes/pre-commit-config.yaml"), "https://github.com/delink/delink", hooks, 1)
		text = strings.Replace(text, "v0.1.0", rev, 1)
		return strings.Replace(text, "id: delink", "id: "+id, 1)
	}
	start := func(t *testing.T, id string, files map[string]string) shell {
		t.Helper()
		s := newRepository(t, env...)
		s.write(files)
		s.write(map[string]string{".pre-commit-config.yaml": config(id)})
		s.must("git", "add", "-A")
		return s
	}
	t.Run("manifest", func(t *testing.T) {
		shell{t, hooks, os.Environ()}.must("pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")
	})
	t.Run("try-repo", func(t *testing.T) {
		s := newRepository(t, env...)
		s.write(map[string]string{"compose.yaml": hookBase})
		s.must("git", "add", "-A")
		if out, code := s.run("pre-commit", "try-repo", hooks, "delink", "--ref", rev); code == 0 || !strings.Contains(out, "- files were modified by this hook") {
			t.Errorf("it ends with %d:\n%s", code, out)
		}
	})
	t.Run("commit", func(t *testing.T) { hookCommits(t, start) })
	t.Run("link that stays", func(t *testing.T) { hookLinkStays(t, start) })
	t.Run("base and override", func(t *testing.T) { hookBaseAndOverride(t, start) })
	t.Run("check", func(t *testing.T) { hookChecks(t, start) })
	t.Run("other files", func(t *testing.T) { hookOtherFiles(t, start) })
	t.Run("prek", func(t *testing.T) {
		if _, err := exec.LookPath("prek"); err != nil {
			t.Skip("prek is missing")
		}
		s := start(t, "delink", map[string]string{"compose.yaml": hookBase})
		if out, code := s.run("prek", "run"); code == 0 || !strings.Contains(out, "files were modified by this hook") {
			t.Errorf("the first run ends with %d:\n%s", code, out)
		}
		s.must("git", "add", "-A")
		s.must("prek", "run")
	})
}

// starter makes a repository of files, all staged, with a hook.
type starter func(t *testing.T, id string, files map[string]string) shell

// A commit that brings links is stopped once, with the file mended; then it passes.
func hookCommits(t *testing.T, start starter) {
	s := start(t, "delink", map[string]string{"deploy/docker-compose.yml": hookBase, "readme.yml": "links: [a]\n"})
	s.must("pre-commit", "install")
	out, code := s.run("git", "commit", "-qm", "one")
	if code == 0 || !strings.Contains(out, "- files were modified by this hook") || !strings.Contains(out, "docker-compose.yml: 1 link, 1 removed") {
		t.Errorf("the first commit ends with %d:\n%s", code, out)
	}
	if strings.Contains(out, "- exit code:") {
		t.Errorf("the hook failed by itself:\n%s", out)
	}
	mended := s.read("deploy/docker-compose.yml")
	if strings.Contains(mended, "links") || !strings.Contains(mended, "depends_on: ['db']") {
		t.Errorf("the file is\n%s", mended)
	}
	s.must("git", "add", "-A")
	s.must("git", "commit", "-qm", "one")
	if s.read("deploy/docker-compose.yml") != mended || s.read("readme.yml") != "links: [a]\n" {
		t.Error("the second commit changed a file")
	}
}

// A link that can't go stops the commit, with the reason, until its comment
// says that it is to be kept.
func hookLinkStays(t *testing.T, start starter) {
	s := start(t, "delink", map[string]string{"compose.yaml": "services:\n  web:\n    image: web\n    links:\n      - elsewhere\n"})
	before := s.read("compose.yaml")
	out, code := s.run("pre-commit", "run")
	if code == 0 || !strings.Contains(out, "- exit code: 1") || !strings.Contains(out, "compose.yaml:5:9: warning: web: link \"elsewhere\"") || !strings.Contains(out, "[unknown-target]") {
		t.Errorf("the run ends with %d:\n%s", code, out)
	}
	if strings.Contains(out, "files were modified") || s.read("compose.yaml") != before {
		t.Errorf("the file was changed:\n%s", out)
	}
	s.write(map[string]string{"compose.yaml": strings.Replace(before, "elsewhere", "elsewhere # delink: keep", 1)})
	s.must("git", "add", "-A")
	s.must("pre-commit", "run")
}

// pre-commit hands on the files of a commit alone, and in several processes if
// they are many. The files may then differ in where an alias stands, the base or
// the override; the project that they make is the same.
func hookBaseAndOverride(t *testing.T, start starter) {
	const base, over = "compose.yaml", "compose.override.yaml"
	var want string
	for _, order := range [][]string{{base + " " + over}, {base, over}, {over, base}} {
		s := start(t, "delink", map[string]string{base: hookBase, over: hookOverride})
		for _, files := range order {
			s.run("pre-commit", append([]string{"run", "--files"}, strings.Fields(files)...)...)
		}
		if text := s.read(base) + s.read(over); strings.Contains(text, "links") {
			t.Errorf("after %q links are left:\n%s", order, text)
		}
		got := mergedProject(t, s.read(base), s.read(over))
		if want == "" {
			want = got
		}
		compare(t, strings.Join(order, ", then "), want, got)
		s.must("git", "add", "-A")
		s.must("pre-commit", "run", "--all-files")
	}
	if !strings.Contains(want, `"database"`) || !strings.Contains(want, `"store"`) {
		t.Errorf("an alias is missing:\n%s", want)
	}
}

// mergedProject is what Compose makes of two files, as JSON.
func mergedProject(t *testing.T, base, over string) string {
	t.Helper()
	model, err := loadModel(t.Context(), loadInput{dir: t.TempDir(), project: "p", files: []loadFile{
		{name: "compose.yaml", content: []byte(base)}, {name: "compose.override.yaml", content: []byte(over)}}})
	if err != nil {
		t.Fatal(err)
	}
	return sorted(model)
}

// sorted is JSON in which the order of a list does not count.
func sorted(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var out []string
		for key, value := range v {
			out = append(out, fmt.Sprintf("%q: %s", key, sorted(value)))
		}
		slices.Sort(out)
		return "{" + strings.Join(out, ", ") + "}"
	case []any:
		var out []string
		for _, value := range v {
			out = append(out, sorted(value))
		}
		slices.Sort(out)
		return "[" + strings.Join(out, ", ") + "]"
	case string:
		return strconv.Quote(v)
	}
	return fmt.Sprint(v)
}

// delink-check changes nothing, and fails while links are there.
func hookChecks(t *testing.T, start starter) {
	s := start(t, "delink-check", map[string]string{"compose.yaml": hookBase})
	for range 2 {
		out, code := s.run("pre-commit", "run")
		if code == 0 || !strings.Contains(out, "- exit code: 1") || !strings.Contains(out, "[dns-link]") {
			t.Errorf("the run ends with %d:\n%s", code, out)
		}
		if s.read("compose.yaml") != hookBase {
			t.Error("the file was changed")
		}
	}
	s.write(map[string]string{"compose.yaml": inProcess(hookBase, "-q", "-").stdout})
	s.must("git", "add", "-A")
	s.must("pre-commit", "run")
}

// Files with the name of a Compose file that are none, or have no links, pass.
func hookOtherFiles(t *testing.T, start starter) {
	s := start(t, "delink", map[string]string{
		"plain/compose.yaml":                  "services:\n  web:\n    image: web\n",
		"with blank/-w docker-compose.yml":    hookBase,
		"-w-compose.yml":                      hookBase,
		".github/workflows/build-compose.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps: []\n",
	})
	if out, code := s.run("pre-commit", "run", "--all-files"); code == 0 || !strings.Contains(out, "files were modified by this hook") || strings.Contains(out, "exit code") {
		t.Errorf("the run ends with %d:\n%s", code, out)
	}
	if strings.Contains(s.read("-w-compose.yml"), "links") {
		t.Error("a name like a flag was not done")
	}
	s.must("git", "add", "-A")
	s.must("pre-commit", "run", "--all-files")
}
