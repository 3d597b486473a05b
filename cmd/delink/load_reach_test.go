package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func putFile(t *testing.T, dir, name, src string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReach(t *testing.T) {
	dir := t.TempDir()
	putFile(t, dir, "base/common.yml", "services:\n  common:\n    image: ${IMAGE}\n    build: .\n    extends: {file: ../deeper.yml, service: deep}\n")
	putFile(t, dir, "deeper.yml", "services:\n  deep:\n    links: [db]\n")
	putFile(t, dir, "sub/compose.yml", "services:\n  db: {image: \"db:${TAG}\"}\n")
	putFile(t, dir, "sub/.env", "TAG=7\n")
	in := oneInput(dir, "include: [sub/compose.yml]\nservices:\n  web:\n    extends: {file: base/common.yml, service: common}\n")
	in.env = map[string]string{"IMAGE": "web:1"}
	model, err := loadModel(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	services := model["services"].(map[string]any)
	if got := services["web"].(map[string]any)["image"]; got != "web:1" {
		t.Errorf("image %v", got)
	}
	if got := fmt.Sprint(services["web"].(map[string]any)["links"]); got != "[db]" {
		t.Errorf("links %v", got)
	}
	if got := services["db"].(map[string]any)["image"]; got != "db:7" {
		t.Errorf("image of the included service %v", got)
	}
}

func TestIncludeCycles(t *testing.T) {
	dir := t.TempDir()
	self := "include: [compose.yaml]\n" + serviceFile("")
	putFile(t, dir, "compose.yaml", self)
	putFile(t, dir, "a.yml", "include: [sub/b.yml]\n"+serviceFile(""))
	putFile(t, dir, "sub/b.yml", "include: [../a.yml, again/b.yml]\n"+serviceFile(""))
	for _, src := range []string{self, "include: [a.yml]\n" + serviceFile("")} {
		_, lvl, why := loadLadder(context.Background(), oneInput(dir, src))
		if lvl != noFiles || !errors.Is(why, errIncludeCycle) {
			t.Errorf("level %v, strict says %v", lvl, why)
		}
	}
	if err := os.Symlink(".", filepath.Join(dir, "loop")); err != nil {
		t.Skip(err)
	}
	putFile(t, dir, "x.yml", "include: [loop/x.yml, loop/loop/x.yml]\n"+serviceFile(""))
	_, _, why := loadLadder(context.Background(), oneInput(dir, "include: [x.yml]\n"+serviceFile("")))
	if !errors.Is(why, errIncludeCycle) {
		t.Errorf("by a link, strict says %v", why)
	}
}

func TestTooManyFiles(t *testing.T) {
	dir := t.TempDir()
	for i := range 12 {
		putFile(t, dir, fmt.Sprintf("f%d.yml", i), fmt.Sprintf("include: [f%d.yml, f%[1]d.yml]\n", i+1)+serviceFile(""))
	}
	_, lvl, why := loadLadder(context.Background(), oneInput(dir, "include: [f0.yml]\n"+serviceFile("")))
	if lvl != noFiles || why == nil || !strings.Contains(why.Error(), "more than 500 files") {
		t.Errorf("level %v, strict says %v", lvl, why)
	}
}

func TestBombsInOtherFiles(t *testing.T) {
	dir := t.TempDir()
	putFile(t, dir, "deep.yml", "services:\n  x:\n    image: x\n    x-a: "+strings.Repeat("[", 3000)+strings.Repeat("]", 3000)+"\n")
	putFile(t, dir, "ports.yml", "services:\n  x:\n    image: x\n    ports: [\"1-65535\"]\n")
	putFile(t, dir, "zero.yml", "services:\n  x:\n    extends: {file: /dev/zero, service: x}\n")
	for _, name := range []string{"deep.yml", "ports.yml", "zero.yml"} {
		for _, src := range []string{"include: [" + name + "]\n" + serviceFile(""), serviceFile("    extends: {file: " + name + ", service: x}\n")} {
			if _, lvl, why := loadLadder(context.Background(), oneInput(dir, src)); lvl != noFiles || why == nil {
				t.Errorf("%s: level %v, strict says %v", name, lvl, why)
			}
		}
	}
}

// The second wall must hold alone, where the first saw another path.
func TestWall(t *testing.T) {
	dir := t.TempDir()
	putFile(t, dir, "a.yml", "a: b\n")
	w := wall{dir: dir, folders: []string{dir}}
	paths := map[string]bool{
		"a.yml": false, "missing.yml": false, dir: false, filepath.Join(dir, "a.yml"): false,
		"https://example.com/a": true, "git@example.com:a": true, "oci://a": true,
	}
	if _, err := os.Stat("/dev/zero"); err == nil {
		paths["/dev/zero"] = true
	}
	for path, refused := range paths {
		if w.Accept(path) != refused {
			t.Errorf("%s: refused is %v", path, !refused)
		}
		if _, err := w.Load(context.Background(), path); (err != nil) != refused {
			t.Errorf("%s: error %v", path, err)
		}
	}
}

// An edit of a file that services extend from must show in the models.
func TestEditedBase(t *testing.T) {
	dir, temp := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	base := putFile(t, dir, "sub/base.yml", "services:\n  b:\n    image: x\n    build: ./here\n    links: [db]\n")
	in := oneInput(dir, serviceFile("    extends: {file: sub/base.yml, service: b}\n"))
	for _, tt := range []struct{ name, text, links string }{
		{"from disk", "", "[db]"},
		{"edited", "services:\n  b:\n    image: x\n    build: ./here\n", "<nil>"},
	} {
		if tt.text != "" {
			in.edited = map[string][]byte{base: []byte(tt.text)}
		}
		model, err := loadModel(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		web := model["services"].(map[string]any)["web"].(map[string]any)
		if got := fmt.Sprint(web["links"]); got != tt.links {
			t.Errorf("%s: links %s, want %s", tt.name, got, tt.links)
		}
		if got := fmt.Sprint(web["build"].(map[string]any)["context"]); got != "sub/here" {
			t.Errorf("%s: build context %s", tt.name, got)
		}
	}
	in.edited[base] = []byte("services:\n  other: {}\n")
	if _, err := loadModel(context.Background(), in); err == nil || strings.Contains(err.Error(), "delink-") {
		t.Errorf("error %v", err)
	}
	in.edited[base] = []byte("services: [\n")
	if _, err := loadModel(context.Background(), in); err == nil {
		t.Error("an edited file that is no YAML passes")
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// A file that extends from itself by its name means the text in hand.
func TestFileExtendsItself(t *testing.T) {
	dir := t.TempDir()
	putFile(t, dir, "compose.yaml", "services:\n  db: {image: old}\n")
	model, err := loadModel(context.Background(), oneInput(dir, "services:\n  db: {image: new}\n  web:\n    extends: {file: compose.yaml, service: db}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := model["services"].(map[string]any)["web"].(map[string]any)["image"]; got != "new" {
		t.Errorf("image %v", got)
	}
}
