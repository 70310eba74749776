package ui

// Erase is the page that says what erasing a person takes and leaves, then asks
// for the person's number.
type Erase struct {
	Base
	Name, About string
	First       []string // what must be done before; the forms are not shown then
	Goes, Stays []Fact
	Ends        string // until when what stays may be needed
	Action      string
	Reasons     []Option
	Reason      string // chosen: the second step
	ReasonWord  string
	Number      string // typed
}

// Template names the page.
func (*Erase) Template() string { return "erase" }
