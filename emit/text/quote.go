package text

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// ambiguous are plain scalars that a YAML 1.1 or 1.2 reader may take for
// something else than a string: booleans, null, numbers with underscores, octal,
// hexadecimal and sexagesimal ones, dates, the merge key (YAML 1.1 type
// repository; Compose's loader changes such values, measured).
var ambiguous = regexp.MustCompile(`^(?i:y|yes|n|no|on|off|true|false|null|~|=|<<|` +
	`[-+]?0b[01_]+|[-+]?0o[0-7_]+|[-+]?0x[0-9a-f_]+|` +
	`[-+]?[0-9][0-9_,]*(:[0-9_]+)*(\.[0-9_]*)?(e[-+]?[0-9]+)?|` +
	`[-+]?\.[0-9_]+(e[-+]?[0-9]+)?|[-+]?\.inf|\.nan|` +
	`[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([t \t].*)?)$`)

// simple are words that are plain in every context, so that no parser is asked.
var simple = regexp.MustCompile(`^[A-Za-z_/][A-Za-z0-9_./=@-]*$`)

// plainOK says whether s may be written without quotes and is then read as the
// string s.
func plainOK(s string, flow bool) bool {
	if ambiguous.MatchString(s) {
		return false
	}
	if simple.MatchString(s) {
		return true
	}
	if s == "" || strings.TrimSpace(s) != s || strings.ContainsRune("-?:,[]{}#&*!|>'\"%@`", rune(s[0])) {
		return false
	}
	if strings.HasPrefix(s, "...") || strings.HasSuffix(s, ":") || flow && strings.ContainsAny(s, ",[]{}?") {
		return false
	}
	for _, bad := range []string{": ", "\t", " #"} { // some readers refuse tabs (measured: docker-compose 1.29.2)
		if strings.Contains(s, bad) {
			return false
		}
	}
	for _, r := range s {
		if !printable(r) {
			return false
		}
	}
	pre, post := "- ", ""
	if flow {
		pre, post = "[", "]"
	}
	n, ok := only(pre, s, post)
	return ok && n.Kind == yaml.ScalarNode && n.Tag == "!!str" && n.Value == s
}

// printable says whether r may stand in a plain or single-quoted scalar on one
// line.
func printable(r rune) bool {
	switch r {
	case '\u0085', '\u2028', '\u2029', '\uFEFF', utf8.RuneError:
		return false
	}
	return r == '\t' || unicode.IsPrint(r) || r >= 0xA0 && !unicode.IsControl(r)
}

// only parses a list of one item, which is s, and returns the item if all of s
// is it.
func only(pre, s, post string) (*yaml.Node, bool) {
	f, err := Parse([]byte(pre + s + post))
	if err != nil || len(f.roots) != 1 || len(f.roots[0].items) != 1 {
		return nil, false
	}
	it := f.roots[0].items[0].val
	return it.n, it.start == len(pre) && it.end == len(pre)+len(s)
}

// token returns the node that source text for a scalar is read as, if it can
// stand as a value: behind a key and a colon, in brackets or not. It has neither tag
// nor anchor.
func token(s string, flow bool) (*yaml.Node, bool) {
	pre, post := "- k: ", ""
	if flow {
		pre, post = "[{k: ", "}]"
	}
	f, err := Parse([]byte(pre + s + post))
	if err != nil || len(f.roots) != 1 || len(f.roots[0].items) != 1 || len(f.roots[0].items[0].val.entries) != 1 {
		return nil, false
	}
	v := f.roots[0].items[0].val.entries[0].val
	if v.n.Kind != yaml.ScalarNode || v.body != v.start || v.block || len(f.lines) > 1 {
		return nil, false
	}
	return v.n, s != "" && v.start == len(pre) && v.end == len(pre)+len(s)
}

// quoted writes s in the given quotes, or in the others where those need no
// escapes.
func quoted(s string, quote byte, json bool) string {
	single := quote == '\''
	for _, r := range s {
		if !printable(r) || r == '\t' {
			return double(s, json)
		}
	}
	if json {
		return double(s, true)
	}
	if single {
		if strings.Contains(s, "'") && !strings.ContainsAny(s, `"\`) {
			return double(s, false)
		}
	} else if !strings.ContainsAny(s, `"\`) || strings.Contains(s, "'") {
		return double(s, false)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// double writes s in double quotes (YAML 1.2.2 §5.7; JSON has fewer escapes).
func double(s string, json bool) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case printable(r):
			b.WriteRune(r)
		case r > 0xFFFF && json:
			b.WriteRune(r)
		case r > 0xFFFF:
			fmt.Fprintf(&b, `\U%08X`, r)
		default:
			fmt.Fprintf(&b, `\u%04X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// scalar writes a string.
func (st style) scalar(s string, flow bool) string {
	if !st.json && !st.always && plainOK(s, flow) {
		return s
	}
	return quoted(s, st.quote, st.json)
}

// key writes a mapping's key: strings without need of quotes get none, whatever
// the values have, unless every key of the file has them.
func (st style) key(s string, flow bool) string {
	if !st.json && !st.keys && plainOK(s, flow) {
		return s
	}
	return quoted(s, st.quote, st.json)
}
