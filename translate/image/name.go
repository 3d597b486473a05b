package image

import (
	"fmt"
	"strings"

	"github.com/distribution/reference"
)

// mirrors are prefixes under which the official images of Docker Hub, or all
// of its images, are to be had too. The names that Docker itself takes for the
// Hub, docker.io and index.docker.io, are known to distribution/reference.
var mirrors = []string{
	"registry-1.docker.io/library/", "registry-1.docker.io/",
	"registry.hub.docker.com/library/", "registry.hub.docker.com/",
	"public.ecr.aws/docker/library/",
	"mirror.gcr.io/library/",
}

// Name returns the name by which an image is known, without tag and digest and
// as docker prints it: postgres for docker.io/library/postgres:9.6. It is empty
// if ref names no image.
func Name(ref string) string {
	name, _, err := parse(ref)
	if err != nil {
		return ""
	}
	return name
}

// parse splits a reference into name and tag, which is empty if there is none.
// With an error, name is what the last part of the reference seems to be.
func parse(ref string) (name, tag string, err error) {
	plain, tag, open := cutVariable(ref)
	if open && strings.Contains(plain, "$") {
		return last(plain), "", fmt.Errorf("the name of the image %s holds a variable that is not set", ref)
	}
	named, err := reference.ParseNormalizedNamed(plain)
	if err != nil {
		return last(plain), "", fmt.Errorf("%q is no name of an image: %w", ref, err)
	}
	if t, ok := named.(reference.Tagged); ok && !open {
		tag = t.Tag()
	}
	name = reference.FamiliarName(named)
	for _, prefix := range mirrors {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return rest, tag, nil
		}
	}
	return name, tag, nil
}

// cutVariable cuts the tag and the digest off a reference that holds a
// variable: what is left is a reference if the name holds none.
func cutVariable(ref string) (plain, tag string, open bool) {
	if !strings.Contains(ref, "$") {
		return ref, "", false
	}
	plain, _, _ = strings.Cut(cover(ref), "@")
	if i := strings.LastIndexByte(plain, ':'); i > strings.LastIndexByte(plain, '/') {
		plain, tag = plain[:i], plain[i+1:]
	}
	return plain, tag, true
}

// last returns the last part of a name that is no reference, without its tag.
func last(ref string) string {
	ref = ref[strings.LastIndexByte(ref, '/')+1:]
	ref, _, _ = strings.Cut(ref, "@")
	ref, _, _ = strings.Cut(ref, ":")
	return strings.ToLower(ref)
}
