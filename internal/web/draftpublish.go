package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/content"
	"abilita/course/catalogue"
	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

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
	for _, i := range catalogue.Impacts {
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
	titles := func(ids []string) (list []string) {
		for _, id := range ids {
			list = append(list, capital(cmp.Or(plan.Titles[id], id)))
		}
		return list
	}
	v := &ui.PlanView{Lead: b.T("draft.plan_lead"), Changed: titles(plan.Changed)}
	var what string
	switch impact {
	case app.Micro:
		what = b.T("draft.asks_micro", "What", b.Join(titles(plan.Again)))
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
