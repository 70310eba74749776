package app

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"abilita/course/coursedb"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// KeyStops are suspensions, revocations and their ends by programs. A key is
// nobody: it acts for a person, who answers for it, and may do at each use what
// that person may do at that moment, and never more.
type KeyStops struct {
	db           *pg.DB
	certificates *Certificates
	engines      *Engines
}

// NewKeyStops makes the use case.
func NewKeyStops(db *pg.DB, certificates *Certificates, engines *Engines) *KeyStops {
	return &KeyStops{db: db, certificates: certificates, engines: engines}
}

// Faults of keys that act for a person.
var (
	// ErrNoRights is the fault of a key whose person may stop nothing, or is no more.
	ErrNoRights      = fault.New(fault.Forbidden, "gate.no_rights")
	ErrNoPaper       = fault.New(fault.NotFound, "gate.no_certificate")
	ErrStopAlone     = fault.New(fault.Invalid, "key.stop_alone")
	ErrStopNobody    = fault.New(fault.Invalid, "key.stop_nobody")
	ErrActsToStop    = fault.New(fault.Invalid, "key.acts_to_stop")
	ErrMayNotStop    = fault.New(fault.Invalid, "key.may_not_stop")
	ErrStopElsewhere = fault.New(fault.Invalid, "key.stop_elsewhere")
)

// AgentStop is a decision about the certificate by which somebody answers on a line.
type AgentStop struct {
	Agent, Line string
	Stop
}

// AgentStopped is what was decided, and which phone systems answer by it.
type AgentStopped struct {
	Certificate string // number
	State       string // suspended, revoked, valid
	Version     int64
	Applied     bool      // every phone system of the line answers by it
	By          time.Time // otherwise: the last instant at which one may not
	Running     string    // what the line does with a contact that is going on
}

// Stop suspends, revokes or restores by the rule of Certificates.Change, in the
// name of the person that the key acts for, and tells which phone systems answer
// by it; while one is pending it waits, at most wait. What was decided holds
// whether or not it could wait. The same command again is answered again, with the
// phone systems as they are then.
//
// The certificate is the newest of the line, by which the gate judges. A key whose
// person may stop nothing now is ErrNoRights; a line that the key or the person
// does not reach is ErrNoSuchLine; who is unknown or has no certificate for it is
// ErrNoPaper. Faults of the fields are a Form whose names are those of the request.
func (x *KeyStops) Stop(ctx context.Context, token string, cmd *pg.Command, in AgentStop, wait time.Duration) (AgentStopped, error) {
	q := x.db.Read()
	key, who, err := actingKey(ctx, q, token)
	if err != nil {
		return AgentStopped{}, err
	}
	if !lineForm.MatchString(in.Line) || !agentForm.MatchString(in.Agent) || !slices.Contains(stops, in.Do) ||
		in.Do == "restore" && (in.Reason != "" || in.AppealBy != "") {
		return AgentStopped{}, ErrMalformed
	}
	line, c, err := theirPaper(ctx, q, key, who, in)
	if err != nil {
		return AgentStopped{}, err
	}
	cmd.Actor, cmd.Then = int64(who.ID), answerOf(c.Number)
	stopped, err := x.certificates.change(ctx, who, cmd, c.ID, in.Stop, &key)
	out := AgentStopped{
		Certificate: c.Number, Version: stopped.Version, Running: line.Running,
		State: map[string]string{"suspend": "suspended", "revoke": "revoked", "restore": "valid"}[in.Do],
	}
	if before, ok := errors.AsType[*pg.Replayed](err); ok {
		out.Certificate, out.Version, err = answeredBefore(before.Location)
	}
	if err != nil {
		return AgentStopped{}, requestFields(err)
	}
	out.Applied, out.By = x.inForce(ctx, key.ID, line.ID, out.Version, wait)
	return out, nil
}

// inForce tells whether every phone system of a line answers by a version, and
// else by when; a zero By is not known. While one is pending it waits.
func (x *KeyStops) inForce(ctx context.Context, key, line, version int64, wait time.Duration) (applied bool, by time.Time) {
	list, err := x.engines.await(ctx, key, line, version, wait)
	if errors.Is(err, ErrBusy) {
		list, err = x.engines.await(ctx, key, line, version, 0) // no room to wait is no reason to say nothing
	}
	if err != nil {
		return false, time.Time{}
	}
	for _, e := range list {
		if !e.Applied && e.By.After(by) {
			by = e.By
		}
	}
	return by.IsZero(), by
}

// answerOf is where a stop's answer is kept with its command: the certificate, and
// the version in place of {id}.
func answerOf(number string) string {
	return "/gate/v1/stops?" + url.Values{"certificate": {number}}.Encode() + "&version={id}"
}

// answeredBefore reads what answerOf kept.
func answeredBefore(location string) (certificate string, version int64, err error) {
	u, err := url.Parse(location)
	if err != nil {
		return "", 0, fmt.Errorf("read the answer before: %w", err)
	}
	if version, err = strconv.ParseInt(u.Query().Get("version"), 10, 64); err != nil {
		return "", 0, fmt.Errorf("read the version answered before: %w", err)
	}
	return u.Query().Get("certificate"), version, nil
}

// requestFields gives the faults of the page's form the names of the request.
func requestFields(err error) error {
	form, ok := errors.AsType[fault.Form](err)
	if !ok {
		return err
	}
	out := make(fault.Form, len(form))
	for i, f := range form {
		name, ok := map[string]string{"decision": "do", "motive": "reason"}[f.Field]
		if !ok {
			name = f.Field
		}
		out[i] = f.On(name)
	}
	return out
}

// actingKey finds a key that may stop, and for whom it acts with the rights they
// have now.
func actingKey(ctx context.Context, q pg.Q, token string) (coursedb.GateKey, people.Actor, error) {
	key, err := coursedb.New(q).KeyByToken(ctx, tokenHash(token))
	switch {
	case err != nil:
		return key, people.Actor{}, err
	case key.ID == 0:
		return key, people.Actor{}, ErrBadToken
	case !key.Allows(coursedb.ScopeStop):
		return key, people.Actor{}, ErrBadScope
	}
	who, err := peopledb.New(q).Actor(ctx, key.ActsFor)
	return key, who, powerless(who, err)
}

// powerless is ErrNoRights when whom a key acts for may stop nothing, or is no more.
func powerless(who people.Actor, err error) error {
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err != nil || who.MustSomewhere(people.StopCertificate) != nil {
		return ErrNoRights
	}
	return nil
}

// holdKey keeps what a key rests on as it is until the transaction is over: itself,
// and the roles of whom it acts for; it asks again whether that is enough.
func holdKey(ctx context.Context, q pg.Q, key coursedb.GateKey, line int64) error {
	who, err := peopledb.New(q).HoldActor(ctx, key.ActsFor)
	if err := powerless(who, err); err != nil {
		return err
	}
	if !who.May(people.StopCertificate, people.Target{Line: line}) {
		return ErrNoSuchLine
	}
	err = coursedb.New(q).HoldKey(ctx, key.ID)
	if fault.KindOf(err) == fault.NotFound {
		return ErrBadToken
	}
	return err
}

// theirPaper finds the line and the certificate that the gate judges by. What the
// key or its person does not reach is what does not exist.
func theirPaper(ctx context.Context, q pg.Q, key coursedb.GateKey, who people.Actor, in AgentStop) (coursedb.Line, coursedb.Certificate, error) {
	store := coursedb.New(q)
	line, err := store.LineByCode(ctx, in.Line)
	switch {
	case err != nil && fault.KindOf(err) != fault.NotFound:
		return line, coursedb.Certificate{}, err
	case err != nil || !key.Covers(line.ID) || !who.May(people.StopCertificate, people.Target{Line: line.ID}):
		return line, coursedb.Certificate{}, ErrNoSuchLine
	}
	person, err := peopledb.New(q).PersonByNumber(ctx, in.Agent)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			err = ErrNoPaper
		}
		return line, coursedb.Certificate{}, err
	}
	papers, err := store.OpenCertificates(ctx, person, line.ID)
	if err == nil && len(papers) == 0 { // one that the gate no longer reads is refused for its state, or was answered before
		papers, err = store.CertificatesOf(ctx, person)
	}
	if err != nil {
		return line, coursedb.Certificate{}, err
	}
	for _, c := range papers {
		if c.LineID == line.ID && c.SignedAt != nil {
			return line, c, nil
		}
	}
	return line, coursedb.Certificate{}, ErrNoPaper
}

// ActingPeople lists for whom a key may act: who may stop certificates now and has
// signed in, by name.
func (x *Gate) ActingPeople(ctx context.Context, who people.Actor) ([]peopledb.Identity, error) {
	if err := who.Must(people.ManageKeys, people.Target{}); err != nil {
		return nil, err
	}
	q := x.db.Read()
	grants, err := peopledb.New(q).StaffGrants(ctx)
	if err != nil {
		return nil, err
	}
	var list []peopledb.Identity
	for _, g := range grants {
		if !g.SignedUp || slices.ContainsFunc(list, func(i peopledb.Identity) bool { return i.Person == g.Person }) {
			continue
		}
		actor, err := peopledb.New(q).Actor(ctx, g.Person)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		if actor.MustSomewhere(people.StopCertificate) == nil {
			list = append(list, peopledb.Identity{Person: g.Person, GivenName: g.GivenName, FamilyName: g.FamilyName})
		}
	}
	return list, nil
}

// mayActFor tells whether a key may be made for its person: they may stop
// certificates, on each of its lines, and have signed in.
func mayActFor(ctx context.Context, q pg.Q, k NewKey) error {
	if k.ActsFor == 0 {
		return nil
	}
	store := peopledb.New(q)
	who, err := store.HoldActor(ctx, k.ActsFor)
	if err == nil {
		_, err = store.CredentialOf(ctx, k.ActsFor)
	}
	switch err := powerless(who, err); {
	case errors.Is(err, ErrNoRights):
		return fault.Form{ErrMayNotStop.On("acts_for")}
	case err != nil:
		return err
	}
	if slices.ContainsFunc(k.Lines, func(l int64) bool { return !who.May(people.StopCertificate, people.Target{Line: l}) }) {
		return fault.Form{ErrStopElsewhere.On("lines")}
	}
	return nil
}

// tellActedFor queues the letter to whom a new key acts for.
func tellActedFor(ctx context.Context, q pg.Q, now time.Time, k coursedb.GateKey) error {
	var names []string
	for _, id := range k.Lines {
		l, err := coursedb.New(q).Line(ctx, id)
		if err != nil {
			return err
		}
		names = append(names, l.Name)
	}
	return outbox.Queue(ctx, q, now, outbox.Letter{To: k.ActsFor, Kind: "key_acts", Vals: map[string]any{"Key": k.Name, "Line": strings.Join(names, ", ")}})
}
