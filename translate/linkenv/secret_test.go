package linkenv

import "testing"

func TestSecret(t *testing.T) {
	for name, want := range map[string]bool{
		"POSTGRES_PASSWORD":      true,
		"MYSQL_ROOT_PASSWORD":    true,
		"DB_PASS":                true,
		"DB_PASSWD":              true,
		"PASSPHRASE":             true,
		"MYSQL_PWD":              true,
		"CLIENT_SECRET":          true,
		"CLIENT_SECRET_FILE":     true,
		"GITHUB_TOKEN":           true,
		"APIKEY":                 true,
		"API_KEY":                true,
		"AWS_ACCESS_KEY_ID":      true,
		"db_password":            true,
		"CREDENTIAL":             true,
		"GOOGLE_CREDENTIALS":     true,
		"MONKEY":                 true,
		"MONKEYS":                false,
		"PATHKEYS":               false,
		"PASSENGER":              false,
		"PASSENGER_APP_ENV":      false,
		"KEYBOARD":               false,
		"TOKENS":                 false,
		"DB-PASSWORD-OLD":        false, // '-' separates no words
		"POSTGRES_USER":          false,
		"POSTGRES_DB":            false,
		"":                       false,
		"_":                      false,
		"SECRETS":                false,
		"RABBITMQ_DEFAULT_VHOST": false,
	} {
		if got := Secret(name); got != want {
			t.Errorf("Secret(%q) = %v", name, got)
		}
	}
}
