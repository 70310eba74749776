package pdf

import (
	"io"
	"time"
)

// Pair is a term with its value, or a name with what the person did.
type Pair struct{ Term, Value string }

// Certificate is what stands on a certificate, in sentences.
type Certificate struct {
	Lang, Title, Org       string
	Attests, Name, Number  string
	Passed, Enabled, Level string // "has passed …", the line and channel, the rest of the sentence
	Stamp                  string // suspended, revoked…; empty when it holds
	Facts                  []Pair
	Signers                []Pair
	Check, Code, Address   string // how to check it, the code, the page
	Note                   string
	Square                 Square
	SignedAt               time.Time
}

// Write writes the certificate on one A4 sheet.
func (c Certificate) Write(w io.Writer) error {
	const left, right, width = 22.0, 188.0, 166.0
	s := newSheet(c.Lang, c.Title+" · "+c.Name, c.SignedAt)
	s.line(left, 28, style{size: 15, bold: true}, "abilita")
	org := style{size: 10}
	s.line(right-s.width(org, c.Org), 28, org, c.Org)
	s.SetDrawColor(26, 33, 56)
	s.SetLineWidth(0.7)
	s.Line(left, 35, right, 35)
	s.SetFillColor(26, 33, 56)
	s.Circle(left, 35, 1.6, "F")
	s.SetFillColor(255, 255, 255)
	s.Circle(right, 35, 1.9, "FD")
	y := 52.0
	if c.Stamp != "" {
		st := style{size: 13, bold: true}
		s.SetLineWidth(0.9)
		s.Rect(left, y-6.5, s.width(st, c.Stamp)+8, 10, "D")
		s.line(left+4, y, st, c.Stamp)
		y += 14
	}
	y = s.para(left, y, width, style{size: 21, bold: true}, c.Title) + 4
	y = s.para(left, y, width, style{size: 12}, c.Attests) + 4
	y = s.para(left, y, width, style{size: 26, bold: true}, c.Name)
	y = s.para(left, y-2, width, style{size: 11, gray: true}, c.Number) + 6
	y = s.para(left, y, width, style{size: 13}, c.Passed)
	y = s.para(left, y+1, width, style{size: 15, bold: true}, c.Enabled)
	y = s.para(left, y, width, style{size: 12}, c.Level) + 5
	for _, f := range c.Facts {
		s.line(left, y, style{size: 11, gray: true}, f.Term)
		y = s.para(left+46, y, width-46, style{size: 11}, f.Value) + 1
	}
	y = max(y+16, 205)
	column := width / float64(max(len(c.Signers), 1))
	s.SetLineWidth(0.3)
	for i, p := range c.Signers {
		x := left + float64(i)*column
		s.Line(x, y-6, x+column-8, y-6)
		after := s.para(x, y, column-8, style{size: 11, bold: true}, p.Term)
		s.para(x, after, column-8, style{size: 9.5, gray: true}, p.Value)
	}
	const top = 232.0
	s.square(left, top, 30, c.Square)
	at := s.para(left+38, top+5, width-38, style{size: 10}, c.Check)
	at = s.para(left+38, at+2, width-38, style{size: 11.5, bold: true}, c.Code)
	at = s.para(left+38, at, width-38, style{size: 9.5, gray: true}, c.Address)
	s.para(left+38, at+2, width-38, style{size: 8.5, gray: true}, c.Note)
	return s.write(w)
}
