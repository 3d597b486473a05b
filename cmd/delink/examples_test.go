package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestExamples gives real files what their maintainers would merge, byte for
// byte: X.before.yml becomes X.default.yml, and with --minimal X.minimal.yml.
// Each stands alone in its folder.
func TestExamples(t *testing.T) {
	root := os.Getenv("DELINK_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	befores, err := filepath.Glob(filepath.Join(root, "examples", "*.before.yml"))
	if err != nil || len(befores) == 0 {
		t.Skipf("no examples in %s", root)
	}
	compared := 0
	for _, before := range befores {
		for mode, flags := range map[string][]string{"default": nil, "minimal": {"--minimal"}} {
			want, err := os.ReadFile(strings.TrimSuffix(before, "before.yml") + mode + ".yml")
			if err != nil {
				continue // an example need not show both
			}
			compared++
			t.Run(filepath.Base(before)+" "+mode, func(t *testing.T) {
				dir := t.TempDir()
				file := filepath.Join(dir, filepath.Base(before))
				writeText(t, file, textOf(t, before))
				got := inProcess("", append(flags, "-q", file)...)
				if got.code != exitOK {
					t.Errorf("exit code %d: %s", got.code, got.stderr)
				}
				compare(t, mode, string(want), got.stdout)
			})
		}
	}
	if compared == 0 {
		t.Error("no example has an output")
	}
}
