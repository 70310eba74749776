package ui

// organisePages are the pages of whoever sets the program up and keeps it.
func organisePages() []View {
	return []View{&Guide{}, &LineForm{}, &CohortForm{}, &LineEdit{}, &CohortEdit{}, &Staff{}, &Keys{}, &Hooks{}}
}

// Guide is the way through the set-up: what is done, what comes next.
type Guide struct {
	Base
	Next    *NextStep
	Steps   []Step
	Notices []Notice
}

// Template names the page.
func (*Guide) Template() string { return "guide" }

// LineForm makes a line.
type LineForm struct {
	Base
	Action     string
	Code, Name string
	Channels   []Option
	Zone       string
	Days       []Option
	Opens      string
	Closes     string
	Fallback   string
	MinAge     string
	Launch     string
	Supervised bool
	Programmes []Option
}

// Template names the page.
func (*LineForm) Template() string { return "line_form" }

// DayHours is one day of a week in the form of opening hours.
type DayHours struct {
	ID, Label     string
	Opens, Closes string // empty: closed
}

// LineEdit changes what may change of a line.
type LineEdit struct {
	Base
	Action          string
	Version         string
	Code, LineName  string
	LineZone        string
	Name            string
	Channels        []Option
	Week            []DayHours
	Fallback, Lease string
	MinAge          string
	Launch          string
	Supervised      bool
	Running         []Option
	Dialled         string // for phone systems that read the database
	AddressForm     string
	Stored          []Fact // what somebody else stored meanwhile
}

// Template names the page.
func (*LineEdit) Template() string { return "line_edit" }

// CohortEdit changes what may change of a cohort.
type CohortEdit struct {
	Base
	Action       string
	Version      string
	LineName     string
	Sessions     string // address of the page of its sessions
	Taken        string
	Name         string
	Starts, Ends string
	Seats        string
	Stored       []Fact // what somebody else stored meanwhile
}

// Template names the page.
func (*CohortEdit) Template() string { return "cohort_edit" }

// CohortForm makes a cohort; its sessions are planned from the programme.
type CohortForm struct {
	Base
	Action       string
	LineID       string
	LineName     string
	Name         string
	Starts, Ends string
	Seats        string
	JoinURL      string
	Trainers     []Option
	Cohorts      []Fact // those that are there
}

// Template names the page.
func (*CohortForm) Template() string { return "cohort_form" }

// StaffRow is a role that somebody holds.
type StaffRow struct {
	ID                       string
	Name, Email, Role, Scope string
	Behalf                   string // the partner and how long, empty for none
	State                    Mark   // has signed up or not yet, or the agreement is over
	End                      Confirm
}

// Staff lists who holds which role and invites others.
type Staff struct {
	Base
	Action                string
	Rows                  []StaffRow
	GivenName, FamilyName string
	Email                 string
	Partner, Agreement    string
	Until                 string // last day of the agreement
	Roles, Scopes         []Option
	Link                  Code // of the invitation just made, Value empty for none
}

// Template names the page.
func (*Staff) Template() string { return "staff" }

// KeyRow is a credential of the gate.
type KeyRow struct {
	Name, Scopes, Lines string
	ActsFor             string // whose rights it has; empty for nobody
	Idle                string // that they may stop nothing now; empty otherwise
	Made                string
	Ended               bool
	End                 Confirm
}

// Keys lists the gate's credentials, makes one, and asks the gate by hand.
type Keys struct {
	Base
	Action        string
	Rows          []KeyRow
	Name          string
	Scopes, Lines []Option
	ActsFor       []Option // nobody first; empty when nobody may stop certificates
	Trust         Code     // the public key of leases
	Token         Code     // just made, shown once; Value empty for none

	Ask      string // address of the form
	AskLine  []Option
	AskChan  []Option
	AskAgent string
	Asked    bool
	Answer   Mark
	Line     Code // the answer as a phone system gets it
	Reasons  []Reason
	Curl     Code
}

// Template names the page.
func (*Keys) Template() string { return "keys" }
