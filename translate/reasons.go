package translate

// Reason is the stable name of why a link stays, or of what a note is about. It
// stands in brackets at the end of a message, has a paragraph in the README and
// a fixture.
type Reason string

// Why a link stays.
const (
	UnknownTarget    Reason = "unknown-target"         // no service of that name
	SelfLink         Reason = "self-link"              // the service links to itself
	LinkCycle        Reason = "link-cycle"             // links, depends_on and the like run in a circle
	BadEntry         Reason = "bad-entry"              // the entry is not SERVICE or SERVICE:ALIAS
	BadLinks         Reason = "bad-links"              // links is no list
	BadName          Reason = "bad-name"               // a name with control characters
	AliasConflict    Reason = "alias-conflict"         // the alias would answer for something else too
	UnresolvedBase   Reason = "unresolved-extends"     // extends names what can't be read
	SharedNode       Reason = "shared-node"            // the text is used by others, for which the change is wrong
	IncludedTarget   Reason = "included-target"        // an included file defines the target, and would have to name the alias
	UnreadableTarget Reason = "unreadable-target"      // ports, expose or environment that Compose can't read
	ReadFromEngine   Reason = "links-read-from-engine" // the consumer asks the engine for its links
	ExternalLinks    Reason = "external-links"         // the service must stay on the default bridge
	OtherFile        Reason = "other-file"             // the link stands in a file that was not asked for
	VariableEntry    Reason = "variable-in-link"       // what it links to depends on a variable
	Keep             Reason = "keep"                   // its comment says so
	FormatV1         Reason = "v1-format"              // the file is older than services
	UnsafeText       Reason = "unsafe-text"            // the text around it can't be changed with certainty
)

// What notes are about.
const (
	VoidLink          Reason = "void-link"           // it never worked; removed
	VariablesLeftOut  Reason = "variables-left-out"  // variables that this mode does not write
	PrefixClash       Reason = "prefix-clash"        // two aliases give the same variables
	PortsUnknown      Reason = "ports-unknown"       // nothing says which ports the image has
	TagDependent      Reason = "tag-dependent"       // the image's ports differ by tag, and the tag names no version
	PortUnset         Reason = "port-unset"          // a port that depends on an unset variable
	PortRange         Reason = "port-range"          // a range too long to be written out
	SecretCopied      Reason = "secret-copied"       // a secret-looking literal stands in one more place of the file
	ValueNotCopied    Reason = "value-not-copied"    // a value that another file holds
	EnvFileUnreadable Reason = "env-file-unreadable" // an env_file may set what a link would set
	EngineChange      Reason = "engine-change"       // engines before 28 gave other variables
	SecondNames       Reason = "second-names"        // Compose's names ending in _1
	LeftBridge        Reason = "left-bridge"         // the service is no longer on the default bridge
	StaysBehind       Reason = "stays-on-bridge"     // the service stays on the default bridge without those that left
	ReadsEngine       Reason = "reads-engine"        // a consumer with the engine's socket
	ExternalKept      Reason = "external-links-kept" // external_links are no business of this tool
	Replicas          Reason = "replicas"            // one name for several containers
	NewName           Reason = "new-name"            // a name that now resolves for others too
	NamedVolume       Reason = "named-volume"        // a volume that format v1 used without declaring it
	NotLoaded         Reason = "compose-refuses"     // what Compose says of the file as it is
)
