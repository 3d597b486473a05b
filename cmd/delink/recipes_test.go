package main

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

const recipeDir = "testdata/recipes"

// plainHook is a repository with the plain hook.
func plainHook(t *testing.T) shell {
	t.Helper()
	s := newRepository(t)
	hook := filepath.Join(s.dir, ".git", "hooks", "pre-commit")
	if err := os.WriteFile(hook, []byte(readFileString(t, recipeDir+"/git-hook")), 0o777); err != nil {
		t.Fatal(err)
	}
	return s
}

// commits stages all, unless it is told what, and commits it. The hook finds so
// many links; without any, it lets it pass.
func (s shell) commits(links int, paths ...string) {
	s.t.Helper()
	if len(paths) == 0 {
		s.must("git", "add", "-A")
	}
	out, code := s.run("git", append([]string{"commit", "-qm", "a commit", "--"}, paths...)...)
	if (code == 0) != (links == 0) || strings.Count(out, "[dns-link]") != links {
		s.t.Errorf("want %d links, the commit ends with %d:\n%s", links, code, out)
	}
}

// The plain hook stops a commit of a file with links, and no other.
func TestRecipeGitHook(t *testing.T) {
	s := plainHook(t)
	s.write(map[string]string{"other.yml": "a: b\n"})
	s.commits(0)
	s.write(map[string]string{"a b/-compose.yaml": hookBase, "-w-compose.yml": hookBase, "fig.yml": hookBase, "x/DOCKER-COMPOSE.YML": hookBase,
		".github/workflows/compose.yml": "on: push\njobs: {a: {steps: [{run: links}]}}\n", "config.yml": "links: [a]\n"})
	s.commits(4)
	s.must("delink", "-w", ".")
	s.commits(0)
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "tmp.*", "-w-compose.yml")); err != nil || len(left) > 0 {
		t.Errorf("%q are left (%v)", left, err)
	}
}

// What counts is what is staged, with the base that is staged.
func TestRecipeGitHookStaged(t *testing.T) {
	s := plainHook(t)
	clean := inProcess(hookBase, "-q", "-").stdout
	s.write(map[string]string{"compose.yml": hookBase})
	s.must("git", "add", "-A")
	s.write(map[string]string{"compose.yml": clean})
	if out, code := s.run("git", "commit", "-qm", "links"); code == 0 || !strings.Contains(out, "compose.yml:4:13: warning: web: link \"db:database\"") {
		t.Errorf("staged links: the commit ends with %d:\n%s", code, out)
	}
	s.must("git", "add", "-A")
	s.write(map[string]string{"compose.yml": hookBase})
	s.must("git", "commit", "-qm", "links in the work tree alone")
	s.commits(1, "compose.yml")
	s.must("git", "checkout", "-q", "--", ".")
	s.write(map[string]string{"compose.override.yml": "services:\n  web:\n    links: [db]\n"})
	s.must("git", "add", "-A")
	s.write(map[string]string{"compose.yml": "services: {}\n"})
	if out, code := s.run("git", "commit", "-qm", "an override"); code == 0 || !strings.Contains(out, "compose.override.yml:3:13: warning: web: link \"db\": it only gives a name") {
		t.Errorf("the override's commit ends with %d:\n%s", code, out)
	}
}

// globbed reports whether a pattern of lefthook or lint-staged, which knows
// {a,b}, matches a path, whose folders * takes too.
func globbed(t *testing.T, glob, name string) bool {
	t.Helper()
	if open := strings.LastIndexByte(glob, '{'); open >= 0 {
		shut := open + strings.IndexByte(glob[open:], '}')
		for choice := range strings.SplitSeq(glob[open+1:shut], ",") {
			if globbed(t, glob[:open]+choice+glob[shut+1:], name) {
				return true
			}
		}
		return false
	}
	ok, err := path.Match(strings.ReplaceAll(glob, "/", ":"), strings.ReplaceAll(name, "/", ":"))
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

// checkCommand runs the command of a hook as the hook's manager does, by sh, with
// the names that its pattern takes: one of them is that of no Compose file.
func checkCommand(t *testing.T, s shell, command string, takes func(string) bool, name func(string) string) {
	t.Helper()
	names := []string{"compose.yaml", "-w-compose.yml", "sub/dev compose.yml", "fig.yml", ".github/workflows/docker-compose.yml"}
	other := names[len(names)-1]
	args := []string{"-c", command + ` "$@"`, "sh"}
	for _, n := range names {
		s.write(map[string]string{n: hookBase})
		if args = append(args, name(n)); !takes(n) {
			t.Errorf("the pattern does not take %s", n)
		}
	}
	s.write(map[string]string{other: "on: push\njobs: {a: {steps: [{run: links}]}}\n"})
	if takes("config.yml") || takes("sub/figs.yaml") || takes("compose/other.json") {
		t.Error("the pattern takes others")
	}
	s.env = append(s.env, "GIT_INDEX_FILE="+filepath.Join(s.dir, ".git", "index")) // as git sets it for hooks
	s.must("sh", args...)
	for _, n := range names {
		if n != other && strings.Contains(s.read(n), "links") {
			t.Errorf("%s still has links", n)
		}
	}
}

// lefthook changes the file and stages it, so that the commit passes at once.
func TestRecipeLefthook(t *testing.T) {
	var recipe struct {
		PreCommit struct {
			Commands map[string]struct {
				Glob, Run  string
				StageFixed bool `yaml:"stage_fixed"`
			}
		} `yaml:"pre-commit"`
	}
	text := readFileString(t, recipeDir+"/lefthook.yml")
	if err := yaml.Unmarshal([]byte(text), &recipe); err != nil {
		t.Fatal(err)
	}
	c := recipe.PreCommit.Commands["delink"]
	if !c.StageFixed {
		t.Error("what is mended is not staged")
	}
	checkCommand(t, newRepository(t), strings.TrimSuffix(c.Run, " {staged_files}"),
		func(name string) bool { return globbed(t, c.Glob, name) }, func(name string) string { return name })
	if _, err := exec.LookPath("lefthook"); err != nil {
		t.Skip("lefthook is missing: only its command was run")
	}
	s := newRepository(t)
	s.write(map[string]string{"lefthook.yml": text})
	s.write(hookFiles)
	s.must("git", "add", "-A")
	s.must("lefthook", "install")
	s.must("git", "commit", "-qm", "links")
	checkCommitted(t, s, "compose.yaml", "sub/dev compose.yml", "-w-compose.yml", "sub/fig.yml")
}

// So does husky with lint-staged, which names files absolutely.
func TestRecipeHusky(t *testing.T) {
	var recipe struct {
		LintStaged map[string]string `yaml:"lint-staged"`
	}
	text := readFileString(t, recipeDir+"/package.json")
	if err := yaml.Unmarshal([]byte(text), &recipe); err != nil {
		t.Fatal(err)
	}
	s := newRepository(t)
	if len(recipe.LintStaged) != 1 {
		t.Fatalf("%d commands", len(recipe.LintStaged))
	}
	for glob, command := range recipe.LintStaged {
		checkCommand(t, s, command, func(name string) bool { return globbed(t, glob, path.Base(name)) }, func(name string) string { return filepath.Join(s.dir, name) })
	}
	for _, program := range []string{"husky", "lint-staged"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is missing: only the command was run", program)
		}
	}
	s.write(map[string]string{"package.json": text})
	s.write(hookFiles)
	s.must("git", "add", "-A")
	s.must("husky")
	s.write(map[string]string{".husky/pre-commit": strings.Replace(readFileString(t, recipeDir+"/husky-pre-commit"), "npx ", "", 1)})
	s.must("git", "commit", "-qm", "links")
	checkCommitted(t, s, "compose.yaml", "sub/dev compose.yml", "-w-compose.yml", "sub/fig.yml")
}

// hookFiles are committed under a manager of hooks: the last two are no Compose
// files.
var hookFiles = map[string]string{"compose.yaml": hookBase, "sub/dev compose.yml": hookBase, "-w-compose.yml": hookBase, "sub/fig.yml": hookBase,
	".github/workflows/docker-compose.yml": "on: push\njobs: {a: {steps: [{run: links}]}}\n", "config.yml": "links: [a]\n"}

func checkCommitted(t *testing.T, s shell, names ...string) {
	t.Helper()
	for _, name := range names {
		if text := s.must("git", "show", "HEAD:"+name); strings.Contains(text, "links") || !strings.Contains(text, "depends_on") {
			t.Errorf("%s was committed as\n%s", name, text)
		}
	}
}

// The steps of the workflow, run as GitHub runs them: a pull request with links
// fails, with annotations; the main branch gets alerts; both get a summary.
func TestRecipeGitHubActions(t *testing.T) {
	needs(t, "bash")
	type step struct{ If, Run string }
	var recipe struct {
		Jobs map[string]struct{ Steps []step }
	}
	if err := yaml.Unmarshal([]byte(readFileString(t, recipeDir+"/github-actions.yml")), &recipe); err != nil {
		t.Fatal(err)
	}
	runs := func(s shell, event string) (out string, failed bool) {
		for _, step := range recipe.Jobs["delink"].Steps {
			other := strings.Contains(step.If, "event_name") && !strings.Contains(step.If, "'"+event+"'")
			if step.Run == "" || strings.HasPrefix(step.Run, "go install ") || other {
				continue
			}
			text, code := s.run("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step.Run)
			out, failed = out+text, failed || code != 0
		}
		return out, failed
	}
	for _, tt := range []struct {
		event, file string
		fails       bool
	}{{"pull_request", hookBase, true}, {"push", hookBase, false}, {"pull_request", "services: {web: {image: web}}\n", false}} {
		s := newRepository(t, "GITHUB_STEP_SUMMARY=summary.md")
		s.write(map[string]string{"deploy/compose.yml": tt.file})
		s.must("git", "add", "-A")
		out, failed := runs(s, tt.event)
		if failed != tt.fails || strings.Contains(out, "\n::warning file=deploy/compose.yml,line=4,") != tt.fails {
			t.Errorf("%s: failed is %v:\n%s", tt.event, failed, out)
		}
		if summary := s.read("summary.md"); !strings.Contains(summary, "## Compose links") {
			t.Errorf("the summary is %q", summary)
		}
		if tt.event == "push" && len(readSarif(t, s.read("delink.sarif")).Runs[0].Results) != 1 {
			t.Errorf("the alerts are %s", s.read("delink.sarif"))
		}
	}
}
