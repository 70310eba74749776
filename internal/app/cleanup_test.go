package app_test

import (
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
)

func TestCleaningUpKeepsWhatStillCounts(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	count := func(table string) int {
		t.Helper()
		var n int
		if err := w.DB.Read().GetContext(t.Context(), &n, `SELECT count(*) FROM `+table); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if _, err := w.App.Accounts.SignIn(t.Context(), "ada@example.org", "not the password at all", app.Came{Address: "192.0.2.9"}); err == nil {
		t.Fatal("a wrong password signed in")
	}
	before := map[string]int{}
	for _, table := range []string{"command", "web_session", "login_link", "secret_budget"} {
		before[table] = count(table)
		if before[table] == 0 {
			t.Fatalf("the World has no %s", table)
		}
	}
	clean := func() {
		t.Helper()
		if _, err := w.App.DueWork.CleanUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	clean()
	for table, n := range before {
		if got := count(table); got != n {
			t.Errorf("%s at once: %d, was %d", table, got, n)
		}
	}
	w.Advance(25 * time.Hour)
	clean()
	for table, want := range map[string]int{"command": 0, "web_session": 0, "secret_budget": 0, "login_link": before["login_link"]} {
		if got := count(table); got != want {
			t.Errorf("%s after a day: %d, want %d", table, got, want)
		}
	}
	w.Advance(31 * 24 * time.Hour)
	clean()
	// Letters still to be handed over keep their link.
	if got := count("login_link"); got != count("letter WHERE link_id IS NOT NULL") || got == before["login_link"] {
		t.Errorf("login links after a month: %d, were %d", got, before["login_link"])
	}
}
