package main

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/delink/delink/emit/diff"
)

// region is where a note is in the text that is on disk when the report is
// read: after -w, the new one. Columns count code points from 1; zero is unknown.
type region struct{ line, column, end int }

// regions finds the places of the notes of a file that was before and is now.
func regions(notes []noteReport, before, now []byte) {
	place := placeIn(before, now)
	lines := bytes.Split(now, []byte("\n"))
	for i := range notes {
		n := &notes[i]
		if n.File != "" || n.Line == 0 {
			n.region = region{n.Line, n.Column, 0}
			continue
		}
		line, same := place(n.Line)
		n.region = region{line: line}
		if same && line <= len(lines) {
			n.region = extent(string(lines[line-1]), line, n.Column, n.Link)
		}
	}
}

// extent is the region of an entry, else of what follows on the line.
func extent(text string, line, column int, entry string) region {
	text = strings.TrimPrefix(strings.TrimRight(text, " \t\r"), "\ufeff")
	runes := []rune(text)
	if column < 1 || column > len(runes) {
		return region{line: line}
	}
	rest := string(runes[column-1:])
	for _, token := range []string{entry, `"` + entry + `"`, "'" + entry + "'"} {
		if entry != "" && strings.HasPrefix(rest, token) {
			return region{line, column, column + utf8.RuneCountInString(token)}
		}
	}
	return region{line, column, len(runes) + 1}
}

// placeIn gives the line that a line of before has in now, and whether it is
// the same. One that is gone has that of a line in its place.
func placeIn(before, now []byte) func(line int) (int, bool) {
	m := lineMap{changed: map[int]int{}}
	for _, line := range bytes.Split(diff.Unified("f", before, now), []byte("\n")) {
		m.add(string(line))
	}
	m.settle()
	return m.place
}

// lineMap is read off a unified diff.
type lineMap struct {
	a, b        int         // the next line of either text
	gone, added int         // the lines of the change that is being read
	changed     map[int]int // a line that is gone → one in its place
	shifts      []shift     // in the order of the text
}

// shift is how much further down the lines from one on are.
type shift struct{ from, by int }

// add reads a line of the diff. The header's two have no hunk before them.
func (m *lineMap) add(line string) {
	var a, aCount, b, bCount int
	switch {
	case strings.HasPrefix(line, "@@ "):
		m.settle()
		a, aCount = span(line, "-")
		b, bCount = span(line, "+")
		if aCount == 0 {
			a++
		}
		if bCount == 0 {
			b++
		}
		m.a, m.b = a, b
	case m.a == 0 || line == "":
	case line[0] == ' ':
		m.settle()
		m.a, m.b = m.a+1, m.b+1
	case line[0] == '-':
		m.gone++
	case line[0] == '+':
		m.added++
	}
}

// span reads the start and the length of one side of a hunk's header.
func span(header, side string) (start, count int) {
	_, text, _ := strings.Cut(header, " "+side)
	text, _, _ = strings.Cut(text, " ")
	first, length, ok := strings.Cut(text, ",")
	start, _ = strconv.Atoi(first)
	if !ok {
		return start, 1
	}
	count, _ = strconv.Atoi(length)
	return start, count
}

// settle ends a change: its lines are paired from the top.
func (m *lineMap) settle() {
	if m.gone+m.added == 0 {
		return
	}
	for i := range m.gone {
		m.changed[m.a+i] = m.b + max(0, min(i, m.added-1))
	}
	m.a, m.b = m.a+m.gone, m.b+m.added
	m.gone, m.added = 0, 0
	m.shifts = append(m.shifts, shift{m.a, m.b - m.a})
}

// place is where a line is now, and whether it is the same.
func (m *lineMap) place(line int) (int, bool) {
	if to, ok := m.changed[line]; ok {
		return to, false
	}
	for i := len(m.shifts) - 1; i >= 0; i-- {
		if m.shifts[i].from <= line {
			return line + m.shifts[i].by, true
		}
	}
	return line, true
}
