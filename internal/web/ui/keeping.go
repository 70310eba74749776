package ui

import (
	"html/template"
	"time"
)

// keepingPages are letters, corrections and the pages about the site itself.
func keepingPages() []View {
	return []View{&Letters{}, &LetterSheet{}, &Corrections{}, &Prose{}, &Retention{}, &Proof{}, &Erase{}, &Learning{}, &Engines{}}
}

// Letters is the list of letters.
type Letters struct {
	Base
	Lead  string
	Tabs  []Tab
	Rows  []LetterRow
	Pages Pager
}

// Template names the page.
func (*Letters) Template() string { return "letters" }

// LetterRow is one letter.
type LetterRow struct {
	Href, To, Subject string
	At                time.Time
	State             Mark
}

// Nothing is what an empty list of letters says.
func (l *Letters) Nothing() EmptyState {
	return EmptyState{Title: l.T("letter.empty"), Text: l.T("letter.empty_text")}
}

// LetterSheet is one letter to read, print, copy and hand over.
type LetterSheet struct {
	Base
	Letter  Letter
	Plain   string // to copy
	Link    string // personal link; empty: none that works
	Dead    bool   // it had a link that no longer works
	Problem string
	Hand    *Confirm // nil when it was handed over or leaves by mail
}

// Template names the page.
func (*LetterSheet) Template() string { return "letter" }

// Prose is a page of text about the site: help, accessibility.
type Prose struct {
	Base
	Body      template.HTML // rendered when the program starts by content/markdown
	Reference bool          // to look things up in: its tables wrap in place of scrolling
}

// Template names the page.
func (*Prose) Template() string { return "prose" }

// Retention is the page of what is kept how long.
type Retention struct {
	Base
	Rows []RetentionRow
}

// Template names the page.
func (*Retention) Template() string { return "retention" }

// RetentionRow is one kind of data: how long since when, what is done then, and
// when it last was.
type RetentionRow struct{ What, Time, Then, Last string }

// Corrections is the page of what may be mended or decided about a person. A
// nil form is one that this reader or this state does not offer.
type Corrections struct {
	Base
	Name, About string
	Closed      string // why details and merging are not offered; empty when they are
	Details     *DetailsForm
	Merge       *MergeForm
	Leave       *LeaveForm
	Suspend     *SuspendForm
	Restore     *RestoreForm
}

// Template names the page.
func (*Corrections) Template() string { return "corrections" }

// DetailsForm corrects name and contact.
type DetailsForm struct {
	Action, GivenName, FamilyName, Email, Phone, Residence, Reason, Version string
}

// MergeForm joins a record that was made twice into this one.
type MergeForm struct {
	Action, Other, Reason string
	Twins                 []string // records with the same family name and date of birth
}

// LeaveForm ends the entry in the register.
type LeaveForm struct{ Action, Day, Reason string }

// SuspendForm stops a person on every line.
type SuspendForm struct {
	Action, Words, AppealBy string
	Motives                 []Option
}

// RestoreForm ends a suspension; Facts say who decided it and why.
type RestoreForm struct {
	Action, Words string
	Facts         []Fact
}
