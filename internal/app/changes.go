package app

import (
	"context"
	"slices"
	"time"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/course/catalogue"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Change is a change of content with what it rewrote.
type Change struct {
	Due
	Parts   []ChangedPart
	Before  catalogue.Card // of a card of the catalogue: as it was; no state: it is new
	Options []string       // the answers to the card's question, in the order of this reader
}

// ChangedPart is one file that differs from the release before.
type ChangedPart struct {
	Key, Title string
	Module     bool
	Read       bool // this version was read
}

// Change opens what the person owes of a release.
func (x *Study) Change(ctx context.Context, who people.Actor, release int64) (Change, error) {
	if err := who.Must(people.Study, people.Target{Person: who.ID}); err != nil {
		return Change{}, err
	}
	q := x.db.Read()
	paths, err := x.course.pathsOf(ctx, q, who)
	if err != nil {
		return Change{}, err
	}
	for _, p := range paths {
		due, err := x.due(ctx, q, who.ID, p)
		if err != nil {
			return Change{}, err
		}
		i := slices.IndexFunc(due, func(d Due) bool { return d.Release == release })
		if i < 0 {
			continue
		}
		c := Change{Due: due[i]}
		if c.Card != nil {
			_, c.Before, err = coursedb.New(q).CardChange(ctx, release)
			if c.Impact == Micro {
				c.Options, _ = c.Card.Question.V.Options(int64(who.ID), release)
			}
			return c, err
		}
		parts, err := contentdb.New(q).Parts(ctx, release)
		if err != nil {
			return c, err
		}
		ed, err := x.course.library.edition(ctx, release)
		if err != nil {
			return c, err
		}
		titles := map[string]string{}
		for _, f := range ed.in(who.Lang).Pack.Files() {
			titles[f.Hash] = f.Title
		}
		for _, part := range parts {
			if !part.Changed {
				continue
			}
			module := part.Kind == string(content.KindModule)
			c.Parts = append(c.Parts, ChangedPart{Key: part.Key, Title: titles[part.Hash], Module: module, Read: module && !slices.Contains(c.Modules, part.Key)})
		}
		return c, nil
	}
	return Change{}, ErrNothingDue
}

// ConfirmChange is the reader's word that a change was read; from the commit on
// the gate no longer counts it. Where a card of the catalogue asks a question, answer
// is the place of the chosen one: a wrong one is ErrWrongAnswer with why, and may be
// tried again.
func (x *Study) ConfirmChange(ctx context.Context, who people.Actor, cmd *pg.Command, release int64, answer int) error {
	if err := who.Must(people.Study, people.Target{Person: who.ID}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, who.ID); err != nil {
			return err
		}
		paths, err := x.course.paths(ctx, q, who.ID)
		if err != nil {
			return err
		}
		for _, p := range paths {
			due, err := x.due(ctx, q, who.ID, p)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(due, func(d Due) bool { return d.Release == release && d.confirms() })
			if i < 0 {
				continue
			}
			item, hash := "release", p.Programme.Hash
			if card := due[i].Card; card != nil {
				item, hash = "catalogue", card.Hash
				if _, right := card.Question.V.Options(int64(who.ID), release); due[i].Impact == Micro && answer != right {
					return fault.Form{ErrWrongAnswer.With("Why", card.Question.V.Why).On("answer")}
				}
			}
			e, err := coursedb.New(q).AddEvidence(ctx, coursedb.Evidence{
				Person: who.ID, Enrolment: p.Enrolment.ID, Requirement: "change", Item: item, Kind: "confirm", ContentHash: hash,
				Passed: true, Score: -1, Author: who.ID, Ref: release, At: now,
			})
			if err != nil {
				return err
			}
			err = audit.Record(ctx, q, now, audit.Entry{
				Actor: who, As: people.Volunteer, Action: people.Study, Kind: "evidence", Subject: int64(e.ID), Detail: map[string]any{"release": release, "hash": e.Hash},
			})
			if err != nil {
				return err
			}
			_, err = coursedb.New(q).Record(ctx, coursedb.FactChange{Person: who.ID, Close: true, Fact: gate.Fact{Kind: gate.ContentDue, Line: gate.LineID(p.Line.ID), Ref: release}})
			return err
		}
		return ErrNothingDue
	})
}

// confirms tells whether the reader settles the change by their word: a micro-module
// of the programme is settled by reading its modules.
func (d Due) confirms() bool { return d.Impact == Confirm || d.Impact == Micro && d.Card != nil }
