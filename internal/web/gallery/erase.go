package gallery

import "abilita/internal/web/ui"

func (s stage) erase() *ui.Erase {
	p := &ui.Erase{Base: s.staffBase(s.p.T("erase.title", "Name", "Giulia Ferrandi"), "/board"), Name: "Giulia Ferrandi", About: "Giulia Ferrandi · " + s.p.T("account.number", "Number", "v0412"), Action: "#"}
	p.Back = &ui.Link{Href: "#", Text: "Giulia Ferrandi"}
	rows := func(list *[]ui.Fact, table, n string) {
		*list = append(*list, ui.Fact{Term: s.p.T("copy.table_" + table), Value: n})
	}
	rows(&p.Goes, "identity", "1")
	rows(&p.Goes, "letter", "14")
	rows(&p.Goes, "quiz_attempt", "3")
	rows(&p.Stays, "register_entry", "1")
	rows(&p.Stays, "certificate", "1")
	rows(&p.Stays, "evidence", "11")
	p.Ends = s.p.T("erase.ends", "Until", "31 dicembre 2036")
	for _, r := range []string{"request", "left", "order"} {
		p.Reasons = append(p.Reasons, ui.Option{Value: r, Label: s.p.T("erase.reason_" + r)})
	}
	return p
}

func (s stage) eraseSure() *ui.Erase {
	p := s.erase()
	p.Reason, p.ReasonWord = "request", s.p.T("erase.reason_request")
	return p
}

func (s stage) eraseFirst() *ui.Erase {
	p := s.erase()
	p.First = []string{s.p.T("erase.in_register"), s.p.T("erase.enrolled")}
	return p
}
