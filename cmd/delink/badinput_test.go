package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ran is what a run of the program gave.
type ran struct {
	code           int
	stdout, stderr string
}

// inProcess runs the program in the process of the test.
func inProcess(stdin string, args ...string) ran {
	var out, err bytes.Buffer
	code := run(args, streams{strings.NewReader(stdin), &out, &err})
	return ran{code, out.String(), err.String()}
}

// around is a file with a link that can always be translated, above what a test
// is about. What follows begins in line 7, and in services.
const around = "services:\n  db:\n    image: db\n  ok:\n    image: ok\n    links: [db]\n"

// webWith is around with a service whose first keys are lines, from line 9 on.
func webWith(lines string) string { return around + "  web:\n    image: web\n" + lines }

// linkTo is around with a service t and one that links to it, in line 12 if
// lines is one line.
func linkTo(lines string) string {
	return around + "  t:\n    image: t\n" + lines + "  web:\n    image: web\n    links: [t, db]\n"
}

// oneLine checks that messages are one line: at the place, with the text and
// the reason.
func oneLine(t *testing.T, messages, place, text, reason string) {
	t.Helper()
	if strings.Count(messages, "\n") != 1 || !strings.HasSuffix(messages, "["+reason+"]\n") ||
		!strings.HasPrefix(messages, "f.yaml:"+place+": ") || !strings.Contains(messages, text) {
		t.Errorf("want one line at %s with %q and [%s], got:\n%s", place, text, reason, messages)
	}
	if strings.ContainsFunc(strings.TrimSuffix(messages, "\n"), func(r rune) bool { return r < ' ' || r == 0x7f || r == 0x9b }) {
		t.Errorf("a control character reaches the terminal: %q", messages)
	}
}

// What is broken as a whole is refused: one line says where and why, nothing is
// on stdout, and -w leaves the file as it is and no other beside it.
func TestRefusedFiles(t *testing.T) {
	for _, tt := range []struct{ name, src, place, text, reason string }{
		{"no end of a list", around + "  web: [\n", "8:1: error", "should stand here", "yaml-syntax"},
		{"two colons", around + "  web: a: b\n", "7:9: error", "colon", "yaml-syntax"},
		{"tab", around + "  web:\n\timage: web\n", "8:1: error", "a tab in the indentation", "tab-indent"},
		{"Latin-1", around + "  web:\n    image: caf\xe9\n", "8:15: error", "byte 0xE9", "not-utf8"},
		{"UTF-16, little end first", "\xff\xfes\x00:\x00", "1:1: error", "UTF-16", "not-utf8"},
		{"UTF-16, big end first", "\xfe\xff\x00s\x00:", "1:1: error", "UTF-16", "not-utf8"},
		{"binary", around + "  web:\n    image: \x00\n", "8:12: error", "binary", "binary"},
		{"key twice", webWith("    image: x\n"), "9:5: error", `"image" already defined at line 8`, "duplicate-key"},
		{"service twice", around + "  db:\n    image: x\n", "7:3: error", `"db" already defined at line 2`, "duplicate-key"},
		{"links twice", webWith("    links: [db]\n    links: [ok]\n"), "10:5: error", `"links" already defined at line 9`, "duplicate-key"},
		{"a list", "- links\n", "1:1: error", "this is a list", "not-a-mapping"},
		{"a text", "links\n", "1:1: error", "this is a text", "not-a-mapping"},
		{"a number", "5 # links\n", "1:1: error", "this is a number", "not-a-mapping"},
		{"comments only", "# links\n", "1:1: error", "only comments", "not-a-mapping"},
		{"a second document that is a list", around + "---\n- x\n", "8:1: error", "this is a list", "not-a-mapping"},
		{"101 lists", around + "x: " + strings.Repeat("[", 101) + strings.Repeat("]", 101) + "\n", "7:103: error", "100 levels", "too-deep"},
		{"merge of a list of numbers", webWith("    <<: [1]\n"), "9:10: error", "takes a mapping", "merge-not-mapping"},
		{"merge of a text", webWith("    <<: text\n"), "9:9: error", "takes a mapping", "merge-not-mapping"},
		{"key that is a list", webWith("    ? [a]\n    : b\n"), "9:7: error", "key must be a scalar", "bad-key"},
		{"key that is a template", webWith("    {{ image }}: x\n"), "9:5: error", "key must be a scalar", "bad-key"},
		{"alias inside its anchor", around + "x: &x\n  y: *x\n", "8:6: error", "*x", "alias-cycle"},
		{"merge of itself", around + "  w: &w\n    <<: *w\n", "8:9: error", "*w", "alias-cycle"},
		{"alias of nothing", webWith("    x: *nope\n"), "9:8: error", "*nope", "unknown-anchor"},
		{"include of itself", "include: [f.yaml]\n" + around, "1:11: error", "runs in a circle", "include-cycle"},
		{"include of itself, by way of another", "include: [other.yaml]\n" + around, "1:11: error", "runs in a circle", "include-cycle"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeText(t, "other.yaml", "include:\n  - path: f.yaml\n")
			writeText(t, "f.yaml", tt.src)
			for _, args := range [][]string{{"f.yaml"}, {"-w", "f.yaml"}, {"-d", "f.yaml"}, {"--check", "f.yaml"}, {"-l", "f.yaml"}} {
				got := inProcess("", args...)
				if got.code != exitError || got.stdout != "" {
					t.Errorf("%q: code %d, stdout %q", args, got.code, got.stdout)
				}
				oneLine(t, got.stderr, tt.place, tt.text, tt.reason)
			}
			if text := textOf(t, "f.yaml"); text != tt.src {
				t.Errorf("-w changed the file to %q", text)
			}
			if names, _ := filepath.Glob("*"); len(names) != 2 {
				t.Errorf("-w left %q", names)
			}
		})
	}
}

// leftLinks are files of one link that can't be translated, and the message.
var leftLinks = []struct{ name, src, place, text, reason string }{
	{"unknown target", webWith("    links: [nowhere, db]\n"), `9:13: warning: web: link "nowhere"`, "no service", "unknown-target"},
	{"to itself", webWith("    links: [web, db]\n"), `9:13: warning: web: link "web"`, "itself", "self-link"},
	{"in a circle", webWith("    links: [b, db]\n") + "  b:\n    image: b\n    depends_on: [web]\n", `9:13: warning: web: link "b"`, "circle", "link-cycle"},
	{"two in one", webWith("    links:\n      - db ok\n      - db\n"), `10:9: warning: web: link "db ok"`, "blank", "bad-entry"},
	{"blanks", webWith("    links: ['db : x', db]\n"), `9:13: warning: web: link "db : x"`, "blank", "bad-entry"},
	{"two colons", webWith("    links: ['db:a:b', db]\n"), `9:13: warning: web: link "db:a:b"`, "colon", "bad-entry"},
	{"number", webWith("    links: [1, db]\n"), `9:13: warning: web: link "1"`, "no string", "bad-entry"},
	{"truth", webWith("    links: [true, db]\n"), `9:13: warning: web: link "true"`, "no string", "bad-entry"},
	{"nothing", webWith("    links: [~, db]\n"), "9:13: warning: web", "no string", "bad-entry"},
	{"mapping", webWith("    links:\n      - db: alias\n      - db\n"), "10:9: warning: web", "no string", "bad-entry"},
	{"list", webWith("    links: [[db], db]\n"), "9:13: warning: web", "no string", "bad-entry"},
	{"empty", webWith("    links: ['', db]\n"), "9:13: warning: web", "names no service", "bad-entry"},
	{"alias alone", webWith("    links: [':x', db]\n"), `9:13: warning: web: link ":x"`, "names no service", "bad-entry"},
	{"links a text", webWith("    links: db\n"), "9:12: warning: web", "no list", "bad-links"},
	{"links a mapping", webWith("    links: {db: alias}\n"), "9:12: warning: web", "no list", "bad-links"},
	{"links a number", webWith("    links: 5\n"), "9:12: warning: web", "no list", "bad-links"},
	{"links a truth", webWith("    links: true\n"), "9:12: warning: web", "no list", "bad-links"},
	{"extends a missing file", webWith("    extends: {file: gone.yml, service: x}\n    links: [db]\n"), `10:13: warning: web: link "db"`, "gone.yml", "unresolved-extends"},
	{"extends a missing service", webWith("    extends: gone\n    links: [db]\n"), `10:13: warning: web: link "db"`, `no service "gone"`, "unresolved-extends"},
	{"extends the web", webWith("    extends: {file: 'https://example.com/y.yml', service: x}\n    links: [db]\n"), `10:13: warning: web: link "db"`, "remote", "unresolved-extends"},
	{"extends in a circle", webWith("    extends: b\n    links: [db]\n") + "  b:\n    extends: web\n", `10:13: warning: web: link "db"`, "circle", "unresolved-extends"},
	{"extends itself", webWith("    extends: web\n    links: [db]\n"), `10:13: warning: web: link "db"`, "circle", "unresolved-extends"},
	{"extends a device", webWith("    extends: {file: /dev/zero, service: x}\n    links: [db]\n"), `10:13: warning: web: link "db"`, "/dev/zero", "unresolved-extends"},
	{"extends nothing", webWith("    extends: {}\n    links: [db]\n"), `10:13: warning: web: link "db"`, "names no service", "unresolved-extends"},
	{"name with a line break", around + "  \"w\\neb\":\n    image: x\n    links: [db]\n", `9:13: warning: w\neb: link "db"`, "control character", "bad-name"},
	{"name with a NUL", around + "  \"w\\0eb\":\n    image: x\n    links: [db]\n", `9:13: warning: w\x00eb: link "db"`, "control character", "bad-name"},
	{"name that colours", around + "  \"w\\e[31meb\":\n    image: x\n    links: [db]\n", `9:13: warning: w\x1b[31meb: link "db"`, "control character", "bad-name"},
	{"alias with a line break", webWith("    links: [\"db:a\\nb\", db]\n"), `9:13: warning: web: link "db:a\nb"`, "control character", "bad-name"},
	{"alias with a NUL", webWith("    links: [\"db:a\\0b\", db]\n"), `9:13: warning: web: link "db:a\x00b"`, "control character", "bad-name"},
	{"target that is nothing", around + "  t:\n  web:\n    image: web\n    links: [t, db]\n", `10:13: warning: web: link "t"`, "no mapping", "unreadable-target"},
	{"target that is a text", around + "  t: image\n  web:\n    image: web\n    links: [t, db]\n", `10:13: warning: web: link "t"`, "no mapping", "unreadable-target"},
	{"target's ports a name", linkTo("    ports: [http]\n"), `12:13: warning: web: link "t"`, `"http" is no port, in line 9`, "unreadable-target"},
	{"target's ports too large", linkTo("    ports: ['70000']\n"), `12:13: warning: web: link "t"`, `"70000" is no port`, "unreadable-target"},
	{"target's ports below zero", linkTo("    ports: [-1]\n"), `12:13: warning: web: link "t"`, `"-1" is no port`, "unreadable-target"},
	{"target's ports a fraction", linkTo("    ports: [80.5]\n"), `12:13: warning: web: link "t"`, `"80.5" is no port`, "unreadable-target"},
	{"target's ports a truth", linkTo("    ports: [true]\n"), `12:13: warning: web: link "t"`, `"true" is no port`, "unreadable-target"},
	{"target's ports nothing", linkTo("    ports: [~]\n"), `12:13: warning: web: link "t"`, "no port", "unreadable-target"},
	{"target's ports a list of lists", linkTo("    ports: [[80]]\n"), `12:13: warning: web: link "t"`, "no port", "unreadable-target"},
	{"target's ports backwards", linkTo("    ports: ['90-80']\n"), `12:13: warning: web: link "t"`, `"90-80" is no port`, "unreadable-target"},
	{"target's ports of an unknown protocol", linkTo("    ports: ['80/http']\n"), `12:13: warning: web: link "t"`, `"80/http" is no port`, "unreadable-target"},
	{"target's ports without target", linkTo("    ports: [{published: 80}]\n"), `12:13: warning: web: link "t"`, "no target", "unreadable-target"},
	{"target's ports a mapping", linkTo("    ports: {a: b}\n"), `12:13: warning: web: link "t"`, "ports is no list", "unreadable-target"},
	{"target's ports a number", linkTo("    ports: 80\n"), `12:13: warning: web: link "t"`, "ports is no list", "unreadable-target"},
	{"target's expose a name", linkTo("    expose: [http]\n"), `12:13: warning: web: link "t"`, `"http" is no port`, "unreadable-target"},
	{"target's expose a mapping", linkTo("    expose: {a: b}\n"), `12:13: warning: web: link "t"`, "expose is no list", "unreadable-target"},
	{"target's environment a number", linkTo("    environment: 5\n"), `12:13: warning: web: link "t"`, "environment", "unreadable-target"},
	{"target's environment a text", linkTo("    environment: A=b\n"), `12:13: warning: web: link "t"`, "environment", "unreadable-target"},
	{"target's environment of numbers", linkTo("    environment: [5]\n"), `12:13: warning: web: link "t"`, "environment", "unreadable-target"},
	{"target's environment of lists", linkTo("    environment: {A: [1]}\n"), `12:13: warning: web: link "t"`, "value of A", "unreadable-target"},
}

// A link that can't be translated stays, with a line that says where and why;
// the other links go all the same, and a second run says and does the same.
func TestLeftLinks(t *testing.T) {
	for _, tt := range leftLinks {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeText(t, "f.yaml", tt.src)
			got := inProcess("", "-q", "f.yaml")
			if got.code != exitLinks {
				t.Errorf("code %d", got.code)
			}
			oneLine(t, got.stderr, tt.place, tt.text, tt.reason)
			if !strings.Contains(got.stdout, "  ok:\n    image: ok\n    depends_on: [db]\n") {
				t.Errorf("the other link is still there:\n%s", got.stdout)
			}
			if !strings.Contains(got.stdout, "    links:") {
				t.Errorf("the link is gone:\n%s", got.stdout)
			}
			again := inProcess(got.stdout, "-q", "--stdin-filename=f.yaml", "-")
			if again.code != exitLinks || again.stdout != got.stdout {
				t.Errorf("a second run gives code %d and\n%s", again.code, again.stdout)
			}
		})
	}
}

// What is odd but means something is translated.
func TestOddLinks(t *testing.T) {
	const db = "services:\n  db:\n    image: db\n"
	for _, tt := range []struct{ name, src, want string }{
		{"null", db + "  web:\n    image: web\n    links:\n", db + "  web:\n    image: web\n"},
		{"tilde", db + "  web:\n    image: web\n    links: ~\n", db + "  web:\n    image: web\n"},
		{"empty list", db + "  web:\n    image: web\n    links: []\n", db + "  web:\n    image: web\n"},
		{"twice the same", db + "  web:\n    links: [db, db]\n", db + "  web:\n    depends_on: [db]\n"},
		{"empty alias", db + "  web:\n    links: ['db:']\n", db + "  web:\n    depends_on: ['db']\n"},
		{"quoted key", db + "  web:\n    \"links\": [\"db\"]\n", db + "  web:\n    \"depends_on\": [\"db\"]\n"},
		{"tags", db + "  web:\n    links: !!seq [!!str db]\n", ""},
		{"text over two lines", db + "  web:\n    links: [\"d\\\n      b\"]\n", ""},
		{"block text", db + "  web:\n    links:\n      - >-\n        db\n", ""},
		{"explicit key", db + "  web:\n    ? links\n    : [db]\n", ""},
		{"all in one line", "{services: {db: {image: db}, web: {links: [db]}}}", "{services: {db: {image: db}, web: {depends_on: [db]}}}"},
		{"JSON", `{"services": {"db": {"image": "db"}, "web": {"links": ["db"]}}}`, `{"services": {"db": {"image": "db"}, "web": {"depends_on": ["db"]}}}`},
		{"two documents", db + "---\nservices:\n  web:\n    links: [db]\n", db + "---\nservices:\n  web:\n    depends_on: [db]\n"},
		{"number as a name", "services:\n  \"1\":\n    image: db\n  web:\n    links: ['1']\n", "services:\n  \"1\":\n    image: db\n  web:\n    depends_on: ['1']\n"},
		{"name with a dot", "services:\n  d.b:\n    image: db\n  web:\n    links: [d.b]\n", "services:\n  d.b:\n    image: db\n  web:\n    depends_on: [d.b]\n"},
		{"99 lists", db + "  web:\n    links: [db]\nx-a: " + strings.Repeat("[", 98) + strings.Repeat("]", 98) + "\n", db + "  web:\n    depends_on: [db]\nx-a: " + strings.Repeat("[", 98) + strings.Repeat("]", 98) + "\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := inProcess(tt.src, "-q", "--minimal", "-")
			if got.code != exitOK || got.stderr != "" {
				t.Errorf("code %d, stderr %q", got.code, got.stderr)
			}
			if tt.want != "" && got.stdout != tt.want {
				t.Errorf("got:\n%s", got.stdout)
			}
			if strings.Contains(got.stdout, "links") {
				t.Errorf("links are left:\n%s", got.stdout)
			}
			if full, err := fullLoad("f.yaml", []byte(got.stdout), ".", nil); err == nil && len(full.Services["web"].DependsOn) == 0 && strings.Contains(tt.src, "db]") {
				t.Errorf("web does not wait for db:\n%s", got.stdout)
			}
		})
	}
}

func writeText(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func textOf(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A device and a pipe are refused as files: they might never end.
func TestNoRegularFiles(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	for _, name := range []string{"/dev/zero", pipe} {
		for _, mode := range []string{"-q", "-w", "-l", "--check"} {
			got := asProcess(t, "", mode, name)
			if got.code != exitError || got.stdout != "" || got.stderr != name+": error: is no regular file [unreadable]\n" {
				t.Errorf("%s %s: code %d, stdout %q, stderr %q", mode, name, got.code, got.stdout, got.stderr)
			}
		}
	}
	if got := asProcess(t, "", "--env-file", "/dev/zero", "-"); got.code != exitOK || got.stdout != "" {
		t.Errorf("--env-file of a file without links: %+v", got)
	}
	if got := asProcess(t, around, "--env-file", pipe, "-"); got.code != exitError || got.stdout != "" {
		t.Errorf("--env-file: %+v", got)
	}
}

// A file with control characters in its name is told in one line.
func TestOddFileNames(t *testing.T) {
	t.Chdir(t.TempDir())
	name := "a\nb\x1b[31m.yaml"
	writeText(t, name, webWith("    links: [nowhere]\n"))
	for _, args := range [][]string{{"-q", name}, {"--check", name}, {"-q", "a\nb\x1b[31m.yml"}} {
		got := inProcess("", args...)
		for line := range strings.Lines(got.stderr) {
			if !strings.HasPrefix(line, `a\nb\x1b[31m.y`) {
				t.Errorf("%q: %q", args, line)
			}
		}
	}
}

// What a run may take, whatever the file, beside what its size calls for. Time is
// measured by the benchmarks; these limits only tell a slow run from one that
// never ends, also on a busy machine.
const (
	memoryLimit = 200 << 20
	memoryPerKB = 300 << 10
	cpuLimit    = 10 * time.Second
	timeLimit   = 3 * time.Minute
)

// asProcess runs the program as a process of its own, within the limits.
func asProcess(t *testing.T, stdin string, args ...string) ran {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	report, err := os.Create(filepath.Join(t.TempDir(), "peak"))
	if err != nil {
		t.Fatal(err)
	}
	defer report.Close()
	ctx, cancel := context.WithTimeout(t.Context(), timeLimit)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(ctx, self)
	cmd.Args = append([]string{"measured-delink"}, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = strings.NewReader(stdin), &out, &errs, []*os.File{report}
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	if ctx.Err() != nil {
		t.Fatalf("%q takes more than %v", args, timeLimit)
	}
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	var kilobytes int
	var cpu time.Duration
	if _, err := fmt.Sscan(textOf(t, report.Name()), &kilobytes, &cpu); err != nil {
		t.Fatalf("no report of what it took: %v, stderr %q", err, errs.String())
	}
	if raceDetector() { // which takes several times as much of both
		return ran{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
	}
	if limit := memoryLimit + len(stdin)>>10*memoryPerKB; kilobytes<<10 > limit {
		t.Errorf("%q takes %d MB", args, kilobytes>>10)
	}
	if cpu > cpuLimit {
		t.Errorf("%q takes %v of a processor", args, cpu)
	}
	return ran{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// measuredMain runs the program as a child and reports its peak memory, in
// kilobytes, and its time on processors, in nanoseconds, on file 3. It stands between test and program since a child's peak is never below that
// of the process that started it.
func measuredMain() {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	report := os.NewFile(3, "report")
	cmd := exec.Command(self)
	cmd.Args = append([]string{"delink"}, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	_ = cmd.Run() // the code tells
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		panic("no report of the child's usage")
	}
	fmt.Fprintln(report, usage.Maxrss, usage.Utime.Nano()+usage.Stime.Nano())
	os.Exit(cmd.ProcessState.ExitCode())
}

// raceDetector reports whether the test was built with -race.
func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-race" && s.Value == "true" {
			return true
		}
	}
	return false
}

// laughing builds ten lines, each of which holds ten aliases of the line before.
func laughing(open, item, end string) string {
	var b strings.Builder
	b.WriteString(around + "x-l0: &l0 {k: lol}\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "x-l%d: &l%d %s", i, i, open)
		for j := range 10 {
			fmt.Fprintf(&b, item, j, i-1)
		}
		b.WriteString(end + "\n")
	}
	return b.String()
}

// manyLinking builds n services; links gives the entries of each.
func manyLinking(n int, links func(i int) []string) string {
	var b strings.Builder
	b.WriteString("services:\n")
	for i := range n {
		fmt.Fprintf(&b, "  s%d:\n    image: example/s%d:1.2\n    expose: [\"%d\"]\n", i, i, 1+i%1000)
		if entries := links(i); len(entries) > 0 {
			b.WriteString("    links:\n")
			for _, e := range entries {
				fmt.Fprintf(&b, "      - %s\n", e)
			}
		}
	}
	return b.String()
}

// allBefore are links to all earlier services.
func allBefore(i int) []string {
	var all []string
	for j := range i {
		all = append(all, fmt.Sprintf("s%d", j))
	}
	return all
}

// inPairs links every second service to the one before.
func inPairs(i int) []string {
	if i%2 == 0 {
		return nil
	}
	return []string{fmt.Sprintf("s%d:n%d", i-1, i)}
}

func nestedBlocks(n int) string {
	var b strings.Builder
	b.WriteString(around + "x-a:\n")
	for i := range n {
		b.WriteString(strings.Repeat(" ", i+1) + "a:\n")
	}
	return b.String()
}

// No file, however it is made, takes the program more than its share of memory
// and time.
func TestBombs(t *testing.T) {
	for _, tt := range []struct {
		name, src string
		code      int
		reason    string // of the one line on stderr, if there is to be one
	}{
		{"laughing lists", laughing("[", "*l%[2]d, ", "]"), exitError, "alias-bomb"},
		{"laughing mappings", laughing("{", "k%[1]d: *l%[2]d, ", "}"), exitError, "alias-bomb"},
		{"laughing mappings in lists", laughing("[", "{k%[1]d: *l%[2]d}, ", "]"), exitError, "alias-bomb"},
		{"laughing merges", laughing("{<<: [", "*l%[2]d, ", "]}"), exitError, "alias-bomb"},
		{"10,000 lists", around + "x-a: " + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), exitError, "too-deep"},
		{"10,000 open lists", around + "x-a: " + strings.Repeat("[", 10_000), exitError, "yaml-syntax"},
		{"10,000 mappings", around + "x-a: " + strings.Repeat("{a: ", 10_000) + strings.Repeat("}", 10_000), exitError, "too-deep"},
		{"10,000 items", around + "x-a:\n" + strings.Repeat("- ", 10_000), exitError, "too-deep"},
		{"2,500 blocks", nestedBlocks(2500), exitError, "too-deep"},
		{"long ranges", linkTo("    ports: ['1-65535']\n    expose: ['1-65535']\n"), exitOK, ""},
		{"extends itself from a device", webWith("    extends: {file: /dev/zero, service: x}\n"), exitOK, ""},
		{"include of a device", "include: [/dev/zero]\n" + around, exitOK, ""},
		{"env_file of a device", webWith("    env_file: /dev/zero\n    links: [db]\n"), exitOK, ""},
		{"2,000 variables in one", around + "x-a: " + strings.Repeat("${A:-", 2000) + strings.Repeat("}", 2000), exitError, "too-large"},
		{"a mesh of 22", manyLinking(22, allBefore), exitOK, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			survive(t, tt.src, tt.code, tt.reason)
		})
	}
}

// Size alone is no bomb: a file of thousands of services is translated.
func TestManyServices(t *testing.T) {
	if testing.Short() || raceDetector() {
		t.Skip("takes seconds, and the race detector makes that a minute")
	}
	first := func(i int) []string { return allBefore(min(i, 1)) }
	chain := func(i int) []string { return allBefore(i)[max(i-1, 0):] }
	for _, tt := range []struct {
		name, src string
		code      int
		reason    string
	}{
		{"a mesh of 100", manyLinking(100, allBefore), exitOK, ""},
		{"a chain of 2,000", manyLinking(2000, chain), exitOK, ""},
		{"5,000 services", manyLinking(5000, inPairs), exitOK, ""},
		{"5,000 services without a link that goes", manyLinking(5000, func(i int) []string { return []string{"nowhere"} }), exitLinks, "unknown-target"},
		{"2,000 services that link to one", manyLinking(2000, first), exitOK, ""},
		{"one service that links to 2,000", manyLinking(2001, func(i int) []string { return allBefore(i / 2000 * i) }), exitOK, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			survive(t, tt.src, tt.code, tt.reason)
		})
	}
}

// survive checks that the program gets through a file within its limits, with
// the code, and with the reason as its last word if there is one.
func survive(t *testing.T, src string, code int, reason string) {
	t.Helper()
	start := time.Now()
	got := asProcess(t, src, "-q", "--minimal", "-")
	t.Logf("%v", time.Since(start).Round(10*time.Millisecond))
	if got.code != code {
		t.Errorf("code %d, stderr %.300q", got.code, got.stderr)
	}
	if reason == "" && got.stderr != "" || reason != "" && !strings.HasSuffix(got.stderr, "["+reason+"]\n") {
		t.Errorf("want [%s], stderr %.300q", reason, got.stderr)
	}
	if code == exitError && (got.stdout != "" || strings.Count(got.stderr, "\n") != 1) {
		t.Errorf("stdout %.100q, stderr %.300q", got.stdout, got.stderr)
	}
	if code == exitOK && strings.Contains(got.stdout, "    links:") {
		t.Error("links are left")
	}
}
