package guard

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// refusal reads src and returns the error as one line, or "".
func refusal(t *testing.T, src string) string {
	t.Helper()
	docs, err := Read([]byte(src))
	if err == nil {
		if len(docs) == 0 {
			t.Errorf("%.60q: no documents and no error", src)
		}
		return ""
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%.60q: error %v is no *Error", src, err)
	}
	return fmt.Sprintf("%d:%d %s", e.Line, e.Column, e.Reason)
}

func TestSyntax(t *testing.T) {
	for _, tt := range []struct{ name, src, want, words string }{
		{"tab as indentation", "a: b\nservices:\n\tweb: x\n", "3:1 tab-indent", "spaces only"},
		{"tab after spaces", "services:\n  web:\n    env:\n    \tA: b\n", "4:5 tab-indent", "spaces only"},
		{"tab below a plain value", "services:\n  web:\n    image: x\n\tports: y\n", "4:1 tab-indent", "spaces only"},
		{"tab in a block scalar", "a: |\n\tb\n", "2:1 tab-indent", "spaces only"},
		{"no colon after a key", "services:\n  web\n    image: x\n", "2:3 yaml-syntax", `colon is missing after "web"`},
		{"no colon, between keys", "key: value\nfoo\nbar: x\n", "2:1 yaml-syntax", "colon is missing"},
		{"a value without colon is not shown", "services:\n  PASS hunter2\n    image: x\n", "2:3 yaml-syntax", `after "PASS"`},
		{"[ not closed", "services:\n  web:\n    ports: [80, 81\n    image: x\n", "3:12 yaml-syntax", "never closed"},
		{"[ not closed at the end", "services:\n  web:\n    ports: [80, 81\n", "3:12 yaml-syntax", "never closed"},
		{"{ not closed", "services: {a: b\nx: y\n", "1:11 yaml-syntax", "never closed"},
		{"no comma in a list", "a: [\"b\" \"c\"]\n", "1:9 yaml-syntax", "a comma"},
		{"one } too many", "a: {b: c, d}}\n", "1:13 yaml-syntax", "brackets"},
		{"double quote not closed", "services:\n  web:\n    image: \"nginx\n  db:\n    image: x\n", "3:12 yaml-syntax", "quote"},
		{"single quote not closed", "services:\n  web:\n    image: 'nginx\n", "3:12 yaml-syntax", "quote"},
		{"quote not closed before ---", "a: 'x\n---\nb: c\n", "1:4 yaml-syntax", "quote"},
		{"text after a quote", "services:\n  web:\n    image: \"a\" b\n", "3:16 yaml-syntax", "quotes"},
		{"one blank too few", "services:\n  web:\n    image: x\n   ports: y\n", "4:4 yaml-syntax", "indentation"},
		{"two blanks too few", "services:\n  web:\n      image: x\n    ports: y\n", "4:5 yaml-syntax", "indentation"},
		{"item too far left", "services:\n  web:\n    links:\n      - a\n     - b\n", "5:6 yaml-syntax", "indentation"},
		{"key among items", "services:\n  web:\n    links:\n      - a\n      b: c\n", "5:7 yaml-syntax", "list that starts at line 4"},
		{"item among keys", "a: b\n- c\n", "2:1 yaml-syntax", "key of the mapping"},
		{"item on the key's line", "a: - b\n", "1:4 yaml-syntax", "new line"},
		{"key below a value", "a: x\n\n# c\n  b: y\n", "4:3 yaml-syntax", "line 1"},
		{"two colons", "services:\n  web:\n    command: echo: hi\n", "3:18 yaml-syntax", "second colon"},
		{"unknown anchor", "services:\n  web:\n    image: *nope\n", "3:12 unknown-anchor", "&nope"},
		{"anchor without name", "a: & b\n", "1:5 yaml-syntax", "anchor"},
		{"@", "services:\n  web:\n    image: @x\n", "3:12 yaml-syntax", "quotes"},
		{"backquote", "a: `x`\n", "1:4 yaml-syntax", "quotes"},
		{"%", "a: %x\n", "1:4 yaml-syntax", "quotes"},
		{"unknown directive", "%FOO bar\nservices: x\n", "1:1 yaml-syntax", "directive"},
		{"version of YAML", "%YAML 3.0\n---\nservices: x\n", "1:1 yaml-syntax", "%YAML 1.2"},
		{"escape", "a: \"b\\qc\"\n", "1:6 yaml-syntax", "escape"},
		{"block scalar header", "a: |x\n  b\n", "1:5 yaml-syntax", "comment"},
		{"template as value", "services:\n  web:\n    image: {{ img }}\n", "3:12 bad-key", "template"},
		{"template line", "{{ template }}\nservices: x\n", "1:1 yaml-syntax", "template"},
		{"template in a service", "services:\n  web:\n    image: x\n    {{ if .X }}\n    ports: y\n", "4:5 yaml-syntax", "template"},
		{"template of another kind", "a: b\n<% if x %>\nc: d\n", "2:1 yaml-syntax", "template"},
		{"merge conflict", "a: b\n<<<<<<< HEAD\nc: b\n=======\nc: c\n>>>>>>> x\n", "2:1 yaml-syntax", "merge conflict"},
		{"byte order mark not counted", "\ufeffa: @\n", "1:4 yaml-syntax", "quotes"},
		{"CRLF", "a: b\r\nc: \"d\r\n", "2:4 yaml-syntax", "quote"},
		{"columns in code points", "ä: [ü, \"é\" x]\n", "1:12 yaml-syntax", "comma"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := refusal(t, tt.src); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			_, err := Read([]byte(tt.src))
			if err != nil && !strings.Contains(err.Error(), tt.words) {
				t.Errorf("error %q does not say %q", err, tt.words)
			}
			if err != nil && (strings.Contains(err.Error(), "yaml:") || strings.Contains(err.Error(), "hunter2")) {
				t.Errorf("error %q says too much", err)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct{ name, src, want string }{
		{"UTF-16 with mark", "\xff\xfea\x00:\x00", "1:1 not-utf8"},
		{"UTF-16 big endian", "\xfe\xff\x00a\x00:", "1:1 not-utf8"},
		{"UTF-16 without mark", "a\x00:\x00 \x00b\x00", "1:1 not-utf8"},
		{"Latin-1", "a: b\nc: caf\xe9 x\n", "2:7 not-utf8"},
		{"cut UTF-8", "a: \xc3", "1:4 not-utf8"},
		{"surrogate", "a: \xed\xa0\x80", "1:4 not-utf8"},
		{"NUL", "a: b\nc: d\x00\n", "2:5 binary"},
		{"escape character", "a: \x1b[0m\n", "1:4 binary"},
		{"byte order mark inside", "a: b\n\ufeffc: d\n", "2:1 binary"},
		{"lines end with CR", "a: b\rc: d\r\x01", "3:1 binary"},
		{"empty", "", "1:1 not-a-mapping"},
		{"blank", "\n  \n", "1:1 not-a-mapping"},
		{"comments", "# a\n\n  # b\n", "1:1 not-a-mapping"},
		{"a marker only", "---\n", "1:1 not-a-mapping"},
		{"null", "---\n~\n---\n", "1:1 not-a-mapping"},
		{"list", "\n- a\n- b\n", "2:1 not-a-mapping"},
		{"text", "foo\nbar\n", "1:1 not-a-mapping"},
		{"second document a list", "a: b\n---\n- c\n", "3:1 not-a-mapping"},
		{"duplicate service", "services:\n  web: {}\n  db: {}\n  web: {}\n", "4:3 duplicate-key"},
		{"duplicate top-level key", "a: b\n\"a\": c\n", "2:1 duplicate-key"},
		{"duplicate merge", "x: &x {}\na:\n  <<: *x\n  <<: *x\n", "4:3 duplicate-key"},
		{"duplicate in flow", "a: {b: c, b: d}\n", "1:11 duplicate-key"},
		{"duplicate through an alias", "x: &k b\na:\n  b: c\n  *k : d\n", "4:3 duplicate-key"},
		{"list as key", "a:\n  ? [b]\n  : c\n", "2:5 bad-key"},
		{"alias of a mapping as key", "x: &m {}\na:\n  *m : b\n", "3:3 bad-key"},
		{"merge of a text", "a:\n  <<: b\n", "2:7 merge-not-mapping"},
		{"merge of null", "a:\n  <<:\n  b: c\n", "2:6 merge-not-mapping"},
		{"merge of an alias of a text", "x: &x y\na:\n  <<: *x\n", "3:7 merge-not-mapping"},
		{"merge of a mixed list", "x: &x {}\na:\n  <<: [*x, y]\n", "3:12 merge-not-mapping"},
		{"list in itself", "a: &a [b, *a]\n", "1:11 alias-cycle"},
		{"merge of itself", "w: &w\n  <<: *w\n", "2:7 alias-cycle"},
		{"cycle through a list", "w: &w\n  x:\n    - y: *w\n", "3:10 alias-cycle"},
		{"too deep in flow", "a: " + strings.Repeat("[", 100) + strings.Repeat("]", 100), "1:103 too-deep"},
		{"too deep through aliases", "a: &a " + strings.Repeat("[", 60) + strings.Repeat("]", 60) + "\nb: " + strings.Repeat("[", 60) + "*a" + strings.Repeat("]", 60), "2:64 too-deep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := refusal(t, tt.src); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
	_, err := Read([]byte("a: b\nc: d\na: e\n"))
	if want := `mapping key "a" already defined at line 1`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v does not say %s", err, want)
	}
}

func TestAccepted(t *testing.T) {
	for name, tt := range map[string]struct {
		src  string
		docs int
	}{
		"trailing marker":        {"a: b\n---\n", 1},
		"leading empty document": {"---\n---\na: b\n", 1},
		"two documents":          {"a: b\n---\nc: d\n", 2},
		"same key in two":        {"a: b\n---\na: d\n", 2},
		"integer key":            {"1: a\n2: b\n", 1},
		"alias of a text as key": {"x: &k b\na:\n  *k : c\n", 1},
		"merge of a list":        {"x: &x {}\ny: &y {}\na:\n  <<: [*x, *y]\n", 1},
		"merge of a list alias":  {"x: &x [{a: b}]\na:\n  <<: *x\n", 1},
		"quoted merge key":       {"a:\n  \"<<\": b\n", 1},
		"tags of Compose":        {"services:\n  web:\n    ports: !reset []\n    image: !override x\n", 1},
		"byte order mark":        {"\ufeffa: b\n", 1},
		"CR only":                {"a: b\rc: d\r", 1},
		"tabs after the colon":   {"a:\tb\nc: d\t# e\n", 1},
		"depth of 100":           {"a: " + strings.Repeat("[", 99) + strings.Repeat("]", 99), 1},
		"anchor used again":      {"a: &a {b: c}\nd: &a {e: f}\ng: *a\n", 1},
		"alias many times":       {"a: &a {b: c}\nd: [" + strings.Repeat("*a, ", 20000) + "]\n", 1},
		"template in quotes":     {"a: \"{{ b }}\"\n", 1},
		"null key":               {"? \n: b\n", 1},
	} {
		t.Run(name, func(t *testing.T) {
			docs, err := Read([]byte(tt.src))
			if err != nil {
				t.Fatal(err)
			}
			if len(docs) != tt.docs {
				t.Errorf("%d documents, want %d", len(docs), tt.docs)
			}
		})
	}
}
