package ui

// shiftPages are the pages of shifts and of the week they are made from.
func shiftPages() []View {
	return []View{&Shifts{}, &LineShifts{}, &RotaPage{}, &Propose{}, &ShiftClosing{}, &Hours{}}
}

// Shifts are one's own shifts and those to take.
type Shifts struct {
	Base
	Lead     string
	Works    bool // there is a line that the reader may work on
	Mine     []ShiftRow
	ToClose  []Link     // shifts that the reader supervised
	Proposed []ShiftRow // by colleagues
	Services *Link      // to the catalogue, where the line has one
	Days     []ShiftDay
}

// Template names the page.
func (*Shifts) Template() string { return "shifts" }

// ShiftDay is the shifts of one day.
type ShiftDay struct {
	ID, Title string
	Rows      []ShiftRow
}

// ShiftRow is a shift for who works on it or may. Addresses are empty where
// nothing can be done.
type ShiftRow struct {
	ID, When, Line, Note            string
	Mark                            Mark
	Why                             string // why no seat may be taken
	Take, Lead, Swap                string
	Calendar, Leave, Offer, Unoffer string
	Propose                         string
	Open                            string // the page of whoever answers for the shift
}

// NoShifts is what the page says while there are none.
func (s *Shifts) NoShifts() EmptyState {
	if !s.Works {
		return EmptyState{Title: s.T("shift.empty_uncertified"), Text: s.T("shift.empty_uncertified_text"), Action: &Link{Href: "/", Text: s.T("shift.empty_road")}}
	}
	return EmptyState{Title: s.T("shift.empty"), Text: s.T("shift.empty_text")}
}

// LineShifts is the coming two weeks of a line for who staffs it.
type LineShifts struct {
	Base
	Heading string
	Lead    string
	Gaps    []ShiftGap
	ToClose []Link
	Days    []StaffedDay
	Links   []Link
}

// Template names the page.
func (*LineShifts) Template() string { return "line_shifts" }

// ShiftGap is what a shift lacks, with who could come.
type ShiftGap struct {
	Href, Title string
	Mark        Mark
	Proposed    string
	Invite      string   // address
	Invites     []Option // who may be asked to come
}

// StaffedDay is the shifts of one day of a line.
type StaffedDay struct {
	ID, Title string
	Rows      []StaffedRow
}

// StaffedRow is a shift with who is there and the forms that change it.
type StaffedRow struct {
	ID, When, Seats string
	Open            string // the page of whoever answers for it
	Mark            Mark
	People          []Fact // part and names
	Put, Off        string // addresses, empty when nothing can be changed
	Candidates      []Option
	Placed          []Option
	Reason          string // as typed
}

// PutField is the choice of who comes.
func (p *LineShifts) PutField(r StaffedRow) Field {
	return p.Of("put-"+r.ID, p.Select("who", p.T("shift.put_who"), r.Candidates).Hinted(p.T("shift.put_hint")))
}

// OffField is the choice of who is taken off.
func (p *LineShifts) OffField(r StaffedRow) Field {
	return p.Of("off-"+r.ID, p.Select("who", p.T("shift.off_who"), r.Placed))
}

// OffReason is why.
func (p *LineShifts) OffReason(r StaffedRow) Field {
	return p.Of("off-"+r.ID, p.Input("text", "reason", p.T("shift.off_reason"), r.Reason).Hinted(p.T("shift.off_hint")))
}

// Open tells whether the form of a shift was refused.
func (p *LineShifts) Open(form string, r StaffedRow) bool {
	return p.HasErrors() && p.Refused == form+"-"+r.ID
}

// NoRota is what the page says of a line without a week.
func (p *LineShifts) NoRota() EmptyState {
	e := EmptyState{Title: p.T("shift.no_rota"), Text: p.T("shift.no_rota_text")}
	if len(p.Links) > 0 {
		e.Action = &p.Links[0]
	}
	return e
}

// RotaPage is the week of a line with a form for each row and one for a new one.
type RotaPage struct {
	Base
	Heading, Action string
	Rows            []RotaForm
	New             RotaForm
	Lost            []Fact // places that the refused change does away with
}

// Template names the page.
func (*RotaPage) Template() string { return "rota" }

// RotaForm is a row of the week as stored or typed.
type RotaForm struct {
	ID, Title, Note string
	Row             string // "0": a new one
	Days            []Option
	Starts, Ends    string
	Seats, From     string
	Lost            string // how many places the change does away with; empty: none
}

// Shown tells whether a form was refused.
func (p *RotaPage) Shown(r RotaForm) bool { return p.HasErrors() && p.Refused == r.ID }

// Text is one field of a row's form.
func (p *RotaPage) Text(r RotaForm, kind, name, label, value string) Field {
	return p.Of(r.ID, p.Input(kind, name, p.T(label), value).Short())
}

// DayField is the day of a row's form.
func (p *RotaPage) DayField(r RotaForm) Field {
	return p.Of(r.ID, p.Select("weekday", p.T("rota.weekday"), r.Days))
}

// Agree is the tick that lets places go.
func (p *RotaPage) Agree(r RotaForm) Field {
	f := p.Of(r.ID, p.Tick("agreed", p.T("rota.agree"), false))
	f.Value = r.Lost
	return f
}

// Propose is the choice of the colleague to whom a seat is proposed.
type Propose struct {
	Base
	LineName, When string
	Action         string
	Colleagues     []Option
}

// Template names the page.
func (*Propose) Template() string { return "propose" }

// WhoField is the choice of the colleague.
func (p *Propose) WhoField() Field {
	return p.Radios("who", p.T("shift.propose_who"), p.Colleagues).Hinted(p.T("shift.propose_hint"))
}

// NoColleague is what the page says when nobody could come.
func (p *Propose) NoColleague() EmptyState {
	return EmptyState{Title: p.T("shift.propose_none"), Text: p.T("shift.propose_none_text"), Action: &Link{Href: "/shifts", Text: p.T("shift.to_own")}}
}
