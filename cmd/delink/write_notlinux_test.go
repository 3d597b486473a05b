//go:build unix && !linux

package main

import (
	"errors"
	"testing"
)

// A disk and a file are mounted on Linux only.

func mountSmall(*testing.T, string) error { return errors.ErrUnsupported }

func mountFile(*testing.T, string, string) error { return errors.ErrUnsupported }
