package ui

import (
	"html/template"
	"time"
)

// learnerPages are the pages of a volunteer who studies and practises.
func learnerPages() []View {
	return []View{&Welcome{}, &Home{}, &Study{}, &Change{}, &Module{}, &Call{}, &CallDebrief{}}
}

// Home is the volunteer's first page: what to do now, the road to the line, and
// whether the line passes contacts to this person at this instant.
type Home struct {
	Base
	Heading  string // "Ciao Giulia, sei quasi alla linea."
	Next     *NextStep
	Changes  []Notice     // of content, still to be read
	Roads    []LineRoad   // one for each line the person prepares for
	Answers  []LineAnswer // of each line the person prepares for; channels answered alike share one
	Sessions []SessionCard
	Papers   []Link // certificates
	Shifts   bool   // the person has a certificate, and so shifts to take
	Shift    *ShiftRow
	Pause    PauseCard
	Stops    []AppealPanel // decisions that stop the reader
}

// LineRoad is the way to one line, or to keep what was reached.
type LineRoad struct {
	Title string // of the section, empty where the page has its own
	About string // line, channel, cohort, in one line
	Steps []Step
}

// Template names the page.
func (*Home) Template() string { return "home" }

// LineAnswer is the gate's answer for one line and one or more channels.
type LineAnswer struct {
	Line   string // line and channels in words
	Answer Answer
}

// SessionCard is a booked session.
type SessionCard struct {
	Title, Text string
	Start, End  time.Time
	Opens       time.Time // the room; zero when nothing is said
	Join        string    // address, only inside its window
	Calendar    string    // address of the .ics
	Change      string    // address to cancel or move
}

// PauseCard lets a volunteer take a break.
type PauseCard struct {
	Paused bool
	Since  time.Time
}

// Welcome is the first page of a visitor.
type Welcome struct {
	Base
	Ready bool // the organisation is set up
	Lines []WelcomeLine
}

// Template names the page.
func (*Welcome) Template() string { return "welcome" }

// WelcomeLine is a line that people may apply for.
type WelcomeLine struct{ Name, Note, Apply string }

// Study lists the modules of a person's path.
type Study struct {
	Base
	About    string
	Next     *NextStep
	Progress Progress
	Text     string // "3 di 8 letti, restano circa 2 ore"
	Modules  []Step
	Others   []LineRoad // of other programmes, and what was learnt before
	Services *Link      // to the catalogue, where the line has one
}

// Template names the page.
func (*Study) Template() string { return "study" }

// Change is a change of content that a person owes.
type Change struct {
	Base
	Heading, About, Note string
	Mark                 Mark
	Rule                 string   // what to do by when, and what follows
	Parts                []Step   // what changed
	Action               string   // address of the confirmation, empty when none is asked
	Card                 *CardRow // of the catalogue, when that changed
	Was                  []Fact   // how the parts that changed read before
	Question             string   // to answer, empty for none
	Answers              []Option
}

// Template names the page.
func (*Change) Template() string { return "change" }

// Module is one module to read.
type Module struct {
	Base
	Number       int
	Heading      string
	Course       string // "Modulo 3 · Linea donazioni"
	Aim          string // what the reader will be able to do
	Outline      []OutlineItem
	Read, Pages  int           // sections read, of how many
	Left         time.Duration // reading time that remains
	Body         template.HTML // rendered at publishing by content/markdown
	Resume       *Link         // where the reader left off, nil at the beginning
	Position     string        // address that the script tells the position to, empty for none
	ReadAction   string        // address of "I have read it"
	ReadAt       time.Time     // zero when not yet marked as read
	Previous     *Link
	Following    *Link  // after reading
	Then         string // what comes after this module, always in sight
	Version      string
	PublishedAt  time.Time
	Acknowledged bool
}

// Template names the page.
func (*Module) Template() string { return "module" }

// OutlineItem is one section of a module.
type OutlineItem struct {
	Href, Title string
	State       State // Done, Current or Todo
}

// Turn is something said in a call. Feedback concerns what the volunteer said.
type Turn struct {
	Who, Text string
	Lang      string // of the text, where it is not the reader's
	Mine      bool
	Feedback  *Feedback
}

// Feedback is what a choice was worth, in words.
type Feedback struct {
	Mark Mark
	Text string
}

// Voice is how the caller feels: words and the line of the voice.
type Voice struct {
	Level        int    // −3 agitated to +3 serene
	Text, Change string // "Marta ora è impaziente", "Era tranquilla: un gradino in giù."
}

// Path is the drawn voice: the lower the mood, the more jagged.
func (v Voice) Path() string {
	switch {
	case v.Level <= -2:
		return "M2 20l5-15 6 30 6-27 6 24 6-30 6 33 6-28 6 22 6-25 6 30 6-24 6 18 6-20 6 22 5-16 4 7h10"
	case v.Level == -1:
		return "M2 20q6-10 12 0t12 0q5-14 10 0 5 15 10 0l6-12 7 25 7-28 7 26 6-14 5 8 4-5h14"
	case v.Level == 0:
		return "M2 20q6-9 12 0t12 0 12 0 12 0 12 0 12 0 12 0h16"
	}
	return "M2 20q12-5 24 0t24 0 24 0 26 0"
}

// Choice is what the volunteer can say, do, or leave unsaid.
type Choice struct {
	Value, Text string
	Act         bool // an act or silence, not words
	Silence     bool
}

// Silence is the caller's patience: the script presses the silent choice when
// it ends, unless the reader stops the time.
type Silence struct {
	Seconds int
	Text    string // what happens if nothing is said
}

// Call is a practice call, one turn at a time.
type Call struct {
	Base
	Heading    string
	Kind       string // "Allenamento · linea donazioni, telefono · non conta per la prova"
	Action     string
	Step       int    // posted back, so that a late step is refused
	Earlier    []Turn // folded away
	Last       []Turn // what was just said, the volunteer's words with feedback
	Scene      string // what is seen or heard besides words, may be empty
	Caller     string // name, may be empty
	Says       string // the caller's present words
	Voice      Voice
	Choices    []Choice
	Silence    *Silence
	Statements []Check  // what has to be said before closing
	BackAction string   // one step back, empty when not possible
	Keep       []Option // hidden fields of a trial, of which nothing is stored: Label is the name
	BackKeep   []Option // those of one step back
	EndAction  string   // hang up
	Ended      *Link    // the debrief, when the call is over
}

// Template names the page.
func (*Call) Template() string { return "call" }

// Score is one criterion of a rubric with the level reached.
type Score struct {
	Name, Note  string
	Level, Best int
	Points      string // "17 di 25"
	Bars        []Segment
}

// CallDebrief tells how a call went.
type CallDebrief struct {
	Base
	Heading, Kind string // Kind: title, date, length
	Passed        bool
	Verdict       Notice // the error that stops, or what went well
	Instead       string // what could have been said
	Retry         *Link
	Again         *Option     // script to start again: value and words of the button
	Note          string      // of the evaluator
	Among         string      // what this judgement is worth among several, empty for a single one
	Judged        []JudgedRow // all of them, once they may be seen
	Reread        *Link
	Score         int // of 100
	Threshold     int
	Scores        []Score
	Walk          []Step
	Statements    []Check
	ReflectAction string
	Question      string // of the ending
	Reflection    string
}

// Template names the page.
func (*CallDebrief) Template() string { return "call_debrief" }

// NoProgramme is what the home page says before the first programme.
func (h *Home) NoProgramme() EmptyState {
	return EmptyState{Title: h.T("home.no_programme"), Text: h.T("home.no_programme_text")}
}

// Progress is how much has been read.
func (m *Module) Progress() Progress {
	return Progress{Label: m.T("module.progress"), Value: m.Read, Max: m.Pages, Here: true}
}

// Letter is the mark in front of choice i, counted from 0.
func (*Call) Letter(i int) string { return string(rune('A' + i)) }

// SilenceBar is the caller's patience as a bar.
func (c *Call) SilenceBar(s *Silence) Progress {
	return Progress{Label: c.T("call.silence"), Max: s.Seconds, Here: true}
}

// NoModules is what the list of modules says before there are any.
func (s *Study) NoModules() EmptyState {
	return EmptyState{Title: s.T("study.empty"), Text: s.T("study.empty_text")}
}
