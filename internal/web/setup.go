package web

import (
	"errors"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

func (s *Server) setupRoutes(r routes) {
	r.get("/set-up/:token", s.showSetUp)
	r.post("/set-up/:token", s.setUp)
}

func (s *Server) showSetUp(c *gin.Context) (ui.View, error) {
	o, err := s.App.Accounts.Open(c.Request.Context(), c.Param("token"))
	if errors.Is(err, app.ErrLinkUsed) {
		return seeOther("/sign-in"), nil
	}
	if err != nil {
		return nil, err
	}
	if o.Purpose != app.ForSetup {
		return nil, app.ErrNoLink
	}
	return s.setUpPage(c, app.FirstSetup{}), nil
}

func (s *Server) setUpPage(c *gin.Context, in app.FirstSetup) ui.View {
	p := &ui.SetUp{
		Action: c.Request.URL.Path, Organisation: in.Organisation, Contact: in.Contact, GivenName: in.GivenName, FamilyName: in.FamilyName, Email: in.Email,
	}
	p.Title = s.printer(c).T("setup.title")
	return p
}

func (s *Server) setUp(c *gin.Context) (ui.View, error) {
	var body struct {
		Organisation string `json:"organisation"`
		Contact      string `json:"contact"`
		GivenName    string `json:"given_name"`
		FamilyName   string `json:"family_name"`
		Email        string `json:"email"`
		Password     string `json:"password"`
	}
	in, err := httpd.Decode(c, &body)
	if err != nil {
		return nil, err
	}
	first := app.FirstSetup{
		Organisation: body.Organisation, Contact: body.Contact, GivenName: body.GivenName, FamilyName: body.FamilyName,
		Email: body.Email, Password: body.Password, Lang: s.printer(c).Lang(),
	}
	signed, err := s.App.Setup.Begin(c.Request.Context(), httpd.CommandOf(c, in, "/"), c.Param("token"), first, came(c))
	if err != nil {
		return again(func() (ui.View, error) { return s.setUpPage(c, first), nil }, err)
	}
	httpd.SetCookie(c, s.Secure, signed.Token, signed.Ends)
	return seeOther("/?done=welcome"), nil
}
