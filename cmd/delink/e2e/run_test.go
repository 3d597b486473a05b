package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// observed is a running project as its containers see it.
type observed struct {
	run        string // "original, docker-compose", say
	project    string
	containers map[string]*container        // by key
	environ    map[string]map[string]string // container key → variables of its first process
	names      map[string]map[string]string // container key → name → services that it leads to
	owner      map[string]*container        // by address
}

// stage is one of a project's two files, ready to be started.
type stage struct {
	name    string // original or translated
	dir     string
	project string
	env     []string
	up      []string
}

// observe starts a stage with one of the Composes and looks at it. It gives nil
// for a run that is refused, as it must be.
func observe(t *testing.T, ts *tools, p *project, st stage, compose string, names []string) *observed {
	t.Helper()
	run := st.name + ", " + compose
	defer tearDown(t, st.project)
	args := append([]string{"-f", composeFile, "up", "-d"}, st.up...)
	_, err := try(t, st.dir, st.env, ts.compose[compose], args...)
	switch refused := p.refused(run); {
	case err != nil && !refused:
		t.Errorf("%s: %v", run, err)
		return nil
	case err == nil && refused:
		t.Errorf("%s: is not refused", run)
		return nil
	case refused:
		return nil
	}
	o := &observed{
		run: run, project: st.project,
		containers: map[string]*container{}, owner: map[string]*container{},
		environ: map[string]map[string]string{}, names: map[string]map[string]string{},
	}
	all := containers(t, st.project)
	for _, c := range all {
		o.containers[c.key()] = c
		for _, net := range c.NetworkSettings.Networks {
			if net.IPAddress != "" {
				o.owner[net.IPAddress] = c
			}
		}
		names = append(names, c.service())
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for _, c := range all {
		if !c.State.Running {
			t.Errorf("%s: %s does not run", run, c.Name)
			continue
		}
		o.look(t, c, names)
	}
	return o
}

// legacy reports whether a link of the project is of the kind that sets variables.
func (o *observed) legacy() bool {
	for _, c := range o.containers {
		if c.bridge() && len(c.HostConfig.Links) > 0 {
			return true
		}
	}
	return false
}

// probe prints what a container's first process was given, its hosts file, and
// what the engine's name server says of names.
const probe = `cat /proc/1/environ; printf '=\0'; cat /etc/hosts; printf '=\0'
grep -q 127.0.0.11 /etc/resolv.conf || exit 0
for name; do
	echo "? $name"; timeout 5 nslookup -type=a "$name" 127.0.0.11
done; true`

// look runs the probe in a container.
func (o *observed) look(t *testing.T, c *container, names []string) {
	t.Helper()
	out := must(t, "", nil, "docker", append([]string{"exec", c.ID, "sh", "-c", probe, "probe"}, names...)...)
	parts := strings.SplitN("\x00"+out, "\x00=\x00", 2)
	environ := map[string]string{}
	for _, entry := range strings.Split(parts[0], "\x00") {
		if name, value, ok := strings.Cut(entry, "="); ok {
			environ[name] = value
		}
	}
	hosts, answers, ok := strings.Cut(parts[1], "=\x00")
	if !ok {
		t.Fatalf("%s: the probe gave %q", c.Name, out)
	}
	o.environ[c.key()] = environ
	o.names[c.key()] = o.leads(names, hosts, answers)
}

// leads tells which services each name leads to, as getaddrinfo does: the hosts
// file first, where case does not matter, then the name server.
func (o *observed) leads(names []string, hosts, answers string) map[string]string {
	found := map[string][]string{}
	add := func(name, address string) {
		c := o.owner[address]
		if c != nil && !slices.Contains(found[name], c.service()) {
			found[name] = append(found[name], c.service())
		}
	}
	for line := range strings.Lines(hosts) {
		fields := strings.Fields(line)
		for _, name := range names {
			if len(fields) > 1 && slices.ContainsFunc(fields[1:], func(f string) bool { return strings.EqualFold(f, name) }) {
				add(name, fields[0])
			}
		}
	}
	inHosts := map[string]bool{}
	for name := range found {
		inHosts[name] = true
	}
	name, named := "", false
	for line := range strings.Lines(answers) {
		line = strings.TrimSpace(line)
		if asked, ok := strings.CutPrefix(line, "? "); ok {
			name, named = asked, false
			continue
		}
		named = named || strings.HasPrefix(line, "Name:") // what stands above is the server's own address
		if address, ok := strings.CutPrefix(line, "Address: "); ok && named && !inHosts[name] {
			add(name, address)
		}
	}
	leads := map[string]string{}
	for name, services := range found {
		slices.Sort(services)
		leads[name] = strings.Join(services, " ")
	}
	return leads
}

// translate makes the second stage of the first one with the delink binary.
func translate(t *testing.T, ts *tools, p *project, st stage) stage {
	t.Helper()
	st.name, st.dir = "translated", filepath.Join(t.TempDir(), "translated")
	p.write(t, st.dir)
	args := append(strings.Fields(p.files["args"]), "-q", "-w", composeFile)
	_, err := try(t, st.dir, st.env, ts.delink, args...)
	text, readErr := os.ReadFile(filepath.Join(st.dir, composeFile))
	if readErr != nil {
		t.Fatal(readErr)
	}
	stays := p.files["stays"] != ""
	if (err != nil) != stays {
		t.Fatalf("delink: %v", err)
	}
	if !stays && strings.Contains(string(text), "links:") {
		t.Errorf("links are left:\n%s", text)
	}
	if _, err := try(t, st.dir, st.env, ts.compose["compose"], "-f", composeFile, "config", "-q"); err != nil {
		t.Errorf("Compose does not take the new file: %v\n%s", err, text)
	}
	return st
}

// TestProjects starts each project as it is with docker-compose 1.29.2, or with
// Compose of today where that one refuses it, and as delink leaves it with both,
// and compares what the containers see.
func TestProjects(t *testing.T) {
	ts := setUp(t)
	all, total := readProjects(t), newTally()
	t.Cleanup(func() {
		t.Logf("%d of %d projects are equal", total.projects, len(all))
		total.log(t)
	})
	slots := make(chan struct{}, 2) // the engine has a bound on networks, and machines have on cores
	for i, p := range all {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			slots <- struct{}{}
			defer func() { <-slots }()
			st := stage{
				name: "original", dir: filepath.Join(t.TempDir(), "original"),
				project: fmt.Sprintf("delink%d-%d", os.Getpid(), i),
				up:      strings.Fields(p.files["up"]),
			}
			st.env = append(strings.Split(strings.TrimSpace(p.files["shell"]), "\n"), "COMPOSE_PROJECT_NAME="+st.project)
			p.write(t, st.dir)
			t.Log(p.about)
			sum := equal(t, ts, p, st)
			sum.log(t)
			total.add(sum, !t.Failed())
		})
	}
}

// equal compares the two stages of a project, and counts.
func equal(t *testing.T, ts *tools, p *project, original stage) *tally {
	t.Helper()
	sum := newTally()
	s := p.read(t)
	var names []string
	for name := range s.names {
		names = append(names, name)
	}
	translated := translate(t, ts, p, original)
	was := observe(t, ts, p, original, "docker-compose", names)
	if was == nil && !p.v1() {
		was = observe(t, ts, p, original, "compose", names)
	}
	for _, compose := range []string{"docker-compose", "compose"} {
		is := observe(t, ts, p, translated, compose, names)
		if is == nil || was == nil {
			continue
		}
		c := &comparison{t: t, p: p, s: s, was: was, is: is, sum: sum}
		c.run()
	}
	if was != nil && was.legacy() && sum.variables+sum.excepted[keptLink] == 0 {
		t.Error("no variable of a link was compared")
	}
	for _, e := range p.except {
		if !p.used[e.pattern] && !t.Failed() {
			t.Errorf("the exception of %s is not needed", e.pattern)
		}
	}
	if t.Failed() {
		text, _ := os.ReadFile(filepath.Join(translated.dir, composeFile))
		t.Logf("the new file:\n%s", text)
	}
	return sum
}
