package main

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/template"
	"gopkg.in/yaml.v3"

	"github.com/delink/delink/translate/linkenv"
)

// recording is a project that ran on a real engine, and what its containers
// saw: a folder with the Compose file, with env.S[.N].txt and dns.S[.N].txt for
// the container N of the service S, and with meta.txt, which lists the
// containers. Its name ends with the tool and the engine, as in py-e20.
type recording struct {
	dir        string
	engine     string
	services   map[string]recordedService
	containers map[string]*recorded // by name
}

// recordedService is what the Compose file says of one.
type recordedService struct {
	Links         []string
	ExternalLinks []string `yaml:"external_links"`
	Environment   any
}

// recorded is a container. Its links are those that the engine was given,
// whether the file asked for them or Compose made them up.
type recorded struct {
	service, number string
	name, id        string
	mode            string
	addresses       []string
	links           [][2]string // alias, container
	env             []string
	ports           []linkenv.Port
}

func (r *recording) linked() bool {
	for _, s := range r.services {
		if len(s.Links) > 0 {
			return true
		}
	}
	return false
}

var (
	containerLine = regexp.MustCompile(`^\S+Z /(\S+) (\w+) \w+ hostname=\S* mode=(\S*) ips=(.*)$`)
	linksLine     = regexp.MustCompile(`^/(\S+) HostConfig\.Links= (.*)$`)
	configLine    = regexp.MustCompile(`Config\.Env= (\[.*?\]) ExposedPorts= (\[.*?\])`)
	composeName   = regexp.MustCompile(`^proj[-_](.+?)[-_](?:(\d+)|run[-_]\w+)$`)
)

func readRecording(t *testing.T, dir string) *recording {
	t.Helper()
	r := &recording{dir: dir, engine: dir[strings.LastIndex(dir, "-")+1:], services: map[string]recordedService{}, containers: map[string]*recorded{}}
	text := readText(t, filepath.Join(dir, "docker-compose.yml"))
	var file struct{ Services map[string]recordedService }
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	if r.services = file.Services; r.services == nil {
		if err := yaml.Unmarshal([]byte(text), &r.services); err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
	}
	var c *recorded
	for line := range strings.Lines(readText(t, filepath.Join(dir, "meta.txt"))) {
		line = strings.TrimRight(line, "\n")
		if m := containerLine.FindStringSubmatch(line); m != nil {
			c := &recorded{name: m[1], id: m[2], mode: m[3]}
			if n := composeName.FindStringSubmatch(c.name); n != nil {
				c.service, c.number = n[1], n[2]
			}
			for _, ip := range strings.Split(m[4], ",") {
				if _, address, _ := strings.Cut(ip, ":"); address != "" {
					c.addresses = append(c.addresses, address)
				}
			}
			r.containers[c.name] = c
		}
		if m := linksLine.FindStringSubmatch(line); m != nil {
			c = r.containers[m[1]]
			for _, link := range decode(t, m[2]) {
				target, alias, _ := strings.Cut(link, ":")
				c.links = append(c.links, [2]string{alias[strings.LastIndex(alias, "/")+1:], strings.TrimPrefix(target, "/")})
			}
		}
		if m := configLine.FindStringSubmatch(line); m != nil {
			c.env = decode(t, m[1])
			for _, text := range decode(t, m[2]) {
				number, proto, _ := strings.Cut(text, "/")
				if n, err := strconv.Atoi(number); err == nil {
					c.ports = append(c.ports, linkenv.Port{Number: n, Proto: cmp.Or(proto, "tcp")})
				}
			}
		}
	}
	return r
}

func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func decode(t *testing.T, text string) (list []string) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return list
}

// saw gives what was recorded of a container, or nothing.
func (r *recording) saw(c *recorded, what string) string {
	for _, name := range []string{c.service + "." + c.number, c.service} {
		if c.number != "1" && name == c.service {
			break
		}
		if text, err := os.ReadFile(filepath.Join(r.dir, what+"."+name+".txt")); err == nil {
			return string(text)
		}
	}
	return ""
}

// twice reports whether two of a service's links have the alias.
func (s recordedService) twice(alias string) bool {
	n := 0
	for _, entry := range s.Links {
		if entry == alias || strings.HasSuffix(entry, ":"+alias) {
			n++
		}
	}
	return n > 1
}

// secondName reports whether a name is a container's, its number, or what
// Compose made of the name by leaving the project out.
func (r *recording) secondName(name string) bool {
	for _, c := range r.containers {
		if name == c.name || strings.HasPrefix(c.id, name) || c.service != "" && strings.TrimLeft(strings.TrimPrefix(c.name, "proj"), "-_") == name {
			return true
		}
	}
	return false
}

func sets(environment any, name string) bool {
	_, ok := assignments(environment)[name]
	return ok
}

// assignments reads an environment in either form. What has no value is left out.
func assignments(environment any) map[string]string {
	out := map[string]string{}
	switch v := environment.(type) {
	case map[string]any:
		for name, value := range v {
			if text, err := yaml.Marshal(value); err == nil && value != nil {
				var s string
				if yaml.Unmarshal(text, &s) == nil {
					out[name] = s
				}
			}
		}
	case []any:
		for _, entry := range v {
			if name, value, ok := strings.Cut(entry.(string), "="); ok {
				out[name] = value
			}
		}
	}
	return out
}

// environmentOf gives the variables that a service sets, interpolated.
func environmentOf(t *testing.T, text, service string) map[string]string {
	t.Helper()
	var file struct{ Services map[string]recordedService }
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		t.Fatal(err)
	}
	out := assignments(file.Services[service].Environment)
	for name, value := range out {
		value, err := template.Substitute(value, os.LookupEnv)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = value
	}
	return out
}
