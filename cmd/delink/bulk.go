package main

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// bulk is one run over the files of a command line: they are looked at, those
// that may hold links are made into projects, the projects are translated side
// by side, and what became of each file is told in the order of the files.
type bulk struct {
	o     *options
	std   streams
	files []*file
	next  int // the first file that is not told of yet
	code  int
	sum   summed
	bar   *progress
	lost  bool // stdout takes no more
}

// parallel calls do for every i below n, by so many workers. start gives each of
// them what it keeps for itself, and do gives that back.
func parallel[T any](workers, n int, start func() T, do func(own T, i int) T) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(workers, n) {
		wg.Go(func() {
			own := start()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				own = do(own, i)
			}
		})
	}
	wg.Wait()
}

// run does all of it and gives the exit code.
func (b *bulk) run() int {
	if b.o.write {
		defer finishOnSignal(b.bar.stop)()
	}
	b.bar.start(len(b.files))
	b.scan()
	b.takeBases()
	jobs := b.jobs()
	b.tell()
	finished := make(chan *job)
	go func() {
		defer close(finished)
		for _, jobs := range levels(jobs) {
			parallel(b.o.jobs, len(jobs), b.o.own, func(o *options, i int) *options {
				jobs[i].run(o)
				finished <- jobs[i]
				return o
			})
		}
	}()
	late := b.collect(finished)
	parallel(b.o.jobs, len(late), b.o.own, func(o *options, i int) *options {
		late[i].write(o)
		return o
	})
	for _, f := range late {
		f.done = true
	}
	b.tell()
	b.bar.stop()
	if b.o.sumsUp(&b.sum) {
		printLine(b.std.err, "%s", b.sum.line(b.o.write))
	}
	if line := b.sum.passedOver(); line != "" && !b.o.quiet {
		printLine(b.std.err, "%s", line)
	}
	return b.code
}

// scan looks at the bytes of all files.
func (b *bulk) scan() {
	parallel(b.o.jobs, len(b.files), func() []byte { return nil }, func(buf []byte, i int) []byte {
		return b.look(b.files[i], buf)
	})
}

// look looks at the bytes of one file; see scan of file.
func (b *bulk) look(f *file, buf []byte) []byte {
	if f.readable() && f.path != "-" {
		path := f.path
		if f.origin != found && isSymlink(path) {
			path = filePath(path)
		}
		f.err = mend(path, b.o.write)
	}
	if f.readable() {
		buf = f.scan(buf, b.std.in)
	}
	return buf
}

// jobs makes the jobs, and settles the files that need none.
func (b *bulk) jobs() []*job {
	if involved := markShared(b.files); len(involved) > 1 {
		o := *b.o
		o.files = nil
		for _, f := range involved {
			o.files = append(o.files, f.path)
		}
		b.o.together = findBases(&o)
		for _, f := range involved {
			f.words = f.words || b.o.together.bases[filePath(f.path)]
			b.o.near.users[filePath(f.path)] = f.users
		}
	}
	if b.o.write && len(b.files) > 1 {
		markTwins(b.files)
	}
	var jobs []*job
	if len(b.o.parts) > 0 {
		jobs = oneProject(b.o, b.files)
	} else {
		jobs = group(b.o, b.files)
	}
	busy := map[*file]bool{}
	for _, j := range jobs {
		for _, p := range j.parts {
			busy[p.file] = busy[p.file] || p.asked
		}
	}
	for _, f := range b.files {
		if !busy[f] {
			f.settle(b.o)
			f.done = true
		}
	}
	return jobs
}

// collect waits for the jobs, tells of them as far as their order allows, and
// gives the files that are still to be written.
func (b *bulk) collect(finished <-chan *job) (late []*file) {
	for j := range finished {
		for _, p := range j.parts {
			switch {
			case !p.asked:
			case p.pending != nil:
				late = append(late, p.file)
			default:
				p.done = true
			}
		}
		b.tell()
	}
	return late
}

// tell tells of the files that are done, up to the first that is not.
func (b *bulk) tell() {
	for ; b.next < len(b.files) && b.files[b.next].done; b.next++ {
		f := b.files[b.next]
		b.code = max(b.code, f.out.code)
		b.sum.add(&f.out)
		if f.report != nil {
			b.o.reports.add(f.report)
		}
		if len(f.out.stdout) > 0 && !b.lost {
			b.bar.clear()
			if _, err := b.std.out.Write(f.out.stdout); err != nil {
				b.lost, b.code = true, exitError
				printLine(b.std.err, "delink: stdout: %v", plainError(err))
			}
		}
		if len(f.out.stderr) > 0 {
			b.bar.clear()
			b.std.err.Write(f.out.stderr)
		}
		f.out, f.report = verdict{}, nil // a tree may be large
	}
	b.bar.set(b.next)
}

// own is a copy of the options for one worker: what is kept in them while a
// project is worked on is not shared.
func (o *options) own() *options {
	c := *o
	c.together.busy = map[string]bool{}
	return &c
}

// translating is translateUnit; a test puts a defect in its place.
var translating = translateUnit

// run translates the files of a job, and writes those that may be written at
// once. A defect ends this job only.
func (j *job) run(o *options) {
	defer func(above *secrets) { o.secrets = above }(o.secrets)
	defer func() {
		if r := recover(); r != nil {
			j.fail(o, "defect", fmt.Errorf("delink failed on this file, nothing was written: please report it: %v", r))
		}
	}()
	u := unit{dir: j.dir, layered: !j.whole && len(j.parts) > 1}
	for _, p := range j.parts {
		src, err := p.read()
		if err != nil {
			j.failPart(o, p, nil, "unreadable", err)
			return
		}
		u.files = append(u.files, source{name: p.name, path: p.path, src: src, asked: p.asked})
	}
	o.secrets = secretsOf(o, u)
	results, err := translating(o, u)
	var of *fileError
	switch {
	case errors.As(err, &of):
		for i, p := range j.parts {
			if p.name == of.name {
				j.failPart(o, p, u.files[i].src, "unreadable", of.err)
				return
			}
		}
		j.fail(o, "unreadable", of.err)
	case err != nil:
		j.fail(o, "unreadable", err)
	default:
		for _, f := range j.asked() {
			if len(f.others) > 0 && f.path != "-" {
				o.near.texts.Store(filePath(f.path), results[0].text)
			}
			f.finish(o, results[0])
			results = results[1:]
		}
	}
}

// asked are the files of a job that were asked for.
func (j *job) asked() []*file {
	var out []*file
	for _, p := range j.parts {
		if p.asked {
			out = append(out, p.file)
		}
	}
	return out
}

// fail gives up those files of a job that nothing became of.
func (j *job) fail(o *options, reason string, err error) {
	for _, f := range j.asked() {
		if !f.out.told {
			f.fail(o, reason, err)
		}
	}
}

// failPart gives up one file of a job, and those that can't do without it: the
// ones above it, or all. The others are done all the same.
func (j *job) failPart(o *options, bad part, src []byte, reason string, err error) {
	if bad.asked {
		if why, kind := notCompose(src); why != "" && bad.origin < named && !j.whole {
			bad.skipAs(o, why, kind)
		} else {
			bad.fail(o, reason, err)
		}
	}
	at := slices.IndexFunc(j.parts, func(p part) bool { return p.file == bad.file })
	below := &job{dir: j.dir, parts: j.parts[:at]}
	if !j.whole && len(below.asked()) > 0 {
		below.run(o)
	}
	j.fail(o, "unreadable", fmt.Errorf("it is read with %s: %w", bad.name, err))
}
