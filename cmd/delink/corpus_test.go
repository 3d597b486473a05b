package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/delink/delink/emit/diff"
)

// collected is a file of the collection of real files.
type collected struct {
	path, format, class string
	links               bool
}

// collection lists the files of the collection; the test is skipped without it.
func collection(t *testing.T) []collected {
	t.Helper()
	root := os.Getenv("DELINK_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	root, err := filepath.Abs(filepath.Join(root, "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(root, "manifest.tsv"))
	if err != nil {
		t.Skipf("no collection of real files: %v", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) int { return slices.Index(rows[0], name) }
	var files []collected
	for i, row := range rows[1:] {
		if i%8 != 0 && raceDetector() {
			continue // which takes ten times as long, and finds a race in any of them
		}
		path := filepath.Join(root, filepath.FromSlash(row[column("local_file")]))
		if _, err := os.Stat(path); err != nil {
			continue // a part of the collection may be all there is
		}
		files = append(files, collected{path, row[column("format_version")], row[column("class")], row[column("has_links")] == "1"})
	}
	if len(files) == 0 {
		t.Skip("no collection of real files: the manifest names none that is there")
	}
	return files
}

// applications are those files of the collection that someone ran an
// application with, and that hold links.
func applications(t *testing.T) []collected {
	t.Helper()
	var files []collected
	for _, f := range collection(t) {
		if f.class == "app" && f.links && f.format != "unparsed" {
			files = append(files, f)
		}
	}
	return files
}

// message is a line that the program prints about a place.
var message = regexp.MustCompile(`(?m)^(.+?):(\d+:\d+): (error|warning|note): (.*) \[([a-z0-9-]+)\]$`)

// tally counts the entries of links that runs found, and what became of them.
type tally struct {
	files, found, removed, void int
	left                        map[string]int // by reason
}

// fine are the reasons for which an entry of a real file may stay.
var fine = []string{"unknown-target", "alias-conflict", "duplicate-key", "unresolved-extends", "shared-node", "links-read-from-engine"}

// TestRealApplications translates the files of real applications. Every entry
// goes, or is told with its place and one of few reasons.
func TestRealApplications(t *testing.T) {
	for _, args := range [][]string{nil, {"--env=all"}, {"--minimal"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			old, current := tally{left: map[string]int{}}, tally{left: map[string]int{}}
			for _, f := range applications(t) {
				total := &current
				if f.format == "1" {
					total = &old
				}
				src := textOf(t, f.path)
				got := inProcess("", append(args, f.path)...)
				total.add(t, f, src, got)
				if got.code == exitError {
					continue
				}
				again := inProcess(got.stdout, append(args, "-q", "--stdin-filename", f.path, "-")...)
				if again.stdout != got.stdout || again.code != got.code {
					t.Errorf("%s: a second run changes it, or ends with code %d in place of %d", f.path, again.code, got.code)
				}
				loadsAsBefore(t, f, src, got.stdout)
				if len(args) == 1 && args[0] == "--minimal" && f.format != "1" {
					smallest(t, f.path, src, got.stdout)
				}
			}
			current.check(t, "current formats")
			old.check(t, "format v1")
		})
	}
}

// add counts one run, and checks what it says against the entries that are there.
func (c *tally) add(t *testing.T, f collected, src string, got ran) {
	t.Helper()
	c.files++
	entries := countEntries(t, src)
	c.found += entries
	if got.code == exitError {
		m := message.FindStringSubmatch(got.stderr)
		if got.stdout != "" || m == nil || m[5] != "duplicate-key" {
			t.Errorf("%s: refused: %s", f.path, got.stderr)
		}
		c.left["duplicate-key"] += entries
		return
	}
	left := countEntries(t, got.stdout)
	c.removed += entries - left
	places := map[string]bool{}
	for _, m := range message.FindAllStringSubmatch(got.stderr, -1) {
		switch {
		case m[5] == "void-link":
			c.void++
		case m[5] == "v1-format": // a file that can only be upgraded with others
			c.left[m[5]] += left
			return
		case strings.Contains(m[4], ": kept: ") && !places[m[2]]:
			places[m[2]] = true
			c.left[m[5]]++
			if !slices.Contains(fine, m[5]) && !(f.format == "1" && m[5] == "bad-entry") {
				t.Errorf("%s: %s", f.path, m[0])
			}
		}
	}
	if len(places) != left {
		t.Errorf("%s: %d entries are left, and %d are told:\n%s", f.path, left, len(places), got.stderr)
	}
	if (left > 0) != (got.code == exitLinks) {
		t.Errorf("%s: %d entries are left, and the code is %d", f.path, left, got.code)
	}
}

// check says what became of all entries; nine in ten of those that ever worked
// must be gone.
func (c *tally) check(t *testing.T, what string) {
	t.Helper()
	if c.found == 0 {
		return
	}
	share := 100 * float64(c.removed-c.void) / float64(c.found-c.void)
	t.Logf("%s: %d files, %d entries, %d removed (%.1f %%, and %d that never worked), left: %v", what, c.files, c.found, c.removed, share, c.void, c.left)
	if share < 90 && !raceDetector() {
		t.Errorf("%s: %.1f %% of the entries that worked are removed, want 90 %%", what, share)
	}
}

// countEntries counts the entries of links in a text, each where it stands.
func countEntries(t *testing.T, text string) int {
	t.Helper()
	n := 0
	var walk func(node *yaml.Node)
	walk = func(node *yaml.Node) {
		for i, child := range node.Content {
			if node.Kind == yaml.MappingNode && i%2 == 1 && node.Content[i-1].Value == "links" && child.Kind == yaml.SequenceNode {
				n += len(child.Content)
			}
			walk(child)
		}
	}
	dec := yaml.NewDecoder(strings.NewReader(text))
	for {
		var doc yaml.Node
		if dec.Decode(&doc) != nil {
			return n
		}
		walk(&doc)
	}
}

// loadsAsBefore checks that Compose takes the new file if it took the old one,
// the consistency of the whole project included.
func loadsAsBefore(t *testing.T, f collected, before, after string) {
	t.Helper()
	o := &options{near: newNeighbours()}
	dir := filepath.Dir(f.path)
	env := newEnvironment(o, dir)
	if err := env.load(); err != nil {
		t.Fatal(err)
	}
	if _, err := fullLoad(f.path, []byte(before), dir, env.vars); err != nil {
		return
	}
	if _, err := fullLoad(f.path, []byte(after), dir, env.vars); err != nil {
		t.Errorf("%s: Compose takes the old file, and not the new one: %v", f.path, err)
	}
}

var (
	mayCome = regexp.MustCompile(`^(["']?depends_on["']?:.*|- .*|["']?[\w.-]+["']?:|condition: service_started|required: false)$`)
	mayGo   = regexp.MustCompile(`^(["']?links["']?:.*|- .*|#.*|)$`)
)

// smallest checks the change that --minimal makes to a file whose aliases are
// the services' own names: the links go, and with them comments and blank
// lines; what depends_on lacks is added, and nothing else.
func smallest(t *testing.T, name, before, after string) {
	t.Helper()
	was, is := services(t, before), services(t, after)
	if was == nil || strings.Contains(before, "network_mode: bridge") {
		return
	}
	for _, s := range was {
		for _, l := range s.Links {
			target, alias, _ := strings.Cut(l, ":")
			if alias != "" && alias != target || was[target] == nil {
				return
			}
		}
	}
	for line := range strings.Lines(string(diff.Unified("f", []byte(before), []byte(after)))) {
		text := strings.TrimSpace(line[1:])
		switch {
		case strings.HasPrefix(line, "---"), strings.HasPrefix(line, "+++"):
		case line[0] == '+' && !mayCome.MatchString(text), line[0] == '-' && !mayGo.MatchString(text):
			t.Errorf("%s: %s", name, line)
		}
	}
	for key, s := range was {
		want := s.depends()
		for _, l := range s.Links {
			if target, _, _ := strings.Cut(l, ":"); !slices.Contains(is[key].Links, l) {
				want = append(want, target)
			}
		}
		slices.Sort(want)
		got := is[key].depends()
		if want = slices.Compact(want); !slices.Equal(want, got) {
			t.Errorf("%s: %s waits for %q, want %q", name, key, got, want)
		}
	}
}

// service is what a file says of the start order.
type service struct {
	Links   []string
	Depends yaml.Node `yaml:"depends_on"`
}

// depends lists the names in depends_on, sorted.
func (s *service) depends() []string {
	var names []string
	for i, n := range s.Depends.Content {
		if s.Depends.Kind == yaml.SequenceNode || i%2 == 0 {
			names = append(names, n.Value)
		}
	}
	slices.Sort(names)
	return names
}

// services reads what a file says of the start order; nil if it can't be read
// so simply.
func services(t *testing.T, text string) map[string]*service {
	t.Helper()
	var file struct{ Services map[string]*service }
	if yaml.Unmarshal([]byte(text), &file) != nil {
		return nil
	}
	for _, s := range file.Services {
		if s == nil {
			return nil
		}
	}
	return file.Services
}

// TestRealFiles runs over everything in the collection: catalogues, test data of
// tools, templates that are no YAML. None may end in a panic, and what is refused
// is told with its place and not written.
func TestRealFiles(t *testing.T) {
	files := collection(t)
	codes := map[int]int{}
	for _, f := range files {
		src := textOf(t, f.path)
		got := inProcess("", "-q", f.path)
		codes[got.code]++
		if strings.Contains(got.stderr, "[proof]") || strings.Contains(got.stderr, "could not be proven") {
			t.Errorf("%s", got.stderr)
		}
		switch got.code {
		case exitOK, exitLinks:
			if !f.links && got.stdout != src {
				t.Errorf("%s: holds no links and is changed", f.path)
			}
		case exitError:
			if m := message.FindStringSubmatch(got.stderr); got.stdout != "" || m == nil || m[1] != filepath.ToSlash(f.path) || m[3] != "error" {
				t.Errorf("%s: stdout %.100q, stderr %q", f.path, got.stdout, got.stderr)
			}
		default:
			t.Errorf("%s: code %d", f.path, got.code)
		}
	}
	t.Logf("files by exit code: %v", codes)
}
