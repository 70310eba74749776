package web

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/content"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

// problemsOf lists what was found in a file, with the buttons that correct it.
func problemsOf(b *ui.Base, d app.DraftPage, path string, found []content.Problem, mayWrite bool) []ui.ProblemRow {
	here := draftFilePath(d.ID, path)
	var rows []ui.ProblemRow
	for _, k := range sortedProblems(found) {
		row := problemRow(b, d, k, "")
		row.Href = strings.TrimPrefix(row.Href, here)
		if row.Line == 0 {
			row.Href = ""
		}
		if k.Mend != nil && mayWrite {
			row.Mend = &ui.MendButton{Value: mendValue(k), Word: b.T("draft.mend"), At: here + "#L" + strconv.Itoa(k.Mend.Line)}
		}
		rows = append(rows, row)
	}
	return rows
}

// mendValue names a problem to the form that corrects it.
func mendValue(k content.Problem) string {
	return "mend " + strconv.Itoa(k.Line) + " " + strconv.Itoa(k.Col) + " " + k.Code
}

// foundWords is the heading over what was found.
func foundWords(b *ui.Base, found []content.Problem) string {
	errs, warns, advice := content.Worst(found)
	var parts []string
	if errs > 0 {
		parts = append(parts, b.T("draft.errors", "N", errs))
	}
	if warns > 0 {
		parts = append(parts, b.T("draft.warns", "N", warns))
	}
	if advice > 0 {
		parts = append(parts, b.T("draft.advices", "N", advice))
	}
	if len(parts) == 0 {
		return b.T("draft.nothing_found")
	}
	return capital(b.Join(parts))
}

// foundJSON is what the checking script is told.
type foundJSON struct {
	Heading  string        `json:"heading"`
	Errors   int           `json:"errors"`
	Warnings int           `json:"warnings"`
	Advice   int           `json:"advice"`
	Well     string        `json:"well"` // what to say when there is nothing
	Problems []problemJSON `json:"problems"`
}

type problemJSON struct {
	Line     int        `json:"line"` // 0: the whole file
	Col      int        `json:"col"`
	Severity string     `json:"severity"` // error, warning, advice
	Shape    string     `json:"shape"`
	Word     string     `json:"word"`
	Where    string     `json:"where"`
	Code     string     `json:"code"`
	Text     string     `json:"text"`
	Hint     string     `json:"hint"`
	Fix      string     `json:"fix,omitempty"`
	Shown    string     `json:"shown,omitempty"` // heading over the steps
	Steps    []stepJSON `json:"steps,omitempty"` // a way through the script that shows it

	Mend  *content.Mend `json:"mend,omitempty"`
	Press string        `json:"press,omitempty"` // value of the button that corrects it
}

type stepJSON struct {
	Shape string `json:"shape"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// checkDraftFile tells as data what the checks say of a file as it is kept.
func (s *Server) checkDraftFile(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	d, err := s.openedDraft(c)
	if err != nil {
		return nil, err
	}
	if _, err := d.Entry(fileOf(c)); err != nil {
		return nil, err
	}
	return s.foundAnswer(c, d)
}

// checkTypedFile tells the same of a file as it was typed. Nothing is kept.
func (s *Server) checkTypedFile(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	var body typedFile
	if _, err := httpd.Decode(c, &body); err != nil {
		return nil, err
	}
	d, err := s.App.Drafts.Check(c.Request.Context(), httpd.ActorOf(c), number, fileOf(c), string(body.Body))
	if err != nil {
		return nil, err
	}
	if _, err := d.Entry(fileOf(c)); err != nil {
		return nil, err
	}
	return s.foundAnswer(c, d)
}

func (s *Server) foundAnswer(c *gin.Context, d app.DraftPage) (ui.View, error) {
	base := s.base(c, d.Line.Location())
	b := &base
	found := d.Of(fileOf(c))
	out := foundJSON{Heading: foundWords(b, found), Well: b.T("draft.file_well"), Problems: []problemJSON{}}
	out.Errors, out.Warnings, out.Advice = content.Worst(found)
	for _, f := range sortedProblems(found) {
		row := problemRow(b, d, f, "")
		var steps []stepJSON
		for _, k := range row.Steps {
			steps = append(steps, stepJSON{string(k.State), k.Title, k.Text})
		}
		press := ""
		if f.Mend != nil {
			press = mendValue(f)
		}
		out.Problems = append(out.Problems, problemJSON{
			Mend: f.Mend, Press: press,
			Shown: row.TryWord, Steps: steps, Line: f.Line, Col: f.Col, Severity: f.Severity.String(), Shape: string(row.Mark.State), Word: row.Mark.Word, Where: row.Where, Code: f.Code, Text: row.Text, Hint: row.Hint, Fix: f.Fix,
		})
	}
	text, err := json.Marshal(out)
	return download{name: "check.json", media: "application/json", body: text, inline: true}, err
}
