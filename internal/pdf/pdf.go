// Package pdf writes papers as A4 files. It is given sentences that are ready
// to be read; it chooses none.
//
// The face is Atkinson Hyperlegible Next, two weights taken from the variable
// font of the pages. A character that it lacks is set in Go Regular, run by
// run, so that no name loses a letter; one that both lack becomes a box.
package pdf

import (
	_ "embed"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

//go:embed fonts/atkinson-regular.ttf
var regular []byte

//go:embed fonts/atkinson-bold.ttf
var bold []byte

const (
	face  = "atkinson"
	spare = "go"
)

// has tells whether the face draws a character.
var has = sync.OnceValue(func() func(r rune) bool {
	f, err := sfnt.Parse(regular)
	if err != nil {
		return func(rune) bool { return false }
	}
	var mu sync.Mutex
	var b sfnt.Buffer
	return func(r rune) bool {
		mu.Lock()
		defer mu.Unlock()
		i, err := f.GlyphIndex(&b, r)
		return err == nil && i != 0
	}
})

// run is a piece of text that one face can draw.
type run struct{ face, text string }

func runs(s string) []run {
	var list []run
	for _, r := range s {
		f := face
		if r != ' ' && !has()(r) {
			f = spare
		}
		if n := len(list); n > 0 && (list[n-1].face == f || r == ' ') {
			list[n-1].text += string(r)
			continue
		}
		list = append(list, run{f, string(r)})
	}
	return list
}

// sheet is one A4 page being written.
type sheet struct{ *fpdf.Fpdf }

func newSheet(lang, title string, at time.Time) sheet {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true) // the same paper is the same bytes
	f.SetCreationDate(at.UTC())
	f.SetModificationDate(at.UTC())
	f.SetTitle(title, true)
	f.SetLang(lang)
	f.SetAutoPageBreak(false, 0)
	f.AddUTF8FontFromBytes(face, "", regular)
	f.AddUTF8FontFromBytes(face, "B", bold)
	f.AddUTF8FontFromBytes(spare, "", goregular.TTF)
	f.AddUTF8FontFromBytes(spare, "B", gobold.TTF)
	f.AddPage()
	return sheet{f}
}

// style is size in points and weight.
type style struct {
	size float64
	bold bool
	gray bool
}

func (s sheet) use(st style, f string) {
	weight := ""
	if st.bold {
		weight = "B"
	}
	s.SetFont(f, weight, st.size)
	if st.gray {
		s.SetTextColor(82, 88, 107)
		return
	}
	s.SetTextColor(26, 33, 56)
}

func (s sheet) width(st style, text string) float64 {
	total := 0.0
	for _, r := range runs(text) {
		s.use(st, r.face)
		total += s.GetStringWidth(r.text)
	}
	return total
}

// line sets text from x on the base line y.
func (s sheet) line(x, y float64, st style, text string) {
	for _, r := range runs(text) {
		s.use(st, r.face)
		s.Text(x, y, r.text)
		x += s.GetStringWidth(r.text)
	}
}

// para sets text in lines of at most width and returns the base line after it.
func (s sheet) para(x, y, width float64, st style, text string) float64 {
	step := st.size * 0.3528 * 1.4
	now := ""
	for word := range strings.FieldsSeq(text) {
		for s.width(st, word) > width { // a word longer than the paper is cut
			cut := []rune(word)
			n := len(cut) - 1
			for n > 1 && s.width(st, string(cut[:n])) > width {
				n--
			}
			if now != "" {
				s.line(x, y, st, now)
				y, now = y+step, ""
			}
			s.line(x, y, st, string(cut[:n]))
			y, word = y+step, string(cut[n:])
		}
		next := strings.TrimSpace(now + " " + word)
		if now != "" && s.width(st, next) > width {
			s.line(x, y, st, now)
			y, next = y+step, word
		}
		now = next
	}
	if now != "" {
		s.line(x, y, st, now)
		y += step
	}
	return y
}

// Square is a square code: Dark tells of each of Size × Size modules.
type Square struct {
	Size int
	Dark func(x, y int) bool
}

func (s sheet) square(x, y, side float64, q Square) {
	if q.Size == 0 {
		return
	}
	s.SetFillColor(26, 33, 56)
	unit := side / float64(q.Size)
	for row := range q.Size {
		for col := 0; col < q.Size; col++ {
			n := 0
			for col+n < q.Size && q.Dark(col+n, row) {
				n++
			}
			if n > 0 {
				s.Rect(x+float64(col)*unit, y+float64(row)*unit, float64(n)*unit, unit, "F")
				col += n
			}
		}
	}
}

func (s sheet) write(w io.Writer) error {
	if err := s.Output(w); err != nil {
		return fmt.Errorf("write the paper: %w", err)
	}
	return nil
}
