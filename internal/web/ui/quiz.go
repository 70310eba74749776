package ui

import "time"

// quizPages are the pages of an exam.
func quizPages() []View { return []View{&QuizIntro{}, &Quiz{}, &QuizResult{}} }

// QuizIntro says the rules before the first question, what is left, and why
// the exam may still be closed.
type QuizIntro struct {
	Base
	Heading, About string
	Facts          []Fact // questions, time, threshold, critical questions
	Intro          string // in the language of the quiz
	Rules          []string
	Attempts       []AttemptRow
	Left           int // attempts left
	Closed         []Reason
	Passed         bool      // nothing is left to do
	NextAt         time.Time // when the next attempt may begin, zero when now or unknown
	StartAction    string    // empty when closed
	Resume         *Link     // an attempt is open, perhaps on another device
	Deadline       time.Time // of the open attempt
	Plans          []Plan    // of attempts granted on top, the oldest first
}

// Plan is what was agreed for an attempt granted on top.
type Plan struct{ By, Text string }

// Template names the page.
func (*QuizIntro) Template() string { return "quiz_intro" }

// AttemptRow is one attempt made.
type AttemptRow struct {
	Number int
	At     time.Time
	Result Mark
	Score  string
	Href   string
}

// QuizKind is the type of a question, as the paper issued names it.
type QuizKind string

// The eight types of question.
const (
	KindOne       QuizKind = "one"
	KindSeveral   QuizKind = "several"
	KindOrder     QuizKind = "order"
	KindMatch     QuizKind = "match"
	KindGap       QuizKind = "gap"
	KindNumber    QuizKind = "number"
	KindSituation QuizKind = "situation"
	KindOpen      QuizKind = "open"
)

// Quiz is the paper to be answered. It holds nothing that tells a right answer
// from a wrong one.
//
// Fields posted, with ITEM and OPTION the ids of the paper: q.ITEM for one,
// number and open; q.ITEM repeated for several; q.ITEM.N for the N-th gap, from
// 1; q.ITEM.OPTION with a rank from 1 for order, and with the id of the partner
// for match; q.ITEM.best and q.ITEM.worst for situation; flag repeated with the
// ITEMs to look at again; seen with the number of the save that the page shows.
// The button "save" stays on the page, "review" goes on to handing in.
type Quiz struct {
	Base
	Heading, About  string
	Action          string
	Autosave        string // address of the saving script, empty for none
	Deadline        time.Time
	Minutes         int // whole time, 0 without limit
	SavedAt         time.Time
	Seen            int
	Answered, Total int
	Flagged         int
	Items           []QuizItem
	Review          bool // last look before handing in: shows what is missing
	SubmitAction    string
	Keep            []Option // hidden fields of a trial, of which nothing is stored: Label is the name
	Trial           bool
}

// Template names the page.
func (*Quiz) Template() string { return "quiz" }

// QuizItem is one question as it may be shown before submission.
type QuizItem struct {
	ID      string
	Number  int
	Kind    QuizKind
	Stem    string
	Quote   string // what the caller says, may be empty
	State   State  // Done: answered; Todo
	Flagged bool
	Here    bool // the question to go on with
	Options []QuizOption
	Gaps    []QuizGap
	After   string // behind the last gap
	Value   string // number, open
}

// QuizOption is one answer of a question, or one row to rank or to match.
type QuizOption struct {
	ID, Text    string
	Picked      bool     // one, several
	Best, Worst bool     // situation
	Ranks       []Option // order: places 1 to n
	Partners    []Option // match: the partners, one selected
}

// QuizGap is a gap with the words before it.
type QuizGap struct {
	N      int // from 1
	Before string
	Value  string
}

// Field is the name of the question's field.
func (q QuizItem) Field() string { return "q." + q.ID }

// Anchor is the id of the question on the page.
func (q QuizItem) Anchor() string { return "q" + q.ID }

// KindWord says how to answer.
func (q *Quiz) KindWord(k QuizKind) string { return q.T("quiz.kind_" + string(k)) }

// Progress is how many questions have an answer.
func (q *Quiz) Progress() Progress {
	return Progress{Label: q.T("quiz.progress"), Value: q.Answered, Max: q.Total, Here: true}
}

// Missing is the number of questions without an answer.
func (q *Quiz) Missing() int { return q.Total - q.Answered }

// JumpWord says how question i stands, for those who do not see its shape.
func (q *Quiz) JumpWord(i QuizItem) string {
	switch {
	case i.Here:
		return q.T("quiz.jump_here")
	case i.Flagged:
		return q.T("quiz.jump_flag")
	case i.State == Done:
		return q.T("quiz.jump_done")
	}
	return q.T("quiz.jump_todo")
}

// JumpClass is the style of the number of question i.
func (q *Quiz) JumpClass(i QuizItem) string {
	class := ""
	if i.Here {
		class = "here "
	}
	switch {
	case i.Flagged:
		return class + "flag"
	case i.State == Done:
		return class + "done"
	}
	return class
}

// QuizResult tells how an attempt went and what to do next.
type QuizResult struct {
	Base
	Heading, About string
	Verdict        Notice
	Score          string // "83%", empty while a person still has to mark
	ScoreNote      string // "20 su 24 · soglia 80%"
	Criticals      string // "critiche 5 su 6"
	Next           *NextStep
	Items          []ResultItem
	Gone           string   // said in the place of the items when they are no longer kept
	Void           *Confirm // for who may take the attempt out of the count
	Notes          []Fact   // about the attempt: handed in when, by whom marked
}

// Template names the page.
func (*QuizResult) Template() string { return "quiz_result" }

// ResultItem is one question after handing in.
type ResultItem struct {
	Number      int
	Stem        string
	Mark        Mark
	Critical    bool
	Yours       []string // the answer given, in lines
	Right       []string // shown only when the exam allows it
	Feedback    string
	Explanation string
	Reread      *Link // the module it comes from
}

// FlagMark marks a question to look at again.
func (q *Quiz) FlagMark() Mark { return Mark{State: Waiting, Word: q.T("quiz.flagged_word")} }

// SavedMark marks a question whose answer is kept.
func (q *Quiz) SavedMark() Mark { return Mark{State: Done, Word: q.T("quiz.saved_word")} }
