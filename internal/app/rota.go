package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"abilita/course/coursedb"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/scheduler"
	"abilita/scheduler/schedulerdb"
)

// Rota is a row of the week of a line.
type Rota = schedulerdb.Rota

// Faults of the rota.
var (
	ErrRotaMinutes = fault.New(fault.Invalid, "rota.minutes")
	ErrRotaSeats   = fault.New(fault.Invalid, "rota.seats")
	ErrRotaPast    = fault.New(fault.Invalid, "rota.past")
	ErrRotaLoses   = fault.New(fault.Invalid, "rota.loses") // N: places that are lost; it is done once they are agreed to
	ErrRotaSame    = fault.New(fault.Invalid, "rota.same")
)

// RotaChange is a change of the week of a line from a day on: a new row, a row
// that is followed by another, or, with End, the end of a row.
type RotaChange struct {
	Row     int64 // the row that changes; 0: a new one
	End     bool
	Weekday int    // 1 is Monday
	Starts  string // wall time, "10:00"
	Ends    string // wall time; not after Starts: on the next day
	Seats   int
	From    string // 2006-01-02, today or later: the first day of the change
	Agreed  int    // places whose loss was shown and agreed to
}

// LostPlace is a place on a shift that a change of the rota does away with.
type LostPlace struct {
	Shift schedulerdb.Shift
	Place schedulerdb.ShiftPlace
}

// RotaPage is the week of a line.
type RotaPage struct {
	Line  coursedb.Line
	Rows  []schedulerdb.Rota
	Lost  []LostPlace // by the change that was asked for
	Today time.Time
}

// Rota opens the week of a line. With the change that somebody asked for it also
// tells which booked places it would do away with.
func (x *Shifts) Rota(ctx context.Context, who people.Actor, code string, asked *RotaChange) (RotaPage, error) {
	q := x.db.Read()
	line, err := coursedb.New(q).LineByCode(ctx, code)
	if err != nil {
		return RotaPage{}, err
	}
	if err := who.Must(people.KeepRota, people.Target{Line: line.ID}); err != nil {
		return RotaPage{}, err
	}
	now, err := x.db.Now(ctx)
	if err != nil {
		return RotaPage{}, err
	}
	p := RotaPage{Line: line, Today: day(now, line.Location())}
	if p.Rows, err = schedulerdb.New(q).Rota(ctx, line.ID, p.Today, false); err != nil || asked == nil {
		return p, err
	}
	old, _ := asked.of(p.Rows)
	row, from, err := asked.check(p.Today)
	if err != nil || old.ID == 0 || !asked.End && sameHours(old, row) {
		return p, nil //nolint:nilerr // the form says what is wrong
	}
	shifts, err := schedulerdb.New(q).OfRota(ctx, old.ID, from, false)
	if err != nil {
		return p, err
	}
	p.Lost, err = x.lost(ctx, q, shifts, now)
	return p, err
}

// of finds the row that changes.
func (in RotaChange) of(rows []schedulerdb.Rota) (schedulerdb.Rota, bool) {
	i := slices.IndexFunc(rows, func(r schedulerdb.Rota) bool { return r.ID == in.Row })
	if i < 0 {
		return schedulerdb.Rota{}, in.Row == 0
	}
	return rows[i], true
}

// check reads the form: the row that follows and the first day of the change.
func (in RotaChange) check(today time.Time) (schedulerdb.Rota, time.Time, error) {
	var form fault.Form
	from, derr := time.Parse(time.DateOnly, strings.TrimSpace(in.From))
	form.Add(derr != nil, "from_on", ErrDate)
	form.Add(derr == nil && from.Before(today), "from_on", ErrRotaPast)
	if in.End {
		return schedulerdb.Rota{}, from, form.Err()
	}
	form.Add(in.Weekday < 1 || in.Weekday > 7, "weekday", ErrChoice)
	starts, serr := time.Parse("15:04", in.Starts)
	ends, eerr := time.Parse("15:04", in.Ends)
	form.Add(serr != nil, "starts", ErrTimeForm)
	form.Add(eerr != nil, "ends", ErrTimeForm)
	minutes := int(ends.Sub(starts) / time.Minute)
	if minutes <= 0 {
		minutes += 24 * 60
	}
	form.Add(serr == nil && eerr == nil && minutes < 15, "ends", ErrRotaMinutes)
	form.Add(in.Seats < 1 || in.Seats > 1000, "seats", ErrRotaSeats)
	return schedulerdb.Rota{Weekday: in.Weekday, Starts: in.Starts, Minutes: minutes, Seats: in.Seats, FromOn: from}, from, form.Err()
}

func sameHours(a, b schedulerdb.Rota) bool {
	return a.Weekday == b.Weekday && a.Starts == b.Starts && a.Minutes == b.Minutes
}

// lost lists the places on shifts that have not begun.
func (x *Shifts) lost(ctx context.Context, q pg.Q, shifts []schedulerdb.Shift, now time.Time) ([]LostPlace, error) {
	byID := map[int64]schedulerdb.Shift{}
	var ids []int64
	for _, v := range shifts {
		if v.Rules().MayChange(now) == nil {
			byID[v.ID], ids = v, append(ids, v.ID)
		}
	}
	places, err := schedulerdb.New(q).ShiftPlaces(ctx, ids)
	var list []LostPlace
	for _, p := range places {
		list = append(list, LostPlace{Shift: byID[p.ShiftID], Place: p})
	}
	slices.SortStableFunc(list, func(a, b LostPlace) int { return a.Shift.StartsAt.Compare(b.Shift.StartsAt) })
	return list, err
}

// ChangeRota changes the week of a line from a day on. A row is never edited: it
// ends, and another follows. At the same hours the shifts go over with everybody
// on them; otherwise they fall away, which is done only when as many places as are
// lost were agreed to, and whoever had one gets a letter. The shifts of the weeks
// ahead are there at once.
func (x *Shifts) ChangeRota(ctx context.Context, who people.Actor, cmd *pg.Command, code string, in RotaChange) error {
	p, err := x.Rota(ctx, who, code, nil)
	if err != nil {
		return err
	}
	row, from, err := in.check(p.Today)
	if err != nil {
		return err
	}
	row.LineID = p.Line.ID
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := schedulerdb.New(q)
		rows, err := store.Rota(ctx, p.Line.ID, p.Today, true)
		if err != nil {
			return err
		}
		old, known := in.of(rows)
		switch {
		case !known || in.Row == 0 && in.End:
			return ErrChanged
		case in.Row != 0 && !in.End && sameHours(old, row) && old.Seats == row.Seats:
			return ErrRotaSame
		}
		next := int64(0)
		if !in.End {
			if old.ID != 0 && from.Before(old.FromOn) {
				row.FromOn = old.FromOn
			}
			row.UntilOn = old.UntilOn
			if next, err = store.AddRota(ctx, row); err != nil {
				return err
			}
		}
		var changes []coursedb.FactChange
		lost := 0
		switch {
		case old.ID == 0:
		case !in.End && sameHours(old, row):
			err = store.MoveShifts(ctx, old.ID, next, from, row.Seats)
		default:
			changes, lost, err = x.fallAway(ctx, q, now, old.ID, from, in.Agreed)
		}
		if err != nil {
			return err
		}
		if old.ID != 0 {
			if err := store.EndRota(ctx, old.ID, from); err != nil {
				return err
			}
		}
		if err := x.daily(ctx, q, now, p.Line.ID); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.KeepRota, Kind: "line", Subject: p.Line.ID,
			Detail: map[string]any{"did": "rota", "from": from.Format(time.DateOnly), "ended": old.ID, "made": next, "row": row, "lost": lost},
		})
		if err != nil {
			return err
		}
		_, err = coursedb.New(q).Record(ctx, changes...)
		return err
	})
}

// fallAway calls the shifts of a row off from a day on, those that have not begun,
// and frees their places. It refuses when others are lost than were agreed to.
func (x *Shifts) fallAway(ctx context.Context, q pg.Q, now time.Time, row int64, from time.Time, agreed int) ([]coursedb.FactChange, int, error) {
	store := schedulerdb.New(q)
	shifts, err := store.OfRota(ctx, row, from, true)
	if err != nil {
		return nil, 0, err
	}
	lost, err := x.lost(ctx, q, shifts, now)
	if err != nil {
		return nil, 0, err
	}
	if len(lost) != agreed {
		return nil, 0, fault.Form{ErrRotaLoses.With("N", len(lost)).On("agreed")}
	}
	var changes []coursedb.FactChange
	for _, l := range lost {
		more, err := x.unseat(ctx, q, now, l.Place.Person, l.Shift.ID, "rota", "freed", map[string]any{"Cause": "rota"})
		if err != nil {
			return nil, 0, err
		}
		changes = append(changes, more...)
	}
	for _, v := range shifts {
		if v.Rules().MayChange(now) != nil {
			continue
		}
		if err := store.CancelShift(ctx, v.ID); err != nil {
			return nil, 0, err
		}
	}
	return changes, len(lost), nil
}

// daily makes the shifts of a line for the weeks ahead, each once, and comes back
// tomorrow for as long as the line has a week.
func (x *Shifts) daily(ctx context.Context, q pg.Q, now time.Time, line int64) error {
	l, err := coursedb.New(q).Line(ctx, line)
	if err != nil {
		return err
	}
	store := schedulerdb.New(q)
	today := day(now, l.Location())
	rows, err := store.Rota(ctx, line, today, true) // nobody changes the week meanwhile
	if err != nil || len(rows) == 0 {
		return err
	}
	week := make([]scheduler.Rota, 0, len(rows))
	for _, r := range rows {
		rules, err := r.Rules()
		if err != nil {
			return err
		}
		week = append(week, rules)
	}
	for _, t := range scheduler.Turns(week, today, today.AddDate(0, 0, ahead), l.Location()) {
		if !t.Start.After(now) {
			continue
		}
		if err := store.AddShift(ctx, line, t); err != nil {
			return err
		}
	}
	tomorrow := today.AddDate(0, 0, 1)
	return store.Enqueue(ctx, workShifts, fmt.Sprintf("shifts %d %s", line, tomorrow.Format(time.DateOnly)), map[string]any{"line": line}, scheduler.Wall(tomorrow, 0, 30, l.Location()))
}
