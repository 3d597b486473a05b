//go:build !unix

package main

import (
	"io"
	"os"
)

// readInto reads a regular file into buf, or into a larger one. What it returns
// is in buf.
func readInto(name string, buf []byte) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, plainError(err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, plainError(err)
	case info.IsDir():
		return nil, errFolder
	case !info.Mode().IsRegular():
		return nil, errIrregular
	}
	buf = grow(buf, info.Size())
	n, err := io.ReadFull(f, buf)
	switch {
	case err == io.ErrUnexpectedEOF || err == io.EOF:
		return buf[:n], nil
	case err != nil:
		return nil, plainError(err)
	case n > maxFile:
		return nil, errTooLarge
	}
	rest, err := readAll(f)
	return append(buf, rest...), err
}
