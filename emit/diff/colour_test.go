package diff

import (
	"regexp"
	"strings"
	"testing"
)

var codes = regexp.MustCompile("\x1b\\[[0-9]*m")

// plain removes the codes that Colour writes.
func plain(text string) string { return codes.ReplaceAllString(text, "") }

func TestColour(t *testing.T) {
	names := strings.NewReplacer("<b>", bold, "<r>", red, "<g>", green, "<c>", cyan, "</>", reset, "<i>", reverse, "</i>", reverseEnd)
	for _, c := range []struct{ name, diff, want string }{
		{"nothing", "", ""},
		{
			"a word",
			lines("--- a/f", "+++ b/f", "@@ -1,2 +1,2 @@", " w:", "-  links: [db]", "+  depends_on: [db]"),
			lines("<b>--- a/f</>", "<b>+++ b/f</>", "<c>@@ -1,2 +1,2 @@</>", " w:", "<r>-  <i>links</i>: [db]</>", "<g>+  <i>depends_on</i>: [db]</>"),
		},
		{
			"runs of equal length are pairs",
			lines("@@ -1,2 +1,2 @@", "-a: 1", "-b: 1", "+a: 2", "+b: 2"),
			lines("<c>@@ -1,2 +1,2 @@</>", "<r>-a: <i>1</i></>", "<r>-b: <i>1</i></>", "<g>+a: <i>2</i></>", "<g>+b: <i>2</i></>"),
		},
		{
			"others are not",
			lines("@@ -1 +1,2 @@", "-a: 1", "+a: 2", "+b: 2"),
			lines("<c>@@ -1 +1,2 @@</>", "<r>-a: 1</>", "<g>+a: 2</>", "<g>+b: 2</>"),
		},
		{
			"nothing in common",
			lines("@@ -1 +1 @@", "-  a", "+  b"),
			lines("<c>@@ -1 +1 @@</>", "<r>-  a</>", "<g>+  b</>"),
		},
		{
			"an addition is shown in the line that has it",
			lines("@@ -1 +1 @@", "-a: b", "+  a: b"),
			lines("<c>@@ -1 +1 @@</>", "<r>-a: b</>", "<g>+<i>  </i>a: b</>"),
		},
		{
			"letters of more than a byte",
			lines("@@ -1 +1 @@", "-é: ö!", "+é: ü!"),
			lines("<c>@@ -1 +1 @@</>", "<r>-é: <i>ö</i>!</>", "<g>+é: <i>ü</i>!</>"),
		},
		{
			"carriage returns stay behind the codes",
			lines("@@ -1 +1 @@", "-a: 1\r", "+a: 2\r"),
			lines("<c>@@ -1 +1 @@</>", "<r>-a: <i>1</i></>\r", "<g>+a: <i>2</i></>\r"),
		},
		{
			"missing line ends",
			lines("@@ -1 +1 @@", "-a: 1", `\ No newline at end of file`, "+a: 2", `\ No newline at end of file`),
			lines("<c>@@ -1 +1 @@</>", "<r>-a: <i>1</i></>", `\ No newline at end of file`, "<g>+a: <i>2</i></>", `\ No newline at end of file`),
		},
		{
			"changed lines that look like headers, and a second file",
			lines("@@ -1,2 +1 @@", "--- x", " @@ y", "--- a/g", "+++ b/g"),
			lines("<c>@@ -1,2 +1 @@</>", "<r>--- x</>", " @@ y", "<b>--- a/g</>", "<b>+++ b/g</>"),
		},
	} {
		if got := string(Colour([]byte(c.diff))); got != names.Replace(c.want) {
			t.Errorf("%s:\n%q\nwant:\n%q", c.name, got, names.Replace(c.want))
		}
	}
}
