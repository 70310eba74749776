package ui

import "time"

// accountPages are the pages of signing in and of one's own account.
func accountPages() []View {
	return []View{&SignIn{}, &Invitation{}, &Forgot{}, &Reset{}, &Account{}}
}

// SignIn asks for address and password. A refusal is one fault without field:
// it never says which of the two was wrong.
type SignIn struct {
	Base
	Email string
	Next  string    // address to go on to, checked by the handler
	Wait  time.Time // after too many failures, zero otherwise
}

// Template names the page.
func (*SignIn) Template() string { return "sign_in" }

// Invitation sets the first password. A link that no longer works has Dead set
// and shows what to do instead.
type Invitation struct {
	Base
	Action      string
	Name, Email string
	What        string // what the person is invited to
	Expires     time.Time
	Dead        bool
}

// Template names the page.
func (*Invitation) Template() string { return "invitation" }

// Forgot asks for a letter with a link; Sent is the same whether or not the
// address is known.
type Forgot struct {
	Base
	Email string
	Sent  bool
}

// Template names the page.
func (*Forgot) Template() string { return "forgot" }

// Reset sets a new password by a link.
type Reset struct {
	Base
	Action string
	Dead   bool
}

// Template names the page.
func (*Reset) Template() string { return "reset" }

// SessionRow is one place where the person is signed in.
type SessionRow struct {
	ID      string
	Device  string // browser and system in words
	Since   time.Time
	Seen    time.Time
	Current bool
}

// Account is a person's own page: language, addresses, password, sessions.
type Account struct {
	Base
	FullName, Number string // Number empty before admission
	Email, Phone     string
	Residence        string
	Languages        []Option
	Sessions         []SessionRow
	Version          string // of the record, for lost updates
	Time             string // how much time they have in quizzes, empty for who takes none
}

// Template names the page.
func (*Account) Template() string { return "account" }
