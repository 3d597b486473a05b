package dockerfile

import "strings"

// An image is what a build has come to.
type image struct {
	*build
	scope scope
	env   []Variable
	index map[string]int // of env, by name
	ports *portSet
	exact bool // ports hang on nothing unknown
	lines []int
	// hidden are the names of env that an ARG of the stage stands before, and
	// args the other names that one has set.
	hidden, args []string
}

// begin takes over what the base hands on.
func (m *image) begin(base Base) {
	m.scope = scope{vars: make(map[string]value), open: !base.EnvKnown}
	for _, v := range base.Env {
		m.set(v)
	}
	for _, p := range base.Ports {
		if i, err := protocol(p.Proto); err == nil && p.Number >= 0 && p.Number < 1<<16 {
			m.ports.add(i, p.Number, p.Number)
		}
	}
}

// set sets a variable of the image. It keeps its place if it was there. As in
// BuildKit a name that holds a =, which only ENV $X=1 can give, ends there for
// all that comes later.
func (m *image) set(v Variable) {
	m.scope.vars[v.Name] = value{v.Value, v.Exact}
	if i, ok := m.index[v.Name]; ok {
		m.env[i] = v
		return
	}
	name, _, split := strings.Cut(v.Name, "=")
	if _, ok := m.index[name]; !ok {
		m.index[name] = len(m.env)
	}
	if split {
		m.hidden = append(m.hidden, name)
	}
	m.env = append(m.env, v)
}

// lose gives up on the environment: a variable whose name is not known was
// set, and it may be any.
func (m *image) lose() {
	if m.scope.lost {
		return
	}
	m.scope.open, m.scope.lost = true, true
	for i := range m.env {
		m.env[i].Exact = false
	}
}

// next begins a further stage: there the environment beats the arguments that
// the stage before hands on; and so may a variable of the base.
func (m *image) next() {
	for _, name := range m.hidden {
		v := m.env[m.index[name]]
		_, text, _ := strings.Cut(v.Name+"="+v.Value, "=")
		m.scope.vars[name] = value{text, v.Exact}
	}
	for _, name := range m.args {
		v, ok := m.scope.vars[name]
		if _, inEnv := m.index[name]; ok && !inEnv && m.scope.open {
			m.scope.vars[name] = value{v.text, false}
		}
	}
	m.hidden, m.args = nil, nil
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
		} else if isGiven || hasDefault || isGlobal {
			m.args = append(m.args, name)
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
			m.lose()
		}
		vars = append(vars, Variable{Name: done[0], Value: done[1], Exact: !m.scope.doubt && !m.scope.lost})
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
