package ui

import "html/template"

// draftPages are the pages of those who write, prove and publish content.
func draftPages() []View {
	return []View{&Contents{}, &ContentHistory{}, &ContentChanges{}, &ContentFiles{}, &Draft{}, &Editor{}, &DraftPreview{}, &DraftPublish{}, &ExchangeReport{}}
}

// Contents lists the programmes of one's lines with their drafts.
type Contents struct {
	Base
	Rows    []ContentRow
	Nothing EmptyState
	New     *NewContent // nil for who writes nowhere
	Bank    *Link       // of the item bank, for who may see it
}

// Template names the page.
func (*Contents) Template() string { return "contents" }

// ContentRow is a programme in one language.
type ContentRow struct {
	ID, Title, Note string
	Mark            Mark
	Draft           *Link    // of the draft that is being written
	Open            []Option // hidden fields of the form that opens one; empty: not possible
	OpenWord, Key   string
	History         *Link
}

// NewContent is the form of a programme that nobody published yet. Fields
// posted: line, name, title, lang.
type NewContent struct {
	Action      string
	Lines       []Option
	Name, Title string
	Langs       []Option
	Open        bool
}

// ContentHistory is what was published of a programme, the newest first.
type ContentHistory struct {
	Base
	Heading, About string
	Rows           []ReleaseRow
	Read           *Link // the texts of the newest
	Draft          *Link
	Open           *ContentRow // the form that begins a draft
	Downloads      []Link      // of the newest, for who may see its keys
}

// Template names the page.
func (*ContentHistory) Template() string { return "content_history" }

// ReleaseRow is a release.
type ReleaseRow struct {
	Href, Title   string
	When, Machine string
	By            string
	Impact        Mark
	Until         string
	Touched       string
	Note          string
}

// ContentChanges is what a release or a draft changed, file by file.
type ContentChanges struct {
	Base
	Heading, About string
	Facts          []Fact
	Tabs           []Tab
	Files          []FileDiff
	Downloads      []Link // of a release, for who may see its keys
}

// Template names the page.
func (*ContentChanges) Template() string { return "content_changes" }

// ContentFiles is what a release holds.
type ContentFiles struct {
	Base
	Heading, About string
	Tabs           []Tab
	Groups         []DraftGroup
}

// Template names the page.
func (*ContentFiles) Template() string { return "content_files" }

// FileDiff is a file with its differences.
type FileDiff struct {
	ID, Title, Path string
	Href            string // of the editor, may be empty
	Mark            Mark
	Note            string // a file that is new or gone is not shown line by line
	Hunks           []Hunk
}

// Hunk is a piece of a comparison.
type Hunk struct{ Lines []DiffLine }

// DiffLine is a line of a comparison. Word says what happened to it for those
// who do not see Sign.
type DiffLine struct {
	Old, New   string // line numbers, empty where it does not stand
	Sign, Word string
	Class      string
	Text       string
}

// Draft is a draft as a whole: its files, what the checks and the readers say,
// and what comes next.
type Draft struct {
	Base
	Heading, About string
	State          Mark
	Lead           string
	Next           *NextStep
	Groups         []DraftGroup
	Counts         []Mark // errors, warnings, advice in words
	Problems       []ProblemRow
	Notices        []Notice
	Add            *AddFile
	Bring          *BringForm
	Downloads      []Link
	Media          *MediaBox
	Notes          []RemarkRow
	Comment        *CommentForm
	Ask            *AskForm
	Moves          []Confirm
	Links          []Link
}

// Template names the page.
func (*Draft) Template() string { return "draft" }

// DraftGroup is the files of one kind.
type DraftGroup struct {
	ID, Title string
	Rows      []DraftRow
}

// DraftRow is a file of a draft or of a release.
type DraftRow struct {
	Href, Title, Path string // no address: it cannot be opened
	Change            Mark   // of a draft
	Problems          []Mark
	Note              string
}

// ProblemRow is something that the checks found.
type ProblemRow struct {
	Mark    Mark // how grave
	Where   string
	Href    string // of the line
	Line    int    // 0: the whole file
	Text    string
	Hint    string
	TryWord string
	Steps   []Step // of a script: how one comes there
	Mend    *MendButton
}

// MendButton corrects a problem in the form of the editor. Field posted: do.
type MendButton struct {
	Value, Word string
	At          string // address of the line, to see what became of it
}

// AddFile is the form of a new file. Fields posted: template, name, title.
type AddFile struct {
	Action, Key string
	Templates   []Option
	Name, Title string
	Open        bool
}

// BringForm takes a file of another program in. Fields posted: file, format, module,
// channel, rubric, replace, seen.
type BringForm struct {
	Action, Key, Seen                   string
	Accept                              string // endings that are taken
	Formats, Modules, Channels, Rubrics []Option
	Replace, Open                       bool
}

// ExchangeReport accounts for a file that came in, or for what goes out.
type ExchangeReport struct {
	Base
	Heading, About, Lead string
	Counts               []Mark
	Go                   *Link         // what comes next
	Files                []BroughtFile // of the draft, that came in
	Groups               []ReportGroup
	Read                 string // what stands whole is called
}

// Template names the page.
func (*ExchangeReport) Template() string { return "exchange_report" }

// BroughtFile is a file that came into a draft.
type BroughtFile struct {
	Href, Title, Path string
	Mark              Mark
	Note              string // how it was called
	Problems          []Mark
}

// ReportGroup is what had one fate.
type ReportGroup struct {
	ID, Title string
	Rows      []ReportRow
}

// ReportRow is a part of a file with what was lost of it, or why nothing was taken.
type ReportRow struct {
	What, Name, Where string
	Notes             []string
}

// MediaBox is the media of a draft and the form of a new one. Fields posted:
// file, words, back.
type MediaBox struct {
	Action, Key string // empty: nothing can be added now
	Back        string // path of the file on whose page it stands
	Words       string // typed
	Accept      string // endings that are taken
	Most        int    // bytes
	Open        bool
	Rows        []MediumRow
}

// MediumRow is a medium of a draft.
type MediumRow struct {
	ID, Name, About string
	Href            string
	Src             string // of a picture, a narrow form of it
	Width, Height   int
	Change          Mark
	Markdown        string // to be put into a text; "" for what was taken away
	Rows            int
	Move            *Confirm
}

// RemarkRow is something that somebody said of the draft.
type RemarkRow struct {
	State         State
	Who, What     string
	When, Machine string
	Where         *Link
	Text          string
}

// CommentForm is the form of a remark. Fields posted: line, words.
type CommentForm struct {
	Action, Key string
	Line        string // typed
	WithLine    bool
	Words       string
}

// AskForm asks somebody to read the draft. Fields posted: version, reader, words.
type AskForm struct {
	Action, Key, Version string
	Readers              []Option
	Words                string
	Open                 bool
}

// Editor is one file with its text, what the checks say, and what others said.
// Fields posted: version, read, joined, body, piece, after, pick.N, do (save, check,
// preview, insert, the value of MergeDo, or that of a MendButton).
type Editor struct {
	Base
	Heading, About string
	State          Mark
	Change         Mark
	Tabs           []Tab
	Action         string
	Check          string // address of the checking script
	Autosave       string // address of the saving script
	Version        int
	Body           string
	Lines          []EditorLine
	Rows           int
	TextLang       string
	Saved          string
	ReadOnly       string // why nothing can be written now; empty: it can
	Found          string // heading over the problems
	Problems       []ProblemRow
	Elsewhere      *Link   // errors in other files
	Theirs         *Theirs // what somebody else saved, or published meanwhile
	Notes          []RemarkRow
	Comment        *CommentForm
	Moves          []Confirm
	Media          *MediaBox
	Formats        Link
	Read           string // the text that the writer began from
	Nonce          string // of the style sheets that the script brings; empty: it brings none
	Note           string // what was just done to the text
	Dirty          bool   // the text is not what is kept
	Pieces         []PieceOption
	Live           *DraftPreview // the typed text as its readers will meet it
	Joined         int64         // release whose text this one was joined with; 0: none
	Merge          []MergeRow    // where two people changed the same lines
	MergeDo        string        // value of the button that joins them
}

// PieceOption is something that may be put into the text.
type PieceOption struct{ Value, Label, Mode, Text string }

// MergeRow is a conflict of two texts. Field posted: pick.N, with the value of an option.
type MergeRow struct {
	Name, Title  string
	Mine, Theirs string
	Options      []Option
}

// Template names the page.
func (*Editor) Template() string { return "editor" }

// EditorLine is a number of the gutter with the worst of what was found there.
type EditorLine struct {
	N     int
	State State // empty: nothing
	Class string
}

// Theirs is the other version of a text that two people wrote: the differences
// from theirs to one's own, and theirs as a whole to copy from.
type Theirs struct {
	ID            string
	Heading, Text string
	Hunks         []Hunk
	Body, Label   string
}

// DraftPreview is a file as its readers will meet it.
type DraftPreview struct {
	Base
	Heading, About string
	Tabs           []Tab
	Notice         *Notice // it cannot be shown
	Facts          []Fact
	Body           template.HTML // of a module
	Objectives     []string
	Scene          string // of a script
	Map            *ScriptMap
	Nodes          []PreviewNode
	Tries          []Try
	Items          []PreviewItem // of a quiz
	Checks         []CheckGroup  // of a checklist, a rubric
}

// Template names the page.
func (*DraftPreview) Template() string { return "draft_preview" }

// Try is a button that begins a trial.
type Try struct{ Href, Text, Note string }

// PreviewNode is a moment of a script.
type PreviewNode struct {
	ID, Title string
	Line      *Link
	Heard     []Turn
	Choices   []PreviewChoice
	End       *Mark
	EndText   string
}

// PreviewChoice is what may be said at a moment, and where it leads.
type PreviewChoice struct {
	State State
	Text  string
	Marks string
	To    *Link
	Taken string // how often, by those who practised
}

// PreviewItem is a question with its answers marked.
type PreviewItem struct {
	Number      int
	ID, Stem    string
	About       string
	Critical    bool
	Options     []Check
	Explanation string
}

// CheckGroup is a part of a list or a rubric.
type CheckGroup struct {
	ID, Title string
	Items     []Check
}

// DraftPublish says whom publishing touches before it is done. Fields posted:
// version, impact, by, note, seen (what the plan said), do (look or publish).
type DraftPublish struct {
	Base
	Heading, About string
	Action         string
	Version        string
	Impacts        []Option
	By, Note       string
	Warnings       []ProblemRow
	Refusal        *Notice // it cannot be published now
	Plan           *PlanView
	Seen           string
	Changes        Link
}

// Template names the page.
func (*DraftPublish) Template() string { return "draft_publish" }

// PlanView is whom a release touches and what each must do.
type PlanView struct {
	Lead    string
	Changed []string
	Asks    string
	Until   string
	Touched []PlanRow
	Moved   []PlanRow
}

// TouchedTable is whom a change touches, with its words.
type TouchedTable struct {
	Rows                               []PlanRow
	Title, Person, MustDo, Until, None string
}

// TouchedBy is the table of whom a change touches.
func (b *Base) TouchedBy(rows []PlanRow) TouchedTable {
	return TouchedTable{Rows: rows, Title: b.T("draft.touched", "N", len(rows)), Person: b.T("draft.person"), MustDo: b.T("draft.must_do"), Until: b.T("draft.until"), None: b.T("draft.touched_none")}
}

// PlanRow is a person that a release touches.
type PlanRow struct{ Href, Name, Number, What, Until string }

// ScriptMap is the graph of a script drawn in layers; the table beside it tells
// the same.
type ScriptMap struct {
	Label         string
	Width, Height int
	Boxes         []MapBox
	Lines         []MapLine
	Heat          *MapHeat // where people go who practise; nil: not for this script
}

// MapHeat is where people go who practise a script, in words and figures: the same
// that the map shows.
type MapHeat struct {
	Text, Keys string
	Rows       []HeatRow
}

// HeatRow is a moment with what happened there.
type HeatRow struct {
	Title                 string
	Times, Weak, Critical string
	Hidden                string // why there are no figures
}

// MapBox is a moment on the map, MapLine a way between two.
type MapBox struct {
	X, Y, W, H, TextX, TextY, Round int
	Class, Text                     string
	Sub                             string // figures under the name
	SubY                            int
	Mark                            string // path of the shape at its corner; empty: none
}

// MapLine is a path with its arrow head.
type MapLine struct{ Path, Arrow, Class string }
