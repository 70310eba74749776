package web_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"abilita/internal/i18n"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

// unpack reads the two files of a copy.
func unpack(t *testing.T, page *robot.Page) (data, html string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader([]byte(page.Body)), int64(len(page.Body)))
	if err != nil || page.Status != 200 {
		t.Fatalf("%d %v: %.200s", page.Status, err, page.Body)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(b)
	}
	if len(out) != 2 {
		t.Fatalf("the copy holds %v", slices.Sorted(maps.Keys(out)))
	}
	return out["data.json"], out["data.html"]
}

func TestAPersonDownloadsTheirData(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	v := s.Certified("Giulia", "Ferrandi")
	other := s.Volunteer("Nicola", "Serra")
	var email string
	if err := s.DB.Read().GetContext(t.Context(), &email, `SELECT email FROM identity WHERE person_id = $1`, int64(v.ID)); err != nil {
		t.Fatal(err)
	}
	giulia := s.SignIn(email)
	account := open(t, giulia, "/account")
	page := fill(t, giulia, account, "/account/copy")
	data, html := unpack(t, page)
	for _, want := range []string{"Giulia", "Ferrandi", email, "qz-finale", `"name": "Chi sei e come ti scriviamo"`, `"given_name": "nome"`} {
		if !strings.Contains(data, want) {
			t.Errorf("the data lack %s", want)
		}
	}
	for _, want := range []string{`<html lang="it">`, "I dati di Giulia Ferrandi", "<dt>cognome</dt><dd>Ferrandi</dd>", "Serve per: registro e assicurazione, per legge."} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, no := range []string{"<script", "<style", "<link", "<img", "src=", "href=", "Serra", "argon2", other.Number + `"`} {
		if strings.Contains(html, no) || strings.Contains(data, no) {
			t.Errorf("the copy holds %s", no)
		}
	}
	// Sent again, the same form leads back.
	again := fill(t, giulia, account, "/account/copy")
	if again.Status != 200 || !strings.Contains(again.Text(), "Una copia dei tuoi dati") {
		t.Errorf("sent again: %d", again.Status)
	}
	// Who coordinates may make it for them; that stays in the record.
	teresa := s.SignIn("teresa@example.org")
	_, html = unpack(t, fill(t, teresa, open(t, teresa, "/people/"+v.Number), "/people/"+v.Number+"/copy"))
	if !strings.Contains(html, "Ferrandi") {
		t.Error("the coordinator's copy is of somebody else")
	}
	var n int
	if err := s.DB.Read().GetContext(t.Context(), &n, `SELECT count(*) FROM audit_entry WHERE action = 'person.copy' AND subject_id = $1 AND (actor = $1 AND acting_as = 'self' OR actor = $2 AND acting_as = 'coordinator')`, int64(v.ID), int64(s.Coordinator.ID)); err != nil || n != 2 {
		t.Errorf("%d entries in the record: %v", n, err)
	}
}

// plant replaces all data with one row in every table for each of two people,
// in which every column holds something that stands nowhere else. It returns
// what each column of whom holds.
func plant(t *testing.T, s *webtest.Site, whose map[string]people.Actor) map[string]string {
	t.Helper()
	var columns []struct{ Table, Column, Type string }
	held := map[string]string{}
	err := s.DB.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		var drops []string
		if err := q.SelectContext(t.Context(), &drops, `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f')
			UNION ALL SELECT DISTINCT format('ALTER TABLE %s DISABLE TRIGGER USER', tgrelid::regclass) FROM pg_trigger WHERE NOT tgisinternal`); err != nil {
			return err
		}
		for _, d := range drops {
			if _, err := q.ExecContext(t.Context(), d); err != nil {
				return err
			}
		}
		if err := q.SelectContext(t.Context(), &columns, `SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, NULL) AS type FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1, a.attnum`); err != nil {
			return err
		}
		n := 910_000_000
		for who, person := range whose {
			id := int64(person.ID)
			into, values := map[string][]string{}, map[string][]string{}
			ids := map[string]int{} // of the row of each table
			for _, c := range columns {
				if _, ok := people.OwnerOf(c.Table); !ok {
					continue
				}
				n++
				if ids[c.Table] == 0 {
					ids[c.Table] = n - 100_000_000
				}
				into[c.Table] = append(into[c.Table], `"`+c.Column+`"`)
				values[c.Table] = append(values[c.Table], "")
				i := len(values[c.Table]) - 1
				owner, _ := people.OwnerOf(c.Table)
				word := fmt.Sprintf("k%dz", n)
				literal := map[string]string{
					"text": "'" + word + "'", "jsonb": `'{"k": "` + word + `"}'`, "text[]": "'{" + word + "}'", "bytea": "'" + word + "'", "bigint": fmt.Sprint(n), "integer": fmt.Sprint(n), "xid8": "'" + fmt.Sprint(n) + "'",
					"timestamp with time zone": fmt.Sprintf("to_timestamp(%d)", n), "date": fmt.Sprintf("'0001-01-01'::date + %d", n%100_000), "boolean": "true", "bigint[]": fmt.Sprintf("'{%d}'", n),
				}[c.Type]
				name := who + " " + c.Table + "." + c.Column
				switch {
				case literal == "":
					return fmt.Errorf("no canary for %s", c.Type)
				case c.Column == owner.Column && owner.Table == "":
					literal = fmt.Sprint(id)
				case c.Table == "person" && c.Column == "number": // the address of the page
					literal = "'" + person.Number + "'"
				case c.Column == "id":
					literal = fmt.Sprint(ids[c.Table])
				case c.Column == "erased_at", c.Column == "merged_into":
					literal = "NULL"
				case c.Type == "timestamp with time zone":
					held[name] = time.Unix(int64(n), 0).UTC().Format("2006-01-02T15:04:05")
				case c.Type == "date":
					held[name] = time.Date(1, 1, 1+n%100_000, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
				case c.Type == "bigint" || c.Type == "integer" || c.Type == "xid8" || c.Type == "bigint[]":
					held[name] = fmt.Sprint(n)
				case c.Type == "bytea":
					held[name] = fmt.Sprintf("\\x%x", word)
				case c.Type != "boolean":
					held[name] = word
				}
				values[c.Table][i] = literal
			}
			for table, list := range values {
				owner, _ := people.OwnerOf(table)
				for i, column := range into[table] {
					if owner.Table != "" && column == `"`+owner.Column+`"` {
						list[i] = fmt.Sprint(ids[owner.Table])
						delete(held, who+" "+table+"."+owner.Column)
					}
				}
				if owner.Table == "" { // one row of each kind
					if _, err := q.ExecContext(t.Context(), fmt.Sprintf(`DELETE FROM %q WHERE %q = %d`, table, owner.Column, id)); err != nil {
						return err
					}
				}
				if _, err := q.ExecContext(t.Context(), `INSERT INTO "`+table+`" (`+strings.Join(into[table], ", ")+`) OVERRIDING SYSTEM VALUE VALUES (`+strings.Join(list, ", ")+`)`); err != nil {
					return fmt.Errorf("plant into %s: %w", table, err)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return held
}

// TestACopyHoldsWhatTheTagsSayAndNothingElse finds what was planted in every
// exported column of a person, and nothing of a column tagged otherwise nor of
// somebody else.
func TestACopyHoldsWhatTheTagsSayAndNothingElse(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	subject, other := s.Certified("Giulia", "Ferrandi"), s.Certified("Nicola", "Serra")
	ada := s.SignIn("ada@example.org")
	page := open(t, ada, "/people/"+subject.Number)
	held := plant(t, s, map[string]people.Actor{"subject": subject, "other": other})
	data, html := unpack(t, fill(t, ada, page, "/people/"+subject.Number+"/copy"))
	exported := map[string]bool{}
	for _, c := range people.Copy() {
		for _, column := range c.Columns {
			exported[c.Table+"."+column] = true
			if !strings.Contains(data, `"`+column+`":`) {
				t.Errorf("the data lack %s.%s", c.Table, column)
			}
		}
	}
	found := 0
	for name, canary := range held {
		who, column, _ := strings.Cut(name, " ")
		want := who == "subject" && exported[column]
		canary = strings.ReplaceAll(canary, `\`, `\\`)
		if got := strings.Contains(data, canary); got != want {
			t.Errorf("%s (%s) is in the data: %v", name, canary, got)
		}
		if strings.HasPrefix(canary, "k") && strings.Contains(html, canary) != want {
			t.Errorf("%s (%s) is on the page: %v", name, canary, !want)
		}
		if want {
			found++
		}
	}
	if found < 200 {
		t.Errorf("only %d canaries were planted in exported columns", found)
	}
	words, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range people.Copy() {
		for _, key := range append([]string{"copy.table_" + c.Table}, strings.Fields("copy.column_"+strings.Join(c.Columns, " copy.column_"))...) {
			if !words.Has(key) {
				t.Errorf("no word for %s: put %s into both languages", c.Table, key)
			}
		}
	}
}
