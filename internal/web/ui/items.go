package ui

// itemPages are the pages of the item bank.
func itemPages() []View { return []View{&Items{}, &Item{}} }

// Items is the item bank: a search and what it found. Fields of the address: q,
// line, programme, bank, module, level, type, state, tag, critical, after.
type Items struct {
	Base
	Query    string
	Choices  []Choosing // that have more than one value
	Critical bool       // only critical ones
	Rows     []ItemRow
	Pages    Pager
	Nothing  EmptyState
}

// Template names the page.
func (*Items) Template() string { return "items" }

// Choosing is a drop-down of a filter.
type Choosing struct {
	Name, Label string
	Options     []Option
}

// ItemRow is an item in the list.
type ItemRow struct {
	Href, Stem, About string
	Lang              string // of the stem
	Tags              []Link
	Marks             []Mark
}

// Item is one item with its key, where it is used, what became of it, how it does.
type Item struct {
	Base
	Heading, About string
	TextLang       string // of the texts of the item
	Marks          []Mark
	Notices        []Notice
	More           []Said // of the question, under its title
	Options        []Check
	Explanation    string
	Facts          []Fact
	Tags           []Link
	Uses           []ItemUse
	NoUse          string
	Figures        Figures
	History        []ItemChange
	Edit           *Link     // of the editor at the line of the item
	Open           *ItemEdit // the form that opens a draft for it
	Moves          []Confirm
}

// Template names the page.
func (*Item) Template() string { return "item" }

// Said is a paragraph, or somebody's words.
type Said struct {
	Quote bool
	Text  string
}

// ItemUse is an exam that draws the item.
type ItemUse struct {
	Title string
	Texts []string
}

// Figures are what the answers say, or why they say nothing yet.
type Figures struct {
	Why     string // there are none
	Facts   []Fact
	Flags   []Reason
	Calm    string // nothing stands out, or too few to judge
	Columns []string
	Choices []ChoiceRow
	Notes   []string
}

// ChoiceRow is an option with how many chose it.
type ChoiceRow struct {
	State  State
	Word   string // what State says
	Text   string
	Counts []ChoiceCount
}

// ChoiceCount is how many chose an option, and the share as a bar.
type ChoiceCount struct {
	N, Share string
	Bar      Progress
}

// ItemChange is a release that changed the item.
type ItemChange struct {
	ID            string
	Mark          Mark
	When, Machine string
	By, Note      string
	Href          string // of the release
	Hunks         []Hunk
}

// ItemEdit is the form behind the word "edit" where nobody writes a draft yet.
type ItemEdit struct{ Action, Key, Do, Note string }
