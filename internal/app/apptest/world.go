// Package apptest is a small organisation on a real database for tests of use
// cases and pages: one line, the example pack of FORMATS.md, one cohort and its
// staff. Only tests import it.
package apptest

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"abilita/content"
	"abilita/course/coursedb"
	"abilita/internal/app"
	"abilita/internal/blob"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
)

// Begin is the instant at which the clock of a World stands at first: Monday 7
// December 2026, 09:00 in Rome.
var Begin = time.Date(2026, 12, 7, 8, 0, 0, 0, time.UTC)

// Password of everybody in a World who has one.
const Password = "corallo lanterna biscotto nevischio"

// World is the organisation.
type World struct {
	T       testing.TB
	App     *app.App
	DB      *pg.DB
	Blobs   blob.Folder
	Now     time.Time
	Line    int64
	Code    string // of the line that volunteers apply for
	Born    string // when volunteers were born
	Lang    string // that who applies reads
	Cohort  int64
	Release int64

	Admin, Coordinator, Second, Trainer, Evaluator people.Actor

	count int
}

// Pack is the example pack of FORMATS.md as files under "esempio/it".
func Pack() fstest.MapFS { return PackIn("it") }

// PackIn is the example pack in a language, as files under "esempio" and that.
func PackIn(lang string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, block := range strings.Split(content.Formats(lang), "~~~~markdown ")[1:] {
		body, _, _ := strings.Cut(block, "\n~~~~")
		name, text, _ := strings.Cut(body, "\n")
		files["esempio/"+lang+"/"+strings.TrimSpace(name)] = &fstest.MapFile{Data: []byte(text + "\n")}
	}
	return files
}

// New makes a World with the example pack. The line is active.
func New(t testing.TB) *World {
	t.Helper()
	return NewWith(t, Pack())
}

// NewWith makes a World with another pack under "esempio/it".
func NewWith(t testing.TB, pack fstest.MapFS) *World {
	t.Helper()
	return NewOn(t, pgtest.Open(t), pack)
}

// NewOn makes a World on a database of the caller's, of kind 'test' and empty.
func NewOn(t testing.TB, db *pg.DB, pack fstest.MapFS) *World {
	t.Helper()
	w := &World{T: t, DB: db, Code: "donazioni", Born: "1990-05-04", Lang: "it"}
	w.Set(Begin)
	w.Blobs = blob.Folder(t.TempDir())
	a, err := app.New(t.Context(), w.DB, app.RandomSecret(), w.Blobs)
	w.must(err)
	w.App = a
	token, err := a.Setup.Link(t.Context())
	w.must(err)
	first, err := a.Setup.Begin(t.Context(), w.Cmd(), token, app.FirstSetup{
		Organisation: "Casa Aperta ODV", Contact: "via dei Tigli 4, Milano", GivenName: "Ada", FamilyName: "Rossi", Email: "ada@example.org", Password: Password,
	}, app.Came{Address: "192.0.2.1"})
	w.must(err)
	w.Admin = w.actor(first.Token)
	w.Line, err = a.Lines.Add(t.Context(), w.Admin, w.Cmd(), app.NewLine{
		Code: "donazioni", Name: "Linea donazioni", Zone: "Europe/Rome", Channels: []string{"phone", "chat"}, MinAge: 18, Fallback: "segreteria",
		Programme: "pr-donazioni", Hours: []coursedb.Hours{{Weekday: 1, Opens: "10:00", Closes: "20:00"}},
	})
	w.must(err)
	w.Coordinator = w.Staff("Teresa", "Mancuso", people.Grant{Role: people.Coordinator, Scope: people.Line, ID: w.Line})
	w.Second = w.Staff("Bruno", "Neri", people.Grant{Role: people.Coordinator, Scope: people.Line, ID: w.Line})
	out, err := a.Publishing.Publish(t.Context(), people.Actor{Program: "test"}, w.Cmd(), app.Publication{Files: pack, Dir: "esempio/it", Impact: app.NoImpact, Note: "esempio"})
	w.must(err)
	w.Release = out.Release
	w.must(w.DB.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		var err error
		w.Cohort, err = coursedb.New(q).AddCohort(t.Context(), coursedb.Cohort{
			LineID: w.Line, ReleaseID: w.Release, Name: "Gennaio 2027", StartsOn: Begin.AddDate(0, 0, 30), EndsOn: Begin.AddDate(0, 6, 0), Seats: 200,
		})
		return err
	}))
	w.Trainer = w.Staff("Davide", "Colnaghi", people.Grant{Role: people.Trainer, Scope: people.Cohort, ID: w.Cohort})
	w.Evaluator = w.Staff("Nadia", "Brambati", people.Grant{Role: people.Evaluator, Scope: people.Cohort, ID: w.Cohort})
	w.must(a.Lines.SetActive(t.Context(), w.Coordinator, w.Cmd(), w.Line, true))
	return w
}

func (w *World) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Cmd is a fresh command.
func (w *World) Cmd() *pg.Command {
	return &pg.Command{Key: rand.Text(), Route: "test", BodyHash: pg.HashBody("")}
}

// Set moves the one clock to an instant.
func (w *World) Set(at time.Time) {
	w.T.Helper()
	w.Now = at
	pgtest.SetClock(w.T, w.DB, at)
}

// Advance moves the one clock on.
func (w *World) Advance(d time.Duration) { w.T.Helper(); w.Set(w.Now.Add(d)) }

func (w *World) actor(token string) people.Actor {
	w.T.Helper()
	v, err := w.App.Accounts.Visit(w.T.Context(), token)
	w.must(err)
	return v.Actor
}

// Staff makes a member of staff with a password and returns them signed in.
func (w *World) Staff(given, family string, grants ...people.Grant) people.Actor {
	w.T.Helper()
	email := strings.ToLower(given) + "@example.org"
	link, err := w.App.Setup.Invite(w.T.Context(), w.Admin, w.Cmd(), app.Invitation{GivenName: given, FamilyName: family, Email: email, Grants: grants})
	w.must(err)
	return w.accept(link)
}

func (w *World) accept(link int64) people.Actor {
	w.T.Helper()
	token, err := w.App.Setup.Token(w.T.Context(), link)
	w.must(err)
	in, err := w.App.Accounts.Accept(w.T.Context(), w.Cmd(), token, Password, app.Came{Address: "192.0.2.2"})
	w.must(err)
	return w.actor(in.Token)
}

// Apply sends an application and returns its id.
func (w *World) Apply(given, family string) int64 {
	w.T.Helper()
	w.count++
	email := fmt.Sprintf("volontario%d@example.org", w.count)
	w.must(w.App.Admissions.Apply(w.T.Context(), people.Actor{}, w.Cmd(), app.NewApplication{
		Line: w.Code, GivenName: given, FamilyName: family, Email: email, Born: w.Born, Availability: []string{"evening"},
		Motivation: "Ho tempo la sera.", Paid: "no", Agreed: true, NoticeVersion: "1", Lang: w.Lang,
	}, app.Came{Address: fmt.Sprintf("192.0.2.%d", w.count%200+3)}))
	var id int64
	w.must(w.DB.Read().GetContext(w.T.Context(), &id, `SELECT a.id FROM application a JOIN identity i ON i.person_id = a.person_id WHERE i.email = $1`, email))
	return id
}

// Volunteer applies, is admitted and signs in; the register entry is confirmed
// today, so that cover begins at 24:00.
func (w *World) Volunteer(given, family string) people.Actor {
	w.T.Helper()
	who, application := w.Admitted(given, family)
	w.must(w.App.Admissions.ConfirmEntry(w.T.Context(), w.Coordinator, w.Cmd(), application, app.Entry{Day: w.Now.In(Rome()).Format(time.DateOnly), Policy: "RC 2027/114"}))
	return who
}

// Admitted is a volunteer whose register entry nobody has confirmed yet, with
// the application.
func (w *World) Admitted(given, family string) (people.Actor, int64) {
	w.T.Helper()
	id := w.Apply(given, family)
	ctx := w.T.Context()
	w.must(w.App.Admissions.Decide(ctx, w.Coordinator, w.Cmd(), id, app.Outcome{To: people.Admitted, Cohort: w.Cohort, Version: 1}))
	var link int64
	w.must(w.DB.Read().GetContext(ctx, &link, `SELECT k.id FROM login_link k JOIN application a ON a.person_id = k.person_id WHERE a.id = $1 AND k.used_at IS NULL`, id))
	return w.accept(link), id
}

// Enrolment is a volunteer's newest enrolment.
func (w *World) Enrolment(v people.Actor) int64 {
	w.T.Helper()
	list, err := coursedb.New(w.DB.Read()).Enrolments(w.T.Context(), v.ID)
	w.must(err)
	if len(list) == 0 {
		w.T.Fatalf("%s is not enrolled", v.Name)
	}
	return list[0].ID
}

// Done writes passed evidence for items of a requirement, as if somebody had
// gone through them, for tests of what comes after.
func (w *World) Done(v people.Actor, requirement, kind string, items ...string) {
	w.T.Helper()
	author := w.Trainer.ID
	if kind == "module" {
		author = v.ID
	}
	w.must(w.DB.InTx(w.T.Context(), func(q pg.Q, now time.Time) error {
		for _, item := range items {
			_, err := coursedb.New(q).AddEvidence(w.T.Context(), coursedb.Evidence{
				Person: v.ID, Enrolment: w.Enrolment(v), Requirement: requirement, Item: item, Kind: kind, Passed: true, Score: -1, Author: author, At: now,
			})
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// Examinee is a volunteer of the example pack before whom the exam is open.
func (w *World) Examinee(given, family string) people.Actor {
	w.T.Helper()
	v := w.Volunteer(given, family)
	w.Done(v, "studio", "module", "mo-denaro")
	w.Done(v, "presenza", "attendance", "session-1", "session-2", "session-3", "session-4")
	return v
}

// Rome is the zone of the line.
func Rome() *time.Location {
	z, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	return z
}
