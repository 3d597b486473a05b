package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
)

// writing is held, to read, while a file is being written: who holds it to write
// knows that no file is half done and no temporary one is there.
var writing sync.RWMutex

var errChanged = errors.New("was changed while delink ran: run it again")

// writeFile gives a file new content, whole or not at all: a temporary file in
// the same folder takes its mode and owner and is renamed over it. Symbolic
// links are followed; a file with several names, or one that can't be renamed
// over, is written in place. A file of one's own that is not to be written is
// replaced all the same, as by git, where its folder may be. It is refused if the file no longer holds old.
func writeFile(name string, old, content []byte) error {
	writing.RLock()
	defer writing.RUnlock()
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return plainError(err)
	}
	info, err := os.Stat(real)
	if err != nil {
		return plainError(err)
	}
	if nameCount(info) > 1 {
		return writeInPlace(real, old, content)
	}
	tmp, err := writeTemp(real, info, content)
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, errReadOnly):
		return writeInPlace(real, old, content) // the folder is not to be written
	case err != nil:
		return plainError(err)
	}
	if done, err := compareFile(real, old, content); done || err != nil {
		os.Remove(tmp)
		return err
	}
	if err := os.Rename(tmp, real); err != nil {
		os.Remove(tmp)
		if cannotReplace(err) {
			return writeInPlace(real, old, content) // a mount of the single file
		}
		return plainError(err)
	}
	return nil
}

// compareFile reports whether a file has its new content already, say by
// another run of delink. It is an error if it has neither that nor the old.
func compareFile(name string, old, content []byte) (done bool, err error) {
	now, err := readFile(name)
	switch {
	case err != nil:
		return false, err
	case bytes.Equal(now, content):
		return true, nil
	case !bytes.Equal(now, old):
		return false, errChanged
	}
	return false, nil
}

// writeTemp writes a temporary file beside name, ready to take its place. It is
// a matter of permission, too, if that can't be given the owner.
func writeTemp(name string, info os.FileInfo, content []byte) (tmp string, err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".delink-*")
	if err != nil {
		return "", err
	}
	defer func() {
		f.Close()
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(content); err != nil {
		return "", err
	}
	if err := giveOwner(f, info); err != nil {
		return "", err
	}
	if err := f.Chmod(info.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)); err != nil {
		return "", err
	}
	if err := f.Sync(); err != nil {
		return "", err
	}
	return f.Name(), nil
}

// finishOnSignal has the program end at a signal as soon as no file is being
// written. A second signal ends it at once. stop undoes that.
func finishOnSignal(atEnd func()) (stop func()) {
	var watched []os.Signal
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE} {
		if !signal.Ignored(s) { // as with nohup
			watched = append(watched, s)
		}
	}
	if len(watched) == 0 {
		return func() {}
	}
	c := make(chan os.Signal, 1)
	signal.Notify(c, watched...)
	go func() {
		s, ok := <-c
		if !ok {
			return
		}
		signal.Reset(watched...)
		writing.Lock()
		atEnd()
		die(s)
	}()
	return func() {
		signal.Stop(c)
		close(c)
	}
}
