package ui

// sessionPages are the pages of remote meetings.
func sessionPages() []View { return []View{&Sessions{}, &Room{}, &SessionPlan{}} }

// Sessions lists meetings: those of a volunteer to book and join, and those
// that staff lead.
type Sessions struct {
	Base
	Lead   string
	Groups []SessionGroup // of the volunteer
	Rooms  []RoomGroup    // of staff
	Plans  []Link         // cohorts whose calendar may be planned
	Staff  bool           // the reader leads sessions
}

// Template names the page.
func (*Sessions) Template() string { return "sessions" }

// SessionGroup is meetings under one heading.
type SessionGroup struct {
	ID, Title string
	Items     []Meeting
}

// Meeting is one session for a volunteer.
type Meeting struct {
	SessionCard
	ID          string
	Mark        Mark
	Book, Leave string // addresses, empty when not possible
}

// RoomGroup is the sessions of one day.
type RoomGroup struct {
	ID, Title string
	Items     []RoomRow
}

// RoomRow is one session for staff; Href is empty for who may not open it.
type RoomRow struct {
	Href, Title, Note string
	When              string // "20:30–22:30"
	Mark              Mark
}

// Room is a session with its register of attendance. Fields posted to
// RegisterAction: outcome.NUMBER.
type Room struct {
	Base
	Heading, About string
	Mark           Mark
	Facts          []Fact
	Join           string
	Seats          []RoomSeat
	Register       string // address; empty while the register cannot be closed, or is closed
	RegisterText   string
	Correct        string // address of corrections, once the register is closed
	Outcomes       []Option
	Move           string // address; empty when the session cannot be moved any more
	Date, At       string // as typed
	MoveReason     string // as typed
	MendReason     string // as typed in the refused correction
	Cancel         *Confirm
	Version        string
}

// Template names the page.
func (*Room) Template() string { return "room" }

// RoomSeat is somebody in a session.
type RoomSeat struct {
	Number, Name, Href string
	Mark               Mark
	Outcomes           []Option // choices in the open register
}

// SessionPlan is the form of a weekly pattern of a cohort.
type SessionPlan struct {
	Base
	Heading, About, Action string
	Patterns               []Link // of the programme, each fills the form in
	Kinds, Days            []Option
	Trainers, Scripts      []Option
	Name, At, First        string
	Minutes, Count, Seats  string
	Slot, JoinURL          string
	Planned                []RoomGroup
}

// Template names the page.
func (*SessionPlan) Template() string { return "session_plan" }

// NoSessions is what the list says before there are any.
func (s *Sessions) NoSessions() EmptyState {
	return EmptyState{Title: s.T("session.empty"), Text: s.T("session.empty_text")}
}

// NobodyBooked is what a register without seats says.
func (r *Room) NobodyBooked() EmptyState {
	return EmptyState{Title: r.T("session.nobody"), Text: r.T("session.nobody_text")}
}

// OutcomeField is the choice of one seat in the open register.
func (r *Room) OutcomeField(s RoomSeat) Field {
	return r.Radios("outcome."+s.Number, s.Name, s.Outcomes)
}

// mend is the name of the form that corrects a seat.
func mend(s RoomSeat) string { return "correct-" + s.Number }

// Mending says whether the correction of a seat was refused.
func (r *Room) Mending(s RoomSeat) bool { return r.HasErrors() && r.Refused == mend(s) }

// CorrectField is the choice of a correction.
func (r *Room) CorrectField(s RoomSeat) Field {
	return r.Of(mend(s), r.Select("outcome", r.T("session.correct_to"), s.Outcomes))
}

// CorrectReason is the reason of a correction.
func (r *Room) CorrectReason(s RoomSeat) Field {
	typed := ""
	if r.Mending(s) {
		typed = r.MendReason
	}
	return r.Of(mend(s), r.Input("text", "reason", r.T("session.reason"), typed).Hinted(r.T("session.reason_hint")))
}
