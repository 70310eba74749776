package app_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/blob"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
)

// keep runs the daily work and returns how many rows went.
func keep(t *testing.T, w *apptest.World) int64 {
	t.Helper()
	n, err := w.App.Keeping.Apply(t.Context(), people.Actor{Program: "due"})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// settle writes straight into the database what a use case would take long to.
func settle(t *testing.T, w *apptest.World, query string, args ...any) {
	t.Helper()
	if err := w.DB.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		_, err := q.ExecContext(t.Context(), query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// edge asserts that nothing goes a microsecond before the instant, that want
// rows go at it, and that a second run finds nothing. Letters and their links
// are out of the way.
func edge(t *testing.T, w *apptest.World, at time.Time, want int64) {
	t.Helper()
	settle(t, w, `UPDATE letter SET state = 'handed', sent_at = abilita_now(), stripped_at = abilita_now() WHERE stripped_at IS NULL`)
	w.Set(at.Add(-time.Microsecond))
	if n := keep(t, w); n != 0 {
		t.Errorf("%d rows went before %s", n, at)
	}
	w.Set(at)
	if n := keep(t, w); n != want {
		t.Errorf("%d rows went at %s, want %d", n, at, want)
	}
	if n := keep(t, w); n != 0 {
		t.Errorf("a second run took %d rows", n)
	}
	if bad := sick(t, w); len(bad) > 0 {
		t.Errorf("the doctor found %v", bad)
	}
}

func TestARefusedApplicationGoesAfterSixMonthsAndWhoSentIt(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	refuse := func(id int64, version int) {
		t.Helper()
		if err := w.App.Admissions.Decide(t.Context(), w.Coordinator, w.Cmd(), id, app.Outcome{To: people.Refused, Motive: "role", Version: version}); err != nil {
			t.Fatal(err)
		}
	}
	gone := w.Apply("Rita", "Salvi")
	if err := w.App.Admissions.Note(t.Context(), w.Coordinator, w.Cmd(), gone, "Parla troppo in fretta."); err != nil {
		t.Fatal(err)
	}
	who := one[int64](t, w, `SELECT person_id FROM application WHERE id = $1`, gone)
	refuse(gone, one[int](t, w, `SELECT version FROM application WHERE id = $1`, gone))
	open := w.Apply("Carla", "Resta") // nobody has decided
	volunteer := w.Volunteer("Giulia", "Ferrandi")
	w.Advance(time.Second)
	later := w.Apply("Piero", "Dopo")
	refuse(later, 1)
	// Somebody who was admitted once, taken back and then refused: the application
	// goes, the person stays, for the register knows them.
	back, again := w.Admitted("Nino", "Torna")
	if err := w.App.Admissions.UndoAdmission(t.Context(), w.Coordinator, w.Cmd(), again, "Sbaglio."); err != nil {
		t.Fatal(err)
	}
	refuse(again, one[int](t, w, `SELECT version FROM application WHERE id = $1`, again))
	edge(t, w, time.Date(2027, 6, 7, 8, 0, 0, 0, time.UTC), 2) // the application and its person
	for query, want := range map[string]int{
		`SELECT count(*) FROM application WHERE person_id = $1`:                     0,
		`SELECT count(*) FROM identity WHERE person_id = $1`:                        0,
		`SELECT count(*) FROM letter WHERE person_id = $1`:                          0,
		`SELECT count(*) FROM person WHERE id = $1 AND erased_at IS NOT NULL`:       1,
		`SELECT count(*) FROM application_note WHERE body LIKE 'Parla%' AND $1 > 0`: 0,
	} {
		if got := one[int](t, w, query, who); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	if n := one[int](t, w, `SELECT count(*) FROM application WHERE id = any(ARRAY[$1, $2, $3]::bigint[])`, open, later, again); n != 3 {
		t.Errorf("%d of three applications are left", n)
	}
	edge(t, w, time.Date(2027, 6, 7, 8, 0, 1, 0, time.UTC), 3) // two applications, one person
	if n := one[int](t, w, `SELECT count(*) FROM identity WHERE person_id = any(ARRAY[$1, $2]::bigint[]) AND family_name <> ''`, int64(back.ID), int64(volunteer.ID)); n != 2 {
		t.Errorf("%d of two people kept their name", n)
	}
	if n := one[int](t, w, `SELECT count(*) FROM audit_entry WHERE action = 'retention.apply' AND subject_kind = 'applications' AND acting_as = 'due' AND actor IS NULL AND detail->>'rows' IN ('2', '3') AND subject_id = 0`); n != 2 {
		t.Errorf("%d entries in the audit", n)
	}
	list, err := w.App.Keeping.Read(t.Context(), w.Admin)
	if err != nil || list[0].Of != people.KeptApplications || list[0].Last == nil || !list[0].Last.Equal(w.Now) || list[0].Rows != 5 || list[1].Last != nil {
		t.Errorf("the page reads %+v %v", list[:2], err)
	}
	if _, err := w.App.Keeping.Read(t.Context(), w.Coordinator); err == nil {
		t.Error("a coordinator read it")
	}
}

func TestAnswersGoTwoYearsAfterTheCertificateOrTheEnrolment(t *testing.T) {
	t.Parallel()
	pack := apptest.Pack() // a paper may hold an open question, which is left empty here
	finale := pack["esempio/it/quiz/finale.md"]
	finale.Data = bytes.ReplaceAll(finale.Data, []byte("- soglia: 80%"), []byte("- soglia: 40%"))
	w := apptest.NewWith(t, pack)
	sit := func(v people.Actor) int64 {
		t.Helper()
		id := start(t, w, v)
		if err := w.App.Exams.HandIn(t.Context(), v, w.Cmd(), id, app.Answered{Answers: best(paperOf(t, w, id), "")}); err != nil {
			t.Fatal(err)
		}
		return id
	}
	certified := w.Examinee("Adele", "Tornaghi")
	w.Done(certified, "chiamata", "roleplay", "rp-cinquanta-euro")
	w.Done(certified, "postazione", "station", "li-postazione")
	w.Done(certified, "riservatezza", "pledge", "li-riservatezza")
	sit(certified)
	quit := w.Examinee("Bruna", "Secchi")
	stays := w.Examinee("Carla", "Resta")
	left, kept := sit(quit), sit(stays)
	type state struct {
		State, Answers, Questions, Verdicts string
		Score                               int
		Hash                                string `db:"quiz_hash"`
	}
	const look = `SELECT state, answers::text AS answers, coalesce(paper->>'Questions', '') AS questions, coalesce(result->>'Verdicts', '') AS verdicts, score, quiz_hash FROM quiz_attempt WHERE id = $1`
	before := one[state](t, w, look, left)
	call, err := w.App.Practice.Start(t.Context(), quit, w.Cmd(), "rp-cinquanta-euro")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.App.Certificates.Sign(t.Context(), w.Coordinator, w.Cmd(), w.Proposal(certified)); err != nil {
		t.Fatal(err)
	}
	until := one[time.Time](t, w, `SELECT valid_until FROM certificate`).UTC()
	w.Advance(24 * time.Hour)
	if err := w.App.Corrections.Leave(t.Context(), w.Coordinator, w.Cmd(), quit.Number, app.Leaving{Day: "2026-12-08", Reason: "Si trasferisce."}); err != nil {
		t.Fatal(err)
	}
	edge(t, w, time.Date(2028, 12, 8, 23, 0, 0, 0, time.UTC), 2) // the attempt and the practice call: the day of leaving ended at 23:00 UTC
	was := one[state](t, w, look, kept)
	if got, want := one[state](t, w, look, left), (state{State: before.State, Answers: "{}", Score: before.Score, Hash: before.Hash}); got != want {
		t.Errorf("not stripped as it should be: %+v", got)
	}
	if was.Answers == "{}" || was.Questions == "" || was.Verdicts == "" || was.State != "passed" {
		t.Errorf("what still counts was touched: it is %s with %d bytes of answers", was.State, len(was.Answers))
	}
	if n := one[int](t, w, `SELECT count(*) FROM roleplay_run WHERE id = $1`, call); n != 0 {
		t.Error("the practice call is still there")
	}
	g, err := w.App.Exams.Result(t.Context(), w.Coordinator, left)
	if err != nil || !g.Stripped || g.Result.Score != before.Score || len(g.Paper.Questions) != 0 || len(g.Answers) != 0 {
		t.Errorf("the result page: stripped %v, score %d, %d questions, %d answers, %v", g.Stripped, g.Result.Score, len(g.Paper.Questions), len(g.Answers), err)
	}
	edge(t, w, until.AddDate(2, 0, 0), 1)
	if n := one[int](t, w, `SELECT count(*) FROM quiz_attempt WHERE stripped_at IS NULL`); n != 1 {
		t.Errorf("%d attempts are whole, want that of who is still enrolled", n)
	}
}

func TestMinutesGoTwoYearsAfterTheSessionAndWhoWasThereStays(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	settle(t, w, `INSERT INTO session_series (cohort_id, kind, title, weekdays, starts, minutes, first_on, count, capacity) VALUES ($1, 'evening', 'Serata', '{1}', '20:30', 60, '2026-12-07', 1, 9)`, w.Cohort)
	settle(t, w, sessionAt(9, "19:30")) // ends at 20:30 UTC
	settle(t, w, `INSERT INTO attendance (session_id, person_id, outcome, minutes, by_id, at, reason) SELECT id, $1, 'present', 55, $2, ends_at, 'È entrata tardi.' FROM session`, int64(v.ID), int64(w.Trainer.ID))
	edge(t, w, time.Date(2029, 2, 1, 20, 30, 0, 0, time.UTC), 1)
	if n := one[int](t, w, `SELECT count(*) FROM attendance WHERE outcome = 'present' AND minutes = 0 AND reason = ''`); n != 1 {
		t.Error("the line of the register is not what it should be")
	}
	for _, query := range []string{
		`UPDATE attendance SET minutes = 3`, `UPDATE attendance SET outcome = 'absent', stripped_at = abilita_now()`, `DELETE FROM attendance`,
	} {
		if err := w.DB.InTx(t.Context(), func(q pg.Q, _ time.Time) error { _, err := q.ExecContext(t.Context(), query); return err }); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestTheTextOfALetterGoesNinetyDaysAfterItWentOut(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	settle(t, w, `UPDATE letter SET stripped_at = abilita_now()`)
	letter := func(kind, state string, sent any) int64 {
		t.Helper()
		settle(t, w, `INSERT INTO letter (person_id, kind, lang, vals, attachment, state, queued_at, next_try_at, sent_at, problem) VALUES ($1, $2, 'it', '{"Words":"privato"}', 'BEGIN', $3, abilita_now(), abilita_now(), $4, CASE WHEN $3 = 'failed' THEN 'refused' ELSE '' END)`,
			int64(v.ID), kind, state, sent)
		return one[int64](t, w, `SELECT max(id) FROM letter`)
	}
	sent := letter("registered", "sent", w.Now.Add(time.Hour))
	failed := letter("registered", "failed", nil)
	waits := letter("registered", "queued", nil)
	at := w.Now.Add(90 * 24 * time.Hour)
	for _, c := range []struct {
		at   time.Time
		want int64
	}{{at.Add(-time.Microsecond), 0}, {at, 1}, {at, 0}, {at.Add(time.Hour - time.Microsecond), 0}, {at.Add(time.Hour), 1}, {at.AddDate(3, 0, 0), 0}} {
		w.Set(c.at)
		if n := keep(t, w); n != c.want {
			t.Errorf("%d letters at %s, want %d", n, c.at, c.want)
		}
	}
	for id, want := range map[int64]string{sent: "sent {} ", failed: "withdrawn {} ", waits: `queued {"Words": "privato"} BEGIN`} {
		if got := one[string](t, w, `SELECT state || ' ' || vals || ' ' || attachment FROM letter WHERE id = $1`, id); got != want {
			t.Errorf("letter %d is %q, want %q", id, got, want)
		}
	}
	if err := w.App.Letters.HandOver(t.Context(), w.Coordinator, w.Cmd(), failed); err == nil {
		t.Error("a letter without text was handed over")
	}
}

func TestTheNameOfWhoLeftGoesAfterTenYearsAndWhatWasDecidedStays(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	gone := w.Volunteer("Dario", "Penna")
	stays := w.Volunteer("Carla", "Resta")
	if err := w.App.Corrections.Leave(t.Context(), w.Coordinator, w.Cmd(), gone.Number, app.Leaving{Day: "2026-12-07", Reason: "Si trasferisce."}); err != nil {
		t.Fatal(err)
	}
	edge(t, w, time.Date(2036, 12, 8, 0, 0, 0, 0, time.UTC), 1)
	type left struct {
		Name    string
		Entries int
		Number  string
		In      int
	}
	const look = `SELECT i.given_name || i.family_name || i.email || i.search AS name, (SELECT count(*) FROM register_entry r WHERE r.person_id = p.id) AS entries, p.number,
		(SELECT count(*) FROM credential c WHERE c.person_id = p.id) + (SELECT count(*) FROM letter l WHERE l.person_id = p.id) + (SELECT count(*) FROM application a WHERE a.person_id = p.id) AS in
		FROM person p JOIN identity i ON i.person_id = p.id WHERE p.id = $1`
	if got, want := one[left](t, w, look, int64(gone.ID)), (left{Entries: 1, Number: gone.Number}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := one[left](t, w, look, int64(stays.ID)); !strings.Contains(got.Name, "CarlaResta") || got.In == 0 {
		t.Errorf("who did not leave: %+v", got)
	}
}

func TestNoticeAndTableAgree(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	a, err := app.New(t.Context(), db, app.RandomSecret(), blob.Folder(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	token, err := a.Setup.Link(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Setup.Begin(t.Context(), &pg.Command{Key: strings.Repeat("k", 20), Route: "test", BodyHash: pg.HashBody("")}, token, app.FirstSetup{
		Organisation: "Casa Aperta", Contact: "via dei Tigli 4", GivenName: "Ada", FamilyName: "Rossi", Email: "ada@example.org", Password: apptest.Password,
	}, app.Came{Address: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	period := regexp.MustCompile(`(\d+) (mes[ei]|month|ann[oi]|year|giorn[oi]|day)`)
	hours := map[string]int{"gio": 24, "day": 24}
	months := map[string]int{"mes": 1, "mon": 1, "ann": 12, "yea": 12}
	for lang, heading := range map[string]string{"it": "## Per quanto tempo", "en": "## For how long"} {
		var body string
		if err := db.Read().GetContext(t.Context(), &body, `SELECT body FROM privacy_notice WHERE lang = $1`, lang); err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(body, heading)
		rest, _, _ = strings.Cut(rest, "\n## ")
		var lines []string
		for line := range strings.Lines(rest) {
			if strings.HasPrefix(line, "- ") {
				lines = append(lines, line)
			}
		}
		if len(lines) != len(people.Retention) {
			t.Fatalf("the %s notice promises %d periods, the table has %d", lang, len(lines), len(people.Retention))
		}
		for i, k := range people.Retention {
			found := period.FindAllStringSubmatch(lines[i], -1)
			if len(found) != 1 {
				t.Errorf("%s: %q holds %d periods", lang, lines[i], len(found))
				continue
			}
			n, unit := 0, found[0][2][:3]
			for _, c := range found[0][1] {
				n = n*10 + int(c-'0')
			}
			if n*months[unit] != k.Months || n*hours[unit] != k.Hours {
				t.Errorf("%s: %q, the table keeps %s %d months and %d hours", lang, lines[i], k.Of, k.Months, k.Hours)
			}
		}
	}
}
