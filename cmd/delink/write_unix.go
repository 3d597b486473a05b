//go:build unix

package main

import (
	"errors"
	"os"
	"syscall"
	"time"
)

var errReadOnly error = syscall.EROFS

// nameCount is the number of names that a file has.
func nameCount(info os.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(stat.Nlink)
	}
	return 1
}

// giveOwner makes the owner of a file that of another.
func giveOwner(f *os.File, of os.FileInfo) error {
	want, ok := of.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if have, ok := info.Sys().(*syscall.Stat_t); ok && have.Uid == want.Uid && have.Gid == want.Gid {
		return nil
	}
	return f.Chown(int(want.Uid), int(want.Gid))
}

// cannotReplace reports whether a file refused to be renamed over because it is
// a mount of its own.
func cannotReplace(err error) bool {
	return errors.Is(err, syscall.EBUSY) || errors.Is(err, syscall.EXDEV)
}

// lockFile takes a file for this process, if no other has it. It is free again
// when it is closed, or the process ends. A file system without locks does not
// keep anyone from writing.
func lockFile(f *os.File) error {
	err := syscall.FcntlFlock(f.Fd(), syscall.F_SETLK, &syscall.Flock_t{Type: syscall.F_WRLCK})
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EACCES) {
		return errBusy
	}
	return nil
}

// die ends the program as the signal would have.
func die(s os.Signal) {
	if s, ok := s.(syscall.Signal); ok {
		if syscall.Kill(os.Getpid(), s) == nil {
			time.Sleep(time.Second) // it may be delivered to another thread
		}
		os.Exit(128 + int(s))
	}
	os.Exit(exitError)
}
