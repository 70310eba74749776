package web

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/content"
	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

// typedFile is the form of a file as typed.
type typedFile struct {
	Version int                 `json:"version"`
	Read    httpd.Manuscript    `json:"read"` // what the writer began from
	Body    httpd.Manuscript    `json:"body"`
	Do      string              `json:"do"`
	Piece   string              `json:"piece"`
	After   string              `json:"after"`  // line that the piece goes below
	Picks   map[string][]string `json:"pick."`  // by number of a conflict
	Joined  int64               `json:"joined"` // release whose text this one was joined with
	form    string
	line    string
	words   string
	note    string // what was done to the text
}

// text is what the form asks to be kept.
func (f *typedFile) text() app.DraftText {
	return app.DraftText{Body: string(f.Body), Version: f.Version, Joined: f.Joined}
}

// written says whether it is the text that came back, and not another form of the page.
func (f *typedFile) written() bool { return f != nil && f.form == "" }

// spare is how many numbers of the gutter stand below the last line, for what is
// still to be written.
const spare = 20

func (s *Server) showEditor(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.editorPage(c, nil)
}

// editorPage shows a file to be written; typed is what a refused form held, or
// what is to be checked. When somebody else saved in between, what the two changed
// in different places is joined, and where they changed the same both stand there.
func (s *Server) editorPage(c *gin.Context, typed *typedFile) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return s.editorOf(c, number, fileOf(c), typed)
}

// editorOf is editorPage for a file that the address does not name.
func (s *Server) editorOf(c *gin.Context, number int64, path string, typed *typedFile) (ui.View, error) {
	d, live, err := s.written(c, number, path, typed)
	if err != nil {
		return nil, err
	}
	f, err := d.Entry(path)
	if err != nil {
		return nil, err
	}
	p := &ui.Editor{Base: s.base(c, d.Line.Location()), Heading: capital(f.Title), Version: f.Version, Body: f.Body, Read: f.Body, TextLang: d.Lang}
	b := &p.Base
	joined := false
	if typed.written() {
		p.Body, p.Note, p.Joined = string(typed.Body), typed.note, typed.Joined
		if typed.Version != f.Version {
			joined = meet(p, f, string(typed.Read))
		}
	}
	if f.Overtaken && f.Change != content.Removed && p.Theirs == nil && d.State == content.DraftOpen && !d.On(p.Joined) {
		joined = overtake(p, d, f)
	}
	if joined {
		if d, _, err = s.written(c, number, path, &typedFile{Body: httpd.Manuscript(p.Body)}); err != nil {
			return nil, err
		}
	}
	p.Dirty = p.Body != f.Body || d.On(p.Joined) && f.Overtaken
	p.Title, p.About, p.Back = p.Heading, b.T("draft.kind_of_"+string(f.Kind))+" · "+path+" · "+draftAbout(b, d), &ui.Link{Href: draftPath(d.ID), Text: capital(d.Title)}
	here := draftFilePath(d.ID, path)
	p.Tabs, p.Action, p.Check, p.Autosave = fileTabs(b, d.ID, f, ""), here, here+"/check", here+"/autosave"
	p.Change = changeMark(b, f.DraftFile)
	if f.Author != "" {
		p.Saved = b.T("draft.saved_by", "Name", f.Author, "When", b.DayTime(f.UpdatedAt))
	}
	p.Formats = ui.Link{Href: formatsPath, Text: b.T("draft.formats")}
	switch {
	case f.Change == content.Removed && f.Overtaken:
		p.ReadOnly = b.T("draft.removed_overtaken")
	case f.Change == content.Removed:
		p.ReadOnly = b.T("draft.removed_text")
	case d.State != content.DraftOpen:
		p.ReadOnly = b.T("draft.closed_text")
	default:
		p.Pieces = pieceOptions(b, f.Kind, d.Pieces(path, p.Body))
	}
	found := d.Of(path)
	p.Found, p.Problems = foundWords(b, found), problemsOf(b, d, path, found, p.ReadOnly == "")
	if errs, _, _ := content.Worst(d.Problem); errs > f.Errors && typed == nil {
		p.Elsewhere = &ui.Link{Href: draftPath(d.ID) + "#h-checks", Text: b.T("draft.errors_elsewhere", "N", errs-f.Errors)}
	}
	p.Lines, p.Rows = gutter(p.Body, found)
	if live != nil {
		p.Live = &ui.DraftPreview{Base: p.Base}
		s.previewed(b, p.Live, live.Preview, f.Kind, here)
		beside(p.Live, here)
	}
	p.Notes = remarkRows(b, d, path)
	if d.MayReview {
		p.Comment = &ui.CommentForm{Action: here + "/comments", Key: b.KeyFor("comment"), WithLine: true}
		if typed != nil && typed.form == "comment" {
			b.Refused, p.Comment.Line, p.Comment.Words = "comment", typed.line, typed.words
		}
	}
	if f.Kind == content.KindModule && p.ReadOnly == "" {
		words := ""
		if typed != nil && typed.form == "media" {
			b.Refused, words = "media", typed.words
		}
		p.Media = mediaBox(b, d, path, words, b.Refused == "media")
	}
	p.Moves = fileMoves(b, d, f)
	if p.ReadOnly == "" {
		p.Nonce = httpd.StyleNonce(c)
	}
	return p, nil
}

// written reads a draft with the checks of what was typed, or else of what is kept,
// and shows the text as its readers will meet it where that was asked for.
func (s *Server) written(c *gin.Context, number int64, path string, typed *typedFile) (app.DraftPage, *app.DraftPreview, error) {
	ctx, who := c.Request.Context(), httpd.ActorOf(c)
	if !typed.written() {
		d, err := s.App.Drafts.Read(ctx, who, number)
		return d, nil, err
	}
	if typed.Do == "preview" {
		v, err := s.App.Drafts.PreviewTyped(ctx, who, number, path, string(typed.Body))
		if err == nil {
			return v.DraftPage, &v, nil
		}
		if fault.KindOf(err) != fault.Invalid {
			return app.DraftPage{}, nil, err
		}
	}
	d, err := s.App.Drafts.Check(ctx, who, number, path, string(typed.Body))
	if fault.KindOf(err) == fault.Invalid { // too large to be checked
		d, err = s.App.Drafts.Read(ctx, who, number)
	}
	return d, nil, err
}

// beside makes a preview fit beside its text: links to lines stay on the page, and
// what is not kept cannot be tried.
func beside(p *ui.DraftPreview, here string) {
	p.Tries = nil
	if p.Notice != nil {
		p.Notice.Action = nil
	}
	for i := range p.Nodes {
		if l := p.Nodes[i].Line; l != nil {
			l.Href = strings.TrimPrefix(l.Href, here)
		}
	}
}

func pieceOptions(b *ui.Base, kind content.Kind, pieces []content.Piece) []ui.PieceOption {
	var list []ui.PieceOption
	for _, p := range pieces {
		list = append(list, ui.PieceOption{Value: p.Name, Label: b.T("draft.piece_" + string(kind) + "_" + p.Name), Mode: string(p.Mode), Text: p.Text})
	}
	return list
}

// fileMoves are what may be done with a file besides writing it.
func fileMoves(b *ui.Base, d app.DraftPage, f app.DraftEntry) []ui.Confirm {
	if !d.MayWrite || d.State != content.DraftOpen {
		return nil
	}
	here, version := draftFilePath(d.ID, f.Path), strconv.Itoa(f.Version)
	var moves []ui.Confirm
	if f.Change == content.Edited || f.Change == content.Removed {
		moves = append(moves, ui.Confirm{ID: "restore", Open: b.T("draft.restore_open"), Ask: b.T("draft.restore_ask"), Action: here + "/restore", Do: b.T("draft.restore_do"), Version: version})
	}
	if (f.Change != content.Removed || f.Overtaken) && f.Kind != content.KindProgramme {
		moves = append(moves, ui.Confirm{ID: "remove", Open: b.T("draft.remove_open"), Ask: b.T("draft.remove_ask"), Action: here + "/remove", Do: b.T("draft.remove_do"), Version: version, Bad: true})
	}
	return moves
}

// fileTabs are the parts of a file of a draft.
func fileTabs(b *ui.Base, draft int64, f app.DraftEntry, current string) []ui.Tab {
	here := draftFilePath(draft, f.Path)
	var tabs []ui.Tab
	add := func(part, word string) {
		tabs = append(tabs, ui.Tab{Href: here + part, Label: b.T(word), Current: part == current})
	}
	add("", "draft.tab_text")
	if f.Change != content.Removed {
		add("/preview", "draft.tab_preview")
	}
	if f.Change != content.Removed && (f.Kind == content.KindScript || f.Kind == content.KindQuiz) {
		add("/try", "draft.tab_try")
	}
	add("/changes", "draft.tab_changes")
	return tabs
}

// gutter numbers the lines of a text, with the gravest problem of each.
func gutter(body string, found []content.Problem) ([]ui.EditorLine, int) {
	worst := worstAt(found)
	rows := strings.Count(body, "\n") + 1 + spare
	list := make([]ui.EditorLine, rows)
	for i := range list {
		list[i].N = i + 1
		if grave, ok := worst[i+1]; ok {
			switch grave {
			case content.Error:
				list[i].State, list[i].Class = ui.Stopped, "e"
			case content.Warning:
				list[i].State, list[i].Class = ui.Warning, "a"
			case content.Advice:
			}
		}
	}
	return list, rows
}

// saveDraftFile keeps what was typed, or only checks it.
func (s *Server) saveDraftFile(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	var body typedFile
	in, refused := httpd.Decode(c, &body)
	if refused == nil && body.Do != "save" && body.Do != "" {
		return s.worked(c, number, &body)
	}
	then := draftFilePath(number, fileOf(c)) + "?done=draft_saved"
	if refused == nil {
		refused = s.App.Drafts.Save(c.Request.Context(), httpd.ActorOf(c), httpd.CommandOf(c, in, then), number, fileOf(c), body.text())
	}
	if refused != nil {
		late(c, refused)
		return again(func() (ui.View, error) { return s.editorPage(c, &body) }, refused)
	}
	return seeOther(then), nil
}

// worked does something with the typed text, and shows it again: nothing is kept.
func (s *Server) worked(c *gin.Context, number int64, typed *typedFile) (ui.View, error) {
	ctx, who, path := c.Request.Context(), httpd.ActorOf(c), fileOf(c)
	b := s.base(c, nil)
	switch does, _, _ := strings.Cut(typed.Do, " "); does {
	case "mend", "insert":
		d, err := s.App.Drafts.Check(ctx, who, number, path, string(typed.Body))
		if fault.KindOf(err) == fault.Invalid {
			break // too large: the page says so
		}
		if err != nil {
			return nil, err
		}
		if does == "mend" {
			mendTyped(&b, d, path, typed)
		} else {
			insertTyped(&b, d, path, typed)
		}
	case "merge", "join":
		d, err := s.App.Drafts.Check(ctx, who, number, path, string(typed.Body))
		if err != nil {
			return nil, err
		}
		f, err := d.Entry(path)
		if err != nil {
			return nil, err
		}
		if f.Version != typed.Version {
			break // somebody saved again: both stand there once more
		}
		chunks := content.Merge(string(typed.Read), string(typed.Body), f.Body)
		if does == "join" {
			if d.BaseID == nil || !f.Overtaken {
				break
			}
			chunks = content.Merge(f.Began, string(typed.Body), f.Published)
		}
		choices := make([]content.Choice, content.Conflicts(chunks))
		for i := range choices {
			if picked := typed.Picks[strconv.Itoa(i)]; len(picked) == 1 {
				choices[i] = content.Choice(picked[0])
			}
		}
		typed.Body, typed.Read, typed.note = httpd.Manuscript(content.Joined(chunks, choices)), httpd.Manuscript(f.Body), b.T("draft.joined")
		if does == "join" {
			typed.Joined = *d.BaseID
		}
	}
	return s.editorPage(c, typed)
}

// mendTyped corrects one problem of the typed text.
func mendTyped(b *ui.Base, d app.DraftPage, path string, typed *typedFile) {
	typed.note = b.T("draft.not_mended")
	for _, k := range d.Of(path) {
		if k.Mend == nil || mendValue(k) != typed.Do {
			continue
		}
		if text, ok := k.Mend.Apply(string(typed.Body)); ok {
			typed.Body, typed.note = httpd.Manuscript(text), b.T("draft.mended", "N", k.Mend.Line)
			return
		}
	}
}

// insertTyped puts a piece into the typed text.
func insertTyped(b *ui.Base, d app.DraftPage, path string, typed *typedFile) {
	typed.note = b.T("draft.not_inserted")
	for _, piece := range d.Pieces(path, string(typed.Body)) {
		if piece.Name != typed.Piece {
			continue
		}
		text, line := piece.Put(string(typed.Body), whole(typed.After))
		typed.Body, typed.note = httpd.Manuscript(text), b.T("draft.inserted", "N", line)
		return
	}
}

// autosaveDraftFile keeps a file while somebody goes on writing, and tells the
// script the version it has now. A file that somebody else saved is 409.
func (s *Server) autosaveDraftFile(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	var body typedFile
	if _, err := httpd.Decode(c, &body); err != nil {
		return nil, err
	}
	saved, err := s.App.Drafts.Autosave(c.Request.Context(), httpd.ActorOf(c), number, fileOf(c), body.text())
	if err != nil {
		return nil, err
	}
	b := s.base(c, nil)
	text, err := json.Marshal(struct {
		Version int    `json:"version"`
		Saved   string `json:"saved"`
	}{saved.Version, b.T("draft.saved_at", "Time", b.Time(saved.At))})
	return download{name: "saved.json", media: "application/json", body: text, inline: true}, err
}

func (s *Server) commentDraftFile(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	var body struct {
		Line  string `json:"line"`
		Words string `json:"words"`
	}
	then := draftFilePath(number, fileOf(c)) + "?done=remark_kept#h-notes"
	return act(c, &body, then, func(cmd *app.Command) error {
		line := whole(body.Line)
		return s.App.Reviews.Comment(c.Request.Context(), httpd.ActorOf(c), cmd, number, fileOf(c), line, body.Words)
	}, func() (ui.View, error) {
		return s.editorPage(c, &typedFile{form: "comment", line: body.Line, words: body.Words})
	})
}

// changeDraftFile makes the handler that takes a file out, or puts it back.
func (s *Server) changeDraftFile(remove bool) handler {
	do, form, done := s.App.Drafts.Restore, "restore", "file_restored"
	if remove {
		do, form, done = s.App.Drafts.Remove, "remove", "file_removed"
	}
	return func(c *gin.Context) (ui.View, error) {
		number, err := id(c, "id")
		if err != nil {
			return nil, err
		}
		var body struct {
			Version int `json:"version"`
		}
		return act(c, &body, draftPath(number)+"?done="+done, func(cmd *app.Command) error {
			return do(c.Request.Context(), httpd.ActorOf(c), cmd, number, fileOf(c), body.Version)
		}, func() (ui.View, error) { return s.editorPage(c, &typedFile{form: form}) })
	}
}

func (s *Server) showFileChanges(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	d, err := s.openedDraft(c)
	if err != nil {
		return nil, err
	}
	f, err := d.Entry(fileOf(c))
	if err != nil {
		return nil, err
	}
	p := &ui.ContentChanges{Base: s.base(c, d.Line.Location()), Heading: capital(f.Title)}
	b := &p.Base
	p.Title, p.Back, p.About = p.Heading, &ui.Link{Href: draftPath(d.ID), Text: capital(d.Title)}, draftAbout(b, d)
	p.Tabs = fileTabs(b, d.ID, f, "/changes")
	if f.Change != content.Same {
		p.Files = []ui.FileDiff{fileDiff(b, 0, f.DraftFile, f.Path)}
		p.Files[0].Title = b.T("draft.differences")
	}
	return p, nil
}
