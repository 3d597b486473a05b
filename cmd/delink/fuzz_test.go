package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/delink/delink/emit/guard"
)

// seeds are files of many shapes, each with links.
var seeds = []string{
	around,
	webWith("    links:\n      - db:database # why\n      # then\n      - \"ok\"\n\n    environment: [A=b]\n"),
	webWith("    links: [db, 'ok:o-k']\n    depends_on:\n      db: {condition: service_healthy}\n    networks: {back: }\n") + "networks:\n  back:\n",
	"services:\n  web: &w\n    image: web\n    network_mode: bridge\n    links: &l\n      - db\n  two:\n    <<: *w\n    links: *l\n  db: {image: db, network_mode: bridge, ports: [\"80:90-91/udp\"], environment: {A: \"$$x ${Y:-1}\", KEY: }}\n",
	"web:\n  image: web\n  links:\n   - db\n   - db:other\ndb:\n  image: db\n  net: host\n",
	"{\"services\": {\"db\": {\"image\": \"db\"}, \"web\": {\"image\": \"w\", \"links\": [\"db:x\"]}}}",
	"services:\n  db: {image: db}\n---\nservices:\n  web:\n    extends: db\n    links: !override [db]\n    external_links: [redis]\n",
	"\ufeffservices:\r\n  web:\r\n    profiles: [a]\r\n    links: [\"db\",\r\n      ok]\r\n  db:\r\n    image: db\r\n    profiles: [b]\r\n  ok: {image: ok}",
	"services:\n  web:\n    links:\n    - db\n    environment:\n      DB_NAME: x\n    env_file: none.env\n  db:\n    container_name: the-db\n    hostname: h\n    expose: [5432, \"1-3\", \"${P}\"]\nnetworks:\n  default:\n    external:\n      name: bridge\n",
	"services:\n  web: {links: [db], network_mode: \"service:db\"}\n  db: {scale: 2, deploy: {replicas: 3}}\n",
	"services:\n  web: {links: [db]\n",
	"links:\n",
}

// FuzzDelink runs the whole program on any bytes. There is no panic and no
// failed proof; nothing is on stdout when a file is refused; what comes out is
// YAML, and a second run has nothing to do.
func FuzzDelink(f *testing.F) {
	for i, s := range seeds {
		f.Add([]byte(s), uint8(i))
	}
	paths, err := filepath.Glob("../../fixtures/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if strings.HasSuffix(file.Name, ".yaml") || strings.HasSuffix(file.Name, ".yml") {
				f.Add(file.Data, uint8(0))
			}
		}
	}
	empty := f.TempDir() // no file that a text names is there
	f.Fuzz(func(t *testing.T, src []byte, flags uint8) {
		if len(src) > 4096 {
			t.Skip("a small file shows as much")
		}
		t.Chdir(empty)
		args := fuzzFlags(flags)
		got := inProcess(string(src), args...)
		for _, reason := range []string{"[defect]", "[proof]"} {
			if strings.Contains(got.stderr, reason+"\n") {
				t.Fatalf("%q: %s", args, got.stderr)
			}
		}
		if got.code == exitError {
			if got.stdout != "" || strings.Count(got.stderr, "\n") != 1 {
				t.Fatalf("%q: stdout %q, stderr %q", args, got.stdout, got.stderr)
			}
			return
		}
		if got.stdout == string(src) {
			return
		}
		if _, err := guard.Read([]byte(got.stdout)); err != nil {
			t.Fatalf("%q: the output is no YAML: %v\n%s", args, err, got.stdout)
		}
		again := inProcess(got.stdout, args...)
		if again.stdout != got.stdout || again.code != got.code {
			t.Fatalf("%q: a second run ends with code %d, not %d, and makes of\n%s\nthis:\n%s\n%s", args, again.code, got.code, got.stdout, again.stdout, again.stderr)
		}
		if got.code == exitOK && again.stderr != "" {
			t.Fatalf("%q: a second run is not silent: %s", args, again.stderr)
		}
	})
}

// fuzzFlags are the flags that a number stands for.
func fuzzFlags(n uint8) []string {
	args := []string{"-q", "-"}
	switch n % 5 {
	case 1:
		args = append(args, "--minimal")
	case 2:
		args = append(args, "--env=all")
	case 3:
		args = append(args, "--env=none")
	}
	if n/5%3 == 1 {
		args = append(args, "--network=back")
	}
	return args
}
