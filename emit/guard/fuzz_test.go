package guard

import (
	"errors"
	"testing"

	"gopkg.in/yaml.v3"
)

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"services:\n  web:\n    image: x\n    links: [db]\n", "a: &a {<<: *a}\n", "a: [b\n", "\ta: b", "\xff\xfe", "\ufeff? - |\n",
		"a: b: c\n", "{{ x }}: y\n", "a: \"\\x\n", "a:\n b\n  c: d\n", "%FOO\n---\n", "a: b\r---\rc: \x85d\n", "- {a: *b}", "a: !!x &y >-\n z\n",
		"a\u2028\tb: c: d", "x: @", "<<<<<<< a\n", "? a\n? a\n", "--- a\n... b\n", "\"a\": [&k b, {*k : c}]",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		docs, err := Read(src)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 || e.Reason == "" || e.Msg == "" {
				t.Fatalf("error without a place: %#v", err)
			}
			return
		}
		if len(docs) == 0 {
			t.Fatal("no documents and no error")
		}
		for _, doc := range docs {
			if doc.Content[0].Kind != yaml.MappingNode {
				t.Fatal("a document that is no mapping")
			}
		}
	})
}
