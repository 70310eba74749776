package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Checklists is lists that are ticked and signed: by the volunteer for their
// own station and pledge, by somebody who watches for what must be seen.
type Checklists struct {
	db     *pg.DB
	course *Course
}

// NewChecklists makes the use cases of checklists.
func NewChecklists(db *pg.DB, course *Course) *Checklists { return &Checklists{db: db, course: course} }

// Faults of checklists.
var (
	ErrNotTicked   = fault.New(fault.Invalid, "checklist.not_ticked")
	ErrNotSigned   = fault.New(fault.Invalid, "checklist.not_signed")
	ErrUnknownTick = fault.New(fault.Invalid, "checklist.unknown_item")
	ErrListLocked  = fault.New(fault.Conflict, "checklist.locked")
	ErrSameSigner  = fault.New(fault.Conflict, "checklist.same_signer")
)

// List is a checklist as its signer meets it.
type List struct {
	Path        Path
	Requirement content.Requirement
	List        content.Checklist
	State       cert.Line
	Person      peopledb.Identity // whose matter it is
	Last        *coursedb.ChecklistRun
	Before      []cert.Line // what must be met first and is not
	Mine        bool        // several people must sign, and who looks is one of those who did
}

// Current says whether the list is signed and nothing asks to sign it again.
func (l List) Current() bool { return l.Last != nil && l.Last.Complete && l.State.State == cert.Done }

// Useless says whether the signature of who looks would add nothing: the lists
// are complete, they signed one, and it is somebody else's turn.
func (l List) Useless() bool { return l.Mine && l.State.OnlyUnsigned() }

// listOf finds the list to sign for a requirement: the first that was not
// passed yet, else the last one. Where only the signature of another person is
// missing it is the last of those that count.
func listOf(p Path, key string) (content.Requirement, content.Checklist, bool) {
	i := slices.IndexFunc(p.Programme.Requirements, func(r content.Requirement) bool { return r.Key == key })
	if i < 0 {
		return content.Requirement{}, content.Checklist{}, false
	}
	r := p.Programme.Requirements[i]
	if r.Kind != content.ReqChecklist && r.Kind != content.ReqStation && r.Kind != content.ReqPledge {
		return r, content.Checklist{}, false
	}
	line, _ := p.Report.Line(key)
	counts := func(item string) bool {
		return slices.ContainsFunc(p.Evidence, func(e coursedb.Evidence) bool { return e.Item == item && slices.Contains(line.Evidence, e.ID) })
	}
	var last content.Checklist
	found := false
	for _, g := range r.Content {
		for _, id := range g.Of {
			if l, ok := p.edition.checklist(id); ok {
				if line.OnlyUnsigned() && !counts(id) {
					continue
				}
				last, found = l, true
				if slices.Contains(line.Missing, id) {
					return r, l, true
				}
			}
		}
	}
	return r, last, found
}

// Own opens a list that the volunteer signs.
func (x *Checklists) Own(ctx context.Context, who people.Actor, requirement string) (List, error) {
	if err := who.Must(people.SignChecklist, people.Target{Person: who.ID}); err != nil {
		return List{}, err
	}
	l, err := x.own(ctx, x.db.Read(), who, requirement)
	return l.in(who.Lang), err
}

// in is the list as who reads a language finds their way to it.
func (l List) in(lang string) List {
	if l.Path.edition == nil { // there is none
		return l
	}
	l.Path = l.Path.in(lang)
	l.Requirement, l.List, _ = listOf(l.Path, l.Requirement.Key)
	l.Before = missingBefore(l.Path, l.Requirement)
	return l
}

func (x *Checklists) own(ctx context.Context, q pg.Q, who people.Actor, requirement string) (List, error) {
	paths, err := x.course.paths(ctx, q, who.ID)
	if err != nil {
		return List{}, err
	}
	for _, p := range paths {
		if _, l, ok := listOf(p, requirement); ok && l.Signer == content.Volunteer {
			return x.list(ctx, q, p, requirement)
		}
	}
	return List{}, people.ErrHidden
}

func (x *Checklists) list(ctx context.Context, q pg.Q, p Path, requirement string) (List, error) {
	l := List{Path: p}
	l.Requirement, l.List, _ = listOf(p, requirement)
	l.State, _ = p.Report.Line(requirement)
	l.Before = missingBefore(p, l.Requirement)
	runs, err := coursedb.New(q).Checklists(ctx, p.Enrolment.ID, requirement)
	if err != nil {
		return l, err
	}
	for _, r := range runs {
		if r.ListKey == l.List.ID {
			l.Last = &r
		}
	}
	l.Person, err = peopledb.New(q).Identity(ctx, p.Enrolment.Person)
	return l, err
}

// ToObserve is one list that one person still has to be watched at.
type ToObserve struct {
	Learner     coursedb.Learner
	Requirement content.Requirement
	State       cert.State
	Unsigned    int  // how many people must still sign besides those who did, 0 where one is enough
	Mine        bool // the actor is one of those who did
}

// Observable lists whom the actor may watch, and at what.
func (x *Checklists) Observable(ctx context.Context, who people.Actor) ([]ToObserve, error) {
	if err := who.MustSomewhere(people.ObserveChecklist); err != nil {
		return nil, err
	}
	q := x.db.Read()
	learners, err := coursedb.New(q).Learners(ctx, who.Reach(people.ObserveChecklist), who.ID)
	if err != nil {
		return nil, err
	}
	var list []ToObserve
	for _, e := range learners {
		ed, err := x.course.library.edition(ctx, e.ReleaseID)
		if err != nil {
			return nil, err
		}
		var states map[string]cert.State
		for _, r := range ed.Pack.Programme.On(e.Track).In(who.Lang).Requirements {
			if !observed(ed, r) {
				continue
			}
			if states == nil {
				if states, err = x.states(ctx, q, e.ID); err != nil {
					return nil, err
				}
			}
			o := ToObserve{Learner: e, Requirement: r, State: cert.Todo}
			if s, ok := states[r.Key]; ok {
				o.State = s
			}
			if r.Signers > 1 && o.State != cert.Done {
				p, err := x.course.path(ctx, q, e.ID)
				if err != nil {
					return nil, err
				}
				line, _ := p.Report.Line(r.Key)
				o.Unsigned, o.Mine = line.Unsigned(), slices.Contains(line.Signed, who.ID)
			}
			list = append(list, o)
		}
	}
	return list, nil
}

func (x *Checklists) states(ctx context.Context, q pg.Q, enrolment int64) (map[string]cert.State, error) {
	rows, err := coursedb.New(q).Progress(ctx, enrolment)
	states := map[string]cert.State{}
	for _, r := range rows {
		states[r.Requirement] = r.State
	}
	return states, err
}

// observed says whether a requirement is met by lists that somebody else signs.
func observed(ed *edition, r content.Requirement) bool {
	if r.Kind != content.ReqChecklist && r.Kind != content.ReqStation && r.Kind != content.ReqPledge {
		return false
	}
	for _, g := range r.Content {
		for _, id := range g.Of {
			if l, ok := ed.checklist(id); ok && l.Signer == content.Observer {
				return true
			}
		}
	}
	return false
}

// Observed opens a list that the actor signs about somebody else.
func (x *Checklists) Observed(ctx context.Context, who people.Actor, enrolment int64, requirement string) (List, error) {
	q := x.db.Read()
	e, err := coursedb.New(q).Enrolment(ctx, enrolment, false)
	if err != nil {
		return List{}, err
	}
	if err := who.Must(people.ObserveChecklist, people.Target{Cohort: e.CohortID, Line: e.LineID}); err != nil {
		return List{}, err
	}
	if e.Person == who.ID {
		return List{}, ErrOwnWork
	}
	l, err := x.observedList(ctx, q, who, e, requirement)
	return l.in(who.Lang), err
}

func (x *Checklists) observedList(ctx context.Context, q pg.Q, who people.Actor, e coursedb.Enrolment, requirement string) (List, error) {
	p, err := x.course.path(ctx, q, e.ID)
	if err != nil {
		return List{}, err
	}
	if _, l, ok := listOf(p, requirement); !ok || l.Signer != content.Observer || e.Ended() {
		return List{}, people.ErrHidden
	}
	list, err := x.list(ctx, q, p, requirement)
	list.Mine = slices.Contains(list.State.Signed, who.ID)
	return list, err
}

// Ticks is a list as it was filled in.
type Ticks struct {
	Items  []string
	Signed bool
	Note   string
}

// Sign signs a volunteer's own list. It must be whole: who is not ready signs
// later. Station and pledge are known to the gate from the commit on.
func (x *Checklists) Sign(ctx context.Context, who people.Actor, cmd *pg.Command, requirement string, in Ticks) error {
	first, err := x.Own(ctx, who, requirement)
	if err != nil {
		return err
	}
	form, complete := check(first.List, in)
	form.Add(len(form) == 0 && !complete, "item", ErrNotTicked.With("N", first.List.Minimum))
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, who.ID); err != nil {
			return err
		}
		l, err := x.own(ctx, q, who, requirement)
		if err != nil {
			return err
		}
		return x.sign(ctx, q, now, who, people.Volunteer, people.SignChecklist, l, in, true)
	})
}

// Observe signs a list about somebody who was watched. One that lacks something
// is kept too: it says what was not seen yet.
func (x *Checklists) Observe(ctx context.Context, who people.Actor, cmd *pg.Command, enrolment int64, requirement string, in Ticks) error {
	first, err := x.Observed(ctx, who, enrolment, requirement)
	if err != nil {
		return err
	}
	form, complete := check(first.List, in)
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, first.Path.Enrolment.Person); err != nil {
			return err
		}
		l, err := x.observedList(ctx, q, who, first.Path.Enrolment, requirement)
		if err != nil {
			return err
		}
		return x.sign(ctx, q, now, who, people.Trainer, people.ObserveChecklist, l, in, complete)
	})
}

// check says whether the ticks are enough and the form can be taken.
func check(l content.Checklist, in Ticks) (fault.Form, bool) {
	var form fault.Form
	complete, n := true, 0
	for _, item := range l.Items {
		ticked := slices.Contains(in.Items, item.ID)
		if ticked {
			n++
		}
		complete = complete && (ticked || !item.Required)
	}
	unknown := slices.ContainsFunc(in.Items, func(id string) bool {
		return !slices.ContainsFunc(l.Items, func(i content.CheckItem) bool { return i.ID == id })
	})
	form.Add(unknown, "item", ErrUnknownTick)
	form.Add(!in.Signed, "signed", ErrNotSigned)
	form.Add(len([]rune(in.Note)) > 2000, "note", ErrTooLong.With("Max", 2000))
	return form, complete && n >= l.Minimum
}

func (x *Checklists) sign(ctx context.Context, q pg.Q, now time.Time, who people.Actor, as people.Role, do people.Action, l List, in Ticks, complete bool) error {
	if len(l.Before) > 0 {
		return ErrListLocked
	}
	if l.Useless() {
		return ErrSameSigner
	}
	store := coursedb.New(q)
	var ticked []string // in the order of the list, each once
	for _, item := range l.List.Items {
		if slices.Contains(in.Items, item.ID) {
			ticked = append(ticked, item.ID)
		}
	}
	person, enrolment := l.Path.Enrolment.Person, l.Path.Enrolment.ID
	id, err := store.AddChecklist(ctx, coursedb.ChecklistRun{
		Person: person, Enrolment: enrolment, Requirement: l.Requirement.Key, ListKey: l.List.ID, ListHash: l.List.Hash, Ticked: pg.AsJSON(ticked),
		Note: strings.TrimSpace(in.Note), Signer: who.ID, SignedAt: now, Complete: complete,
	})
	if err != nil {
		return err
	}
	kind := string(l.Requirement.Kind)
	if l.Requirement.Kind == content.ReqChecklist && who.ID == person {
		kind = "confirm" // a person's own word is not an observation
	}
	e, err := store.AddEvidence(ctx, coursedb.Evidence{
		Person: person, Enrolment: enrolment, Requirement: l.Requirement.Key, Item: l.List.ID, Kind: kind, ContentHash: l.List.Hash, Passed: complete,
		Score: len(ticked) * 10000 / len(l.List.Items), Author: who.ID, Ref: id, At: now,
	})
	if err != nil {
		return err
	}
	err = audit.Record(ctx, q, now, audit.Entry{Actor: who, As: as, Action: do, Kind: "evidence", Subject: int64(e.ID), Detail: map[string]any{
		"list": l.List.ID, "ticked": ticked, "complete": complete, "hash": e.Hash,
	}})
	if err != nil {
		return err
	}
	if err := x.course.review(ctx, q, now, enrolment); err != nil {
		return err
	}
	return x.tell(ctx, q, now, l, id, complete)
}

// tell lets the gate know of a station or a pledge; the new word replaces the
// old one. It is the last call of the transaction.
func (x *Checklists) tell(ctx context.Context, q pg.Q, now time.Time, l List, run int64, complete bool) error {
	var kind gate.Kind
	switch {
	case !complete:
		return nil
	case l.Requirement.Kind == content.ReqStation:
		kind = gate.Station
	case l.Requirement.Kind == content.ReqPledge:
		kind = gate.Pledge
	default:
		return nil
	}
	p := l.Path
	list, err := coursedb.New(q).Evidence(ctx, p.Enrolment.ID)
	if err != nil {
		return err
	}
	report := cert.Review(requirements(p.Programme, ""), coursedb.ForReview(list))
	if line, ok := report.Line(l.Requirement.Key); !ok || line.State != cert.Done {
		return nil // another list of the same requirement is still to sign
	}
	fact := gate.Fact{Kind: kind, Line: gate.LineID(p.Line.ID), Ref: run}
	if l.Requirement.ValidDays > 0 {
		_, fact.Until = cert.Validity(now, l.Requirement.ValidDays, p.Line.Location())
	}
	who := p.Enrolment.Person
	_, err = coursedb.New(q).Record(ctx,
		coursedb.FactChange{Person: who, Close: true, Fact: gate.Fact{Kind: kind, Line: fact.Line}},
		coursedb.FactChange{Person: who, Now: true, Fact: fact})
	return err
}
