package web

import (
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/course/gate"
	"abilita/course/proof"
	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) proofRoutes(r routes) {
	r.get("/proof", s.showProof)
	r.get("/proof/file", s.proofFile)
}

// Faults of the question.
var (
	errNoAgent  = fault.New(fault.Invalid, "proof.no_agent")
	errNoHour   = fault.New(fault.Invalid, "proof.no_hour")
	errTwice    = fault.New(fault.Invalid, "proof.twice")
	errTimeForm = fault.New(fault.Invalid, "proof.time_form")
)

// askedProof is the question as it was typed. The moment is At, an instant as
// addresses carry it, or a day and a time in the line's zone; Hour says which of
// the two when a night has an hour twice.
type askedProof struct {
	Line    string `json:"line"`
	Channel string `json:"channel"`
	Agent   string `json:"agent"`
	At      string `json:"at"`
	Day     string `json:"day"`
	Time    string `json:"time"`
	Hour    string `json:"hour"`
}

// question is what is asked at an instant.
func (a askedProof) question(at time.Time) app.Question {
	return app.Question{Line: a.Line, Channel: a.Channel, Agent: strings.ToLower(strings.TrimSpace(a.Agent)), At: at}
}

// proofPath is the address of a proof.
func proofPath(page string, qn app.Question) string {
	return page + "?" + url.Values{"line": {qn.Line}, "channel": {qn.Channel}, "agent": {qn.Agent}, "at": {qn.At.UTC().Format(time.RFC3339Nano)}}.Encode()
}

// clockForms are the ways to write a time.
var clockForms = []string{"15:04", "15:04:05"}

// moment reads the typed day and time in a zone. The two instants of an hour
// that a night has twice come with errTwice until one was chosen.
func (a askedProof) moment(zone *time.Location) (time.Time, []time.Time, error) {
	on, err := time.Parse(time.DateOnly, strings.TrimSpace(a.Day))
	if err != nil {
		return time.Time{}, nil, errInstant.On("day")
	}
	for _, form := range clockForms {
		clock, err := time.Parse(form, strings.ReplaceAll(strings.TrimSpace(a.Time), ".", ":"))
		if err != nil {
			continue
		}
		wall := on.Add(clock.Sub(clock.Truncate(24 * time.Hour)))
		switch all := proof.Instants(wall, zone); {
		case len(all) == 0:
			return time.Time{}, nil, errNoHour.On("time")
		case len(all) == 1:
			return all[0], nil, nil
		case a.Hour == "first":
			return all[0], all, nil
		case a.Hour == "second":
			return all[1], all, nil
		default:
			return time.Time{}, all, errTwice.On("hour")
		}
	}
	return time.Time{}, nil, errTimeForm.On("time")
}

// zoned is an instant to the second with what tells the two hours of an autumn
// night apart.
func zoned(b *ui.Base, t time.Time) string {
	return b.Date(t) + ", " + t.In(b.Zone).Format("15:04:05 (UTC-07:00)")
}

func (s *Server) showProof(c *gin.Context) (ui.View, error) {
	var in askedProof
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	who := httpd.ActorOf(c)
	if err := who.MustSomewhere(people.AskGateThen); err != nil {
		return nil, err
	}
	lines, err := s.App.Lines.List(c.Request.Context(), who)
	if err != nil {
		return nil, err
	}
	p := &ui.Proof{Base: s.base(c, nil), Agent: in.Agent, Day: in.Day, Hour: in.Time}
	b := &p.Base
	p.Title = b.T("proof.title")
	for _, l := range lines {
		if !who.May(people.AskGateThen, people.Target{Line: l.ID}) {
			continue
		}
		if l.Code == in.Line || in.Line == "" && len(p.Lines) == 0 {
			b.Zone = l.Location()
		}
		p.Lines = append(p.Lines, ui.Option{Value: l.Code, Label: l.Name, Selected: l.Code == in.Line})
	}
	for _, ch := range gate.Channels {
		p.Channels = append(p.Channels, ui.Option{Value: string(ch), Label: b.T("gate.channel_" + string(ch)), Selected: string(ch) == in.Channel})
	}
	if number := in.Agent; number != "" {
		p.Back = &ui.Link{Href: "/people/" + number, Text: number}
	}
	switch {
	case in.At != "":
		return s.proofSheet(c, p, in)
	case in.Line == "" || in.Day == "" && in.Time == "":
		return p, nil
	}
	at, twice, err := in.moment(b.Zone)
	for i, t := range twice {
		p.Twice = append(p.Twice, ui.Option{Value: []string{"first", "second"}[i], Label: zoned(b, t), Selected: t.Equal(at)})
	}
	if err != nil {
		return p, fault.Form{asFault(err)}
	}
	if at.After(b.Now) {
		return p, fault.Form{app.ErrFuture.On("day")}
	}
	return seeOther(proofPath("/proof", in.question(at))), nil
}

func asFault(err error) *fault.Error {
	for _, f := range faults(err) {
		return f
	}
	return errTimeForm
}

// proofSheet shows the proof of an instant that the address names.
func (s *Server) proofSheet(c *gin.Context, p *ui.Proof, in askedProof) (ui.View, error) {
	at, err := time.Parse(time.RFC3339Nano, in.At)
	if err != nil {
		return p, fault.Form{errInstant.On("day")}
	}
	b := &p.Base
	p.Day, p.Hour = at.In(b.Zone).Format(time.DateOnly), at.In(b.Zone).Format("15:04:05")
	all := proof.Instants(at.In(b.Zone).Truncate(time.Second), b.Zone)
	for i, t := range all[:len(all)*(len(all)-1)/2] {
		p.Twice = append(p.Twice, ui.Option{Value: []string{"first", "second"}[i], Label: zoned(b, t), Selected: t.Equal(at.Truncate(time.Second))})
	}
	qn := in.question(at)
	found, err := s.App.Proofs.Read(c.Request.Context(), httpd.ActorOf(c), qn)
	switch k := fault.KindOf(err); {
	case err == nil:
	case k == fault.NotFound && len(p.Lines) > 0 && chosen(p.Lines):
		return p, fault.Form{errNoAgent.On("agent")}
	case k == fault.Invalid:
		return p, onField(err, map[bool]string{true: "agent", false: "day"}[asFault(err).Key == app.ErrMalformed.Key])
	default:
		return nil, err
	}
	fillProof(p, found)
	p.Sheet.Key, p.Sheet.Download = s.App.Proofs.Fingerprint(), proofPath("/proof/file", qn)
	return p, nil
}

func chosen(list []ui.Option) bool {
	for _, o := range list {
		if o.Selected {
			return true
		}
	}
	return false
}

// proofFile is the signed proof of an instant to keep or hand over.
func (s *Server) proofFile(c *gin.Context) (ui.View, error) {
	var in askedProof
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	at, err := time.Parse(time.RFC3339Nano, in.At)
	if err != nil {
		return nil, people.ErrHidden
	}
	qn := in.question(at)
	body, err := s.App.Proofs.Export(c.Request.Context(), httpd.ActorOf(c), qn)
	if err != nil {
		return nil, err
	}
	return download{name: "abilita-" + qn.Agent + "-" + qn.Line + "-" + qn.Channel + "-" + at.UTC().Format("20060102T150405Z") + ".json", media: "application/json", body: body}, nil
}
