package ui

import (
	"slices"
	"time"

	"abilita/course/gate"
	"abilita/internal/i18n"
)

// Reason is one cause of a "no" with the next step; lists hold the worst first.
type Reason struct {
	State State
	Title string
	Next  string // words of the next step; a link when Href is set
	Href  string
}

// NextStep is the card that answers "what do I do now?".
type NextStep struct {
	Title, Text string
	Href, Label string // the one saffron button; empty Href shows none
	Action      string // when set the button posts here instead of following Href
	About       time.Duration
	Calm        string // small words beside the button instead of About
}

// NextCard is a NextStep with the words of the catalogue.
type NextCard struct {
	NextStep
	Eyebrow, Beside, Key string
}

// Card makes the card of a next step.
func (b *Base) Card(n NextStep) NextCard {
	beside := n.Calm
	if n.About > 0 {
		beside = b.Duration(n.About)
	}
	return NextCard{NextStep: n, Eyebrow: b.T("part.next_step"), Beside: beside, Key: b.KeyFor("next")}
}

// Step is one station of the road to the line.
type Step struct {
	State    State
	Title    string
	Word     string // state in words, bold
	Text     string
	Href     string // of the title, empty for none
	Here     bool   // you are here: at most one
	Ahead    bool   // the line below it is still dotted
	Segments []Segment
}

// Road is a path with the words of the catalogue.
type Road struct {
	Steps    []Step
	HereWord string
}

// Road makes the path of steps.
func (b *Base) Road(steps []Step) Road { return Road{Steps: steps, HereWord: b.T("part.here")} }

// Segment is one piece of a segmented progress.
type Segment string

// The segments.
const (
	Full  Segment = "on"
	Half  Segment = "half"
	Empty Segment = ""
)

// Segments is a progress of total pieces of which done are full; half says
// that the next one has been begun.
func Segments(done, total int, half bool) []Segment {
	s := make([]Segment, total)
	for i := range min(done, total) {
		s[i] = Full
	}
	if half && done < total {
		s[done] = Half
	}
	return s
}

// Fact is a term with its value.
type Fact struct{ Term, Value string }

// Event is one entry of a time line, the latest first.
type Event struct {
	State State
	At    time.Time
	Day   bool // the hour of At means nothing
	Title string
	Text  string
	Link  *Link
}

// Moment is an Event with its date in words.
type Moment struct {
	Event
	When, Machine string
}

// Timeline puts the dates of events into words.
func (b *Base) Timeline(events []Event) []Moment {
	moments := make([]Moment, 0, len(events))
	for _, e := range events {
		when := b.Date(e.At)
		if !e.Day {
			when += ", " + b.Time(e.At)
		}
		moments = append(moments, Moment{Event: e, When: when, Machine: b.Machine(e.At)})
	}
	return moments
}

// Answer is what the gate says about one person, line and channel, in words.
type Answer struct {
	Mark    Mark
	Text    string
	Reasons []Reason // empty if and only if the answer is yes
}

// Same says whether two answers read the same.
func (a Answer) Same(b Answer) bool {
	return a.Mark == b.Mark && a.Text == b.Text && slices.Equal(a.Reasons, b.Reasons)
}

// Count is a number with its state, a link to the people behind it.
type Count struct {
	N       int
	Mark    Mark
	Href    string
	Current bool
}

// Check is something said, seen or ticked, with its state.
type Check struct {
	State       State
	Title, Note string
}

// Notice is a panel with one message.
type Notice struct {
	Mark   Mark
	Text   string
	Action *Link
}

// EmptyState teaches what will be here and what to do for it.
type EmptyState struct {
	Title, Text string
	Action      *Link
}

// Tab is one view of a list.
type Tab struct {
	Href, Label string
	Count       int
	Current     bool
}

// Pager walks a list by key: there are no page numbers to go wrong.
type Pager struct {
	Text       string // "13 persone di 36, in ordine di nome"
	First      string // address of the beginning, empty when this is it
	Next       string // address of what follows, empty at the end
	FirstLabel string
	NextLabel  string
}

// Pager has the words of the catalogue.
func (b *Base) Pager(text, first, next string) Pager {
	return Pager{Text: text, First: first, Next: next, FirstLabel: b.T("list.first"), NextLabel: b.T("list.next")}
}

// Letter is a letter as it will be sent, printed or read aloud.
type Letter struct {
	ToWord, To string // "A", "Serena Maggioni"
	Subject    string
	When       string
	Paragraphs []string
	Status     Mark
}

// Code is something to be copied: an address, a command, a number.
type Code struct{ ID, Label, Value, Copy, Copied string }

// Code has the words of the catalogue.
func (b *Base) Code(id, label, value string) Code {
	return Code{ID: id, Label: label, Value: value, Copy: b.T("part.copy"), Copied: b.T("part.copied")}
}

// Progress is a bar: Value of Max.
type Progress struct {
	Label      string
	Value, Max int
	Here       bool // saffron: what is being done now
}

// QR is a square code as one path of unit modules.
type QR struct {
	Size  int    // modules a side
	Path  string // of an SVG path in units of one module
	Label string
}

// ReasonWords are the sentences of a reason of the gate: what is the matter, and
// the next step. Pages, the API and the command line say the same.
func ReasonWords(p i18n.Printer, r gate.Reason) (message, next string) {
	code := "gate." + string(r.Code)
	if r.MidTerm {
		code = "gate.check_overdue"
	}
	message = p.T(code)
	if !r.When.IsZero() && p.Has(code+"_when") {
		message = p.T(code+"_when", "When", p.Boundary(r.When))
	}
	return message, p.T(code + "_next")
}

// Reason is ReasonWords in the language and zone of the page.
func (b *Base) Reason(r gate.Reason) (message, next string) {
	r.When = b.local(r.When)
	return ReasonWords(b.Printer, r)
}
