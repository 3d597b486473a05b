package guard

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// scan refuses bytes that are not YAML text, before any parser sees them.
func scan(src []byte) error {
	if len(src) > MaxBytes {
		return &Error{1, 1, TooLarge, fmt.Sprintf("the file has %d bytes; the limit is %d", len(src), MaxBytes)}
	}
	if name := encoding(src); name != "" {
		return &Error{1, 1, NotUTF8, "not UTF-8: " + name + ", convert to UTF-8"}
	}
	for i := 0; i < len(src); {
		if b := src[i]; b >= ' ' && b < 0x7f || b == '\n' || b == '\t' || b == '\r' {
			i++
			continue
		}
		r, size := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && size == 1 {
			line, col := place(src, i)
			return &Error{line, col, NotUTF8, fmt.Sprintf("not UTF-8: byte 0x%02X (perhaps Latin-1), convert to UTF-8", src[i])}
		}
		if what := forbidden(r); what != "" && (i > 0 || r != bom) {
			line, col := place(src, i)
			return &Error{line, col, Binary, fmt.Sprintf("%s U+%04X, which YAML text cannot hold", what, r)}
		}
		i += size
	}
	return nil
}

const bom = '\ufeff'

// forbidden names a character that YAML does not allow, or returns "".
func forbidden(r rune) string {
	switch {
	case r == 0:
		return "the file is binary: a NUL byte,"
	case r < ' ' && r != '\t' && r != '\n' && r != '\r', r >= 0x7f && r < 0xa0 && r != 0x85:
		return "a control character,"
	case r == bom:
		return "a byte order mark inside the text (perhaps of files joined together),"
	case r == 0xfffe || r == 0xffff:
		return "a character that is none,"
	}
	return ""
}

// encoding names the encoding of a text that is in none of one byte a
// character, or returns "".
func encoding(src []byte) string {
	switch {
	case bytes.HasPrefix(src, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(src, []byte{0, 0, 0xfe, 0xff}):
		return "UTF-32"
	case bytes.HasPrefix(src, []byte{0xff, 0xfe}):
		return "UTF-16 (little endian)"
	case bytes.HasPrefix(src, []byte{0xfe, 0xff}):
		return "UTF-16 (big endian)"
	}
	// Without a mark: an ASCII character and a NUL in turn.
	if len(src) >= 4 && src[0] != 0 && src[1] == 0 && src[2] != 0 && src[3] == 0 {
		return "UTF-16 (little endian)"
	}
	if len(src) >= 4 && src[0] == 0 && src[1] != 0 && src[2] == 0 && src[3] != 0 {
		return "UTF-16 (big endian)"
	}
	return ""
}

// place turns a byte offset into a line and a column, counted as yaml.v3 counts
// them: NEL and the Unicode separators end a line too.
func place(src []byte, offset int) (line, col int) {
	line, col = 1, 1
	i := 0
	if r, size := utf8.DecodeRune(src); r == bom {
		i = size
	}
	for i < offset {
		r, size := utf8.DecodeRune(src[i:])
		switch {
		case r == '\r' && i+1 < len(src) && src[i+1] == '\n':
			size = 2
			fallthrough
		case isBreak(r):
			line, col = line+1, 1
		default:
			col++
		}
		i += size
	}
	return line, col
}

// lineAt returns the text of a line without its break, or "".
func lineAt(src []byte, line int) string {
	if r, size := utf8.DecodeRune(src); r == bom {
		src = src[size:]
	}
	for ; line > 1 && len(src) > 0; line-- {
		_, src = cutLine(src)
	}
	text, _ := cutLine(src)
	return string(text)
}

// cutLine splits src after its first line break.
func cutLine(src []byte) (line, rest []byte) {
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		if isBreak(r) {
			end := i + size
			if r == '\r' && end < len(src) && src[end] == '\n' {
				end++
			}
			return src[:i], src[end:]
		}
		i += size
	}
	return src, nil
}

func isBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}
