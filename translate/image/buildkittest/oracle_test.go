// Package buildkittest compares this repository's evaluator of Dockerfiles
// with BuildKit itself: with its Dockerfile2LLB, to which images are given
// that do not exist. It is a module of its own so that the program need not
// know BuildKit. From this folder:
//
//	DELINK_DATA=<folder with corpus> go test -count=1 -v .
//
// Without DELINK_DATA it is the folder "shared" beside the repository; without
// that, only BuildKit's own test files and generated Dockerfiles are compared.
// -runs N says how many are generated from each seed file, -seed N how.
//
// Where BuildKit has a result, the evaluator must have the same: the same
// ports, and the same variables in the same order. Where BuildKit refuses a
// file it may go on, as it skips the instructions that it does not need.
//
// Measured against v0.34.2 with -runs 150 -seed 42: 120 real files in 248 runs,
// 246 equal, and 2 that both refuse; of 98,700 generated ones 50,097 equal,
// 25,938 that both refuse, 22,665 that only BuildKit refuses (most for an
// instruction that there is not); none different.
package buildkittest

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"log"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/delink/delink/translate/image"
	"github.com/delink/delink/translate/image/internal/dockerfile"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerui"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard)
	stderr := os.Stderr
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = null // text/scanner writes to it when a file is not UTF-8
	}
	code := m.Run()
	os.Stderr = stderr
	os.Exit(code)
}

const standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// config returns what the image of some name has. Of an image in the catalogue
// the ports are those; all else is made up from the name.
func config(name string) (env []string, ports []string, onBuild []string) {
	if k := image.Lookup(name); k.Known {
		for _, p := range k.Ports {
			ports = append(ports, fmt.Sprintf("%d/%s", p.Number, p.Proto))
		}
		if env = []string{"PATH=" + standardPath}; !k.EnvExact {
			env = append(env, "PORT=4711", "FOO=from base", "VERSION=1.2.3", "A=")
		}
		return env, ports, nil
	}
	h := fnv.New32a()
	io.WriteString(h, name)
	n := h.Sum32()
	env = []string{"PATH=/base/bin:/bin"}
	if n&1 != 0 {
		env = append(env, "PORT=4711", "FOO=from base", "VERSION=1.2.3")
	}
	if n&2 != 0 {
		env = append(env, "A=", "X=$A")
	}
	if n&4 != 0 {
		env = slices.Delete(env, 0, 1)
	}
	if n&8 != 0 {
		ports = []string{"5432/tcp", "53/udp"}
	}
	if n&48 == 48 {
		onBuild = []string{"ENV TRIGGERED=${FOO:-none}", "ARG PORT=99", "EXPOSE $PORT 7/udp", "RUN <<EOF\nEXPOSE 1\nEOF"}
	}
	return env, ports, onBuild
}

type resolver struct{ asked string }

func (r *resolver) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	var img dockerspec.DockerOCIImage
	img.OS, img.Architecture = "linux", "amd64"
	env, ports, onBuild := config(ref)
	img.Config.Env, img.Config.OnBuild = env, onBuild
	img.Config.ExposedPorts = map[string]struct{}{}
	for _, p := range ports {
		img.Config.ExposedPorts[p] = struct{}{}
	}
	img.RootFS.DiffIDs = []digest.Digest{digest.FromString(ref)}
	b, err := json.Marshal(img)
	return ref, "", b, err
}

// A result is what both evaluators say of one file.
type result struct {
	ports, env []string
	onBuild    int
	err        error
}

func (r result) String() string {
	return fmt.Sprintf("ports %v\nenv %q\nonbuild %d, error %v", r.ports, r.env, r.onBuild, r.err)
}

func buildkit(file []byte, target string, args map[string]string) (r result) {
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("panic: %v", p)
		}
	}()
	res, err := dockerfile2llb.Dockerfile2LLB(context.Background(), file, dockerfile2llb.ConvertOpt{
		Config:         dockerui.Config{Target: target, BuildArgs: maps.Clone(args)},
		TargetPlatform: &ocispecs.Platform{OS: "linux", Architecture: "amd64"},
		MetaResolver:   &resolver{},
	})
	if err != nil {
		return result{err: err}
	}
	c := res.Image.Config
	return result{ports: slices.Sorted(maps.Keys(c.ExposedPorts)), env: c.Env, onBuild: len(c.OnBuild)}
}

func own(file []byte, target string, args map[string]string) result {
	res, err := dockerfile.Evaluate(file, dockerfile.Options{
		Target: target, Args: args,
		Base: func(name, _ string) dockerfile.Base { return base(normal(name)) },
	})
	if err != nil {
		return result{err: err}
	}
	var r result
	for _, p := range res.Ports {
		r.ports = append(r.ports, fmt.Sprintf("%d/%s", p.Number, p.Proto))
	}
	slices.Sort(r.ports)
	for _, v := range res.Env {
		r.env = append(r.env, v.Name+"="+v.Value)
	}
	r.onBuild = len(res.OnBuild)
	if slices.ContainsFunc(res.Notes, func(s string) bool { return strings.Contains(s, "too many") }) {
		r.ports = []string{"too many"}
	}
	return r
}

func base(name string) dockerfile.Base {
	env, ports, onBuild := config(name)
	b := dockerfile.Base{EnvKnown: true, OnBuild: onBuild}
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		b.Env = append(b.Env, dockerfile.Variable{Name: name, Value: value, Exact: true})
	}
	for _, s := range ports {
		var p dockerfile.Port
		fmt.Sscanf(s, "%d/%s", &p.Number, &p.Proto)
		b.Ports = append(b.Ports, p)
	}
	return b
}

// A tally counts outcomes.
type tally struct{ equal, bothFail, buildkitFails, panics int }

func (c tally) String() string {
	return fmt.Sprintf("%d equal, 0 different, 0 where only the own one fails, %d where both fail, %d where only BuildKit does (%d of them panics)",
		c.equal, c.bothFail, c.buildkitFails, c.panics)
}

// compare holds the own evaluator to BuildKit: it may go on where BuildKit
// fails, but where BuildKit has a result it must have the same.
func (c *tally) compare(t *testing.T, name string, file []byte, target string, args map[string]string) {
	t.Helper()
	want, got := buildkit(file, target, args), own(file, target, args)
	switch {
	case want.err != nil && got.err != nil:
		c.bothFail++
		if reasons != nil {
			reasons["both: "+digits.ReplaceAllString(got.err.Error(), "N")]++
		}
	case want.err != nil:
		c.buildkitFails++
		if strings.HasPrefix(want.err.Error(), "panic:") {
			c.panics++
		}
		if reasons != nil {
			reasons["BuildKit: "+digits.ReplaceAllString(strings.SplitN(want.err.Error(), "\n", 2)[0], "N")]++
		}
	case len(got.ports) == 1 && got.ports[0] == "too many" && len(want.ports) > 1000:
		c.equal++
	case got.err != nil || !slices.Equal(want.ports, got.ports) || !slices.Equal(want.env, got.env) || want.onBuild != got.onBuild:
		t.Errorf("%s, target %q, args %v\n--- BuildKit: %v\n--- own: %v\n--- file\n%s", name, target, args, want, got, file)
	default:
		c.equal++
	}
}

// reasons counts why files fail, if it is not nil.
var reasons map[string]int

var digits = regexp.MustCompile(`\d+`)
