package main

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// What GitHub's code scanning reads of SARIF 2.1.0.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		ColumnKind  string            `json:"columnKind"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		Version        string      `json:"version"`
		InformationURI string      `json:"informationUri"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string         `json:"id"`
		ShortDescription     sarifText      `json:"shortDescription"`
		FullDescription      sarifText      `json:"fullDescription"`
		Help                 sarifText      `json:"help"`
		HelpURI              string         `json:"helpUri"`
		DefaultConfiguration sarifLevel     `json:"defaultConfiguration"`
		Properties           sarifRuleProps `json:"properties"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifRuleProps struct {
		Precision string `json:"precision"`
		Severity  string `json:"problem.severity"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		ExitCode            int                 `json:"exitCode"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct {
		RuleID              string            `json:"ruleId"`
		RuleIndex           int               `json:"ruleIndex"`
		Level               string            `json:"level"`
		Message             sarifText         `json:"message"`
		Locations           []sarifLocation   `json:"locations"`
		PartialFingerprints map[string]string `json:"partialFingerprints,omitempty"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI       string `json:"uri"`
		URIBaseID string `json:"uriBaseId"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn,omitempty"`
	}
)

// maxResults is how many results GitHub takes of a run.
const maxResults = 25_000

// sarif gives the notes as SARIF, with a rule for each reason.
func (r *fullReport) sarif() []byte {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{},
		Invocations: []sarifInvocation{{ExecutionSuccessful: r.Exit != exitError, ExitCode: r.Exit}}}
	run.Tool.Driver = sarifDriver{Name: "delink", Version: r.Version, InformationURI: homepage, Rules: []sarifRule{}}
	levels := map[string]string{}
	for _, f := range r.Files {
		if f.Status == statusSkipped {
			continue
		}
		for _, n := range f.Notes {
			run.Results = append(run.Results, f.sarifResult(n))
			if severity(levels[n.Reason]) < severity(n.Severity) {
				levels[n.Reason] = n.Severity
			}
		}
	}
	if more := len(run.Results) - maxResults; more > 0 {
		slices.SortStableFunc(run.Results, func(a, b sarifResult) int { return severity(b.Level) - severity(a.Level) })
		run.Results = run.Results[:maxResults]
		run.Invocations[0].Notifications = []sarifNotification{{"warning", sarifText{"and " + count(more, "result") + " more"}}}
	}
	index := map[string]int{}
	for _, reason := range sortedKeys(levels) {
		index[reason] = len(index)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, newSarifRule(reason, levels[reason]))
	}
	for i := range run.Results {
		run.Results[i].RuleIndex = index[run.Results[i].RuleID]
	}
	return encoded(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// severity orders SARIF's levels, which are delink's words.
func severity(level string) int { return slices.Index([]string{"note", "warning", "error"}, level) }

func newSarifRule(reason, level string) sarifRule {
	h := helpFor(reason)
	kind := level
	if kind == "note" {
		kind = "recommendation"
	}
	return sarifRule{ID: reason, ShortDescription: sarifText{h.what}, FullDescription: sarifText{h.what}, Help: sarifText{strings.TrimSpace(h.what + " " + h.do)},
		HelpURI: helpURL(reason), DefaultConfiguration: sarifLevel{level}, Properties: sarifRuleProps{"very-high", kind}}
}

func (f *fileReport) sarifResult(n noteReport) sarifResult {
	file := f.Path
	if n.File != "" {
		file = n.File
	}
	line := max(1, n.region.line)
	at := sarifRegion{line, n.region.column, line, n.region.end}
	res := sarifResult{RuleID: n.Reason, Level: n.Severity, Message: sarifText{printable(n.subject() + n.Message)},
		Locations: []sarifLocation{{sarifPhysical{sarifArtifact{relativeURI(file), "%SRCROOT%"}, at}}}}
	if n.hash != "" {
		res.PartialFingerprints = map[string]string{"primaryLocationLineHash": n.hash}
	}
	return res
}

// relativeURI is a path as a relative reference: a colon in its first part
// would else end a scheme.
func relativeURI(path string) string { return (&url.URL{Path: path}).String() }

// What GitHub makes the hash of a line from, so that an alert stays the same
// when its line moves: so many characters from its start on, without blanks.
const (
	hashBlock = 100
	hashBase  = 37
	endOfText = 0xffff
)

// fingerprint gives the notes of a text the hashes of their lines.
func fingerprint(notes []noteReport, text []byte) {
	hashes := lineHashes(text)
	for i := range notes {
		if n := &notes[i]; n.File == "" {
			n.hash = hashes[min(max(1, n.region.line), len(hashes))-1]
		}
	}
}

// lineHashes gives the fingerprint of each line as the upload action of GitHub
// has it (fingerprints.ts of codeql-action), which complains of others.
func lineHashes(text []byte) []string {
	var units []uint16
	var starts []int
	begins, afterCR := true, false
	for _, c := range append(utf16.Encode([]rune(string(text))), endOfText) {
		if c == ' ' || c == '\t' || afterCR && c == '\n' {
			afterCR = false
			continue
		}
		if afterCR = c == '\r'; afterCR {
			c = '\n'
		}
		if begins {
			starts = append(starts, len(units))
		}
		begins = c == '\n'
		units = append(units, c)
	}
	seen := map[uint64]int{}
	var out []string
	for _, start := range starts {
		var h uint64
		for i := range hashBlock {
			h *= hashBase
			if start+i < len(units) {
				h += uint64(units[start+i])
			}
		}
		seen[h]++
		out = append(out, strconv.FormatUint(h, 16)+":"+strconv.Itoa(seen[h]))
	}
	return out
}
