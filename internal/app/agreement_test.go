package app_test

import (
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/fault"
	"abilita/internal/people"
)

// A partner's trainer works on the cohort of the agreement and as long as it lasts: at
// 24:00 of its last day, in the organisation's zone, the role gives nothing, with no
// job running; a new agreement gives it back.
func TestAPartnersRoleEndsWithTheAgreement(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	grant := people.Grant{Role: people.Trainer, Scope: people.Cohort, ID: w.Cohort}
	rossi := w.Staff("Rita", "Rossi", grant)
	invite := func(in app.Invitation) error {
		in.GivenName, in.FamilyName, in.Email = "Rita", "Rossi", "rita@example.org"
		_, err := w.App.Setup.Invite(ctx, w.Admin, w.Cmd(), in)
		return err
	}
	last := w.Now.AddDate(0, 0, 10)
	on := app.Invitation{Grants: []people.Grant{grant}, Partner: "Cooperativa Il Gelso", Agreement: "Convenzione 12/2026", Until: last.Format(time.DateOnly)}
	if err := invite(on); err != nil {
		t.Fatal(err)
	}
	may := func() bool {
		t.Helper()
		in, err := w.App.Accounts.SignIn(ctx, "rita@example.org", apptest.Password, app.Came{Address: "192.0.2.7"})
		if err != nil {
			t.Fatal(err)
		}
		v, err := w.App.Accounts.Visit(ctx, in.Token)
		if err != nil || v.Actor.ID != rossi.ID {
			t.Fatal(v.Actor, err)
		}
		if v.Actor.May(people.WriteContent, people.Target{Line: w.Line}) || v.Actor.May(people.PlanSessions, people.Target{Cohort: w.Cohort + 1}) {
			t.Error("the role reaches beyond the agreement")
		}
		return v.Actor.May(people.PlanSessions, people.Target{Cohort: w.Cohort})
	}
	y, m, d := last.In(apptest.Rome()).Date()
	end := time.Date(y, m, d+1, 0, 0, 0, 0, apptest.Rome())
	for _, c := range []struct {
		at   time.Time
		want bool
	}{{w.Now, true}, {end.Add(-time.Second), true}, {end, false}} {
		w.Set(c.at)
		if got := may(); got != c.want {
			t.Errorf("at %s: %v", c.at, got)
		}
	}
	staff, err := w.App.Organising.Staff(ctx, w.Admin)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range staff {
		if g.Person == rossi.ID && (g.Partner != "Cooperativa Il Gelso" || g.Until == nil || !g.Until.Equal(end)) {
			t.Errorf("%+v", g)
		}
	}
	on.Until = w.Now.AddDate(1, 0, 0).Format(time.DateOnly)
	if err := invite(on); err != nil {
		t.Fatal(err)
	}
	if !may() {
		t.Error("a new agreement gives nothing")
	}

	for name, c := range map[string]struct {
		in   app.Invitation
		want *fault.Error
	}{
		"a partner coordinates":  {app.Invitation{Grants: []people.Grant{{Role: people.Coordinator, Scope: people.Line, ID: w.Line}}, Partner: "x", Until: on.Until}, app.ErrPartnerRole},
		"a partner everywhere":   {app.Invitation{Grants: []people.Grant{{Role: people.Trainer, Scope: people.All}}, Partner: "x", Until: on.Until}, app.ErrPartnerRole},
		"without an end":         {app.Invitation{Grants: []people.Grant{grant}, Partner: "x"}, app.ErrPartnerUntil},
		"over already":           {app.Invitation{Grants: []people.Grant{grant}, Partner: "x", Until: "2020-01-01"}, app.ErrPartnerUntil},
		"an agreement of nobody": {app.Invitation{Grants: []people.Grant{grant}, Agreement: "12/2026"}, app.ErrPartnerName},
	} {
		if err := invite(c.in); !refusedFor(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
