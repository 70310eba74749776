package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/content"
	"abilita/content/media"
	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) mediaRoutes(r routes) {
	r.get("/media/:hash", s.showMedium)
	r.get("/media/:hash/:width", s.showMedium)
	r.post("/drafts/:id/media", s.addMedium)
	r.post("/drafts/:id/media/:name/remove", s.changeMedium(true))
	r.post("/drafts/:id/media/:name/restore", s.changeMedium(false))
}

// slowest is how long a medium may take to a phone with a weak signal.
const slowest = 10 * time.Minute

// medium is an answer that is a file of its own, looked at in its place or kept.
type medium struct{ app.ShownMedium }

func (medium) Template() string { return "" }
func (medium) Frame() *ui.Base  { return nil }

// send writes the file. It runs nothing, whatever it holds; a browser may keep
// it, but asks each time whether it may still show it.
func (m medium) send(c *gin.Context) {
	defer m.Body.Close() //nolint:errcheck // it was only read
	c.Header("Content-Type", m.Type)
	c.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	c.Header("Cache-Control", "private, no-cache")
	c.Header("ETag", `"`+m.Hash+`"`)
	disposition := "inline"
	if m.Kind == media.Document {
		disposition = `attachment; filename="` + m.Name + `"`
	}
	c.Header("Content-Disposition", disposition)
	_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(slowest)) // a recorder has none
	http.ServeContent(c.Writer, c.Request, "", time.Time{}, m.Body)
}

func (s *Server) showMedium(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	width := 0
	if text, narrow := c.Params.Get("width"); narrow {
		n, err := strconv.Atoi(text)
		if err != nil || n <= 0 || strconv.Itoa(n) != text {
			return nil, people.ErrHidden
		}
		width = n
	}
	m, err := s.App.Media.Open(c.Request.Context(), httpd.ActorOf(c), c.Param("hash"), width)
	if err != nil {
		return nil, err
	}
	return medium{m}, nil
}

// typedMedium is the form of a new medium as it was typed.
type typedMedium struct {
	Words string `json:"words"`
	Back  string `json:"back"` // file of the draft from whose page it came
}

// addMedium takes a file into a draft. Script is answered with the words that
// show it in a text; without script the page it came from has them.
func (s *Server) addMedium(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	who := httpd.ActorOf(c)
	if err := s.App.Media.MayAdd(c.Request.Context(), who, number); err != nil {
		return nil, err
	}
	var body typedMedium
	in, file, refused := httpd.DecodeUpload(c, &body, "file", media.MaxBytes)
	then := draftPath(number)
	if body.Back != "" {
		then = draftFilePath(number, body.Back)
	}
	then += "?done=medium_added#h-media"
	var added app.AddedMedium
	if refused == nil {
		added, refused = s.App.Media.Add(c.Request.Context(), who, httpd.CommandOf(c, in, then), number, app.NewMedium{Name: file.Name, Body: file.Body, Words: body.Words})
	}
	if strings.HasPrefix(c.GetHeader("Accept"), "application/json") {
		return s.addedAnswer(c, added, refused)
	}
	if refused != nil {
		return again(func() (ui.View, error) {
			if body.Back == "" {
				return s.draftPage(c, &typedDraft{form: "media", Words: body.Words})
			}
			return s.editorOf(c, number, body.Back, &typedFile{form: "media", words: body.Words})
		}, refused)
	}
	return seeOther(then), nil
}

// addedAnswer tells the script what became of a file.
func (s *Server) addedAnswer(c *gin.Context, added app.AddedMedium, refused error) (ui.View, error) {
	b := s.base(c, nil)
	answer := struct {
		Markdown string `json:"markdown,omitempty"`
		Told     string `json:"told,omitempty"`
		Problem  string `json:"problem,omitempty"`
	}{Markdown: added.Markdown}
	status := http.StatusOK
	if refused != nil {
		if _, repeated := errors.AsType[fault.Form](refused); !repeated && fault.KindOf(refused) != fault.Invalid && fault.KindOf(refused) != fault.Conflict {
			return nil, refused
		}
		status, answer.Problem = http.StatusUnprocessableEntity, sentence(&b, refused)
	} else if answer.Told = b.T("draft.medium_in", "Name", path.Base(added.Path)); added.Changed {
		answer.Told += " " + b.T("draft.medium_cleaned")
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return nil, err
	}
	return download{name: "medium.json", media: "application/json", body: text, inline: true, status: status}, nil
}

// changeMedium makes the handler that takes a medium out of a draft, or puts it back.
func (s *Server) changeMedium(remove bool) handler {
	do, done := s.App.Media.Restore, "medium_restored"
	if remove {
		do, done = s.App.Media.Remove, "medium_removed"
	}
	return func(c *gin.Context) (ui.View, error) {
		number, err := id(c, "id")
		if err != nil {
			return nil, err
		}
		var body struct{}
		return act(c, &body, draftPath(number)+"?done="+done+"#h-media", func(cmd *app.Command) error {
			return do(c.Request.Context(), httpd.ActorOf(c), cmd, number, content.MediaFolder+"/"+c.Param("name"))
		}, func() (ui.View, error) { return s.draftPage(c, nil) })
	}
}

// mediaBox lists the media of a draft, with what a text says to show each, and
// asks for more; back is the file whose page it stands on, "" for the draft's own.
func mediaBox(b *ui.Base, d app.DraftPage, back, words string, refused bool) *ui.MediaBox {
	here := draftPath(d.ID) + "/media"
	writes := d.MayWrite && d.State == content.DraftOpen
	box := &ui.MediaBox{Back: back, Words: words, Open: refused, Accept: ".jpg,.jpeg,.png,.webp,.gif,.mp3,.m4a,.ogg,.mp4,.webm,.vtt,.pdf", Most: media.MaxBytes}
	if writes {
		box.Action, box.Key = here, b.KeyFor("media")
	}
	for i, m := range d.Media {
		name := path.Base(m.Path)
		row := ui.MediumRow{ID: "m" + strconv.Itoa(i), Name: name, About: mediumAbout(b, m.Medium), Href: content.MediaAddress(m.Hash)}
		if m.Change != content.Same {
			row.Change = changeMark(b, content.DraftFile{Change: m.Change, Overtaken: m.Overtaken})
		}
		if m.Kind == media.Picture {
			row.Src, row.Width, row.Height = row.Href, m.Width, m.Height
			if len(m.Smaller) > 0 {
				row.Src += "/" + strconv.Itoa(m.Smaller[0].Width)
			}
		}
		switch {
		case m.Change != content.Removed:
			row.Markdown = content.MediaMarkdown(m.Medium, wordsOf(b, m), d.Lang)
			row.Rows = strings.Count(row.Markdown, "\n") + 1
			if writes && back == "" {
				row.Move = &ui.Confirm{ID: "remove-" + row.ID, Open: b.T("draft.medium_remove"), Ask: b.T("draft.medium_remove_ask"), Action: here + "/" + name + "/remove", Do: b.T("draft.remove_do"), Bad: true}
			}
		case writes && back == "":
			row.Move = &ui.Confirm{ID: "restore-" + row.ID, Open: b.T("draft.restore_open"), Ask: b.T("draft.medium_restore_ask"), Action: here + "/" + name + "/restore", Do: b.T("draft.restore_do")}
		}
		box.Rows = append(box.Rows, row)
	}
	if box.Action == "" && len(box.Rows) == 0 {
		return nil
	}
	return box
}

// wordsOf are the words of a medium, or the reminder to write them.
func wordsOf(b *ui.Base, m app.MediumEntry) string {
	if m.Words == "" {
		return b.T("draft.medium_words_short")
	}
	return m.Words
}

// mediumAbout says what a medium is and how much it weighs.
func mediumAbout(b *ui.Base, m content.Medium) string {
	about := b.T("draft.medium_" + string(m.Kind))
	if m.Width > 0 {
		about += " · " + strconv.Itoa(m.Width) + " × " + strconv.Itoa(m.Height)
	}
	kb := max(1, m.Size>>10)
	if kb < 1024 {
		return about + " · " + b.T("draft.kilobytes", "N", kb)
	}
	return about + " · " + b.T("draft.megabytes", "N", (kb+512)>>10)
}

// mediaDiffs are the media among the differences of a draft or a release.
func mediaDiffs(b *ui.Base, from int, list []content.DraftMedium) []ui.FileDiff {
	var out []ui.FileDiff
	for i, m := range list {
		d := ui.FileDiff{ID: "f" + strconv.Itoa(from+i), Title: path.Base(m.Path), Path: m.Path, Mark: changeMark(b, content.DraftFile{Change: m.Change, Overtaken: m.Overtaken}), Note: mediumAbout(b, m.Medium)}
		if m.Change != content.Removed {
			d.Href = content.MediaAddress(m.Hash)
		}
		out = append(out, d)
	}
	return out
}
