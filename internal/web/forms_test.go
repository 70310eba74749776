package web_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/blob"
	"abilita/internal/people"
	"abilita/internal/pg/pgtest"
	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

const card = "la carta è 4111 1111 1111 1111"

// refusedAt expects a form shown again: the message at the field with that id
// and at no other, and what else was typed in its place.
func refusedAt(t *testing.T, p *robot.Page, action, field, message string, kept ...string) {
	t.Helper()
	if p.Status != 422 || !strings.Contains(p.Text(), message) {
		t.Fatalf("%s answers %d: %s", action, p.Status, p.Text())
	}
	if !strings.Contains(p.Body, `id="`+field+`-error"`) || strings.Count(p.Body, `-error">`) != 1 || !strings.Contains(p.Body, `href="#`+field+`"`) {
		t.Errorf("%s: the message does not stand at %s alone: %s", action, field, p.Body)
	}
	if strings.Contains(p.Body, "4111") {
		t.Errorf("%s: the card number came back", action)
	}
	f, err := p.Form(action)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(kept); i += 2 {
		if !slices.Contains(f.Values[kept[i]], kept[i+1]) {
			t.Errorf("%s: %s holds %q, typed was %q", action, kept[i], f.Values[kept[i]], kept[i+1])
		}
	}
}

// A card number is refused by the decoder, before any use case: every form comes
// back all the same, with the message at the field and the rest of what was typed.
func TestWhatWasTypedComesBackBesideACardNumber(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	waiting := strconv.FormatInt(s.Apply("Anna", "Conti"), 10)
	_, admitted := s.Admitted("Marta", "Riva")
	certified := s.Certified("Giulia", "Ferrandi")
	paper := strconv.FormatInt(s.Proposal(certified), 10)
	invited, err := s.App.Setup.Invite(t.Context(), s.Admin, s.Cmd(), app.Invitation{
		GivenName: "Luca", FamilyName: "Verdi", Email: "luca@example.org", Grants: []people.Grant{{Role: people.Trainer, Scope: people.Line, ID: s.Line}},
	})
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.App.Setup.Token(t.Context(), invited)
	if err != nil {
		t.Fatal(err)
	}
	visitor, volunteer := s.Visitor(), s.SignIn(email(t, s, certified.Number))
	ada, teresa, davide := s.SignIn("ada@example.org"), s.SignIn("teresa@example.org"), s.SignIn("davide@example.org")
	application, person := "/applications/"+waiting, "/people/"+certified.Number
	undo := fmt.Sprintf("/applications/%d", admitted)
	cohort := fmt.Sprintf("/cohorts/%d/sessions", s.Cohort)
	for _, f := range []struct {
		who                  *robot.Visitor
		page, action, secret string // secret: the field that is typed a card number
		field                string // its id, when it is another than its name
		typed                []string
	}{
		{visitor, "/sign-in", "/sign-in", "password", "", []string{"email", "giulia@example.org"}},
		{visitor, "/forgot", "/forgot", "email", "", nil},
		{visitor, "/in/" + token, "/in/", "password", "", nil},
		{visitor, "/apply/donazioni", "/apply/donazioni", "why", "", []string{"given_name", "Sara", "born", "1990-05-04", "availability", "evening"}},
		{volunteer, "/account", "/account/address", "phone", "", []string{"residence", "via dei Tigli 9", "email", "nuova@example.org"}},
		{volunteer, "/account", "/account/password", "new_password", "", nil},
		{teresa, application, application + "/note", "note", "", nil},
		{teresa, application, application + "/decide", "words", "", []string{"outcome", "refused", "motive", app.Motives[0]}},
		{teresa, undo, undo + "/register", "policy", "", []string{"day", "2026-12-09"}},
		{teresa, undo, undo + "/undo", "reason", "undo-reason", nil},
		{teresa, person + "/correct", person + "/correct/details", "reason", "details-reason", []string{"given_name", "Giuliana", "phone", "02 555"}},
		{teresa, person + "/correct", person + "/correct/merge", "reason", "merge-reason", []string{"other", "v0999"}},
		{teresa, person + "/correct", person + "/correct/leave", "reason", "leave-reason", []string{"day", "2026-12-30"}},
		{teresa, person + "/correct", person + "/correct/suspend", "words", "suspend-words", []string{"motive", "conduct", "appeal_by", "2027-02-01"}},
		{teresa, person, "/certificates/" + paper + "/decision", "words", "c" + paper + "-words", []string{"decision", "suspend", "motive", "conduct", "appeal_by", "2027-02-01"}},
		{davide, cohort, cohort, "title", "", []string{"weekdays", "3", "at", "18:15", "minutes", "novanta", "join_url", "https://stanza.example.org/2"}},
		{ada, "/lines/new", "/lines/new", "fallback", "", []string{"name", "Ascolto", "code", "ascolto", "min_age", "venti"}},
		{ada, "/cohorts/new", "/cohorts/new", "name", "", []string{"starts_on", "2027-02-01", "seats", "otto"}},
		{ada, "/staff", "/staff", "family_name", "", []string{"given_name", "Piero", "email", "piero@example.org", "role", "evaluator"}},
		{ada, "/keys", "/keys", "name", "", []string{"scopes", "as-of", "lines", strconv.FormatInt(s.Line, 10)}},
	} {
		p := open(t, f.who, f.page)
		bad, err := f.who.Fill(p, f.action, append(slices.Clone(f.typed), f.secret, card)...)
		if err != nil {
			t.Errorf("%s: %v", f.action, err)
			continue
		}
		field := f.field
		if field == "" {
			field = f.secret
		}
		refusedAt(t, bad, f.action, field, "numero di carta", f.typed...)
		if language, err := bad.Form("/language"); err != nil || open(t, f.who, language.Values.Get("back")) == nil {
			t.Errorf("%s: a change of language leads nowhere: %v", f.action, err)
		}
	}
}

// Nobody learns from a refused form that a page exists.
func TestARefusedFormOfAPageThatIsHiddenStaysHidden(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	waiting := s.Apply("Anna", "Conti")
	certified := s.Certified("Giulia", "Ferrandi")
	v := s.SignIn(email(t, s, certified.Number))
	for action, field := range map[string]string{fmt.Sprintf("/applications/%d/note", waiting): "note", fmt.Sprintf("/cohorts/%d/sessions", s.Cohort): "title", "/sessions/1/move": "reason", "/set-up/1-abc": "organisation", "/people/v0101/correct/details": "reason"} {
		p, err := v.Post(action, map[string][]string{"form_key": {"0123456789abcdef"}, field: {card}})
		if err != nil || p.Status != 404 {
			t.Errorf("%s: %v %d", action, err, p.Status)
		}
	}
}

func TestTheFirstFormComesBack(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	pgtest.SetClock(t, db, apptest.Begin)
	a, err := app.New(t.Context(), db, app.RandomSecret(), blob.Folder(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	token, err := a.Setup.Link(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := webtest.Serve(t, &apptest.World{T: t, App: a, DB: db})
	v := s.Visitor()
	bad, err := v.Fill(open(t, v, "/set-up/"+token), "/set-up/", "organisation", "Casa Aperta", "contact", card, "given_name", "Ada")
	if err != nil {
		t.Fatal(err)
	}
	refusedAt(t, bad, "/set-up/", "contact", "numero di carta", "organisation", "Casa Aperta", "given_name", "Ada")
}

// Three forms of a session ask for a reason: each comes back by itself, from the
// decoder and from the use case.
func TestRefusedFormsOfASession(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia, luca := s.Volunteer("Giulia", "Ferrandi"), s.Volunteer("Luca", "Bonfanti")
	for i, day := range []string{"2026-12-08", "2026-12-15"} {
		plan := app.NewSeries{Cohort: s.Cohort, Kind: "evening", Title: "Serata", Weekdays: []int{2}, At: "20:30", Minutes: 120, First: day, Count: 1, Seats: 10}
		if _, err := s.App.Sessions.Plan(t.Context(), s.Trainer, s.Cmd(), plan); err != nil {
			t.Fatal(err)
		}
		if _, err := s.App.DueWork.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, who := range []people.Actor{giulia, luca} {
			if err := s.App.Sessions.Book(t.Context(), who, s.Cmd(), int64(i+1)); err != nil {
				t.Fatal(err)
			}
		}
	}
	davide := s.SignIn("davide@example.org")
	const room = "/sessions/2"
	for _, reason := range []struct{ typed, message string }{{card, "numero di carta"}, {"", "Serve anche questo"}} {
		page := open(t, davide, room)
		moved := fillRefused(t, davide, page, room+"/move", "date", "2026-12-22", "at", "18:05", "reason", reason.typed)
		refusedAt(t, moved, room+"/move", "move-reason", reason.message, "date", "2026-12-22", "at", "18:05")
		if strings.Contains(moved.Body, `<details class="confirm" open>`) {
			t.Error("the panel of another form is open")
		}
		off := fillRefused(t, davide, page, room+"/cancel", "reason", reason.typed)
		refusedAt(t, off, room+"/cancel", "cancel-reason", reason.message)
		if strings.Count(off.Body, `<details class="confirm" open>`) != 1 {
			t.Error("the refused panel is not open")
		}
	}
	past := fillRefused(t, davide, open(t, davide, room), room+"/move", "date", "2026-12-01", "at", "18:05", "reason", "La sala è occupata.")
	refusedAt(t, past, room+"/move", "move-date", "futuro", "date", "2026-12-01", "at", "18:05", "reason", "La sala è occupata.")
	if f, err := past.Form(room + "/cancel"); err != nil || f.Values.Get("reason") != "" {
		t.Errorf("the reason was copied into another form: %v", err)
	}

	s.Set(time.Date(2026, 12, 8, 22, 0, 0, 0, time.UTC))
	davide = s.SignIn("davide@example.org")
	closed := fill(t, davide, open(t, davide, "/sessions/1"), "/sessions/1/register", "outcome."+giulia.Number, "absent", "outcome."+luca.Number, "present")
	bad := fillRefused(t, davide, closed, "/sessions/1/correct", "outcome", "excused", "reason", card)
	refusedAt(t, bad, "/sessions/1/correct", "correct-"+luca.Number+"-reason", "numero di carta", "outcome", "excused")
	if strings.Count(bad.Body, `<details class="confirm" open>`) != 1 {
		t.Error("the refused panel is not open")
	}
	form, err := closed.Form("/sessions/1/correct")
	if err != nil {
		t.Fatal(err)
	}
	form.Values.Set("outcome", "forse") // no button offers it
	form.Values.Set("reason", "Era al telefono.")
	bad, err = davide.Send(form)
	if err != nil {
		t.Fatal(err)
	}
	refusedAt(t, bad, "/sessions/1/correct", "correct-"+luca.Number+"-outcome", "com’è andata", "reason", "Era al telefono.")
	other := strings.Split(bad.Body, `value="`+giulia.Number+`"`)
	if len(other) < 2 || strings.Contains(other[1], "Era al telefono.") {
		t.Error("the reason was copied to another person")
	}
}
