package site_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/web/webtest"
)

// write runs statements on a database without any of our code.
func write(b *testing.B, w *apptest.World, queries ...string) {
	b.Helper()
	db := plain(b, w)
	for _, query := range queries {
		if _, err := db.ExecContext(b.Context(), query); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGateAsOf compares the gate's answer about a past instant, for somebody
// whose certificate was suspended and restored often since, with the present
// answer about the same person.
func BenchmarkGateAsOf(b *testing.B) {
	s := world(b)
	v := s.Certified("Giulia", "Ferrandi")
	var past time.Time
	if err := s.DB.Read().GetContext(b.Context(), &past, `SELECT abilita_now()`); err != nil {
		b.Fatal(err)
	}
	id := s.Proposal(v)
	for range 25 {
		for _, do := range []string{"suspend", "restore"} {
			if _, err := s.App.Certificates.Change(b.Context(), s.Coordinator, s.Cmd(), id, app.Stop{Do: do, Reason: "conduct", Words: "banco", AppealBy: "2099-01-01"}); err != nil {
				b.Fatal(err)
			}
		}
	}
	token, err := s.App.Gate.AddKey(b.Context(), s.Admin, s.Cmd(), app.NewKey{Name: "banco", Scopes: []string{"check", "as-of"}})
	if err != nil {
		b.Fatal(err)
	}
	ask := func(at string) func() (*http.Request, error) {
		q := url.Values{"line": {"donazioni"}, "channel": {"phone"}, "agent": {v.Number}}
		if at != "" {
			q.Set("at", at)
		}
		return func() (*http.Request, error) {
			req, err := http.NewRequest(http.MethodGet, s.URL+"/gate/v1/check?"+q.Encode(), nil)
			if err == nil {
				req.Header.Set("Authorization", "Bearer "+token)
			}
			return req, err
		}
	}
	compare(b, ask(past.UTC().Format(time.RFC3339Nano)), ask(""))
}

// BenchmarkBoardLevels asks the board of ten thousand people on a line that asks
// for supervisors, with half of the certified at the autonomous level and everybody's
// practice known; bare is the same board before.
func BenchmarkBoardLevels(b *testing.B) {
	s := world(b)
	s.Certified("Adele", "Tornaghi")
	s.Crowd(10_000)
	ask, limit := staff(b, s, "/board"), selectLimit(b, s.World)
	rate(b, ask) // the first asks are slower
	bare := rate(b, ask)
	superviseCrowd(b, s)
	compare(b, ask, limit)
	b.ReportMetric(rate(b, ask)/bare, "of-bare")
}

// superviseCrowd raises every second of the certified crowd and notes contacts of
// all, one in ten too long ago.
func superviseCrowd(b *testing.B, s *webtest.Site) {
	b.Helper()
	_, in, err := s.App.Lines.Settings(b.Context(), s.Coordinator, "donazioni")
	if err != nil {
		b.Fatal(err)
	}
	in.Supervised = true
	if err := s.App.Lines.Change(b.Context(), s.Coordinator, s.Cmd(), "donazioni", in); err != nil {
		b.Fatal(err)
	}
	write(
		b, s.World,
		`UPDATE gate_fact f SET closed_at = abilita_now(), closed_version = 1 FROM person p WHERE p.id = f.person_id AND p.number LIKE 'w%' AND f.kind = 'certificate' AND p.id % 4 = 0`,
		`INSERT INTO gate_fact (person_id, line_id, kind, level, valid_from, recorded_at, version) SELECT p.id, (SELECT id FROM line), 'certificate', 'autonomous', abilita_now(), abilita_now(), 1
			FROM person p WHERE p.number LIKE 'w%' AND p.id % 4 = 0`,
		`INSERT INTO gate_fact (person_id, line_id, kind, level, valid_from, valid_until, recorded_at, version)
			SELECT p.id, (SELECT id FROM line), 'practice', level, abilita_now() - interval '200 days', abilita_now() + CASE WHEN p.id % 10 = 0 THEN interval '-10 days' ELSE interval '50 days' END, abilita_now() - interval '200 days', 1
			FROM person p, unnest(ARRAY['autonomous', 'supervised']) level WHERE p.number LIKE 'w%' AND p.id % 2 = 0`,
		`ANALYZE gate_fact`,
	)
}

// BenchmarkFreeShifts suspends somebody who holds ten thousand places on shifts to
// come, each of which is freed with a letter and its calendar entry, and compares
// it with one UPDATE of as many rows of a table without indexes. Nobody holds so
// many: eight weeks of every day are 56.
func BenchmarkFreeShifts(b *testing.B) {
	const places = 10_000
	s := world(b)
	v := s.Certified("Giulia", "Ferrandi")
	write(
		b, s.World,
		fmt.Sprintf(`INSERT INTO shift (line_id, local_date, starts_at, ends_at, seats) SELECT (SELECT id FROM line), (abilita_now() + n * interval '1 hour')::date, abilita_now() + n * interval '1 hour', abilita_now() + (n + 1) * interval '1 hour', 2
			FROM generate_series(24, %d) n`, places+23),
		fmt.Sprintf(`INSERT INTO shift_place (shift_id, person_id, part, state, booked_at) SELECT id, %d, 'volunteer', 'booked', abilita_now() FROM shift`, v.ID),
		`CREATE TABLE limit_row AS SELECT id, state, released_at, reason, sequence FROM shift_place`,
		`ANALYZE shift, shift_place, limit_row`,
	)
	free := func() {
		if err := s.App.Corrections.Suspend(b.Context(), s.Coordinator, s.Cmd(), v.Number, app.Suspending{Reason: "conduct", Words: "banco", AppealBy: "2099-01-01"}); err != nil {
			b.Fatal(err)
		}
	}
	again := func() {
		if err := s.App.Corrections.Restore(b.Context(), s.Coordinator, s.Cmd(), v.Number, "banco"); err != nil {
			b.Fatal(err)
		}
		write(b, s.World, `UPDATE shift_place SET state = 'booked', released_at = NULL, reason = ''`, `DELETE FROM letter WHERE kind = 'shift_freed'`, `VACUUM ANALYZE shift_place`)
	}
	update := func() {
		write(b, s.World, `UPDATE limit_row SET state = 'released', released_at = abilita_now(), reason = 'suspended', sequence = sequence + 1`)
	}
	var freed int
	before := took(update)
	mine := took(free)
	if err := s.DB.Read().GetContext(b.Context(), &freed, `SELECT count(*) FROM shift_place WHERE state = 'released' AND person_id = $1`, int64(v.ID)); err != nil || freed != places {
		b.Fatalf("%d places were freed: %v", freed, err)
	}
	again()
	floor := (before + took(update)) / 2
	mine = (mine + took(free)) / 2
	b.ReportMetric(float64(mine)/float64(floor), "times-limit")
	b.ReportMetric(float64(mine.Milliseconds()), "ours-ms")
	b.ReportMetric(float64(floor.Milliseconds()), "limit-ms")
	b.ReportMetric(0, "ns/op")
}
