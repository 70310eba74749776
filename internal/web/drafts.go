package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/content"
	"abilita/course/roleplay"
	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) draftRoutes(r routes) {
	r.get("/content", s.showContents)
	r.post("/content/drafts", s.openDraft)
	r.post("/content/new", s.openNewDraft)
	r.get("/content/:programme/:lang", s.showHistory)
	r.get("/content/:programme/:lang/:release", s.showReleaseChanges)
	r.get("/drafts/:id", s.showDraft)
	r.get("/drafts/:id/changes", s.showDraftChanges)
	r.post("/drafts/:id/files", s.addDraftFile)
	r.post("/drafts/:id/rebase", s.rebaseDraft)
	r.post("/drafts/:id/comments", s.commentDraft)
	r.post("/drafts/:id/ask", s.moveDraft(content.DraftAsk))
	r.post("/drafts/:id/withdraw", s.moveDraft(content.DraftWithdraw))
	r.post("/drafts/:id/return", s.moveDraft(content.DraftSendBack))
	r.post("/drafts/:id/approve", s.moveDraft(content.DraftApprove))
	r.post("/drafts/:id/discard", s.moveDraft(content.DraftDiscard))
	r.get("/drafts/:id/publish", s.showDraftPublish)
	r.post("/drafts/:id/publish", s.publishDraft)
	r.get("/drafts/:id/files/:path", s.showEditor)
	r.post("/drafts/:id/files/:path", s.saveDraftFile)
	r.get("/drafts/:id/files/:path/check", s.checkDraftFile)
	r.post("/drafts/:id/files/:path/check", s.checkTypedFile)
	r.post("/drafts/:id/files/:path/autosave", s.autosaveDraftFile)
	r.post("/drafts/:id/files/:path/comments", s.commentDraftFile)
	r.post("/drafts/:id/files/:path/remove", s.changeDraftFile(true))
	r.post("/drafts/:id/files/:path/restore", s.changeDraftFile(false))
	r.get("/drafts/:id/files/:path/preview", s.previewDraftFile)
	r.get("/drafts/:id/files/:path/changes", s.showFileChanges)
	r.get("/drafts/:id/files/:path/try", s.tryDraftFile)
	r.post("/drafts/:id/files/:path/try", s.stepOfTrial)
}

func draftPath(id int64) string { return "/drafts/" + strconv.FormatInt(id, 10) }

// A path of a file stands in an address with "~" in the place of "/".
func draftFilePath(id int64, path string) string {
	return draftPath(id) + "/files/" + url.PathEscape(strings.ReplaceAll(path, "/", "~"))
}

func fileOf(c *gin.Context) string { return strings.ReplaceAll(c.Param("path"), "~", "/") }

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

func draftMark(b *ui.Base, state content.DraftState) ui.Mark {
	shape := map[content.DraftState]ui.State{
		content.DraftOpen: ui.Current, content.DraftInReview: ui.Waiting, content.DraftApproved: ui.Done, content.DraftPublished: ui.Done, content.DraftDiscarded: ui.None,
	}[state]
	return ui.Mark{State: shape, Word: b.T("draft.state_" + string(state))}
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

// typedDraft is what the forms of a draft's page sent.
type typedDraft struct {
	form     string
	Template string `json:"template"`
	Name     string `json:"name"`
	Title    string `json:"title"`
	Words    string `json:"words"`
	Reason   string `json:"reason"`
	Reader   int64  `json:"reader"`
	Version  int    `json:"version"`
}

func (s *Server) showDraft(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.draftPage(c, nil)
}

func (s *Server) openedDraft(c *gin.Context) (app.DraftPage, error) {
	number, err := id(c, "id")
	if err != nil {
		return app.DraftPage{}, err
	}
	return s.App.Drafts.Read(c.Request.Context(), httpd.ActorOf(c), number)
}

// draftAbout says of what a draft is one, and from what it starts.
func draftAbout(b *ui.Base, d app.DraftPage) string {
	about := d.Line.Name + " · " + langWord(b, d.Lang)
	if d.Base != nil {
		return about + " · " + b.T("draft.from", "Date", b.Date(d.Base.PublishedAt))
	}
	return about + " · " + b.T("draft.from_nothing")
}

// draftPage shows a draft; typed is what a refused form of it held.
func (s *Server) draftPage(c *gin.Context, typed *typedDraft) (ui.View, error) {
	d, err := s.openedDraft(c)
	if err != nil {
		return nil, err
	}
	who := httpd.ActorOf(c)
	if typed == nil {
		typed = &typedDraft{Template: "module"}
	}
	p := &ui.Draft{Base: s.base(c, d.Line.Location()), Heading: capital(d.Title), State: ui.Mark{}}
	b := &p.Base
	b.Refused = typed.form
	p.Title, p.Back = p.Heading, &ui.Link{Href: "/content", Text: b.T("draft.contents")}
	p.About, p.State, p.Lead = draftAbout(b, d), draftMark(b, d.State), b.T("draft.lead_"+string(d.State))
	p.Groups = draftGroups(b, d)
	errs, warns, advice := content.Worst(d.Problem)
	p.Counts = []ui.Mark{
		{State: countShape(errs, ui.Stopped), Word: b.T("draft.errors", "N", errs)},
		{State: countShape(warns, ui.Warning), Word: b.T("draft.warns", "N", warns)},
		{State: ui.None, Word: b.T("draft.advices", "N", advice)},
	}
	for _, f := range d.Problem {
		if f.Severity != content.Advice {
			p.Problems = append(p.Problems, problemRow(b, d, f, f.File+", "))
		}
	}
	here := draftPath(d.ID)
	if d.MayWrite && d.State == content.DraftOpen {
		p.Add = &ui.AddFile{Action: here + "/files", Key: b.KeyFor("add"), Name: typed.Name, Title: typed.Title, Open: typed.form == "add"}
		for _, t := range content.Templates {
			p.Add.Templates = append(p.Add.Templates, ui.Option{Value: t, Label: b.T("draft.kind_" + t), Note: b.T("draft.kind_" + t + "_note"), Selected: t == typed.Template})
		}
	}
	p.Notes = remarkRows(b, d, "")
	if d.MayReview {
		p.Comment = &ui.CommentForm{Action: here + "/comments", Key: b.KeyFor("comment"), Words: typed.Words}
	}
	if err := s.draftNext(c, p, d, who, typed); err != nil {
		return nil, err
	}
	p.Links = append(p.Links, ui.Link{Href: here + "/changes", Text: b.T("draft.all_changes")})
	if d.Newest != nil {
		p.Links = append(p.Links, ui.Link{Href: historyPath(d.Programme, d.Lang), Text: b.T("draft.history")})
	}
	return p, nil
}

func countShape(n int, some ui.State) ui.State {
	if n == 0 {
		return ui.Done
	}
	return some
}

// draftNext is what comes next for who is reading, and what else they may do.
func (s *Server) draftNext(c *gin.Context, p *ui.Draft, d app.DraftPage, who people.Actor, typed *typedDraft) error {
	b, here, version := &p.Base, draftPath(d.ID), strconv.Itoa(d.Version)
	refusal := d.Refusal()
	move := func(id, action string, bad bool, reason *ui.Field) {
		p.Moves = append(p.Moves, ui.Confirm{
			ID: id, Open: b.T("draft." + id + "_open"), Ask: b.T("draft." + id + "_ask"), Action: here + "/" + action, Do: b.T("draft." + id + "_do"), Bad: bad, Version: version, Reason: reason,
		})
	}
	words := func(id string) *ui.Field {
		value := ""
		if typed.form == id {
			value = typed.Reason
		}
		f := b.Area("reason", b.T("draft."+id+"_words"), value).UpTo(4000)
		return &f
	}
	if d.Stale() && d.State.Living() {
		p.Notices = append(p.Notices, ui.Notice{Mark: ui.Mark{State: ui.Warning, Word: b.T("draft.stale_word")}, Text: b.T("draft.stale_text")})
		if d.MayWrite && d.State == content.DraftOpen {
			move("rebase", "rebase", false, nil)
		}
	}
	switch {
	case d.State == content.DraftOpen && refusal != nil && d.MayWrite:
		p.Notices = append(p.Notices, ui.Notice{Mark: ui.Mark{State: ui.Todo, Word: b.T("draft.not_ready")}, Text: sentence(b, refusal)})
	case d.State == content.DraftOpen && d.MayWrite:
		readers, err := s.App.Reviews.Readers(c.Request.Context(), who, d.ID)
		if err != nil {
			return err
		}
		p.Ask = &ui.AskForm{Action: here + "/ask", Key: b.KeyFor("ask"), Version: version, Words: typed.Words, Readers: []ui.Option{{Value: "", Label: b.T("draft.anybody")}}}
		for _, r := range readers {
			if r.Person != who.ID {
				p.Ask.Readers = append(p.Ask.Readers, ui.Option{Value: strconv.FormatInt(int64(r.Person), 10), Label: r.Name(), Selected: int64(r.Person) == typed.Reader})
			}
		}
	case d.State == content.DraftInReview && d.MayReview && !d.WroteIt(who):
		p.Next = &ui.NextStep{Title: b.T("draft.read_it"), Text: b.T("draft.read_it_text"), Href: here + "/changes", Label: b.T("draft.all_changes")}
		move("approve", "approve", false, words("approve"))
		move("return", "return", true, words("return"))
	case d.State == content.DraftApproved && d.MayPublish:
		p.Next = &ui.NextStep{Title: b.T("draft.publish_it"), Text: b.T("draft.publish_it_text"), Href: here + "/publish", Label: b.T("draft.publish_go")}
	case d.State == content.DraftPublished && d.ReleaseID != nil:
		p.Links = append(p.Links, ui.Link{Href: historyPath(d.Programme, d.Lang) + "/" + strconv.FormatInt(*d.ReleaseID, 10), Text: b.T("draft.release_changes")})
	}
	if d.MayWrite && (d.State == content.DraftInReview || d.State == content.DraftApproved) {
		move("withdraw", "withdraw", false, nil)
	}
	if d.MayWrite {
		move("discard", "discard", true, nil)
	}
	return nil
}

func changeMark(b *ui.Base, f content.DraftFile) ui.Mark {
	shape := map[content.Change]ui.State{content.Same: ui.None, content.Edited: ui.Current, content.Added: ui.Todo, content.Removed: ui.Off}[f.Change]
	if f.Overtaken {
		return ui.Mark{State: ui.Warning, Word: b.T("draft.overtaken")}
	}
	if f.Change == content.Removed {
		shape = ui.Stopped
	}
	return ui.Mark{State: shape, Word: b.T("draft.change_" + string(f.Change))}
}

func draftGroups(b *ui.Base, d app.DraftPage) []ui.DraftGroup {
	var groups []ui.DraftGroup
	for _, f := range d.Files {
		id := "k-" + string(f.Kind)
		if len(groups) == 0 || groups[len(groups)-1].ID != id {
			groups = append(groups, ui.DraftGroup{ID: id, Title: b.T("draft.group_" + string(f.Kind))})
		}
		row := ui.DraftRow{Href: draftFilePath(d.ID, f.Path), Title: capital(f.Title), Path: f.Path, Change: changeMark(b, f.DraftFile)}
		if f.Author != "" {
			row.Note = b.T("draft.saved_by", "Name", f.Author, "When", b.DayTime(f.UpdatedAt))
		}
		if f.Errors > 0 {
			row.Problems = append(row.Problems, ui.Mark{State: ui.Stopped, Word: b.T("draft.errors", "N", f.Errors)})
		}
		if f.Warnings > 0 {
			row.Problems = append(row.Problems, ui.Mark{State: ui.Warning, Word: b.T("draft.warns", "N", f.Warnings)})
		}
		groups[len(groups)-1].Rows = append(groups[len(groups)-1].Rows, row)
	}
	return groups
}

func severityMark(b *ui.Base, s content.Severity) ui.Mark {
	shape := map[content.Severity]ui.State{content.Error: ui.Stopped, content.Warning: ui.Warning, content.Advice: ui.None}[s]
	return ui.Mark{State: shape, Word: b.T("draft.severity_" + s.String())}
}

// problemRow is a finding with a link to its line; before names its file where
// that is not plain.
func problemRow(b *ui.Base, d app.DraftPage, f content.Problem, before string) ui.ProblemRow {
	lang := string(b.Printer.Lang())
	row := ui.ProblemRow{Mark: severityMark(b, f.Severity), Line: f.Line, Href: draftFilePath(d.ID, f.File), Text: f.Message(lang), Hint: capital(f.Hint(lang))}
	row.Where = strings.TrimSuffix(before, ", ")
	if f.Line > 0 {
		row.Where, row.Href = before+b.T("draft.line_n", "N", f.Line), row.Href+"#L"+strconv.Itoa(f.Line)
	} else if row.Where == "" {
		row.Where = b.T("draft.whole_file")
	}
	if script := d.Script(f.File); script != nil && len(f.Walk) > 0 {
		row.TryWord, row.Steps = b.T("draft.how_to"), walkSteps(script.Script, f.Walk)
	}
	return row
}

// walkSteps tells a way through a script step by step: each moment, and what is
// said or happens there.
func walkSteps(s roleplay.Script, walk []roleplay.Stop) []ui.Step {
	var steps []ui.Step
	for i, stop := range walk {
		at := slices.IndexFunc(s.Nodes, func(n roleplay.Node) bool { return n.Name == stop.Node })
		if at < 0 {
			continue
		}
		n := s.Nodes[at]
		step := ui.Step{State: ui.Done, Title: momentTitle(n)}
		switch {
		case stop.Taken >= 0 && stop.Taken < len(n.Choices):
			c := n.Choices[stop.Taken]
			if step.Text = plain(c.Text); c.Act {
				step.Text = "(" + step.Text + ")"
			}
			if len(c.Effect.Errors) > 0 {
				step.State = ui.Critical
			}
		case stop.Taken >= 0 && stop.Taken < len(n.Variants):
			step.Text = strings.TrimPrefix(n.Variants[stop.Taken].Who+": "+plain(n.Variants[stop.Taken].Text), ": ")
		}
		if i == len(walk)-1 && n.End == nil {
			step.State = ui.Stopped
		}
		steps = append(steps, step)
	}
	return steps
}

// remarkRows lists what was said of a draft, or of one of its files.
func remarkRows(b *ui.Base, d app.DraftPage, path string) []ui.RemarkRow {
	var list []ui.RemarkRow
	for _, n := range d.Notes {
		if path != "" && n.Path != path {
			continue
		}
		row := ui.RemarkRow{Who: or(n.Author, b.T("draft.somebody")), What: b.T("draft.did_" + n.Kind), When: b.DayTime(n.At), Machine: b.Machine(n.At), Text: n.Body}
		if n.Path != "" {
			row.Where = &ui.Link{Href: draftFilePath(d.ID, n.Path), Text: n.Path}
			if n.Line > 0 {
				row.Where.Href += "#L" + strconv.Itoa(n.Line)
				row.Where.Text += ", " + b.T("draft.line_n", "N", n.Line)
			}
		}
		list = append(list, row)
	}
	return list
}

func (s *Server) addDraftFile(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	body := typedDraft{form: "add"}
	in, refused := httpd.Decode(c, &body)
	path := ""
	if refused == nil {
		path, refused = s.App.Drafts.Add(c.Request.Context(), httpd.ActorOf(c), httpd.CommandOf(c, in, draftPath(number)), number, body.Template, body.Name, body.Title)
	}
	if refused != nil {
		return again(func() (ui.View, error) { return s.draftPage(c, &body) }, refused)
	}
	return seeOther(draftFilePath(number, path) + "?done=file_added"), nil
}

func (s *Server) rebaseDraft(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	body := typedDraft{form: "rebase"}
	return act(c, &body, draftPath(number)+"?done=draft_rebased", func(cmd *app.Command) error {
		return s.App.Drafts.Rebase(c.Request.Context(), httpd.ActorOf(c), cmd, number, body.Version)
	}, func() (ui.View, error) { return s.draftPage(c, &body) })
}

func (s *Server) commentDraft(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	body := typedDraft{form: "comment"}
	return act(c, &body, draftPath(number)+"?done=remark_kept#h-notes", func(cmd *app.Command) error {
		return s.App.Reviews.Comment(c.Request.Context(), httpd.ActorOf(c), cmd, number, "", 0, body.Words)
	}, func() (ui.View, error) { return s.draftPage(c, &body) })
}

// moveDraft makes the handler of one step of a draft's life.
func (s *Server) moveDraft(move content.DraftMove) handler {
	return func(c *gin.Context) (ui.View, error) {
		number, err := id(c, "id")
		if err != nil {
			return nil, err
		}
		body := typedDraft{form: string(move)}
		then := draftPath(number) + "?done=draft_" + string(move)
		if move == content.DraftDiscard {
			then = "/content?done=draft_discard"
		}
		return act(c, &body, then, func(cmd *app.Command) error {
			return s.App.Reviews.Move(c.Request.Context(), httpd.ActorOf(c), cmd, number, app.DraftStep{
				Move: move, Words: or(body.Words, body.Reason), Reader: people.ID(body.Reader), Version: body.Version,
			})
		}, func() (ui.View, error) { return s.draftPage(c, &body) })
	}
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
			Href: historyPath(programme, lang) + "/" + strconv.FormatInt(r.ID, 10), Title: b.T("draft.release", "Version", or(r.Version, "–"), "N", r.Parts), When: b.DayTime(r.PublishedAt), Machine: b.Machine(r.PublishedAt),
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
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	release, err := id(c, "release")
	if err != nil {
		return nil, err
	}
	programme, lang := c.Param("programme"), c.Param("lang")
	d, err := s.App.Drafts.Changes(c.Request.Context(), httpd.ActorOf(c), programme, lang, release)
	if err != nil {
		return nil, err
	}
	p := &ui.ContentChanges{Base: s.base(c, d.Line.Location()), Heading: capital(d.Title)}
	b := &p.Base
	p.Title, p.Back = p.Heading, &ui.Link{Href: historyPath(programme, lang), Text: b.T("draft.history")}
	p.About = d.Line.Name + " · " + langWord(b, lang)
	p.Facts = []ui.Fact{{Term: b.T("draft.published"), Value: b.DayTime(d.Release.PublishedAt)}, {Term: b.T("draft.by_whom"), Value: or(d.Release.By, "–")}, {Term: b.T("draft.impact"), Value: b.T("draft.impact_" + d.Release.Impact)}}
	if d.Release.DueAt != nil {
		p.Facts = append(p.Facts, ui.Fact{Term: b.T("draft.until"), Value: b.Until(*d.Release.DueAt)})
	}
	if d.Release.Note != "" {
		p.Facts = append(p.Facts, ui.Fact{Term: b.T("draft.note"), Value: d.Release.Note})
	}
	for i, f := range d.Files {
		diff := fileDiff(b, i, f, f.Path)
		if d.Before == nil {
			diff.Hunks, diff.Note = nil, b.T("draft.first_release")
		}
		p.Files = append(p.Files, diff)
	}
	return p, nil
}

// fileDiff shows what changed in a file.
func fileDiff(b *ui.Base, i int, f content.DraftFile, title string) ui.FileDiff {
	d := ui.FileDiff{ID: "f" + strconv.Itoa(i), Title: capital(title), Path: f.Path, Mark: changeMark(b, f)}
	switch f.Change {
	case content.Added:
		d.Hunks = hunks(b, "", f.Body)
	case content.Removed:
		d.Note = b.T("draft.gone")
	case content.Same, content.Edited:
		d.Hunks = hunks(b, f.Published, f.Body)
	}
	return d
}

// around is how many lines of the text stand around a difference.
const around = 3

func hunks(b *ui.Base, before, after string) []ui.Hunk {
	var list []ui.Hunk
	for _, h := range content.Hunks(content.Diff(before, after), around) {
		var hunk ui.Hunk
		for _, l := range h {
			row := ui.DiffLine{Old: lineNumber(l.Old), New: lineNumber(l.New), Text: l.Text}
			switch l.Change {
			case content.Added:
				row.Sign, row.Word, row.Class = "+", b.T("draft.line_added"), "plus"
			case content.Removed:
				row.Sign, row.Word, row.Class = "−", b.T("draft.line_removed"), "minus"
			case content.Same, content.Edited:
			}
			hunk.Lines = append(hunk.Lines, row)
		}
		list = append(list, hunk)
	}
	return list
}

func lineNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (s *Server) showDraftChanges(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	d, err := s.openedDraft(c)
	if err != nil {
		return nil, err
	}
	p := &ui.ContentChanges{Base: s.base(c, d.Line.Location())}
	b := &p.Base
	p.Heading = b.T("draft.changes_of", "Title", capital(d.Title))
	p.Title, p.Back, p.About = p.Heading, &ui.Link{Href: draftPath(d.ID), Text: capital(d.Title)}, draftAbout(b, d)
	for i, f := range d.Changed() {
		diff := fileDiff(b, i, f.DraftFile, f.Title)
		diff.Href = draftFilePath(d.ID, f.Path)
		p.Files = append(p.Files, diff)
	}
	return p, nil
}

// publishForm is the form of publishing as typed.
type publishForm struct {
	Version int    `json:"version"`
	Impact  string `json:"impact"`
	By      string `json:"by"`
	Note    string `json:"note"`
	Seen    string `json:"seen"`
	Do      string `json:"do"`
}

// planSeen names what a plan says, so that nothing else is published than what
// was looked at.
func planSeen(f publishForm, plan app.Plan) string {
	by := ""
	if plan.By != nil {
		by = plan.By.Format(time.RFC3339)
	}
	return fmt.Sprint(f.Impact, " ", by, " ", plan.Touched, " ", len(plan.Moved))
}

func (f publishForm) publication() app.Publication {
	return app.Publication{Impact: app.Impact(f.Impact), By: f.By, Note: f.Note}
}

func (s *Server) showDraftPublish(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.publishPage(c, publishForm{}, nil)
}

func (s *Server) publishPage(c *gin.Context, typed publishForm, seen *app.DraftRelease) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	d, err := s.App.Publishing.OpenDraft(c.Request.Context(), httpd.ActorOf(c), number)
	if err != nil {
		return nil, err
	}
	p := &ui.DraftPublish{Base: s.base(c, d.Line.Location()), Action: draftPath(d.ID) + "/publish", Version: strconv.Itoa(d.Version), By: typed.By, Note: typed.Note}
	b := &p.Base
	p.Heading = b.T("draft.publish_of", "Title", capital(d.Title))
	p.Title, p.Back, p.About = p.Heading, &ui.Link{Href: draftPath(d.ID), Text: capital(d.Title)}, draftAbout(b, d)
	p.Changes = ui.Link{Href: draftPath(d.ID) + "/changes", Text: b.T("draft.all_changes")}
	if d.State != content.DraftApproved {
		p.Refusal = &ui.Notice{Mark: draftMark(b, d.State), Text: b.T("draft.publish_after")}
		return p, nil
	}
	if refusal := d.Refusal(); refusal != nil {
		p.Refusal = &ui.Notice{Mark: ui.Mark{State: ui.Stopped, Word: b.T("draft.not_ready")}, Text: sentence(b, refusal)}
		return p, nil
	}
	for _, i := range []app.Impact{app.NoImpact, app.Notice, app.Confirm, app.Micro, app.Recertify} {
		p.Impacts = append(p.Impacts, ui.Option{Value: string(i), Label: b.T("draft.impact_" + string(i)), Note: b.T("draft.impact_" + string(i) + "_note"), Selected: typed.Impact == string(i)})
	}
	for _, f := range d.Problem {
		if f.Severity == content.Warning {
			p.Warnings = append(p.Warnings, problemRow(b, d, f, f.File+", "))
		}
	}
	if seen != nil {
		p.Plan, p.Seen = planView(b, app.Impact(typed.Impact), seen.Plan), planSeen(typed, seen.Plan)
	}
	return p, nil
}

func planView(b *ui.Base, impact app.Impact, plan app.Plan) *ui.PlanView {
	v := &ui.PlanView{Lead: b.T("draft.plan_lead"), Changed: plan.Changed}
	var what string
	switch impact {
	case app.Micro:
		what = b.T("draft.asks_micro", "What", b.Join(plan.Again))
	case app.NoImpact, app.Notice, app.Confirm, app.Recertify:
		what = b.T("draft.asks_" + string(impact))
	}
	until := b.T("draft.no_deadline")
	if plan.By != nil {
		until = b.Until(*plan.By)
	}
	for _, id := range plan.Touched {
		who := plan.People[id]
		v.Touched = append(v.Touched, ui.PlanRow{Href: personHref(who.Number), Name: who.Name(), Number: who.Number, What: what, Until: until})
	}
	for _, m := range plan.Moved {
		row := ui.PlanRow{Href: personHref(m.Number), Name: m.GivenName + " " + m.FamilyName, Number: m.Number, What: b.T("draft.nothing_again")}
		if len(m.Begun) > 0 {
			row.What = b.T("draft.ends_begun", "What", b.Join(m.Begun))
		}
		v.Moved = append(v.Moved, row)
	}
	return v
}

func personHref(number string) string {
	if number == "" {
		return ""
	}
	return "/people/" + number
}

// publishDraft publishes, or shows whom it would touch.
func (s *Server) publishDraft(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	var body publishForm
	in, refused := httpd.Decode(c, &body)
	var seen *app.DraftRelease
	if refused == nil {
		var out app.DraftRelease
		if out, refused = s.App.Publishing.PreviewDraft(ctx, who, number, body.publication()); refused == nil {
			seen = &out
		}
	}
	if seen != nil && body.Do == "publish" && planSeen(body, seen.Plan) != body.Seen {
		c.Set(lateKey, http.StatusConflict)
		v, err := s.publishPage(c, body, seen)
		return v, errors.Join(err, app.ErrDraftPlan)
	}
	if body.Do == "publish" && (seen != nil || fault.KindOf(refused) == fault.Conflict) { // done before: the command says so
		then := draftPath(number) + "?done=draft_published"
		if _, refused = s.App.Publishing.PublishDraft(ctx, who, httpd.CommandOf(c, in, then), number, body.Version, body.publication()); refused == nil {
			return seeOther(then), nil
		}
	}
	if refused != nil {
		late(c, refused)
		return again(func() (ui.View, error) { return s.publishPage(c, body, nil) }, refused)
	}
	return s.publishPage(c, body, seen)
}

// sentence is an error in the reader's words.
func sentence(b *ui.Base, err error) string {
	var words []string
	for _, f := range faults(err) {
		words = append(words, b.Fault(f))
	}
	return strings.Join(words, " ")
}

// worstAt finds, for each line of a text, the gravest problem there.
func worstAt(problems []content.Problem) map[int]content.Severity {
	worst := map[int]content.Severity{}
	for _, f := range problems {
		if at, ok := worst[f.Line]; !ok || f.Severity < at {
			worst[f.Line] = f.Severity
		}
	}
	return worst
}

// sortedProblems puts errors before warnings before advice, each in the order of the text.
func sortedProblems(list []content.Problem) []content.Problem {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b content.Problem) int { return int(a.Severity - b.Severity) })
	return list
}
