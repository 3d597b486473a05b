package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/delink/delink/translate/image"
	"github.com/delink/delink/translate/linkenv"
)

// engineTime bounds one question to the engine.
const engineTime = 10 * time.Second

// engine asks the local engine about images, by the docker command: it finds
// the engine by contexts, and podman answers to it too. It never pulls.
type engine struct {
	mu   sync.Mutex
	seen map[string]image.Knowledge
}

// newEngine makes sure that an engine answers.
func newEngine() (*engine, error) {
	if _, err := runDocker("version", "--format", "{{.Server.Version}}"); err != nil {
		return nil, fmt.Errorf("--engine: no engine answers: %w", err)
	}
	return &engine{seen: map[string]image.Knowledge{}}, nil
}

// look gives what the engine knows of an image; false: it has no such image.
func (e *engine) look(ref string) (image.Knowledge, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if k, ok := e.seen[ref]; ok {
		return k, k.Known
	}
	k := inspect(ref)
	e.seen[ref] = k
	return k, k.Known
}

// inspect asks for one image. Its environment is exact: it is what a container
// of it gets.
func inspect(ref string) image.Knowledge {
	out, err := runDocker("image", "inspect", "--format", "{{json .Config}}", "--", ref)
	if err != nil {
		return image.Knowledge{}
	}
	var config struct {
		ExposedPorts map[string]struct{}
		Env          []string
	}
	if err := json.Unmarshal(out, &config); err != nil {
		return image.Knowledge{}
	}
	k := image.Knowledge{Known: true, Complete: true, Env: config.Env, EnvExact: true, Source: "engine: " + ref}
	for key := range config.ExposedPorts {
		number, proto, ok := strings.Cut(key, "/")
		n, err := strconv.Atoi(number)
		if err != nil {
			continue // a range in one key, which old engines let through
		}
		if !ok {
			proto = "tcp"
		}
		k.Ports = append(k.Ports, linkenv.Port{Number: n, Proto: proto})
	}
	slices.SortFunc(k.Ports, func(a, b linkenv.Port) int {
		return strings.Compare(fmt.Sprintf("%s%5d", a.Proto, a.Number), fmt.Sprintf("%s%5d", b.Proto, b.Number))
	})
	return k
}

// runDocker runs the docker command, for a limited time.
func runDocker(args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), engineTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "docker", args...)
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("docker took more than %v", engineTime)
	}
	return out, err
}

// engineLook is how translate asks the engine; nil unless --engine is given.
func (o *options) engineLook() func(ref string) (image.Knowledge, bool) {
	if o.asked == nil {
		return nil
	}
	return o.asked.look
}
