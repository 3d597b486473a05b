package dockerfile

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// maxRange is the longest range of ports that is taken. A link would give four
// variables for each port.
const maxRange = 1000

var protocols = [3]string{"sctp", "tcp", "udp"} // in the alphabet's order

// A portSet holds ports: of each protocol a bit for each number.
type portSet [len(protocols)][1 << 16 / 64]uint64

// add puts the ports of one protocol from first to last in.
func (s *portSet) add(proto, first, last int) {
	for n := first; n <= last; n++ {
		s[proto][n/64] |= 1 << (n % 64)
	}
}

// list returns the ports by number, and those of one number by protocol.
func (s *portSet) list() []Port {
	var all []Port
	for i := range s[0] {
		for any := s[0][i] | s[1][i] | s[2][i]; any != 0; any &= any - 1 {
			bit := bits.TrailingZeros64(any)
			for p, proto := range protocols {
				if s[p][i]&(1<<bit) != 0 {
					all = append(all, Port{Number: i*64 + bit, Proto: proto})
				}
			}
		}
	}
	return all
}

// parsePort reads one word of EXPOSE: [[IP:]HOST:]PORT[-PORT][/PROTO]. What is
// said of the host has no effect. proto is an index of protocols.
func parsePort(word string) (first, last, proto int, err error) {
	spec := word[strings.LastIndexByte(word, ':')+1:]
	ports, name, _ := strings.Cut(spec, "/")
	if proto, err = protocol(name); err != nil {
		return 0, 0, 0, fmt.Errorf("EXPOSE %s: %w", word, err)
	}
	a, b, isRange := strings.Cut(ports, "-")
	if !isRange {
		b = a
	}
	first, err = portNumber(a)
	if err == nil {
		last, err = portNumber(b)
	}
	if err != nil || last < first {
		return 0, 0, 0, fmt.Errorf("EXPOSE %s: %q is no port", word, ports)
	}
	return first, last, proto, nil
}

func protocol(name string) (int, error) {
	name = strings.ToLower(name)
	if name == "" {
		name = "tcp"
	}
	for i, known := range protocols {
		if name == known {
			return i, nil
		}
	}
	return 0, fmt.Errorf("the protocol %q is not known", name)
}

func portNumber(s string) (int, error) {
	n, err := strconv.ParseInt(s, 10, 32)
	if err == nil && (n < 0 || n > 65535) {
		err = strconv.ErrRange
	}
	return int(n), err
}
