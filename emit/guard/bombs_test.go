package guard

import (
	"fmt"
	"strings"
	"testing"
)

// laughs builds a file in which each line holds ten aliases of the line before.
func laughs(open, item, end string) string {
	var b strings.Builder
	b.WriteString("l0: &l0 [lol, lol, lol]\nm0: &m0 {k: lol}\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "l%d: &l%d %s", i, i, open)
		for j := range 10 {
			fmt.Fprintf(&b, item, j, i-1)
		}
		b.WriteString(end + "\n")
	}
	return b.String()
}

func services(n int) string {
	var b strings.Builder
	b.WriteString("x-log: &log\n  driver: json-file\nservices:\n")
	for i := range n {
		fmt.Fprintf(&b, "  s%d:\n    image: example/s%d:1.2\n    logging: *log\n    ports:\n      - \"%d:80\"\n    environment:\n      A: one\n      B: two\n    volumes:\n      - ./data/%d:/var/lib/data\n      - logs:/var/log\n", i, i, 10000+i, i)
		if i > 0 {
			fmt.Fprintf(&b, "    links:\n      - s%d:before\n", i-1)
		}
		b.WriteString("    # " + strings.Repeat("-", 180) + "\n")
	}
	return b.String()
}

// Each of these would cost a careless reader seconds, gigabytes or its stack.
func TestBombs(t *testing.T) {
	var block strings.Builder
	for i := range 2500 {
		block.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for _, tt := range []struct{ name, src, reason string }{
		{"laughing lists", laughs("[", "*l%[2]d, ", "]"), AliasBomb},
		{"laughing mappings", laughs("{", "k%[1]d: *l%[2]d, ", "}"), AliasBomb},
		{"laughing mappings in lists", laughs("[", "{k%[1]d: *l%[2]d}, ", "]"), AliasBomb},
		{"laughing merges", strings.ReplaceAll(laughs("{<<: [", "*l%[2]d, ", "]}"), "l0: &l0 [lol, lol, lol]\nm0: &m0", "l0: &l0"), AliasBomb},
		{"a long text, copied", "a: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a, ", 10000) + "]\n", AliasBomb},
		{"open brackets", "a: " + strings.Repeat("[", 100_000), TooDeep},
		{"closed brackets", "a: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000), TooDeep},
		{"braces", strings.Repeat("{a: ", 9000) + strings.Repeat("}", 9000), TooDeep},
		{"items of items", "a:\n" + strings.Repeat("- ", 9000) + "x", TooDeep},
		{"items of items, too many for the parser", "a:\n" + strings.Repeat("- ", 11000) + "x", TooDeep},
		{"explicit keys", strings.Repeat("? ", 9000) + "x", BadKey},
		{"indentation", block.String(), TooDeep},
		{"many values", "a: [" + strings.Repeat("a,", 1_100_000) + "]", TooLarge},
		{"many bytes", strings.Repeat("#\n", MaxBytes), TooLarge},
		{"commas", "a: [" + strings.Repeat(",", 2_000_000) + "]", Syntax},
		{"anchors", "a: " + strings.Repeat("&a ", 100_000), Syntax},
		{"quotes", "a: \"" + strings.Repeat("\\n", 1_000_000), Syntax},
		{"tab at the end", strings.Repeat("# x\n", 900_000) + "a:\n\tb: c\n", TabIndent},
		{"nested variables", "a: " + strings.Repeat("${A:-", 2000) + strings.Repeat("}", 2000), TooLarge},
		{"many texts of many variables", "a:\n" + strings.Repeat("- "+strings.Repeat("${A:-b}", 900)+"\n", 100), TooLarge},
		{"many copies of many variables", "a: &a " + strings.Repeat("${A:-b}", 900) + "\nb: [" + strings.Repeat("*a, ", 100) + "]\n", AliasBomb},
		{"empty documents", strings.Repeat("---\n", 200_000), NotAMapping},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := refusal(t, tt.src); !strings.HasSuffix(got, " "+tt.reason) {
				t.Errorf("got %q, want %s", got, tt.reason)
			}
		})
	}
}

func TestLargeFilesPass(t *testing.T) {
	src := services(5000)
	if len(src) < 2_000_000 {
		t.Fatalf("only %d bytes", len(src))
	}
	if got := refusal(t, src); got != "" {
		t.Errorf("5,000 services: %s", got)
	}
	if got := refusal(t, "a: |\n"+strings.Repeat("  ${A:-b} and ${C}\n", 50_000)); got != "" {
		t.Errorf("100,000 variables in a long text: %s", got)
	}
	var keys strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&keys, "k%d: x\n", i)
	}
	if got := refusal(t, keys.String()); got != "" {
		t.Errorf("100,000 keys in one mapping: %s", got)
	}
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{20, 5000} {
		src := []byte(services(n))
		b.Run(fmt.Sprintf("services=%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if _, err := Read(src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
