package roleplay

import (
	"slices"

	"abilita/internal/fault"
)

// Faults of an evaluator's marks.
var (
	ErrMarksIncomplete = fault.New(fault.Invalid, "roleplay.marks_incomplete")
	ErrMarksUnknown    = fault.New(fault.Invalid, "roleplay.marks_unknown")
)

// Heard is what an evaluator says of a statement.
type Heard int

// A statement that was not due on this call (the payment notice when nobody
// spoke of paying) does not count. The zero value is no answer.
const (
	Unanswered Heard = iota
	Said
	NotSaid
	NotDue
)

// NotSeen is the level of a criterion that the call gave no chance to show.
const NotSeen = -1

// Marks is what an evaluator gives after listening: a level or NotSeen for each
// criterion, an answer for each statement, the critical errors.
type Marks struct {
	Levels     map[string]int
	Statements map[string]Heard
	Errors     []string
}

// Assess judges a call played between people. Marks must be whole: a criterion
// without a level or a statement without an answer is ErrMarksIncomplete, a
// name outside the rubric or a level outside 0 to TopLevel is ErrMarksUnknown.
// With every criterion not seen the score is 0. Success means that nothing
// forbade it: a person, unlike a script, has no bad ending but its errors.
func Assess(r Rubric, threshold int, m Marks) (Result, error) {
	if err := m.check(r); err != nil {
		return Result{}, err
	}
	res := Result{Success: true}
	parts := make([]part, 0, len(r.Criteria))
	for _, c := range r.Criteria {
		p := part{weight: c.Weight}
		if l := m.Levels[c.ID]; l != NotSeen {
			p.taken, p.best = l, TopLevel
		}
		parts = append(parts, p)
		res.Criteria = append(res.Criteria, p.score(c.ID))
	}
	res.Score = total(parts)
	for _, e := range r.Errors {
		if slices.Contains(m.Errors, e.ID) {
			res.Errors = append(res.Errors, e.ID)
		}
	}
	for _, s := range r.Statements {
		if m.Statements[s.ID] == NotSaid {
			res.Missing = append(res.Missing, Due{Statement: s.ID})
		}
	}
	res.Passed = len(res.Errors) == 0 && len(res.Missing) == 0 && res.Score >= Points(threshold*100)
	return res, nil
}

func (m Marks) check(r Rubric) error {
	for _, c := range r.Criteria {
		l, ok := m.Levels[c.ID]
		if !ok {
			return ErrMarksIncomplete.With("name", c.ID)
		}
		if l != NotSeen && (l < 0 || l > TopLevel) {
			return ErrMarksUnknown.With("name", c.ID)
		}
	}
	for _, s := range r.Statements {
		switch m.Statements[s.ID] {
		case Said, NotSaid, NotDue:
		case Unanswered:
			return ErrMarksIncomplete.With("name", s.ID)
		default:
			return ErrMarksUnknown.With("name", s.ID)
		}
	}
	for _, e := range m.Errors {
		if !slices.ContainsFunc(r.Errors, func(k CriticalError) bool { return k.ID == e }) {
			return ErrMarksUnknown.With("name", e)
		}
	}
	if extra := len(m.Levels) - len(r.Criteria); extra > 0 {
		return ErrMarksUnknown.With("name", "R")
	}
	if extra := len(m.Statements) - len(r.Statements); extra > 0 {
		return ErrMarksUnknown.With("name", "D")
	}
	return nil
}
