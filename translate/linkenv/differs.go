package linkenv

import "strings"

// Differs tells whether Engine 27 and earlier set other variables than Engine
// 28 and later for a link with this alias and these ports of its target. The
// description says in what, as "DB_PORT was udp://db:53, not tcp://db:8080;
// DB_PORT_90_UDP_END was set; DB_PORT_81_TCP_START was not set", the past being
// Engine 27's. It is empty when nothing differs.
//
// The order of udp and sctp ports of one number was random up to Engine 27 (see
// VariablesUpTo27); a difference that comes from such a pair is reported as if
// sctp had come first.
func Differs(alias string, ports []Port) (description string, differs bool) {
	now := Variables(alias, alias, ports, nil, "")
	then := VariablesUpTo27(alias, alias, ports, nil, "")
	var changed, gone, added []string
	values := make(map[string]string, len(now))
	for _, v := range now {
		values[v.Name] = v.Value
	}
	for _, v := range then {
		value, ok := values[v.Name]
		delete(values, v.Name)
		switch {
		case !ok:
			gone = append(gone, v.Name)
		case value != v.Value:
			changed = append(changed, v.Name+" was "+v.Value+", not "+value)
		}
	}
	for _, v := range now {
		if _, left := values[v.Name]; left {
			added = append(added, v.Name)
		}
	}
	if len(gone) > 0 {
		changed = append(changed, list(gone)+" set")
	}
	if len(added) > 0 {
		changed = append(changed, list(added)+" not set")
	}
	return strings.Join(changed, "; "), len(changed) > 0
}

// list joins names as a sentence's subject, its verb included.
func list(names []string) string {
	if len(names) == 1 {
		return names[0] + " was"
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last] + " were"
}
