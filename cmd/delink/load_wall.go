package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/delink/delink/emit/guard"
)

// wall stands before compose-go's own file loader, which hands any path to
// os.ReadFile: a device would fill the memory, a pipe would block for ever. It
// accepts, and then refuses, what must not be read. It is the second line;
// checkReach is the first.
//
// It also puts edited texts in place of the files that services extend from.
// compose-go takes files only, so that the texts are written to some.
type wall struct {
	dir     string
	folders []string          // that relative paths may start from
	edited  map[string]string // real path to the file that stands in for it
}

// build makes the wall for one load of a project in dir. remove deletes what
// it wrote.
func (r *reach) build(dir string) (w wall, remove func(), err error) {
	w = wall{dir: dir, folders: r.folders, edited: map[string]string{}}
	temp := ""
	remove = func() {
		if temp != "" {
			_ = os.RemoveAll(temp) // what is left is in the system's own folder
		}
	}
	for path := range r.bases {
		path = realPath("", path)
		text, ok := r.edited[path]
		if !ok || r.included[path] {
			continue
		}
		if temp == "" {
			if temp, err = os.MkdirTemp("", "delink-"); err != nil {
				return w, remove, err
			}
		}
		file := filepath.Join(temp, fmt.Sprintf("%d-%s", len(w.edited), filepath.Base(path)))
		if err := os.WriteFile(file, text, 0o600); err != nil {
			remove()
			return w, remove, err
		}
		w.edited[path] = file
	}
	return w, remove, nil
}

// Accept reports whether path is to be refused, or has been edited.
func (w wall) Accept(path string) bool {
	return w.refuse(path) != nil || w.standIn(path) != ""
}

// Load refuses path, or returns the file that stands in for it.
func (w wall) Load(_ context.Context, path string) (string, error) {
	return w.standIn(path), w.refuse(path)
}

// Dir returns the folder that path is in, as compose-go's own loader does.
func (w wall) Dir(path string) string {
	folder := filepath.Dir(joinPath(w.dir, path))
	if rel, err := filepath.Rel(w.dir, folder); err == nil {
		return rel
	}
	return folder
}

func (w wall) standIn(path string) string {
	if len(w.edited) == 0 {
		return ""
	}
	return w.edited[realPath(w.dir, path)]
}

// rename puts the names of the edited files back into an error.
func (w wall) rename(err error) error {
	if err == nil || len(w.edited) == 0 {
		return err
	}
	msg := err.Error()
	for path, file := range w.edited {
		msg = strings.ReplaceAll(msg, file, path)
	}
	return errors.New(msg)
}

func (w wall) refuse(path string) error {
	if err := refuseRemote(path); err != nil {
		return err
	}
	if filepath.IsAbs(path) {
		return refuseIrregular(path)
	}
	if err := refuseIrregular(path); err != nil {
		return err
	}
	for _, folder := range w.folders {
		if err := refuseIrregular(filepath.Join(folder, path)); err != nil {
			return err
		}
	}
	return nil
}

// refuseRemote refuses what is to be fetched: delink never does.
func refuseRemote(path string) error {
	if strings.Contains(path, "://") || strings.HasPrefix(path, "git@") {
		return fmt.Errorf("%s is remote, and remote files are not fetched", path)
	}
	return nil
}

// refuseIrregular refuses devices, pipes and files too large to be Compose files. A
// file that is missing, or a folder, is left to compose-go, which says so.
func refuseIrregular(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil, info.IsDir():
		return nil
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file", path)
	case info.Size() > guard.MaxBytes:
		return fmt.Errorf("%s has %d bytes; the limit is %d", path, info.Size(), guard.MaxBytes)
	}
	return nil
}
