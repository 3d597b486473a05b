package text

import (
	"errors"
	"fmt"
	"sort"
)

// Apply returns a new File with ops applied as if one after the other; f stays
// as it is. If one of them is refused nothing is applied and the error is an
// *OpError. Every result is parsed again and must hold the intended trees, else
// the reason is ErrVerify.
//
// Operations that concern different parts of the file go into one round: one
// parse and one check for all of them. Those of one part, or whose edits touch,
// wait for the next round. The layout of new text is inferred from the text at
// the start of the round.
func (f *File) Apply(ops []Op) (*File, error) {
	rest := make([]int, len(ops))
	for i := range rest {
		rest[i] = i
	}
	limit := len(ops)
	for len(rest) > 0 {
		r := round{f: f, ops: ops, limit: limit, taken: make([]bool, len(f.src)+1), zones: map[string]bool{}}
		if err := r.collect(rest); err != nil {
			return nil, err
		}
		next, err := r.splice()
		switch {
		case err == nil:
			f, rest, limit = next, r.later, max(limit, 2*len(r.plans))
		case len(r.plans) == 1:
			return nil, &OpError{r.first, err}
		default:
			// Fewer at a time: either it is another one's edit that spoils
			// the result, or the one to blame is found.
			limit = len(r.plans) / 2
		}
	}
	return f, nil
}

// round is a set of operations that are applied at once.
type round struct {
	f     *File
	ops   []Op
	limit int
	taken []bool // the offsets that edits of this round hold or touch
	zones map[string]bool
	plans []*plan
	first int
	later []int
}

// collect plans the operations that are left and keeps those that can go
// together. It fails if the first of them is refused; another may succeed once
// those before it are done.
func (r *round) collect(rest []int) error {
	for j, i := range rest {
		if len(r.plans) == r.limit {
			r.later = append(r.later, rest[j:]...)
			return nil
		}
		zone := r.ops[i].zone()
		if r.zones[zone] {
			r.later = append(r.later, i)
			continue
		}
		r.zones[zone] = true
		p, err := r.f.plan(r.ops[i])
		if err != nil && j == 0 {
			return &OpError{i, err}
		}
		if err != nil {
			r.later = append(r.later, rest[j:]...)
			return nil
		}
		if r.touches(p) {
			r.later = append(r.later, i)
			continue
		}
		if len(r.plans) == 0 {
			r.first = i
		}
		r.plans = append(r.plans, p)
	}
	return nil
}

// touches says whether an edit of p overlaps or touches what is taken, and takes
// p's places, so that an operation that comes later waits for it.
func (r *round) touches(p *plan) bool {
	touch := false
	for _, e := range p.edits {
		for i := e.start; i <= e.end; i++ {
			touch = touch || r.taken[i]
		}
	}
	for _, e := range p.edits {
		for i := e.start; i <= e.end; i++ {
			r.taken[i] = true
		}
	}
	return touch
}

// zone names the part of the file that an operation concerns: the collection that
// it changes, or the second one on the way there, a service in most files.
func (op Op) zone() string {
	p := op.Path
	if op.Kind == Delete && len(p) > 0 {
		p = p[:len(p)-1]
	}
	return fmt.Sprintf("%d %q", op.Doc, p[:min(2, len(p))])
}

// splice applies the plans and checks the result.
func (r *round) splice() (*File, error) {
	roots, all := r.f.cloneTrees()
	var edits []edit
	for _, p := range r.plans {
		edits = append(edits, p.edits...)
		p.tree(all)
	}
	src, err := splice(r.f.src, edits)
	if err != nil {
		return nil, err
	}
	next, err := Parse(src)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrVerify, err)
	}
	return next, next.verify(roots)
}

var errOverlap = errors.New("edits overlap")

// splice applies edits, an insertion before what is replaced at its place.
func splice(src []byte, edits []edit) ([]byte, error) {
	sort.SliceStable(edits, func(i, j int) bool {
		a, b := edits[i], edits[j]
		if a.start != b.start {
			return a.start < b.start
		}
		return a.start == a.end && b.start != b.end
	})
	size := len(src)
	for _, e := range edits {
		size += len(e.text)
	}
	out, at := make([]byte, 0, size), 0
	for _, e := range edits {
		if e.start < at || e.end < e.start {
			return nil, fmt.Errorf("%w: %w", ErrVerify, errOverlap)
		}
		out = append(out, src[at:e.start]...)
		out = append(out, e.text...)
		at = e.end
	}
	return append(out, src[at:]...), nil
}
