package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// reportSchema is the schema that users are given.
func reportSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(readFileString(t, "report.schema.json")))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("report.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// held checks that a report is what the schema says, and reads it.
func held(t *testing.T, schema *jsonschema.Schema, text string) fullReport {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("no JSON: %v\n%s", err, text)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	var r fullReport
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// Every case of the manual gives a report that the schema allows, whose counts
// are those of the messages and whose exit code is the program's.
func TestReportOfFixtures(t *testing.T) {
	schema := reportSchema(t)
	for _, f := range readFixtures(t) {
		t.Run(f.name(), func(t *testing.T) {
			inProject(t, f)
			flags := slices.DeleteFunc(strings.Fields(f.files["flags"]), func(s string) bool { return s == "--check" || s == "-v" || s == "-q" })
			for _, mode := range []string{"--check", "-w"} {
				args := append(slices.Clone(flags), mode, "--format=json", "-v", "compose.yaml")
				got := inProcess("", args...)
				r := held(t, schema, got.stdout)
				if r.Exit != got.code || len(r.Files) != 1 {
					t.Errorf("%q: exit %d and %d files in the report, code %d", args, r.Exit, len(r.Files), got.code)
				}
				counts := map[string]int{}
				for _, m := range regexp.MustCompile(`(?m)^\w+\.yaml:(?:\d+:\d+:)? (error|warning|note): `).FindAllStringSubmatch(got.stderr, -1) {
					counts[m[1]]++
				}
				if want := r.Totals; want.Errors != counts["error"] || want.Warnings != counts["warning"] || mode == "-w" && want.Notes != counts["note"] {
					t.Errorf("%q: totals are %+v, stderr has\n%s", args, r.Totals, got.stderr)
				}
			}
		})
	}
}

// What is broken gives a report too, of one object, and the others are in it.
func TestReportOfBrokenFiles(t *testing.T) {
	schema := reportSchema(t)
	for _, tt := range leftLinks {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeText(t, "f.yaml", tt.src)
			writeText(t, "broken.yaml", around+"  web: [\n")
			writeText(t, "plain.yaml", "services: {db: {image: db}}\n")
			got := inProcess("", "--check", "--format=json", "plain.yaml", "gone.yaml", "f.yaml", "broken.yaml")
			r := held(t, schema, got.stdout)
			want := totals{Files: fileCounts{Unchanged: 1, Partial: 1, Failed: 2}, Links: r.Totals.Links, Errors: 2, Warnings: r.Totals.Warnings}
			if r.Totals != want || r.Exit != exitError || r.Totals.Links.Left != 1 {
				t.Errorf("totals %+v, want %+v", r.Totals, want)
			}
			var names []string
			for _, f := range r.Files {
				names = append(names, f.Path)
			}
			if !slices.Equal(names, []string{"broken.yaml", "f.yaml", "gone.yaml", "plain.yaml"}) {
				t.Errorf("files are %q", names)
			}
			if n := r.Files[0].Notes[0]; n.Reason != "yaml-syntax" || n.Line != 8 || n.Severity != "error" {
				t.Errorf("the broken file's note is %+v", n)
			}
		})
	}
}

// The schema knows every field: one more anywhere is refused.
func TestReportSchemaIsStrict(t *testing.T) {
	schema := reportSchema(t)
	t.Chdir(t.TempDir())
	writeText(t, "f.yaml", webWith("    links: [nowhere]\n"))
	text := inProcess("", "--check", "--format=json", "f.yaml").stdout
	var doc any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	objects := 0
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			objects++
			v["surprise"] = 1
			if schema.Validate(doc) == nil {
				t.Errorf("one more field in %v is allowed", slices.Sorted(maps.Keys(v)))
			}
			delete(v, "surprise")
			for _, child := range v {
				walk(child)
			}
		case []any:
			for _, child := range v {
				walk(child)
			}
		}
	}
	walk(doc)
	if err := schema.Validate(doc); err != nil || objects < 8 {
		t.Errorf("%d objects, %v", objects, err)
	}
}

// A report does not depend on the order of the arguments, on how the files are
// called, or on where they are.
func TestReportIsReproducible(t *testing.T) {
	var first map[string]string
	for _, sub := range []string{"a", "another/place"} {
		dir := filepath.Join(t.TempDir(), sub, "shop")
		if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o777); err != nil {
			t.Fatal(err)
		}
		t.Chdir(dir)
		writeText(t, "one.yaml", webWith("    links: [nowhere, 'db:x']\n"))
		writeText(t, "sub/two.yaml", webWith("    extends: {file: gone.yml, service: x}\n    links: ['db:y']\n"))
		writeText(t, "broken.yaml", around+"\t\n")
		for _, args := range [][]string{
			{"one.yaml", "broken.yaml", "sub/two.yaml", "gone.yaml"},
			{"gone.yaml", "sub/two.yaml", "./broken.yaml", "sub/../one.yaml"},
			{filepath.Join(dir, "sub/two.yaml"), filepath.Join(dir, "one.yaml"), filepath.Join(dir, "gone.yaml"), filepath.Join(dir, "broken.yaml")},
		} {
			got := map[string]string{}
			for _, format := range formats[1:] {
				got[format] = inProcess("", append([]string{"--check", "--format", format}, args...)...).stdout
				if strings.Contains(got[format], filepath.Dir(dir)) || got[format] == "" {
					t.Errorf("%s: an absolute path, or nothing:\n%s", format, got[format])
				}
			}
			if first == nil {
				first = got
			}
			for format, text := range got {
				compare(t, fmt.Sprintf("%s of %q", format, args), first[format], text)
			}
		}
	}
}

// secretProject has a value of each way in which a secret stands in a file, and
// things to tell about them.
const secretProject = `services:
  web:
    image: web
    network_mode: bridge
    environment:
      WEB_TOKEN: s3cr3t-1
    env_file: web.env
    links:
      - db
      - db:data-base
      - nowhere:s3cr3t-alias
  db:
    image: postgres
    network_mode: bridge
    environment:
      POSTGRES_PASSWORD: s3cr3t-2
      API_KEY: ${API_KEY:-s3cr3t-3}
      ROOT_PASSWD: "s3cr3t-4$"
    env_file: db.env
    build:
      context: .
      args:
        - NPM_TOKEN=s3cr3t-5
  queue:
    image: rabbitmq
    environment: [AMQP_PWD=s3cr3t-6]
    links: ['db:d']
`

// Links, ports and other values whose variables hold secrets: in .env, as
// defaults, in the environment, in files that are extended or included.
var secretReferences = map[string]string{
	"port from .env":       "services: {web: {image: w, links: [db]}, db: {image: d, ports: ['${DB_PASSWORD}:x']}}\n",
	"port in a word":       "services: {web: {image: w, links: [db]}, db: {image: d, ports: ['a${DB_PASSWORD}b']}}\n",
	"port from the shell":  "services: {web: {image: w, links: [db]}, db: {image: d, expose: ['$SHELL_TOKEN']}}\n",
	"default in the entry": "services: {web: {image: w, links: ['${DB_PASS:-s3cr3t-1}:x', 'db:${API_TOKEN-s3cr3t-2}', '${A:-${B_KEY:-s3cr3t-3}}']}, db: {image: d}}\n",
	"default in a v1 file": "web: {image: w, links: ['${DB_PASS:-s3cr3t-1}:x']}\ndb: {image: d, ports: ['${DB_PASS:-s3cr3t-1}']}\n",
	"external link":        "services: {web: {image: w, external_links: ['${DB_PASS:-s3cr3t-1}:x'], links: [db]}, db: {image: d}}\n",
	"no such anchor":       "services: {web: {image: w, links: [db], environment: {API_KEY: *s3cr3t-4}}, db: {image: d}}\n",
	"broken":               "services: {web: {image: w, links: [db], environment: {API_KEY: s3cr3t-4, x: [}}, db: {image: d}}\n",
	"twice":                "services: {web: {image: w, links: [db], environment: {API_KEY: s3cr3t-4, 's3cr3t-4': 1, 's3cr3t-4': 2}}}\n",
	"refused by Compose":   "services: {web: {image: w, links: [db], mem_limit: '${DB_PASSWORD}'}, db: {image: d, ulimits: {a: '$SHELL_TOKEN'}}}\n",
	"refused a base":       "services: {web: {extends: {file: base.yml, service: web}, links: [db], restart: 5}, db: {image: d, cpus: '${BASE_PASSWORD}'}}\n",
	"included":             "include: [part.yml]\nservices: {web: {image: w, links: ['db:x'], mem_limit: s3cr3t-6}, db: {image: d}}\n",
	"network_mode":         "services: {web: {image: w, links: [db], network_mode: 'container:${DB_PASSWORD}'}, db: {image: d}}\n",
	"image":                "services: {web: {image: 'tutum/haproxy:${DB_PASSWORD}', links: [db]}, db: {image: 'x/${DB_PASSWORD}', network_mode: bridge}, c: {image: c, network_mode: bridge, links: [db]}}\n",
}

// No report, and no message, holds a value of a name that looks secret.
func TestReportsKeepSecrets(t *testing.T) {
	value := regexp.MustCompile(`s3cr3t-\d|envs3cret|tok3n`)
	told := ""
	files := map[string]string{
		"refused by Compose, too": secretProject,
		"taken by Compose":        strings.Replace(secretProject, "s3cr3t-4$", "s3cr3t-4", 1),
		"broken, too":             secretProject + "x: *nope\n",
		"cut off":                 secretProject + "y: [\n",
		"v1":                      "db:\n  image: db\n  environment: {DB_PASSWORD: \"s3cr3t-1${\"}\nweb:\n  image: web\n  links: [db]\n",
	}
	maps.Copy(files, secretReferences)
	t.Setenv("SHELL_TOKEN", "shelltok3n")
	for name, src := range files {
		for _, mode := range []string{"--check", "-w"} {
			for _, format := range formats {
				t.Chdir(t.TempDir())
				writeText(t, "compose.yaml", src)
				writeText(t, "db.env", "DB_SECRET=s3cr3t-7\n")
				writeText(t, "web.env", "WEB_SECRET=s3cr3t-8\n")
				writeText(t, ".env", "API_KEY=s3cr3t-9\nDB_PASSWORD=envs3cret\n")
				writeText(t, "base.yml", "services: {web: {image: w, environment: {BASE_PASSWORD: s3cr3t-5}, mem_limit: s3cr3t-5}}\n")
				writeText(t, "part.yml", "services: {p: {image: p, environment: [PART_SECRET=s3cr3t-6], mem_limit: '$DB_PASSWORD'}}\n")
				got := inProcess("", mode, "-v", "--env=all", "--format", format, "compose.yaml")
				if found := value.FindString(got.stdout + got.stderr); found != "" {
					t.Errorf("%s, %s, %s: %s is told:\n%s%s", name, mode, format, found, got.stdout, got.stderr)
				}
				told += got.stdout + got.stderr
			}
		}
	}
	for _, want := range []string{"s3cr3t-alias", "POSTGRES_PASSWORD", "ROOT_PASSWD", "compose-refuses", "secret-copied", "${DB_PASS:-…}:x", "db:${API_TOKEN-…}", "${DB_PASSWORD}:x",
		`"target": "${DB_PASS:-…}"`, "no anchor", "[yaml-syntax]"} {
		if !strings.Contains(told, want) {
			t.Errorf("nothing is told of %s, so that the test shows nothing", want)
		}
	}
}

// What is wrong with an env file is said without its values.
func TestEnvFilesKeepSecrets(t *testing.T) {
	t.Chdir(t.TempDir())
	writeText(t, "compose.yaml", secretReferences["port from .env"])
	for _, line := range []string{"DB_PASSWORD=\"s3cr3t-1\n", "DB PASSWORD=s3cr3t-2\n", "A-KEY: s3cr3t-3 '\n!\n"} {
		writeText(t, "x.env", "OK=1\n"+line)
		for _, format := range formats {
			got := inProcess("", "--check", "--format", format, "--env-file", "x.env", "compose.yaml")
			if strings.Contains(got.stdout+got.stderr, "s3cr3t") || !strings.Contains(got.stderr, "x.env: line ") && !strings.HasPrefix(line, "A-KEY") {
				t.Errorf("%q, %s:\n%s%s", line, format, got.stdout, got.stderr)
			}
		}
	}
}

// A value that is also a word hides no other word, and no key.
func TestSecretsKeepWords(t *testing.T) {
	t.Chdir(t.TempDir())
	writeText(t, "compose.yaml", "services:\n  web:\n    image: web\n    links: [db, nowhere]\n    environment: {A_KEY: line, B_KEY: service, C_KEY: ab, D_KEY: web}\n  db:\n    image: shop/mysql\n    environment: {E_KEY: mysql, F_KEY: '${G}'}\n")
	got := inProcess("", "-v", "-w", "compose.yaml")
	if want := `web: link "nowhere": kept: there is no … "nowhere"`; !strings.Contains(got.stderr, want) {
		t.Errorf("want %s in\n%s", want, got.stderr)
	}
	writeText(t, "compose.yaml", "services:\n  web:\n    image: tutum/haproxy:${A_TAG}\n    links: [db]\n    environment: {A_KEY: '${A_TAG}', B_KEY: $A_TAG, C_KEY: x$A_TAG}\n  db: {image: db}\n")
	if got := inProcess("", "-w", "compose.yaml"); !strings.Contains(got.stderr, "the image tutum/haproxy:${A_TAG} balances") {
		t.Errorf("a reference is hidden:\n%s", got.stderr)
	}
	s := &secrets{known: newHider([]string{"se/cret", "line"})}
	for text, want := range map[string]string{
		"a line, inline lines": "a …, inline lines", "xse/cretx": "x…x",
		"${A_KEY:-x}:${A_KEY:?say}, ${B:-${A_KEY-y}}${A_KEY:+${C}z}": "${A_KEY:-…}:${A_KEY:?say}, ${B:-${A_KEY-…}}${A_KEY:+…}",
	} {
		compare(t, text, want, s.own(text))
	}
	compare(t, "foreign", "in… …s", s.quoted("inline lines"))
}

// Every reason has a help, and the README the section that it leads to.
func TestReasonsHaveHelp(t *testing.T) {
	keep, note := reasons(t)
	all := slices.Concat(keep, note, []string{"legacy-link", "dns-link", "unreadable", "unwritable", "stdout", "proof", "defect", "not-compose", "template", ownRepository})
	for _, m := range regexp.MustCompile(`(?m)^\t[A-Z]\w+ += "([a-z0-9-]+)"$`).FindAllStringSubmatch(readFileString(t, "../../emit/guard/guard.go"), -1) {
		all = append(all, m[1])
	}
	anchors := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^##+ (.*)$`).FindAllStringSubmatch(readFileString(t, "../../README.md"), -1) {
		anchors["#"+strings.ReplaceAll(strings.ToLower(m[1]), " ", "-")] = true
	}
	for _, reason := range all {
		h, ok := helps[reason]
		if !ok || h.what == "" || h.do == "" {
			t.Errorf("format_help.go has nothing on %s", reason)
		}
		if ok && !anchors[h.section] {
			t.Errorf("%s: README.md has no section %s", reason, h.section)
		}
	}
}

// After -w, annotations are at the lines that the file has now.
func TestPlaceIn(t *testing.T) {
	before := []byte("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\n")
	now := []byte("a\nB1\nB2\nc\nd\ne\nf\ng\nh\ni\nj\nl\nM\nn\n")
	place := placeIn(before, now)
	for line, want := range map[int]struct {
		line int
		same bool
	}{1: {1, true}, 2: {2, false}, 3: {4, true}, 8: {9, true}, 10: {11, true}, 11: {12, false}, 12: {12, true}, 13: {13, false}} {
		if at, same := place(line); at != want.line || same != want.same {
			t.Errorf("line %d is now %d (same: %v), want %d (%v)", line, at, same, want.line, want.same)
		}
	}
	if at, same := placeIn(before, before)(7); at != 7 || !same {
		t.Errorf("in a text that is the same, line 7 is %d", at)
	}
	lines := bytes.Split(now, []byte("\n"))
	for i, line := range bytes.Split(before, []byte("\n"))[:13] {
		if at, same := place(i + 1); same && !bytes.Equal(line, lines[at-1]) {
			t.Errorf("line %d, %q, is said to be line %d, which is %q", i+1, line, at, lines[at-1])
		}
	}
}
