// Package translate works out how to say a Compose project without links.
//
// A project goes in as plain trees (package tree) and a Plan comes out, in
// Compose's own terms: services, networks, aliases, variables. It is pure: it
// reads no file, knows no YAML, and prints nothing. What links do is measured
// on engines; each rule names its source.
package translate

import (
	"fmt"
	"sort"

	"github.com/delink/delink/translate/image"
	"github.com/delink/delink/translate/linkenv"
	"github.com/delink/delink/translate/tree"
)

// Doc is one document of a file.
type Doc struct {
	Tree  *tree.Node
	File  string // the file's name, as messages give it
	Index int    // the document's number in the file, from 0
	Base  bool   // the file is only read, not changed

	// Included says that another document includes this one, which is then only
	// read, and stands before it; Dir is the folder that its relative paths start
	// from, from the project's own, with slashes; "" if that is the project's.
	Included bool
	Dir      string
}

// Input is a Compose project and what is needed to read it as Compose would.
type Input struct {
	Docs []Doc // the documents of its files, in Compose's order, which merges them
	// Unread says why files that the documents include are not among them.
	Unread error
	// Lookup gives a variable for ${…}: the shell's, else that of the project's .env.
	Lookup func(name string) (string, bool)
	// Extended gives the documents of another file that extends names. It may be nil.
	Extended func(name string) (docs []*tree.Node, err error)
	// EnvFile gives the variables of an env_file, as it was named. It may be nil.
	EnvFile func(name string) (map[string]string, error)
	// Dockerfile gives the text of a Dockerfile, as named from the project's
	// folder. It may be nil.
	Dockerfile func(name string) ([]byte, error)
	// Engine tells what a local engine knows of an image; false: it has none.
	// It is nil unless the engine is to be asked.
	Engine func(ref string) (image.Knowledge, bool)
	// DotEnv is the name of the project's .env, whose variables Compose interpolates.
	DotEnv string
	// V1 says that Docs are an upgraded file of format v1: its services are on
	// the engine's default bridge unless they say otherwise.
	V1 bool
}

// Mode says which variables are written.
type Mode string

// The modes, as --env names them.
const (
	Auto    Mode = "auto"    // legacy links: all that the engine gave; DNS links: what the file itself says
	All     Mode = "all"     // every link: all that the engine gives a legacy link
	Runtime Mode = "runtime" // legacy links: all that the engine gave; DNS links: nothing
	None    Mode = "none"    // nothing
)

// Options are the choices that a user has.
type Options struct {
	Env     Mode
	Minimal bool                      // no declaration of a network that Compose makes anyway
	Layered bool                      // the first file is also used without those on top of it, and comes out as it does alone
	Network string                    // the network that both ends of a link join; empty: the one they share
	Ports   map[string][]linkenv.Port // service → the ports of its image, in place of what is known of them
	// Unsafe are links that stay because the text around them was found to be
	// unfit for the change: by the entry's place, with what was found.
	Unsafe map[tree.Place]string
	// Shared are links that stay because other files use the text: by the entry's
	// place, with what was found.
	Shared map[tree.Place]string
	// Keep are lists of links without entries whose key can't be removed.
	Keep map[tree.ID]bool
}

// Kind says what a link is. It is decided by the consumer's network
// (measured on engines 20.10, 28 and 29; see the table in the README).
type Kind uint8

// The kinds of a link.
const (
	Void   Kind = iota // it never worked, or the engine refused it
	DNS                // a private name on a network of the project
	Legacy             // on the default bridge: variables and a hosts entry
)

func (k Kind) String() string { return [...]string{"void", "DNS", "legacy"}[k] }

// Link is one entry of a links list as one service has it.
type Link struct {
	Consumer string
	Target   string // the service that the entry names
	Alias    string // the name that it gives the target
	Entry    string // the entry's text
	At       tree.Place
	Kind     Kind
	// Owner is the service whose network the target uses: the target itself,
	// unless that has network_mode service:… .
	Owner   string
	Network string // the network that carries the link, once it is gone
	Reason  Reason // why it stays; empty: it goes
	Detail  string // what was found, when Reason is set

	list   tree.ID // the links list that holds the entry
	item   int     // its index there
	def    *def    // the definition in this file that holds the list; nil: another file's
	named  *tree.Node
	second bool    // one of the names that Compose gave beside the alias; no entry of the text
	mute   bool    // a second name without variables, as nothing refers to them
	host   string  // a second name of variables alone: what stands in them for the target
	first  finding // what was found of the link by itself
	stuck  bool    // a legacy link whose services can't leave the default bridge
	// hostNames are what the hosts entry of a legacy link holds beside the
	// alias: the container_name and hostname of its owner (measured).
	hostNames []string
}

// finding is why a link stays.
type finding struct {
	reason Reason
	detail string
	stuck  bool
}

// Counts reports whether the link is an entry of this file that is to go.
func (l *Link) Counts() bool { return l.def != nil && !l.second && l.Reason != Keep }

// Stays reports whether the link is left as it was.
func (l *Link) Stays() bool { return l.Reason != "" }

// Severity orders Notes.
type Severity uint8

// Severities. Errors and warnings ask for a person; notes inform; details are for -v.
const (
	Detail Severity = iota
	Info
	Warning
	Error
)

func (s Severity) String() string { return [...]string{"note", "note", "warning", "error"}[s] }

// Note is something to tell about a link or a service.
type Note struct {
	At       tree.Place
	Severity Severity
	Service  string
	Link     string // the entry, if the note is of one
	Text     string
	Reason   Reason
}

func (n Note) String() string {
	s := ""
	if n.Service != "" {
		s = n.Service + ": "
	}
	if n.Link != "" {
		s += fmt.Sprintf("link %q: ", n.Link)
	}
	return fmt.Sprintf("%s: %s%s [%s]", n.Severity, s, n.Text, n.Reason)
}

// Plan is what has to change for the project to mean the same without links.
type Plan struct {
	Links   []*Link // every link found, in the order of the text
	Changes []Change
	Notes   []Note

	variables map[*Link]int     // variables written for a DNS link: Docker itself sets none
	want      map[string]*want  // by service: what it has in place of its links
	leaving   map[string]string // service → network that it leaves the default bridge for
	ports     map[string][]linkenv.Port
	project   *Project

	consumers map[string][]*Link
	partly    bool // the proof is without what the loader makes of extends
}

// Left returns the links of this file that stay.
func (p *Plan) Left() []*Link {
	var out []*Link
	seen := map[tree.Place]bool{}
	for _, l := range p.Links {
		if l.Stays() && l.Counts() && !seen[l.At] {
			seen[l.At] = true
			out = append(out, l)
		}
	}
	return out
}

// Count gives the number of entries in a file's text that are to go, and of
// variables written for them that Docker itself would not have set.
func (p *Plan) Count(file string) (links, variables int) {
	seen := map[tree.Place]bool{}
	for _, l := range p.Links {
		if l.Counts() && l.At.File == file {
			seen[l.At] = true
			variables += p.variables[l]
		}
	}
	return len(seen), variables
}

// HasLinks reports whether any service has links, even an empty list of them,
// or external links.
func (p *Project) HasLinks() bool {
	for _, s := range p.Services {
		if len(s.values("links"))+len(s.values("external_links")) > 0 {
			return true
		}
	}
	return false
}

// SortNotes puts notes in the order of the text.
func SortNotes(notes []Note) {
	sort.SliceStable(notes, func(i, j int) bool {
		a, b := notes[i].At, notes[j].At
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Column < b.Column
	})
}

// Item is the index of the link's entry in its list.
func (l *Link) Item() int { return l.item }
