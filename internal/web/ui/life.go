package ui

// lifePages are the pages of a certificate's life: contacts, levels, emergencies.
func lifePages() []View {
	return []View{&Contacts{}, &Level{}, &Emergency{}, &Appeals{}, &AppealSheet{}}
}

// ContactRow is a contact that was taken.
type ContactRow struct {
	Name, Number string
	About        string // channel, when, minutes
	By           string
}

// Contacts enters the contacts of a line.
type Contacts struct {
	Base
	LineName string
	Action   string
	Number   string
	Channels []Option
	At       string
	Minutes  string
	Rows     []ContactRow
}

// Template names the page.
func (*Contacts) Template() string { return "contacts" }

// HeardRow is a contact that somebody listened to.
type HeardRow struct {
	Mark  Mark
	About string
	Note  string
}

// Level is the ladder of a certificate.
type Level struct {
	Base
	Heading, About string
	Stand          Mark
	Progress       Progress // of the next level; Max 0 at the top
	Lead           string
	Refusal        string
	Others         []Link // the other channels
	Raise          string // address of the form; empty: may not raise
	RaiseOn        string // channel
	RaiseTo        string
	Words          string
	Observe        string // address of the form; empty: may not observe
	Channels       []Option
	At             string
	Verdicts       []Option
	Note           string
	Rows           []HeardRow
	Hours          []Fact // contacts and time by month
	Shifts         []Fact // the last shifts, with who came
}

// Template names the page.
func (*Level) Template() string { return "level" }

// OverrideRow is an emergency decision.
type OverrideRow struct {
	Mark  Mark
	Name  string
	About string
	Words string
	End   *Confirm
}

// Emergency gives and ends emergency decisions of a line.
type Emergency struct {
	Base
	LineName string
	Action   string
	Number   string
	Motives  []Option
	Words    string
	Hours    string
	Informed []Option
	Waives   []string // what it sets aside, in words
	Never    []string // what it never does
	Rows     []OverrideRow
}

// Template names the page.
func (*Emergency) Template() string { return "emergency" }
