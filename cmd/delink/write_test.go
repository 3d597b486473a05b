package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	linked   = "services: {web: {image: web, links: [db]}, db: {image: db}}\n"
	unlinked = "services: {web: {image: web, depends_on: [db]}, db: {image: db}}\nnetworks:\n  default: {}\n"
)

// onlyFile checks that a folder holds one file, of this text.
func onlyFile(t *testing.T, path, want string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 {
		t.Errorf("other files lie beside it: %v", entries)
	}
	compare(t, path, want, textOf(t, path))
}

// A file that someone has changed since it was read is left as it is now.
func TestChangedMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "compose.yaml")
	writeText(t, path, "other\n")
	if err := writeFile(path, []byte(linked), []byte(unlinked)); !errors.Is(err, errChanged) {
		t.Errorf("error %v", err)
	}
	onlyFile(t, path, "other\n")
}

// Two runs may come to the same end: the second finds its work done.
func TestWrittenMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "compose.yaml")
	writeText(t, path, unlinked)
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := writeFile(path, []byte(linked), []byte(unlinked)); err != nil {
		t.Error(err)
	}
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("the file was written again: %v", err)
	}
	onlyFile(t, path, unlinked)
}

// A file that has gone meanwhile does not come back.
func TestRemovedMeanwhile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "compose.yaml")
	if err := writeFile(path, []byte(linked), []byte(unlinked)); err == nil || err.Error() != "no such file" {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file is back")
	}
}

// Several names of one file are done in one run, side by side, each told of.
func TestSeveralNames(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	writeText(t, "0.yaml", linked)
	args := []string{"-wl", "-j8", "0.yaml"}
	for _, name := range []string{"1.yaml", "2.yaml", "3.yaml", "4.yaml"} {
		if err := os.Link("0.yaml", name); err != nil {
			t.Skip(err)
		}
		args = append(args, name)
	}
	if err := os.Symlink("0.yaml", "5.yaml"); err != nil {
		t.Skip(err)
	}
	got := inProcess("", append(args, "5.yaml")...)
	if want := "0.yaml\n1.yaml\n2.yaml\n3.yaml\n4.yaml\n5.yaml\n"; got.code != exitOK || got.stdout != want {
		t.Errorf("%+v", got)
	}
	first, err := os.Stat("0.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"0.yaml", "4.yaml", "5.yaml"} {
		info, err := os.Stat(name)
		if err != nil || !os.SameFile(first, info) {
			t.Errorf("%s is no longer the same file: %v", name, err)
		}
		compare(t, name, unlinked, textOf(t, name))
	}
}

// oldOrNew checks that every file below dir holds the old text or the new one,
// and tells how many hold the new. Temporary files are only there if others may be.
func oldOrNew(t *testing.T, dir, was, is string, others bool) (changed int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir():
			return err
		case strings.HasPrefix(d.Name(), ".delink-"):
			if !others {
				t.Errorf("left behind: %s", path)
			}
			return nil
		}
		text := textOf(t, path)
		if !slices.Contains([]string{was, is}, text) {
			t.Errorf("%s is neither old nor new: %q", path, text)
		}
		if text == is {
			changed++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return changed
}

// What a killed run has left beside a file is cleared away; the file is mended
// if it is a mix of old and new, and left if someone has changed it.
func TestMend(t *testing.T) {
	mix := unlinked[:30] + linked[30:]
	tests := []struct {
		name, now, old, new string
		want                string
		err, errWriting     string // parts of them; without -w, and with it
	}{
		{"a mix", mix, linked, unlinked, linked, "is half written", ""},
		{"blank lines behind the new text", linked + "\n\n\n", unlinked, linked, unlinked, "is half written", ""},
		{"not begun", linked, linked, unlinked, linked, "", ""},
		{"done", unlinked, linked, unlinked, unlinked, "", ""},
		{"killed before the file was touched", linked, linked[:10], "", linked, "", ""},
		{"changed since", "services: {}\n", linked, unlinked, "services: {}\n", "was changed after", "was changed after"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "compose.yaml")
			b := besideOf(path)
			writeText(t, path, tt.now)
			writeText(t, b.old, tt.old)
			if tt.new != "" {
				writeText(t, b.new, tt.new)
			}
			checkError(t, mend(path, false), tt.err)
			compare(t, path, tt.now, textOf(t, path))
			checkError(t, mend(path, true), tt.errWriting)
			compare(t, path, tt.want, textOf(t, path))
			if tt.errWriting == "" {
				onlyFile(t, path, tt.want)
			}
		})
	}
}

// checkError checks for an error that says something, or for none.
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
}
