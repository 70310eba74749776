package app_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/fault"
	"abilita/internal/people"
)

const (
	lives     = 7
	deeds     = 80
	longDays  = 20 // of a certificate by the first release
	shortDays = 6  // by the second
)

// paperLife plays one person's certificates and keeps the model beside them.
type paperLife struct {
	*apptest.World
	t       *testing.T
	rand    *rand.Rand
	who     people.Actor
	papers  []*modelPaper // the newest last
	cohorts []int64       // still to be enrolled in
	days    int           // of a certificate by the release that counts
	letters map[string]int
	entries map[people.Action]int // of the record
	seen    map[string]int        // arrows walked, refusals met
}

func newPaperLife(t *testing.T, seed uint64) *paperLife {
	t.Helper()
	w := apptest.NewWith(t, lifePack(longDays))
	l := &paperLife{World: w, t: t, rand: rand.New(rand.NewPCG(seed, 2)), letters: map[string]int{}, entries: map[people.Action]int{}, seen: map[string]int{}}
	l.days = longDays
	l.who = w.Ready("Adele", "Tornaghi")
	l.proposed()
	for i := range 12 {
		id, err := w.App.Organising.AddCohort(t.Context(), w.Coordinator, w.Cmd(), app.NewCohort{
			Line: w.Line, Name: fmt.Sprintf("Richiamo %d", i), StartsOn: w.Now.AddDate(0, 0, 40).Format(time.DateOnly), EndsOn: w.Now.AddDate(2, 0, 0).Format(time.DateOnly), Seats: 10,
		})
		if err != nil {
			t.Fatal(err)
		}
		l.cohorts = append(l.cohorts, id)
	}
	l.Set(time.Date(2026, 12, 8, 8, 0, 0, 0, time.UTC)) // cover has begun
	return l
}

// proposed adds the newest proposal to the model.
func (l *paperLife) proposed() {
	c := paper(l.t, l.World, l.who)
	l.papers = append(l.papers, &modelPaper{id: c.ID, number: c.Number, days: l.days, state: "proposed", level: "supervised"})
}

func (l *paperLife) newest() *modelPaper { return l.papers[len(l.papers)-1] }

// noted adds an event to the model.
func (l *paperLife) noted(p *modelPaper, kind, reason string, by people.ID) {
	p.events = append(p.events, fmt.Sprintf("%s %s %d %v", kind, reason, by, l.Now.UTC()))
}

// move goes on by some days, or to the end of a certificate or a minute before.
func (l *paperLife) move(p *modelPaper) {
	before := p.at(l.Now)
	next := l.Now.Add(time.Duration(1+l.rand.IntN(4*24*60)) * time.Minute)
	if p.until.After(l.Now.Add(time.Minute)) && l.rand.IntN(3) == 0 {
		next = p.until.Add(-time.Duration(l.rand.IntN(2)) * time.Minute)
	}
	l.Set(next)
	if now := p.at(l.Now); now != before {
		l.seen[before+" > "+now]++
	}
}

// renew enrols again and meets every requirement, sometimes by a programme whose
// certificates last longer, or shorter.
func (l *paperLife) renew() {
	if l.newest().state == "proposed" || len(l.cohorts) == 0 {
		return
	}
	if l.rand.IntN(2) == 0 {
		l.days = longDays + shortDays - l.days
		change := app.Publication{Files: lifePack(l.days), Dir: "esempio/it", Impact: app.NoImpact, Note: "durata"}
		if _, err := l.App.Publishing.Publish(l.t.Context(), people.Actor{Program: "test"}, l.Cmd(), change); err != nil {
			l.t.Fatal(err)
		}
	}
	if err := l.App.Admissions.EnrolAgain(l.t.Context(), l.Coordinator, l.Cmd(), l.who.Number, l.cohorts[0]); err != nil {
		l.t.Fatalf("enrol again at %v: %v", l.Now, err)
	}
	l.Requalify(l.who)
	l.proposed()
	l.cohorts = l.cohorts[1:]
}

// renewShort begins the renewal of what is in force, and does what it asks for.
func (l *paperLife) renewShort(p *modelPaper) {
	if l.newest().state == "proposed" {
		return
	}
	state := p.at(l.Now)
	want := map[string]error{"suspended": cert.ErrUndecided, "revoked": cert.ErrRevoked}[state]
	if state == "expired" && !l.Now.Before(p.until.AddDate(0, 0, 90)) {
		want = cert.ErrRenewLate
	}
	if err := l.App.Upkeep.Begin(l.t.Context(), l.who, l.Cmd(), p.id); !errors.Is(err, want) || want == nil && err != nil {
		l.t.Fatalf("renewal of a certificate that is %s at %v: %v, want %v", state, l.Now, err, want)
	}
	if want != nil {
		l.seen["renew when "+state+": refused"]++
		return
	}
	signPledge(l.t, l.World, l.who, "riservatezza-rinnovo")
	l.proposed()
	l.newest().about = p
	l.seen[state+" > renewed by the shorter path"]++
}

// observe signs that somebody listened.
func (l *paperLife) observe(p *modelPaper) {
	by, in := l.either(), goodHeard(l.World)
	if l.rand.IntN(4) == 0 {
		in.Verdict, in.Note = "not_yet", "troppo svelta"
	}
	if err := l.App.Levels.Observe(l.t.Context(), by, l.Cmd(), p.id, in); err != nil {
		l.t.Fatalf("observe at %v: %v", l.Now, err)
	}
	p.heard = append(p.heard, cert.Observation{Observer: by.ID, At: l.Now, Good: in.Verdict == "good"})
	l.letters["contact_heard"]++
	l.entries[people.ObserveContact]++
}

func (l *paperLife) either() people.Actor {
	if l.rand.IntN(2) == 0 {
		return l.Second
	}
	return l.Coordinator
}

// try sends a command and holds its answer against the model.
func (l *paperLife) try(p *modelPaper, do string) {
	l.t.Helper()
	by, state := l.either(), p.at(l.Now)
	want := p.refusal(do, by.ID, l.Now)
	if do == "sign" && want == nil && slices.ContainsFunc(l.papers, func(old *modelPaper) bool { return old != p && !old.followed && old.state == "suspended" }) {
		want = cert.ErrUndecided // a renewal does not decide a suspension
	}
	var err error
	switch do {
	case "sign":
		err = l.App.Certificates.Sign(l.t.Context(), by, l.Cmd(), p.id)
	case "raise":
		err = l.App.Levels.Raise(l.t.Context(), by, l.Cmd(), p.id, "phone", "brava")
	default:
		_, err = l.App.Certificates.Change(l.t.Context(), by, l.Cmd(), p.id, l.stop(do))
	}
	if !errors.Is(err, want) || want == nil && err != nil {
		l.t.Fatalf("%s of a certificate that is %s at %v: %v, want %v", do, state, l.Now, err, want)
	}
	if want != nil {
		l.seen[do+" when "+state+": refused"]++
		return
	}
	l.walk(p, do, by.ID)
	l.seen[state+" > "+do+" > "+p.at(l.Now)]++
}

func (l *paperLife) stop(do string) app.Stop {
	if do == "restore" {
		return app.Stop{Do: do, Words: "chiarito"}
	}
	return app.Stop{Do: do, Reason: "conduct", Words: "una segnalazione", AppealBy: l.Now.AddDate(0, 0, 15).Format(time.DateOnly)}
}

// walk is an arrow of the picture.
func (l *paperLife) walk(p *modelPaper, do string, by people.ID) {
	switch do {
	case "sign":
		l.supersede(p, by)
		p.state, p.since = "valid", l.Now
		l.noted(p, "signed", "", by)
		l.letters["certified"]++
		l.entries[people.SignCertificate]++
	case "raise":
		p.level = map[string]string{"supervised": "autonomous", "autonomous": "mentor"}[p.level]
		p.since, p.heard = l.Now, nil
		l.noted(p, "raised", "", by)
		l.letters["level_raised"]++
		l.entries[people.RaiseLevel]++
	default:
		kind := map[string]string{"suspend": "suspended", "revoke": "revoked", "restore": "restored"}[do]
		p.state = map[string]string{"suspend": "suspended", "revoke": "revoked", "restore": "valid"}[do]
		l.noted(p, kind, l.stop(do).Reason, by)
		l.letters["certificate_"+kind]++
		if last := l.newest(); do == "revoke" && last.state == "proposed" && last.about == p {
			l.papers = l.papers[:len(l.papers)-1]
			l.seen["revoked > its renewal is withdrawn"]++
		}
		l.entries[people.StopCertificate]++
	}
}

// supersede ends what p follows; a valid one leaves it the longer date and the
// higher level.
func (l *paperLife) supersede(p *modelPaper, by people.ID) {
	y, m, d := l.Now.In(apptest.Rome()).Date()
	p.until = time.Date(y, m, d+p.days+1, 0, 0, 0, 0, apptest.Rome()).UTC()
	for _, old := range l.papers[:len(l.papers)-1] {
		if old.followed {
			continue
		}
		state := old.at(l.Now)
		if state == "valid" {
			if old.until.After(p.until) {
				p.until = old.until
				l.seen["the longer date is kept"]++
			}
			if old.level != "supervised" {
				p.level = old.level
				l.seen["the higher level is kept"]++
			}
		}
		old.followed = true
		l.noted(old, "superseded", "", by)
		if old.state != "revoked" { // which is final
			old.state = "superseded"
		}
		l.seen[state+" > followed > "+old.at(l.Now)]++
	}
}

// agrees compares everything that can be asked with the model.
func (l *paperLife) agrees() {
	l.t.Helper()
	ctx, store := l.t.Context(), coursedb.New(l.DB.Read())
	for _, p := range l.papers {
		c, err := store.Certificate(ctx, p.id, false)
		if err != nil {
			l.t.Fatal(err)
		}
		events, err := store.CertificateEvents(ctx, p.id)
		if err != nil {
			l.t.Fatal(err)
		}
		var told []string
		for _, e := range events {
			told = append(told, fmt.Sprintf("%s %s %d %v", e.Kind, e.Reason, e.Actor, e.At.UTC()))
			if stops := e.Kind == "suspended" || e.Kind == "revoked"; stops != (e.AppealBy != nil) || stops && e.Words == "" {
				l.t.Errorf("%s without words or a date for the appeal, or with one too many: %+v", e.Kind, e)
			}
		}
		if !slices.Equal(told, p.events) {
			l.t.Errorf("at %v the certificate tells\n%s\nwant\n%s", l.Now, strings.Join(told, "\n"), strings.Join(p.events, "\n"))
		}
		level, _ := c.LevelAt(events, "phone", l.Now)
		if got := string(c.StatusAt(events, l.Now)); got != p.at(l.Now) || p.state != "proposed" && level != p.level {
			l.t.Errorf("at %v a certificate is %s at %s, want %s at %s", l.Now, got, level, p.at(l.Now), p.level)
		}
		l.verified(p)
	}
	if got, want := asked(l.t, l.World, l.who), l.answer(); got != want {
		l.t.Errorf("at %v the gate says %s, want %s", l.Now, got, want)
	}
}

// verified looks at the public page.
func (l *paperLife) verified(p *modelPaper) {
	l.t.Helper()
	f, err := l.App.Certificates.Verify(l.t.Context(), people.Actor{}, p.number)
	switch {
	case p.state == "proposed":
		if fault.KindOf(err) != fault.NotFound {
			l.t.Errorf("a proposal is public: %v", err)
		}
	case err != nil || string(f.Status) != p.at(l.Now) || f.Level() != p.level || !f.Certificate.ValidUntil.Equal(p.until):
		l.t.Errorf("at %v the public page says %s at %s until %v (%v), want %s at %s until %v", l.Now, f.Status, f.Level(), f.Certificate.ValidUntil, err, p.at(l.Now), p.level, p.until)
	}
}

// answer is what the gate must say: the newest signed certificate decides.
func (l *paperLife) answer() string {
	for _, p := range slices.Backward(l.papers) {
		switch state := p.at(l.Now); state {
		case "proposed":
		case "valid":
			return p.level
		default:
			return "certificate_" + state
		}
	}
	return "certificate_missing"
}

// counted compares letters and the record with the arrows that were walked.
func (l *paperLife) counted() {
	l.t.Helper()
	for _, kind := range []string{"certified", "certificate_suspended", "certificate_restored", "certificate_revoked", "level_raised", "contact_heard"} {
		if n := letters(l.t, l.World, l.who, kind); n != l.letters[kind] {
			l.t.Errorf("%d letters of kind %s, want %d", n, kind, l.letters[kind])
		}
	}
	for action, want := range l.entries {
		if n := one[int](l.t, l.World, `SELECT count(*) FROM audit_entry WHERE action = $1 AND subject_kind = 'certificate'`, string(action)); n != want {
			l.t.Errorf("%d entries of %s in the record, want %d", n, action, want)
		}
	}
}

// badly tries what no state allows.
func (l *paperLife) badly() {
	l.t.Helper()
	p := l.newest()
	for _, do := range []string{"sign", "raise"} {
		err := l.App.Certificates.Sign(l.t.Context(), l.who, l.Cmd(), p.id)
		if do == "raise" {
			err = l.App.Levels.Raise(l.t.Context(), l.who, l.Cmd(), p.id, "phone", "")
		}
		if !errors.Is(err, people.ErrHidden) {
			l.t.Errorf("the holder may %s: %v", do, err)
		}
	}
	var form fault.Form
	for _, in := range []app.Stop{
		{Do: "revoke", Reason: "conduct", Words: "x"},
		{Do: "suspend", Reason: "conduct", Words: "x", AppealBy: l.Now.AddDate(0, 0, -2).Format(time.DateOnly)},
		{Do: "suspend", Words: "x", AppealBy: "2030-01-01"},
		{Do: "revoke", Reason: "conduct", AppealBy: "2030-01-01"},
		{Do: "restore"},
		{Do: "expire", Reason: "conduct", Words: "x", AppealBy: "2030-01-01"},
	} {
		if _, err := l.App.Certificates.Change(l.t.Context(), l.Coordinator, l.Cmd(), p.id, in); !errors.As(err, &form) {
			l.t.Errorf("%+v: %v", in, err)
		}
	}
}

// turns are what is done in a state, each as often as it stands there.
var turns = map[string]string{
	"proposed":  "sign sign sign move",
	"valid":     "observe observe observe observe observe observe raise raise raise raise suspend suspend revoke renew renew short sign move move",
	"suspended": "restore restore restore renew short sign sign move move revoke observe",
	"revoked":   "renew renew renew short sign sign move",
	"expired":   "renew short short sign sign move",
}

// current is the certificate that counts: the newest that is signed, else the
// proposal.
func (l *paperLife) current() *modelPaper {
	for _, p := range slices.Backward(l.papers) {
		if p.state != "proposed" {
			return p
		}
	}
	return l.newest()
}

// step does one thing; then one certificate meets every command that the model
// refuses.
func (l *paperLife) step() {
	p := l.current()
	list := strings.Fields(turns[p.at(l.Now)])
	l.Advance(time.Minute)
	switch do := list[l.rand.IntN(len(list))]; do {
	case "move":
		l.move(p)
	case "observe":
		l.Advance(time.Duration(l.rand.IntN(20*60)) * time.Minute)
		l.observe(p)
	case "renew":
		l.renew()
	case "short":
		l.renewShort(p)
	case "sign":
		l.try(l.newest(), do)
	default:
		l.try(p, do)
	}
	l.agrees()
	p = l.papers[l.rand.IntN(len(l.papers))]
	for _, do := range []string{"sign", "suspend", "restore", "revoke", "raise"} {
		if p.refusal(do, l.Coordinator.ID, l.Now) != nil && p.refusal(do, l.Second.ID, l.Now) != nil {
			l.try(p, do)
		}
	}
}

// Whatever happens to somebody's certificates, in whatever order, is an arrow of
// the picture in package cert or refused; state, gate, public page, events,
// letters and the record agree with a model of a few lines.
func TestACertificateLivesAsItsPicture(t *testing.T) {
	t.Parallel()
	var lock sync.Mutex
	seen := map[string]int{}
	t.Run("lives", func(t *testing.T) {
		for seed := range uint64(lives) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				l := newPaperLife(t, seed)
				for range deeds {
					if l.step(); t.Failed() {
						t.Fatal("the model and the program part here")
					}
				}
				l.badly()
				l.agrees()
				l.counted()
				if bad := examined(t, l.World); len(bad) > 0 {
					t.Errorf("the doctor found %v", bad)
				}
				lock.Lock()
				defer lock.Unlock()
				for what, n := range l.seen {
					seen[what] += n
				}
			})
		}
	})
	if t.Failed() {
		return
	}
	for _, must := range walkedArrows {
		if seen[must] == 0 {
			t.Errorf("no life went %q", must)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(seen)) {
		t.Logf("%4d  %s", seen[k], k)
		if !slices.Contains(walkedArrows, k) {
			t.Errorf("%q is not in the picture", k)
		}
	}
}
