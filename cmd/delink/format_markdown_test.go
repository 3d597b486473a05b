package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// outsideCode is Markdown without its code spans, as GitHub finds them: a run
// of backticks up to the next run of the same length.
func outsideCode(t *testing.T, text string) string {
	t.Helper()
	runs := regexp.MustCompile("`+")
	out := ""
	for {
		at := runs.FindStringIndex(text)
		if at == nil {
			return out + text
		}
		fence := text[at[0]:at[1]]
		out += text[:at[0]]
		text = text[at[1]:]
		end := -1
		for _, m := range runs.FindAllStringIndex(text, -1) {
			if text[m[0]:m[1]] == fence {
				end = m[1]
				break
			}
		}
		if end < 0 {
			t.Fatalf("a code span that does not end: %q", fence+text)
		}
		out, text = out+"CODE", text[end:]
	}
}

// Names may hold anything: none is a mention, the number of an issue, a tag, a
// link, or the end of a table's cell.
func TestMarkdownEscapes(t *testing.T) {
	for _, name := range []string{"@octocat", "#123", "acme/shop#5", "<img src=x>", "a`b", "``", "`", "a|b", "[x](http://y)", "*x*", "_x_", "~~x~~", "&amp;", "$x$", ":tada:", "GH-12", "\\", "http://x", "![a](b)", "a\nb"} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			quoted := "'" + strings.ReplaceAll(name, "\n", "\n\n      ") + "'"
			writeText(t, "f.yaml", linkTo("")+"  x:\n    image: x\n    links: ['db:"+quoted[1:]+", "+quoted+"]\n")
			md := inProcess("", "-w", "-v", "--env=all", "--format=markdown", "f.yaml").stdout
			plain := regexp.MustCompile(`\]\(https://github\.com/delink/delink[#a-z-]*\)`).ReplaceAllString(outsideCode(t, md), "]")
			if found := regexp.MustCompile(`[<>@&*_~$\\]|[A-Za-z]#|#\d|://|GH-|:tada:`).FindString(plain); found != "" {
				t.Errorf("%q stands outside of code:\n%s", found, md)
			}
			for _, line := range strings.Split(md, "\n") {
				if strings.HasPrefix(line, "| ") && strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 4 {
					t.Errorf("not three cells: %s", line)
				}
			}
			if !strings.Contains(md, "### What changed") || !strings.Contains(md, "### What needs a person") || !strings.Contains(md, "### How to undo") {
				t.Errorf("a part is missing:\n%s", md)
			}
		})
	}
}

// The body says what stands in place of each link.
func TestMarkdownSaysWhatChanged(t *testing.T) {
	t.Chdir(t.TempDir())
	writeText(t, "compose.yaml", `services:
  web:
    image: orders/web:4
    links:
      - db:database
      - queue
  db:
    image: postgres:17
    expose:
      - "5432"
    environment:
      POSTGRES_DB: orders
      POSTGRES_PASSWORD: ${DB_PASSWORD}
  queue:
    image: rabbitmq:4
`)
	md := inProcess("", "-w", "--format=markdown").stdout
	for _, want := range []string{
		"removed 2 links from 1 file",
		"\n| `web` | `db:database` | `depends_on` `db`, the name `database` on the network `default`, 5 variables, `DATABASE_PORT_5432_TCP` to `DATABASE_ENV_POSTGRES_DB` |\n",
		"\n| `web` | `queue` | `depends_on` `queue` |\n",
		"\n```sh\ngit checkout -- compose.yaml\n```\n",
		"([variables-left-out](" + homepage + "#what-notes-mean))\n",
	} {
		if !strings.Contains(md, want) {
			t.Errorf("no %q in\n%s", want, md)
		}
	}
	if strings.Contains(md, "git diff -w") || strings.Contains(md, "What needs a person") {
		t.Errorf("too much is said:\n%s", md)
	}
	if again := inProcess("", "-w", "--format=markdown").stdout; again != "## Compose links\n\nNo `links` were found.\n" {
		t.Errorf("a second run says\n%s", again)
	}
}

// A file of format v1 has another indentation in every line.
func TestMarkdownOfV1(t *testing.T) {
	t.Chdir(t.TempDir())
	writeText(t, "fig.yml", "web:\n  image: web\n  links: [db, gone]\ndb:\n  image: db\n")
	check := inProcess("", "--check", "--format=markdown", "fig.yml").stdout
	if !strings.Contains(check, "would remove 1 of 2 links") || !strings.Contains(check, "### What would change") || strings.Contains(check, "undo") {
		t.Errorf("--check says\n%s", check)
	}
	if strings.Contains(check, "legacy-link") || !strings.Contains(check, "unknown-target") {
		t.Errorf("a person is asked for a link that goes, or not for one that stays:\n%s", check)
	}
	md := inProcess("", "-w", "--format=markdown", "fig.yml").stdout
	if !strings.Contains(md, "Review it with `git diff -w`.") || !strings.Contains(md, " 1 link is left.\n") {
		t.Errorf("-w says\n%s", md)
	}
}

// A body is never longer than a pull request takes, and counts what it leaves out.
func TestMarkdownLimit(t *testing.T) {
	var files []*fileReport
	for i := range 3000 {
		f := &fileReport{Path: fmt.Sprintf("service-%04d/compose.yaml", i), Status: statusPartial, Written: true, Links: linkCounts{2, 1, 1}}
		f.changes = []standing{{service: "web", link: "db", target: "db", depends: true}}
		f.Notes = []noteReport{{Line: 1, Column: 1, Severity: "warning", Reason: "unknown-target", Message: strings.Repeat("é", 100), Help: helpURL("unknown-target")},
			{Line: 1, Column: 1, Severity: "note", Reason: "replicas", Message: "m", Help: helpURL("replicas")}}
		files = append(files, f)
	}
	md := string(newReport(files, 1).markdown())
	if n := utf8.RuneCountInString(md); n > maxMarkdown || n < maxMarkdown/2 {
		t.Errorf("%d characters", n)
	}
	shown := strings.Count(md, "\n#### `service-")
	if want := fmt.Sprintf("\n… and %d more files\n", 3000-shown); !strings.Contains(md, want) || shown < 100 {
		t.Errorf("%d files shown, and no %q", shown, want)
	}
	if strings.Count(md, " more files\n") != 3 || !strings.Contains(md, "git checkout -- .\n") {
		t.Error("the parts that are cut off do not say so, or all files are named in a command")
	}
	files[0].changes = nil
	for range 500 {
		files[0].changes = append(files[0].changes, standing{service: "web", link: "db"})
	}
	if md := string(newReport(files[:1], 1).markdown()); !strings.Contains(md, "\n… and 450 more links\n") {
		t.Error("a long table is not cut off")
	}
}

// The command that undoes it works as it stands, for whatever name.
func TestMarkdownUndo(t *testing.T) {
	t.Chdir(t.TempDir())
	if out, err := exec.Command("git", "init", "-q").CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	const name = "it's a `name`$(x).yaml"
	src := webWith("    links: ['db:x']\n")
	writeText(t, name, src)
	if out, err := exec.Command("git", "add", "-A").CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	md := inProcess("", "-w", "--format=markdown", name).stdout
	block := fenced(md, "sh")
	if len(block) != 1 || textOf(t, name) == src {
		t.Fatalf("no command, or nothing to undo:\n%s", md)
	}
	if out, err := exec.Command("sh", "-c", block[0]).CombinedOutput(); err != nil {
		t.Errorf("%s: %v %s", block[0], err, out)
	}
	if textOf(t, name) != src {
		t.Error("the file is not as it was")
	}
}
