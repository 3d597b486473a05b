package translate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/delink/delink/translate/image"
	"github.com/delink/delink/translate/tree"
)

// Project is a Compose file as its services see it: documents merged, extends
// followed. Values stay as written, with their places.
type Project struct {
	Services []*Service // in the order of the file
	in       Input
	byName   map[string]*Service
	networks map[string]*tree.Node      // top-level networks, by key
	declared map[string][]int           // the documents that have such a network
	images   map[string]image.Knowledge // by service, as they are asked for
	builders map[string]*Service        // by the name of the image that they build
}

// Service is one service with everything that it inherits.
type Service struct {
	Name   string
	At     tree.Place
	layers []layer // base first: what a later one says wins, or is added
	defs   []*def  // its own definitions in this file, one a document that has it
	// unresolved is set when extends names something that can't be read.
	unresolved string
	included   string // the included file that defines it, if one does
}

// layer is one mapping that a service is made of.
type layer struct {
	node  *tree.Node
	file  string // "" for text that may be changed
	name  string // the file's name
	owner string // the service that it defines
	def   *def   // set when the layer is a definition in the file itself
}

// def is a definition of a service in the file itself.
type def struct {
	service string
	doc     int
	node    *tree.Node
	at      tree.Place // of the service's name
}

// maxExtends bounds a chain of extends; compose-go has no bound of its own.
const maxExtends = 200

// Read puts a file's documents together as Compose does: documents are merged
// like several -f files (compose-go loader.go), extends looks up its base in
// the same document or in the named file.
func Read(in Input) *Project {
	p := &Project{in: in, byName: map[string]*Service{}, networks: map[string]*tree.Node{}, declared: map[string][]int{}}
	for i, doc := range in.Docs {
		services := doc.Tree.Get("services")
		if !services.Is(tree.Map) {
			services = nil
		}
		p.readNetworks(doc.Tree.Get("networks"), i)
		if services == nil {
			continue
		}
		for _, f := range services.Fields {
			p.addDefinition(services, f, i)
		}
	}
	return p
}

// readNetworks adds the top-level networks of a document to those of the ones
// before it, which it is merged with.
func (p *Project) readNetworks(n *tree.Node, doc int) {
	if !n.Is(tree.Map) {
		return
	}
	for _, f := range n.Fields {
		p.declared[f.Key] = append(p.declared[f.Key], doc)
		have := p.networks[f.Key]
		switch {
		case f.Value.Is(tree.Map) && have.Is(tree.Map) && !f.Value.Override:
			merged := *f.Value
			for _, old := range have.Fields {
				if f.Value.Field(old.Key) == nil {
					merged.Fields = append(slices.Clip(merged.Fields), old)
				}
			}
			p.networks[f.Key] = &merged
		case have == nil || f.Value.Kind != tree.Null || f.Value.Reset:
			p.networks[f.Key] = f.Value
		}
	}
}

func (p *Project) addDefinition(services *tree.Node, f tree.Field, doc int) {
	s := p.byName[f.Key]
	if s == nil {
		s = &Service{Name: f.Key, At: f.At}
		p.byName[f.Key] = s
		p.Services = append(p.Services, s)
	}
	in := p.in.Docs[doc]
	chain, err := p.chain(services, f.Key, definedIn{dir: in.Dir}, nil)
	if err != nil {
		s.unresolved = err.Error()
	}
	if in.Included {
		s.included = in.File
	}
	for i := range chain {
		if chain[i].file != "" {
			chain[i].name = chain[i].node.At.File
			continue
		}
		chain[i].name = in.File
		if in.Base {
			chain[i].file = in.File
		}
	}
	if n := len(chain); n > 0 && !in.Base {
		d := &def{service: f.Key, doc: doc, node: f.Value, at: f.At}
		s.defs = append(s.defs, d)
		chain[n-1].def = d
	}
	s.layers = append(s.layers, chain...)
}

// definedIn is the file of a service that extends another.
type definedIn struct {
	file string // "" for a document of the input
	dir  string // where the paths in it start from, from the project's folder
}

// chain is the list of mappings that name is made of, its base first. Where
// extends can't be followed it gives what it has, and the reason.
func (p *Project) chain(services *tree.Node, name string, in definedIn, seen []string) ([]layer, error) {
	node := services.Get(name)
	own := layer{node: node, file: in.file, owner: name}
	if !node.Is(tree.Map) {
		if len(seen) > 0 {
			return nil, fmt.Errorf("extends: there is no service %q%s", name, inFile(in.file))
		}
		return []layer{own}, nil
	}
	ext := node.Get("extends")
	if ext == nil || ext.Kind == tree.Null || ext.Reset {
		return []layer{own}, nil
	}
	key := in.file + "\x00" + name
	for _, k := range seen {
		if k == key {
			return []layer{own}, fmt.Errorf("extends runs in a circle through %q", name)
		}
	}
	if len(seen) >= maxExtends {
		return []layer{own}, fmt.Errorf("extends is more than %d deep", maxExtends)
	}
	base, from, baseServices, err := p.base(ext, services, in)
	if err != nil {
		return []layer{own}, err
	}
	layers, err := p.chain(baseServices, base, from, append(seen, key))
	for i := range layers {
		layers[i].def = nil
	}
	return append(layers, own), err
}

// base finds what an extends names: the service, its file and that file's services.
func (p *Project) base(ext, services *tree.Node, in definedIn) (string, definedIn, *tree.Node, error) {
	name, from := "", ""
	switch ext.Kind {
	case tree.Scalar:
		name = ext.Value
	case tree.Map:
		if n := ext.Get("service"); n.Is(tree.Scalar) {
			name = n.Value
		}
		if n := ext.Get("file"); n.Is(tree.Scalar) {
			from = n.Value
		}
	}
	fail := func(format string, args ...any) (string, definedIn, *tree.Node, error) {
		return "", definedIn{}, nil, fmt.Errorf(format, args...)
	}
	if name == "" {
		return fail("extends names no service")
	}
	if from == "" {
		return name, in, services, nil
	}
	from = inFolder(in.dir, p.expand(from))
	if p.in.Extended == nil {
		return fail("extends: %s is not read", from)
	}
	docs, err := p.in.Extended(from)
	if err != nil {
		return fail("extends: %w", err)
	}
	for _, d := range docs {
		if s := d.Get("services"); s.Is(tree.Map) && s.Get(name) != nil {
			return name, definedIn{from, path.Dir(from)}, s, nil
		}
	}
	for _, d := range docs {
		if d.Is(tree.Map) && d.Get("services") == nil && d.Get(name) != nil {
			return fail("extends: %s has format v1, which Compose no longer reads", from)
		}
	}
	return fail("extends: there is no service %q%s", name, inFile(from))
}

func inFile(file string) string {
	if file == "" {
		return ""
	}
	return " in " + file
}

// Service returns the service of that name, or nil.
func (p *Project) Service(name string) *Service { return p.byName[name] }

// values gives what each layer says for key, base first. A !reset or !override
// drops what stood before it (compose-go loader/reset.go).
func (s *Service) values(key string) []layered {
	var out []layered
	for _, l := range s.layers {
		f := l.node.Field(key)
		if f == nil {
			continue
		}
		switch {
		case f.Value.Reset:
			out = nil
			continue
		case f.Value.Override:
			out = nil
		}
		out = append(out, layered{layer: l, field: f, Node: f.Value})
	}
	return out
}

// layered is a value with the layer that has it.
type layered struct {
	layer
	field *tree.Field
	*tree.Node
}

// last gives the value that wins for a key with a single value, or nil.
func (s *Service) last(key string) *tree.Node {
	v := s.values(key)
	if len(v) == 0 {
		return nil
	}
	return v[len(v)-1].Node
}

// text gives the winning scalar of key, interpolated; "" if there is none.
func (p *Project) text(s *Service, key string) string {
	n := s.last(key)
	if !n.Is(tree.Scalar) {
		return ""
	}
	return p.expand(n.Value)
}

// raw is text as the file has it, for messages: they show no variable's value.
func (s *Service) raw(key string) string {
	if n := s.last(key); n.Is(tree.Scalar) {
		return n.Value
	}
	return ""
}

// profiles are the service's profiles. They can't come from interpolation of lists.
func (s *Service) profiles() []string {
	var out []string
	for _, v := range s.values("profiles") {
		for _, it := range v.Items {
			out = append(out, it.Value)
		}
	}
	return out
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 })
}
