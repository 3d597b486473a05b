// Package diff prints unified diffs that `git apply` and `patch -p1` take, and
// colours them for a terminal.
//
// It compares bytes by lines and knows nothing of YAML or Compose. It never
// decides whether a diff is shown, and it reads and writes nothing.
package diff

import (
	"bytes"
	"fmt"
	"strings"
)

// context is how many unchanged lines surround a change.
const context = 3

// noNewline marks a line that ends with its file.
const noNewline = "\n\\ No newline at end of file\n"

// Unified returns the unified diff that makes before into after, or nothing if
// they are equal. name is the path that the header shows behind a/ and b/. It
// should be relative, with '/' and without "..", as no tool takes others.
//
// There is no `diff --git` line, for with it `git apply` in a sub folder
// silently skips names that are relative to that folder, and there are no
// timestamps: the same input gives the same bytes.
func Unified(name string, before, after []byte) []byte {
	if bytes.Equal(before, after) {
		return nil
	}
	a, b := splitLines(before), splitLines(after)
	var out bytes.Buffer
	name = strings.TrimLeft(name, "/")
	out.WriteString("--- " + header("a/"+name))
	out.WriteString("+++ " + header("b/"+name))
	changes := compare(before, after, a, b)
	for len(changes) > 0 {
		n := 1
		for n < len(changes) && changes[n].a0-changes[n-1].a1 <= 2*context {
			n++
		}
		writeHunk(&out, a, b, changes[:n])
		changes = changes[n:]
	}
	return out.Bytes()
}

// splitLines splits text behind each line feed. A carriage return is part of
// its line, wherever it stands.
func splitLines(text []byte) [][]byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	if last := len(lines) - 1; len(lines[last]) == 0 {
		return lines[:last]
	}
	return lines
}

// writeHunk prints changes, which are near enough to share their context.
func writeHunk(out *bytes.Buffer, a, b [][]byte, changes []change) {
	first, last := changes[0], changes[len(changes)-1]
	before := min(context, first.a0)
	behind := min(context, len(a)-last.a1)
	fmt.Fprintf(out, "@@ -%s +%s @@\n",
		extent(first.a0-before, last.a1+behind), extent(first.b0-before, last.b1+behind))
	at := first.a0 - before
	for _, c := range changes {
		writeLines(out, ' ', a[at:c.a0])
		writeLines(out, '-', a[c.a0:c.a1])
		writeLines(out, '+', b[c.b0:c.b1])
		at = c.a1
	}
	writeLines(out, ' ', a[at:last.a1+behind])
}

// extent says which lines a hunk covers, as POSIX wants it: the first line's
// number and their count, which is left out if 1; for no lines the number of
// the line that they would follow.
func extent(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return fmt.Sprint(from + 1)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}

func writeLines(out *bytes.Buffer, mark byte, lines [][]byte) {
	for _, line := range lines {
		out.WriteByte(mark)
		out.Write(line)
		if !bytes.HasSuffix(line, []byte("\n")) {
			out.WriteString(noNewline)
		}
	}
}

// header ends a header line with name as git writes it. A name with a control
// character, a quote or a backslash is quoted as in C. One with a blank gets a
// tab behind it: without it GNU patch ends the name at the blank. One that ends
// with a blank is quoted too, which git need not do, but patch drops the blank.
func header(name string) string {
	quoted := strings.ContainsFunc(name, func(r rune) bool {
		return r < ' ' || r == 0x7f || r == '"' || r == '\\'
	})
	switch {
	case quoted, strings.HasSuffix(name, " "):
		return quote(name) + "\n"
	case strings.Contains(name, " "):
		return name + "\t\n"
	}
	return name + "\n"
}

// quote writes name as a string of C in git's way: bytes above 0x7f stay.
func quote(name string) string {
	const special, letters = "\a\b\t\n\v\f\r\"\\", `abtnvfr"\`
	var out strings.Builder
	out.WriteByte('"')
	for _, c := range []byte(name) {
		i := strings.IndexByte(special, c)
		switch {
		case i >= 0:
			out.WriteByte('\\')
			out.WriteByte(letters[i])
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&out, "\\%03o", c)
		default:
			out.WriteByte(c)
		}
	}
	out.WriteByte('"')
	return out.String()
}
