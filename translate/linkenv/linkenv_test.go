package linkenv

import (
	"slices"
	"strings"
	"testing"
)

// lines gives the variables as NAME=VALUE, in their order.
func lines(vars []Variable) []string {
	var out []string
	for _, v := range vars {
		out = append(out, v.Name+"="+v.Value)
	}
	return out
}

// fields splits a table's text into its lines.
func fields(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func tcp(n int) Port { return Port{n, "tcp"} }
func udp(n int) Port { return Port{n, "udp"} }

// Each case gives the whole result in its order. upTo27 is given where Engine
// 27 did something else.
var cases = []struct {
	name   string
	alias  string
	ports  []Port
	env    []string
	want   string
	upTo27 string
}{
	{
		name:  "no ports",
		alias: "db",
		want:  `DB_NAME=/web/db`,
	},
	{
		name:  "one port",
		alias: "db",
		ports: []Port{tcp(5432)},
		env:   []string{"POSTGRES_DB=app", "LANG=C.UTF-8"},
		want: `
			DB_PORT=tcp://h:5432
			DB_PORT_5432_TCP=tcp://h:5432
			DB_PORT_5432_TCP_ADDR=h
			DB_PORT_5432_TCP_PORT=5432
			DB_PORT_5432_TCP_PROTO=tcp
			DB_NAME=/web/db
			DB_ENV_POSTGRES_DB=app
			DB_ENV_LANG=C.UTF-8`,
	},
	{
		name:  "protocol left out or in capitals, ports twice",
		alias: "db",
		ports: []Port{{80, ""}, {80, "TCP"}, tcp(80)},
		want: `
			DB_PORT=tcp://h:80
			DB_PORT_80_TCP=tcp://h:80
			DB_PORT_80_TCP_ADDR=h
			DB_PORT_80_TCP_PORT=80
			DB_PORT_80_TCP_PROTO=tcp
			DB_NAME=/web/db`,
	},
	{
		name:  "a range of two is one as of 28 only",
		alias: "a",
		ports: []Port{tcp(82), tcp(81)},
		want: `
			A_PORT=tcp://h:81
			A_PORT_81_TCP=tcp://h:81
			A_PORT_81_TCP_ADDR=h
			A_PORT_81_TCP_PORT=81
			A_PORT_81_TCP_PROTO=tcp
			A_PORT_81_TCP_START=tcp://h:81
			A_PORT_81_TCP_PORT_START=81
			A_PORT_81_TCP_END=tcp://h:82
			A_PORT_81_TCP_PORT_END=82
			A_PORT_82_TCP=tcp://h:82
			A_PORT_82_TCP_ADDR=h
			A_PORT_82_TCP_PORT=82
			A_PORT_82_TCP_PROTO=tcp
			A_NAME=/web/a`,
		upTo27: `
			A_PORT=tcp://h:81
			A_PORT_81_TCP=tcp://h:81
			A_PORT_81_TCP_ADDR=h
			A_PORT_81_TCP_PORT=81
			A_PORT_81_TCP_PROTO=tcp
			A_PORT_82_TCP=tcp://h:82
			A_PORT_82_TCP_ADDR=h
			A_PORT_82_TCP_PORT=82
			A_PORT_82_TCP_PROTO=tcp
			A_NAME=/web/a`,
	},
	{
		name:  "a range of three, and a port apart",
		alias: "a",
		ports: []Port{tcp(90), tcp(80), tcp(81), tcp(82)},
		want: `
			A_PORT=tcp://h:80
			A_PORT_80_TCP=tcp://h:80
			A_PORT_80_TCP_ADDR=h
			A_PORT_80_TCP_PORT=80
			A_PORT_80_TCP_PROTO=tcp
			A_PORT_80_TCP_START=tcp://h:80
			A_PORT_80_TCP_PORT_START=80
			A_PORT_80_TCP_END=tcp://h:82
			A_PORT_80_TCP_PORT_END=82
			A_PORT_81_TCP=tcp://h:81
			A_PORT_81_TCP_ADDR=h
			A_PORT_81_TCP_PORT=81
			A_PORT_81_TCP_PROTO=tcp
			A_PORT_82_TCP=tcp://h:82
			A_PORT_82_TCP_ADDR=h
			A_PORT_82_TCP_PORT=82
			A_PORT_82_TCP_PROTO=tcp
			A_PORT_90_TCP=tcp://h:90
			A_PORT_90_TCP_ADDR=h
			A_PORT_90_TCP_PORT=90
			A_PORT_90_TCP_PROTO=tcp
			A_NAME=/web/a`,
	},
	{
		name:  "a range over two protocols up to 27",
		alias: "a",
		ports: []Port{tcp(90), tcp(91), udp(92)},
		want: `
			A_PORT=tcp://h:90
			A_PORT_90_TCP=tcp://h:90
			A_PORT_90_TCP_ADDR=h
			A_PORT_90_TCP_PORT=90
			A_PORT_90_TCP_PROTO=tcp
			A_PORT_90_TCP_START=tcp://h:90
			A_PORT_90_TCP_PORT_START=90
			A_PORT_90_TCP_END=tcp://h:91
			A_PORT_90_TCP_PORT_END=91
			A_PORT_91_TCP=tcp://h:91
			A_PORT_91_TCP_ADDR=h
			A_PORT_91_TCP_PORT=91
			A_PORT_91_TCP_PROTO=tcp
			A_PORT_92_UDP=udp://h:92
			A_PORT_92_UDP_ADDR=h
			A_PORT_92_UDP_PORT=92
			A_PORT_92_UDP_PROTO=udp
			A_NAME=/web/a`,
		upTo27: `
			A_PORT=tcp://h:90
			A_PORT_90_TCP=tcp://h:90
			A_PORT_90_TCP_ADDR=h
			A_PORT_90_TCP_PORT=90
			A_PORT_90_TCP_PROTO=tcp
			A_PORT_90_TCP_START=tcp://h:90
			A_PORT_90_TCP_PORT_START=90
			A_PORT_90_UDP_END=udp://h:92
			A_PORT_90_UDP_PORT_END=92
			A_PORT_91_TCP=tcp://h:91
			A_PORT_91_TCP_ADDR=h
			A_PORT_91_TCP_PORT=91
			A_PORT_91_TCP_PROTO=tcp
			A_PORT_92_UDP=udp://h:92
			A_PORT_92_UDP_ADDR=h
			A_PORT_92_UDP_PORT=92
			A_PORT_92_UDP_PROTO=udp
			A_NAME=/web/a`,
	},
	{
		name:  "udp beside tcp of one number",
		alias: "dns",
		ports: []Port{udp(53), tcp(53)},
		want: `
			DNS_PORT=tcp://h:53
			DNS_PORT_53_TCP=tcp://h:53
			DNS_PORT_53_TCP_ADDR=h
			DNS_PORT_53_TCP_PORT=53
			DNS_PORT_53_TCP_PROTO=tcp
			DNS_PORT_53_UDP=udp://h:53
			DNS_PORT_53_UDP_ADDR=h
			DNS_PORT_53_UDP_PORT=53
			DNS_PORT_53_UDP_PROTO=udp
			DNS_NAME=/web/dns`,
	},
	{
		name:  "the default port is the lowest tcp one, up to 27 the lowest",
		alias: "a",
		ports: []Port{udp(53), tcp(8080)},
		want: `
			A_PORT=tcp://h:8080
			A_PORT_8080_TCP=tcp://h:8080
			A_PORT_8080_TCP_ADDR=h
			A_PORT_8080_TCP_PORT=8080
			A_PORT_8080_TCP_PROTO=tcp
			A_PORT_53_UDP=udp://h:53
			A_PORT_53_UDP_ADDR=h
			A_PORT_53_UDP_PORT=53
			A_PORT_53_UDP_PROTO=udp
			A_NAME=/web/a`,
		upTo27: `
			A_PORT=udp://h:53
			A_PORT_53_UDP=udp://h:53
			A_PORT_53_UDP_ADDR=h
			A_PORT_53_UDP_PORT=53
			A_PORT_53_UDP_PROTO=udp
			A_PORT_8080_TCP=tcp://h:8080
			A_PORT_8080_TCP_ADDR=h
			A_PORT_8080_TCP_PORT=8080
			A_PORT_8080_TCP_PROTO=tcp
			A_NAME=/web/a`,
	},
	{
		name:  "sctp between tcp and udp",
		alias: "a",
		ports: []Port{udp(9), {9, "sctp"}, tcp(9)},
		want: `
			A_PORT=tcp://h:9
			A_PORT_9_TCP=tcp://h:9
			A_PORT_9_TCP_ADDR=h
			A_PORT_9_TCP_PORT=9
			A_PORT_9_TCP_PROTO=tcp
			A_PORT_9_SCTP=sctp://h:9
			A_PORT_9_SCTP_ADDR=h
			A_PORT_9_SCTP_PORT=9
			A_PORT_9_SCTP_PROTO=sctp
			A_PORT_9_UDP=udp://h:9
			A_PORT_9_UDP_ADDR=h
			A_PORT_9_UDP_PORT=9
			A_PORT_9_UDP_PROTO=udp
			A_NAME=/web/a`,
		// Three entries that never leave the limit are a run of one number.
		upTo27: `
			A_PORT=tcp://h:9
			A_PORT_9_TCP=tcp://h:9
			A_PORT_9_TCP_ADDR=h
			A_PORT_9_TCP_PORT=9
			A_PORT_9_TCP_PROTO=tcp
			A_PORT_9_TCP_START=tcp://h:9
			A_PORT_9_TCP_PORT_START=9
			A_PORT_9_UDP_END=udp://h:9
			A_PORT_9_UDP_PORT_END=9
			A_PORT_9_SCTP=sctp://h:9
			A_PORT_9_SCTP_ADDR=h
			A_PORT_9_SCTP_PORT=9
			A_PORT_9_SCTP_PROTO=sctp
			A_PORT_9_UDP=udp://h:9
			A_PORT_9_UDP_ADDR=h
			A_PORT_9_UDP_PORT=9
			A_PORT_9_UDP_PROTO=udp
			A_NAME=/web/a`,
	},
	{
		name:  "what of the target's environment counts",
		alias: "my-db",
		env:   []string{"Z=1", "HOME=/root", "PATH=/bin", "EMPTY=", "BARE", "EQ=a=b", "home=x", "HOMEDIR=y", "A= s "},
		want: `
			MY_DB_NAME=/web/my-db
			MY_DB_ENV_Z=1
			MY_DB_ENV_EMPTY=
			MY_DB_ENV_EQ=a=b
			MY_DB_ENV_home=x
			MY_DB_ENV_HOMEDIR=y
			MY_DB_ENV_A= s`,
	},
}

func TestVariables(t *testing.T) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before := slices.Clone(c.ports)
			trimmed := func(vars []Variable) []string { return fields(strings.Join(lines(vars), "\n")) }
			if got := trimmed(Variables(c.alias, "h", c.ports, c.env, "/web/"+c.alias)); !slices.Equal(got, fields(c.want)) {
				t.Errorf("as of 28:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(fields(c.want), "\n"))
			}
			want := c.want
			if c.upTo27 != "" {
				want = c.upTo27
			}
			if got := trimmed(VariablesUpTo27(c.alias, "h", c.ports, c.env, "/web/"+c.alias)); !slices.Equal(got, fields(want)) {
				t.Errorf("up to 27:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(fields(want), "\n"))
			}
			if _, differs := Differs(c.alias, c.ports); differs != (c.upTo27 != "") {
				t.Errorf("Differs says %v", differs)
			}
			if !slices.Equal(c.ports, before) {
				t.Errorf("the ports given were put in another order: %v", c.ports)
			}
		})
	}
}

func TestVariableParts(t *testing.T) {
	got := Variables("db", "h", []Port{tcp(81), tcp(82), udp(53)}, []string{"A=1"}, "/web/db")
	want := []Variable{
		{"DB_PORT", "tcp://h:81", DefaultPort, tcp(81), ""},
		{"DB_PORT_81_TCP", "tcp://h:81", PortURL, tcp(81), ""},
		{"DB_PORT_81_TCP_ADDR", "h", PortAddr, tcp(81), ""},
		{"DB_PORT_81_TCP_PORT", "81", PortNumber, tcp(81), ""},
		{"DB_PORT_81_TCP_PROTO", "tcp", PortProto, tcp(81), ""},
		{"DB_PORT_81_TCP_START", "tcp://h:81", RangeStart, tcp(81), ""},
		{"DB_PORT_81_TCP_PORT_START", "81", RangePortStart, tcp(81), ""},
		{"DB_PORT_81_TCP_END", "tcp://h:82", RangeEnd, tcp(81), ""},
		{"DB_PORT_81_TCP_PORT_END", "82", RangePortEnd, tcp(81), ""},
		{"DB_PORT_82_TCP", "tcp://h:82", PortURL, tcp(82), ""},
		{"DB_PORT_82_TCP_ADDR", "h", PortAddr, tcp(82), ""},
		{"DB_PORT_82_TCP_PORT", "82", PortNumber, tcp(82), ""},
		{"DB_PORT_82_TCP_PROTO", "tcp", PortProto, tcp(82), ""},
		{"DB_PORT_53_UDP", "udp://h:53", PortURL, udp(53), ""},
		{"DB_PORT_53_UDP_ADDR", "h", PortAddr, udp(53), ""},
		{"DB_PORT_53_UDP_PORT", "53", PortNumber, udp(53), ""},
		{"DB_PORT_53_UDP_PROTO", "udp", PortProto, udp(53), ""},
		{"DB_NAME", "/web/db", Name, Port{}, ""},
		{"DB_ENV_A", "1", Env, Port{}, "A"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestPrefix(t *testing.T) {
	for alias, want := range map[string]string{
		"db":         "DB",
		"my-db":      "MY_DB",
		"my_db":      "MY_DB",
		"my-dns.svc": "MY_DNS.SVC",
		"3rd":        "3RD",
		"DB":         "DB",
		"straße":     "STRAßE", // strings.ToUpper has no capital for it
		"a/b-c":      "B_C",
	} {
		if got := Prefix(alias); got != want {
			t.Errorf("Prefix(%q) = %q, want %q", alias, got, want)
		}
	}
}

func TestDiffers(t *testing.T) {
	for _, c := range []struct {
		ports []Port
		want  string
	}{
		{nil, ""},
		{[]Port{tcp(80), tcp(443)}, ""},
		{[]Port{udp(53), tcp(8080)}, "DB_PORT was udp://db:53, not tcp://db:8080"},
		{[]Port{tcp(81), tcp(82)}, "DB_PORT_81_TCP_START, DB_PORT_81_TCP_PORT_START, DB_PORT_81_TCP_END and DB_PORT_81_TCP_PORT_END were not set"},
		{[]Port{tcp(90), tcp(91), udp(92)}, "DB_PORT_90_UDP_END and DB_PORT_90_UDP_PORT_END were set; DB_PORT_90_TCP_END and DB_PORT_90_TCP_PORT_END were not set"},
	} {
		got, differs := Differs("db", c.ports)
		if got != c.want || differs != (c.want != "") {
			t.Errorf("Differs(%v) = %q, %v, want %q", c.ports, got, differs, c.want)
		}
	}
}

func BenchmarkVariables(b *testing.B) {
	ports := []Port{tcp(5672), tcp(15672), tcp(4369), tcp(25672), tcp(5671), udp(53)}
	env := []string{"RABBITMQ_VERSION=3.6", "HOME=/var/lib/rabbitmq", "LANG=C.UTF-8"}
	for b.Loop() {
		Variables("rabbit-mq", "rabbit-mq", ports, env, "/app-web-1/rabbit-mq")
	}
}
