package app

import (
	"context"
	"errors"
	"slices"
	"time"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Persons is one volunteer as staff see them.
type Persons struct {
	db     *pg.DB
	course *Course
	gate   *Gate
}

// NewPersons makes the use cases of the person page.
func NewPersons(db *pg.DB, course *Course, gate *Gate) *Persons {
	return &Persons{db: db, course: course, gate: gate}
}

// PersonFile is what is known about a volunteer, as far as the reader may see.
type PersonFile struct {
	Identity peopledb.Identity
	Tracks   []Track
	Register *peopledb.RegisterEntry // nil when none
	Events   []PersonEvent           // decisions about the person as a whole, the oldest first
	Live     bool                    // the record is neither erased nor joined to another
	Now      time.Time
	MayTime  bool           // the reader may give this person more time
	MayCopy  bool           // the reader may make the copy of this person's data
	MayErase bool           // the reader may erase this person
	MayLearn bool           // the reader may recognise what this person learnt elsewhere
	begun    map[int64]bool // certificates whose renewal is open or done
}

// Track is a volunteer on one line.
type Track struct {
	Enrolment coursedb.Enrolment
	Line      coursedb.Line
	Cohort    coursedb.Cohort
	Report    cert.Report
	Answers   []Answer // now, for each channel
	Then      []Answer // at the instant that was asked about
	Pieces    []Piece
	Papers    []Paper
	MayStop   bool     // the reader may suspend, revoke and restore
	Stop      *Stopped // a stop of the last hour and who answers by it already; nil: none, or not for this reader
	MayAsk    bool     // the reader may ask about another instant
	Spent     []Spent  // exams without an attempt left, where the reader may grant one
}

// PaperEvent is an event in the life of a certificate.
type PaperEvent = coursedb.CertificateEvent

// PersonEvent is a decision about a person as a whole.
type PersonEvent = peopledb.PersonEvent

// Paper is a certificate or proposal with its life.
type Paper struct {
	coursedb.Certificate
	Status cert.Status
	Events []PaperEvent
	Renew  bool // the reader may open its renewal now
}

// Read opens a volunteer by public number. at, when not zero, is another instant
// to ask the gate about; the future is ErrFuture.
func (x *Persons) Read(ctx context.Context, who people.Actor, number string, at time.Time) (PersonFile, error) {
	q := x.db.Read()
	store, persons := coursedb.New(q), peopledb.New(q)
	person, err := persons.PersonByNumber(ctx, number)
	if err != nil {
		return PersonFile{}, err
	}
	enrolments, err := store.AllEnrolments(ctx, person) // what somebody did stays readable after they left
	if err != nil {
		return PersonFile{}, err
	}
	visible := slices.DeleteFunc(slices.Clone(enrolments), func(e coursedb.Enrolment) bool {
		return !who.May(people.ReadPeople, people.Target{Person: person, Cohort: e.CohortID, Line: e.LineID})
	})
	if len(visible) == 0 {
		if err := who.Must(people.ReadPeople, people.Target{Person: person}); err != nil {
			return PersonFile{}, err
		}
	}
	f := PersonFile{}
	if f.Identity, err = persons.Identity(ctx, person); err != nil {
		return f, err
	}
	if f.Now, err = x.db.Now(ctx); err != nil {
		return f, err
	}
	if f.Live, err = persons.LivePerson(ctx, person); err != nil {
		return f, err
	}
	if at.After(f.Now) {
		return f, ErrFuture
	}
	f.MayCopy = who.ID != person && mayFor(ctx, q, who, person, people.CopyData) == nil
	f.MayErase = who.ID != person && mayFor(ctx, q, who, person, people.ErasePeople) == nil
	entry, err := persons.OpenEntry(ctx, person, false)
	switch {
	case err == nil:
		f.Register = &entry
	case !errors.Is(err, peopledb.ErrNoEntry):
		return f, err
	}
	f.MayLearn = who.ID != person && slices.ContainsFunc(visible, func(e coursedb.Enrolment) bool {
		return !e.Ended() && who.May(people.RecogniseLearning, people.Target{Line: e.LineID})
	})
	papers, err := store.CertificatesOf(ctx, person)
	if err != nil {
		return f, err
	}
	f.begun = map[int64]bool{}
	for _, e := range enrolments {
		f.begun[e.About] = f.begun[e.About] || e.Track == cert.Renewal && !e.Ended()
	}
	asked, decisions := map[int64]bool{}, false
	for _, e := range visible {
		t, err := x.track(ctx, q, who, f, e, papers, at, !asked[e.LineID])
		if err != nil {
			return f, err
		}
		asked[e.LineID] = true
		decisions = decisions || who.May(people.ReadCertificate, people.Target{Person: person, Cohort: e.CohortID, Line: e.LineID})
		f.Tracks = append(f.Tracks, t)
		f.MayTime = f.MayTime || person != who.ID && who.May(people.AllowTime, people.Target{Cohort: e.CohortID, Line: e.LineID})
	}
	if decisions {
		f.Events, err = persons.PersonEvents(ctx, person)
	}
	return f, err
}

// track reads one enrolment; ask puts the gate's answers to it, which are those
// of the line.
func (x *Persons) track(ctx context.Context, q pg.Q, who people.Actor, f PersonFile, e coursedb.Enrolment, papers []coursedb.Certificate, at time.Time, ask bool) (Track, error) {
	store := coursedb.New(q)
	p, err := x.course.path(ctx, q, e.ID)
	if err != nil {
		return Track{}, err
	}
	p = p.in(who.Lang)
	target := people.Target{Person: f.Identity.Person, Cohort: e.CohortID, Line: e.LineID}
	t := Track{
		Enrolment: e, Line: p.Line, Cohort: p.Cohort, Report: p.Report,
		MayStop: who.May(people.StopCertificate, target), MayAsk: who.May(people.AskGateThen, target),
	}
	if ask && who.May(people.AskGate, target) {
		read := store.FactsNow
		if !at.IsZero() {
			read = store.Facts
		}
		asked, err := read(ctx, f.Identity.Person, e.LineID)
		if err != nil {
			return t, err
		}
		for _, c := range p.channels() {
			qn := Question{Line: p.Line.Code, Channel: c, Agent: f.Identity.Number}
			t.Answers = append(t.Answers, Answer{Question: qn, Version: asked.Version, Decision: gate.Decide(asked.Facts, gate.LineID(e.LineID), gate.Channel(c), asked.Now)})
			if !at.IsZero() && t.MayAsk {
				t.Then = append(t.Then, Answer{Question: qn, Decision: gate.Decide(asked.Facts, gate.LineID(e.LineID), gate.Channel(c), at)})
			}
		}
	}
	if t.MayStop && ask {
		var stop Stopped
		if stop.Version, stop.At, err = store.Stop(ctx, f.Identity.Person, e.LineID); err != nil {
			return t, err
		}
		if stop.Version != 0 && f.Now.Sub(stop.At) < time.Hour { // no lease lives so long
			if stop.Engines, err = enginesAt(ctx, q, e.LineID, stop.Version); err != nil {
				return t, err
			}
			t.Stop = &stop
		}
	}
	if f.Identity.Person != who.ID && who.May(people.GrantAttempt, target) {
		if t.Spent, err = spent(ctx, q, p); err != nil {
			return t, err
		}
	}
	if who.May(people.ReadEvidence, target) {
		list := p.Evidence
		if t.Pieces, err = x.course.pieces(ctx, q, p.edition, list); err != nil {
			return t, err
		}
	}
	if who.May(people.ReadCertificate, target) {
		for _, c := range papers {
			if c.Enrolment != e.ID {
				continue
			}
			events, err := store.CertificateEvents(ctx, c.ID)
			if err != nil {
				return t, err
			}
			paper := Paper{Certificate: c, Events: events, Status: c.StatusAt(events, f.Now)}
			if f.Identity.Person != who.ID && !f.begun[c.ID] && who.May(people.BeginRenewal, target) {
				_, err := x.course.renewable(ctx, q, f.Now, c)
				if err != nil && !notNow(err) {
					return t, err
				}
				paper.Renew = err == nil
			}
			t.Papers = append(t.Papers, paper)
		}
	}
	return t, nil
}
