package image

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/delink/delink/translate/linkenv"
)

// table is the catalogue. It is never parsed as a whole: a question reads it
// up to the row that answers.
//
//go:embed catalogue.txt
var table string

// A row is one line of the catalogue.
type row struct {
	names  string // separated by ", "
	rules  string // separated by "; "
	source string
}

// rows calls yield for each row, until it returns false.
func rows(text string, yield func(row) bool) {
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		names, rest, _ := strings.Cut(line, "  ")
		rules, source, _ := strings.Cut(rest, "  # ")
		if !yield(row{names, rules, source}) {
			return
		}
	}
}

// has tells whether name is one of the row's names.
func (r row) has(name string) bool {
	names := r.names
	for names != "" {
		var one string
		if one, names, _ = strings.Cut(names, ", "); one == name {
			return true
		}
	}
	return false
}

// find returns the row for an image, and for a tag the row that is for such
// tags only. variants tells whether there are other rows for other tags.
func find(name string, t tag) (found row, ok, variants bool) {
	rows(table, func(r row) bool {
		if !strings.Contains(r.names, name) {
			return true
		}
		if r.has(name) {
			found, ok = r, true
		}
		for _, one := range strings.Split(r.names, ", ") {
			word, isVariant := strings.CutPrefix(one, name+":")
			if !isVariant {
				continue
			}
			variants = true
			if t.has(word) {
				found, ok = r, true
				return false
			}
		}
		return true
	})
	return found, ok, variants
}

// A rule is what a row says for some of the tags.
type rule struct {
	condition string // "" for all
	ports     string
}

func (r row) list() []rule {
	var all []rule
	for _, text := range strings.Split(r.rules, "; ") {
		condition, ports, ok := strings.Cut(text, ": ")
		if !ok {
			condition, ports = "", text
		}
		all = append(all, rule{condition, ports})
	}
	return all
}

// pick returns the rule for a version; that is the last for a tag without one.
func (r row) pick(v version) rule {
	all := r.list()
	for _, one := range all {
		if one.condition == "" || v != nil && v.fits(one.condition) {
			return one
		}
	}
	return all[len(all)-1]
}

// bare is what a rule says instead of ports when there is no environment
// either.
const bare = "bare"

// parsePorts reads the ports of a rule.
func parsePorts(text string) ([]linkenv.Port, bool) {
	if text == "none" || text == bare {
		return nil, true
	}
	var ports []linkenv.Port
	for _, word := range strings.Split(text, " ") {
		numbers, proto, ok := strings.Cut(word, "/")
		if !ok {
			proto = "tcp"
		}
		from, to, isRange := strings.Cut(numbers, "-")
		if !isRange {
			to = from
		}
		first, err1 := strconv.ParseUint(from, 10, 16)
		last, err2 := strconv.ParseUint(to, 10, 16)
		if err1 != nil || err2 != nil || last < first {
			return nil, false
		}
		for n := first; n <= last; n++ {
			ports = append(ports, linkenv.Port{Number: int(n), Proto: proto})
		}
	}
	return ports, true
}
