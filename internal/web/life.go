package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/course/cert"
	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) lifeRoutes(r routes) {
	r.get("/lines/:code/contacts", s.showContacts)
	r.post("/lines/:code/contacts", s.enterContact)
	r.get("/lines/:code/emergency", s.showEmergency)
	r.post("/lines/:code/emergency", s.giveOverride)
	r.post("/lines/:code/emergency/:id/end", s.endOverride)
	r.get("/certificates/:id/level", s.showLevel)
	r.post("/certificates/:id/level/observe", s.observeContact)
	r.post("/certificates/:id/level/raise", s.raiseLevel)
}

// wall is an instant as a form's field of date and time shows it.
func wall(t time.Time, zone *time.Location) string { return t.In(zone).Format("2006-01-02T15:04") }

// channelOptions are the channels of a line; the first is chosen until somebody
// chose another.
func channelOptions(b *ui.Base, have []string, chosen string) []ui.Option {
	var list []ui.Option
	for _, c := range have {
		list = append(list, ui.Option{Value: c, Label: upper(b.T("gate.channel_" + c)), Selected: c == chosen || chosen == "" && len(list) == 0})
	}
	return list
}

// typedContact is the form of a contact as typed.
type typedContact struct {
	Number  string `json:"number"`
	Channel string `json:"channel"`
	At      string `json:"at"`
	Minutes string `json:"minutes"`
}

func (s *Server) showContacts(c *gin.Context) (ui.View, error) {
	return s.contactsPage(c, typedContact{})
}

func (s *Server) contactsPage(c *gin.Context, in typedContact) (ui.View, error) {
	f, err := s.App.Contacts.Page(c.Request.Context(), httpd.ActorOf(c), c.Param("code"))
	if err != nil {
		return nil, err
	}
	zone := f.Line.Location()
	p := &ui.Contacts{Base: s.base(c, zone), LineName: f.Line.Name, Action: "/lines/" + f.Line.Code + "/contacts", Number: in.Number, At: in.At, Minutes: in.Minutes}
	b := &p.Base
	p.Title, p.Back = b.T("contact.title"), &ui.Link{Href: "/lines/" + f.Line.Code, Text: f.Line.Name}
	if p.At == "" {
		p.At = wall(f.Now, zone)
	}
	p.Channels = channelOptions(b, f.Line.Channels, in.Channel)
	for _, n := range f.Latest {
		p.Rows = append(p.Rows, contactRow(b, n))
	}
	return p, nil
}

func (s *Server) enterContact(c *gin.Context) (ui.View, error) {
	var body typedContact
	return act(c, &body, "/lines/"+c.Param("code")+"/contacts?done=contact_noted", func(cmd *app.Command) error {
		return s.App.Contacts.Enter(c.Request.Context(), httpd.ActorOf(c), cmd, c.Param("code"), app.NewContact{
			Number: body.Number, Channel: body.Channel, At: body.At, Minutes: whole(body.Minutes),
		})
	}, func() (ui.View, error) { return s.contactsPage(c, body) })
}

// typedLevel is what the forms of a ladder held.
type typedLevel struct {
	Channel string `json:"channel"`
	At      string `json:"at"`
	Verdict string `json:"verdict"`
	Note    string `json:"note"`
}

func (s *Server) showLevel(c *gin.Context) (ui.View, error) {
	var in struct {
		Channel string `json:"channel"`
	}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.levelPage(c, typedLevel{Channel: in.Channel}, "", "")
}

func (s *Server) levelPage(c *gin.Context, in typedLevel, words, refused string) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	l, err := s.App.Levels.Read(c.Request.Context(), httpd.ActorOf(c), number, in.Channel)
	if err != nil {
		return nil, err
	}
	zone := l.Line.Location()
	p := &ui.Level{Base: s.base(c, zone), Heading: l.Holder.Name(), About: l.Line.Name, At: in.At, Note: in.Note, Words: words}
	b := &p.Base
	here := "/certificates/" + c.Param("id")
	p.Title, p.Back, p.Refused = b.T("level.title"), &ui.Link{Href: here, Text: b.T("level.to_certificate")}, refused
	p.Stand = ui.Mark{State: ui.On, Word: b.T("level.now", "Level", b.T("letter.level_"+l.Level), "Date", b.Date(l.Since))}
	p.Lead = b.T("level.about_" + l.Level)
	if len(l.Certificate.Channels) > 1 {
		p.About = b.T("level.on_channel", "Line", l.Line.Name, "Channel", b.T("gate.channel_"+l.Channel))
		for _, channel := range l.Certificate.Channels {
			if channel != l.Channel {
				p.Others = append(p.Others, ui.Link{Href: here + "/level?channel=" + channel, Text: b.T("level.other_channel", "Channel", b.T("gate.channel_"+channel))})
			}
		}
	}
	if l.Next != "" {
		p.Progress = ui.Progress{Label: b.T("level.progress", "Level", b.T("letter.level_"+l.Next)), Value: min(l.Seen, l.Needed), Max: max(l.Needed, 1), Here: true}
		p.Lead += " " + b.T("level.needs", "Level", b.T("letter.level_"+l.Next), "N", l.Needed, "Seen", l.Seen)
	}
	var why *fault.Error
	switch {
	case l.MayRaise && l.Refusal == nil:
		p.Raise, p.RaiseOn, p.RaiseTo = here+"/level/raise", l.Channel, b.T("level.raise_to", "Level", b.T("letter.level_"+l.Next))
	case l.MayRaise && errors.As(l.Refusal, &why) && !errors.Is(l.Refusal, cert.ErrTopLevel):
		p.Refusal = b.Fault(why)
	}
	if l.MayObserve {
		p.Observe = here + "/level/observe"
		if p.At == "" {
			p.At = wall(l.Now, zone)
		}
		p.Channels = channelOptions(b, l.Certificate.Channels, l.Channel)
		for _, v := range []string{"good", "not_yet"} {
			p.Verdicts = append(p.Verdicts, ui.Option{Value: v, Label: b.T("level.verdict_" + v), Selected: in.Verdict == v})
		}
	}
	for _, h := range slices.Backward(l.Heard) {
		mark := ui.Mark{State: ui.Done, Word: b.T("level.verdict_good")}
		if !h.Good {
			mark = ui.Mark{State: ui.Waiting, Word: b.T("level.verdict_not_yet")}
		}
		p.Rows = append(p.Rows, ui.HeardRow{Mark: mark, About: b.T("level.heard_by", "Name", h.By, "Channel", b.T("gate.channel_"+h.Channel), "Date", b.DateTime(h.At)), Note: h.Note})
	}
	for _, v := range l.Shifts {
		p.Shifts = append(p.Shifts, ui.Fact{Term: b.Day(v.StartsAt) + ", " + hours(b, v.StartsAt, v.EndsAt), Value: b.T("shift.worked_" + worked(v))})
	}
	for _, m := range l.Hours {
		p.Hours = append(p.Hours, ui.Fact{Term: b.MonthYear(m.Month), Value: b.T("level.month", "N", m.Contacts, "Time", b.Duration(time.Duration(m.Minutes)*time.Minute))})
	}
	return p, nil
}

func (s *Server) observeContact(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	var body typedLevel
	return act(c, &body, "/certificates/"+c.Param("id")+"/level", func(cmd *app.Command) error {
		cmd.Then += "?" + url.Values{"channel": {body.Channel}, "done": {"heard"}}.Encode()
		return s.App.Levels.Observe(c.Request.Context(), httpd.ActorOf(c), cmd, number, app.NewHeard{Channel: body.Channel, At: body.At, Verdict: body.Verdict, Note: body.Note})
	}, func() (ui.View, error) { return s.levelPage(c, body, "", "observe") })
}

func (s *Server) raiseLevel(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	var body struct {
		Channel string `json:"channel"`
		Words   string `json:"words"`
	}
	return act(c, &body, "/certificates/"+c.Param("id")+"/level", func(cmd *app.Command) error {
		cmd.Then += "?" + url.Values{"channel": {body.Channel}, "done": {"raised"}}.Encode()
		return s.App.Levels.Raise(c.Request.Context(), httpd.ActorOf(c), cmd, number, body.Channel, body.Words)
	}, func() (ui.View, error) {
		return s.levelPage(c, typedLevel{Channel: body.Channel}, body.Words, "raise")
	})
}

// typedOverride is the form of an emergency decision as typed.
type typedOverride struct {
	Number   string `json:"number"`
	Motive   string `json:"motive"`
	Words    string `json:"words"`
	Hours    string `json:"hours"`
	Informed int64  `json:"informed"`
}

func (s *Server) showEmergency(c *gin.Context) (ui.View, error) {
	return s.emergencyPage(c, typedOverride{Hours: "2"}, "")
}

func (s *Server) emergencyPage(c *gin.Context, in typedOverride, refused string) (ui.View, error) {
	f, err := s.App.Overrides.Page(c.Request.Context(), httpd.ActorOf(c), c.Param("code"))
	if err != nil {
		return nil, err
	}
	here := "/lines/" + f.Line.Code + "/emergency"
	p := &ui.Emergency{Base: s.base(c, f.Line.Location()), LineName: f.Line.Name, Action: here, Number: in.Number, Words: in.Words, Hours: in.Hours}
	b := &p.Base
	p.Title, p.Back, p.Refused = b.T("emergency.title"), &ui.Link{Href: "/lines/" + f.Line.Code, Text: f.Line.Name}, refused
	for _, code := range gate.Codes {
		text := b.T("gate." + string(code))
		if slices.Contains(gate.Waivable, code) {
			p.Waives = append(p.Waives, text)
			continue
		}
		switch code {
		case gate.AgentSuspended, gate.CertificateRevoked, gate.CertificateMissing, gate.NotInRegister, gate.Paused:
			p.Never = append(p.Never, text)
		default:
		}
	}
	for _, m := range app.OverrideReasons {
		p.Motives = append(p.Motives, ui.Option{Value: m, Label: b.T("emergency.motive_" + m), Selected: in.Motive == m})
	}
	p.Informed = []ui.Option{{Value: "0", Label: b.T("emergency.choose")}}
	for _, i := range f.Staff {
		p.Informed = append(p.Informed, ui.Option{Value: strconv.FormatInt(int64(i.Person), 10), Label: i.Name(), Selected: int64(i.Person) == in.Informed})
	}
	for _, o := range f.List {
		row := ui.OverrideRow{
			Name: o.Name + " · " + o.Number, Words: b.T("emergency.motive_"+o.Reason) + ": " + o.Words,
			About: b.T("emergency.about", "From", b.DateTime(o.GivenAt), "Until", b.DateTime(o.Until), "By", o.By, "Informed", o.InformedAs),
		}
		switch {
		case o.EndedAt != nil:
			row.Mark = ui.Mark{State: ui.None, Word: b.T("emergency.ended", "Date", b.DateTime(*o.EndedAt))}
		case !f.Now.Before(o.Until):
			row.Mark = ui.Mark{State: ui.None, Word: b.T("emergency.ran_out")}
		default:
			number := strconv.FormatInt(o.ID, 10)
			row.Mark = ui.Mark{State: ui.On, Word: b.T("emergency.holds")}
			row.End = &ui.Confirm{ID: "end-" + number, Open: b.T("emergency.end"), Ask: b.T("emergency.end_ask"), Do: b.T("emergency.end_do"), Action: here + "/" + number + "/end", Bad: true}
		}
		p.Rows = append(p.Rows, row)
	}
	return p, nil
}

func (s *Server) giveOverride(c *gin.Context) (ui.View, error) {
	var body typedOverride
	return act(c, &body, "/lines/"+c.Param("code")+"/emergency?done=override", func(cmd *app.Command) error {
		return s.App.Overrides.Give(c.Request.Context(), httpd.ActorOf(c), cmd, c.Param("code"), app.NewOverride{
			Number: body.Number, Reason: body.Motive, Words: strings.TrimSpace(body.Words), Hours: whole(body.Hours), Informed: people.ID(body.Informed),
		})
	}, func() (ui.View, error) { return s.emergencyPage(c, body, "") })
}

func (s *Server) endOverride(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	var body struct{}
	return act(c, &body, "/lines/"+c.Param("code")+"/emergency?done=override_ended", func(cmd *app.Command) error {
		return s.App.Overrides.End(c.Request.Context(), httpd.ActorOf(c), cmd, c.Param("code"), number)
	}, func() (ui.View, error) {
		return s.emergencyPage(c, typedOverride{Hours: "2"}, "end-"+strconv.FormatInt(number, 10))
	})
}
