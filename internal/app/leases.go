package app

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/course/lease"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// LeaseAsked is what the side-car of an engine asks for.
type LeaseAsked struct {
	Engine, Instance string        // a name for people; one run of the side-car
	Nonce            string        // repeated in the lease
	Lines            []string      // codes; empty: every line of the key
	Held             Since         // what it has in force: the version is acknowledged by it; zero: nothing
	Lifetime         time.Duration // wished; shortens what the lines allow, never lengthens it
}

var (
	engineForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
	nonceForm  = regexp.MustCompile(`^[A-Za-z0-9._-]{0,64}$`)
)

// LeaseKey is the public key of this installation's leases.
func (x *Engines) LeaseKey() string { return lease.PublicKey(x.seed) }

// Lease gives a side-car a signed lease. What it holds is acknowledged at once.
// While nothing changed since then it waits, at most wait and never longer than a
// third of the lease's life, because the holder counts from before it asked.
func (x *Engines) Lease(ctx context.Context, token string, in LeaseAsked, wait time.Duration) ([]byte, error) {
	if !engineForm.MatchString(in.Engine) || !nonceForm.MatchString(in.Instance) || !nonceForm.MatchString(in.Nonce) || in.Lifetime < 0 ||
		len(in.Lines) > MostAsked || slices.ContainsFunc(in.Lines, func(l string) bool { return !lineForm.MatchString(l) }) {
		return nil, ErrMalformed
	}
	var over <-chan time.Time
	for first := true; ; first = false {
		rung := x.facts.next()
		v, err := coursedb.New(x.db.Read()).SurveyTouched(ctx, tokenHash(token), in.lines(), in.Held)
		if err != nil {
			return nil, err
		}
		lines, err := in.covered(&v)
		if err != nil {
			return nil, err
		}
		life := in.life(lines)
		if first {
			if err := x.acknowledge(ctx, v.Key.ID, in, !v.Gap); err != nil {
				return nil, err
			}
			over = time.After(min(wait, life/3))
		}
		if wait <= 0 || v.Gap || len(v.People) > 0 {
			return x.send(ctx, token, in)
		}
		if first {
			leave, err := x.room.enter(v.Key.ID)
			if err != nil {
				return x.send(ctx, token, in) // no room to wait is no reason to be without a lease
			}
			defer leave()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-x.done:
			wait = 0
		case <-over:
			wait = 0
		case <-rung:
		case <-time.After(untilNext(Changed{At: v.Now, coming: v.Coming})):
		}
	}
}

// lines are what the survey reads; nil is every line.
func (in LeaseAsked) lines() []string {
	if len(in.Lines) == 0 {
		return nil
	}
	return in.Lines
}

// covered are the lines that the lease is about.
func (in LeaseAsked) covered(v *coursedb.Survey) ([]coursedb.Line, error) {
	if err := allowed(v, coursedb.ScopeLeases); err != nil {
		return nil, err
	}
	if len(in.Lines) == 0 {
		return slices.DeleteFunc(slices.Clone(v.Lines), func(l coursedb.Line) bool { return !v.Key.Covers(l.ID) }), nil
	}
	var list []coursedb.Line
	for _, code := range in.Lines {
		l, err := covered(v, code)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(list, func(have coursedb.Line) bool { return have.ID == l.ID }) {
			list = append(list, l)
		}
	}
	return list, nil
}

// life is how long the lease may live: the shortest that a line allows, or that
// was wished.
func (in LeaseAsked) life(lines []coursedb.Line) time.Duration {
	life := lease.Longest
	for _, l := range lines {
		life = min(life, time.Duration(l.LeaseSeconds)*time.Second)
	}
	if in.Lifetime > 0 {
		life = min(life, in.Lifetime)
	}
	return life
}

func (x *Engines) acknowledge(ctx context.Context, key int64, in LeaseAsked, known bool) error {
	version := in.Held.Version
	if !known {
		version = 0 // it is not from here
	}
	return x.db.InTx(ctx, func(q pg.Q, _ time.Time) error {
		return coursedb.New(q).AckLease(ctx, key, in.Engine, in.Instance, version)
	})
}

// send reads, notes and signs a lease while the gate cannot change: who changes
// it afterwards finds the lease noted, whoever changed it before is in the lease.
func (x *Engines) send(ctx context.Context, token string, in LeaseAsked) ([]byte, error) {
	var out lease.Lease
	err := x.db.InTx(ctx, func(q pg.Q, _ time.Time) error {
		store := coursedb.New(q)
		if _, err := store.HoldVersion(ctx); err != nil {
			return err
		}
		v, err := store.SurveyTouched(ctx, tokenHash(token), in.lines(), in.Held)
		whole := err == nil && (v.Gap || in.Held.At.IsZero() || in.Held.At.After(v.Now))
		if whole {
			v, err = store.SurveyAll(ctx, tokenHash(token), in.lines())
		}
		if err != nil {
			return err
		}
		lines, err := in.covered(&v)
		if err != nil {
			return err
		}
		life := in.life(lines)
		out = lease.Lease{Engine: in.Engine, Instance: in.Instance, Nonce: in.Nonce, Version: v.Version, Now: v.Now, TTL: life.Milliseconds()}
		ids := make([]int64, len(lines))
		for i, l := range lines {
			ids[i], out.Lines = l.ID, append(out.Lines, l.Code)
		}
		if whole {
			out.Allow = entries(&v, lines, true)
		} else {
			out.Base, out.Deltas = &lease.State{Version: in.Held.Version, Now: in.Held.At}, entries(&v, lines, false)
		}
		return store.SendLease(ctx, coursedb.Lease{
			Key: v.Key.ID, Engine: in.Engine, Instance: in.Instance, Lines: ids, Version: v.Version, Expires: v.Now.Add(life),
		}, v.Now)
	})
	if err != nil {
		return nil, err
	}
	return lease.Sign(out, x.seed)
}

// entries are the answers about everybody of a survey, or only those that are yes.
func entries(v *coursedb.Survey, lines []coursedb.Line, enabled bool) []lease.Entry {
	var list []lease.Entry
	for _, p := range v.People {
		for _, l := range lines {
			for _, channel := range gate.Channels {
				a := answered(v, l, string(channel), p.Number)
				if !a.Decision.Granted() && enabled {
					continue
				}
				e := lease.Entry{Agent: p.Number, Line: l.Code, Channel: string(channel)}
				if a.Decision.Granted() {
					e.Level, e.Until = string(a.Decision.Level), a.Decision.Until
				} else if a.Running != RunningContacts[0] && slices.ContainsFunc(a.Decision.Codes(), gate.Code.Stops) && slices.Contains(channelsOf(v, l, p.Number), string(channel)) {
					e.Running = a.Running
				}
				list = append(list, e)
			}
		}
	}
	return list
}

// Restored is part of a restore: whoever followed or held a lease begins anew.
func (x *Engines) Restored(ctx context.Context, q pg.Q) error {
	return coursedb.New(q).SkipVersions(ctx)
}

// EngineState says whether an engine answers by what was decided at a version.
type EngineState struct {
	Name string
	// Applied: it asks at each contact, or acknowledged the version, or its lease
	// ended. Otherwise it may answer as before until By, and not later.
	Applied bool
	By      time.Time
}

// Applied tells for each phone system of a line whether it answers by what was
// decided at a version.
func (x *Engines) Applied(ctx context.Context, who people.Actor, line, version int64) ([]EngineState, error) {
	if err := who.Must(people.StopCertificate, people.Target{Line: line}); err != nil {
		return nil, err
	}
	return enginesAt(ctx, x.db.Read(), line, version)
}

// Await is Applied once nobody is pending, or after wait.
func (x *Engines) Await(ctx context.Context, who people.Actor, line, version int64, wait time.Duration) ([]EngineState, error) {
	if err := who.Must(people.StopCertificate, people.Target{Line: line}); err != nil {
		return nil, err
	}
	return x.await(ctx, -int64(who.ID), line, version, wait) // apart from the ids of keys
}

// AppliedForKey is Applied for a key that may follow what changes. While an engine
// is pending it waits, at most wait.
func (x *Engines) AppliedForKey(ctx context.Context, token, code string, version int64, wait time.Duration) ([]EngineState, error) {
	if !lineForm.MatchString(code) || version < 1 {
		return nil, ErrMalformed
	}
	v, err := coursedb.New(x.db.Read()).SurveyNumbers(ctx, tokenHash(token), []string{code}, []string{})
	if err != nil {
		return nil, err
	}
	if err := allowed(&v, coursedb.ScopeChanges); err != nil {
		return nil, err
	}
	l, err := covered(&v, code)
	switch {
	case err != nil:
		return nil, err
	case version > v.Version:
		return nil, ErrFuture
	}
	return x.await(ctx, v.Key.ID, l.ID, version, wait)
}

// await waits for pending engines.
func (x *Engines) await(ctx context.Context, key, line, version int64, wait time.Duration) ([]EngineState, error) {
	over := time.After(min(max(wait, 0), LongestWait))
	for first := true; ; first = false {
		rung := x.acks.next()
		list, err := enginesAt(ctx, x.db.Read(), line, version)
		if err != nil || wait <= 0 || !slices.ContainsFunc(list, func(e EngineState) bool { return !e.Applied }) {
			return list, err
		}
		if first {
			leave, err := x.room.enter(key)
			if err != nil {
				return nil, err
			}
			defer leave()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-x.done:
			return list, nil
		case <-over:
			wait = 0
		case <-rung:
		case <-time.After(beat / 4): // a lease that ends rings no bell
		}
	}
}

// enginesAt joins the runs of one engine: it is pending while any of them is.
func enginesAt(ctx context.Context, q pg.Q, line, version int64) ([]EngineState, error) {
	rows, err := coursedb.New(q).EnginesOf(ctx, line)
	if err != nil {
		return nil, err
	}
	var list []EngineState
	leased := 0 // where those that hold leases begin
	for _, r := range rows {
		if !r.Leased {
			list = append(list, EngineState{Name: r.Name, Applied: true})
			leased = len(list)
			continue
		}
		i := slices.IndexFunc(list[leased:], func(e EngineState) bool { return strings.EqualFold(e.Name, r.Name) })
		if i < 0 {
			i = len(list) - leased
			list = append(list, EngineState{Name: r.Name, Applied: true})
		}
		e := &list[leased+i]
		if by := r.OldUntil(version); by.After(r.Now) {
			e.Applied = false
			if by.After(e.By) {
				e.By = by.UTC()
			}
		}
	}
	return list, nil
}
