package translate

import (
	"strings"

	"github.com/compose-spec/compose-go/v2/template"
)

// expand interpolates ${…} as Compose does; an error leaves the text as it is,
// and an unset variable is empty.
func (p *Project) expand(s string) string {
	out, _ := p.interpolate(s)
	return out
}

// interpolate is expand that also names the variables that have no value.
func (p *Project) interpolate(s string) (string, []string) {
	if !strings.Contains(s, "$") {
		return s, nil
	}
	var unset []string
	out, err := template.SubstituteWithOptions(s, func(name string) (string, bool) {
		v, ok := "", false
		if p.in.Lookup != nil {
			v, ok = p.in.Lookup(name)
		}
		if !ok {
			unset = append(unset, name)
		}
		return v, ok
	}, template.WithoutLogging)
	if err != nil {
		return s, unset
	}
	return out, unset
}
