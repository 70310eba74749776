package gallery

import (
	"abilita/internal/fault"
	"abilita/internal/web/ui"
)

var (
	errSignIn = fault.New(fault.Invalid, "account.wrong")
	errShort  = fault.New(fault.Invalid, "account.password_short")
)

func (s stage) account() []Example {
	refused := &ui.SignIn{Base: s.base(s.p.T("account.enter")), Email: "giulia@posta.example"}
	refused.Errors.Add(true, "", errSignIn)
	blocked := &ui.SignIn{Base: s.base(s.p.T("account.enter")), Email: "giulia@posta.example", Wait: s.on(20, 18, 50)}
	invited := &ui.Invitation{Base: s.base("Benvenuta"), Action: "/invitation/x", Name: "Serena", Email: "serena@posta.example", What: "Linea donazioni · edizione di gennaio", Expires: s.on(28, 0, 0)}
	weak := *invited
	weak.Errors = nil
	weak.Errors.Add(true, "password", errShort.With("Count", 11, "Min", 15))
	dead := &ui.Invitation{Base: s.base("Collegamento scaduto"), Dead: true}
	return []Example{
		{"sign-in", &ui.SignIn{Base: s.base(s.p.T("account.enter"))}},
		{"sign-in-refused", refused},
		{"sign-in-wait", blocked},
		{"invitation", invited},
		{"invitation-weak", &weak},
		{"invitation-dead", dead},
		{"forgot", &ui.Forgot{Base: s.base(s.p.T("account.forgot"))}},
		{"forgot-sent", &ui.Forgot{Base: s.base(s.p.T("account.look")), Sent: true}},
		{"reset", &ui.Reset{Base: s.base(s.p.T("account.reset")), Action: "/reset/x"}},
		{"reset-dead", &ui.Reset{Base: s.base("Collegamento scaduto"), Dead: true}},
		{"account", s.myAccount()},
		{"new-address", &ui.NewAddress{Base: s.base(s.p.T("account.new_address")), Action: "/link/x"}},
		{"set-up", &ui.SetUp{Base: s.base(s.p.T("setup.title")), Action: "/set-up/x", Organisation: "Casa Aperta ODV"}},
	}
}

func (s stage) myAccount() *ui.Account {
	return &ui.Account{
		Base: s.learnerBase(s.p.T("account.title"), ""), FullName: "Giulia Ferrandi", Number: "v0412", Email: "giulia@posta.example", Residence: "Via dei Gelsi 4, 20900 Monza", Version: "3", Time: s.p.T("person.time_extra", "Percent", 25) + ".",
		Languages: []ui.Option{{Value: "it", Label: "Italiano", Selected: true}, {Value: "en", Label: "English"}},
		Sessions: []ui.SessionRow{
			{ID: "s1", Device: "Firefox su Android", Since: s.on(18, 9, 0), Seen: s.on(20, 18, 44), Current: true},
			{ID: "s2", Device: "Chrome su Windows", Since: s.on(12, 20, 30), Seen: s.on(19, 21, 5)},
		},
	}
}
