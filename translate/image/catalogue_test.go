package image

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	source    = regexp.MustCompile(`^[\w.-]+/[\w.-]+@[0-9a-f]{7}$`)
	condition = regexp.MustCompile(`^(<|>=|=)\d+(\.\d+)?$`)
)

// TestCatalogue holds the table to its form.
func TestCatalogue(t *testing.T) {
	seen := make(map[string]bool)
	before, count := "", 0
	rows(table, func(r row) bool {
		count++
		names := strings.Split(r.names, ", ")
		if names[0] <= before {
			t.Errorf("%s stands behind %s", names[0], before)
		}
		before = names[0]
		for i, name := range names {
			if seen[name] {
				t.Errorf("%s is there twice", name)
			}
			seen[name] = true
			if i > 1 && name <= names[i-1] {
				t.Errorf("%s: its other names are not sorted", names[0])
			}
			image, word, variant := strings.Cut(name, ":")
			if Name(image) != image || variant && word == "" {
				t.Errorf("%s is no name as docker prints it", name)
			}
			if variant && !seen[image] {
				t.Errorf("%s has no row for all other tags before it", name)
			}
		}
		if !source.MatchString(r.source) {
			t.Errorf("%s has no source: %q", names[0], r.source)
		}
		checkRules(t, names[0], r.list())
		return true
	})
	t.Logf("%d rows, %d names, %d bytes", count, len(seen), len(table))
}

func checkRules(t *testing.T, name string, all []rule) {
	for i, one := range all {
		if last := i == len(all)-1; last != (one.condition == "") {
			t.Errorf("%s: the last rule, and no other, is without a condition", name)
		} else if !last && !condition.MatchString(one.condition) {
			t.Errorf("%s: %q is no condition", name, one.condition)
		}
		ports, ok := parsePorts(one.ports)
		if !ok || one.ports != "none" && one.ports != bare && len(ports) == 0 {
			t.Errorf("%s: %q are no ports", name, one.ports)
		}
		for _, p := range ports {
			if p.Number == 0 || !slices.Contains([]string{"tcp", "udp", "sctp"}, p.Proto) {
				t.Errorf("%s: %v is no port", name, p)
			}
		}
	}
}

// An entry is what a survey of images says of one.
type entry struct {
	Image     string
	Aliases   []string
	Ports     any
	ByVersion []struct {
		Ports    []string
		Versions []string
	} `json:"by_version"`
}

// TestSurvey compares the table with a survey of images, image by image and
// version by version. DELINK_DATA is the folder of it.
func TestSurvey(t *testing.T) {
	folder := os.Getenv("DELINK_DATA")
	if folder == "" {
		folder = "../../../shared"
	}
	data, err := os.ReadFile(filepath.Join(folder, "images.json"))
	if err != nil {
		t.Skip("there is no survey of images; DELINK_DATA names its folder")
	}
	var all []entry
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, e := range all {
		list, ok := e.Ports.([]any)
		if !ok {
			continue // not known there either
		}
		var ports []string
		for _, p := range list {
			ports = append(ports, p.(string))
		}
		for _, name := range append([]string{e.Image}, e.Aliases...) {
			asked += e.check(t, name, ports)
		}
	}
	t.Logf("%d questions", asked)
}

// check asks for an image without a version and with each that the survey has.
func (e entry) check(t *testing.T, name string, ports []string) int {
	ref, word, _ := strings.Cut(name, ":")
	suffix := ""
	if word != "" {
		suffix = "-" + strings.Trim(word, "*-")
	}
	first := ref
	if suffix != "" {
		first += ":" + suffix[1:]
	}
	expect(t, first, ports)
	if word != "" {
		expect(t, ref+":latest"+suffix+"-alpine", ports)
	}
	asked := 1
	for _, by := range e.ByVersion {
		for _, v := range by.Versions {
			if e.Image == "couchdb" && v == "1" {
				continue // the survey read a folder's name; 1.6 and 1.7, which the tag is, are there
			}
			expect(t, ref+":"+v+suffix, by.Ports)
			expect(t, ref+":"+v+".9"+suffix+"-alpine", by.Ports)
			asked += 2
		}
	}
	return asked
}

func expect(t *testing.T, ref string, ports []string) {
	t.Helper()
	var want []string
	for _, p := range ports {
		want = append(want, strings.TrimSuffix(p, "/tcp"))
	}
	all, _ := parsePorts(strings.Join(want, " "))
	if len(want) == 0 {
		all = nil
	}
	k := Lookup(ref)
	if !k.Known || show(k.Ports) != show(all) {
		t.Errorf("%s: ports %s (known %v), want %s", ref, show(k.Ports), k.Known, show(all))
	}
}
