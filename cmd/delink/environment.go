package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/loader"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/emit/guard"
	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/tree"
)

// environment is what surrounds a project: its folder, its name, and the
// variables that ${…} sees, the shell's before those of .env.
type environment struct {
	o        *options
	dir      string
	project  string
	files    []string             // env files for interpolation
	given    bool                 // by --env-file, so that they must be there
	v1       *emit.Document       // the upgraded document of format v1, if any
	upgrades []*translate.Upgrade // one for each file
	vars     map[string]string
	bases    map[string]bool   // files that are only read
	edited   map[string][]byte // bases of format v1 as they will be, by path

	last     *emit.Document // of the files that are only read, whose IDs follow one another
	extends  map[string]extendedFile
	overlay  map[string][]byte // texts in place of those on disk, by real path
	included []translate.Doc   // of files that are included
	unread   error             // why not all of those are there
}

// extendedFile is a file that services extend, or why it can't be read.
type extendedFile struct {
	translate.BaseFile
	err error
}

func newEnvironment(o *options, dir string) *environment {
	e := &environment{o: o, last: emit.Apart(), extends: map[string]extendedFile{}, edited: map[string][]byte{}, bases: map[string]bool{}, dir: dir, project: o.project, files: o.envFiles, given: len(o.envFiles) > 0}
	if !e.given {
		e.files = []string{filepath.Join(dir, ".env")}
	}
	return e
}

// load reads the env files and names the project as docker compose does: -p,
// else COMPOSE_PROJECT_NAME, else the folder.
func (e *environment) load() error {
	e.vars = map[string]string{}
	shell := map[string]string{}
	for _, kv := range os.Environ() {
		k, v, _ := strings.Cut(kv, "=")
		shell[k] = v
	}
	lookup := func(name string) (string, bool) {
		if v, ok := shell[name]; ok {
			return v, true
		}
		v, ok := e.vars[name]
		return v, ok
	}
	for _, name := range e.files {
		vars, err := parseEnvFile(name, lookup)
		if err != nil {
			if e.given {
				return fmt.Errorf("--env-file %s: %w", name, err)
			}
			continue // Compose stops at a broken .env; links don't depend on it
		}
		for k, v := range vars {
			e.vars[k] = v
		}
	}
	for k, v := range shell {
		e.vars[k] = v
	}
	if e.project == "" {
		e.project = e.vars["COMPOSE_PROJECT_NAME"]
	}
	if e.project == "" {
		if abs, err := filepath.Abs(e.dir); err == nil {
			e.project = filepath.Base(abs)
		}
	}
	e.project = loaderName(loader.NormalizeProjectName(e.project))
	e.vars["COMPOSE_PROJECT_NAME"] = e.project
	return nil
}

func parseEnvFile(name string, lookup func(string) (string, bool)) (map[string]string, error) {
	src, err := readFile(name)
	if err != nil {
		return nil, err
	}
	return dotenv.ParseWithLookup(bytes.NewReader(src), lookup)
}

// input is a project with its surroundings, for translate. Files that are only
// read are named in e.bases.
func (e *environment) input(files emit.Files) translate.Input {
	docs := slices.Clone(e.included) // what includes them is put on top of them
	for _, f := range files {
		for i, t := range f.Trees() {
			docs = append(docs, translate.Doc{Tree: t, File: f.Name, Index: i, Base: e.bases[f.Name]})
		}
	}
	return translate.Input{
		Docs:     docs,
		Unread:   e.unread,
		Lookup:   func(name string) (string, bool) { v, ok := e.vars[name]; return v, ok },
		Extended: e.extended,
		EnvFile: func(name string) (map[string]string, error) {
			path := filepath.FromSlash(name)
			if !filepath.IsAbs(path) {
				path = filepath.Join(e.dir, path)
			}
			return parseEnvFile(path, func(n string) (string, bool) { v, ok := e.vars[n]; return v, ok })
		},
		Dockerfile: func(name string) ([]byte, error) {
			path := filepath.FromSlash(name)
			if !filepath.IsAbs(path) {
				path = filepath.Join(e.dir, path)
			}
			return readFile(path)
		},
		Engine: e.o.engineLook(),
		DotEnv: e.dotEnv(),
		V1:     e.upgraded(files),
	}
}

// upgraded reports whether files are an upgraded file of format v1.
func (e *environment) upgraded(files emit.Files) bool { return e.v1 != nil && e.v1 == files[0] }

// extended reads a file that extends names, as Compose will find it.
func (e *environment) extended(name string) ([]*tree.Node, error) {
	b, err := e.base(name)
	return b.Docs, err
}

// base reads a file that extends names, if it is local.
func (e *environment) base(name string) (translate.BaseFile, error) {
	if strings.Contains(name, "://") || strings.HasPrefix(name, "git@") {
		return translate.BaseFile{}, errors.New(name + " is remote and not fetched")
	}
	path := filepath.FromSlash(name)
	if !filepath.IsAbs(path) {
		path = filepath.Join(e.dir, path)
	}
	f, ok := e.extends[path]
	if !ok {
		f.BaseFile, f.err = e.readExtended(name, path)
		e.extends[path] = f
	}
	return f.BaseFile, f.err
}

// readExtended reads a file that is called name in a text. A base of format v1
// that was asked for too is also read as it will be.
func (e *environment) readExtended(name, path string) (b translate.BaseFile, err error) {
	src, err := e.readOverlaid(path)
	if err != nil {
		return b, fmt.Errorf("%s: %w", name, err)
	}
	shown := shownName(e.o, path)
	doc, err := emit.ParseBehind(e.last, shown, src)
	if err == nil {
		b.Was = doc.Trees()
	}
	if err == nil && e.o.together.bases[filePath(path)] && translate.LooksV1(doc.Trees()) {
		if src, err = e.o.together.upgradedBase(e.o, shown, filePath(path), src); err == nil {
			e.edited[filePath(path)] = src
			doc, err = emit.ParseBehind(e.last, shown, src)
		}
	}
	var g *guard.Error
	if errors.As(err, &g) {
		return b, fmt.Errorf("%s:%d:%d: %s", name, g.Line, g.Column, g.Msg)
	}
	if err != nil {
		return b, err
	}
	e.last, b.Docs = doc, doc.Trees()
	return b, nil
}

// readOverlaid reads a file that is only read.
func (e *environment) readOverlaid(path string) ([]byte, error) {
	if text, ok := e.overlay[filePath(path)]; ok {
		return text, nil
	}
	return readFile(path)
}

// dotEnv is the name by which env_file would name the file that Compose
// interpolates from.
func (e *environment) dotEnv() string {
	if !e.given {
		return ".env"
	}
	rel, err := filepath.Rel(e.dir, e.files[len(e.files)-1])
	if err != nil {
		return e.files[len(e.files)-1]
	}
	return filepath.ToSlash(rel)
}

func (e *environment) loadInput(files emit.Files) loadInput {
	var list []loadFile
	for _, f := range files {
		list = append(list, loadFile{name: f.Name, content: f.Bytes(), docs: f.Nodes()})
	}
	return loadInput{files: list, dir: e.dir, env: e.vars, project: e.project, edited: e.edited}
}
