package web

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

func releasePath(programme, lang string, release int64) string {
	return historyPath(programme, lang) + "/" + strconv.FormatInt(release, 10)
}

func releasedPath(programme, lang string, release int64, path string) string {
	return releasePath(programme, lang, release) + "/files/" + fileSegment(path)
}

// releaseTabs are the parts of a release.
func releaseTabs(b *ui.Base, programme, lang string, release int64, current string) []ui.Tab {
	here := releasePath(programme, lang, release)
	return []ui.Tab{
		{Href: here, Label: b.T("draft.tab_changes"), Current: current == ""},
		{Href: here + "/files", Label: b.T("draft.tab_files"), Current: current == "files"},
	}
}

// released reads the address of a release.
func released(c *gin.Context) (programme, lang string, release int64, err error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return "", "", 0, err
	}
	release, err = id(c, "release")
	return c.Param("programme"), c.Param("lang"), release, err
}

// showReleased lists the files of a release.
func (s *Server) showReleased(c *gin.Context) (ui.View, error) {
	programme, lang, release, err := released(c)
	if err != nil {
		return nil, err
	}
	r, err := s.App.Drafts.Release(c.Request.Context(), httpd.ActorOf(c), programme, lang, release)
	if err != nil {
		return nil, err
	}
	p := &ui.ContentFiles{Base: s.base(c, r.Line.Location()), Heading: capital(r.Title)}
	b := &p.Base
	p.Title, p.Back = p.Heading, &ui.Link{Href: historyPath(programme, lang), Text: b.T("draft.history")}
	p.About = aboutRelease(b, r)
	p.Tabs = releaseTabs(b, programme, lang, release, "files")
	for _, f := range r.Files {
		g := draftGroup(b, &p.Groups, f.Kind)
		row := ui.DraftRow{Href: releasedPath(programme, lang, release, f.Path), Title: capital(f.Title), Path: f.Path}
		if f.Sealed {
			row.Href, row.Note = "", b.T("draft.sealed")
		}
		g.Rows = append(g.Rows, row)
	}
	return p, nil
}

// aboutRelease names the line, the language and the day of a release.
func aboutRelease(b *ui.Base, r app.ReleasePage) string {
	return r.Line.Name + " · " + langWord(b, r.Release.Lang) + " · " + b.T("draft.published_on", "Date", b.Date(r.Release.PublishedAt))
}

// readReleased shows a published file as its readers meet it.
func (s *Server) readReleased(c *gin.Context) (ui.View, error) {
	programme, lang, release, err := released(c)
	if err != nil {
		return nil, err
	}
	v, err := s.App.Drafts.ReadReleased(c.Request.Context(), httpd.ActorOf(c), programme, lang, release, fileOf(c))
	if err != nil {
		return nil, err
	}
	p := &ui.DraftPreview{Base: s.base(c, v.Line.Location()), Heading: capital(v.File.Title)}
	b := &p.Base
	p.Title, p.Back = p.Heading, &ui.Link{Href: releasePath(programme, lang, release) + "/files", Text: capital(v.Title)}
	p.About = b.T("draft.kind_of_"+string(v.File.Kind)) + " · " + aboutRelease(b, v.ReleasePage)
	s.previewed(b, p, v.Preview, v.File.Kind, "")
	return p, nil
}
