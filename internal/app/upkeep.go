package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"abilita/content"
	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/scheduler/schedulerdb"
)

// Upkeep keeps a certificate alive: the renewal before its end and the check half
// way. Both are enrolments on a track of their own in a cohort of the
// line, with the requirements that the programme lists for it.
type Upkeep struct {
	db     *pg.DB
	course *Course
}

// NewUpkeep makes the use cases of renewing.
func NewUpkeep(db *pg.DB, course *Course) *Upkeep { return &Upkeep{db: db, course: course} }

// Renewable is a certificate whose renewal may begin now and has not.
type Renewable struct {
	Certificate coursedb.Certificate
	Line        coursedb.Line
	Until       time.Time // when the renewal no longer holds in the place of the whole way
}

// renewable tells whether the renewal of a certificate may begin, and its window.
// cert.ErrNotValid also stands for an enrolment that ended.
func (x *Course) renewable(ctx context.Context, q pg.Q, now time.Time, c coursedb.Certificate) (cert.Window, error) {
	store := coursedb.New(q)
	if c.SignedAt == nil {
		return cert.Window{}, cert.ErrNotValid
	}
	line, err := store.Line(ctx, c.LineID)
	if err != nil {
		return cert.Window{}, err
	}
	e, err := store.Enrolment(ctx, c.Enrolment, false)
	if err != nil {
		return cert.Window{}, err
	}
	if e.Ended() {
		return cert.Window{}, cert.ErrNotValid
	}
	ed, err := x.library.edition(ctx, e.ReleaseID)
	if err != nil {
		return cert.Window{}, err
	}
	events, err := store.CertificateEvents(ctx, c.ID)
	if err != nil {
		return cert.Window{}, err
	}
	rule := ed.Pack.Programme.Window
	w := cert.RenewalWindow(*c.ValidUntil, rule.BeforeDays, rule.AfterDays, line.Location())
	return w, cert.MayRenew(c.StatusAt(events, now), w, now)
}

// offers lists the renewals that may begin among a person's certificates. Who is
// far from an end costs no statement.
func (x *Course) offers(ctx context.Context, q pg.Q, now time.Time, papers []coursedb.Certificate, paths []Path) ([]Renewable, error) {
	begun, lines := map[int64]bool{}, map[int64]Path{}
	for _, p := range paths {
		begun[p.Enrolment.About], lines[p.Line.ID] = true, p
	}
	var list []Renewable
	for _, c := range papers {
		p, ok := lines[c.LineID]
		if !ok || begun[c.ID] || c.SignedAt == nil || now.Before(c.ValidUntil.AddDate(0, 0, -p.Programme.Window.BeforeDays-1)) {
			continue
		}
		w, err := x.renewable(ctx, q, now, c)
		if notNow(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, Renewable{Certificate: c, Line: p.Line, Until: w.To})
	}
	return list, nil
}

// notNow tells whether an error says that a renewal may not begin.
func notNow(err error) bool { return err != nil && fault.KindOf(err) == fault.Conflict }

// Begin opens the renewal of a certificate for its holder, who asks for it or has
// it opened by a coordinator. One that is open already stays as it is.
func (x *Upkeep) Begin(ctx context.Context, who people.Actor, cmd *pg.Command, certificate int64) error {
	first, err := coursedb.New(x.db.Read()).Certificate(ctx, certificate, false)
	if err != nil {
		return err
	}
	if err := who.Must(people.BeginRenewal, people.Target{Person: first.Person, Line: first.LineID}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, first.Person); err != nil {
			return err
		}
		c, err := coursedb.New(q).Certificate(ctx, certificate, true)
		if err != nil {
			return err
		}
		w, err := x.course.renewable(ctx, q, now, c)
		if err != nil {
			return err
		}
		return x.open(ctx, q, now, who, c, cert.Renewal, w)
	})
}

// open begins a renewal or a check, and plans its end. Whoever has begun it before
// goes on with that.
func (x *Upkeep) open(ctx context.Context, q pg.Q, now time.Time, who people.Actor, c coursedb.Certificate, track cert.Track, w cert.Window) error {
	store := coursedb.New(q)
	line, err := store.Line(ctx, c.LineID)
	if err != nil {
		return err
	}
	id, err := store.OpenUpkeep(ctx, c, track, w.To, now, day(now, line.Location()))
	if errors.Is(err, coursedb.ErrEnrolled) {
		return nil
	}
	if err != nil {
		return err
	}
	if track == cert.Renewal {
		if err := schedulerdb.New(q).Enqueue(ctx, workLapse, fmt.Sprintf("lapse %d", id), map[string]any{"enrolment": id}, w.To); err != nil {
			return err
		}
	}
	if err := outbox.Queue(ctx, q, now, outbox.Letter{To: c.Person, Kind: "upkeep_" + string(track), Vals: map[string]any{
		"Line": line.Name, "Until": c.ValidUntil.UTC().Format(time.RFC3339), "By": w.To.Format(time.RFC3339),
	}}); err != nil {
		return err
	}
	as := people.Coordinator
	if who.ID == c.Person {
		as = people.Volunteer
	}
	err = audit.Record(ctx, q, now, audit.Entry{Actor: who, As: as, Action: people.BeginRenewal, Kind: "enrolment", Subject: id, Detail: map[string]any{
		"track": string(track), "certificate": c.ID, "person": c.Person, "until": w.To,
	}})
	if err != nil {
		return err
	}
	return x.course.review(ctx, q, now, id)
}

// begin is the due work that opens a renewal or a check on its day. What was
// renewed, stopped or left meanwhile asks for none.
func (x *Upkeep) begin(ctx context.Context, q pg.Q, now time.Time, certificate int64, track cert.Track) error {
	store := coursedb.New(q)
	first, err := store.Certificate(ctx, certificate, false)
	if err != nil {
		return err
	}
	if err := peopledb.New(q).LockPerson(ctx, first.Person); err != nil {
		return err
	}
	c, err := store.Certificate(ctx, certificate, true)
	if err != nil {
		return err
	}
	var w cert.Window
	if track == cert.MidTerm {
		if w.To, err = store.CheckDue(ctx, c); err != nil || w.To.IsZero() {
			return err
		}
	} else if w, err = x.course.renewable(ctx, q, now, c); notNow(err) {
		return nil
	} else if err != nil {
		return err
	}
	return x.open(ctx, q, now, people.Actor{Program: "due"}, c, track, w)
}

// lapse is the due work that ends a renewal which nobody finished in time. One
// that waits for a signature waits on.
func (x *Upkeep) lapse(ctx context.Context, q pg.Q, now time.Time, enrolment int64) error {
	store := coursedb.New(q)
	first, err := store.Enrolment(ctx, enrolment, false)
	if err != nil {
		return err
	}
	if err := peopledb.New(q).LockPerson(ctx, first.Person); err != nil {
		return err
	}
	e, err := store.Enrolment(ctx, enrolment, true)
	if err != nil || !e.Open() {
		return err
	}
	waiting, err := store.Proposed(ctx, e.ID)
	if err != nil || waiting {
		return err
	}
	line, err := store.Line(ctx, e.LineID)
	if err != nil {
		return err
	}
	if err := store.EndEnrolment(ctx, e.ID, "lapsed", now); err != nil {
		return err
	}
	if err := outbox.Queue(ctx, q, now, outbox.Letter{To: e.Person, Kind: "renewal_lapsed", Vals: map[string]any{"Line": line.Name}}); err != nil {
		return err
	}
	return audit.Record(ctx, q, now, audit.Entry{Actor: people.Actor{Program: "due"}, As: people.Coordinator, Action: people.BeginRenewal, Kind: "enrolment", Subject: e.ID, Detail: map[string]any{"did": "lapse"}})
}

// keepAlive plans what a certificate asks for after its signature: the letters
// before its end, its renewal and the check half way. What was open about the
// ones before it ends, but for one that only adds a channel: its dates are those
// of the certificate that it extends, and a check that is under way goes on. It
// returns the facts of the check, whose deadline the gate knows from the first
// day on.
func (x *Course) keepAlive(ctx context.Context, q pg.Q, now time.Time, c coursedb.Certificate, p content.Programme, line coursedb.Line) ([]coursedb.FactChange, error) {
	zone := line.Location()
	if err := announceExpiry(ctx, q, now, c.ID, *c.ValidUntil, p.Window.BeforeDays, zone); err != nil {
		return nil, err
	}
	window := cert.RenewalWindow(*c.ValidUntil, p.Window.BeforeDays, p.Window.AfterDays, zone)
	if err := planUpkeep(ctx, q, c.ID, cert.Renewal, window.From); err != nil {
		return nil, err
	}
	if c.Extends != 0 {
		return nil, coursedb.New(q).MoveRenewal(ctx, c.Extends, c.ID)
	}
	open, err := coursedb.New(q).Upkeep(ctx, c.Person, c.LineID)
	if err != nil {
		return nil, err
	}
	for _, e := range open {
		if e.ID == c.Enrolment {
			continue
		}
		if err := coursedb.New(q).EndEnrolment(ctx, e.ID, "lapsed", now); err != nil {
			return nil, err
		}
	}
	fact := gate.Fact{Kind: gate.CheckDue, Line: gate.LineID(c.LineID)}
	changes := []coursedb.FactChange{{Person: c.Person, Close: true, Fact: fact}}
	check, asked := cert.MidTermWindow(now, *c.ValidUntil, p.MidCheck.AfterDays, p.MidCheck.WithinDays, zone)
	if !asked {
		return changes, nil
	}
	fact.Ref, fact.From, fact.Until = c.ID, check.To, *c.ValidUntil
	if !fact.From.Before(fact.Until) {
		return changes, nil
	}
	return append(changes, coursedb.FactChange{Person: c.Person, Fact: fact}), planUpkeep(ctx, q, c.ID, cert.MidTerm, check.From)
}

func planUpkeep(ctx context.Context, q pg.Q, certificate int64, track cert.Track, at time.Time) error {
	return schedulerdb.New(q).Enqueue(ctx, workUpkeep, fmt.Sprintf("%s %d", track, certificate), map[string]any{"certificate": certificate, "track": string(track)}, at)
}

// still tells whether what a renewal renews may be renewed: it was not revoked
// since.
func (x *Course) still(ctx context.Context, q pg.Q, now time.Time, c coursedb.Certificate) error {
	store := coursedb.New(q)
	e, err := store.Enrolment(ctx, c.Enrolment, false)
	if err != nil || e.About == 0 {
		return err
	}
	about, err := store.Certificate(ctx, e.About, false)
	if err != nil {
		return err
	}
	events, err := store.CertificateEvents(ctx, about.ID)
	if err == nil && about.StatusAt(events, now) == cert.Revoked {
		err = cert.ErrRevoked
	}
	return err
}

// endUpkeep ends what is open about a certificate that was revoked.
func (x *Course) endUpkeep(ctx context.Context, q pg.Q, now time.Time, c coursedb.Certificate) error {
	open, err := coursedb.New(q).Upkeep(ctx, c.Person, c.LineID)
	if err != nil {
		return err
	}
	for _, e := range open {
		if e.About != c.ID {
			continue
		}
		if err := coursedb.New(q).EndEnrolment(ctx, e.ID, "withdrawn", now); err != nil {
			return err
		}
	}
	return nil
}

// checked ends a check half way that is complete, and opens it again when a
// correction undid it. The gate follows from the commit on.
func (x *Course) checked(ctx context.Context, q pg.Q, now time.Time, e coursedb.Enrolment, complete bool) error {
	store := coursedb.New(q)
	fact := gate.Fact{Kind: gate.CheckDue, Line: gate.LineID(e.LineID)}
	switch {
	case complete && e.Open():
		line, err := store.Line(ctx, e.LineID)
		if err != nil {
			return err
		}
		if err := store.SetEnrolmentState(ctx, e.ID, "completed"); err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: e.Person, Kind: "midterm_done", Vals: map[string]any{"Line": line.Name}}); err != nil {
			return err
		}
		_, err = store.Record(ctx, coursedb.FactChange{Person: e.Person, Close: true, Fact: fact})
		return err
	case !complete && e.State == "completed":
		c, err := store.Certificate(ctx, e.About, false)
		if err != nil {
			return err
		}
		if err := store.SetEnrolmentState(ctx, e.ID, "active"); err != nil {
			return err
		}
		fact.Ref, fact.From, fact.Until = c.ID, *e.DueAt, *c.ValidUntil
		if fact.From.Before(now) {
			fact.From = now
		}
		if !fact.From.Before(fact.Until) {
			return nil
		}
		_, err = store.Record(ctx, coursedb.FactChange{Person: e.Person, Fact: fact})
		return err
	}
	return nil
}
