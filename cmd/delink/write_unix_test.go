//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// orSkip skips a test that can't be done here, say for want of rights. Where
// everything must be tried, that is a failure.
func orSkip(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if os.Getenv("DELINK_CI") == "1" {
		t.Fatal(err)
	}
	t.Skip(err)
}

// asNobody is the program as a process in dir without the rights of root.
func asNobody(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	if os.Getuid() != 0 {
		return delinkProcess(t, dir, args...)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(openFolder(t), "delink")
	if err := os.WriteFile(program, text, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.SysProcAttr = dir, &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return cmd
}

// delinkProcess is the program as a process of its own, in dir.
func delinkProcess(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	program, err := exec.LookPath("delink") // testscript has put the test itself there
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	return cmd
}

// Mode and owner of a file stay, and those of its folder.
func TestOwnerStays(t *testing.T) {
	if os.Getuid() != 0 {
		orSkip(t, errors.New("only root can give a file away"))
	}
	path := filepath.Join(t.TempDir(), "compose.yaml")
	writeText(t, path, linked)
	if err := errors.Join(os.Chown(path, 1234, 4321), os.Chmod(path, 0o640)); err != nil {
		t.Fatal(err)
	}
	if got := inProcess("", "-q", "-w", path); got.code != exitOK {
		t.Errorf("%+v", got)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	stat := info.Sys().(*syscall.Stat_t)
	if stat.Uid != 1234 || stat.Gid != 4321 || info.Mode() != 0o640 {
		t.Errorf("owner %d:%d, mode %v", stat.Uid, stat.Gid, info.Mode())
	}
	onlyFile(t, path, unlinked)
}

// Someone else's file that may be written, in a folder that may be, stays theirs.
func TestForeignOwnerStays(t *testing.T) {
	if os.Getuid() != 0 {
		orSkip(t, errors.New("only root can give a file away"))
	}
	dir := openFolder(t)
	path := filepath.Join(dir, "compose.yaml")
	writeText(t, path, linked)
	if err := errors.Join(os.Chown(path, 1234, 4321), os.Chmod(path, 0o666)); err != nil {
		t.Fatal(err)
	}
	cmd := asNobody(t, dir, "-q", "-w", path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if stat := info.Sys().(*syscall.Stat_t); stat.Uid != 1234 || stat.Gid != 4321 {
		t.Errorf("owner %d:%d", stat.Uid, stat.Gid)
	}
	onlyFile(t, path, unlinked)
}

// openFolder makes a folder that everyone may reach and write.
func openFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "open")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{dir, filepath.Dir(dir), filepath.Dir(filepath.Dir(dir))} {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// In a folder that can't be written the file itself is, if it can be; else it
// keeps its bytes.
func TestReadOnlyFolder(t *testing.T) {
	dir := openFolder(t)
	good, locked := filepath.Join(dir, "good.yaml"), filepath.Join(dir, "locked.yaml")
	writeText(t, good, linked)
	writeText(t, locked, linked)
	if err := errors.Join(os.Chmod(good, 0o666), os.Chmod(locked, 0o444), os.Chmod(dir, 0o555)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o755) })
	cmd := asNobody(t, dir, "-q", "-w", "good.yaml", "locked.yaml")
	out, err := cmd.CombinedOutput()
	if want := "locked.yaml: error: permission denied [unwritable]\n"; cmd.ProcessState.ExitCode() != exitError || string(out) != want {
		t.Errorf("%v: %q", err, out)
	}
	compare(t, good, unlinked, textOf(t, good))
	compare(t, locked, linked, textOf(t, locked))
	if n := oldOrNew(t, dir, linked, unlinked, false); n != 1 {
		t.Errorf("%d files are new", n)
	}
}

// A disk without room leaves the old bytes, also of a file that is written in
// place, and nothing beside them.
func TestFullDisk(t *testing.T) {
	for _, inPlace := range []bool{false, true} {
		t.Run(fmt.Sprintf("in place %v", inPlace), func(t *testing.T) {
			dir := t.TempDir()
			orSkip(t, mountSmall(t, dir))
			// The new text needs a page more than the old one.
			was := linked + strings.Repeat("#", os.Getpagesize()-len(linked)-5) + "\n"
			path := filepath.Join(dir, "compose.yaml")
			writeText(t, path, was)
			if inPlace {
				if err := os.Link(path, filepath.Join(dir, "other.yaml")); err != nil {
					t.Fatal(err)
				}
			}
			filler := filepath.Join(dir, "filler")
			if err := os.WriteFile(filler, make([]byte, 1<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("the disk is not full: %v", err)
			}
			got := inProcess("", "-q", "-w", path)
			if got.code != exitError || !strings.HasSuffix(got.stderr, ": error: no space left on device [unwritable]\n") {
				t.Errorf("%+v", got)
			}
			compare(t, path, was, textOf(t, path))
			if err := os.Remove(filler); err != nil {
				t.Fatal(err)
			}
			if got := inProcess("", "-q", "-w", path); got.code != exitOK {
				t.Errorf("with room again: %+v", got)
			}
			os.Remove(filepath.Join(dir, "other.yaml"))
			onlyFile(t, path, inProcess(was, "-q", "-").stdout)
		})
	}
}

// A mount of the single file, as of a container, can't be renamed over.
func TestSingleFileMount(t *testing.T) {
	dir := t.TempDir()
	path, outside := filepath.Join(dir, "compose.yaml"), filepath.Join(t.TempDir(), "outside.yaml")
	writeText(t, path, "")
	writeText(t, outside, linked)
	orSkip(t, mountFile(t, outside, path))
	if got := inProcess("", "-q", "-w", path); got.code != exitOK {
		t.Errorf("%+v", got)
	}
	onlyFile(t, path, unlinked)
	compare(t, outside, unlinked, textOf(t, outside))
}

// plantFiles makes a folder of many small projects.
func plantFiles(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		sub := filepath.Join(dir, fmt.Sprint(i))
		if err := os.Mkdir(sub, 0o755); err != nil {
			t.Fatal(err)
		}
		writeText(t, filepath.Join(sub, "compose.yaml"), linked)
	}
	return dir
}

// Whenever the program is killed, each file is the old one or the new one, and
// the next run does the rest.
func TestKilled(t *testing.T) {
	dir := plantFiles(t, 300)
	killed := 0
	for i := range 12 {
		cmd := delinkProcess(t, dir, "-q", "-w", ".")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+10*i) * time.Millisecond)
		cmd.Process.Kill()
		if err := cmd.Wait(); err != nil {
			killed++
		}
		oldOrNew(t, dir, linked, unlinked, true)
	}
	if got := inProcess("", "-q", "-w", dir); got.code != exitOK {
		t.Errorf("the last run: %+v", got)
	}
	if n := oldOrNew(t, dir, linked, unlinked, true); n != 300 || killed == 0 {
		t.Errorf("%d files are new; %d runs were killed", n, killed)
	}
}

// A run that is interrupted ends between two files, and leaves nothing behind.
func TestInterrupted(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		dir := plantFiles(t, 300)
		interrupted := 0
		for i := range 6 {
			cmd := delinkProcess(t, dir, "-q", "-w", ".")
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(40+20*i) * time.Millisecond)
			cmd.Process.Signal(sig)
			err := cmd.Wait()
			if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == sig {
				interrupted++
			} else if err != nil {
				t.Errorf("%v: it ends with %v", sig, err)
			}
			oldOrNew(t, dir, linked, unlinked, false)
		}
		if interrupted == 0 {
			t.Errorf("%v: no run was interrupted", sig)
		}
	}
}

// A large file that is written in place may be a mix when the program is killed.
// Its old text then lies beside it, and the next run does the work.
func TestKilledInPlace(t *testing.T) {
	filler := strings.Repeat("# 0123456789abcdef0123456789abcdef0123456789abcdef0123456789ab\n", 64<<10)
	was := linked + filler
	is := unlinked[:strings.Index(unlinked, "networks")] + filler + unlinked[strings.Index(unlinked, "networks"):]
	dir := t.TempDir()
	path := filepath.Join(dir, "compose.yaml")
	writeText(t, path, was)
	if err := os.Link(path, filepath.Join(dir, "other.name")); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, ".delink-compose.yaml.old")
	torn := 0
	for i := range 5 {
		cmd := delinkProcess(t, dir, "-q", "-w", "compose.yaml")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for start := time.Now(); textStart(path) == was[:100] && time.Since(start) < 20*time.Second; {
		}
		time.Sleep(time.Duration(i*20) * time.Microsecond)
		cmd.Process.Kill()
		cmd.Wait()
		if now := textOf(t, path); now != was && now != is {
			torn++
			compare(t, "the text beside it", was, textOf(t, old))
			if got := inProcess("", "--check", path); got.code != exitError || !strings.Contains(got.stderr, ".delink-compose.yaml.old over it [unreadable]") {
				t.Errorf("%+v", got)
			}
		}
		if got := inProcess("", "-q", "-w", path); got.code != exitOK {
			t.Errorf("the next run: %+v", got)
		}
		compare(t, path, is, textOf(t, path))
		if entries, _ := os.ReadDir(dir); len(entries) != 2 {
			t.Errorf("left behind: %v", entries)
		}
		writeText(t, path, was)
	}
	t.Logf("%d of 5 were a mix", torn)
}

// textStart is the first bytes of a file.
func textStart(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	buf := make([]byte, 100)
	n, _ := f.Read(buf)
	return string(buf[:n])
}
