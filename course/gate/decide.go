package gate

import (
	"cmp"
	"slices"
	"time"
)

// Decide answers whether the person behind facts may take a contact on line and
// channel at the instant now, from what was known at that instant. A no carries
// all its reasons, worst first. Facts of other lines are ignored.
func Decide(facts Facts, line LineID, channel Channel, now time.Time) Decision {
	d := Decision{At: now}
	if !facts.Known {
		d.Reasons = []Reason{{Code: AgentUnknown}}
		return d
	}
	here := func(f Fact) bool {
		return f.known(now) && (f.Line == 0 || f.Line == line) && (f.Channel == "" || f.Channel == channel || f.Kind == Certificate)
	}
	known := make([]Fact, 0, len(facts.List))
	for _, f := range facts.List {
		if here(f) {
			known = append(known, f)
		}
	}
	q := question{known: known, channel: channel, now: now}
	for _, rule := range rules {
		d.Reasons = append(d.Reasons, rule(q)...)
	}
	slices.SortStableFunc(d.Reasons, func(a, b Reason) int { return rank(a.Code) - rank(b.Code) })
	d.Until = q.nextBoundary()
	level, _ := q.level()
	if o, ok := q.holding(Override); ok && q.waives(d.Reasons) {
		d.Waived, d.Reasons, d.Override, level = d.Reasons, nil, o.Ref, Supervised
	}
	if len(d.Reasons) == 0 {
		d.granted, d.Level = true, level
	}
	return d
}

// question is one call of Decide: what is known of the line, and the instant.
type question struct {
	known   []Fact
	channel Channel
	now     time.Time
}

var rules = []func(question) []Reason{
	present(Suspension, AgentSuspended),
	question.certificates,
	missing(LineActive, LineNotActive),
	question.register,
	missing(OfAge, UnderAge),
	question.overdue,
	missing(Station, StationUnchecked),
	missing(Pledge, PledgeMissing),
	question.supervision,
	question.practice,
	present(Pause, Paused),
}

func rank(c Code) int { return slices.Index(Codes, c) }

// present refuses while a fact of the kind holds, since its start.
func present(kind Kind, code Code) func(question) []Reason {
	return func(q question) []Reason {
		if f, ok := q.holding(kind); ok {
			return []Reason{{Code: code, When: f.From, Ref: f.Ref}}
		}
		return nil
	}
}

// overdue refuses while something is owed whose deadline is past: a change of
// content before the check half way.
func (q question) overdue() []Reason {
	if owed := present(ContentDue, ContentOverdue)(q); owed != nil {
		return owed
	}
	owed := present(CheckDue, ContentOverdue)(q)
	for i := range owed {
		owed[i].MidTerm = true
	}
	return owed
}

// missing refuses while no fact of the kind holds; When is the start of one
// that is known to come.
func missing(kind Kind, code Code) func(question) []Reason {
	return func(q question) []Reason {
		if _, ok := q.holding(kind); ok {
			return nil
		}
		r := Reason{Code: code}
		if f, ok := q.coming(kind); ok {
			r.When = f.From
		}
		return []Reason{r}
	}
}

// register tells nobody in the register from one whose cover has not begun.
func (q question) register() []Reason {
	if _, ok := q.holding(Register); ok {
		return nil
	}
	if f, ok := q.coming(Register); ok {
		return []Reason{{Code: InsuranceNotStarted, When: f.From, Ref: f.Ref}}
	}
	return []Reason{{Code: NotInRegister}}
}

// certificates gives the reasons that lie in the certificates of the line.
func (q question) certificates() []Reason {
	newest, any := q.newestCertificate()
	if !any {
		return []Reason{{Code: CertificateMissing}}
	}
	if f, ok := q.about(CertificateRevocation, newest.Ref); ok {
		return []Reason{{Code: CertificateRevoked, When: f.From, Ref: newest.Ref}}
	}
	if f, ok := q.about(CertificateSuspension, newest.Ref); ok {
		return []Reason{{Code: CertificateSuspended, When: f.From, Ref: newest.Ref}}
	}
	if c, ok := q.validCertificate(); ok {
		if c.Level == Listening {
			return []Reason{{Code: LevelListeningOnly, Ref: c.Ref}}
		}
		return nil
	}
	last, here := q.lastForChannel()
	switch {
	case !here:
		return []Reason{{Code: ChannelNotCertified, Ref: newest.Ref}}
	case q.now.Before(last.From):
		return []Reason{{Code: CertificateNotStarted, When: last.From, Ref: last.Ref}}
	}
	return []Reason{{Code: CertificateExpired, When: last.end(q.now), Ref: last.Ref}}
}

// waives tells whether an override may set all the reasons aside: each can be
// waived, and the person was once certified for more than listening.
func (q question) waives(reasons []Reason) bool {
	last, ok := q.lastForChannel()
	return ok && levelRank(last.Level) >= levelRank(Supervised) && len(reasons) > 0 &&
		!slices.ContainsFunc(reasons, func(r Reason) bool { return !slices.Contains(Waivable, r.Code) })
}

// level is how far the person reaches now: the level of the valid certificate,
// supervised when too long ago since the last contact; false without one.
func (q question) level() (Level, bool) {
	c, ok := q.validCertificate()
	if ok && levelRank(c.Level) > levelRank(Supervised) && q.ever(Practice) && !q.practised(Autonomous) {
		return Supervised, true
	}
	return c.Level, ok
}

// supervision refuses supervised contacts while no supervisor is on shift.
func (q question) supervision() []Reason {
	if level, ok := q.level(); !ok || level != Supervised {
		return nil
	}
	if _, needed := q.holding(Supervision); !needed {
		return nil
	}
	return missing(SupervisorOn, SupervisorAbsent)(q)
}

// practice refuses who has taken no contact for too long; When is since when.
func (q question) practice() []Reason {
	if !q.ever(Practice) || q.practised(Supervised) {
		return nil
	}
	r := Reason{Code: RecencyLapsed}
	for _, f := range q.known {
		if end := f.end(q.now); f.Kind == Practice && f.Level == Supervised && !end.After(q.now) && end.After(r.When) {
			r.When = end
		}
	}
	return []Reason{r}
}

// practised tells whether a fact of practice holds at the level.
func (q question) practised(at Level) bool {
	return slices.ContainsFunc(q.known, func(f Fact) bool { return f.Kind == Practice && f.Level == at && f.holds(q.now) })
}

// ever tells whether any fact of the kind is known, holding or not.
func (q question) ever(kind Kind) bool {
	return slices.ContainsFunc(q.known, func(f Fact) bool { return f.Kind == kind })
}

// holding returns a fact of the kind that holds now: the one that ends last.
func (q question) holding(kind Kind) (Fact, bool) {
	var best Fact
	found := false
	for _, f := range q.known {
		if f.Kind != kind || !f.holds(q.now) {
			continue
		}
		end, was := f.end(q.now), best.end(q.now)
		if !found || !was.IsZero() && (end.IsZero() || end.After(was)) || end.Equal(was) && later(f, best) {
			best, found = f, true
		}
	}
	return best, found
}

// coming returns the known fact of the kind that begins next.
func (q question) coming(kind Kind) (Fact, bool) {
	var best Fact
	found := false
	for _, f := range q.known {
		if end := f.end(q.now); f.Kind == kind && f.From.After(q.now) && (end.IsZero() || end.After(f.From)) &&
			(!found || f.From.Before(best.From) || f.From.Equal(best.From) && later(f, best)) {
			best, found = f, true
		}
	}
	return best, found
}

// about returns the fact of the kind that holds now about the certificate.
func (q question) about(kind Kind, certificate int64) (best Fact, found bool) {
	for _, f := range q.known {
		if f.Kind == kind && f.Ref == certificate && f.holds(q.now) && (!found || later(f, best)) {
			best, found = f, true
		}
	}
	return best, found
}

// later tells facts apart that say the same, so that an answer does not depend on
// the order in which they were read: the one that was recorded later, then the one
// with the greater id, then the one that began later.
func later(a, b Fact) bool {
	return cmp.Or(a.RecordedAt.Compare(b.RecordedAt), cmp.Compare(a.Ref, b.Ref), a.From.Compare(b.From)) > 0
}

func (q question) newestCertificate() (newest Fact, found bool) {
	for _, f := range q.known {
		if f.Kind == Certificate && (!found || later(f, newest)) {
			newest, found = f, true
		}
	}
	return newest, found
}

func (q question) lastForChannel() (last Fact, found bool) {
	for _, f := range q.known {
		if f.Kind == Certificate && (f.Channel == "" || f.Channel == q.channel) && (!found || later(f, last)) {
			last, found = f, true
		}
	}
	return last, found
}

// levelRank orders levels; an unknown level is below all and grants nothing.
func levelRank(l Level) int {
	return slices.Index([]Level{Listening, Supervised, Autonomous, Mentor}, l)
}

// validCertificate returns the certificate of the highest level that is valid
// now for the channel and itself neither revoked nor suspended.
func (q question) validCertificate() (best Fact, found bool) {
	for _, f := range q.known {
		if f.Kind != Certificate || (f.Channel != "" && f.Channel != q.channel) || !f.holds(q.now) || levelRank(f.Level) < 0 {
			continue
		}
		if _, stopped := q.about(CertificateRevocation, f.Ref); stopped {
			continue
		}
		if _, stopped := q.about(CertificateSuspension, f.Ref); stopped {
			continue
		}
		if higher := levelRank(f.Level) - levelRank(best.Level); !found || higher > 0 || higher == 0 && later(f, best) {
			best, found = f, true
		}
	}
	return best, found
}

// nextBoundary is the first start or end of a known fact after now.
func (q question) nextBoundary() time.Time {
	var next time.Time
	for _, f := range q.known {
		end := f.end(q.now)
		if f.Kind != Certificate && !end.IsZero() && !end.After(q.now) {
			continue // over, or taken back before it began; of a certificate the reasons still change then
		}
		for _, t := range []time.Time{f.From, end} {
			if t.After(q.now) && (next.IsZero() || t.Before(next)) {
				next = t
			}
		}
	}
	return next
}
