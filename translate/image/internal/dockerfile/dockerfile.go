// Package dockerfile computes what a Dockerfile says of the image's ports and
// environment. It runs the instructions FROM, ARG, ENV, EXPOSE and ONBUILD as
// BuildKit does and skips all others.
//
// It never knows an image: what a base image has is asked of the caller. It
// never reads a file, a network or the process's environment.
//
// The rules are those of github.com/moby/buildkit v0.34.2, in
// frontend/dockerfile/parser (lines, heredocs, words), shell (expansion) and
// dockerfile2llb (stages, ARG, ENV, EXPOSE, ONBUILD). Where BuildKit refuses a
// file for an instruction that has no say in ports or environment, this
// package goes on.
package dockerfile

import "fmt"

// Port is a port of the image. Proto is tcp, udp or sctp.
type Port struct {
	Number int
	Proto  string
}

// Variable is an entry of the image's environment. It is exact if nothing in
// its value hangs on what is not known, such as a variable of the base image.
type Variable struct {
	Name, Value string
	Exact       bool
}

// Base is what is known of the image that a FROM names.
type Base struct {
	Ports []Port
	// Env is the environment that it hands on.
	Env []Variable
	// EnvKnown says that Env is all of it.
	EnvKnown bool
	// OnBuild are the triggers that a build from it runs first.
	OnBuild []string
}

// Options is what a build is given.
type Options struct {
	// Target is the name of the stage to build; if empty, it is the last.
	Target string
	// Args are the build arguments.
	Args map[string]string
	// Base is asked for the one image that the target is built from. name is
	// what FROM names; in kept, variables that are not set still stand as
	// ${NAME}, of which name has nothing: it may be empty, or no name at all.
	// It is not asked for scratch.
	Base func(name, kept string) Base
	// Stage, if not nil, may stand in for a whole stage, as a named build
	// context does.
	Stage func(name string) (Base, bool)
}

// Result is what a Dockerfile gives.
type Result struct {
	// Ports are the ports in ascending order of number and protocol, those of
	// the base included.
	Ports []Port
	// PortsExact is false if an EXPOSE hangs on what is not known.
	PortsExact bool
	// Env is the environment in BuildKit's order, the base's included.
	Env []Variable
	// EnvKnown says that Env holds every name.
	EnvKnown bool
	// OnBuild are the triggers for a build from this image.
	OnBuild []string
	// Lines are the lines of the EXPOSE instructions that took part.
	Lines []int
	// From is the line of the FROM that names the base. Stand is the name of
	// its stage if Options.Stage stood in for it.
	From  int
	Stand string
	// Notes are things to tell that are no errors.
	Notes []string
}

// Error is a fault in a Dockerfile. Line is 0 if there is none to name.
type Error struct {
	Line int
	What string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.What
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.What)
}

func fault(line int, format string, args ...any) error {
	return &Error{Line: line, What: fmt.Sprintf(format, args...)}
}
