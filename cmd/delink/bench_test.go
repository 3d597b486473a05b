package main

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// shop is a file of three services as people write them.
const shop = `# The shop, for development.
services:
  web:
    build:
      context: .
      args:
        NODE_ENV: development
    image: example/shop-web:1.4
    command: npm run start -- --port 8080
    ports:
      - "8080:8080"
      - "127.0.0.1:9229:9229" # debugger
    environment:
      NODE_ENV: development
      LOG_LEVEL: ${LOG_LEVEL:-info}
      SESSION_TTL: "3600"
    volumes:
      - .:/srv/app
      - node_modules:/srv/app/node_modules
    links:
      - db:database
      - cache
    restart: unless-stopped
    healthcheck:
      test: ["CMD", "curl", "-fsS", "http://localhost:8080/health"]
      interval: 30s
      timeout: 5s
      retries: 3

  db:
    image: postgres:16-alpine
    environment:
      POSTGRES_DB: shop
      POSTGRES_USER: shop
      POSTGRES_PASSWORD: ${DB_PASSWORD:-shop}
    expose:
      - "5432"
    volumes:
      - db-data:/var/lib/postgresql/data
      - ./db/init:/docker-entrypoint-initdb.d:ro
    restart: unless-stopped

  cache:
    image: redis:7-alpine
    command: redis-server --save "" --appendonly no --maxmemory 256mb
    ports:
      - "6379"
    volumes:
      - cache-data:/data
    restart: unless-stopped

volumes:
  node_modules:
  db-data:
  cache-data:
`

// BenchmarkOneFile measures a whole run on one file, process and all, against a
// program that only loads the file once with compose-go. The two take turns, so
// that what else the machine does falls on both, and the best of each counts.
func BenchmarkOneFile(b *testing.B) {
	dir := b.TempDir()
	delink, loadOnly := filepath.Join(dir, "delink"), filepath.Join(dir, "loadonly")
	for to, from := range map[string]string{delink: ".", loadOnly: "./testdata/loadonly"} {
		if out, err := exec.Command("go", "build", "-o", to, from).CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
	}
	b.Chdir(dir)
	if err := os.WriteFile("compose.yaml", []byte(shop), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		least := [2]time.Duration{math.MaxInt64, math.MaxInt64}
		for range 40 {
			for i, program := range []string{loadOnly, delink} {
				start := time.Now()
				if out, err := exec.Command(program, "compose.yaml").CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, out)
				}
				least[i] = min(least[i], time.Since(start))
			}
		}
		b.ReportMetric(float64(least[0].Microseconds())/1000, "load-ms")
		b.ReportMetric(float64(least[1].Microseconds())/1000, "delink-ms")
		b.ReportMetric(float64(least[1])/float64(least[0]), "delink/load")
	}
}

// BenchmarkManyServices shows that the time grows with the file, and not faster.
func BenchmarkManyServices(b *testing.B) {
	for _, n := range []int{500, 5000} {
		src := manyLinking(n, inPairs)
		b.Run(fmt.Sprintf("services=%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if got := inProcess(src, "-q", "-"); got.code != exitOK {
					b.Fatal(got.stderr)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/service")
		})
	}
}
