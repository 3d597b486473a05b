package diff

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// lines joins its arguments, each with a line feed.
func lines(text ...string) string { return strings.Join(text, "\n") + "\n" }

func TestUnified(t *testing.T) {
	for _, c := range []struct{ name, before, after, want string }{
		{"equal", "a\n", "a\n", ""},
		{"both empty", "", "", ""},
		{
			"a link becomes a start order",
			lines("services:", "  web:", "    image: web", "    links:", "      - db", "    ports:", `      - "80:80"`, "  db:", "    image: postgres"),
			lines("services:", "  web:", "    image: web", "    depends_on:", "      - db", "    ports:", `      - "80:80"`, "  db:", "    image: postgres"),
			lines("--- a/f", "+++ b/f", "@@ -1,7 +1,7 @@", " services:", "   web:", "     image: web", "-    links:", "+    depends_on:", "       - db", "     ports:", `       - "80:80"`),
		},
		{
			"two changes with six lines between are one hunk",
			lines("a", "1", "2", "3", "4", "5", "6", "b"),
			lines("A", "1", "2", "3", "4", "5", "6", "B"),
			lines("--- a/f", "+++ b/f", "@@ -1,8 +1,8 @@", "-a", "+A", " 1", " 2", " 3", " 4", " 5", " 6", "-b", "+B"),
		},
		{
			"with seven they are two",
			lines("a", "1", "2", "3", "4", "5", "6", "7", "b"),
			lines("A", "1", "2", "3", "4", "5", "6", "7", "B"),
			lines("--- a/f", "+++ b/f", "@@ -1,4 +1,4 @@", "-a", "+A", " 1", " 2", " 3", "@@ -6,4 +6,4 @@", " 5", " 6", " 7", "-b", "+B"),
		},
		{
			"a line of one",
			"a\n", "b\n",
			lines("--- a/f", "+++ b/f", "@@ -1 +1 @@", "-a", "+b"),
		},
		{
			"emptied",
			"a\n", "",
			lines("--- a/f", "+++ b/f", "@@ -1 +0,0 @@", "-a"),
		},
		{
			"filled",
			"", "a\n",
			lines("--- a/f", "+++ b/f", "@@ -0,0 +1 @@", "+a"),
		},
		{
			"no line end before",
			"a", "a\n",
			lines("--- a/f", "+++ b/f", "@@ -1 +1 @@", "-a", `\ No newline at end of file`, "+a"),
		},
		{
			"no line end at all",
			"a\nb\nc", "A\nb\nc",
			lines("--- a/f", "+++ b/f", "@@ -1,3 +1,3 @@", "-a", "+A", " b", " c", `\ No newline at end of file`),
		},
		{
			"carriage returns",
			"a\r\nb\r\n", "a\r\nB\r\n",
			lines("--- a/f", "+++ b/f", "@@ -1,2 +1,2 @@", " a\r", "-b\r", "+B\r"),
		},
	} {
		if got := string(Unified("f", []byte(c.before), []byte(c.after))); got != c.want {
			t.Errorf("%s:\n%q\nwant:\n%q", c.name, got, c.want)
		}
	}
}

// Where a change may stand at several places, it stands where things begin.
func TestUnifiedPlace(t *testing.T) {
	for _, c := range []struct{ name, before, after, want string }{
		{
			"a service that ends as the one before it",
			lines("services:", "  a:", "    image: x", "    restart: always", "  b:", "    image: x", "    restart: always", "  c:", "    image: z"),
			lines("services:", "  a:", "    image: x", "    restart: always", "  c:", "    image: z"),
			lines("   a:", "     image: x", "     restart: always", "-  b:", "-    image: x", "-    restart: always", "   c:", "     image: z"),
		},
		{
			"a service among blank lines",
			lines("a:", "  image: x", "", "c:", "  image: z"),
			lines("a:", "  image: x", "", "b:", "  image: y", "", "c:", "  image: z"),
			lines(" a:", "   image: x", " ", "+b:", "+  image: y", "+", " c:", "   image: z"),
		},
		{
			"a service at the end",
			lines("a:", "  image: x"),
			lines("a:", "  image: x", "", "b:", "  image: x"),
			lines(" a:", "   image: x", "+", "+b:", "+  image: x"),
		},
		{
			"links in front of a key with the same item",
			lines("w:", "  links:", "    - db", "  depends_on:", "    - db"),
			lines("w:", "  depends_on:", "    - db"),
			lines(" w:", "-  links:", "-    - db", "   depends_on:", "     - db"),
		},
		{
			"an item like its neighbours",
			lines("l:", "  - x", "  - x", "m: 1"),
			lines("l:", "  - x", "m: 1"),
			lines(" l:", "   - x", "-  - x", " m: 1"),
		},
	} {
		got := string(Unified("f", []byte(c.before), []byte(c.after)))
		if _, hunk, _ := strings.Cut(got, " @@\n"); hunk != c.want {
			t.Errorf("%s:\n%s\nwant:\n%s", c.name, got, c.want)
		}
	}
}

func TestHeader(t *testing.T) {
	for name, want := range map[string]string{
		"compose.yml":    "a/compose.yml\n",
		"my app/c.yml":   "a/my app/c.yml\t\n",
		"köln/☃.yml":     "a/köln/☃.yml\n",
		"a\tb.yml":       "\"a/a\\tb.yml\"\n",
		"a\nb c.yml":     "\"a/a\\nb c.yml\"\n",
		`say "hi".yml`:   `"a/say \"hi\".yml"` + "\n",
		`back\slash.yml`: `"a/back\\slash.yml"` + "\n",
		"\x01\x7f.yml":   `"a/\001\177.yml"` + "\n",
		"trail ":         "\"a/trail \"\n",
		"caf\xe9.yml":    "a/caf\xe9.yml\n",
	} {
		if got := header("a/" + name); got != want {
			t.Errorf("header(%q) = %q, want %q", name, got, want)
		}
	}
}

// go-diff numbers lines by code points and has to step over the surrogates and
// over U+FFFD; 70,000 distinct lines pass both.
func TestManyDistinctLines(t *testing.T) {
	var before, after strings.Builder
	for i := range 70_000 {
		fmt.Fprintf(&before, "line %d\n", i)
		if i%1000 != 7 {
			fmt.Fprintf(&after, "line %d\n", i)
		}
	}
	patch := Unified("f", []byte(before.String()), []byte(after.String()))
	if n := strings.Count(string(patch), "\n-"); n != 70 {
		t.Errorf("%d lines are removed, not 70", n)
	}
	if got, err := apply(before.String(), string(patch)); err != nil || got != after.String() {
		t.Errorf("the diff does not give what it was made from: %v", err)
	}
}

func TestMoreThanMaxLines(t *testing.T) {
	same := strings.Repeat("x\n", maxLines)
	patch := string(Unified("f", []byte("a\nb\n"+same), []byte("a\nc\n"+same)))
	want := lines("--- a/f", "+++ b/f", "@@ -1,5 +1,5 @@", " a", "-b", "+c", " x", " x", " x")
	if patch != want {
		t.Errorf("got %q", patch)
	}
}

// A version 1 file has its every line indented; that must not cost the square.
func TestIndentedThroughout(t *testing.T) {
	before := service(10_000)
	after := "services:\n  " + strings.ReplaceAll(strings.TrimSuffix(before, "\n"), "\n", "\n  ") + "\n"
	start := time.Now()
	patch := Unified("f", []byte(before), []byte(after))
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
	if got, err := apply(before, string(patch)); err != nil || got != after {
		t.Errorf("the diff does not give what it was made from: %v", err)
	}
}

// service returns a version 1 file of n services.
func service(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "web%d:\n  image: web\n  links:\n    - db%d:database\n  ports:\n    - \"80\"\n\n", i, i)
	}
	return out.String()
}

// edited returns text with some of its lines removed, doubled, moved or new.
func edited(r *rand.Rand, text string) string {
	all := strings.SplitAfter(text, "\n")
	var out strings.Builder
	for _, line := range all {
		switch r.IntN(12) {
		case 0:
		case 1:
			out.WriteString(line + line)
		case 2:
			out.WriteString("    new: line\n" + line)
		case 3:
			out.WriteString(all[r.IntN(len(all))])
		default:
			out.WriteString(line)
		}
	}
	return out.String()
}

func BenchmarkUnified(b *testing.B) {
	before := service(500)
	for _, c := range []struct{ name, after string }{
		{"links replaced", strings.ReplaceAll(before, "links:", "depends_on:")},
		{"all indented", "  " + strings.ReplaceAll(before, "\n", "\n  ")},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(before)))
			for b.Loop() {
				Unified("f", []byte(before), []byte(c.after))
			}
		})
	}
}
