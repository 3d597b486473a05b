package e2e

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// patience bounds one command, so that a stuck engine is a failure with a name.
const patience = 2 * time.Minute

// tools are the programs that the tests run.
type tools struct {
	delink  string
	compose map[string]string // by the name that runs have: docker-compose is 1.29.2, compose that of today
}

// image is one that the tests make: a static busybox and what EXPOSE and ENV say.
type image struct {
	ports []string
	env   []string
}

// images are all images of the projects, under delink-e2e/.
var images = map[string]image{
	"base":   {},
	"db":     {ports: []string{"5432"}, env: []string{"PGDATA=/var/lib/pg", "LANG=en_US.utf8"}},
	"cache":  {ports: []string{"6379"}},
	"dns":    {ports: []string{"53/tcp", "53/udp", "8053"}},
	"client": {env: []string{"DB_PORT=of the image", "DB_NAME="}},
}

// setUp gives the tools, and makes what is missing where it may. Without an
// engine the test is skipped; where every test must run, it fails.
func setUp(t *testing.T) *tools {
	t.Helper()
	if testing.Short() {
		t.Skip("starts containers")
	}
	if os.Getenv("DELINK_CI") != "" {
		if out, err := exec.Command("testdata/engine").CombinedOutput(); err != nil {
			t.Fatalf("testdata/engine: %v\n%s", err, out)
		}
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	ts := &tools{
		delink: filepath.Join(t.TempDir(), "delink"),
		compose: map[string]string{
			"docker-compose": "docker-compose",
			"compose":        filepath.Join(cache, "delink-e2e", "compose-v2.40.3"),
		},
	}
	for _, program := range []string{"docker", "busybox", ts.compose["docker-compose"], ts.compose["compose"]} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("no engine to test with (testdata/engine makes one): %v", err)
		}
	}
	if _, err := try(t, "", nil, "docker", "info"); err != nil {
		t.Skipf("no engine to test with (testdata/engine starts one): %v", err)
	}
	must(t, "", nil, "go", "build", "-o", ts.delink, "..")
	importImages(t)
	return ts
}

// must runs a program to its end and gives its standard output.
func must(t *testing.T, dir string, env []string, program string, args ...string) string {
	t.Helper()
	out, err := try(t, dir, env, program, args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// try is must for a program that may fail. The error holds what it says.
func try(t *testing.T, dir string, env []string, program string, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.WaitDelay = time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), errors.Join(err, errors.New(program+" "+strings.Join(args, " ")+":\n"+stderr.String()))
	}
	return stdout.String(), nil
}

// importImages makes the images from a folder with busybox alone.
func importImages(t *testing.T) {
	t.Helper()
	root := busyboxTar(t)
	for name, img := range images {
		args := []string{"import", "--change", "ENV PATH=/bin", "--change", `CMD ["sleep", "3600"]`}
		for _, p := range img.ports {
			args = append(args, "--change", "EXPOSE "+p)
		}
		for _, e := range img.env {
			k, v, _ := strings.Cut(e, "=")
			args = append(args, "--change", "ENV "+k+`="`+v+`"`)
		}
		must(t, "", nil, "docker", append(args, root, "delink-e2e/"+name)...)
	}
}

func busyboxTar(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("busybox")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	add := func(h *tar.Header, data []byte) {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	add(&tar.Header{Name: "bin/busybox", Mode: 0o755, Size: int64(len(program))}, program)
	for _, applet := range []string{"sh", "cat", "grep", "nslookup", "sleep", "timeout"} {
		add(&tar.Header{Name: "bin/" + applet, Typeflag: tar.TypeSymlink, Linkname: "busybox"}, nil)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "root.tar")
	if err := os.WriteFile(file, b.Bytes(), fs.FileMode(0o644)); err != nil {
		t.Fatal(err)
	}
	return file
}

// container is what the engine says of one.
type container struct {
	ID    string `json:"Id"`
	Name  string
	State struct {
		Running   bool
		StartedAt time.Time
	}
	Config struct {
		Image        string
		Env          []string
		ExposedPorts map[string]struct{}
		Labels       map[string]string
	}
	HostConfig struct {
		NetworkMode string
		Links       []string
	}
	NetworkSettings struct {
		Networks map[string]struct {
			IPAddress string
			Links     []string
		}
	}
}

func (c *container) service() string { return c.Config.Labels["com.docker.compose.service"] }

// key is the container's name within its project, whichever Compose made it.
func (c *container) key() string {
	return c.service() + " " + c.Config.Labels["com.docker.compose.container-number"]
}

func (c *container) bridge() bool {
	return slices.Contains([]string{"bridge", "default"}, c.HostConfig.NetworkMode)
}

// containers lists those of a project.
func containers(t *testing.T, project string) []*container {
	t.Helper()
	ids := strings.Fields(must(t, "", nil, "docker", "ps", "-aq", "--filter", "label=com.docker.compose.project="+project))
	if len(ids) == 0 {
		return nil
	}
	var all []*container
	out := must(t, "", nil, "docker", append([]string{"inspect"}, ids...)...)
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b *container) int { return strings.Compare(a.key(), b.key()) })
	return all
}

// tearDown removes all that a project left on the engine, whichever Compose
// made it and however far that came.
func tearDown(t *testing.T, project string) {
	t.Helper()
	label := "label=com.docker.compose.project=" + project
	for _, kind := range [][]string{{"ps", "-aq"}, {"network", "ls", "-q"}, {"volume", "ls", "-q"}} {
		ids := strings.Fields(must(t, "", nil, "docker", append(kind, "--filter", label)...))
		if len(ids) == 0 {
			continue
		}
		remove := []string{kind[0], "rm"}
		if kind[0] == "ps" {
			remove = []string{"rm", "-fv"}
		}
		if _, err := try(t, "", nil, "docker", append(remove, ids...)...); err != nil {
			t.Errorf("%s is not taken down: %v", project, err)
		}
	}
}
