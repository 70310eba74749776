package web_test

import (
	"strings"
	"testing"
	"time"

	"abilita/internal/pg"
	"abilita/internal/web/webtest"
)

func TestWebhooksAreAdministeredOnAPage(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	ada := s.SignIn("ada@example.org")
	empty := open(t, ada, "/hooks")
	has(t, empty, "Ancora nessuno.", "Standard Webhooks")
	refused := fillRefused(t, ada, empty, "/hooks", "url", "http://altrove.example/hook")
	has(t, refused, "Scrivi un indirizzo che comincia con https://")
	if !strings.Contains(refused.Body, `value="http://altrove.example/hook"`) {
		t.Error("what was typed is lost")
	}
	made := fill(t, ada, refused, "/hooks", "url", "https://altrove.example/hook")
	has(t, made, "Il segreto si vede solo adesso", "https://altrove.example/hook", "Ancora nessun avviso")
	if !strings.Contains(made.Body, "whsec_") {
		t.Error("the secret is not shown")
	}
	if again := open(t, ada, "/hooks"); strings.Contains(again.Body, "whsec_") {
		t.Error("the secret is shown again")
	}
	if err := s.DB.InTx(t.Context(), func(q pg.Q, now time.Time) error {
		_, err := q.ExecContext(t.Context(), `UPDATE hook_endpoint SET failing_since = $1, disabled_at = $1`, now)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	off := open(t, ada, "/hooks")
	has(t, off, "Spento", "Riprova")
	on := fill(t, ada, off, "/hooks/")
	has(t, on, "Gli avvisi ripartono.")
	hasNot(t, on, "Spento")
	has(t, fill(t, ada, on, "/hooks/"), "Indirizzo tolto.", "Tolto")
}
