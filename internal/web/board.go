package web

import (
	"cmp"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/course/cert"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) boardRoutes(r routes) {
	r.get("/board", s.showBoard)
	r.get("/board.csv", s.exportBoard)
}

// boardForm is the filter of a board as it travels in the address.
type boardForm struct {
	Line    string `json:"line"`
	Query   string `json:"q"`
	Now     string `json:"now"`
	Lacking string `json:"lacking"`
	Cohort  int64  `json:"cohort"`
	Sort    string `json:"sort"`
	After   string `json:"after"`
}

func (f boardForm) question() app.BoardQuestion {
	return app.BoardQuestion{Line: f.Line, Query: f.Query, Now: f.Now, Lacking: f.Lacking, Cohort: f.Cohort, Sort: f.Sort, After: f.After}
}

// at is the address of the board with this filter.
func (f boardForm) at(path string) string {
	q := url.Values{}
	for name, value := range map[string]string{"line": f.Line, "q": f.Query, "now": f.Now, "lacking": f.Lacking, "sort": f.Sort, "after": f.After} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Cohort != 0 {
		q.Set("cohort", strconv.FormatInt(f.Cohort, 10))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (s *Server) showBoard(c *gin.Context) (ui.View, error) {
	var in boardForm
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	who := httpd.ActorOf(c)
	a, err := s.App.Board.Page(c.Request.Context(), who, in.question())
	if err != nil {
		return nil, err
	}
	p := &ui.Board{Base: s.base(c, nil)}
	b := &p.Base
	p.Title, p.Heading = b.T("board.title"), b.T("board.heading")
	if p.Notices, err = s.directoryNotices(c, b, ""); err != nil {
		return nil, err
	}
	lacking, err := s.lackingNotices(c, b, 0)
	if err != nil {
		return nil, err
	}
	p.Notices = append(p.Notices, lacking...)
	drafts, err := s.draftNotices(c, b)
	if err != nil {
		return nil, err
	}
	p.Notices = append(p.Notices, drafts...)
	if a.Line.ID == 0 {
		p.About = b.T("board.no_line")
		return p, nil
	}
	b.Zone = zone(a.Line.Zone)
	p.About, p.Line, p.Query = a.Line.Name+" · "+channels(b, a.Channels), a.Line.Code, in.Query
	in.Line = a.Line.Code
	p.Filtered = in.Query != "" || in.Now != "" || in.Lacking != "" || in.Cohort != 0
	if len(a.Lines) > 1 {
		for _, l := range a.Lines {
			p.Lines = append(p.Lines, ui.Tab{Href: boardForm{Line: l.Code}.at("/board"), Label: l.Name, Count: len(l.Cohorts.V), Current: l.ID == a.Line.ID})
		}
	}
	p.Tally = tally(b, a.Tally, in)
	boardFilters(b, p, a, in)
	for _, r := range a.Columns {
		p.Columns = append(p.Columns, ui.BoardColumn{Label: r.Title, Note: b.T("board.kind_" + string(r.Kind))})
	}
	for _, person := range a.People {
		p.Rows = append(p.Rows, boardRow(b, a, person))
	}
	first, next := "", ""
	if in.After != "" {
		start := in
		start.After = ""
		first = start.at("/board")
	}
	text := b.T("board.page", "N", a.Total)
	if a.Next != "" || in.After != "" {
		text = b.T("board.page_of", "Shown", len(a.People), "All", a.Total)
	}
	if a.Next != "" {
		on := in
		on.After = a.Next
		next = on.at("/board")
	}
	p.Pages = b.Pager(text, first, next)
	if who.May(people.ExportBoard, people.Target{Line: a.Line.ID}) {
		all := in
		all.After = ""
		p.CSV = all.at("/board.csv")
	}
	return p, nil
}

// tally counts the people of a line, or of one cohort of it, by view.
func tally(b *ui.Base, t app.BoardTally, in boardForm) []ui.Count {
	count := func(n int, state ui.State, view string) ui.Count {
		return ui.Count{N: n, Mark: ui.Mark{State: state, Word: b.T("board." + view)}, Href: boardForm{Line: in.Line, Cohort: in.Cohort, Now: view}.at("/board"), Current: in.Now == view}
	}
	return []ui.Count{count(t.Us, ui.Waiting, "us"), count(t.Yes, ui.On, "yes"), count(t.No, ui.Off, "no"), count(t.Due, ui.Due, "due"), count(t.Susp, ui.Suspended, "susp")}
}

func boardFilters(b *ui.Base, p *ui.Board, a app.BoardAnswer, in boardForm) {
	p.Enabled = []ui.Option{{Label: b.T("board.all_now")}}
	for _, v := range app.BoardViews {
		p.Enabled = append(p.Enabled, ui.Option{Value: v, Label: upper(b.T("board." + v)), Selected: in.Now == v})
	}
	p.Lacking = []ui.Option{{Label: b.T("board.anything")}}
	for _, r := range a.Columns {
		p.Lacking = append(p.Lacking, ui.Option{Value: r.Key, Label: r.Title, Selected: in.Lacking == r.Key})
	}
	p.Cohorts = []ui.Option{{Label: b.T("board.every_cohort")}}
	for _, c := range a.Line.Cohorts.V {
		p.Cohorts = append(p.Cohorts, ui.Option{Value: strconv.FormatInt(c.ID, 10), Label: c.Name, Selected: in.Cohort == c.ID})
	}
	for _, o := range app.BoardSorts {
		p.Sorts = append(p.Sorts, ui.Option{Value: o, Label: b.T("board.sort_" + o), Selected: in.Sort == o})
	}
}

func boardRow(b *ui.Base, a app.BoardAnswer, person app.BoardPerson) ui.BoardRow {
	row := ui.BoardRow{Href: "/people/" + person.Number, Name: person.GivenName + " " + person.FamilyName, Number: person.Number}
	row.Now, row.NowNote = nowMark(b, person)
	cells := map[string]app.BoardCell{}
	for _, c := range person.Cells.V {
		cells[c.Key] = c
	}
	done := 0
	for i, r := range a.Columns {
		cell, ok := cells[r.Key]
		if !ok {
			cell = app.BoardCell{State: string(cert.Todo)}
		}
		if cell.State == string(cert.Done) {
			done++
		}
		column := ui.BoardColumn{Label: a.Columns[i].Title}
		row.Cells = append(row.Cells, column.Cell(requirementStates[cert.State(cell.State)], cellWord(b, r.Kind, cell)))
	}
	row.Fine = b.T("board.fine", "Done", done, "Needed", len(a.Columns))
	for _, k := range person.Keeping.V {
		row.Fine += " · " + b.T("board.keeping_"+string(k.Track), "Done", k.Done, "Needed", k.Needed)
	}
	return row
}

// nowMark is the gate's answer in a cell: yes with its channels, or the worst
// reason; before that what waits for staff.
func nowMark(b *ui.Base, person app.BoardPerson) (ui.Mark, string) {
	var yes []string
	var until time.Time
	for _, a := range person.Answers {
		if a.Decision.Granted() {
			yes = append(yes, b.T("gate.channel_"+a.Channel))
			if !a.Decision.Until.IsZero() && (until.IsZero() || a.Decision.Until.Before(until)) {
				until = a.Decision.Until
			}
		}
	}
	if len(yes) > 0 {
		note := upper(b.Join(yes))
		if !until.IsZero() {
			note = b.T("board.row_until", "Channels", note, "Until", b.Until(until))
		}
		return ui.Mark{State: ui.On, Word: b.T("board.row_yes")}, note
	}
	if len(person.Answers) == 0 {
		return ui.Mark{State: ui.Off, Word: b.T("board.row_no")}, ""
	}
	words := answer(b, person.Answers[0].Decision, "board.row_yes", "board.row_no", nil)
	note := ""
	if len(words.Reasons) > 0 {
		note = words.Reasons[0].Title
	}
	switch n := len(words.Reasons) - 1; {
	case person.Signing:
		note = b.T("board.row_signing")
	case person.Unentered:
		note = b.T("board.row_register")
	case n > 0:
		note = b.T("board.row_more", "Reason", note, "N", n)
	}
	return words.Mark, note
}

func cellWord(b *ui.Base, kind cert.Kind, c app.BoardCell) string {
	state := cert.State(c.State)
	switch {
	case unsigned(kind, c):
		return b.T("board.cell_unsigned")
	case c.Score >= 0 && state != cert.Waiting && state != cert.Locked:
		return score(b, c.Score)
	case c.Needed > 1 && (state == cert.Done || state == cert.Doing):
		return b.T("board.cell_of", "Done", min(c.Done, c.Needed), "Needed", c.Needed)
	}
	return b.Mark(requirementStates[state]).Word
}

// unsigned tells whether only the signature of another person is missing: lists
// wait for nothing else.
func unsigned(kind cert.Kind, c app.BoardCell) bool {
	return kind == cert.Checklist && cert.State(c.State) == cert.Waiting
}

// exportBoard writes the whole board as it is filtered, row by row.
func (s *Server) exportBoard(c *gin.Context) (ui.View, error) {
	var in boardForm
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	in.After = ""
	b := s.base(c, nil)
	return stream{name: "abilita-" + cmp.Or(in.Line, "board") + ".csv", media: "text/csv; charset=utf-8", write: func(w io.Writer) error {
		out, err := spreadsheet(w, i18n.Lang(b.Lang()))
		if err != nil {
			return err
		}
		first := true
		err = s.App.Board.Export(ctx, who, in.question(), func(a app.BoardAnswer, person app.BoardPerson) error {
			if first {
				first = false
				if err := out.Write(csvHead(&b, a)); err != nil {
					return err
				}
			}
			return out.Write(csvRow(&b, a, person))
		})
		if err != nil {
			return err
		}
		out.Flush()
		return out.Error()
	}}, nil
}

func csvHead(b *ui.Base, a app.BoardAnswer) []string {
	head := []string{b.T("board.csv_number"), b.T("board.csv_family"), b.T("board.csv_given"), b.T("board.csv_cohort")}
	for _, ch := range a.Channels {
		name := b.T("gate.channel_" + ch)
		head = append(head, b.T("board.csv_may", "Channel", name), b.T("board.csv_why", "Channel", name))
	}
	for _, r := range a.Columns {
		head = append(head, r.Title)
	}
	return formulaSafe(head)
}

func csvRow(b *ui.Base, a app.BoardAnswer, person app.BoardPerson) []string {
	row := []string{person.Number, person.FamilyName, person.GivenName, person.Cohort}
	for _, answer := range person.Answers {
		if answer.Decision.Granted() {
			row = append(row, b.T("board.csv_yes"), "")
			continue
		}
		var why []string
		for _, code := range answer.Decision.Codes() {
			why = append(why, string(code))
		}
		row = append(row, b.T("board.csv_no"), strings.Join(why, " "))
	}
	for _, cell := range boardRow(b, a, person).Cells {
		row = append(row, cell.Mark.Word)
	}
	return formulaSafe(row)
}
