//go:build !unix

package main

import (
	"errors"
	"os"
)

var errReadOnly = errors.New("read-only file system")

// nameCount is the number of names that a file has, where it can be known.
func nameCount(os.FileInfo) uint64 { return 1 }

// giveOwner makes the owner of a file that of another, where there is one.
func giveOwner(*os.File, os.FileInfo) error { return nil }

// cannotReplace reports whether a file refused to be renamed over because it is
// a mount of its own.
func cannotReplace(error) bool { return false }

// lockFile takes a file for this process, where that can be done.
func lockFile(*os.File) error { return nil }

// die ends the program after a signal.
func die(os.Signal) { os.Exit(exitError) }
