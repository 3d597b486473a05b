package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// maxFile is the largest file that is read. Compose files have kilobytes; what
// is larger is something else.
const maxFile = 64 << 20

// defaultNames are the files that docker compose looks for, in its order.
var defaultNames = []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}

// defaultFile is the project's file in the current folder.
func defaultFile() (string, error) {
	for _, name := range defaultNames {
		if _, err := os.Stat(name); err == nil {
			return name, nil
		}
	}
	return "", errors.New("no compose.yaml, compose.yml, docker-compose.yaml or docker-compose.yml here: name a file")
}

// readFile reads a regular file, and nothing else: a device or a pipe may never end.
func readFile(name string) ([]byte, error) { return readInto(name, nil) }

// grow makes room in buf for size bytes and one more, by which a reader sees
// that the file ends there. A size that no Compose file has gets less.
func grow(buf []byte, size int64) []byte {
	if want := int(min(size, maxFile)) + 1; cap(buf) < want {
		return make([]byte, want, want+want/4)
	}
	return buf[:cap(buf)]
}

var errTooLarge = fmt.Errorf("is larger than %d MB: no Compose file", maxFile>>20)

// readAll reads to the end, or to the limit.
func readAll(r io.Reader) ([]byte, error) {
	src, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, plainError(err)
	}
	if len(src) > maxFile {
		return nil, errTooLarge
	}
	return src, nil
}

// errFolder is a folder where a file must be; errNoMode one that could be gone
// through.
var (
	errFolder = errors.New("is a directory: name a file")
	errNoMode = errors.New("is a directory: name the Compose file in it, or add -w, -d, -l or --check")
)

var errIrregular = errors.New("is no regular file")

// plainError is an error without the name of the file, which the message has already.
func plainError(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		if errors.Is(p.Err, syscall.ENOENT) {
			return errors.New("no such file")
		}
		return p.Err
	}
	return err
}

// clobbered tells whether stdout is the input itself: the shell has emptied it
// then, or the new text would be put behind the old.
func clobbered(out io.Writer, name string, in io.Reader) error {
	to, ok := out.(*os.File)
	if !ok {
		return nil
	}
	dst, err := to.Stat()
	if err != nil || !dst.Mode().IsRegular() {
		return nil
	}
	var src os.FileInfo
	if name == "-" {
		if f, ok := in.(*os.File); ok {
			src, err = f.Stat()
		}
	} else {
		src, err = os.Stat(name)
	}
	if err != nil || src == nil || !os.SameFile(src, dst) {
		return nil
	}
	if src.Size() == 0 {
		return fmt.Errorf("%s was emptied by the shell before delink ran; restore it and use -w", name)
	}
	return fmt.Errorf("stdout is %s itself; use -w", name)
}
