//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	for _, program := range []string{"git", "xargs"} {
		_, err := exec.LookPath(program)
		orSkip(t, err)
	}
	root := plantRepositories(t, 200)
	start, all := done(t, root), 0
	for k, files := range []int{2, 1, 1} { // what git knows of, in each kind
		all += files * ((200 - k + 2) / 3)
	}
	cmd := recipe(t, root)
	for deadline := time.Now().Add(time.Minute); done(t, root) < start+5 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	time.Sleep(100 * time.Millisecond) // the workers end after their parent
	midway := done(t, root)
	if err == nil || midway == start || midway == all {
		t.Fatalf("it was not stopped midway: %d files are done of %d: %v", midway, all, err)
	}
	t.Logf("%d files are done at the start, %d midway, %d at the end", start, midway, all)
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
