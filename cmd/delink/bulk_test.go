package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A file that changes while delink runs is left as it then is; the others are
// done, and a report says the same.
func TestChangesWhileRunning(t *testing.T) {
	defer func() { translating = translateUnit }()
	translating = func(o *options, u unit) ([]*result, error) {
		res, err := translateUnit(o, u)
		switch u.files[0].name {
		case "changed.yaml":
			err = errors.Join(err, os.WriteFile("changed.yaml", []byte("# mine\n"+linked), 0o666))
		case "done.yaml":
			err = errors.Join(err, os.WriteFile("done.yaml", []byte(unlinked), 0o666))
		case "gone.yaml":
			err = errors.Join(err, os.Remove("gone.yaml"))
		}
		return res, err
	}
	schema := reportSchema(t)
	t.Chdir(t.TempDir())
	names := []string{"changed.yaml", "done.yaml", "gone.yaml", "plain.yaml"}
	for _, name := range names {
		writeText(t, name, linked)
	}
	got := inProcess("", append([]string{"-w", "--format", "json"}, names...)...)
	want := "changed.yaml: error: was changed while delink ran: run it again [unwritable]\n" +
		"gone.yaml: error: no such file [unwritable]\n" +
		"2 files changed, 0 unchanged, 2 failed; 2 links removed\n"
	if got.code != exitError || got.stderr != want {
		t.Errorf("%+v", got)
	}
	r := held(t, schema, got.stdout)
	if c := r.Totals.Files; c.Failed != 2 || c.Changed != 2 || r.Totals.Written != 2 {
		t.Errorf("the report counts %+v, %d written", c, r.Totals.Written)
	}
	for name, want := range map[string]string{"changed.yaml": "# mine\n" + linked, "done.yaml": unlinked, "plain.yaml": unlinked} {
		compare(t, name, want, textOf(t, name))
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) != 3 {
		t.Errorf("there are %v (%v)", entries, err)
	}
}

// A defect in one project ends that project: the others are done, and the
// message asks for a report.
func TestDefectEndsOneProject(t *testing.T) {
	defer func() { translating = translateUnit }()
	translating = func(o *options, u unit) ([]*result, error) {
		if strings.HasPrefix(u.files[0].name, "b") {
			panic("a defect")
		}
		return translateUnit(o, u)
	}
	t.Chdir(t.TempDir())
	for _, name := range []string{"a.yaml", "b.yaml", "c.yaml"} {
		writeText(t, name, linked)
	}
	got := inProcess("", "-w", "a.yaml", "b.yaml", "c.yaml")
	want := "b.yaml: error: delink failed on this file, nothing was written: please report it: a defect [defect]\n" +
		"2 files changed, 0 unchanged, 1 failed; 2 links removed\n"
	if got.code != exitError || got.stderr != want {
		t.Errorf("%+v", got)
	}
	compare(t, "a.yaml", unlinked, textOf(t, "a.yaml"))
	compare(t, "b.yaml", linked, textOf(t, "b.yaml"))
	compare(t, "c.yaml", unlinked, textOf(t, "c.yaml"))
}

// copied copies the collection's files, as they lie, and lists their names.
func copied(t *testing.T) (dir string, names []string) {
	t.Helper()
	dir = t.TempDir()
	root := ""
	for _, f := range collection(t) {
		if root == "" {
			root = filepath.Dir(f.path[:strings.Index(f.path, string(filepath.Separator)+"corpus"+string(filepath.Separator))+len("/corpus/")])
		}
		name, err := filepath.Rel(root, f.path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		writeText(t, filepath.Join(dir, name), textOf(t, f.path))
		names = append(names, name)
	}
	return dir, names
}

// texts reads all files below dir.
func texts(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all[path[len(dir):]] = textOf(t, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// quoted finds what Compose said of a file, which of several faults names one at
// random.
var quoted = regexp.MustCompile(`(?m)Compose (?:would refuse|refuses) .*\[`)

// settled are messages without what is left to chance.
func settled(messages string) string { return quoted.ReplaceAllString(messages, "[") }

// sameLines tells of the first line in which two texts differ.
func sameLines(t *testing.T, what, want, got string) {
	t.Helper()
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Errorf("%s, line %d: want\n%s\ngot\n%s", what, i+1, a[i], b[i])
			return
		}
	}
	if len(a) != len(b) {
		t.Errorf("%s: %d lines, want %d", what, len(b), len(a))
	}
}

// sameTree compares the files below two folders.
func sameTree(t *testing.T, what string, want, got map[string]string) {
	t.Helper()
	for name, text := range want {
		if got[name] != text {
			sameLines(t, what+": "+name, text, got[name])
			return
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d files, want %d", what, len(got), len(want))
	}
}

// TestAnyOrder runs over the collection in one go, and then in random orders and
// parts, on few and many workers: the files and the messages about them are
// always the same.
func TestAnyOrder(t *testing.T) {
	dir, names := copied(t)
	t.Chdir(dir)
	before := texts(t, dir)
	list := func(names []string) string { return strings.Join(names, "\n") }
	first := inProcess(list(names), "-w", "-v", "-j1", "--files-from", "-")
	want := texts(t, dir)
	if first.code != exitError && first.code != exitLinks {
		t.Fatalf("%+v", first)
	}
	changed := 0
	for name := range want {
		if want[name] != before[name] {
			changed++
		}
	}
	t.Logf("%d of %d files change", changed, len(want))
	for seed := range 3 {
		for name, text := range before {
			writeText(t, dir+name, text)
		}
		rng := rand.New(rand.NewSource(int64(seed)))
		workers, runs := []int{8, 3, 1}[seed], []int{1, 3, 30}[seed]
		if seed == 0 {
			again := inProcess(list(names), "-w", "-v", "-j8", "--files-from", "-")
			if again.code != first.code || again.stdout != first.stdout {
				t.Errorf("eight workers end with %d, one with %d", again.code, first.code)
			}
			sameLines(t, "what eight workers tell", settled(first.stderr), settled(again.stderr))
		} else {
			for _, part := range parts(rng, names, runs) {
				inProcess(list(part), "-w", "-q", fmt.Sprintf("-j%d", workers), "--files-from", "-")
			}
		}
		sameTree(t, fmt.Sprintf("%d runs of %d workers", runs, workers), want, texts(t, dir))
	}
}

// parts deals names out at random.
func parts(rng *rand.Rand, names []string, n int) [][]string {
	out := make([][]string, n)
	for _, i := range rng.Perm(len(names)) {
		part := rng.Intn(n)
		out[part] = append(out[part], names[i])
	}
	return slices.DeleteFunc(out, func(p []string) bool { return len(p) == 0 })
}

// TestBaseAndOverride does a base and its override in one run and in two, in
// either order: both come out the same.
func TestBaseAndOverride(t *testing.T) {
	const base, override = "compose.yaml", "compose.override.yaml"
	for _, tt := range []struct{ name, base, override string }{
		{"links in both", "services:\n  web:\n    image: web\n    links: [cache]\n  db:\n    image: db\n  cache:\n    image: cache\n",
			"services:\n  web:\n    links: [db]\n"},
		{"links in the override", "services:\n  web: {image: web}\n  db: {image: db}\n", "services:\n  web:\n    links:\n      - db:database\n"},
		{"an alias in both", "services:\n  web:\n    image: web\n    links: [cache:store]\n  db:\n    image: db\n  cache:\n    image: cache\n",
			"services:\n  web:\n    links: [db:database]\n  db:\n    ports: [\"5432:5432\"]\n"},
		{"a port and variables of the target in the override", "services:\n  web:\n    image: web\n    links: [db]\n    environment: {A: b}\n  db:\n    image: db\n    expose: [1]\n    environment: [MODE=fast]\n",
			"services:\n  web:\n    environment:\n      - DB_PORT_1_TCP=tcp://elsewhere:1\n  db:\n    ports: [\"2:2\"]\n    environment: [SPEED=high]\n"},
		{"the dependency in the override", "services:\n  web:\n    image: web\n    links: [db]\n  db:\n    image: db\n",
			"services:\n  web:\n    depends_on: [db]\n    links: [cache]\n  cache:\n    image: cache\n"},
		{"a service of the override", "services:\n  db:\n    image: db\n    networks: [back]\n  web:\n    image: web\n    links: [db:store]\n    networks: [back, front]\nnetworks:\n  back: {}\n  front: {}\n",
			"services:\n  job:\n    image: job\n    links: [db:base]\n    networks: [back]\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			var want [2]string
			for i, runs := range [][][]string{{{base, override}}, {{override, base}}, {{base}, {override}}, {{override}, {base}}, {{"."}}} {
				writeText(t, base, tt.base)
				writeText(t, override, tt.override)
				for _, names := range append(runs, []string{"."}) {
					if got := inProcess("", append([]string{"-w", "-q"}, names...)...); got.code != exitOK || got.stderr != "" {
						t.Errorf("%v: %+v", names, got)
					}
				}
				got := [2]string{textOf(t, base), textOf(t, override)}
				if i == 0 {
					want = got
					continue
				}
				sameLines(t, fmt.Sprint(runs, base), want[0], got[0])
				sameLines(t, fmt.Sprint(runs, override), want[1], got[1])
			}
			if strings.Contains(want[0]+want[1], "links") {
				t.Error("links are left")
			}
		})
	}
}

// TestPatchOfFolder applies the diff of a folder with git: that gives the files
// that -w writes.
func TestPatchOfFolder(t *testing.T) {
	patchers[0].need(t)
	dir, _ := copied(t)
	t.Chdir(dir)
	before := texts(t, dir)
	patch := inProcess("", "-q", "-d", ".")
	sameTree(t, "after -d", before, texts(t, dir))
	written := inProcess("", "-q", "-w", ".")
	want := texts(t, dir)
	if patch.code == exitOK || written.code == exitOK {
		t.Errorf("-d ends with %d, -w with %d", patch.code, written.code)
	}
	sameLines(t, "messages of -d", settled(written.stderr), settled(patch.stderr))
	for name, text := range before {
		writeText(t, dir+name, text)
	}
	apply := exec.Command("git", "apply", "-")
	apply.Stdin = strings.NewReader(patch.stdout)
	if out, err := apply.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	sameTree(t, "after git apply", want, texts(t, dir))
	again := inProcess("", "-q", "-w", ".")
	sameTree(t, "after a second run", want, texts(t, dir))
	if again.code != written.code {
		t.Errorf("a second run ends with %d", again.code)
	}
}
