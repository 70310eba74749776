package web

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/content"
	"abilita/internal/app"
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
	r.get("/content/:programme/:lang/:release/files", s.showReleased)
	r.get("/content/:programme/:lang/:release/files/:path", s.readReleased)
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
	return draftPath(id) + "/files/" + fileSegment(path)
}

// fileSegment is the path of a file as one part of an address; fileOf reads it.
func fileSegment(path string) string { return url.PathEscape(strings.ReplaceAll(path, "/", "~")) }

func fileOf(c *gin.Context) string { return strings.ReplaceAll(c.Param("path"), "~", "/") }

func draftMark(b *ui.Base, state content.DraftState) ui.Mark {
	shape := map[content.DraftState]ui.State{
		content.DraftOpen: ui.Current, content.DraftInReview: ui.Waiting, content.DraftApproved: ui.Done, content.DraftPublished: ui.Done, content.DraftDiscarded: ui.None,
	}[state]
	return ui.Mark{State: shape, Word: b.T("draft.state_" + string(state))}
}

// typedDraft is what the forms of a draft's page sent.
type typedDraft struct {
	form     string
	bring    typedBring
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
	if d.MayWrite && d.State == content.DraftOpen {
		p.Bring = bringForm(b, d, typed.bring, typed.form == "bring")
	}
	p.Media = mediaBox(b, d, "", typed.Words, typed.form == "media")
	p.Downloads = downloads(b, here)
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
	case d.State == content.DraftInReview && d.MayReview && !d.Wrote(who.ID):
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

func draftGroups(b *ui.Base, d app.DraftPage) []ui.DraftGroup {
	var groups []ui.DraftGroup
	for _, f := range d.Files {
		group := draftGroup(b, &groups, f.Kind)
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
		group.Rows = append(group.Rows, row)
	}
	return groups
}

// draftGroup is the last of the groups, or the next one when a kind begins.
func draftGroup(b *ui.Base, groups *[]ui.DraftGroup, kind content.Kind) *ui.DraftGroup {
	id := "k-" + string(kind)
	if n := len(*groups); n == 0 || (*groups)[n-1].ID != id {
		*groups = append(*groups, ui.DraftGroup{ID: id, Title: b.T("draft.group_" + string(kind))})
	}
	return &(*groups)[len(*groups)-1]
}

// draftNotices are the drafts that wait for the reader of the page.
func (s *Server) draftNotices(c *gin.Context, b *ui.Base) ([]ui.Notice, error) {
	waiting, err := s.App.Reviews.Waiting(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	var list []ui.Notice
	for _, d := range waiting {
		n := ui.Notice{
			Mark: ui.Mark{State: ui.Waiting, Word: b.T("draft.waits_reader")}, Text: b.T("draft.waits_text", "Title", capital(d.Title), "Line", d.Line, "When", b.DayTime(d.Since)),
			Action: &ui.Link{Href: draftPath(d.ID), Text: b.T("draft.waits_read")},
		}
		if d.State == content.DraftApproved {
			n.Mark.Word, n.Action = b.T("draft.waits_publisher"), &ui.Link{Href: draftPath(d.ID) + "/publish", Text: b.T("draft.waits_publish")}
		}
		list = append(list, n)
	}
	return list, nil
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
				Move: move, Words: cmp.Or(body.Words, body.Reason), Reader: people.ID(body.Reader), Version: body.Version,
			})
		}, func() (ui.View, error) { return s.draftPage(c, &body) })
	}
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
	var changed []content.DraftMedium
	for _, m := range d.ChangedMedia() {
		changed = append(changed, m.DraftMedium)
	}
	p.Files = append(p.Files, mediaDiffs(b, len(p.Files), changed)...)
	return p, nil
}
