package image

import (
	"fmt"
	"strings"
	"testing"

	"github.com/delink/delink/translate/linkenv"
)

// show writes ports as the catalogue does.
func show(ports []linkenv.Port) string {
	var all []string
	for _, p := range ports {
		s := fmt.Sprint(p.Number)
		if p.Proto != "tcp" {
			s += "/" + p.Proto
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

const rabbit = "4369 5671 5672 15671 15672 15691 15692 25672"

// lookups are references with their ports, and whether those hang on the tag.
var lookups = []struct {
	ref       string
	ports     string
	dependent bool
}{
	{"postgres", "5432", false},
	{"postgres:9.6", "5432", false},
	{"postgres@sha256:" + digest, "5432", false},
	{"postgres:9.6-alpine@sha256:" + digest, "5432", false},
	{"docker.io/library/postgres", "5432", false},
	{"docker.io/postgres", "5432", false},
	{"index.docker.io/library/postgres:11", "5432", false},
	{"library/postgres", "5432", false},
	{"registry-1.docker.io/library/postgres:9", "5432", false},
	{"registry.hub.docker.com/library/postgres", "5432", false},
	{"registry.hub.docker.com/sameersbn/postgresql", "5432", false},
	{"public.ecr.aws/docker/library/postgres:14", "5432", false},
	{"mirror.gcr.io/library/postgres", "5432", false},
	{"postgres:${TAG}", "5432", false},
	{"postgres:$TAG", "5432", false},
	{"postgres:${TAG:?set it: now}-alpine", "5432", false},
	{"postgres@${DIGEST}", "5432", false},
	{"mdillon/postgis", "5432", false},
	{"redis", "6379", false},
	{"redis:7-alpine", "6379", false},
	{"mysql", "3306 33060", true},
	{"mysql:latest", "3306 33060", true},
	{"mysql:5", "3306 33060", false},
	{"mysql:5.6", "3306", false},
	{"mysql:5.6.51", "3306", false},
	{"mysql:5.7", "3306 33060", false},
	{"mysql:8", "3306 33060", false},
	{"mysql:8.0-debian", "3306 33060", false},
	{"mysql:${V}", "3306 33060", true},
	{"mysql:5.${MINOR}", "3306 33060", true},
	{"mysql:5.6-${FLAVOUR}", "3306", false},
	{"mysql@sha256:" + digest, "3306 33060", true},
	{"nginx:1.9", "80 443", false},
	{"nginx:1.9.15-alpine", "80 443", false},
	{"nginx:1.19", "80", false},
	{"nginx:1", "80", false},
	{"nginx:alpine", "80", true},
	{"nginx:20160404", "80", true},
	{"rabbitmq:3-management", rabbit, false},
	{"rabbitmq:3.8.9-management-alpine", rabbit, false},
	{"rabbitmq:management", rabbit, true},
	{"rabbitmq:3.6-management", "4369 5671 5672 15671 15672 25672", false},
	{"rabbitmq:3.7", "4369 5671 5672 25672", false},
	{"rabbitmq:3.4", "5672", false},
	{"rabbitmq:3-${KIND}", "4369 5671 5672 15691 15692 25672", true},
	{"mongo", "27017", false},
	{"memcached:1.5", "11211", false},
	{"elasticsearch:7", "9200 9300", false},
	{"docker.elastic.co/elasticsearch/elasticsearch:7.10.1", "9200 9300", false},
	{"mariadb", "3306", false},
	{"busybox", "", false},
	{"php", "", false},
	{"php:7.4-cli", "", false},
	{"php:7-fpm-alpine", "9000", false},
	{"php:fpm", "9000", false},
	{"php:7.4-apache-buster", "80", false},
	{"php:${PHP}", "", true},
	{"php:${PHP}-fpm", "9000", true},
	{"docker:18.09-dind", "2375 2376", false},
	{"docker:17-dind", "2375", false},
	{"docker", "", false},
	{"influxdb:1.0", "8083 8086", false},
	{"influxdb:2.7", "8086", false},
	{"influxdb:3.0-core", "8181", false},
	{"influxdb", "8086", true},
	{"couchbase:enterprise-6.5.1", "8091 8092 8093 8094 8095 8096 11207 11210 11211 18091 18092 18093 18094 18095 18096", false},
	{"selenium/hub:3.141.59-zinc", "4444", false},
	{"logstash:2.4", "", false},
}

func TestLookup(t *testing.T) {
	for _, c := range lookups {
		k := Lookup(c.ref)
		if !k.Known || !k.Complete || show(k.Ports) != c.ports || k.TagDependent != c.dependent {
			t.Errorf("%s: ports %s (known %v, complete %v, by tag %v: %s), want %s (by tag %v)",
				c.ref, show(k.Ports), k.Known, k.Complete, k.TagDependent, k.Note, c.ports, c.dependent)
		}
		if !strings.HasPrefix(k.Source, "catalogue: ") || k.TagDependent != (k.Note != "") || k.Likely != nil || k.Env != nil {
			t.Errorf("%s: %+v", c.ref, k)
		}
	}
}

var digest = strings.Repeat("0123456789abcdef", 4)

func TestLookupUnknown(t *testing.T) {
	for _, c := range []struct{ ref, likely, note string }{
		{"localhost:5000/library/postgres:9.6@sha256:" + digest, "5432", "the ports of localhost:5000/library/postgres are not known"},
		{"ghcr.io/me/app", "", "the ports of ghcr.io/me/app are not known"},
		{"quay.io/me/postgres", "5432", "the ports of quay.io/me/postgres are not known"},
		{"mirror.gcr.io/me/redis", "6379", "the ports of mirror.gcr.io/me/redis are not known"},
		{"geometalab/postgis", "5432", "the ports of geometalab/postgis are not known"},
		{"me/mysql57:1", "3306", "the ports of me/mysql57 are not known"},
		{"me/redis-commander", "", "the ports of me/redis-commander are not known"},
		{"me/cp-kafka-rest", "", "the ports of me/cp-kafka-rest are not known"},
		{"Postgres", "5432", `"Postgres" is no name of an image: invalid reference format: repository name (library/Postgres) must be lowercase`},
		{"mysql:", "3306", `"mysql:" is no name of an image: invalid reference format`},
		{"", "", `"" is no name of an image: invalid reference format`},
		{digest, "", `"` + digest + `" is no name of an image: invalid repository name (` + digest + `), cannot specify 64-byte hexadecimal strings`},
		{"${DB}", "", "the name of the image ${DB} holds a variable that is not set"},
		{"${REGISTRY}/postgres:9", "5432", "the name of the image ${REGISTRY}/postgres:9 holds a variable that is not set"},
		{"${REGISTRY:-a/b:c}/x:${TAG}", "", "the name of the image ${REGISTRY:-a/b:c}/x:${TAG} holds a variable that is not set"},
		{"amazon/dynamodb-local", "", "the ports of amazon/dynamodb-local are not known"},
	} {
		k := Lookup(c.ref)
		if k.Known || k.Complete || k.EnvExact || k.Ports != nil || k.Source != "" {
			t.Errorf("%s: %+v", c.ref, k)
		}
		if show(k.Likely) != c.likely || k.Note != c.note {
			t.Errorf("%s: likely %s, %s\nwant %s, %s", c.ref, show(k.Likely), k.Note, c.likely, c.note)
		}
	}
}

func TestKnowledgeInWords(t *testing.T) {
	k := Lookup("mysql")
	if k.Source != "catalogue: mysql, docker-library/mysql@7f30fdb" {
		t.Error(k.Source)
	}
	if k.Note != "the ports of mysql differ by tag: before 5.7 3306, else 3306 33060" {
		t.Error(k.Note)
	}
	if n := Lookup("influxdb").Note; n != "the ports of influxdb differ by tag: before 1.1 8083 8086, from 3 8181, else 8086" {
		t.Error(n)
	}
}

func TestEnvironmentOfCatalogue(t *testing.T) {
	if !Lookup("busybox:1.36").EnvExact {
		t.Error("busybox sets nothing, and that is known")
	}
	if Lookup("postgres").EnvExact || Lookup("php").EnvExact {
		t.Error("the catalogue does not know what postgres and php set")
	}
}

func TestName(t *testing.T) {
	for ref, want := range map[string]string{
		"docker.io/library/postgres:9.6": "postgres",
		"postgres:${X}":                  "postgres",
		"me/app@sha256:" + digest:        "me/app",
		"quay.io/me/app:1":               "quay.io/me/app",
		"${X}":                           "",
		"A":                              "",
	} {
		if got := Name(ref); got != want {
			t.Errorf("%s: %q, want %q", ref, got, want)
		}
	}
}

func TestVersion(t *testing.T) {
	for text, want := range map[string]string{
		"9.6": "[9 6]", "v2.0": "[2 0]", "3.8.0rc1": "[3 8 0]", "5.7.23-1debian9": "[5 7 23]",
		"alpine3.15": "[]", "latest": "[]", "enterprise-7.2.1": "[7 2 1]", "20160404": "[]",
		"2024.1": "[2024 1]", "5e3f2a1": "[]", "a1b2": "[]", "": "[]", "php7.2-apache": "[]", "1..2": "[]", ".": "[]",
		"$": "[]", "1.2-$": "[1 2]", "$-1.2": "[]", "17.06.0-ce-dind": "[17 6 0]",
	} {
		if got := fmt.Sprint([]int(newTag(text).version())); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func FuzzLookup(f *testing.F) {
	for _, s := range []string{"postgres:9", "${A}/b:${C}", "a:$", "x@y", "${a${b}}:1", "php:-fpm-", "1:1.1.1.1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		k := Lookup(ref)
		if k.Known != (k.Source != "") || !k.Known && k.Note == "" || k.Known && k.Likely != nil {
			t.Errorf("%q: %+v", ref, k)
		}
	})
}

// BenchmarkCatalogue measures what the catalogue costs: a question at its
// beginning, one at its end, and one without an answer. Nothing is done before
// the first question.
func BenchmarkCatalogue(b *testing.B) {
	for _, ref := range []string{"adminer", "zulip/docker-zulip", "ghcr.io/me/app"} {
		b.Run(strings.ReplaceAll(ref, "/", "."), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Lookup(ref)
			}
		})
	}
}
