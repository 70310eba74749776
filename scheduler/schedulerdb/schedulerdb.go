// Package schedulerdb is the SQL of sessions.
package schedulerdb

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/scheduler"
)

// Store reads and writes through one Q, usually a transaction.
type Store struct{ q pg.Q }

// New makes a store on q.
func New(q pg.Q) Store { return Store{q} }

// Faults of the store.
var (
	ErrNoSession = fault.New(fault.NotFound, "fault.not_found")
	ErrChanged   = fault.New(fault.Conflict, "fault.changed_meanwhile")
)

// Series is a weekly pattern of a cohort.
type Series struct {
	ID        int64
	CohortID  int64 `db:"cohort_id"`
	Kind      string
	Title     string
	Weekdays  pq.Int64Array // 1 is Monday
	Starts    string        // "20:30"
	Minutes   int
	FirstOn   time.Time `db:"first_on"`
	Count     int
	Capacity  int
	TrainerID people.ID `db:"trainer_id"`
	JoinURL   string    `db:"join_url"`
	ScriptKey string    `db:"script_key"`
	Slot      int       `db:"slot_minutes"`
}

// AddSeries stores a pattern.
func (s Store) AddSeries(ctx context.Context, v Series) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO session_series (cohort_id, kind, title, weekdays, starts, minutes, first_on, count, capacity, trainer_id, join_url, script_key, slot_minutes)
		VALUES ($1, $2, $3, $4, $5::time, $6, $7, $8, $9, nullif($10, 0), $11, $12, $13) RETURNING id`,
		v.CohortID, v.Kind, v.Title, []int64(v.Weekdays), v.Starts, v.Minutes, v.FirstOn, v.Count, v.Capacity, int64(v.TrainerID), v.JoinURL, v.ScriptKey, v.Slot)
	if err != nil {
		return 0, fmt.Errorf("add series: %w", err)
	}
	return id, nil
}

// SeriesRow reads a pattern.
func (s Store) SeriesRow(ctx context.Context, id int64) (Series, error) {
	var v Series
	err := s.q.GetContext(ctx, &v, `SELECT id, cohort_id, kind, title, weekdays, to_char(starts, 'HH24:MI') AS starts, minutes, first_on, count, capacity,
		coalesce(trainer_id, 0) AS trainer_id, join_url, script_key, slot_minutes FROM session_series WHERE id = $1`, id)
	return v, pg.Map(err, ErrNoSession, nil)
}

// Session is a dated meeting, or one turn of a role-play window.
type Session struct {
	ID        int64
	SeriesID  int64 `db:"series_id"`
	CohortID  int64 `db:"cohort_id"`
	LineID    int64 `db:"line_id"`
	Kind      string
	Title     string
	StartsAt  time.Time `db:"starts_at"`
	EndsAt    time.Time `db:"ends_at"`
	Capacity  int
	TrainerID people.ID `db:"trainer_id"`
	Trainer   string    // name
	JoinURL   string    `db:"join_url"`
	ScriptKey string    `db:"script_key"`
	State     scheduler.State
	Sequence  int
	Taken     int
	Mine      string // state of the asking person's booking, "" when none
	Version   int
}

// Rules is the session as the rules read it.
func (s Session) Rules() scheduler.Session {
	return scheduler.Session{State: s.State, Start: s.StartsAt, End: s.EndsAt, Capacity: s.Capacity}
}

const columns = `s.id, s.series_id, s.cohort_id, c.line_id, s.kind, s.title, s.starts_at, s.ends_at, s.capacity, coalesce(s.trainer_id, 0) AS trainer_id,
	coalesce(t.given_name || ' ' || t.family_name, '') AS trainer, s.join_url, s.script_key, s.state, s.sequence, s.version,
	(SELECT count(*) FROM booking b WHERE b.session_id = s.id AND b.state <> 'cancelled') AS taken,
	coalesce((SELECT b.state FROM booking b WHERE b.session_id = s.id AND b.person_id = $1), '') AS mine`

const from = ` FROM session s JOIN cohort c ON c.id = s.cohort_id LEFT JOIN identity t ON t.person_id = s.trainer_id `

// Materialise makes the session of a meeting, once.
func (s Store) Materialise(ctx context.Context, v Series, m scheduler.Meeting) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO session (series_id, cohort_id, local_date, slot, kind, title, starts_at, ends_at, capacity, trainer_id, join_url, script_key)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10, 0), $11, $12) ON CONFLICT ON CONSTRAINT session_series_date_key DO NOTHING`,
		v.ID, v.CohortID, m.Date, m.Slot, v.Kind, v.Title, m.Start, m.End, v.Capacity, int64(v.TrainerID), v.JoinURL, v.ScriptKey)
	if err != nil {
		return fmt.Errorf("materialise: %w", err)
	}
	return nil
}

// Lock takes a session for a command.
func (s Store) Lock(ctx context.Context, id int64) error {
	var got int64
	return pg.Map(s.q.GetContext(ctx, &got, `SELECT id FROM session WHERE id = $1 FOR UPDATE`, id), ErrNoSession, nil)
}

// Session reads one, with the booking of the person who asks.
func (s Store) Session(ctx context.Context, id int64, who people.ID) (Session, error) {
	var v Session
	err := s.q.GetContext(ctx, &v, `SELECT `+columns+from+`WHERE s.id = $2`, int64(who), id)
	return v, pg.Map(err, ErrNoSession, nil)
}

// OfCohorts lists the sessions of cohorts, the earliest first.
func (s Store) OfCohorts(ctx context.Context, cohorts []int64, who people.ID) ([]Session, error) {
	var list []Session
	err := s.q.SelectContext(ctx, &list, `SELECT `+columns+from+`WHERE s.cohort_id = any($2) ORDER BY s.starts_at, s.id`, int64(who), cohorts)
	return list, err
}

// InReach lists the sessions that staff may see, from an instant on.
func (s Store) InReach(ctx context.Context, reach people.Reach, after time.Time, who people.ID) ([]Session, error) {
	var list []Session
	err := s.q.SelectContext(ctx, &list, `SELECT `+columns+from+`WHERE ($2 OR c.line_id = any($3) OR s.cohort_id = any($4)) AND s.ends_at > $5
		ORDER BY s.starts_at, s.id LIMIT 300`, int64(who), reach.All, reach.Lines, reach.Cohorts, after)
	return list, err
}

// Booked lists the sessions that a person holds a seat in or came to, the
// earliest first.
func (s Store) Booked(ctx context.Context, who people.ID) ([]Session, error) {
	var list []Session
	err := s.q.SelectContext(ctx, &list, `SELECT `+columns+from+`JOIN booking k ON k.session_id = s.id AND k.person_id = $1 AND k.state IN ('booked', 'present') ORDER BY s.starts_at, s.id`, int64(who))
	return list, err
}

// Book takes a seat; the session must be locked. A seat given back before is
// taken again in the same row.
func (s Store) Book(ctx context.Context, session int64, who people.ID, now time.Time) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO booking (session_id, person_id, state, booked_at) VALUES ($1, $2, 'booked', $3)
		ON CONFLICT (session_id, person_id) DO UPDATE SET state = 'booked', booked_at = excluded.booked_at WHERE booking.state = 'cancelled' RETURNING id`,
		session, int64(who), now)
	return id, pg.Map(err, scheduler.ErrBooked, nil)
}

// SetBooking moves a seat that is booked; ErrNotBooked when there is none.
func (s Store) SetBooking(ctx context.Context, session int64, who people.ID, from, to string) error {
	res, err := s.q.ExecContext(ctx, `UPDATE booking SET state = $4 WHERE session_id = $1 AND person_id = $2 AND ($3 = '' OR state = $3)`, session, int64(who), from, to)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return scheduler.ErrNotBooked
	}
	return nil
}

// Seat is somebody in a session.
type Seat struct {
	Person     people.ID `db:"person_id"`
	Number     string
	GivenName  string `db:"given_name"`
	FamilyName string `db:"family_name"`
	State      string
	Attendance int64 // last entry of the register, 0 when none
}

// Seats lists who holds or held a seat, by name.
func (s Store) Seats(ctx context.Context, session int64) ([]Seat, error) {
	var list []Seat
	err := s.q.SelectContext(ctx, &list, `SELECT b.person_id, coalesce(p.number, '') AS number, i.given_name, i.family_name, b.state,
			coalesce((SELECT max(a.id) FROM attendance a WHERE a.session_id = b.session_id AND a.person_id = b.person_id), 0) AS attendance
		FROM booking b JOIN person p ON p.id = b.person_id JOIN identity i ON i.person_id = b.person_id
		WHERE b.session_id = $1 AND b.state <> 'cancelled' ORDER BY i.family_name, i.given_name, b.person_id`, session)
	return list, err
}

// AddAttendance appends to the register; corrects 0 is a first entry.
func (s Store) AddAttendance(ctx context.Context, session int64, who people.ID, outcome string, minutes int, by people.ID, now time.Time, corrects int64, reason string) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO attendance (session_id, person_id, outcome, minutes, by_id, at, corrects, reason)
		VALUES ($1, $2, $3, $4, $5, $6, nullif($7, 0), $8) RETURNING id`, session, int64(who), outcome, minutes, int64(by), now, corrects, reason)
	return id, err
}

// Close closes the register of a locked session.
func (s Store) Close(ctx context.Context, session int64, by people.ID, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE session SET state = 'closed', closed_at = $3, closed_by = $2, version = version + 1 WHERE id = $1`, session, int64(by), now)
	return err
}

// Move gives a locked session another time; the invitation's sequence rises.
func (s Store) Move(ctx context.Context, session int64, start, end time.Time, version int) error {
	return s.change(ctx, `UPDATE session SET starts_at = $2, ends_at = $3, sequence = sequence + 1, version = version + 1 WHERE id = $1 AND version = $4`, session, start, end, version)
}

// Cancel cancels a locked session.
func (s Store) Cancel(ctx context.Context, session int64, version int) error {
	return s.change(ctx, `UPDATE session SET state = 'cancelled', sequence = sequence + 1, version = version + 1 WHERE id = $1 AND version = $2`, session, version)
}

func (s Store) change(ctx context.Context, query string, args ...any) error {
	res, err := s.q.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return ErrChanged
	}
	return nil
}

// SetDetails changes who leads a session and how to get in.
func (s Store) SetDetails(ctx context.Context, session int64, trainer people.ID, joinURL string) error {
	_, err := s.q.ExecContext(ctx, `UPDATE session SET trainer_id = nullif($2, 0), join_url = $3, version = version + 1 WHERE id = $1`, session, int64(trainer), joinURL)
	return err
}

// Titles reads what sessions are called, by id.
func (s Store) Titles(ctx context.Context, ids []int64) (map[int64]string, error) {
	var rows []struct {
		ID    int64
		Title string
	}
	err := s.q.SelectContext(ctx, &rows, `SELECT id, title FROM session WHERE id = any($1)`, ids)
	out := map[int64]string{}
	for _, r := range rows {
		out[r.ID] = r.Title
	}
	return out, err
}

// FreeSeats gives back every seat that a person holds in a session of a cohort
// (0: of any) that begins at an instant or later, and lists those sessions.
func (s Store) FreeSeats(ctx context.Context, who people.ID, cohort int64, from time.Time) ([]int64, error) {
	var list []int64
	err := s.q.SelectContext(ctx, &list, `UPDATE booking SET state = 'cancelled' FROM session s
		WHERE s.id = booking.session_id AND booking.person_id = $1 AND booking.state = 'booked' AND s.state = 'planned' AND s.starts_at >= $2 AND ($3 = 0 OR s.cohort_id = $3)
		RETURNING s.id`, int64(who), from, cohort)
	slices.Sort(list)
	return list, err
}
