// Package web is the pages: each handler parses, calls one use case and fills
// one view. The adapter here does what all pages share: who is reading, the
// frame, errors as pages, refused forms with what was typed.
package web

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

// Server holds what the handlers need.
type Server struct {
	App      *app.App
	Renderer *ui.Renderer
	BaseURL  string
	Secure   bool // served over HTTPS
	Mail     bool // letters leave by mail; otherwise they are printed
	Demo     bool // a demonstration: its clock can be moved

	pages map[string]bool // patterns that answer a GET
}

// handler is a page: a view to show, a seeOther to go to, or an error. A view
// with an error is a refused form shown again with what was typed.
type handler func(c *gin.Context) (ui.View, error)

// seeOther is the answer of a command that was done: the browser goes there.
type seeOther string

func (seeOther) Template() string { return "" }
func (seeOther) Frame() *ui.Base  { return nil }

// withDone hands what has just been done on to the page that a redirect leads to.
func withDone(to, done string) string {
	if done == "" || strings.Contains(to, "?") {
		return to
	}
	return to + "?done=" + url.QueryEscape(done)
}

// noContent is the answer to script that expects none.
type noContent struct{}

func (noContent) Template() string { return "" }
func (noContent) Frame() *ui.Base  { return nil }

// stream is a long file, written while it is read.
type stream struct {
	name, media string
	write       func(w io.Writer) error
}

func (stream) Template() string { return "" }
func (stream) Frame() *ui.Base  { return nil }

// send writes a stream. What fails before the first byte is an error page; what
// fails later breaks the download off, so that half a file is never taken for a
// whole one.
func (s *Server) send(c *gin.Context, v stream) {
	w := bufio.NewWriterSize(lateHeader{c, v}, 1<<16)
	err := v.write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		return
	}
	if c.Writer.Written() {
		httpd.Failed(c, err)
		panic(http.ErrAbortHandler)
	}
	s.Fail(c, httpd.StatusOf(err), err)
}

// lateHeader says what kind of file it is only when its first bytes come.
type lateHeader struct {
	c *gin.Context
	v stream
}

func (l lateHeader) Write(p []byte) (int, error) {
	if !l.c.Writer.Written() {
		l.c.Header("Content-Type", l.v.media)
		l.c.Header("Content-Disposition", `attachment; filename="`+l.v.name+`"`)
		l.c.Status(http.StatusOK)
	}
	return l.c.Writer.Write(p)
}

// download is an answer that is no page.
type download struct {
	name, media string
	body        []byte
	inline      bool
	status      int // 0: 200
}

func (download) Template() string { return "" }
func (download) Frame() *ui.Base  { return nil }

// Routes adds every page to the engine.
func (s *Server) Routes(e *gin.Engine) {
	e.GET("/static/*file", gin.WrapH(ui.Assets()))
	e.HEAD("/static/*file", gin.WrapH(ui.Assets()))
	s.pages = map[string]bool{}
	r := routes{server: s, group: e.Group("/", httpd.Identify(s.App.Accounts, s.Secure, s.Fail))}
	s.accountRoutes(r)
	s.setupRoutes(r)
	s.admissionRoutes(r)
	s.organiseRoutes(r)
	s.settingsRoutes(r)
	if s.Demo {
		s.demoRoutes(r)
	}
	s.homeRoutes(r)
	s.studyRoutes(r)
	s.sessionRoutes(r)
	s.shiftRoutes(r)
	s.hoursRoutes(r)
	s.certificateRoutes(r)
	s.appealRoutes(r)
	s.personRoutes(r)
	s.examRoutes(r)
	s.letterRoutes(r)
	s.checklistRoutes(r)
	s.boardRoutes(r)
	s.lineRoutes(r)
	s.catalogueRoutes(r)
	s.draftRoutes(r)
	s.mediaRoutes(r)
	s.exchangeRoutes(r)
	s.itemRoutes(r)
	s.lifeRoutes(r)
	s.correctionRoutes(r)
	s.proseRoutes(r)
	s.keepingRoutes(r)
	s.proofRoutes(r)
	s.copyRoutes(r)
	s.eraseRoutes(r)
	s.learningRoutes(r)
	s.engineRoutes(r)
	s.assessmentRoutes(r)
	s.callRoutes(r)
}

// routes registers pages of one subject.
type routes struct {
	server *Server
	group  *gin.RouterGroup
}

func (r routes) get(path string, h handler) {
	r.server.pages[path] = true
	r.group.GET(path, r.server.page(h))
}

func (r routes) post(path string, h handler) { r.group.POST(path, r.server.page(h)) }

// page turns a handler into gin's: it renders the view, follows a redirect,
// answers a repeated command as the first time, and shows errors as pages.
func (s *Server) page(h handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		done := takeDone(c)
		v, err := h(c)
		if first, ok := httpd.Repeated(err); ok {
			c.Redirect(http.StatusSeeOther, first)
			return
		}
		status := http.StatusOK
		if err != nil {
			if v == nil || v.Frame() == nil || fault.KindOf(err) == fault.Internal {
				s.Fail(c, httpd.StatusOf(err), err)
				return
			}
			status = http.StatusUnprocessableEntity
			if errors.Is(err, app.ErrChanged) {
				status = http.StatusConflict // the second of two editors
			}
			if late := c.GetInt(lateKey); late != 0 {
				status = late
			}
		}
		switch v := v.(type) {
		case seeOther:
			c.Redirect(http.StatusSeeOther, withDone(string(v), done))
			return
		case stream:
			s.send(c, v)
			return
		case noContent:
			c.Status(http.StatusNoContent)
			return
		case download:
			disposition := "attachment"
			if v.inline {
				disposition = "inline"
			}
			c.Header("Content-Disposition", disposition+`; filename="`+v.name+`"`)
			c.Data(cmp.Or(v.status, http.StatusOK), v.media, v.body)
			return
		case medium:
			v.send(c)
			return
		}
		s.frame(c, v.Frame(), done, err)
		s.render(c, status, v)
	}
}

// lateKey holds the status of a refused step that came too late: the page it
// shows is not the form that was sent.
const lateKey = "abilita.late"

// takeDone removes ?done=word, with which a command tells the next page what
// happened, so that strict decoding does not see it.
func takeDone(c *gin.Context) string {
	if c.Request.Method != http.MethodGet || !strings.Contains(c.Request.URL.RawQuery, "done=") {
		return ""
	}
	q := c.Request.URL.Query()
	done := q.Get("done")
	q.Del("done")
	c.Request.URL.RawQuery = q.Encode()
	return done
}

// frame fills what every page has. A handler may have set some of it before.
func (s *Server) frame(c *gin.Context, b *ui.Base, done string, refused error) {
	visit := httpd.VisitOf(c)
	if b.Printer == (i18n.Printer{}) {
		b.Printer = s.printer(c)
	}
	b.Path, b.Now = s.pageOf(c.FullPath(), c.Request.URL.Path), visit.Now
	if b.Org == "" {
		b.Org = visit.Org
	}
	if b.Key == "" {
		b.Key = rand.Text()
	}
	if b.Zone == nil {
		b.Zone = zone(visit.Zone)
	}
	if visit.Demo {
		b.Demo = &ui.DemoBar{Steps: []ui.Option{{Value: "1h", Label: b.T("demo.hour")}, {Value: "1d", Label: b.T("demo.day")}, {Value: "7d", Label: b.T("demo.week")}}}
	}
	if done != "" && b.Printer.Has("flash."+done) {
		b.Flash = b.T("flash." + done)
	}
	if days := int(visit.Now.Sub(visit.LastBackup) / (24 * time.Hour)); !visit.Demo && days >= backupDays && visit.Actor.Has(people.Administrator) {
		b.Alert = b.T("frame.backup", "N", days)
	}
	if a := visit.Actor; a.ID != 0 {
		b.Viewer = &ui.Viewer{Name: a.Name, Note: a.Number}
		if b.Nav == nil {
			b.Nav = navigation(b.Printer, a, c.Request.URL.Path, visit.Works)
		}
	}
	if refused != nil {
		b.Errors = faults(refused)
	}
	if b.Title == "" {
		b.Title = b.T("frame.title")
	}
}

// pageOf is the page that an address belongs to: a refused form was sent to an
// address that nobody can come back to, so the nearest page above it counts.
func (s *Server) pageOf(pattern, path string) string {
	for pattern != "" && !s.pages[pattern] {
		pattern, path = pattern[:strings.LastIndexByte(pattern, '/')], path[:strings.LastIndexByte(path, '/')]
	}
	return cmp.Or(path, "/")
}

// base is what a handler needs of the frame to write its own sentences: the
// reader's words, the zone, the instant and a key for the forms.
func (s *Server) base(c *gin.Context, loc *time.Location) ui.Base {
	visit := httpd.VisitOf(c)
	if loc == nil {
		loc = zone(visit.Zone)
	}
	return ui.Base{Printer: s.printer(c), Zone: loc, Now: visit.Now, Key: rand.Text()}
}

// backupDays is after how many days without a backup administrators are told.
const backupDays = 7

// faults is what a refused form shows: its faults, or the one of the whole.
func faults(err error) fault.Form {
	if form, ok := errors.AsType[fault.Form](err); ok {
		return form
	}
	if one, ok := errors.AsType[*fault.Error](err); ok {
		return fault.Form{one}
	}
	return nil
}

// staffSections are the entries of the bar to which pages of staff belong that
// have none of their own; learnerSections those of whoever learns, volunteerSections
// those of whoever is certified.
var (
	staffSections = map[string]string{
		"/assess": "/assessments", "/marking": "/assessments", "/observe": "/assessments", "/attempts": "/assessments",
		"/people": "/board", "/proof": "/board", "/applications": "/inbox", "/letters": "/inbox", "/appeals": "/inbox", "/cohorts": "/lines", "/content": "/lines", "/drafts": "/lines", "/items": "/lines", "/guide": "/lines", "/staff": "/lines", "/keys": "/lines", "/hooks": "/lines", "/shifts": "/lines", "/hours": "/lines",
	}
	volunteerSections = map[string]string{"/changes": "/", "/checklists": "/", "/quizzes": "/", "/hours": "/shifts"}
	learnerSections   = map[string]string{"/changes": "/", "/checklists": "/", "/shifts": "/", "/hours": "/"}
)

// opens says whether an entry of the bar leads somewhere for a member of staff.
func opens(a people.Actor, href string) bool {
	return slices.ContainsFunc(map[string][]people.Action{
		"/lines": {people.ReadLine}, "/board": {people.ReadBoard}, "/inbox": {people.ReadApplications}, "/sessions": {people.ReadSessions, people.BookSession},
		"/assessments": {people.Assess, people.MarkQuiz, people.ObserveChecklist},
	}[href], func(do people.Action) bool { return a.MustSomewhere(do) == nil })
}

// navigation is the bar. It holds five entries: whoever works on shifts finds them
// where others find the quizzes, to which a renewal leads from the first page.
func navigation(p i18n.Printer, a people.Actor, path string, works bool) []ui.NavItem {
	section := "/" + strings.SplitN(strings.TrimPrefix(path, "/"), "/", 2)[0]
	if strings.HasSuffix(path, "/sessions") { // the calendar of a cohort
		section = "/sessions"
	}
	if a.Staff() {
		return slices.DeleteFunc(ui.StaffNav(p, cmp.Or(staffSections[section], section)), func(i ui.NavItem) bool { return !opens(a, i.Href) })
	}
	if works {
		return ui.VolunteerNav(p, cmp.Or(volunteerSections[section], section))
	}
	return ui.LearnerNav(p, cmp.Or(learnerSections[section], section))
}

func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return loc
}

// languageCookie remembers the language of a visitor.
const languageCookie = "lang"

// printer speaks the reader's language: the account's, else the cookie's, else
// what the browser asks for.
func (s *Server) printer(c *gin.Context) i18n.Printer {
	if a := httpd.ActorOf(c); a.ID != 0 && i18n.Known(a.Lang) {
		return s.Renderer.Printer(i18n.Lang(a.Lang))
	}
	if cookie, err := c.Request.Cookie(languageCookie); err == nil && i18n.Known(cookie.Value) {
		return s.Renderer.Printer(i18n.Lang(cookie.Value))
	}
	return s.Renderer.Printer(i18n.Match(c.GetHeader("Accept-Language")))
}

func (s *Server) render(c *gin.Context, status int, v ui.View) {
	var b bytes.Buffer
	if err := s.Renderer.Render(&b, v); err != nil {
		s.Fail(c, http.StatusInternalServerError, err)
		return
	}
	c.Data(status, "text/html; charset=utf-8", b.Bytes())
}

// Fail shows an error as a page. An unknown error shows nothing of itself but
// the request's number. A visitor who meets a page that needs sign-in is sent
// there.
func (s *Server) Fail(c *gin.Context, status int, err error) {
	httpd.Failed(c, err)
	visit := httpd.VisitOf(c)
	if status == http.StatusNotFound && visit.Actor.ID == 0 && c.Request.Method == http.MethodGet && c.FullPath() != "" && !visit.Now.IsZero() && errors.Is(err, people.ErrHidden) {
		c.Redirect(http.StatusSeeOther, "/sign-in?next="+url.QueryEscape(c.Request.URL.RequestURI()))
		return
	}
	p := &ui.Failure{Status: status}
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Internal && status != http.StatusNotFound && status < http.StatusInternalServerError {
		p.Text = s.printer(c).Fault(f)
	}
	if status >= http.StatusInternalServerError {
		p.Ref = httpd.RequestID(c)
		if status == http.StatusServiceUnavailable {
			c.Header("Retry-After", "5")
		}
	}
	p.Printer = s.printer(c)
	p.Title = p.Heading()
	s.frame(c, &p.Base, "", nil)
	var b bytes.Buffer
	if rerr := s.Renderer.Render(&b, p); rerr != nil {
		c.Data(http.StatusInternalServerError, "text/plain; charset=utf-8", []byte("500\n"))
		return
	}
	c.Data(status, "text/html; charset=utf-8", b.Bytes())
}

// id reads a number out of the path; anything else does not exist.
func id(c *gin.Context, name string) (int64, error) { return parseID(c.Param(name)) }

func parseID(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return 0, people.ErrHidden
	}
	return n, nil
}

// came says where the request came from.
func came(c *gin.Context) app.Came {
	return app.Came{Address: c.ClientIP(), Agent: c.Request.UserAgent(), Request: httpd.RequestID(c)}
}

// localPath keeps redirects at home: anything but a plain local path is "/".
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") ||
		strings.ContainsAny(next, "\\\x00\t\r\n") {
		return "/"
	}
	return u.RequestURI()
}
