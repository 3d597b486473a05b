package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/types"
	"gopkg.in/yaml.v3"

	"github.com/delink/delink/emit/guard"
)

// errIncludeCycle says that a file includes itself, directly or through others.
var errIncludeCycle = errors.New("include cycle")

// maxReach bounds the files that a project may pull in, each counted as often
// as it is reached. maxChain bounds the services that extend one another: at
// each compose-go keeps a list of all before.
const (
	maxReach = 500
	maxChain = 500
)

// reach follows extends and include as compose-go will.
type reach struct {
	folders  []string // that relative paths start from
	count    int
	bases    map[string]bool   // files that services extend from
	included map[string]bool   // files that are included
	includes []include         // the same, in Compose's order
	missing  []string          // files to include that are not there
	env      types.Mapping     // of the project
	edited   map[string][]byte // as in loadInput, by real path
	read     map[string][]*yaml.Node
	cost     time.Duration // of all that was read
	next     map[serviceRef]serviceRef
}

// include is a file that others include.
type include struct {
	path   string // absolute, or from the current folder
	folder string // that its relative paths start from
	env    types.Mapping
	own    bool // its variables are not those of the project
}

// serviceRef is a service of a file, by the file's real path.
type serviceRef struct{ file, service string }

// checkReach looks at every file that the project names, before compose-go
// does, and says why they must not be followed, if so.
func checkReach(in loadInput) (*reach, error) {
	r := &reach{
		folders:  []string{in.dir},
		bases:    map[string]bool{},
		included: map[string]bool{},
		edited:   map[string][]byte{},
		read:     map[string][]*yaml.Node{},
		next:     map[serviceRef]serviceRef{},
	}
	for _, f := range in.files {
		r.edited[realPath("", f.name)] = f.content
	}
	for path, text := range in.edited {
		r.edited[realPath("", path)] = text
	}
	env := types.Mapping{}
	maps.Copy(env, in.env)
	r.env = env
	for _, f := range in.files {
		stack := []string{realPath(in.dir, filepath.Base(f.name)), realPath("", f.name)}
		if err := r.file(f.docs, in.dir, env, stack); err != nil {
			return r, err
		}
	}
	if r.longChain() {
		return r, fmt.Errorf("more than %d services extend one another in a chain", maxChain)
	}
	return r, nil
}

// file looks at what the documents of one file name. Paths start from folder;
// stack holds the files that include this one.
func (r *reach) file(docs []*yaml.Node, folder string, env types.Mapping, stack []string) error {
	r.link(docs, stack[len(stack)-1], folder, env)
	for _, doc := range docs {
		root := doc.Content[0]
		if err := r.extends(root, folder, env); err != nil {
			return err
		}
		for _, item := range listItems(nodeValue(root, "include")) {
			if err := r.include(item, folder, env, stack); err != nil {
				return err
			}
		}
	}
	return nil
}

// extends finds the files of all extends below n, also of those that no service
// turns out to use. Aliases need no following: their targets are below n too.
func (r *reach) extends(n *yaml.Node, folder string, env types.Mapping) error {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if child.Value != "extends" {
				continue
			}
			file := nodeValue(aliased(n.Content[i+1]), "file")
			if file != nil && file.Kind == yaml.ScalarNode {
				if err := r.base(interpolate(file.Value, env), folder, env); err != nil {
					return err
				}
			}
			continue
		}
		if err := r.extends(child, folder, env); err != nil {
			return err
		}
	}
	return nil
}

// base looks at a file that a service extends from.
func (r *reach) base(path, folder string, env types.Mapping) error {
	if r.bases[joinPath(folder, path)] {
		return nil
	}
	docs, abs, err := r.open(path, folder, env)
	if err != nil || docs == nil {
		return err
	}
	r.bases[abs] = true
	r.link(docs, realPath("", abs), filepath.Dir(abs), env)
	for _, doc := range docs { // its include is not followed
		if err := r.extends(doc, filepath.Dir(abs), env); err != nil {
			return err
		}
	}
	return nil
}

// link notes which service each service of a file extends.
func (r *reach) link(docs []*yaml.Node, file, folder string, env types.Mapping) {
	for _, doc := range docs {
		services := nodeValue(doc.Content[0], "services")
		if services == nil || services.Kind != yaml.MappingNode {
			continue
		}
		for i := 0; i+1 < len(services.Content); i += 2 {
			extends := nodeValue(services.Content[i+1], "extends")
			if extends == nil {
				continue
			}
			to := serviceRef{file: file}
			if extends.Kind == yaml.MappingNode {
				to.service = strings.Join(nodeTexts(nodeValue(extends, "service"), env), "")
				if path := strings.Join(nodeTexts(nodeValue(extends, "file"), env), ""); path != "" {
					to.file = realPath(folder, path)
				}
			} else {
				to.service = strings.Join(nodeTexts(extends, env), "")
			}
			r.next[serviceRef{file, aliased(services.Content[i]).Value}] = to
		}
	}
}

// longChain reports whether services extend one another more than maxChain
// times. A cycle counts as long as it is: compose-go goes round it once.
func (r *reach) longChain() bool {
	length := map[serviceRef]int{}
	for at := range r.next {
		var path []serviceRef
		for {
			_, known := length[at]
			to, ok := r.next[at]
			if known || !ok {
				break
			}
			length[at] = 0
			path = append(path, at)
			at = to
		}
		n := length[at]
		for i := len(path) - 1; i >= 0; i-- {
			n++
			length[path[i]] = n
		}
		if n > maxChain {
			return true
		}
	}
	return false
}

// include looks at the files of one entry of include.
func (r *reach) include(item *yaml.Node, folder string, env types.Mapping, stack []string) error {
	paths := nodeTexts(item, env)
	project, envFiles := "", []string(nil)
	if item.Kind == yaml.MappingNode {
		paths, envFiles = nodeTexts(nodeValue(item, "path"), env), nodeTexts(nodeValue(item, "env_file"), env)
		project = strings.Join(nodeTexts(nodeValue(item, "project_directory"), env), "")
	}
	if len(paths) == 0 {
		return nil
	}
	switch {
	case project == "":
		if err := refuseRemote(paths[0]); err != nil {
			return err
		}
		project = filepath.Dir(joinPath(folder, paths[0]))
	default:
		project = joinPath(folder, project)
	}
	if !slices.Contains(r.folders, project) {
		r.folders = append(r.folders, project)
	}
	env, err := r.includeEnv(envFiles, folder, project, env)
	if err != nil {
		return err
	}
	for _, path := range paths {
		docs, abs, err := r.open(path, folder, env)
		if err != nil {
			return err
		}
		real := realPath("", abs)
		r.included[real] = true
		if slices.Contains(stack, real) {
			return fmt.Errorf("%s includes itself: %w", abs, errIncludeCycle)
		}
		if err := r.file(docs, project, env, append(slices.Clone(stack), real)); err != nil {
			return err
		}
		if _, ok := r.read[abs]; !ok {
			r.missing = append(r.missing, abs)
			continue
		}
		if !slices.ContainsFunc(r.includes, func(have include) bool { return have.path == abs }) { // twice is once
			r.includes = append(r.includes, include{abs, project, env, !maps.Equal(env, r.env)})
		}
	}
	return nil
}

// includeEnv reads the variables of an included project as compose-go does: from
// its env_file, else from the .env of its folder.
func (r *reach) includeEnv(files []string, folder, project string, env types.Mapping) (types.Mapping, error) {
	if len(files) == 0 {
		dotEnv := filepath.Join(project, ".env")
		if info, err := os.Stat(dotEnv); err != nil || info.IsDir() {
			return env, nil
		}
		files = []string{dotEnv}
	}
	var abs []string
	for _, f := range files {
		if f == os.DevNull {
			continue
		}
		if err := (wall{folders: []string{folder}}).refuse(f); err != nil {
			return nil, err
		}
		abs = append(abs, joinPath(folder, f))
	}
	more, err := dotenv.GetEnvFromFile(env, abs)
	if err != nil {
		return nil, err
	}
	return env.Clone().Merge(more), nil
}

// open reads a file that compose-go is going to read. A missing one has no
// documents.
func (r *reach) open(path, folder string, env types.Mapping) ([]*yaml.Node, string, error) {
	if r.count++; r.count > maxReach {
		return nil, "", fmt.Errorf("extends and include lead to more than %d files", maxReach)
	}
	if err := (wall{folders: []string{folder}}).refuse(path); err != nil {
		return nil, "", err
	}
	abs := joinPath(folder, path)
	docs, ok := r.read[abs]
	if !ok {
		src, ok := r.edited[realPath("", abs)]
		if !ok {
			var err error
			if src, err = os.ReadFile(abs); err != nil {
				return nil, abs, nil
			}
		}
		var err error
		if docs, err = guard.Read(src); err != nil {
			return nil, abs, fmt.Errorf("%s:%w", abs, err)
		}
		r.read[abs] = docs
		if r.cost += loadCost(docs); r.cost > loadTime {
			return nil, abs, errors.New("compose-go takes too long over the files of extends and include")
		}
	}
	if longRanges(docs, env) {
		return nil, abs, fmt.Errorf("%s has port ranges of more than %d ports", abs, maxRange)
	}
	return docs, abs, nil
}
