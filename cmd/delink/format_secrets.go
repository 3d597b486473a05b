package main

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/delink/delink/emit"
	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/linkenv"
	"github.com/delink/delink/translate/tree"
)

// foreign are reasons of messages that quote another program, which may name
// values.
var foreign = map[translate.Reason]bool{translate.NotLoaded: true, translate.FormatV1: true, translate.UnsafeText: true}

// hideSecrets takes values of names that look secret out of what other
// programs said of the file.
func (r *result) hideSecrets() {
	var secrets []string
	for i, n := range r.notes {
		if !foreign[n.Reason] {
			continue
		}
		if secrets == nil {
			secrets = secretValues(r.before)
		}
		r.notes[i].Text = without(n.Text, secrets)
	}
}

func without(text string, secrets []string) string {
	for _, s := range secrets {
		text = strings.ReplaceAll(text, s, "…")
		text = strings.ReplaceAll(text, strings.Trim(strconv.Quote(s), `"`), "…")
	}
	return text
}

// defaults finds the names in ${NAME:-text} and the like, and the text.
var defaults = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*):?[-+?]([^}]*)`)

// secretValues lists the values of names that look secret, but for those that
// are keys of the file too and so are no secrets.
func secretValues(src []byte) []string {
	doc, err := emit.Parse("", src)
	if err != nil {
		return []string{}
	}
	found, keys := []string{}, map[string]bool{}
	add := func(name, value string) {
		if linkenv.Secret(name) && len(value) > 2 {
			found = append(found, value)
		}
	}
	var walk func(*tree.Node)
	walk = func(n *tree.Node) {
		for _, f := range n.GetFields() {
			keys[f.Key] = true
			if f.Value.Is(tree.Scalar) {
				add(f.Key, f.Value.Value)
			}
			walk(f.Value)
		}
		for _, it := range n.Elements() {
			walk(it)
		}
		if n.Is(tree.Scalar) {
			if name, value, ok := strings.Cut(n.Value, "="); ok {
				add(name, value)
			}
			for _, m := range defaults.FindAllStringSubmatch(n.Value, -1) {
				add(m[1], m[2])
			}
		}
	}
	for _, t := range doc.Trees() {
		walk(t)
	}
	out := found[:0]
	for _, v := range found {
		if !keys[v] {
			out = append(out, v)
		}
	}
	return out
}
