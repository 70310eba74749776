package ui

// Learning is the page on which what somebody learnt elsewhere is recognised.
type Learning struct {
	Base
	About string
	Files []LearningFile // one for each enrolment
}

// Template names the page.
func (*Learning) Template() string { return "learning" }

// LearningFile is one enrolment: what may be recognised, and what was.
type LearningFile struct {
	ID     string // of the form
	Title  string
	Action string
	What   []Option // empty: nothing is left
	// As typed.
	Document, SeenOn, Words string
	Held                    []LearningRow
}

// LearningRow is something recognised.
type LearningRow struct {
	Title, About, Words string
	Note                string   // why it stays
	TakeBack            *Confirm // nil when it stays
}
