package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNames holds the names that a folder is searched for to those that the
// hooks are run for, and both to examples.
func TestNames(t *testing.T) {
	hooks := regexp.MustCompile(`(?m)^  files: '(.*)'$`).FindAllStringSubmatch(textOf(t, "../../.pre-commit-hooks.yaml"), -1)
	if len(hooks) == 0 {
		t.Fatal("no hook has a pattern")
	}
	for _, m := range hooks {
		if m[1] != composeNames.String() {
			t.Errorf("a hook is run for %s, and folders are searched for %s", m[1], composeNames)
		}
	}
	good := "compose.yaml compose.yml docker-compose.yml docker-compose.yaml docker-compose.prod.yml compose.override.yaml " +
		"prod.compose.yml dev-docker-compose.yml docker_compose.yml docker-compose-test.yml compose2.yml fig.yml DOCKER-COMPOSE.YML dockercompose.yml"
	bad := "composer.yml decompose.yml docker-compose.yml.j2 docker-compose.json configure.yml figs.yml compose docker-compose.yml.dist mycompose.yml"
	for want, names := range map[bool]string{true: good, false: bad} {
		for name := range strings.FieldsSeq(names) {
			if isComposeName(name) != want {
				t.Errorf("%s: %v, want %v", name, !want, want)
			}
		}
	}
}

// TestFindsOnce finds each file once, in order, however it is named.
func TestFindsOnce(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{"b/compose.yml", "a/compose.yml", "a/x/fig.yml"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		writeText(t, name, "")
	}
	for args, want := range map[string]string{
		".":                                 "a/compose.yml a/x/fig.yml b/compose.yml",
		"b a":                               "b/compose.yml a/compose.yml a/x/fig.yml",
		"a/x/fig.yml . ./a/../a/x/fig.yml":  "a/x/fig.yml a/compose.yml b/compose.yml",
		filepath.Join(dir, "a") + " a/x a/": "a/compose.yml a/x/fig.yml",
	} {
		files, err := findFiles(&options{write: true, files: strings.Fields(args)}, streams{err: os.Stderr})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range files {
			got = append(got, f.name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", args, got, want)
		}
	}
}

// A link in a folder is not followed: it may lead out of it, or round.
func TestLinksInFolders(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	t.Chdir(dir)
	writeText(t, filepath.Join(outside, "compose.yaml"), linked)
	for name, to := range map[string]string{"compose.yaml": filepath.Join(outside, "compose.yaml"), "round": ".", "out": outside} {
		if err := os.Symlink(to, name); err != nil {
			t.Skip(err)
		}
	}
	got := inProcess("", "-v", "-w", ".")
	if want := "compose.yaml: skipped: a symbolic link: "; got.code != exitOK || !strings.HasPrefix(got.stderr, want) || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("%+v", got)
	}
	onlyFile(t, filepath.Join(outside, "compose.yaml"), linked)
	if got := inProcess("", "-q", "-w", "compose.yaml"); got.code != exitOK {
		t.Errorf("named: %+v", got)
	}
	onlyFile(t, filepath.Join(outside, "compose.yaml"), unlinked)
}
