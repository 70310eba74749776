package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/roleplay"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/scheduler/schedulerdb"
)

// Assessments is calls played between people in a booked turn and judged by an
// evaluator with the rubric of the script.
type Assessments struct {
	db     *pg.DB
	course *Course
}

// NewAssessments makes the use cases of assessed calls.
func NewAssessments(db *pg.DB, course *Course) *Assessments {
	return &Assessments{db: db, course: course}
}

// Faults of assessing.
var (
	ErrNotBegun     = fault.New(fault.Conflict, "assess.not_begun")
	ErrAssessLocked = fault.New(fault.Conflict, "assess.locked")
	ErrAbsent       = fault.New(fault.Conflict, "assess.absent")
	ErrNoScript     = fault.New(fault.Conflict, "assess.no_script")
	ErrDecided      = fault.New(fault.Conflict, "assess.decided")
	ErrPanelMoved   = fault.New(fault.Conflict, "assess.panel_moved")
)

// Turn is a volunteer's place in a session of assessed calls.
type Turn = coursedb.Turn

// turnsBack is how long a turn that nobody judged stays on the list.
const turnsBack = 60 * 24 * time.Hour

// Turns lists the turns that the actor may judge.
func (x *Assessments) Turns(ctx context.Context, who people.Actor) ([]Turn, time.Time, error) {
	if err := who.MustSomewhere(people.Assess); err != nil {
		return nil, time.Time{}, err
	}
	now, err := x.db.Now(ctx)
	if err != nil {
		return nil, now, err
	}
	list, err := coursedb.New(x.db.Read()).Turns(ctx, who.Reach(people.Assess), who.ID, now.Add(-turnsBack))
	return list, now, err
}

// CallSheet is what an evaluator has before them.
type CallSheet struct {
	Turn        Turn
	Requirement content.Requirement
	Script      content.Script
	Threshold   int
	Before      []cert.Line // what has to be met first and is not
	Needed      int         // independent judgements that the programme asks for
	Disputed    []Verdict   // the judgements to decide between, when it is for an arbiter
	Now         time.Time
	enrolment   coursedb.Enrolment
	release     int64 // whose script and rubric are used
}

// Arbitration tells that the earlier judgements disagree and this one decides.
func (s CallSheet) Arbitration() bool { return s.Turn.Accord == roleplay.Disputed }

// Sheet opens the evaluator's page of one volunteer in one session. It holds
// nothing of what others judged, but for an arbiter, who may know it all.
func (x *Assessments) Sheet(ctx context.Context, who people.Actor, session int64, number string) (CallSheet, error) {
	now, err := x.db.Now(ctx)
	if err != nil {
		return CallSheet{}, err
	}
	s, err := x.sheet(ctx, x.db.Read(), who, session, number)
	s.Now = now
	return s, err
}

func (x *Assessments) sheet(ctx context.Context, q pg.Q, who people.Actor, session int64, number string) (CallSheet, error) {
	store := coursedb.New(q)
	t, err := store.Turn(ctx, session, number, who.ID)
	if err != nil {
		return CallSheet{}, err
	}
	if err := who.Must(people.Assess, people.Target{Cohort: t.Cohort, Line: t.Line}); err != nil {
		return CallSheet{}, err
	}
	s := CallSheet{Turn: t}
	switch {
	case t.Person == who.ID:
		return s, ErrOwnWork
	case t.Enrolment == 0:
		return s, people.ErrHidden
	}
	if s.enrolment, err = store.Enrolment(ctx, t.Enrolment, false); err != nil {
		return s, err
	}
	p, err := x.course.path(ctx, q, s.enrolment.ID)
	if err != nil {
		return s, err
	}
	s.release = s.enrolment.ReleaseID
	if s.Turn.Panel != 0 {
		err = x.asBegun(ctx, q, &s, p)
	} else {
		err = s.choose(p)
	}
	if err != nil {
		return s, err
	}
	numbers, err := store.Directory(ctx, p.Line.ID)
	if err != nil {
		return s, err
	}
	s.Script = filled(s.Script, t.GivenName, numbers)
	s.Before = missingBefore(p, s.Requirement)
	return s, nil
}

// choose finds script and requirement: the session's script, else the first
// that the volunteer has not passed.
func (s *CallSheet) choose(p Path) error {
	for _, r := range p.Programme.Requirements {
		if r.Kind != content.ReqRoleplay {
			continue
		}
		line, _ := p.Report.Line(r.Key)
		for _, g := range r.Content {
			for _, key := range g.Of {
				script, ok := p.edition.script(key)
				if !ok || s.Turn.ScriptKey != "" && s.Turn.ScriptKey != key {
					continue
				}
				open := slices.Contains(line.Missing, key)
				if s.Requirement.Key == "" || open {
					s.Requirement, s.Script, s.Threshold, s.Needed = r, script, script.Threshold, max(r.Evaluators, 1)
					if r.Threshold > 0 {
						s.Threshold = r.Threshold
					}
				}
				if open {
					return nil
				}
			}
		}
	}
	if s.Requirement.Key == "" {
		return ErrNoScript
	}
	return nil
}

// Judgement is what the evaluator's form holds: words, as they were sent.
type Judgement struct {
	Levels     map[string]string // by criterion: "0" to "3", or "n" when the call gave no chance
	Statements map[string]string // by statement: said, not_said, not_due
	Errors     []string
	Note       string
	Hash       string // version of the script that the page showed
	Arbiter    bool   // the page showed the judgements to decide between
}

// heardWords are the answers about a statement.
var heardWords = map[string]roleplay.Heard{"said": roleplay.Said, "not_said": roleplay.NotSaid, "not_due": roleplay.NotDue}

// marks reads a judgement with the rubric, and says of each field what is
// missing.
func (j Judgement) marks(r roleplay.Rubric) (roleplay.Marks, error) {
	m := roleplay.Marks{Levels: map[string]int{}, Statements: map[string]roleplay.Heard{}, Errors: j.Errors}
	var form fault.Form
	for _, s := range r.Statements {
		heard, ok := heardWords[j.Statements[s.ID]]
		form.Add(!ok, "said."+s.ID, roleplay.ErrMarksIncomplete.With("name", s.Name))
		m.Statements[s.ID] = heard
	}
	for _, c := range r.Criteria {
		level := j.Levels[c.ID]
		switch {
		case level == "n":
			m.Levels[c.ID] = roleplay.NotSeen
		case len(level) == 1 && level >= "0" && level <= "3":
			m.Levels[c.ID] = int(level[0] - '0')
		default:
			form.Add(true, "level."+c.ID, roleplay.ErrMarksIncomplete.With("name", c.Name))
		}
	}
	form.Add(len([]rune(j.Note)) > 4000, "note", ErrTooLong.With("Max", 4000))
	return m, form.Err()
}

// Assess judges a call, once for each evaluator, from the turn's beginning on;
// nobody judges themselves. Where one evaluator is enough it is evidence at
// once; where several are, when the last one agrees or the arbiter decides. It
// returns the id.
func (x *Assessments) Assess(ctx context.Context, who people.Actor, cmd *pg.Command, session int64, number string, in Judgement) (int64, error) {
	first, err := x.sheet(ctx, x.db.Read(), who, session, number)
	if err != nil {
		return 0, err
	}
	marks, err := in.marks(first.Script.Rubric)
	if err != nil {
		return 0, err
	}
	var id int64
	err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, first.Turn.Person); err != nil {
			return err
		}
		s, err := x.sheet(ctx, q, who, session, number)
		switch {
		case err != nil:
			return err
		case now.Before(s.Turn.StartsAt):
			return ErrNotBegun
		case s.Turn.Seat == "absent" || s.Turn.Seat == "excused":
			return ErrAbsent
		case len(s.Before) > 0:
			return ErrAssessLocked
		case s.Turn.Mine != 0:
			return coursedb.ErrAssessed
		case s.Turn.Accord.Settled():
			return ErrDecided
		case in.Arbiter != s.Arbitration():
			return ErrPanelMoved
		case in.Hash != s.Script.Hash:
			return ErrChanged
		}
		result, err := roleplay.Assess(s.Script.Rubric, s.Threshold, marks)
		if err != nil {
			return err
		}
		id, err = x.save(ctx, q, now, who, s, marks, result, strings.TrimSpace(in.Note))
		cmd.Created(id)
		return err
	})
	return id, err
}

// save keeps a judgement and, when with it the call is judged, what it is worth.
func (x *Assessments) save(ctx context.Context, q pg.Q, now time.Time, who people.Actor, s CallSheet, marks roleplay.Marks, result roleplay.Result, note string) (int64, error) {
	store := coursedb.New(q)
	panel, err := x.panel(ctx, q, now, s)
	if err != nil {
		return 0, err
	}
	id, err := store.AddAssessment(ctx, coursedb.Assessment{
		Session: s.Turn.Session, Person: s.Turn.Person, Enrolment: s.Turn.Enrolment, Evaluator: who.ID, ScriptKey: s.Script.File.ID, ScriptHash: s.Script.Hash,
		Marks: pg.AsJSON(marks), Score: int(result.Score), Threshold: s.Threshold, Critical: len(result.Errors) > 0, Passed: result.Passed, Note: note, At: now, Panel: panel, Release: s.release,
	})
	if err != nil {
		return 0, err
	}
	if err := schedulerdb.New(q).SetBooking(ctx, s.Turn.Session, s.Turn.Person, "", "present"); err != nil {
		return 0, err
	}
	outcome, detail := roleplay.Agree([]roleplay.Found{found(result)}, 1), map[string]any(nil)
	if panel != 0 {
		if outcome, detail, err = x.weigh(ctx, q, panel, s); err != nil {
			return 0, err
		}
	}
	said := map[string]any{"script": s.Script.File.ID, "score": int(result.Score), "passed": result.Passed}
	if panel != 0 {
		said["panel"], said["accord"] = panel, string(outcome.Accord)
	}
	var evidence coursedb.Evidence
	if outcome.Accord.Settled() {
		if evidence, err = x.prove(ctx, q, now, who, s, id, outcome.Found, detail); err != nil {
			return 0, err
		}
		said["evidence"], said["hash"] = int64(evidence.ID), evidence.Hash
	}
	if panel != 0 {
		if err := store.SetPanel(ctx, panel, outcome.Accord, evidence.ID); err != nil {
			return 0, err
		}
	}
	err = audit.Record(ctx, q, now, audit.Entry{Actor: who, As: people.Evaluator, Action: people.Assess, Kind: "assessment", Subject: id, Detail: said})
	if err != nil {
		return 0, err
	}
	if err := x.course.review(ctx, q, now, s.Turn.Enrolment); err != nil || !evidence.Passed {
		return id, err
	}
	return id, x.course.keepUp(ctx, q, now, s.Turn.Person, s.Turn.Line)
}

// prove writes what a judged call is worth and tells the volunteer.
func (x *Assessments) prove(ctx context.Context, q pg.Q, now time.Time, who people.Actor, s CallSheet, id int64, f roleplay.Found, detail map[string]any) (coursedb.Evidence, error) {
	e, err := coursedb.New(q).AddEvidence(ctx, coursedb.Evidence{
		Person: s.Turn.Person, Enrolment: s.Turn.Enrolment, Requirement: s.Requirement.Key, Item: s.Script.File.ID, Kind: "roleplay", ContentHash: s.Script.Hash,
		Passed: f.Passed, Critical: len(f.Errors) > 0, Score: int(f.Score), Author: who.ID, Ref: id, At: now, Detail: detail,
	})
	if err != nil {
		return e, err
	}
	return e, outbox.Queue(ctx, q, now, outbox.Letter{To: s.Turn.Person, Kind: "assessed", Vals: map[string]any{"Title": s.Script.File.Title}})
}

// Assessed is a judgement with what it was made of.
type Assessed struct {
	coursedb.Assessment
	Script     content.Script
	Result     roleplay.Result // zero once the marks were stripped
	Line       coursedb.Line
	Volunteer  peopledb.Identity
	Own        bool
	Waiting    bool      // other judgements are still to come
	Counts     bool      // it is of those that made the result
	Judgements []Verdict // of the call, where there are several; empty until they may be seen
}

// Read opens a judgement for the volunteer or for who may see their evidence.
// One of several is hidden until the result stands, but from its author, and
// when they disagree from those who may arbitrate.
func (x *Assessments) Read(ctx context.Context, who people.Actor, id int64) (Assessed, error) {
	q := x.db.Read()
	a, err := coursedb.New(q).Assessment(ctx, id)
	if err != nil {
		return Assessed{}, err
	}
	if err := who.Must(people.ReadEvidence, people.Target{Person: a.Person, Cohort: a.Cohort, Line: a.Line}); err != nil {
		return Assessed{}, err
	}
	r := Assessed{Assessment: a, Own: a.Person == who.ID, Counts: a.Panel == 0}
	if a.Panel != 0 {
		if err := x.among(ctx, q, who, &r); err != nil {
			return r, err
		}
	}
	if r.Script, err = x.course.judgedBy(ctx, a); err != nil {
		return r, err
	}
	r.Script.File = r.Script.File.In(who.Lang)
	if a.StrippedAt == nil {
		if r.Result, err = roleplay.Assess(r.Script.Rubric, a.Threshold, a.Marks.V); err != nil {
			return r, err
		}
	}
	if r.Line, err = coursedb.New(q).Line(ctx, a.Line); err != nil {
		return r, err
	}
	r.Volunteer, err = peopledb.New(q).Identity(ctx, a.Person)
	return r, err
}

// Mine lists how the person was judged, the newest first, with the title of
// each script. A call that several judge stands there once, with the result when
// there is one and until then with nothing of what was judged.
func (x *Assessments) Mine(ctx context.Context, who people.Actor) ([]Assessed, error) {
	if err := who.Must(people.ReadEvidence, people.Target{Person: who.ID}); err != nil {
		return nil, err
	}
	list, err := coursedb.New(x.db.Read()).Assessments(ctx, who.ID)
	if err != nil {
		return nil, err
	}
	out := make([]Assessed, 0, len(list))
	waiting := map[int64]bool{}
	for _, a := range list {
		r := Assessed{Assessment: a, Own: true, Counts: true}
		switch {
		case a.Panel == 0:
		case !a.Accord.Settled():
			if waiting[a.Panel] {
				continue
			}
			waiting[a.Panel] = true
			r = Assessed{Own: true, Waiting: true, Assessment: coursedb.Assessment{ScriptHash: a.ScriptHash, Line: a.Line, At: a.At}}
		case a.ID != a.Decision:
			continue
		default:
			r.Score, r.Passed, r.Critical = a.Settled.Score, a.Settled.Passed, a.Settled.Critical
		}
		if r.Script, err = x.course.judgedBy(ctx, a); err != nil {
			return nil, err
		}
		r.Script.File = r.Script.File.In(who.Lang)
		if r.Line, err = coursedb.New(x.db.Read()).Line(ctx, a.Line); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}
