package gate

import "time"

// Kind is what a fact says.
type Kind string

// The kinds of fact.
const (
	Register              Kind = "register"
	OfAge                 Kind = "of_age"
	Suspension            Kind = "suspension"
	Certificate           Kind = "certificate"
	CertificateSuspension Kind = "certificate_suspension"
	CertificateRevocation Kind = "certificate_revocation"
	LineActive            Kind = "line_active"
	ContentDue            Kind = "content_due"
	CheckDue              Kind = "check_due" // the check half way of a certificate, from its deadline on; Ref is the certificate
	Station               Kind = "station"
	Pledge                Kind = "pledge"
	Pause                 Kind = "pause"
	Supervision           Kind = "supervision"   // of a line: supervised needs a supervisor on shift
	SupervisorOn          Kind = "supervisor_on" // of a line: a supervisor is on shift; Ref is the shift
	Practice              Kind = "practice"      // Level autonomous: the level is kept; supervised: contacts at all
	Override              Kind = "override"      // an emergency decision; Ref is its id
)

// Level is how far a certificate reaches.
type Level string

// The levels, from the one who only listens to the one who teaches.
const (
	Listening  Level = "listening"
	Supervised Level = "supervised"
	Autonomous Level = "autonomous"
	Mentor     Level = "mentor"
)

// Channel is how a contact arrives.
type Channel string

// The channels.
const (
	Phone Channel = "phone"
	Chat  Channel = "chat"
	Video Channel = "video"
	Mail  Channel = "mail"
	Desk  Channel = "desk"
)

// Channels lists them.
var Channels = []Channel{Phone, Chat, Video, Mail, Desk}

// LineID identifies a line. 0 in a Fact means every line.
type LineID int64

// Fact is one thing known about a person or a line.
type Fact struct {
	Kind       Kind
	Line       LineID    // 0: on every line
	Channel    Channel   // "": on every channel
	Level      Level     // of a certificate
	Ref        int64     // certificate, release, register entry…
	From       time.Time // first instant it holds
	Until      time.Time // first instant it no longer holds; zero: open
	RecordedAt time.Time // it is not known before
	ClosedAt   time.Time // its interval was ended early at this instant; zero: it was not
}

// known tells whether the fact was recorded by the instant at.
func (f Fact) known(at time.Time) bool { return !f.RecordedAt.After(at) }

// end is the end of the interval as known at the instant at; zero: open.
func (f Fact) end(at time.Time) time.Time {
	if !f.ClosedAt.IsZero() && !f.ClosedAt.After(at) && (f.Until.IsZero() || f.ClosedAt.Before(f.Until)) {
		return f.ClosedAt
	}
	return f.Until
}

// holds tells whether the fact is known and within its interval at the instant.
func (f Fact) holds(at time.Time) bool {
	end := f.end(at)
	return f.known(at) && !at.Before(f.From) && (end.IsZero() || at.Before(end))
}

// Facts is all that is known about one person and one line. The zero Facts
// knows nobody.
type Facts struct {
	Known bool // the person exists and has a public number
	List  []Fact
}
