package main

import (
	"bytes"
	"math"
	"regexp"
	"strconv"

	"github.com/compose-spec/compose-go/v2/types"
	"gopkg.in/yaml.v3"

	"github.com/delink/delink/emit/guard"
)

// compose-go makes one entry of every port of a range in ports, so that
// "1-65535" in five services takes 40 s. It leaves expose as it is written.
const (
	maxRange = 1000
	maxPorts = 20_000 // of all ranges of a file together
)

// withoutLongRanges returns the text of f less the entries of ports that stand
// for more than maxRange ports. The result is for comparing two
// models only, both of which lack these entries: nobody sees the text.
func withoutLongRanges(f loadFile, env map[string]string) ([]byte, error) {
	limit := rangeLimit(f.docs, env)
	if !cutRanges(f.docs, env, limit, false) {
		return f.content, nil
	}
	docs, err := guard.Read(f.content) // the caller's nodes stay as they are
	if err != nil {
		return nil, err
	}
	cutRanges(docs, env, limit, true)
	return reencoded(docs)
}

// reencoded is the text of documents that only compose-go is to read.
func reencoded(docs []*yaml.Node) ([]byte, error) {
	var buf bytes.Buffer
	enc := yaml.NewEncoder(&buf)
	for _, doc := range docs {
		plainNodes(doc)
		if err := enc.Encode(doc); err != nil {
			return nil, err
		}
	}
	return buf.Bytes(), enc.Close()
}

// longRanges reports whether withoutLongRanges would leave anything out.
func longRanges(docs []*yaml.Node, env types.Mapping) bool {
	return cutRanges(docs, env, rangeLimit(docs, env), false)
}

// rangeLimit is how many ports an entry may stand for: one, if the ranges up to
// maxRange are too many together.
func rangeLimit(docs []*yaml.Node, env map[string]string) int {
	c := portCounter{env: env, done: map[*yaml.Node]int{}}
	total := 0
	for _, doc := range docs {
		total += c.ports(doc)
	}
	if total > maxPorts {
		return 1
	}
	return maxRange
}

// portCounter counts the ports that ranges stand for, aliases followed.
type portCounter struct {
	env  map[string]string
	done map[*yaml.Node]int
}

func (c portCounter) ports(n *yaml.Node) int {
	n = aliased(n)
	if total, ok := c.done[n]; ok {
		return total
	}
	total := 0
	for i, child := range n.Content {
		total += c.ports(child)
		if n.Kind == yaml.MappingNode && i%2 == 1 && aliased(n.Content[i-1]).Value == "ports" {
			for _, item := range listItems(aliased(child)) {
				if size := rangeSize(item, c.env); size > 1 && size <= maxRange {
					total += size
				}
			}
		}
		total = min(total, math.MaxInt32)
	}
	if n.Anchor != "" {
		c.done[n] = total
	}
	return total
}

// cutRanges finds the entries of more than limit ports in any ports, also of those that
// no service turns out to use, and removes them if asked to.
func cutRanges(docs []*yaml.Node, env map[string]string, limit int, remove bool) bool {
	found := false
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		for i, child := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 1 && aliased(n.Content[i-1]).Value == "ports" && aliased(child).Kind == yaml.SequenceNode {
				found = cutList(aliased(child), env, limit, remove) || found
			}
			walk(child)
			if child.Kind == yaml.AliasNode && child.Alias.Kind == yaml.ScalarNode && remove {
				// Its anchor may be at an entry that goes.
				text := *child.Alias
				text.Anchor = ""
				n.Content[i] = &text
			}
		}
	}
	for _, doc := range docs {
		walk(doc)
	}
	return found
}

func cutList(seq *yaml.Node, env map[string]string, limit int, remove bool) bool {
	var kept []*yaml.Node
	for _, item := range seq.Content {
		if rangeSize(aliased(item), env) <= limit {
			kept = append(kept, item)
		}
	}
	found := len(kept) < len(seq.Content)
	if remove {
		seq.Content = kept
	}
	return found
}

var portRange = regexp.MustCompile(`(\d+)-(\d+)`)

// rangeSize is the number of ports that an entry stands for, at least 1.
func rangeSize(item *yaml.Node, env map[string]string) int {
	size := 1
	if item.Kind != yaml.ScalarNode {
		return size
	}
	for _, m := range portRange.FindAllStringSubmatch(interpolate(item.Value, env), -1) {
		from, err1 := strconv.Atoi(m[1])
		to, err2 := strconv.Atoi(m[2])
		if err1 != nil || err2 != nil {
			return math.MaxInt32
		}
		size = max(size, min(to-from, math.MaxInt32-1)+1)
	}
	return size
}

// plainNodes makes the encoder write values as they are: it folds and joins some
// multi-line texts wrongly otherwise.
func plainNodes(n *yaml.Node) {
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	const quoted = yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	if n.Kind == yaml.ScalarNode && n.Style&quoted != 0 {
		n.Style = n.Style&^quoted | yaml.DoubleQuotedStyle
	}
	for _, child := range n.Content {
		plainNodes(child)
	}
}
