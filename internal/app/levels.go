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
	"abilita/scheduler/schedulerdb"
)

// Levels is the ladder after the certificate: contacts that somebody listened
// to, and the decision that a level is reached.
type Levels struct {
	db     *pg.DB
	course *Course
}

// NewLevels makes the use cases of levels.
func NewLevels(db *pg.DB, course *Course) *Levels { return &Levels{db: db, course: course} }

// shiftsSeen is how many shifts the page of a level shows.
const shiftsSeen = 12

// Ladder is where the holder of a certificate stands on one channel.
type Ladder struct {
	Certificate  coursedb.Certificate
	Channel      string
	Line         coursedb.Line
	Holder       peopledb.Identity
	Level        string // now
	Since        time.Time
	Next         string               // empty at the top
	Needed, Seen int                  // days of good contacts for the next level
	Heard        []coursedb.Heard     // on the channel
	Hours        []coursedb.Ledger    // of the holder on the line, by month
	Shifts       []schedulerdb.Worked // of the holder on the line, the newest first
	Refusal      error                // why this person may not raise it now; nil when they may
	MayObserve   bool
	MayRaise     bool // some day, whatever Refusal says
	Now          time.Time
}

// Read opens the ladder of a signed certificate on one of its channels; any
// other stands for the first.
func (x *Levels) Read(ctx context.Context, who people.Actor, certificate int64, channel string) (Ladder, error) {
	now, err := x.db.Now(ctx)
	if err != nil {
		return Ladder{}, err
	}
	return x.read(ctx, x.db.Read(), now, who, certificate, channel, false)
}

func (x *Levels) read(ctx context.Context, q pg.Q, now time.Time, who people.Actor, certificate int64, channel string, lock bool) (Ladder, error) {
	store := coursedb.New(q)
	c, err := store.Certificate(ctx, certificate, lock)
	if err != nil {
		return Ladder{}, err
	}
	e, err := store.Enrolment(ctx, c.Enrolment, false)
	if err != nil {
		return Ladder{}, err
	}
	target := people.Target{Person: c.Person, Line: c.LineID, Cohort: e.CohortID}
	if err := who.Must(people.ReadLevel, target); err != nil {
		return Ladder{}, err
	}
	if c.SignedAt == nil {
		return Ladder{}, people.ErrHidden
	}
	if !slices.Contains(c.Channels, channel) {
		channel = c.Channels[0]
	}
	l := Ladder{Certificate: c, Channel: channel, Now: now, MayObserve: who.May(people.ObserveContact, target) && who.ID != c.Person, MayRaise: who.May(people.RaiseLevel, target) && who.ID != c.Person}
	if l.Line, err = store.Line(ctx, c.LineID); err != nil {
		return l, err
	}
	if l.Holder, err = peopledb.New(q).Identity(ctx, c.Person); err != nil {
		return l, err
	}
	if l.Heard, err = store.HeardOf(ctx, c.ID); err != nil {
		return l, err
	}
	l.Heard = slices.DeleteFunc(l.Heard, func(h coursedb.Heard) bool { return h.Channel != channel })
	if l.Hours, err = store.LedgerOf(ctx, c.Person, c.LineID); err != nil {
		return l, err
	}
	if l.Shifts, err = schedulerdb.New(q).WorkedBy(ctx, c.Person, c.LineID, now, shiftsSeen); err != nil {
		return l, err
	}
	events, err := store.CertificateEvents(ctx, c.ID)
	if err != nil {
		return l, err
	}
	ed, err := x.course.library.edition(ctx, c.ReleaseID)
	if err != nil {
		return l, err
	}
	l.Level, l.Since = c.LevelAt(events, channel, l.Now)
	next, ok := cert.NextLevel(l.Level)
	step, asked := -1, false
	for _, s := range ed.Pack.Programme.Levels {
		if string(gateLevel(s.Level)) == next {
			step, asked = s.Shifts, true
		}
	}
	list := make([]cert.Observation, len(l.Heard))
	for i, h := range l.Heard {
		list[i] = h.Observation()
	}
	zone := l.Line.Location()
	facts, err := store.OpenFacts(ctx, c.Person)
	if err != nil {
		return l, err
	}
	known := slices.ContainsFunc(facts, func(f coursedb.OpenFact) bool {
		return f.Kind == gate.Certificate && f.Ref == c.ID && f.Channel == gate.Channel(channel)
	})
	switch {
	case !ok || !asked:
		l.Refusal = cert.ErrTopLevel
	case !known || c.StatusAt(events, l.Now) != cert.Valid: // a later certificate may have taken the channel over
		l.Next, l.Needed, l.Refusal = next, step, cert.ErrNotValid
	default:
		l.Next, l.Needed = next, step
		l.Refusal = cert.MayRaise(list, l.Since, step, zone, c.Person, who.ID)
	}
	l.Seen = cert.Observed(list, l.Since, zone)
	return l, nil
}

// NewHeard is the word of somebody who listened to a contact, as typed.
type NewHeard struct {
	Channel string
	At      string // wall time of the line, 2006-01-02T15:04
	Verdict string // good or not_yet
	Note    string // for the volunteer too; never about the caller
}

// Observe signs that one listened to a contact of the holder. It also counts as
// a contact taken. The volunteer is told.
func (x *Levels) Observe(ctx context.Context, who people.Actor, cmd *pg.Command, certificate int64, in NewHeard) error {
	first, err := x.Read(ctx, who, certificate, "")
	if err != nil {
		return err
	}
	if !first.MayObserve {
		return people.ErrHidden
	}
	zone := first.Line.Location()
	at, ok := wallInstant(in.At, zone)
	var form fault.Form
	form.Add(!ok, "at", ErrContactTime)
	form.Add(!slices.Contains(first.Certificate.Channels, in.Channel), "channel", ErrChoice)
	form.Add(in.Verdict != "good" && in.Verdict != "not_yet", "verdict", ErrChoice)
	form.Add(in.Verdict == "not_yet" && strings.TrimSpace(in.Note) == "", "note", ErrRequired)
	form.Add(len([]rune(in.Note)) > 2000, "note", ErrTooLong.With("Max", 2000))
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		no := withinReach(at, now)
		if no == nil && at.Before(*first.Certificate.ValidFrom) {
			no = ErrContactOld
		}
		if no != nil {
			return fault.Form{no.On("at")}
		}
		if err := peopledb.New(q).LockPerson(ctx, first.Certificate.Person); err != nil {
			return err
		}
		l, err := x.read(ctx, q, now, who, certificate, in.Channel, true)
		if err != nil {
			return err
		}
		store, c := coursedb.New(q), l.Certificate
		id, err := store.AddHeard(ctx, c, coursedb.Heard{Channel: in.Channel, Observer: who.ID, At: at, Good: in.Verdict == "good", Note: strings.TrimSpace(in.Note), SignedAt: now})
		if err != nil {
			return err
		}
		if _, err := store.AddContact(ctx, coursedb.Contact{Person: c.Person, Line: c.LineID, Channel: in.Channel, At: at, EnteredBy: who.ID}, now); err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: c.Person, Kind: "contact_heard", Vals: map[string]any{"Line": l.Line.Name}}); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Mentor, Action: people.ObserveContact, Kind: "certificate", Subject: c.ID, Detail: map[string]any{"heard": id, "at": at, "good": in.Verdict == "good"},
		})
		if err != nil {
			return err
		}
		ed, err := x.course.library.edition(ctx, c.ReleaseID)
		if err != nil {
			return err
		}
		changes, err := practised(ctx, q, ed.Pack.Programme, l.Line, c.Person, at)
		if err != nil {
			return err
		}
		_, err = store.Record(ctx, changes...)
		return err
	})
}

// Raise decides that the next level is reached on a channel; the gate follows
// from the commit on. The one who decides is not the only one who listened.
func (x *Levels) Raise(ctx context.Context, who people.Actor, cmd *pg.Command, certificate int64, channel, words string) error {
	first, err := x.Read(ctx, who, certificate, channel)
	if err != nil {
		return err
	}
	if !first.MayRaise {
		return people.ErrHidden
	}
	var form fault.Form
	form.Add(channel != first.Channel, "channel", ErrChoice)
	form.Add(len([]rune(words)) > 2000, "words", ErrTooLong.With("Max", 2000))
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockPerson(ctx, first.Certificate.Person); err != nil {
			return err
		}
		l, err := x.read(ctx, q, now, who, certificate, first.Channel, true)
		if err != nil {
			return err
		}
		if l.Refusal != nil {
			return l.Refusal
		}
		store, c := coursedb.New(q), l.Certificate
		err = store.AddCertificateEvent(ctx, c.ID, coursedb.CertificateEvent{Kind: "raised", Channel: l.Channel, Level: l.Next, Words: strings.TrimSpace(words), Actor: who.ID, At: now})
		if err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: c.Person, Kind: "level_raised", Vals: map[string]any{"Line": l.Line.Name, "Level": l.Next, "Channel": l.Channel, "Words": strings.TrimSpace(words)}}); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.RaiseLevel, Kind: "certificate", Subject: c.ID, Detail: map[string]any{"channel": l.Channel, "from": l.Level, "to": l.Next, "seen": l.Seen},
		})
		if err != nil {
			return err
		}
		old := gate.Fact{Kind: gate.Certificate, Line: gate.LineID(c.LineID), Ref: c.ID, Channel: gate.Channel(l.Channel)}
		raised := old
		raised.Level, raised.Until = gate.Level(l.Next), *c.ValidUntil
		_, err = store.Record(ctx, coursedb.FactChange{Person: c.Person, Close: true, Fact: old}, coursedb.FactChange{Person: c.Person, Now: true, Fact: raised})
		return err
	})
}
