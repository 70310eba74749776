package app

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"abilita/content"
	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/quiz"
	"abilita/quiz/quizdb"
	"abilita/scheduler/schedulerdb"
)

// Exams is sitting quizzes: opened within attempts and waits, saved as one
// goes, graded from the paper that was issued. What is right leaves the server
// only after an attempt was handed in.
type Exams struct {
	db     *pg.DB
	course *Course
}

// NewExams makes the use cases of quizzes.
func NewExams(db *pg.DB, course *Course) *Exams { return &Exams{db: db, course: course} }

// Faults of exams.
var (
	ErrExamLocked = fault.New(fault.Conflict, "exam.locked")
	ErrOwnWork    = fault.New(fault.Forbidden, "exam.own_work")
	ErrNotHanded  = fault.New(fault.Conflict, "exam.not_handed_in")
)

// Trial is an attempt without its paper.
type Trial struct {
	ID       int64
	Number   int
	State    quiz.State
	At       time.Time // handed in, else opened
	Score    int       // hundredths of a per cent; meaningless before Passed or Failed
	Deadline time.Time
}

// Exam is an exam as somebody meets it before the first question.
type Exam struct {
	Path        Path
	Requirement content.Requirement
	ID, Title   string
	Version     string
	Intro       string
	Threshold   int           // per cent
	Limit       time.Duration // of everybody
	Extra       time.Duration // more for this person
	Questions   int
	Critical    int            // critical questions on a paper, quiz.AnyCritical when it varies
	Attempts    int            // without those granted
	Grants      []quizdb.Grant // the oldest first
	State       cert.Line
	Before      []cert.Line // requirements that must be met first and are not
	Trials      []Trial     // the oldest first
	Opening     quiz.Opening
	Open        *Trial // the attempt going on
	Now         time.Time
}

// Startable says whether an attempt may be opened now.
func (e Exam) Startable() bool { return len(e.Before) == 0 && e.Open == nil && e.Opening.Allowed() }

// examOf finds an exam among the requirements of a path.
func examOf(p Path, key string) (content.Requirement, content.Exam, bool) {
	for _, r := range p.Programme.Requirements {
		if r.Kind != content.ReqQuiz {
			continue
		}
		for _, g := range r.Content {
			if !slices.Contains(g.Of, key) {
				continue
			}
			if e, ok := p.edition.exam(key); ok {
				if r.Threshold > 0 {
					e.Threshold = r.Threshold
				}
				return r, e, true
			}
		}
	}
	return content.Requirement{}, content.Exam{}, false
}

// List lists the exams of all the person's paths, in order.
func (x *Exams) List(ctx context.Context, who people.Actor) ([]Exam, error) {
	if err := who.Must(people.SitQuiz, people.Target{Person: who.ID}); err != nil {
		return nil, err
	}
	q := x.db.Read()
	now, err := x.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	paths, err := x.course.pathsOf(ctx, q, who)
	if err != nil {
		return nil, err
	}
	var list []Exam
	seen := map[string]bool{}
	for _, p := range paths {
		for _, r := range p.Programme.Requirements {
			for _, g := range r.Content {
				for _, key := range g.Of {
					if r.Kind != content.ReqQuiz || seen[key] {
						continue // the first path that asks for it is the one that Read opens
					}
					seen[key] = true
					e, err := x.exam(ctx, q, p, key, now)
					if err != nil {
						return nil, err
					}
					list = append(list, e)
				}
			}
		}
	}
	return list, nil
}

// Read opens the page before the first question.
func (x *Exams) Read(ctx context.Context, who people.Actor, key string) (Exam, error) {
	if err := who.Must(people.SitQuiz, people.Target{Person: who.ID}); err != nil {
		return Exam{}, err
	}
	q := x.db.Read()
	now, err := x.db.Now(ctx)
	if err != nil {
		return Exam{}, err
	}
	p, err := x.pathWith(ctx, q, who.ID, key)
	if err != nil {
		return Exam{}, err
	}
	return x.exam(ctx, q, p.in(who.Lang), key, now)
}

// pathWith is the person's newest path that asks for an exam.
func (x *Exams) pathWith(ctx context.Context, q pg.Q, who people.ID, key string) (Path, error) {
	paths, err := x.course.paths(ctx, q, who)
	if err != nil {
		return Path{}, err
	}
	for _, p := range paths {
		if _, _, ok := examOf(p, key); ok {
			return p, nil
		}
	}
	return Path{}, people.ErrHidden
}

func (x *Exams) exam(ctx context.Context, q pg.Q, p Path, key string, now time.Time) (Exam, error) {
	r, c, ok := examOf(p, key)
	if !ok {
		return Exam{}, people.ErrHidden
	}
	e := Exam{
		Path: p, Requirement: r, ID: key, Title: c.File.Title, Version: c.File.Version, Intro: c.Intro, Threshold: c.Threshold, Limit: c.Limit, Extra: extraTime(p, c),
		Questions: c.Blueprint.Total(), Critical: c.Blueprint.Critical, Attempts: c.Attempts, Now: now,
	}
	if e.Questions == 0 {
		e.Questions, e.Critical = 0, 0
		for _, it := range c.Items.InUse().Items {
			e.Questions++
			if it.Critical {
				e.Critical++
			}
		}
	}
	e.State, _ = p.Report.Line(r.Key)
	e.Before = missingBefore(p, r)
	attempts, err := quizdb.New(q).Attempts(ctx, p.Enrolment.ID, key)
	if err != nil {
		return e, err
	}
	for _, a := range attempts {
		t := Trial{ID: a.ID, Number: a.Ordinal, State: a.State, At: a.SubmittedAt, Score: a.Result.Score, Deadline: a.Deadline}
		if t.At.IsZero() {
			t.At = a.OpenedAt
		}
		if a.Late(now) { // as it will be written down in a moment
			t.State, t.At = quiz.Submitted, a.Deadline
		}
		e.Trials = append(e.Trials, t)
		if t.State == quiz.Opened {
			e.Open = &t
		}
	}
	if e.Grants, err = quizdb.New(q).Grants(ctx, p.Enrolment.ID, key); err != nil {
		return e, err
	}
	e.Opening = quiz.MayOpen(past(attempts), granted(c, e.Grants), now)
	return e, nil
}

// extraTime is what is added to the limit of an exam for the person of a path.
func extraTime(p Path, c content.Exam) time.Duration { return p.ExtraTime.Of(c.Limit, time.Minute) }

// granted are the rules of an exam with the attempts granted on top.
func granted(c content.Exam, grants []quizdb.Grant) quiz.Rules {
	rules := c.Rules()
	rules.Extra = len(grants)
	return rules
}

// missingBefore lists the requirements that keep one closed.
func missingBefore(p Path, r content.Requirement) []cert.Line {
	var list []cert.Line
	for _, key := range r.Before {
		if l, ok := p.Report.Line(key); ok && l.State != cert.Done {
			list = append(list, l)
		}
	}
	return list
}

func past(attempts []quizdb.Attempt) []quiz.Past {
	list := make([]quiz.Past, 0, len(attempts))
	for _, a := range attempts {
		list = append(list, quiz.Past{State: a.State, SubmittedAt: a.SubmittedAt})
	}
	return list
}

// workTimeout ends an attempt whose time is over.
const workTimeout = "quiz_timeout"

// Start opens an attempt with a paper of its own and returns its id. What comes
// before must be met, attempts and waits hold, and nobody has two open.
func (x *Exams) Start(ctx context.Context, who people.Actor, cmd *pg.Command, key string) (int64, error) {
	if err := who.Must(people.SitQuiz, people.Target{Person: who.ID}); err != nil {
		return 0, err
	}
	if _, err := x.pathWith(ctx, x.db.Read(), who.ID, key); err != nil { // parses the release before the transaction
		return 0, err
	}
	seed, err := newSeed()
	if err != nil {
		return 0, err
	}
	var id int64
	err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, who.ID); err != nil {
			return err
		}
		p, err := x.pathWith(ctx, q, who.ID, key)
		if err != nil {
			return err
		}
		store := quizdb.New(q)
		attempts, err := store.Attempts(ctx, p.Enrolment.ID, key)
		if err != nil {
			return err
		}
		if err := x.finishLate(ctx, q, now, attempts); err != nil {
			return err
		}
		r, exam, _ := examOf(p, key)
		if len(missingBefore(p, r)) > 0 {
			return ErrExamLocked
		}
		grants, err := store.Grants(ctx, p.Enrolment.ID, key)
		if err != nil {
			return err
		}
		if err := quiz.MayOpen(past(attempts), granted(exam, grants), now).Err(); err != nil {
			return err
		}
		var previous []string
		if n := len(attempts); n > 0 {
			previous = attempts[n-1].Paper.Form()
		}
		paper, err := quiz.Draw(exam.Items, exam.Exam, seed, previous)
		if err != nil {
			return err
		}
		a := quizdb.Attempt{
			Attempt: quiz.Start(exam.Exam, paper, extraTime(p, exam), now), Person: who.ID, Enrolment: p.Enrolment.ID, Requirement: r.Key, Exam: key, ExamHash: exam.Hash, BankHash: exam.Hash,
		}
		if exam.Bank != "" {
			bank, err := p.edition.version(content.KindQuiz, exam.Bank)
			if err != nil {
				return err
			}
			a.BankHash = bank.Hash
		}
		if id, err = store.Add(ctx, a); err != nil {
			return err
		}
		cmd.Created(id)
		if !a.Deadline.IsZero() {
			if err := schedulerdb.New(q).Enqueue(ctx, workTimeout, fmt.Sprintf("quiz %d", id), map[string]any{"attempt": id}, a.Deadline); err != nil {
				return err
			}
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Volunteer, Action: people.SitQuiz, Kind: "attempt", Subject: id, Detail: map[string]any{"did": "start", "exam": key, "hash": exam.Hash},
		})
	})
	return id, err
}

// finishLate ends those of the attempts whose time is over.
func (x *Exams) finishLate(ctx context.Context, q pg.Q, now time.Time, attempts []quizdb.Attempt) error {
	for i, a := range attempts {
		if !a.Late(now) {
			continue
		}
		done, err := x.finish(ctx, q, now, people.Actor{Program: "due"}, a)
		if err != nil {
			return err
		}
		attempts[i] = done
	}
	return nil
}

// newSeed is unguessable: from it follows where every option stands.
func newSeed() (uint64, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, fmt.Errorf("seed: %w", err)
	}
	return binary.LittleEndian.Uint64(b[:]), nil
}

// finish hands an open attempt in, or ends it as of its deadline, writes the
// evidence and reviews. The person and the attempt must be locked.
func (x *Exams) finish(ctx context.Context, q pg.Q, now time.Time, who people.Actor, a quizdb.Attempt) (quizdb.Attempt, error) {
	done, err := a.Finish(now)
	if err != nil {
		return a, err
	}
	a.Attempt = done
	if err := quizdb.New(q).SaveState(ctx, a); err != nil {
		return a, err
	}
	e, err := coursedb.New(q).AddEvidence(ctx, examEvidence(a, 0, 0, a.SubmittedAt))
	if err != nil {
		return a, err
	}
	err = audit.Record(ctx, q, now, audit.Entry{Actor: who, Action: people.SitQuiz, Kind: "attempt", Subject: a.ID, Detail: map[string]any{
		"did": "hand_in", "state": string(a.State), "score": a.Result.Score, "timed_out": a.TimedOut, "evidence": int64(e.ID), "hash": e.Hash,
	}})
	if err != nil {
		return a, err
	}
	return a, x.course.review(ctx, q, now, a.Enrolment)
}

// examEvidence is what an attempt that was handed in is worth.
func examEvidence(a quizdb.Attempt, author people.ID, corrects cert.EvidenceID, at time.Time) coursedb.Evidence {
	e := coursedb.Evidence{
		Person: a.Person, Enrolment: a.Enrolment, Requirement: a.Requirement, Item: a.Exam, Kind: "quiz", ContentHash: a.ExamHash, Passed: a.State == quiz.Passed,
		Critical: len(a.Result.Critical) > 0, Score: a.Result.Score, Author: author, Ref: a.ID, At: at, Corrects: corrects,
	}
	if a.State == quiz.Submitted {
		e.Critical, e.Score, e.Detail = false, -1, map[string]any{"waiting": true}
	}
	return e
}

// timeOut ends an attempt whose time is over, if nobody handed it in.
func (x *Exams) timeOut(ctx context.Context, q pg.Q, now time.Time, id int64) error {
	a, err := x.locked(ctx, q, id)
	if err != nil || !a.Late(now) {
		return err
	}
	_, err = x.finish(ctx, q, now, people.Actor{Program: "due"}, a)
	return err
}

// locked takes the person of an attempt and then the attempt.
func (x *Exams) locked(ctx context.Context, q pg.Q, id int64) (quizdb.Attempt, error) {
	store := quizdb.New(q)
	a, err := store.Attempt(ctx, id, false)
	if err != nil {
		return a, err
	}
	if err := peopledb.New(q).LockRecords(ctx, []people.ID{a.Person}); err != nil {
		return a, err
	}
	return store.Attempt(ctx, id, true)
}
