package text

import (
	"fmt"
	"strings"
	"testing"
)

// many is a file of n services, with two operations on each and some on the top
// level.
func many(n int) ([]byte, []Op) {
	var b strings.Builder
	b.WriteString("version: \"3\"\n\nservices:\n")
	var ops []Op
	for i := range n {
		fmt.Fprintf(&b, "  s%d:\n    image: x # %d\n    links:\n      - s%d\n    environment:\n      A: b\n\n", i, i, (i+1)%n)
		name := fmt.Sprintf("services s%d", i)
		// A path of one digit would be an index.
		ops = append(ops, Op{Kind: Replace, Path: Path{"services", fmt.Sprintf("s%d", i)}, Key: "links", Keep: []int{0}, Entries: []Entry{deps(fmt.Sprintf("s%d", (i+1)%n))}},
			add(name+" environment", "B", str("c")))
	}
	b.WriteString("volumes:\n  data:\n")
	return []byte(b.String()), append(ops, add("", "networks", dict("back", null())), add("networks back", "driver", str("bridge")))
}

func TestMany(t *testing.T) {
	const n = 1000
	src, ops := many(n)
	got, err := edited(src, ops)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(string(src), "links:", "depends_on:")
	want = strings.ReplaceAll(want, "A: b\n", "A: b\n      B: c\n") + "\nnetworks:\n  back:\n    driver: bridge\n"
	if string(got) != want {
		t.Errorf("got %.2000s", got)
	}
}

// TestBlame checks that the operation which is refused is named, also when it
// is one of many, and that nothing is applied then.
func TestBlame(t *testing.T) {
	src, ops := many(20)
	ops[31] = del("services s15 nothing")
	f, err := Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	g, err := f.Apply(ops)
	oe, ok := err.(*OpError)
	if g != nil || !ok || oe.Index != 31 {
		t.Errorf("got %v, %v", g, err)
	}
}

func BenchmarkApply(b *testing.B) {
	for _, n := range []int{500, 1000, 2000, 4000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			src, ops := many(n)
			for b.Loop() {
				f, err := Parse(src)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := f.Apply(ops); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
