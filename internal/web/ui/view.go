package ui

import (
	"slices"
	"time"

	"abilita/internal/fault"
	"abilita/internal/i18n"
)

// View is a page that can be rendered: a pointer to a struct embedding Base.
type View interface {
	Template() string // name of the file in html/page, without ending
	Frame() *Base
}

// KeyField is the form field that carries the idempotency key.
const KeyField = "form_key"

// Base is what every page has. Printer speaks the reader's language.
type Base struct {
	i18n.Printer
	Title  string         // of the window; also the heading where a page has no other
	Path   string         // address of this page, to come back to after a change of language
	Org    string         // organisation, at the foot and on papers
	Viewer *Viewer        // nil when signed out
	Nav    []NavItem      // empty hides the bar
	Flash  string         // one sentence about what has just been done
	Demo   *DemoBar       // nil outside a demonstration
	Alert  string         // something that the administrator must see to; empty: nothing
	Key    string         // idempotency key made for this rendering
	Zone   *time.Location // where dates are shown; nil means UTC
	// ContentLang is the language of what the page holds of a course, where it is not
	// the reader's: the page says so, and marks it.
	ContentLang string
	Now         time.Time  // the instant of this page, from the one clock
	Errors      fault.Form // of the refused form, empty when nothing was refused
	Back        *Link      // one step up, above the heading
	Focus       bool       // call and quiz: one thing at a time, the bar is hidden

	Refused string // name of the refused form, on a page where several share names of fields
}

// Frame returns b: it makes every pointer to a struct embedding Base a View
// as soon as it names its template.
func (b *Base) Frame() *Base { return b }

// Holds says in which language the contents are that the page shows.
func (b *Base) Holds(lang string) {
	if lang != "" && lang != b.Lang() {
		b.ContentLang = lang
	}
}

// Viewer is the person signed in.
type Viewer struct {
	Name string // first name
	Note string // public number or role, shown where there is room
}

// NavItem is one entry of the bar; at most five fit a phone.
type NavItem struct {
	Href, Label, Icon string // Icon: symbol of the sprite without "i-"
	Current           bool
}

// Link is an address with its words.
type Link struct{ Href, Text string }

// DemoBar is the banner of a demonstration with the ways to move its clock.
type DemoBar struct {
	Steps []Option // values of the field "by" posted to /demo/clock
}

// VolunteerNav is the bar of a volunteer with a certificate; current is the
// address of its entry.
func VolunteerNav(p i18n.Printer, current string) []NavItem {
	return nav(p, current, []NavItem{
		{Href: "/", Label: "nav.today", Icon: "today"},
		{Href: "/shifts", Label: "nav.shifts", Icon: "clock"},
		{Href: "/study", Label: "nav.study", Icon: "doc"},
		{Href: "/calls", Label: "nav.calls", Icon: "call"},
		{Href: "/sessions", Label: "nav.sessions", Icon: "meet"},
	})
}

// LearnerNav is the bar of a volunteer who learns; current is the address of its
// entry.
func LearnerNav(p i18n.Printer, current string) []NavItem {
	return nav(p, current, []NavItem{
		{Href: "/", Label: "nav.today", Icon: "today"},
		{Href: "/study", Label: "nav.study", Icon: "doc"},
		{Href: "/calls", Label: "nav.calls", Icon: "call"},
		{Href: "/sessions", Label: "nav.sessions", Icon: "meet"},
		{Href: "/quizzes", Label: "nav.quizzes", Icon: "saved"},
	})
}

// StaffNav is the bar of staff; current is the address of its entry.
func StaffNav(p i18n.Printer, current string) []NavItem {
	return nav(p, current, []NavItem{
		{Href: "/lines", Label: "nav.line", Icon: "line"},
		{Href: "/board", Label: "nav.board", Icon: "board"},
		{Href: "/inbox", Label: "nav.inbox", Icon: "inbox"},
		{Href: "/sessions", Label: "nav.sessions", Icon: "meet"},
		{Href: "/assessments", Label: "nav.assessments", Icon: "saved"},
	})
}

func nav(p i18n.Printer, current string, items []NavItem) []NavItem {
	for i := range items {
		items[i].Label = p.T(items[i].Label)
		items[i].Current = items[i].Href == current
	}
	return items
}

// KeyFor is the idempotency key of one form among several on a page.
func (b *Base) KeyFor(form string) string { return b.Key + "." + form }

// HasErrors says whether a form of this page was refused.
func (b *Base) HasErrors() bool { return len(b.Errors) > 0 }

// Fault is the sentence of a fault, with its instants in the page's zone.
func (b *Base) Fault(e *fault.Error) string { return b.Printer.Fault(b.here(e)) }

// ErrorList are the sentences of the refused form in the order of its fields.
func (b *Base) ErrorList() []i18n.FormError {
	local := make(fault.Form, 0, len(b.Errors))
	for _, e := range b.Errors {
		local = append(local, b.here(e))
	}
	return b.FormErrors(local)
}

// FieldError is the sentence on the named field, empty when it was accepted.
func (b *Base) FieldError(name string) string {
	for _, e := range b.Errors {
		if e.Field == name {
			return b.Fault(e)
		}
	}
	return ""
}

// here is e with its instants moved to the page's zone.
func (b *Base) here(e *fault.Error) *fault.Error {
	if e == nil {
		return nil
	}
	args := slices.Clone(e.Args)
	for i, a := range args {
		if t, ok := a.(time.Time); ok {
			args[i] = b.local(t)
		}
	}
	return e.With(args...)
}

// ShowNav says whether the bar is shown.
func (b *Base) ShowNav() bool { return len(b.Nav) > 0 && !b.Focus }

// Dates are shown in the page's zone; see the methods of i18n.Printer.

// Day is "mercoledì 20 gennaio".
func (b *Base) Day(t time.Time) string { return b.Printer.Day(b.local(t)) }

// Date is "20 gennaio 2027".
func (b *Base) Date(t time.Time) string { return b.Printer.Date(b.local(t)) }

// MonthYear is "gennaio 2027".
func (b *Base) MonthYear(t time.Time) string { return b.Printer.MonthYear(b.local(t)) }

// DateLong is "mercoledì 20 gennaio 2027".
func (b *Base) DateLong(t time.Time) string { return b.Printer.DateLong(b.local(t)) }

// Time is "18:45".
func (b *Base) Time(t time.Time) string { return b.Printer.Time(b.local(t)) }

// TimeZoned is "18:45, ora di Roma".
func (b *Base) TimeZoned(t time.Time) string { return b.Printer.TimeZoned(b.local(t)) }

// DateTime is "20 gennaio 2027, 18:45, ora di Roma".
func (b *Base) DateTime(t time.Time) string { return b.Printer.DateTime(b.local(t)) }

// DayTime is "mercoledì 20 gennaio, 18:45".
func (b *Base) DayTime(t time.Time) string { return b.Day(t) + ", " + b.Time(t) }

// Until is "alle 24 di lunedì 25 gennaio", with the year when it is not this one.
func (b *Base) Until(t time.Time) string { return b.Printer.Until(b.local(t), b.local(b.Now)) }

// ZoneWord is "ora di Roma".
func (b *Base) ZoneWord() string { return b.Printer.ZoneWord(b.local(b.Now)) }

// Boundary is DateTime for the edge of an interval, midnight as 24:00.
func (b *Base) Boundary(t time.Time) string { return b.Printer.Boundary(b.local(t)) }

// Machine is t for the datetime attribute.
func (b *Base) Machine(t time.Time) string { return b.local(t).Format(time.RFC3339) }

func (b *Base) local(t time.Time) time.Time {
	if b.Zone == nil {
		return t.UTC()
	}
	return t.In(b.Zone)
}
