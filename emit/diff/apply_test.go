package diff

import (
	"fmt"
	"strings"
	"testing"
)

// apply is a plain reader of unified diffs. It wants every line of the hunks
// to be where the header says, without the search that patch does.
func apply(before, patch string) (string, error) {
	if patch == "" {
		return before, nil
	}
	in, rest := strings.SplitAfter(before, "\n"), strings.SplitAfter(patch, "\n")
	if len(rest) < 3 || !strings.HasPrefix(rest[0], "--- ") || !strings.HasPrefix(rest[1], "+++ ") {
		return "", fmt.Errorf("no header")
	}
	var out strings.Builder
	at := 0
	for rest = rest[2:]; rest[0] != ""; {
		var a, aLen, b, bLen int
		if err := ranges(rest[0], &a, &aLen, &b, &bLen); err != nil {
			return "", err
		}
		if aLen > 0 {
			a--
		}
		for ; at < a; at++ {
			out.WriteString(in[at])
		}
		if bLen > 0 {
			b--
		}
		if got := strings.Count(out.String(), "\n"); got != b {
			return "", fmt.Errorf("hunk %q begins behind %d lines", rest[0], got)
		}
		for rest = rest[1:]; aLen > 0 || bLen > 0; rest = rest[1:] {
			mark, line := rest[0][0], rest[0][1:]
			if strings.HasPrefix(rest[1], `\ No newline`) {
				line = strings.TrimSuffix(line, "\n")
				rest = rest[1:]
			}
			if mark != '+' {
				if in[at] != line {
					return "", fmt.Errorf("line %d is %q, not %q", at+1, in[at], line)
				}
				at++
				aLen--
			}
			if mark != '-' {
				out.WriteString(line)
				bLen--
			}
		}
	}
	return out.String() + strings.Join(in[at:], ""), nil
}

// ranges reads a hunk's header.
func ranges(line string, a, aLen, b, bLen *int) error {
	var sides [2]string
	if _, err := fmt.Sscanf(line, "@@ -%s +%s @@\n", &sides[0], &sides[1]); err != nil {
		return fmt.Errorf("hunk header %q: %w", line, err)
	}
	for i, to := range [][2]*int{{a, aLen}, {b, bLen}} {
		*to[1] = 1
		if _, err := fmt.Sscanf(sides[i], "%d,%d", to[0], to[1]); err != nil && !strings.HasPrefix(err.Error(), "unexpected EOF") {
			return fmt.Errorf("hunk header %q: %w", line, err)
		}
	}
	return nil
}

func FuzzUnified(f *testing.F) {
	f.Add("a\nb\n", "a\nc\n")
	f.Add("", "a")
	f.Add("a\r\nb\r\n", "b\r\na")
	f.Add("a: 1\n\n\nb: 1\n", "a: 1\n\n\n\nb: 1\n")
	f.Add("--- a\n+++ b\n", "-- a\n@@ -1 +1 @@\n")
	f.Add("\xff\n\xef\xbb\xbfx\n", "\xfe\n")
	f.Add("x\nx\ny\nx\nx\n", "x\ny\nx\nx\nx\nx\n")
	f.Fuzz(func(t *testing.T, before, after string) {
		patch := string(Unified("f", []byte(before), []byte(after)))
		if (patch == "") != (before == after) {
			t.Fatalf("%q", patch)
		}
		if got, err := apply(before, patch); err != nil || got != after {
			t.Fatalf("%v\n%q\nwant\n%q\nby\n%s", err, got, after, patch)
		}
		coloured := string(Colour([]byte(patch)))
		if !strings.Contains(patch, "\x1b") && plain(coloured) != patch {
			t.Fatalf("colours changed the diff:\n%q\n%q", patch, coloured)
		}
	})
}
