package app

import (
	"context"
	"fmt"
	"time"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/internal/outbox"
	"abilita/internal/pg"
	"abilita/scheduler/schedulerdb"
)

// expiryNotices are how many days before its end the holder of a certificate is
// written to.
var expiryNotices = []int{60, 30, 7}

// announceExpiry plans the letters before the end of a certificate; those whose
// day is past are left out, and that of the day on which the renewal opens, which
// has a letter of its own.
func announceExpiry(ctx context.Context, q pg.Q, now time.Time, certificate int64, until time.Time, opens int, zone *time.Location) error {
	// The gate needs no such work: it is for programs that want to be told.
	if err := schedulerdb.New(q).Enqueue(ctx, workExpired, fmt.Sprintf("expired %d", certificate), map[string]any{"certificate": certificate}, until); err != nil {
		return err
	}
	for _, days := range expiryNotices {
		// A day of the calendar, not 24 hours: the clocks may change in between.
		at := until.In(zone).AddDate(0, 0, -days)
		if !at.After(now) || days == opens {
			continue
		}
		key := fmt.Sprintf("expiry %d %d", certificate, days)
		if err := schedulerdb.New(q).Enqueue(ctx, workExpiry, key, map[string]any{"certificate": certificate, "days": days}, at); err != nil {
			return err
		}
	}
	return nil
}

// expired tells other programs that a certificate has ended, unless something else
// ended it before.
func (x *Certificates) expired(ctx context.Context, q pg.Q, now time.Time, certificate int64) error {
	store := coursedb.New(q)
	c, err := store.Certificate(ctx, certificate, false)
	if err != nil {
		return err
	}
	events, err := store.CertificateEvents(ctx, c.ID)
	if err != nil {
		return err
	}
	if c.StatusAt(events, now) != cert.Expired {
		return nil
	}
	version, err := store.Version(ctx)
	if err != nil {
		return err
	}
	return store.QueueHooks(ctx, coursedb.HookExpired, []int64{c.ID}, version, c.ValidUntil.UTC())
}

// expiring writes to the holder that their certificate ends soon, unless it was
// renewed, revoked or moved meanwhile.
func (x *Certificates) expiring(ctx context.Context, q pg.Q, now time.Time, certificate, days int64) error {
	store := coursedb.New(q)
	c, err := store.Certificate(ctx, certificate, false)
	if err != nil {
		return err
	}
	events, err := store.CertificateEvents(ctx, c.ID)
	if err != nil {
		return err
	}
	if status := c.StatusAt(events, now); status != cert.Valid && status != cert.Suspended {
		return nil
	}
	line, err := store.Line(ctx, c.LineID)
	if err != nil {
		return err
	}
	return outbox.Queue(ctx, q, now, outbox.Letter{To: c.Person, Kind: "certificate_expiring", Vals: map[string]any{
		"Line": line.Name, "Until": c.ValidUntil.UTC().Format(time.RFC3339), "N": days,
	}})
}
