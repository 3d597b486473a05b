package main

import (
	"maps"
	"slices"
)

// homepage is where the README is read.
const homepage = "https://github.com/delink/delink"

// The sections of the README that say more.
const (
	onKept    = "#what-is-left-alone"
	onNotes   = "#what-notes-mean"
	onLinks   = "#what-becomes-of-a-link"
	onProgram = "#use"
)

// help says what a reason stands for, in general, and what to do about it.
type help struct{ section, what, do string }

// helpFor gives the help of a reason.
func helpFor(reason string) help {
	if h, ok := helps[reason]; ok {
		return h
	}
	return help{onProgram, "delink has something to tell about this place: " + reason + ".", "See its message."}
}

// helpURL is where the README speaks of a reason.
func helpURL(reason string) string { return homepage + helpFor(reason).section }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

var helps = map[string]help{
	// What --check finds.
	"legacy-link": {onLinks, "A link on the engine's default bridge, whose variables Docker Engine 29 no longer sets and which Engine 30 is to drop.", "Run delink -w on the file."},
	"dns-link":    {onLinks, "A link on a network of the project, which is only a name and a start order.", "Run delink -w on the file."},

	// Why a link stays.
	"unknown-target":         {onKept, "A link to a service that the file does not have.", "Name one that is there, or remove the entry."},
	"self-link":              {onKept, "A service that links to itself, for which it can't wait.", "Remove the entry."},
	"link-cycle":             {onKept, "Links, depends_on and the like that run in a circle, so that no start order can be kept.", "Remove one of them."},
	"bad-entry":              {onKept, "An entry that is no SERVICE or SERVICE:ALIAS.", "Write it as one, or remove it."},
	"bad-links":              {onKept, "links that are no list.", "Write a list."},
	"bad-name":               {onKept, "A name with a control character, which is no name in a network.", "Rename it."},
	"alias-conflict":         {onKept, "A link whose name something else on the network has too, so that an alias would lead to either.", "Rename one of the two."},
	"unresolved-extends":     {onKept, "A link of a service that extends what can't be read.", "Put what it extends in its place."},
	"shared-node":            {onKept, "A link whose change would stand in text that other services use, for which it is wrong.", "Give the service named in the message text of its own."},
	"included-target":        {onKept, "A link to a service of an included file, which would have to name the alias or the network.", "Name it there, or use the service's name."},
	"unreadable-target":      {onKept, "A link to a service whose ports, expose or environment Compose can't read.", "Mend the entry named in the message."},
	"links-read-from-engine": {onKept, "A link of a proxy that asks the engine what it is linked to.", "Replace it by a proxy that is told its targets."},
	"external-links":         {onKept, "A link that is tied to the default bridge by external_links.", "Let both containers join a network of their own first."},
	"other-file":             {onKept, "A link that comes from another file.", "Run delink on that file."},
	"variable-in-link":       {onKept, "A link with ${…} in it.", "Write the names."},
	"keep":                   {onKept, "A link that is kept by the comment delink: keep.", "Nothing is to do."},
	"v1-format":              {onKept, "A file of format v1, which Compose no longer reads and which can't be upgraded as it is.", "Mend what the message names."},
	"unsafe-text":            {onKept, "A link whose text can't be changed so that all else certainly stays.", "Change it by hand."},

	// What notes are about.
	"void-link":           {onNotes, "A link that has no effect.", "Nothing is to do but to remove it."},
	"variables-left-out":  {onNotes, "Variables that this mode does not write for a link.", "If a program reads one, set it, or use --env=all."},
	"prefix-clash":        {onNotes, "Two names of links that give the same variables.", "Set the variables that are meant."},
	"ports-unknown":       {onNotes, "A link to a service of which nothing says what ports its image has.", "Name them with --port, or nothing is to do if there are none."},
	"port-unset":          {onNotes, "A port that depends on a variable without a value.", "Set it in .env, or give it with --env-file."},
	"tag-dependent":       {onNotes, "An image that exposes other ports in other versions, with a tag that names none.", "Name a version, or give --port."},
	"port-range":          {onNotes, "A range of ports that is too long to be written out as variables.", "Set what is read."},
	"secret-copied":       {onNotes, "A value that looks secret and now stands in the file twice.", "Let both places refer to a variable."},
	"value-not-copied":    {onNotes, "A variable whose value another file holds, which was not copied.", "Set it for the consumer where it is needed."},
	"env-file-unreadable": {onNotes, "An env_file that can't be read and may set what a link would set.", "Run delink where the file is."},
	"engine-change":       {onNotes, "Ports for which engines up to 27 gave other variables.", "Look here only if a program depends on the difference."},
	"second-names":        {onNotes, "Names that Compose gave beside the link's own.", "Look for readers of them in your code."},
	"left-bridge":         {onNotes, "A container that others may know by its container_name and that left the default bridge.", "Let containers outside the file that link to it join its network."},
	"stays-on-bridge":     {onNotes, "A service that stays on the default bridge without those that left it.", "Let it join their network if it uses their addresses."},
	"reads-engine":        {onNotes, "A consumer with the engine's socket.", "If it asks the engine for its links, give it the names in another way."},
	"external-links-kept": {onNotes, "external_links, which name containers outside the file and are left.", "Let both sides join an external network, and remove them."},
	"replicas":            {onNotes, "One name for several containers: the link led to one, the name leads to each in turn.", "Nothing is to do unless it must be the same one."},
	"new-name":            {onNotes, "A name that was one service's and is now known on its whole network.", "Nothing is to do."},
	"named-volume":        {onNotes, "A volume that format v1 used without declaring it.", "Mind that docker compose down -v now removes it."},
	"compose-refuses":     {onNotes, "A file that Compose does not take as it was given.", "Mend what the message names."},

	// Why a file is refused.
	"yaml-syntax":       {onKept, "Text that is no YAML.", "Mend it at the place given."},
	"tab-indent":        {onKept, "A tab in the indentation, which YAML does not allow.", "Indent with blanks."},
	"duplicate-key":     {onKept, "A key that stands in a mapping twice.", "Remove one of them."},
	"bad-key":           {onKept, "A key that is no scalar.", "Write a name."},
	"not-a-mapping":     {onKept, "A file that is no mapping, as a Compose file is.", "Name a Compose file."},
	"unknown-anchor":    {onKept, "An alias of an anchor that is not there.", "Mend its name."},
	"merge-not-mapping": {onKept, "A merge key whose value is no mapping.", "Give it one."},
	"include-cycle":     {onKept, "include that runs in a circle.", "Remove an entry that leads back."},
	"not-utf8":          {onKept, "A file that is not UTF-8.", "Convert it."},
	"binary":            {onKept, "A file that is no text.", "Name a Compose file."},
	"too-large":         {onKept, "A file that is too large to be a Compose file.", "Name a Compose file."},
	"too-deep":          {onKept, "A file that nests too deeply.", "Name a Compose file."},
	"alias-cycle":       {onKept, "An alias inside of what it stands for.", "Remove it."},
	"alias-bomb":        {onKept, "Aliases that stand for more than can be read.", "Write them out."},

	// Why a file is skipped.
	"not-compose":    {onProgram, "A file with the name of a Compose file that is none.", "Nothing is to do."},
	"own-repository": {onProgram, "A repository within the one that was gone through.", "Run delink there."},
	"template":       {onProgram, "A template of a Compose file.", "Render it first."},

	// What ends the work on a file.
	"unreadable": {onProgram, "A file that can't be read.", "See that it is there, and yours to read."},
	"unwritable": {onProgram, "A file that can't be written.", "See that it is yours to write, and run delink again."},
	"stdout":     {onProgram, "Standard output is the input file itself.", "Use -w."},
	"proof":      {onProgram, "A result that delink could not prove, so that nothing was written.", "Report it, with the file."},
	"defect":     {onProgram, "A defect of delink; nothing was written.", "Report it, with the file."},
}
