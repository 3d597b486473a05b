package main

import (
	"bytes"
	"os"
	"testing"
)

// The line is for many files on a terminal that a person looks at.
func TestProgressOnlyForPeople(t *testing.T) {
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // is a terminal as far as delink looks
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	t.Setenv("PRE_COMMIT", "")
	t.Setenv("TERM", "xterm")
	if newProgress(&options{}, device).w == nil {
		t.Error("there is none on a terminal")
	}
	if newProgress(&options{quiet: true}, device).w != nil {
		t.Error("there is one with -q")
	}
	if newProgress(&options{}, &bytes.Buffer{}).w != nil {
		t.Error("there is one where stderr is no terminal")
	}
	t.Setenv("PRE_COMMIT", "1")
	if newProgress(&options{}, device).w != nil {
		t.Error("there is one in a hook")
	}
}

// It is one line, which goes before anything else is printed, and for good.
func TestProgressLine(t *testing.T) {
	var out bytes.Buffer
	p := &progress{w: &out}
	p.start(manyFiles + 1)
	p.set(7)
	p.show(manyFiles + 1)
	p.set(8)
	p.show(manyFiles + 1)
	p.clear()
	p.clear()
	p.stop()
	p.show(manyFiles + 1)
	compare(t, "the line", "\r7 of 101 files\r8 of 101 files\r\x1b[K", out.String())
	out.Reset()
	p = &progress{w: &out}
	p.start(manyFiles)
	p.show(manyFiles)
	p.stop()
	compare(t, "the line of few files", "", out.String())
}
