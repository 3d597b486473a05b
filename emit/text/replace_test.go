package text

import "testing"

func deps(items ...string) Entry {
	v := Value{Kind: List}
	for _, s := range items {
		v.Elems = append(v.Elems, str(s))
	}
	return Entry{"depends_on", v}
}

var replacements = []step{
	{"one word", web + "    image: x\n    links: # why\n      # one\n      - db # two\n\n      - 'mq'\n    ports: []\n", []Op{repl("services web", "links", []int{0, 1}, deps("db", "mq"))},
		web + "    image: x\n    depends_on: # why\n      # one\n      - db # two\n\n      - 'mq'\n    ports: []\n", false},
	{"flow, one word", web + "    links: [db]\n", []Op{repl("services web", "links", []int{0}, deps("db"))}, web + "    depends_on: [db]\n", false},
	{"alias cut, quotes stay", web + "    \"links\":\n      - \"db:db\" # x\n      - mq:q\n", []Op{repl("services web", "links", []int{0, 1}, deps("db", "mq"))},
		web + "    \"depends_on\":\n      - \"db\" # x\n      - mq\n", false},
	{"real", "services:\n  web:\n    environment:\n      - DEBUG=x\n\n    # Link to containers in another service.\n    # so they determine the order of service startup.\n    links:\n      - mongo\n  mongo:\n", []Op{repl("services web", "links", []int{0}, deps("mongo"))},
		"services:\n  web:\n    environment:\n      - DEBUG=x\n\n    depends_on:\n      - mongo\n  mongo:\n", false},
	{"comments about links inside go", web + "    links: # links to\n      # the link\n      - db # linked\n      # linking more\n      - mq # queue\n      # tail\n", []Op{repl("services web", "links", []int{0, 1}, deps("db", "mq"))},
		web + "    depends_on:\n      - db\n      - mq # queue\n      # tail\n", false},
	{"items dropped", web + "    links:\n      - a # one\n      - b # two\n        # deeper\n      - c # three\n      # - d\n    x: 1\n", []Op{repl("services web", "links", []int{0, 2}, deps("a", "c"))},
		web + "    depends_on:\n      - a # one\n      - c # three\n    x: 1\n", false},
	{"comment on a commented-out item", web + "    links:\n      - a\n      # kept\n\n      # why\n      # - d\n    x: 1\n", []Op{repl("services web", "links", []int{0}, deps("a"))},
		web + "    depends_on:\n      - a\n      # kept\n\n      # why\n      # - d\n    x: 1\n", false},
	{"comment on a commented-out item below the list", web + "    links:\n      - a\n      # why\n      # - d\n    x: 1\n", []Op{repl("services web", "links", []int{0}, deps("a"))},
		web + "    depends_on:\n      - a\n    x: 1\n", false},
	{"first items dropped, blank", web + "    links:\n      - a\n\n      - b\n\n      - c\n", []Op{repl("services web", "links", []int{2}, deps("c"))},
		web + "    depends_on:\n      - c\n", false},
	{"last items dropped, no final break", web + "    links:\n      - a\n      - b\n      - c", []Op{repl("services web", "links", []int{0}, deps("a"))},
		web + "    depends_on:\n      - a\n", false},
	{"items added", web + "    links:\n    -   a # one\n    x: 1\n", []Op{repl("services web", "links", []int{0, -1}, deps("a", "b"))},
		web + "    depends_on:\n    -   a # one\n    -   b\n    x: 1\n", false},
	{"items added, last dropped, no final break", web + "    links:\n      - a\n      - b", []Op{repl("services web", "links", []int{0, -1}, deps("a", "c"))},
		web + "    depends_on:\n      - a\n      - c\n", false},
	{"flow, dropped and added", web + "    links: [ a, 'b:b', c ] # one\n", []Op{repl("services web", "links", []int{1, -1}, deps("b", "d"))},
		web + "    depends_on: [ 'b', d ] # one\n", false},
	{"more entries", web + "    links:\n      - a\n    x: 1\n", []Op{repl("services web", "links", []int{0}, deps("a"), Entry{"environment", list(str("A=b"))})},
		web + "    depends_on:\n      - a\n    environment:\n      - A=b\n    x: 1\n", false},
	{"more entries, no final break", web + "    links:\n      - a", []Op{repl("services web", "links", []int{0}, deps("a"), Entry{"environment", list(str("A=b"))})},
		web + "    depends_on:\n      - a\n    environment:\n      - A=b", false},
	{"more entries, flow", "a: {links: [b], c: 1}\n", []Op{repl("a", "links", []int{0}, deps("b"), Entry{"d", str("e")})}, "a: {depends_on: [b], d: e, c: 1}\n", false},
	{"tag and anchor go", web + "    links: &l !override # one\n      - db\n    x: !t &m [b]\n", []Op{repl("services web", "links", []int{0}, deps("db")), repl("services web", "x", []int{0}, Entry{"z", list(str("b"))})},
		web + "    depends_on: # one\n      - db\n    z: [b]\n", false},
	{"anchor is used", "a: &l [db]\nb: *l\n", []Op{repl("", "a", []int{0}, deps("db"))}, "anchor inside the removed text is used elsewhere", true},
	{"anchor of a kept item", "a: [&d db]\nb: *d\n", []Op{repl("", "a", []int{0}, deps("db"))}, "depends_on: [&d db]\nb: *d\n", false},
	{"anchor of a changed item", "a: [&d \"db:x\"]\nb: *d\n", []Op{repl("", "a", []int{0}, deps("db"))}, "anchor inside the removed text is used elsewhere", true},
	{"a map, fresh", web + "    image: x\n\n    # link\n    links:\n      - a # b\n    # next\n    x: 1\n", []Op{repl("services web", "links", nil, Entry{"depends_on", dict("a", dict("condition", str("c")))})},
		web + "    image: x\n\n    depends_on:\n      a:\n        condition: c\n    # next\n    x: 1\n", false},
	{"null, fresh, no final break", web + "    links:", []Op{repl("services web", "links", nil, deps("a"))}, web + "    depends_on:\n      - a", false},
	{"alias, fresh", "l: &l [a]\nweb:\n  links: *l # x\n", []Op{repl("web", "links", nil, deps("a"))}, "l: &l [a]\nweb:\n  depends_on:\n    - a\n", false},
	{"behind a dash", "x:\n  - links: [a]\n    b: c\n  - links:\n      - a:b\n", []Op{repl("x 0", "links", nil, deps("a")), repl("x 1", "links", []int{0}, deps("a"))},
		"x:\n  - depends_on:\n      - a\n    b: c\n  - depends_on:\n      - a\n", false},
	{"flow lines, fresh", "a: {\n  # links\n  links: {b: c}, # x\n  d: 1\n}\n", []Op{repl("a", "links", nil, deps("b"), Entry{"e", str("f")})}, "a: {\n  depends_on: [b],\n  e: f, # x\n  d: 1\n}\n", false},
	{"JSON", "{\"a\": {\"links\": [\"b:c\", \"d\"]}}", []Op{repl("a", "links", []int{0, 1}, deps("b", "d"))}, "{\"a\": {\"depends_on\": [\"b\", \"d\"]}}", false},
	{"same key", "a:\n  links:\n  - b:c\n", []Op{repl("a", "links", []int{0}, Entry{"links", list(str("b"))})}, "a:\n  links:\n  - b\n", false},
	{"key of a sibling", "a:\n  links:\n  - b\n  depends_on: []\n", []Op{repl("a", "links", []int{0}, deps("b"))}, "is there already", true},
	{"order changed, fresh", "a:\n  links:\n  - b\n  - c # x\n", []Op{repl("a", "links", []int{1, 0}, deps("c", "b"))}, "a:\n  depends_on:\n  - c\n  - b\n", false},
	{"wrapped flow, dropped, fresh", "a:\n  links: [b,\n          c]\n", []Op{repl("a", "links", []int{1}, deps("c"))}, "a:\n  depends_on:\n    - c\n", false},
}

func TestReplace(t *testing.T) { runTable(t, replacements) }
