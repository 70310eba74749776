package ui

import "time"

// staffPages are the pages of those who assess, coordinate and decide.
func staffPages() []View {
	return []View{&Assess{}, &Checklist{}, &Board{}, &Person{}, &Line{}, &Lines{}, &Directory{}, &DirectoryForm{}, &Inbox{}, &Application{}}
}

// Assess is the evaluator's page of an assessed role-play. Fields posted: error
// repeated with ids, said.STATEMENT with said, not_said or not_due,
// level.CRITERION from 0 to 3 or n for not seen, note, hash, the version of the
// script, and as, which is arbiter where the page shows the judgements to decide
// between.
type Assess struct {
	Base
	Heading, About string
	Person         string
	Action         string
	Hash           string
	Script         string // title and version
	How            string // who the evaluator plays
	Nodes          []ScriptNode
	Critical       []Tickable // critical errors
	Said           []Heard    // statements
	Criteria       []Criterion
	Notes          string
	Threshold      int
	Missing        []string // criteria without a level
	Closed         []Reason // what has to come first, or the hour
	Once           string   // what handing in does
	Arbiter        bool
	Disputed       []JudgedRow // the judgements to decide between
}

// JudgedRow is one judgement of a call that several judge.
type JudgedRow struct {
	Href, By     string
	Mark         Mark
	Score        string
	Errors, Note string // may be empty
}

// Heard is a statement with the answers about it.
type Heard struct {
	ID, Title, Text string
	Options         []Option
}

// Template names the page.
func (*Assess) Template() string { return "assess" }

// ScriptNode is one moment of the script as the evaluator reads it.
type ScriptNode struct {
	Name, Text, Quote string
	Good, Bad, Silent string   // what to watch for
	Variants          []Option // what the evaluator may choose to say
}

// Tickable is something an observer ticks.
type Tickable struct {
	ID, Title, Text string
	How             string // how it is checked
	Ticked          bool
}

// Criterion is one line of a rubric with its anchored levels.
type Criterion struct {
	ID, Name string
	Weight   int
	Best     int
	Levels   []Option
}

// Checklist is filled in and signed by an observer or by the volunteer.
type Checklist struct {
	Base
	Heading, About, Intro string
	Action                string
	Items                 []Tickable
	Rule                  string // "Servono 9 compiti su 9."
	SignText              string // what the signature says
	Signed                bool   // ticked, before a refused form
	Note                  string
	NoteLabel, NoteHint   string // empty: no note is asked for
	SignedBy              string // already signed: who
	SignedAt              time.Time
	Missing               bool     // what was signed said that something was missing
	Signers               string   // that several people must sign, and whose turn it is; empty where one is enough
	Turn                  bool     // of somebody who has not signed yet
	Again                 *Link    // to sign anew
	Closed                []Reason // what has to come first
}

// Template names the page.
func (*Checklist) Template() string { return "checklist" }

// Board is people against requirements.
type Board struct {
	Base
	Heading, About   string
	Line             string // code, kept by the form
	Lines            []Tab  // the boards in reach, empty when there is one
	Tally            []Count
	Query            string
	Enabled, Lacking []Option // filters
	Cohorts, Sorts   []Option
	Columns          []BoardColumn
	Rows             []BoardRow
	Pages            Pager
	CSV              string
	Notices          []Notice // what waits for whoever answers for the line
	AsOf             string   // address of the form for another instant
	Filtered         bool     // an empty list is the filter's doing
}

// Template names the page.
func (*Board) Template() string { return "board" }

// BoardColumn is one requirement.
type BoardColumn struct{ Label, Note string }

// BoardRow is one person; Cells match the columns.
type BoardRow struct {
	Href, Name, Number string
	Now                Mark
	NowNote            string
	Cells              []BoardCell
	Fine               string // "6 di 9 fatti", for small screens
}

// BoardCell is one requirement of one person. Label repeats the column.
type BoardCell struct {
	Label string
	Mark  Mark
}

// Cell makes a cell under column c.
func (c BoardColumn) Cell(s State, word string) BoardCell {
	return BoardCell{Label: c.Label, Mark: Mark{State: s, Word: word}}
}

// Person is one volunteer with evidence and decisions.
type Person struct {
	Base
	Name, About string // About: number, site, register
	Contact     *Link
	Export      *Link
	Hours       *Link
	Answers     []LineAnswer
	Look        string // address of the question about another instant
	MayAsk      bool   // about another instant
	Proof       *Link  // to ask for a whole proof
	Erase       *Link  // to erase the person
	Copy        string // address that makes the copy of the person's data; empty: not for this reader
	AsOfDay     string // as typed, 2006-01-02
	AsOfTime    string // 15:04
	AsOf        []PastAnswer
	Roads       []LineRoad // requirements of each line
	Events      []Event
	Chain       string // "La catena è integra: 27 registrazioni, …"
	Lines       []PersonLine
	Papers      []Event   // certificates
	Renew       []Confirm // renewals that the reader may open
	Learning    *Link     // the page of prior learning; nil when not for this reader
	Decisions   []DecisionForm
	Engines     []EngineList // after a stop, which phone systems answer by it
	Correct     *Link        // the page of corrections; nil when not for this reader
	Mistakes    []Confirm    // corrections, each with its reason
	Enrol       string       // address of the form that enrols again; empty for none
	Cohorts     []Option     // to enrol in
	Time        *TimeForm    // nil when not for this reader
	Grant       *GrantForm   // nil when no attempt may be granted
}

// EngineList is the phone systems of a line after a stop.
type EngineList struct {
	Title, Text string
	Rows        []EngineRow
	Again       *Link // looks again; nil when nobody is pending
}

// EngineRow is one phone system.
type EngineRow struct {
	Name string
	Mark Mark
}

// TimeForm gives more time. Fields posted: extra_time, was.
type TimeForm struct {
	Action, Was string
	Options     []Option
}

// GrantForm grants one more attempt at a quiz. Fields posted: quiz, plan.
type GrantForm struct {
	Action  string
	Quizzes []Option
	Plan    string
}

// DecisionForm is what may be decided about one certificate now. Fields posted:
// decision, motive, words, appeal_by.
type DecisionForm struct {
	Form     string // its name on the page
	Title    string
	Action   string
	Options  []Option
	Motives  []Option
	Words    string
	AppealBy string // as typed, 2006-01-02
	Text     string // from when it holds and what the person can do
}

// Template names the page.
func (*Person) Template() string { return "person" }

// PastAnswer is what the gate said at another instant.
type PastAnswer struct {
	Line  string
	At    time.Time
	Mark  Mark
	Text  string
	Proof string // address of the whole proof
}

// PersonLine is how a person stands with a line and channel.
type PersonLine struct {
	Line string
	Mark Mark
}

// Line is one line: its state, who may answer now, who is nearly there.
type Line struct {
	Base
	Name, About string
	State       Mark
	Lead        string
	Facts       []Fact // code, channels, hours, zone, fallback, supervisors
	Enabled     []LinePerson
	Nearly      []LinePerson
	Counts      []Count
	People      bool      // the reader may see who
	More        *Link     // everybody who may answer, when the list is cut
	Moves       []Confirm // to the next state, to suspension
	Links       []Link    // what else there is to do with this line
	Notices     []Notice
}

// Directory is the numbers of help services of a line.
type Directory struct {
	Base
	Every int // days for which a check holds
	Rows  []DirectoryRow
}

// Template names the page.
func (*Directory) Template() string { return "directory" }

// DirectoryRow is one number. Check is the address of the button; empty: there is
// nothing to check.
type DirectoryRow struct {
	Name, Brace, Number, Note string
	Mark                      Mark
	Edit, Check, Version, Key string
}

// DirectoryForm changes one number. Theirs is what somebody else saved meanwhile.
type DirectoryForm struct {
	Base
	About, Heading, Action string
	Name, Number, Note     string
	Checked                bool
	Version                string
	Theirs                 []Fact
}

// Template names the page.
func (*DirectoryForm) Template() string { return "directory_form" }

// Lines lists the lines in reach.
type Lines struct {
	Base
	Rows    []LineRow
	Add     *Link
	Content *Link // what is studied there
}

// Template names the page.
func (*Lines) Template() string { return "lines" }

// LineRow is one line of the list.
type LineRow struct {
	Href, Name, Note string
	Mark             Mark
}

// NoLines is what an empty list says.
func (l *Lines) NoLines() EmptyState {
	return EmptyState{Title: l.T("line.none"), Text: l.T("line.none_text"), Action: l.Add}
}

// Template names the page.
func (*Line) Template() string { return "line" }

// LinePerson is somebody in a list of a line.
type LinePerson struct {
	Href, Name, Number string
	Mark               Mark
	Note               string
}

// Inbox is the list of applications.
type Inbox struct {
	Base
	Tabs    []Tab
	Query   string
	Appeals *Link // to the reviews that wait for a decision; nil: none
	Mail    *Link // to the letters that wait to be handed over
	Notices []Notice
	Rows    []InboxRow
	Pages   Pager
}

// Template names the page.
func (*Inbox) Template() string { return "inbox" }

// InboxRow is one application.
type InboxRow struct {
	Href, Name, Programme string
	At                    time.Time
	State                 Mark
	Note                  string // "aspetta da 3 giorni", "forse doppia"
}

// Application is one application with interview notes and outcome.
type Application struct {
	Base
	Name, About      string
	State            Mark
	Facts            []Fact
	Why              string
	Twin             *Link // perhaps the same person
	Notes            []Note
	NoteAction, Note string
	Action           string
	Outcomes         []Option // admit, hold, refuse
	Cohorts          []Option
	Motives          []Option // of a refusal
	Words            string   // for the letter
	Version          string
	Register         *RegisterForm // after admission
	Undo             *Confirm      // of an admission, nil when there is none
	Events           []Event
}

// Template names the page.
func (*Application) Template() string { return "application" }

// Note is one note of an interview.
type Note struct {
	By, Text string
	At       time.Time
}

// RegisterForm confirms the entry that admission proposed.
type RegisterForm struct {
	Action, Number, Day, Policy string
	Text                        string // insurance starts at 24 of that day
	Version                     string
}

// Nobody is what an empty board says.
func (b *Board) Nobody() EmptyState {
	if b.Filtered {
		return EmptyState{Title: b.T("board.none_found"), Text: b.T("board.none_found_text"), Action: &Link{b.Path, b.T("board.all")}}
	}
	return EmptyState{Title: b.T("board.empty"), Text: b.T("board.empty_text"), Action: &Link{"/inbox", b.T("board.to_inbox")}}
}

// NoHistory is what a person without evidence shows.
func (p *Person) NoHistory() EmptyState {
	return EmptyState{Title: p.T("person.no_history"), Text: p.T("person.no_history_text")}
}

// NobodyYet is what a line without enabled people shows.
func (l *Line) NobodyYet() EmptyState {
	return EmptyState{Title: l.T("line.nobody"), Text: l.T("line.nobody_text")}
}

// Nothing is what an empty inbox says.
func (i *Inbox) Nothing() EmptyState {
	return EmptyState{Title: i.T("inbox.empty"), Text: i.T("inbox.empty_text")}
}
