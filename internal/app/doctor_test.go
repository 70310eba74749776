package app_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/audit"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
)

// lived is a World in which a good deal has happened: somebody certified, one
// suspended and restored, one who sat the exam, one who leaves, a double record.
func lived(t *testing.T) *apptest.World {
	t.Helper()
	w := apptest.New(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	sat := w.Examinee("Bruna", "Secchi")
	id := start(t, w, sat)
	must(w.App.Exams.HandIn(t.Context(), sat, w.Cmd(), id, app.Answered{Answers: best(paperOf(t, w, id), "")}))
	stopped := w.Certified("Adele", "Tornaghi")
	must(change(w, w.Proposal(stopped), "suspend"))
	w.Certified("Emma", "Vigano")
	must(change(w, w.Proposal(stopped), "restore"))
	gone := w.Volunteer("Dario", "Penna")
	must(w.App.Corrections.Leave(t.Context(), w.Coordinator, w.Cmd(), gone.Number, app.Leaving{Day: w.Now.In(apptest.Rome()).AddDate(0, 0, 3).Format(time.DateOnly), Reason: "Si trasferisce."}))
	must(w.App.Corrections.Suspend(t.Context(), w.Coordinator, w.Cmd(), gone.Number, app.Suspending{Reason: "conduct", Words: "x", AppealBy: "2027-03-01"}))
	twin := w.Volunteer("Bruna", "Secchi")
	must(w.App.Corrections.Merge(t.Context(), w.Coordinator, w.Cmd(), sat.Number, app.Merging{Other: twin.Number, Reason: "Doppia."}))
	return w
}

func change(w *apptest.World, paper int64, do string) error {
	in := app.Stop{Do: do, Reason: "quality", Words: "x", AppealBy: "2027-03-01"}
	if do == "restore" {
		in.Reason, in.AppealBy = "", ""
	}
	_, err := w.App.Certificates.Change(w.T.Context(), w.Coordinator, w.Cmd(), paper, in)
	return err
}

// sick are the names of the checks that found something.
func sick(t *testing.T, w *apptest.World) []string {
	t.Helper()
	found, err := w.App.Doctor.Examine(t.Context(), people.Actor{Program: "test"}, false)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range found {
		if !c.OK() {
			names = append(names, c.Name)
			t.Logf("%s: %v", c.Name, c.Bad)
		}
	}
	return names
}

func TestAHealthyInstallationIsFoundHealthy(t *testing.T) {
	t.Parallel()
	w := lived(t)
	if bad := sick(t, w); len(bad) > 0 {
		t.Errorf("found %v", bad)
	}
	if _, err := w.App.Doctor.Examine(t.Context(), w.Coordinator, false); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a coordinator examined: %v", err)
	}
}

// shiftAt is a shift of the line with one seat, a week from now.
const shiftAt = `INSERT INTO shift (line_id, local_date, starts_at, ends_at, seats) SELECT min(id), current_date, abilita_now() + interval '7 days', abilita_now() + interval '7 days 4 hours', 1 FROM line`

// plants are violations, each with the check that must find it. What the
// database itself would refuse is put in with its guards off.
var plants = map[string][]string{
	"enabled-certified": {`UPDATE certificate SET valid_until = valid_from + interval '1 second' WHERE signed_at IS NOT NULL`},
	"certificate-facts": {`UPDATE gate_fact SET valid_until = valid_until + interval '1 day' WHERE id = (SELECT min(id) FROM gate_fact WHERE kind = 'certificate')`},
	"certificate-stops": {`INSERT INTO certificate_event (certificate_id, kind, reason, appeal_by, actor_id, at)
		SELECT id, 'revoked', 'safety', '2027-03-01', signed_by, signed_at FROM certificate WHERE signed_at IS NOT NULL LIMIT 1`},
	"one-certificate": {`INSERT INTO gate_fact (person_id, line_id, channel, kind, level, ref_id, valid_from, valid_until, recorded_at, version)
		SELECT person_id, line_id, channel, kind, level, ref_id + 1000, valid_from, valid_until, recorded_at, version FROM gate_fact WHERE kind = 'certificate' LIMIT 1`},
	"upkeep-theirs": {`INSERT INTO enrolment (person_id, cohort_id, line_id, release_id, state, enrolled_at, track, about_id, due_at)
		SELECT e.person_id, e.cohort_id, e.line_id, e.release_id, 'lapsed', e.enrolled_at, 'renewal', c.id, e.enrolled_at FROM certificate c, enrolment e WHERE c.signed_at IS NOT NULL AND e.person_id <> c.person_id LIMIT 1`},
	"checks-due": {`INSERT INTO enrolment (person_id, cohort_id, line_id, release_id, state, enrolled_at, track, about_id, due_at)
		SELECT e.person_id, e.cohort_id, e.line_id, e.release_id, 'completed', e.enrolled_at, 'midterm', c.id, e.enrolled_at FROM certificate c JOIN enrolment e ON e.id = c.enrolment_id WHERE c.signed_at IS NOT NULL LIMIT 1`},
	"prior-learning": {`INSERT INTO evidence (person_id, enrolment_id, requirement, item, kind, passed, author_id, at, hash)
		SELECT person_id, enrolment_id, requirement, item, 'prior', true, (SELECT max(id) FROM person), at, hash FROM evidence WHERE kind = 'quiz' LIMIT 1`},
	"certificate-review": {`UPDATE certificate SET review = review - 0 WHERE id = (SELECT min(id) FROM certificate WHERE signed_at IS NOT NULL)`},
	"certificate-signers": {
		`ALTER TABLE certificate DROP CONSTRAINT certificate_not_own`,
		`UPDATE certificate SET signed_by = person_id WHERE id = (SELECT min(id) FROM certificate WHERE signed_at IS NOT NULL)`,
	},
	"appeals-decided": {`INSERT INTO appeal (person_id, line_id, certificate_event_id, words, asked_at, until) SELECT c.person_id, c.line_id, e.id, 'x', abilita_now() - interval '15 days', abilita_now() - interval '1 day'
		FROM certificate_event e JOIN certificate c ON c.id = e.certificate_id WHERE e.kind = 'suspended' LIMIT 1`},
	"stops-explained": {`UPDATE certificate_event SET appeal_by = NULL WHERE kind = 'suspended'`},
	"evidence-whole":  {`UPDATE evidence SET score = 1 WHERE id = (SELECT min(id) FROM evidence WHERE score IS NOT NULL)`},
	"evidence-owner":  {`UPDATE evidence SET person_id = (SELECT max(id) FROM person) WHERE id = (SELECT min(id) FROM evidence WHERE kind = 'attendance')`},
	"self-evaluation": {`ALTER TABLE evidence DROP CONSTRAINT evidence_not_own`, `UPDATE evidence SET author_id = person_id WHERE kind = 'roleplay'`},
	"panels-agree": {`INSERT INTO call_panel (session_id, person_id, enrolment_id, requirement, release_id, script_key, script_hash, threshold, needed, state, opened_at)
		SELECT 1, person_id, id, 'chiamata', release_id, 'rp-cinquanta-euro', 'x', 75, 2, 'wanting', enrolled_at FROM enrolment LIMIT 1`},
	"progress-agrees":       {`UPDATE progress SET done = done + 1 WHERE (enrolment_id, place) = (SELECT min(enrolment_id), 1 FROM progress)`},
	"one-open-attempt":      {`DROP INDEX quiz_attempt_open_key`, attemptAgain, attemptAgain},
	"attempts-graded":       {`UPDATE quiz_attempt SET result = jsonb_set(result, '{Score}', '1234') WHERE state IN ('passed', 'failed')`},
	"seats-within-capacity": {sessionAt(1, "10:00"), `INSERT INTO booking (session_id, person_id, state, booked_at) SELECT (SELECT max(id) FROM session), id, 'booked', created_at FROM person LIMIT 3`},
	"one-place-at-a-time": {
		sessionAt(9, "10:00"), sessionAt(9, "10:59"),
		`INSERT INTO booking (session_id, person_id, state, booked_at) SELECT s.id, (SELECT min(id) FROM person), 'booked', s.starts_at FROM session s`,
	},
	"shifts-fit":        {shiftAt, `INSERT INTO shift_place (shift_id, person_id, part, state, booked_at) SELECT h.id, (SELECT max(id) FROM person), 'volunteer', 'booked', h.starts_at FROM shift h`},
	"shifts-supervised": {shiftAt, `INSERT INTO shift_place (shift_id, person_id, part, state, booked_at) SELECT h.id, (SELECT min(id) FROM person), 'supervisor', 'booked', h.starts_at FROM shift h`},
	"shifts-off":        {shiftAt, `UPDATE shift SET state = 'cancelled'`, `INSERT INTO shift_place (shift_id, person_id, part, state, booked_at) SELECT h.id, (SELECT min(id) FROM person), 'volunteer', 'booked', h.starts_at FROM shift h`},
	"shifts-closed":     {shiftAt, `ALTER TABLE shift DROP CONSTRAINT shift_closer`, `UPDATE shift SET state = 'closed', closed_at = ends_at`},
	"shifts-marked":     {shiftAt, `INSERT INTO shift_place (shift_id, person_id, part, state, booked_at) SELECT h.id, (SELECT max(id) FROM person), 'volunteer', 'present', h.starts_at FROM shift h`},
	"shifts-proposed": {
		shiftAt, `INSERT INTO shift_place (shift_id, person_id, part, state, booked_at, offered, proposed_to) SELECT h.id, (SELECT max(id) FROM person), 'volunteer', 'booked', h.starts_at, true, (SELECT min(id) FROM person) FROM shift h`,
	},
	"contacts-in-shift": {
		shiftAt, `INSERT INTO contact (person_id, line_id, channel, at, entered_by, recorded_at, shift_id) SELECT (SELECT max(id) FROM person), h.line_id, 'phone', h.starts_at, 1, h.starts_at, h.id FROM shift h`,
	},
	"register-cover":   {`UPDATE register_entry SET covered_from = covered_from - interval '1 hour' WHERE id = (SELECT min(id) FROM register_entry)`},
	"closed-people":    {`INSERT INTO credential (person_id, phc, changed_at) SELECT id, 'x', created_at FROM person WHERE merged_into IS NOT NULL`},
	"letters-settled":  {`UPDATE letter SET state = 'sent' WHERE id = (SELECT min(id) FROM letter)`},
	"gate-versions":    {`UPDATE gate_version SET version = 2`},
	"numbers-ahead":    {`SELECT setval('person_id_seq', 1)`},
	"attempts-allowed": {attemptAgain, `UPDATE quiz_attempt SET state = 'failed', submitted_at = opened_at + interval '1 minute' WHERE ordinal > 1`},
	"attempts-outcome": {`UPDATE quiz_attempt SET score = score + 1`},
	"attempts-kept":    {`UPDATE quiz_attempt SET ordinal = 2`},
	"retired-unasked":  {`UPDATE quiz_attempt SET paper = jsonb_set(paper, '{Questions,0,Item,Retired}', '"vecchia"')`},
	"bank-published":   {`UPDATE bank_item SET bank = 'qz-altra' WHERE id = (SELECT min(id) FROM bank_item)`},
	"critical-fails":   {`UPDATE evidence SET critical = true WHERE id = (SELECT min(id) FROM evidence WHERE passed)`},
	"certificate-days": {`UPDATE certificate SET valid_until = valid_until - interval '1 hour' WHERE id = (SELECT min(id) FROM certificate WHERE signed_at IS NOT NULL)`},
	"changes-due": {`INSERT INTO gate_fact (person_id, line_id, kind, ref_id, valid_from, recorded_at, version)
		SELECT person_id, line_id, 'content_due', (SELECT max(id) FROM release), recorded_at, recorded_at, version FROM gate_fact WHERE kind = 'certificate' LIMIT 1`},
	"catalogue-kept": {`INSERT INTO catalogue_card (line_id, kind, code) SELECT id, 'fund', 'senza-versioni' FROM line LIMIT 1`},
	"drafts-read": {`INSERT INTO draft (pack, programme, lang, line_id, state, author_id, opened_at, updated_at)
		SELECT 'x', 'pr-altro', 'it', l.id, 'approved', p.id, p.created_at, p.created_at FROM line l, person p LIMIT 1`},
	"drafts-published": {
		`INSERT INTO draft (pack, programme, lang, line_id, state, author_id, release_id, opened_at, updated_at)
		SELECT 'x', 'pr-altro', 'it', l.id, 'published', p.id, r.id, p.created_at, p.created_at FROM line l, person p, release r LIMIT 1`,
		`INSERT INTO draft_file (draft_id, path, kind, body, author_id, updated_at) SELECT id, 'moduli/x.md', 'module', 'x', author_id, opened_at FROM draft`,
	},
	"no-card-number":  {`UPDATE application SET motivation = 'Scrivo qui 4111 1111 1111 1111 per sbaglio' WHERE id = (SELECT min(id) FROM application)`},
	"erased-nameless": {`UPDATE person SET erased_at = created_at WHERE merged_into IS NOT NULL`},
	"content-whole":   {`UPDATE content_version SET source = source || ' ' WHERE hash = (SELECT min(hash) FROM content_version WHERE kind = 'module')`},
	"media-whole": {
		`INSERT INTO media_blob (hash, kind, type, bytes, width, height, made_at, put_at) SELECT repeat('a', 64), 'picture', 'image/png', 9, 3, 3, published_at, published_at FROM release LIMIT 1`,
		`INSERT INTO release_media (release_id, path, hash) SELECT id, 'media/persa.png', repeat('a', 64) FROM release LIMIT 1`,
	},
	"content-named": {`UPDATE evidence SET content_hash = repeat('0', 64) WHERE id = (SELECT min(id) FROM evidence WHERE kind = 'quiz' AND content_hash <> '')`},
	"nothing-lost":  {`UPDATE role_grant SET scope_id = 777 WHERE scope = 'line' AND id = (SELECT min(id) FROM role_grant WHERE scope = 'line')`},
	"content-used": {`INSERT INTO content_version (hash, pack, kind, key, lang, version, title, path, source, published_at)
		SELECT encode(sha256('x'), 'hex'), pack, kind, 'rimasto', lang, version, title, 'x.md', 'x', published_at FROM content_version LIMIT 1`},
	"ended-enrolments": {`INSERT INTO certificate (number, person_id, line_id, enrolment_id, release_id, channels, level, review, proposed_at)
		SELECT 'x', person_id, line_id, id, release_id, '{phone}', 'supervised', '[]', enrolled_at FROM enrolment WHERE state = 'withdrawn' LIMIT 1`},
	"retention-kept":  {`UPDATE application SET state = 'refused', decided_at = abilita_now() - interval '6 months 4 days' WHERE id = (SELECT min(id) FROM application)`},
	"letters-waiting": {`UPDATE letter SET queued_at = queued_at - interval '15 days' WHERE id = (SELECT min(id) FROM letter WHERE state = 'queued' AND link_id IS NULL)`},
	"rules-in-force":  {`ALTER TABLE evidence DISABLE TRIGGER evidence_append_only`},
	"engine-views": {`CREATE OR REPLACE FUNCTION gate.answer(who bigint, of_line bigint, on_channel text, instant timestamptz, OUT level text, OUT valid_until timestamptz)
		RETURNS SETOF record LANGUAGE sql STABLE AS $$ SELECT 'mentor', NULL::timestamptz $$`},
	"leases-end":    {leaseOf("1, 1, abilita_now() + interval '6 seconds'")},
	"leases-known":  {leaseOf("1, 2, abilita_now() + interval '4 seconds'")},
	"hooks-waiting": {hookTo("{}"), deliveryAt("interval '25 hours'")},
	"hooks-settled": {hookTo("{}"), deliveryAt("interval '0'"), `UPDATE hook_endpoint SET ended_at = made_at`},
	"hooks-theirs":  {hookTo("{777}"), deliveryAt("interval '0'")},
	"hooks-off":     {hookTo("{}"), `UPDATE hook_endpoint SET disabled_at = abilita_now()`},
	"engine-rights": {`GRANT SELECT (email) ON identity TO gate_ro`},
	"audit-chain":   {`UPDATE audit_entry SET action = 'nothing.happened' WHERE id = (SELECT min(id) FROM audit_entry)`},
}

// leaseOf is a lease of the line, which allows five seconds: what was sent, what was
// acknowledged, until when.
func leaseOf(values string) string {
	return `INSERT INTO gate_lease (key_id, engine, lines, sent_version, acked_version, expires_at, stale_until) SELECT 1, 'pbx', ARRAY[id], ` + values + `, abilita_now() FROM line LIMIT 1`
}

// hookTo is an address that is told of lines.
func hookTo(lines string) string {
	return `INSERT INTO hook_endpoint (url, lines, nonce, made_at) VALUES ('https://example.org', '` + lines + `', 'x', abilita_now() - interval '9 days')`
}

// deliveryAt is something to tell that was due so long ago.
func deliveryAt(ago string) string {
	return `INSERT INTO hook_delivery (endpoint_id, message, kind, certificate_id, running_contact, version, at, next_try_at)
		SELECT e.id, 'msg_x', 'granted', c.id, 'finish', 1, abilita_now() - ` + ago + `, abilita_now() - ` + ago + ` FROM hook_endpoint e, (SELECT min(id) AS id FROM certificate WHERE signed_at IS NOT NULL) c`
}

// guardsOff drops every reference and switches triggers off; guardsOn switches
// these on again.
const (
	guardsOff = `DO $$ DECLARE r record; BEGIN
		FOR r IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype = 'f' LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', r.t, r.conname); END LOOP;
		FOR r IN SELECT DISTINCT tgrelid::regclass AS t FROM pg_trigger WHERE NOT tgisinternal LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', r.t); END LOOP; END $$`
	guardsOn = `DO $$ DECLARE r record; BEGIN
		FOR r IN SELECT DISTINCT tgrelid::regclass AS t FROM pg_trigger WHERE NOT tgisinternal LOOP EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', r.t); END LOOP; END $$`
)

const attemptAgain = `INSERT INTO quiz_attempt (person_id, enrolment_id, requirement, quiz_key, quiz_hash, bank_hash, ordinal, paper, state, opened_at)
	SELECT person_id, enrolment_id, requirement, quiz_key, quiz_hash, bank_hash, (SELECT 1 + max(ordinal) FROM quiz_attempt), paper, 'opened', opened_at FROM quiz_attempt LIMIT 1`

// sessionAt is a session of an hour with so many seats.
func sessionAt(seats int, at string) string {
	return `INSERT INTO session (series_id, cohort_id, local_date, slot, kind, title, starts_at, ends_at, capacity)
		SELECT 1, c.id, '2027-02-01', (SELECT count(*) FROM session), 'evening', 'Serata', ('2027-02-01 ` + at + `')::timestamptz, ('2027-02-01 ` + at + `')::timestamptz + interval '1 hour', ` +
		string(rune('0'+seats)) + ` FROM cohort c LIMIT 1`
}

func TestEveryViolationIsFoundByName(t *testing.T) {
	t.Parallel()
	healthy := lived(t)
	found, err := healthy.App.Doctor.Examine(t.Context(), people.Actor{Program: "test"}, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range found {
		if plants[c.Name] == nil {
			t.Errorf("nothing is planted for %s", c.Name)
		}
	}
	url := healthy.DB.URL()
	if err := healthy.DB.Close(); err != nil {
		t.Fatal(err)
	}
	for name, statements := range plants {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &apptest.World{T: t, DB: pgtest.Copy(t, url), Blobs: healthy.Blobs}
			var err error
			if w.App, err = app.New(t.Context(), w.DB, healthy.App.Secret, healthy.Blobs); err != nil {
				t.Fatal(err)
			}
			if name == "audit-chain" { // what is not sealed yet cannot be missed
				seal(t, w)
			}
			if err := w.DB.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
				all := append(append([]string{guardsOff}, statements...), guardsOn)
				if name == "rules-in-force" {
					all = statements
				}
				for _, s := range all {
					if _, err := q.ExecContext(t.Context(), s); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if bad := sick(t, w); !slices.Contains(bad, name) {
				t.Errorf("found %v", bad)
			}
		})
	}
}

// What is wrong with an attempt is told apart: the limit, the wait, the set.
func TestTheDoctorTellsWhatIsWrongWithAnAttempt(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Examinee("Bruna", "Secchi")
	for range 2 {
		id := start(t, w, v)
		if err := w.App.Exams.HandIn(t.Context(), v, w.Cmd(), id, app.Answered{}); err != nil {
			t.Fatal(err)
		}
		w.Advance(100 * time.Hour)
	}
	if bad := sick(t, w); len(bad) > 0 {
		t.Fatalf("before: %v", bad)
	}
	for _, c := range []struct{ plant, undo, words string }{
		{`UPDATE quiz_attempt SET paper = (SELECT paper FROM quiz_attempt WHERE ordinal = 1) WHERE ordinal = 2`, `UPDATE quiz_attempt SET paper = $1 WHERE ordinal = 2`, "asks what the one before asked"},
		{`UPDATE quiz_attempt SET opened_at = opened_at - interval '77 hours' WHERE ordinal = 2`, `UPDATE quiz_attempt SET opened_at = opened_at + interval '77 hours' WHERE ordinal = 2`, "quiz.too_early"},
		{`INSERT INTO quiz_attempt (person_id, enrolment_id, requirement, quiz_key, quiz_hash, bank_hash, ordinal, paper, state, opened_at, submitted_at, result, score)
			SELECT a.person_id, a.enrolment_id, a.requirement, a.quiz_key, a.quiz_hash, a.bank_hash, n, jsonb_set(a.paper, '{Questions}', (a.paper -> 'Questions') - n), 'failed', a.opened_at + n * interval '100 hours', a.opened_at + n * interval '100 hours', a.result, a.score
			FROM quiz_attempt a, generate_series(3, 5) n WHERE a.ordinal = 2`, ``, "quiz.no_attempts_left"},
	} {
		was := one[string](t, w, `SELECT paper::text FROM quiz_attempt WHERE ordinal = 2`)
		settle(t, w, c.plant)
		found, err := w.App.Doctor.Examine(t.Context(), people.Actor{Program: "test"}, false)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(found, func(f app.Checkup) bool { return f.Name == "attempts-allowed" })
		if len(found[i].Bad) == 0 || !strings.Contains(strings.Join(found[i].Bad, "; "), c.words) {
			t.Errorf("%s: found %v", c.words, found[i].Bad)
		}
		switch {
		case strings.Contains(c.undo, "$1"):
			settle(t, w, c.undo, was)
		case c.undo != "":
			settle(t, w, c.undo)
		}
	}
}

// A letter may wait a day where mail carries it, and two weeks where people do.
func TestWaitingLettersAreJudgedByHowTheyTravel(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	w.Volunteer("Giulia", "Ferrandi")
	waiting := func(byMail bool) bool {
		t.Helper()
		found, err := w.App.Doctor.Examine(t.Context(), people.Actor{Program: "test"}, byMail)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(found, func(c app.Checkup) bool { return c.Name == "letters-waiting" })
		return !found[i].OK()
	}
	for _, c := range []struct {
		after            time.Duration
		byMail, byPeople bool
	}{{24 * time.Hour, false, false}, {24*time.Hour + time.Second, true, false}, {14 * 24 * time.Hour, true, false}, {14*24*time.Hour + time.Second, true, true}} {
		w.Set(apptest.Begin.Add(c.after))
		if got := [2]bool{waiting(true), waiting(false)}; got != [2]bool{c.byMail, c.byPeople} {
			t.Errorf("after %s: %v", c.after, got)
		}
	}
}

// seal chains every entry; transactions of other tests may hold it back.
func seal(t *testing.T, w *apptest.World) {
	t.Helper()
	s := audit.Sealer{DB: w.DB, Key: w.App.Secret.For("audit")}
	for range 1200 {
		f, err := s.Verify(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if f.Sealed > 0 && f.Unsealed == 0 {
			return
		}
		<-time.After(50 * time.Millisecond)
	}
	t.Fatal("entries stay unsealed")
}
