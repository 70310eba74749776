package gallery

import (
	"abilita/internal/fault"
	"abilita/internal/web/ui"
)

func (s stage) proof() *ui.Proof {
	p := s.askProof()
	p.Agent, p.Day, p.Hour, p.Lines[0].Selected = "v0412", "2027-01-14", "10:05:30", true
	hash := "9f2b1c7d5e80a3644d21b7c6f05e9a1838d7c2b4e6f1a09d5c3b7e8f2a64d190"
	when := func(day, clock string) string { return day + " gennaio 2027, " + clock + " (UTC+01:00)" }
	p.Sheet = &ui.ProofSheet{
		About: "Giulia Ferrandi, v0412 · Linea donazioni · " + s.p.T("gate.channel_phone"), When: s.p.T("proof.when", "When", when("14", "10:05:30")),
		Answer: ui.Answer{Mark: s.mark(ui.Off, s.p.T("proof.no")), Reasons: []ui.Reason{{State: ui.Suspended, Title: s.p.T("gate.certificate_suspended")}}},
		Facts: []ui.ProofFact{
			{Mark: s.mark(ui.Done, s.p.T("proof.held")), Title: s.p.T("proof.fact_register"), Lines: []string{s.p.T("proof.from", "From", when("8", "00:00:00")), s.p.T("proof.recorded", "When", when("7", "09:12:44")), s.p.T("proof.ref_register", "Name", "2027-01-07") + " " + s.p.T("proof.by", "Name", "Teresa Mancuso")}},
			{Mark: s.mark(ui.Done, s.p.T("proof.held")), Title: s.p.T("proof.fact_certificate") + ", " + s.p.T("gate.channel_phone"), Lines: []string{s.p.T("proof.span", "From", when("9", "18:30:00"), "Until", "10 gennaio 2028, 00:00:00 (UTC+01:00)"), s.p.T("proof.recorded", "When", when("9", "18:30:00")), s.p.T("proof.ref_certificate", "Number", "k7qdp-t42xm-3fh9w")}},
			{Mark: s.mark(ui.None, s.p.T("proof.held_not")), Title: s.p.T("proof.fact_pause"), Lines: []string{s.p.T("proof.from", "From", when("10", "08:00:00")) + " " + s.p.T("proof.closed", "When", when("12", "08:00:00")), s.p.T("proof.recorded", "When", when("10", "08:00:00"))}},
		},
		Papers: []ui.ProofPaper{{
			Title:  s.p.T("proof.ref_certificate", "Number", "k7qdp-t42xm-3fh9w"),
			Facts:  []ui.Fact{{Term: s.p.T("proof.programme"), Value: "Linea donazioni, 2"}, {Term: s.p.T("proof.release"), Value: hash}, {Term: s.p.T("proof.signed"), Value: "Teresa Mancuso, " + when("9", "18:30:00")}},
			Met:    []ui.ProofMet{{Title: "Prova finale", Pieces: []string{"Prova finale, 2. " + when("8", "20:10:00") + ". 92 su 100."}}, {Title: "Chiamata valutata", Pieces: []string{when("9", "17:00:00") + ". 88 su 100. " + s.p.T("proof.judged", "Name", "Nadia Brambati")}}},
			Events: []string{s.p.T("proof.event_signed") + ", " + when("9", "18:30:00"), s.p.T("proof.event_suspended") + ", " + when("13", "11:00:00")},
		}},
		Contents: []ui.Fact{{Term: "Prova finale, 2", Value: hash}},
		Record:   []ui.Fact{{Term: s.p.T("proof.made"), Value: when("20", "18:45:00")}, {Term: s.p.T("proof.head"), Value: "2184 · " + hash}, {Term: s.p.T("proof.entries"), Value: "7"}},
		Key:      "3f9a-11c4-7b20-98de-45aa-e0c1-7d36-b2f8-3f9a-11c4-7b20-98de-45aa-e0c1-7d36-b2f8", Download: "#",
	}
	return p
}

// proofTwice is refused: the hour was there twice.
func (s stage) proofTwice() *ui.Proof {
	p := s.askProof()
	p.Agent, p.Day, p.Hour = "v0412", "2026-10-25", "02:30"
	p.Twice = []ui.Option{{Value: "first", Label: "25 ottobre 2026, 02:30:00 (UTC+02:00)"}, {Value: "second", Label: "25 ottobre 2026, 02:30:00 (UTC+01:00)"}}
	p.Errors = fault.Form{fault.New(fault.Invalid, "proof.twice").On("hour")}
	return p
}

func (s stage) askProof() *ui.Proof {
	p := &ui.Proof{Base: s.staffBase(s.p.T("proof.title"), "/board"), Lines: []ui.Option{{Value: "donazioni", Label: "Linea donazioni"}}}
	for _, c := range []string{"phone", "chat"} {
		p.Channels = append(p.Channels, ui.Option{Value: c, Label: s.p.T("gate.channel_" + c)})
	}
	return p
}
