package main

import (
	"os"
	"slices"
	"strings"
	"testing"
)

const (
	bare    = "services: {web: {links: [db]}}\n"                                // on its own it has no image
	partly  = "services: {web: {image: web, links: [db]}}\n"                    // the target is elsewhere
	whole   = "services: {web: {image: web}, db: {image: db}, x: {image: x}}\n" // without links
	another = "services: {job: {extends: {file: a.yaml, service: b}, links: [store]}, store: {build: .}}\n"
)

// TestGroups makes projects of files in one folder. A file in brackets is only
// read.
func TestGroups(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		args  string
		want  string
	}{
		{"files that have nothing to do with each other", map[string]string{"compose.a.yaml": linked, "compose.yaml": linked, "compose.b.yaml": another},
			"compose.a.yaml compose.yaml compose.b.yaml", "compose.a.yaml; compose.yaml; compose.b.yaml"},
		{"a base and its override", map[string]string{"compose.yaml": linked, "compose.override.yaml": bare}, "compose.override.yaml compose.yaml", "compose.yaml compose.override.yaml"},
		{"of other names", map[string]string{"docker-compose.yml": whole, "docker-compose.override.yml": bare}, "docker-compose.yml docker-compose.override.yml", "docker-compose.yml docker-compose.override.yml"},
		{"of mixed names", map[string]string{"compose.yml": whole, "docker-compose.override.yaml": bare}, "compose.yml docker-compose.override.yaml", "compose.yml docker-compose.override.yaml"},
		{"an override without links", map[string]string{"compose.yaml": linked, "compose.override.yaml": whole}, "compose.yaml compose.override.yaml", "compose.yaml compose.override.yaml"},
		{"the override alone", map[string]string{"compose.yaml": linked, "compose.override.yaml": bare}, "compose.override.yaml", "(compose.yaml) compose.override.yaml"},
		{"the base alone", map[string]string{"compose.yaml": linked, "compose.override.yaml": bare}, "compose.yaml", "compose.yaml"},
		{"an override without a base", map[string]string{"compose.override.yaml": bare}, "compose.override.yaml", "compose.override.yaml"},
		{"an override without links alone", map[string]string{"compose.yaml": linked, "compose.override.yaml": whole}, "compose.override.yaml", ""},
		{"the first base counts", map[string]string{"compose.yaml": whole, "docker-compose.yml": linked, "compose.override.yaml": bare},
			"docker-compose.yml compose.override.yaml", "(compose.yaml) compose.override.yaml; docker-compose.yml"},
		{"the first override counts", map[string]string{"compose.yaml": whole, "compose.override.yml": bare, "docker-compose.override.yml": bare},
			"docker-compose.override.yml compose.override.yml compose.yaml", "(compose.yaml) docker-compose.override.yml; compose.yaml compose.override.yml"},
		{"a variant without an image", map[string]string{"compose.yaml": whole, "compose.prod.yaml": bare}, "compose.yaml compose.prod.yaml", "(compose.yaml) compose.prod.yaml"},
		{"a variant without a target", map[string]string{"docker-compose.yml": whole, "docker-compose-dev.yml": partly}, "docker-compose-dev.yml", "(docker-compose.yml) docker-compose-dev.yml"},
		{"a target that no file has", map[string]string{"compose.yaml": "services: {x: {image: x}}", "compose.prod.yaml": partly}, "compose.prod.yaml", "compose.prod.yaml"},
		{"a variant of a base that can't be read", map[string]string{"compose.yaml": "services: [", "compose.prod.yaml": bare}, "compose.prod.yaml", "compose.prod.yaml"},
		{"a variant beside an override", map[string]string{"compose.yaml": linked, "compose.override.yaml": bare, "compose.prod.yaml": bare},
			"compose.prod.yaml compose.override.yaml compose.yaml", "(compose.yaml) compose.prod.yaml; compose.yaml compose.override.yaml"},
		{"files without links", map[string]string{"compose.yaml": whole, "compose.override.yaml": whole}, "compose.yaml compose.override.yaml", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			for name, text := range tt.files {
				writeText(t, name, text)
			}
			args := strings.Fields(tt.args)
			compare(t, "projects", tt.want, grouped(t, args))
			slices.Reverse(args)
			parts := strings.Split(grouped(t, args), "; ")
			want := strings.Split(tt.want, "; ")
			slices.Sort(parts)
			slices.Sort(want)
			if !slices.Equal(parts, want) {
				t.Errorf("in another order they are %q", parts)
			}
		})
	}
}

// grouped writes down the projects that files are made into.
func grouped(t *testing.T, args []string) string {
	t.Helper()
	o := &options{near: newNeighbours(), write: true, jobs: 1, files: args}
	files, err := findFiles(o, streams{err: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	b := &bulk{o: o, files: files}
	b.scan()
	var jobs []string
	for _, j := range b.jobs() {
		var names []string
		for _, p := range j.parts {
			if p.asked {
				names = append(names, p.name)
			} else {
				names = append(names, "("+p.name+")")
			}
		}
		jobs = append(jobs, strings.Join(names, " "))
	}
	return strings.Join(jobs, "; ")
}
