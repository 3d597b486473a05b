package main

import (
	"context"

	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"
	"gopkg.in/yaml.v3"

	"github.com/delink/delink/emit/guard"
	"github.com/delink/delink/translate"
)

// loadWithoutUnset tells what compose-go says against a project when the values
// that depend on a variable that is not set here do not count: an empty text is
// no port and no path, and who uses the file has the variable in a shell or in
// a .env that is not in the repository.
//
// Such values are taken out rather than filled in: what would suit, a path, a
// port or a size, depends on the key and on the text around the variable, and a
// wrong guess would blame the file. What is left must load at the first level,
// and use no volume that is not declared.
func loadWithoutUnset(ctx context.Context, in loadInput) error {
	var files []loadFile
	for _, f := range in.files {
		content, err := withoutUnset(f.content, in.env)
		if err != nil {
			return err
		}
		files = append(files, loadFile{name: f.name, content: content})
	}
	edited := map[string][]byte{}
	for path, text := range in.edited {
		content, err := withoutUnset(text, in.env)
		if err != nil {
			return err
		}
		edited[path] = content
	}
	in.files, in.edited = files, edited
	p, err := prepare(in)
	if err != nil {
		return err
	}
	model, err := p.load(ctx, strict)
	if err != nil {
		return p.firstFault(ctx, err)
	}
	return translate.Declared(model)
}

// withoutUnset returns a text less the values that depend on an unset variable.
func withoutUnset(src []byte, env types.Mapping) ([]byte, error) {
	docs, err := guard.Read(src)
	if err != nil {
		return nil, err
	}
	for _, doc := range docs {
		cutUnset(doc, env)
	}
	return reencoded(docs)
}

// cutUnset removes the items and the keys whose value is such a text. An alias
// of a text becomes the text, as its anchor may go.
func cutUnset(n *yaml.Node, env types.Mapping) {
	step := 1
	if n.Kind == yaml.MappingNode {
		step = 2
	}
	var kept []*yaml.Node
	for i := 0; i+step <= len(n.Content); i += step {
		value := aliased(n.Content[i+step-1])
		if value.Kind == yaml.ScalarNode {
			if isUnset(value.Value, env) {
				continue
			}
			text := *value
			text.Anchor = ""
			n.Content[i+step-1] = &text
		}
		kept = append(kept, n.Content[i:i+step]...)
		cutUnset(n.Content[i+step-1], env)
	}
	n.Content = kept
}

// isUnset reports whether a text has a variable that is unset or empty, and no
// default for it.
func isUnset(text string, env types.Mapping) bool {
	for name, v := range template.ExtractVariables(map[string]any{"": text}, template.DefaultPattern) {
		if env[name] == "" && v.DefaultValue == "" {
			return true
		}
	}
	return false
}
