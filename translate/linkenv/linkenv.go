// Package linkenv computes the environment variables that Docker Engine sets
// in a container for one legacy link: which names, which values, in which
// order. It also tells which variable names look as if they hold a secret.
//
// It never reads a file, an image or a Compose model: who the target is, which
// ports it has and what its environment holds comes in as plain values. It
// never decides whether a variable should be written either; each Variable
// says what it is, so that the caller can choose.
//
// The rules are those of the package daemon/links of github.com/moby/moby.
// There are two: one up to Engine 27.5.1 and one of Engine 28.0 and later.
package linkenv

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Port is a port that the target exposes. Proto is tcp, udp or sctp; case does
// not matter, and an empty one is tcp.
type Port struct {
	Number int
	Proto  string
}

// Kind says what a Variable tells about the target.
type Kind uint8

// The kinds of a Variable, with A standing for the prefix, N for a port's
// number and P for its protocol in upper case.
const (
	DefaultPort    Kind = iota // A_PORT: the URL of the first port
	PortURL                    // A_PORT_N_P
	PortAddr                   // A_PORT_N_P_ADDR
	PortNumber                 // A_PORT_N_P_PORT
	PortProto                  // A_PORT_N_P_PROTO
	RangeStart                 // A_PORT_N_P_START: the URL of a run's first port
	RangePortStart             // A_PORT_N_P_PORT_START
	RangeEnd                   // A_PORT_N_P_END: the URL of a run's last port
	RangePortEnd               // A_PORT_N_P_PORT_END
	Name                       // A_NAME
	Env                        // A_ENV_<name>: a variable of the target itself
)

// Variable is one variable that a link sets in its consumer.
type Variable struct {
	Name  string
	Value string
	Kind  Kind
	// Port is the port that the variable tells about; for the four of a range,
	// the range's first. It is zero for the kinds Name and Env.
	Port Port
	// Target is the variable's name in the target's own environment. It is
	// empty for all kinds but Env.
	Target string
}

// Prefix returns what the names of a link's variables begin with: the last
// path element of alias in upper case, each '-' made '_'. Nothing else is
// changed, so that "my-dns.svc" gives "MY_DNS.SVC" and "3rd" gives "3RD".
func Prefix(alias string) string {
	return strings.ReplaceAll(strings.ToUpper(path.Base(alias)), "-", "_")
}

// Variables returns what Engine 28.0 and later sets for a link. alias is the
// link's alias, host is what stands where the engine writes the target's
// address, ports are the target's in any order, env is the target's
// environment as NAME=VALUE, and name is the value of the variable A_NAME.
//
// Ports of one number and protocol count once. Of env, entries without '=' and
// the variables HOME and PATH are left out, as the engine does; a name that
// env gives twice comes out twice.
//
// The result's order: A_PORT; for each port, tcp first, then the other
// protocols by the alphabet, its URL, ADDR, PORT and PROTO; after those of the
// first port of a run START, PORT_START, END and PORT_END; A_NAME; then the
// variables of env in env's order.
func Variables(alias, host string, ports []Port, env []string, name string) []Variable {
	sorted := normal(ports, fromEngine28)
	return build(alias, host, sorted, runs(sorted), env, name)
}

// VariablesUpTo27 returns what Engine 20.10 up to 27.5.1 sets for a link. It
// takes and gives the same as Variables, but the ports are in the order of
// their numbers whatever the protocol, so that A_PORT is the lowest number,
// and runs are found by another rule (see runsUpTo27).
//
// For ports of one number tcp comes first. The order of udp and sctp ports of
// one number was random in those engines, which sorted a map's keys by number
// alone; here sctp comes first. Where that order decides A_PORT or a run, this
// is one of the results that they gave.
func VariablesUpTo27(alias, host string, ports []Port, env []string, name string) []Variable {
	sorted := normal(ports, upToEngine27)
	return build(alias, host, sorted, runsUpTo27(sorted), env, name)
}

// normal returns ports in the given order without repetitions, the protocols
// in lower case.
func normal(ports []Port, order func(a, b Port) int) []Port {
	sorted := make([]Port, 0, len(ports))
	for _, p := range ports {
		sorted = append(sorted, Port{p.Number, strings.ToLower(cmp.Or(p.Proto, "tcp"))})
	}
	slices.SortFunc(sorted, order)
	return slices.Compact(sorted)
}

// fromEngine28 orders ports by protocol, tcp first, and then by number.
func fromEngine28(a, b Port) int {
	return cmp.Or(byProto(a, b), cmp.Compare(a.Number, b.Number))
}

// upToEngine27 orders ports by number and then by protocol, tcp first.
func upToEngine27(a, b Port) int {
	return cmp.Or(cmp.Compare(a.Number, b.Number), byProto(a, b))
}

func byProto(a, b Port) int {
	switch {
	case a.Proto == b.Proto:
		return 0
	case a.Proto == "tcp":
		return -1
	case b.Proto == "tcp":
		return 1
	}
	return cmp.Compare(a.Proto, b.Proto)
}

// runs returns, for the index of each port that begins a run, the index of the
// port that ends it. A run is two or more consecutive numbers of one protocol.
func runs(sorted []Port) map[int]int {
	ends := make(map[int]int)
	for i := 0; i < len(sorted); {
		j := i
		for j+1 < len(sorted) && sorted[j+1].Proto == sorted[j].Proto && sorted[j+1].Number == sorted[j].Number+1 {
			j++
		}
		if j > i {
			ends[i] = j
		}
		i = j + 1
	}
	return ends
}

// runsUpTo27 is what runs was up to Engine 27. It takes no notice of the
// protocol, wants three ports or more, and allows one number more with every
// port that it passes, even when the number stays: 53/tcp, 53/udp and 55/tcp
// count as a run.
func runsUpTo27(sorted []Port) map[int]int {
	ends := make(map[int]int)
	for i := 0; i < len(sorted); {
		j := i
		for limit := sorted[i].Number + 1; j+1 < len(sorted) && sorted[j+1].Number <= limit; limit++ {
			j++
		}
		if j <= i+1 {
			i++
			continue
		}
		ends[i] = j
		i = j + 1
	}
	return ends
}

// build puts a link's variables together. ends is the result of runs or of
// runsUpTo27 for ports.
func build(alias, host string, ports []Port, ends map[int]int, env []string, name string) []Variable {
	prefix := Prefix(alias)
	vars := make([]Variable, 0, 2+4*len(ports)+4*len(ends)+len(env))
	if len(ports) > 0 {
		vars = append(vars, Variable{Name: prefix + "_PORT", Value: url(host, ports[0]), Kind: DefaultPort, Port: ports[0]})
	}
	for i, p := range ports {
		vars = appendPort(vars, prefix, host, p)
		if j, ok := ends[i]; ok {
			vars = appendRange(vars, prefix, host, p, ports[j])
		}
	}
	vars = append(vars, Variable{Name: prefix + "_NAME", Value: name, Kind: Name})
	for _, entry := range env {
		key, value, ok := strings.Cut(entry, "=")
		if !ok || key == "HOME" || key == "PATH" {
			continue
		}
		vars = append(vars, Variable{Name: prefix + "_ENV_" + key, Value: value, Kind: Env, Target: key})
	}
	return vars
}

// appendPort appends the four variables that every port has.
func appendPort(vars []Variable, prefix, host string, p Port) []Variable {
	name := portName(prefix, p.Number, p.Proto)
	return append(vars,
		Variable{Name: name, Value: url(host, p), Kind: PortURL, Port: p},
		Variable{Name: name + "_ADDR", Value: host, Kind: PortAddr, Port: p},
		Variable{Name: name + "_PORT", Value: strconv.Itoa(p.Number), Kind: PortNumber, Port: p},
		Variable{Name: name + "_PROTO", Value: p.Proto, Kind: PortProto, Port: p})
}

// appendRange appends the four variables of a run. The names of its end carry
// the number of the first port and the protocol of the last: the two protocols
// can differ up to Engine 27, and that is what it wrote.
func appendRange(vars []Variable, prefix, host string, first, last Port) []Variable {
	start := portName(prefix, first.Number, first.Proto)
	end := portName(prefix, first.Number, last.Proto)
	return append(vars,
		Variable{Name: start + "_START", Value: url(host, first), Kind: RangeStart, Port: first},
		Variable{Name: start + "_PORT_START", Value: strconv.Itoa(first.Number), Kind: RangePortStart, Port: first},
		Variable{Name: end + "_END", Value: url(host, last), Kind: RangeEnd, Port: first},
		Variable{Name: end + "_PORT_END", Value: strconv.Itoa(last.Number), Kind: RangePortEnd, Port: first})
}

func portName(prefix string, number int, proto string) string {
	return prefix + "_PORT_" + strconv.Itoa(number) + "_" + strings.ToUpper(proto)
}

func url(host string, p Port) string {
	return p.Proto + "://" + host + ":" + strconv.Itoa(p.Number)
}
