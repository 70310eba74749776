package ui

func cataloguePages() []View { return []View{&Catalogue{}, &Card{}, &CardEdit{}} }

// Catalogue is the services and funds of a line, or of the lines of a volunteer.
type Catalogue struct {
	Base
	About, Lead string
	New         *Link // to write a card, for who may
	Shelves     []CatalogueShelf
	Empty       EmptyState // without any card
}

// Template names the page.
func (*Catalogue) Template() string { return "catalogue" }

// CatalogueShelf is the cards that callers may be told about alike.
type CatalogueShelf struct {
	ID, Title, Note string
	Cards           []CardRow
}

// CardRow is a card that opens where it stands. Owing says how many people still
// owe its last change.
type CardRow struct {
	ID, Name, Owner string
	Mark            Mark
	Facts           []Fact
	Owing           string
	Open            string // address of its page, for staff
}

// Card is one card with its versions.
type Card struct {
	Base
	About    string
	Row      CardRow
	Edit     *Link
	Items    *Link  // the questions that speak of it
	Tag      string // how a question comes to be among them
	Versions []CardVersion
}

// Template names the page.
func (*Card) Template() string { return "card" }

// CardVersion is what one change did and asked.
type CardVersion struct {
	ID, When, Who string
	Mark          Mark
	Changed       string // the parts that changed, in words
	Note          string
	Asks          string
	Owing         []Link // who still owes it
	OwingNote     string // what to say when the reader may not know who
}

// CardEdit writes a card, or a change of one, and shows whom it touches before
// anything is saved.
type CardEdit struct {
	Base
	Heading, About string
	Action         string
	Kinds          []Option // empty: the card exists
	States         []Option
	Impacts        []Option
	Typed          CardTyped
	Usual          string // what such a change asks as a rule
	Theirs         []Fact // what somebody else saved meanwhile
	Plan           *PlanView
	Seen           string
}

// Template names the page.
func (*CardEdit) Template() string { return "card_edit" }

// CardTyped is the form of a card as typed.
type CardTyped struct {
	Number                                      string
	Name, Owner, What, Access, Price            string
	Say, Avoid                                  string
	Question, Right, Wrong, Wrong2, Wrong3, Why string
	By, Note                                    string
}
