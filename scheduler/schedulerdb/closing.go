package schedulerdb

import (
	"context"
	"fmt"
	"time"

	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/scheduler"
)

// ShiftNote is what somebody left to the next shift.
type ShiftNote struct {
	ID       int64
	ShiftID  int64     `db:"shift_id"`
	StartsAt time.Time `db:"starts_at"` // of the shift
	EndsAt   time.Time `db:"ends_at"`
	Body     string    // empty: its writer was erased
	By       string    // name of who wrote it
	At       time.Time
}

const noteQuery = `SELECT n.id, n.shift_id, h.starts_at, h.ends_at, n.body, coalesce(i.given_name || ' ' || i.family_name, '') AS by, n.at
	FROM shift_note n JOIN shift h ON h.id = n.shift_id LEFT JOIN identity i ON i.person_id = n.person_id `

// AddShiftNote adds a note to a shift.
func (s Store) AddShiftNote(ctx context.Context, shift int64, by people.ID, body string, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO shift_note (shift_id, person_id, body, at) VALUES ($1, $2, $3, $4)`, shift, int64(by), body, now)
	return pg.Map(err, nil, nil)
}

// ShiftNotes lists the notes of a shift, the oldest first.
func (s Store) ShiftNotes(ctx context.Context, shift int64) ([]ShiftNote, error) {
	var list []ShiftNote
	err := s.q.SelectContext(ctx, &list, noteQuery+`WHERE n.shift_id = $1 ORDER BY n.id`, shift)
	return list, err
}

// LastNotes lists the newest notes of a line about shifts that began before an
// instant, the newest first.
func (s Store) LastNotes(ctx context.Context, line int64, before time.Time, limit int) ([]ShiftNote, error) {
	var list []ShiftNote
	err := s.q.SelectContext(ctx, &list, noteQuery+`WHERE h.line_id = $1 AND h.starts_at < $2 AND n.body <> '' ORDER BY h.starts_at DESC, n.id DESC LIMIT $3`, line, before, limit)
	return list, err
}

// ToClose lists the shifts of a line that are over since an instant, on which
// somebody had a place and which nobody has closed, the newest first.
func (s Store) ToClose(ctx context.Context, line int64, since, now time.Time) ([]Shift, error) {
	var list []Shift
	err := s.q.SelectContext(ctx, &list, shiftColumns+`WHERE h.line_id = $2 AND h.state = 'open' AND h.ends_at > $3 AND h.ends_at <= $4
		AND EXISTS (SELECT 1 FROM shift_place p WHERE p.shift_id = h.id AND p.state <> 'released') ORDER BY h.starts_at DESC, h.id DESC`, int64(0), line, since, now)
	return list, err
}

// LedToClose lists the shifts that somebody supervised, that are over since an
// instant and that nobody has closed, the newest first.
func (s Store) LedToClose(ctx context.Context, who people.ID, since, now time.Time) ([]Shift, error) {
	var list []Shift
	err := s.q.SelectContext(ctx, &list, shiftColumns+`WHERE m.part = 'supervisor' AND m.state <> 'absent' AND h.state = 'open' AND h.ends_at > $2 AND h.ends_at <= $3 ORDER BY h.starts_at DESC, h.id DESC`, int64(who), since, now)
	return list, err
}

// MarkPlace notes that somebody on a locked shift came or did not. Whoever did
// not has nothing more to offer.
func (s Store) MarkPlace(ctx context.Context, shift int64, who people.ID, state scheduler.PlaceState) error {
	_, err := s.q.ExecContext(ctx, `UPDATE shift_place SET state = $3, offered = false, proposed_to = NULL WHERE shift_id = $1 AND person_id = $2 AND state <> 'released'`, shift, int64(who), string(state))
	return err
}

// TouchShift gives a locked shift its next version.
func (s Store) TouchShift(ctx context.Context, shift int64) error {
	_, err := s.q.ExecContext(ctx, `UPDATE shift SET version = version + 1 WHERE id = $1`, shift)
	return err
}

// CloseShift closes a locked shift; whoever is not marked absent was there.
func (s Store) CloseShift(ctx context.Context, shift int64, by people.ID, now time.Time) error {
	if _, err := s.q.ExecContext(ctx, `UPDATE shift_place SET state = 'present', offered = false, proposed_to = NULL WHERE shift_id = $1 AND state = 'booked'`, shift); err != nil {
		return fmt.Errorf("mark who was there: %w", err)
	}
	_, err := s.q.ExecContext(ctx, `UPDATE shift SET state = 'closed', closed_by = $2, closed_at = $3 WHERE id = $1`, shift, int64(by), now)
	return err
}

// Closing is who closed a shift and when.
type Closing struct {
	By string    // name; empty when that person was erased
	At time.Time `db:"closed_at"`
}

// Closing reads who closed a shift; the zero Closing is of one that is open.
func (s Store) Closing(ctx context.Context, shift int64) (Closing, error) {
	var list []Closing
	err := s.q.SelectContext(ctx, &list, `SELECT coalesce(i.given_name || ' ' || i.family_name, '') AS by, h.closed_at FROM shift h LEFT JOIN identity i ON i.person_id = h.closed_by
		WHERE h.id = $1 AND h.closed_at IS NOT NULL`, shift)
	if err != nil || len(list) == 0 {
		return Closing{}, err
	}
	return list[0], nil
}

// TookContacts tells who took a contact in a shift.
func (s Store) TookContacts(ctx context.Context, shift int64) ([]people.ID, error) {
	var ids []int64
	err := s.q.SelectContext(ctx, &ids, `SELECT person_id FROM contact WHERE shift_id = $1 UNION SELECT person_id FROM observed_contact WHERE shift_id = $1 ORDER BY 1`, shift)
	list := make([]people.ID, len(ids))
	for i, id := range ids {
		list[i] = people.ID(id)
	}
	return list, err
}

// Worked is a shift that somebody had a place on and that is over or goes on.
type Worked struct {
	ShiftID  int64     `db:"shift_id"`
	LineID   int64     `db:"line_id"`
	Line     string    // name
	StartsAt time.Time `db:"starts_at"`
	EndsAt   time.Time `db:"ends_at"`
	Part     scheduler.Part
	State    scheduler.PlaceState
	Closed   bool
}

// WorkedBy lists the shifts that a person had a place on and that have begun by
// an instant, the newest first: of one line or, with 0, of all.
func (s Store) WorkedBy(ctx context.Context, who people.ID, line int64, now time.Time, limit int) ([]Worked, error) {
	var list []Worked
	err := s.q.SelectContext(ctx, &list, `SELECT h.id AS shift_id, h.line_id, l.name AS line, h.starts_at, h.ends_at, p.part, p.state, h.state = 'closed' AS closed
		FROM shift_place p JOIN shift h ON h.id = p.shift_id AND h.state <> 'cancelled' JOIN line l ON l.id = h.line_id
		WHERE p.person_id = $1 AND ($2 = 0 OR h.line_id = $2) AND p.state <> 'released' AND h.starts_at <= $3 ORDER BY h.starts_at DESC, h.id DESC LIMIT $4`, int64(who), line, now, limit)
	return list, err
}

// dueNotes are the notes written by the cutoff, $1.
const dueNotes = `SELECT id FROM shift_note WHERE at <= $1`

// OverdueNotes counts what DropNotes would still take.
func (s Store) OverdueNotes(ctx context.Context, cutoff time.Time) (n int64, err error) {
	err = s.q.GetContext(ctx, &n, `SELECT count(*) FROM (`+dueNotes+`) d`, cutoff)
	return n, err
}

// DropNotes deletes the notes written by the cutoff, at most limit. It returns
// how many.
func (s Store) DropNotes(ctx context.Context, cutoff time.Time, limit int) (int64, error) {
	res, err := s.q.ExecContext(ctx, `DELETE FROM shift_note WHERE id IN (`+dueNotes+` ORDER BY id LIMIT $2)`, cutoff, limit)
	if err != nil {
		return 0, fmt.Errorf("drop notes of shifts: %w", err)
	}
	return res.RowsAffected()
}
