package dockerfile

import "strings"

// An image is what a build has come to.
type image struct {
	*build
	scope scope
	env   []Variable
	index map[string]int // of env, by name
	ports portSet
	exact bool // ports hang on nothing unknown
	lines []int
	// hidden are the names of env that an ARG of the stage stands before.
	hidden []string
}

// begin takes over what the base hands on.
func (m *image) begin(base Base) {
	m.scope = scope{vars: make(map[string]value), open: !base.EnvKnown}
	for _, v := range base.Env {
		m.set(v)
	}
	for _, p := range base.Ports {
		if i, err := protocol(p.Proto); err == nil && p.Number >= 0 && p.Number < len(m.ports[i]) {
			m.ports.add(i, p.Number, p.Number)
		}
	}
}

// set sets a variable of the image. It keeps its place if it was there.
func (m *image) set(v Variable) {
	m.scope.vars[v.Name] = value{v.Value, v.Exact}
	if i, ok := m.index[v.Name]; ok {
		m.env[i] = v
		return
	}
	m.index[v.Name] = len(m.env)
	m.env = append(m.env, v)
}

// next begins a further stage: there the environment beats the arguments that
// the stage before hands on.
func (m *image) next() {
	for _, name := range m.hidden {
		v := m.env[m.index[name]]
		m.scope.vars[name] = value{v.Value, v.Exact}
	}
	m.hidden = nil
}

func (m *image) run(in instruction) error {
	switch in.name {
	case "arg":
		return m.arg(in)
	case "env":
		return m.setEnv(in)
	case "expose":
		return m.expose(in)
	}
	return nil
}

// arg declares arguments. One that is given beats the default; without both
// the one of that name before FROM counts.
func (m *image) arg(in instruction) error {
	return m.eachArg(in, func(name, def string, hasDefault bool) error {
		// Not handed on, in BuildKit.
		sbom := name == "BUILDKIT_SBOM_SCAN_CONTEXT" || name == "BUILDKIT_SBOM_SCAN_STAGE"
		given, isGiven := m.opt.Args[name]
		global, isGlobal := m.global.vars[name]
		if _, ok := m.index[name]; ok {
			m.hidden = append(m.hidden, name)
		}
		switch {
		case sbom:
			return nil
		case isGiven:
			m.scope.vars[name] = value{given, true}
		case hasDefault:
			return m.assign(in, &m.scope, name, def)
		case isGlobal:
			m.scope.vars[name] = global
		}
		return nil
	})
}

// setEnv runs ENV: all its values see the variables as they were before it.
func (m *image) setEnv(in instruction) error {
	list, err := pairs(in)
	if err != nil {
		return err
	}
	vars := make([]Variable, 0, len(list))
	for _, pair := range list {
		var done [2]string
		m.scope.doubt = false
		for i, text := range pair {
			if done[i], err = m.lex.expand(text, &m.scope); err != nil {
				return fault(in.line, "ENV %s: %v", pair[0], err)
			}
		}
		if m.scope.doubt && strings.Contains(pair[0], "$") {
			m.scope.open = true // even the name is not sure
		}
		vars = append(vars, Variable{Name: done[0], Value: done[1], Exact: !m.scope.doubt})
	}
	for _, v := range vars {
		m.set(v)
	}
	return nil
}

// expose runs EXPOSE.
func (m *image) expose(in instruction) error {
	list := fields(in.args)
	if len(list) == 0 {
		return fault(in.line, "EXPOSE without a port")
	}
	m.lines = append(m.lines, in.line)
	m.scope.doubt = false
	for _, text := range list {
		words, err := m.lex.words(text, &m.scope)
		if err != nil {
			return fault(in.line, "EXPOSE %s: %v", text, err)
		}
		for _, word := range words {
			first, last, proto, err := parsePort(word)
			if err != nil {
				return fault(in.line, "%v", err)
			}
			if last-first >= maxRange {
				m.note(in.line, "EXPOSE %s: %d ports are too many; they are left out", word, last-first+1)
				continue
			}
			m.ports.add(proto, first, last)
		}
	}
	if m.scope.doubt {
		m.exact = false
		m.note(in.line, "EXPOSE %s hangs on variables that the base image may set", strings.Join(list, " "))
	}
	return nil
}
