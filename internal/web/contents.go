package web

import (
	"cmp"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"abilita/content"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func historyPath(programme, lang string) string {
	return "/content/" + url.PathEscape(programme) + "/" + lang
}

// typedProgramme is the form of a new programme as typed.
type typedProgramme struct {
	Line  string `json:"line"`
	Name  string `json:"name"`
	Title string `json:"title"`
	Lang  string `json:"lang"`
}

func (s *Server) showContents(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.contentsPage(c, nil)
}

func langWord(b *ui.Base, lang string) string { return b.T("draft.lang_" + lang) }

func (s *Server) contentsPage(c *gin.Context, typed *typedProgramme) (ui.View, error) {
	desk, err := s.App.Drafts.Desk(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	p := &ui.Contents{Base: s.base(c, nil)}
	b := &p.Base
	p.Title, p.Back = b.T("draft.contents"), &ui.Link{Href: "/lines", Text: b.T("line.title")}
	p.Nothing = ui.EmptyState{Title: b.T("draft.none"), Text: b.T("draft.none_text")}
	if httpd.ActorOf(c).MustSomewhere(people.ReadItems) == nil {
		p.Bank = &ui.Link{Href: "/items", Text: b.T("item.to_bank")}
	}
	for i, d := range desk.Programmes {
		p.Rows = append(p.Rows, contentRow(b, i, d))
	}
	if len(desk.Lines) > 0 {
		p.New = &ui.NewContent{Action: "/content/new"}
		if typed == nil {
			typed = &typedProgramme{Lang: "it"}
		} else {
			p.New.Open = true
		}
		p.New.Name, p.New.Title = typed.Name, typed.Title
		for _, l := range desk.Lines {
			p.New.Lines = append(p.New.Lines, ui.Option{Value: l.Code, Label: l.Name, Selected: l.Code == typed.Line})
		}
		for _, lang := range []string{"it", "en"} {
			p.New.Langs = append(p.New.Langs, ui.Option{Value: lang, Label: langWord(b, lang), Selected: typed.Lang == lang})
		}
	}
	return p, nil
}

func contentRow(b *ui.Base, i int, d app.DeskProgramme) ui.ContentRow {
	row := ui.ContentRow{ID: "c" + strconv.Itoa(i), Title: capital(d.Title), Mark: ui.Mark{State: ui.Todo, Word: b.T("draft.unpublished")}}
	lang := ""
	if d.Release != nil {
		lang = d.Release.Lang
		row.Mark = ui.Mark{State: ui.Done, Word: b.T("draft.published_on", "Date", b.Date(d.Release.PublishedAt))}
		row.History = &ui.Link{Href: historyPath(d.Release.Programme, lang), Text: b.T("draft.history")}
	}
	switch {
	case d.Draft != nil && d.MayWrite:
		lang = d.Draft.Lang
		row.Mark = draftMark(b, d.Draft.State)
		row.Draft = &ui.Link{Href: draftPath(d.Draft.ID), Text: b.T("draft.to_draft")}
	case d.Draft != nil:
		lang = d.Draft.Lang
		row.Mark = draftMark(b, d.Draft.State)
	case d.MayWrite && d.Release != nil:
		row.Open = []ui.Option{{Label: "programme", Value: d.Release.Programme}, {Label: "lang", Value: lang}}
		row.OpenWord, row.Key = b.T("draft.open"), b.KeyFor(row.ID)
	}
	row.Note = d.Line.Name + " · " + langWord(b, lang)
	return row
}

func (s *Server) openDraft(c *gin.Context) (ui.View, error) {
	var body struct {
		Programme string `json:"programme"`
		Lang      string `json:"lang"`
	}
	return act(c, &body, "/drafts/{id}?done=draft_opened", func(cmd *app.Command) error {
		_, err := s.App.Drafts.Open(c.Request.Context(), httpd.ActorOf(c), cmd, body.Programme, body.Lang)
		return err
	}, func() (ui.View, error) { return s.contentsPage(c, nil) })
}

func (s *Server) openNewDraft(c *gin.Context) (ui.View, error) {
	var body typedProgramme
	return act(c, &body, "/drafts/{id}?done=draft_opened", func(cmd *app.Command) error {
		_, err := s.App.Drafts.OpenNew(c.Request.Context(), httpd.ActorOf(c), cmd, app.NewProgramme{Line: body.Line, Name: body.Name, Title: body.Title, Lang: body.Lang})
		return err
	}, func() (ui.View, error) { return s.contentsPage(c, &body) })
}

func (s *Server) showHistory(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	programme, lang := c.Param("programme"), c.Param("lang")
	h, err := s.App.Drafts.History(c.Request.Context(), httpd.ActorOf(c), programme, lang)
	if err != nil {
		return nil, err
	}
	p := &ui.ContentHistory{Base: s.base(c, h.Line.Location()), Heading: capital(h.Title)}
	b := &p.Base
	p.Title, p.Back, p.About = p.Heading, &ui.Link{Href: "/content", Text: b.T("draft.contents")}, h.Line.Name+" · "+langWord(b, lang)
	for _, r := range h.Releases {
		row := ui.ReleaseRow{
			Href: releasePath(programme, lang, r.ID), Title: b.T("draft.release", "Version", cmp.Or(r.Version, "–"), "N", r.Parts), When: b.DayTime(r.PublishedAt), Machine: b.Machine(r.PublishedAt),
			By: r.By, Impact: impactMark(b, r.Impact), Note: r.Note,
		}
		if r.DueAt != nil {
			row.Until = b.T("draft.due", "Until", b.Until(*r.DueAt))
		}
		if r.Touched > 0 {
			row.Touched = b.T("draft.touched_n", "N", r.Touched)
		}
		p.Rows = append(p.Rows, row)
	}
	if len(h.Releases) > 0 {
		newest := releasePath(programme, lang, h.Releases[0].ID)
		p.Read = &ui.Link{Href: newest + "/files", Text: b.T("draft.read_published")}
		if h.Keys {
			p.Downloads = downloads(b, newest)
		}
	}
	switch {
	case h.Draft != nil && h.MayWrite:
		p.Draft = &ui.Link{Href: draftPath(h.Draft.ID), Text: b.T("draft.to_draft")}
	case h.Draft == nil && h.MayWrite:
		p.Open = &ui.ContentRow{Open: []ui.Option{{Label: "programme", Value: programme}, {Label: "lang", Value: lang}}, OpenWord: b.T("draft.open"), Key: b.Key}
	}
	return p, nil
}

func impactMark(b *ui.Base, impact string) ui.Mark {
	shape := map[string]ui.State{"none": ui.None, "notice": ui.Done, "confirm": ui.Due, "micro": ui.Due, "recertify": ui.Warning}[impact]
	return ui.Mark{State: shape, Word: b.T("draft.impact_" + impact)}
}

func (s *Server) showReleaseChanges(c *gin.Context) (ui.View, error) {
	programme, lang, release, err := released(c)
	if err != nil {
		return nil, err
	}
	d, err := s.App.Drafts.Changes(c.Request.Context(), httpd.ActorOf(c), programme, lang, release)
	if err != nil {
		return nil, err
	}
	p := &ui.ContentChanges{Base: s.base(c, d.Line.Location()), Heading: capital(d.Title)}
	b := &p.Base
	p.Title, p.Back = p.Heading, &ui.Link{Href: historyPath(programme, lang), Text: b.T("draft.history")}
	p.About = d.Line.Name + " · " + langWord(b, lang)
	p.Facts = []ui.Fact{{Term: b.T("draft.published"), Value: b.DayTime(d.Release.PublishedAt)}, {Term: b.T("draft.by_whom"), Value: cmp.Or(d.Release.By, "–")}, {Term: b.T("draft.impact"), Value: b.T("draft.impact_" + d.Release.Impact)}}
	if d.Release.DueAt != nil {
		p.Facts = append(p.Facts, ui.Fact{Term: b.T("draft.until"), Value: b.Until(*d.Release.DueAt)})
	}
	if d.Release.Note != "" {
		p.Facts = append(p.Facts, ui.Fact{Term: b.T("draft.note"), Value: d.Release.Note})
	}
	p.Tabs = releaseTabs(b, programme, lang, release, "")
	for i, f := range d.Changed {
		diff := fileDiff(b, i, f, f.Path)
		switch {
		case f.Kind == content.KindQuiz && !d.Keys:
			diff.Hunks, diff.Note = nil, b.T("draft.sealed")
		case d.Before == nil:
			diff.Hunks, diff.Note = nil, b.T("draft.first_release")
			diff.Href = releasedPath(programme, lang, release, f.Path)
		}
		p.Files = append(p.Files, diff)
	}
	p.Files = append(p.Files, mediaDiffs(b, len(p.Files), d.Media)...)
	if d.Keys {
		p.Downloads = downloads(b, releasePath(programme, lang, release))
	}
	return p, nil
}
