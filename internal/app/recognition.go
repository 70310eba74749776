package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Recognition lets what somebody learnt elsewhere stand for modules and meetings,
// by a document that a named person saw. Exams, calls and lists are never taken
// from elsewhere, and who recognised alone does not sign alone.
type Recognition struct {
	db     *pg.DB
	course *Course
}

// NewRecognition makes the use cases of prior learning.
func NewRecognition(db *pg.DB, course *Course) *Recognition {
	return &Recognition{db: db, course: course}
}

// Faults of recognising.
var (
	ErrNoPrior     = fault.New(fault.Invalid, "learning.choose")
	ErrSeenAhead   = fault.New(fault.Invalid, "learning.ahead")
	ErrNotHere     = fault.New(fault.Conflict, "learning.not_here")
	ErrCertifiedOn = fault.New(fault.Conflict, "learning.certified")
)

// Recognisable is a module, or all the missing meetings of a requirement.
type Recognisable struct {
	Requirement, Item string // Item is empty for meetings
	Title             string
	Meetings          int // how many are still to attend
}

// Value names it in a form.
func (r Recognisable) Value() string { return r.Requirement + "/" + r.Item }

// Recognised is a piece of evidence from elsewhere.
type Recognised struct {
	ID       cert.EvidenceID
	Title    string
	Document string
	SeenOn   string // 2006-01-02
	Words    string
	By       string
	At       time.Time
	Final    bool // a certificate rests on it
}

// LearningFile is what may be recognised, and was, in one enrolment.
type LearningFile struct {
	Path  Path
	Offer []Recognisable
	Held  []Recognised
}

// LearningPage is a volunteer with their enrolments.
type LearningPage struct {
	Identity peopledb.Identity
	Files    []LearningFile
	Now      time.Time
}

// Page opens the page on which a volunteer's prior learning is recognised.
func (x *Recognition) Page(ctx context.Context, who people.Actor, number string) (LearningPage, error) {
	q := x.db.Read()
	store, persons := coursedb.New(q), peopledb.New(q)
	person, err := persons.PersonByNumber(ctx, number)
	if err != nil {
		return LearningPage{}, err
	}
	enrolments, err := store.Enrolments(ctx, person)
	if err != nil {
		return LearningPage{}, err
	}
	var p LearningPage
	for _, e := range enrolments {
		if person == who.ID || !who.May(people.RecogniseLearning, people.Target{Line: e.LineID}) {
			continue
		}
		f, err := x.file(ctx, q, e.ID)
		if err != nil {
			return p, err
		}
		p.Files = append(p.Files, f)
	}
	if len(p.Files) == 0 {
		return p, people.ErrHidden
	}
	if p.Identity, err = persons.Identity(ctx, person); err != nil {
		return p, err
	}
	p.Now, err = x.db.Now(ctx)
	return p, err
}

func (x *Recognition) file(ctx context.Context, q pg.Q, enrolment int64) (LearningFile, error) {
	p, err := x.course.path(ctx, q, enrolment)
	if err != nil {
		return LearningFile{}, err
	}
	f := LearningFile{Path: p, Offer: recognisable(p)}
	pieces, err := x.course.pieces(ctx, q, p.edition, p.Evidence)
	if err != nil {
		return f, err
	}
	papers, err := coursedb.New(q).CertificatesOf(ctx, p.Enrolment.Person)
	if err != nil {
		return f, err
	}
	for _, piece := range pieces {
		if piece.Kind != "prior" || !piece.Passed || piece.Replaced {
			continue
		}
		r := Recognised{ID: piece.ID, Title: piece.Title, By: piece.By, At: piece.At, Final: rests(papers, piece.ID)}
		r.Document, _ = piece.Detail["document"].(string)
		r.SeenOn, _ = piece.Detail["seen_on"].(string)
		r.Words, _ = piece.Detail["words"].(string)
		f.Held = append(f.Held, r)
	}
	return f, nil
}

// rests tells whether a signed certificate names a piece of evidence.
func rests(papers []coursedb.Certificate, id cert.EvidenceID) bool {
	return slices.ContainsFunc(papers, func(c coursedb.Certificate) bool {
		return c.SignedAt != nil && slices.ContainsFunc(c.Review.V, func(m coursedb.Met) bool { return slices.Contains(m.Evidence, id) })
	})
}

// recognisable lists what of a path may still be recognised.
func recognisable(p Path) []Recognisable {
	var list []Recognisable
	for _, l := range p.Report.Lines {
		if l.State == cert.Done || !cert.Recognisable(l.Requirement.Kind) {
			continue
		}
		if l.Requirement.Kind == cert.Attendance {
			list = append(list, Recognisable{Requirement: l.Requirement.Key, Title: l.Requirement.Title, Meetings: l.Needed - l.Done})
			continue
		}
		for _, key := range l.Missing {
			if m, ok := p.Module(key); ok {
				list = append(list, Recognisable{Requirement: l.Requirement.Key, Item: key, Title: m.Title})
			}
		}
	}
	return list
}

// NewRecognised is the form as typed.
type NewRecognised struct {
	What     []string // values of Recognisable
	Document string   // what was seen, and who issued it
	SeenOn   string   // 2006-01-02
	Words    string   // why it is enough; optional
}

// Recognise writes evidence for what somebody learnt elsewhere. The document is
// seen, never kept. The volunteer is told.
func (x *Recognition) Recognise(ctx context.Context, who people.Actor, cmd *pg.Command, enrolment int64, in NewRecognised) error {
	first, err := x.mayRecognise(ctx, who, enrolment)
	if err != nil {
		return err
	}
	line, err := coursedb.New(x.db.Read()).Line(ctx, first.LineID)
	if err != nil {
		return err
	}
	seen, perr := time.Parse(time.DateOnly, strings.TrimSpace(in.SeenOn))
	var form fault.Form
	form.Add(len(in.What) == 0, "what", ErrNoPrior)
	required(&form, "document", in.Document, 200)
	form.Add(perr != nil, "seen_on", ErrDate)
	form.Add(len([]rune(in.Words)) > 2000, "words", ErrTooLong.With("Max", 2000))
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		if err := peopledb.New(q).LockPerson(ctx, first.Person); err != nil {
			return err
		}
		e, err := store.Enrolment(ctx, enrolment, true)
		if err != nil {
			return err
		}
		if e.Ended() {
			return people.ErrHidden
		}
		if seen.After(day(now, line.Location())) {
			return fault.Form{ErrSeenAhead.On("seen_on")}
		}
		p, err := x.course.path(ctx, q, enrolment)
		if err != nil {
			return err
		}
		var titles []string
		for _, value := range in.What {
			offer := recognisable(p)
			i := slices.IndexFunc(offer, func(r Recognisable) bool { return r.Value() == value })
			if i < 0 {
				return fault.Form{ErrNotHere.On("what")}
			}
			titles = append(titles, offer[i].Title)
			if err := x.write(ctx, q, now, who, p, offer[i], in); err != nil {
				return err
			}
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: e.Person, Kind: "learning_recognised", Vals: map[string]any{"Line": line.Name, "Words": strings.Join(titles, "\n")}}); err != nil {
			return err
		}
		return x.course.review(ctx, q, now, enrolment)
	})
}

// mayRecognise opens an enrolment for who may recognise prior learning in it.
func (x *Recognition) mayRecognise(ctx context.Context, who people.Actor, enrolment int64) (coursedb.Enrolment, error) {
	e, err := coursedb.New(x.db.Read()).Enrolment(ctx, enrolment, false)
	if err != nil {
		return e, err
	}
	if err := who.Must(people.RecogniseLearning, people.Target{Line: e.LineID}); err != nil {
		return e, err
	}
	if e.Person == who.ID {
		return e, ErrSelfDecision
	}
	return e, nil
}

// write adds the evidence of one thing: a module, or each meeting still missing.
func (x *Recognition) write(ctx context.Context, q pg.Q, now time.Time, who people.Actor, p Path, r Recognisable, in NewRecognised) error {
	items := []string{r.Item}
	if r.Item == "" {
		had := 0
		for _, e := range p.Evidence {
			if e.Kind == "prior" && e.Requirement == r.Requirement {
				had++
			}
		}
		items = items[:0]
		for n := range r.Meetings {
			items = append(items, fmt.Sprintf("prior-%d", had+n+1))
		}
	}
	for _, item := range items {
		e, err := coursedb.New(q).AddEvidence(ctx, coursedb.Evidence{
			Person: p.Enrolment.Person, Enrolment: p.Enrolment.ID, Requirement: r.Requirement, Item: item, Kind: "prior", Passed: true, Score: -1, Author: who.ID, At: now,
			Detail: map[string]any{"document": strings.TrimSpace(in.Document), "seen_on": strings.TrimSpace(in.SeenOn), "words": strings.TrimSpace(in.Words)},
		})
		if err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.RecogniseLearning, Kind: "evidence", Subject: int64(e.ID),
			Detail: map[string]any{"person": e.Person, "requirement": r.Requirement, "item": item, "hash": e.Hash},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// TakeBack undoes a recognition that was a mistake, with the reason; not one on
// which a certificate rests: that is suspended or revoked.
func (x *Recognition) TakeBack(ctx context.Context, who people.Actor, cmd *pg.Command, enrolment int64, piece cert.EvidenceID, reason string) error {
	first, err := x.mayRecognise(ctx, who, enrolment)
	if err != nil {
		return err
	}
	var form fault.Form
	required(&form, "reason", reason, 1000)
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, first.Person); err != nil {
			return err
		}
		if _, err := coursedb.New(q).Enrolment(ctx, enrolment, true); err != nil {
			return err
		}
		f, err := x.file(ctx, q, enrolment)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(f.Held, func(r Recognised) bool { return r.ID == piece })
		if i < 0 {
			return people.ErrHidden
		}
		if f.Held[i].Final {
			return ErrCertifiedOn
		}
		var old coursedb.Evidence
		for _, e := range f.Path.Evidence {
			if e.ID == piece {
				old = e
			}
		}
		e, err := coursedb.New(q).AddEvidence(ctx, coursedb.Evidence{
			Person: old.Person, Enrolment: enrolment, Requirement: old.Requirement, Item: old.Item, Kind: "prior", Score: -1, Author: who.ID, At: now, Corrects: piece,
			Detail: map[string]any{"void": true, "reason": strings.TrimSpace(reason)},
		})
		if err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: old.Person, Kind: "learning_taken_back", Vals: map[string]any{
			"Line": f.Path.Line.Name, "Title": f.Held[i].Title, "Words": strings.TrimSpace(reason),
		}}); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.RecogniseLearning, Kind: "evidence", Subject: int64(e.ID), Detail: map[string]any{"did": "take_back", "corrects": piece, "hash": e.Hash},
		})
		if err != nil {
			return err
		}
		return x.course.review(ctx, q, now, enrolment)
	})
}
