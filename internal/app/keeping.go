package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/quiz/quizdb"
	"abilita/scheduler/schedulerdb"
)

// Keeping keeps personal data no longer than the privacy notice promises:
// people.Retention says what, how long and what is done then.
type Keeping struct{ db *pg.DB }

// NewKeeping makes the use case.
func NewKeeping(db *pg.DB) *Keeping { return &Keeping{db: db} }

// keepBatch bounds the people, attempts, letters… of one transaction.
const keepBatch = 200

// keeper is how a kind of data goes: one batch of what is due by the cutoff,
// and the count of all of it.
type keeper struct {
	batch   func(ctx context.Context, q pg.Q, cutoff, now time.Time) (int64, error)
	overdue func(ctx context.Context, q pg.Q, cutoff time.Time) (int64, error)
}

var keepers = map[people.Kept]keeper{
	people.KeptApplications: {dropApplications, func(ctx context.Context, q pg.Q, cutoff time.Time) (int64, error) {
		who, err := peopledb.New(q).EndedApplications(ctx, cutoff, keepBatch)
		return int64(len(who)), err
	}},
	people.KeptAnswers: {stripAnswers, func(ctx context.Context, q pg.Q, cutoff time.Time) (int64, error) {
		n, err := quizdb.New(q).Overdue(ctx, cutoff)
		if err != nil {
			return n, err
		}
		more, err := coursedb.New(q).Overdue(ctx, cutoff)
		return n + more, err
	}},
	people.KeptMinutes: {func(ctx context.Context, q pg.Q, cutoff, now time.Time) (int64, error) {
		return schedulerdb.New(q).Strip(ctx, cutoff, now, keepBatch)
	}, func(ctx context.Context, q pg.Q, cutoff time.Time) (int64, error) {
		return schedulerdb.New(q).Overdue(ctx, cutoff)
	}},
	people.KeptNotes: {func(ctx context.Context, q pg.Q, cutoff, _ time.Time) (int64, error) {
		return schedulerdb.New(q).DropNotes(ctx, cutoff, keepBatch)
	}, func(ctx context.Context, q pg.Q, cutoff time.Time) (int64, error) {
		return schedulerdb.New(q).OverdueNotes(ctx, cutoff)
	}},
	people.KeptLetters: {func(ctx context.Context, q pg.Q, cutoff, now time.Time) (int64, error) {
		return outbox.Strip(ctx, q, cutoff, now, keepBatch)
	}, outbox.Overdue},
	people.KeptPeople: {unname, func(ctx context.Context, q pg.Q, cutoff time.Time) (int64, error) {
		who, err := peopledb.New(q).LongGone(ctx, cutoff, keepBatch)
		return int64(len(who)), err
	}},
}

func stripAnswers(ctx context.Context, q pg.Q, cutoff, now time.Time) (int64, error) {
	n, err := quizdb.New(q).Strip(ctx, cutoff, now, keepBatch)
	if err != nil {
		return n, err
	}
	more, err := coursedb.New(q).Strip(ctx, cutoff, now, keepBatch)
	return n + more, err
}

// Apply deletes and strips everything that is due, kind by kind, in batches of
// one transaction each. Each batch leaves an entry in the audit that counts
// rows and names nobody. A second run finds nothing. It returns the rows.
func (x *Keeping) Apply(ctx context.Context, who people.Actor) (int64, error) {
	if err := who.Must(people.KeepPeriods, people.Target{}); err != nil {
		return 0, err
	}
	var total int64
	for _, k := range people.Retention {
		do := keepers[k.Of].batch
		for do != nil {
			n, err := x.batch(ctx, who, k, do)
			if err != nil {
				return total, fmt.Errorf("keep %s no longer: %w", k.Of, err)
			}
			if n == 0 {
				break
			}
			total += n
		}
	}
	return total, nil
}

func (x *Keeping) batch(ctx context.Context, who people.Actor, k people.Keeping, do func(context.Context, pg.Q, time.Time, time.Time) (int64, error)) (n int64, err error) {
	err = x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		if n, err = do(ctx, q, k.Cutoff(now), now); err != nil || n == 0 {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{Actor: who, As: people.Administrator, Action: people.KeepPeriods, Kind: string(k.Of), Detail: map[string]any{"did": string(k.Ends), "rows": n}})
		if err != nil || k.Ends == people.Stripped {
			return err
		}
		return forgetAtGate(ctx, q)
	})
	return n, err
}

// dropApplications deletes applications that came to nothing, and who sent them
// when nothing else ties them to the organisation.
func dropApplications(ctx context.Context, q pg.Q, cutoff, now time.Time) (int64, error) {
	store := peopledb.New(q)
	who, err := store.EndedApplications(ctx, cutoff, keepBatch)
	if err != nil || len(who) == 0 {
		return 0, err
	}
	if err := store.LockRecords(ctx, who); err != nil {
		return 0, err
	}
	n, err := store.DropApplications(ctx, who, cutoff)
	if err != nil {
		return n, err
	}
	rest, err := store.Nothing(ctx, who)
	if err != nil || len(rest) == 0 {
		return n, err
	}
	if _, err := store.Forget(ctx, rest, now); err != nil {
		return n, err
	}
	return n + int64(len(rest)), store.DropIdentity(ctx, rest)
}

// unname takes the names of those who left long ago.
func unname(ctx context.Context, q pg.Q, cutoff, now time.Time) (int64, error) {
	store := peopledb.New(q)
	who, err := store.LongGone(ctx, cutoff, keepBatch)
	if err != nil || len(who) == 0 {
		return 0, err
	}
	if err := store.LockRecords(ctx, who); err != nil {
		return 0, err
	}
	still, err := store.LongGone(ctx, cutoff, keepBatch) // somebody may have come back before the lock
	if err != nil {
		return 0, err
	}
	who = slices.DeleteFunc(who, func(id people.ID) bool { return !slices.Contains(still, id) })
	_, err = store.Forget(ctx, who, now)
	return int64(len(who)), err
}

// forgetAtGate closes what the gate still knows of people who were forgotten.
func forgetAtGate(ctx context.Context, q pg.Q) error {
	courses := coursedb.New(q)
	who, err := courses.Forgotten(ctx)
	if err != nil {
		return err
	}
	var close []coursedb.FactChange
	for _, person := range who {
		facts, err := courses.OpenFacts(ctx, person)
		if err != nil {
			return err
		}
		for _, f := range facts {
			close = append(close, coursedb.FactChange{Person: person, Close: true, Fact: gate.Fact{Kind: f.Kind, Line: f.Line, Ref: f.Ref}})
		}
	}
	_, err = courses.Record(ctx, close...)
	return err
}

// Period is how long a kind of data is kept and when some of it last went.
type Period struct {
	people.Keeping
	Last *time.Time // nil: never, or not noted
	Rows int64      // that went so far
}

// Read tells what is kept how long and when something was last deleted.
func (x *Keeping) Read(ctx context.Context, who people.Actor) ([]Period, error) {
	if err := who.Must(people.KeepPeriods, people.Target{}); err != nil {
		return nil, err
	}
	done, err := audit.LastGone(ctx, x.db.Read())
	if err != nil {
		return nil, err
	}
	list := make([]Period, 0, len(people.Retention))
	for _, k := range people.Retention {
		p := Period{Keeping: k}
		if d, ok := done[string(k.Of)]; ok {
			p.Last, p.Rows = &d.At, d.Rows
		}
		list = append(list, p)
	}
	return list, nil
}
