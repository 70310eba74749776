package main

import (
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jmoiron/sqlx"

	"abilita/internal/pg/pgtest"
)

// bare is the least that answers: gin and sqlx on the same database.
func bare() {
	gin.SetMode(gin.ReleaseMode)
	db := sqlx.MustConnect("postgres", os.Getenv("ABILITA_DATABASE_URL"))
	e := gin.New()
	e.GET("/", func(c *gin.Context) {
		var one int
		if err := db.GetContext(c.Request.Context(), &one, `SELECT 1`); err != nil {
			c.String(http.StatusInternalServerError, err.Error())
			return
		}
		c.String(http.StatusOK, "one\n")
	})
	l, err := net.Listen("tcp", os.Getenv("ABILITA_ADDR"))
	if err != nil {
		panic(err)
	}
	_ = http.Serve(l, e)
}

// firstPage waits for the first page that is served.
func firstPage(b *testing.B, addr string) {
	b.Helper()
	for b.Context().Err() == nil {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://"+addr+"/", http.NoBody)
		if err != nil {
			b.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(2 * time.Millisecond)
	}
}

var pss = regexp.MustCompile(`(?m)^Pss:\s+(\d+) kB`)

// memory is the proportional set size of a program in MiB.
func memory(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/smaps_rollup")
	if err != nil {
		b.Fatal(err)
	}
	m := pss.FindSubmatch(text)
	if m == nil {
		b.Fatalf("no Pss in %s", text)
	}
	kb, err := strconv.Atoi(string(m[1]))
	if err != nil {
		b.Fatal(err)
	}
	return float64(kb) / 1024
}

// BenchmarkStart compares the start to the first page, and the memory at rest
// after it, with a bare gin and sqlx on the same migrated database. The start on
// the private PostgreSQL, the first (with its making) and a later one, are told
// beside.
func BenchmarkStart(b *testing.B) {
	url := pgtest.Empty(b)
	once := func(what, database, dir string) (time.Duration, float64) {
		addr := freeAddr(b)
		began := time.Now()
		p := startOn(b, database, dir, addr, what)
		firstPage(b, addr)
		took := time.Since(began)
		time.Sleep(time.Second) // comes to rest
		mib := memory(b, p.cmd.Process.Pid)
		p.stop(b)
		return took, mib
	}
	once("serve", url, dataFolder(b)) // migrates and loads the pack
	ours, mib := once("serve", url, dataFolder(b))
	limit, least := once("bare", url, dataFolder(b))
	dir := dataFolder(b)
	cold, _ := once("serve", "", dir)
	warm, _ := once("serve", "", dir)
	b.ReportMetric(float64(ours)/float64(limit), "times-limit")
	b.ReportMetric(float64(ours.Milliseconds()), "start-ms")
	b.ReportMetric(float64(limit.Milliseconds()), "limit-ms")
	b.ReportMetric(mib/least, "memory-times-limit")
	b.ReportMetric(mib, "MiB")
	b.ReportMetric(float64(cold.Milliseconds()), "first-start-ms")
	b.ReportMetric(float64(warm.Milliseconds()), "later-start-ms")
	b.ReportMetric(0, "ns/op")
}
