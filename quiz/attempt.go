package quiz

import (
	"maps"
	"strings"
	"time"

	"abilita/internal/fault"
)

// State is where an attempt stands:
//
//	opened > submitted > marked > passed | failed
//	any but annulled > annulled (a named person, a reason)
type State string

// The states. Submitted may last: it waits for marks of open answers.
const (
	Opened    State = "opened"
	Submitted State = "submitted"
	Marked    State = "marked"
	Passed    State = "passed"
	Failed    State = "failed"
	Annulled  State = "annulled"
)

// Faults of attempts.
var (
	ErrAttemptClosed   = fault.New(fault.Conflict, "quiz.attempt_closed")
	ErrTimeOver        = fault.New(fault.Conflict, "quiz.time_over")
	ErrUnknownQuestion = fault.New(fault.Invalid, "quiz.unknown_question")
	ErrWaitsForMarks   = fault.New(fault.Conflict, "quiz.waits_for_marks")
	ErrWrongState      = fault.New(fault.Conflict, "quiz.wrong_state")
	ErrNoReason        = fault.New(fault.Invalid, "quiz.no_reason")
	ErrAnswerTooLong   = fault.New(fault.Invalid, "quiz.answer_too_long")
)

// MaxAnswer is the longest text of an answer, in bytes.
const MaxAnswer = 4000

// Attempt is one try at an exam. Its methods return the next value and leave
// the receiver as it was.
type Attempt struct {
	State       State
	Paper       Paper
	Answers     Answers
	OpenedAt    time.Time
	Deadline    time.Time // zero without a limit; the instant itself is too late
	SubmittedAt time.Time // the deadline when time ran out
	TimedOut    bool
	Result      Result // from Submitted on
	AnnulledBy  string
	Reason      string
}

// Start opens an attempt. extra is added to the limit for who needs more time.
func Start(e Exam, p Paper, extra time.Duration, now time.Time) Attempt {
	a := Attempt{State: Opened, Paper: p, OpenedAt: now}
	if e.Limit > 0 {
		a.Deadline = now.Add(e.Limit + extra)
	}
	return a
}

// Late says whether the time of an open attempt is over.
func (a Attempt) Late(now time.Time) bool {
	return a.State == Opened && !a.Deadline.IsZero() && !now.Before(a.Deadline)
}

// Save keeps the answer to one question, replacing the one before.
func (a Attempt) Save(question string, answer Answer, now time.Time) (Attempt, error) {
	switch _, known := a.Paper.Question(question); {
	case a.State != Opened:
		return a, ErrAttemptClosed
	case a.Late(now):
		return a, ErrTimeOver
	case !known:
		return a, ErrUnknownQuestion
	case answer.size() > MaxAnswer:
		return a, ErrAnswerTooLong.With("max", MaxAnswer)
	}
	a.Answers = maps.Clone(a.Answers)
	if a.Answers == nil {
		a.Answers = Answers{}
	}
	a.Answers[question] = answer
	return a, nil
}

func (a Answer) size() int {
	n := len(a.Text) + len(a.Best) + len(a.Worst)
	for _, s := range a.Chosen {
		n += len(s)
	}
	for _, s := range a.Gaps {
		n += len(s)
	}
	for l, r := range a.Pairs {
		n += len(l) + len(r)
	}
	return n
}

// Submit closes an open attempt and grades what was saved. After the deadline
// it is submitted as of the deadline.
func (a Attempt) Submit(now time.Time) (Attempt, error) {
	if a.State != Opened {
		return a, ErrAttemptClosed
	}
	a.TimedOut = a.Late(now)
	a.State, a.SubmittedAt = Submitted, now
	if a.TimedOut {
		a.SubmittedAt = a.Deadline
	}
	a.Result = Grade(a.Paper, a.Answers)
	return a, nil
}

// Mark gives the level of an open answer of a submitted attempt.
func (a Attempt) Mark(question string, level int) (Attempt, error) {
	if a.State != Submitted {
		return a, ErrWrongState
	}
	r, err := a.Result.Mark(question, level)
	if err != nil {
		return a, err
	}
	a.Result = r
	return a, nil
}

// Settle moves a submitted attempt to Marked when no answer waits for a person,
// else it is ErrWaitsForMarks.
func (a Attempt) Settle() (Attempt, error) {
	if a.State != Submitted {
		return a, ErrWrongState
	}
	if a.Result.Waiting > 0 {
		return a, ErrWaitsForMarks.With("N", a.Result.Waiting)
	}
	a.State = Marked
	return a, nil
}

// Decide moves a marked attempt to Passed or Failed.
func (a Attempt) Decide() (Attempt, error) {
	if a.State != Marked {
		return a, ErrWrongState
	}
	a.State = Failed
	if a.Result.Passed {
		a.State = Passed
	}
	return a, nil
}

// Finish submits and goes as far as the answers allow: to Passed or Failed, or
// to Submitted while an open answer waits.
func (a Attempt) Finish(now time.Time) (Attempt, error) {
	a, err := a.Submit(now)
	if err != nil || a.Result.Waiting > 0 {
		return a, err
	}
	if a, err = a.Settle(); err != nil {
		return a, err
	}
	return a.Decide()
}

// Annul takes an attempt out of the count. It is never deleted.
func (a Attempt) Annul(by, reason string) (Attempt, error) {
	if a.State == Annulled {
		return a, ErrWrongState
	}
	if strings.TrimSpace(by) == "" || strings.TrimSpace(reason) == "" {
		return a, ErrNoReason
	}
	a.State, a.AnnulledBy, a.Reason = Annulled, by, reason
	return a, nil
}

// Past is what opening an attempt must know of an earlier one.
type Past struct {
	State       State
	SubmittedAt time.Time
}

// Rules are the attempts and waits of an exam. Extra is what a trainer granted
// this person on top.
type Rules struct {
	Attempts int
	Waits    []time.Duration
	Extra    int
}

// Rules of an exam.
func (e Exam) Rules() Rules { return Rules{Attempts: e.Attempts, Waits: e.Waits} }

// Reasons why an attempt may not be opened.
var (
	ErrAlreadyPassed  = fault.New(fault.Conflict, "quiz.already_passed")
	ErrAttemptOpen    = fault.New(fault.Conflict, "quiz.attempt_open")
	ErrAttemptWaits   = fault.New(fault.Conflict, "quiz.attempt_waits")
	ErrNoAttemptsLeft = fault.New(fault.Conflict, "quiz.no_attempts_left")
	ErrTooEarly       = fault.New(fault.Conflict, "quiz.too_early")
	ErrAttemptsLeft   = fault.New(fault.Conflict, "quiz.attempts_left_yet")
)

// MayGrant judges whether one more attempt may be granted: all are used up, none
// is going on or waits for marks, and none was passed. Else it is the reason.
func MayGrant(history []Past, rules Rules) error {
	used := 0
	for _, h := range history {
		switch h.State {
		case Annulled:
			continue
		case Passed:
			return ErrAlreadyPassed
		case Opened:
			return ErrAttemptOpen
		case Submitted, Marked:
			return ErrAttemptWaits
		case Failed:
		}
		used++
	}
	if used < rules.Attempts+rules.Extra {
		return ErrAttemptsLeft
	}
	return nil
}

// Opening says whether an attempt may be opened; the zero Opening refuses.
type Opening struct {
	allowed bool
	Reasons []*fault.Error // empty if and only if allowed; worst first
	Left    int            // attempts not yet used
	Next    time.Time      // the first instant at which one may be opened; zero when time alone does not help
}

// Allowed says whether an attempt may be opened now.
func (o Opening) Allowed() bool { return o.allowed }

// Err is the first reason, or nil when allowed.
func (o Opening) Err() error {
	if o.allowed {
		return nil
	}
	if len(o.Reasons) == 0 {
		return ErrNoAttemptsLeft
	}
	return o.Reasons[0]
}

// MayOpen judges the attempts of one person at one exam within one enrolment,
// oldest first. Annulled ones count for nothing. The k-th attempt not passed
// starts the k-th wait; when they are more than the waits, the last one repeats.
func MayOpen(history []Past, rules Rules, now time.Time) Opening {
	var o Opening
	used, last := 0, time.Time{}
	refuse := func(e *fault.Error) { o.Reasons = append(o.Reasons, e) }
	for _, h := range history {
		switch h.State {
		case Annulled:
			continue
		case Passed:
			refuse(ErrAlreadyPassed)
		case Opened:
			refuse(ErrAttemptOpen)
		case Submitted, Marked:
			refuse(ErrAttemptWaits)
		case Failed:
			if h.SubmittedAt.After(last) {
				last = h.SubmittedAt
			}
		}
		used++
	}
	o.Left = max(rules.Attempts+rules.Extra-used, 0)
	if o.Left == 0 {
		refuse(ErrNoAttemptsLeft.With("N", used))
	}
	if len(o.Reasons) > 0 {
		return o
	}
	o.Next = now
	if used > 0 && len(rules.Waits) > 0 {
		o.Next = last.Add(rules.Waits[min(used, len(rules.Waits))-1])
	}
	if now.Before(o.Next) {
		refuse(ErrTooEarly.With("next", o.Next))
		return o
	}
	o.Next, o.allowed = now, true
	return o
}
