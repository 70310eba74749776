package app

import (
	"context"
	"slices"
	"time"

	"abilita/internal/audit"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Letters are looked through and handed over by people where mail does not
// reach.
type Letters struct {
	db     *pg.DB
	secret Secret
}

// NewLetters makes the use cases of letters.
func NewLetters(db *pg.DB, secret Secret) *Letters { return &Letters{db: db, secret: secret} }

// ErrNotQueued is the fault of handing over what went out already.
var ErrNotQueued = outbox.ErrNotQueued

// LetterPage is how many letters a page shows.
const LetterPage = 40

// Letter is a letter in the list.
type Letter = outbox.Post

// LetterState is where a letter stands.
type LetterState = outbox.State

// The states of a letter.
const (
	LetterQueued    = outbox.Queued
	LetterSent      = outbox.Sent
	LetterHanded    = outbox.Handed
	LetterFailed    = outbox.Failed
	LetterWithdrawn = outbox.Withdrawn
)

// LetterList is one page of letters.
type LetterList struct {
	Rows   []Letter
	Counts map[LetterState]int
	Next   int64 // key of the next page, 0 at the end
}

// List lists letters in some states, as far as the actor may hand them over.
func (x *Letters) List(ctx context.Context, who people.Actor, states []LetterState, after int64) (LetterList, error) {
	if err := who.MustSomewhere(people.HandLetters); err != nil {
		return LetterList{}, err
	}
	rows, err := outbox.List(ctx, x.db.Read(), letterReader(who), states, after, LetterPage+1)
	if err != nil {
		return LetterList{}, err
	}
	l := LetterList{Rows: rows}
	if len(rows) > LetterPage {
		l.Rows = rows[:LetterPage]
		l.Next = l.Rows[LetterPage-1].ID
	}
	l.Counts, err = outbox.Counts(ctx, x.db.Read(), letterReader(who))
	return l, err
}

// letterReader is how far somebody sees letters: a login link lets in as its
// reader, so nobody sees the link of somebody stronger.
func letterReader(who people.Actor) outbox.Reader {
	r := outbox.Reader{Reach: who.Reach(people.HandLetters), Stronger: []string{}}
	if r.Reach.Lines == nil {
		r.Reach.Lines = []int64{}
	}
	if who.Program != "" {
		return r
	}
	strongest := -1
	for _, g := range who.Grants {
		strongest = max(strongest, slices.Index(people.Roles, g.Role))
	}
	for _, role := range people.Roles[strongest+1:] {
		r.Stronger = append(r.Stronger, string(role))
	}
	return r
}

// LetterFile is a letter to read, print and hand over.
type LetterFile struct {
	Letter Letter
	Token  string // of its login link; empty when there is none to hand over
	Open   bool   // it is still to be handed over
}

// Read opens a letter. byMail says that letters leave by mail: then only one
// that mail gave up on is handed over. Its login link is made again and the
// opening is recorded, for whoever reads the link could use it.
func (x *Letters) Read(ctx context.Context, who people.Actor, id int64, byMail bool) (LetterFile, error) {
	if err := who.MustSomewhere(people.HandLetters); err != nil {
		return LetterFile{}, err
	}
	l, err := outbox.Read(ctx, x.db.Read(), letterReader(who), id)
	if err != nil {
		return LetterFile{}, err
	}
	f := LetterFile{Letter: l, Open: l.State == outbox.Failed || l.State == outbox.Queued && !byMail}
	if !f.Open || !l.LinkLives {
		return f, nil
	}
	link, err := peopledb.New(x.db.Read()).FindLink(ctx, l.Link, false)
	if err != nil {
		return f, err
	}
	f.Token = x.secret.LinkToken(link)
	return f, x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, Action: people.HandLetters, Kind: "letter", Subject: id, Detail: map[string]any{"did": "open_link", "person": l.To, "link": l.Link},
		})
	})
}

// HandOver notes that somebody gave the letter to the person.
func (x *Letters) HandOver(ctx context.Context, who people.Actor, cmd *pg.Command, id int64) error {
	if err := who.MustSomewhere(people.HandLetters); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		l, err := outbox.Read(ctx, q, letterReader(who), id)
		if err != nil {
			return err
		}
		if err := outbox.HandOver(ctx, q, id, who.ID, now); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, Action: people.HandLetters, Kind: "letter", Subject: id, Detail: map[string]any{"did": "hand", "person": l.To, "kind": l.Kind},
		})
	})
}
