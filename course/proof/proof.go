// Package proof is the answer of the gate at a past instant with everything it
// rested on, as a document that somebody else can judge.
//
//	proof ──Sign──► file: the proof in its one canonical form, key, signature
//	file  ──Verify──► verdict: the signature, the document, and the rules run again
//
// A proof holds what was known at its instant and nothing later: facts recorded
// by then, an end only when the interval had been closed by then, events up to
// then. So the proof of an instant never changes; only when it was made and the
// head of the record of changes differ. People stand in it by the id of their
// record; their names are in one list, empty for who was erased and where the
// reader has no right to them.
//
// Verify needs neither database nor network. It runs gate.Decide over the facts
// of the document and cert.Review over the evidence of each certificate, and
// compares. Who holds the file can compare the fingerprint of the key with the
// one that the installation shows.
package proof

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"abilita/course/cert"
	"abilita/course/gate"
	"abilita/internal/people"
)

// Format names the form of the document; a document of another form is refused.
const Format = "abilita-proof-1"

// Proof is the document.
type Proof struct {
	Format       string        `json:"format"`
	Asked        Asked         `json:"asked"`
	Answer       Answer        `json:"answer"`
	Facts        []Fact        `json:"facts"` // in the order of Sort
	Certificates []Certificate `json:"certificates"`
	Documents    []Document    `json:"documents"`
	Contents     []Content     `json:"contents"`
	People       []Person      `json:"people"`
	Made         Made          `json:"made"`
	Chain        Chain         `json:"chain"`
}

// Asked is the question.
type Asked struct {
	Agent   string       `json:"agent"` // public number
	Person  people.ID    `json:"person"`
	Line    string       `json:"line"`
	LineID  gate.LineID  `json:"line_id"`
	Zone    string       `json:"zone"` // of the line
	Channel gate.Channel `json:"channel"`
	At      time.Time    `json:"at"`
}

// Answer is what the gate decided, under which of its versions.
type Answer struct {
	Granted  bool       `json:"granted"`
	Level    gate.Level `json:"level,omitempty"`
	Reasons  []Reason   `json:"reasons"`
	Waived   []Reason   `json:"waived"`
	Override int64      `json:"override,omitempty"`
	Until    time.Time  `json:"until,omitzero"`
	Version  int64      `json:"version"`
}

// Reason is gate.Reason.
type Reason struct {
	Code gate.Code `json:"code"`
	When time.Time `json:"when,omitzero"`
	Ref  int64     `json:"ref,omitempty"`

	MidTerm bool `json:"midterm,omitempty"`
}

// Fact is gate.Fact as it was known at the instant.
type Fact struct {
	Kind       gate.Kind    `json:"kind"`
	Line       gate.LineID  `json:"line,omitempty"`
	Channel    gate.Channel `json:"channel,omitempty"`
	Level      gate.Level   `json:"level,omitempty"`
	Ref        int64        `json:"ref,omitempty"`
	From       time.Time    `json:"from"`
	Until      time.Time    `json:"until,omitzero"`
	RecordedAt time.Time    `json:"recorded_at"`
	ClosedAt   time.Time    `json:"closed_at,omitzero"`
}

// Document is what a fact refers to: an entry in the register, a decision about
// a person, an emergency decision, a release of content, a shift.
type Document struct {
	Kind   gate.Kind `json:"kind"` // of the facts that refer to it
	Ref    int64     `json:"ref"`
	Name   string    `json:"name"`             // day, code, hash
	By     people.ID `json:"by,omitempty"`     // who decided
	At     time.Time `json:"at,omitzero"`      // when
	Reason string    `json:"reason,omitempty"` // code of the reason
}

// Certificate is one that the facts refer to, as it was at the instant.
type Certificate struct {
	ID           int64         `json:"id"`
	Number       string        `json:"number"`
	Programme    string        `json:"programme"`
	Version      string        `json:"version"`
	Release      string        `json:"release"` // content hash of the programme
	Channels     []string      `json:"channels"`
	From         time.Time     `json:"from"`
	Until        time.Time     `json:"until"`
	SignedAt     time.Time     `json:"signed_at"`
	SignedBy     people.ID     `json:"signed_by"`
	Evaluator    people.ID     `json:"evaluator,omitempty"`
	Requirements []Requirement `json:"requirements"`
	Evidence     []Evidence    `json:"evidence"`
	Events       []Event       `json:"events"`
}

// Requirement is cert.Requirement with the evidence that met it.
type Requirement struct {
	Key     string            `json:"key"`
	Kind    cert.Kind         `json:"kind"`
	Title   string            `json:"title"`
	Groups  []Group           `json:"groups,omitempty"`
	Needed  int               `json:"needed,omitempty"`
	Planned int               `json:"planned,omitempty"`
	Signers int               `json:"signers,omitempty"`
	After   []string          `json:"after,omitempty"`
	Met     []cert.EvidenceID `json:"met"`
}

// Group is cert.Group.
type Group struct {
	Need int      `json:"need"`
	Of   []string `json:"of"`
}

// Evidence is a piece that a certificate names.
type Evidence struct {
	ID          cert.EvidenceID `json:"id"`
	Requirement string          `json:"requirement"`
	Item        string          `json:"item,omitempty"`
	Kind        string          `json:"kind"`
	Passed      bool            `json:"passed"`
	Critical    bool            `json:"critical,omitempty"`
	Void        bool            `json:"void,omitempty"`
	Score       int             `json:"score"` // hundredths of a percent, -1 for none
	Author      people.ID       `json:"author,omitempty"`
	Judges      []people.ID     `json:"judges,omitempty"`
	At          time.Time       `json:"at"`
	Corrects    cert.EvidenceID `json:"corrects,omitempty"`
	Content     string          `json:"content,omitempty"` // hash of the exact version
	Hash        string          `json:"hash"`              // over the whole stored piece
}

// Event is a change in the life of a certificate.
type Event struct {
	Kind   string    `json:"kind"`
	Reason string    `json:"reason,omitempty"`
	Level  string    `json:"level,omitempty"`
	By     people.ID `json:"by"`
	At     time.Time `json:"at"`

	Channel string `json:"channel,omitempty"` // of a raise; empty: every channel
}

// Content is an exact version of what was taught or asked.
type Content struct {
	Kind    string `json:"kind"`
	Key     string `json:"key"`
	Version string `json:"version"`
	Title   string `json:"title"`
	Hash    string `json:"hash"`
}

// Person is somebody whom the document names by id.
type Person struct {
	ID     people.ID `json:"id"`
	Number string    `json:"number,omitempty"`
	Name   string    `json:"name,omitempty"`
}

// Made says when the document was written and by which organisation.
type Made struct {
	At  time.Time `json:"at"`
	Org string    `json:"organisation"`
}

// Chain is the sealed record of changes when the document was written: its head
// and the entries about the person and the certificates up to the instant.
// Waiting of these had no seal yet and are not listed.
type Chain struct {
	Seq     int64   `json:"seq"`
	Hash    string  `json:"hash"`
	Entries []Entry `json:"entries"`
	Waiting int     `json:"waiting,omitempty"`
}

// Entry is one sealed entry of the record.
type Entry struct {
	ID     int64     `json:"id"`
	Seq    int64     `json:"seq"`
	Action string    `json:"action"`
	By     people.ID `json:"by,omitempty"` // 0: a program or a visitor
	At     time.Time `json:"at"`
	Hash   string    `json:"hash"`
}

// Known narrows facts down to what was known at an instant about a line, in one
// order for ever: an interval that was closed later is still open.
func Known(list []gate.Fact, line gate.LineID, at time.Time) []Fact {
	var out []Fact
	for _, f := range list {
		if f.RecordedAt.After(at) || f.Line != 0 && f.Line != line {
			continue
		}
		if f.ClosedAt.After(at) {
			f.ClosedAt = time.Time{}
		}
		out = append(out, Fact(f))
	}
	slices.SortFunc(out, func(a, b Fact) int {
		return cmp.Or(a.RecordedAt.Compare(b.RecordedAt), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Channel, b.Channel),
			cmp.Compare(a.Level, b.Level), a.From.Compare(b.From), a.Until.Compare(b.Until), a.ClosedAt.Compare(b.ClosedAt), cmp.Compare(a.Line, b.Line))
	})
	return out
}

// Decide runs the gate over the facts of the document.
func (p Proof) Decide() gate.Decision {
	facts := gate.Facts{Known: p.Asked.Person != 0}
	for _, f := range p.Facts {
		facts.List = append(facts.List, gate.Fact(f))
	}
	return gate.Decide(facts, p.Asked.LineID, p.Asked.Channel, p.Asked.At)
}

// Answered is a decision as it stands in a document.
func Answered(d gate.Decision, version int64) Answer {
	return Answer{
		Granted: d.Granted(), Level: d.Level, Reasons: reasons(d.Reasons), Waived: reasons(d.Waived), Override: d.Override, Until: d.Until, Version: version,
	}
}

func reasons(list []gate.Reason) []Reason {
	out := make([]Reason, 0, len(list))
	for _, r := range list {
		out = append(out, Reason(r))
	}
	return out
}

// Report runs the rule over the evidence of a person's certificate.
func (c Certificate) Report(person people.ID) cert.Report {
	return cert.Review(c.required(), c.evidence(person))
}

func (c Certificate) required() []cert.Requirement {
	var out []cert.Requirement
	for _, r := range c.Requirements {
		q := cert.Requirement{Key: r.Key, Kind: r.Kind, Title: r.Title, Needed: r.Needed, Planned: r.Planned, Signers: r.Signers, After: r.After}
		for _, g := range r.Groups {
			q.Groups = append(q.Groups, cert.Group(g))
		}
		out = append(out, q)
	}
	return out
}

func (c Certificate) evidence(person people.ID) []cert.Evidence {
	var out []cert.Evidence
	for _, e := range c.Evidence {
		out = append(out, cert.Evidence{
			ID: e.ID, Person: person, Requirement: e.Requirement, Item: e.Item, Passed: e.Passed, Critical: e.Critical, Void: e.Void, Score: e.Score,
			Author: e.Author, Judges: e.Judges, At: e.At, Corrects: e.Corrects, ContentHash: e.Content,
		})
	}
	return out
}

// Required is a requirement of a programme with what met it.
func Required(r cert.Requirement, met []cert.EvidenceID) Requirement {
	out := Requirement{Key: r.Key, Kind: r.Kind, Title: r.Title, Needed: r.Needed, Planned: r.Planned, Signers: r.Signers, After: r.After, Met: met}
	for _, g := range r.Groups {
		out.Groups = append(out.Groups, Group(g))
	}
	return out
}

// Named lists everybody whom the document names by id, each once, in order.
func (p Proof) Named() []people.ID {
	list := []people.ID{p.Asked.Person}
	for _, d := range p.Documents {
		list = append(list, d.By)
	}
	for _, c := range p.Certificates {
		list = append(list, c.SignedBy, c.Evaluator)
		for _, e := range c.Evidence {
			list = append(append(list, e.Author), e.Judges...)
		}
		for _, e := range c.Events {
			list = append(list, e.By)
		}
	}
	for _, e := range p.Chain.Entries {
		list = append(list, e.By)
	}
	slices.Sort(list)
	return slices.DeleteFunc(slices.Compact(list), func(id people.ID) bool { return id == 0 })
}

// canonical is the one way to write a document down.
func (p Proof) canonical() ([]byte, error) {
	b, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("write the proof: %w", err)
	}
	return b, nil
}

// Holds tells whether the fact's interval covers an instant.
func (f Fact) Holds(at time.Time) bool {
	return !at.Before(f.From) && (f.Until.IsZero() || at.Before(f.Until)) && (f.ClosedAt.IsZero() || at.Before(f.ClosedAt))
}
