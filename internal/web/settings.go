package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
)

func (s *Server) settingsRoutes(r routes) {
	r.get("/lines/:code/edit", s.showLineEdit)
	r.post("/lines/:code/edit", s.changeLine)
	r.get("/cohorts/:id/edit", s.showCohortEdit)
	r.post("/cohorts/:id/edit", s.changeCohort)
}

// typedSettings is the form of a line's settings as typed; the week begins on
// Monday, a closed day is empty.
type typedSettings struct {
	Name     string   `json:"name"`
	Fallback string   `json:"fallback"`
	Channels []string `json:"channels"`
	Running  string   `json:"running_contact"`
	Lease    string   `json:"lease_seconds"`
	MinAge   string   `json:"min_age"`
	Launch   string   `json:"launch_on"`
	Opens    []string `json:"opens"`
	Closes   []string `json:"closes"`
	Asked    string   `json:"supervised"`
	Dialled  string   `json:"dialled"`
	Address  string   `json:"address_form"`
	Version  int      `json:"version"`
}

func typedOf(in app.LineSettings) typedSettings {
	t := typedSettings{
		Name: in.Name, Fallback: in.Fallback, Running: in.Running, Lease: strconv.Itoa(in.LeaseSeconds), Channels: in.Channels, MinAge: strconv.Itoa(in.MinAge), Launch: in.LaunchOn, Version: in.Version,
		Dialled: in.Dialled, Address: in.AddressForm,
		Opens: make([]string, 7), Closes: make([]string, 7),
	}
	if in.Supervised {
		t.Asked = "yes"
	}
	for _, h := range in.Hours {
		t.Opens[h.Weekday-1], t.Closes[h.Weekday-1] = h.Opens, h.Closes
	}
	return t
}

func (t typedSettings) settings() app.LineSettings {
	in := app.LineSettings{
		Name: t.Name, Fallback: t.Fallback, Running: t.Running, LeaseSeconds: whole(t.Lease), Channels: t.Channels, MinAge: whole(t.MinAge), LaunchOn: strings.TrimSpace(t.Launch), Version: t.Version,
		Supervised: t.Asked == "yes", Dialled: strings.TrimSpace(t.Dialled), AddressForm: strings.TrimSpace(t.Address),
	}
	for day := range 7 {
		h := app.Hours{Weekday: day + 1, Opens: at(t.Opens, day), Closes: at(t.Closes, day)}
		if h.Opens != "" || h.Closes != "" {
			in.Hours = append(in.Hours, h)
		}
	}
	return in
}

// at is a typed word of a list, "" beyond its end.
func at(list []string, i int) string {
	if i >= len(list) {
		return ""
	}
	return strings.TrimSpace(list[i])
}

func (s *Server) showLineEdit(c *gin.Context) (ui.View, error) {
	return s.lineEdit(c, nil)
}

// lineEdit shows what is stored, or what was typed; when somebody else changed
// the line meanwhile, both.
func (s *Server) lineEdit(c *gin.Context, typed *typedSettings) (ui.View, error) {
	line, stored, err := s.App.Lines.Settings(c.Request.Context(), httpd.ActorOf(c), c.Param("code"))
	if err != nil {
		return nil, err
	}
	p := &ui.LineEdit{Base: s.base(c, nil), Code: line.Code, LineName: line.Name, LineZone: line.Zone, Action: "/lines/" + line.Code + "/edit"}
	b := &p.Base
	p.Title, p.Back = b.T("organise.line_edit"), &ui.Link{Href: "/lines/" + line.Code, Text: line.Name}
	in := typedOf(stored)
	if typed != nil {
		if typed.Version != in.Version {
			p.Stored = storedLine(b, stored)
		}
		typed.Version = in.Version // sent again, it replaces what is in sight now
		in = *typed
	}
	p.Name, p.Fallback, p.Lease, p.MinAge, p.Launch, p.Version = in.Name, in.Fallback, in.Lease, in.MinAge, in.Launch, strconv.Itoa(in.Version)
	p.Supervised, p.Dialled, p.AddressForm = in.Asked == "yes", in.Dialled, in.Address
	for _, ch := range gate.Channels {
		p.Channels = append(p.Channels, ui.Option{Value: string(ch), Label: b.T("organise.channel_" + string(ch)), Selected: holds(in.Channels, string(ch))})
	}
	for _, r := range app.RunningContacts {
		p.Running = append(p.Running, ui.Option{Value: r, Label: b.T("organise.running_" + r), Note: b.T("organise.running_" + r + "_note"), Selected: in.Running == r})
	}
	for day := range 7 {
		p.Week = append(p.Week, ui.DayHours{ID: strconv.Itoa(day + 1), Label: b.Weekday(day + 1), Opens: at(in.Opens, day), Closes: at(in.Closes, day)})
	}
	return p, nil
}

// storedLine tells what is stored, for who typed something else meanwhile.
func storedLine(b *ui.Base, in app.LineSettings) []ui.Fact {
	facts := []ui.Fact{
		{Term: b.T("organise.line_name"), Value: in.Name},
		{Term: b.T("organise.channels"), Value: channels(b, in.Channels)},
		{Term: b.T("organise.hours"), Value: lineHours(b, in.Hours)},
		{Term: b.T("organise.fallback"), Value: in.Fallback},
		{Term: b.T("organise.running"), Value: b.T("organise.running_" + in.Running)},
		{Term: b.T("organise.lease"), Value: strconv.Itoa(in.LeaseSeconds)},
		{Term: b.T("organise.min_age"), Value: strconv.Itoa(in.MinAge)},
		{Term: b.T("organise.supervised"), Value: yesNo(b, in.Supervised)},
	}
	if in.Dialled != "" {
		facts = append(facts, ui.Fact{Term: b.T("organise.dialled"), Value: in.Dialled})
	}
	if in.AddressForm != "" {
		facts = append(facts, ui.Fact{Term: b.T("organise.address_form"), Value: in.AddressForm})
	}
	if launch, err := time.Parse(time.DateOnly, in.LaunchOn); err == nil {
		facts = append(facts, ui.Fact{Term: b.T("organise.launch"), Value: b.Date(launch)})
	}
	return facts
}

func yesNo(b *ui.Base, yes bool) string {
	if yes {
		return b.T("apply.yes")
	}
	return b.T("apply.no")
}

func (s *Server) changeLine(c *gin.Context) (ui.View, error) {
	var body typedSettings
	return act(c, &body, "/lines/"+c.Param("code")+"?done=line_changed", func(cmd *app.Command) error {
		return s.App.Lines.Change(c.Request.Context(), httpd.ActorOf(c), cmd, c.Param("code"), body.settings())
	}, func() (ui.View, error) { return s.lineEdit(c, &body) })
}

// typedCohortEdit is the form of a cohort's settings as typed.
type typedCohortEdit struct {
	Name    string `json:"name"`
	Starts  string `json:"starts_on"`
	Ends    string `json:"ends_on"`
	Seats   string `json:"seats"`
	Version int    `json:"version"`
}

func (s *Server) showCohortEdit(c *gin.Context) (ui.View, error) {
	return s.cohortEdit(c, nil)
}

func (s *Server) cohortEdit(c *gin.Context, typed *typedCohortEdit) (ui.View, error) {
	cohort, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	stored, line, err := s.App.Organising.CohortSettings(c.Request.Context(), httpd.ActorOf(c), cohort)
	if err != nil {
		return nil, err
	}
	p := &ui.CohortEdit{Base: s.base(c, nil), LineName: line.Name, Action: "/cohorts/" + c.Param("id") + "/edit", Sessions: "/cohorts/" + c.Param("id") + "/sessions"}
	b := &p.Base
	p.Title, p.Back = b.T("organise.cohort_edit"), &ui.Link{Href: "/lines/" + line.Code, Text: line.Name}
	p.Taken = b.T("organise.cohort_taken", "N", stored.Taken)
	in := typedCohortEdit{Name: stored.Name, Starts: stored.StartsOn.Format(time.DateOnly), Ends: stored.EndsOn.Format(time.DateOnly), Seats: strconv.Itoa(stored.Seats), Version: stored.Version}
	if typed != nil {
		if typed.Version != stored.Version {
			p.Stored = []ui.Fact{{Term: stored.Name, Value: b.T("organise.cohort_fact", "From", b.Date(stored.StartsOn), "To", b.Date(stored.EndsOn), "Taken", stored.Taken, "Seats", stored.Seats)}}
		}
		in, in.Version = *typed, stored.Version
	}
	p.Name, p.Starts, p.Ends, p.Seats, p.Version = in.Name, in.Starts, in.Ends, in.Seats, strconv.Itoa(in.Version)
	return p, nil
}

func (s *Server) changeCohort(c *gin.Context) (ui.View, error) {
	cohort, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	var body typedCohortEdit
	return act(c, &body, "/cohorts/"+c.Param("id")+"/edit?done=cohort_changed", func(cmd *app.Command) error {
		return s.App.Organising.ChangeCohort(c.Request.Context(), httpd.ActorOf(c), cmd, cohort, app.CohortSettings{
			Name: body.Name, StartsOn: strings.TrimSpace(body.Starts), EndsOn: strings.TrimSpace(body.Ends), Seats: whole(body.Seats), Version: body.Version,
		})
	}, func() (ui.View, error) { return s.cohortEdit(c, &body) })
}
