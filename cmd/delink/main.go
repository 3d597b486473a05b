// Command delink takes links out of Compose files and writes what they gave in
// their place: the start order, names on a network of the project, variables.
package main

import (
	"io"
	"os"
	"runtime/debug"
)

// version is that of a build without module information, such as a hook's.
const version = "0.1.0"

// Exit codes. They do not change their meaning.
const (
	exitOK    = 0 // no links left; with -d, -l and --check: none were there
	exitLinks = 1 // links are left; with -d, -l and --check: there are some
	exitError = 2 // bad usage, unreadable or broken input, a failed proof
)

func main() {
	// A run is over before a collection pays: most of what compose-go
	// allocates, it needs once. The limit keeps a large tree in bounds.
	debug.SetGCPercent(400)
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// streams are the program's standard streams.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}
