package main

import (
	"strings"
	"testing"
)

// TestV1Refused leaves files of format v1 whose meaning today's form would change,
// and says why.
func TestV1Refused(t *testing.T) {
	const db = "db: {image: postgres}\n"
	for _, tt := range []struct{ name, src, place, text string }{
		{"image and build beside extends",
			"base: {image: a}\nweb:\n  extends: {service: base}\n  image: a\n  build: .\n  links: [db]\n" + db,
			"5:10", "format v1 took the image"},
		{"another log_driver without log_opt",
			"base: {image: a, log_driver: syslog, log_opt: {tag: a}}\nweb:\n  extends: {service: base}\n  log_driver: gelf\n  links: [db]\n" + db,
			"4:15", "write log_opt into it"},
		{"a tag in a service that is extended",
			"base: {build: .}\nweb:\n  extends: {service: base}\n  image: a\n  links: [db]\nheir: {extends: {service: web}}\n" + db,
			"3:12", "as heir extends web"},
		{"a volume with two drivers",
			"base: {image: a, volumes: [\"data:/data\"]}\nweb:\n  extends: {service: base}\n  volume_driver: rexray\n  links: [db]\n" + db,
			"3:12", "two drivers"},
		{"a volume's name in a variable",
			"web:\n  image: a\n  links: [db]\n  volumes: [\"${NAME}:/data\"]\n" + db,
			"3:3", "the volume data, which is not declared"},
		{"an unset variable is not all",
			"web:\n  image: a\n  links: [db]\n  volumes: [\"${DIR}:/data\"]\n  what: 1\n" + db,
			"3:11", "services.web.what"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			t.Setenv("NAME", "data")
			writeText(t, "f.yaml", tt.src)
			got := inProcess("", "-q", "f.yaml")
			if got.code != exitLinks || got.stdout != tt.src {
				t.Errorf("code %d, and\n%s", got.code, got.stdout)
			}
			oneLine(t, got.stderr, tt.place, tt.text, "v1-format")
		})
	}
}

// TestV1Unset upgrades files that Compose refuses for want of a variable only.
func TestV1Unset(t *testing.T) {
	for _, value := range []string{
		"volumes: [\"${DIR}:/data\"]", "volumes: [\"$DIR:/data:ro\"]", "volumes: [\"${DIR:?is needed}:/data\"]",
		"ports: [\"${PORT}\"]", "ports: [\"${IP}:80:80\"]", "container_name: ${NAME}", "mem_limit: ${SIZE}", "privileged: ${YES}",
		"volumes: [\"${NAME}-data:/data\"]", "volumes: [&a \"${DIR}:/data\", *a]",
	} {
		t.Run(value, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeText(t, "f.yaml", "web:\n  image: a\n  "+value+"\n  links: [db]\ndb: {image: postgres}\n")
			got := inProcess("", "f.yaml")
			if got.code != exitOK || !strings.HasPrefix(got.stdout, "services:\n  web:\n    image: a\n    "+value+"\n    depends_on: [db]\n") {
				t.Errorf("code %d, %s and\n%s", got.code, got.stderr, got.stdout)
			}
		})
	}
}
