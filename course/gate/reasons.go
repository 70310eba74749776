package gate

import "time"

// Code names a reason for a no. The same code stands on pages, in the API and
// in the answer to a phone system.
type Code string

// The codes, worst first.
const (
	AgentUnknown          Code = "agent_unknown"
	AgentSuspended        Code = "agent_suspended"
	CertificateRevoked    Code = "certificate_revoked"
	CertificateSuspended  Code = "certificate_suspended"
	LineNotActive         Code = "line_not_active"
	NotInRegister         Code = "not_in_register"
	InsuranceNotStarted   Code = "insurance_not_started"
	UnderAge              Code = "under_age"
	CertificateMissing    Code = "certificate_missing"
	ChannelNotCertified   Code = "channel_not_certified"
	CertificateNotStarted Code = "certificate_not_started"
	CertificateExpired    Code = "certificate_expired"
	ContentOverdue        Code = "content_overdue"
	StationUnchecked      Code = "station_unchecked"
	PledgeMissing         Code = "pledge_missing"
	LevelListeningOnly    Code = "level_listening_only"
	SupervisorAbsent      Code = "supervisor_absent"
	RecencyLapsed         Code = "recency_lapsed"
	Paused                Code = "paused"
)

// Codes lists every code, worst first.
var Codes = []Code{
	AgentUnknown, AgentSuspended, CertificateRevoked, CertificateSuspended, LineNotActive, NotInRegister,
	InsuranceNotStarted, UnderAge, CertificateMissing, ChannelNotCertified, CertificateNotStarted,
	CertificateExpired, ContentOverdue, StationUnchecked, PledgeMissing, LevelListeningOnly,
	SupervisorAbsent, RecencyLapsed, Paused,
}

// Stops tells that the reason is a decision against the volunteer: only such a one
// reaches a contact that is going on.
func (c Code) Stops() bool {
	return c == AgentSuspended || c == CertificateRevoked || c == CertificateSuspended
}

// Waivable are the reasons that an override sets aside.
var Waivable = []Code{CertificateExpired, ContentOverdue, StationUnchecked, SupervisorAbsent, RecencyLapsed}

// Reason is one cause of a no.
type Reason struct {
	Code Code
	When time.Time // since when, or from when it will be mended by itself; zero when no instant tells
	Ref  int64     // the certificate or release concerned; 0 when none
	// MidTerm tells, of ContentOverdue, that the check half way of the certificate
	// Ref is overdue and not a change of content.
	MidTerm bool
}

// Decision is the answer of the gate. The zero Decision is a no.
type Decision struct {
	granted bool
	Level   Level    // at which contacts may be taken; empty in a no
	Reasons []Reason // empty if and only if granted; worst first
	Waived  []Reason // what an override set aside in a yes; worst first
	// Override is the emergency decision that grants; 0 when none was needed.
	Override int64
	Until    time.Time // first instant at which a known fact could change the answer; zero: none known
	At       time.Time // the instant that was asked about
}

// Granted tells whether the person may take a contact.
func (d Decision) Granted() bool { return d.granted }

// Codes returns the reasons' codes, worst first.
func (d Decision) Codes() []Code {
	codes := make([]Code, len(d.Reasons))
	for i, r := range d.Reasons {
		codes[i] = r.Code
	}
	return codes
}
