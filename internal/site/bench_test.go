package site_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/pg/pgtest"
	"abilita/internal/web/webtest"
	"abilita/quiz"
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

// plain is the same database without any of our code.
func plain(b *testing.B, w *apptest.World) *sql.DB {
	b.Helper()
	url := w.DB.URL()
	sep := "&"
	if !strings.Contains(url, "?") {
		sep = "?"
	}
	db, err := sql.Open("postgres", url+sep+"binary_parameters=yes&default_transaction_read_only=off")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(20)
	db.SetMaxIdleConns(20)
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// selectLimit is gin with one prepared one-row SELECT on the same database.
func selectLimit(b *testing.B, w *apptest.World) func() (*http.Request, error) {
	b.Helper()
	db := plain(b, w)
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

// BenchmarkGateCheck: goal 0.6 of gin with a prepared SELECT. A newcomer is a no of
// three facts; who answers has a dozen, on a line whose supervisors are on the rota
// for twenty days.
func BenchmarkGateCheck(b *testing.B) {
	check := func(b *testing.B, s *webtest.Site, v people.Actor) {
		b.Helper()
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
	b.Run("newcomer", func(b *testing.B) {
		s := world(b)
		check(b, s, s.Volunteer("Giulia", "Ferrandi"))
	})
	b.Run("rota", func(b *testing.B) {
		s := world(b)
		v := s.Certified("Giulia", "Ferrandi")
		if _, err := plain(b, s.World).ExecContext(b.Context(), `INSERT INTO gate_fact (line_id, channel, kind, level, ref_id, valid_from, valid_until, recorded_at, version)
			SELECT l.id, '', 'supervisor_on', '', n, t.at + n * interval '8 hours', t.at + n * interval '8 hours' + interval '4 hours', t.at, 1
			FROM line l, generate_series(1, 60) n, (SELECT abilita_now() AS at) t WHERE l.code = 'donazioni'`); err != nil {
			b.Fatal(err)
		}
		check(b, s, v)
	})
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

// BenchmarkBoardPage asks the first page of a board of ten thousand people.
func BenchmarkBoardPage(b *testing.B) {
	s := world(b)
	s.Certified("Adele", "Tornaghi")
	s.Crowd(10_000)
	compare(b, staff(b, s, "/board"), selectLimit(b, s.World))
}

// staff asks a page as the coordinator.
func staff(b *testing.B, s *webtest.Site, path string) func() (*http.Request, error) {
	b.Helper()
	in, err := s.App.Accounts.SignIn(b.Context(), "teresa@example.org", apptest.Password, app.Came{Address: "192.0.2.9"})
	if err != nil {
		b.Fatal(err)
	}
	return func() (*http.Request, error) {
		req, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
		if err == nil {
			req.AddCookie(&http.Cookie{Name: "abilita", Value: in.Token})
		}
		return req, err
	}
}

// BenchmarkBoardCSV compares the export of ten thousand people with reading the
// same rows by plain SQL: their steps and their facts, one line each.
func BenchmarkBoardCSV(b *testing.B) {
	s := world(b)
	s.Certified("Adele", "Tornaghi")
	s.Crowd(10_000)
	ask := staff(b, s, "/board.csv?line=donazioni")
	db := plain(b, s.World)
	read := func() {
		rows, err := db.QueryContext(b.Context(), `SELECT i.given_name, i.family_name, p.number, g.requirement, g.state, g.done, g.needed FROM enrolment e
			JOIN person p ON p.id = e.person_id JOIN identity i ON i.person_id = p.id JOIN progress g ON g.enrolment_id = e.id ORDER BY i.family_name, p.id, g.place`)
		if err == nil {
			err = drain(rows)
		}
		if err == nil {
			rows, err = db.QueryContext(b.Context(), `SELECT person_id::text, kind, level, valid_from::text, recorded_at::text, version::text, line_id::text FROM gate_fact ORDER BY person_id`)
		}
		if err == nil {
			err = drain(rows)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	export := func() {
		req, err := ask()
		if err != nil {
			b.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		defer resp.Body.Close()
		n, err := io.Copy(io.Discard, resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK || n < 500_000 {
			b.Fatal(resp.StatusCode, n, err)
		}
	}
	shares(b, export, read)
}

func drain(rows *sql.Rows) error {
	defer rows.Close()
	var c [7]sql.NullString
	for rows.Next() {
		if err := rows.Scan(&c[0], &c[1], &c[2], &c[3], &c[4], &c[5], &c[6]); err != nil {
			return err
		}
	}
	return rows.Err()
}

// shares reports how many times the limit ours takes: medians of five turns that
// alternate.
func shares(b *testing.B, ours, limit func()) {
	b.Helper()
	ours()
	limit()
	var mine, floor []time.Duration
	for range 5 {
		floor = append(floor, took(limit))
		mine = append(mine, took(ours))
	}
	slices.Sort(mine)
	slices.Sort(floor)
	b.ReportMetric(float64(mine[2])/float64(floor[2]), "times-limit")
	b.ReportMetric(float64(mine[2].Milliseconds()), "ours-ms")
	b.ReportMetric(float64(floor[2].Milliseconds()), "limit-ms")
	b.ReportMetric(0, "ns/op")
}

func took(do func()) time.Duration {
	start := time.Now()
	do()
	return time.Since(start)
}

// BenchmarkQuiz compares starting an attempt, saving an answer and handing it in
// with three one-row INSERT commits, both by eight at once on one database.
func BenchmarkQuiz(b *testing.B) {
	const people = 48
	s := world(b)
	db := plain(b, s.World)
	if _, err := db.ExecContext(b.Context(), `CREATE TABLE limit_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text)`); err != nil {
		b.Fatal(err)
	}
	body := strings.Repeat("x", 200)
	insert := func() error {
		for range 3 {
			if _, err := db.ExecContext(b.Context(), `INSERT INTO limit_row (body) VALUES ($1)`, body); err != nil {
				return err
			}
		}
		return nil
	}
	sit := func(i int) func() error {
		v := s.Examinee(fmt.Sprintf("Persona%d", i), "Prova")
		return func() error {
			id, err := s.App.Exams.Start(b.Context(), v, s.Cmd(), "qz-finale")
			if err != nil {
				return err
			}
			sitting, err := s.App.Exams.Sit(b.Context(), v, id)
			if err != nil {
				return err
			}
			first := sitting.Sheet.Questions[0]
			given := app.Answered{Answers: quiz.Answers{first.ID: {Text: "1"}}}
			if len(first.Options) > 0 {
				given = app.Answered{Answers: quiz.Answers{first.ID: {Chosen: []string{first.Options[0].ID}}}}
			}
			saved, err := s.App.Exams.Save(b.Context(), v, id, given)
			if err != nil {
				return err
			}
			given.Seen = saved.Saves
			return s.App.Exams.HandIn(b.Context(), v, s.Cmd(), id, given)
		}
	}
	var exams, inserts []func() error
	for i := range people {
		exams, inserts = append(exams, sit(i)), append(inserts, insert)
	}
	before := together(b, inserts)
	mine := together(b, exams)
	after := together(b, inserts)
	b.ReportMetric(float64(before+after)/2/float64(mine), "of-limit")
	b.ReportMetric(people/mine.Seconds(), "ours/s")
	b.ReportMetric(people/((before+after)/2).Seconds(), "limit/s")
	b.ReportMetric(0, "ns/op")
}

// together does all the jobs, as many at once as there are clients.
func together(b *testing.B, jobs []func() error) time.Duration {
	b.Helper()
	queue := make(chan func() error, len(jobs))
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	return took(func() {
		var all sync.WaitGroup
		for range clients {
			all.Go(func() {
				for j := range queue {
					if err := j(); err != nil {
						b.Error(err)
					}
				}
			})
		}
		all.Wait()
	})
}
