package web

import (
	"net/http"
	"path"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/content"
	"abilita/content/exchange"
	"abilita/internal/app"
	"abilita/internal/foreign"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

func (s *Server) exchangeRoutes(r routes) {
	r.post("/drafts/:id/bring", s.bringIn)
	r.get("/drafts/:id/download", s.giveDraft)
	r.get("/content/:programme/:lang/:release/download", s.giveRelease)
}

// typedBring is the form of what comes in as it was typed.
type typedBring struct {
	Format  string `json:"format"`
	Module  string `json:"module"`
	Channel string `json:"channel"`
	Rubric  string `json:"rubric"`
	Replace bool   `json:"replace"`
	Seen    string `json:"seen"`
}

// bringForm is the form that takes a file of another program into an open draft.
func bringForm(b *ui.Base, d app.DraftPage, typed typedBring, open bool) *ui.BringForm {
	f := &ui.BringForm{Action: draftPath(d.ID) + "/bring", Key: b.KeyFor("bring"), Seen: d.Seen(), Replace: typed.Replace, Open: open}
	f.Accept = ".gift,.txt,.xml,.zip,.twee,.tw,.ink,.md,.markdown"
	f.Formats = []ui.Option{{Value: "", Label: b.T("draft.format_any")}}
	for _, format := range exchange.Formats {
		f.Formats = append(f.Formats, ui.Option{Value: string(format), Label: b.T("draft.format_" + string(format)), Selected: string(format) == typed.Format})
	}
	choices := func(none, picked string, list []content.File) []ui.Option {
		options := []ui.Option{{Value: "", Label: none}}
		for _, f := range list {
			options = append(options, ui.Option{Value: f.ID, Label: capital(f.Title), Selected: f.ID == picked})
		}
		return options
	}
	modules, rubrics := d.Choices()
	f.Modules, f.Rubrics = choices(b.T("draft.bring_no_module"), typed.Module, modules), choices(b.T("draft.bring_no_rubric"), typed.Rubric, rubrics)
	for _, channel := range app.BringChannels {
		f.Channels = append(f.Channels, ui.Option{Value: channel, Label: capital(content.ChannelWord(channel, b.Printer.Lang())), Selected: channel == typed.Channel})
	}
	return f
}

// bringIn takes a file in and answers with what became of all that it held. The
// answer comes again when the form is sent again: then everything is there already.
func (s *Server) bringIn(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	leave, err := s.App.Exchange.MayBring(ctx, who, number)
	if err != nil {
		return nil, err
	}
	defer leave()
	var body typedBring
	in, file, refused := httpd.DecodeUpload(c, &body, "file", content.MaxPack)
	var done app.BroughtIn
	if refused == nil {
		done, refused = s.App.Exchange.BringIn(ctx, who, httpd.CommandOf(c, in, draftPath(number)), number, app.ForeignFile{
			Name: file.Name, Body: file.Body, Format: exchange.Format(body.Format),
			Module: body.Module, Channel: body.Channel, Rubric: body.Rubric, Replace: body.Replace, Seen: body.Seen,
		})
	}
	if refused != nil {
		return again(func() (ui.View, error) { return s.draftPage(c, &typedDraft{form: "bring", bring: body}) }, refused)
	}
	return s.broughtPage(c, done), nil
}

func (s *Server) broughtPage(c *gin.Context, done app.BroughtIn) ui.View {
	d := done.Draft
	p := &ui.ExchangeReport{Base: s.base(c, d.Line.Location())}
	b := &p.Base
	p.Heading = b.T("draft.brought", "Title", capital(d.Title))
	p.Title, p.Back, p.About = p.Heading, &ui.Link{Href: draftPath(d.ID), Text: capital(d.Title)}, draftAbout(b, d)
	p.Lead, p.Read = b.T("draft.brought_lead", "Format", b.T("draft.format_"+string(done.Format))), b.T("draft.report_read")
	switch {
	case len(done.Files) == 0:
		p.Lead += " " + b.T("draft.brought_nothing")
	case !done.Wrote():
		p.Lead += " " + b.T("draft.brought_before")
	}
	p.Go = &ui.Link{Href: draftPath(d.ID), Text: b.T("draft.to_draft")}
	for _, f := range done.Files {
		row := ui.BroughtFile{Path: f.Path, Mark: placedMark(b, f.Becomes), Title: f.Path}
		if f.From != "" {
			row.Note = b.T("draft.brought_from", "Name", f.From)
		}
		if content.MediaPath(f.Path) {
			row.Href, row.Title = draftPath(d.ID)+"#h-media", path.Base(f.Path)
		} else if at, err := d.Entry(f.Path); err == nil {
			row.Href, row.Title = draftFilePath(d.ID, f.Path), capital(at.Title)
			if at.Errors > 0 {
				row.Problems = append(row.Problems, ui.Mark{State: ui.Stopped, Word: b.T("draft.errors", "N", at.Errors)})
			}
			if at.Warnings > 0 {
				row.Problems = append(row.Problems, ui.Mark{State: ui.Warning, Word: b.T("draft.warns", "N", at.Warnings)})
			}
		}
		p.Files = append(p.Files, row)
	}
	accountFor(p, done.Report)
	return p
}

func placedMark(b *ui.Base, to exchange.Becomes) ui.Mark {
	shape := map[exchange.Becomes]ui.State{exchange.New: ui.Todo, exchange.Same: ui.None, exchange.Replaces: ui.Current, exchange.Stays: ui.Warning}[to]
	return ui.Mark{State: shape, Word: b.T("draft.brought_" + string(to))}
}

// accountFor shows every entry of a report: first what was left out, then what lost
// something, then what is whole.
func accountFor(p *ui.ExchangeReport, report foreign.Report) {
	b, lang := &p.Base, p.Printer.Lang()
	for _, g := range []struct {
		status foreign.Status
		shape  ui.State
		title  string
	}{{foreign.LeftOut, ui.Stopped, b.T("draft.report_left_out")}, {foreign.Adapted, ui.Warning, b.T("draft.report_adapted")}, {foreign.Read, ui.Done, p.Read}} {
		group := ui.ReportGroup{ID: "h-" + string(g.status), Title: g.title}
		for _, e := range report.Entries {
			if e.Status != g.status {
				continue
			}
			row := ui.ReportRow{What: capital(e.What(lang)), Name: foreign.Printable(e.Item), Where: reportPlace(b, e)}
			if e.Item == "" {
				row.Name = foreign.Short(foreign.Printable(e.Name))
			}
			for _, n := range e.Notes {
				note := capital(foreign.Printable(n.Message(lang)))
				if n.Line > 0 && n.Line != e.From {
					note += " (" + b.T("draft.line_n", "N", n.Line) + ")"
				}
				row.Notes = append(row.Notes, note)
			}
			group.Rows = append(group.Rows, row)
		}
		n := len(group.Rows)
		p.Counts = append(p.Counts, ui.Mark{State: countShape(n, g.shape), Word: g.title + ": " + strconv.Itoa(n)})
		if n > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
}

// reportPlace says where an entry stands in its file.
func reportPlace(b *ui.Base, e foreign.Entry) string {
	where := foreign.Printable(e.File)
	lines := ""
	switch {
	case e.From <= 0:
		return where
	case e.To > e.From:
		lines = b.T("draft.lines_n", "From", e.From, "To", e.To)
	default:
		lines = b.T("draft.line_n", "N", e.From)
	}
	if where != "" {
		return where + ", " + lines
	}
	return capital(lines)
}

// downloads are the ways to give content out, below the page that it has.
func downloads(b *ui.Base, here string) []ui.Link {
	var list []ui.Link
	for _, f := range exchange.Targets {
		list = append(list, ui.Link{Href: here + "/download?format=" + string(f), Text: b.T("draft.download_" + string(f))})
	}
	return list
}

// typedDownload says what is to be given out; Do is "file" for the file itself.
type typedDownload struct {
	Format string `json:"format"`
	Do     string `json:"do"`
}

func (s *Server) giveDraft(c *gin.Context) (ui.View, error) {
	var in typedDownload
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	g, err := s.App.Exchange.Draft(c.Request.Context(), httpd.ActorOf(c), number, exchange.Format(in.Format))
	if err != nil {
		return nil, err
	}
	return s.given(c, g, in, draftPath(number))
}

func (s *Server) giveRelease(c *gin.Context) (ui.View, error) {
	var in typedDownload
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	release, err := id(c, "release")
	if err != nil {
		return nil, err
	}
	programme, lang := c.Param("programme"), c.Param("lang")
	g, err := s.App.Exchange.Release(c.Request.Context(), httpd.ActorOf(c), programme, lang, release, exchange.Format(in.Format))
	if err != nil {
		return nil, err
	}
	return s.given(c, g, in, historyPath(programme, lang)+"/"+strconv.FormatInt(release, 10))
}

// targetFiles are the endings and media types of what goes out.
var targetFiles = map[exchange.Format]struct{ ending, media string }{
	exchange.Pack: {".zip", "application/zip"}, exchange.GIFT: {".gift", "text/plain; charset=utf-8"}, exchange.Moodle: {".xml", "application/xml"}, exchange.QTI: {"-qti.zip", "application/zip"},
}

// given is the file that goes out. Of questions a page says first what the format
// cannot hold; a pack loses nothing.
func (s *Server) given(c *gin.Context, g app.GivenOut, in typedDownload, here string) (ui.View, error) {
	if in.Do == "file" || g.Format == exchange.Pack {
		to := targetFiles[g.Format]
		_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(slowest)) // a recorder has none
		return stream{name: g.Programme + "-" + g.Lang + to.ending, media: to.media, write: g.Write}, nil
	}
	p := &ui.ExchangeReport{Base: s.base(c, g.Line.Location())}
	b := &p.Base
	p.About = g.Line.Name + " · " + langWord(b, g.Lang)
	p.Heading = b.T("draft.given", "Format", b.T("draft.format_"+string(g.Format)))
	p.Title, p.Back = p.Heading, &ui.Link{Href: here, Text: capital(g.Title)}
	p.Lead, p.Read = b.T("draft.given_lead", "N", g.Questions), b.T("draft.report_whole")
	p.Go = &ui.Link{Href: here + "/download?format=" + string(g.Format) + "&do=file", Text: b.T("draft.given_do")}
	accountFor(p, g.Report)
	return p, nil
}
