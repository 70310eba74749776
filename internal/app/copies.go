package app

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"abilita/internal/audit"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Copies give people what is kept about them.
type Copies struct{ db *pg.DB }

// NewCopies makes the use case.
func NewCopies(db *pg.DB) *Copies { return &Copies{db: db} }

// Copy is everything that a person may have of what is kept about them, as the
// tags of people.Tables say.
type Copy struct {
	Made   time.Time
	Org    string
	Zone   string
	Lang   string // the person's
	Name   string
	Number string
	Tables []CopiedTable // those with rows
}

// CopiedTable is what is kept in one table, each row as a JSON object by column.
type CopiedTable struct {
	people.Copied
	Rows []json.RawMessage
}

// Own makes the copy of who asks.
func (x *Copies) Own(ctx context.Context, who people.Actor, cmd *pg.Command) (Copy, error) {
	if err := who.Must(people.CopyData, people.Target{Person: who.ID}); err != nil {
		return Copy{}, err
	}
	return x.make(ctx, who, cmd, who.ID)
}

// Of makes the copy of a volunteer who asked for it in another way.
func (x *Copies) Of(ctx context.Context, who people.Actor, cmd *pg.Command, number string) (Copy, error) {
	if err := who.MustSomewhere(people.CopyData); err != nil {
		return Copy{}, err
	}
	person, err := peopledb.New(x.db.Read()).PersonByNumber(ctx, strings.ToLower(strings.TrimSpace(number)))
	if err != nil {
		return Copy{}, err
	}
	if err := mayFor(ctx, x.db.Read(), who, person, people.CopyData); err != nil {
		return Copy{}, err
	}
	return x.make(ctx, who, cmd, person)
}

// mayFor checks an action on a person: on every line, or on one that the person
// has to do with.
func mayFor(ctx context.Context, q pg.Q, who people.Actor, person people.ID, do people.Action) error {
	lines, err := peopledb.New(q).LinesOf(ctx, person)
	if err != nil {
		return err
	}
	for _, id := range append(lines, 0) {
		if who.May(do, people.Target{Line: id}) {
			return nil
		}
	}
	return people.ErrHidden
}

// make notes that the copy was made, then reads all of it on one view of the
// database.
func (x *Copies) make(ctx context.Context, who people.Actor, cmd *pg.Command, person people.ID) (Copy, error) {
	var c Copy
	err := x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		live, err := peopledb.New(q).LivePerson(ctx, person)
		if err != nil {
			return err
		}
		if !live {
			return people.ErrHidden
		}
		return audit.Record(ctx, q, now, audit.Entry{Actor: who, As: coordinating(who, person), Action: people.CopyData, Kind: "person", Subject: int64(person)})
	})
	if err != nil {
		return c, err
	}
	err = x.db.Snapshot(ctx, func(q pg.Q, now time.Time) error {
		store := peopledb.New(q)
		i, err := store.Identity(ctx, person)
		if err != nil {
			return err
		}
		o, err := store.Organisation(ctx)
		if err != nil {
			return err
		}
		c = Copy{Made: now, Org: o.Name, Zone: o.Zone, Lang: i.Lang, Name: i.Name(), Number: i.Number}
		records, err := store.Records(ctx, person)
		if err != nil {
			return err
		}
		for _, t := range people.Copy() {
			rows, err := store.Rows(ctx, t, records)
			if err != nil {
				return err
			}
			if len(rows) > 0 {
				c.Tables = append(c.Tables, CopiedTable{t, rows})
			}
		}
		return nil
	})
	return c, err
}

// coordinating is the role in which somebody acts on a person: none on
// themselves.
func coordinating(who people.Actor, person people.ID) people.Role {
	switch {
	case who.ID == person:
		return ""
	case who.Has(people.Coordinator):
		return people.Coordinator
	}
	return people.Administrator
}
