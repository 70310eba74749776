package site_test

import (
	"bytes"
	"image"
	"image/png"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"abilita/content/media"
	"abilita/course/catalogue"
	"abilita/course/coursedb"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/site"
	"abilita/quiz"
	"abilita/scheduler"
)

// matrix is a site with one object of every kind and somebody of every kind
// signed in.
type matrix struct {
	t       *testing.T
	w       *apptest.World
	site    *site.Site
	objects *strings.Replacer
	email   map[rune]string
	token   map[rune]string
	allRows string // the query behind rows
	found   [][2]string
}

// matrixPack is the example pack with an exam that asks every question of the
// bank, the open one too, and a list that somebody else signs.
func matrixPack(text string) fstest.MapFS {
	pack := apptest.Pack()
	file := func(name, body string) { pack["esempio/it/"+name] = &fstest.MapFile{Data: []byte(body)} }
	_, items, _ := strings.Cut(string(pack["esempio/it/quiz/banca.md"].Data), "\n\n")
	file("quiz/finale.md", "# Quiz: linea donazioni, prova finale\n- id: qz-finale\n- versione: 1.0\n- tipo: prova\n- soglia: 80%\n- tempo: 20 min\n- tentativi: 1\n\n"+items)
	file("liste/maschera.md", "# Lista: la maschera\n- id: li-maschera\n- versione: 1.0\n- firma: osservatore\n\nUn compito.\n\n- **C1 Contatto**: apre un contatto.\n- **C2 Esito**: lo chiude.\n")
	programme := string(pack["esempio/it/programma.md"].Data)
	file("programma.md", strings.Replace(programme, "### Prepara la tua postazione", "### Usa la maschera\n`maschera · lista`\n- contenuti: li-maschera\n\n### Prepara la tua postazione", 1))
	module := string(pack["esempio/it/moduli/denaro.md"].Data)
	file("moduli/denaro.md", module+text)
	file("media/foglio.png", string(plate(1000)))
	return pack
}

// plate is a picture so many pixels wide.
func plate(width int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, width, 200))
	noise := uint32(width)
	for i := range m.Pix {
		noise = noise*1103515245 + 12345
		if m.Pix[i] = uint8(noise >> 16); i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}

//nolint:thelper // a failure names its own line
func newMatrix(t *testing.T) *matrix {
	w := apptest.NewWith(t, matrixPack(""))
	ctx, a := t.Context(), w.App
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	one := func(query string, args ...any) string {
		t.Helper()
		var n int64
		must(w.DB.Read().GetContext(ctx, &n, query, args...))
		return strconv.FormatInt(n, 10)
	}
	m := &matrix{t: t, w: w, token: map[rune]string{}, email: map[rune]string{
		owner: "volontario1@example.org", other: "volontario2@example.org", stranger: "volontario5@example.org", trainer: "davide@example.org", assessor: "nadia@example.org", coord: "teresa@example.org",
	}}

	// Other places: a second cohort of the line, a second line.
	second, err := a.Organising.AddCohort(ctx, w.Coordinator, w.Cmd(), app.NewCohort{Line: w.Line, Name: "Marzo 2027", StartsOn: "2027-03-01", EndsOn: "2027-06-01", Seats: 10})
	must(err)
	elsewhere, err := a.Lines.Add(ctx, w.Admin, w.Cmd(), app.NewLine{
		Code: "ascolto", Name: "Linea ascolto", Zone: "Europe/Rome", Channels: []string{"phone"}, MinAge: 18, Fallback: "segreteria", Programme: "pr-donazioni", Hours: []app.Hours{{Weekday: 1, Opens: "10:00", Closes: "20:00"}},
	})
	must(err)
	third, err := a.Organising.AddCohort(ctx, w.Admin, w.Cmd(), app.NewCohort{Line: elsewhere, Name: "Ascolto", StartsOn: "2027-01-10", EndsOn: "2027-06-01", Seats: 10})
	must(err)
	var carlo people.Actor
	for subject, s := range map[rune]struct {
		name  string
		grant people.Grant
	}{
		mentor:   {"Mara", people.Grant{Role: people.Mentor, Scope: people.Cohort, ID: w.Cohort}},
		trainer2: {"Tullio", people.Grant{Role: people.Trainer, Scope: people.Cohort, ID: second}},
		shift:    {"Silvia", people.Grant{Role: people.Supervisor, Scope: people.Line, ID: w.Line}},
		coord2:   {"Carlo", people.Grant{Role: people.Coordinator, Scope: people.Line, ID: elsewhere}},
		auditor:  {"Aldo", people.Grant{Role: people.Auditor, Scope: people.All}},
		admin:    {"Dora", people.Grant{Role: people.Administrator, Scope: people.All}},
	} {
		who := w.Staff(s.name, "Prova", s.grant)
		if subject == coord2 {
			carlo = who
		}
		m.email[subject] = strings.ToLower(s.name) + "@example.org"
	}

	// The volunteers: the owner of most things, a colleague, one whose answers wait
	// for a mark, one who waits for a signature, one just admitted.
	v := w.Volunteer("Giulia", "Ferrandi")
	colleague := w.Examinee("Marta", "Sala")
	pending := w.Apply("Piero", "Longo")
	admitted := w.Apply("Sara", "Conti")
	must(a.Admissions.Decide(ctx, w.Coordinator, w.Cmd(), admitted, app.Outcome{To: people.Admitted, Cohort: w.Cohort, Version: 1}))
	link, err := strconv.ParseInt(one(`SELECT k.id FROM login_link k JOIN application a ON a.person_id = k.person_id WHERE a.id = $1`, admitted), 10, 64)
	must(err)
	invitation, err := a.Setup.Token(ctx, link)
	must(err)

	here, teresa := w.Cohort, w.Coordinator
	w.Code, w.Cohort, w.Coordinator = "ascolto", third, carlo
	w.Volunteer("Franca", "Neri")
	w.Code, w.Cohort, w.Coordinator = "donazioni", here, teresa

	waiting := w.Examinee("Lucia", "Bassi")
	paper, err := a.Exams.Start(ctx, waiting, w.Cmd(), "qz-finale")
	must(err)
	sitting, err := a.Exams.Sit(ctx, waiting, paper)
	must(err)
	in := app.Answered{Answers: quiz.Answers{}}
	for _, q := range sitting.Sheet.Questions {
		if q.Type == quiz.Open {
			in.Answers[q.ID] = quiz.Answer{Text: "Grazie: cinquanta euro contano."}
		}
	}
	must(a.Exams.HandIn(ctx, waiting, w.Cmd(), paper, in))

	// The owner handed an exam in; a day later the colleague's is open.
	w.Done(v, "studio", "module", "mo-denaro")
	w.Done(v, "presenza", "attendance", "session-1", "session-2", "session-3", "session-4")
	closed, err := a.Exams.Start(ctx, v, w.Cmd(), "qz-finale")
	must(err)
	must(a.Exams.HandIn(ctx, v, w.Cmd(), closed, app.Answered{}))
	w.Advance(25 * time.Hour)

	// A turn of assessed calls, judged by another evaluator; a call at home, one over and one not.
	_, err = a.Sessions.Plan(ctx, w.Trainer, w.Cmd(), app.NewSeries{
		Cohort: w.Cohort, Kind: "roleplay", Title: "Chiamate valutate", Weekdays: []int{2}, At: "11:00", Minutes: 60, First: "2026-12-08", Count: 1, Seats: 2, Slot: 30,
		Trainer: w.Evaluator.ID, JoinURL: "https://stanza.example.org/1", Script: "rp-cinquanta-euro",
	})
	must(err)
	_, err = a.DueWork.Drain(ctx)
	must(err)
	turn := one(`SELECT min(id) FROM session WHERE kind = 'roleplay' AND cohort_id = $1`, w.Cohort)
	turnID, err := strconv.ParseInt(turn, 10, 64)
	must(err)
	must(a.Sessions.Book(ctx, v, w.Cmd(), turnID))
	w.Advance(61 * time.Minute)
	open, err := a.Exams.Start(ctx, colleague, w.Cmd(), "qz-finale")
	must(err)
	over, err := a.Practice.Start(ctx, v, w.Cmd(), "rp-cinquanta-euro")
	must(err)
	must(a.Practice.End(ctx, v, w.Cmd(), over))
	call, err := a.Practice.Start(ctx, v, w.Cmd(), "rp-cinquanta-euro")
	must(err)

	// Papers: the owner's certificate is signed; another proposal waits.
	proposed := w.Ready("Paola", "Riva")
	must(a.Checklists.Observe(ctx, w.Trainer, w.Cmd(), w.Enrolment(proposed), "maschera", app.Ticks{Items: []string{"C1", "C2"}, Signed: true}))
	w.Done(v, "prova-finale", "quiz", "qz-finale")
	w.Done(v, "maschera", "checklist", "li-maschera")
	w.Done(v, "postazione", "station", "li-postazione")
	w.Done(v, "riservatezza", "pledge", "li-riservatezza")
	sheet, err := a.Assessments.Sheet(ctx, w.Evaluator, turnID, v.Number)
	must(err)
	assessment, err := a.Assessments.Assess(ctx, w.Evaluator, w.Cmd(), turnID, v.Number, app.Judgement{
		Levels: map[string]string{"R1": "3", "R2": "2", "R3": "2", "R4": "n"}, Statements: map[string]string{"D1": "said", "D2": "not_due"}, Hash: sheet.Script.Hash,
	})
	must(err)
	certificate := w.Proposal(v)
	must(a.Certificates.Sign(ctx, w.Coordinator, w.Cmd(), certificate))

	// A coordinator recognised one meeting more.
	must(w.DB.InTx(ctx, func(q pg.Q, now time.Time) error {
		_, err := coursedb.New(q).AddEvidence(ctx, coursedb.Evidence{
			Person: v.ID, Enrolment: w.Enrolment(v), Requirement: "presenza", Item: "prior-1", Kind: "prior", Passed: true, Score: -1, Author: w.Second.ID, At: now,
		})
		return err
	}))

	// Somebody was suspended by a colleague and asks for a review.
	stopped := w.Volunteer("Nina", "Galli")
	must(a.Corrections.Suspend(ctx, w.Second, w.Cmd(), stopped.Number, app.Suspending{Reason: "conduct", Words: "x", AppealBy: "2027-03-01"}))
	must(a.Appeals.Ask(ctx, stopped, w.Cmd(), 0, "Non è andata così."))

	// The week of the line makes shifts; the owner has a place on the first.
	must(a.Shifts.ChangeRota(ctx, w.Coordinator, w.Cmd(), "donazioni", app.RotaChange{Weekday: 4, Starts: "10:00", Ends: "14:00", Seats: 2, From: "2026-12-10"}))
	held := one(`SELECT min(id) FROM shift`)
	heldID, err := strconv.ParseInt(held, 10, 64)
	must(err)
	must(a.Shifts.Take(ctx, v, w.Cmd(), heldID, scheduler.Answers))

	var public string
	must(w.DB.Read().GetContext(ctx, &public, `SELECT number FROM certificate WHERE id = $1`, certificate))

	// A change that the owner owes, a key, a role and a letter.
	changed, err := a.Publishing.Publish(ctx, w.Coordinator, w.Cmd(), app.Publication{
		Files: matrixPack("\n\nUna riga nuova.\n"), Dir: "esempio/it", Impact: app.Confirm, By: "2027-01-31", Note: "una riga nuova",
	})
	must(err)
	drafted, err := a.Drafts.Open(ctx, w.Trainer, w.Cmd(), "pr-donazioni", "it")
	must(err)
	must(a.Drafts.Save(ctx, w.Trainer, w.Cmd(), drafted, "moduli/denaro.md", app.DraftText{Body: "# Modulo: bozza\n"}))
	sketch, err := a.Media.Add(ctx, w.Trainer, w.Cmd(), drafted, app.NewMedium{Name: "schizzo.png", Body: plate(90), Words: "Uno schizzo"})
	must(err)
	spoiled, err := a.Drafts.OpenNew(ctx, w.Trainer, w.Cmd(), app.NewProgramme{Line: "donazioni", Name: "prova", Title: "Prova", Lang: "it"})
	must(err)
	_, err = a.Gate.AddKey(ctx, w.Admin, w.Cmd(), app.NewKey{Name: "Centralino", Scopes: []string{"check"}})
	must(err)
	for _, url := range []string{"https://uno.example/hook", "https://due.example/hook"} {
		_, err = a.Hooks.Add(ctx, w.Admin, w.Cmd(), app.NewHook{URL: url})
		must(err)
	}
	must(w.DB.InTx(ctx, func(q pg.Q, now time.Time) error {
		_, err := q.ExecContext(ctx, `UPDATE hook_endpoint SET disabled_at = $1 WHERE url = 'https://due.example/hook'`, now)
		return err
	}))
	must(w.DB.InTx(ctx, func(q pg.Q, now time.Time) error {
		_, err := q.ExecContext(ctx, `INSERT INTO emergency_override (person_id, line_id, reason, words, given_by, informed_id, given_at, until) VALUES ($1, $2, 'other', 'prova', $3, $4, $5, $6)`,
			int64(v.ID), w.Line, int64(w.Coordinator.ID), int64(w.Admin.ID), now, now.Add(time.Hour))
		return err
	}))
	leaver := w.Staff("Lino", "Uscente", people.Grant{Role: people.Mentor, Scope: people.Cohort, ID: w.Cohort})

	pages, err := site.New(a, site.Options{BaseURL: "http://localhost", Demo: true, Log: slog.New(slog.DiscardHandler)})
	must(err)
	pages.SetReady(true)
	m.site = pages
	reading, err := a.Study.Read(ctx, v, "mo-denaro")
	must(err)
	style := regexp.MustCompile(`/static/[^"]+\.css`).FindString(m.do("GET", "/sign-in", "", "").body)

	_, err = a.Catalogue.Save(ctx, w.Coordinator, w.Cmd(), "donazioni", "", app.CardEdit{
		Kind: catalogue.Fund, Card: catalogue.Card{State: catalogue.Preparing, Name: "Fondo Famiglie", What: "Aiuta una famiglia ad arrivare a fine mese."}, Impact: catalogue.None,
	})
	must(err)
	m.objects = strings.NewReplacer(
		"{number}", v.Number, "{application}", strconv.FormatInt(pending, 10), "{admitted}", strconv.FormatInt(admitted, 10), "{invitation}", invitation,
		"{open}", strconv.FormatInt(open, 10), "{closed}", strconv.FormatInt(closed, 10), "{waiting}", strconv.FormatInt(paper, 10),
		"{call}", strconv.FormatInt(call, 10), "{over}", strconv.FormatInt(over, 10), "{session}", turn, "{cohort}", strconv.FormatInt(w.Cohort, 10),
		"{proposal}", strconv.FormatInt(w.Proposal(proposed), 10), "{certificate}", strconv.FormatInt(certificate, 10),
		"{public}", public, "{held}", held, "{shift}", one(`SELECT max(id) FROM shift`), "{assessment}", strconv.FormatInt(assessment, 10),
		"{appeal}", one(`SELECT max(id) FROM appeal`), "{override}", one(`SELECT max(id) FROM emergency_override`), "{draft}", strconv.FormatInt(drafted, 10), "{sketch}", sketch.Hash, "{medium}", media.HashOf(plate(1000)), "{spoiled}", strconv.FormatInt(spoiled, 10), "{release}", strconv.FormatInt(changed.Release, 10), "{key}", one(`SELECT max(id) FROM gate_key`), "{hook}", one(`SELECT min(id) FROM hook_endpoint`), "{hook-off}", one(`SELECT max(id) FROM hook_endpoint`), "{grant}", one(`SELECT max(id) FROM role_grant WHERE person_id = $1`, int64(leaver.ID)),
		"{letter}", one(`SELECT max(id) FROM letter WHERE person_id = $1`, int64(v.ID)), "{enrolment}", strconv.FormatInt(w.Enrolment(v), 10),
		"{line}", strconv.FormatInt(w.Line, 10), "{style}", style, "{item}", one(`SELECT min(id) FROM bank_item`), "{prior}", one(`SELECT max(id) FROM evidence WHERE kind = 'prior'`), "{section}", reading.Sections()[0].ID,
	)
	m.signEverybodyIn()
	m.token[ended] = m.signIn(owner)
	must(a.Accounts.SignOut(ctx, v, m.token[ended]))
	return m
}

// signIn opens a session of its own for somebody.
func (m *matrix) signIn(subject rune) string {
	m.t.Helper()
	in, err := m.w.App.Accounts.SignIn(m.t.Context(), m.email[subject], apptest.Password, app.Came{Address: "192.0.2.200"})
	if err != nil {
		m.t.Fatalf("sign in %c: %v", subject, err)
	}
	return in.Token
}

func (m *matrix) signEverybodyIn() {
	m.t.Helper()
	for _, s := range subjects {
		if m.email[s] != "" {
			m.token[s] = m.signIn(s)
		}
	}
}

// rows is a fingerprint of every table that a refused request may not touch.
// When somebody was last seen is no matter.
func (m *matrix) rows() string {
	m.t.Helper()
	ctx, q := m.t.Context(), m.w.DB.Read()
	if m.allRows == "" {
		var tables []string
		if err := q.SelectContext(ctx, &tables, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'web_session' ORDER BY 1`); err != nil {
			m.t.Fatal(err)
		}
		var parts []string
		for _, t := range tables {
			parts = append(parts, `SELECT `+"'"+t+"'"+` AS t, coalesce(md5(string_agg(r::text, '|' ORDER BY r::text)), '') AS h FROM `+t+` r`)
		}
		m.allRows = `SELECT string_agg(t || ' ' || h, E'\n' ORDER BY t) FROM (` + strings.Join(parts, " UNION ALL ") + `) all_rows`
	}
	var print string
	if err := q.GetContext(ctx, &print, m.allRows); err != nil {
		m.t.Fatal(err)
	}
	return print
}
