package text

import (
	"errors"
	"strings"
	"testing"
)

// step is one edit of the tables.
type step struct {
	name, in string
	ops      []Op
	want     string // the text, or what the error holds if in is refused
	refused  bool
}

func str(s string) Value        { return Value{Kind: Str, Str: s} }
func tok(s, t string) Value     { return Value{Kind: Str, Str: s, Token: t} }
func null() Value               { return Value{Kind: Null} }
func list(items ...Value) Value { return Value{Kind: List, Elems: items} }
func dict(kv ...any) Value {
	v := Value{Kind: Map}
	for i := 0; i < len(kv); i += 2 {
		v.Keys, v.Elems = append(v.Keys, kv[i].(string)), append(v.Elems, kv[i+1].(Value))
	}
	return v
}

// at makes a path of words; a digit is an index.
func at(words string) (p Path) {
	for _, w := range strings.Fields(words) {
		if len(w) == 1 && w[0] >= '0' && w[0] <= '9' {
			p = append(p, int(w[0]-'0'))
		} else {
			p = append(p, w)
		}
	}
	return p
}

func del(path string) Op            { return Op{Kind: Delete, Path: at(path)} }
func delItem(path string, i int) Op { return Op{Kind: DeleteItem, Path: at(path), Index: i} }
func add(path, key string, v Value) Op {
	return Op{Kind: Add, Path: at(path), Entries: []Entry{{key, v}}}
}
func addItem(path string, v ...Value) Op {
	return Op{Kind: AddItem, Path: at(path), Items: v}
}
func after(path, old string, e ...Entry) Op {
	return Op{Kind: InsertAfter, Path: at(path), After: old, Entries: e}
}
func before(path, old string, e ...Entry) Op {
	return Op{Kind: InsertBefore, Path: at(path), Key: old, Entries: e}
}
func toMap(path string, v Value) Op { return Op{Kind: ListToMap, Path: at(path), Items: []Value{v}} }
func set(path string, v Value) Op   { return Op{Kind: SetScalar, Path: at(path), Items: []Value{v}} }
func repl(path, old string, keep []int, e ...Entry) Op {
	return Op{Kind: Replace, Path: at(path), Key: old, Entries: e, Keep: keep}
}

func runTable(t *testing.T, table []step) {
	t.Helper()
	for _, s := range table {
		t.Run(s.name, func(t *testing.T) {
			got, err := edited([]byte(s.in), s.ops)
			switch {
			case s.refused && (err == nil || !strings.Contains(err.Error(), s.want)):
				t.Errorf("got %q, %v, want the error %q", got, err, s.want)
			case s.refused:
				if errors.Is(err, ErrVerify) {
					t.Error(err)
				}
			case err != nil:
				t.Error(err)
			case string(got) != s.want:
				t.Errorf("got\n%s\nwant\n%s\n(%q)", got, s.want, got)
			}
		})
	}
}

const web = "services:\n  web:\n"

var deletions = []step{
	{"end of file, blank above", web + "    image: x\n\n    links:\n      - db\n", []Op{del("services web links")},
		web + "    image: x\n", false},
	{"no final break", web + "    image: x\n    links:\n      - db", []Op{del("services web links")},
		web + "    image: x\n", false},
	{"mixed breaks", "services:\r\n  web:\n    image: x\r\n    links:\n      - db\r\n    ports: []\n", []Op{del("services web links"), add("services web", "a", str("b"))},
		"services:\r\n  web:\n    image: x\r\n    ports: []\n    a: b\n", false},
	{"byte order mark", "\uFEFFlinks: [a]\nx: 1\n", []Op{del("links")}, "\uFEFFx: 1\n", false},
	{"byte order mark, block", "\uFEFFservices:\n  web:\n    links:\n    - a\n    x: 1\n", []Op{del("services web links")}, "\uFEFFservices:\n  web:\n    x: 1\n", false},
	{"commented-out item at the dash, indentless", web + "    links:\n    - db\n    # - redis\n    # published\n    ports: []\n", []Op{del("services web links")},
		web + "    # published\n    ports: []\n", false},
	{"commented-out keys above", web + "    image: x\n    # volumes:\n    #   - links\n    links:\n      - db\n    ports: []\n", []Op{del("services web links")},
		web + "    image: x\n    # volumes:\n    #   - links\n    ports: []\n", false},
	{"last, blank above, dense below", web + "    image: x\n\n    links:\n      - db\n  db:\n    image: y\n", []Op{del("services web links")},
		web + "    image: x\n  db:\n    image: y\n", false},
	{"comment names the service", web + "    image: x\n\n    # the database is db\n    links:\n      - db\n\n    ports: []\n", []Op{del("services web links")},
		web + "    image: x\n\n    ports: []\n", false},
	{"comment names the alias", web + "    image: x\n    # Store.\n    links:\n      - db:store\n", []Op{del("services web links")},
		web + "    image: x\n", false},
	{"comment names the service, others follow", web + "    # the database is db\n    links:\n      - db\n    ports: []\n", []Op{del("services web links")},
		web + "    # the database is db\n    ports: []\n", false},
	{"only key, anchor and comment", "services:\n  web: &web # base\n    links:\n      - db\n  db: {}\n", []Op{del("services web links")},
		"services:\n  web: &web {} # base\n  db: {}\n", false},
	{"only key, blank around", web + "\n    links:\n      - db\n\n  db: {}\n", []Op{del("services web links")},
		"services:\n  web: {}\n\n  db: {}\n", false},
	{"only key of the file", "links:\n- a\n# b\n", []Op{del("links")}, "{}\n# b\n", false},
	{"flow, first", "services:\n  web: {links: [db], image: x}\n", []Op{del("services web links")},
		"services:\n  web: {image: x}\n", false},
	{"empty value", web + "    image: x\n    links:\n    ports: []\n", []Op{del("services web links")},
		web + "    image: x\n    ports: []\n", false},
	{"explicit key", web + "    ? image\n    : x\n    ? links\n    : - db\n      - mq\n    ? ports\n    : []\n", []Op{del("services web links")},
		web + "    ? image\n    : x\n    ? ports\n    : []\n", false},
	{"keeping block scalar above", web + "    command: |+\n      run\n\n    links:\n      - db\n\n    image: x\n", []Op{del("services web links")},
		web + "    command: |+\n      run\n\n    image: x\n", false},
	{"over-long blank line below", web + "    command: |\n      run\n    links:\n      - db\n        \n    image: x\n", []Op{del("services web links")},
		web + "    command: |\n      run\n    image: x\n", false},
	{"multi-line scalars around", web + "    command: run\n      - db\n      links\n    links:\n      - db\n    label: \"a\n      # no comment\n\n      links:\"\n", []Op{del("services web links")},
		web + "    command: run\n      - db\n      links\n    label: \"a\n      # no comment\n\n      links:\"\n", false},
	{"second document", "a: 1\nlinks: [x]\n---\nlinks: [y]\nb: 2\n", []Op{{Kind: Delete, Doc: 1, Path: at("links")}},
		"a: 1\nlinks: [x]\n---\nb: 2\n", false},
	{"first document", "links: [x]\na: 1\n---\nlinks: [y]\nb: 2\n", []Op{del("links")}, "a: 1\n---\nlinks: [y]\nb: 2\n", false},
	{"tabs", web + "    image:\tx\t# one\n    links:\t# two\n      - db\t# three\n    ports: []\t# four\n", []Op{del("services web links")},
		web + "    image:\tx\t# one\n    ports: []\t# four\n", false},
	{"version 1", "web:\n  image: x\n  links:\n    - db\n\ndb:\n  image: y\n", []Op{add("web", "depends_on", list(str("db"))), del("web links"), add("", "new", dict("image", str("z")))},
		"web:\n  image: x\n  depends_on:\n    - db\n\ndb:\n  image: y\n\nnew:\n  image: z\n", false},
	{"only key behind a dash", "x:\n  - links: [a]\n", []Op{del("x 0 links")}, "the only entry", true},
	{"only key below a dash", "x:\n  -\n    links: [a]\n", []Op{del("x 0 links")}, "x:\n  - {}\n", false},
	{"first key behind a dash, comment between", "x:\n  - links: [a]\n    # b\n    c: d\n", []Op{del("x 0 links")}, "shares a line", true},
	{"item, blank around", "x:\n- a\n\n- b\n\n- c\n", []Op{delItem("x", 1)}, "x:\n- a\n\n- c\n", false},
	{"only item", "x: # c\n- a\ny: 1\n", []Op{delItem("x", 0)}, "x: [] # c\ny: 1\n", false},
	{"nested list slides up", "x:\n  - - a\n    - b\n", []Op{delItem("x 0", 0)}, "x:\n  - - b\n", false},
	{"unknown key", "a: 1\n", []Op{del("b")}, "no such place", true},
	{"through an alias", "a: &a {links: [x]}\nb: *a\n", []Op{del("b links")}, "the value is an alias", true},
	{"pair", "a: [b: c]\n", []Op{del("a 0 b")}, "pair", true},
	{"carriage returns", "a:\r  links:\r  - x\r  b: 1\r", []Op{del("a links")}, "a:\r  b: 1\r", false},
	{"next line separator", "a: x\u0085links: [y]\u0085b: z\u0085", []Op{del("links")}, "a: x\u0085b: z\u0085", false},
	{"flow, comment before the comma's heir", "a: {b: 1, # one\n  links: [x]}\n", []Op{del("a links")}, "a: {b: 1 # one\n  }\n", false},
	{"flow, middle of lines", "a: {b: 1,\n  links: [x], c: 2,\n  d: 3}\n", []Op{del("a links")}, "a: {b: 1,\n  c: 2,\n  d: 3}\n", false},
}

func TestDelete(t *testing.T) { runTable(t, deletions) }

var insertions = []step{
	{"carriage return and line feed", "services:\r\n  web:\r\n    image: x\r\n", []Op{add("services web", "networks", list(str("a")))},
		"services:\r\n  web:\r\n    image: x\r\n    networks:\r\n      - a\r\n", false},
	{"below a keeping block scalar", web + "    command: |+\n      run\n\n  db: {}\n", []Op{add("services web", "a", str("b"))},
		web + "    command: |+\n      run\n\n    a: b\n  db: {}\n", false},
	{"below a multi-line quoted scalar", web + "    command: \"run\n      # it\n      all\"\n", []Op{add("services web", "a", str("b"))},
		web + "    command: \"run\n      # it\n      all\"\n    a: b\n", false},
	{"merge, block", "x: &e\n  A: b\nservices:\n  web:\n    environment:\n      <<: *e\n", []Op{add("services web environment", "C", str("d"))},
		"x: &e\n  A: b\nservices:\n  web:\n    environment:\n      <<: *e\n      C: d\n", false},
	{"merge, flow", "x: &e\n  A: b\nservices:\n  web:\n    environment: {<<: *e}\n", []Op{add("services web environment", "C", str("d"))},
		"x: &e\n  A: b\nservices:\n  web:\n    environment: {<<: *e, C: d}\n", false},
	{"top, dense", "version: '3'\nservices:\n  web:\n    image: x\nvolumes:\n  data:\n", []Op{add("", "networks", dict("back", null()))},
		"version: '3'\nservices:\n  web:\n    image: x\nvolumes:\n  data:\nnetworks:\n  back:\n", false},
	{"top, one section whose entries are apart", "services:\n  web:\n    image: x\n\n  db:\n    image: y\n", []Op{add("", "networks", dict("back", null()))},
		"services:\n  web:\n    image: x\n\n  db:\n    image: y\n\nnetworks:\n  back:\n", false},
	{"second document", "a: 1\n---\nb: 2\n...\n# end\n", []Op{{Kind: Add, Doc: 1, Entries: []Entry{{"c", str("3")}}}},
		"a: 1\n---\nb: 2\nc: \"3\"\n...\n# end\n", false},
	{"environment map quoting", "e:\n  A: b\n", []Op{{Kind: Add, Path: at("e"), Entries: []Entry{
		{"B", str("0123")}, {"C", str("0o17")}, {"D", str("1e3")}, {"E", str("1_000")}, {"F", str("0x1F")}, {"G", str("1.10")}, {"H", str(".5")},
		{"I", str("2020-01-01")}, {"J", str("null")}, {"K", str("~")}, {"L", str("")}, {"M", str(".inf")}, {"N", str("yes")}, {"O", str("on")}, {"P", str("y")},
		{"Q", str("22:22")}, {"R", str("=")}, {"S", str("5432")}, {"T", str("${X:-y}")}, {"U", str("${X:?a: b}")}, {"V", str("a #b")}, {"W", str("a:")}, {"X", str(" a")},
		{"Y", str("*a")}, {"Z", str("\"q\"")}, {"a", str("it's")}, {"b", str("tcp://172.17.0.5:5432")}, {"c", str("a\nb\x01")}, {"d", str("<<")}, {"1", str("---")}, {"true", str("a, b [c]")}, {"f", str("1.2.3")}, {"g", str("'\"")}, {"h", str("a\\b")}}}},
		"e:\n  A: b\n  B: \"0123\"\n  C: \"0o17\"\n  D: \"1e3\"\n  E: \"1_000\"\n  F: \"0x1F\"\n  G: \"1.10\"\n  H: \".5\"\n" +
			"  I: \"2020-01-01\"\n  J: \"null\"\n  K: \"~\"\n  L: \"\"\n  M: \".inf\"\n  \"N\": \"yes\"\n  O: \"on\"\n  P: \"y\"\n" +
			"  Q: \"22:22\"\n  R: \"=\"\n  S: \"5432\"\n  T: ${X:-y}\n  U: \"${X:?a: b}\"\n  V: \"a #b\"\n  W: \"a:\"\n  X: \" a\"\n" +
			"  \"Y\": \"*a\"\n  Z: '\"q\"'\n  a: it's\n  b: tcp://172.17.0.5:5432\n  c: \"a\\nb\\u0001\"\n  d: \"<<\"\n  \"1\": \"---\"\n  \"true\": a, b [c]\n  f: 1.2.3\n  g: \"'\\\"\"\n  h: a\\b\n", false},
	{"quotes of the siblings, other where needed", "e:\n  A: 'b'\n  B: 'c'\n", []Op{add("e", "C", str("it's"))}, "e:\n  A: 'b'\n  B: 'c'\n  C: \"it's\"\n", false},
	{"needed quotes are no habit", "p:\n  - \"80:80\"\n  - \"22:22\"\n", []Op{addItem("p", str("a"))}, "p:\n  - \"80:80\"\n  - \"22:22\"\n  - a\n", false},
	{"source text, block and flow", "e:\n  A: b\nf: {A: b}\n", []Op{add("e", "B", tok("5432", "5432")), add("e", "C", tok("x", "'x'")), add("f", "D", tok("${X}", "${X}")), add("f", "E", tok("1", "0x1"))},
		"e:\n  A: b\n  B: 5432\n  C: 'x'\nf: {A: b, D: \"${X}\", E: 0x1}\n", false},
	{"list to map, indentless", web + "    networks:\n    - front # a\n    - back\n    image: x\n", []Op{toMap("services web networks", null())},
		web + "    networks:\n      front: # a\n      back:\n    image: x\n", false},
	{"list to map, flow", web + "    networks: [front, \"back\"] # a\n", []Op{toMap("services web networks", null())},
		web + "    networks: {front: null, \"back\": null} # a\n", false},
	{"list to map, flow, then into it", web + "    networks: [front, back]\n", []Op{toMap("services web networks", null()), add("services web networks back", "aliases", list(str("a")))},
		web + "    networks: {front: null, back: {aliases: [a]}}\n", false},
	{"list to map, null item", "n:\n  - a\n  -\n", []Op{toMap("n", null())}, "an item is no string", true},
	{"list to map, number", "n: [1]\n", []Op{toMap("n", null())}, "an item is no string", true},
	{"list to map, twice", "n: [a, a]\n", []Op{toMap("n", null())}, "stands twice", true},
	{"several entries and items", "a:\n  b: 1\nl:\n- x\n", []Op{{Kind: Add, Path: at("a"), Entries: []Entry{{"c", str("x")}, {"d", list(str("p"), str("z"))}}}, addItem("l", str("p"), dict("k", str("v"), "w", list(str("u"))))},
		"a:\n  b: 1\n  c: x\n  d:\n  - p\n  - z\nl:\n- x\n- p\n- k: v\n  w:\n  - u\n", false},
	{"key is there", "a: {b: 1}\n", []Op{add("a", "b", str("x"))}, "is there already", true},
	{"fill an anchored null", "a: &x ~ # c\nb: *x\n", []Op{add("a", "c", str("d"))}, "a: &x # c\n  c: d\nb: *x\n", false},
	{"fill in flow", "a: {b: , c, d: ~}\n", []Op{add("a b", "x", str("p")), addItem("a c", str("p")), addItem("a d", str("z"))}, "a: {b: {x: p} , c: [p], d: [z]}\n", false},
	{"before, head comment and blank", web + "    image: x\n\n    # links go\n    links:\n      - db\n", []Op{before("services web", "links", Entry{"a", str("b")})},
		web + "    image: x\n\n    a: b\n\n    # links go\n    links:\n      - db\n", false},
	{"before, foreign comment", web + "    image: x\n    # group\n    links:\n      - db\n", []Op{before("services web", "links", Entry{"a", str("b")})},
		web + "    image: x\n    # group\n    a: b\n    links:\n      - db\n", false},
	{"before, behind a dash", "x:\n  - links: [a]\n    b: c\n", []Op{before("x 0", "links", Entry{"d", list(str("e"))})}, "x:\n  - d:\n      - e\n    links: [a]\n    b: c\n", false},
	{"before, flow", "x: {a: 1, links: [b]}\n", []Op{before("x", "links", Entry{"d", str("e")})}, "x: {a: 1, d: e, links: [b]}\n", false},
	{"before, flow lines", "x: {\n  a: 1,\n  links: [b]\n}\n", []Op{before("x", "links", Entry{"d", str("e")})}, "x: {\n  a: 1,\n  d: e,\n  links: [b]\n}\n", false},
	{"compact JSON", `{"a":{"b":"x"}}`, []Op{add("a", "c", list(str("d"))), add("a", "e", null())}, `{"a":{"b":"x","c":["d"],"e":null}}`, false},
	{"set, quotes stay", "a: 'b' # c\nd: e\nf: |\n  g\nh:\ni: {j, k: \"l\"}\n", []Op{set("a", str("x")), set("d", str("yes")), set("h", str("n")), set("i j", str("m")), set("i k", str("o")), set("f", str("p"))},
		"a: 'x' # c\nd: 'yes'\nf: p\nh: 'n'\ni: {j: m, k: \"o\"}\n", false},
	{"flow, trailing comma on lines", "a: [\n  b,\n  c, # d\n]\n", []Op{addItem("a", str("e"))}, "a: [\n  b,\n  c, # d\n  e,\n]\n", false},
	{"flow, between", "a: {b: 1, c: 2}\n", []Op{after("a", "b", Entry{"d", str("e")})}, "a: {b: 1, d: e, c: 2}\n", false},
	{"comment behind the list's end at its key's column", "a:\n  l:\n  - x\n  # next\n  n: 1\n", []Op{addItem("a l", str("p"))}, "a:\n  l:\n  - x\n  - p\n  # next\n  n: 1\n", false},
}

func TestInsert(t *testing.T) { runTable(t, insertions) }
