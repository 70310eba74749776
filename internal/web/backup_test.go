package web_test

import (
	"strings"
	"testing"
	"time"

	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/web/webtest"
)

func TestAdministratorsAreToldWhenThereIsNoFreshBackup(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	if err := s.DB.InTx(t.Context(), func(q pg.Q, now time.Time) error {
		_, err := q.ExecContext(t.Context(), `UPDATE deployment SET created_at = $1`, now)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	see := func(email string) bool {
		t.Helper()
		return strings.Contains(open(t, s.SignIn(email), "/account").Body, "copia di sicurezza")
	}
	for _, c := range []struct {
		after time.Duration
		take  bool
		told  bool
	}{{time.Hour, false, false}, {7 * 24 * time.Hour, false, true}, {0, true, false}, {6 * 24 * time.Hour, false, false}, {25 * time.Hour, false, true}} {
		s.Advance(c.after)
		if c.take {
			if err := s.App.Setup.NoteBackup(t.Context(), people.Actor{Program: "cli"}, 10, []byte{1}); err != nil {
				t.Fatal(err)
			}
		}
		if got := see("ada@example.org"); got != c.told {
			t.Errorf("at %s the administrator is told: %v", s.Now, got)
		}
	}
	if see("teresa@example.org") {
		t.Error("a coordinator is asked for a backup")
	}
}
