//go:build unix

package main

import (
	"context"
	"path/filepath"
	"syscall"
	"testing"
)

// A pipe would block the reader for ever.
func TestPipesAreRefused(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.yml"), 0o600); err != nil {
		t.Skip(err)
	}
	putFile(t, dir, "sub/compose.yml", serviceFile(""))
	if err := syscall.Mkfifo(filepath.Join(dir, "sub", ".env"), 0o600); err != nil {
		t.Skip(err)
	}
	for _, src := range []string{
		serviceFile("    extends: {file: pipe.yml, service: x}\n"),
		"include: [pipe.yml]\n" + serviceFile(""),
		"include: [sub/compose.yml]\n" + serviceFile(""),
		"include: [{path: sub/compose.yml, env_file: pipe.yml}]\n" + serviceFile(""),
	} {
		if _, lvl, why := loadLadder(context.Background(), oneInput(dir, src)); lvl != noFiles || why == nil {
			t.Errorf("%q: level %v, strict says %v", src, lvl, why)
		}
	}
}
