package guard

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	yaml4 "go.yaml.in/yaml/v4"
)

// deliberate are the reasons to refuse what Compose's YAML reader takes: its
// loader refuses those files all the same, or could not bear them.
var deliberate = map[string]bool{
	DuplicateKey: true, BadKey: true, MergeNotMapping: true, NotAMapping: true,
	AliasCycle: true, AliasBomb: true, TooDeep: true, TooLarge: true, NotUTF8: true, Binary: true,
}

// TestRealFiles reads the collection of real files, where there is one: no
// panic, and nothing refused that Compose's own YAML reader takes.
func TestRealFiles(t *testing.T) {
	root := os.Getenv("DELINK_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	root = filepath.Join(root, "corpus", "files")
	if _, err := os.Stat(root); err != nil {
		t.Skip("no collection of real files here; DELINK_DATA names the folder that has it")
	}
	total, reasons := 0, map[string]int{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		ext := filepath.Ext(path)
		if err != nil || d.IsDir() || !slices.Contains([]string{".yml", ".yaml", ".json"}, ext) {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		total++
		_, err = Read(src)
		if err == nil {
			return nil
		}
		var e *Error
		if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 {
			t.Errorf("error %v has no place", err)
			return nil
		}
		reasons[e.Reason]++
		if !deliberate[e.Reason] && readable(src) {
			t.Errorf("refused what Compose's YAML reader takes: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files", total)
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		t.Logf("%5d refused as %s", reasons[reason], reason)
	}
}

func readable(src []byte) bool {
	dec := yaml4.NewDecoder(bytes.NewReader(src))
	for {
		var n yaml4.Node
		if err := dec.Decode(&n); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}
