package web_test

import (
	"fmt"
	"strings"
	"testing"

	"abilita/internal/web/webtest"
)

// The map of a script and the tables beside it carry the same figures, and no names.
func TestTheMapOfAScriptTellsWherePractisingGoes(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	ctx := t.Context()
	davide := s.SignIn("davide@example.org")
	fill(t, davide, open(t, davide, "/content"), "/content/drafts")
	const page = "/drafts/1/files/copioni~cinquanta-euro.md/preview"
	hasNot(t, open(t, davide, page), "Come va nelle prove")
	for n := range 5 {
		v := s.Volunteer(fmt.Sprint("Zaira", n), fmt.Sprint("Quondam", n))
		id, err := s.App.Practice.Start(ctx, v, s.Cmd(), "rp-cinquanta-euro")
		if err != nil {
			t.Fatal(err)
		}
		for step := 0; ; step++ {
			c, err := s.App.Practice.Read(ctx, v, id)
			if err != nil {
				t.Fatal(err)
			}
			if c.Ended() {
				break
			}
			if err := s.App.Practice.Choose(ctx, v, s.Cmd(), id, step, 0); err != nil {
				t.Fatal(err)
			}
		}
		if n == 0 {
			has(t, open(t, davide, page), "Ancora troppo poche persone")
		}
	}
	told := open(t, davide, page)
	has(t, told, "Come va nelle prove", "Da 5 prove di 5 persone", "Scelte deboli", "presa")
	hasNot(t, told, "Zaira", "Quondam")
	if !strings.Contains(told.Body, `class="sub"`) || strings.Contains(told.Body, ` style="`) {
		t.Error("the map has no figures, or a style of its own")
	}
}
