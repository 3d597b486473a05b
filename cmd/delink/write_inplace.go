package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// inPlace is held while a file is written in place, and while one is compared
// that may be: two names of one file may be done at once.
var inPlace sync.Mutex

// writeInPlace writes over a file with one call, behind which there are blank
// lines up to the old size until they are cut off. If the disk is full, the old
// bytes are put back: their room is there. kill -9 ends such a call between any
// two pages, so that both texts lie beside the file meanwhile, and the next run
// mends it (mend). Only in a folder that can't be written there is no such
// place: a file of more than a page, killed in that moment, may then be a mix.
func writeInPlace(name string, old, content []byte) error {
	inPlace.Lock()
	defer inPlace.Unlock()
	if done, err := compareFile(name, old, content); done || err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return plainError(err)
	}
	defer f.Close()
	b, err := putBeside(name, old, content)
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, errReadOnly):
	case err != nil:
		return plainError(err)
	default:
		defer b.close()
	}
	if err = overwrite(f, len(old), content); err == nil {
		b.remove()
		return nil
	}
	if again := overwrite(f, 0, old); again != nil {
		return fmt.Errorf("may be half written: %w", plainError(err))
	}
	b.remove()
	return plainError(err)
}

// overwrite gives a file new content, and blank lines up to a size meanwhile.
func overwrite(f *os.File, size int, content []byte) error {
	padded := content
	if n := size - len(content); n > 0 {
		padded = append(bytes.Clone(content), bytes.Repeat([]byte("\n"), n)...)
	}
	if _, err := f.WriteAt(padded, 0); err != nil {
		return err
	}
	if err := f.Truncate(int64(len(content))); err != nil {
		return err
	}
	return f.Sync()
}

// beside is what lies beside a file while it is written in place: the old text,
// locked by the process that writes, and the new one. The file is touched only
// when both are there.
type beside struct {
	old, new string
	lock     *os.File
}

func besideOf(name string) *beside {
	start := filepath.Join(filepath.Dir(name), ".delink-"+filepath.Base(name))
	return &beside{old: start + ".old", new: start + ".new"}
}

var errBusy = errors.New("is being written by another run of delink: run it again")

// putBeside puts both texts beside a file and syncs them.
func putBeside(name string, old, content []byte) (*beside, error) {
	b := besideOf(name)
	var err error
	if b.lock, err = os.OpenFile(b.old, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		if errors.Is(err, fs.ErrExist) {
			err = errBusy
		}
		return nil, err
	}
	if err = lockFile(b.lock); err == nil {
		err = writeSynced(b.lock, old)
	}
	if err == nil {
		var f *os.File
		if f, err = os.OpenFile(b.new, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600); err == nil {
			err = errors.Join(writeSynced(f, content), f.Close())
		}
	}
	if err == nil {
		err = syncFolder(filepath.Dir(name))
	}
	if err != nil {
		b.remove()
		b.close()
		return nil, err
	}
	return b, nil
}

func writeSynced(f *os.File, text []byte) error {
	if _, err := f.Write(text); err != nil {
		return err
	}
	return f.Sync()
}

// syncFolder makes the names in a folder last, where that can be asked for.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil // it may be written without being read
	}
	defer d.Close()
	d.Sync()
	return nil
}

// remove takes both texts away, the old one last: alone it says that the file
// is whole.
func (b *beside) remove() {
	if b == nil {
		return
	}
	os.Remove(b.new)
	if os.Remove(b.old) != nil { // Windows wants it closed
		b.close()
		os.Remove(b.old)
	}
}

func (b *beside) close() { b.lock.Close() }

// mend looks for what a run that was killed has left beside a file. If the file
// is neither old nor new, write puts the old text back; without it, that is an
// error, as it is if someone has changed the file since.
func mend(name string, write bool) error {
	b := besideOf(name)
	if _, err := os.Lstat(b.old); err != nil {
		return nil
	}
	inPlace.Lock()
	defer inPlace.Unlock()
	var err error
	if b.lock, err = os.OpenFile(b.old, os.O_RDWR, 0); err != nil {
		return nil // another run has ended, or it is none of ours
	}
	defer b.close()
	if lockFile(b.lock) != nil {
		return errBusy
	}
	return b.settle(name, write)
}

// settle does what mend says, with the lock held.
func (b *beside) settle(name string, write bool) error {
	now, err := readFile(name)
	if err != nil {
		return err
	}
	was, err1 := readFile(b.old)
	is, err2 := readFile(b.new)
	shown := filepath.ToSlash(b.old)
	switch {
	case err1 != nil, err2 != nil, bytes.Equal(now, was), bytes.Equal(now, is):
	case !mixed(now, was, is):
		return fmt.Errorf("was changed after a run of delink was killed while it wrote it: remove %s, which is the text before that run, and the one ending in .new", shown)
	case !write:
		return fmt.Errorf("is half written, as a run of delink was killed: delink -w mends it, or copy %s over it", shown)
	default:
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			return plainError(err)
		}
		defer f.Close()
		if err := overwrite(f, 0, was); err != nil {
			return plainError(err)
		}
	}
	if write {
		b.remove()
	}
	return nil
}

// mixed reports whether a text is one on its way to the other, or back: each
// byte is that of either, or of the blank lines behind them.
func mixed(now, was, is []byte) bool {
	if len(now) > max(len(was), len(is)) || len(now) < min(len(was), len(is)) {
		return false
	}
	at := func(text []byte, i int) byte {
		if i < len(text) {
			return text[i]
		}
		return '\n'
	}
	for i, c := range now {
		if c != at(was, i) && c != at(is, i) {
			return false
		}
	}
	return true
}

func isSymlink(name string) bool {
	_, err := os.Readlink(name)
	return err == nil
}
