package main

// source is one file with its text.
type source struct {
	name  string // as messages and diffs show it
	path  string // where it is written; "" for standard input
	src   []byte
	asked bool // it may be changed; else it is only read, as a base
}

// unit is the files of one Compose project, in Compose's order.
type unit struct {
	dir   string // names in the files, and .env, start from here
	files []source
}

// translateUnit takes the links out of the asked files of one project. There is
// one result for each of them, in their order. An error is about all.
func translateUnit(o *options, u unit) ([]*result, error) {
	f := u.files[0]
	res, err := translateFile(o, f.name, u.dir, f.src)
	if err != nil {
		return nil, err
	}
	return []*result{res}, nil
}
