package main

import (
	"fmt"
	"syscall"
	"testing"
)

// mountSmall puts a disk of few pages on a folder.
func mountSmall(t *testing.T, dir string) error {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=32k"); err != nil {
		return fmt.Errorf("a small disk can't be mounted: %w", err)
	}
	t.Cleanup(func() { unmount(t, dir) })
	return nil
}

// mountFile puts a file on another.
func mountFile(t *testing.T, from, on string) error {
	t.Helper()
	if err := syscall.Mount(from, on, "", syscall.MS_BIND, ""); err != nil {
		return fmt.Errorf("a file can't be mounted: %w", err)
	}
	t.Cleanup(func() { unmount(t, on) })
	return nil
}

func unmount(t *testing.T, path string) {
	t.Helper()
	if err := syscall.Unmount(path, syscall.MNT_DETACH); err != nil {
		t.Error(err)
	}
}
