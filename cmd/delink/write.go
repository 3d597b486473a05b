package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// writeFile gives a file new content, whole or not at all: a temporary file in
// the same folder takes its mode and owner and is renamed over it. Symbolic
// links are followed; a file with several names, or one that can't be renamed
// over, is written in place. It is refused if the file no longer holds old.
func writeFile(name string, old, content []byte) error {
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return plainError(err)
	}
	now, err := os.ReadFile(real)
	if err != nil {
		return plainError(err)
	}
	if !bytes.Equal(now, old) {
		return errors.New("was changed while delink ran: run it again")
	}
	info, err := os.Stat(real)
	if err != nil {
		return plainError(err)
	}
	stat, _ := info.Sys().(*syscall.Stat_t)
	if stat != nil && stat.Nlink > 1 {
		return writeInPlace(real, content)
	}
	tmp, err := writeTemp(real, info, stat, content)
	if errors.Is(err, os.ErrPermission) {
		return writeInPlace(real, content)
	}
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, real); err != nil {
		os.Remove(tmp)
		if errors.Is(err, syscall.EBUSY) || errors.Is(err, syscall.EXDEV) {
			return writeInPlace(real, content) // a mount of the single file
		}
		return plainError(err)
	}
	return nil
}

// writeTemp writes a temporary file beside name, ready to take its place.
func writeTemp(name string, info os.FileInfo, stat *syscall.Stat_t, content []byte) (tmp string, err error) {
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
		return "", plainError(err)
	}
	if stat != nil {
		if err := f.Chown(int(stat.Uid), int(stat.Gid)); err != nil && !errors.Is(err, os.ErrPermission) {
			return "", plainError(err)
		}
	}
	if err := f.Chmod(info.Mode().Perm()); err != nil {
		return "", plainError(err)
	}
	if err := f.Sync(); err != nil {
		return "", plainError(err)
	}
	return f.Name(), nil
}

func writeInPlace(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return plainError(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(content, 0); err != nil {
		return fmt.Errorf("may be half written: %w", plainError(err))
	}
	if err := f.Truncate(int64(len(content))); err != nil {
		return fmt.Errorf("may be half written: %w", plainError(err))
	}
	return plainError(f.Sync())
}
