package translate

import (
	"fmt"
	"slices"
)

// Unharmed checks that a project whose own text stays is none the worse for a
// change of a file that it extends or includes: every name leads each service to
// the same target, each starts after the same others, and no legacy link is gone,
// whose variables would be those of the other file's services. before and after
// are the project with the file's old and its new text.
func Unharmed(before, after *Project) error {
	was, is := linksOf(before), linksOf(after)
	p := &Plan{Links: was, project: before}
	if err := p.proveNames(before, after); err != nil {
		return err
	}
	type key struct{ consumer, alias, target string }
	left := map[key]bool{}
	for _, l := range is {
		left[key{l.Consumer, l.Alias, l.Target}] = true
	}
	for _, l := range was {
		switch have := left[key{l.Consumer, l.Alias, l.Target}]; {
		case have || l.Owner == "" || l.Kind == Void:
		case l.Kind == Legacy:
			return &ProofError{l.Consumer, fmt.Errorf("its link %q on the default bridge would be gone", l.Entry)}
		case !after.startsBehind(l.Consumer, l.Target):
			return &ProofError{l.Consumer, fmt.Errorf("it would no longer start after %s", l.Target)}
		}
	}
	return nil
}

// startsBehind reports whether Compose starts a service after another, links
// left out.
func (p *Project) startsBehind(service, other string) bool {
	s := p.Service(service)
	return p.dependencies(s)[other] != nil || slices.Contains(p.bound(s), other)
}

// linksOf are the links of a project as it stands.
func linksOf(p *Project) []*Link {
	pl := &planner{p: p, opt: Options{Env: None}, of: map[string][]*Link{}, frozen: map[string]string{}}
	pl.collect()
	pl.classify()
	return pl.links
}
