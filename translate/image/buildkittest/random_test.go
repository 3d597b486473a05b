package buildkittest

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

var (
	names      = []string{"A", "B", "FOO", "PORT", "VERSION", "X", "PATH", "TARGETARCH", "TARGETSTAGE", "n1", "_u"}
	plain      = []string{"1", "80", "443", "a", "a b", "", "x.y.z", "8080-8082", "9/udp", "$A", "*", "/a/b/c", "ä", "1.2.3-rc1"}
	images     = []string{"postgres:9.4", "alpine", "scratch", "base", "build", "ghcr.io/me/app", "a${VERSION:+:$VERSION}", "${FOO:-c}", "b:${X:-1}", "${TARGETARCH}/c", "\"quoted\"", "node", "ruby:2", "x/y@sha256:0000000000000000000000000000000000000000000000000000000000000000"}
	stageNames = []string{"base", "build", "prod", "stage2", "Build"}
	snippets   = []string{
		"EXPOSE 80", "expose 80/UDP 443", "EXPOSE $PORT", "EXPOSE ${PORT:-3000} 5", "EXPOSE 7000-7003/tcp", "EXPOSE 8${X:-0}80",
		"EXPOSE '80' \"81\" 8\\2", "EXPOSE 0 +5 65535", "EXPOSE 1-1 127.0.0.1:80:81 3:4", "EXPOSE 1-1 9-",
		"ENV A 1", "ENV A=1 B=$A C=\"$B x\"", "ENV A B=C", "ENV PORT=8080", "ENV PATH=/x:$PATH", "ENV A='$B' \\\n  # comment\n\n  B=2", "ENV A",
		"ENV A=${B#*.} B=${A##*.} X=${A%.*} FOO=${A%%.*}", "ENV X=${A/a/b} FOO=${A//./-}", "ENV A=a\\ b B=\"c\\\"d\" X=\\$A",
		"ENV FOO \"a b\" c", "ENV $A=1", "ARG A", "ARG A=1 B=$A", "ARG PORT=3000", "ARG VERSION", "ARG TARGETARCH", "ARG \"X=1\"", "ARG",
		"RUN <<EOF\nEXPOSE 99\nEOF", "RUN <<-EOF cat\n\tENV A=2\n\tEOF", "COPY <<a <<'b' /x\nEXPOSE 1\na\nFROM y\nb", "RUN [\"a\", \"<<EOF\"]", "RUN cat << EOF\nEXPOSE 98\nEOF",
		"RUN echo \"<<EOF\"", "RUN foo \\\\", "# escape=`", "# syntax=docker/dockerfile:1", "#", "\t # comment", "",
		"ONBUILD EXPOSE 6000", "ONBUILD ENV OB=$A", "onbuild arg B=7", "ONBUILD RUN <<EOF\nEXPOSE 97\nEOF", "ONBUILD",
		"LABEL a=b", "WORKDIR /a", "USER root", "CMD [\"x\"]", "COPY --from=build /a /b", "FROM base", "FROM alpine AS build", "MAINTAINER me", "HEALTHCHECK NONE", "STOPSIGNAL 9", "FOO bar",
		"EXPOSE -- 80", "FROM --platform=linux/amd64 node AS base", "ADD . /x", "VOLUME /v", "SHELL [\"a\"]",
	}
	faulty = []string{
		"EXPOSE", "ENV A", "ENV A=${A:?gone}", "ARG", "ONBUILD ONBUILD RUN x", "ONBUILD", "FOO bar", "--x ENV A=1", "ENV --x=y A=1", "RUN foo \\", "EXPOSE 80 # web", "EXPOSE 1-1 9-", "EXPOSE 127.0.0.1:80:81 [::1]:1:2 3:4",
	}
	bits = []string{"\\", "`", "\n", "\r\n", " ", "\t", "\"", "'", "$", "${", "}", ":-", "#", "<<", "<<EOF", "=", "/", "\\\n", "-", "\v", "\u00a0", "\xff", "\ufeff", "EOF\n", "*", "?", "%", "$A", "${A", "ONBUILD ", "\\$"}
)

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// random makes up a Dockerfile.
func random(r *rand.Rand) string {
	var b strings.Builder
	end := "\n"
	switch r.IntN(12) {
	case 0:
		b.WriteString("\ufeff")
	case 1:
		b.WriteString("# escape=`\n")
	case 2:
		end = "\r\n"
	}
	for range r.IntN(3) {
		b.WriteString("ARG " + pick(r, names) + "=" + expression(r, 0) + end)
	}
	for range 1 + r.IntN(3) {
		from := pick(r, images)
		if r.IntN(40) == 0 {
			from = pick(r, []string{"Build", "$FOO", "b:${X}", "a b"})
		}
		b.WriteString("FROM " + from)
		if r.IntN(2) == 0 {
			b.WriteString(" AS " + pick(r, stageNames))
		}
		b.WriteString(end)
		for range r.IntN(8) {
			b.WriteString(instruction(r) + end)
		}
	}
	return b.String()
}

func instruction(r *rand.Rand) string {
	switch r.IntN(8) {
	case 0:
		return "ENV " + pick(r, names) + "=" + expression(r, 0) + " " + pick(r, names) + "=\"" + expression(r, 0) + "\""
	case 1:
		return "ENV " + pick(r, names) + " " + expression(r, 0)
	case 2:
		return "ARG " + pick(r, names) + "=" + expression(r, 0)
	case 3:
		return "EXPOSE " + pick(r, []string{"$PORT", "${PORT:-" + expression(r, 1) + "}", "80${X:+0}81", expression(r, 0)})
	case 4:
		if in := instruction(r); !strings.HasPrefix(strings.ToUpper(in), "ONBUILD") && !strings.HasPrefix(in, "FROM") {
			return "ONBUILD " + in
		}
	}
	if r.IntN(60) == 0 {
		return pick(r, faulty)
	}
	return pick(r, snippets)
}

// expression makes up a value with variables.
func expression(r *rand.Rand, depth int) string {
	var b strings.Builder
	for range 1 + r.IntN(2) {
		switch op := r.IntN(10); {
		case op < 3 || depth > 3:
			b.WriteString(strings.ReplaceAll(pick(r, plain), " ", "_"))
		case op < 5:
			b.WriteString("$" + pick(r, names))
		case op < 8:
			fmt.Fprintf(&b, "${%s%s%s}", pick(r, names), pick(r, []string{":-", "-", ":+", "+", "#", "##", "%", "%%", "#*", "%?", "#\\*"}), expression(r, depth+1))
		case op < 9:
			fmt.Fprintf(&b, "${%s/%s/%s}", pick(r, names), expression(r, depth+1), expression(r, depth+1))
		case r.IntN(6) == 0:
			b.WriteString(pick(r, bits))
		}
	}
	return b.String()
}

// mutate changes a file in a few places.
func mutate(r *rand.Rand, file []byte) []byte {
	s := string(file)
	for range 1 + r.IntN(4) {
		lines := strings.SplitAfter(s, "\n")
		i, j := r.IntN(len(lines)), r.IntN(len(lines))
		switch r.IntN(5) {
		case 0:
			lines[i] = ""
		case 1:
			lines[i], lines[j] = lines[j], lines[i]
		case 2:
			lines[i] += instruction(r) + "\n"
		default:
			at := r.IntN(len(lines[i]) + 1)
			lines[i] = lines[i][:at] + pick(r, bits) + lines[i][at:]
		}
		s = strings.Join(lines, "")
	}
	return []byte(s)
}
