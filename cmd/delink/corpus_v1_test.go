package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/delink/delink/emit/guard"
	"github.com/delink/delink/translate"
)

// TestCorpusV1 upgrades every real file of format v1 that has links and whose
// YAML parses: at least 94 % must come out so that compose-go loads them fully,
// and each other one must be refused, or have a link left, with a reason.
func TestCorpusV1(t *testing.T) {
	files := v1Files(t)
	loads, reasons := 0, map[string]int{}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		o, err := parseFlags(nil, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Dir(file)
		o.files = append(together{}.extendsFrom(filePath(file)), file)
		o.together = findBases(o)
		res, err := translateFile(o, file, dir, src)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		env := newEnvironment(o, dir)
		if err := env.load(); err != nil {
			t.Fatal(err)
		}
		err = loadsWithBases(t, o, file, res.text, env)
		switch {
		case err == nil && !res.v1:
			loads++
		case !explained(res):
			t.Errorf("%s: no reason is given: %v", file, err)
		default:
			reasons[lastReason(res)]++
			t.Logf("%s: %v", file, res.notes[len(res.notes)-1])
		}
		if again, err := translateFile(o, file, dir, res.text); err != nil || again.changed() {
			t.Errorf("%s: a second run changes it: %v", file, err)
		}
	}
	t.Logf("%d files of format v1 with links: %d load, others by reason: %v", len(files), loads, reasons)
	if share := float64(loads) / float64(len(files)); share < 0.94 {
		t.Errorf("%.1f %% load, want 94 %%", 100*share)
	}
}

// loadsWithBases loads a translated file in a copy of its folder, where the
// files that it extends are translated too.
func loadsWithBases(t *testing.T, o *options, file string, text []byte, env *environment) error {
	if len(o.together.bases) == 0 {
		_, err := fullLoad(file, text, filepath.Dir(file), env.vars)
		return err
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Dir(file))); err != nil {
		t.Fatal(err)
	}
	for base := range o.together.bases {
		src, err := os.ReadFile(base)
		if err != nil {
			t.Fatal(err)
		}
		res, err := translateFile(o, base, filepath.Dir(base), src)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(filePath(filepath.Dir(file)), base)
		if err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(dir, rel)
		if err := os.Remove(to); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, res.text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err := fullLoad(filepath.Join(dir, filepath.Base(file)), text, dir, env.vars)
	return err
}

func explained(res *result) bool {
	for _, n := range res.notes {
		if n.Severity >= translate.Warning || n.Reason == translate.NotLoaded {
			return true
		}
	}
	return false
}

func lastReason(res *result) string { return string(res.notes[len(res.notes)-1].Reason) }

// v1Files are the collection's files of format v1 with links whose YAML parses.
func v1Files(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, f := range applications(t) {
		if f.format != "1" {
			continue
		}
		if _, err := guard.Read([]byte(textOf(t, f.path))); err == nil {
			out = append(out, f.path)
		}
	}
	return out
}
