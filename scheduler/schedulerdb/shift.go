package schedulerdb

import (
	"context"
	"fmt"
	"time"

	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/scheduler"
)

// ErrNoShift is the fault of a shift that does not exist.
var ErrNoShift = fault.New(fault.NotFound, "fault.not_found")

// Rota is a row of the week of a line as it is staffed.
type Rota struct {
	ID      int64
	LineID  int64 `db:"line_id"`
	Weekday int   // 1 is Monday
	Starts  string
	Minutes int
	Seats   int
	FromOn  time.Time  `db:"from_on"`
	UntilOn *time.Time `db:"until_on"`
}

// Rules is the row as the rules read it.
func (r Rota) Rules() (scheduler.Rota, error) {
	at, err := time.Parse("15:04", r.Starts)
	if err != nil {
		return scheduler.Rota{}, fmt.Errorf("rota %d starts at %q: %w", r.ID, r.Starts, err)
	}
	out := scheduler.Rota{
		ID: r.ID, Weekday: time.Weekday(r.Weekday % 7), Hour: at.Hour(), Minute: at.Minute(), Length: time.Duration(r.Minutes) * time.Minute, Seats: r.Seats, From: r.FromOn,
	}
	if r.UntilOn != nil {
		out.Until = *r.UntilOn
	}
	return out, nil
}

// Rota lists the rows of a line that hold on a day or later, in the order of the
// week, and takes the line when lock is set.
func (s Store) Rota(ctx context.Context, line int64, day time.Time, lock bool) ([]Rota, error) {
	if lock {
		var id int64
		if err := s.q.GetContext(ctx, &id, `SELECT id FROM line WHERE id = $1 FOR UPDATE`, line); err != nil {
			return nil, pg.Map(err, ErrNoShift, nil)
		}
	}
	var list []Rota
	err := s.q.SelectContext(ctx, &list, `SELECT id, line_id, weekday, to_char(starts, 'HH24:MI') AS starts, minutes, seats, from_on, until_on FROM rota
		WHERE line_id = $1 AND (until_on IS NULL OR until_on > $2 AND until_on > from_on) ORDER BY weekday, starts, id`, line, day)
	return list, err
}

// AddRota adds a row.
func (s Store) AddRota(ctx context.Context, r Rota) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO rota (line_id, weekday, starts, minutes, seats, from_on, until_on) VALUES ($1, $2, $3::time, $4, $5, $6, $7) RETURNING id`,
		r.LineID, r.Weekday, r.Starts, r.Minutes, r.Seats, r.FromOn, r.UntilOn)
	return id, pg.Map(err, nil, nil)
}

// EndRota ends a row: on is the first day without it.
func (s Store) EndRota(ctx context.Context, id int64, on time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE rota SET until_on = greatest(from_on, $2::date) WHERE id = $1`, id, on)
	return err
}

// MoveShifts gives the shifts of a row from a day on to the row that follows it
// at the same hours, with its seats; nobody who has a place loses it.
func (s Store) MoveShifts(ctx context.Context, from, to int64, on time.Time, seats int) error {
	_, err := s.q.ExecContext(ctx, `UPDATE shift SET rota_id = $2, version = version + 1,
			seats = greatest($4, (SELECT count(*) FROM shift_place p WHERE p.shift_id = shift.id AND p.part = 'volunteer' AND p.state <> 'released'))
		WHERE rota_id = $1 AND local_date >= $3 AND state = 'open'`, from, to, on, seats)
	return err
}

// AddShift makes the shift of a turn, once.
func (s Store) AddShift(ctx context.Context, line int64, t scheduler.Turn) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO shift (line_id, rota_id, local_date, starts_at, ends_at, seats) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT ON CONSTRAINT shift_rota_date_key DO NOTHING`, line, t.Rota, t.Date, t.Start, t.End, t.Seats)
	return pg.Map(err, nil, nil)
}

// Shift is a dated shift with how it is staffed and the place of who asks.
type Shift struct {
	ID       int64
	LineID   int64  `db:"line_id"`
	Line     string // name
	Code     string
	Zone     string
	RotaID   int64     `db:"rota_id"`
	StartsAt time.Time `db:"starts_at"`
	EndsAt   time.Time `db:"ends_at"`
	Seats    int
	State    scheduler.ShiftState
	Version  int
	Taken    int
	Bosses   int                  // supervisors
	Offers   int                  // places of volunteers that somebody offers
	Asked    bool                 // the line asks for a supervisor
	Part     scheduler.Part       // of who asks; "" without a place
	Place    scheduler.PlaceState // of who asks
	Offered  bool                 // the place of who asks
	Proposed people.ID            `db:"proposed_to"` // to whom who asks has proposed their place; 0: nobody
	Sequence int                  // of the calendar entry of who asks
}

// Span is when the shift is.
func (v Shift) Span() scheduler.Span { return scheduler.Span{From: v.StartsAt, Until: v.EndsAt} }

// Rules is the shift as the rules read it.
func (v Shift) Rules() scheduler.Shift {
	return scheduler.Shift{State: v.State, Span: v.Span(), Seats: v.Seats, Taken: v.Taken, Supervisors: v.Bosses}
}

const shiftColumns = `SELECT h.id, h.line_id, l.name AS line, l.code, l.zone, coalesce(h.rota_id, 0) AS rota_id, h.starts_at, h.ends_at, h.seats, h.state, h.version,
	n.taken, n.bosses, n.offers, coalesce(m.part, '') AS part, coalesce(m.state, '') AS place, coalesce(m.offered, false) AS offered, coalesce(m.proposed_to, 0) AS proposed_to, coalesce(m.sequence, 0) AS sequence,
	EXISTS (SELECT 1 FROM gate_fact f WHERE f.person_id IS NULL AND f.line_id = h.line_id AND f.kind = 'supervision' AND f.closed_at IS NULL) AS asked
	FROM shift h JOIN line l ON l.id = h.line_id
	LEFT JOIN shift_place m ON m.shift_id = h.id AND m.person_id = $1 AND m.state <> 'released'
	CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE p.part = 'volunteer') AS taken, count(*) FILTER (WHERE p.part = 'supervisor') AS bosses,
		count(*) FILTER (WHERE p.part = 'volunteer' AND p.offered) AS offers FROM shift_place p WHERE p.shift_id = h.id AND p.state IN ('booked', 'present')) n `

// LockShift takes a shift for a command.
func (s Store) LockShift(ctx context.Context, id int64) error {
	var got int64
	return pg.Map(s.q.GetContext(ctx, &got, `SELECT id FROM shift WHERE id = $1 FOR UPDATE`, id), ErrNoShift, nil)
}

// Shift reads one, with the place of the person who asks.
func (s Store) Shift(ctx context.Context, id int64, who people.ID) (Shift, error) {
	var v Shift
	err := s.q.GetContext(ctx, &v, shiftColumns+`WHERE h.id = $2`, int64(who), id)
	return v, pg.Map(err, ErrNoShift, nil)
}

// Shifts lists the open shifts of lines that end after one instant and begin
// before another, the earliest first.
func (s Store) Shifts(ctx context.Context, lines []int64, from, until time.Time, who people.ID) ([]Shift, error) {
	var list []Shift
	err := s.q.SelectContext(ctx, &list, shiftColumns+`WHERE h.line_id = any($2) AND h.state = 'open' AND h.ends_at > $3 AND h.starts_at < $4 ORDER BY h.starts_at, h.ends_at, h.id`,
		int64(who), lines, from, until)
	return list, err
}

// ShiftsOf lists the open shifts that a person has a place on and that end after
// an instant, the earliest first.
func (s Store) ShiftsOf(ctx context.Context, who people.ID, after time.Time) ([]Shift, error) {
	var list []Shift
	err := s.q.SelectContext(ctx, &list, shiftColumns+`WHERE m.id IS NOT NULL AND h.state = 'open' AND h.ends_at > $2 ORDER BY h.starts_at, h.ends_at, h.id`, int64(who), after)
	return list, err
}

// OfRota lists the open shifts that a row made from a day on, by id, and takes
// them when lock is set.
func (s Store) OfRota(ctx context.Context, rota int64, on time.Time, lock bool) ([]Shift, error) {
	if lock {
		var ids []int64
		if err := s.q.SelectContext(ctx, &ids, `SELECT id FROM shift WHERE rota_id = $1 AND local_date >= $2 AND state = 'open' ORDER BY id FOR UPDATE`, rota, on); err != nil {
			return nil, err
		}
	}
	var list []Shift
	err := s.q.SelectContext(ctx, &list, shiftColumns+`WHERE h.rota_id = $2 AND h.local_date >= $3 AND h.state = 'open' ORDER BY h.id`, int64(0), rota, on)
	return list, err
}

// CancelShift calls a locked shift off; its places must be released.
func (s Store) CancelShift(ctx context.Context, id int64) error {
	_, err := s.q.ExecContext(ctx, `UPDATE shift SET state = 'cancelled', version = version + 1 WHERE id = $1`, id)
	return err
}

// ShiftPlace is somebody on a shift.
type ShiftPlace struct {
	ShiftID    int64     `db:"shift_id"`
	Person     people.ID `db:"person_id"`
	Number     string
	GivenName  string `db:"given_name"`
	FamilyName string `db:"family_name"`
	Part       scheduler.Part
	State      scheduler.PlaceState
	Offered    bool
}

// Name is given and family name.
func (p ShiftPlace) Name() string { return p.GivenName + " " + p.FamilyName }

// ShiftPlaces lists who is on shifts: supervisors first, then by name.
func (s Store) ShiftPlaces(ctx context.Context, shifts []int64) ([]ShiftPlace, error) {
	var list []ShiftPlace
	err := s.q.SelectContext(ctx, &list, `SELECT p.shift_id, p.person_id, coalesce(n.number, '') AS number, coalesce(i.given_name, '') AS given_name, coalesce(i.family_name, '') AS family_name, p.part, p.state, p.offered
		FROM shift_place p JOIN person n ON n.id = p.person_id LEFT JOIN identity i ON i.person_id = p.person_id
		WHERE p.shift_id = any($1) AND p.state <> 'released' ORDER BY p.shift_id, p.part, i.family_name, i.given_name, p.person_id`, shifts)
	return list, err
}

// TakePlace gives somebody a place on a locked shift; one given back before is
// taken again in the same row. It returns the sequence of the calendar entry.
func (s Store) TakePlace(ctx context.Context, shift int64, who people.ID, part scheduler.Part, now time.Time) (int, error) {
	var sequence int
	err := s.q.GetContext(ctx, &sequence, `INSERT INTO shift_place (shift_id, person_id, part, state, booked_at) VALUES ($1, $2, $3, 'booked', $4)
		ON CONFLICT ON CONSTRAINT shift_place_key DO UPDATE SET part = excluded.part, state = 'booked', offered = false, proposed_to = NULL, booked_at = excluded.booked_at, released_at = NULL,
			reason = '', sequence = shift_place.sequence + 1 WHERE shift_place.state = 'released' RETURNING sequence`, shift, int64(who), string(part), now)
	return sequence, pg.Map(err, scheduler.ErrShiftHeld, nil)
}

// ReleasePlace takes somebody off a locked shift; reason is a code. It returns the
// part and the sequence of the calendar entry.
func (s Store) ReleasePlace(ctx context.Context, shift int64, who people.ID, reason string, now time.Time) (part scheduler.Part, sequence int, err error) {
	var row struct {
		Part     scheduler.Part
		Sequence int
	}
	err = s.q.GetContext(ctx, &row, `UPDATE shift_place SET state = 'released', offered = false, proposed_to = NULL, released_at = $3, reason = $4, sequence = sequence + 1
		WHERE shift_id = $1 AND person_id = $2 AND state IN ('booked', 'present') RETURNING part, sequence`, shift, int64(who), now, reason)
	return row.Part, row.Sequence, pg.Map(err, scheduler.ErrShiftNotHeld, nil)
}

// Release is a place that was freed.
type Release struct {
	ShiftID  int64 `db:"shift_id"`
	Part     scheduler.Part
	Sequence int // of the calendar entry
}

// ReleaseAll takes somebody off locked shifts with one statement; reason is a
// code. What was given back meanwhile is left out.
func (s Store) ReleaseAll(ctx context.Context, shifts []int64, who people.ID, reason string, now time.Time) ([]Release, error) {
	var list []Release
	err := s.q.SelectContext(ctx, &list, `WITH freed AS (UPDATE shift_place SET state = 'released', offered = false, proposed_to = NULL, released_at = $3, reason = $4, sequence = sequence + 1
			WHERE shift_id = any($1) AND person_id = $2 AND state IN ('booked', 'present') RETURNING shift_id, part, sequence)
		SELECT shift_id, part, sequence FROM freed ORDER BY shift_id`, shifts, int64(who), now, reason)
	return list, pg.Map(err, nil, nil)
}

// ShiftsByID reads shifts, by id, without the place of anybody.
func (s Store) ShiftsByID(ctx context.Context, ids []int64) (map[int64]Shift, error) {
	var list []Shift
	err := s.q.SelectContext(ctx, &list, shiftColumns+`WHERE h.id = any($2)`, int64(0), ids)
	out := make(map[int64]Shift, len(list))
	for _, v := range list {
		out[v.ID] = v
	}
	return out, err
}

// OfferPlace offers the place of a volunteer for a swap, or keeps it after all:
// then it is proposed to nobody any more either.
func (s Store) OfferPlace(ctx context.Context, shift int64, who people.ID, offered bool) error {
	res, err := s.q.ExecContext(ctx, `UPDATE shift_place SET offered = $3, proposed_to = NULL
		WHERE shift_id = $1 AND person_id = $2 AND state = 'booked' AND part = 'volunteer' AND (offered <> $3 OR proposed_to IS NOT NULL)`, shift, int64(who), offered)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return scheduler.ErrShiftNotHeld
	}
	return nil
}

// FirstOffer is the volunteer whose place on a shift has been booked longest of
// those that are offered; 0 when none is.
func (s Store) FirstOffer(ctx context.Context, shift int64) (people.ID, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `SELECT coalesce((SELECT person_id FROM shift_place WHERE shift_id = $1 AND state = 'booked' AND part = 'volunteer' AND offered ORDER BY booked_at, id LIMIT 1), 0)`, shift)
	return people.ID(id), err
}

// Recent counts the shifts of volunteers on a line since an instant, those to
// come among them.
func (s Store) Recent(ctx context.Context, line int64, since time.Time) (map[people.ID]int, error) {
	var rows []struct {
		Person int64 `db:"person_id"`
		N      int
	}
	err := s.q.SelectContext(ctx, &rows, `SELECT p.person_id, count(*) AS n FROM shift_place p JOIN shift h ON h.id = p.shift_id
		WHERE h.line_id = $1 AND h.starts_at >= $2 AND p.part = 'volunteer' AND p.state IN ('booked', 'present') GROUP BY p.person_id`, line, since)
	out := map[people.ID]int{}
	for _, r := range rows {
		out[people.ID(r.Person)] = r.N
	}
	return out, err
}

// Occupied lists where people have a place, on shifts and in sessions, that
// shares an instant with the span.
func (s Store) Occupied(ctx context.Context, span scheduler.Span) (map[people.ID][]scheduler.Span, error) {
	var rows []struct {
		Person int64 `db:"person_id"`
		From   time.Time
		Until  time.Time
	}
	err := s.q.SelectContext(ctx, &rows, `SELECT p.person_id, h.starts_at AS from, h.ends_at AS until FROM shift_place p JOIN shift h ON h.id = p.shift_id
			WHERE p.state IN ('booked', 'present') AND h.state <> 'cancelled' AND h.starts_at < $2 AND h.ends_at > $1
		UNION ALL SELECT b.person_id, s.starts_at, s.ends_at FROM booking b JOIN session s ON s.id = b.session_id
			WHERE b.state IN ('booked', 'present') AND s.state <> 'cancelled' AND s.starts_at < $2 AND s.ends_at > $1`, span.From, span.Until)
	out := map[people.ID][]scheduler.Span{}
	for _, r := range rows {
		out[people.ID(r.Person)] = append(out[people.ID(r.Person)], scheduler.Span{From: r.From, Until: r.Until})
	}
	return out, err
}

// Boss is who supervises a shift of a line.
type Boss struct {
	Line   int64     `db:"line_id"`
	Person people.ID `db:"person_id"`
}

// BossesNow lists the supervisors of the shifts, running at an instant, on which
// a person has a volunteer's place: on one line or, with 0, on all.
func (s Store) BossesNow(ctx context.Context, who people.ID, line int64, now time.Time) ([]Boss, error) {
	var list []Boss
	err := s.q.SelectContext(ctx, &list, `SELECT DISTINCT h.line_id, b.person_id FROM shift h JOIN shift_place p ON p.shift_id = h.id JOIN shift_place b ON b.shift_id = h.id
		WHERE p.person_id = $1 AND p.part = 'volunteer' AND p.state IN ('booked', 'present') AND b.part = 'supervisor' AND b.state IN ('booked', 'present')
			AND b.person_id <> p.person_id AND h.state = 'open' AND h.starts_at <= $3 AND h.ends_at > $3 AND ($2 = 0 OR h.line_id = $2) ORDER BY 1, 2`, int64(who), line, now)
	return list, err
}

// HeldShifts takes the open shifts that a person has a place on, by id: on one
// line or, with 0, on all; in one part or, with "", in any; of those that end
// after an instant.
func (s Store) HeldShifts(ctx context.Context, who people.ID, line int64, part scheduler.Part, after time.Time) ([]int64, error) {
	var list []int64
	err := s.q.SelectContext(ctx, &list, `SELECT h.id FROM shift h JOIN shift_place p ON p.shift_id = h.id
		WHERE p.person_id = $1 AND p.state IN ('booked', 'present') AND h.state = 'open' AND ($2 = 0 OR h.line_id = $2) AND ($3 = '' OR p.part = $3) AND h.ends_at > $4
		ORDER BY h.id FOR UPDATE OF h`, int64(who), line, string(part), after)
	return list, err
}
