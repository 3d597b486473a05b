package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/delink/delink/translate"
	"github.com/delink/delink/translate/linkenv"
)

const usage = `usage: delink [flags] [FILE|DIR|-]...

delink takes links out of Compose files and writes what they gave in their
place: the start order, names on a network of the project, variables.
Without FILE it reads compose.yaml, compose.yml, docker-compose.yaml or
docker-compose.yml here. The new file goes to stdout, everything else to stderr.
In a DIR it takes the Compose files that git does not ignore.

  -w, --write              change the files in place
  -d, --diff               print a diff that git apply takes
  -l, --list               print the names of files that would change
      --check              print only what is wrong
  -q, --quiet              no diff, notes or summary; warnings and errors stay
  -v, --verbose            also what is only good to know

  -f, --file FILE          one of the files of one project, in their order
      --files-from FILE    a list of more files; - is standard input
  -j, --jobs N             how many projects are worked on at once
      --exit-zero          end with 0 in place of 1

      --env MODE           which variables to write: auto, all, runtime or none
      --minimal            only what would be lost at run time (--env=runtime)
      --network NAME       the network that linked services join
      --port SERVICE=PORT  a port of a service's image, such as db=5432 or
                           dns=53/udp; may be repeated
      --engine             ask the local engine for images' ports and variables
  -p, --project-name NAME  the project's name, as in docker compose
      --env-file FILE      variables for ${…} in place of .env; may be repeated

      --format FORMAT      a report: json, sarif, github or markdown; to stdout
                           with -w or --check, else with --report
      --report FILE        write the report there
      --stdin-filename F   the name that - stands for in messages
      --color WHEN         auto, always or never
      --version            print the version

Exit status: 0 no links are left, 1 some are, 2 something is wrong. With -d, -l
and --check, 1 says that the input holds links.
`

// options are what the command line says.
type options struct {
	write, diff, list, check bool
	quiet, verbose           bool
	exitZero                 bool
	jobs                     int
	parts                    []string // -f: the files of one project
	filesFrom                string
	plan                     translate.Options
	engine                   bool
	asked                    *engine // the engine, if it is to be asked
	project                  string
	envFiles                 []string
	stdinName                string
	format, reportFile       string
	reports                  *reports
	color                    string
	colorOut, colorErr       bool
	several                  bool     // there is more than one file to tell of
	folders                  []string // those that were asked for
	files                    []string // all that were named or found
	together                 together
	near                     *neighbours
	secrets                  *secrets // of what is being worked on
}

// mode reports whether the output is something other than the new file.
func (o *options) mode() bool { return o.write || o.diff || o.list || o.check }

// errUsage is a wrong command line; errDone ends the program with success.
var errDone = errors.New("done")

// parseFlags reads the command line. It prints what --help and --version ask for.
func parseFlags(args []string, out io.Writer) (*options, error) {
	o := &options{near: newNeighbours()}
	o.plan.Env = translate.Auto
	f := pflag.NewFlagSet("delink", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.BoolVar(&o.engine, "engine", false, "")
	f.BoolVarP(&o.write, "write", "w", false, "")
	f.BoolVarP(&o.diff, "diff", "d", false, "")
	f.BoolVarP(&o.list, "list", "l", false, "")
	f.BoolVar(&o.check, "check", false, "")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "")
	f.BoolVar(&o.exitZero, "exit-zero", false, "")
	f.IntVarP(&o.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "")
	f.StringArrayVarP(&o.parts, "file", "f", nil, "")
	f.StringVar(&o.filesFrom, "files-from", "", "")
	f.Var(&envFlag{&o.plan}, "env", "")
	f.Var(&minimalFlag{&o.plan}, "minimal", "")
	f.Lookup("minimal").NoOptDefVal = "true"
	f.StringVar(&o.plan.Network, "network", "", "")
	f.Var(&portFlag{&o.plan}, "port", "")
	f.StringVarP(&o.project, "project-name", "p", "", "")
	f.StringArrayVar(&o.envFiles, "env-file", nil, "")
	f.StringVar(&o.stdinName, "stdin-filename", "", "")
	f.StringVar(&o.format, "format", formatText, "")
	f.StringVar(&o.reportFile, "report", "", "")
	f.StringVar(&o.color, "color", "auto", "")
	showVersion := f.Bool("version", false, "")
	err := f.Parse(args)
	switch {
	case errors.Is(err, pflag.ErrHelp):
		fmt.Fprint(out, usage)
		return nil, errDone
	case err != nil:
		return nil, err
	case *showVersion:
		fmt.Fprintln(out, "delink", buildVersion())
		return nil, errDone
	}
	o.files = f.Args()
	if err := o.check1(); err != nil {
		return nil, err
	}
	return o, o.checkGiven(f.Changed)
}

// check1 refuses what does not go together.
func (o *options) check1() error {
	switch {
	case !slices.Contains([]string{"auto", "always", "never"}, o.color):
		return fmt.Errorf("--color is auto, always or never, not %q", o.color)
	case o.check && (o.write || o.diff || o.list):
		return errors.New("--check goes with none of -w, -d and -l")
	case o.diff && o.list:
		return errors.New("-d and -l both print to stdout: give one of them")
	case o.write && (slices.Contains(o.files, "-") || slices.Contains(o.parts, "-")):
		return errors.New("-w cannot change standard input: give a file")
	case len(o.parts) > 0 && (len(o.files) > 0 || o.filesFrom != ""):
		return errors.New("-f names the files of one project and goes with no others: name all with -f, or none")
	case len(o.files) > 1 && !o.mode():
		return errors.New("more than one file: add -w, -d, -l or --check")
	case len(o.parts) > 1 && !o.mode():
		return errors.New("more than one -f: add -w, -d, -l or --check")
	case o.filesFrom != "" && !o.mode():
		return errors.New("--files-from: add -w, -d, -l or --check")
	case o.filesFrom == "-" && slices.Contains(o.files, "-"):
		return errors.New("--files-from - reads standard input, which can't be a Compose file too: put the list into a file")
	case o.jobs < 1:
		return fmt.Errorf("-j is a number from 1 up, not %d", o.jobs)
	case o.plan.Network != "" && !validNetwork(o.plan.Network):
		return fmt.Errorf("--network: %q is no name of a network: it takes letters, digits, '_', '.' and '-'", o.plan.Network)
	case o.project != "" && !validProject(o.project):
		return fmt.Errorf("--project-name: %q is no name of a project: it takes lower-case letters, digits, '_' and '-', and begins with a letter or digit", o.project)
	}
	return o.checkFormat()
}

// checkGiven refuses flags that were given with nothing to say.
func (o *options) checkGiven(given func(flag string) bool) error {
	switch {
	case given("network") && o.plan.Network == "":
		return errors.New("--network: the name is empty: name a network, or leave the flag out")
	case given("stdin-filename") && !slices.Contains(o.files, "-") && !slices.Contains(o.parts, "-"):
		return errors.New("--stdin-filename is the name of standard input: add - for that")
	case given("stdin-filename") && o.stdinName == "":
		return errors.New("--stdin-filename: the name is empty")
	case given("files-from") && o.filesFrom == "":
		return errors.New("--files-from: the name of the list is empty")
	case slices.Contains(o.files, ""), slices.Contains(o.parts, ""):
		return errors.New("the name of a file is empty: is a variable of the shell unset?")
	}
	return nil
}

func validNetwork(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return !isWord(c) && c != '.' && c != '-' && (c < 'A' || c > 'Z') })
}

func validProject(s string) bool {
	return s[0] != '_' && s[0] != '-' && !strings.ContainsFunc(s, func(c rune) bool { return !isWord(c) && c != '-' })
}

func isWord(c rune) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

// envFlag is --env.
type envFlag struct{ o *translate.Options }

func (f *envFlag) String() string { return string(translate.Auto) }
func (f *envFlag) Type() string   { return "mode" }

func (f *envFlag) Set(s string) error {
	switch m := translate.Mode(s); m {
	case translate.Auto, translate.All, translate.Runtime, translate.None:
		f.o.Env = m
		return nil
	}
	return errors.New("must be auto, all, runtime or none")
}

// minimalFlag is --minimal: --env=runtime, which a later --env overrides, and
// no declaration of networks that Compose makes anyway.
type minimalFlag struct{ o *translate.Options }

func (f *minimalFlag) String() string   { return "false" }
func (f *minimalFlag) Type() string     { return "bool" }
func (f *minimalFlag) IsBoolFlag() bool { return true }

func (f *minimalFlag) Set(s string) error {
	switch s {
	case "true":
		f.o.Minimal, f.o.Env = true, translate.Runtime
	case "false":
		f.o.Minimal, f.o.Env = false, translate.Auto
	default:
		return errors.New("must be true or false")
	}
	return nil
}

// portFlag is --port SERVICE=PORT[/PROTO].
type portFlag struct{ o *translate.Options }

func (f *portFlag) String() string { return "" }
func (f *portFlag) Type() string   { return "service=port" }

func (f *portFlag) Set(s string) error {
	service, text, ok := strings.Cut(s, "=")
	if !ok || service == "" {
		return errors.New("want SERVICE=PORT, such as db=5432")
	}
	port, err := translate.ParsePort(text)
	if err != nil {
		return err
	}
	if f.o.Ports == nil {
		f.o.Ports = map[string][]linkenv.Port{}
	}
	f.o.Ports[service] = append(f.o.Ports[service], port)
	return nil
}

// buildVersion is the version of the module, if the build knows it.
func buildVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return version
}

// useColor decides whether what goes to w is coloured.
func (o *options) useColor(w io.Writer) bool {
	switch o.color {
	case "always":
		return true
	case "never":
		return false
	}
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" || os.Getenv("PRE_COMMIT") != "" {
		return false
	}
	return isTerminal(f)
}
