package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Appeals let somebody who was stopped ask for a review, and somebody who did
// not take the decision decide it.
type Appeals struct{ db *pg.DB }

// NewAppeals makes the use cases.
func NewAppeals(db *pg.DB) *Appeals { return &Appeals{db: db} }

// Faults of appeals.
var (
	ErrNoStop        = fault.New(fault.Conflict, "appeal.no_stop")
	ErrAppealed      = coursedb.ErrAppealed
	ErrAppealLate    = fault.New(fault.Conflict, "appeal.late")
	ErrAppealOver    = fault.New(fault.Conflict, "appeal.over")
	ErrAppealDecider = fault.New(fault.Forbidden, "appeal.own_decision")
)

// Appeal is the wish for a review with the decision it is about.
type Appeal = coursedb.Appeal

// Stopping is a decision that stops a person now, as they see it.
type Stopping struct {
	Certificate int64  // 0: the person as a whole
	Kind        string // suspended, revoked
	Line        coursedb.Line
	Event       int64
	Reason      string // code
	Words       string
	At, Until   time.Time        // Until: the instant until when a review may be asked for; zero: never
	Appeal      *coursedb.Appeal // nil: none was asked for
	Now         time.Time
}

// MayAsk tells whether a review may be asked for now.
func (s Stopping) MayAsk() bool { return s.Appeal == nil && s.Now.Before(s.Until) }

// appealDeadline is 24:00 of a day in a zone.
func appealDeadline(on *time.Time, zone *time.Location) time.Time {
	if on == nil {
		return time.Time{}
	}
	y, m, d := on.Date()
	return cert.EndOfDay(y, m, d, zone)
}

// Mine lists what stops the actor now: the person as a whole first, then
// certificates, the newest first.
func (x *Appeals) Mine(ctx context.Context, who people.Actor) ([]Stopping, error) {
	if err := who.Must(people.AskReview, people.Target{Person: who.ID}); err != nil {
		return nil, err
	}
	now, err := x.db.Now(ctx)
	if err != nil {
		return nil, err
	}
	return stoppings(ctx, x.db.Read(), who.ID, now)
}

func stoppings(ctx context.Context, q pg.Q, person people.ID, now time.Time) ([]Stopping, error) {
	store := coursedb.New(q)
	var list []Stopping
	whole, err := suspension(ctx, q, person)
	if err != nil {
		return nil, err
	}
	if whole != nil {
		lines, err := peopledb.New(q).LinesOf(ctx, person)
		if err != nil {
			return nil, err
		}
		if len(lines) > 0 {
			line, err := store.Line(ctx, lines[0])
			if err != nil {
				return nil, err
			}
			list = append(list, Stopping{
				Kind: whole.Kind, Line: line, Event: whole.ID, Reason: whole.Reason, Words: whole.Words, At: whole.At, Until: appealDeadline(whole.AppealBy, line.Location()), Now: now,
			})
		}
	}
	papers, err := store.CertificatesOf(ctx, person)
	if err != nil {
		return nil, err
	}
	for _, c := range papers {
		s, err := stopOf(ctx, store, c, now)
		if err != nil {
			return nil, err
		}
		if s != nil {
			list = append(list, *s)
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	asked, err := store.AppealsOf(ctx, person)
	if err != nil {
		return nil, err
	}
	for i, s := range list {
		if at := slices.IndexFunc(asked, func(a coursedb.Appeal) bool { return a.Certificate == s.Certificate && a.Stop == s.Event }); at >= 0 {
			list[i].Appeal = &asked[at]
		}
	}
	return list, nil
}

// stopOf is the decision that stops a certificate now; nil when none does.
func stopOf(ctx context.Context, store coursedb.Store, c coursedb.Certificate, now time.Time) (*Stopping, error) {
	if c.SignedAt == nil {
		return nil, nil //nolint:nilnil // none is an answer
	}
	events, err := store.CertificateEvents(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	kind := map[cert.Status]string{cert.Suspended: "suspended", cert.Revoked: "revoked"}[c.StatusAt(events, now)]
	for _, e := range slices.Backward(events) {
		if e.Kind != kind {
			continue
		}
		line, err := store.Line(ctx, c.LineID)
		return &Stopping{
			Certificate: c.ID, Kind: kind, Line: line, Event: e.ID, Reason: e.Reason, Words: e.Words, At: e.At, Until: appealDeadline(e.AppealBy, line.Location()), Now: now,
		}, err
	}
	return nil, nil //nolint:nilnil // none is an answer
}

// Ask asks for a review of what stops the actor now: a certificate or, with 0,
// the person as a whole. It is possible once, until 24:00 of the day that the
// decision named, in the line's zone. Those who may decide are told.
func (x *Appeals) Ask(ctx context.Context, who people.Actor, cmd *pg.Command, certificate int64, words string) error {
	if err := who.Must(people.AskReview, people.Target{Person: who.ID}); err != nil {
		return err
	}
	if certificate != 0 {
		c, err := coursedb.New(x.db.Read()).Certificate(ctx, certificate, false)
		if err != nil {
			return err
		}
		if c.Person != who.ID {
			return people.ErrHidden
		}
	}
	var form fault.Form
	required(&form, "words", words, 4000)
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, who.ID); err != nil {
			return err
		}
		list, err := stoppings(ctx, q, who.ID, now)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(s Stopping) bool { return s.Certificate == certificate })
		switch {
		case i < 0:
			return ErrNoStop
		case list[i].Appeal != nil:
			return ErrAppealed
		case !list[i].MayAsk():
			return ErrAppealLate
		}
		s := list[i]
		id, err := coursedb.New(q).AddAppeal(ctx, coursedb.Appeal{
			Person: who.ID, LineID: s.Line.ID, Certificate: certificate, Stop: s.Event, Words: strings.TrimSpace(words), AskedAt: now, Until: s.Until,
		})
		if err != nil {
			return err
		}
		if err := appealEvent(ctx, q, now, who.ID, who.ID, certificate, "appealed", ""); err != nil {
			return err
		}
		if err := x.tell(ctx, q, now, id); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Volunteer, Action: people.AskReview, Kind: "appeal", Subject: id, Detail: map[string]any{"certificate": certificate, "decision": s.Event},
		})
	})
}

// tell writes to who asked, and to everybody who may decide: the line's
// coordinators and the administrators, but for who took the decision.
func (x *Appeals) tell(ctx context.Context, q pg.Q, now time.Time, id int64) error {
	a, err := coursedb.New(q).Appeal(ctx, id)
	if err != nil {
		return err
	}
	err = outbox.Queue(ctx, q, now, outbox.Letter{To: a.Person, Kind: "appeal_received", Vals: map[string]any{"Line": a.LineName, "Words": a.Words}})
	if err != nil {
		return err
	}
	staff, err := peopledb.New(q).StaffFor(ctx, a.LineID, 0, people.Coordinator, people.Administrator)
	if err != nil {
		return err
	}
	for _, s := range staff {
		if s.Person == a.StopBy || s.Person == a.Person {
			continue
		}
		err := outbox.Queue(ctx, q, now, outbox.Letter{To: s.Person, Kind: "appeal_asked", Vals: map[string]any{"Line": a.LineName, "Number": a.Number}})
		if err != nil {
			return err
		}
	}
	return nil
}

// appealEvent writes a step of an appeal where the decision stands.
func appealEvent(ctx context.Context, q pg.Q, now time.Time, person, actor people.ID, certificate int64, kind, words string) error {
	if certificate != 0 {
		return coursedb.New(q).AddCertificateEvent(ctx, certificate, coursedb.CertificateEvent{Kind: kind, Words: words, Actor: actor, At: now})
	}
	_, err := peopledb.New(q).AddPersonEvent(ctx, person, peopledb.PersonEvent{Kind: kind, Words: words, Actor: actor, At: now})
	return err
}

// moot closes the open appeals on a certificate or, with 0, on the person as a
// whole: the decision they are about has just ended otherwise. The person, who
// is told of that by letter, is locked.
func moot(ctx context.Context, q pg.Q, now time.Time, who people.Actor, person people.ID, certificate int64) error {
	store := coursedb.New(q)
	list, err := store.AppealsOf(ctx, person)
	if err != nil {
		return err
	}
	for _, a := range list {
		if a.Outcome == "" && a.Certificate == certificate {
			if err := store.DecideAppeal(ctx, a.ID, "moot", "", who.ID, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// List lists the appeals that the actor may decide, and those that were decided.
func (x *Appeals) List(ctx context.Context, who people.Actor) ([]coursedb.Appeal, error) {
	if err := who.MustSomewhere(people.DecideReview); err != nil {
		return nil, err
	}
	return coursedb.New(x.db.Read()).Appeals(ctx, who.Reach(people.DecideReview))
}

// Waiting counts the open appeals of the actor's lines; 0 for who decides none.
func (x *Appeals) Waiting(ctx context.Context, who people.Actor) (int, error) {
	if who.MustSomewhere(people.DecideReview) != nil {
		return 0, nil
	}
	return coursedb.New(x.db.Read()).OpenAppeals(ctx, who.Reach(people.DecideReview))
}

// AppealFile is an appeal for who decides it.
type AppealFile struct {
	coursedb.Appeal
	Offers   []string     // the outcomes to choose from
	Refusal  *fault.Error // why this person may not decide; nil when they may
	MayEnrol bool         // the reader may enrol the person again
}

// Read opens an appeal.
func (x *Appeals) Read(ctx context.Context, who people.Actor, id int64) (AppealFile, error) {
	a, err := coursedb.New(x.db.Read()).Appeal(ctx, id)
	if err != nil {
		return AppealFile{}, err
	}
	if err := who.Must(people.DecideReview, people.Target{Line: a.LineID}); err != nil {
		return AppealFile{}, err
	}
	f := AppealFile{Appeal: a, Offers: outcomes(a), Refusal: mayDecide(a, who)}
	f.MayEnrol = who.May(people.DecideApplication, people.Target{Line: a.LineID})
	return f, nil
}

// outcomes are what an appeal may end with. A revocation is final: that it was
// wrong is put on record, and the way to a new certificate is open.
func outcomes(a coursedb.Appeal) []string {
	if a.StopKind == "revoked" {
		return []string{"upheld", "wrong"}
	}
	return []string{"upheld", "lifted"}
}

func mayDecide(a coursedb.Appeal, who people.Actor) *fault.Error {
	switch {
	case a.Outcome != "":
		return ErrAppealOver
	case a.Person == who.ID:
		return ErrSelfDecision
	case a.StopBy == who.ID:
		return ErrAppealDecider
	}
	return nil
}

// Decide decides an appeal, once, with a reason that the person reads. Lifted
// ends the suspension from the commit on; the other outcomes leave what is.
func (x *Appeals) Decide(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, outcome, reason string) error {
	first, err := x.Read(ctx, who, id)
	if err != nil {
		return err
	}
	if first.Refusal != nil && first.Refusal != ErrAppealOver {
		return first.Refusal
	}
	var form fault.Form
	form.Add(!slices.Contains(first.Offers, outcome), "outcome", ErrChoice)
	required(&form, "reason", reason, 2000)
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, first.Person); err != nil {
			return err
		}
		store := coursedb.New(q)
		a, err := store.Appeal(ctx, id)
		if err != nil {
			return err
		}
		if why := mayDecide(a, who); why != nil {
			return why
		}
		reason := strings.TrimSpace(reason)
		if err := store.DecideAppeal(ctx, id, outcome, reason, who.ID, now); err != nil {
			return err
		}
		if err := appealEvent(ctx, q, now, a.Person, who.ID, a.Certificate, outcome, reason); err != nil {
			return err
		}
		kind := "appeal_" + outcome
		if a.Certificate == 0 {
			kind += "_whole"
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: a.Person, Kind: kind, Vals: map[string]any{"Line": a.LineName, "Words": reason}}); err != nil {
			return err
		}
		as := people.Administrator
		if slices.ContainsFunc(who.Grants, func(g people.Grant) bool {
			return g.Role == people.Coordinator && (g.Scope != people.Line || g.ID == a.LineID)
		}) {
			as = people.Coordinator
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: as, Action: people.DecideReview, Kind: "appeal", Subject: id,
			Detail: map[string]any{"outcome": outcome, "person": a.Person, "certificate": a.Certificate, "decision": a.Stop},
		})
		if err != nil || outcome != "lifted" {
			return err
		}
		return lift(ctx, q, now, who, a)
	})
}

// lift ends the suspension that an appeal is about. Whatever else ends one first
// closes the appeal, so it is still in force; a certificate that was renewed
// meanwhile has nothing left to lift.
func lift(ctx context.Context, q pg.Q, now time.Time, who people.Actor, a coursedb.Appeal) error {
	store := coursedb.New(q)
	change := coursedb.FactChange{Person: a.Person, Close: true, Fact: gate.Fact{Kind: gate.Suspension}}
	if a.Certificate != 0 {
		c, err := store.Certificate(ctx, a.Certificate, true)
		if err != nil {
			return err
		}
		events, err := store.CertificateEvents(ctx, c.ID)
		if err != nil || c.StatusAt(events, now) != cert.Suspended {
			return err
		}
		change.Fact = gate.Fact{Kind: gate.CertificateSuspension, Line: gate.LineID(c.LineID), Ref: c.ID}
	}
	if err := appealEvent(ctx, q, now, a.Person, who.ID, a.Certificate, "restored", ""); err != nil {
		return err
	}
	_, err := store.Record(ctx, change)
	return err
}
