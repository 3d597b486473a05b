package main

import (
	"bytes"
	"encoding/json"
)

// json gives the report as one object, as report.schema.json describes it. It
// holds no time, no duration and no absolute path: the same input gives the
// same bytes.
func (r *fullReport) json() []byte { return encoded(r) }

// encoded is indented JSON that leaves <, > and & as they are.
func encoded(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		panic(err) // the types hold nothing that JSON does not
	}
	return b.Bytes()
}
