package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Gate answers who may take a contact. It stores no answer: each is computed
// from facts read in one statement on the primary.
type Gate struct {
	db    *pg.DB
	check *coursedb.Check
	uses  *uses
}

// NewGate prepares the gate's statement on db.
func NewGate(ctx context.Context, db *pg.DB) (*Gate, error) {
	check, err := coursedb.PrepareCheck(ctx, db)
	if err != nil {
		return nil, err
	}
	return &Gate{db: db, check: check, uses: newUses()}, nil
}

// Faults of the gate's questions.
var (
	ErrBadToken   = fault.New(fault.Forbidden, "gate.bad_token")
	ErrBadScope   = fault.New(fault.Forbidden, "gate.bad_scope")
	ErrMalformed  = fault.New(fault.Invalid, "gate.malformed")
	ErrFuture     = fault.New(fault.Invalid, "gate.future")
	ErrNoSuchLine = fault.New(fault.NotFound, "gate.no_line")
)

var (
	agentForm = regexp.MustCompile(`^[a-z0-9]{1,32}$`)
	lineForm  = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)
)

// Question is what an engine asks. A zero At is now.
type Question struct {
	Line, Channel, Agent string
	At                   time.Time
}

func (qn Question) valid() bool {
	return lineForm.MatchString(qn.Line) && agentForm.MatchString(qn.Agent) && validChannel(qn.Channel)
}

func validChannel(c string) bool {
	for _, have := range gate.Channels {
		if string(have) == c {
			return true
		}
	}
	return false
}

// Answer is the gate's answer to one question.
type Answer struct {
	Question
	Decision gate.Decision
	Version  int64
	Fallback string
	Running  string // what happens now to a contact that is going on when its volunteer is stopped
	Zone     string // in which the instants of reasons are told
	Person   people.ID
}

// Text is the answer as a phone system gets it: one line that repeats the
// question, so that a stray page sent with 200 is not taken for an answer.
func (a Answer) Text() string {
	if !a.Decision.Granted() {
		codes := make([]string, 0, len(a.Decision.Reasons))
		for _, code := range a.Decision.Codes() {
			codes = append(codes, string(code))
		}
		return fmt.Sprintf("disabled %s %s %s v=%d reason=%s", a.Agent, a.Line, a.Channel, a.Version, strings.Join(codes, ","))
	}
	until := ""
	if !a.Decision.Until.IsZero() {
		until = " until=" + a.Decision.Until.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprintf("enabled %s %s %s v=%d%s level=%s", a.Agent, a.Line, a.Channel, a.Version, until, a.Decision.Level)
}

// Check answers an engine: token, line, person and facts in one statement.
// A bad token is ErrBadToken; a line that is unknown or outside the key's lines
// is ErrNoSuchLine; an unknown agent is an answer.
func (x *Gate) Check(ctx context.Context, token string, qn Question) (Answer, error) {
	if !qn.valid() {
		return Answer{}, ErrMalformed
	}
	c, err := x.check.Read(ctx, tokenHash(token), qn.Line, qn.Agent, !qn.At.IsZero())
	if err != nil {
		return Answer{}, err
	}
	scope := coursedb.ScopeCheck
	if !qn.At.IsZero() {
		scope = coursedb.ScopeAsOf
	}
	switch {
	case c.Key.ID == 0:
		return Answer{}, ErrBadToken
	case !c.Key.Allows(scope):
		return Answer{}, ErrBadScope
	case c.Line == 0 || !c.Key.Covers(c.Line):
		return Answer{}, ErrNoSuchLine
	}
	x.uses.add(c.Key.ID, c.Now)
	at := c.Now
	version := c.Version
	if !qn.At.IsZero() {
		if qn.At.After(c.Now) {
			return Answer{}, ErrFuture
		}
		at = qn.At
		if version, err = coursedb.New(x.db.Read()).VersionAt(ctx, at); err != nil {
			return Answer{}, err
		}
	}
	return Answer{
		Question: qn, Version: version, Fallback: c.Fallback, Running: c.Running, Zone: c.Zone,
		Decision: gate.Decide(c.Facts, gate.LineID(c.Line), gate.Channel(qn.Channel), at),
	}, nil
}

// Listed is the answer to "who may take contacts on this line now".
type Listed struct {
	Line, Channel string
	Version       int64
	Seen          Since // from which what changes can be followed
	Fallback      string
	Enabled       []Answer // by agent, or in the order asked
}

// MostAsked is how many people one question may be about.
const MostAsked = 500

// ErrTooManyAsked is the fault of a question about more people than that.
var ErrTooManyAsked = fault.New(fault.Invalid, "gate.too_many")

// allowed tells whether the key of a survey may ask what it asks.
func allowed(v *coursedb.Survey, scope string) error {
	switch {
	case v.Key.ID == 0:
		return ErrBadToken
	case !v.Key.Allows(scope):
		return ErrBadScope
	}
	return nil
}

// covered finds a line that the key of a survey may ask about.
func covered(v *coursedb.Survey, code string) (coursedb.Line, error) {
	l, ok := v.Line(code)
	if !ok || !v.Key.Covers(l.ID) {
		return coursedb.Line{}, ErrNoSuchLine
	}
	return l, nil
}

// answered decides one question from a survey.
func answered(v *coursedb.Survey, l coursedb.Line, channel, agent string) Answer {
	return Answer{
		Question: Question{Line: l.Code, Channel: channel, Agent: agent}, Version: v.Version, Fallback: l.Fallback, Running: l.Running, Zone: l.Zone,
		Decision: gate.Decide(v.Facts(agent, l.ID), gate.LineID(l.ID), gate.Channel(channel), v.Now),
	}
}

// List answers an engine that asks for everybody enabled, by agent, or for those
// enabled among candidates, in the order asked.
func (x *Gate) List(ctx context.Context, token, line, channel string, candidates []string) (Listed, error) {
	if !lineForm.MatchString(line) || !validChannel(channel) || slices.ContainsFunc(candidates, func(a string) bool { return !agentForm.MatchString(a) }) {
		return Listed{}, ErrMalformed
	}
	if len(candidates) > MostAsked {
		return Listed{}, ErrTooManyAsked.With("Max", MostAsked)
	}
	store, lines := coursedb.New(x.db.Read()), []string{line}
	var v coursedb.Survey
	var err error
	if candidates == nil {
		v, err = store.SurveyAll(ctx, tokenHash(token), lines)
	} else {
		v, err = store.SurveyNumbers(ctx, tokenHash(token), lines, candidates)
	}
	if err != nil {
		return Listed{}, err
	}
	if err := allowed(&v, coursedb.ScopeList); err != nil {
		return Listed{}, err
	}
	l, err := covered(&v, line)
	if err != nil {
		return Listed{}, err
	}
	x.uses.add(v.Key.ID, v.Now)
	if candidates == nil {
		for _, p := range v.People {
			candidates = append(candidates, p.Number)
		}
	}
	out := Listed{Line: l.Code, Channel: channel, Version: v.Version, Seen: Since{Version: v.Version, At: v.Passed}, Fallback: l.Fallback}
	for _, agent := range candidates {
		if a := answered(&v, l, channel, agent); a.Decision.Granted() {
			out.Enabled = append(out.Enabled, a)
		}
	}
	return out, nil
}

// Checked is the answer to several questions: one version, one instant, the
// answers in the order asked.
type Checked struct {
	Version int64
	At      time.Time
	Answers []Answer
}

// Checks answers several questions of an engine from one reading. One line that
// is unknown or outside the key's lines refuses them all.
func (x *Gate) Checks(ctx context.Context, token string, list []Question) (Checked, error) {
	if len(list) > MostAsked {
		return Checked{}, ErrTooManyAsked.With("Max", MostAsked)
	}
	lines, agents := []string{}, make([]string, len(list)) // no lines are none, not all
	for i, qn := range list {
		if !qn.valid() || !qn.At.IsZero() {
			return Checked{}, ErrMalformed
		}
		agents[i] = qn.Agent
		if !slices.Contains(lines, qn.Line) {
			lines = append(lines, qn.Line)
		}
	}
	v, err := coursedb.New(x.db.Read()).SurveyNumbers(ctx, tokenHash(token), lines, agents)
	if err != nil {
		return Checked{}, err
	}
	if err := allowed(&v, coursedb.ScopeCheck); err != nil {
		return Checked{}, err
	}
	x.uses.add(v.Key.ID, v.Now)
	out := Checked{Version: v.Version, At: v.Now, Answers: make([]Answer, len(list))}
	for i, qn := range list {
		l, err := covered(&v, qn.Line)
		if err != nil {
			return Checked{}, err
		}
		out.Answers[i] = answered(&v, l, qn.Channel, qn.Agent)
	}
	return out, nil
}

// Ask answers a signed-in person or the command line: a volunteer about
// themselves, staff about people of their lines.
func (x *Gate) Ask(ctx context.Context, who people.Actor, qn Question) (Answer, error) {
	if !qn.valid() {
		return Answer{}, ErrMalformed
	}
	store := coursedb.New(x.db.Read())
	l, err := store.LineByCode(ctx, qn.Line)
	if err != nil {
		return Answer{}, err
	}
	person, err := peopledb.New(x.db.Read()).PersonByNumber(ctx, qn.Agent)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return Answer{}, err
	}
	do := people.AskGate
	if !qn.At.IsZero() {
		do = people.AskGateThen
	}
	if err := who.Must(do, people.Target{Person: person, Line: l.ID}); err != nil {
		return Answer{}, err
	}
	read := store.FactsNow
	if !qn.At.IsZero() {
		read = store.Facts
	}
	asked, err := read(ctx, person, l.ID)
	if err != nil {
		return Answer{}, err
	}
	at, version := asked.Now, asked.Version
	if !qn.At.IsZero() {
		if qn.At.After(asked.Now) {
			return Answer{}, ErrFuture
		}
		at = qn.At
		if version, err = store.VersionAt(ctx, at); err != nil {
			return Answer{}, err
		}
	}
	return Answer{
		Question: qn, Version: version, Fallback: l.Fallback, Running: l.Running, Zone: l.Zone, Person: person,
		Decision: gate.Decide(asked.Facts, gate.LineID(l.ID), gate.Channel(qn.Channel), at),
	}, nil
}

// HeldKey is a credential with whom it acts for.
type HeldKey struct {
	coursedb.KeyRow
	Person    string // name of whom it acts for; empty for nobody, and for who was erased
	Powerless bool   // it acts for somebody who may stop nothing now
}

// Keys lists the gate's credentials.
func (x *Gate) Keys(ctx context.Context, who people.Actor) ([]HeldKey, error) {
	if err := who.Must(people.ManageKeys, people.Target{}); err != nil {
		return nil, err
	}
	q := x.db.Read()
	rows, err := coursedb.New(q).Keys(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]HeldKey, len(rows))
	var persons []people.ID
	for i, k := range rows {
		list[i].KeyRow = k
		if k.ActsFor != 0 {
			persons = append(persons, k.ActsFor)
		}
	}
	if len(persons) == 0 {
		return list, nil
	}
	names, err := peopledb.New(q).Names(ctx, persons)
	if err != nil {
		return nil, err
	}
	for i, k := range list {
		if k.ActsFor == 0 {
			continue
		}
		list[i].Person = names[k.ActsFor]
		actor, err := peopledb.New(q).Actor(ctx, k.ActsFor)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		list[i].Powerless = actor.MustSomewhere(people.StopCertificate) != nil
	}
	return list, nil
}

// KeyScopes are what a credential may be allowed.
var KeyScopes = []string{coursedb.ScopeCheck, coursedb.ScopeList, coursedb.ScopeChanges, coursedb.ScopeLeases, coursedb.ScopeAsOf, coursedb.ScopeContacts, coursedb.ScopeStop}

// NewKey is the credential to make.
type NewKey struct {
	Name    string
	Scopes  []string
	Lines   []int64   // empty: every line
	ActsFor people.ID // somebody who may stop certificates; only with the scope stop alone
}

// AddKey makes a credential and returns its token, which is shown once and
// stored only as a hash. Who it acts for is told by letter.
func (x *Gate) AddKey(ctx context.Context, who people.Actor, cmd *pg.Command, k NewKey) (string, error) {
	if err := who.Must(people.ManageKeys, people.Target{}); err != nil {
		return "", err
	}
	var form fault.Form
	required(&form, "name", k.Name, 80)
	form.Add(len(k.Scopes) == 0, "scopes", ErrRequired)
	for _, s := range k.Scopes {
		form.Add(!slices.Contains(KeyScopes, s), "scopes", ErrChoice)
	}
	stops := slices.Contains(k.Scopes, coursedb.ScopeStop)
	form.Add(stops && len(k.Scopes) > 1, "scopes", ErrStopAlone)
	form.Add(stops && k.ActsFor == 0, "acts_for", ErrStopNobody)
	form.Add(!stops && k.ActsFor != 0, "acts_for", ErrActsToStop)
	if err := form.Err(); err != nil {
		return "", err
	}
	token := "gk" + strings.ToLower(rand.Text())
	if k.Lines == nil {
		k.Lines = []int64{}
	}
	err := x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := mayActFor(ctx, q, k); err != nil {
			return err
		}
		key := coursedb.GateKey{Name: strings.TrimSpace(k.Name), Scopes: k.Scopes, Lines: k.Lines, ActsFor: k.ActsFor}
		id, err := coursedb.New(q).AddKey(ctx, key, tokenHash(token), who.ID, now)
		if err != nil {
			return err
		}
		detail := map[string]any{"did": "make", "scopes": k.Scopes, "lines": k.Lines}
		if k.ActsFor != 0 {
			detail["person"] = k.ActsFor
			if err := tellActedFor(ctx, q, now, key); err != nil {
				return err
			}
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Administrator, Action: people.ManageKeys, Kind: "gate_key", Subject: id, Detail: detail,
		})
	})
	return token, err
}

// EndKey ends a credential at once.
func (x *Gate) EndKey(ctx context.Context, who people.Actor, cmd *pg.Command, id int64) error {
	if err := who.Must(people.ManageKeys, people.Target{}); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := coursedb.New(q).EndKey(ctx, id, now); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Administrator, Action: people.ManageKeys, Kind: "gate_key", Subject: id, Detail: map[string]any{"did": "end"},
		})
	})
}
