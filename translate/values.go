package translate

import (
	"fmt"
	"maps"
	"reflect"
	"sort"
	"strings"

	"github.com/delink/delink/translate/linkenv"
)

// envOf is a service's environment, which the model has as a map or as a list.
func envOf(service map[string]any) map[string]any {
	if m := asMap(service["environment"]); m != nil {
		return m
	}
	out := map[string]any{}
	for _, e := range stringsOf(asList(service["environment"])) {
		name, value, ok := strings.Cut(e, "=")
		out[name] = nil
		if ok {
			out[name] = value
		}
	}
	return out
}

func withKey(m map[string]any, key string, value any) map[string]any {
	out := maps.Clone(m)
	if out == nil {
		out = map[string]any{}
	}
	out[key] = value
	return out
}

// modelPorts reads the container side of a model's ports and expose.
func modelPorts(service map[string]any) []linkenv.Port {
	var out []linkenv.Port
	for _, key := range []string{"ports", "expose"} {
		for _, e := range asList(service[key]) {
			text, proto := fmt.Sprint(e), "tcp"
			if m := asMap(e); m != nil {
				text = fmt.Sprint(m["target"])
				if s, ok := m["protocol"].(string); ok {
					proto = s
				}
			}
			from, to, pr, err := parsePort(text, proto)
			for n := from; err == nil && n <= to; n++ {
				out = append(out, linkenv.Port{Number: n, Proto: pr})
			}
		}
	}
	return out
}

func keysOf(a, b map[string]any) []string {
	set := map[string]bool{}
	for k := range a {
		set[k] = true
	}
	for k := range b {
		set[k] = true
	}
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func asMap(v any) map[string]any {
	switch m := v.(type) {
	case map[string]any:
		return m
	case Model:
		return m
	}
	return nil
}

func asList(v any) []any {
	l, _ := v.([]any)
	return l
}

func stringsOf(list []any) []string {
	var out []string
	for _, v := range list {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// withoutLinked is a value without the keys that a plan changes.
func withoutLinked(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			switch k {
			case "links", "depends_on", "environment", "networks", "network_mode":
			default:
				out[k] = withoutLinked(e)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = withoutLinked(e)
		}
		return out
	}
	return v
}

// firstDifference names the first place at which two plain values differ.
func firstDifference(at string, want, got any) error {
	w, ok1 := want.(map[string]any)
	g, ok2 := got.(map[string]any)
	if !ok1 || !ok2 {
		if reflect.DeepEqual(want, got) {
			return nil
		}
		return fmt.Errorf("%s is another than before", strings.TrimPrefix(at, "."))
	}
	for _, key := range keysOf(w, g) {
		if err := firstDifference(at+"."+key, w[key], g[key]); err != nil {
			return err
		}
	}
	return nil
}

func except(m map[string]any, key string) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		if k != key {
			out[k] = v
		}
	}
	return out
}
