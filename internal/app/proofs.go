package app

import (
	"context"
	"slices"
	"time"

	"abilita/content/contentdb"
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

// Proofs answer what the gate said at a past instant with everything it rested
// on, as a document to read or to hand over signed.
type Proofs struct {
	db     *pg.DB
	course *Course
	sealer audit.Sealer
	seed   []byte
}

// NewProofs makes the use case.
func NewProofs(db *pg.DB, course *Course, secret Secret) *Proofs {
	return &Proofs{db: db, course: course, sealer: audit.Sealer{DB: db, Key: secret.For("audit")}, seed: secret.For("proof")}
}

// Fingerprint names the key that signs the proofs of this installation.
func (x *Proofs) Fingerprint() string { return proof.Fingerprint(x.seed) }

// Read is the proof for who may ask about past instants. It names people only
// when the person has ever been on the line. A zero At is now; the future is
// ErrFuture, and nobody has a proof about a number that was never given.
func (x *Proofs) Read(ctx context.Context, who people.Actor, qn Question) (proof.Proof, error) {
	if !qn.valid() {
		return proof.Proof{}, ErrMalformed
	}
	if err := who.MustSomewhere(people.AskGateThen); err != nil {
		return proof.Proof{}, err
	}
	q := x.db.Read()
	l, err := coursedb.New(q).LineByCode(ctx, qn.Line)
	if err != nil {
		return proof.Proof{}, err
	}
	if err := who.Must(people.AskGateThen, people.Target{Line: l.ID}); err != nil {
		return proof.Proof{}, err
	}
	return x.make(ctx, l, qn, true)
}

// Export is the proof as a signed file.
func (x *Proofs) Export(ctx context.Context, who people.Actor, qn Question) ([]byte, error) {
	p, err := x.Read(ctx, who, qn)
	if err != nil {
		return nil, err
	}
	return proof.Sign(p, x.seed)
}

// ForKey is the signed file for a key of the gate with the scope as-of. It names
// nobody: people stand in it by their numbers.
func (x *Proofs) ForKey(ctx context.Context, token string, qn Question) ([]byte, error) {
	if !qn.valid() {
		return nil, ErrMalformed
	}
	store := coursedb.New(x.db.Read())
	key, err := store.KeyByToken(ctx, tokenHash(token))
	switch {
	case err != nil:
		return nil, err
	case key.ID == 0:
		return nil, ErrBadToken
	case !key.Allows(coursedb.ScopeAsOf):
		return nil, ErrBadScope
	}
	l, err := store.LineByCode(ctx, qn.Line)
	if fault.KindOf(err) == fault.NotFound || err == nil && !key.Covers(l.ID) {
		return nil, ErrNoSuchLine
	}
	if err != nil {
		return nil, err
	}
	p, err := x.make(ctx, l, qn, false)
	if err != nil {
		return nil, err
	}
	return proof.Sign(p, x.seed)
}

// make reads everything on one view of the database, after what is ready was
// sealed.
func (x *Proofs) make(ctx context.Context, l coursedb.Line, qn Question, names bool) (p proof.Proof, err error) {
	if _, err := x.sealer.Seal(ctx); err != nil {
		return p, err
	}
	err = x.db.Snapshot(ctx, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		person, err := peopledb.New(q).PersonByNumber(ctx, qn.Agent)
		if err != nil {
			return err
		}
		at := qn.At.UTC()
		if qn.At.IsZero() {
			at = now
		}
		if at.After(now) {
			return ErrFuture
		}
		p = proof.Proof{
			Format: proof.Format,
			Asked:  proof.Asked{Agent: qn.Agent, Person: person, Line: l.Code, LineID: gate.LineID(l.ID), Zone: l.Zone, Channel: gate.Channel(qn.Channel), At: at},
		}
		asked, err := store.Facts(ctx, person, l.ID)
		if err != nil {
			return err
		}
		p.Facts = proof.Known(asked.Facts.List, p.Asked.LineID, at)
		version, err := store.VersionAt(ctx, at)
		if err != nil {
			return err
		}
		p.Answer = proof.Answered(p.Decide(), version)
		if p.Documents, err = store.Documents(ctx, p.Facts); err != nil {
			return err
		}
		if err := x.papers(ctx, q, &p); err != nil {
			return err
		}
		return x.close(ctx, q, now, &p, names)
	})
	return p, err
}

// papers adds the certificates that the facts name, with the evidence that each
// names and the exact content.
func (x *Proofs) papers(ctx context.Context, q pg.Q, p *proof.Proof) error {
	store := coursedb.New(q)
	var ids []int64
	for _, f := range p.Facts {
		if f.Kind == gate.Certificate && !slices.Contains(ids, f.Ref) {
			ids = append(ids, f.Ref)
		}
	}
	slices.Sort(ids)
	held := map[string]bool{}
	for _, id := range ids {
		c, err := store.Certificate(ctx, id, false)
		if err != nil {
			return err
		}
		ed, err := x.course.library.edition(ctx, c.ReleaseID)
		if err != nil {
			return err
		}
		list, err := store.Evidence(ctx, c.Enrolment)
		if err != nil {
			return err
		}
		events, err := store.CertificateEvents(ctx, c.ID)
		if err != nil {
			return err
		}
		paper, err := paperOf(c, ed, list, events, p.Asked.At)
		if err != nil {
			return err
		}
		p.Certificates = append(p.Certificates, paper)
		hashes := []string{paper.Release}
		for _, e := range paper.Evidence {
			hashes = append(hashes, e.Content)
		}
		if err := x.contents(ctx, q, p, hashes, held); err != nil {
			return err
		}
	}
	return nil
}

// paperOf is a certificate as it was at an instant.
func paperOf(c coursedb.Certificate, ed *edition, list []coursedb.Evidence, events []coursedb.CertificateEvent, at time.Time) (proof.Certificate, error) {
	programme := ed.Pack.Programme
	out := proof.Certificate{
		ID: c.ID, Number: c.Number, Programme: programme.Title, Version: programme.Version, Release: programme.Hash, Channels: c.Channels,
		SignedBy: c.SignedBy, Evaluator: c.Evaluator,
	}
	if c.SignedAt == nil || c.ValidFrom == nil || c.ValidUntil == nil {
		return out, cert.ErrNotValid // the gate knows of no proposal
	}
	out.SignedAt, out.From, out.Until = c.SignedAt.UTC(), c.ValidFrom.UTC(), c.ValidUntil.UTC()
	met, named := map[string][]cert.EvidenceID{}, map[cert.EvidenceID]bool{}
	for _, m := range c.Review.V {
		met[m.Requirement] = m.Evidence
		for _, id := range m.Evidence {
			named[id] = true
		}
	}
	for _, r := range asks(programme.On(c.Track), c.Channels) {
		out.Requirements = append(out.Requirements, proof.Required(r, met[r.Key]))
	}
	for i, e := range coursedb.ForReview(list) {
		if named[e.ID] {
			out.Evidence = append(out.Evidence, proof.Evidence{
				ID: e.ID, Requirement: e.Requirement, Item: e.Item, Kind: list[i].Kind, Passed: e.Passed, Critical: e.Critical, Void: e.Void, Score: e.Score,
				Author: e.Author, Judges: e.Judges, At: e.At, Corrects: e.Corrects, Content: e.ContentHash, Hash: list[i].Hash,
			})
		}
	}
	for _, e := range events {
		if !e.At.After(at) {
			out.Events = append(out.Events, proof.Event{Kind: e.Kind, Reason: e.Reason, Level: e.Level, Channel: e.Channel, By: e.Actor, At: e.At.UTC()})
		}
	}
	return out, nil
}

func (x *Proofs) contents(ctx context.Context, q pg.Q, p *proof.Proof, hashes []string, held map[string]bool) error {
	for _, hash := range hashes {
		if hash == "" || held[hash] {
			continue
		}
		held[hash] = true
		v, err := contentdb.New(q).Version(ctx, hash)
		if err != nil {
			return err
		}
		p.Contents = append(p.Contents, proof.Content{Kind: v.Kind, Key: v.Key, Version: v.Version, Title: v.Title, Hash: v.Hash})
	}
	return nil
}

// close adds who is named, when it was made and the record of changes.
func (x *Proofs) close(ctx context.Context, q pg.Q, now time.Time, p *proof.Proof, names bool) error {
	var ids []int64
	for _, c := range p.Certificates {
		ids = append(ids, c.ID)
	}
	links, head, err := audit.Concerning(ctx, q, int64(p.Asked.Person), ids, p.Asked.At)
	if err != nil {
		return err
	}
	p.Chain = proof.Chain{Seq: head.Seq, Hash: head.Hash, Waiting: head.Waiting}
	for _, l := range links {
		p.Chain.Entries = append(p.Chain.Entries, proof.Entry{ID: l.ID, Seq: l.Seq, Action: l.Action, By: people.ID(l.Actor), At: l.At.UTC(), Hash: l.Hash})
	}
	persons := peopledb.New(q)
	o, err := persons.Organisation(ctx)
	if err != nil {
		return err
	}
	p.Made = proof.Made{At: now, Org: o.Name}
	if names {
		if names, err = coursedb.New(q).EverOn(ctx, p.Asked.Person, int64(p.Asked.LineID)); err != nil {
			return err
		}
	}
	known, err := persons.Known(ctx, p.Named())
	if err != nil {
		return err
	}
	for _, k := range known {
		if !names {
			k.Name = ""
		}
		p.People = append(p.People, proof.Person{ID: k.ID, Number: k.Number, Name: k.Name})
	}
	return nil
}
