package ui

// Hours is the ledger of somebody's hours.
type Hours struct {
	Base
	Heading, About string
	Lead, Decree   string
	Year           Progress
	Waiting        string // shifts that are in no month yet; empty: none
	Tables         []HoursTable
	CSV            string
}

// Template names the page.
func (*Hours) Template() string { return "hours" }

// HoursTable is the hours on a line.
type HoursTable struct {
	ID, Title string
	Rows      []HoursRow
	Sum       HoursRow
}

// HoursRow is a month.
type HoursRow struct{ Month, Shifts, Sessions, Contacts, All string }

// NoHours is what the page says while there are none.
func (p *Hours) NoHours() EmptyState {
	return EmptyState{Title: p.T("hours.empty"), Text: p.T("hours.empty_text")}
}
