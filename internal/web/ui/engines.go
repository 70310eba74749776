package ui

// Engines shows what would happen to a contact of a line now, and what its phone
// systems do.
type Engines struct {
	Base
	LineName string
	At       string // "Alle 18:45"
	Would    []WouldRing
	Systems  []SystemRow
	Tests    []SystemRow // the newest first
}

// Template names the page.
func (*Engines) Template() string { return "engines" }

// WouldRing is one channel: whose phone would ring, and whose would not although
// they are on shift.
type WouldRing struct {
	Channel string // as a title
	Mark    Mark
	Lead    string
	Ring    []LinePerson
	More    string // how many more may ring
	Silent  []SilentPerson
}

// SilentPerson is on shift and gets no contact, with the reasons.
type SilentPerson struct {
	Href, Name, Number string
	Reasons            []Reason
}

// SystemRow is a phone system, or a test call of one.
type SystemRow struct {
	Name  string
	Mark  Mark
	Lines []string
}
