package main

import (
	"os"
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
