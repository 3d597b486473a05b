package buildkittest

import (
	"flag"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/distribution/reference"
)

var (
	runs   = flag.Int("runs", 40, "how many Dockerfiles are made from each seed")
	seed   = flag.Uint64("seed", 1, "of the random numbers")
	reason = flag.Bool("reasons", false, "print why files fail")
)

// normal is the name by which BuildKit asks for an image.
func normal(name string) string {
	ref, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return name
	}
	return reference.TagNameOnly(ref).String()
}

// corpus returns the Dockerfiles of the data folder, by name.
func corpus(t *testing.T) map[string][]byte {
	root := os.Getenv("DELINK_DATA")
	if root == "" {
		root = "../../../../shared"
	}
	return files(t, filepath.Join(root, "corpus"))
}

// upstream returns the Dockerfiles that BuildKit's parser is tested with.
func upstream(t *testing.T) map[string][]byte {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/moby/buildkit").Output()
	if err != nil {
		t.Fatal(err)
	}
	return files(t, filepath.Join(strings.TrimSpace(string(dir)), "frontend/dockerfile/parser"))
}

func files(t *testing.T, root string) map[string][]byte {
	all := make(map[string][]byte)
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(strings.ToLower(d.Name()), "dockerfile") {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[path] = b
		return nil
	})
	return all
}

var stage = regexp.MustCompile(`(?im)^FROM .* AS (\S+)`)

func TestCorpus(t *testing.T) {
	all := corpus(t)
	if len(all) == 0 {
		t.Skip("there is no corpus; set DELINK_DATA")
	}
	var c tally
	for name, file := range all {
		c.compare(t, name, file, "", nil)
		c.compare(t, name, file, "", map[string]string{"PORT": "1234", "VERSION": "9", "NODE_VERSION": "a b"})
		for _, m := range stage.FindAllSubmatch(file, -1) {
			c.compare(t, name, file, string(m[1]), nil)
		}
	}
	t.Logf("%d files: %v", len(all), c)
}

func TestUpstream(t *testing.T) {
	var c tally
	all := upstream(t)
	for name, file := range all {
		c.compare(t, name, file, "", nil)
	}
	t.Logf("%d files: %v", len(all), c)
}

// TestMutated compares files that are made from others by small changes.
func TestMutated(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 1))
	if *reason {
		reasons = make(map[string]int)
	}
	var c tally
	for _, all := range []map[string][]byte{corpus(t), upstream(t)} {
		for name, file := range all {
			for range *runs {
				c.compare(t, name, mutate(r, file), "", nil)
				if t.Failed() {
					return
				}
			}
		}
	}
	t.Logf("%v", c)
	for why, n := range reasons {
		if n > 20 {
			t.Logf("%6d %s", n, why)
		}
	}
}

// TestRandom compares files that are made from parts at random.
func TestRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 2))
	if *reason {
		reasons = make(map[string]int)
	}
	var c tally
	for range 500 * *runs {
		file := random(r)
		target := ""
		if name := pick(r, stageNames); r.IntN(3) == 0 && strings.Contains(file, " AS "+name) {
			target = name
		}
		var args map[string]string
		if r.IntN(3) == 0 {
			args = map[string]string{pick(r, names): pick(r, plain), pick(r, names): pick(r, plain)}
		}
		c.compare(t, "random", []byte(file), target, args)
		if t.Failed() {
			return
		}
	}
	t.Logf("%v", c)
	for why, n := range reasons {
		if n > 20 {
			t.Logf("%6d %s", n, why)
		}
	}
}
