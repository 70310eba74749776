package app_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"abilita/content"
	"abilita/content/packs"
	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// drained lets the clock come to an instant and does what is due by then.
func drained(t *testing.T, w *apptest.World, at time.Time) {
	t.Helper()
	w.Set(at)
	if _, err := w.App.DueWork.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// working lists what somebody works on: track and state of each open enrolment.
func working(t *testing.T, w *apptest.World, who people.Actor) []string {
	t.Helper()
	list, err := coursedb.New(w.DB.Read()).AllEnrolments(t.Context(), who.ID)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		if e.Track != cert.Full {
			out = append(out, string(e.Track)+" "+e.State)
		}
	}
	slices.Sort(out)
	return out
}

// prove writes passed evidence into the newest enrolment on a track, and has it
// reviewed by a use case of the volunteer.
func prove(t *testing.T, w *apptest.World, who people.Actor, track cert.Track, pieces ...coursedb.Evidence) {
	t.Helper()
	err := w.DB.InTx(t.Context(), func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		list, err := store.Enrolments(t.Context(), who.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(e coursedb.Enrolment) bool { return e.Track == track })
		if i < 0 {
			return fmt.Errorf("no %s", track)
		}
		for _, p := range pieces {
			p.Person, p.Enrolment, p.Passed, p.At = who.ID, list[i].ID, true, now
			if _, err := store.AddEvidence(t.Context(), p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func signPledge(t *testing.T, w *apptest.World, who people.Actor, requirement string) {
	t.Helper()
	l, err := w.App.Checklists.Own(t.Context(), who, requirement)
	if err != nil {
		t.Fatal(err)
	}
	var items []string
	for _, i := range l.List.Items {
		items = append(items, i.ID)
	}
	if err := w.App.Checklists.Sign(t.Context(), who, w.Cmd(), requirement, app.Ticks{Items: items, Signed: true}); err != nil {
		t.Fatal(err)
	}
}

// The example programme asks for one pledge to renew: that is enough, and the
// new certificate goes on from there.
func TestARenewalIsShorterThanTheFirstWay(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	who := enabled(t, w)
	old := paper(t, w, who)
	zone := apptest.Rome()
	day := func(n int) time.Time { return old.ValidUntil.In(zone).AddDate(0, 0, n) }

	w.Set(day(-61))
	if err := w.App.Upkeep.Begin(t.Context(), who, w.Cmd(), old.ID); !errors.Is(err, cert.ErrRenewEarly) {
		t.Errorf("61 days before: %v", err)
	}
	drained(t, w, day(-60))
	if got := working(t, w, who); !slices.Contains(got, "renewal enrolled") {
		t.Fatalf("on the day: %v", got)
	}
	if err := w.App.Upkeep.Begin(t.Context(), w.Coordinator, w.Cmd(), old.ID); err != nil { // pressed late: nothing happens twice
		t.Error(err)
	}
	home, err := w.App.Study.Home(t.Context(), who)
	if err != nil || len(home.Renew) != 0 {
		t.Fatalf("the first page offers %d: %v", len(home.Renew), err)
	}
	var tracks []string
	for _, p := range home.Paths {
		tracks = append(tracks, fmt.Sprint(p.Enrolment.Track, " ", len(p.Report.Lines), " ", p.HasNext))
	}
	if want := []string{"renewal 1 true", "midterm 2 true", "full 6 false"}; !slices.Equal(tracks, want) {
		t.Errorf("the first page: %v, want %v", tracks, want)
	}
	signPledge(t, w, who, "riservatezza-rinnovo")
	proposal := paper(t, w, who)
	if proposal.ID == old.ID || proposal.SignedAt != nil || proposal.Track != cert.Renewal {
		t.Fatalf("no proposal: %+v", proposal)
	}
	if err := w.App.Certificates.Sign(t.Context(), w.Coordinator, w.Cmd(), proposal.ID); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	if got := asked(t, w, who); got == "" || strings.Contains(got, ",") {
		t.Errorf("renewed: %s", got)
	}
	renewed := paper(t, w, who)
	y, m, d := w.Now.In(zone).Date()
	if want := time.Date(y, m, d+366, 0, 0, 0, 0, zone); !renewed.ValidUntil.Equal(want) {
		t.Errorf("until %v, want %v", renewed.ValidUntil, want)
	}
	// And again a year later, in the same cohort.
	drained(t, w, renewed.ValidUntil.AddDate(0, 0, -30))
	signPledge(t, w, who, "riservatezza-rinnovo")
	if err := w.App.Certificates.Sign(t.Context(), w.Coordinator, w.Cmd(), paper(t, w, who).ID); err != nil {
		t.Fatal(err)
	}
	if bad := examined(t, w); len(bad) > 0 {
		t.Errorf("doctor: %v", bad)
	}
}

// examined is what the doctor finds, but for letters: nobody prints or strips
// them here.
func examined(t *testing.T, w *apptest.World) []string {
	t.Helper()
	found, err := w.App.Doctor.Examine(t.Context(), people.Actor{Program: "test"}, false)
	if err != nil {
		t.Fatal(err)
	}
	var bad []string
	for _, f := range found {
		if len(f.Bad) > 0 && f.Name != "letters-waiting" && f.Name != "retention-kept" {
			bad = append(bad, f.Name+": "+strings.Join(f.Bad, ", "))
		}
	}
	return bad
}

func TestARenewalEndsWithItsWindow(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	who := enabled(t, w)
	old := paper(t, w, who)
	zone := apptest.Rome()
	day := func(n int) time.Time { return old.ValidUntil.In(zone).AddDate(0, 0, n) }
	drained(t, w, day(-60))
	drained(t, w, day(89)) // expired, the window is still open
	if got := working(t, w, who); !slices.Contains(got, "renewal enrolled") {
		t.Errorf("89 days after the end: %v", got)
	}
	drained(t, w, day(90))
	if got := working(t, w, who); !slices.Contains(got, "renewal lapsed") {
		t.Errorf("90 days after the end: %v", got)
	}
	if err := w.App.Upkeep.Begin(t.Context(), who, w.Cmd(), old.ID); !errors.Is(err, cert.ErrRenewLate) {
		t.Errorf("begun again: %v", err)
	}
	if n := letters(t, w, who, "renewal_lapsed"); n != 1 {
		t.Errorf("%d letters", n)
	}
}

// The gate knows the deadline of the check from the day of the signature on: it
// follows with no job running.
func TestTheCheckHalfWayClosesTheGateUntilItIsDone(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	who := enabled(t, w)
	c := paper(t, w, who)
	zone := apptest.Rome()
	y, m, d := c.SignedAt.In(zone).Date()
	opens, closes := time.Date(y, m, d+180, 0, 0, 0, 0, zone), time.Date(y, m, d+211, 0, 0, 0, 0, zone)
	practised := func() { // recency is another matter
		if err := w.App.Contacts.Enter(t.Context(), w.Coordinator, w.Cmd(), "donazioni", app.NewContact{Number: who.Number, Channel: "phone", At: at(w)}); err != nil {
			t.Fatal(err)
		}
		w.Advance(time.Minute)
	}
	w.Set(opens.Add(-time.Hour))
	practised()
	drained(t, w, opens.Add(-time.Minute))
	if got := working(t, w, who); len(got) != 0 {
		t.Errorf("before its day: %v", got)
	}
	w.Set(closes.Add(-time.Microsecond))
	if got := asked(t, w, who); got != "supervised" {
		t.Errorf("the last instant: %s", got)
	}
	w.Set(closes)
	if got := asked(t, w, who); got != "content_overdue" {
		t.Errorf("after the deadline, with no job running: %s", got)
	}
	drained(t, w, closes.Add(time.Minute))
	if got := working(t, w, who); len(got) != 1 || got[0] != "midterm enrolled" {
		t.Fatalf("opened: %v", got)
	}
	home, err := w.App.Study.Home(t.Context(), who)
	if err != nil || home.Paths[0].Enrolment.Track != cert.MidTerm || home.Paths[0].Next.Requirement.Key != "prova-controllo" {
		t.Fatalf("the first page: %+v %v", home.Paths, err)
	}
	prove(t, w, who, cert.MidTerm, coursedb.Evidence{Requirement: "prova-controllo", Item: "qz-finale", Kind: "quiz", Score: 9000})
	assessCall(t, w, who)
	w.Advance(time.Minute)
	if got := asked(t, w, who); got != "supervised" {
		t.Errorf("after the check: %s", got)
	}
	if got := working(t, w, who); len(got) != 1 || got[0] != "midterm completed" || letters(t, w, who, "midterm_done") != 1 {
		t.Errorf("after the check: %v", got)
	}
	if now := paper(t, w, who); now.ID != c.ID || !now.ValidUntil.Equal(*c.ValidUntil) {
		t.Error("the certificate changed")
	}
	if bad := examined(t, w); len(bad) > 0 {
		t.Errorf("doctor: %v", bad)
	}
}

// assessCall plans a call for somebody tomorrow, in a cohort that is going on, and
// has it judged well.
func assessCall(t *testing.T, w *apptest.World, who people.Actor) {
	t.Helper()
	ctx := t.Context()
	list, err := coursedb.New(w.DB.Read()).Enrolments(ctx, who.ID)
	if err != nil {
		t.Fatal(err)
	}
	tomorrow := w.Now.In(apptest.Rome()).AddDate(0, 0, 1)
	if _, err := w.App.Sessions.Plan(ctx, w.Coordinator, w.Cmd(), app.NewSeries{
		Cohort: list[0].CohortID, Kind: "roleplay", Title: "Chiamate valutate", Weekdays: []int{(int(tomorrow.Weekday())+6)%7 + 1}, At: "10:00", Minutes: 60,
		First: tomorrow.Format(time.DateOnly), Count: 1, Seats: 2, Slot: 30, Trainer: w.Evaluator.ID, JoinURL: "https://stanza.example.org/1", Script: fiftyEuro,
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.App.DueWork.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	var session int64
	if err := w.DB.Read().GetContext(ctx, &session, `SELECT min(id) FROM session WHERE kind = 'roleplay' AND starts_at > $1`, w.Now); err != nil {
		t.Fatal(err)
	}
	if err := w.App.Sessions.Book(ctx, who, w.Cmd(), session); err != nil {
		t.Fatal(err)
	}
	w.Set(time.Date(tomorrow.Year(), tomorrow.Month(), tomorrow.Day(), 11, 0, 0, 0, apptest.Rome()))
	by := w.Evaluator
	by.Grants = append(by.Grants, people.Grant{Role: people.Evaluator, Scope: people.Line, ID: w.Line})
	sheet, err := w.App.Assessments.Sheet(ctx, by, session, who.Number)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.App.Assessments.Assess(ctx, by, w.Cmd(), session, who.Number, good(sheet.Script.Hash)); err != nil {
		t.Fatal(err)
	}
}

// Revoking ends what is open about the certificate; who is suspended does not
// renew.
func TestAStopEndsARenewal(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	who := enabled(t, w)
	old := paper(t, w, who)
	drained(t, w, old.ValidUntil.AddDate(0, 0, -50))
	stop := func(do string) error {
		in := app.Stop{Do: do, Reason: "conduct", Words: "una segnalazione", AppealBy: w.Now.AddDate(0, 0, 15).Format(time.DateOnly)}
		if do == "restore" {
			in = app.Stop{Do: do, Words: "chiarito"}
		}
		_, err := w.App.Certificates.Change(t.Context(), w.Coordinator, w.Cmd(), old.ID, in)
		return err
	}
	if err := stop("suspend"); err != nil {
		t.Fatal(err)
	}
	signPledge(t, w, who, "riservatezza-rinnovo")
	proposal := paper(t, w, who)
	if err := w.App.Certificates.Sign(t.Context(), w.Second, w.Cmd(), proposal.ID); !errors.Is(err, cert.ErrUndecided) {
		t.Errorf("signed over a suspension: %v", err)
	}
	if err := stop("revoke"); err != nil {
		t.Fatal(err)
	}
	if got := working(t, w, who); slices.Contains(got, "renewal active") || !slices.Contains(got, "renewal withdrawn") {
		t.Errorf("after the revocation: %v", got)
	}
	if err := w.App.Upkeep.Begin(t.Context(), w.Coordinator, w.Cmd(), old.ID); !errors.Is(err, cert.ErrRevoked) {
		t.Errorf("a revoked one renewed: %v", err)
	}
	if now := paper(t, w, who); now.ID != old.ID {
		t.Error("the proposal is still there")
	}
}

// twoChannels is the example pack with a call of its own for the chat.
func twoChannels() fstest.MapFS {
	files := apptest.Pack()
	f := files["esempio/it/programma.md"]
	s := strings.Replace(string(f.Data), "- canali: telefono\n- validità", "- canali: telefono, chat\n- validità", 1)
	s = strings.Replace(s, "### Prepara la tua postazione\n`postazione · postazione`", "### Fai una chat valutata\n`chat · simulazione`\n- contenuti: rp-cinquanta-euro\n- canali: chat\n\n### Prepara la tua postazione\n`postazione · postazione`", 1)
	f.Data = []byte(s)
	return files
}

func TestOneChannelMoreNeedsItsOwnCallAndKeepsDatesAndLevels(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, twoChannels())
	who := enabled(t, w)
	first := paper(t, w, who)
	if got := first.Channels; len(got) != 1 || got[0] != "phone" {
		t.Fatalf("at first: %v", got)
	}
	chat := func() string {
		t.Helper()
		a, err := w.App.Gate.Ask(t.Context(), w.Coordinator, app.Question{Line: "donazioni", Channel: "chat", Agent: who.Number})
		if err != nil {
			t.Fatal(err)
		}
		if a.Decision.Granted() {
			return string(a.Decision.Level)
		}
		return string(a.Decision.Codes()[0])
	}
	if got := chat(); got != "channel_not_certified" {
		t.Errorf("chat at first: %s", got)
	}
	// By telephone they have become autonomous meanwhile.
	x := w.App.Levels
	for _, by := range []people.Actor{w.Coordinator, w.Second} {
		if err := x.Observe(t.Context(), by, w.Cmd(), first.ID, goodHeard(w)); err != nil {
			t.Fatal(err)
		}
		w.Advance(24 * time.Hour)
	}
	if err := x.Raise(t.Context(), w.Coordinator, w.Cmd(), first.ID, "chat", ""); err == nil {
		t.Error("raised on a channel that the certificate does not hold")
	}
	if err := x.Raise(t.Context(), w.Coordinator, w.Cmd(), first.ID, "phone", ""); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Hour)
	prove(t, w, who, cert.Full, coursedb.Evidence{Requirement: "chat", Item: "rp-cinquanta-euro", Kind: "roleplay", Score: 8800, Author: w.Evaluator.ID})
	signPledge(t, w, who, "riservatezza") // any act that reviews
	second := paper(t, w, who)
	if second.ID == first.ID || second.Extends != first.ID || !slices.Equal(second.Channels, []string{"phone", "chat"}) {
		t.Fatalf("the proposal: %+v", second)
	}
	if err := w.App.Certificates.Sign(t.Context(), w.Coordinator, w.Cmd(), second.ID); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	if got := paper(t, w, who); !got.ValidUntil.Equal(*first.ValidUntil) {
		t.Errorf("until %v, want %v as before", got.ValidUntil, first.ValidUntil)
	}
	if phone, chat := asked(t, w, who), chat(); phone != "autonomous" || chat != "supervised" {
		t.Errorf("telephone %s, chat %s", phone, chat)
	}
	if l, err := x.Read(t.Context(), who, second.ID, "chat"); err != nil || l.Level != "supervised" || len(l.Heard) != 0 {
		t.Errorf("the ladder of the chat: %+v %v", l, err)
	}
	// Raised on the chat, the telephone stays what it was.
	for _, by := range []people.Actor{w.Coordinator, w.Second} {
		in := goodHeard(w)
		in.Channel = "chat"
		if err := x.Observe(t.Context(), by, w.Cmd(), second.ID, in); err != nil {
			t.Fatal(err)
		}
		w.Advance(24 * time.Hour)
	}
	if err := x.Raise(t.Context(), w.Coordinator, w.Cmd(), second.ID, "chat", ""); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	if phone, chat := asked(t, w, who), chat(); phone != "autonomous" || chat != "autonomous" {
		t.Errorf("after the second raise: telephone %s, chat %s", phone, chat)
	}
	f, err := w.App.Certificates.Read(t.Context(), who, first.ID)
	if err != nil || f.Status != cert.Superseded {
		t.Errorf("the one before is %s: %v", f.Status, err)
	}
	if bad := examined(t, w); len(bad) > 0 {
		t.Errorf("doctor: %v", bad)
	}
}

// A renewal for the telephone alone leaves the chat as it was, until its own end.
func TestARenewalOfOneChannelShortensNoOther(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, twoChannels())
	who := w.Volunteer("Adele", "Tornaghi")
	prove(t, w, who, cert.Full, coursedb.Evidence{Requirement: "chat", Item: "rp-cinquanta-euro", Kind: "roleplay", Score: 8800, Author: w.Evaluator.ID})
	w.Requalify(who)
	if err := w.App.Certificates.Sign(t.Context(), w.Coordinator, w.Cmd(), w.Proposal(who)); err != nil {
		t.Fatal(err)
	}
	first := paper(t, w, who)
	if !slices.Equal(first.Channels, []string{"phone", "chat"}) {
		t.Fatalf("at first: %v", first.Channels)
	}
	id, err := w.App.Organising.AddCohort(t.Context(), w.Coordinator, w.Cmd(), app.NewCohort{
		Line: w.Line, Name: "Richiamo", StartsOn: w.Now.Format(time.DateOnly), EndsOn: w.Now.AddDate(1, 0, 0).Format(time.DateOnly), Seats: 10,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Set(first.ValidUntil.AddDate(0, 0, -90))
	if err := w.App.Admissions.EnrolAgain(t.Context(), w.Coordinator, w.Cmd(), who.Number, id); err != nil {
		t.Fatal(err)
	}
	w.Requalify(who)
	if err := w.App.Certificates.Sign(t.Context(), w.Coordinator, w.Cmd(), w.Proposal(who)); err != nil {
		t.Fatal(err)
	}
	w.Advance(time.Minute)
	second := paper(t, w, who)
	f, err := w.App.Certificates.Read(t.Context(), who, first.ID)
	if err != nil || f.Status != cert.Valid || !slices.Equal(second.Channels, []string{"phone"}) {
		t.Fatalf("the first is %s, the second for %v: %v", f.Status, second.Channels, err)
	}
	holds := func(channel string) bool {
		t.Helper()
		a, err := w.App.Gate.Ask(t.Context(), w.Coordinator, app.Question{Line: "donazioni", Channel: channel, Agent: who.Number})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range a.Decision.Codes() {
			if strings.HasPrefix(string(c), "certificate") || c == "channel_not_certified" {
				return false
			}
		}
		return true
	}
	if !holds("phone") || !holds("chat") {
		t.Error("a channel was lost")
	}
	w.Set(*first.ValidUntil)
	if !holds("phone") || holds("chat") {
		t.Error("after the first one's end")
	}
}

func TestPriorLearningStandsForWhatIsReadOrAttended(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	who := w.Volunteer("Adele", "Tornaghi")
	x := w.App.Recognition
	page, err := x.Page(ctx, w.Coordinator, who.Number)
	if err != nil || len(page.Files) != 1 {
		t.Fatalf("%+v %v", page, err)
	}
	enrolment := page.Files[0].Path.Enrolment.ID
	var offered []string
	for _, o := range page.Files[0].Offer {
		offered = append(offered, o.Value())
	}
	if want := []string{"studio/mo-denaro", "presenza/"}; !slices.Equal(offered, want) {
		t.Errorf("offered %v, want %v: nothing that judges", offered, want)
	}
	good := app.NewRecognised{What: offered, Document: "Attestato, centro d'ascolto", SeenOn: w.Now.Format(time.DateOnly)}
	for name, tc := range map[string]struct {
		by   people.Actor
		in   app.NewRecognised
		want error
	}{
		"by the volunteer":         {who, good, people.ErrHidden},
		"by a trainer":             {w.Trainer, good, people.ErrHidden},
		"an exam":                  {w.Coordinator, app.NewRecognised{What: []string{"prova-finale/qz-finale"}, Document: "x", SeenOn: good.SeenOn}, app.ErrNotHere},
		"nothing chosen":           {w.Coordinator, app.NewRecognised{Document: "x", SeenOn: good.SeenOn}, app.ErrNoPrior},
		"a document of tomorrow":   {w.Coordinator, app.NewRecognised{What: offered, Document: "x", SeenOn: w.Now.AddDate(0, 0, 1).Format(time.DateOnly)}, app.ErrSeenAhead},
		"without any document":     {w.Coordinator, app.NewRecognised{What: offered, SeenOn: good.SeenOn}, app.ErrRequired},
		"the same thing two times": {w.Coordinator, app.NewRecognised{What: []string{"studio/mo-denaro", "studio/mo-nessuno"}, Document: "x", SeenOn: good.SeenOn}, app.ErrNotHere},
	} {
		if err := x.Recognise(ctx, tc.by, w.Cmd(), enrolment, tc.in); err == nil || !strings.Contains(err.Error(), tc.want.Error()) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	if err := x.Recognise(ctx, w.Coordinator, w.Cmd(), enrolment, good); err != nil {
		t.Fatal(err)
	}
	state := func(key string) cert.State {
		t.Helper()
		home, err := w.App.Study.Home(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		l, _ := home.Paths[0].Report.Line(key)
		return l.State
	}
	if state("studio") != cert.Done || state("presenza") != cert.Done || state("prova-finale") != cert.Todo || letters(t, w, who, "learning_recognised") != 1 {
		t.Errorf("studio %s, presenza %s, prova %s", state("studio"), state("presenza"), state("prova-finale"))
	}
	if page, err = x.Page(ctx, w.Coordinator, who.Number); err != nil || len(page.Files[0].Held) != 5 {
		t.Fatalf("%+v %v", page.Files, err)
	}
	module := page.Files[0].Held[0]
	if err := x.TakeBack(ctx, w.Coordinator, w.Cmd(), enrolment, module.ID, "Era di un'altra persona."); err != nil {
		t.Fatal(err)
	}
	if state("studio") != cert.Todo || state("presenza") != cert.Done {
		t.Errorf("taken back: studio %s, presenza %s", state("studio"), state("presenza"))
	}
	if err := x.TakeBack(ctx, w.Coordinator, w.Cmd(), enrolment, module.ID, "Ancora."); !errors.Is(err, people.ErrHidden) {
		t.Errorf("taken back twice: %v", err)
	}
	if err := x.Recognise(ctx, w.Coordinator, w.Cmd(), enrolment, app.NewRecognised{What: []string{"studio/mo-denaro"}, Document: "Attestato", SeenOn: good.SeenOn}); err != nil {
		t.Fatal(err)
	}
	// Who recognised alone does not sign alone: here others judged too.
	prove(t, w, who, cert.Full,
		coursedb.Evidence{Requirement: "prova-finale", Item: "qz-finale", Kind: "quiz", Score: 9200},
		coursedb.Evidence{Requirement: "chiamata", Item: "rp-cinquanta-euro", Kind: "roleplay", Score: 8800, Author: w.Evaluator.ID},
		coursedb.Evidence{Requirement: "postazione", Item: "li-postazione", Kind: "station", Score: -1, Author: who.ID})
	signPledge(t, w, who, "riservatezza")
	if err := w.App.Certificates.Sign(ctx, w.Coordinator, w.Cmd(), w.Proposal(who)); err != nil {
		t.Fatal(err)
	}
	page, err = x.Page(ctx, w.Coordinator, who.Number)
	if err != nil || !page.Files[0].Held[0].Final {
		t.Fatalf("%+v %v", page.Files, err)
	}
	if err := x.TakeBack(ctx, w.Coordinator, w.Cmd(), enrolment, page.Files[0].Held[0].ID, "Tardi."); !errors.Is(err, app.ErrCertifiedOn) {
		t.Errorf("taken from under a certificate: %v", err)
	}
	if bad := examined(t, w); len(bad) > 0 {
		t.Errorf("doctor: %v", bad)
	}
}

// Who renews finds what to read again first, and the rest to look up below.
func TestTheShelvesOfWhoRenews(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, shippedPack(t, "linea-donazioni/it"))
	p, _ := content.Load(packs.FS, "linea-donazioni/it")
	who := w.Volunteer("Adele", "Tornaghi")
	meet(t, w, who, p.Programme)
	if err := w.App.Certificates.Sign(t.Context(), w.Coordinator, w.Cmd(), w.Proposal(who)); err != nil {
		t.Fatal(err)
	}
	count := func() (sizes []int) {
		t.Helper()
		shelves, err := w.App.Study.Modules(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range shelves {
			sizes = append(sizes, len(s.Modules))
		}
		return sizes
	}
	if got := count(); !slices.Equal(got, []int{8}) {
		t.Errorf("certified: %v", got)
	}
	drained(t, w, paper(t, w, who).ValidUntil.AddDate(0, 0, -50))
	if got := count(); !slices.Equal(got, []int{2, 6}) {
		t.Errorf("renewing: %v", got)
	}
	if r, err := w.App.Study.Read(t.Context(), who, "mo-beni"); err != nil || r.Path.Enrolment.Track != cert.Full {
		t.Errorf("a module that is not to be read again: %v", err)
	}
	if r, err := w.App.Study.Read(t.Context(), who, "mo-fondi"); err != nil || r.Path.Enrolment.Track != cert.Renewal || !r.State.ReadAt.IsZero() {
		t.Errorf("one that is: %v", err)
	}
}

// A coordinator sees on the board who renews, how far they are, and that the
// renewal waits for a signature.
func TestTheBoardShowsWhoRenews(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	who := enabled(t, w)
	board := func(view string) app.BoardAnswer {
		t.Helper()
		a, err := w.App.Board.Page(t.Context(), w.Coordinator, app.BoardQuestion{Line: "donazioni", Now: view})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if a := board(""); len(a.People) != 1 || len(a.People[0].Keeping.V) != 0 || a.Tally.Us != 0 {
		t.Errorf("certified: %+v", a.People)
	}
	drained(t, w, paper(t, w, who).ValidUntil.AddDate(0, 0, -50))
	a := board("")
	if len(a.People) != 1 || len(a.People[0].Keeping.V) != 2 || a.People[0].Keeping.V[1].Needed != 1 && a.People[0].Keeping.V[0].Needed != 1 {
		t.Fatalf("renewing: %+v", a.People)
	}
	signPledge(t, w, who, "riservatezza-rinnovo")
	if a := board("us"); a.Tally.Us != 1 || len(a.People) != 1 || !a.People[0].Signing {
		t.Errorf("waiting for a signature: %+v", a.People)
	}
}
