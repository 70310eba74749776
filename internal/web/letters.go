package web

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/mail"
	"abilita/internal/web/ui"
)

func (s *Server) letterRoutes(r routes) {
	r.get("/letters", s.showLetters)
	r.get("/letters/:id", s.showLetter)
	r.post("/letters/:id/hand", s.handLetter)
}

// letterTab is a view of the list of letters with the states that it shows.
type letterTab struct {
	name   string
	states []app.LetterState
}

// letterTabs are the views. Without mail what is queued is to be handed over.
func letterTabs(byMail bool) []letterTab {
	done := letterTab{"done", []app.LetterState{app.LetterSent, app.LetterHanded, app.LetterWithdrawn}}
	if byMail {
		return []letterTab{{"open", []app.LetterState{app.LetterFailed}}, {"waiting", []app.LetterState{app.LetterQueued}}, done}
	}
	return []letterTab{{"open", []app.LetterState{app.LetterQueued, app.LetterFailed}}, done}
}

func (s *Server) showLetters(c *gin.Context) (ui.View, error) {
	var in struct {
		Tab   string `json:"tab"`
		After int64  `json:"after"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	tabs := letterTabs(s.Mail)
	current := tabs[0]
	for _, tab := range tabs {
		if tab.name == in.Tab {
			current = tab
		}
	}
	list, err := s.App.Letters.List(c.Request.Context(), httpd.ActorOf(c), current.states, in.After)
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	p := &ui.Letters{Lead: t.T("letter.text")}
	if s.Mail {
		p.Lead = t.T("letter.text_mail")
	}
	p.Printer, p.Title = t, t.T("letter.title")
	for _, tab := range tabs {
		n := 0
		for _, state := range tab.states {
			n += list.Counts[state]
		}
		p.Tabs = append(p.Tabs, ui.Tab{Href: "/letters?tab=" + tab.name, Label: t.T("letter.tab_" + tab.name), Count: n, Current: tab.name == current.name})
	}
	for _, l := range list.Rows {
		text, err := mail.Write(t, s.letterContent(l, ""))
		switch {
		case l.StrippedAt != nil:
			text.Subject = t.T("letter.gone")
		case err != nil:
			text.Subject = t.T("letter.no_text")
		}
		p.Rows = append(p.Rows, ui.LetterRow{
			Href: "/letters/" + strconv.FormatInt(l.ID, 10), To: l.GivenName + " " + l.FamilyName, Subject: text.Subject, At: l.QueuedAt, State: s.letterMark(t, l),
		})
	}
	first, next := "", ""
	if in.After != 0 {
		first = "/letters?tab=" + current.name
	}
	if list.Next != 0 {
		next = "/letters?tab=" + current.name + "&after=" + strconv.FormatInt(list.Next, 10)
	}
	p.Pages = p.Pager(t.T("letter.count", "N", len(list.Rows)), first, next)
	return p, nil
}

// letterContent is a letter ready to be written; link is its personal link.
func (s *Server) letterContent(l app.Letter, link string) mail.Content {
	return mail.Content{Kind: l.Kind, Vals: l.Vals.V, Name: l.GivenName, Link: link, Site: s.BaseURL, Org: l.Org, Contact: l.Contact, Zone: mail.Zone(l.Zone)}
}

func (s *Server) letterMark(t i18n.Printer, l app.Letter) ui.Mark {
	word, shape := "letter.state_"+string(l.State), ui.Waiting
	switch l.State {
	case app.LetterQueued:
		if s.Mail {
			word = "letter.state_waiting"
		}
	case app.LetterSent, app.LetterHanded:
		shape = ui.Done
	case app.LetterFailed:
		shape = ui.Warning
	case app.LetterWithdrawn:
		shape = ui.None
	}
	return ui.Mark{State: shape, Word: t.T(word)}
}

func (s *Server) showLetter(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	f, err := s.App.Letters.Read(c.Request.Context(), httpd.ActorOf(c), number, s.Mail)
	if err != nil {
		return nil, err
	}
	t, l := s.printer(c), f.Letter
	p := &ui.LetterSheet{Dead: l.State == app.LetterWithdrawn && l.Link != 0}
	p.Printer, p.Zone = t, mail.Zone(l.Zone)
	if f.Token != "" {
		p.Link = mail.LinkTo(s.BaseURL, f.Token)
	}
	name := l.GivenName + " " + l.FamilyName
	p.Title = t.T("letter.title") + ", " + name
	p.Back = &ui.Link{Href: "/letters", Text: t.T("letter.title")}
	p.Letter = ui.Letter{ToWord: t.T("letter.to"), To: name, When: p.Date(l.QueuedAt), Status: s.letterMark(t, l)}
	if l.StrippedAt != nil {
		p.Letter.Subject, p.Problem = t.T("letter.gone"), t.T("letter.gone_text", "When", p.Date(*l.StrippedAt))
		return p, nil
	}
	text, err := mail.Write(s.Renderer.Printer(i18n.Lang(l.Lang)), s.letterContent(l, p.Link))
	if err != nil {
		p.Letter.Subject = t.T("letter.no_text")
		return p, nil //nolint:nilerr // the page says it
	}
	p.Letter.Subject, p.Letter.Paragraphs, p.Plain = text.Subject, text.Paragraphs, text.Subject+"\n\n"+text.Plain()
	switch {
	case l.State == app.LetterHanded && l.SentAt != nil:
		p.Problem = t.T("letter.handed_by", "Name", l.HandedBy, "When", p.DayTime(*l.SentAt))
	case l.State == app.LetterSent && l.SentAt != nil:
		p.Problem = t.T("letter.sent_at", "When", p.DayTime(*l.SentAt))
	case l.Problem != "":
		p.Problem = t.T("letter.problem", "Text", l.Problem)
	}
	if f.Open {
		p.Hand = &ui.Confirm{
			ID: "hand", Open: t.T("letter.hand"), Ask: t.T("letter.hand_ask"), Action: "/letters/" + strconv.FormatInt(number, 10) + "/hand", Do: t.T("letter.hand_do"),
		}
	}
	return p, nil
}

func (s *Server) handLetter(c *gin.Context) (ui.View, error) {
	var body struct{}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	in, err := httpd.Decode(c, &body)
	if err != nil {
		return nil, err
	}
	if err := s.App.Letters.HandOver(c.Request.Context(), httpd.ActorOf(c), httpd.CommandOf(c, in, "/letters?done=handed"), number); err != nil {
		return nil, err
	}
	return seeOther("/letters?done=handed"), nil
}
