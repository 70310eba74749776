package app_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
)

func TestSignInHasOneBudgetForAccountAndAddress(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	from := app.Came{Address: "198.51.100.7"}
	for i := range 10 {
		if _, err := w.App.Accounts.SignIn(t.Context(), "teresa@example.org", "sbagliata ma lunga abbastanza", from); !errors.Is(err, app.ErrWrongSignIn) {
			t.Fatalf("wrong password %d: %v", i, err)
		}
	}
	if _, err := w.App.Accounts.SignIn(t.Context(), "teresa@example.org", apptest.Password, app.Came{Address: "198.51.100.99"}); !errors.Is(err, app.ErrTooMany) {
		t.Errorf("the right password from elsewhere after ten wrong ones: %v", err)
	}
	if _, err := w.App.Accounts.SignIn(t.Context(), "bruno@example.org", apptest.Password, from); !errors.Is(err, app.ErrTooMany) {
		t.Errorf("another account from the address that tried: %v", err)
	}
	w.Advance(16 * time.Minute)
	if _, err := w.App.Accounts.SignIn(t.Context(), "teresa@example.org", apptest.Password, from); err != nil {
		t.Errorf("after the window: %v", err)
	}
}

func TestUnknownAndKnownAddressesAnswerAlike(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	_, known := w.App.Accounts.SignIn(t.Context(), "teresa@example.org", "sbagliata ma lunga abbastanza", app.Came{Address: "198.51.100.1"})
	_, unknown := w.App.Accounts.SignIn(t.Context(), "nessuno@example.org", "sbagliata ma lunga abbastanza", app.Came{Address: "198.51.100.2"})
	if known == nil || unknown == nil || known.Error() != unknown.Error() {
		t.Errorf("known %v, unknown %v", known, unknown)
	}
	for _, email := range []string{"teresa@example.org", "nessuno@example.org"} {
		if err := w.App.Accounts.Forgot(t.Context(), w.Cmd(), email, app.Came{Address: "198.51.100.3"}); err != nil {
			t.Errorf("forgot for %s: %v", email, err)
		}
	}
	var letters int
	if err := w.DB.Read().GetContext(t.Context(), &letters, `SELECT count(*) FROM letter WHERE kind = 'reset'`); err != nil || letters != 1 {
		t.Errorf("%d reset letters, want the one to the known address: %v", letters, err)
	}
}

// link reads the newest open login link of an address and makes its token.
func link(t *testing.T, w *apptest.World, email, purpose string) string {
	t.Helper()
	var id int64
	err := w.DB.Read().GetContext(t.Context(), &id, `SELECT k.id FROM login_link k JOIN identity i ON i.person_id = k.person_id
		WHERE i.email = $1 AND k.purpose = $2 ORDER BY k.id DESC LIMIT 1`, email, purpose)
	if err != nil {
		t.Fatal(err)
	}
	token, err := w.App.Setup.Token(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// V20: only the newest link works, once, in time, whole.
func TestAResetLinkWorksOnceAndInTime(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	from := app.Came{Address: "198.51.100.3"}
	forgot := func() string {
		t.Helper()
		if err := w.App.Accounts.Forgot(t.Context(), w.Cmd(), "teresa@example.org", from); err != nil {
			t.Fatal(err)
		}
		return link(t, w, "teresa@example.org", "reset")
	}
	accept := func(token, password string) error {
		_, err := w.App.Accounts.Accept(t.Context(), w.Cmd(), token, password, from)
		return err
	}
	const fresh = "un altro segreto di quattro boschi"
	first := forgot()
	second := forgot()
	if err := accept(first, fresh); !errors.Is(err, app.ErrLinkUsed) {
		t.Errorf("a link that a newer one replaced: %v", err)
	}
	forged := second[:len(second)-1] + map[bool]string{true: "b", false: "a"}[strings.HasSuffix(second, "a")]
	if err := accept(forged, fresh); !errors.Is(err, app.ErrNoLink) {
		t.Errorf("a forged link: %v", err)
	}
	if err := accept(second, "corta"); err == nil || errors.Is(err, app.ErrLinkUsed) {
		t.Errorf("a short password: %v", err)
	}
	old, err := w.App.Accounts.SignIn(t.Context(), "teresa@example.org", apptest.Password, from)
	if err != nil {
		t.Fatal(err)
	}
	if err := accept(second, fresh); err != nil {
		t.Fatalf("the newest link: %v", err)
	}
	if v, err := w.App.Accounts.Visit(t.Context(), old.Token); err != nil || v.Actor.ID != 0 {
		t.Errorf("a session from before the reset still lives: %+v %v", v.Actor, err)
	}
	if err := accept(second, fresh); !errors.Is(err, app.ErrLinkUsed) {
		t.Errorf("a used link: %v", err)
	}
	third := forgot()
	w.Advance(time.Hour)
	if err := accept(third, fresh); !errors.Is(err, app.ErrLinkUsed) {
		t.Errorf("a link an hour old: %v", err)
	}
}

func TestSessionsEndIdleAndForGood(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	in := func(email string) string {
		t.Helper()
		s, err := w.App.Accounts.SignIn(t.Context(), email, apptest.Password, app.Came{Address: "198.51.100.4"})
		if err != nil {
			t.Fatal(err)
		}
		return s.Token
	}
	alive := func(token string) bool {
		t.Helper()
		visit, err := w.App.Accounts.Visit(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		return visit.Actor.ID != 0
	}
	staff, volunteer := in("teresa@example.org"), in("volontario1@example.org")
	w.Advance(time.Hour)
	if alive(staff) || !alive(volunteer) {
		t.Errorf("after an idle hour: staff %v, volunteer %v", alive(staff), alive(volunteer))
	}
	w.Advance(24 * time.Hour)
	if alive(volunteer) {
		t.Error("a volunteer's session lives on after a day without use")
	}
	staff = in("teresa@example.org")
	for range 14 {
		w.Advance(55 * time.Minute)
		alive(staff)
	}
	if alive(staff) {
		t.Error("a staff session lives on after twelve hours of use")
	}
	one, two := in("volontario1@example.org"), in("volontario1@example.org")
	if err := w.App.Accounts.SignOutEverywhere(t.Context(), v, w.Cmd()); err != nil {
		t.Fatal(err)
	}
	if alive(one) || alive(two) {
		t.Error("a session survives signing out everywhere")
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]error{
		"quattordici123":                      people.ErrPasswordShort,
		"corallo lanterna biscotto nevischio": nil,
		"\U0001F98A\U0001F422 \U0001F989\U0001F41D volpe tartaruga gufo": nil,
		"passwordpassword":                    people.ErrPasswordWeak,
		"aaaaaaaaaaaaaaaaaaaa":                people.ErrPasswordWeak,
		"abcdefghijklmnopqrst":                people.ErrPasswordWeak,
		"12345678901234567890":                people.ErrPasswordWeak,
		"qwertyuiopasdfghjkl":                 people.ErrPasswordWeak,
		"MarioRossiMarioRossi":                people.ErrPasswordWeak,
		"mario.rossi@example.org":             people.ErrPasswordWeak,
		"volontari caritas 2026":              people.ErrPasswordWeak,
		"il treno parte alle sette":           nil,
		strings.Repeat("giraffa violino ", 9): people.ErrPasswordLong,
		"ottobre vento castagna sentiero":     nil,
	} {
		if err := people.CheckPassword(password, "Mario", "Rossi", "mario.rossi@example.org"); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", password, err, want)
		}
	}
}

func TestAnApplicationSentFiftyTimesIsOne(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	errs := make(chan error, 50)
	for i := range 50 {
		go func() {
			errs <- w.App.Admissions.Apply(t.Context(), people.Actor{}, w.Cmd(), app.NewApplication{
				Line: "donazioni", GivenName: "Giulia", FamilyName: "Ferrandi", Email: "giulia@example.org", Born: "1990-05-04", Motivation: "Ho tempo.", Paid: "no",
				Agreed: true, NoticeVersion: "1",
			}, app.Came{Address: fmt.Sprintf("203.0.113.%d", i)})
		}()
	}
	refused := 0
	for range 50 {
		if err := <-errs; err != nil {
			refused++
			t.Errorf("an application: %v", err)
		}
	}
	var persons, applications int
	if err := w.DB.Read().GetContext(t.Context(), &persons, `SELECT count(*) FROM identity WHERE email_key = 'giulia@example.org'`); err != nil {
		t.Fatal(err)
	}
	if err := w.DB.Read().GetContext(t.Context(), &applications, `SELECT count(*) FROM application`); err != nil {
		t.Fatal(err)
	}
	if persons != 1 || applications != 1 || refused != 0 {
		t.Errorf("%d people and %d applications, %d refused", persons, applications, refused)
	}
}
