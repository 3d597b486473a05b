package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The benchmarks of this file print figures that count only as ratios: the
// programs take turns, so that what else the machine does falls on all of them,
// and the best run of each counts. -benchtime=1x gives one line each.

// shopWithoutLinks is shop after someone has removed the links.
var shopWithoutLinks = strings.Replace(shop, "    links:\n      - db:database\n      - cache\n", "", 1)

// plantTree makes n projects of one file each, a hundred to a folder. Of every so
// many, one has links; none if that is 0.
func plantTree(tb testing.TB, n, every int) string {
	tb.Helper()
	root := tb.TempDir()
	for i := range n {
		dir := filepath.Join(root, fmt.Sprintf("%03d", i/100), fmt.Sprintf("project%d", i))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			tb.Fatal(err)
		}
		text := shopWithoutLinks
		if every > 0 && i%every == 0 {
			text = shop
		}
		if err := os.WriteFile(filepath.Join(dir, "docker-compose.yml"), []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	return root
}

// buildDelink builds the program, as it is installed.
func buildDelink(tb testing.TB) string {
	tb.Helper()
	program := filepath.Join(tb.TempDir(), "delink")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		tb.Fatalf("%v: %s", err, out)
	}
	return program
}

// timed is a program in a race, with the best time of its runs.
type timed struct {
	run  func() *exec.Cmd
	best time.Duration
}

func racer(name string, args ...string) *timed {
	return &timed{func() *exec.Cmd { return exec.Command(name, args...) }, math.MaxInt64}
}

// race lets programs take turns.
func race(b *testing.B, rounds int, programs ...*timed) {
	b.Helper()
	for range rounds {
		for _, p := range programs {
			cmd := p.run()
			start := time.Now()
			out, err := cmd.CombinedOutput()
			p.best = min(p.best, time.Since(start))
			if code := cmd.ProcessState.ExitCode(); code != 0 && code != 1 {
				b.Fatalf("%v: %v: %.1000s", cmd.Args, err, out)
			}
		}
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// BenchmarkTreeWithoutLinks goes through 10,000 files that grep, too, finds
// nothing in. The files are in memory by then.
func BenchmarkTreeWithoutLinks(b *testing.B) {
	delink, root := buildDelink(b), plantTree(b, 10_000, 0)
	grep, own := racer("grep", "-rl", "links", root), racer(delink, "-l", root)
	for b.Loop() {
		race(b, 15, grep, own)
	}
	b.ReportMetric(milliseconds(grep.best), "grep-ms")
	b.ReportMetric(milliseconds(own.best), "delink-ms")
	b.ReportMetric(float64(own.best)/float64(grep.best), "delink/grep")
}

// BenchmarkTree goes through 10,000 files, 500 of which have links, and writes
// those. The other side loads each file once with compose-go, one after the
// other, as a tool that decides by the loaded project must: 500 of them, from
// which the rest is reckoned.
func BenchmarkTree(b *testing.B) {
	const files, sample = 10_000, 500
	delink, root := buildDelink(b), plantTree(b, files, 20)
	texts := [2][]byte{[]byte(shop), []byte(shopWithoutLinks)}
	look := racer(delink, "-l", root)
	write := &timed{best: math.MaxInt64}
	load := time.Duration(math.MaxInt64)
	for b.Loop() {
		for range 5 {
			start := time.Now()
			for i := range sample {
				if _, err := fullLoad("compose.yaml", texts[min(1, i%20)], root, nil); err != nil {
					b.Fatal(err)
				}
			}
			load = min(load, time.Since(start)*files/sample)
			race(b, 1, look)
			fresh := plantTree(b, files, 20)
			write.run = func() *exec.Cmd { return exec.Command(delink, "-w", fresh) }
			race(b, 1, write)
		}
	}
	b.ReportMetric(milliseconds(load), "load-ms")
	b.ReportMetric(milliseconds(look.best), "look-ms")
	b.ReportMetric(milliseconds(write.best), "write-ms")
	b.ReportMetric(float64(load)/float64(look.best), "load/look")
	b.ReportMetric(float64(load)/float64(write.best), "load/write")
	b.ReportMetric(peakMemory(b, look), "peak-MB")
}

// BenchmarkTreeSize shows that the time grows with the number of files, and the
// memory hardly does.
func BenchmarkTreeSize(b *testing.B) {
	delink := buildDelink(b)
	small, large := racer(delink, "-q", "-l", plantTree(b, 5_000, 20)), racer(delink, "-q", "-l", plantTree(b, 20_000, 20))
	for b.Loop() {
		race(b, 5, small, large)
	}
	b.ReportMetric(milliseconds(small.best), "5000-ms")
	b.ReportMetric(milliseconds(large.best), "20000-ms")
	b.ReportMetric(float64(large.best)/float64(small.best), "20000/5000")
	b.ReportMetric(peakMemory(b, small), "5000-MB")
	b.ReportMetric(peakMemory(b, large), "20000-MB")
}

// BenchmarkHundredFiles sets one run over a hundred files with links beside one
// of yamlfmt, which only formats, over the same.
func BenchmarkHundredFiles(b *testing.B) {
	delink, dir := buildDelink(b), b.TempDir()
	var names []string
	for i := range 100 {
		name := filepath.Join(dir, fmt.Sprintf("docker-compose.%d.yml", i))
		if err := os.WriteFile(name, []byte(shop), 0o644); err != nil {
			b.Fatal(err)
		}
		names = append(names, name)
	}
	own := racer(delink, append([]string{"-d"}, names...)...)
	programs := []*timed{own}
	bin := b.TempDir()
	install := exec.Command("go", "install", "github.com/google/yamlfmt/cmd/yamlfmt@latest")
	install.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=-mod=mod")
	install.Dir = bin
	if out, err := install.CombinedOutput(); err != nil {
		b.Logf("yamlfmt can't be had, so that there is nothing to compare with: %v: %s", err, bytes.TrimSpace(out))
	} else {
		programs = append(programs, racer(filepath.Join(bin, "yamlfmt"), append([]string{"-dry"}, names...)...))
	}
	for b.Loop() {
		race(b, 20, programs...)
	}
	b.ReportMetric(milliseconds(own.best), "delink-ms")
	if len(programs) > 1 {
		b.ReportMetric(milliseconds(programs[1].best), "yamlfmt-ms")
		b.ReportMetric(float64(own.best)/float64(programs[1].best), "delink/yamlfmt")
	}
}

// peakMemory runs a program once more and asks the kernel, as long as it runs,
// for the most memory that it had, in MB. What the kernel tells of a child that
// has ended counts what its parent had, too.
func peakMemory(b *testing.B, p *timed) float64 {
	b.Helper()
	cmd := p.run()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	status := fmt.Sprintf("/proc/%d/status", cmd.Process.Pid)
	peak := 0
	for {
		select {
		case <-ended:
			if peak == 0 {
				b.Log("the memory can't be measured here")
			}
			return float64(peak) / 1024
		case <-time.After(2 * time.Millisecond):
			text, err := os.ReadFile(status)
			if m := highWater.FindSubmatch(text); err == nil && m != nil {
				n, _ := strconv.Atoi(string(m[1]))
				peak = max(peak, n)
			}
		}
	}
}

var highWater = regexp.MustCompile(`VmHWM:\s+(\d+) kB`)
