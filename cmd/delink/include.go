package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/emit/guard"
	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/tree"
)

// readIncluded reads the files that a project includes, which may hold the
// targets of its links. They are only read. Includes that run in a circle are
// an error: Compose would never be done with them.
func (e *environment) readIncluded(files emit.Files) error {
	var first *tree.Node
	for _, f := range files {
		for _, t := range f.Trees() {
			if n := t.Get("include"); n != nil && first == nil {
				first = n
			}
		}
	}
	if first == nil {
		return nil
	}
	p, err := prepare(e.loadInput(files))
	switch {
	case err != nil:
		e.unread = err
	case errors.Is(p.unsafe, errIncludeCycle):
		if len(first.Items) > 0 {
			first = first.Items[0]
		}
		return &guard.Error{Line: first.At.Line, Column: first.At.Column, Reason: "include-cycle",
			Msg: "include runs in a circle, which Compose refuses: remove an entry that leads back"}
	case p.unsafe != nil:
		e.unread = p.unsafe
	default:
		e.included, e.unread = e.documents(p.reach)
	}
	return nil
}

// documents are those of the included files.
func (e *environment) documents(r *reach) (docs []translate.Doc, unread error) {
	if len(r.missing) > 0 {
		unread = fmt.Errorf("%s: %w", filepath.ToSlash(r.missing[0]), os.ErrNotExist)
	}
	for _, inc := range r.includes {
		name := filepath.ToSlash(relative(inc.path))
		src, err := e.readOverlaid(inc.path)
		if err != nil {
			unread = fmt.Errorf("%s: %w", name, err)
			continue
		}
		d, err := emit.ParseBehind(e.last, name, src)
		if err != nil {
			unread = fmt.Errorf("%s:%w", name, err)
			continue
		}
		e.last = d
		for i, t := range d.Trees() {
			if inc.own {
				settle(t, inc.env)
			}
			docs = append(docs, translate.Doc{Tree: t, File: name, Index: i, Base: true, Included: true, Dir: e.fromFolder(inc.folder)})
		}
	}
	return docs, unread
}

// fromFolder names a folder from that of the project, "" if it is that.
func (e *environment) fromFolder(folder string) string {
	if rel, err := filepath.Rel(e.dir, folder); err == nil {
		folder = rel
	}
	if folder == "." {
		return ""
	}
	return filepath.ToSlash(folder)
}

// settle puts in the variables of a file that has others than the project, which
// would put in its own: what is left is no reference, so that it is not copied.
func settle(n *tree.Node, env types.Mapping) {
	for _, f := range n.GetFields() {
		settle(f.Value, env)
	}
	for _, it := range n.Elements() {
		settle(it, env)
	}
	if n.Is(tree.Scalar) && strings.Contains(n.Value, "$") {
		n.Value, n.Token = strings.ReplaceAll(interpolate(n.Value, env), "$", "$$"), ""
	}
}
