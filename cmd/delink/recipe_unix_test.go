//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// git runs git in a folder, without what the machine's owner has set.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=test", "-c", "user.email=test@example.org"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v: %s", args, err, out)
	}
	return string(out)
}

// plantRepositories makes small repositories of three kinds: with links, with
// files that git ignores beside them, and without links.
func plantRepositories(t *testing.T, n int) string {
	t.Helper()
	kinds := []map[string]string{
		{"compose.yaml": linked, "deploy/docker-compose.prod.yml": linked, "README.md": "# links\n"},
		{"docker-compose.yml": linked, ".gitignore": "build/\n", "build/docker-compose.yml": linked},
		{"compose.yaml": unlinked},
	}
	root := t.TempDir()
	for k, files := range kinds {
		kind := filepath.Join(root, fmt.Sprint("repository", k))
		for name, text := range files {
			path := filepath.Join(kind, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			writeText(t, path, text)
		}
		git(t, kind, "init", "-q")
		git(t, kind, "add", ".")
		git(t, kind, "commit", "-q", "-m", "all")
	}
	for i := len(kinds); i < n; i++ {
		from, to := filepath.Join(root, fmt.Sprint("repository", i%len(kinds))), filepath.Join(root, fmt.Sprint("repository", i))
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// recipe starts the recipe for many repositories, in a group of processes of
// its own.
func recipe(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	script, err := filepath.Abs("testdata/recipes/bulk.sh")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", script)
	cmd.Dir, cmd.SysProcAttr = dir, &syscall.SysProcAttr{Setpgid: true}
	cmd.Env = append(os.Environ(), "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// done counts the files of repositories that are written. None is in between.
func done(t *testing.T, root string) (n int) {
	t.Helper()
	for path := range times(t, root) {
		if !isComposeName(filepath.Base(path)) {
			continue
		}
		switch text := textOf(t, path); text {
		case unlinked:
			n++
		case linked:
		default:
			t.Fatalf("%s is neither old nor new: %q", path, text)
		}
	}
	return n
}

// TestManyRepositories runs the README's recipe over two hundred repositories,
// stops it midway, runs it to its end, and once more.
func TestManyRepositories(t *testing.T) {
	for _, program := range []string{"git", "find"} {
		_, err := exec.LookPath(program)
		orSkip(t, err)
	}
	all := 0
	for k, files := range []int{2, 1, 1} { // what git knows of, in each kind
		all += files * ((200 - k + 2) / 3)
	}
	root := ""
	for attempt := 1; ; attempt++ {
		root = plantRepositories(t, 200)
		start := done(t, root)
		midway := stopMidway(t, root, start+5)
		t.Logf("%d files are done at the start, %d midway, %d at the end", start, midway, all)
		if midway > start && midway < all {
			break
		}
		if attempt == 5 { // a busy machine may let it run to its end
			t.Fatal("it was never stopped midway")
		}
	}
	if err := recipe(t, root).Wait(); err != nil {
		t.Fatal(err)
	}
	if n := done(t, root); n != all {
		t.Errorf("%d files are done at the end, want %d", n, all)
	}
	for _, name := range []string{"repository0", "repository1", "repository2", "repository197"} {
		for line := range strings.Lines(git(t, filepath.Join(root, name), "status", "--porcelain")) {
			if !strings.HasPrefix(line, " M ") || !isComposeName(filepath.Base(strings.TrimSpace(line[3:]))) {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
	before := times(t, root)
	if err := recipe(t, root).Wait(); err != nil {
		t.Fatal(err)
	}
	for name, at := range times(t, root) {
		if !before[name].Equal(at) {
			t.Errorf("the last run wrote %s", name)
		}
	}
}

// TestRecipeTouchesRepositories runs the recipe where there are none, and where
// one is within another.
func TestRecipeTouchesRepositories(t *testing.T) {
	for _, program := range []string{"git", "find"} {
		_, err := exec.LookPath(program)
		orSkip(t, err)
	}
	root := t.TempDir()
	files := []string{"compose.yaml", "a b/compose.yaml", "a b/sub/-w/compose.yaml", "a b/vendor/x/compose.yaml", "plain/compose.yaml"}
	for _, name := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		writeText(t, path, linked)
	}
	left := func(want ...string) {
		t.Helper()
		if err := recipe(t, root).Wait(); err != nil {
			t.Error(err)
		}
		var got []string
		for _, name := range files {
			if textOf(t, filepath.Join(root, name)) == linked {
				got = append(got, name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("links are left in %q, want %q", got, want)
		}
	}
	left(files...)
	git(t, filepath.Join(root, "a b/sub/-w"), "init", "-q")
	left("compose.yaml", "a b/compose.yaml", "a b/vendor/x/compose.yaml", "plain/compose.yaml")
	git(t, filepath.Join(root, "a b/vendor/x"), "init", "-q")
	git(t, filepath.Join(root, "a b"), "init", "-q")
	left("compose.yaml", "a b/vendor/x/compose.yaml", "plain/compose.yaml")
	git(t, root, "init", "-q")
	left("a b/vendor/x/compose.yaml")
}

// stopMidway runs the recipe until so many files are done, and stops it. It
// gives the number that are done then.
func stopMidway(t *testing.T, root string, files int) int {
	t.Helper()
	cmd := recipe(t, root)
	for deadline := time.Now().Add(time.Minute); done(t, root) < files && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM); err != nil && !errors.Is(err, syscall.ESRCH) {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was stopped
	files = done(t, root)
	for was := -1; was != files; time.Sleep(50 * time.Millisecond) {
		was, files = files, done(t, root) // the workers end after their parent
	}
	return files
}

// times tells when each file was written, git's own apart. A file may come and
// go meanwhile.
func times(t *testing.T, root string) map[string]time.Time {
	t.Helper()
	all := map[string]time.Time{}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return filepath.SkipDir
		case d.IsDir():
			return nil
		}
		if info, err := d.Info(); err == nil {
			all[path] = info.ModTime()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
