package translate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/delink/delink/translate/tree"
)

// ProveLoaded compares what the loader makes of the upgraded file, its links
// still there, with what Compose 1.29.2 made of the services that extend
// others. Every volume and network that a service uses must be declared. p is
// the project, for its variables.
func (u *Upgrade) ProveLoaded(p *Project, is Model) error {
	for _, f := range u.root.GetFields() {
		if _, ok := u.baseOf(f.Value, u.root, "", 0); !ok {
			continue
		}
		s := asMap(asMap(is["services"])[f.Key])
		if err := u.merged(u.root, f.Key, "", 0).proveLoaded(s); err != nil {
			return fmt.Errorf("%s: %w", f.Key, err)
		}
	}
	for _, m := range undeclared(is) {
		if !u.nameless(p, m) {
			return m.error()
		}
	}
	return nil
}

// nameless reports whether a volume's name is what is left of a text without a
// variable that is not set here: which volume it is, or which path, is not known.
func (u *Upgrade) nameless(p *Project, m use) bool {
	for _, v := range u.merged(u.root, m.service, "", 0).volumes {
		text, unset := p.interpolate(v.Value)
		if h, _ := host(text); len(unset) > 0 && h == m.name {
			return true
		}
	}
	return false
}

// proveLoaded compares a merged service with the loader's. It compares no text
// with a variable in it, and no path: the loader makes those of other files
// relative to this one.
func (s v1Service) proveLoaded(is map[string]any) error {
	build, logging := asMap(is["build"]), asMap(is["logging"])
	builds := s.build != nil || s.image == nil && s.dockerfile != nil
	switch {
	case !sameText(s.image, is["image"]):
		return fmt.Errorf("its image is another than that of format v1")
	case builds != (is["build"] != nil):
		return fmt.Errorf("format v1 said otherwise whether it has a build")
	case builds && !sameText(s.dockerfile, build["dockerfile"]):
		return fmt.Errorf("its dockerfile is another than that of format v1")
	case !sameText(s.driver, logging["driver"]):
		return fmt.Errorf("its log_driver is another than that of format v1")
	}
	var options []string
	for _, f := range s.options.GetFields() {
		options = append(options, f.Key)
	}
	slices.Sort(options)
	if !slices.Equal(options, keysOf(asMap(logging["options"]), nil)) {
		return fmt.Errorf("its log_opt is another than that of format v1")
	}
	return nil
}

// sameText reports whether a value of the loader is what a scalar says.
func sameText(n *tree.Node, v any) bool {
	if n == nil || v == nil {
		return n == nil && v == nil
	}
	return !n.Is(tree.Scalar) || strings.Contains(n.Value, "$") || n.Value == fmt.Sprint(v)
}
