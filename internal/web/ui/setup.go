package ui

// setupPages are the pages of a first start.
func setupPages() []View { return []View{&SetUp{}, &NewAddress{}} }

// SetUp asks for the organisation and its first administrator.
type SetUp struct {
	Base
	Action                string
	Organisation, Contact string
	GivenName, FamilyName string
	Email                 string
}

// Template names the page.
func (*SetUp) Template() string { return "set_up" }

// NewAddress proves a new e-mail address.
type NewAddress struct {
	Base
	Action string
}

// Template names the page.
func (*NewAddress) Template() string { return "new_address" }
