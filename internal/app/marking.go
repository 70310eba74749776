package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/quiz"
	"abilita/quiz/quizdb"
)

// ToMark is an attempt whose open answers wait for a person. It names nobody:
// an answer is judged by what it says.
type ToMark struct {
	ID      int64
	Title   string
	Cohort  string
	Zone    *time.Location
	At      time.Time
	Answers []OpenAnswer
}

// OpenAnswer is one answer to be marked.
type OpenAnswer struct {
	Question, Stem, Text string
	Criterion            string   // its name, "" without one
	Levels               []string // the anchors, from 0; empty without a criterion
	Hint                 string   // the explanation of the item
	Points               quiz.Points
}

// Queue lists the attempts in reach that wait for marks, the longest waiting
// first; never one's own.
func (x *Exams) Queue(ctx context.Context, who people.Actor) ([]ToMark, error) {
	if err := who.MustSomewhere(people.MarkQuiz); err != nil {
		return nil, err
	}
	waiting, err := quizdb.New(x.db.Read()).Waiting(ctx, who.Reach(people.MarkQuiz), who.ID)
	if err != nil {
		return nil, err
	}
	list := make([]ToMark, 0, len(waiting))
	for _, a := range waiting {
		t, err := x.toMark(ctx, a)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, nil
}

// Script opens one attempt for marking.
func (x *Exams) Script(ctx context.Context, who people.Actor, id int64) (ToMark, error) {
	a, err := x.marked(ctx, who, id)
	if err != nil {
		return ToMark{}, err
	}
	return x.toMark(ctx, a)
}

func (x *Exams) marked(ctx context.Context, who people.Actor, id int64) (quizdb.Attempt, error) {
	a, err := quizdb.New(x.db.Read()).Attempt(ctx, id, false)
	if err != nil {
		return a, err
	}
	if err := who.Must(people.MarkQuiz, people.Target{Cohort: a.Cohort, Line: a.Line}); err != nil {
		return a, err
	}
	if a.Person == who.ID {
		return a, ErrOwnWork
	}
	if a.State == quiz.Opened {
		return a, people.ErrHidden
	}
	return a, nil
}

func (x *Exams) toMark(ctx context.Context, a quizdb.Attempt) (ToMark, error) {
	store := coursedb.New(x.db.Read())
	t := ToMark{ID: a.ID, Title: a.Paper.Title, At: a.SubmittedAt}
	c, err := store.Cohort(ctx, a.Cohort, false)
	if err != nil {
		return t, err
	}
	line, err := store.Line(ctx, a.Line)
	if err != nil {
		return t, err
	}
	t.Cohort, t.Zone = c.Name, line.Location()
	e, err := store.Enrolment(ctx, a.Enrolment, false)
	if err != nil {
		return t, err
	}
	ed, err := x.course.library.edition(ctx, e.ReleaseID)
	if err != nil {
		return t, err
	}
	numbers, err := store.Directory(ctx, a.Line)
	if err != nil {
		return t, err
	}
	paper := quiz.Fill(a.Paper, naming(ed.Pack.Lang, "…", numbers).Replace)
	for _, v := range a.Result.Verdicts {
		q, ok := paper.Question(v.Question)
		if !ok || !v.Waiting {
			continue
		}
		o := OpenAnswer{Question: q.ID, Stem: q.Item.Stem, Text: a.Answers[q.ID].Text, Hint: q.Item.Explanation, Points: v.Max}
		o.Criterion, o.Levels = rubricCriterion(ed.Pack, q.Item.Criterion)
		t.Answers = append(t.Answers, o)
	}
	return t, nil
}

// Given is the level that a person gives to an answer, and a word to its
// author.
type Given struct {
	Level string // "0" to "3" as typed
	Note  string
}

// ErrLevelMissing is the fault of an open answer without a level.
var ErrLevelMissing = fault.New(fault.Invalid, "exam.level_missing")

// Mark gives the levels of all open answers of an attempt, which settles it:
// the waiting evidence is corrected by a new piece, and its author gets a
// letter. Nobody marks their own.
func (x *Exams) Mark(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, given map[string]Given) error {
	first, err := x.marked(ctx, who, id)
	if err != nil {
		return err
	}
	if err := x.ready(ctx, first.Enrolment); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		a, err := x.locked(ctx, q, id)
		if err != nil {
			return err
		}
		if a.State != quiz.Submitted {
			return quiz.ErrWrongState
		}
		var form fault.Form
		levels := map[string]int{}
		for _, v := range a.Result.Verdicts {
			if !v.Waiting {
				continue
			}
			g := given[v.Question]
			form.Add(len(g.Level) != 1 || g.Level < "0" || g.Level > "3", "level."+v.Question, ErrLevelMissing)
			form.Add(len([]rune(g.Note)) > 2000, "note."+v.Question, ErrTooLong.With("Max", 2000))
			if len(form) == 0 {
				levels[v.Question] = int(g.Level[0] - '0')
			}
		}
		if err := form.Err(); err != nil {
			return err
		}
		store := quizdb.New(q)
		for question, level := range levels {
			after, err := a.Attempt.Mark(question, level)
			if err != nil {
				return err
			}
			a.Attempt = after
			if err := store.AddMark(ctx, id, quizdb.Mark{Question: question, Marker: who.ID, Level: level, Note: strings.TrimSpace(given[question].Note), At: now}); err != nil {
				return err
			}
		}
		if a.Attempt, err = a.Settle(); err != nil {
			return err
		}
		if a.Attempt, err = a.Decide(); err != nil {
			return err
		}
		return x.settle(ctx, q, now, who, a)
	})
}

// settle keeps the verdict of a marked attempt, corrects the evidence, tells
// the person and reviews.
func (x *Exams) settle(ctx context.Context, q pg.Q, now time.Time, who people.Actor, a quizdb.Attempt) error {
	if err := quizdb.New(q).SaveState(ctx, a); err != nil {
		return err
	}
	was, err := x.evidenceOf(ctx, q, a)
	if err != nil {
		return err
	}
	e, err := coursedb.New(q).AddEvidence(ctx, examEvidence(a, who.ID, was, now))
	if err != nil {
		return err
	}
	err = outbox.Queue(ctx, q, now, outbox.Letter{To: a.Person, Kind: markedLetter(a.State), Vals: map[string]any{"Title": a.Paper.Title, "Score": a.Result.Score / 100}})
	if err != nil {
		return err
	}
	err = audit.Record(ctx, q, now, audit.Entry{Actor: who, As: people.Evaluator, Action: people.MarkQuiz, Kind: "attempt", Subject: a.ID, Detail: map[string]any{
		"state": string(a.State), "score": a.Result.Score, "evidence": int64(e.ID), "hash": e.Hash,
	}})
	if err != nil {
		return err
	}
	return x.course.review(ctx, q, now, a.Enrolment)
}

func markedLetter(s quiz.State) string {
	if s == quiz.Passed {
		return "quiz_passed"
	}
	return "quiz_failed"
}

// evidenceOf is the newest piece that an attempt left, 0 when none.
func (x *Exams) evidenceOf(ctx context.Context, q pg.Q, a quizdb.Attempt) (cert.EvidenceID, error) {
	list, err := coursedb.New(q).Evidence(ctx, a.Enrolment)
	var last cert.EvidenceID
	for _, e := range list {
		if e.Kind == "quiz" && e.Ref == a.ID {
			last = e.ID
		}
	}
	return last, err
}

// Void takes an attempt out of the count, with a reason that its author reads;
// a piece of evidence takes away what it was worth.
func (x *Exams) Void(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, reason string) error {
	first, err := quizdb.New(x.db.Read()).Attempt(ctx, id, false)
	if err != nil {
		return err
	}
	if err := who.Must(people.VoidAttempt, people.Target{Cohort: first.Cohort, Line: first.Line}); err != nil {
		return err
	}
	if first.Person == who.ID {
		return ErrOwnWork
	}
	var form fault.Form
	required(&form, "reason", reason, 1000)
	if err := form.Err(); err != nil {
		return err
	}
	if err := x.ready(ctx, first.Enrolment); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		a, err := x.locked(ctx, q, id)
		if err != nil {
			return err
		}
		reason := strings.TrimSpace(reason)
		if _, err := a.Annul(fmt.Sprint(who.ID), reason); err != nil {
			return err
		}
		if err := x.annul(ctx, q, now, who, a, reason); err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: a.Person, Kind: "quiz_voided", Vals: map[string]any{"Title": a.Paper.Title, "Words": reason}}); err != nil {
			return err
		}
		return x.course.review(ctx, q, now, a.Enrolment)
	})
}

// annul takes a locked attempt out of the count; a piece of evidence takes away
// what it was worth.
func (x *Exams) annul(ctx context.Context, q pg.Q, now time.Time, who people.Actor, a quizdb.Attempt, reason string) error {
	if err := quizdb.New(q).Annul(ctx, a.ID, who.ID, reason); err != nil {
		return err
	}
	was, err := x.evidenceOf(ctx, q, a)
	if err != nil {
		return err
	}
	if was != 0 {
		author := who.ID
		if author == a.Person { // they leave by their own hand: nobody judged
			author = 0
		}
		e := examEvidence(a, author, was, now)
		e.Passed, e.Critical, e.Score, e.Detail = false, false, -1, map[string]any{"void": true}
		if _, err := coursedb.New(q).AddEvidence(ctx, e); err != nil {
			return err
		}
	}
	return audit.Record(ctx, q, now, audit.Entry{
		Actor: who, As: people.Coordinator, Action: people.VoidAttempt, Kind: "attempt", Subject: a.ID, Detail: map[string]any{"evidence": int64(was)},
	})
}
