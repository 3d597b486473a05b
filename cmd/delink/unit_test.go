package main

import (
	"io"
	"strings"
	"testing"
)

// TestUnits translates projects of several files: a change is written into the
// file that holds the link, an alias where the target is defined if that file
// was asked for, else beside the link, and no literal goes from file to file.
func TestUnits(t *testing.T) {
	base := "services:\n  web:\n    image: x\n    links: [cache]\n  db:\n    image: pg\n    expose: [\"5432\"]\n    environment: {U: literal, R: \"${R}\"}\n  cache:\n    image: redis\n"
	over := "services:\n  web:\n    links:\n      - db:database\n"
	tests := []struct {
		name        string
		files       []source
		want        []string // the new texts of the asked files
		left, found int      // of the last file
		note        string   // in a note of the last file
	}{
		{
			name:  "both asked",
			files: []source{{name: "compose.yaml", src: []byte(base), asked: true}, {name: "compose.override.yaml", src: []byte(over), asked: true}},
			want: []string{
				"services:\n  web:\n    image: x\n    depends_on: [cache]\n  db:\n    image: pg\n    expose: [\"5432\"]\n    environment: {U: literal, R: \"${R}\"}\n    networks:\n      default:\n        aliases:\n          - database\n  cache:\n    image: redis\nnetworks:\n  default: {}\n",
				"services:\n  web:\n    depends_on:\n      - db\n    environment:\n      DATABASE_PORT_5432_TCP: tcp://database:5432\n      DATABASE_PORT_5432_TCP_ADDR: database\n      DATABASE_PORT_5432_TCP_PORT: \"5432\"\n      DATABASE_PORT_5432_TCP_PROTO: tcp\n      DATABASE_ENV_R: \"${R}\"\n",
			},
			found: 1,
			note:  "DATABASE_ENV_U (its value stands in compose.yaml)",
		},
		{
			name:  "the override alone",
			files: []source{{name: "compose.yaml", src: []byte(base)}, {name: "compose.override.yaml", src: []byte(over), asked: true}},
			want: []string{
				"services:\n  web:\n    depends_on:\n      - db\n    environment:\n      DATABASE_PORT_5432_TCP: tcp://database:5432\n      DATABASE_PORT_5432_TCP_ADDR: database\n      DATABASE_PORT_5432_TCP_PORT: \"5432\"\n      DATABASE_PORT_5432_TCP_PROTO: tcp\n      DATABASE_ENV_R: \"${R}\"\n  db:\n    networks:\n      default:\n        aliases:\n          - database\nnetworks:\n  default: {}\n",
			},
			found: 1,
		},
		{
			name:  "nothing to do in the override",
			files: []source{{name: "compose.yaml", src: []byte(base)}, {name: "compose.override.yaml", src: []byte("services:\n  web:\n    restart: always # no links\n"), asked: true}},
			want:  []string{"services:\n  web:\n    restart: always # no links\n"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, err := parseFlags(nil, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			out, err := translateUnit(o, unit{dir: t.TempDir(), files: tt.files})
			if err != nil {
				t.Fatal(err)
			}
			if len(out) != len(tt.want) {
				t.Fatalf("%d results, want %d", len(out), len(tt.want))
			}
			for i, want := range tt.want {
				if got := string(out[i].text); got != want {
					t.Errorf("%s is\n%s\nand not\n%s", out[i].name, got, want)
				}
			}
			last := out[len(out)-1]
			if last.found != tt.found || len(last.left) != tt.left {
				t.Errorf("found %d, left %d, want %d and %d", last.found, len(last.left), tt.found, tt.left)
			}
			notes := ""
			for _, n := range last.notes {
				notes += n.String() + "\n"
			}
			if !strings.Contains(notes, tt.note) {
				t.Errorf("no note says %q:\n%s", tt.note, notes)
			}
		})
	}
}
