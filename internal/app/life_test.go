package app_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/fault"
	"abilita/internal/people"
)

// asked is the gate's answer by telephone now: the level, or the reasons.
func asked(t *testing.T, w *apptest.World, who people.Actor) string {
	t.Helper()
	return askedAt(t, w, who, time.Time{})
}

func askedAt(t *testing.T, w *apptest.World, who people.Actor, at time.Time) string {
	t.Helper()
	a, err := w.App.Gate.Ask(t.Context(), w.Coordinator, app.Question{Line: "donazioni", Channel: "phone", Agent: who.Number, At: at})
	if err != nil {
		t.Fatal(err)
	}
	if a.Decision.Granted() {
		return string(a.Decision.Level)
	}
	var codes []string
	for _, c := range a.Decision.Codes() {
		codes = append(codes, string(c))
	}
	return strings.Join(codes, ",")
}

// paper is the newest certificate of somebody.
func paper(t *testing.T, w *apptest.World, who people.Actor) coursedb.Certificate {
	t.Helper()
	list, err := coursedb.New(w.DB.Read()).CertificatesOf(t.Context(), who.ID)
	if err != nil || len(list) == 0 {
		t.Fatalf("no certificate: %v", err)
	}
	return list[0]
}

// at is the present moment as a form shows it.
func at(w *apptest.World) string { return w.Now.In(apptest.Rome()).Format("2006-01-02T15:04") }

func goodHeard(w *apptest.World) app.NewHeard {
	return app.NewHeard{Channel: "phone", At: at(w), Verdict: "good"}
}

func enabled(t *testing.T, w *apptest.World) people.Actor {
	t.Helper()
	who := w.Certified("Adele", "Tornaghi")
	if err := w.App.Lines.SetActive(t.Context(), w.Coordinator, w.Cmd(), w.Line, true); err != nil && !errors.Is(err, app.ErrLineIsOpen) {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	if got := asked(t, w, who); got != "supervised" {
		t.Fatalf("not enabled at first: %s", got)
	}
	return who
}

func TestALevelIsRaisedBySomebodyWhoIsNotTheOnlyOneToHaveListened(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx, x := t.Context(), w.App.Levels
	who := enabled(t, w)
	mentor := w.Staff("Mara", "Conti", people.Grant{Role: people.Mentor, Scope: people.Cohort, ID: w.Cohort})
	id := paper(t, w, who).ID

	if err := x.Observe(ctx, who, w.Cmd(), id, goodHeard(w)); !errors.Is(err, people.ErrHidden) {
		t.Errorf("the holder signed for themselves: %v", err)
	}
	var form fault.Form
	if err := x.Observe(ctx, mentor, w.Cmd(), id, app.NewHeard{Channel: "chat-a", At: "ieri", Verdict: "not_yet"}); !errors.As(err, &form) || len(form) != 3 {
		t.Errorf("a form full of mistakes: %v", err)
	}
	ahead := goodHeard(w)
	ahead.At = w.Now.Add(time.Hour).In(apptest.Rome()).Format("2006-01-02T15:04")
	if err := x.Observe(ctx, mentor, w.Cmd(), id, ahead); !errors.As(err, &form) {
		t.Errorf("a contact still to come: %v", err)
	}
	if err := x.Observe(ctx, mentor, w.Cmd(), id, goodHeard(w)); err != nil {
		t.Fatal(err)
	}
	if err := x.Raise(ctx, w.Coordinator, w.Cmd(), id, "phone", ""); !errors.Is(err, cert.ErrFewObserved) {
		t.Errorf("after one day: %v", err)
	}
	w.Advance(24 * time.Hour)
	if err := x.Observe(ctx, w.Coordinator, w.Cmd(), id, goodHeard(w)); err != nil {
		t.Fatal(err)
	}
	if err := x.Raise(ctx, mentor, w.Cmd(), id, "phone", ""); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a mentor raised a level: %v", err)
	}
	before := w.Now
	w.Advance(time.Minute)
	if err := x.Raise(ctx, w.Coordinator, w.Cmd(), id, "phone", "Brava."); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	if got := asked(t, w, who); got != "autonomous" {
		t.Errorf("after the raise: %s", got)
	}
	if got := askedAt(t, w, who, before); got != "supervised" {
		t.Errorf("as of before the raise: %s", got)
	}
	l, err := x.Read(ctx, who, id, "")
	if err != nil || l.Level != "autonomous" || l.Next != "mentor" || l.Seen != 0 || len(l.Heard) != 2 || len(l.Hours) != 1 || l.Hours[0].Contacts != 2 {
		t.Errorf("the ladder %+v: %v", l, err)
	}
	if err := x.Raise(ctx, w.Coordinator, w.Cmd(), id, "phone", ""); !errors.Is(err, cert.ErrFewObserved) {
		t.Errorf("raised again at once: %v", err)
	}
	if n := letters(t, w, who, "level_raised") + letters(t, w, who, "contact_heard"); n != 3 {
		t.Errorf("%d letters, want 3", n)
	}
	if bad := sick(t, w); len(bad) > 0 {
		t.Errorf("the doctor finds %v", bad)
	}
}

func TestTheOnlyListenerDoesNotRaise(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	who := enabled(t, w)
	id := paper(t, w, who).ID
	for range 2 {
		if err := w.App.Levels.Observe(t.Context(), w.Coordinator, w.Cmd(), id, goodHeard(w)); err != nil {
			t.Fatal(err)
		}
		w.Advance(24 * time.Hour)
	}
	if err := w.App.Levels.Raise(t.Context(), w.Coordinator, w.Cmd(), id, "phone", ""); !errors.Is(err, cert.ErrOnlyObserver) {
		t.Errorf("the only one who listened raised: %v", err)
	}
}

func TestSkillFadesAndAContactOrAnAssessedCallBringsItBack(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	who := enabled(t, w)
	enter := func(when string) error {
		return w.App.Contacts.Enter(ctx, w.Coordinator, w.Cmd(), "donazioni", app.NewContact{Number: who.Number, Channel: "phone", At: when, Minutes: 12})
	}
	signed := *paper(t, w, who).SignedAt
	rome := apptest.Rome()
	y, m, d := signed.In(rome).Date()
	lapse := time.Date(y, m, d+181, 0, 0, 0, 0, rome) // 24:00 of the 180th day
	w.Set(lapse.Add(-time.Second))
	if got := asked(t, w, who); strings.Contains(got, "recency_lapsed") {
		t.Errorf("the last second: %s", got)
	}
	w.Set(lapse)
	if got := asked(t, w, who); !strings.Contains(got, "recency_lapsed") {
		t.Errorf("180 days without contacts: %s", got)
	}
	w.Advance(time.Hour)
	if err := enter(at(w)); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	if got := asked(t, w, who); strings.Contains(got, "recency_lapsed") {
		t.Errorf("after a contact: %s", got)
	}
	if got := askedAt(t, w, who, lapse); !strings.Contains(got, "recency_lapsed") {
		t.Errorf("as of then it still was: %s", got)
	}
	// One entered late does not shorten what a later one gave.
	until := func() (open []coursedb.OpenFact) {
		list, err := coursedb.New(w.DB.Read()).OpenFacts(ctx, who.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			if f.Kind == gate.Practice {
				open = append(open, f)
			}
		}
		return open
	}
	kept := until()
	if err := enter(w.Now.Add(-48 * time.Hour).In(rome).Format("2006-01-02T15:04")); err != nil {
		t.Fatal(err)
	}
	if now := until(); len(now) != 2 || len(kept) != 2 || !now[0].From.Equal(kept[0].From) {
		t.Errorf("an older contact changed %v into %v", kept, now)
	}
	for name, in := range map[string]string{"a moment to come": w.Now.Add(time.Hour).In(rome).Format("2006-01-02T15:04"), "too far back": w.Now.Add(-40 * 24 * time.Hour).In(rome).Format("2006-01-02T15:04"), "no time": "ieri"} {
		var form fault.Form
		if err := enter(in); !errors.As(err, &form) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnEngineTellsContactsOnce(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	who := enabled(t, w)
	token, err := w.App.Gate.AddKey(ctx, w.Admin, w.Cmd(), app.NewKey{Name: "centralino", Scopes: []string{"contacts"}})
	if err != nil {
		t.Fatal(err)
	}
	list := []app.EngineContact{
		{Agent: who.Number, Channel: "phone", At: w.Now.Add(-time.Hour), Minutes: 7, Ref: "1732571012.17"},
		{Agent: who.Number, Channel: "phone", At: w.Now.Add(time.Hour), Ref: "b"},
		{Agent: "v9999", Channel: "phone", At: w.Now.Add(-time.Hour), Ref: "c"},
		{Agent: who.Number, Channel: "phone", At: w.Now.Add(-time.Hour)},
		{Agent: who.Number, Channel: "phone", At: w.Now.Add(-time.Hour), Minutes: 7, Ref: "1732571012.17"},
	}
	states := func(told []app.Told) (s string) {
		for _, x := range told {
			s += x.State + " "
		}
		return s
	}
	told, err := w.App.Contacts.FromEngine(ctx, token, "donazioni", list)
	if got := states(told); err != nil || got != "recorded refused refused refused known " {
		t.Fatalf("%s, %v", got, err)
	}
	told, err = w.App.Contacts.FromEngine(ctx, token, "donazioni", list[:1])
	if got := states(told); err != nil || got != "known " {
		t.Errorf("told again: %s, %v", got, err)
	}
	// Eight at once, the same and another: each counts once.
	others := append(list[:1:1], app.EngineContact{Agent: who.Number, Channel: "phone", At: w.Now.Add(-time.Minute), Ref: "z"})
	errs := make(chan error, 8)
	for range cap(errs) {
		go func() {
			_, err := w.App.Contacts.FromEngine(ctx, token, "donazioni", others)
			errs <- err
		}()
	}
	for range cap(errs) {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	var n int
	if err := w.DB.Read().GetContext(ctx, &n, `SELECT count(*) FROM contact`); err != nil || n != 2 {
		t.Errorf("%d contacts, want 2: %v", n, err)
	}
	check, err := w.App.Gate.AddKey(ctx, w.Admin, w.Cmd(), app.NewKey{Name: "solo", Scopes: []string{"check"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		token, line string
		want        error
	}{"no scope": {check, "donazioni", app.ErrBadScope}, "no key": {"gkx", "donazioni", app.ErrBadToken}, "no line": {token, "altra", app.ErrNoSuchLine}} {
		if _, err := w.App.Contacts.FromEngine(ctx, tc.token, tc.line, list[:1]); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
}

func TestAnEmergencyIsNamedShortAndNeverForEverything(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx, x := t.Context(), w.App.Overrides
	who := enabled(t, w)
	never := w.Volunteer("Bice", "Galli")
	supervisor := w.Staff("Carla", "Riva", people.Grant{Role: people.Supervisor, Scope: people.Line, ID: w.Line})
	give := func(by people.Actor, number string, hours int, informed people.ID) error {
		return x.Give(ctx, by, w.Cmd(), "donazioni", app.NewOverride{Number: number, Reason: "nobody_else", Words: "Tutti malati", Hours: hours, Informed: informed})
	}
	refused := func(name string, err error, want *fault.Error) {
		t.Helper()
		var form fault.Form
		if !errors.As(err, &form) || len(form) != 1 || form[0].Key != want.Key {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	refused("who may answer already", give(supervisor, who.Number, 2, w.Coordinator.ID), app.ErrNotNeeded)
	w.Set(*paper(t, w, who).ValidUntil)
	if got := asked(t, w, who); !strings.HasPrefix(got, "certificate_expired") {
		t.Fatalf("expired: %s", got)
	}
	refused("without any certificate", give(supervisor, never.Number, 2, w.Coordinator.ID), app.ErrNotWaivable)
	refused("for thirteen hours", give(supervisor, who.Number, 13, w.Coordinator.ID), app.ErrHours)
	refused("nobody told", give(supervisor, who.Number, 2, 0), app.ErrInformed)
	refused("oneself told", give(supervisor, who.Number, 2, supervisor.ID), app.ErrInformed)
	if err := give(w.Trainer, who.Number, 2, w.Coordinator.ID); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a trainer gave one: %v", err)
	}
	before := w.Now
	w.Advance(time.Minute)
	if err := give(supervisor, who.Number, 2, w.Coordinator.ID); err != nil {
		t.Fatal(err)
	}
	given := w.Now
	w.Advance(time.Minute)
	if got := asked(t, w, who); got != "supervised" {
		t.Errorf("in the emergency: %s", got)
	}
	if got := askedAt(t, w, who, before); !strings.HasPrefix(got, "certificate_expired") {
		t.Errorf("as of before: %s", got)
	}
	if letters(t, w, who, "override_given") != 1 || letters(t, w, w.Coordinator, "override_informed") != 1 {
		t.Error("the volunteer or the second person was not told")
	}
	// It ends by itself, to the instant, with no job running.
	w.Set(given.Add(2*time.Hour - time.Microsecond))
	if got := asked(t, w, who); got != "supervised" {
		t.Errorf("the last instant: %s", got)
	}
	w.Set(given.Add(2 * time.Hour))
	if got := asked(t, w, who); !strings.HasPrefix(got, "certificate_expired") {
		t.Errorf("after two hours: %s", got)
	}
	page, err := x.Page(ctx, w.Coordinator, "donazioni")
	if err != nil || len(page.List) != 1 {
		t.Fatalf("%+v %v", page, err)
	}
	if err := x.End(ctx, w.Coordinator, w.Cmd(), "donazioni", page.List[0].ID); !errors.Is(err, app.ErrOverrideOver) {
		t.Errorf("taken back when over: %v", err)
	}
	// A second one is taken back; a suspension in the middle of a third counts at once.
	if err := give(supervisor, who.Number, 4, w.Coordinator.ID); err != nil {
		t.Fatal(err)
	}
	if page, err = x.Page(ctx, w.Coordinator, "donazioni"); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	if err := x.End(ctx, w.Coordinator, w.Cmd(), "donazioni", page.List[0].ID); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	if got := asked(t, w, who); !strings.HasPrefix(got, "certificate_expired") {
		t.Errorf("taken back: %s", got)
	}
	if err := give(supervisor, who.Number, 4, w.Coordinator.ID); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	err = w.App.Corrections.Suspend(ctx, w.Coordinator, w.Cmd(), who.Number, app.Suspending{Reason: "safety", Words: "una segnalazione", AppealBy: w.Now.AddDate(0, 0, 15).Format(time.DateOnly)})
	if err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	if got := asked(t, w, who); !strings.HasPrefix(got, "agent_suspended") {
		t.Errorf("suspended in an emergency: %s", got)
	}
}

func TestTheEndOfACertificateIsAnnouncedAndEarlyRenewalKeepsTheLongerDate(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	who := enabled(t, w)
	until := *paper(t, w, who).ValidUntil
	zone := apptest.Rome()
	told := func(at time.Time, want int) {
		t.Helper()
		w.Set(at)
		if _, err := w.App.DueWork.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		if n := letters(t, w, who, "certificate_expiring"); n != want {
			t.Errorf("%v: %d letters, want %d", at, n, want)
		}
	}
	day := func(before int) time.Time { return until.In(zone).AddDate(0, 0, -before) }
	told(day(60).Add(-time.Second), 0)
	told(day(60), 0)
	if n := letters(t, w, who, "upkeep_renewal"); n != 1 {
		t.Errorf("on the day that the renewal opens: %d letters, want 1", n)
	}
	told(day(29), 1)
	for view, want := range map[string]int{"due60": 1, "due30": 1, "due7": 0} {
		page, err := w.App.Board.Page(ctx, w.Coordinator, app.BoardQuestion{Line: "donazioni", Now: view})
		if err != nil || page.Total != want {
			t.Errorf("%s shows %d, want %d: %v", view, page.Total, want, err)
		}
	}
	// Renewed ten days before its end, by a paper that would last for less: the
	// longer date stays, and nobody is written to about the old one.
	w.Set(day(10))
	id, err := w.App.Organising.AddCohort(ctx, w.Coordinator, w.Cmd(), app.NewCohort{
		Line: w.Line, Name: "Richiamo", StartsOn: w.Now.Format(time.DateOnly), EndsOn: w.Now.AddDate(1, 0, 0).Format(time.DateOnly), Seats: 10,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.App.Admissions.EnrolAgain(ctx, w.Coordinator, w.Cmd(), who.Number, id); err != nil {
		t.Fatal(err)
	}
	w.Requalify(who)
	if err := w.App.Certificates.Sign(ctx, w.Coordinator, w.Cmd(), w.Proposal(who)); err != nil {
		t.Fatal(err)
	}
	y, m, d := w.Now.In(zone).Date()
	if got, want := *paper(t, w, who).ValidUntil, time.Date(y, m, d+366, 0, 0, 0, 0, zone); !got.Equal(want) {
		t.Errorf("renewed until %v, want %v", got, want)
	}
	told(day(7), 1)
}
