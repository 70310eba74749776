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
	"abilita/scheduler/schedulerdb"
)

// Room is a session as its trainer sees it.
type Room struct {
	Session schedulerdb.Session
	Seats   []schedulerdb.Seat
	Zone    *time.Location
	Now     time.Time
}

// Room opens a session for staff.
func (x *Sessions) Room(ctx context.Context, who people.Actor, session int64) (Room, error) {
	q := x.db.Read()
	store := schedulerdb.New(q)
	s, err := store.Session(ctx, session, who.ID)
	if err != nil {
		return Room{}, err
	}
	if err := who.Must(people.CloseAttendance, people.Target{Cohort: s.CohortID, Line: s.LineID}); err != nil {
		return Room{}, err
	}
	r := Room{Session: s}
	line, err := coursedb.New(q).Line(ctx, s.LineID)
	if err != nil {
		return r, err
	}
	r.Zone = line.Location()
	if r.Seats, err = store.Seats(ctx, session); err != nil {
		return r, err
	}
	r.Now, err = x.db.Now(ctx)
	return r, err
}

// Staff lists the sessions in the actor's reach from yesterday on.
func (x *Sessions) Staff(ctx context.Context, who people.Actor) (Agenda, error) {
	if err := who.MustSomewhere(people.ReadSessions); err != nil {
		return Agenda{}, err
	}
	now, err := x.db.Now(ctx)
	if err != nil {
		return Agenda{}, err
	}
	list, err := schedulerdb.New(x.db.Read()).InReach(ctx, who.Reach(people.ReadSessions), now.Add(-72*time.Hour), who.ID)
	zone, zerr := time.LoadLocation("Europe/Rome")
	if zerr != nil {
		zone = time.UTC
	}
	return Agenda{Sessions: list, Zone: zone, Now: now}, err
}

// Outcomes of attendance.
var attendanceOutcomes = []string{"present", "absent", "excused"}

// CloseRegister closes the register of a session: what was is said of every
// seat, and presence becomes evidence. It is done once, from the start on.
func (x *Sessions) CloseRegister(ctx context.Context, who people.Actor, cmd *pg.Command, session int64, outcomes map[people.ID]string) error {
	first, err := schedulerdb.New(x.db.Read()).Session(ctx, session, who.ID)
	if err != nil {
		return err
	}
	if err := who.Must(people.CloseAttendance, people.Target{Cohort: first.CohortID, Line: first.LineID}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := schedulerdb.New(q)
		seats, err := store.Seats(ctx, session)
		if err != nil {
			return err
		}
		if err := lockPeople(ctx, q, seats); err != nil {
			return err
		}
		if err := store.Lock(ctx, session); err != nil {
			return err
		}
		s, err := store.Session(ctx, session, who.ID)
		if err != nil {
			return err
		}
		if err := s.Rules().MayClose(now); err != nil {
			return err
		}
		var form fault.Form
		for _, seat := range seats {
			form.Add(!slices.Contains(attendanceOutcomes, outcomes[seat.Person]), "outcome."+seat.Number, ErrOutcome)
		}
		if err := form.Err(); err != nil {
			return err
		}
		for _, seat := range seats {
			if seat.Person == who.ID {
				return cert.ErrOwnSignature // a trainer does not certify their own presence
			}
			if err := x.attend(ctx, q, now, who, s, seat, outcomes[seat.Person], 0, ""); err != nil {
				return err
			}
		}
		if err := store.Close(ctx, session, who.ID, now); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Trainer, Action: people.CloseAttendance, Kind: "session", Subject: session, Detail: map[string]any{"seats": len(seats)},
		})
	})
}

func lockPeople(ctx context.Context, q pg.Q, seats []schedulerdb.Seat) error {
	ids := make([]people.ID, 0, len(seats))
	for _, s := range seats {
		ids = append(ids, s.Person)
	}
	return peopledb.New(q).LockRecords(ctx, ids)
}

// attend writes one line of the register and its evidence. corrects is the line
// it replaces, 0 for a first one.
func (x *Sessions) attend(ctx context.Context, q pg.Q, now time.Time, who people.Actor, s schedulerdb.Session, seat schedulerdb.Seat, outcome string, corrects int64, reason string) error {
	store := schedulerdb.New(q)
	id, err := store.AddAttendance(ctx, s.ID, seat.Person, outcome, 0, who.ID, now, corrects, reason)
	if err != nil {
		return err
	}
	if err := store.SetBooking(ctx, s.ID, seat.Person, "", outcome); err != nil {
		return err
	}
	if s.Kind == "roleplay" {
		return nil // the assessment is the evidence
	}
	e, requirement, err := x.attended(ctx, q, seat.Person, s)
	if err != nil || requirement == "" {
		return err
	}
	var replaces cert.EvidenceID
	if corrects != 0 {
		list, err := coursedb.New(q).Evidence(ctx, e.ID)
		if err != nil {
			return err
		}
		for _, v := range list {
			if v.Kind == "attendance" && v.Ref == s.ID {
				replaces = v.ID
			}
		}
	}
	if _, err := coursedb.New(q).AddEvidence(ctx, coursedb.Evidence{
		Person: seat.Person, Enrolment: e.ID, Requirement: requirement, Item: fmt.Sprintf("session-%d", s.ID), Kind: "attendance", Passed: outcome == "present",
		Score: -1, Author: who.ID, Ref: s.ID, At: now, Detail: map[string]any{"outcome": outcome, "attendance": id}, Corrects: replaces,
	}); err != nil {
		return err
	}
	return x.course.review(ctx, q, now, e.ID)
}

// attended finds the enrolment that being there counts for, and its requirement:
// what is worked on first. Who left since was there all the same. An empty
// requirement: nobody asks for such meetings.
func (x *Sessions) attended(ctx context.Context, q pg.Q, person people.ID, s schedulerdb.Session) (coursedb.Enrolment, string, error) {
	list, err := coursedb.New(q).EnrolmentsIn(ctx, person, s.CohortID)
	if err != nil {
		return coursedb.Enrolment{}, "", err
	}
	for _, e := range list {
		ed, err := x.course.library.edition(ctx, e.ReleaseID)
		if err != nil {
			return e, "", err
		}
		if requirement := ed.Pack.Programme.On(e.Track).AttendanceOf(s.Kind); requirement != "" {
			return e, requirement, nil
		}
	}
	return coursedb.Enrolment{}, "", nil
}

// CorrectAttendance mends a wrong line of a closed register: a new entry that
// points at the old one, with the reason and a letter.
func (x *Sessions) CorrectAttendance(ctx context.Context, who people.Actor, cmd *pg.Command, session int64, person people.ID, outcome, reason string) error {
	first, err := schedulerdb.New(x.db.Read()).Session(ctx, session, who.ID)
	if err != nil {
		return err
	}
	if err := who.Must(people.CorrectAttendance, people.Target{Cohort: first.CohortID, Line: first.LineID}); err != nil {
		return err
	}
	var form fault.Form
	form.Add(!slices.Contains(attendanceOutcomes, outcome), "outcome", ErrOutcome)
	required(&form, "reason", reason, 1000)
	if err := form.Err(); err != nil {
		return err
	}
	if person == who.ID {
		return cert.ErrOwnSignature
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := peopledb.New(q).LockRecords(ctx, []people.ID{person}); err != nil {
			return err
		}
		store := schedulerdb.New(q)
		if err := store.Lock(ctx, session); err != nil {
			return err
		}
		seats, err := store.Seats(ctx, session)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(seats, func(s schedulerdb.Seat) bool { return s.Person == person && s.Attendance != 0 })
		if i < 0 {
			return ErrNotSeat
		}
		if err := x.attend(ctx, q, now, who, first, seats[i], outcome, seats[i].Attendance, strings.TrimSpace(reason)); err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: person, Kind: "attendance_corrected", Vals: map[string]any{
			"Title": first.Title, "Starts": first.StartsAt.UTC().Format(time.RFC3339), "Outcome": outcome, "Words": strings.TrimSpace(reason),
		}}); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Trainer, Action: people.CorrectAttendance, Kind: "session", Subject: session, Detail: map[string]any{"person": person, "outcome": outcome},
		})
	})
}
