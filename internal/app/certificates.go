package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Certificates are proposed by the review, signed by a second person, and may
// be suspended, restored and revoked by a named one.
type Certificates struct {
	db     *pg.DB
	course *Course
	shifts *Shifts
}

// NewCertificates makes the use cases of certificates.
func NewCertificates(db *pg.DB, course *Course, shifts *Shifts) *Certificates {
	return &Certificates{db: db, course: course, shifts: shifts}
}

// Proposals lists what waits for a signature.
func (x *Certificates) Proposals(ctx context.Context, who people.Actor) ([]coursedb.ProposalRow, error) {
	if err := who.MustSomewhere(people.SignCertificate); err != nil {
		return nil, err
	}
	return coursedb.New(x.db.Read()).Proposals(ctx, who.Reach(people.SignCertificate))
}

// CertificateFile is a certificate with the names that stand on it.
type CertificateFile struct {
	Certificate coursedb.Certificate
	Line        coursedb.Line
	Holder      peopledb.Identity
	Evaluator   string
	Signer      string
	Programme   string // title and version
	Status      cert.Status
	Levels      []ChannelLevel
	Events      []coursedb.CertificateEvent
	Newer       string // number of the certificate that followed; empty
	Org         string
	Now         time.Time
}

// ChannelLevel is the level on a channel now, which may be above the one that the
// certificate was signed at.
type ChannelLevel struct{ Channel, Level string }

// Level is that of every channel; empty when they differ.
func (f CertificateFile) Level() string {
	level := ""
	for i, l := range f.Levels {
		if i > 0 && l.Level != level {
			return ""
		}
		level = l.Level
	}
	return level
}

// Read opens a certificate for its holder or for who may see it.
func (x *Certificates) Read(ctx context.Context, who people.Actor, id int64) (CertificateFile, error) {
	c, err := coursedb.New(x.db.Read()).Certificate(ctx, id, false)
	if err != nil {
		return CertificateFile{}, err
	}
	if err := who.Must(people.ReadCertificate, people.Target{Person: c.Person, Line: c.LineID}); err != nil {
		return CertificateFile{}, err
	}
	if c.SignedAt == nil {
		return CertificateFile{}, people.ErrHidden // a proposal is nobody's paper
	}
	return x.file(ctx, who, c)
}

// Number is a certificate's number as it was typed, in its stored form: groups
// of five small letters and digits.
func Number(typed string) string {
	var plain []rune
	for _, r := range strings.ToLower(typed) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			plain = append(plain, r)
		}
	}
	var groups []string
	for len(plain) > 5 {
		groups, plain = append(groups, string(plain[:5])), plain[5:]
	}
	return strings.Join(append(groups, string(plain)), "-")
}

// Verify opens a certificate by its public number, for anybody who has it.
func (x *Certificates) Verify(ctx context.Context, who people.Actor, number string) (CertificateFile, error) {
	if err := who.Must(people.VerifyCertificate, people.Target{}); err != nil {
		return CertificateFile{}, err
	}
	c, err := coursedb.New(x.db.Read()).CertificateByNumber(ctx, Number(number))
	if err != nil {
		return CertificateFile{}, err
	}
	return x.file(ctx, who, c)
}

func (x *Certificates) file(ctx context.Context, who people.Actor, c coursedb.Certificate) (CertificateFile, error) {
	q := x.db.Read()
	store, persons := coursedb.New(q), peopledb.New(q)
	f := CertificateFile{Certificate: c}
	var err error
	if f.Line, err = store.Line(ctx, c.LineID); err != nil {
		return f, err
	}
	if f.Holder, err = persons.Identity(ctx, c.Person); err != nil {
		return f, err
	}
	for id, name := range map[people.ID]*string{c.Evaluator: &f.Evaluator, c.SignedBy: &f.Signer} {
		if id == 0 {
			continue
		}
		i, err := persons.Identity(ctx, id)
		if err != nil {
			return f, err
		}
		*name = i.Name()
	}
	if f.Events, err = store.CertificateEvents(ctx, c.ID); err != nil {
		return f, err
	}
	ed, err := x.course.library.edition(ctx, c.ReleaseID)
	if err != nil {
		return f, err
	}
	f.Programme = ed.Pack.Programme.In(who.Lang).Title + ", " + ed.Pack.Programme.Version
	o, err := persons.Organisation(ctx)
	if err != nil {
		return f, err
	}
	f.Org = o.Name
	if f.Now, err = x.db.Now(ctx); err != nil {
		return f, err
	}
	f.Status = c.StatusAt(f.Events, f.Now)
	for _, channel := range c.Channels {
		level, _ := c.LevelAt(f.Events, channel, f.Now)
		f.Levels = append(f.Levels, ChannelLevel{channel, level})
	}
	if f.Status == cert.Superseded {
		open, err := store.OpenCertificates(ctx, c.Person, c.LineID)
		if err != nil {
			return f, err
		}
		if len(open) > 0 {
			f.Newer = open[0].Number
		}
	}
	return f, nil
}

// Signing is what the signer sees before signing.
type Signing struct {
	File     CertificateFile
	Report   cert.Report
	Evidence []coursedb.Evidence
	Pieces   []Piece
	Refusal  error // why this person may not sign; nil when they may
}

// Proposal opens a proposal for a possible signer.
func (x *Certificates) Proposal(ctx context.Context, who people.Actor, id int64) (Signing, error) {
	q := x.db.Read()
	c, err := coursedb.New(q).Certificate(ctx, id, false)
	if err != nil {
		return Signing{}, err
	}
	if err := who.Must(people.SignCertificate, people.Target{Line: c.LineID}); err != nil {
		return Signing{}, err
	}
	s := Signing{}
	if s.File, err = x.file(ctx, who, c); err != nil {
		return s, err
	}
	s.Report, s.Evidence, err = x.judge(ctx, q, c)
	if err != nil {
		return s, err
	}
	ed, err := x.course.library.edition(ctx, c.ReleaseID)
	if err != nil {
		return s, err
	}
	if s.Pieces, err = x.course.pieces(ctx, q, ed, s.Evidence); err != nil {
		return s, err
	}
	s.Refusal = cert.MaySign(s.Report, coursedb.ForReview(s.Evidence), c.Person, who.ID)
	switch {
	case c.SignedAt != nil:
		s.Refusal = cert.ErrSigned
	case s.Refusal == nil:
		_, err := x.followed(ctx, q, s.File.Now, c)
		if err == nil {
			err = x.course.still(ctx, q, s.File.Now, c)
		}
		if err != nil && fault.KindOf(err) != fault.Conflict {
			return s, err
		}
		s.Refusal = err
	}
	return s, nil
}

// judge runs the rule again on the evidence of a proposal, for the channels it
// is about.
func (x *Certificates) judge(ctx context.Context, q pg.Q, c coursedb.Certificate) (cert.Report, []coursedb.Evidence, error) {
	ed, err := x.course.library.edition(ctx, c.ReleaseID)
	if err != nil {
		return cert.Report{}, nil, err
	}
	evidence, err := coursedb.New(q).Evidence(ctx, c.Enrolment)
	if err != nil {
		return cert.Report{}, nil, err
	}
	return cert.Review(asks(ed.Pack.Programme.On(c.Track), c.Channels), coursedb.ForReview(evidence)), evidence, nil
}

// asks is what a programme asks for some channels.
func asks(programme content.Programme, channels []string) []cert.Requirement {
	var all []cert.Requirement
	for _, r := range programme.Requirements {
		if len(r.Channels) == 0 || slices.ContainsFunc(r.Channels, func(ch string) bool { return slices.Contains(channels, ch) }) {
			all = append(all, requirement(programme, r))
		}
	}
	return all
}
