package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/legacy"

	"abilita/course/coursedb"
	"abilita/internal/api"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/web/webtest"
)

// decision is the body of a stop with everything it asks for.
func decision(agent, do string) string {
	if do == "restore" {
		return `{"agent":"` + agent + `","line":"donazioni","do":"restore","words":"Chiarito."}`
	}
	return `{"agent":"` + agent + `","line":"donazioni","do":"` + do + `","reason":"conduct","words":"Una segnalazione.","appeal_by":"2027-02-01"}`
}

// stopKey is a key that acts for the coordinator.
func stopKey(t *testing.T, s *webtest.Site) engine {
	t.Helper()
	return engine{t: t, site: s, json: true, token: key(t, s, app.NewKey{Name: "Gestionale", Scopes: []string{"stop"}, ActsFor: s.Coordinator.ID})}
}

type stopped struct {
	Agent, Line, Certificate, State, Engines string
	Version                                  int64
	By                                       string `json:"effective_by"`
	Running                                  string `json:"running_contact"`
}

// stop sends a decision that must be taken.
func (e engine) stop(body, key string, headers ...string) stopped {
	e.t.Helper()
	status, answer, _ := e.post("/gate/v1/stops", body, append(headers, "Idempotency-Key", key)...)
	var out stopped
	if err := json.Unmarshal([]byte(answer), &out); status != 200 || err != nil {
		e.t.Fatalf("%d %s %v", status, answer, err)
	}
	return out
}

// count is one number of the database.
func count(t *testing.T, w *apptest.World, query string, args ...any) int {
	t.Helper()
	var n int
	if err := w.DB.Read().GetContext(t.Context(), &n, query, args...); err != nil {
		t.Fatal(err)
	}
	return n
}

func endRole(t *testing.T, s *webtest.Site, who people.ID) {
	t.Helper()
	var grant int64
	if err := s.DB.Read().GetContext(t.Context(), &grant, `SELECT id FROM role_grant WHERE person_id = $1 AND role = 'coordinator' AND ended_at IS NULL`, int64(who)); err != nil {
		t.Fatal(err)
	}
	if err := s.App.Organising.EndRole(t.Context(), s.Admin, s.Cmd(), grant); err != nil {
		t.Fatal(err)
	}
}

// What was answered by one instance holds on another from that moment, and carries
// the name of a person.
func TestAKeyStopsInTheNameOfAPerson(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v := s.Certified("Giulia", "Ferrandi")
	there := webtest.Serve(t, s.World)
	e := stopKey(t, s)
	ask := engine{t: t, site: there, token: key(t, s, app.NewKey{Name: "Centralino", Scopes: []string{"check"}})}
	for i, step := range []struct{ do, state, begins, has string }{
		{"suspend", "suspended", "disabled ", "certificate_suspended"},
		{"restore", "valid", "enabled ", "level="},
		{"revoke", "revoked", "disabled ", "certificate_revoked"},
	} {
		s.Advance(time.Second)
		got := e.stop(decision(v.Number, step.do), fmt.Sprintf("decision-number-%d", i))
		if got.Agent != v.Number || got.Line != "donazioni" || got.State != step.state || got.Engines != "applied" || got.By != "" || got.Running != "finish" || got.Certificate == "" {
			t.Errorf("%s: %+v", step.do, got)
		}
		want := step.begins + v.Number + fmt.Sprintf(" donazioni phone v=%d", got.Version)
		if _, body, _ := ask.get("/gate/v1/check?line=donazioni&channel=phone&agent=" + v.Number); !strings.HasPrefix(body, want) || !strings.Contains(body, step.has) {
			t.Errorf("after %s the other instance says %q, want %q", step.do, body, want)
		}
	}
	for what, want := range map[string]int{
		`SELECT count(*) FROM audit_entry WHERE action = 'certificate.stop' AND actor = $1 AND acting_as = 'coordinator' AND detail->>'by_key' = 'Gestionale'`: 3,
		`SELECT count(*) FROM certificate_event WHERE kind IN ('suspended', 'restored', 'revoked') AND actor_id = $1`:                                          3,
		`SELECT count(*) FROM letter WHERE kind IN ('certificate_suspended', 'certificate_restored', 'certificate_revoked') AND person_id <> $1`:               3,
		`SELECT count(*) FROM letter WHERE kind = 'key_acts' AND person_id = $1`:                                                                               1,
		`SELECT count(*) FROM audit_entry WHERE action = 'key.manage' AND (detail->>'person')::bigint = $1`:                                                    1,
	} {
		if got := count(t, s.World, what, int64(s.Coordinator.ID)); got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
}

func TestAStopSentAgainHappensOnce(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v, m := s.Certified("Giulia", "Ferrandi"), s.Certified("Marco", "Sala")
	e := stopKey(t, s)
	const once = "one-decision-only"
	// A refusal does not spend the key.
	if status, body, _ := e.post("/gate/v1/stops", strings.Replace(decision(v.Number, "revoke"), "Una segnalazione.", "", 1), "Idempotency-Key", once); status != 422 {
		t.Errorf("without words: %d %s", status, body)
	}
	first := e.stop(decision(v.Number, "revoke"), once)
	revoke(t, s, m.Number) // the version moves on
	s.Advance(23 * time.Hour)
	if again := e.stop(decision(v.Number, "revoke"), once); again != first {
		t.Errorf("sent again: %+v, want %+v", again, first)
	}
	for name, other := range map[string]string{"another body": decision(m.Number, "revoke"), "another decision": decision(v.Number, "suspend")} {
		if status, body, _ := e.post("/gate/v1/stops", other, "Idempotency-Key", once); status != 409 || body != `{"error":"fault.key_reused"}`+"\n" {
			t.Errorf("%s under the same key: %d %s", name, status, body)
		}
	}
	// Somebody else's key does not read the answer.
	second := engine{t: t, site: s, json: true, token: key(t, s, app.NewKey{Name: "Altro", Scopes: []string{"stop"}, ActsFor: s.Second.ID})}
	if status, body, _ := second.post("/gate/v1/stops", decision(v.Number, "revoke"), "Idempotency-Key", once); status != 409 {
		t.Errorf("for another person: %d %s", status, body)
	}
	if n := count(t, s.World, `SELECT count(*) FROM certificate_event WHERE kind = 'revoked'`); n != 2 {
		t.Errorf("%d revocations, want 2", n)
	}
}

func TestEightEqualStopsAreOne(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	there := webtest.Serve(t, s.World)
	v, m := s.Certified("Giulia", "Ferrandi"), s.Certified("Marco", "Sala")
	for name, race := range map[string]struct {
		agent string
		key   func(i int) string
		want  map[int]int
	}{
		"one key":   {v.Number, func(int) string { return "the-same-decision" }, map[int]int{200: 8}},
		"their own": {m.Number, func(i int) string { return fmt.Sprintf("decision-number-%d", i) }, map[int]int{200: 1, 409: 7}},
	} {
		a := stopKey(t, s)
		b := a
		b.site = there
		var mu sync.Mutex
		got, bodies := map[int]int{}, map[string]bool{}
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				e := []engine{a, b}[i%2]
				status, body, _ := e.post("/gate/v1/stops", decision(race.agent, "revoke"), "Idempotency-Key", race.key(i))
				mu.Lock()
				defer mu.Unlock()
				got[status]++
				if status == 200 {
					bodies[body] = true
				}
			})
		}
		wg.Wait()
		if fmt.Sprint(got) != fmt.Sprint(race.want) || len(bodies) != 1 {
			t.Errorf("%s: %v %v, want %v", name, got, bodies, race.want)
		}
		if n := count(t, s.World, `SELECT count(*) FROM certificate_event e JOIN certificate c ON c.id = e.certificate_id JOIN person p ON p.id = c.person_id WHERE e.kind = 'revoked' AND p.number = $1`, race.agent); n != 1 {
			t.Errorf("%s: %d revocations", name, n)
		}
	}
}

// The rights of the person are read at each use, and at the end of a race too.
func TestAKeyMayWhatItsPersonMay(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v := s.Certified("Giulia", "Ferrandi")
	s.Advance(time.Second)
	use := func(name string, e engine, status int, code string) {
		t.Helper()
		got, body, _ := e.post("/gate/v1/stops", decision(v.Number, "suspend"), "Idempotency-Key", "never-to-be-done-"+name)
		if got != status || body != `{"error":"`+code+`"}`+"\n" {
			t.Errorf("%s: %d %s, want %d %s", name, got, body, status, code)
		}
	}
	ended := stopKey(t, s)
	endRole(t, s, s.Coordinator.ID)
	use("ended", ended, 403, "gate.no_rights")
	page, err := s.SignIn("ada@example.org").Open("/keys")
	if err != nil || !strings.Contains(page.Text(), "Agisce per Teresa Mancuso") || !strings.Contains(page.Text(), "Adesso non può fermare nessuno") {
		t.Errorf("the page of keys: %v %s", err, page.Text())
	}

	other, err := s.App.Lines.Add(t.Context(), s.Admin, s.Cmd(), app.NewLine{Code: "altra", Name: "Altra", Zone: "Europe/Rome", Channels: []string{"phone"}, MinAge: 18, Fallback: "segreteria", Programme: "pr-donazioni"})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := s.Staff("Carla", "Prova", people.Grant{Role: people.Coordinator, Scope: people.Line, ID: other})
	use("elsewhere", engine{t: t, site: s, json: true, token: key(t, s, app.NewKey{Name: "altrove", Scopes: []string{"stop"}, ActsFor: elsewhere.ID})}, 404, "gate.no_line")

	// What the use cases do not allow today counts too: a role that ends by its date.
	partner := s.Staff("Paola", "Prova", people.Grant{Role: people.Coordinator, Scope: people.Line, ID: s.Line})
	dated := engine{t: t, site: s, json: true, token: key(t, s, app.NewKey{Name: "scade", Scopes: []string{"stop"}, ActsFor: partner.ID})}
	exec := func(query string, args ...any) {
		t.Helper()
		if err := s.DB.InTx(t.Context(), func(q pg.Q, _ time.Time) error { _, err := q.ExecContext(t.Context(), query, args...); return err }); err != nil {
			t.Fatal(err)
		}
	}
	exec(`ALTER TABLE role_grant DROP CONSTRAINT role_grant_partner`)
	exec(`UPDATE role_grant SET partner = 'Croce', until = $2 WHERE person_id = $1`, int64(partner.ID), s.Now.Add(time.Hour))
	got := dated.stop(decision(v.Number, "suspend"), "while-it-lasts-01")
	if got.State != "suspended" {
		t.Errorf("%+v", got)
	}
	s.Advance(time.Hour)
	use("agreement over", dated, 403, "gate.no_rights")

	// Erased, and joined to another record: only the mark of the record says so.
	gone := s.Staff("Elio", "Prova", people.Grant{Role: people.Coordinator, Scope: people.Line, ID: s.Line})
	for _, mark := range []string{`erased_at = abilita_now()`, `erased_at = NULL, merged_into = (SELECT min(id) FROM person)`} {
		exec(`UPDATE person SET erased_at = NULL, merged_into = NULL WHERE id = $1`, int64(gone.ID))
		e := engine{t: t, site: s, json: true, token: key(t, s, app.NewKey{Name: "andato", Scopes: []string{"stop"}, ActsFor: gone.ID})}
		exec(`UPDATE person SET `+mark+` WHERE id = $1`, int64(gone.ID))
		use(mark[:9], e, 403, "gate.no_rights")
	}

	// A key that ends while its stop is under way stops nothing.
	keys, err := s.App.Gate.Keys(t.Context(), s.Admin)
	if err != nil {
		t.Fatal(err)
	}
	exec(`UPDATE role_grant SET until = NULL, partner = '' WHERE person_id = $1`, int64(partner.ID))
	for _, k := range keys {
		if k.Name == "scade" {
			if err := s.App.Gate.EndKey(t.Context(), s.Admin, s.Cmd(), k.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	use("ended key", dated, 401, "gate.bad_token")
	if n := count(t, s.World, `SELECT count(*) FROM certificate_event WHERE kind IN ('suspended', 'revoked')`); n != 1 {
		t.Errorf("%d stops, want 1", n)
	}
}

// A role or a key that ends while a stop is under way: the stop waits for it and is
// refused, though it was allowed when it came.
func TestWhatEndsMeanwhile(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		lock, end string // of the coordinator $1, at $2
		status    int
		code      string
	}{
		"the role": {`SELECT id FROM person WHERE id = $1 FOR UPDATE`, `UPDATE role_grant SET ended_at = $2 WHERE person_id = $1`, 403, "gate.no_rights"},
		"the key":  {`SELECT id FROM gate_key WHERE acts_for = $1 FOR UPDATE`, `UPDATE gate_key SET ended_at = $2 WHERE acts_for = $1`, 401, "gate.bad_token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := webtest.Start(t)
			v := s.Certified("Giulia", "Ferrandi")
			e := stopKey(t, s)
			ending, done := make(chan struct{}), make(chan struct{})
			var status int
			var body string
			go func() {
				defer close(done)
				<-ending
				status, body, _ = e.post("/gate/v1/stops", decision(v.Number, "revoke"), "Idempotency-Key", "between-two-instants")
			}()
			err := s.DB.InTx(t.Context(), func(q pg.Q, now time.Time) error {
				var id int64
				if err := q.GetContext(t.Context(), &id, tc.lock, int64(s.Coordinator.ID)); err != nil {
					return err
				}
				if _, err := q.ExecContext(t.Context(), tc.end, int64(s.Coordinator.ID), now); err != nil {
					return err
				}
				close(ending)
				for { // until the stop has read what still holds, and waits
					var waiting bool
					err := s.DB.Read().GetContext(t.Context(), &waiting, `SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FOR SHARE%')`)
					if err != nil || waiting {
						return err
					}
					select {
					case <-done:
						return fmt.Errorf("the stop did not wait: %d %s", status, body)
					default:
					}
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			<-done
			if status != tc.status || !strings.Contains(body, tc.code) {
				t.Errorf("%d %s, want %d %s", status, body, tc.status, tc.code)
			}
			if n := count(t, s.World, `SELECT (SELECT count(*) FROM certificate_event WHERE kind = 'revoked') + (SELECT count(*) FROM command WHERE key = 'between-two-instants')`); n != 0 {
				t.Error("something was done")
			}
		})
	}
}

func TestAStopWaitsForWhoHoldsALease(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v := s.Certified("Giulia", "Ferrandi")
	e := stopKey(t, s)
	car := engine{t: t, site: s, json: true, token: key(t, s, app.NewKey{Name: "lato", Scopes: []string{"leases"}})}
	if status, body, _ := car.post("/gate/v1/leases", `{"engine":"pbx","instance":"1"}`); status != 200 {
		t.Fatalf("%d %s", status, body)
	}
	by := s.Now.Add(5 * time.Second).Format(time.RFC3339Nano)
	suspended := e.stop(decision(v.Number, "suspend"), "suspend-and-see-01")
	if suspended.Engines != "pending" || suspended.By != by {
		t.Errorf("the lease does not know: %+v, want pending until %s", suspended, by)
	}
	if got := e.stop(decision(v.Number, "suspend"), "suspend-and-see-01", "Prefer", "wait=1"); got != suspended {
		t.Errorf("after a second: %+v", got)
	}
	answered := make(chan stopped, 1)
	go func() {
		_, body, _ := e.post("/gate/v1/stops", decision(v.Number, "suspend"), "Idempotency-Key", "suspend-and-see-01", "Prefer", "wait=30")
		var out stopped
		_ = json.Unmarshal([]byte(body), &out)
		answered <- out
	}()
	for _, ask := range []string{`{"engine":"pbx","instance":"1"}`, fmt.Sprintf(`{"engine":"pbx","instance":"1","acked":%d}`, suspended.Version)} { // it receives, then has it in force
		if status, body, _ := car.post("/gate/v1/leases", ask); status != 200 {
			t.Fatalf("%d %s", status, body)
		}
	}
	want := suspended
	want.Engines, want.By = "applied", ""
	if got := <-answered; got != want {
		t.Errorf("acknowledged: %+v, want %+v", got, want)
	}
	// The next one is pending until the lease ends by itself.
	s.Advance(time.Second)
	if got := e.stop(decision(v.Number, "restore"), "restore-and-see-01", "Prefer", "wait=1"); got.Engines != "pending" || got.By == "" {
		t.Errorf("%+v", got)
	}
	s.Advance(time.Minute)
	if got := e.stop(decision(v.Number, "restore"), "restore-and-see-01", "Prefer", "wait=30"); got.Engines != "applied" || got.State != "valid" {
		t.Errorf("%+v", got)
	}
}

func TestEachRefusalOfAStop(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v, out := s.Certified("Giulia", "Ferrandi"), s.Volunteer("Marco", "Sala")
	other, err := s.App.Lines.Add(t.Context(), s.Admin, s.Cmd(), app.NewLine{Code: "altra", Name: "Altra", Zone: "Europe/Rome", Channels: []string{"phone"}, MinAge: 18, Fallback: "segreteria", Programme: "pr-donazioni"})
	if err != nil {
		t.Fatal(err)
	}
	both := s.Staff("Carla", "Prova", people.Grant{Role: people.Coordinator, Scope: people.Line, ID: s.Line}, people.Grant{Role: people.Coordinator, Scope: people.Line, ID: other})
	narrow := engine{t: t, site: s, json: true, token: key(t, s, app.NewKey{Name: "stretta", Scopes: []string{"stop"}, Lines: []int64{other}, ActsFor: both.ID})}
	// A volunteer who also coordinates.
	err = s.DB.InTx(t.Context(), func(q pg.Q, now time.Time) error {
		_, err := q.ExecContext(t.Context(), `INSERT INTO role_grant (person_id, role, scope, scope_id, granted_at) VALUES ($1, 'coordinator', 'line', $2, $3)`, int64(v.ID), s.Line, now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	own := engine{t: t, site: s, json: true, token: key(t, s, app.NewKey{Name: "propria", Scopes: []string{"stop"}, ActsFor: v.ID})}
	e, asker := stopKey(t, s), engine{t: t, site: s, json: true, token: key(t, s, app.NewKey{Name: "tutto", Scopes: []string{"check", "list", "changes", "leases", "as-of", "contacts"}})}
	good := decision(v.Number, "revoke")
	with := func(from, to string) string { return strings.Replace(good, from, to, 1) }
	spec := described(t, s)
	for name, tc := range map[string]struct {
		e      engine
		body   string
		status int
		code   string
		field  string
	}{
		"no key":                {engine{t: t, site: s, json: true}, good, 401, "gate.bad_token", ""},
		"a wrong key":           {engine{t: t, site: s, json: true, token: "gkx"}, good, 401, "gate.bad_token", ""},
		"another scope":         {asker, good, 403, "gate.bad_scope", ""},
		"their own certificate": {own, good, 403, "correct.own_matter", ""},
		"a member too many":     {e, with(`"do"`, `"now":true,"do"`), 400, "fault.body", ""},
		"a member twice":        {e, with(`"do"`, `"do":"suspend","do"`), 400, "fault.body", ""},
		"another case":          {e, with(`"do"`, `"Do"`), 400, "fault.body", ""},
		"bytes after the end":   {e, good + "{}", 400, "fault.body", ""},
		"no decision":           {e, with(`"revoke"`, `"remove"`), 400, "gate.malformed", ""},
		"a malformed agent":     {e, with(v.Number, "V 1"), 400, "gate.malformed", ""},
		"a malformed line":      {e, with("donazioni", "DON"), 400, "gate.malformed", ""},
		"a reason to restore":   {e, with("revoke", "restore"), 400, "gate.malformed", ""},
		"a card number":         {e, with("Una segnalazione.", "4111 1111 1111 1111"), 400, "fault.card_number", ""},
		"an unknown line":       {e, with("donazioni", "nessuna"), 404, "gate.no_line", ""},
		"a line outside":        {narrow, good, 404, "gate.no_line", ""},
		"a line of others":      {e, with("donazioni", "altra"), 404, "gate.no_line", ""},
		"nobody":                {e, with(v.Number, "v9999"), 404, "gate.no_certificate", ""},
		"no certificate":        {e, with(v.Number, out.Number), 404, "gate.no_certificate", ""},
		"nothing is suspended":  {e, decision(v.Number, "restore"), 409, "cert.not_suspended", ""},
		"an unknown reason":     {e, with("conduct", "mood"), 422, "cert.reason_needed", "reason"},
		"no reason":             {e, with(`"conduct"`, `""`), 422, "cert.reason_needed", "reason"},
		"no words":              {e, with("Una segnalazione.", "  "), 422, "form.required", "words"},
		"too many words":        {e, with("Una segnalazione.", strings.Repeat("a", 2001)), 422, "form.too_long", "words"},
		"no day":                {e, with("2027-02-01", "presto"), 422, "form.date", "appeal_by"},
		"a day that is over":    {e, with("2027-02-01", "2026-01-01"), 422, "cert.appeal_past", "appeal_by"},
	} {
		status, body, header := tc.e.post("/gate/v1/stops", tc.body, "Idempotency-Key", "refused-each-time")
		want, _ := json.Marshal(struct {
			Error string `json:"error"`
			Field string `json:"field,omitempty"`
		}{tc.code, tc.field})
		if status != tc.status || body != string(want)+"\n" {
			t.Errorf("%s: %d %s, want %d %s", name, status, body, tc.status, want)
		}
		spec(http.MethodPost, "/gate/v1/stops", status, header, body)
	}
	if status, body, _ := e.post("/gate/v1/stops", good); status != 400 || !strings.Contains(body, "fault.key_missing") {
		t.Errorf("without an idempotency key: %d %s", status, body)
	}
	if status, body, _ := e.do(http.MethodPost, "/gate/v1/stops", good, "Content-Type", "text/plain", "Idempotency-Key", "another-media-type"); status != 415 {
		t.Errorf("as text: %d %s", status, body)
	}
	plain := e
	plain.json = false
	if status, body, _ := plain.post("/gate/v1/stops", with("conduct", "mood"), "Idempotency-Key", "refused-each-time"); status != 422 || body != "error cert.reason_needed reason\n" {
		t.Errorf("as text: %d %q", status, body)
	}
	if n := count(t, s.World, `SELECT count(*) FROM certificate_event WHERE kind IN ('suspended', 'revoked', 'restored')`); n != 0 {
		t.Errorf("%d refused stops were done", n)
	}
	status, body, header := e.post("/gate/v1/stops", good, "Idempotency-Key", "refused-each-time")
	if status != 200 {
		t.Errorf("%d %s", status, body)
	}
	spec(http.MethodPost, "/gate/v1/stops", status, header, body)
	if status, body, _ := e.post("/gate/v1/stops", decision(v.Number, "suspend"), "Idempotency-Key", "after-a-revocation"); status != 409 || !strings.Contains(body, "cert.revoked_is_final") {
		t.Errorf("after a revocation: %d %s", status, body)
	}
}

// described validates answers by the description.
func described(t *testing.T, s *webtest.Site) func(method, path string, status int, header http.Header, body string) {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = openapi3.Servers{{URL: s.URL}}
	router, err := legacy.NewRouter(doc, openapi3.DisableExamplesValidation())
	if err != nil {
		t.Fatal(err)
	}
	return func(method, path string, status int, header http.Header, body string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		route, params, err := router.FindRoute(req)
		if err != nil {
			t.Fatal(err)
		}
		in := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route},
			Status:                 status, Header: header, Options: &openapi3filter.Options{IncludeResponseStatus: true},
		}
		in.SetBodyBytes([]byte(body))
		if err := openapi3filter.ValidateResponse(t.Context(), in); err != nil {
			t.Errorf("%d %s: %v", status, body, err)
		}
	}
}

// Which keys can be made is one table: a key that stops acts for somebody who may,
// stands alone, and nothing else acts for anybody. The database holds the same.
func TestWhichKeysActForWhom(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	other, err := s.App.Lines.Add(t.Context(), s.Admin, s.Cmd(), app.NewLine{Code: "altra", Name: "Altra", Zone: "Europe/Rome", Channels: []string{"phone"}, MinAge: 18, Fallback: "segreteria", Programme: "pr-donazioni"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.App.Setup.Invite(t.Context(), s.Admin, s.Cmd(), app.Invitation{GivenName: "Nuova", FamilyName: "Prova", Email: "nuova@example.org", Grants: []people.Grant{{Role: people.Coordinator, Scope: people.Line, ID: s.Line}}}); err != nil {
		t.Fatal(err)
	}
	var invited people.ID
	if err := s.DB.Read().GetContext(t.Context(), &invited, `SELECT person_id FROM identity WHERE email_key = 'nuova@example.org'`); err != nil {
		t.Fatal(err)
	}
	administrator := s.Staff("Dora", "Prova", people.Grant{Role: people.Administrator, Scope: people.All})
	for name, tc := range map[string]struct {
		key  app.NewKey
		want string // the fault
	}{
		"a coordinator":             {app.NewKey{Scopes: []string{"stop"}, ActsFor: s.Coordinator.ID}, ""},
		"on their line":             {app.NewKey{Scopes: []string{"stop"}, ActsFor: s.Coordinator.ID, Lines: []int64{s.Line}}, ""},
		"on a line of others":       {app.NewKey{Scopes: []string{"stop"}, ActsFor: s.Coordinator.ID, Lines: []int64{s.Line, other}}, "form; lines: key.stop_elsewhere"},
		"nobody":                    {app.NewKey{Scopes: []string{"stop"}}, "form; acts_for: key.stop_nobody"},
		"a trainer":                 {app.NewKey{Scopes: []string{"stop"}, ActsFor: s.Trainer.ID}, "form; acts_for: key.may_not_stop"},
		"an administrator":          {app.NewKey{Scopes: []string{"stop"}, ActsFor: administrator.ID}, "form; acts_for: key.may_not_stop"},
		"somebody who is not there": {app.NewKey{Scopes: []string{"stop"}, ActsFor: 987654}, "form; acts_for: key.may_not_stop"},
		"who never signed in":       {app.NewKey{Scopes: []string{"stop"}, ActsFor: invited}, "form; acts_for: key.may_not_stop"},
		"stopping and asking":       {app.NewKey{Scopes: []string{"check", "stop"}, ActsFor: s.Coordinator.ID}, "form; scopes: key.stop_alone"},
		"asking for somebody":       {app.NewKey{Scopes: []string{"check"}, ActsFor: s.Coordinator.ID}, "form; acts_for: key.acts_to_stop"},
		"asking for nobody as ever": {app.NewKey{Scopes: []string{"check", "list"}}, ""},
	} {
		tc.key.Name = name
		before := count(t, s.World, `SELECT count(*) FROM gate_key`)
		_, err := s.App.Gate.AddKey(t.Context(), s.Admin, s.Cmd(), tc.key)
		if got := fmt.Sprint(err); tc.want == "" && err != nil || tc.want != "" && got != tc.want {
			t.Errorf("%s: %v, want %q", name, err, tc.want)
		}
		if made := count(t, s.World, `SELECT count(*) FROM gate_key`) - before; made != map[bool]int{true: 1}[tc.want == ""] {
			t.Errorf("%s: %d keys made", name, made)
		}
	}
	for name, k := range map[string]coursedb.GateKey{
		"stop without a person": {Name: "x", Scopes: []string{"stop"}, Lines: []int64{}},
		"stop with another":     {Name: "x", Scopes: []string{"check", "stop"}, Lines: []int64{}, ActsFor: s.Coordinator.ID},
		"a person without stop": {Name: "x", Scopes: []string{"check"}, Lines: []int64{}, ActsFor: s.Coordinator.ID},
	} {
		err := s.DB.InTx(t.Context(), func(q pg.Q, now time.Time) error {
			_, err := coursedb.New(q).AddKey(t.Context(), k, []byte(name), 0, now)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "gate_key_acts_for_stops") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
