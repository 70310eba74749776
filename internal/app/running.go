package app

import (
	"context"
	"time"

	"abilita/course/coursedb"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/scheduler/schedulerdb"
)

// warnShift tells the supervisors of the shifts on which a person has a place
// now that the person was stopped, and what the line does with a contact that is
// going on. It comes before the places are freed. Line 0 is every line.
func warnShift(ctx context.Context, q pg.Q, now time.Time, person people.ID, line int64) error {
	bosses, err := schedulerdb.New(q).BossesNow(ctx, person, line, now)
	if err != nil || len(bosses) == 0 {
		return err
	}
	who, err := peopledb.New(q).Identity(ctx, person)
	if err != nil {
		return err
	}
	for _, b := range bosses {
		l, err := coursedb.New(q).Line(ctx, b.Line)
		if err != nil {
			return err
		}
		vals := map[string]any{"Line": l.Name, "Number": who.Number, "Running": l.Running}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: b.Person, Kind: "stopped_on_shift", Vals: vals}); err != nil {
			return err
		}
	}
	return nil
}
