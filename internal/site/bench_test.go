package site_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/pg/pgtest"
	"abilita/internal/web/webtest"
)

// Each benchmark prints a ratio against a limit measured in the same run, before
// and after: absolute numbers of a shared machine say little. The run is void
// when the two readings of the limit differ by more than a third.

const (
	clients = 8
	window  = 2 * time.Second
)

// rate counts answers with status 200 per second.
func rate(b *testing.B, do func() (*http.Request, error)) float64 {
	b.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: clients}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var n atomic.Int64
	var all sync.WaitGroup
	run := func(span time.Duration) {
		ctx, stop := context.WithTimeout(b.Context(), span)
		defer stop()
		for range clients {
			all.Go(func() {
				for ctx.Err() == nil {
					req, err := do()
					if err != nil {
						b.Error(err)
						return
					}
					resp, err := client.Do(req)
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, resp.Body)
					_ = resp.Body.Close()
					if resp.StatusCode != http.StatusOK {
						b.Errorf("%s: %d", req.URL, resp.StatusCode)
						return
					}
					n.Add(1)
				}
			})
		}
		all.Wait()
	}
	run(window / 4)
	n.Store(0)
	run(window)
	return float64(n.Load()) / window.Seconds()
}

// compare reports ours as a share of the limit.
func compare(b *testing.B, ours, limit func() (*http.Request, error)) {
	b.Helper()
	before := rate(b, limit)
	mine := rate(b, ours)
	after := rate(b, limit)
	if before > after*4/3 || after > before*4/3 {
		b.Logf("void: the limit moved from %.0f to %.0f a second", before, after)
	}
	b.ReportMetric(mine/((before+after)/2), "of-limit")
	b.ReportMetric(mine, "ours/s")
	b.ReportMetric((before+after)/2, "limit/s")
	b.ReportMetric(0, "ns/op")
}

// selectLimit is gin with one prepared one-row SELECT on the same database.
func selectLimit(b *testing.B, w *apptest.World) func() (*http.Request, error) {
	b.Helper()
	url := w.DB.URL()
	sep := "&"
	if !strings.Contains(url, "?") {
		sep = "?"
	}
	db, err := sql.Open("postgres", url+sep+"binary_parameters=yes")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(20)
	db.SetMaxIdleConns(20)
	b.Cleanup(func() { _ = db.Close() })
	stmt, err := db.PrepareContext(b.Context(), `SELECT number FROM person WHERE id = $1`)
	if err != nil {
		b.Fatal(err)
	}
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.GET("/one", func(c *gin.Context) {
		var number sql.NullString
		if err := stmt.QueryRowContext(c.Request.Context(), 1).Scan(&number); err != nil {
			c.String(http.StatusInternalServerError, err.Error())
			return
		}
		c.String(http.StatusOK, "enabled %s\n", number.String)
	})
	server := httptest.NewServer(e)
	b.Cleanup(server.Close)
	return func() (*http.Request, error) { return http.NewRequest(http.MethodGet, server.URL+"/one", nil) }
}

func world(b *testing.B) *webtest.Site {
	b.Helper()
	s := webtest.Start(b)
	pgtest.Unfreeze(b, s.DB)
	return s
}

// BenchmarkGateCheck: goal 0.6 of gin with a prepared SELECT.
func BenchmarkGateCheck(b *testing.B) {
	s := world(b)
	v := s.Volunteer("Giulia", "Ferrandi")
	token, err := s.App.Gate.AddKey(b.Context(), s.Admin, s.Cmd(), app.NewKey{Name: "banco", Scopes: []string{"check"}})
	if err != nil {
		b.Fatal(err)
	}
	compare(b, func() (*http.Request, error) {
		req, err := http.NewRequest(http.MethodGet, fmt.Sprintf("%s/gate/v1/check?line=donazioni&channel=phone&agent=%s", s.URL, v.Number), nil)
		if err == nil {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		return req, err
	}, selectLimit(b, s.World))
}

// page compares a signed-in page; goal 0.30 of the same limit.
func page(b *testing.B, path string) {
	b.Helper()
	s := world(b)
	s.Volunteer("Giulia", "Ferrandi")
	in, err := s.App.Accounts.SignIn(b.Context(), "volontario1@example.org", apptest.Password, app.Came{Address: "192.0.2.9"})
	if err != nil {
		b.Fatal(err)
	}
	compare(b, func() (*http.Request, error) {
		req, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
		if err == nil {
			req.AddCookie(&http.Cookie{Name: "abilita", Value: in.Token})
		}
		return req, err
	}, selectLimit(b, s.World))
}

func BenchmarkHomePage(b *testing.B)   { page(b, "/") }
func BenchmarkModulePage(b *testing.B) { page(b, "/study/mo-denaro") }
