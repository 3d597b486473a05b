package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// origin says how a file came to be asked for, and so how sure it is that it is
// a Compose file.
type origin uint8

const (
	found  origin = iota // in a folder, by its name
	listed               // by --files-from, or given to a hook: a program chose it
	named                // on the command line
)

// composeNames matches the names of Compose files, and of fig, its ancestor. It
// is the pattern of .pre-commit-hooks.yaml.
var composeNames = regexp.MustCompile(`(?i)(?:^|/)(?:(?:[^/]*[._-])?(?:docker)?compose(?:\d|[._-][^/]*)?|fig)\.ya?ml$`)

// isComposeName is composeNames for the last part of a path. Most files of a tree
// are told by their ends alone.
func isComposeName(base string) bool {
	ext := filepath.Ext(base)
	return (strings.EqualFold(ext, ".yml") || strings.EqualFold(ext, ".yaml")) && composeNames.MatchString(base)
}

// finder gathers the files that a command line asks for, in its order, each once.
type finder struct {
	o     *options
	files []*file
	seen  map[string]*file
	here  string
	tell  func(format string, args ...any) // a warning

	folders map[string]bool // that were asked for
}

// findFiles gives the files that o asks for. An error is about the command line.
func findFiles(o *options, std streams) ([]*file, error) {
	here, _ := os.Getwd() // without it, a file may be done twice, which changes nothing
	f := &finder{o: o, seen: map[string]*file{}, folders: map[string]bool{}, here: here, tell: func(format string, args ...any) { printLine(std.err, format, args...) }}
	by := named
	if inHook() {
		by = listed // by the pattern of the hook
	}
	for _, name := range o.files {
		f.take(name, by)
	}
	if o.filesFrom != "" {
		names, err := readList(o.filesFrom, std.in)
		if err != nil {
			return nil, fmt.Errorf("--files-from: %s: %w", o.filesFrom, err)
		}
		for _, name := range names {
			if name == "-" {
				return nil, fmt.Errorf("--files-from: %s: a list can't name standard input: name files (./- is one of that name)", o.filesFrom)
			}
			f.take(name, listed)
		}
	}
	for _, name := range o.parts {
		f.add(name, named)
	}
	if len(o.files)+len(o.parts) == 0 && o.filesFrom == "" {
		name, err := defaultFile()
		if err != nil {
			return nil, err
		}
		f.add(name, named)
	}
	return slices.DeleteFunc(f.files, func(file *file) bool { return file.reason == ownRepository && f.folders[file.abs] }), nil
}

// inHook reports whether a hook runs, by pre-commit or by git itself, which names
// the index to its hooks.
func inHook() bool { return os.Getenv("PRE_COMMIT") != "" || os.Getenv("GIT_INDEX_FILE") != "" }

// take takes a file, or the files of a folder if there is a mode for several.
func (f *finder) take(name string, by origin) {
	if info, err := os.Stat(name); f.o.mode() && err == nil && info.IsDir() {
		f.o.folders = append(f.o.folders, name)
		f.folder(name)
		return
	} else if err == nil && info.IsDir() {
		f.note(name, "", errNoMode)
		return
	}
	f.add(name, by)
}

// add takes a file once, however often it is asked for.
func (f *finder) add(name string, by origin) {
	file := newFile(f.o, name, by)
	file.abs = name
	if name != "-" && name != "" && !filepath.IsAbs(name) {
		file.abs = filepath.Join(f.here, name)
	}
	if old := f.seen[file.abs]; old != nil {
		old.origin = max(old.origin, by)
		return
	}
	f.seen[file.abs] = file
	f.files = append(f.files, file)
}

// note takes a path that is told of, and nothing else.
func (f *finder) note(path, skip string, err error) {
	file := newFile(f.o, path, found)
	file.skip, file.err = skip, err
	if skip != "" {
		file.reason = "not-compose"
	}
	f.files = append(f.files, file)
}

// folder takes the Compose files of a folder: of a work tree those that git
// does not ignore, else all.
func (f *finder) folder(dir string) {
	f.folders[f.abs(dir)] = true
	if in := inWorkTree(dir); !in || !f.tracked(dir) {
		f.walk(dir, in)
	}
}

// walk takes the Compose files below a folder. A repository in it is left to git,
// but one within another, in, is passed over, as git does; links to other folders
// are not followed.
func (f *finder) walk(dir string, in bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		f.note(dir, "", plainError(err))
		return
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case !e.IsDir():
			f.consider(path, e.Type())
		case slices.Contains(skippedFolders, e.Name()):
		case !isRepository(path):
			f.walk(path, in)
		case in:
			f.passOver(path)
		case !f.tracked(path):
			f.walk(path, true)
		}
	}
}

// isRepository reports whether a folder is the top of a work tree.
func isRepository(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, ".git"))
	return err == nil
}

// ownRepository is the reason to pass over a repository within another.
const ownRepository = "own-repository"

// passOver tells of a repository, which has its own rules and its own commits.
func (f *finder) passOver(path string) {
	abs := f.abs(path)
	if f.seen[abs] == nil {
		file := newFile(f.o, path, found)
		file.abs, file.skip, file.reason = abs, "a repository of its own: run delink there", ownRepository
		f.seen[abs], f.files = file, append(f.files, file)
	}
}

// abs is the name of a path whatever folder it is looked at from.
func (f *finder) abs(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(f.here, path)
}

// consider takes a file if its name is that of a Compose file. A link to one is
// not followed: it may lead out of the folder.
func (f *finder) consider(path string, kind os.FileMode) {
	if !isComposeName(filepath.Base(path)) {
		return
	}
	switch kind.Type() {
	case 0:
		f.add(path, found)
	case os.ModeSymlink:
		f.note(path, "a symbolic link: what it leads to is to be named", nil)
	}
}

// skippedFolders hold what other programs keep there.
var skippedFolders = []string{".git", "node_modules", "vendor"}

// inWorkTree reports whether dir is in a work tree of git.
func inWorkTree(dir string) bool {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return false
	}
	for {
		if isRepository(dir) {
			return true
		}
		above := filepath.Dir(dir)
		if above == dir {
			return false
		}
		dir = above
	}
}

// tracked takes the Compose files that git lists below dir, and reports whether
// it could.
func (f *finder) tracked(dir string) bool {
	out, err := gitFiles(dir)
	if errors.Is(err, exec.ErrNotFound) {
		return false
	}
	if err != nil {
		f.tell("%s: warning: git can't list the files (%v): those that it ignores are looked at too", filepath.ToSlash(dir), err)
		return false
	}
	if len(out) == 0 && ignored(dir) {
		f.walk(dir, false) // it was asked for all the same
		return true
	}
	var names []string
	for name := range bytes.SplitSeq(out, []byte{0}) {
		names = append(names, string(name))
	}
	names = append(names, submodules(dir)...)
	slices.Sort(names) // git gives the untracked ones first, and those in conflict several times
	for _, name := range slices.Compact(names) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		switch info, err := os.Lstat(path); {
		case err != nil || name == "": // what is deleted is listed too
		case info.IsDir() && isRepository(path):
			f.passOver(path)
		default:
			f.consider(path, info.Mode())
		}
	}
	return true
}

// gitFiles has git list the YAML files below dir, tracked or not, but for those
// that it ignores, and the repositories there that it does not track.
func gitFiles(dir string) ([]byte, error) {
	out, err := gitCommand(dir, "ls-files", "-z", "-co", "--exclude-standard", "--", ":(icase)*.yml", ":(icase)*.yaml", "*/").Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		line, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
		return nil, errors.New(line)
	}
	return out, err
}

// submodules lists the repositories below dir that git tracks by their commit.
func submodules(dir string) (names []string) {
	out, err := gitCommand(dir, "ls-files", "-z", "-s").Output()
	if err != nil {
		return nil // what git did a moment ago it can do
	}
	for line := range bytes.SplitSeq(out, []byte{0}) {
		if _, name, ok := bytes.Cut(line, []byte{'\t'}); ok && bytes.HasPrefix(line, []byte("160000 ")) {
			names = append(names, string(name))
		}
	}
	return names
}

// ignored reports whether git ignores a whole folder.
func ignored(dir string) bool { return gitCommand(dir, "check-ignore", "-q", ".").Run() == nil }

// gitCommand is git in dir, for the repository that is there: a hook of git has
// variables set for the one that it runs in. A repository can name a program to
// watch its files, which is not to be run.
func gitCommand(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("git", append([]string{"-c", "core.fsmonitor=false"}, args...)...)
	cmd.Dir = dir
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); !slices.Contains(gitVariables, name) {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	return cmd
}

var gitVariables = []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
	"GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"}

// readList reads names that a NUL or a line break ends.
func readList(name string, stdin io.Reader) ([]string, error) {
	in := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, plainError(err)
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(in)
	if err != nil {
		return nil, plainError(err)
	}
	end := "\n"
	if bytes.IndexByte(text, 0) >= 0 {
		end = "\x00"
	}
	var names []string
	for name := range strings.SplitSeq(string(text), end) {
		if end == "\n" {
			name = strings.TrimSuffix(name, "\r")
		}
		if name != "" {
			names = append(names, name)
		}
	}
	return names, nil
}
