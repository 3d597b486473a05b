package main

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/schema"
	"github.com/compose-spec/compose-go/v2/types"
	"gopkg.in/yaml.v3"
)

// maxPieces bounds the search of firstFault.
const maxPieces = 2000

// firstFault returns an error about the first key, in the order of the text,
// that the schema does not allow. compose-go, which said err of the whole file,
// names a random one of several; what delink prints must not change from run to
// run. If no key alone is at fault, it returns err.
func (p prepared) firstFault(ctx context.Context, err error) error {
	if !strings.HasPrefix(err.Error(), "validating ") {
		return err
	}
	count := 0
	for _, f := range p.files {
		for _, doc := range f.docs {
			for piece := range pieces(doc.Content[0]) {
				if count++; count > maxPieces || ctx.Err() != nil {
					return err
				}
				if fault := p.try(ctx, f.name, piece); fault != nil {
					return fault
				}
			}
		}
	}
	return err
}

// pieces yields models of one key each: of the file, or of one service.
func pieces(root *yaml.Node) iter.Seq[map[string]any] {
	return func(yield func(map[string]any) bool) {
		for key, value := range pairs(root) {
			services := aliased(value)
			if key != "services" || services.Kind != yaml.MappingNode {
				if v, ok := decoded(value); ok && !yield(map[string]any{key: v}) {
					return
				}
				continue
			}
			for name, service := range pairs(services) {
				if aliased(service).Kind != yaml.MappingNode {
					if v, ok := decoded(service); ok && !yield(map[string]any{"services": map[string]any{name: v}}) {
						return
					}
					continue
				}
				for attribute, value := range pairs(service) {
					v, ok := decoded(value)
					if ok && !yield(map[string]any{"services": map[string]any{name: map[string]any{attribute: v}}}) {
						return
					}
				}
			}
		}
	}
}

// pairs yields the keys and values of a mapping, those of merges where they are
// merged.
func pairs(n *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) { yieldPairs(aliased(n), yield) }
}

func yieldPairs(n *yaml.Node, yield func(string, *yaml.Node) bool) bool {
	if n.Kind == yaml.SequenceNode { // of a merge
		for _, item := range n.Content {
			if !yieldPairs(aliased(item), yield) {
				return false
			}
		}
		return true
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Tag == "!!merge" {
			if !yieldPairs(aliased(value), yield) {
				return false
			}
			continue
		}
		if !yield(aliased(key).Value, value) {
			return false
		}
	}
	return true
}

// decoded returns the value of a node. A node with a tag of Compose means
// something only in its place.
func decoded(n *yaml.Node) (value any, ok bool) {
	if tag := aliased(n).Tag; strings.HasPrefix(tag, "!") && !strings.HasPrefix(tag, "!!") {
		return nil, false
	}
	return value, n.Decode(&value) == nil
}

// try returns what compose-go says of a model that the schema does not allow,
// or nil. Only if the schema alone objects is it worth asking compose-go, which
// interpolates first and mends some things.
func (p prepared) try(ctx context.Context, name string, model map[string]any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = nil
		}
	}()
	err = schema.Validate(model)
	var unknown *json.UnsupportedTypeError
	if err == nil || errors.As(err, &unknown) {
		return nil
	}
	details := types.ConfigDetails{
		WorkingDir:  p.dir,
		ConfigFiles: []types.ConfigFile{{Filename: name, Config: model}},
		Environment: types.Mapping{},
	}
	maps.Copy(details.Environment, p.env)
	_, err = loader.LoadModelWithContext(ctx, details, func(o *loader.Options) {
		p.options(strict, details.LookupEnv, wall{dir: p.dir})(o)
		o.SkipExtends, o.SkipInclude = true, true
	})
	if err != nil && strings.HasPrefix(err.Error(), "validating ") {
		return err
	}
	return nil
}
