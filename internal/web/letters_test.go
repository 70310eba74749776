package web_test

import (
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/people"
	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

func TestALetterIsHandedOverAndItsLinkWorksFromPaper(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	id := s.Apply("Giulia", "Ferrandi")
	if err := s.App.Admissions.Decide(t.Context(), s.Coordinator, s.Cmd(), id, app.Outcome{To: people.Admitted, Cohort: s.Cohort, Version: 1, Words: "Benvenuta!"}); err != nil {
		t.Fatal(err)
	}
	teresa := s.SignIn("teresa@example.org")
	list := open(t, teresa, "/letters")
	if list.Status != 200 || !strings.Contains(list.Text(), "Giulia Ferrandi") || strings.Contains(list.Text(), "ti invita su Abilita") {
		t.Fatalf("%d %s", list.Status, list.Text())
	}
	var letter *robot.Page
	for _, path := range list.Links("/letters/") {
		if p := open(t, teresa, path); strings.Contains(p.Text(), "Benvenuta!") {
			letter = p
		}
	}
	if letter == nil {
		t.Fatalf("no letter of admission among %v", list.Links("/letters/"))
	}
	_, rest, ok := strings.Cut(letter.Body, s.URL+"/in/")
	if !ok {
		t.Fatal("the letter does not hold its link")
	}
	token := rest[:strings.IndexAny(rest, "<\n\"")]
	if text := letter.Text(); !strings.Contains(text, "comincia mercoledì 6 gennaio 2027") || !strings.Contains(text, "via dei Tigli 4, Milano") {
		t.Error(text)
	}
	guest := s.Visitor()
	in := open(t, guest, "/in/"+token)
	home, err := guest.Fill(in, "/in/", "password", "corallo lanterna biscotto nevischio")
	if err != nil || home.URL.Path == in.URL.Path {
		t.Fatalf("the link from paper: %v %s", err, home.Text())
	}
	if again := open(t, teresa, letter.URL.Path); strings.Contains(again.Body, "/in/") || !strings.Contains(again.Text(), "non vale più") {
		t.Error("a used link is still shown")
	}
	after, err := teresa.Fill(letter, letter.URL.Path+"/hand")
	if err != nil || after.URL.Path != "/letters" || !strings.Contains(after.Text(), "segnata come consegnata") {
		t.Fatalf("hand over: %v %s", err, after.Text())
	}
	twice := open(t, teresa, letter.URL.Path)
	if _, err := twice.Form(letter.URL.Path + "/hand"); err == nil || !strings.Contains(twice.Text(), "Consegnata da Teresa Mancuso") {
		t.Errorf("after handing over: %s", twice.Text())
	}
}

func TestNobodyReadsTheLinkOfSomebodyStronger(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	invite := func(email string, role people.Role, scope people.Scope, at int64) string {
		t.Helper()
		link, err := s.App.Setup.Invite(t.Context(), s.Admin, s.Cmd(), app.Invitation{
			GivenName: "Persona", FamilyName: string(role), Email: email, Grants: []people.Grant{{Role: role, Scope: scope, ID: at}},
		})
		if err != nil {
			t.Fatal(err)
		}
		var path string
		if err := s.DB.Read().GetContext(t.Context(), &path, `SELECT '/letters/' || id FROM letter WHERE link_id = $1`, link); err != nil {
			t.Fatal(err)
		}
		return path
	}
	letters := map[string]string{
		"administrator":          invite("a@example.org", people.Administrator, people.All, 0),
		"auditor":                invite("b@example.org", people.Auditor, people.All, 0),
		"coordinator everywhere": invite("c@example.org", people.Coordinator, people.All, 0),
		"coordinator here":       invite("d@example.org", people.Coordinator, people.Line, s.Line),
		"trainer here":           invite("e@example.org", people.Trainer, people.Cohort, s.Cohort),
		"trainer elsewhere":      invite("f@example.org", people.Trainer, people.Line, s.Line+1000),
	}
	// A trainer here who also coordinates everything: their link lets in as both.
	letters["trainer here, coordinator everywhere"] = invite("g@example.org", people.Trainer, people.Cohort, s.Cohort)
	if _, err := s.App.Setup.Invite(t.Context(), s.Admin, s.Cmd(), app.Invitation{GivenName: "P", FamilyName: "T", Email: "g@example.org", Grants: []people.Grant{{Role: people.Coordinator, Scope: people.All}}}); err != nil {
		t.Fatal(err)
	}
	may := map[string][]string{
		"ada@example.org":    {"administrator", "auditor", "coordinator everywhere", "coordinator here", "trainer here", "trainer elsewhere", "trainer here, coordinator everywhere"},
		"teresa@example.org": {"coordinator here", "trainer here"},
		"davide@example.org": {},
		"nadia@example.org":  {},
	}
	for email, allowed := range may {
		v := s.SignIn(email)
		for who, path := range letters {
			want := 404
			for _, a := range allowed {
				if a == who {
					want = 200
				}
			}
			if who == "trainer here, coordinator everywhere" && email == "ada@example.org" {
				want = 200
			}
			if p, err := v.Open(path); err != nil || p.Status != want {
				t.Errorf("%s opens the letter of %s: %d %v, want %d", email, who, p.Status, err, want)
			}
		}
	}
	if p, err := s.SignIn("davide@example.org").Open("/letters"); err != nil || p.Status != 404 {
		t.Errorf("a trainer sees the list of letters: %d %v", p.Status, err)
	}
	var opened int
	if err := s.DB.Read().GetContext(t.Context(), &opened, `SELECT count(*) FROM audit_entry WHERE action = 'letter.hand' AND detail ->> 'did' = 'open_link'`); err != nil || opened == 0 {
		t.Errorf("opening links is not on record: %d %v", opened, err)
	}
}

func TestWithMailAWaitingLetterShowsNoLink(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	s.Volunteer("Giulia", "Ferrandi")
	s.Advance(time.Minute)
	cmd := s.Cmd()
	if err := s.App.Accounts.Forgot(t.Context(), cmd, "volontario1@example.org", app.Came{Address: "192.0.2.77"}); err != nil {
		t.Fatal(err)
	}
	var id int64
	if err := s.DB.Read().GetContext(t.Context(), &id, `SELECT id FROM letter WHERE kind = 'reset'`); err != nil {
		t.Fatal(err)
	}
	for byMail, want := range map[bool]bool{true: false, false: true} {
		f, err := s.App.Letters.Read(t.Context(), s.Coordinator, id, byMail)
		if err != nil || (f.Token != "") != want || f.Open != want {
			t.Errorf("by mail %v: token %q, open %v, %v", byMail, f.Token, f.Open, err)
		}
	}
}
