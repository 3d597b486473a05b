package diff

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// The colours are git's. reverse marks the words that changed.
const (
	bold       = "\x1b[1m"
	red        = "\x1b[31m"
	green      = "\x1b[32m"
	cyan       = "\x1b[36m"
	reset      = "\x1b[m"
	reverse    = "\x1b[7m"
	reverseEnd = "\x1b[27m"
)

// Colour returns diff, which may hold the unified diffs of several files, with
// the escape codes of a terminal. Without them the bytes are the same. What
// ends a line, a carriage return included, is not coloured.
//
// Where as many lines were added as were removed just above, each is taken for
// the other's successor, and what differs between the two is shown in reverse.
func Colour(diff []byte) []byte {
	p := painter{}
	for len(diff) > 0 {
		var line []byte
		line, diff = cutLine(diff)
		if p.before > 0 || p.after > 0 || line[0] == '\\' {
			p.body(line)
			continue
		}
		p.flush()
		switch {
		case bytes.HasPrefix(line, []byte("@@ ")):
			p.before, p.after = counts(line)
			p.paint(line, cyan, 0, 0)
		case bytes.HasPrefix(line, []byte("--- ")), bytes.HasPrefix(line, []byte("+++ ")):
			p.paint(line, bold, 0, 0)
		default:
			p.out.Write(line)
		}
	}
	p.flush()
	return p.out.Bytes()
}

// painter holds back the removed and added lines of one change until it knows
// all of them.
type painter struct {
	out            bytes.Buffer
	before, after  int // lines of both sides that the hunk still has
	removed, added [][]byte
}

// body takes a line of a hunk.
func (p *painter) body(line []byte) {
	switch line[0] {
	case '-':
		if len(p.added) > 0 {
			p.flush()
		}
		p.removed = append(p.removed, line)
		p.before--
	case '+':
		p.added = append(p.added, line)
		p.after--
	case '\\':
		// It belongs to the line above, which is the last of either list.
		switch {
		case len(p.added) > 0:
			p.added = append(p.added, line)
		case len(p.removed) > 0:
			p.removed = append(p.removed, line)
		default:
			p.out.Write(line)
		}
	default:
		p.flush()
		p.out.Write(line)
		p.before--
		p.after--
	}
}

// flush writes the lines held back.
func (p *painter) flush() {
	removed, added := marked(p.removed), marked(p.added)
	for i, line := range p.removed {
		p.change(line, red, i, removed == added, p.added)
	}
	for i, line := range p.added {
		p.change(line, green, i, removed == added, p.removed)
	}
	p.removed, p.added = nil, nil
}

// marked counts the lines that are not about a missing line end.
func marked(lines [][]byte) int {
	if n := len(lines); n > 0 && lines[n-1][0] == '\\' {
		return n - 1
	}
	return len(lines)
}

// change writes the removed or added line number i of a change; others are the
// lines of the other side, in pairs with this side's if paired.
func (p *painter) change(line []byte, colour string, i int, paired bool, others [][]byte) {
	switch {
	case line[0] == '\\':
		p.out.Write(line)
	case paired:
		from, to := differing(content(line), content(others[i]))
		p.paint(line, colour, from+1, to+1)
	default:
		p.paint(line, colour, 0, 0)
	}
}

// paint writes line in colour, and of it the bytes [from, to) in reverse.
func (p *painter) paint(line []byte, colour string, from, to int) {
	text := bytes.TrimRight(line, "\r\n")
	p.out.WriteString(colour)
	if from < to {
		p.out.Write(text[:from])
		p.out.WriteString(reverse)
		p.out.Write(text[from:to])
		p.out.WriteString(reverseEnd)
		text = text[to:]
	}
	p.out.Write(text)
	p.out.WriteString(reset)
	p.out.Write(line[len(bytes.TrimRight(line, "\r\n")):])
}

// content returns a changed line without its mark and its end.
func content(line []byte) []byte { return bytes.TrimRight(line[1:], "\r\n") }

// differing returns the part of line that other does not share: what is left
// between the words that both begin with and those that both end with. It is
// empty if the two have nothing but blanks in common, for then all would be
// shown in reverse.
func differing(line, other []byte) (from, to int) {
	common := false
	to, end := len(line), len(other)
	for from < to && from < end {
		word := firstWord(line[from:to])
		if !bytes.Equal(word, firstWord(other[from:end])) {
			break
		}
		common = common || len(bytes.TrimSpace(word)) > 0
		from += len(word)
	}
	for from < to && from < end {
		word := lastWord(line[from:to])
		if !bytes.Equal(word, lastWord(other[from:end])) {
			break
		}
		common = common || len(bytes.TrimSpace(word)) > 0
		to -= len(word)
		end -= len(word)
	}
	if !common {
		return 0, 0
	}
	return from, to
}

// firstWord returns the letters and digits that text begins with, else the one
// character.
func firstWord(text []byte) []byte {
	if n := bytes.IndexFunc(text, noWord); n > 0 {
		return text[:n]
	} else if n < 0 {
		return text
	}
	_, size := utf8.DecodeRune(text)
	return text[:size]
}

// lastWord is firstWord from the end.
func lastWord(text []byte) []byte {
	n := bytes.LastIndexFunc(text, noWord)
	if n < 0 {
		return text
	}
	_, size := utf8.DecodeRune(text[n:])
	if n+size < len(text) {
		return text[n+size:]
	}
	return text[n:]
}

func noWord(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// cutLine splits text behind its first line feed.
func cutLine(text []byte) (line, rest []byte) {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return text[:i+1], text[i+1:]
	}
	return text, nil
}

// counts returns how many lines of both sides the hunk with this header has.
func counts(line []byte) (before, after int) {
	var sides [2]string
	if _, err := fmt.Sscanf(string(line), "@@ -%s +%s @@", &sides[0], &sides[1]); err != nil {
		return 0, 0
	}
	var n [2]int
	for i, side := range sides {
		n[i] = 1
		var start int
		fmt.Sscanf(side, "%d,%d", &start, &n[i])
	}
	return n[0], n[1]
}
