package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"abilita/content"
	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/outbox"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/scheduler"
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

// StopReasons are the codes of a suspension or revocation.
var StopReasons = []string{"safety", "privacy", "conduct", "quality", "request", "other"}

// Faults of stopping.
var (
	ErrStopReason = fault.New(fault.Invalid, "cert.reason_needed")
	ErrAppealPast = fault.New(fault.Invalid, "cert.appeal_past")
)

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
	return x.file(ctx, c)
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
	return x.file(ctx, c)
}

func (x *Certificates) file(ctx context.Context, c coursedb.Certificate) (CertificateFile, error) {
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
	f.Programme = ed.Pack.Programme.Title + ", " + ed.Pack.Programme.Version
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
	if s.File, err = x.file(ctx, c); err != nil {
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

// Stop is a suspension, a revocation or the end of a suspension.
type Stop struct {
	Do       string // suspend, revoke, restore
	Reason   string // code; required but for restore
	Words    string // for the letter and the record
	AppealBy string // 2006-01-02; required but for restore
}

// Stopped says since when the stop holds everywhere this installation answers.
type Stopped struct {
	Version int64
	At      time.Time
	Engines []EngineState // the line's phone systems just after; those that hold a lease may be pending
}

// Change suspends, revokes or restores the certificates of a person for a line.
// From the commit on every check says so. A named person, a reason and a date
// for the appeal belong to it, and the volunteer is told. Their seats on shifts of
// the line are free again, and stay so when a suspension ends.
func (x *Certificates) Change(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, in Stop) (Stopped, error) {
	first, err := coursedb.New(x.db.Read()).Certificate(ctx, id, false)
	if err != nil {
		return Stopped{}, err
	}
	if err := who.Must(people.StopCertificate, people.Target{Line: first.LineID}); err != nil {
		return Stopped{}, err
	}
	if first.Person == who.ID {
		return Stopped{}, ErrSelfDecision
	}
	var form fault.Form
	form.Add(!slices.Contains([]string{"suspend", "revoke", "restore"}, in.Do), "decision", ErrChoice)
	var appeal *time.Time
	if in.Do != "restore" {
		form.Add(!slices.Contains(StopReasons, in.Reason), "motive", ErrStopReason)
		at, perr := time.Parse(time.DateOnly, strings.TrimSpace(in.AppealBy))
		form.Add(perr != nil, "appeal_by", ErrDate)
		appeal = &at
	}
	required(&form, "words", in.Words, 2000)
	if err := form.Err(); err != nil {
		return Stopped{}, err
	}
	var out Stopped
	err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		if err := peopledb.New(q).LockPerson(ctx, first.Person); err != nil {
			return err
		}
		c, err := store.Certificate(ctx, id, true)
		if err != nil {
			return err
		}
		line, err := store.Line(ctx, c.LineID)
		if err != nil {
			return err
		}
		if appeal != nil && appeal.Before(day(now, line.Location())) {
			return fault.Form{ErrAppealPast.On("appeal_by")}
		}
		events, err := store.CertificateEvents(ctx, c.ID)
		if err != nil {
			return err
		}
		change, kind, err := next(c.StatusAt(events, now), in.Do)
		if err != nil {
			return err
		}
		if err := store.AddCertificateEvent(ctx, c.ID, coursedb.CertificateEvent{
			Kind: kind, Reason: in.Reason, Words: strings.TrimSpace(in.Words), AppealBy: appeal, Actor: who.ID, At: now,
		}); err != nil {
			return err
		}
		if err := moot(ctx, q, now, who, c.Person, c.ID); err != nil {
			return err
		}
		vals := map[string]any{"Line": line.Name, "Reason": in.Reason, "Words": strings.TrimSpace(in.Words)}
		if appeal != nil {
			vals["AppealBy"] = appeal.Format(time.DateOnly)
		}
		if err := outbox.Queue(ctx, q, now, outbox.Letter{To: c.Person, Kind: "certificate_" + kind, Vals: vals}); err != nil {
			return err
		}
		err = audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Coordinator, Action: people.StopCertificate, Kind: "certificate", Subject: c.ID,
			Detail: map[string]any{"did": kind, "person": c.Person, "reason": in.Reason, "appeal_by": in.AppealBy},
		})
		if err != nil {
			return err
		}
		if in.Do == "revoke" {
			if err := x.course.endUpkeep(ctx, q, now, c); err != nil {
				return err
			}
		}
		var freed []coursedb.FactChange
		if in.Do != "restore" {
			if err := warnShift(ctx, q, now, c.Person, c.LineID); err != nil {
				return err
			}
			if freed, err = x.shifts.free(ctx, q, now, c.Person, c.LineID, scheduler.Answers, now, kind, true); err != nil {
				return err
			}
		}
		change.Person = c.Person
		change.Fact.Line, change.Fact.Ref = gate.LineID(c.LineID), c.ID
		r, err := store.Record(ctx, append(freed, change)...)
		out = Stopped{Version: r.Version, At: r.At}
		return err
	})
	if err == nil {
		// What was decided holds whether or not this can be told.
		out.Engines, _ = enginesAt(ctx, x.db.Read(), first.LineID, out.Version)
	}
	return out, err
}

// next is what a decision does in a state: the change of facts and the event,
// or why it cannot be.
func next(state cert.Status, do string) (coursedb.FactChange, string, error) {
	switch {
	case state == cert.Revoked:
		return coursedb.FactChange{}, "", cert.ErrRevoked
	case do == "restore" && state == cert.Suspended:
		return coursedb.FactChange{Close: true, Fact: gate.Fact{Kind: gate.CertificateSuspension}}, "restored", nil
	case do == "restore":
		return coursedb.FactChange{}, "", cert.ErrNotSuspended
	case do == "suspend" && state == cert.Valid:
		return coursedb.FactChange{Now: true, Fact: gate.Fact{Kind: gate.CertificateSuspension}}, "suspended", nil
	case do == "revoke" && (state == cert.Valid || state == cert.Suspended):
		return coursedb.FactChange{Now: true, Fact: gate.Fact{Kind: gate.CertificateRevocation}}, "revoked", nil
	}
	return coursedb.FactChange{}, "", cert.ErrNotValid
}
