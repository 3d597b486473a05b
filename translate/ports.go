package translate

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/delink/delink/translate/linkenv"
	"github.com/delink/delink/translate/tree"
)

// maxRange is the longest range of ports that is written out. An engine would
// set four variables for each port.
const maxRange = 1000

// portSet is what the Compose file says of a service's ports.
type portSet struct {
	ports []linkenv.Port
	unset []portProblem // entries that an unset variable leaves empty
	long  []portProblem // ranges over maxRange
	err   error         // an entry that Compose can't read
	// unloaded are ports of entries with a long range on the host's side, which
	// the loader is not given.
	unloaded []linkenv.Port
	at       tree.Place // of err
}

type portProblem struct {
	text string
	what string
	at   tree.Place
}

// composePorts reads the container side of ports and expose: what the engine
// knows as the container's exposed ports (measured: the host side never counts).
func (p *Project) composePorts(s *Service) portSet {
	var set portSet
	for _, key := range []string{"ports", "expose"} {
		for _, v := range s.values(key) {
			switch {
			case v.Kind == tree.Null:
			case v.Kind != tree.List:
				set.fail(v.Node, fmt.Errorf("%s is no list", key))
			default:
				for _, it := range v.Items {
					p.addPort(&set, key, it)
				}
			}
		}
	}
	return set
}

func (set *portSet) fail(n *tree.Node, err error) {
	if set.err == nil {
		set.err, set.at = err, n.At
	}
}

func (p *Project) addPort(set *portSet, key string, n *tree.Node) {
	text, proto := "", "tcp"
	switch {
	case n.Kind == tree.Scalar:
		text = n.Value
	case n.Kind == tree.Map && key == "ports":
		t := n.Get("target")
		if !t.Is(tree.Scalar) {
			set.fail(n, fmt.Errorf("an entry of ports has no target"))
			return
		}
		text = t.Value
		if pr := n.Get("protocol"); pr.Is(tree.Scalar) {
			proto = p.expand(pr.Value)
		}
	default:
		set.fail(n, fmt.Errorf("an entry of %s is no port", key))
		return
	}
	full, unset := p.interpolate(text)
	from, to, pr, err := parsePort(full, proto)
	switch {
	case err != nil && len(unset) > 0:
		set.unset = append(set.unset, portProblem{text: text, what: strings.Join(unset, ", "), at: n.At})
	case err != nil:
		set.fail(n, fmt.Errorf("%s: %q is no port", key, text)) // as the file has it: a variable may hold a secret
	case to-from >= maxRange:
		set.long = append(set.long, portProblem{text: text, what: strconv.Itoa(to - from + 1), at: n.At})
	default:
		for i := from; i <= to; i++ {
			set.ports = append(set.ports, linkenv.Port{Number: i, Proto: pr})
			if strings.Contains(strings.TrimSuffix(full, "-"), "-") || n.Kind == tree.Map {
				set.unloaded = append(set.unloaded, linkenv.Port{Number: i, Proto: pr})
			}
		}
	}
}

// parsePort reads [[IP:]HOST:]CONTAINER[/PROTO] and gives the container's side.
func parsePort(text, proto string) (from, to int, pr string, err error) {
	bad := func() (int, int, string, error) {
		return 0, 0, "", fmt.Errorf("%q is no port", text)
	}
	s := strings.TrimSpace(text)
	if i := strings.LastIndexByte(s, '/'); i >= 0 {
		s, proto = s[:i], s[i+1:]
	}
	proto = strings.ToLower(proto)
	if proto != "tcp" && proto != "udp" && proto != "sctp" {
		return bad()
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 {
		s = s[i+1:]
	}
	a, b, isRange := strings.Cut(s, "-")
	if !isRange {
		b = a
	}
	from, to = portNumber(a), portNumber(b)
	if from == 0 || to == 0 || to < from {
		return bad()
	}
	return from, to, proto, nil
}

func portNumber(s string) int {
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0
		}
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0
	}
	return int(n)
}

// ParsePort reads the PORT[/PROTO] of --port. Errors say what was found.
func ParsePort(s string) (linkenv.Port, error) {
	from, to, proto, err := parsePort(s, "tcp")
	if err != nil || from != to || strings.Contains(s, ":") {
		return linkenv.Port{}, fmt.Errorf("%q is no port: want PORT or PORT/PROTO, such as 5432 or 53/udp", s)
	}
	return linkenv.Port{Number: from, Proto: proto}, nil
}
