package translate

import "testing"

// TestParsePort reads the container side of what ports and expose may hold.
func TestParsePort(t *testing.T) {
	tests := []struct {
		text     string
		from, to int
		proto    string // empty: no port
	}{
		{"80", 80, 80, "tcp"},
		{"8080:80", 80, 80, "tcp"},
		{"127.0.0.1:8080:80/udp", 80, 80, "udp"},
		{"127.0.0.1::80", 80, 80, "tcp"},
		{"[::1]:8080:80", 80, 80, "tcp"},
		{"8000-8010", 8000, 8010, "tcp"},
		{"9000-9010:8000-8010/TCP", 8000, 8010, "tcp"},
		{"5000-6000:80", 80, 80, "tcp"},
		{":80", 80, 80, "tcp"},
		{"9100/sctp", 9100, 9100, "sctp"},
		{"8010-8000", 0, 0, ""},
		{"0", 0, 0, ""},
		{"65536", 0, 0, ""},
		{"80/icmp", 0, 0, ""},
		{"http", 0, 0, ""},
		{"", 0, 0, ""},
		{"+80", 0, 0, ""},
	}
	for _, tt := range tests {
		from, to, proto, err := parsePort(tt.text, "tcp")
		if (err != nil) != (tt.proto == "") || err == nil && (from != tt.from || to != tt.to || proto != tt.proto) {
			t.Errorf("parsePort(%q) = %d, %d, %q, %v; want %d, %d, %q", tt.text, from, to, proto, err, tt.from, tt.to, tt.proto)
		}
	}
}

// TestIsReference tells values that hold nothing themselves from literals.
func TestIsReference(t *testing.T) {
	for value, want := range map[string]bool{
		"${DB_PASS}": true, "$DB_PASS": true, "${DB_PASS:?set it}": true, "${DB_PASS?}": true, "${DB_PASS-}": true, "${DB_PASS:-}": true,
		"secret": false, "${DB_PASS:-secret}": false, "x${DB_PASS}": false, "$$DB_PASS": false, "": false, "${}": false,
	} {
		if got := isReference(value); got != want {
			t.Errorf("isReference(%q) = %v", value, got)
		}
	}
}

// TestV1Volumes tells names of volumes from paths, as format v1 did: by the slash.
func TestV1Volumes(t *testing.T) {
	tests := []struct{ volume, text, name string }{
		{"data:/data", "data:/data", "data"},
		{"src/app:/app:ro", "./src/app:/app:ro", ""},
		{"./src:/app", "./src:/app", ""},
		{"../src:/app", "../src:/app", ""},
		{"/srv:/app", "/srv:/app", ""},
		{"~/src:/app", "~/src:/app", ""},
		{"/var/lib/data", "/var/lib/data", ""},
		{"${DIR}:/app", "${DIR}:/app", ""},
		{"${DIR:-./a}:/app", "${DIR:-./a}:/app", ""},
		{".:/app", ".:/app", ""},
	}
	for _, tt := range tests {
		if got := volumeText(tt.volume); got != tt.text {
			t.Errorf("volumeText(%q) = %q, want %q", tt.volume, got, tt.text)
		}
		if got := volumeName(tt.volume); got != tt.name {
			t.Errorf("volumeName(%q) = %q, want %q", tt.volume, got, tt.name)
		}
	}
}
