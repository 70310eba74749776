// Package quizdb is the SQL of quizzes: attempts with the paper issued, and the
// marks of open answers.
package quizdb

import (
	"context"
	"time"

	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/quiz"
)

// Store reads and writes through one Q, usually a transaction.
type Store struct{ q pg.Q }

// New makes a store on q.
func New(q pg.Q) Store { return Store{q} }

// ErrNoAttempt is the answer for an attempt that does not exist.
var ErrNoAttempt = fault.New(fault.NotFound, "fault.not_found")

// Attempt is an attempt as it is stored: the rules' value and what it belongs
// to.
type Attempt struct {
	quiz.Attempt
	ID          int64
	Person      people.ID
	Enrolment   int64
	Requirement string
	Exam        string // id of the exam
	ExamHash    string
	BankHash    string
	Ordinal     int // from 1
	Flags       []string
	Saves       int            // how many saves there were
	Changes     map[string]int // question to the save that last changed its answer
	SavedAt     time.Time      // zero: nothing saved yet
	StrippedAt  time.Time      // when questions and answers went, their time being over; zero: they are here
	Cohort      int64
	Line        int64
}

type row struct {
	ID          int64
	PersonID    int64 `db:"person_id"`
	EnrolmentID int64 `db:"enrolment_id"`
	Requirement string
	QuizKey     string `db:"quiz_key"`
	QuizHash    string `db:"quiz_hash"`
	BankHash    string `db:"bank_hash"`
	Ordinal     int
	Paper       pg.JSON[quiz.Paper]
	Answers     pg.JSON[quiz.Answers]
	Changes     pg.JSON[map[string]int]
	Flags       pg.JSON[[]string]
	Saves       int
	State       quiz.State
	OpenedAt    time.Time `db:"opened_at"`
	Deadline    *time.Time
	SavedAt     *time.Time `db:"saved_at"`
	SubmittedAt *time.Time `db:"submitted_at"`
	TimedOut    bool       `db:"timed_out"`
	Result      pg.JSON[quiz.Result]
	Reason      string
	StrippedAt  *time.Time `db:"stripped_at"`
	CohortID    int64      `db:"cohort_id"`
	LineID      int64      `db:"line_id"`
}

const columns = `a.id, a.person_id, a.enrolment_id, a.requirement, a.quiz_key, a.quiz_hash, a.bank_hash, a.ordinal, a.paper, a.answers, a.changes, a.flags, a.saves,
	a.state, a.opened_at, a.deadline, a.saved_at, a.submitted_at, a.timed_out, a.result, a.reason, a.stripped_at, e.cohort_id, e.line_id`

const from = ` FROM quiz_attempt a JOIN enrolment e ON e.id = a.enrolment_id `

func at(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

func null(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (r row) attempt() Attempt {
	return Attempt{
		Attempt: quiz.Attempt{
			State: r.State, Paper: r.Paper.V, Answers: r.Answers.V, OpenedAt: r.OpenedAt.UTC(), Deadline: at(r.Deadline), SubmittedAt: at(r.SubmittedAt),
			TimedOut: r.TimedOut, Result: r.Result.V, Reason: r.Reason,
		},
		ID: r.ID, Person: people.ID(r.PersonID), Enrolment: r.EnrolmentID, Requirement: r.Requirement, Exam: r.QuizKey, ExamHash: r.QuizHash, BankHash: r.BankHash,
		Ordinal: r.Ordinal, Flags: r.Flags.V, Saves: r.Saves, Changes: r.Changes.V, SavedAt: at(r.SavedAt), StrippedAt: at(r.StrippedAt), Cohort: r.CohortID, Line: r.LineID,
	}
}

// Add stores an attempt that was just opened; its number follows from those
// before it. The person must be locked. A second open attempt at the same exam
// is quiz.ErrAttemptOpen.
func (s Store) Add(ctx context.Context, a Attempt) (int64, error) {
	const query = `INSERT INTO quiz_attempt (person_id, enrolment_id, requirement, quiz_key, quiz_hash, bank_hash, ordinal, paper, state, opened_at, deadline)
		SELECT $1, $2, $3, $4, $5, $6, 1 + count(*), $7, $8, $9, $10 FROM quiz_attempt WHERE person_id = $1 AND enrolment_id = $2 AND quiz_key = $4 RETURNING id`
	var id int64
	err := s.q.GetContext(ctx, &id, query, int64(a.Person), a.Enrolment, a.Requirement, a.Exam, a.ExamHash, a.BankHash, pg.AsJSON(a.Paper), string(a.State), a.OpenedAt,
		null(a.Deadline))
	return id, pg.Map(err, nil, map[string]error{"quiz_attempt_open_key": quiz.ErrAttemptOpen})
}

// Attempt reads one; lock takes it.
func (s Store) Attempt(ctx context.Context, id int64, lock bool) (Attempt, error) {
	query := `SELECT ` + columns + from + `WHERE a.id = $1`
	if lock {
		query += ` FOR UPDATE OF a`
	}
	var r row
	if err := s.q.GetContext(ctx, &r, query, id); err != nil {
		return Attempt{}, pg.Map(err, ErrNoAttempt, nil)
	}
	return r.attempt(), nil
}

// Attempts lists the attempts of an enrolment at an exam, the oldest first.
// An empty exam is every exam.
func (s Store) Attempts(ctx context.Context, enrolment int64, exam string) ([]Attempt, error) {
	return s.list(ctx, `WHERE a.enrolment_id = $1 AND ($2 = '' OR a.quiz_key = $2) ORDER BY a.id`, enrolment, exam)
}

// Waiting lists the attempts in reach that wait for a person's marks and are
// not the asking person's own, the longest waiting first.
func (s Store) Waiting(ctx context.Context, reach people.Reach, who people.ID) ([]Attempt, error) {
	return s.list(ctx, `WHERE a.state = 'submitted' AND a.person_id <> $1 AND ($2 OR e.line_id = any($3) OR e.cohort_id = any($4)) ORDER BY a.submitted_at, a.id LIMIT 200`,
		int64(who), reach.All, reach.Lines, reach.Cohorts)
}

func (s Store) list(ctx context.Context, where string, args ...any) ([]Attempt, error) {
	var rows []row
	if err := s.q.SelectContext(ctx, &rows, `SELECT `+columns+from+where, args...); err != nil {
		return nil, pg.Map(err, nil, nil)
	}
	list := make([]Attempt, len(rows))
	for i, r := range rows {
		list[i] = r.attempt()
	}
	return list, nil
}

// SaveAnswers keeps answers and flags of a locked attempt.
func (s Store) SaveAnswers(ctx context.Context, a Attempt) error {
	_, err := s.q.ExecContext(ctx, `UPDATE quiz_attempt SET answers = $2, changes = $3, flags = $4, saves = $5, saved_at = $6 WHERE id = $1`,
		a.ID, pg.AsJSON(a.Answers), pg.AsJSON(a.Changes), pg.AsJSON(a.Flags), a.Saves, null(a.SavedAt))
	return err
}

// SaveState keeps state and result of a locked attempt.
func (s Store) SaveState(ctx context.Context, a Attempt) error {
	_, err := s.q.ExecContext(ctx, `UPDATE quiz_attempt SET state = $2, submitted_at = $3, timed_out = $4, result = $5, score = $6 WHERE id = $1`,
		a.ID, string(a.State), null(a.SubmittedAt), a.TimedOut, pg.AsJSON(a.Result), a.Result.Score)
	return err
}

// Annul takes a locked attempt out of the count.
func (s Store) Annul(ctx context.Context, id int64, by people.ID, reason string) error {
	_, err := s.q.ExecContext(ctx, `UPDATE quiz_attempt SET state = 'annulled', annulled_by = nullif($2, 0), reason = $3 WHERE id = $1`, id, int64(by), reason)
	return err
}

// Grant is one more attempt than the exam gives, with the plan for it.
type Grant struct {
	ID   int64
	Plan string
	By   string // name of who granted it
	At   time.Time
}

// Grants lists what was granted to an enrolment at an exam, the oldest first.
func (s Store) Grants(ctx context.Context, enrolment int64, exam string) ([]Grant, error) {
	var list []Grant
	err := s.q.SelectContext(ctx, &list, `SELECT g.id, g.plan, i.given_name || ' ' || i.family_name AS by, g.at FROM quiz_grant g JOIN identity i ON i.person_id = g.by_id
		WHERE g.enrolment_id = $1 AND g.quiz_key = $2 ORDER BY g.id`, enrolment, exam)
	return list, err
}

// AddGrant stores one and returns its id; the person must be locked.
func (s Store) AddGrant(ctx context.Context, who people.ID, enrolment int64, exam, plan string, by people.ID, now time.Time) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO quiz_grant (person_id, enrolment_id, quiz_key, plan, by_id, at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
		int64(who), enrolment, exam, plan, int64(by), now)
	return id, err
}

// Mark is the level that a person gave to an open answer.
type Mark struct {
	Question string `db:"item"`
	Marker   people.ID
	Level    int
	Note     string
	At       time.Time
}

// AddMark stores a mark; each answer is marked once.
func (s Store) AddMark(ctx context.Context, attempt int64, m Mark) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO quiz_mark (attempt_id, item, marker_id, level, note, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		attempt, m.Question, int64(m.Marker), m.Level, m.Note, m.At)
	return pg.Map(err, nil, map[string]error{"quiz_mark_pkey": quiz.ErrNotWaiting})
}

// Marks lists the marks of an attempt.
func (s Store) Marks(ctx context.Context, attempt int64) ([]Mark, error) {
	var list []Mark
	err := s.q.SelectContext(ctx, &list, `SELECT item, marker_id AS marker, level, note, at FROM quiz_mark WHERE attempt_id = $1 ORDER BY item`, attempt)
	return list, err
}
