package web_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"abilita/course/proof"
	"abilita/internal/app"
	"abilita/internal/audit"
	"abilita/internal/pg"
	"abilita/internal/web/webtest"
)

// everywhere finds a word in any column of the database and returns where.
func everywhere(t *testing.T, db *pg.DB, word string) []string {
	t.Helper()
	var columns []struct{ Table, Column string }
	if err := db.Read().SelectContext(t.Context(), &columns, `SELECT c.relname AS table, a.attname AS column FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1, 2`); err != nil {
		t.Fatal(err)
	}
	var where []string
	for _, c := range columns {
		var n int
		if err := db.Read().GetContext(t.Context(), &n, fmt.Sprintf(`SELECT count(*) FROM %q WHERE strpos(lower(%q::text), lower($1)) > 0`, c.Table, c.Column), word); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			where = append(where, c.Table+"."+c.Column)
		}
	}
	return where
}

func TestWhoHasLeftIsErased(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v := s.Ready("Giuditta", "Ferrandini")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	var application int64
	must(s.DB.Read().GetContext(ctx, &application, `SELECT id FROM application WHERE person_id = $1`, int64(v.ID)))
	must(s.App.Admissions.Note(ctx, s.Coordinator, s.Cmd(), application, "Parola zanzibar: timida."))
	must(s.App.Certificates.Sign(ctx, s.Coordinator, s.Cmd(), s.Proposal(v)))
	var email, number string
	must(s.DB.Read().GetContext(ctx, &email, `SELECT email FROM identity WHERE person_id = $1`, int64(v.ID)))
	must(s.DB.Read().GetContext(ctx, &number, `SELECT number FROM certificate`))
	must(s.DB.InTx(ctx, func(q pg.Q, now time.Time) error {
		for _, query := range []string{
			`UPDATE identity SET phone = '02 zanzibar', residence = 'via Zanzibar 3', birth_place = 'Zanzibar' WHERE person_id = $1`,
			`INSERT INTO quiz_grant (person_id, enrolment_id, quiz_key, plan, by_id, at) SELECT person_id, id, 'qz-finale', 'Ripassa zanzibar.', (SELECT max(id) FROM person WHERE id <> $1), enrolled_at FROM enrolment WHERE person_id = $1`,
			`INSERT INTO roleplay_run (person_id, script_key, script_hash, seed, state, reflection, started_at, ended_at) SELECT $1, key, hash, 1, 'left', 'Ho pensato a zanzibar.', now(), now() FROM content_version WHERE kind = 'script' LIMIT 1`,
			`INSERT INTO secret_budget (key, failures, since) SELECT 'account:' || email_key, 1, now() FROM identity WHERE person_id = $1`,
			`INSERT INTO login_link (person_id, purpose, nonce, address, made_at, expires_at) SELECT $1, 'address', 'x', email, now(), now() FROM identity WHERE person_id = $1`,
		} {
			if _, err := q.ExecContext(ctx, query, int64(v.ID)); err != nil {
				return err
			}
		}
		return nil
	}))
	s.Advance(24 * time.Hour)
	certified := s.Now
	coordinator := s.SignIn("teresa@example.org")
	path := "/people/" + v.Number + "/erase"
	page := open(t, coordinator, path)
	if text := page.Text(); !strings.Contains(text, "prima segna l’uscita dal registro") || !strings.Contains(text, "Certificati 1") || strings.Contains(text, "Primo passo") {
		t.Errorf("while in the register the page says %s", text)
	}
	if err := s.App.Erasing.Erase(ctx, s.Coordinator, s.Cmd(), v.Number, "request", v.Number); err == nil {
		t.Fatal("somebody in the register was erased")
	}
	must(s.App.Corrections.Leave(ctx, s.Coordinator, s.Cmd(), v.Number, app.Leaving{Day: "2026-12-08", Reason: "Si trasferisce."}))
	if err := s.App.Erasing.Erase(ctx, s.Coordinator, s.Cmd(), v.Number, "request", v.Number); err == nil {
		t.Fatal("somebody was erased on their last day")
	}
	s.Advance(24 * time.Hour)
	giulia, teresa := s.SignIn(email), s.SignIn("teresa@example.org") // sessions of staff end after hours
	page = open(t, teresa, path)
	if text := page.Text(); !strings.Contains(text, "Può servire fino al 8 dicembre 2036") || !strings.Contains(text, "Primo passo") || strings.Contains(text, "Secondo passo") {
		t.Errorf("the plan says %s", text)
	}
	page = open(t, teresa, path+"?reason=request")
	page = fillRefused(t, teresa, page, path, "number", "v0999")
	if !strings.Contains(page.Text(), "Non è il numero di questa persona") || len(everywhere(t, s.DB, "Ferrandini")) == 0 {
		t.Errorf("a wrong number: %s", page.Text())
	}
	qn := app.Question{Line: "donazioni", Channel: "phone", Agent: v.Number, At: certified}
	before, err := s.App.Proofs.Read(ctx, s.Coordinator, qn)
	must(err)
	page = fill(t, teresa, page, path, "number", strings.ToUpper(v.Number))
	if text := page.Text(); !strings.Contains(text, "i dati che nominavano la persona non ci sono più") || !strings.Contains(text, "Persona cancellata") || !strings.Contains(text, "Lo ha chiesto la persona") {
		t.Errorf("afterwards the person's page says %s", text)
	}
	for _, word := range []string{"Ferrandini", "Giuditta", email, "zanzibar"} {
		if where := everywhere(t, s.DB, word); len(where) > 0 {
			t.Errorf("%q is still in %v", word, where)
		}
	}
	if p, err := giulia.Open("/account"); err != nil || !strings.Contains(p.URL.Path, "sign-in") {
		t.Errorf("the erased person is still signed in: %v %v", p.URL, err)
	}
	if text := open(t, s.Visitor(), "/verify/"+number).Text(); !strings.Contains(text, "Persona cancellata, n. "+v.Number) || strings.Contains(text, "Giuditta") {
		t.Errorf("the public page says %s", text)
	}
	after, err := s.App.Proofs.Read(ctx, s.Coordinator, qn)
	must(err)
	if !after.Answer.Granted || !reflect.DeepEqual(after.Answer, before.Answer) || !reflect.DeepEqual(after.Facts, before.Facts) || !reflect.DeepEqual(after.Certificates, before.Certificates) {
		t.Errorf("the proof was %+v, is now %+v", before, after)
	}
	file, err := s.App.Proofs.Export(ctx, s.Coordinator, qn)
	must(err)
	if strings.Contains(string(file), "Ferrandini") || !proof.Verify(file, "").Holds() {
		t.Error("the proof names the erased person, or does not hold")
	}
	if p, err := teresa.Open(path); err != nil || p.Status != 404 {
		t.Errorf("the page of an erasure that was done: %d %v", p.Status, err)
	}
	found, err := s.App.Doctor.Examine(ctx, s.Admin, false)
	must(err)
	for _, c := range found {
		if !c.OK() {
			t.Errorf("the doctor found %s: %v", c.Name, c.Bad)
		}
	}
	if f, err := (audit.Sealer{DB: s.DB, Key: s.App.Secret.For("audit")}).Verify(ctx); err != nil || !f.OK() {
		t.Errorf("the record: %+v %v", f, err)
	}
	var n int
	must(s.DB.Read().GetContext(ctx, &n, `SELECT count(*) FROM audit_entry WHERE action = 'person.erase' AND subject_id = $1 AND actor = $2 AND detail ->> 'reason' = 'request'`, int64(v.ID), int64(s.Coordinator.ID)))
	if n != 1 {
		t.Errorf("%d entries in the record", n)
	}
}
