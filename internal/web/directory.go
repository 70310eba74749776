package web

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

// braces are the words by which texts name a service, in Italian and English.
var braces = map[string][2]string{
	"emergency": {"{emergenza}", "{emergency}"}, "listening": {"{ascolto}", "{listening}"}, "children": {"{infanzia}", "{children}"}, "supervisor": {"{responsabile}", "{supervisor}"},
}

func brace(b *ui.Base, key string) string {
	if b.Printer.Lang() == "en" {
		return braces[key][1]
	}
	return braces[key][0]
}

func directoryPath(code string) string { return "/lines/" + code + "/directory" }

func entryName(b *ui.Base, e app.DirectoryEntry) string {
	return cmp.Or(e.Name, b.T("directory."+e.Key))
}

func entryMark(b *ui.Base, e app.DirectoryEntry) ui.Mark {
	switch {
	case e.Number == "":
		return ui.Mark{State: ui.None, Word: b.T("directory.none")}
	case e.CheckedOn == nil:
		return ui.Mark{State: ui.Warning, Word: b.T("directory.never")}
	case e.Due:
		return ui.Mark{State: ui.Warning, Word: b.T("directory.due", "Date", b.Printer.Date(*e.CheckedOn))}
	case e.Checker != "":
		return ui.Mark{State: ui.Done, Word: b.T("directory.checked_by", "Date", b.Printer.Date(*e.CheckedOn), "Name", e.Checker)}
	}
	return ui.Mark{State: ui.Done, Word: b.T("directory.checked", "Date", b.Printer.Date(*e.CheckedOn))}
}

// directoryNotices warn who keeps a line of numbers that nobody has checked for
// long; code narrows them to one line.
func (s *Server) directoryNotices(c *gin.Context, b *ui.Base, code string) ([]ui.Notice, error) {
	lines, err := s.App.Directory.Due(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	var list []ui.Notice
	for _, l := range lines {
		if code != "" && l.Code != code {
			continue
		}
		list = append(list, ui.Notice{
			Mark: ui.Mark{State: ui.Warning, Word: b.T("directory.notice_word")}, Text: b.T("directory.notice", "Line", l.Name, "N", app.CheckEvery),
			Action: &ui.Link{Href: directoryPath(l.Code), Text: b.T("directory.title")},
		})
	}
	return list, nil
}

func (s *Server) showDirectory(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.directoryPage(c)
}

func (s *Server) directoryPage(c *gin.Context) (ui.View, error) {
	f, err := s.App.Directory.Read(c.Request.Context(), httpd.ActorOf(c), c.Param("code"))
	if err != nil {
		return nil, err
	}
	p := &ui.Directory{Base: s.base(c, f.Line.Location()), Every: app.CheckEvery}
	b := &p.Base
	p.Title, p.Back = b.T("directory.title"), &ui.Link{Href: "/lines/" + f.Line.Code, Text: f.Line.Name}
	for _, e := range f.Entries {
		row := ui.DirectoryRow{
			Name: entryName(b, e), Brace: b.T("directory.brace", "Brace", brace(b, e.Key)), Number: e.Number, Note: e.Note, Mark: entryMark(b, e),
			Edit: directoryPath(f.Line.Code) + "/" + e.Key, Version: strconv.Itoa(e.Version), Key: b.KeyFor(e.Key),
		}
		if e.Number != "" {
			row.Check = row.Edit + "/checked"
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

// typedEntry is the form of a number as typed.
type typedEntry struct {
	Name    string `json:"name"`
	Number  string `json:"number"`
	Note    string `json:"note"`
	Checked bool   `json:"checked"`
	Version int    `json:"version"`
}

func (s *Server) showDirectoryEntry(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.directoryForm(c, nil)
}

// directoryForm shows the form of a number; typed is what a refused one held.
// When somebody else saved in between, both stand there.
func (s *Server) directoryForm(c *gin.Context, typed *typedEntry) (ui.View, error) {
	f, err := s.App.Directory.Read(c.Request.Context(), httpd.ActorOf(c), c.Param("code"))
	if err != nil {
		return nil, err
	}
	e, ok := f.Entry(c.Param("key"))
	if !ok {
		return nil, people.ErrHidden
	}
	p := &ui.DirectoryForm{
		Base: s.base(c, f.Line.Location()), About: f.Line.Name, Action: directoryPath(f.Line.Code) + "/" + e.Key, Name: e.Name, Number: e.Number, Note: e.Note, Version: strconv.Itoa(e.Version),
	}
	b := &p.Base
	p.Heading = b.T("directory.edit_of", "Name", entryName(b, e))
	p.Title, p.Back = p.Heading, &ui.Link{Href: directoryPath(f.Line.Code), Text: b.T("directory.title")}
	if typed == nil {
		return p, nil
	}
	if typed.Version != e.Version {
		mark := entryMark(b, e)
		p.Theirs = []ui.Fact{{Term: b.T("directory.name"), Value: entryName(b, e)}, {Term: b.T("directory.number"), Value: cmp.Or(e.Number, "–") + ", " + mark.Word}, {Term: b.T("directory.note"), Value: cmp.Or(e.Note, "–")}}
	}
	p.Name, p.Number, p.Note, p.Checked = typed.Name, typed.Number, typed.Note, typed.Checked
	return p, nil
}

func (s *Server) saveDirectoryEntry(c *gin.Context) (ui.View, error) {
	var body typedEntry
	in, refused := httpd.Decode(c, &body)
	then := directoryPath(c.Param("code")) + "?done=number_saved"
	if refused == nil {
		refused = s.App.Directory.Save(c.Request.Context(), httpd.ActorOf(c), httpd.CommandOf(c, in, then), c.Param("code"), c.Param("key"), app.DirectoryEdit{
			Name: body.Name, Number: body.Number, Note: body.Note, Checked: body.Checked, Version: body.Version,
		})
	}
	if refused != nil {
		late(c, refused)
		return again(func() (ui.View, error) { return s.directoryForm(c, &body) }, refused)
	}
	return seeOther(then), nil
}

// late answers 409 when somebody else changed the same meanwhile.
func late(c *gin.Context, refused error) {
	if errors.Is(refused, app.ErrChanged) {
		c.Set(lateKey, http.StatusConflict)
	}
}

func (s *Server) checkDirectoryEntry(c *gin.Context) (ui.View, error) {
	var body struct {
		Version int `json:"version"`
	}
	in, refused := httpd.Decode(c, &body)
	then := directoryPath(c.Param("code")) + "?done=number_checked"
	if refused == nil {
		refused = s.App.Directory.Check(c.Request.Context(), httpd.ActorOf(c), httpd.CommandOf(c, in, then), c.Param("code"), c.Param("key"), body.Version)
	}
	if refused != nil {
		late(c, refused)
		return again(func() (ui.View, error) { return s.directoryPage(c) }, refused)
	}
	return seeOther(then), nil
}
