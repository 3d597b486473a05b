package dockerfile

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
)

// takesHeredoc tells whether a << in an instruction can begin a heredoc: in
// RUN, COPY and ADD, also behind ONBUILD, unless the arguments are JSON.
func takesHeredoc(in instruction) bool {
	name, args := in.name, in.args
	if name == "onbuild" {
		name, args = split(args, in.escape)
		name = strings.ToLower(name)
	}
	switch name {
	case "run", "copy", "add":
	default:
		return false
	}
	args = strings.TrimLeftFunc(args, unicode.IsSpace)
	return !strings.HasPrefix(args, "[") || !json.Valid([]byte(args))
}

var heredoc = regexp.MustCompile(`^\d*<<(-?)\s*([^<]*)$`)

// heredocs skips the bodies of the heredocs that a line names, in their order,
// and returns them as ONBUILD stores them. Whatever the file's escape
// character, here it is the backslash.
func heredocs(line string, r *lineReader, start int) (string, error) {
	raw := lexer{escape: '\\', rawQuotes: true, rawEscapes: true, keepUnset: true}
	words, err := raw.words(line, nothing{})
	if err != nil {
		return "", nil
	}
	var bodies strings.Builder
	for _, word := range words {
		m := heredoc.FindStringSubmatch(word)
		if m == nil || m[2] == "" {
			continue
		}
		plain := lexer{escape: '\\', keepUnset: true}
		names, err := plain.words(m[2], nothing{})
		if err != nil {
			return "", fault(start, "heredoc: %v", err)
		}
		if len(names) != 1 {
			continue
		}
		bodies.WriteByte('\n')
		if !body(r, names[0], m[1] == "-", &bodies) {
			return "", fault(start, "the heredoc %s has no end", names[0])
		}
		bodies.WriteString(names[0])
	}
	return bodies.String(), nil
}

// body reads a heredoc up to the line that is its name.
func body(r *lineReader, name string, tabs bool, b *strings.Builder) bool {
	for {
		raw, ok := r.next()
		if !ok {
			return false
		}
		line := string(trimNewline(raw))
		if tabs {
			line = strings.TrimLeft(line, "\t")
		}
		if line == name {
			return true
		}
		b.Write(raw)
	}
}

// nothing is an environment without variables.
type nothing struct{}

func (nothing) get(string) (string, bool) { return "", false }
