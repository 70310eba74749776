package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"abilita/course/coursedb"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Hooks are the addresses of other programs that are told when a certificate is
// granted, suspended, restored, revoked or expires. What is told is queued in the
// transaction of the decision; sending is internal/hooks.
type Hooks struct {
	db     *pg.DB
	secret Secret
}

// NewHooks makes the use case.
func NewHooks(db *pg.DB, secret Secret) *Hooks { return &Hooks{db: db, secret: secret} }

// ErrHookURL is the fault of an address that may not be told.
var ErrHookURL = fault.New(fault.Invalid, "hook.url")

// HookEndpoint is an address that is told.
type HookEndpoint = coursedb.HookEndpoint

// HookDelivery is one thing to tell one address.
type HookDelivery = coursedb.HookDelivery

// key signs what an endpoint is told.
func (x *Hooks) key(nonce []byte) []byte { return x.secret.For("hook " + hex.EncodeToString(nonce)) }

// Endpoints lists the addresses.
func (x *Hooks) Endpoints(ctx context.Context, who people.Actor) ([]HookEndpoint, error) {
	if err := who.Must(people.ManageKeys, people.Target{}); err != nil {
		return nil, err
	}
	return coursedb.New(x.db.Read()).HookEndpoints(ctx)
}

// NewHook is the address to add.
type NewHook struct {
	URL   string
	Lines []int64 // empty: every line
}

// hookURL tells whether an address may be told: https, or http to a bare address
// of a machine, which then must be among those that the configuration lists.
func hookURL(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || len(s) > 500 {
		return false
	}
	_, bare := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && bare == nil
}

// Add adds an address and returns the secret that checks what it is told, which
// is shown once.
func (x *Hooks) Add(ctx context.Context, who people.Actor, cmd *pg.Command, in NewHook) (string, error) {
	if err := who.Must(people.ManageKeys, people.Target{}); err != nil {
		return "", err
	}
	in.URL = strings.TrimSpace(in.URL)
	if !hookURL(in.URL) {
		return "", fault.Form{ErrHookURL.On("url")}
	}
	if in.Lines == nil {
		in.Lines = []int64{}
	}
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce) // never fails (Go 1.24)
	err := x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		id, err := coursedb.New(q).AddHookEndpoint(ctx, in.URL, in.Lines, nonce, int64(who.ID), now)
		if err != nil {
			return err
		}
		return x.record(ctx, q, now, who, id, map[string]any{"did": "make", "url": in.URL, "lines": in.Lines})
	})
	if err != nil {
		return "", err
	}
	return "whsec_" + base64.StdEncoding.EncodeToString(x.key(nonce)), nil
}

func (x *Hooks) record(ctx context.Context, q pg.Q, now time.Time, who people.Actor, id int64, detail map[string]any) error {
	return audit.Record(ctx, q, now, audit.Entry{Actor: who, As: people.Administrator, Action: people.ManageKeys, Kind: "hook_endpoint", Subject: id, Detail: detail})
}

// End tells an address no more.
func (x *Hooks) End(ctx context.Context, who people.Actor, cmd *pg.Command, id int64) error {
	if err := who.Must(people.ManageKeys, people.Target{}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := coursedb.New(q).EndHookEndpoint(ctx, id, now); err != nil {
			return err
		}
		return x.record(ctx, q, now, who, id, map[string]any{"did": "end"})
	})
}

// Resume tells an address again that failed for too long.
func (x *Hooks) Resume(ctx context.Context, who people.Actor, cmd *pg.Command, id int64) error {
	if err := who.Must(people.ManageKeys, people.Target{}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := coursedb.New(q).ResumeHookEndpoint(ctx, id); err != nil {
			return err
		}
		return x.record(ctx, q, now, who, id, map[string]any{"did": "resume"})
	})
}

// How deliveries are repeated.
const (
	hookHold     = time.Minute         // how long a sender may take before another takes over
	hookDisabled = 5 * 24 * time.Hour  // failing for so long ends the telling
	hookKept     = 30 * 24 * time.Hour // settled deliveries
)

// hookWaits are the waits after each failure; after the last one the delivery is
// given up.
var hookWaits = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour, 3 * time.Hour, 8 * time.Hour, 24 * time.Hour, 24 * time.Hour}

// Next takes the next delivery that is due, with the key that signs it and the
// instant of taking it.
func (x *Hooks) Next(ctx context.Context) (d HookDelivery, key []byte, at time.Time, ok bool, err error) {
	err = x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		var err error
		at = now
		d, ok, err = coursedb.New(q).ClaimHook(ctx, now, now.Add(hookHold))
		return err
	})
	if err != nil || !ok {
		return d, nil, at, false, err
	}
	return d, x.key(d.Nonce), at, true, nil
}

// Settle notes how a delivery went; an empty problem is success, gone says that
// the address wants no more.
func (x *Hooks) Settle(ctx context.Context, d HookDelivery, problem string, gone bool) error {
	return x.db.InTx(ctx, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		if problem == "" {
			return store.SentHook(ctx, d, now)
		}
		var next time.Time
		if d.Attempts <= len(hookWaits) {
			next = now.Add(hookWaits[d.Attempts-1])
		}
		disable := gone || d.FailingSince != nil && now.Sub(*d.FailingSince) >= hookDisabled
		return store.FailHook(ctx, d, problem, next, disable, now)
	})
}

// Forget deletes what was settled long ago.
func (x *Hooks) Forget(ctx context.Context) error {
	return x.db.InTx(ctx, func(q pg.Q, now time.Time) error { return coursedb.New(q).ForgetHooks(ctx, now.Add(-hookKept)) })
}
