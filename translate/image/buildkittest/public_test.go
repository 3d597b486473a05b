package buildkittest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/delink/delink/translate/image"
)

// TestExact holds what package image promises to BuildKit: without knowing what
// the base images set, every variable that it gives is one that BuildKit sets,
// whatever they set, and every port is one of BuildKit's; if it says that the
// environment or the ports are known, BuildKit has no others.
func TestExact(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 3))
	seen := [4]int{}
	for range 200 * *runs {
		file := []byte(random(r))
		want := buildkit(file, "", nil)
		k, err := image.Dockerfile(image.Build{Dockerfile: file})
		if want.err != nil || err != nil || want.onBuild > 0 {
			continue
		}
		seen[0]++
		for _, e := range k.Env {
			if !slices.Contains(want.env, e) {
				t.Errorf("%q is not in %q\n%s", e, want.env, file)
			}
			seen[1]++
		}
		if k.EnvExact {
			seen[2]++
			if !slices.Equal(k.Env, want.env) {
				t.Errorf("%q is not %q\n%s", k.Env, want.env, file)
			}
		}
		var ports []string
		for _, p := range k.Ports {
			ports = append(ports, fmt.Sprintf("%d/%s", p.Number, p.Proto))
		}
		slices.Sort(ports)
		if k.Complete {
			seen[3]++
			if !slices.Equal(ports, want.ports) {
				t.Errorf("ports %q are not %q\n%s", ports, want.ports, file)
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d files with %d variables; the environment of %d and the ports of %d known", seen[0], seen[1], seen[2], seen[3])
}
