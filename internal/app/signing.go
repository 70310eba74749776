package app

import (
	"context"
	"time"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Sign makes a proposal a certificate. The rule runs again inside the
// transaction; the signer is not the holder and not the only evaluator. Older
// certificates are superseded once all their channels are covered; a longer date
// is kept, and on each channel the higher level. One that adds a channel keeps
// the end of the certificate that it extends.
func (x *Certificates) Sign(ctx context.Context, who people.Actor, cmd *pg.Command, id int64) error {
	first, err := coursedb.New(x.db.Read()).Certificate(ctx, id, false)
	if err != nil {
		return err
	}
	if err := who.Must(people.SignCertificate, people.Target{Line: first.LineID}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		if err := peopledb.New(q).LockPerson(ctx, first.Person); err != nil {
			return err
		}
		c, err := store.Certificate(ctx, id, true)
		if err != nil {
			return err
		}
		if c.SignedAt != nil {
			return cert.ErrSigned
		}
		report, evidence, err := x.judge(ctx, q, c)
		if err != nil {
			return err
		}
		if err := cert.MaySign(report, coursedb.ForReview(evidence), c.Person, who.ID); err != nil {
			return err
		}
		line, err := store.Line(ctx, c.LineID)
		if err != nil {
			return err
		}
		ed, err := x.course.library.edition(ctx, c.ReleaseID)
		if err != nil {
			return err
		}
		from, until := cert.Validity(now, ed.Pack.Programme.ValidDays, line.Location())
		if err := x.course.still(ctx, q, now, c); err != nil {
			return err
		}
		changes, levels, err := x.supersede(ctx, q, now, who, c, &until)
		if err != nil {
			return err
		}
		c.Level = lowest(levels)
		if err := store.Sign(ctx, c, who.ID, now, from, until); err != nil {
			return err
		}
		if err := store.AddCertificateEvent(ctx, c.ID, coursedb.CertificateEvent{Kind: "signed", Actor: who.ID, At: now}); err != nil {
			return err
		}
		for _, channel := range c.Channels {
			if levels[channel] == c.Level {
				continue
			}
			if err := store.AddCertificateEvent(ctx, c.ID, coursedb.CertificateEvent{Kind: "raised", Channel: channel, Level: levels[channel], Actor: who.ID, At: now}); err != nil {
				return err
			}
		}
		if err := store.SetEnrolmentState(ctx, c.Enrolment, "completed"); err != nil {
			return err
		}
		c.ValidFrom, c.ValidUntil = &from, &until
		check, err := x.course.keepAlive(ctx, q, now, c, ed.Pack.Programme, line)
		if err != nil {
			return err
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: c.Person, Kind: "certified", Vals: map[string]any{
			"Line": line.Name, "Until": until.Format(time.RFC3339), "Number": c.Number,
		}}); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.SignCertificate, Kind: "certificate", Subject: c.ID,
			Detail: map[string]any{"person": c.Person, "release": c.ReleaseID, "until": until, "review": c.Review.V},
		})
		if err != nil {
			return err
		}
		for _, channel := range c.Channels {
			changes = append(changes, coursedb.FactChange{Person: c.Person, Fact: gate.Fact{
				Kind: gate.Certificate, Line: gate.LineID(c.LineID), Channel: gate.Channel(channel), Level: gate.Level(levels[channel]), Ref: c.ID, From: from, Until: until,
			}})
		}
		changes = append(changes, check...)
		changes = append(changes, coursedb.FactChange{Person: c.Person, Close: true, Fact: gate.Fact{Kind: gate.ContentDue, Line: gate.LineID(c.LineID)}})
		practice, err := practised(ctx, q, ed.Pack.Programme, line, c.Person, now)
		if err != nil {
			return err
		}
		changes = append(changes, practice...)
		_, err = store.Record(ctx, changes...)
		return err
	})
}

// supersede ends the older certificates of the line on the channels that c is
// for, and altogether those of which no channel is left. It returns the level on
// each channel of c: the higher of its own and of one that is valid. until
// becomes the longer date, or that of the certificate which c extends.
func (x *Certificates) supersede(ctx context.Context, q pg.Q, now time.Time, who people.Actor, c coursedb.Certificate, until *time.Time) ([]coursedb.FactChange, map[string]string, error) {
	old, err := x.followed(ctx, q, now, c)
	if err != nil {
		return nil, nil, err
	}
	levels, extended := map[string]string{}, c.Extends == 0
	for _, channel := range c.Channels {
		levels[channel] = c.Level
	}
	store := coursedb.New(q)
	var changes []coursedb.FactChange
	for _, o := range old {
		if o.ID == c.Extends && o.status == cert.Valid {
			*until, extended = *o.ValidUntil, true
		}
	}
	for _, o := range old {
		covered := true
		for channel, level := range o.levels {
			if _, ok := levels[channel]; !ok {
				covered = false
				continue
			}
			if o.status == cert.Valid {
				levels[channel] = cert.HigherLevel(levels[channel], level)
				if c.Extends == 0 && o.ValidUntil.After(*until) {
					*until = *o.ValidUntil
				}
			}
			changes = append(changes, coursedb.FactChange{Person: c.Person, Close: true, Fact: gate.Fact{
				Kind: gate.Certificate, Line: gate.LineID(c.LineID), Ref: o.ID, Channel: gate.Channel(channel),
			}})
		}
		if !covered {
			continue
		}
		if err := store.AddCertificateEvent(ctx, o.ID, coursedb.CertificateEvent{Kind: "superseded", Actor: who.ID, At: now}); err != nil {
			return nil, nil, err
		}
	}
	if !extended {
		return nil, nil, cert.ErrNotValid // what it was to extend is over
	}
	return changes, levels, nil
}

// lowest is the level that a certificate is signed at: each channel has at least
// that, and what is higher is raised in the same breath.
func lowest(levels map[string]string) string {
	low := ""
	for _, l := range levels {
		if low == "" || cert.HigherLevel(low, l) == low {
			low = l
		}
	}
	return low
}

// followed is a certificate that another one follows.
type followed struct {
	coursedb.Certificate
	status cert.Status
	levels map[string]string // by channel, of those that no later one took over
}

// followed lists the certificates of the line that c would follow. One that is
// suspended is cert.ErrUndecided: a renewal does not decide a suspension.
func (x *Certificates) followed(ctx context.Context, q pg.Q, now time.Time, c coursedb.Certificate) ([]followed, error) {
	store := coursedb.New(q)
	open, err := store.OpenCertificates(ctx, c.Person, c.LineID)
	if err != nil {
		return nil, err
	}
	facts, err := store.OpenFacts(ctx, c.Person)
	if err != nil {
		return nil, err
	}
	list := make([]followed, len(open))
	for i, o := range open {
		events, err := store.CertificateEvents(ctx, o.ID)
		if err != nil {
			return nil, err
		}
		list[i] = followed{Certificate: o, status: o.StatusAt(events, now), levels: map[string]string{}}
		for _, f := range facts {
			if f.Kind == gate.Certificate && f.Ref == o.ID {
				list[i].levels[string(f.Channel)], _ = o.LevelAt(events, string(f.Channel), now)
			}
		}
		if list[i].status == cert.Suspended {
			return nil, cert.ErrUndecided
		}
	}
	return list, nil
}
