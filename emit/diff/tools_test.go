package diff

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tool returns a program's path. Without it the test is skipped, but fails
// where DELINK_CI is set, as nothing may be missing there.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("DELINK_CI") != "" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

// appliers are the commands that must take a diff on their standard input.
var appliers = []struct {
	name string
	args []string
}{
	{"git", []string{"apply", "-"}},
	{"patch", []string{"-p1", "--no-backup-if-mismatch"}},
}

// accept gives the diff to every applier, each in a folder that holds before
// alone, and wants after.
func accept(t *testing.T, name, before, after string) {
	t.Helper()
	patch := string(Unified(name, []byte(before), []byte(after)))
	for _, a := range appliers {
		path := tool(t, a.name)
		dir := t.TempDir()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(before), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(path, a.args...)
		cmd.Dir = dir
		cmd.Stdin = strings.NewReader(patch)
		// No user's or machine's settings, and no repository above.
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
			"GIT_CEILING_DIRECTORIES="+filepath.Dir(dir), "LC_ALL=C")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s\n%s", a.name, err, out, patch)
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil || string(got) != after {
			t.Errorf("%s: %v\ngot  %q\nwant %q\nby\n%s", a.name, err, got, after, patch)
		}
	}
}

func TestToolsAcceptTexts(t *testing.T) {
	long := service(6)
	for _, c := range []struct{ name, before, after string }{
		{"plain", "a\nb\nc\n", "a\nB\nc\n"},
		{"carriage returns", "a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"},
		{"mixed line ends", "a\r\nb\nc\r\nd\n", "a\r\nb\nX\r\nd\r\n"},
		{"line ends changed", "a\r\nb\r\n", "a\nb\n"},
		{"lone carriage return", "a\rb\nc\n", "a\rB\nc\n"},
		{"carriage return at the end", "a\nb\r", "a\nc\r"},
		{"byte order mark", "\ufeffa\nb\n", "\ufeffA\nb\n"},
		{"byte order mark removed", "\ufeffa\nb\n", "a\nb\n"},
		{"line end added", "a\nb", "a\nb\n"},
		{"line end removed", "a\nb\n", "a\nb"},
		{"no line end", "a\nb", "A\nb"},
		{"no line end, last line changed", "a\nb", "a\nc"},
		{"no line end, near the end", long + "x", strings.Replace(long, "web5", "app5", 1) + "x"},
		{"emptied", "a\nb\n", ""},
		{"emptied without line end", "a", ""},
		{"filled", "", "a\nb\n"},
		{"filled without line end", "", "a"},
		{"only blank lines", "\n\n\n", "\n\n"},
		{"blank lines with blanks", "a\n  \n\t\nb\n", "a\n\n\t\nc  \n"},
		{"invalid UTF-8", "caf\xe9\nb\n\xff\xfe\n", "caf\xe9\nc\n\xff\n"},
		{"zero bytes", "a\x00b\nc\n", "a\x00b\nd\n"},
		{"lines like headers", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n", "-- a/x\n++ b/x\n@@ -1 +1 @@\n"},
		{"lines like headers, removed", "a\n-- x\n++ y\nb\n", "a\nb\n"},
		{"lines like the mark", "a\n\\ No newline at end of file\nb\n", "a\n\\ No newline at end of file\nc"},
		{"next line, line separator", "a\u0085b\u2028c\nd\n", "a\u0085b\u2028c\ne\n"},
		{"first and last", long, "# first\n" + long + "# last\n"},
		{"many hunks", long, strings.ReplaceAll(long, "links:", "depends_on:")},
		{"all indented", long, "  " + strings.ReplaceAll(long, "\n", "\n  ")},
		{"equal lines", strings.Repeat("x\n", 20), strings.Repeat("x\n", 13)},
	} {
		t.Run(c.name, func(t *testing.T) { accept(t, "docker-compose.yml", c.before, c.after) })
	}
}

func TestToolsAcceptNames(t *testing.T) {
	for _, name := range []string{
		"compose.yml", "deploy/prod/compose.yml", "my app/docker compose.yml", " lead.yml", "trail ",
		"2020-01-01 10:00:00 +0000", "tab\there.yml", "line\nfeed.yml", "car\rriage.yml", `say "hi".yml`,
		`back\slash.yml`, "it's.yml", "-w.yml", "köln/☃.yml", "bell\a\x01\x7f and blank.yml", "a/b/a/b.yml", "@@ -1 +1 @@",
	} {
		t.Run(name, func(t *testing.T) { accept(t, name, "a\nb\n", "a\nc\n") })
	}
}

func TestToolsAcceptRandomEdits(t *testing.T) {
	n := 100
	if testing.Short() {
		n = 10
	}
	r := rand.New(rand.NewPCG(1, 2)) // the same edits in every run
	for range n {
		before := edited(r, service(1+r.IntN(5)))
		after := edited(r, before)
		if after == before {
			continue // no diff, which git apply refuses
		}
		if r.IntN(4) == 0 {
			after = strings.TrimSuffix(after, "\n")
		}
		if r.IntN(4) == 0 {
			before, after = strings.ReplaceAll(before, "\n", "\r\n"), strings.ReplaceAll(after, "\n", "\r\n")
		}
		accept(t, "compose.yml", before, after)
	}
}
