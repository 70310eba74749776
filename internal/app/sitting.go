package app

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"
	"time"

	"abilita/content"
	"abilita/course/coursedb"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/quiz"
	"abilita/quiz/quizdb"
)

// Sitting is an open attempt as its owner may see it: the sheet has no place
// for what is right.
type Sitting struct {
	ID        int64
	Exam      string
	Title     string
	Lang      string // of the paper
	Line      coursedb.Line
	Threshold int
	Sheet     quiz.Sheet
	Answers   quiz.Answers
	Flags     []string
	Saves     int
	SavedAt   time.Time
	OpenedAt  time.Time
	Deadline  time.Time
	Now       time.Time
}

// Sit opens the paper of an attempt that goes on. One that was handed in, or
// whose time is over, is quiz.ErrAttemptClosed.
func (x *Exams) Sit(ctx context.Context, who people.Actor, id int64) (Sitting, error) {
	a, err := x.own(ctx, who, id)
	if err != nil {
		return Sitting{}, err
	}
	now, err := x.db.Now(ctx)
	if err != nil {
		return Sitting{}, err
	}
	if a.State != quiz.Opened || a.Late(now) {
		return Sitting{}, quiz.ErrAttemptClosed
	}
	paper, err := x.named(ctx, who, a)
	if err != nil {
		return Sitting{}, err
	}
	exam, err := x.course.library.exam(ctx, a.ExamHash)
	if err != nil {
		return Sitting{}, err
	}
	s := Sitting{
		ID: a.ID, Exam: a.Exam, Title: exam.File.In(who.Lang).Title, Lang: exam.Lang, Threshold: a.Paper.Threshold, Sheet: quiz.View(paper), Answers: a.Answers, Flags: a.Flags, Saves: a.Saves,
		SavedAt: a.SavedAt, OpenedAt: a.OpenedAt, Deadline: a.Deadline, Now: now,
	}
	s.Line, err = coursedb.New(x.db.Read()).Line(ctx, a.Line)
	return s, err
}

// own reads an attempt of the person who asks.
func (x *Exams) own(ctx context.Context, who people.Actor, id int64) (quizdb.Attempt, error) {
	if err := who.Must(people.SitQuiz, people.Target{Person: who.ID}); err != nil {
		return quizdb.Attempt{}, err
	}
	a, err := quizdb.New(x.db.Read()).Attempt(ctx, id, false)
	if err == nil && a.Person != who.ID {
		err = people.ErrHidden
	}
	return a, err
}

// Answered is what a page of a paper sent back: every question of the paper,
// and which save the page showed.
type Answered struct {
	Answers quiz.Answers
	Flags   []string
	Seen    int
}

// Saved tells what was kept.
type Saved struct {
	Saves int
	At    time.Time
}

// Save keeps what a page says. It is not a command: nothing but the paper
// changes. An answer that was changed on another device since the page was
// shown stays.
func (x *Exams) Save(ctx context.Context, who people.Actor, id int64, in Answered) (Saved, error) {
	if _, err := x.own(ctx, who, id); err != nil {
		return Saved{}, err
	}
	var saved Saved
	err := x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		a, err := quizdb.New(q).Attempt(ctx, id, true)
		if err != nil {
			return err
		}
		if a, err = merge(a, in, now); err != nil {
			return err
		}
		saved = Saved{Saves: a.Saves, At: now}
		return quizdb.New(q).SaveAnswers(ctx, a)
	})
	return saved, err
}

// merge puts the answers of a page into an attempt.
func merge(a quizdb.Attempt, in Answered, now time.Time) (quizdb.Attempt, error) {
	for id := range in.Answers {
		if _, ok := a.Paper.Question(id); !ok {
			return a, quiz.ErrUnknownQuestion
		}
	}
	changes := maps.Clone(a.Changes)
	if changes == nil {
		changes = map[string]int{}
	}
	a.Flags = []string{}
	a.Saves++
	for _, q := range a.Paper.Questions {
		if slices.Contains(in.Flags, q.ID) {
			a.Flags = append(a.Flags, q.ID)
		}
		given, was := in.Answers[q.ID], a.Answers[q.ID]
		if changes[q.ID] > in.Seen || reflect.DeepEqual(given, was) || !given.Given() && !was.Given() {
			continue
		}
		after, err := a.Save(q.ID, given, now)
		if err != nil {
			return a, err
		}
		a.Attempt = after
		if !was.Given() && q.AsShown(given) {
			continue // nobody touched it: what another device put in order goes before
		}
		changes[q.ID] = a.Saves
	}
	if a.State != quiz.Opened {
		return a, quiz.ErrAttemptClosed
	}
	if a.Late(now) {
		return a, quiz.ErrTimeOver
	}
	a.Changes, a.SavedAt = changes, now
	return a, nil
}

// HandIn submits an attempt with the answers of its last page and grades it.
// After the deadline those come too late, and what was saved before it counts.
// It happens once: every later try is quiz.ErrAttemptClosed.
func (x *Exams) HandIn(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, in Answered) error {
	first, err := x.own(ctx, who, id)
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
		switch after, err := merge(a, in, now); {
		case errors.Is(err, quiz.ErrTimeOver):
		case err != nil:
			return err
		default:
			a = after
			if err := quizdb.New(q).SaveAnswers(ctx, a); err != nil {
				return err
			}
		}
		_, err = x.finish(ctx, q, now, who, a)
		return err
	})
}

// ready parses the release of an enrolment, so that the transaction that
// follows needs no second connection.
func (x *Exams) ready(ctx context.Context, enrolment int64) error {
	e, err := coursedb.New(x.db.Read()).Enrolment(ctx, enrolment, false)
	if err != nil {
		return err
	}
	_, err = x.course.library.edition(ctx, e.ReleaseID)
	return err
}

// Graded is an attempt after it was handed in, with everything it shows then.
type Graded struct {
	ID        int64
	Number    int
	Exam      Exam // zero ID for staff
	Title     string
	Lang      string // of the paper
	Line      coursedb.Line
	State     quiz.State
	At        time.Time
	TimedOut  bool
	Result    quiz.Result
	Paper     quiz.Paper
	Answers   quiz.Answers
	Marks     map[string]quizdb.Mark // by question
	Modules   map[string]string      // title by id
	Reason    string                 // of an annulled one
	Stripped  bool                   // questions and answers are no longer kept
	Own       bool
	MayVoid   bool
	Volunteer string // public number, for staff
}

// Result opens an attempt that was handed in, for its owner or for who may see
// their evidence. One whose time is over is ended first, as of its deadline.
func (x *Exams) Result(ctx context.Context, who people.Actor, id int64) (Graded, error) {
	a, err := quizdb.New(x.db.Read()).Attempt(ctx, id, false)
	if err != nil {
		return Graded{}, err
	}
	on := people.Target{Person: a.Person, Cohort: a.Cohort, Line: a.Line}
	if err := who.Must(people.ReadEvidence, on); err != nil {
		return Graded{}, err
	}
	now, err := x.db.Now(ctx)
	if err != nil {
		return Graded{}, err
	}
	if a.Late(now) {
		if err := x.ready(ctx, a.Enrolment); err != nil {
			return Graded{}, err
		}
		if err := x.db.InTx(ctx, func(q pg.Q, now time.Time) error { return x.timeOut(ctx, q, now, id) }); err != nil {
			return Graded{}, err
		}
		if a, err = quizdb.New(x.db.Read()).Attempt(ctx, id, false); err != nil {
			return Graded{}, err
		}
	}
	if a.State == quiz.Opened || a.State == quiz.Annulled && a.SubmittedAt.IsZero() {
		return Graded{ID: a.ID}, ErrNotHanded
	}
	return x.graded(ctx, who, a, on)
}

func (x *Exams) graded(ctx context.Context, who people.Actor, a quizdb.Attempt, on people.Target) (Graded, error) {
	q := x.db.Read()
	paper, err := x.named(ctx, who, a)
	if err != nil {
		return Graded{}, err
	}
	exam, err := x.course.library.exam(ctx, a.ExamHash)
	if err != nil {
		return Graded{}, err
	}
	g := Graded{
		ID: a.ID, Number: a.Ordinal, Title: exam.File.In(who.Lang).Title, Lang: exam.Lang, State: a.State, At: a.SubmittedAt, TimedOut: a.TimedOut, Result: a.Result, Paper: paper, Answers: a.Answers,
		Marks: map[string]quizdb.Mark{}, Modules: map[string]string{}, Reason: a.Reason, Stripped: !a.StrippedAt.IsZero(), Own: a.Person == who.ID,
		MayVoid: a.Person != who.ID && a.State != quiz.Annulled && who.May(people.VoidAttempt, on),
	}
	if g.Line, err = coursedb.New(q).Line(ctx, a.Line); err != nil {
		return g, err
	}
	e, err := coursedb.New(q).Enrolment(ctx, a.Enrolment, false)
	if err != nil {
		return g, err
	}
	ed, err := x.course.library.edition(ctx, e.ReleaseID)
	if err != nil {
		return g, err
	}
	for _, m := range ed.in(who.Lang).Pack.Modules {
		g.Modules[m.ID] = m.Title
	}
	marks, err := quizdb.New(q).Marks(ctx, a.ID)
	if err != nil {
		return g, err
	}
	for _, m := range marks {
		g.Marks[m.Question] = m
	}
	if g.Own {
		g.Exam, err = x.Read(ctx, who, a.Exam)
		if errors.Is(err, people.ErrHidden) { // the programme asks for another exam by now
			err = nil
		}
		return g, err
	}
	i, err := peopledb.New(q).Identity(ctx, a.Person)
	g.Volunteer = i.Number
	return g, err
}

// rubricCriterion finds the criterion by which an open answer is marked.
func rubricCriterion(p content.Pack, id string) (name string, levels []string) {
	for _, r := range p.Rubrics {
		for _, c := range r.Criteria {
			if c.ID == id {
				return c.Name, c.Levels
			}
		}
	}
	return "", nil
}
