package app

import (
	"context"
	"time"

	"abilita/content"
	"abilita/course/coursedb"
	"abilita/course/roleplay"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Verdict is a judgement among several of one call, in short.
type Verdict struct {
	ID      int64
	By      string
	Score   int // hundredths of a per cent
	Passed  bool
	Errors  []string // names of the critical errors
	Note    string
	Counts  bool // it is of those that made the result
	Arbiter bool
}

// asBegun takes script, requirement and threshold from the first judgement of a
// panel. For an arbiter it adds the judgements that disagree.
func (x *Assessments) asBegun(ctx context.Context, q pg.Q, s *CallSheet, p Path) error {
	panel, err := coursedb.New(q).Panel(ctx, s.Turn.Session, s.Turn.Person)
	if err != nil {
		return err
	}
	s.Needed, s.Threshold = panel.Needed, panel.Threshold
	s.Requirement = content.Requirement{Key: panel.Requirement, Kind: content.ReqRoleplay}
	if r, ok := p.edition.requirement(panel.Requirement); ok {
		s.Requirement = r
	}
	s.release = panel.Release
	ed, err := x.course.library.edition(ctx, panel.Release)
	if err != nil {
		return err
	}
	script, ok := ed.script(panel.ScriptKey)
	if !ok {
		return ErrNoScript
	}
	s.Script = script
	if s.Turn.Mine == 0 && s.Arbitration() {
		s.Disputed, err = x.verdicts(ctx, q, panel.ID)
	}
	return err
}

// panel is the panel that a judgement belongs to, opened by the first one; 0
// where one evaluator is enough.
func (x *Assessments) panel(ctx context.Context, q pg.Q, now time.Time, s CallSheet) (int64, error) {
	if s.Turn.Panel != 0 || s.Needed < 2 {
		return s.Turn.Panel, nil
	}
	return coursedb.New(q).AddPanel(ctx, coursedb.Panel{
		Session: s.Turn.Session, Person: s.Turn.Person, Enrolment: s.Turn.Enrolment, Requirement: s.Requirement.Key, Release: s.release, ScriptKey: s.Script.File.ID, ScriptHash: s.Script.Hash,
		Threshold: s.Threshold, Needed: s.Needed, State: roleplay.Wanting, OpenedAt: now,
	})
}

func found(r roleplay.Result) roleplay.Found {
	return roleplay.Found{Score: r.Score, Passed: r.Passed, Errors: r.Errors}
}

// counted are the judgements that made a result.
type counted struct{ ids, judges []int64 }

// outcome weighs judgements of one call, the first given first. What each found
// is computed anew from its marks.
func (x *Course) outcome(ctx context.Context, list []coursedb.Assessment, needed int) (roleplay.Outcome, counted, error) {
	founds := make([]roleplay.Found, 0, len(list))
	for _, a := range list {
		script, err := x.judgedBy(ctx, a)
		if err != nil {
			return roleplay.Outcome{}, counted{}, err
		}
		r, err := roleplay.Assess(script.Rubric, a.Threshold, a.Marks.V)
		if err != nil {
			return roleplay.Outcome{}, counted{}, err
		}
		founds = append(founds, found(r))
	}
	outcome := roleplay.Agree(founds, needed)
	var c counted
	for _, n := range outcome.Counted(needed) {
		c.ids, c.judges = append(c.ids, list[n].ID), append(c.judges, int64(list[n].Evaluator))
	}
	return outcome, c, nil
}

// judgedBy is the script, with its rubric, that a judgement was made by.
func (x *Course) judgedBy(ctx context.Context, a coursedb.Assessment) (content.Script, error) {
	if a.Release != 0 {
		ed, err := x.library.edition(ctx, a.Release)
		if err != nil {
			return content.Script{}, err
		}
		if s, ok := ed.script(a.ScriptKey); ok {
			return s, nil
		}
	}
	return x.library.script(ctx, a.ScriptHash)
}

// weigh tells where the judgements of a panel stand, and what evidence says of
// them once they are settled: all of them, those that count, and whose they are.
func (x *Assessments) weigh(ctx context.Context, q pg.Q, panel int64, s CallSheet) (roleplay.Outcome, map[string]any, error) {
	list, err := coursedb.New(q).Judgements(ctx, panel)
	if err != nil {
		return roleplay.Outcome{}, nil, err
	}
	outcome, counted, err := x.course.outcome(ctx, list, s.Needed)
	if err != nil {
		return outcome, nil, err
	}
	all := make([]int64, len(list))
	for i, a := range list {
		all[i] = a.ID
	}
	return outcome, map[string]any{"panel": panel, "accord": string(outcome.Accord), "all": all, "judgements": counted.ids, "judges": counted.judges}, nil
}

// among adds to a judgement the others of its call. It is hidden from who may
// not know it yet.
func (x *Assessments) among(ctx context.Context, q pg.Q, who people.Actor, r *Assessed) error {
	own := r.Evaluator == who.ID
	arbiter := !r.Own && who.May(people.Assess, people.Target{Cohort: r.Cohort, Line: r.Assessment.Line})
	switch {
	case r.Accord.Settled(), r.Accord == roleplay.Disputed && arbiter:
		list, err := x.verdicts(ctx, q, r.Panel)
		if err != nil {
			return err
		}
		r.Judgements = list
		for _, v := range list {
			r.Counts = r.Counts || v.ID == r.ID && v.Counts
		}
	case !own:
		return people.ErrHidden
	}
	r.Waiting = !r.Accord.Settled()
	return nil
}

// verdicts are the judgements of a panel in short.
func (x *Assessments) verdicts(ctx context.Context, q pg.Q, panel int64) ([]Verdict, error) {
	list, err := coursedb.New(q).Judgements(ctx, panel)
	if err != nil {
		return nil, err
	}
	out := make([]Verdict, 0, len(list))
	for i, a := range list {
		script, err := x.course.judgedBy(ctx, a)
		if err != nil {
			return nil, err
		}
		v := Verdict{ID: a.ID, By: a.By, Score: a.Score, Passed: a.Passed, Note: a.Note, Arbiter: i >= a.Needed}
		v.Counts = a.Accord == roleplay.Agreed || a.Accord == roleplay.Arbitrated && v.Arbiter
		for _, e := range script.Rubric.Errors {
			for _, named := range a.Marks.V.Errors {
				if named == e.ID {
					v.Errors = append(v.Errors, e.Name)
				}
			}
		}
		out = append(out, v)
	}
	return out, nil
}
