package ui

// AppealPanel is a decision that stops the reader, with the form that asks for a
// review while it may be asked for. Field posted: words.
type AppealPanel struct {
	Form      string // its name on the page
	Title     string
	Facts     []Fact
	Said      []string // what became of it, or until when
	Action    string   // empty: nothing to ask for now
	Words     string
	Open      *Link // to the page with the form, instead of it
	Send, Key string
	Field     Field
}

// Appeal makes a panel's form ready for its page.
func (b *Base) Appeal(p AppealPanel) AppealPanel {
	p.Send, p.Key = b.T("appeal.ask_do"), b.KeyFor(p.Form)
	p.Field = b.Of(p.Form, b.Area("words", b.T("appeal.words"), p.Words).Hinted(b.T("appeal.words_hint")).UpTo(4000))
	return p
}

// Appeals lists the reviews that were asked for.
type Appeals struct {
	Base
	Rows []InboxRow
}

// Template names the page.
func (*Appeals) Template() string { return "appeals" }

// Nothing is what an empty list says.
func (p *Appeals) Nothing() EmptyState {
	return EmptyState{Title: p.T("appeal.empty"), Text: p.T("appeal.empty_text")}
}

// AppealSheet is one appeal for who decides it. Fields posted: outcome, reason.
type AppealSheet struct {
	Base
	About    string
	Decision []Fact // what is appealed
	Asked    string // when, and until when it could be asked
	Words    string // of the person
	Outcome  []Fact // empty while it is open
	Options  []Option
	Reason   string
	Action   string // empty: this reader may not decide, or it is decided
	Refusal  string // why not
	Note     string // what the outcomes mean
	Person   *Link
	Enrol    *Link // a revocation was wrong: the way to a new certificate
	EnrolTo  string
}

// Template names the page.
func (*AppealSheet) Template() string { return "appeal" }
