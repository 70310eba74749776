package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) accountRoutes(r routes) {
	r.get("/sign-in", s.showSignIn)
	r.post("/sign-in", s.signIn)
	r.post("/sign-out", s.signOut)
	r.post("/sign-out/everywhere", s.signOutEverywhere)
	r.get("/forgot", s.showForgot)
	r.post("/forgot", s.forgot)
	r.get("/in/:token", s.showLink)
	r.post("/in/:token", s.acceptLink)
	r.get("/account", s.showAccount)
	r.post("/account/address", s.saveContact)
	r.post("/account/language", s.saveLanguage)
	r.post("/account/password", s.changePassword)
	r.post("/account/sessions/close", s.closeSession)
	r.post("/language", s.switchLanguage)
}

func (s *Server) showSignIn(c *gin.Context) (ui.View, error) {
	var in struct {
		Next string `json:"next"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	if httpd.ActorOf(c).ID != 0 {
		return seeOther(localPath(in.Next)), nil
	}
	return s.signInPage(c, in.Next, ""), nil
}

func (s *Server) signInPage(c *gin.Context, next, email string) *ui.SignIn {
	p := &ui.SignIn{Email: email, Next: localPath(next)}
	p.Title = s.printer(c).T("account.sign_in")
	return p
}

func (s *Server) signIn(c *gin.Context) (ui.View, error) {
	var in struct {
		Email    string `json:"email"`
		Password string `json:"password"`
		Next     string `json:"next"`
	}
	_, err := httpd.Decode(c, &in)
	var signed app.SignedIn
	if err == nil {
		signed, err = s.App.Accounts.SignIn(c.Request.Context(), in.Email, in.Password, came(c))
	}
	if err != nil {
		return again(func() (ui.View, error) { return s.signInPage(c, in.Next, in.Email), nil }, err)
	}
	httpd.SetCookie(c, s.Secure, signed.Token, signed.Ends)
	return seeOther(localPath(in.Next)), nil
}

func (s *Server) signOut(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	if err := s.App.Accounts.SignOut(c.Request.Context(), httpd.ActorOf(c), httpd.Token(c, s.Secure)); err != nil {
		return nil, err
	}
	return s.leave(c), nil
}

// leave takes the cookie away and clears what the browser kept.
func (s *Server) leave(c *gin.Context) ui.View {
	httpd.SetCookie(c, s.Secure, "", httpd.VisitOf(c).Now)
	c.Header("Clear-Site-Data", `"cache", "storage"`)
	return seeOther("/sign-in")
}

func (s *Server) signOutEverywhere(c *gin.Context) (ui.View, error) {
	var body struct{}
	in, err := httpd.Decode(c, &body)
	if err != nil {
		return nil, err
	}
	if err := s.App.Accounts.SignOutEverywhere(c.Request.Context(), httpd.ActorOf(c), httpd.CommandOf(c, in, "/sign-in")); err != nil {
		return nil, err
	}
	return s.leave(c), nil
}

func (s *Server) showForgot(c *gin.Context) (ui.View, error) {
	var in struct {
		Sent string `json:"sent"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.forgotPage(c, "", in.Sent == "1"), nil
}

func (s *Server) forgot(c *gin.Context) (ui.View, error) {
	var body struct {
		Email string `json:"email"`
	}
	return act(c, &body, "/forgot?sent=1", func(cmd *app.Command) error {
		return s.App.Accounts.Forgot(c.Request.Context(), cmd, body.Email, came(c))
	}, func() (ui.View, error) { return s.forgotPage(c, body.Email, false), nil })
}

func (s *Server) forgotPage(c *gin.Context, email string, sent bool) *ui.Forgot {
	p := &ui.Forgot{Email: email, Sent: sent}
	p.Title = s.printer(c).T("account.forgot")
	return p
}

// showLink opens the link of a letter: set-up, invitation, reset or new address.
func (s *Server) showLink(c *gin.Context) (ui.View, error) {
	o, err := s.App.Accounts.Open(c.Request.Context(), c.Param("token"))
	switch {
	case errors.Is(err, app.ErrLinkUsed):
		return s.linkPage(c, app.Opened{Purpose: app.ForInvite}, true), nil
	case err != nil:
		return nil, err
	case o.Purpose == app.ForSetup:
		return seeOther("/set-up/" + c.Param("token")), nil
	}
	return s.linkPage(c, o, false), nil
}

func (s *Server) linkPage(c *gin.Context, o app.Opened, dead bool) ui.View {
	t := s.printer(c)
	action := "/in/" + c.Param("token")
	switch o.Purpose {
	case app.ForReset:
		p := &ui.Reset{Action: action, Dead: dead}
		p.Title = t.T("account.reset")
		return p
	case app.ForAddress:
		p := &ui.NewAddress{Action: action}
		p.Title = t.T("account.new_address")
		return p
	case app.ForInvite, app.ForSetup:
	}
	p := &ui.Invitation{Action: action, Name: o.Name, Email: o.Email, Expires: o.Expires, Dead: dead, What: httpd.VisitOf(c).Org}
	p.Title = t.T("account.invitation")
	return p
}

func (s *Server) acceptLink(c *gin.Context) (ui.View, error) {
	var body struct {
		Password string `json:"password"`
		Email    string `json:"email"` // for the browser's password store; the link decides who it is
	}
	ctx := c.Request.Context()
	o, err := s.App.Accounts.Open(ctx, c.Param("token"))
	if errors.Is(err, app.ErrLinkUsed) {
		return s.linkPage(c, app.Opened{Purpose: app.ForInvite}, true), nil
	}
	if err != nil {
		return nil, err
	}
	page := func() (ui.View, error) { return s.linkPage(c, o, false), nil }
	if o.Purpose == app.ForAddress {
		return act(c, &body, "/account?done=address", func(cmd *app.Command) error {
			return s.App.Accounts.AcceptAddress(ctx, cmd, c.Param("token"))
		}, page)
	}
	return s.enter(c, &body, func(cmd *app.Command) (app.SignedIn, error) {
		return s.App.Accounts.Accept(ctx, cmd, c.Param("token"), body.Password, came(c))
	}, page)
}

// enter serves a form whose command signs its sender in.
func (s *Server) enter(c *gin.Context, body any, do func(cmd *app.Command) (app.SignedIn, error), page func() (ui.View, error)) (ui.View, error) {
	return act(c, body, "/?done=welcome", func(cmd *app.Command) error {
		signed, err := do(cmd)
		if err == nil {
			httpd.SetCookie(c, s.Secure, signed.Token, signed.Ends)
		}
		return err
	}, page)
}

func (s *Server) showAccount(c *gin.Context) (ui.View, error) {
	return s.accountPage(c, nil)
}

// accountPage shows the account; typed, when not nil, is what a refused form held.
func (s *Server) accountPage(c *gin.Context, typed *app.Contact) (ui.View, error) {
	a, err := s.App.Accounts.Read(c.Request.Context(), httpd.ActorOf(c), httpd.Token(c, s.Secure))
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	p := &ui.Account{
		FullName: a.Identity.Name(), Number: a.Identity.Number, Email: a.Identity.Email, Phone: a.Identity.Phone, Residence: a.Identity.Residence,
		Version: strconv.Itoa(a.Identity.Version),
	}
	if typed != nil {
		p.Email, p.Phone, p.Residence = typed.Email, typed.Phone, typed.Residence
	}
	for _, l := range i18n.Languages() {
		p.Languages = append(p.Languages, ui.Option{Value: string(l), Label: t.T("account.language_" + string(l)), Selected: string(l) == a.Identity.Lang})
	}
	for _, o := range a.Sessions {
		p.Sessions = append(p.Sessions, ui.SessionRow{
			ID: strconv.FormatInt(o.ID, 10), Device: device(t, o.Agent), Since: o.MadeAt, Seen: o.SeenAt, Current: string(o.TokenHash) == string(a.Current),
		})
	}
	if httpd.ActorOf(c).Has(people.Volunteer) {
		p.Time = capital(extraWords(t, a.Identity.ExtraTime)) + "."
	}
	p.Title = t.T("account.title")
	return p, nil
}

// device says in words what a browser calls itself.
func device(t i18n.Printer, agent string) string {
	browser, system := "", ""
	for _, b := range [][2]string{{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if browser == "" && strings.Contains(agent, b[0]) {
			browser = b[1]
		}
	}
	for _, o := range [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"Linux", "Linux"}} {
		if system == "" && strings.Contains(agent, o[0]) {
			system = o[1]
		}
	}
	if browser == "" || system == "" {
		return t.T("account.some_device")
	}
	return t.T("account.device", "Browser", browser, "System", system)
}

func (s *Server) saveContact(c *gin.Context) (ui.View, error) {
	var body struct {
		Email     string `json:"email"`
		Phone     string `json:"phone"`
		Residence string `json:"residence"`
		Version   int    `json:"version"`
	}
	contact := func() app.Contact {
		return app.Contact{Email: body.Email, Phone: body.Phone, Residence: body.Residence, Version: body.Version}
	}
	return act(c, &body, "/account?done=contact", func(cmd *app.Command) error {
		return s.App.Accounts.SaveContact(c.Request.Context(), httpd.ActorOf(c), cmd, contact())
	}, func() (ui.View, error) { typed := contact(); return s.accountPage(c, &typed) })
}

func (s *Server) saveLanguage(c *gin.Context) (ui.View, error) {
	var body struct {
		Language string `json:"language"`
	}
	return act(c, &body, "/account?done=language", func(cmd *app.Command) error {
		return s.App.Accounts.SetLang(c.Request.Context(), httpd.ActorOf(c), cmd, body.Language)
	}, func() (ui.View, error) { return s.accountPage(c, nil) })
}

func (s *Server) changePassword(c *gin.Context) (ui.View, error) {
	var body struct {
		Current string `json:"current_password"`
		New     string `json:"new_password"`
	}
	return act(c, &body, "/account?done=password", func(cmd *app.Command) error {
		return s.App.Accounts.ChangePassword(c.Request.Context(), httpd.ActorOf(c), cmd, httpd.Token(c, s.Secure), body.Current, body.New)
	}, func() (ui.View, error) { return s.accountPage(c, nil) })
}

func (s *Server) closeSession(c *gin.Context) (ui.View, error) {
	var body struct {
		Session int64 `json:"session"`
	}
	return act(c, &body, "/account?done=session", func(cmd *app.Command) error {
		return s.App.Accounts.CloseSession(c.Request.Context(), httpd.ActorOf(c), cmd, body.Session)
	}, func() (ui.View, error) { return s.accountPage(c, nil) })
}

// switchLanguage serves the link at the foot of every page: for a visitor it
// sets a cookie, for somebody signed in also the account.
func (s *Server) switchLanguage(c *gin.Context) (ui.View, error) {
	var body struct {
		Lang string `json:"lang"`
		Back string `json:"back"`
	}
	in, err := httpd.Decode(c, &body)
	if err != nil {
		return nil, err
	}
	if !i18n.Known(body.Lang) {
		return nil, people.ErrHidden
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: languageCookie, Value: body.Lang, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode,
	})
	back := localPath(body.Back)
	if a := httpd.ActorOf(c); a.ID != 0 {
		if err := s.App.Accounts.SetLang(c.Request.Context(), a, httpd.CommandOf(c, in, back), body.Lang); err != nil {
			return nil, err
		}
	}
	return seeOther(back), nil
}
