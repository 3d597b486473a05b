package diff

import (
	"bytes"
	"unicode/utf8"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// maxLines is how many lines, in both texts together, are compared one by one.
// go-diff gives each distinct line a code point of its own, of which there are
// 1,112,060; with more lines than this, what lies between the texts' common
// start and common end counts as one change.
const maxLines = 1_000_000

// change is a stretch of lines [a0, a1) that became the lines [b0, b1). One of
// them may be empty.
type change struct{ a0, a1, b0, b1 int }

// compare returns the changes that make before into after, in order; a and b
// are the two texts' lines. Unchanged lines lie between any two changes.
func compare(before, after []byte, a, b [][]byte) []change {
	if len(a)+len(b) > maxLines {
		return []change{trim(a, b)}
	}
	differ := diffmatchpatch.New()
	differ.DiffTimeout = 0 // else the result depends on the machine's speed
	idsA, idsB, _ := differ.DiffLinesToRunes(string(before), string(after))
	goneA, goneB := unmatched(differ, idsA, idsB)
	slide(a, idsA, goneA, gaps(goneB))
	slide(b, idsB, goneB, gaps(goneA))
	return collect(goneA, goneB)
}

// trim returns the one change between the common start and the common end.
func trim(a, b [][]byte) change {
	c := change{0, len(a), 0, len(b)}
	for c.a0 < c.a1 && c.b0 < c.b1 && bytes.Equal(a[c.a0], b[c.b0]) {
		c.a0++
		c.b0++
	}
	for c.a0 < c.a1 && c.b0 < c.b1 && bytes.Equal(a[c.a1-1], b[c.b1-1]) {
		c.a1--
		c.b1--
	}
	return c
}

// unmatched returns which lines of each text have no partner in the other, a
// line being a rune. The rest of the two is the same, line by line.
//
// Lines that stand in one text only are set aside first. They can have no
// partner, and the search takes time by the square of such lines: where a
// file's every line was indented, minutes for what is now done at once.
func unmatched(differ *diffmatchpatch.DiffMatchPatch, a, b []rune) (goneA, goneB []bool) {
	goneA, goneB = make([]bool, len(a)), make([]bool, len(b))
	sharedA, whereA := shared(a, b, goneA)
	sharedB, whereB := shared(b, a, goneB)
	i, j := 0, 0
	for _, d := range differ.DiffMainRunes(sharedA, sharedB, false) {
		n := utf8.RuneCountInString(d.Text)
		switch d.Type {
		case diffmatchpatch.DiffEqual:
			i += n
			j += n
		case diffmatchpatch.DiffDelete:
			for ; n > 0; n-- {
				goneA[whereA[i]] = true
				i++
			}
		case diffmatchpatch.DiffInsert:
			for ; n > 0; n-- {
				goneB[whereB[j]] = true
				j++
			}
		}
	}
	return goneA, goneB
}

// shared returns the lines that other has too, and where they stand in lines.
// The rest it marks as gone.
func shared(lines, other []rune, gone []bool) (kept []rune, where []int) {
	present := make(map[rune]bool, len(other))
	for _, r := range other {
		present[r] = true
	}
	for i, r := range lines {
		if present[r] {
			kept = append(kept, r)
			where = append(where, i)
		} else {
			gone[i] = true
		}
	}
	return kept, where
}

// collect joins the marked lines of both texts to changes.
func collect(goneA, goneB []bool) []change {
	var changes []change
	for i, j := 0, 0; i < len(goneA) || j < len(goneB); {
		c := change{i, i, j, j}
		for c.a1 < len(goneA) && goneA[c.a1] {
			c.a1++
		}
		for c.b1 < len(goneB) && goneB[c.b1] {
			c.b1++
		}
		if c.a1 > c.a0 || c.b1 > c.b0 {
			changes = append(changes, c)
		}
		i, j = c.a1+1, c.b1+1 // past the unchanged line behind, if there is one
	}
	return changes
}
