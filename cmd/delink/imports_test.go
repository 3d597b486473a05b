package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/delink/delink/"

// A rule says what the packages of one part of the tree must not import.
type rule struct {
	name   string
	parts  []string // folders below the root that it is about, with all below them
	except []string // folders that it is not about
	banned []string // import paths, each with all below it
	but    []string // of those, the ones that are allowed after all
}

var rules = []rule{
	{
		name:   "the rules of Docker know no YAML",
		parts:  []string{"translate"},
		banned: []string{"gopkg.in/yaml.v2", "gopkg.in/yaml.v3", "go.yaml.in/yaml", module + "emit"},
	},
	{
		name:   "the rules of Docker touch neither files nor network nor processes",
		parts:  []string{"translate"},
		banned: []string{"os", "io/ioutil", "net", "syscall", module + "cmd"},
		but:    []string{"net/netip", "net/url"}, // they only read texts
	},
	{
		name:   "the rules of Docker load no project, they are given one",
		parts:  []string{"translate"},
		banned: []string{compose},
		but:    []string{compose + "/template", compose + "/dotenv", compose + "/types"},
	},
	{
		name:   "text is edited without knowledge of Compose",
		parts:  []string{"emit"},
		banned: []string{compose},
	},
	{
		name:   "text is edited without files, network and processes",
		parts:  []string{"emit"},
		banned: []string{"os", "io/ioutil", "net", "syscall", module + "cmd"},
	},
	{
		name:   "of the rules of Docker, text, diff and guard know the plain tree alone",
		parts:  []string{"emit/text", "emit/diff", "emit/guard"},
		banned: []string{module + "translate"},
		but:    []string{module + "translate/tree"},
	},
	{
		name:   "only the command reads flags and files and loads projects",
		parts:  []string{"."},
		except: []string{"cmd/delink"},
		banned: []string{"os", "github.com/spf13/pflag", compose + "/loader", compose + "/cli"},
	},
}

const compose = "github.com/compose-spec/compose-go/v2"

// breaks tells whether a file in folder, a path below the root, may not import
// what it imports.
func (r rule) breaks(folder, imported string) bool {
	return within(folder, r.parts) && !within(folder, r.except) &&
		within(imported, r.banned) && !within(imported, r.but)
}

// within tells whether p is one of the paths or below one of them. Everything
// is below ".".
func within(p string, paths []string) bool {
	for _, parent := range paths {
		if parent == "." || p == parent || strings.HasPrefix(p, parent+"/") {
			return true
		}
	}
	return false
}

// TestImports holds every file of the program, tests apart, to the rules.
func TestImports(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != root && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "golangenv-") || d.Name() == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		below = filepath.ToSlash(below)
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			for _, r := range rules {
				if r.breaks(path.Dir(below), imported) {
					t.Errorf("%s imports %s: %s", below, imported, r.name)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The rules themselves: what they must see, and what they must let pass.
func TestImportRules(t *testing.T) {
	for _, c := range []struct {
		folder, imported string
		allowed          bool
	}{
		{"translate", "gopkg.in/yaml.v3", false},
		{"translate", "go.yaml.in/yaml/v3", false},
		{"translate/linkenv", "os", false},
		{"translate", "os/exec", false},
		{"translate", "net/http", false},
		{"translate", "net/url", true},
		{"translate", module + "emit/text", false},
		{"translate", module + "cmd/delink", false},
		{"translate", module + "translate/tree", true},
		{"translate", compose + "/loader", false},
		{"translate", compose + "/cli", false},
		{"translate", compose + "/template", true},
		{"translate", compose + "/dotenv", true},
		{"translate", compose + "/types", true},
		{"translate", "ostrich", true},
		{"emit", compose + "/types", false},
		{"emit", "os", false},
		{"emit", module + "translate", true},
		{"emit", module + "translate/tree", true},
		{"emit/text", module + "translate", false},
		{"emit/text", module + "translate/tree", true},
		{"emit/text", "gopkg.in/yaml.v3", true},
		{"emit/diff", module + "translate/linkenv", false},
		{"tools", "os", false},
		{"cmd/delink", "os", true},
		{"cmd/delink", "github.com/spf13/pflag", true},
		{"cmd/delink", compose + "/loader", true},
		{"cmd/other", "github.com/spf13/pflag", false},
	} {
		allowed := true
		for _, r := range rules {
			allowed = allowed && !r.breaks(c.folder, c.imported)
		}
		if allowed != c.allowed {
			t.Errorf("%s imports %s: allowed is %v", c.folder, c.imported, allowed)
		}
	}
}
