package apptest

import (
	"fmt"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Ready is a volunteer who has met every requirement of the example programme
// and waits for a signature. The results of others' subjects are written
// straight into the evidence; the module is read last, through its use case, so
// that the proposal is made as always.
func (w *World) Ready(given, family string) people.Actor {
	w.T.Helper()
	who := w.Volunteer(given, family)
	w.Requalify(who)
	return who
}

// Requalify meets every requirement of the newest enrolment of a volunteer, as
// Ready does.
func (w *World) Requalify(who people.Actor) {
	w.T.Helper()
	ctx := w.T.Context()
	w.must(w.DB.InTx(ctx, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		list, err := store.Enrolments(ctx, who.ID)
		if err != nil {
			return err
		}
		e := list[0]
		pieces := []coursedb.Evidence{
			{Requirement: "prova-finale", Item: "qz-finale", Kind: "quiz", Score: 9200},
			{Requirement: "chiamata", Item: "rp-cinquanta-euro", Kind: "roleplay", Score: 8800, Author: w.Evaluator.ID},
			{Requirement: "postazione", Item: "li-postazione", Kind: "station", Score: -1, Author: who.ID},
			{Requirement: "riservatezza", Item: "li-riservatezza", Kind: "pledge", Score: -1, Author: who.ID},
		}
		for i := range 4 {
			pieces = append(pieces, coursedb.Evidence{Requirement: "presenza", Item: fmt.Sprintf("session-%d", i+1), Kind: "attendance", Score: -1, Author: w.Trainer.ID})
		}
		for _, p := range pieces {
			p.Person, p.Enrolment, p.Passed, p.At = who.ID, e.ID, true, now
			if _, err := store.AddEvidence(ctx, p); err != nil {
				return err
			}
		}
		_, err = store.Record(ctx,
			coursedb.FactChange{Person: who.ID, Now: true, Fact: gate.Fact{Kind: gate.Station}},
			coursedb.FactChange{Person: who.ID, Now: true, Fact: gate.Fact{Kind: gate.Pledge}})
		return err
	}))
	w.must(w.App.Study.MarkRead(ctx, who, w.Cmd(), "mo-denaro"))
}

// Proposal is the certificate or proposal of a volunteer, the newest.
func (w *World) Proposal(who people.Actor) int64 {
	w.T.Helper()
	list, err := coursedb.New(w.DB.Read()).CertificatesOf(w.T.Context(), who.ID)
	w.must(err)
	if len(list) == 0 {
		w.T.Fatalf("%s has no proposal", who.Number)
	}
	return list[0].ID
}

// Certified is a volunteer whose certificate was signed and whose cover has
// begun: the clock has moved to the morning after.
func (w *World) Certified(given, family string) people.Actor {
	w.T.Helper()
	who := w.Ready(given, family)
	w.must(w.App.Certificates.Sign(w.T.Context(), w.Coordinator, w.Cmd(), w.Proposal(who)))
	w.Advance(24 * time.Hour)
	return who
}
