package translate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/delink/delink/translate/tree"
)

// tell makes the notes of the plan.
func (pl *planner) tell() {
	told := map[tree.Place]bool{}
	for _, l := range pl.links {
		switch {
		case l.second && l.Stays():
			pl.note(l, Info, SecondNames, "the name %s, which Compose gave too, is not written: %s", l.Alias, l.Detail)
		case l.Reason == Keep:
			pl.note(l, Detail, Keep, "kept, as its comment says")
		case l.Stays() && !told[l.At]:
			told[l.At] = true
			pl.note(l, pl.stayingSeverity(l), l.Reason, "kept: %s", l.Detail)
		case !l.Stays() && l.Kind == Void:
			pl.note(l, Info, VoidLink, "removed: it had no effect, as %s", pl.whyVoid(l))
		}
	}
	for _, l := range pl.links {
		if names := pl.left[l]; len(names) > 0 {
			pl.note(l, leftOutSeverity(names), VariablesLeftOut, "not written: %s (--env=all writes them; Docker sets none on a network of the project)", strings.Join(names, ", "))
		}
		if names := pl.kept[l]; len(names) > 0 {
			pl.note(l, Warning, ValueNotCopied, "not written: %s: set them where they are needed", strings.Join(names, ", "))
		}
		if names := pl.secrets[l]; len(names) > 0 {
			pl.note(l, Info, SecretCopied, "the value now stands twice in this file: %s", strings.Join(names, ", "))
		}
	}
	pl.tellSecondNames()
	pl.tellBridge()
	pl.tellReplicas()
	pl.tellSocket()
	pl.tellNewNames()
	pl.tellExternal()
}

// stayingSeverity is low for the links of a base, which is only read.
func (pl *planner) stayingSeverity(l *Link) Severity {
	for _, d := range pl.p.in.Docs {
		if d.Base && d.File == l.At.File {
			return Detail
		}
	}
	return Warning
}

// leftOutSeverity is low where a link's target has no port and no variable, so
// that only its name is left out: that is so for most links.
func leftOutSeverity(names []string) Severity {
	if len(names) == 1 && strings.HasSuffix(names[0], "_NAME") {
		return Detail
	}
	return Info
}

func (pl *planner) serviceNote(s *Service, sev Severity, r Reason, format string, args ...any) {
	pl.notes = append(pl.notes, Note{At: s.At, Severity: sev, Service: s.Name, Text: fmt.Sprintf(format, args...), Reason: r})
}

// tellSecondNames says once that legacy links gave more names than their alias.
func (pl *planner) tellSecondNames() {
	if l := pl.unread; l != nil && !l.Stays() {
		pl.note(l, Info, SecondNames, "Compose also gave the name %s_1 and variables %s_1_… and PROJECT_%s_1_…: those that this file refers to are written, programs that read others must be changed", l.Target, upper(l.Target), upper(l.Target))
	}
}

func upper(s string) string { return strings.ReplaceAll(strings.ToUpper(s), "-", "_") }

// tellBridge tells of services that the plan parts: some leave the default
// bridge, others stay. There they saw each other by address alone, and by
// container_name not at all, unless something outside the file did.
func (pl *planner) tellBridge() {
	var gone, stay, named []string
	for _, s := range pl.p.Services {
		_, leaves := pl.leaving[s.Name]
		switch {
		case leaves:
			gone = append(gone, s.Name)
			if pl.p.text(s, "container_name") != "" {
				named = append(named, s.Name)
			}
		case pl.p.onBridge(s):
			stay = append(stay, s.Name)
		}
	}
	if len(gone) == 0 {
		return
	}
	if len(stay) > 0 {
		pl.tellParted(gone, stay)
	}
	if len(named) > 0 {
		first := pl.p.Service(named[0])
		pl.serviceNote(first, Info, LeftBridge, "containers outside this file that link to %s by container_name no longer reach it on the default bridge: let them join the network", strings.Join(named, ", "))
	}
}

// tellParted says once that services are parted, at the first of those that stay; if
// no link is of one that leaves, at the first of those that do.
func (pl *planner) tellParted(gone, stay []string) {
	moved := slices.ContainsFunc(pl.links, func(l *Link) bool {
		_, leaves := pl.leaving[l.Consumer]
		return leaves && l.Kind == Legacy
	})
	at := gone[0]
	if moved {
		at = stay[0]
	}
	pl.serviceNote(pl.p.Service(at), Info, StaysBehind, "the default bridge keeps %s, and %s left it: they no longer reach each other there",
		strings.Join(stay, ", "), strings.Join(gone, ", "))
}

// tellReplicas names targets of which there may be several containers: a link
// led to one of them, a network's name leads to each in turn (measured: v1-scale).
func (pl *planner) tellReplicas() {
	told := map[string]bool{}
	for _, l := range pl.links {
		if l.Stays() || l.Kind == Void || told[l.Target] {
			continue
		}
		if n := pl.p.replicas(pl.p.Service(l.Target)); n > 1 {
			told[l.Target] = true
			pl.note(l, Info, Replicas, "%s has %d containers: the link led to one of them, %q leads to each in turn", l.Target, n, l.Alias)
		}
	}
	for _, s := range pl.p.Services {
		if n := pl.p.replicas(s); n > 1 && pl.setsName(s) {
			pl.serviceNote(s, Info, Replicas, "it has %d containers: the variables that hold a container's name are right for the first", n)
		}
	}
}

func (pl *planner) setsName(s *Service) bool {
	w := pl.want[s.Name]
	return w != nil && slices.ContainsFunc(w.settings, func(set Setting) bool { return strings.HasSuffix(set.Name, "_NAME") && set.link != nil })
}

// replicas is how many containers the file asks for.
func (p *Project) replicas(s *Service) int {
	n := s.last("scale")
	if r := s.last("deploy").Get("replicas"); r != nil {
		n = r
	}
	if !n.Is(tree.Scalar) {
		return 1
	}
	i, err := strconv.Atoi(p.expand(n.Value))
	if err != nil {
		return 1
	}
	return i
}

// tellSocket names consumers that may ask the engine for their links.
func (pl *planner) tellSocket() {
	for _, s := range pl.p.Services {
		for _, l := range pl.of[s.Name] {
			if l.Stays() {
				continue
			}
			if slices.ContainsFunc(s.values("volumes"), func(v layered) bool { return mountsSocket(v.Node) }) {
				pl.note(l, Info, ReadsEngine, "%s mounts the engine's socket: if it asks the engine for its links, it finds none any more", s.Name)
			}
			break
		}
	}
}

func mountsSocket(volumes *tree.Node) bool {
	return slices.ContainsFunc(volumes.Elements(), func(it *tree.Node) bool {
		return strings.Contains(it.Value, "docker.sock") || it.Get("source").Is(tree.Scalar) && strings.Contains(it.Get("source").Value, "docker.sock")
	})
}

// tellNewNames says which names others can now use too.
func (pl *planner) tellNewNames() {
	for _, s := range pl.p.Services {
		w := pl.want[s.Name]
		if w == nil {
			continue
		}
		for _, j := range w.joins {
			if len(j.Aliases) > 0 {
				pl.serviceNote(s, Detail, NewName, "every service on the network %s now reaches it as %s", j.Network, strings.Join(j.Aliases, ", "))
			}
		}
	}
}

func (pl *planner) tellExternal() {
	for _, s := range pl.p.Services {
		for _, v := range s.values("external_links") {
			if v.file != "" {
				continue
			}
			for _, it := range v.Items {
				pl.notes = append(pl.notes, Note{At: it.At, Severity: Info, Service: s.Name, Reason: ExternalKept,
					Text: fmt.Sprintf("external link %q is kept: let both containers join a network that exists outside this file (external: true), then remove it", it.Value)})
			}
		}
	}
}

func (pl *planner) whyVoid(l *Link) string {
	c, t := pl.p.Service(l.Consumer), pl.p.Service(l.Target)
	if m := pl.p.mode(c); m != "" && m != bridge && m != "default" {
		return fmt.Sprintf("%s has network_mode %s", c.Name, c.raw("network_mode"))
	}
	if m := pl.p.mode(t); m != "" {
		return fmt.Sprintf("%s has network_mode %s", t.Name, t.raw("network_mode"))
	}
	return "the two services share no network"
}
