package linkenv

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// golden is one input and what the engines' own code made of it: the sorted
// variables of every outcome that was seen, more than one where it was random.
type golden struct {
	Name     string     `json:"name"`
	Alias    string     `json:"alias"`
	Ports    []string   `json:"ports"`
	Env      []string   `json:"env"`
	Consumer string     `json:"consumer"`
	IP       string     `json:"ip"`
	UpTo27   [][]string `json:"env_upto_27"`
	From28   [][]string `json:"env_from_28"`
}

// TestGolden compares both functions with recordings of the engines' code,
// which are no part of the repository: oracle/toenv-golden.json in the folder
// DELINK_DATA, or in the folder shared beside the repository.
func TestGolden(t *testing.T) {
	dir := os.Getenv("DELINK_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	text, err := os.ReadFile(filepath.Join(dir, "oracle", "toenv-golden.json"))
	if err != nil {
		t.Skipf("no recordings to compare with (DELINK_DATA names their folder): %v", err)
	}
	var all []golden
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	for _, g := range all {
		t.Run(g.Name, func(t *testing.T) {
			ports, ok := parsePorts(g.Ports)
			if !ok {
				t.Skipf("%v: ranges are expanded before they come here", g.Ports)
			}
			name := g.Consumer + "/" + g.Alias
			check(t, "as of 28", Variables(g.Alias, g.IP, ports, g.Env, name), g.From28)
			check(t, "up to 27", VariablesUpTo27(g.Alias, g.IP, ports, g.Env, name), g.UpTo27)
		})
	}
}

// check wants the variables, sorted, to be one of the outcomes.
func check(t *testing.T, engine string, vars []Variable, outcomes [][]string) {
	t.Helper()
	got := lines(vars)
	slices.Sort(got)
	for _, want := range outcomes {
		if slices.Equal(got, want) {
			return
		}
	}
	t.Errorf("%s:\n%s\nis none of %d outcomes, of which one is\n%s", engine,
		strings.Join(got, "\n"), len(outcomes), strings.Join(outcomes[0], "\n"))
}

// parsePorts reads NUMBER[/PROTO]. It fails for the range that one old client
// let through as if it were a number.
func parsePorts(texts []string) (ports []Port, ok bool) {
	for _, text := range texts {
		number, proto, _ := strings.Cut(text, "/")
		n, err := strconv.Atoi(number)
		if err != nil {
			return nil, false
		}
		ports = append(ports, Port{n, proto})
	}
	return ports, true
}
