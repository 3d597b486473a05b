package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// progress is a line on a terminal that says how many files are done. It is there
// only where someone may wait: from the second second, for more than manyFiles.
type progress struct {
	w     io.Writer // nil: nowhere
	mu    sync.Mutex
	done  int
	shown bool
	quit  chan struct{}
}

const (
	manyFiles     = 100
	progressDelay = time.Second
	progressStep  = 100 * time.Millisecond
)

// newProgress shows nothing unless w is a terminal that a person looks at: hooks
// of pre-commit run on one too.
func newProgress(o *options, w io.Writer) *progress {
	if f, ok := w.(*os.File); ok && !o.quiet && os.Getenv("PRE_COMMIT") == "" && os.Getenv("TERM") != "dumb" && isTerminal(f) {
		return &progress{w: w}
	}
	return &progress{}
}

// isTerminal reports whether a file is a terminal, or another device.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// start begins to show how many of the files are done.
func (p *progress) start(total int) {
	if p.w == nil || total <= manyFiles {
		p.w = nil
		return
	}
	quit := make(chan struct{})
	p.quit = quit
	go func() {
		wait := time.NewTimer(progressDelay)
		defer wait.Stop()
		for {
			select {
			case <-quit:
				return
			case <-wait.C:
				p.show(total)
				wait.Reset(progressStep)
			}
		}
	}()
}

func (p *progress) show(total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.quit != nil {
		p.shown = true
		fmt.Fprintf(p.w, "\r%d of %d files", p.done, total)
	}
}

// set says how many files are done.
func (p *progress) set(done int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done = done
}

// clear takes the line away, so that something else can be printed.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		p.shown = false
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// stop takes the line away for good.
func (p *progress) stop() {
	p.clear()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.quit != nil {
		close(p.quit)
		p.quit = nil
	}
}
