package image

import (
	"strconv"
	"strings"
)

// A tag is an image's tag, cut into its parts.
type tag struct {
	parts []string
	// open is the index of the first part that holds a variable; what such a
	// part stands for is not known.
	open int
	// unsure says that there is such a part.
	unsure bool
}

// newTag cuts a tag at its dashes and underscores.
func newTag(text string) tag {
	var t tag
	t.parts = strings.FieldsFunc(cover(text), func(r rune) bool { return r == '-' || r == '_' })
	t.open = len(t.parts)
	for i, part := range t.parts {
		if strings.Contains(part, "$") {
			t.open, t.unsure = i, true
			break
		}
	}
	return t
}

// cover puts a single $ in the place of each variable, so that a tag can be
// cut without regard to what stands in ${…}.
func cover(text string) string {
	var b strings.Builder
	for text != "" {
		at := strings.IndexByte(text, '$')
		if at < 0 {
			break
		}
		b.WriteString(text[:at+1])
		text = text[at+1:]
		if !strings.HasPrefix(text, "{") {
			continue
		}
		depth, end := 0, len(text)
		for i, c := range text {
			if c == '{' {
				depth++
			} else if c == '}' {
				depth--
			}
			if depth == 0 {
				end = i + 1
				break
			}
		}
		text = text[end:]
	}
	return b.String() + text
}

// has tells whether word is a part of the tag.
func (t tag) has(word string) bool {
	for _, part := range t.parts {
		if part == word {
			return true
		}
	}
	return false
}

// A version is the numbers of a tag, the major one first.
type version []int

// version returns the first part that is a version, such as 9.6, v2.0, 3.8.0rc1
// or 7.2.1 of enterprise-7.2.1, and nil if there is none. A number of more than
// four digits is a date or a hash.
func (t tag) version() version {
	for _, part := range t.parts[:t.open] {
		if v := parseVersion(part); v != nil {
			return v
		}
	}
	return nil
}

func parseVersion(s string) version {
	s = strings.TrimPrefix(s, "v")
	digits := strings.TrimLeft(s, "0123456789.")
	numbers := s[:len(s)-len(digits)]
	if !isPreRelease(digits) {
		return nil
	}
	var v version
	for _, part := range strings.Split(numbers, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || len(part) > 4 && v == nil {
			return nil
		}
		v = append(v, n)
	}
	return v
}

// isPreRelease tells whether s may follow a version's numbers without a dash.
func isPreRelease(s string) bool {
	switch strings.TrimRight(s, "0123456789") {
	case "", "rc", "alpha", "beta", "a", "b", "p":
		return true
	}
	return false
}

// fits tells whether a condition of the catalogue is true of v. A version that
// lacks numbers is the last of its kind: 5 is not before 5.7.
func (v version) fits(condition string) bool {
	number := strings.TrimLeft(condition, "<>=")
	op := condition[:len(condition)-len(number)]
	bound := parseVersion(number)
	order := 0
	for i, n := range bound {
		if i >= len(v) {
			order = 1
			break
		}
		if v[i] != n {
			order = v[i] - n
			break
		}
	}
	switch op {
	case "<":
		return order < 0
	case ">=":
		return order >= 0
	}
	return op == "=" && order == 0
}
