package translate

import (
	"slices"
	"testing"
)

// TestResolve plays the name server: a link's name comes first and the last of
// one alias wins, then the networks by their name, internal ones last, each for
// all who answer there; on the default bridge the first link wins and case does
// not matter.
func TestResolve(t *testing.T) {
	n := newNames()
	for _, s := range []struct{ service, net string }{{"web", "p_b"}, {"web", "p_a"}, {"db", "p_b"}, {"db2", "p_b"}, {"old", "p_a"}, {"far", "p_c"}} {
		n.join(s.service, s.net)
	}
	n.add("p_b", "db", "db")
	n.add("p_b", "DB", "db2")
	n.add("p_a", "old", "old")
	n.add("p_a", "both", "old")
	n.add("p_b", "both", "db")
	n.add("p_c", "far", "far")
	n.sortNetworks(map[string]bool{"p_a": true})
	n.link(&Link{Consumer: "web", Alias: "x", Target: "db", Owner: "db", Kind: DNS})
	n.link(&Link{Consumer: "web", Alias: "x", Target: "old", Owner: "old", Kind: DNS})
	n.link(&Link{Consumer: "web", Alias: "both", Target: "far", Owner: "far", Kind: Void})
	n.link(&Link{Consumer: "b", Alias: "DB", Target: "db", Owner: "db", Kind: Legacy, hostNames: []string{"pg"}})
	n.link(&Link{Consumer: "b", Alias: "db", Target: "old", Owner: "old", Kind: Legacy})
	tests := []struct {
		service, name string
		want          []string
	}{
		{"web", "db", []string{"db", "db2"}},
		{"web", "Db", []string{"db", "db2"}},
		{"web", "x", []string{"old"}},
		{"web", "X", nil},
		{"web", "both", nil}, // its link leads nowhere, and hides the others
		{"db", "both", []string{"db"}},
		{"old", "db", nil},
		{"web", "far", nil},
		{"b", "db", []string{"db"}},
		{"b", "pg", []string{"db"}},
		{"b", "old", nil},
	}
	for _, tt := range tests {
		if got := n.resolve(tt.service, tt.name); !slices.Equal(got, tt.want) {
			t.Errorf("%s resolves %q to %v, want %v", tt.service, tt.name, got, tt.want)
		}
	}
}
