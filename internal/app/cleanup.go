package app

import (
	"context"
	"time"

	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// CleanUp deletes what has run out and only takes room: keys of commands, old
// sessions, spent login links, the budget of wrong secrets.
func (x *DueWork) CleanUp(ctx context.Context) (int64, error) {
	var total int64
	err := x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		n, err := pg.ForgetCommands(ctx, q, people.Keep(people.KeptCommands).Cutoff(now))
		if err != nil {
			return err
		}
		total, err = peopledb.New(q).CleanUp(ctx, now)
		total += n
		return err
	})
	return total, err
}
