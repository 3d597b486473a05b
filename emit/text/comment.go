package text

import "gopkg.in/yaml.v3"

// Comment returns the comment on the line that a node ends on, or "". Of a key
// whose value stands below, that is the comment on the key's line.
func (f *File) Comment(n *yaml.Node) string {
	at := f.places[n]
	if at == nil || at.block {
		return ""
	}
	end := at.end
	if at.isKey {
		end = at.parent.entries[at.index].colon + 1
		if val := at.parent.entries[at.index].val; f.lineOf(val.start) == f.lineOf(end) {
			end = max(end, val.end)
		}
	}
	l := f.lines[f.lineOf(end)]
	for i := end; i < l.end; i++ {
		switch f.src[i] {
		case ' ', '\t', ',':
		case '#':
			return string(f.src[i:l.end])
		default:
			return ""
		}
	}
	return ""
}
