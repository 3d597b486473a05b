package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func readFileString(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// fenced gives the fenced blocks of a Markdown text that are of a language.
func fenced(text, language string) []string {
	var out []string
	for _, m := range regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		if m[1] == language {
			out = append(out, m[2])
		}
	}
	return out
}

// TestReadmeExample holds the example at the top to the folder that a reader
// is told to run delink on, and that folder to the program.
func TestReadmeExample(t *testing.T) {
	const file = fixtureDir + "/shop/compose.yaml"
	t.Setenv("COMPOSE_PROJECT_NAME", "shop")
	code, out, _ := command(file)
	if code != exitOK {
		t.Errorf("exit code %d", code)
	}
	after := readFileString(t, fixtureDir+"/shop/want.yaml")
	compare(t, "fixtures/shop/want.yaml", after, out)
	readme := readFileString(t, "../../README.md")
	yaml := fenced(readme, "yaml")
	if len(yaml) < 2 {
		t.Fatal("README.md has no before and after")
	}
	compare(t, "before in README.md", readFileString(t, file), yaml[0])
	compare(t, "after in README.md", after, yaml[1])
	if !strings.Contains(readme, "\ngo run ./cmd/delink fixtures/shop/compose.yaml\n") {
		t.Error("README.md does not tell how to run it")
	}
}

// readmeLines are the commands that README.md shows, with their codes and what
// they say. Each is run in a repository of two projects with a link each.
var readmeLines = map[string]struct {
	code int
	says string
}{
	"delink compose.yaml > compose.new.yaml": {0, "compose.yaml: 1 link, 1 removed"},
	"delink -w compose.yaml":                 {0, "compose.yaml: 1 link, 1 removed"},
	"delink -d . | less":                     {0, "+++ b/deploy/docker-compose.prod.yml"},
	"delink -w .":                            {0, "2 files changed, 0 unchanged; 2 links removed"},
	"delink --check .":                       {1, "[dns-link]"},
	"delink --check --format github .":       {1, "::warning file=compose.yaml,line=4,"},
	"delink --check --exit-zero --format markdown . >> \"$GITHUB_STEP_SUMMARY\"": {0, ""},
	"delink --check --exit-zero --format sarif --report delink.sarif .":          {0, ""},
	"delink -w --format markdown --report /tmp/body.md .":                        {0, "2 files changed"},
	"delink --check --format json . | jq '.totals.links'":                        {0, "\"found\": 2"},
	"delink -w --exit-zero --format markdown --report /tmp/body.md .":            {0, "2 files changed"},
	"delink -d . | git apply":                                                    {0, ""},
}

// readmeShims has stand-ins for other programs that the lines call, and takes the
// files that they leave.
func readmeShims(t *testing.T) shell {
	t.Helper()
	shims := shell{t: t, dir: t.TempDir()}
	for _, name := range []string{"less", "jq"} {
		if _, err := exec.LookPath(name); err == nil && name == "jq" {
			continue
		}
		shims.write(map[string]string{name: "#!/bin/sh\nexec cat\n"})
		if err := os.Chmod(filepath.Join(shims.dir, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return shims
}

// readmeCalls are the lines of the blocks that hold nothing but calls of delink,
// without what they say of themselves.
func readmeCalls(t *testing.T) (lines []string) {
	t.Helper()
	for _, block := range fenced(readFileString(t, "../../README.md"), "sh") {
		for line := range strings.Lines(block) {
			if strings.HasPrefix(block, "delink ") {
				line, _, _ = strings.Cut(line, " # ")
				lines = append(lines, strings.TrimSpace(line))
			}
		}
	}
	return lines
}

// TestReadmeCommands runs every such line as a reader would.
func TestReadmeCommands(t *testing.T) {
	shims, shown := readmeShims(t), map[string]bool{}
	for _, line := range readmeCalls(t) {
		want, ok := readmeLines[line]
		if shown[line] = true; !ok {
			t.Errorf("README.md has a line that is not tested: %s", line)
			continue
		}
		s := newRepository(t, "PATH="+shims.dir+string(os.PathListSeparator)+os.Getenv("PATH"), "GITHUB_STEP_SUMMARY="+filepath.Join(shims.dir, "summary.md"))
		s.write(map[string]string{"compose.yaml": hookBase, "deploy/docker-compose.prod.yml": hookBase})
		s.must("git", "add", "-A")
		out, code := s.run("sh", "-c", strings.ReplaceAll(line, "/tmp/", shims.dir+"/"))
		if code != want.code || !strings.Contains(out, want.says) {
			t.Errorf("%s: code %d, want %d and %s in\n%s", line, code, want.code, want.says, out)
		}
		changed := strings.Contains(line, "-w") || strings.Contains(line, "git apply")
		if strings.Contains(s.read("compose.yaml"), "links") == changed {
			t.Errorf("%s: changed is %v", line, changed)
		}
	}
	for line := range readmeLines {
		if !shown[line] {
			t.Errorf("README.md no longer has the line %s", line)
		}
	}
	if summary := shims.read("summary.md"); !strings.HasPrefix(summary, "## Compose links\n") {
		t.Errorf("the summary is %q", summary)
	}
	if body := shims.read("body.md"); !strings.Contains(body, "removed 2 links from 2 files") {
		t.Errorf("the body is %q", body)
	}
}

// TestReadmeRecipes holds what README.md shows to the files that tests run.
func TestReadmeRecipes(t *testing.T) {
	readme := readFileString(t, "../../README.md")
	for _, name := range []string{"bulk.sh", "git-hook", "lefthook.yml", "package.json", "pre-commit-config.yaml"} {
		if text := readFileString(t, recipeDir+"/"+name); !strings.Contains(readme, "\n"+text+"```\n") {
			t.Errorf("README.md does not show %s as it is", name)
		}
	}
}

func TestReadmeUsage(t *testing.T) {
	_, help, _ := command("--help")
	plain := fenced(readFileString(t, "../../README.md"), "")
	if len(plain) == 0 {
		t.Fatal("README.md does not show the usage")
	}
	compare(t, "usage in README.md", help, plain[0])
}

// TestReadmeReasons wants a row for every reason, linked to its case.
func TestReadmeReasons(t *testing.T) {
	readme := readFileString(t, "../../README.md")
	keep, note := reasons(t)
	for prefix, list := range map[string][]string{"keep-": keep, "note-": note} {
		for _, reason := range list {
			if row := "\n| [`" + reason + "`](fixtures/" + prefix + reason + ".txtar) | "; !strings.Contains(readme, row) {
				t.Errorf("README.md has no row%s", row)
			}
		}
	}
}

// TestReadmeLinks wants the files that README.md and fixtures/README.md link to.
func TestReadmeLinks(t *testing.T) {
	for _, name := range []string{"../../README.md", fixtureDir + "/README.md"} {
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(readFileString(t, name), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestReadmeRefusals wants every reason to refuse a file.
func TestReadmeRefusals(t *testing.T) {
	readme := readFileString(t, "../../README.md")
	guard := readFileString(t, "../../emit/guard/guard.go")
	reasons := regexp.MustCompile(`(?m)^\t[A-Z]\w+ += "([a-z0-9-]+)"$`).FindAllStringSubmatch(guard, -1)
	if len(reasons) == 0 {
		t.Fatal("no reasons in emit/guard/guard.go")
	}
	for _, m := range reasons {
		if !strings.Contains(readme, "`"+m[1]+"`") {
			t.Errorf("README.md does not name %s", m[1])
		}
	}
}
