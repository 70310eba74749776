package ui

import "time"

// paperPages are the pages made to be printed, and the page of all parts.
func paperPages() []View { return []View{&Certificate{}, &Proposals{}, &Signing{}, &Parts{}} }

// Pages lists an empty view of every page, for checks of the templates.
func Pages() []View {
	var all []View
	for _, pages := range [][]View{
		publicPages(),
		accountPages(),
		setupPages(),
		organisePages(),
		learnerPages(),
		quizPages(),
		taskPages(),
		sessionPages(), shiftPages(),
		staffPages(),
		draftPages(), itemPages(),
		keepingPages(),
		lifePages(),
		cataloguePages(),
		paperPages(),
	} {
		all = append(all, pages...)
	}
	return all
}

// Certificate is a certificate on screen and on one A4 sheet.
type Certificate struct {
	Base
	Name, Number    string
	Level           string // the end of the sentence: ", al livello supervisionato."
	Enabled         string // "linea donazioni, per telefono"
	Facts           []Fact
	Signers         []Signer
	Place           string
	SignedAt        time.Time
	Code, VerifyURL string
	Ladder          *Link // to the level and how it is raised; nil for a visitor
	QR              QR
	PDF             string       // address of the PDF, empty for none
	Stop            *AppealPanel // for its holder, when it was suspended or revoked
	Stamp           *Mark        // suspended, revoked, expired, superseded; nil when valid
}

// Proposals lists what waits for a second signature.
type Proposals struct {
	Base
	Rows []InboxRow
}

// Template names the page.
func (*Proposals) Template() string { return "proposals" }

// NothingToSign is what an empty list says.
func (p *Proposals) NothingToSign() EmptyState {
	return EmptyState{Title: p.T("signing.empty"), Text: p.T("signing.empty_text")}
}

// Signing is what the signer has in sight before signing.
type Signing struct {
	Base
	Name, About string
	Facts       []Fact // what the certificate will say
	Steps       []Step // requirements, met or not
	Events      []Event
	Person      *Link
	Action      string // address of the signature; empty when this reader may not
	Refusal     string // why not
}

// Template names the page.
func (*Signing) Template() string { return "signing" }

// Signer is one of the people who answer for a certificate.
type Signer struct{ Name, Role string }

// Template names the page.
func (*Certificate) Template() string { return "certificate" }

// Parts shows every part of the kit once, for those who build pages.
type Parts struct {
	Base
	Marks     []Mark
	Field     []Field
	Bad       []Field
	Next      NextStep
	Steps     []Step
	Segs      []Segment
	Reasons   []Reason
	Facts     []Fact
	Checks    []Check
	Notices   []Notice
	Nothing   EmptyState
	Tabs      []Tab
	Pages     Pager
	Events    []Event
	Letter    Letter
	Codes     []Code
	Confirms  []Confirm
	Bar       Progress
	Counts    []Count
	NowAnswer Answer
}

// Template names the page.
func (*Parts) Template() string { return "parts" }

// QRSide is the side of the square code with its quiet zone.
func (c *Certificate) QRSide() int { return c.QR.Size + 4 }
