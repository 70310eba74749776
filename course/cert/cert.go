// Package cert decides what evidence is worth: which requirements of a
// programme it meets, who may sign, how long a certificate lasts and in which
// state it is at an instant.
//
//	            second person signs            the end of the last day
//	proposed ───────────────────────────► valid ──────────────────► expired
//	(all requirements met)       raise ┌─► │ ▲                        ▲
//	                                   └── │ │ restore                │ restore after
//	                               suspend ▼ │                        │ the end
//	                                     suspended ───────────────────┘
//	       valid, suspended ──revoke──► revoked (final)
//	       valid, expired ──a later one is signed──► superseded (final)
//
// Whoever is certified again gets another certificate, by another enrolment: a
// renewal is a proposal like the first, by a list of its own that is shorter. Signed
// before the end of a valid one it keeps the later of the two dates and on each
// channel the higher of the two levels; signed after the end it begins anew. One
// that adds a channel keeps the end of what it extends. An older one is superseded
// when no channel of it is left. While one is suspended no later one is signed: a
// renewal decides no suspension, and time neither; a revocation ends it. A raise
// changes the level on a channel and no date. Every arrow but time's is an event
// with its actor and instant, and whatever stops has a reason and a date for the
// appeal; nothing else is possible.
//
// Evidence is never changed. A correction is a new piece that names the one it
// replaces; Review reads only pieces that nothing replaced. Running Review
// again on the evidence a certificate names gives the same answer.
package cert

import (
	"slices"
	"time"

	"abilita/internal/fault"
	"abilita/internal/people"
)

// Kind is what sort of thing a requirement asks for.
type Kind string

// The kinds of requirement.
const (
	Modules    Kind = "modules"
	Quiz       Kind = "quiz"
	Roleplay   Kind = "roleplay"
	Attendance Kind = "attendance"
	Checklist  Kind = "checklist"
	Pledge     Kind = "pledge"
	Station    Kind = "station"
)

// Requirement is one thing a programme asks for.
type Requirement struct {
	Key   string
	Kind  Kind
	Title string
	// Groups say what must be passed: of each, as many items as it needs. Modules
	// are one group that needs all; "one of the first two calls, plus the fourth"
	// is two groups. Empty for attendance.
	Groups []Group
	// Needed counts distinct passed items for attendance: the sessions that must
	// be attended out of Planned.
	Needed, Planned int
	// Signers is how many different people must have signed, for checklists that
	// somebody else signs; 0 and 1 ask for no more than the lists.
	Signers int
	After   []string // keys of requirements that must be met first
}

// Group asks for Need of the items in Of.
type Group struct {
	Need int
	Of   []string
}

// EvidenceID identifies a piece of evidence.
type EvidenceID int64

// Evidence is one thing that was done. A piece with ID 0 that is Waiting is no
// evidence yet: something done that people have still to judge.
type Evidence struct {
	ID          EvidenceID
	Person      people.ID // whose evidence it is; their own signature is no other person's
	Requirement string
	Item        string
	Passed      bool
	Critical    bool        // failed by a critical item or error
	Waiting     bool        // done, but a person must still mark it
	Void        bool        // only takes away the piece it corrects
	Score       int         // hundredths of a percent, -1 when there is none
	Author      people.ID   // who judged; 0 when the program graded
	Judges      []people.ID // everybody whose judgement counts, when there are several
	At          time.Time
	Corrects    EvidenceID // the piece it replaces; 0 when none
	ContentHash string
}

// State is where a person stands with a requirement.
type State string

// The states of a requirement.
const (
	Done     State = "done"
	Doing    State = "doing"
	Todo     State = "todo"
	Locked   State = "locked"   // something else comes first
	Waiting  State = "waiting"  // somebody must mark it, or sign it too
	Failed   State = "failed"   // tried, not passed
	Critical State = "critical" // failed by a critical item or error
)

// Line is the finding on one requirement.
type Line struct {
	Requirement Requirement
	State       State
	Done        int // items passed, out of Needed
	Needed      int
	Score       int          // the last score, -1 when there is none
	Evidence    []EvidenceID // what meets it, in order of the groups, then who signed besides; complete when Done
	At          time.Time    // of the newest piece that counted; zero when none
	Missing     []string     // items not passed yet of the groups that still need some
	Signed      []people.ID  // who signed, each once, where several must; never whose evidence it is
}

// Unsigned is how many people must still sign besides those who did, whether or
// not the lists are complete. 0 where one signature is enough.
func (l Line) Unsigned() int {
	if l.Requirement.Signers < 2 {
		return 0
	}
	return max(0, l.Requirement.Signers-len(l.Signed))
}

// OnlyUnsigned tells whether everything is there but the signature of somebody
// who has not signed yet.
func (l Line) OnlyUnsigned() bool {
	return l.Needed > 0 && l.Done >= l.Needed && l.Unsigned() > 0
}

// Report is the review of a person's evidence.
type Report struct {
	Lines []Line
}

// Complete tells whether every requirement is met. An empty report is not.
func (r Report) Complete() bool {
	for _, l := range r.Lines {
		if l.State != Done {
			return false
		}
	}
	return len(r.Lines) > 0
}

// Line returns the finding on a requirement.
func (r Report) Line(key string) (Line, bool) {
	for _, l := range r.Lines {
		if l.Requirement.Key == key {
			return l, true
		}
	}
	return Line{}, false
}

// Next returns the requirement to go on with: the first that is open and waits
// for the person, in the order of the programme. What waits for somebody else
// comes only when nothing else is open; ok is false when nothing is left.
func (r Report) Next() (line Line, ok bool) {
	for _, l := range r.Lines {
		switch l.State {
		case Doing, Todo, Failed, Critical:
			return l, true
		case Done, Locked, Waiting:
		}
	}
	for _, l := range r.Lines {
		if l.State == Waiting {
			return l, true
		}
	}
	return Line{}, false
}

// Review judges evidence against requirements. It needs no clock: what was
// passed stays passed until a correction replaces it.
func Review(requirements []Requirement, evidence []Evidence) Report {
	replaced := map[EvidenceID]bool{}
	for _, e := range evidence {
		if e.Corrects != 0 {
			replaced[e.Corrects] = true
		}
	}
	of := map[string][]Evidence{}
	for _, e := range evidence {
		if !replaced[e.ID] && !e.Void {
			of[e.Requirement] = append(of[e.Requirement], e)
		}
	}
	var report Report
	met := map[string]bool{}
	for _, req := range requirements {
		line := judge(req, of[req.Key])
		if line.State != Done {
			for _, before := range req.After {
				if !met[before] {
					line.State = Locked
				}
			}
		}
		met[req.Key] = line.State == Done
		report.Lines = append(report.Lines, line)
	}
	return report
}

// judge looks at one requirement alone. Prerequisites close a requirement that
// is not met; they never take away what was passed.
func judge(req Requirement, evidence []Evidence) Line {
	line := Line{Requirement: req, Score: -1, State: Todo}
	first := map[string]Evidence{} // first passed piece of each item
	var last Evidence
	for i, e := range evidence {
		if e.Passed {
			if was, ok := first[e.Item]; !ok || e.At.Before(was.At) {
				first[e.Item] = e
			}
		}
		if i == 0 || !e.At.Before(last.At) {
			last = e
		}
	}
	take := func(e Evidence) {
		line.Done++
		line.Evidence = append(line.Evidence, e.ID)
		if e.At.After(line.At) {
			line.At = e.At
		}
		if e.Score >= 0 {
			line.Score = e.Score
		}
	}
	if req.Kind == Attendance {
		line.Needed = req.Needed
		for _, e := range evidence {
			if f, ok := first[e.Item]; ok && f.ID == e.ID {
				take(e)
			}
		}
	} else {
		for _, group := range req.Groups {
			line.Needed += group.Need
			passed := make([]Evidence, 0, len(group.Of))
			for _, item := range group.Of {
				if e, ok := first[item]; ok {
					passed = append(passed, e)
				} else {
					line.Missing = append(line.Missing, item)
				}
			}
			slices.SortStableFunc(passed, func(a, b Evidence) int { return a.At.Compare(b.At) })
			for _, e := range passed[:min(group.Need, len(passed))] {
				take(e)
			}
			if len(passed) >= group.Need {
				line.Missing = line.Missing[:len(line.Missing)-(len(group.Of)-len(passed))]
			}
		}
	}
	line.signatures(evidence)
	tried := len(evidence) > 0
	switch {
	case line.OnlyUnsigned():
		line.State = Waiting
	case line.Needed > 0 && line.Done >= line.Needed:
		line.State = Done
	case last.Waiting:
		line.State = Waiting
	case tried && !last.Passed && last.Critical:
		line.State, line.Score = Critical, last.Score
	case tried && !last.Passed && req.Kind != Attendance:
		line.State, line.Score = Failed, last.Score
	case line.Done > 0:
		line.State = Doing
	}
	return line
}

// signatures reads who signed. First come those whose pieces count already; then,
// as long as some are missing, the earliest piece of each other person for any
// of the lists, also for one that somebody signed before.
func (l *Line) signatures(evidence []Evidence) {
	if l.Requirement.Signers < 2 {
		return
	}
	sign := func(e Evidence) bool {
		if e.Author == 0 || e.Author == e.Person || slices.Contains(l.Signed, e.Author) {
			return false
		}
		l.Signed = append(l.Signed, e.Author)
		return true
	}
	var besides []Evidence
	for _, e := range evidence {
		switch {
		case slices.Contains(l.Evidence, e.ID):
			sign(e)
		case e.Passed && l.Requirement.asks(e.Item):
			besides = append(besides, e)
		}
	}
	slices.SortStableFunc(besides, func(a, b Evidence) int { return a.At.Compare(b.At) })
	for _, e := range besides {
		if l.Unsigned() > 0 && sign(e) {
			l.Evidence = append(l.Evidence, e.ID)
			if e.At.After(l.At) {
				l.At = e.At
			}
		}
	}
}

// asks tells whether an item is one of those of the groups.
func (r Requirement) asks(item string) bool {
	return slices.ContainsFunc(r.Groups, func(g Group) bool { return slices.Contains(g.Of, item) })
}

// Faults of signing.
var (
	ErrNotComplete   = fault.New(fault.Conflict, "cert.not_complete")
	ErrOwnSignature  = fault.New(fault.Forbidden, "cert.own_signature")
	ErrOnlyEvaluator = fault.New(fault.Forbidden, "cert.only_evaluator")
	ErrSigned        = fault.New(fault.Conflict, "cert.already_signed")
	ErrRevoked       = fault.New(fault.Conflict, "cert.revoked_is_final")
	ErrUndecided     = fault.New(fault.Conflict, "cert.undecided")
	ErrNotSuspended  = fault.New(fault.Conflict, "cert.not_suspended")
	ErrNotValid      = fault.New(fault.Conflict, "cert.not_valid")
)

// MaySign tells whether signer may sign the certificate of person: every
// requirement is met, nobody signs their own, and the signer is not the only
// one whose judgement counts. evidence is the whole list that report was made
// from.
func MaySign(report Report, evidence []Evidence, person, signer people.ID) error {
	if !report.Complete() {
		return ErrNotComplete
	}
	if signer == 0 || signer == person {
		return ErrOwnSignature
	}
	counts := map[EvidenceID]bool{}
	for _, l := range report.Lines {
		for _, id := range l.Evidence {
			counts[id] = true
		}
	}
	judged, others := false, false
	for _, e := range evidence {
		if !counts[e.ID] {
			continue
		}
		for _, judge := range e.judges() {
			if judge != 0 && judge != person {
				judged = true
				others = others || judge != signer
			}
		}
	}
	if judged && !others {
		return ErrOnlyEvaluator
	}
	return nil
}

func (e Evidence) judges() []people.ID {
	if len(e.Judges) > 0 {
		return e.Judges
	}
	return []people.ID{e.Author}
}

// Evaluator returns who judged last among the evidence that meets the
// requirements: the first of the two names on the certificate. 0 when nobody did.
func Evaluator(report Report, evidence []Evidence, not people.ID) people.ID {
	counts := map[EvidenceID]bool{}
	for _, l := range report.Lines {
		if l.Requirement.Kind == Roleplay || l.Requirement.Kind == Checklist {
			for _, id := range l.Evidence {
				counts[id] = true
			}
		}
	}
	var who people.ID
	var at time.Time
	for _, e := range evidence {
		if counts[e.ID] && e.Author != 0 && e.Author != not && !e.At.Before(at) {
			who, at = e.Author, e.At
		}
	}
	return who
}

// Validity returns the interval of a certificate signed at the instant signed
// that lasts the given days: it ends at 24:00, in the line's zone, of the day
// that many days after the day of signing (365 days from 2019-04-01 end on
// 2020-03-31).
func Validity(signed time.Time, days int, zone *time.Location) (from, until time.Time) {
	y, m, d := signed.In(zone).Date()
	return signed, EndOfDay(y, m, d+days, zone)
}

// EndOfDay is 24:00 of a day in a zone, which is the first instant of the next.
func EndOfDay(y int, m time.Month, d int, zone *time.Location) time.Time {
	return time.Date(y, m, d+1, 0, 0, 0, 0, zone).UTC()
}

// Status is the state of a certificate at an instant.
type Status string

// The states of a certificate.
const (
	Proposed   Status = "proposed"
	Valid      Status = "valid"
	Suspended  Status = "suspended"
	Revoked    Status = "revoked"
	Expired    Status = "expired"
	Superseded Status = "superseded"
)

// Event is a change in the life of a certificate.
type Event struct {
	Kind Status // Valid for signed and restored
	At   time.Time
}

// StatusAt tells the state of a certificate with interval [from, until) and the
// given events, oldest first, at the instant at. A zero from is unsigned.
func StatusAt(from, until time.Time, events []Event, at time.Time) Status {
	if from.IsZero() || at.Before(from) {
		return Proposed
	}
	state := Valid
	for _, e := range events {
		if e.At.After(at) || state == Revoked {
			break
		}
		state = e.Kind
	}
	if state == Valid && !until.IsZero() && !at.Before(until) {
		return Expired
	}
	return state
}
