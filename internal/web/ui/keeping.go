package ui

import (
	"html/template"
	"time"
)

// keepingPages are letters, corrections and the pages about the site itself.
func keepingPages() []View {
	return []View{&Letters{}, &LetterSheet{}, &Prose{}}
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
	Body template.HTML // rendered when the program starts by content/markdown
}

// Template names the page.
func (*Prose) Template() string { return "prose" }
