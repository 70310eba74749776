package app

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/course/proof"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Contacts is the record of contacts that were taken. It feeds recency and the
// ledger of hours; nothing of a caller is kept.
type Contacts struct {
	db     *pg.DB
	course *Course
}

// NewContacts makes the use cases of contacts.
func NewContacts(db *pg.DB, course *Course) *Contacts { return &Contacts{db: db, course: course} }

// Faults of contacts.
var (
	ErrContactTime  = fault.New(fault.Invalid, "contact.time")
	ErrContactAhead = fault.New(fault.Invalid, "contact.ahead")
	ErrContactOld   = fault.New(fault.Invalid, "contact.old")
	ErrNotCertified = fault.New(fault.Conflict, "contact.not_certified")
	ErrMinutes      = fault.New(fault.Invalid, "contact.minutes_range")
	ErrNoRef        = fault.New(fault.Invalid, "contact.no_ref")
	ErrTooMuch      = fault.New(fault.Invalid, "contact.too_many")
)

const (
	contactBack  = 31 * 24 * time.Hour // how far back a contact may be entered
	contactBatch = 500                 // of an engine in one call
	contactsSeen = 100                 // on the page
)

// wallForm is how forms write an instant in the line's zone.
const wallForm = "2006-01-02T15:04"

// wallInstant reads a wall time of the zone. A time that a clock change leaves
// out is refused; of one that comes twice the first is meant.
func wallInstant(s string, zone *time.Location) (time.Time, bool) {
	wall, err := time.Parse(wallForm, strings.TrimSpace(s))
	if at := proof.Instants(wall, zone); err == nil && len(at) > 0 {
		return at[0].UTC(), true
	}
	return time.Time{}, false
}

// withinReach tells whether a contact at the instant may be entered now: it is
// neither still to come nor too far back.
func withinReach(at, now time.Time) *fault.Error {
	switch {
	case at.After(now):
		return ErrContactAhead
	case at.Before(now.Add(-contactBack)):
		return ErrContactOld
	}
	return nil
}

// recency is what a programme says about days without contacts.
func recency(p content.Programme) cert.Recency {
	var r cert.Recency
	for _, i := range p.Inactivity {
		switch i.Then {
		case "supervised_shift":
			r.Level = i.Days
		case "roleplay":
			r.Contacts = i.Days
		}
	}
	return r
}

// practised are the facts that a contact, a certificate or a passed call at the
// instant leaves on a line: how long the level and contacts are trusted. Older
// ones are closed; what was trusted for longer stays.
func practised(ctx context.Context, q pg.Q, p content.Programme, line coursedb.Line, person people.ID, at time.Time) ([]coursedb.FactChange, error) {
	rule := recency(p)
	if rule == (cert.Recency{}) {
		return nil, nil
	}
	open, err := coursedb.New(q).OpenFacts(ctx, person)
	if err != nil {
		return nil, err
	}
	level, contacts := rule.Until(at, line.Location())
	fact := gate.Fact{Kind: gate.Practice, Line: gate.LineID(line.ID)}
	for _, f := range open {
		if f.Kind == gate.Practice && f.Line == fact.Line && !f.From.Before(at) {
			return nil, nil // a later contact is known
		}
	}
	changes := []coursedb.FactChange{{Person: person, Close: true, Fact: fact}}
	kept, taken := fact, fact
	kept.Level, kept.From, kept.Until = gate.Autonomous, at, level
	taken.Level, taken.From, taken.Until = gate.Supervised, at, contacts
	return append(changes, coursedb.FactChange{Person: person, Fact: kept}, coursedb.FactChange{Person: person, Fact: taken}), nil
}

// certifiedFor finds the programme by which a person is certified for a line
// now; false when no certificate of theirs is open.
func (x *Course) certifiedFor(ctx context.Context, q pg.Q, person people.ID, line int64) (content.Programme, bool, error) {
	open, err := coursedb.New(q).OpenCertificates(ctx, person, line)
	if err != nil || len(open) == 0 {
		return content.Programme{}, false, err
	}
	ed, err := x.library.edition(ctx, open[0].ReleaseID)
	if err != nil {
		return content.Programme{}, false, err
	}
	return ed.Pack.Programme, true, nil
}

// keepUp renews the trust in who is certified for a line and passed a call at
// the instant: it is the way back after too long without contacts.
func (x *Course) keepUp(ctx context.Context, q pg.Q, now time.Time, person people.ID, line int64) error {
	programme, ok, err := x.certifiedFor(ctx, q, person, line)
	if err != nil || !ok {
		return err
	}
	store := coursedb.New(q)
	l, err := store.Line(ctx, line)
	if err != nil {
		return err
	}
	changes, err := practised(ctx, q, programme, l, person, now)
	if err != nil {
		return err
	}
	_, err = store.Record(ctx, changes...)
	return err
}

// ContactPage is the page on which contacts of a line are entered.
type ContactPage struct {
	Line   coursedb.Line
	Latest []coursedb.Contact
	Now    time.Time
}

// Page reads the newest contacts of a line.
func (x *Contacts) Page(ctx context.Context, who people.Actor, code string) (ContactPage, error) {
	store := coursedb.New(x.db.Read())
	l, err := store.LineByCode(ctx, code)
	if err != nil {
		return ContactPage{}, err
	}
	if err := who.Must(people.EnterContact, people.Target{Line: l.ID}); err != nil {
		return ContactPage{}, err
	}
	p := ContactPage{Line: l}
	if p.Latest, err = store.LineContacts(ctx, l.ID, contactsSeen); err != nil {
		return p, err
	}
	p.Now, err = x.db.Now(ctx)
	return p, err
}

// NewContact is a contact as typed.
type NewContact struct {
	Number  string // of the volunteer
	Channel string
	At      string // wall time of the line, 2006-01-02T15:04
	Minutes int    // 0: not said
}

// Enter records a contact that a supervisor saw; nobody enters their own.
func (x *Contacts) Enter(ctx context.Context, who people.Actor, cmd *pg.Command, code string, in NewContact) error {
	page, err := x.Page(ctx, who, code)
	if err != nil {
		return err
	}
	line := page.Line
	var form fault.Form
	at, ok := wallInstant(in.At, line.Location())
	form.Add(!ok, "at", ErrContactTime)
	form.Add(!line.HasChannel(gate.Channel(in.Channel)), "channel", ErrChoice)
	form.Add(in.Minutes < 0 || in.Minutes > 24*60, "minutes", ErrMinutes)
	person, err := peopledb.New(x.db.Read()).PersonByNumber(ctx, strings.ToLower(strings.TrimSpace(in.Number)))
	form.Add(err != nil, "number", peopledb.ErrNoPerson)
	form.Add(err == nil && person == who.ID, "number", ErrOwnWork)
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if no := withinReach(at, now); no != nil {
			return fault.Form{no.On("at")}
		}
		if err := peopledb.New(q).LockPerson(ctx, person); err != nil {
			return err
		}
		programme, certified, err := x.course.certifiedFor(ctx, q, person, line.ID)
		if err != nil {
			return err
		}
		if !certified {
			return fault.Form{ErrNotCertified.On("number")}
		}
		store := coursedb.New(q)
		if _, err := store.AddContact(ctx, coursedb.Contact{Person: person, Line: line.ID, Channel: in.Channel, At: at, Minutes: in.Minutes, EnteredBy: who.ID}, now); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Supervisor, Action: people.EnterContact, Kind: "person", Subject: int64(person),
			Detail: map[string]any{"line": line.Code, "channel": in.Channel, "at": at, "minutes": in.Minutes},
		})
		if err != nil {
			return err
		}
		changes, err := practised(ctx, q, programme, line, person, at)
		if err != nil {
			return err
		}
		_, err = store.Record(ctx, changes...)
		return err
	})
}

// EngineContact is a contact as an engine tells it.
type EngineContact struct {
	Agent, Channel string
	At             time.Time
	Minutes        int
	Ref            string // the engine's own id; the same again counts once
}

// refForm is the form of an engine's id of a contact.
var refForm = regexp.MustCompile(`^[A-Za-z0-9._:@-]{1,120}$`)

// Told is what became of one contact of an engine.
type Told struct {
	Ref   string
	State string // recorded, known or refused
	Err   error  // why it was refused
}

// FromEngine records contacts that an engine carried, in their order; every one
// gets its own answer. The same again is "known".
func (x *Contacts) FromEngine(ctx context.Context, token, code string, list []EngineContact) ([]Told, error) {
	store := coursedb.New(x.db.Read())
	key, err := store.KeyByToken(ctx, tokenHash(token))
	switch {
	case err != nil:
		return nil, err
	case key.ID == 0:
		return nil, ErrBadToken
	case !key.Allows(coursedb.ScopeContacts):
		return nil, ErrBadScope
	case !lineForm.MatchString(code):
		return nil, ErrMalformed
	case len(list) > contactBatch:
		return nil, ErrTooMuch.With("Max", contactBatch)
	}
	line, err := store.LineByCode(ctx, code)
	if err != nil || !key.Covers(line.ID) {
		if err == nil || fault.KindOf(err) == fault.NotFound {
			return nil, ErrNoSuchLine
		}
		return nil, err
	}
	var out []Told
	err = x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		out = make([]Told, len(list))
		var changes []coursedb.FactChange
		newest := map[people.ID]time.Time{} // a later contact of this call settles recency
		recorded := 0
		for _, i := range byAgent(list) {
			c := list[i]
			out[i] = Told{Ref: c.Ref, State: "refused"}
			person, err := x.engineContact(ctx, q, now, key.ID, line, c)
			switch {
			case err == nil && person == 0:
				out[i].State = "known"
			case err == nil:
				out[i].State = "recorded"
				recorded++
				if c.At.After(newest[person]) {
					newest[person] = c.At
				}
			case fault.KindOf(err) == fault.Internal || fault.KindOf(err) == fault.Unavailable:
				return err
			default:
				out[i].Err = err
			}
		}
		for person, at := range newest {
			programme, ok, err := x.course.certifiedFor(ctx, q, person, line.ID)
			if err != nil {
				return err
			}
			if !ok {
				continue // the contact happened; there is nothing that it could keep
			}
			more, err := practised(ctx, q, programme, line, person, at)
			if err != nil {
				return err
			}
			changes = append(changes, more...)
		}
		if recorded > 0 {
			err := audit.Record(ctx, q, now, audit.Entry{
				Actor: people.Actor{Program: fmt.Sprintf("gate key %d", key.ID)}, Action: people.EnterContact, Kind: "line", Subject: line.ID, Detail: map[string]any{"recorded": recorded, "of": len(list)},
			})
			if err != nil {
				return err
			}
		}
		_, err := coursedb.New(q).Record(ctx, changes...)
		return err
	})
	return out, err
}

// byAgent orders contacts so that two calls at once lock people in one order.
func byAgent(list []EngineContact) []int {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(list[a].Agent, list[b].Agent) })
	return order
}

// engineContact stores one contact of an engine; person 0 is one that was known.
func (x *Contacts) engineContact(ctx context.Context, q pg.Q, now time.Time, key int64, line coursedb.Line, c EngineContact) (people.ID, error) {
	switch {
	case !refForm.MatchString(c.Ref):
		return 0, ErrNoRef
	case !agentForm.MatchString(c.Agent) || !validChannel(c.Channel):
		return 0, ErrMalformed
	case c.At.IsZero():
		return 0, ErrContactAhead
	}
	if no := withinReach(c.At, now); no != nil {
		return 0, no
	}
	if c.Minutes < 0 || c.Minutes > 24*60 {
		return 0, ErrMinutes
	}
	people := peopledb.New(q)
	person, err := people.PersonByNumber(ctx, c.Agent)
	if err != nil {
		return 0, err
	}
	if err := people.LockPerson(ctx, person); err != nil {
		return 0, err
	}
	fresh, err := coursedb.New(q).AddContact(ctx, coursedb.Contact{
		Person: person, Line: line.ID, Channel: c.Channel, At: c.At, Minutes: c.Minutes, Key: key, EngineRef: c.Ref,
	}, now)
	if err != nil || !fresh {
		return 0, err
	}
	return person, nil
}
