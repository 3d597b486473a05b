package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// patcher is a program that takes diffs.
type patcher struct {
	name string
	args []string
}

var patchers = []patcher{
	{"git", []string{"apply", "-"}},
	{"patch", []string{"-p1", "--quiet", "--no-backup-if-mismatch"}},
}

// change is what the program makes of a file: a diff, and the new file.
type change struct{ path, before, diff, after string }

// changeOf runs the program on a file, in the file's folder. The diff is empty if
// the file does not change.
func changeOf(t *testing.T, path string) change {
	t.Helper()
	t.Chdir(filepath.Dir(path))
	name := filepath.Base(path)
	c := change{path: path, before: textOf(t, name), diff: inProcess("", "-q", "-d", "--", name).stdout}
	if c.diff != "" {
		c.after = inProcess("", "-q", "--", name).stdout
	}
	return c
}

// TestDiffsApply gives the diff of every real file that changes to git apply and
// to patch. Both must make of the old file exactly what stdout gives.
func TestDiffsApply(t *testing.T) {
	var changes []change
	for _, f := range collection(t) {
		if f.links {
			if c := changeOf(t, f.path); c.diff != "" {
				changes = append(changes, c)
			}
		}
	}
	if len(changes) == 0 {
		t.Fatal("no file was changed at all")
	}
	for _, p := range patchers {
		t.Run(p.name, func(t *testing.T) {
			p.need(t)
			dir := t.TempDir()
			for _, c := range changes {
				p.apply(t, dir, c)
			}
			t.Logf("%d diffs applied", len(changes))
		})
	}
}

// need skips the test where the program is missing.
func (p patcher) need(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath(p.name); err != nil {
		if os.Getenv("DELINK_CI") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// apply has the program apply the diff to the old file in dir.
func (p patcher) apply(t *testing.T, dir string, c change) {
	t.Helper()
	file := filepath.Join(dir, filepath.Base(c.path))
	writeText(t, file, c.before)
	cmd := exec.Command(p.name, p.args...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(c.diff)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v: %s", c.path, err, out)
	} else if got := textOf(t, file); got != c.after {
		t.Errorf("%s: %s gives\n%s", c.path, p.name, got)
	}
}

// TestOddDiffsApply tries what real files seldom have: odd names and line ends.
func TestOddDiffsApply(t *testing.T) {
	const db = "  db:\n    image: db\n"
	texts := map[string]string{
		"LF":         "services:\n" + db + "  web:\n    links: [db]\n",
		"CRLF":       strings.ReplaceAll("services:\n"+db+"  web:\n    links: [db]\n", "\n", "\r\n"),
		"mixed":      "services:\r\n" + db + "  web:\r\n    links: [db]\n",
		"no end":     "services:\n" + db + "  web:\n    links: [db]",
		"end links":  "services:\n" + db + "  web:\n    image: web\n    links:\n      - db",
		"BOM":        "\ufeffservices:\n" + db + "  web:\n    links: [db]\n",
		"one line":   "{services: {db: {image: db}, web: {links: [db]}}}",
		"blank ends": "services:\n" + db + "  web:  \n    links: [db]   \n\n\n",
		"letters":    "services:\n" + db + "  web:\n    image: größe # ☃\n    links: [db]\n",
	}
	var changes []change
	for _, name := range []string{"f.yml", "my file.yml", "größe.yml", "a'b.yml", "-f.yml"} {
		for kind, text := range texts {
			path := filepath.Join(t.TempDir(), name)
			writeText(t, path, text)
			c := changeOf(t, path)
			if c.diff == "" {
				t.Errorf("%s in %s: no diff", kind, name)
			}
			changes = append(changes, c)
		}
	}
	for _, p := range patchers {
		t.Run(p.name, func(t *testing.T) {
			p.need(t)
			for _, c := range changes {
				p.apply(t, t.TempDir(), c)
			}
		})
	}
}
