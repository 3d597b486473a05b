package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"sync"
	"time"

	"github.com/compose-spec/compose-go/v2/interpolation"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/schema"
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/sirupsen/logrus"
	"gopkg.in/yaml.v3"

	"github.com/delink/delink/emit/guard"
)

// level says how much of a file's meaning compose-go is asked to judge. Files
// that do not load alone, for want of a variable or of a file, or because they
// are older than the specification, still load at a lower level.
type level int

const (
	strict    level = iota // all but the consistency check, which is exponential, and env_file
	quiet                  // text that cannot be interpolated stays as it is
	noFiles                // extends and include are not followed
	noSchema               // the schema is not checked
	nodesOnly              // compose-go does not load the file at all
)

// loadFile is one Compose file: the name that messages use, and its text, which
// need not be what is on disk.
type loadFile struct {
	name    string
	content []byte
	docs    []*yaml.Node // what guard.Read makes of content; read here if nil
}

// loadInput is a project as compose-go is to see it.
type loadInput struct {
	files   []loadFile
	dir     string            // relative paths of extends and include start here
	env     map[string]string // all that interpolation sees: .env and the environment
	project string

	// edited holds, by path, texts that stand for what is on disk: a file that
	// services extend from may have changed by then, too. An included file is
	// read from disk all the same.
	edited map[string][]byte
}

// The time limit of a load: 5,000 services in 2 MB take 5 s on two cores.
const (
	loadTime      = 20 * time.Second
	loadTimePerMB = 10 * time.Second
)

// errLoadTime says that compose-go had not answered in time.
var errLoadTime = errors.New("compose-go takes too long over this file")

// warmSchema has compose-go compile its schema, which takes 10 ms once a
// process, beside whatever the caller does meanwhile: a first load of three
// services takes 13 ms, and 3 ms once the schema is there. A load that comes
// too early waits for it and does not compile it again.
func warmSchema() {
	go func() {
		defer func() { _ = recover() }() // the load itself will report it
		_ = schema.Validate(map[string]any{})
	}()
}

// loadedPair is one project before and after an edit.
type loadedPair struct {
	before, after map[string]any
	level         level // of both
	why           error // why before does not load at strict, or nil
	err           error // why after does not load at that level: the edit is wrong
}

// loadPair loads both at the first level at which before loads. Both are tried
// at strict at the same time, which is all that most files need.
func loadPair(ctx context.Context, before, after loadInput) loadedPair {
	var res loadedPair
	b, err := prepare(before)
	if err != nil {
		return loadedPair{level: nodesOnly, why: err}
	}
	a, err := prepare(after)
	if err != nil {
		return loadedPair{level: nodesOnly, err: err}
	}
	var wg sync.WaitGroup
	wg.Go(func() { res.before, res.why = b.load(ctx, strict) })
	wg.Go(func() { res.after, res.err = a.load(ctx, strict) })
	wg.Wait()
	if res.why == nil {
		return res
	}
	res.before, res.level = b.descend(ctx, res.why)
	res.why = b.firstFault(ctx, res.why)
	if res.level == nodesOnly {
		res.after, res.err = nil, nil
		return res
	}
	res.after, res.err = a.load(ctx, res.level)
	return res
}

// prepared is a project whose text may be handed to compose-go.
type prepared struct {
	loadInput
	configs []types.ConfigFile
	reach   *reach
	keys    map[string]bool // of all mappings in all files
	unsafe  error           // why files that it names must not be followed, or nil
	limit   time.Duration
}

// prepare reads the nodes of the files, refuses what guard refuses, looks at
// the files that they name, and leaves out long port ranges.
func prepare(in loadInput) (prepared, error) {
	p := prepared{loadInput: in, keys: map[string]bool{}}
	size, cost := 0, time.Duration(0)
	p.files = append([]loadFile(nil), in.files...)
	for i := range p.files {
		f := &p.files[i]
		if f.docs == nil {
			docs, err := guard.Read(f.content)
			if err != nil {
				return p, fmt.Errorf("%s:%w", f.name, err)
			}
			f.docs = docs
		}
		size += len(f.content)
		cost += loadCost(f.docs)
		addKeys(p.keys, f.docs)
	}
	p.limit = loadTime + loadTimePerMB*time.Duration(size>>20)
	if cost > p.limit {
		return p, errLoadTime // it would go on after its time, as no load can be stopped
	}
	p.reach, p.unsafe = checkReach(p.loadInput)
	for _, docs := range p.reach.read {
		addKeys(p.keys, docs)
	}
	for _, f := range p.files {
		content, err := withoutLongRanges(f, in.env)
		if err != nil {
			return p, err
		}
		p.configs = append(p.configs, types.ConfigFile{Filename: f.name, Content: content})
	}
	return p, nil
}

// descend goes down the ladder below strict, which said err.
func (p prepared) descend(ctx context.Context, err error) (map[string]any, level) {
	for lvl := quiet; lvl < nodesOnly; lvl++ {
		if errors.Is(err, errLoadTime) || ctx.Err() != nil {
			break // the lower levels would take as long
		}
		var model map[string]any
		if model, err = p.load(ctx, lvl); err == nil {
			return model, lvl
		}
	}
	return nil, nodesOnly
}

// load calls compose-go and gives up on it after a time. A load cannot be
// cancelled: it runs to its end, whose answer nobody reads.
func (p prepared) load(ctx context.Context, lvl level) (map[string]any, error) {
	if lvl >= nodesOnly {
		return nil, errors.New("no level is left at which compose-go could load this file")
	}
	if lvl < noFiles && p.unsafe != nil {
		return nil, p.unsafe
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	type answer struct {
		model map[string]any
		err   error
	}
	ctx, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	done := make(chan answer, 1)
	go func() {
		model, err := p.call(ctx, lvl)
		done <- answer{model, err}
	}()
	select {
	case a := <-done:
		return a.model, a.err
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, errLoadTime
		}
		return nil, ctx.Err()
	}
}

// silence keeps compose-go's warnings, which it writes to a logger that the
// whole process shares and which name no file, off stderr.
var silence = sync.OnceFunc(func() {
	logrus.SetOutput(io.Discard)
	logrus.SetLevel(logrus.PanicLevel)
})

// call is the one place that compose-go is called from. It panics on some
// malformed input even with validation on, and writes into the environment
// that it is given, so that every call has its own.
func (p prepared) call(ctx context.Context, lvl level) (model map[string]any, err error) {
	silence()
	defer func() {
		if r := recover(); r != nil {
			model, err = nil, fmt.Errorf("compose-go failed on this file: %v", r)
		}
	}()
	w, remove, err := p.reach.build(p.dir)
	if err != nil {
		return nil, err
	}
	defer remove()
	details := types.ConfigDetails{
		WorkingDir:  p.dir,
		ConfigFiles: append([]types.ConfigFile(nil), p.configs...),
		Environment: types.Mapping{},
	}
	maps.Copy(details.Environment, p.env)
	model, err = loader.LoadModelWithContext(ctx, details, p.options(lvl, details.LookupEnv, w))
	return model, w.rename(err)
}

// options are those of a level. Paths stay as written, and nothing is added
// that the file does not say.
func (p prepared) options(lvl level, lookup interpolation.LookupValue, w wall) func(*loader.Options) {
	return func(o *loader.Options) {
		o.SetProjectName(loaderName(p.project), true)
		o.Interpolate.TypeCastMapping = withoutIdleCasts(o.Interpolate.TypeCastMapping, p.keys)
		o.ResolvePaths = false
		o.SkipDefaultValues = true
		o.SkipNormalization = true
		o.SkipConsistencyCheck = true
		o.SkipResolveEnvironment = true
		o.MaxNodeVisits = guard.MaxNodes
		o.ResourceLoaders = []loader.ResourceLoader{w}
		if lvl >= quiet {
			o.Interpolate = &interpolation.Options{LookupValue: lookup, Substitute: substituteOrKeep}
		}
		o.SkipExtends = lvl >= noFiles
		o.SkipInclude = lvl >= noFiles
		o.SkipValidation = lvl >= noSchema
	}
}

// loaderName returns name if compose-go takes it as it is, else a fixed one:
// the name of a project has no part in what is compared.
func loaderName(name string) string {
	if name == "" || loader.NormalizeProjectName(name) != name {
		return "delink"
	}
	return name
}

// substituteOrKeep interpolates text, or leaves it as it is if it cannot.
func substituteOrKeep(text string, mapping template.Mapping) (string, error) {
	out, err := template.SubstituteWithOptions(text, mapping, template.WithoutLogging)
	if err != nil {
		return text, nil
	}
	return out, nil
}
