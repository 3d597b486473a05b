package image

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// lines joins lines.
func lines(list ...string) string { return strings.Join(list, "\n") + "\n" }

// Dockerfiles with what they expose. In a case's name stands what it is about.
var dockerfiles = []struct {
	name, file string
	ports      string
	complete   bool
	source     string
}{
	{"the base's ports", lines("FROM postgres:9.4", "COPY a /b"), "5432", true,
		"Dockerfile:1 + catalogue: postgres, docker-library/postgres@6edb0a8"},
	{"own and the base's", lines("FROM redis", "", "EXPOSE 80"), "80 6379", true,
		"Dockerfile:3 + catalogue: redis, redis/docker-library-redis@e5650da"},
	{"a base without ports", lines("FROM node:8", "EXPOSE 3000"), "3000", true, "Dockerfile:2"},
	{"scratch", lines("FROM scratch", "EXPOSE 1"), "1", true, "Dockerfile:2"},
	{"nothing", lines("FROM scratch", "COPY a /"), "", true, "Dockerfile:1"},
	{"a base that is not known", lines("FROM ghcr.io/me/base", "EXPOSE 80"), "80", false, "Dockerfile:2"},
	{"three stages", lines(
		"FROM golang AS build", "EXPOSE 1", "RUN make",
		"FROM alpine AS base", "EXPOSE 2", "",
		"FROM base", "EXPOSE 3", "COPY --from=build /a /a"), "2 3", true, "Dockerfile:5,8"},
	{"ARG before FROM", lines("ARG TAG=5.6", "FROM mysql:${TAG}"), "3306", true,
		"Dockerfile:2 + catalogue: mysql, docker-library/mysql@7f30fdb"},
	{"ARG in a name without default", lines("ARG V", "FROM postgres:${V}-alpine"), "5432", true,
		"Dockerfile:2 + catalogue: postgres, docker-library/postgres@6edb0a8"},
	{"ARG before FROM is not seen in a stage", lines("ARG PORT=1", "FROM alpine", "EXPOSE ${PORT:-2}"), "2", true, "Dockerfile:3"},
	{"unless it is declared there", lines("ARG PORT=1", "FROM alpine", "ARG PORT", "EXPOSE ${PORT:-2}"), "1", true, "Dockerfile:4"},
	{"an argument is handed on", lines("FROM alpine AS a", "ARG PORT=1", "FROM a", "EXPOSE $PORT"), "1", true, "Dockerfile:4"},
	{"ENV beats the argument of the stage before", lines("FROM alpine AS a", "ENV P=1", "ARG P=2", "EXPOSE $P", "FROM a", "EXPOSE $P"), "1 2", true, "Dockerfile:4,6"},
	{"ONBUILD of the base", lines("FROM alpine AS a", "ONBUILD EXPOSE 7", "FROM a AS b", "FROM b", "EXPOSE 8"), "7 8", true, "Dockerfile:3,5"},
	{"ONBUILD is not handed on", lines("FROM alpine AS a", "ONBUILD ENV P=7", "FROM a AS b", "ENV P=8", "FROM b", "EXPOSE $P"), "8", true, "Dockerfile:6"},
	{"a heredoc", lines("FROM alpine", "RUN <<EOF", "EXPOSE 1", "EOF", "COPY <<a <<-'b' /x", "EXPOSE 2", "a", "EXPOSE 3", "\tb", "EXPOSE 4"), "4", true, "Dockerfile:10"},
	{"no heredoc", lines("FROM alpine", `RUN echo "<<EOF"`, `RUN ["a", "<<EOF"]`, "EXPOSE 4"), "4", true, "Dockerfile:4"},
	{"ranges", lines("FROM alpine", "EXPOSE 8000-8002 9000-9001/udp 7-7"), "7 8000 8001 8002 9000/udp 9001/udp", true, "Dockerfile:2"},
	{"protocols", lines("FROM alpine", "EXPOSE 53/UDP 53/tcp 9/sctp 53"), "9/sctp 53 53/udp", true, "Dockerfile:2"},
	{"the host's part", lines("FROM alpine", "EXPOSE 8080:80 127.0.0.1:1:2"), "2 80", true, "Dockerfile:2"},
	{"variables", lines("FROM alpine", "ENV A=80 B=81-82", `EXPOSE $A "$B" ${C:-90} ${C}`), "80 81 82 90", true, "Dockerfile:3"},
	{"ENV sees what was before it", lines("FROM alpine", "ENV A=1", "ENV A=2 B=$A", "EXPOSE $A $B"), "1 2", true, "Dockerfile:4"},
	{"old ENV", lines("FROM alpine", `ENV P 80 "81"`, "EXPOSE $P"), "80 81", true, "Dockerfile:3"},
	{"quotes in ENV", lines("FROM alpine", `ENV A="1 2" B=3\ 4 C='$A'`, "EXPOSE $A $B"), "1 2 3 4", true, "Dockerfile:3"},
	{"patterns", lines("FROM alpine", "ENV V=1.80.3", "ENV A=${V#*.} B=${V%%.*}7", "EXPOSE ${A%.*} $B ${V//./}"), "17 80 1803", true, "Dockerfile:4"},
	{"a comment in a continuation", lines("FROM alpine", "EXPOSE 80 \\", "# the other", "", "  81 \\", "  # and", "  82"), "80 81 82", true, "Dockerfile:2"},
	{"the escape directive", lines("# escape=`", "FROM alpine", "EXPOSE 80 `", "  81", `ENV A=C:\`, "EXPOSE 82"), "80 81 82", true, "Dockerfile:3,6"},
	{"lower case", lines("from alpine as a", "expose 80", "From a", "eXPOSE 81"), "80 81", true, "Dockerfile:2,4"},
	{"CRLF", "FROM alpine\r\nEXPOSE 80 \\\r\n 81\r\n", "80 81", true, "Dockerfile:2"},
	{"a byte order mark", "\ufeff# escape=`\nFROM alpine\nEXPOSE 80 `\n81\n", "80 81", true, "Dockerfile:3"},
	{"no newline at the end", "FROM alpine\nEXPOSE 80", "80", true, "Dockerfile:2"},
	{"a platform", lines("FROM --platform=$BUILDPLATFORM alpine AS a", "EXPOSE 1"), "1", true, "Dockerfile:2"},
	{"a stage before an image", lines("FROM alpine AS redis", "EXPOSE 1", "FROM redis"), "1", true, "Dockerfile:2"},
	{"variables of a base", lines("FROM php:apache", "EXPOSE $PORT 81"), "80 81", false,
		"Dockerfile:2 + catalogue: php, docker-library/php@445bf41"},
	{"own variables are sure", lines("FROM php:apache", "ENV PORT=9", "EXPOSE $PORT"), "9 80", true,
		"Dockerfile:3 + catalogue: php, docker-library/php@445bf41"},
	{"too many ports", lines("FROM alpine", "EXPOSE 1-1001 2000-2001"), "2000 2001", true, "Dockerfile:2"},
	{"no instruction", lines("FROM alpine", "{% if x %}", "EXPOSE 80"), "80", true, "Dockerfile:3"},
}

func TestDockerfile(t *testing.T) {
	for _, c := range dockerfiles {
		k, err := Dockerfile(Build{Dockerfile: []byte(c.file)})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !k.Known || show(k.Ports) != c.ports || k.Complete != c.complete || k.Source != c.source {
			t.Errorf("%s: ports %s, known %v, complete %v, %s (%s)\nwant %s, complete %v, %s",
				c.name, show(k.Ports), k.Known, k.Complete, k.Source, k.Note, c.ports, c.complete, c.source)
		}
	}
}

func TestNotes(t *testing.T) {
	for _, c := range []struct{ file, note string }{
		{lines("FROM me/base"), "line 1: the ports of me/base are not known"},
		{lines("ARG X", "FROM $X"), "line 2: the name of the image $X holds a variable that is not set"},
		{lines("FROM mysql"), "line 1: the ports of mysql differ by tag: before 5.7 3306, else 3306 33060"},
		{lines("FROM alpine", "EXPOSE 1-1001"), "line 2: EXPOSE 1-1001: 1001 ports are too many; they are left out"},
		{lines("FROM php", "EXPOSE $P"), "line 2: EXPOSE $P hangs on variables that the base image may set"},
		{lines("FROM alpine", "BUY milk"), `line 2: "BUY" is no instruction; it is left out`},
		{lines("FROM alpine"), ""},
	} {
		k, err := Dockerfile(Build{Dockerfile: []byte(c.file)})
		if err != nil || k.Note != c.note {
			t.Errorf("%q: %q, %v", c.file, k.Note, err)
		}
	}
	k, _ := Dockerfile(Build{Dockerfile: []byte("FROM me/postgres\n")})
	if k.Known || k.Source != "" || show(k.Likely) != "5432" {
		t.Errorf("%+v", k)
	}
	if k, _ := Dockerfile(Build{Dockerfile: []byte("FROM nginx\n")}); !k.TagDependent {
		t.Errorf("%+v", k)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ file, err string }{
		{"", "api/Dockerfile: there is no FROM"},
		{"EXPOSE 80\n", "api/Dockerfile: there is no FROM"},
		{lines("FROM a b"), "api/Dockerfile:1: FROM takes an image, or an image AS a name"},
		{lines("FROM a AS 1"), `api/Dockerfile:1: "1" is no name for a stage`},
		{lines("FROM a", "EXPOSE 80 # web"), `api/Dockerfile:2: EXPOSE #: "#" is no port`},
		{lines("FROM a", "", "EXPOSE web"), `api/Dockerfile:3: EXPOSE web: "web" is no port`},
		{lines("FROM a", "EXPOSE 9-8"), `api/Dockerfile:2: EXPOSE 9-8: "9-8" is no port`},
		{lines("FROM a", "EXPOSE 80/http"), `api/Dockerfile:2: EXPOSE 80/http: the protocol "http" is not known`},
		{lines("FROM a", "EXPOSE 65536"), `api/Dockerfile:2: EXPOSE 65536: "65536" is no port`},
		{lines("FROM a", "EXPOSE"), "api/Dockerfile:2: EXPOSE without a port"},
		{lines("FROM a", "ENV A"), "api/Dockerfile:2: ENV A has no value"},
		{lines("FROM a", "ENV A=1 B"), `api/Dockerfile:2: ENV: there is no = in "B"`},
		{lines("FROM a", "ENV A=${B"), "api/Dockerfile:2: ENV A: ${B: no such modifier"},
		{lines("FROM a", `ENV A="b`), "api/Dockerfile:2: ENV A: a double quote is not closed"},
		{lines("FROM a", `ENV A="${B:?must be there}"`), "api/Dockerfile:2: ENV A: B: must be there"},
		{lines("FROM a", "RUN <<EOF", "a"), "api/Dockerfile:2: the heredoc EOF has no end"},
		{lines("# escape=x", "FROM a"), "api/Dockerfile:1: the escape character \"x\" is neither \\ nor `"},
		{lines("# escape=`", "# escape=`", "FROM a"), "api/Dockerfile:2: the directive escape is there twice"},
	} {
		_, err := Dockerfile(Build{Dockerfile: []byte(c.file), Name: "api/Dockerfile"})
		if err == nil || err.Error() != c.err {
			t.Errorf("%q: %v, want %s", c.file, err, c.err)
		}
	}
	_, err := Dockerfile(Build{Dockerfile: []byte("FROM a\n"), Target: "prod"})
	if err == nil || err.Error() != `Dockerfile: there is no stage "prod"` {
		t.Error(err)
	}
}

func TestTargetAndArgs(t *testing.T) {
	text := func(s string) *string { return &s }
	file := []byte(lines("ARG BASE=alpine", "FROM $BASE AS base", "ARG PORT=1", "ARG MORE", "EXPOSE $PORT $MORE",
		"FROM base AS dev", "EXPOSE 9", "FROM base AS prod", "EXPOSE 8"))
	for _, c := range []struct {
		target string
		args   map[string]*string
		ports  string
	}{
		{"", nil, "1 8"},
		{"base", nil, "1"},
		{"Dev", nil, "1 9"},
		{"dev", map[string]*string{"PORT": text("2")}, "2 9"},
		{"dev", map[string]*string{"PORT": nil, "MORE": nil, "OTHER": nil}, "3 9"},
		{"dev", map[string]*string{"BASE": text("postgres"), "UNDECLARED": text("1")}, "1 9 5432"},
	} {
		k, err := Dockerfile(Build{Dockerfile: file, Target: c.target, Args: c.args, Lookup: func(name string) (string, bool) {
			return "3", name == "PORT"
		}})
		if err != nil || show(k.Ports) != c.ports {
			t.Errorf("%s: ports %s, %v, want %s", c.target, show(k.Ports), err, c.ports)
		}
	}
}

func TestEnvironment(t *testing.T) {
	const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	for _, c := range []struct {
		file  string
		env   []string
		exact bool
	}{
		{lines("FROM scratch", "ENV A=1 B=2", "ENV A=3"), []string{path, "A=3", "B=2"}, true},
		{lines("FROM alpine", "ARG X=1", "ENV A=$X"), []string{path, "A=1"}, true},
		{lines("FROM alpine", "ENV PATH=/a:$PATH A=$NO"), []string{"PATH=/a:" + path[5:], "A="}, true},
		{lines("FROM postgres", "ENV A=1"), []string{"A=1"}, false},
		{lines("FROM postgres", "ENV A=$PGDATA B=${C:-d} E=f"), []string{"E=f"}, false},
		{lines("FROM postgres", "ENV A=1", "ENV B=$A-$X C=$A"), []string{"A=1", "C=1"}, false},
		{lines("FROM alpine", "ARG TARGETARCH", "ENV A=$TARGETARCH B=1"), []string{path, "B=1"}, false},
		{lines("FROM alpine AS a", "ENV A=1", "FROM a", "ENV B=${A}2"), []string{path, "A=1", "B=12"}, true},
		{lines("FROM postgres AS a", "ARG X=1", "ENV A=$X", "FROM a", "ENV B=$X C=$A"), []string{"A=1", "C=1"}, false},
		{lines("FROM postgres", "ENV A=1", "ENV $X=2 B=3"), nil, false},
		{lines("FROM alpine", `ENV A b "c  d"`), []string{path, "A=b c  d"}, true},
	} {
		k, err := Dockerfile(Build{Dockerfile: []byte(c.file)})
		if err != nil || !slices.Equal(k.Env, c.env) || k.EnvExact != c.exact {
			t.Errorf("%q: %q, exact %v, %v; want %q, %v", c.file, k.Env, k.EnvExact, err, c.env, c.exact)
		}
	}
}

// What additional_contexts and the project's own images stand for.
func TestContextsAndImages(t *testing.T) {
	base, err := Dockerfile(Build{Dockerfile: []byte(lines("FROM alpine", "ENV A=1", "EXPOSE 1", "ONBUILD EXPOSE 2"))})
	if err != nil {
		t.Fatal(err)
	}
	own := map[string]Knowledge{"me/base:dev": base, "me/plain": base}
	for _, c := range []struct {
		from     string
		contexts map[string]Knowledge
		ports    string
		complete bool
	}{
		{"me/base:dev", nil, "1 2 9", true},
		{"docker.io/me/base:dev", nil, "1 2 9", true},
		{"me/base", nil, "9", false},
		{"me/plain:latest", nil, "1 2 9", true},
		{"redis", map[string]Knowledge{"redis": Lookup("postgres")}, "9 5432", true},
		{"redis", map[string]Knowledge{"redis": {}}, "9", false},
		{"stage", map[string]Knowledge{"stage": Lookup("postgres")}, "9 5432", true},
		{"stage", nil, "3 9", true},
	} {
		file := lines("FROM alpine AS stage", "EXPOSE 3", "FROM "+c.from, "EXPOSE 9")
		k, err := Dockerfile(Build{Dockerfile: []byte(file), Contexts: c.contexts, Images: own})
		if err != nil || show(k.Ports) != c.ports || k.Complete != c.complete {
			t.Errorf("%s: ports %s, complete %v, %v; want %s, %v", c.from, show(k.Ports), k.Complete, err, c.ports, c.complete)
		}
	}
}

// TestLinear feeds what grows when it is done naively.
func TestLinear(t *testing.T) {
	many := func(s string) string { return strings.Repeat(s, 100_000) }
	for name, file := range map[string]string{
		"values that double": lines("FROM alpine", "ENV A=0123456789") + many("ENV A=$A$A\n"),
		"nested operands":    lines("FROM alpine", "ENV A="+many("${A:-")),
		"patterns":           lines("FROM alpine", "ENV A="+many("a"), "ENV B=${A//"+many("*a")+"/b}"),
		"ranges":             lines("FROM alpine") + many("EXPOSE 1-1000\n"),
		"stages":             lines("FROM alpine AS a") + many("FROM a AS a\nENV A=1\n"),
		"variables":          lines("FROM alpine", "ENV A=1 "+many("B=$A ")),
		"triggers":           lines("FROM alpine AS a") + many("ONBUILD ENV A=1\n") + many("FROM a\n"),
		"heredocs":           lines("FROM alpine", "RUN "+many("<<A ")) + many("A\n"),
		"open heredocs":      lines("FROM alpine", "RUN "+many("<<A ")) + many("B\n"),
		"continuations":      lines("FROM alpine", "RUN "+many("a \\\n# b\n")),
		"notes":              lines("FROM alpine") + many("x\n"),
		"flags":              lines("FROM " + many("--a ")),
		"backslashes":        lines("FROM alpine", "ENV A="+many(`\`)),
	} {
		start := time.Now()
		Dockerfile(Build{Dockerfile: []byte(file)})
		d := time.Since(start)
		if t.Logf("%8d bytes, %s: %v", len(file), name, d); d > 10*time.Second {
			t.Errorf("%s: %v", name, d)
		}
	}
}

func FuzzDockerfile(f *testing.F) {
	for _, c := range dockerfiles {
		f.Add([]byte(c.file), "", "80")
	}
	f.Add([]byte("FROM a AS b\nARG P\nEXPOSE $P\n"), "b", "81")
	f.Fuzz(func(t *testing.T, file []byte, target, port string) {
		k, err := Dockerfile(Build{Dockerfile: file, Target: target, Args: map[string]*string{"PORT": &port, "P": nil}})
		if err != nil && (k.Known || strings.Contains(err.Error(), "\n") && !strings.Contains(string(file)+port+target, "\n")) {
			t.Errorf("%q: %+v, %v", file, k, err)
		}
		if err == nil && k.Known != (k.Source != "") {
			t.Errorf("%q: %+v", file, k)
		}
	})
}

func BenchmarkDockerfile(b *testing.B) {
	file := []byte(lines("ARG V=1", "FROM node:$V AS build", "RUN npm ci \\", " && npm run build", "FROM nginx:1.19", "ENV A=1 B=$A", "EXPOSE 80 $B"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Dockerfile(Build{Dockerfile: file}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestCorpus reads real Dockerfiles and tells what is known of them. The
// folder corpus in DELINK_DATA has them.
func TestCorpus(t *testing.T) {
	folder := os.Getenv("DELINK_DATA")
	if folder == "" {
		folder = "../../../shared"
	}
	var all, complete, known int
	bases := make(map[string]int)
	filepath.WalkDir(filepath.Join(folder, "corpus"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(d.Name(), "ockerfile") {
			return nil
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		k, err := Dockerfile(Build{Dockerfile: file})
		if err != nil {
			t.Logf("%s: %v", path, err)
		}
		all++
		if k.Known {
			known++
		}
		if k.Complete {
			complete++
		} else {
			bases[k.Note]++
		}
		return nil
	})
	if all == 0 {
		t.Skip("there is no corpus; DELINK_DATA names its folder")
	}
	t.Logf("%d Dockerfiles: ports of %d known, of %d completely", all, known, complete)
	for note, n := range bases {
		t.Logf("%3d %s", n, note)
	}
}
