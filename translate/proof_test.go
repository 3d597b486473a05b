package translate

import "testing"

// TestDeclared finds what is used and not declared, and only what was not so before.
func TestDeclared(t *testing.T) {
	model := func(volume, network string) Model {
		return Model{
			"services": map[string]any{"web": map[string]any{
				"volumes":  []any{map[string]any{"type": "volume", "source": volume, "target": "/a"}, map[string]any{"type": "bind", "source": "/x", "target": "/b"}},
				"networks": map[string]any{"default": nil, network: nil},
			}},
			"volumes":  map[string]any{"data": nil},
			"networks": map[string]any{"back": nil},
		}
	}
	for _, tt := range []struct {
		name    string
		was, is Model
		want    string
	}{
		{"declared", nil, model("data", "back"), ""},
		{"anonymous", nil, model("", "back"), ""},
		{"volume", nil, model("other", "back"), "web: it uses the volume other, which is not declared"},
		{"network", model("data", "back"), model("data", "front"), "web: it uses the network front, which is not declared"},
		{"as before", model("other", "front"), model("other", "front"), ""},
	} {
		got := ""
		if err := undeclaredNow(tt.was, tt.is); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
