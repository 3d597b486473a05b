package text

import (
	"sort"
	"unicode/utf8"
)

// line is one line of a file: its text is [start,end), its break [end,next).
// The last line of a file that ends with a break is empty.
type line struct{ start, end, next int }

// breakLen is the length of the line break that begins at src[i], or 0. yaml.v3
// counts CR, NEL, LS and PS as breaks too, everywhere, in comments and quotes as
// well (measured; YAML 1.1 §4.1.4), so that lines must be split as it does.
func breakLen(src []byte, i int) int {
	if i >= len(src) {
		return 0
	}
	switch src[i] {
	case '\n':
		return 1
	case '\r':
		if i+1 < len(src) && src[i+1] == '\n' {
			return 2
		}
		return 1
	case 0xC2:
		if i+1 < len(src) && src[i+1] == 0x85 {
			return 2
		}
	case 0xE2:
		if i+2 < len(src) && src[i+1] == 0x80 && (src[i+2] == 0xA8 || src[i+2] == 0xA9) {
			return 3
		}
	}
	return 0
}

// bom is the UTF-8 byte order mark, which yaml.v3 counts in no column.
const bom = "\uFEFF"

// splitLines cuts src into lines; the first begins behind a byte order mark.
func splitLines(src []byte) []line {
	start := 0
	if len(src) >= len(bom) && string(src[:len(bom)]) == bom {
		start = len(bom)
	}
	var out []line
	for i := start; i < len(src); {
		n := breakLen(src, i)
		if n == 0 {
			i++
			continue
		}
		out = append(out, line{start, i, i + n})
		i += n
		start = i
	}
	return append(out, line{start, len(src), len(src)})
}

// lineOf returns the number of the line that holds offset off.
func (f *File) lineOf(off int) int {
	return max(0, sort.Search(len(f.lines), func(i int) bool { return f.lines[i].start > off })-1)
}

// column counts the code points between the start of off's line and off.
func (f *File) column(off int) int {
	l := f.lines[f.lineOf(off)]
	return utf8.RuneCount(f.src[min(l.start, off):off])
}

// leading returns what stands before off, which begins its line: spaces, or the
// tabs that brackets allow.
func (f *File) leading(off int) string {
	return string(f.src[f.lines[f.lineOf(off)].start:off])
}

// startsLine says whether only white space stands before off on its line.
func (f *File) startsLine(off int) bool {
	l := f.lines[f.lineOf(off)]
	return blanks(f.src, l.start) >= off
}

// endsLine says whether only white space or a comment follows off on its line.
func (f *File) endsLine(off int) bool {
	i := blanks(f.src, off)
	return i >= len(f.src) || f.src[i] == '#' || breakLen(f.src, i) > 0
}

// isBlank says whether line i is there and holds white space only. The empty
// line behind the last break is no line of the file.
func (f *File) isBlank(i int) bool {
	if i < 0 || i >= len(f.lines) || f.lines[i].start == len(f.src) {
		return false
	}
	l := f.lines[i]
	return blanks(f.src, l.start) >= l.end
}

// lineBreak returns the break that new lines below line i take: that of line i,
// else of the nearest one above or below that has a common break.
func (f *File) lineBreak(i int) string {
	common := func(l line) string {
		switch b := string(f.src[l.end:l.next]); b {
		case "\n", "\r\n", "\r":
			return b
		}
		return ""
	}
	for j := min(i, len(f.lines)-1); j >= 0; j-- {
		if b := common(f.lines[j]); b != "" {
			return b
		}
	}
	for _, l := range f.lines[max(0, min(i, len(f.lines))):] {
		if b := common(l); b != "" {
			return b
		}
	}
	return "\n"
}

// blanks returns the first offset at or behind i that is no space and no tab.
func blanks(src []byte, i int) int {
	for i < len(src) && (src[i] == ' ' || src[i] == '\t') {
		i++
	}
	return i
}

// backBlanks returns the offset behind the last byte before i that is no space
// and no tab.
func backBlanks(src []byte, i int) int {
	for i > 0 && (src[i-1] == ' ' || src[i-1] == '\t') {
		i--
	}
	return i
}

// skip passes white space, breaks, comments and, if asked to, commas. Between
// two tokens yaml.v3 takes every # as a comment, even without a space before it
// (measured).
func skip(src []byte, i int, commas bool) int {
	for i < len(src) {
		c := src[i]
		if c == ' ' || c == '\t' || commas && c == ',' {
			i++
			continue
		}
		if n := breakLen(src, i); n > 0 {
			i += n
			continue
		}
		if c != '#' {
			break
		}
		for i < len(src) && breakLen(src, i) == 0 {
			i++
		}
	}
	return i
}

// spaces counts the spaces that line l begins with.
func (f *File) spaces(l line) int {
	i := l.start
	for i < l.end && f.src[i] == ' ' {
		i++
	}
	return i - l.start
}
