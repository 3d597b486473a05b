package main

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/linkenv"
)

// Why something that was recorded is not compared.
const (
	ofEngine     = "variables: of the engine and of the consumer's own image"
	ofSecondName = "variables: of names that Compose made of the container's, such as DB_1_PORT"
	ofImage      = "variables: the target's image sets them (ENV)"
	ofOldEngine  = "variables: Engine 27 and earlier set others for these ports"
	ofNewEngine  = "variables: Engine 29 sets none, and delink does"
	ofExternal   = "variables: of external_links, which stay"
	ofKeptLink   = "variables: of a link that stays, and gives them"
	ofNumber     = "variables: the consumer's number in NAME, for a replica"
	ofUnset      = "variables: without a value in the target, empty afterwards"
	secondNames  = "names: made of the container's, or its number"
	aliasTwice   = "names: of an alias given twice, of which docker-compose took the last and Compose of today the first"
	outside      = "names: of containers outside of the project"
	oneOff       = "containers: of docker-compose run, whose names are made up"
	neverRan     = "consumers: never ran"
)

// outcomes counts what was compared and what was excepted.
type outcomes struct {
	variables, names, consumers int
	excepted                    map[string]int
}

// TestRecordings predicts what real engines did, from the file that delink
// writes: the environment of every consumer and the names of every service
// that were recorded are those that the new file gives, or excepted.
func TestRecordings(t *testing.T) {
	dir := os.Getenv("DELINK_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	files, err := filepath.Glob(filepath.Join(dir, "oracle", "*", "docker-compose.yml"))
	if err != nil || len(files) == 0 {
		t.Skipf("no recordings to compare with (DELINK_DATA names their folder): %v", err)
	}
	t.Setenv("COMPOSE_PROJECT_NAME", "proj")
	sum, projects := &outcomes{excepted: map[string]int{}}, 0
	for _, file := range files {
		r := readRecording(t, filepath.Dir(file))
		if r.linked() {
			projects++
			t.Run(filepath.Base(r.dir), func(t *testing.T) { r.compare(t, sum) })
		}
	}
	t.Logf("%d recordings of projects with links: %d consumers, %d variables of links, %d names are as predicted", projects, sum.consumers, sum.variables, sum.names)
	for _, why := range slices.Sorted(maps.Keys(sum.excepted)) {
		t.Logf("excepted: %d %s", sum.excepted[why], why)
	}
	if left := sum.excepted[ofImage] + sum.excepted[ofOldEngine] + sum.excepted[ofKeptLink]; sum.variables < 2*left || sum.consumers*2 < projects || sum.names < sum.consumers {
		t.Error("that is too little to show anything")
	}
}

// translate runs delink on the recorded project. The ports of images are those
// that the containers had.
func (r *recording) translate(t *testing.T) *result {
	t.Helper()
	args := []string{"--env=runtime"}
	for _, c := range r.containers {
		for _, p := range c.ports {
			if c.service != "" && c.number == "1" {
				args = append(args, "--port", c.service+"="+strconv.Itoa(p.Number)+"/"+p.Proto)
			}
		}
	}
	o, err := parseFlags(args, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if shell, err := os.ReadFile(filepath.Join(r.dir, "shell.env")); err == nil {
		name, value, _ := strings.Cut(strings.TrimSpace(string(shell)), "=")
		t.Setenv(name, value)
	}
	file := filepath.Join(r.dir, "docker-compose.yml")
	o.files = []string{file}
	res, err := translateFile(o, file, r.dir, []byte(readText(t, file)))
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func (r *recording) compare(t *testing.T, sum *outcomes) {
	res := r.translate(t)
	if res.v1 {
		t.Fatalf("is left in format v1: %v", res.notes)
	}
	for name, s := range r.services {
		if len(s.Links) > 0 && !slices.ContainsFunc(slices.Collect(maps.Values(r.containers)), func(c *recorded) bool { return c.service == name && r.saw(c, "env") != "" }) {
			sum.excepted[neverRan]++
		}
	}
	server := readServer(string(res.text))
	for _, c := range r.containers {
		env := r.saw(c, "env")
		switch {
		case c.service == "":
			continue
		case c.number == "":
			sum.excepted[oneOff]++
			continue
		case env == "":
			continue
		}
		r.compareNames(t, sum, c, server)
		if len(r.services[c.service].Links) > 0 {
			sum.consumers++
			r.compareVariables(t, sum, c, env, res)
		}
	}
	if t.Failed() {
		t.Logf("the new file:\n%s", res.text)
	}
}

// compareNames wants every name that led to services to lead to the same ones.
func (r *recording) compareNames(t *testing.T, sum *outcomes, c *recorded, server server) {
	t.Helper()
	for line := range strings.Lines(r.saw(c, "dns")) {
		fields := strings.Split(strings.TrimSpace(line), " | ")
		if len(fields) < 3 || fields[2] == "-" || strings.HasPrefix(line, "#") {
			continue
		}
		var led []string
		foreign := false
		for _, answer := range strings.FieldsFunc(fields[2], func(c rune) bool { return c == ',' || c == ' ' }) {
			name, _, _ := strings.Cut(answer, "@")
			target := r.containers[name]
			foreign = foreign || target == nil || target.service == ""
			if target != nil && !slices.Contains(led, target.service) {
				led = append(led, target.service)
			}
		}
		slices.Sort(led)
		leads := server.resolve(c.service, fields[0])
		switch {
		case foreign:
			sum.excepted[outside]++
		case r.secondName(fields[0]):
			sum.excepted[secondNames]++
		case slices.Equal(led, leads):
			sum.names++
		case r.services[c.service].twice(fields[0]):
			sum.excepted[aliasTwice]++
		default:
			t.Errorf("%s: the name %s led to %q, and would to %q", c.name, fields[0], led, leads)
		}
	}
}

// linkVariable is one that a link of the engine gives, now or up to Engine 27.
type linkVariable struct {
	linkenv.Variable
	differs bool // between the two
	alias   string
	target  *recorded
}

// linkVariables are those of all links of a consumer on the default bridge.
func (r *recording) linkVariables(c *recorded) map[string]linkVariable {
	all := map[string]linkVariable{}
	if c.mode != "bridge" && c.mode != "default" {
		return all
	}
	for _, link := range c.links {
		target := r.containers[link[1]]
		values := map[string]string{}
		for _, v := range linkenv.VariablesUpTo27(link[0], link[0], target.ports, target.env, "") {
			values[v.Name] = v.Value
			all[v.Name] = linkVariable{v, true, link[0], target}
		}
		for _, v := range linkenv.Variables(link[0], link[0], target.ports, target.env, "") {
			value, then := values[v.Name]
			all[v.Name] = linkVariable{v, !then || value != v.Value, link[0], target}
		}
	}
	return all
}

// compareVariables wants the environment that was recorded to be that of the
// new file, with the alias in place of the target's address.
func (r *recording) compareVariables(t *testing.T, sum *outcomes, c *recorded, text string, res *result) {
	t.Helper()
	predicted := environmentOf(t, string(res.text), c.service)
	vars := r.linkVariables(c)
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		seen[name] = true
		v, linked := vars[name]
		linked = linked && !slices.Contains(c.env, name+"="+value)
		if linked {
			value = r.named(c, v, value)
		}
		got, have := predicted[name]
		switch why := r.exception(c, v, linked, res); {
		case have && got == value:
			if linked {
				sum.variables++
			}
			if linked && v.Kind == linkenv.Name && c.number != "1" {
				sum.excepted[ofNumber]++
			}
		case !linked && slices.Contains(c.env, name+"="+value) && !have:
			sum.excepted[ofEngine]++
		case slices.Contains([]string{"PATH", "HOME", "HOSTNAME"}, name):
			sum.excepted[ofEngine]++
		case why != "":
			sum.excepted[why]++
		default:
			t.Errorf("%s: %s was %q, and would be %q (set: %t)", c.name, name, value, got, have)
		}
	}
	for name, value := range predicted {
		v, linked := vars[name]
		switch {
		case seen[name]:
		case linked && r.engine == "e29":
			sum.excepted[ofNewEngine]++
		case linked && r.engine == "e20" && v.differs:
			sum.excepted[ofOldEngine]++
		case value == "" && slices.ContainsFunc(c.links, func(l [2]string) bool { return unset(r.containers[l[1]], l[0], name) }):
			sum.excepted[ofUnset]++
		default:
			t.Errorf("%s: %s was not set, and would be %q", c.name, name, value)
		}
	}
}

// named puts a link's alias in place of its target's address, and the consumer's
// name of today in place of the one that it had.
func (r *recording) named(c *recorded, v linkVariable, value string) string {
	if v.Kind == linkenv.Name {
		return strings.Replace(value, "/"+c.name+"/", "/proj-"+c.service+"-1/", 1)
	}
	if v.Kind != linkenv.Env {
		for _, address := range v.target.addresses {
			value = strings.ReplaceAll(value, address, v.alias)
		}
	}
	return value
}

// exception tells why a variable of a link need not be in the new file.
func (r *recording) exception(c *recorded, v linkVariable, linked bool, res *result) string {
	service := r.services[c.service]
	is := func(entry string) bool { return entry == v.alias || strings.HasSuffix(entry, ":"+v.alias) }
	switch {
	case !linked:
		return ""
	case slices.ContainsFunc(service.ExternalLinks, is):
		return ofExternal
	case !slices.ContainsFunc(service.Links, is):
		return ofSecondName
	case slices.ContainsFunc(res.left, func(l *translate.Link) bool {
		return l.Consumer == c.service && l.Alias == v.alias && l.Kind == translate.Legacy
	}):
		return ofKeptLink
	case v.differs && r.engine == "e20":
		return ofOldEngine
	case v.Kind == linkenv.Env && !sets(r.services[v.target.service].Environment, v.Target):
		return ofImage
	}
	return ""
}

// unset reports whether the variable would be the copy of one that the target
// has without a value.
func unset(target *recorded, alias, name string) bool {
	key, ok := strings.CutPrefix(name, linkenv.Prefix(alias)+"_ENV_")
	return ok && target != nil && slices.Contains(target.env, key)
}
