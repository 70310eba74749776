package web

import (
	"errors"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/web/ui"
)

func (s *Server) setupRoutes(r routes) {
	r.get("/set-up/:token", s.showSetUp)
	r.post("/set-up/:token", s.setUp)
}

func (s *Server) showSetUp(c *gin.Context) (ui.View, error) { return s.setUpForm(c, app.FirstSetup{}) }

// setUpForm is for who has the link, and nobody else.
func (s *Server) setUpForm(c *gin.Context, in app.FirstSetup) (ui.View, error) {
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
	p := &ui.SetUp{
		Action: c.Request.URL.Path, Organisation: in.Organisation, Contact: in.Contact, GivenName: in.GivenName, FamilyName: in.FamilyName, Email: in.Email,
	}
	p.Title = s.printer(c).T("setup.title")
	return p, nil
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
	first := func() app.FirstSetup {
		return app.FirstSetup{
			Organisation: body.Organisation, Contact: body.Contact, GivenName: body.GivenName, FamilyName: body.FamilyName,
			Email: body.Email, Password: body.Password, Lang: s.printer(c).Lang(),
		}
	}
	return s.enter(c, &body, func(cmd *app.Command) (app.SignedIn, error) {
		return s.App.Setup.Begin(c.Request.Context(), cmd, c.Param("token"), first(), came(c))
	}, func() (ui.View, error) { return s.setUpForm(c, first()) })
}
