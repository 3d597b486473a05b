package main

import (
	"fmt"
	"slices"
	"strings"
)

// maxAnnotations is how many errors, warnings and notices GitHub shows of a step.
const maxAnnotations = 10

// github gives workflow commands, which GitHub shows at the lines of a pull
// request: errors first, as many of each severity as it takes. If there are
// more, the last notice says so; it counts as one.
func (r *fullReport) github() []byte {
	commands := map[string][]string{}
	total := 0
	for _, f := range r.Files {
		if f.Status == statusSkipped {
			continue
		}
		for _, n := range f.Notes {
			level := annotation(n.Severity)
			commands[level] = append(commands[level], f.annotate(level, n))
			total++
		}
	}
	more := 0
	for _, level := range []string{"error", "warning", "notice"} {
		more += max(0, len(commands[level])-maxAnnotations)
	}
	var out []string
	for _, level := range []string{"error", "warning", "notice"} {
		most := maxAnnotations
		if level == "notice" && more > 0 {
			most--
		}
		out = append(out, commands[level][:min(most, len(commands[level]))]...)
	}
	if more > 0 {
		out = append(out, fmt.Sprintf("::notice title=delink::and %d more", total-len(out)))
	}
	return []byte(strings.Join(slices.Concat(out, []string{""}), "\n"))
}

// annotation is GitHub's word for a severity.
func annotation(severity string) string {
	if severity == "note" {
		return "notice"
	}
	return severity
}

// annotate is the command for a note.
func (f *fileReport) annotate(level string, n noteReport) string {
	file := f.Path
	if n.File != "" {
		file = n.File
	}
	s := "::" + level + " file=" + property(file)
	if n.region.line > 0 {
		s += fmt.Sprintf(",line=%d,endLine=%d", n.region.line, n.region.line)
	}
	if n.region.column > 0 {
		s += fmt.Sprintf(",col=%d", n.region.column)
	}
	if n.region.end > 0 {
		s += fmt.Sprintf(",endColumn=%d", n.region.end)
	}
	return s + ",title=" + property("delink "+n.Reason) + "::" + data(printable(n.subject()+n.Message))
}

// The characters that end a command, or a part of it, in the text and in a
// property (the toolkit's command.ts).
var (
	escapeData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func data(s string) string     { return escapeData.Replace(s) }
func property(s string) string { return escapeProperty.Replace(s) }
