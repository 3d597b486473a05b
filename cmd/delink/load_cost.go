package main

import (
	"time"

	"gopkg.in/yaml.v3"
)

// What compose-go takes, measured on two cores: it compares the path of every
// value with a hundred patterns, part by part, and its YAML reader compares
// every key of a mapping with all others.
const (
	perLevel   = 8 * time.Microsecond // a value, for every level that it stands at
	perKeyPair = 10 * time.Nanosecond
)

// loadCost estimates how long compose-go works on the documents. It is far off
// for files of common size, which take milliseconds, and right enough to tell
// those that would take minutes.
func loadCost(docs []*yaml.Node) time.Duration {
	c := costCounter{done: map[*yaml.Node]nodeCost{}}
	var total time.Duration
	for _, doc := range docs {
		total += c.walk(doc.Content[0]).own
	}
	return total
}

// nodeCost is what a node costs at the top of a file, and what every level
// that it stands below adds.
type nodeCost struct{ own, below time.Duration }

type costCounter struct{ done map[*yaml.Node]nodeCost }

func (c costCounter) walk(n *yaml.Node) nodeCost {
	n = aliased(n)
	if cost, ok := c.done[n]; ok {
		return cost
	}
	cost := nodeCost{own: perLevel, below: perLevel}
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			continue // a key is part of its value's path
		}
		part := c.walk(child)
		cost.own += part.own + part.below
		cost.below += part.below
	}
	if n.Kind == yaml.MappingNode {
		keys := time.Duration(len(n.Content) / 2)
		cost.own += keys * keys / 2 * perKeyPair
	}
	if n.Anchor != "" {
		c.done[n] = cost
	}
	return cost
}
