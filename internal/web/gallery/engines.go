package gallery

import (
	"abilita/course/gate"
	"abilita/internal/web/ui"
)

// engines is the page of a line's phone systems: on the telephone two phones may
// ring and one on shift stays silent; nobody answers the chat.
func (s stage) engines() *ui.Engines {
	t := s.p
	p := &ui.Engines{Base: s.staffBase(t.T("engines.title"), "/lines"), LineName: "Linea donazioni", At: t.T("engines.now_at", "Time", "18:45")}
	message, next := ui.ReasonWords(t, gate.Reason{Code: gate.SupervisorAbsent})
	p.Would = []ui.WouldRing{
		{
			Channel: t.T("gate.channel_phone"), Mark: s.mark(ui.On, t.T("engines.yes")), Lead: t.T("engines.rings", "N", 2, "Fallback", "segreteria"),
			Ring: []ui.LinePerson{
				{Href: "#", Name: "Adele Tornaghi", Number: "v0398", Mark: s.mark(ui.On, t.T("gate.level_autonomous")), Note: "Di turno."},
				{Href: "#", Name: "Marco Villa", Number: "v0402", Mark: s.mark(ui.On, t.T("gate.level_autonomous"))},
			},
			Silent: []ui.SilentPerson{{Href: "#", Name: "Giulia Ferrandi", Number: "v0412", Reasons: []ui.Reason{{State: ui.Waiting, Title: message, Next: next}}}},
		},
		{Channel: t.T("gate.channel_chat"), Mark: s.mark(ui.Off, t.T("engines.no")), Lead: t.T("engines.nobody", "Fallback", "segreteria")},
	}
	p.Systems = []ui.SystemRow{
		{Name: "Centralino", Lines: []string{t.T("engines.scopes", "What", "se una persona può rispondere, chi può rispondere adesso"), t.T("engines.asked", "When", "mercoledì 20 gennaio, 18:44", "N", 1240)}},
		{Name: "pbx-monza", Mark: s.mark(ui.Waiting, t.T("engines.pending", "Time", "18:45:04")), Lines: []string{t.T("engines.held", "Time", "18:45:04"), t.T("engines.behind", "N", 1)}},
	}
	p.Tests = []ui.SystemRow{{Name: t.T("engines.test", "Name", "Centralino", "Channel", t.T("gate.channel_phone"), "When", "20 gennaio, 9:00"), Mark: s.mark(ui.On, t.T("engines.reached_agent"))}}
	return p
}
