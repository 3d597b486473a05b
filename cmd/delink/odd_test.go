package main

import (
	"bytes"
	"strings"
	"testing"
)

// TestOddButAccepted runs files that Compose takes only in part, or that few
// would write: each is translated as far as it is clear, and proven.
func TestOddButAccepted(t *testing.T) {
	tests := []struct {
		name, src string
		code      int
		want      string // in the new file
		note      string // on stderr
	}{
		{"extends in a file that the schema refuses", "{version: 3, services: {base: {image: b, links: [db]}, a: {extends: base}, db: {image: db}}}", 0, "base: {image: b, depends_on: [db]}, a: {extends: base}", ""},
		{"a target that extends in such a file", "{version: 2, services: {base: {image: b, expose: [\"80\"]}, a: {extends: base}, web: {image: w, links: [a]}}}", 0, "A_PORT_80_TCP: tcp://a:80", ""},
		{"a long range on the host's side", "{services: {web: {image: w, links: [db]}, db: {image: d, ports: [\"5000-6000:80\"]}}}", 0, "DB_PORT_80_TCP: tcp://db:80", ""},
		{"a variable in a link of a file that nothing loads", "{services: {a: {image: a, links: [\"b:${X}\", b]}, b: {image: b, volumes: [\"${X}\"]}}}", 1, "depends_on: [b], links: [\"b:${X}\"]", "variable-in-link"},
		{"an empty list that hides links", "{services: {a: &w {image: a, links: [nowhere]}, b: {<<: *w, links: []}}}", 1, "b: {<<: *w, links: []}", "unknown-target"},
		{"a list that hides links which stay", "{services: {a: &w {image: a, links: [nowhere]}, b: {<<: *w, links: [c]}, c: {image: c}}}", 1, "b: {<<: *w, links: [c]}", "shared-node"},
		{"a number among a consumer's variables", "{services: {a: {image: a, environment: [5, A=b], links: [db]}, db: {image: d, expose: [\"80\"]}}}", 0, "environment: [5, A=b, DB_PORT_80_TCP=tcp://db:80,", ""},
		{"an empty list whose anchor is used", "{services: {web: {image: w, links: &l []}, two: {image: t, expose: *l}}}", 0, "links: &l []", ""},
		{"a variable in a link on the bridge", "{services: {a: {image: a, network_mode: bridge, links: [\"b:${X}\"]}, b: {image: b, network_mode: bridge}, c: {image: c, network_mode: bridge, links: [a]}}}", 1, "c: {image: c, network_mode: bridge, links: [a]}", "shared-node"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out, msg bytes.Buffer
			code := run([]string{"-q", "-"}, streams{strings.NewReader(tt.src), &out, &msg})
			if code != tt.code || !strings.Contains(out.String(), tt.want) || !strings.Contains(msg.String(), tt.note) {
				t.Errorf("exit %d, want %d with %q and %q\n%s%s", code, tt.code, tt.want, tt.note, out.String(), msg.String())
			}
			var again bytes.Buffer
			if run([]string{"-q", "-"}, streams{bytes.NewReader(out.Bytes()), &again, &msg}) != tt.code || again.String() != out.String() {
				t.Errorf("a second run gives\n%s", again.String())
			}
		})
	}
}

// TestNetworkBesideNoNetworks keeps a service on the project's default network
// when it joins another and says nothing of the first.
func TestNetworkBesideNoNetworks(t *testing.T) {
	for _, networks := range []string{"", " []", " {}", " ~"} {
		src := "services:\n  a: {image: a, links: [db]}\n  db:\n    image: db\n    networks:" + networks + "\n"
		var out, msg bytes.Buffer
		if code := run([]string{"-q", "--network=back", "-"}, streams{strings.NewReader(src), &out, &msg}); code != 0 {
			t.Errorf("networks:%s: exit %d: %s", networks, code, msg.String())
		}
		if want := "    networks:\n      - default\n      - back\n"; !strings.Contains(out.String(), want) {
			t.Errorf("networks:%s gives\n%s", networks, out.String())
		}
	}
}
