package linkenv

import (
	"slices"
	"strings"
)

// secretEndings are the ends of words that mark a variable as secret.
var secretEndings = []string{
	"PASS", "PASSWD", "PASSWORD", "PASSPHRASE", "PWD",
	"SECRET", "TOKEN", "KEY", "CREDENTIAL", "CREDENTIALS",
}

// Secret tells whether the name of a variable looks as if its value should be
// kept from view: one of the words that '_' separates is or ends with one of
// secretEndings, in upper or lower case. DB_PASS and APIKEY do, PASSENGER and
// PATHKEYS do not. MONKEY does too: a value hidden for nothing costs less than
// one that is shown.
func Secret(name string) bool {
	for word := range strings.SplitSeq(strings.ToUpper(name), "_") {
		for _, ending := range secretEndings {
			if strings.HasSuffix(word, ending) {
				return true
			}
		}
	}
	return false
}

// MayHoldSecret reports whether a name that looks secret can stand in a text:
// whether one of secretEndings does, in upper or lower case.
func MayHoldSecret(text string) bool {
	text = strings.ToUpper(text)
	return slices.ContainsFunc(secretEndings, func(ending string) bool { return strings.Contains(text, ending) })
}
