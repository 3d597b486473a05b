package diff

import "bytes"

// gaps returns, for each number of unchanged lines, whether changed lines
// follow that many of them.
func gaps(gone []bool) []bool {
	follows := []bool{false}
	for _, g := range gone {
		if g {
			follows[len(follows)-1] = true
		} else {
			follows = append(follows, false)
		}
	}
	return follows
}

// group is a run of changed lines [start, end) with the number of unchanged
// lines before it.
type group struct{ start, end, unchanged int }

// slide moves the runs of changed lines in one text to where a reader expects
// them. A run that begins as the lines behind it do, or ends as the lines
// before it do, can be moved without a change of what the diff does: of two
// blocks that both end with `restart: always`, the removed one may seem to
// begin with the end of the other.
//
// lines are the text's lines, ids their equality, and gone says which are
// changed; it is what slide alters. other are the gaps of the other text.
// Runs that meet when moved become one. A run then stands beside changed lines
// of the other text, if there is such a place, so that they show as a
// replacement; else at the place that best chooses.
func slide(lines [][]byte, ids []rune, gone, other []bool) {
	g := group{}
	for g.end < len(ids) {
		if !gone[g.end] {
			g.end++
			g.unchanged++
			continue
		}
		g.start = g.end
		for g.end < len(ids) && gone[g.end] {
			g.end++
		}
		first, beside := g.widen(ids, gone, other)
		want := beside
		if beside < 0 {
			want = best(lines, first, g)
		}
		for g.end > want && g.up(ids, gone) {
		}
	}
}

// widen moves the run as far up and then as far down as it goes, again if it
// met others on the way. It returns the first end that the run can have, and
// the last that is beside changed lines of the other text, or -1.
func (g *group) widen(ids []rune, gone, other []bool) (first, beside int) {
	for size := 0; size != g.end-g.start; {
		size = g.end - g.start
		for g.up(ids, gone) {
		}
		first, beside = g.end, -1
		for {
			if other[g.unchanged] {
				beside = g.end
			}
			if !g.down(ids, gone) {
				break
			}
		}
	}
	return first, beside
}

// up moves the run up by a line, if it can, and takes in what it meets.
func (g *group) up(ids []rune, gone []bool) bool {
	if g.start == 0 || ids[g.start-1] != ids[g.end-1] {
		return false
	}
	g.start--
	g.end--
	g.unchanged--
	gone[g.start], gone[g.end] = true, false
	for g.start > 0 && gone[g.start-1] {
		g.start--
	}
	return true
}

// down moves the run down by a line, if it can, and takes in what it meets.
func (g *group) down(ids []rune, gone []bool) bool {
	if g.end == len(ids) || ids[g.start] != ids[g.end] {
		return false
	}
	gone[g.start], gone[g.end] = false, true
	g.start++
	g.end++
	g.unchanged++
	for g.end < len(ids) && gone[g.end] {
		g.end++
	}
	return true
}

// best returns the end, from first on to where the run stands, that leaves the
// most natural block: it begins and the text goes on behind it at the least
// indented lines, which is where things begin in an indented text; then, where
// neither of the two lines is blank; then, as in diff -u, the last.
func best(lines [][]byte, first int, g group) int {
	size := g.end - g.start
	end, least := g.end, cost(lines, g.start)+cost(lines, g.end)
	for e := g.end - 1; e >= first; e-- {
		if c := cost(lines, e-size) + cost(lines, e); c < least {
			end, least = e, c
		}
	}
	return end
}

// cost is what speaks against a border before lines[at]: twice the indentation
// of the first line there that is not blank, and one for a blank line.
func cost(lines [][]byte, at int) int {
	const far = 20 // blank lines in a row; beyond, they are what the text is
	blank := 0
	for i := at; i < len(lines) && i < at+far; i++ {
		text := bytes.TrimLeft(lines[i], " \t")
		if len(bytes.TrimSpace(text)) > 0 {
			return 2*(len(lines[i])-len(text)) + blank
		}
		blank = 1
	}
	return blank - 1 // nothing begins here
}
