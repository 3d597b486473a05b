//go:build unix

package main

import (
	"errors"
	"os"
	"syscall"
)

// readInto reads a regular file into buf, or into a larger one, with the fewest
// calls: a tree may have many thousand files. What it returns is in buf.
func readInto(name string, buf []byte) ([]byte, error) {
	fd, err := open(name)
	if err != nil {
		return nil, plainError(&os.PathError{Op: "open", Path: name, Err: err})
	}
	defer syscall.Close(fd)
	var info syscall.Stat_t
	if err := syscall.Fstat(fd, &info); err != nil {
		return nil, err
	}
	switch info.Mode & syscall.S_IFMT {
	case syscall.S_IFREG:
	case syscall.S_IFDIR:
		return nil, errFolder
	default:
		return nil, errIrregular
	}
	buf = grow(buf, info.Size)
	for n := 0; ; {
		m, err := syscall.Read(fd, buf[n:])
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case err != nil:
			return nil, err
		}
		n += m
		switch {
		case n > maxFile:
			return nil, errTooLarge
		case m == 0, n > 0 && int64(n) == info.Size:
			return buf[:n], nil
		case n == len(buf):
			buf = append(buf, 0)
			buf = buf[:cap(buf)]
		}
	}
}

// open opens a file without waiting, as one would for the writer of a pipe.
func open(name string) (int, error) {
	for {
		fd, err := syscall.Open(name, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
		if !errors.Is(err, syscall.EINTR) {
			return fd, err
		}
	}
}
