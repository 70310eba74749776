package ui

import "time"

// paperPages are the pages made to be printed, and the page of all parts.
func paperPages() []View { return []View{&Certificate{}, &Parts{}} }

// Pages lists an empty view of every page, for checks of the templates.
func Pages() []View {
	var all []View
	for _, pages := range [][]View{publicPages(), accountPages(), setupPages(), organisePages(), learnerPages(), quizPages(), sessionPages(), staffPages(), keepingPages(), paperPages()} {
		all = append(all, pages...)
	}
	return all
}

// Certificate is a certificate on screen and on one A4 sheet.
type Certificate struct {
	Base
	Name, Number    string
	Enabled         string // "linea donazioni, per telefono"
	Facts           []Fact
	Signers         []Signer
	Place           string
	SignedAt        time.Time
	Code, VerifyURL string
	QR              QR
	PDF             string // address of the PDF, empty for none
	Stamp           *Mark  // suspended, revoked, expired, superseded; nil when valid
}

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
