package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

// fullLoad loads one file as docker compose config does, consistency check and
// all, but reads no env_file. It is for small files: the check is exponential.
func fullLoad(name string, src []byte, dir string, env map[string]string) (p *types.Project, err error) {
	silence()
	defer func() {
		if r := recover(); r != nil {
			p, err = nil, fmt.Errorf("compose-go failed on this file: %v", r)
		}
	}()
	details := types.ConfigDetails{
		WorkingDir:  dir,
		ConfigFiles: []types.ConfigFile{{Filename: name, Content: src}},
		Environment: types.Mapping{},
	}
	for k, v := range env {
		details.Environment[k] = v
	}
	return loader.LoadWithContext(context.Background(), details, func(o *loader.Options) {
		o.SetProjectName("delink", true)
		o.SkipResolveEnvironment = true
		o.SkipResolveLabels = true
		o.Profiles = []string{"*"}
	})
}

func oneInput(dir, src string) loadInput {
	return loadInput{files: []loadFile{{name: filepath.Join(dir, "compose.yaml"), content: []byte(src)}}, dir: dir}
}

// serviceFile returns a file of one service with more lines in it.
func serviceFile(lines string) string {
	return "services:\n  db:\n    image: db\n  web:\n    image: web\n" + lines
}

func TestLadder(t *testing.T) {
	for _, tt := range []struct {
		name, src string
		level     level
		why       string // part of what strict says
	}{
		{"plain", serviceFile("    links: [db]\n"), strict, ""},
		{"overlay without image", "services:\n  web:\n    links: [db:database]\n", strict, ""},
		{"missing env_file", serviceFile("    env_file: nowhere.env\n"), strict, ""},
		{"undefined target", serviceFile("    links: [nowhere]\n"), strict, ""},
		{"undefined network", serviceFile("    networks: [nowhere]\n"), strict, ""},
		{"mutual links", "services:\n  a: {image: a, links: [b]}\n  b: {image: b, links: [a]}\n", strict, ""},
		{"link to itself", serviceFile("    links: [web]\n"), strict, ""},
		{"version 2 keys", "version: \"2.1\"\n" + serviceFile("    mem_limit: 1g\n    volumes_from: [db]\n"), strict, ""},
		{"unset variable", serviceFile("    command: ${NOWHERE}\n"), strict, ""},
		{"reset", serviceFile("    links: !reset []\n"), strict, ""},
		{"required variable", serviceFile("    command: ${NOWHERE:?must be set}\n"), quiet, "must be set"},
		{"broken variable", serviceFile("    command: ${NOWHERE\n"), quiet, "invalid interpolation"},
		{"extends a missing file", serviceFile("    extends: {file: nowhere.yml, service: x}\n"), noFiles, "nowhere.yml"},
		{"extends what is not there", serviceFile("    extends: nowhere\n"), noFiles, "not found"},
		{"extends itself", serviceFile("    extends: web\n"), noFiles, "Circular"},
		{"includes a missing file", "include: [nowhere.yml]\n" + serviceFile(""), noFiles, "nowhere.yml"},
		{"net", serviceFile("    net: host\n"), noSchema, "net"},
		{"unknown key", serviceFile("    nonsense: 1\n"), noSchema, "nonsense"},
		{"version as a number", "version: 3\n" + serviceFile(""), noSchema, "version"},
		{"service of nothing", "services:\n  web:\n", noSchema, "web"},
		{"links of nothing", serviceFile("    links:\n"), noSchema, "links"},
		{"links as a text", serviceFile("    links: db\n"), noSchema, "links"},
		{"version 1", "web:\n  image: web\n  links: [db]\ndb:\n  image: db\n", noSchema, "additional properties"},
		{"item that is a mapping", serviceFile("    links:\n      - db: alias\n"), nodesOnly, "unexpected type"},
		{"number as service name", "services:\n  1: {image: x}\n", nodesOnly, "non-string key"},
		{"empty second document", serviceFile("") + "---\n", nodesOnly, "mapping"},
		{"syntax", serviceFile("    links: [db\n"), nodesOnly, "compose.yaml:6:12"},
		{"duplicate key", serviceFile("    image: again\n"), nodesOnly, "already defined at line 5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			model, lvl, why := loadLadder(context.Background(), oneInput(t.TempDir(), tt.src))
			if lvl != tt.level {
				t.Fatalf("level %v, want %v; strict says %v", lvl, tt.level, why)
			}
			if (model == nil) != (lvl == nodesOnly) {
				t.Errorf("model %v at level %v", model, lvl)
			}
			if (why == nil) != (lvl == strict) || why != nil && !strings.Contains(why.Error(), tt.why) {
				t.Errorf("strict says %v, want %q", why, tt.why)
			}
		})
	}
}

// manyServices returns a file of n services, each of which is one line.
func manyServices(n int, line func(i int) string) string {
	var b strings.Builder
	b.WriteString("services:\n")
	for i := range n {
		fmt.Fprintf(&b, "  s%d: {%s}\n", i, line(i))
	}
	return b.String()
}

// meshed links a service to all before it; chained, ringed and starred make it
// extend another one.
func meshed(i int) string {
	var b strings.Builder
	for j := range i {
		fmt.Fprintf(&b, "s%d, ", j)
	}
	return "image: x, links: [" + b.String() + "]"
}

func chained(i int) string {
	if i == 0 {
		return "image: x"
	}
	return fmt.Sprintf("extends: s%d", i-1)
}

func ringed(i int) string {
	return fmt.Sprintf("extends: {file: compose.yaml, service: s%d}", (i+1)%5000)
}

func starred(i int) string {
	if i == 0 {
		return "image: x"
	}
	return "extends: s0"
}

// Whatever these cost if they were handed to compose-go as they are, the answer
// is a model or an error.
func TestLoadBombs(t *testing.T) {
	big := filepath.Join(t.TempDir(), "big.yml")
	if err := os.WriteFile(big, make([]byte, 5<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, src string
		level     level
	}{
		{"long range", serviceFile("    ports: [\"1-65535\", \"80:80\"]\n"), strict},
		{"long ranges of both sides", serviceFile("    ports: [\"1-65535:1-65535\"]\n"), strict},
		{"long range in a default", serviceFile("    ports: [\"${P:-1-65535}\"]\n"), strict},
		{"long range from two defaults", serviceFile("    ports: [\"${A:-1}-${B:-65535}\"]\n"), strict},
		{"long range behind an alias", "x-p: &p [\"1-65535\"]\nservices:\n  a: {image: a, ports: *p}\n  b: {image: b, ports: *p}\n", strict},
		{"long range behind an escape", serviceFile("    \"p\\x6frts\": [\"\\x31-65535\"]\n"), strict},
		{"many short ranges", serviceFile("    ports: [" + strings.Repeat("\"1-1000\", ", 60) + "]\n"), strict},
		{"long range of expose", serviceFile("    expose: [\"1-65535\"]\n"), strict},
		{"full mesh of links", manyServices(30, meshed), strict},
		{"chain of extends", manyServices(500, chained), strict},
		{"many that extend one", manyServices(2000, starred), strict},
		{"long chain of extends", manyServices(5000, chained), noFiles},
		{"ring of extends", manyServices(5000, ringed), noFiles},
		{"extends a device", serviceFile("    extends: {file: /dev/zero, service: x}\n"), noFiles},
		{"extends a device in a merge", "x-m: &m\n  extends: {file: /dev/zero, service: x}\n" + serviceFile("    <<: *m\n"), noFiles},
		{"extends a device by a variable", serviceFile("    extends: {file: \"${D:-/dev/zero}\", service: x}\n"), noFiles},
		{"extends a large file", serviceFile("    extends: {file: " + big + ", service: x}\n"), noFiles},
		{"extends a remote file", serviceFile("    extends: {file: \"https://example.com/a.yml\", service: x}\n"), noFiles},
		{"includes a device", "include: [/dev/zero]\n" + serviceFile(""), noFiles},
		{"includes a repository", "include: [\"git@example.com:a/b.git\"]\n" + serviceFile(""), noFiles},
		{"includes a device as variables", "include:\n  - path: x.yml\n    env_file: /dev/zero\n" + serviceFile(""), noFiles},
		{"nested too deep", "x-a: " + strings.Repeat("[", 3000) + strings.Repeat("]", 3000) + "\n" + serviceFile(""), nodesOnly},
		{"nested deep, many times", "x-a: [" + strings.Repeat(strings.Repeat("[", 90)+strings.Repeat("]", 90)+",", 1000) + "]\n" + serviceFile(""), nodesOnly},
		{"merge of itself", "services:\n  web: &w\n    <<: *w\n", nodesOnly},
		{"keys", manyServices(100_000, func(int) string { return "" }), nodesOnly},
		{"variables", serviceFile("    command: \"" + strings.Repeat("${A:-b}", 20_000) + "\"\n"), nodesOnly},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, lvl, why := loadLadder(context.Background(), oneInput(t.TempDir(), tt.src)); lvl != tt.level {
				t.Errorf("level %v, want %v; strict says %v", lvl, tt.level, why)
			}
		})
	}
}

func TestLongRangesAreLeftOut(t *testing.T) {
	src := "x-p: &range \"1-65535\"\nservices:\n  web:\n    image: x\n    command: |\n      one\n      two\n    environment:\n      R: *range\n    ports:\n      - &again \"1-60000\"\n      - \"${P}\"\n      - 8080\n      - \"90-95:90-95\"\n    labels: [*again]\n"
	in := oneInput(t.TempDir(), src)
	in.env = map[string]string{"P": "5-9999:5-9999"}
	model, err := loadModel(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	web := model["services"].(map[string]any)["web"].(map[string]any)
	if got := len(web["ports"].([]any)); got != 7 {
		t.Errorf("%d ports, want 7: %v", got, web["ports"])
	}
	if web["command"] != "one\ntwo\n" || fmt.Sprint(web["environment"]) != "map[R:1-65535]" || fmt.Sprint(web["labels"]) != "[1-60000]" {
		t.Errorf("other values changed: %v", web)
	}
	two := serviceFile("    ports: [\"80\"]\n") + "---\nservices:\n  web:\n    ports: !override [\"1-65535\", \"81\"]\n"
	model, err = loadModel(context.Background(), oneInput(t.TempDir(), two))
	if err != nil {
		t.Fatal(err)
	}
	ports := model["services"].(map[string]any)["web"].(map[string]any)["ports"].([]any)
	if len(ports) != 1 || fmt.Sprint(ports[0].(map[string]any)["target"]) != "81" {
		t.Errorf("an !override in a second document gives %v", ports)
	}
}

func TestLoadPair(t *testing.T) {
	dir := t.TempDir()
	linked, unlinked := serviceFile("    links: [db]\n"), serviceFile("    depends_on: [db]\n")
	for _, tt := range []struct {
		name, before, after string
		level               level
		why, err            bool
	}{
		{"both at strict", linked, unlinked, strict, false, false},
		{"both at a lower level", linked + "    net: host\n", unlinked + "    net: host\n", noSchema, true, false},
		{"not loadable", "services:\n  1: {}\n", unlinked, nodesOnly, true, false},
		{"before is no YAML", "services: [\n", unlinked, nodesOnly, true, false},
		{"a wrong edit", linked, unlinked + "    nonsense: 1\n", strict, false, true},
		{"an edit that breaks the text", linked, unlinked + "   x\n", nodesOnly, false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res := loadPair(context.Background(), oneInput(dir, tt.before), oneInput(dir, tt.after))
			if res.level != tt.level || (res.why != nil) != tt.why || (res.err != nil) != tt.err {
				t.Errorf("level %v, why %v, err %v", res.level, res.why, res.err)
			}
			if !tt.err && tt.level != nodesOnly && (res.before == nil || res.after == nil) {
				t.Errorf("no models: %v, %v", res.before, res.after)
			}
		})
	}
}

func TestLoadKeepsItsInput(t *testing.T) {
	in := oneInput(t.TempDir(), serviceFile("    ports: [\"1-65535\"]\n    links: [\"${TARGET}\"]\n"))
	in.env, in.project = map[string]string{"TARGET": "db"}, "Not A Name"
	t.Setenv("TARGET", "from the process")
	var wg sync.WaitGroup
	models := make([]map[string]any, 8)
	for i := range models {
		wg.Go(func() { models[i], _, _ = loadLadder(context.Background(), in) })
	}
	warmSchema()
	wg.Wait()
	for _, m := range models {
		if m == nil || !reflect.DeepEqual(m, models[0]) {
			t.Fatalf("loads of one input differ: %v, %v", m, models[0])
		}
	}
	if got := fmt.Sprint(models[0]["services"].(map[string]any)["web"].(map[string]any)["links"]); got != "[db]" {
		t.Errorf("links %s", got)
	}
	if len(in.env) != 1 || in.files[0].docs != nil {
		t.Errorf("the input changed: %v", in)
	}
}

// Of several faults the first is named, in every run.
func TestFirstFault(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{serviceFile("    log_driver: x\n    net: host\n    nonsense: 1\n    links: db\n"), "services.web.log_driver false schema"},
		{"web: {image: x}\ndb: {image: x}\n", " additional properties 'web' not allowed"},
		{"x-m: &m\n  net: host\nservices:\n  a:\n    <<: *m\n    nonsense: 1\n  b:\n", "services.a.net false schema"},
		{serviceFile("    privileged: \"${P:-true}\"\n    ports: [\"80\", \"80\"]\n    links: !reset null\n    net: host\n"), "services.web.net false schema"},
		{"services:\n  a:\n  b:\n  c: {net: x}\n", "services.a must be a mapping"},
	} {
		for range 20 {
			_, lvl, why := loadLadder(context.Background(), oneInput("/nowhere", tt.src))
			if want := "validating /nowhere/compose.yaml: " + tt.want; lvl != noSchema || why == nil || why.Error() != want {
				t.Fatalf("%q: level %v, strict says %v, want %v", tt.src, lvl, why, want)
			}
		}
	}
}

func TestLoadGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, lvl, why := loadLadder(ctx, oneInput(t.TempDir(), serviceFile(""))); lvl != nodesOnly || why == nil {
		t.Errorf("level %v, why %v", lvl, why)
	}
}

func TestFullLoad(t *testing.T) {
	if _, err := fullLoad("compose.yaml", []byte(serviceFile("    links: [db]\n    env_file: nowhere.env\n")), t.TempDir(), nil); err != nil {
		t.Error(err)
	}
	if _, err := fullLoad("compose.yaml", []byte(serviceFile("    links: [nowhere]\n")), t.TempDir(), nil); err == nil {
		t.Error("an undefined target passes")
	}
}

func (l level) String() string {
	return [...]string{"strict", "quiet", "no-files", "no-schema", "nodes-only"}[l]
}

// loadModel loads the project at strict. Whatever compose-go does with it,
// the answer is a model or an error, in bounded time: what it must not see is
// refused or left out before (see checkReach and withoutLongRanges). With
// several faults compose-go names one of them at random; the other functions
// here name the first.
func loadModel(ctx context.Context, in loadInput) (map[string]any, error) {
	p, err := prepare(in)
	if err != nil {
		return nil, err
	}
	return p.load(ctx, strict)
}

// loadLadder loads the project at the first level that works. why is what
// strict said, or nil. At nodesOnly there is no model.
func loadLadder(ctx context.Context, in loadInput) (model map[string]any, lvl level, why error) {
	p, err := prepare(in)
	if err != nil {
		return nil, nodesOnly, err
	}
	model, err = p.load(ctx, strict)
	if err == nil {
		return model, strict, nil
	}
	model, lvl = p.descend(ctx, err)
	return model, lvl, p.firstFault(ctx, err)
}
