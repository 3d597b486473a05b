package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

const recipeDir = "testdata/recipes"

// The plain hook stops a commit of a file with links, and no other.
func TestRecipeGitHook(t *testing.T) {
	s := newRepository(t)
	hook := filepath.Join(s.dir, ".git", "hooks", "pre-commit")
	if err := os.WriteFile(hook, []byte(readFileString(t, recipeDir+"/git-hook")), 0o777); err != nil {
		t.Fatal(err)
	}
	s.write(map[string]string{"other.yml": "a: b\n"})
	s.must("git", "add", "-A")
	s.must("git", "commit", "-qm", "no Compose file")
	s.write(map[string]string{"a b/-compose.yaml": hookBase, "-w-compose.yml": hookBase})
	s.must("git", "add", "-A")
	out, code := s.run("git", "commit", "-qm", "links")
	if code == 0 || strings.Count(out, "[dns-link]") != 2 {
		t.Errorf("the commit ends with %d:\n%s", code, out)
	}
	s.must("delink", "-w", "a b/-compose.yaml", "./-w-compose.yml")
	s.must("git", "add", "-A")
	s.must("git", "commit", "-qm", "no links")
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
	s := newRepository(t)
	s.write(map[string]string{"compose.yaml": hookBase})
	s.must("sh", "-c", strings.Replace(c.Run, "{staged_files}", "compose.yaml", 1))
	if strings.Contains(s.read("compose.yaml"), "links") {
		t.Error("the links are still there")
	}
	if _, err := exec.LookPath("lefthook"); err != nil {
		t.Skip("lefthook is missing: only its command was run")
	}
	s.write(map[string]string{"lefthook.yml": text, "compose.yaml": hookBase, "sub/dev compose.yml": hookBase})
	s.must("git", "add", "-A")
	s.must("lefthook", "install")
	s.must("git", "commit", "-qm", "links")
	checkCommitted(t, s, "compose.yaml", "sub/dev compose.yml")
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
	command := recipe.LintStaged["*{compose,fig}*.{yml,yaml}"]
	s := newRepository(t)
	s.write(map[string]string{"compose.yaml": hookBase})
	s.must("sh", "-c", command+` "$1"`, "sh", filepath.Join(s.dir, "compose.yaml"))
	if command == "" || strings.Contains(s.read("compose.yaml"), "links") {
		t.Error("the links are still there")
	}
	for _, program := range []string{"husky", "lint-staged"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is missing: only the command was run", program)
		}
	}
	s.write(map[string]string{"package.json": text, "compose.yaml": hookBase, "sub/dev compose.yml": hookBase})
	s.must("git", "add", "-A")
	s.must("husky")
	s.write(map[string]string{".husky/pre-commit": strings.Replace(readFileString(t, recipeDir+"/husky-pre-commit"), "npx ", "", 1)})
	s.must("git", "commit", "-qm", "links")
	checkCommitted(t, s, "compose.yaml", "sub/dev compose.yml")
}

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
