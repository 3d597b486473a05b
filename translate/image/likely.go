package image

import (
	"strings"

	"github.com/delink/delink/translate/linkenv"
)

// suggestions are the words of a name that suggest a service, with its main
// port.
var suggestions = map[string]int{
	"postgres": 5432, "postgresql": 5432, "postgis": 5432, "timescaledb": 5432,
	"mysql": 3306, "mariadb": 3306, "percona": 3306,
	"redis": 6379, "valkey": 6379, "memcached": 11211, "memcache": 11211,
	"mongo": 27017, "mongodb": 27017, "couchdb": 5984, "cassandra": 9042,
	"rabbitmq": 5672, "elasticsearch": 9200, "kibana": 5601, "solr": 8983,
	"influxdb": 8086, "neo4j": 7474, "zookeeper": 2181, "rethinkdb": 28015,
	"mailhog": 1025, "mailcatcher": 1025, "nginx": 80, "beanstalkd": 11300,
}

// others are words that make a name mean a tool for a service instead.
var others = map[string]bool{
	"admin": true, "agent": true, "backup": true, "client": true, "commander": true,
	"connect": true, "console": true, "dashboard": true, "data": true, "exporter": true,
	"express": true, "init": true, "kafka": true, "migrate": true, "migrations": true,
	"operator": true, "proxy": true, "rest": true, "ui": true, "web": true,
}

// guess returns the port that the last part of an image's name suggests: of
// all its words, one names a service and none a tool.
func guess(name string) []linkenv.Port {
	name = strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == '$' })
	port := 0
	for _, word := range words {
		if others[word] {
			return nil
		}
		found, ok := suggestions[word]
		if !ok {
			found = suggestions[strings.TrimRight(word, "0123456789")] // mysql57
		}
		if port == 0 {
			port = found
		}
	}
	if port == 0 {
		return nil
	}
	return []linkenv.Port{{Number: port, Proto: "tcp"}}
}
