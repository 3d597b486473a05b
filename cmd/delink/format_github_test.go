package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// command lines of a workflow, with the file and the properties behind it.
var workflowCommand = regexp.MustCompile(`^::(error|warning|notice) (?:file=([^,:]+)(?:,(?:line|endLine|col|endColumn)=\d+)*,)?title=[^,:]+::[^\r\n]+$`)

// Whatever a name holds, it ends neither a command nor a property.
func TestGitHubEscapes(t *testing.T) {
	t.Chdir(t.TempDir())
	const name = "a,b:c%d\n::error::x.yaml"
	writeText(t, name, webWith("    links: [\"no%0A,\\n::error::where\", 'db:x']\n"))
	got := inProcess("", "--check", "--format=github", name)
	lines := strings.Split(strings.TrimSuffix(got.stdout, "\n"), "\n")
	if len(lines) != 3 {
		t.Errorf("%d lines:\n%s", len(lines), got.stdout)
	}
	for _, line := range lines {
		m := workflowCommand.FindStringSubmatch(line)
		if m == nil || m[2] != "a%2Cb%3Ac%25d%0A%3A%3Aerror%3A%3Ax.yaml" {
			t.Errorf("not one command of the file: %q", line)
		}
	}
	if !strings.Contains(got.stdout, `no%250A,\n::error::where`) {
		t.Errorf("the entry's text is not as it was:\n%s", got.stdout)
	}
}

// GitHub shows ten of each kind: errors come first, and the last line counts
// what is left out, as a notice of the ten.
func TestGitHubLimits(t *testing.T) {
	for _, tt := range []struct{ errors, warnings, notes, e, w, n, more int }{
		{0, 0, 0, 0, 0, 0, 0},
		{1, 2, 3, 1, 2, 3, 0},
		{10, 10, 10, 10, 10, 10, 0},
		{11, 2, 10, 10, 2, 9, 2},
		{12, 13, 0, 10, 10, 0, 5},
		{0, 0, 15, 0, 0, 9, 6},
	} {
		f := &fileReport{Path: "f.yaml"}
		for severity, n := range map[string]int{"error": tt.errors, "warning": tt.warnings, "note": tt.notes} {
			for range n {
				f.Notes = append(f.Notes, noteReport{Severity: severity, Reason: "keep", Message: "m", region: region{line: 1}})
			}
		}
		out := string(newReport([]*fileReport{f}, 0).github())
		counts := []int{strings.Count(out, "::error "), strings.Count(out, "::warning "), strings.Count(out, "::notice file")}
		if !slices.Equal(counts, []int{tt.e, tt.w, tt.n}) {
			t.Errorf("%+v gives %v of each", tt, counts)
		}
		if last := fmt.Sprintf("::notice title=delink::and %d more\n", tt.more); tt.more > 0 && !strings.HasSuffix(out, last) {
			t.Errorf("%+v ends with\n%s", tt, out)
		}
		if more := strings.Contains(out, " more\n"); more != (tt.more > 0) {
			t.Errorf("%+v: more is %v", tt, more)
		}
		kinds := regexp.MustCompile(`(?m)^::(\w+)`).FindAllString(out, -1)
		if !slices.IsSortedFunc(kinds, func(a, b string) int {
			order := []string{"::error", "::warning", "::notice"}
			return slices.Index(order, a) - slices.Index(order, b)
		}) {
			t.Errorf("the order is %q", kinds)
		}
	}
}

// Annotations and alerts name files from the top of the work tree, as they are
// now: after -w, a link that is left has moved.
func TestGitHubPlaces(t *testing.T) {
	top := t.TempDir()
	if err := os.MkdirAll(filepath.Join(top, "deploy"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(top, ".git"), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(top, "deploy"))
	const src = "services:\n  db:\n    image: db\n    expose: [1, 2, 3]\n  ok:\n    image: ok\n    links: ['db:d']\n  web:\n    image: web\n    links: [nowhere]\n"
	for _, format := range []string{formatGitHub, formatSARIF} {
		writeText(t, "a b.yaml", src)
		got := inProcess("", "-w", "--format", format, "a b.yaml").stdout
		now := strings.Split(textOf(t, "a b.yaml"), "\n")
		line := slices.Index(now, "    links: [nowhere]") + 1
		if line < 11 {
			t.Fatalf("the link is in line %d", line)
		}
		switch format {
		case formatGitHub:
			want := fmt.Sprintf("::warning file=deploy/a b.yaml,line=%d,endLine=%d,col=13,endColumn=20,title=delink unknown-target::web: link", line, line)
			if !strings.Contains(got, want) {
				t.Errorf("want %s in\n%s", want, got)
			}
		case formatSARIF:
			log := readSarif(t, got)
			i := slices.IndexFunc(log.Runs[0].Results, func(r sarifResult) bool { return r.RuleID == "unknown-target" })
			at := log.Runs[0].Results[i].Locations[0].Physical
			if at.Artifact.URI != "deploy/a%20b.yaml" || at.Region != (sarifRegion{line, 13, line, 20}) {
				t.Errorf("it is at %+v, want line %d", at, line)
			}
			if hash := log.Runs[0].Results[i].PartialFingerprints["primaryLocationLineHash"]; hash != lineHashes([]byte(textOf(t, "a b.yaml")))[line-1] {
				t.Errorf("the fingerprint is %q, not that of the line", hash)
			}
		}
	}
}

// readSarif reads a log, and refuses fields that are not known.
func readSarif(t *testing.T, text string) sarifLog {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	var log sarifLog
	if err := d.Decode(&log); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return log
}

// GitHub wants what is checked here (docs.github.com, "SARIF support for code
// scanning"): no required text empty, each result with its rule and a place.
func TestSarif(t *testing.T) {
	t.Chdir(t.TempDir())
	writeText(t, "a:b é.yaml", linkTo("    ports: [http]\n"))
	writeText(t, "broken.yaml", around+"\t\n")
	got := inProcess("", "--check", "--format=sarif", "a:b é.yaml", "broken.yaml", "gone.yaml")
	log := readSarif(t, got.stdout)
	if log.Version != "2.1.0" || !strings.HasSuffix(log.Schema, "sarif-2.1.0.json") || len(log.Runs) != 1 {
		t.Fatalf("no log of one run: %s", got.stdout)
	}
	run := log.Runs[0]
	if run.Invocations[0].ExitCode != exitError || run.Invocations[0].ExecutionSuccessful || run.ColumnKind != "unicodeCodePoints" {
		t.Errorf("the run is %+v", run.Invocations)
	}
	for _, rule := range run.Tool.Driver.Rules {
		if rule.ID == "" || rule.ShortDescription.Text == "" || rule.FullDescription.Text == "" || rule.Help.Text == "" || rule.HelpURI == "" {
			t.Errorf("a rule lacks something: %+v", rule)
		}
		if !slices.Contains([]string{"error", "warning", "recommendation"}, rule.Properties.Severity) {
			t.Errorf("GitHub knows no severity %q", rule.Properties.Severity)
		}
	}
	var seen []string
	for _, r := range run.Results {
		seen = append(seen, r.RuleID)
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID || r.Message.Text == "" || len(r.Locations) != 1 {
			t.Errorf("a result lacks something: %+v", r)
		}
		at := r.Locations[0].Physical
		u, err := url.Parse(at.Artifact.URI)
		if err != nil || u.IsAbs() || strings.HasPrefix(u.Path, "/") || at.Region.StartLine < 1 || at.Region.EndLine != at.Region.StartLine {
			t.Errorf("the place of %s is %+v", r.RuleID, at)
		}
		if known := r.RuleID != "unreadable" && r.RuleID != "tab-indent"; known && (u.Path != "./a:b é.yaml" || r.PartialFingerprints["primaryLocationLineHash"] == "") {
			t.Errorf("%s is at %q, with %v", r.RuleID, u.Path, r.PartialFingerprints)
		}
	}
	if want := []string{"dns-link", "unreadable-target", "dns-link", "tab-indent", "unreadable"}; !slices.Equal(seen, want) {
		t.Errorf("results are %q, want %q", seen, want)
	}
	empty := readSarif(t, inProcess("", "--check", "--format=sarif", "-").stdout)
	if empty.Runs[0].Results == nil || len(empty.Runs[0].Results) != 0 {
		t.Errorf("no list of no results: %+v", empty.Runs[0])
	}
}

// More results than GitHub takes: the errors are among those that it gets.
func TestSarifLimit(t *testing.T) {
	f := &fileReport{Path: "f.yaml"}
	for range maxResults + 2 {
		f.Notes = append(f.Notes, noteReport{Severity: "warning", Reason: "keep", Message: "m"})
	}
	f.Notes = append(f.Notes, noteReport{Severity: "error", Reason: "proof", Message: "m"})
	run := readSarif(t, string(newReport([]*fileReport{f}, 2).sarif())).Runs[0]
	if len(run.Results) != maxResults || run.Results[0].RuleID != "proof" {
		t.Errorf("%d results, the first is %s", len(run.Results), run.Results[0].RuleID)
	}
	if n := run.Invocations[0].Notifications; len(n) != 1 || n[0].Message.Text != "and 3 results more" {
		t.Errorf("the log says %v", n)
	}
}

// The fingerprints are those of GitHub's own action: these are from its tests.
func TestLineHashes(t *testing.T) {
	const greetings = " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n"
	of := []string{"e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1"}
	for text, want := range map[string][]string{
		"":                   {"c129715d7a2bc9a3:1"},
		" a\nb\n  \t\tc\n d": {"271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"},
		greetings:            of,
		strings.ReplaceAll(greetings, "\n", "\r"):   of,
		strings.ReplaceAll(greetings, "\n", "\r\n"): of,
		strings.Repeat("Lorem ipsum dolor sit amet.\n", 10): {"a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2", "a7f2ff13bc495cf2:3", "a7f2ff13bc495cf2:4", "a7f2ff13bc495cf2:5",
			"a7f2ff13bc495cf2:6", "a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1"},
	} {
		if got := lineHashes([]byte(text)); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
