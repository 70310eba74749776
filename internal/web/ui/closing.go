package ui

// ShiftClosing is a shift as whoever answers for it looks back upon it. Addresses are
// empty where nothing can be done.
type ShiftClosing struct {
	Base
	Heading, When    string
	Lead             string
	State            Mark
	People           []ClosingRow
	Mark, Close, Add string
	Absent           []Option
	Version          string
	Note             string // as typed
	Notes, Before    []NoteRow
	Contacts         []ContactRow
	Enter            string
	Numbers          []Option // who may have taken a contact
	Channels         []Option
	At, Minutes      string
}

// Template names the page.
func (*ShiftClosing) Template() string { return "shift_closing" }

// ClosingRow is somebody on the shift.
type ClosingRow struct {
	Name, Part string
	Mark       Mark
}

// NoteRow is a note about a shift.
type NoteRow struct{ About, Text string }

// AbsentField is who did not come.
func (p *ShiftClosing) AbsentField() Field {
	return p.Ticks("absent", p.T("shift.who_absent"), p.Absent).Hinted(p.T("shift.who_absent_hint"))
}

// NoteField is the word for the next shift.
func (p *ShiftClosing) NoteField(label string) Field {
	return p.Area("note", p.T(label), p.Note).Hinted(p.T("shift.note_hint")).UpTo(4000)
}
