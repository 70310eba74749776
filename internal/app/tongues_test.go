package app_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
)

// publish makes a pack in a language the newest release, with an impact.
func publishIn(t *testing.T, w *apptest.World, lang string, pack fstest.MapFS, impact app.Impact) app.Published {
	t.Helper()
	out, err := w.App.Publishing.Publish(t.Context(), people.Actor{Program: "test"}, w.Cmd(), app.Publication{Files: pack, Dir: "esempio/" + lang, Impact: impact, Note: "x"})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// studies is the release of a person's newest enrolment.
func studies(t *testing.T, w *apptest.World, who people.Actor) int64 {
	t.Helper()
	return one[int64](t, w, `SELECT release_id FROM enrolment WHERE id = $1`, w.Enrolment(who))
}

// reads signs somebody's choice of a language in.
func reads(t *testing.T, w *apptest.World, who people.Actor, lang string) people.Actor {
	t.Helper()
	if err := w.App.Accounts.SetLang(t.Context(), who, w.Cmd(), lang); err != nil {
		t.Fatal(err)
	}
	who.Lang = lang
	return who
}

// with is the English example with a line more in its module.
func with(lang, line string) fstest.MapFS {
	pack := apptest.PackIn(lang)
	name := map[string]string{"it": "esempio/it/moduli/denaro.md", "en": "esempio/en/moduli/money.md"}[lang]
	pack[name].Data = append(pack[name].Data, []byte("\n"+line+"\n")...)
	return pack
}

// A course that exists in two languages is learnt in one's own, in one cohort, and
// enables alike: evidence and certificate name the exact version that was studied.
func TestWhoReadsEnglishLearnsInEnglish(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	english := publishIn(t, w, "en", apptest.PackIn("en"), app.NoImpact).Release
	w.Lang = "en"
	nora := w.Certified("Nora", "Whelan")
	w.Lang = "it"
	adele := w.Certified("Adele", "Tornaghi")
	if got := []int64{studies(t, w, nora), studies(t, w, adele)}; got[0] != english || got[1] != w.Release {
		t.Fatalf("they study releases %v, want %d and %d", got, english, w.Release)
	}
	r, err := w.App.Study.Read(ctx, nora, "mo-denaro")
	if err != nil || r.Version.Lang != "en" || !strings.Contains(r.Version.HTML, "Three ways to give") {
		t.Errorf("she reads %s in %s, %v", r.Version.Title, r.Version.Lang, err)
	}
	const named = `SELECT v.lang || ' ' || v.key FROM evidence e JOIN content_version v ON v.hash = e.content_hash WHERE e.person_id = $1 AND e.kind = 'module'`
	if got := one[string](t, w, named, nora.ID); got != "en mo-denaro" {
		t.Errorf("evidence names %s", got)
	}
	if got := one[int64](t, w, `SELECT release_id FROM certificate WHERE person_id = $1`, nora.ID); got != english {
		t.Errorf("the certificate names release %d, want %d", got, english)
	}
	for _, who := range []people.Actor{nora, adele} {
		home, err := w.App.Study.Home(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		if a, ok := home.Answer("donazioni", "phone"); !ok || !a.Decision.Granted() {
			t.Errorf("%s may not answer: %+v", who.Name, a.Decision)
		}
	}

	// A change of a language concerns who studies in it, and can be settled.
	if got := publishIn(t, w, "it", with("it", "Una riga."), app.Micro).Touched; len(got) != 1 || got[0] != adele.ID {
		t.Errorf("the Italian change touches %v, want %d", got, adele.ID)
	}
	if got := publishIn(t, w, "en", with("en", "One line."), app.Micro).Touched; len(got) != 1 || got[0] != nora.ID {
		t.Errorf("the English change touches %v, want %d", got, nora.ID)
	}
	for _, who := range []people.Actor{nora, adele} {
		if err := w.App.Study.MarkRead(ctx, who, w.Cmd(), "mo-denaro"); err != nil {
			t.Fatal(err)
		}
	}
	if n := one[int](t, w, `SELECT count(*) FROM gate_fact WHERE kind = 'content_due' AND closed_at IS NULL`); n != 0 {
		t.Errorf("%d changes are owed after reading", n)
	}

	// The renewal is studied in the language too, in the cohort that there is.
	w.Advance(330 * 24 * time.Hour)
	if err := w.App.Upkeep.Begin(ctx, nora, w.Cmd(), w.Proposal(nora)); err != nil {
		t.Fatal(err)
	}
	if got := one[string](t, w, `SELECT e.track || ' ' || r.lang || ' ' || (e.release_id = (SELECT max(id) FROM release WHERE lang = 'en')) FROM enrolment e JOIN release r ON r.id = e.release_id WHERE e.id = $1`, w.Enrolment(nora)); got != "renewal en true" {
		t.Errorf("the renewal is %s", got)
	}
}

// What somebody studies follows the language that they choose, without losing what
// was passed; on a line where something is owed it waits.
func TestTheCourseFollowsTheLanguageOfThePages(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	giulia, adele := w.Volunteer("Giulia", "Ferrandi"), w.Certified("Adele", "Tornaghi")
	giulia = reads(t, w, giulia, "en")
	if got := studies(t, w, giulia); got != w.Release {
		t.Errorf("there is nothing in English, and she studies %d", got)
	}
	giulia = reads(t, w, giulia, "it")
	english := publishIn(t, w, "en", apptest.PackIn("en"), app.NoImpact).Release
	if err := w.App.Study.MarkRead(ctx, giulia, w.Cmd(), "mo-denaro"); err != nil {
		t.Fatal(err)
	}
	giulia = reads(t, w, giulia, "en")
	if got := studies(t, w, giulia); got != english {
		t.Errorf("she studies %d, want %d", got, english)
	}
	shelves, err := w.App.Study.Modules(ctx, giulia)
	if err != nil || shelves[0].Modules[0].ReadAt.IsZero() || shelves[0].Modules[0].Module.Lang != "en" {
		t.Errorf("after the change of language: %+v, %v", shelves, err)
	}

	publishIn(t, w, "it", with("it", "Una riga."), app.Micro)
	before := studies(t, w, adele)
	adele = reads(t, w, adele, "en")
	if got := studies(t, w, adele); got != before {
		t.Errorf("she owes an Italian module and studies %d", got)
	}
	if err := w.App.Study.MarkRead(ctx, adele, w.Cmd(), "mo-denaro"); err != nil {
		t.Fatal(err)
	}
	if n := one[int](t, w, `SELECT count(*) FROM gate_fact WHERE kind = 'content_due' AND closed_at IS NULL`); n != 0 {
		t.Errorf("%d changes are owed after reading", n)
	}
	adele = reads(t, w, reads(t, w, adele, "it"), "en")
	if got := studies(t, w, adele); got != english {
		t.Errorf("nothing is owed any more, and she studies %d, want %d", got, english)
	}
	adele = reads(t, w, adele, "it")
	if got := studies(t, w, adele); got == english {
		t.Error("she reads Italian again and studies English")
	}
}

// A translation that has not followed the course is not offered in its place.
func TestATranslationOfAnotherVersionIsNotTheCourse(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	pack := apptest.PackIn("en")
	f := pack["esempio/en/moduli/money.md"]
	f.Data = []byte(strings.Replace(string(f.Data), "- version: 1.0", "- version: 0.9", 1))
	publishIn(t, w, "en", pack, app.NoImpact)
	w.Lang = "en"
	if got := studies(t, w, w.Volunteer("Nora", "Whelan")); got != w.Release {
		t.Errorf("she studies release %d, want the Italian %d", got, w.Release)
	}
}
