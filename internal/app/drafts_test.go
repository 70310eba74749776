package app_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"abilita/content"
	"abilita/content/exchange"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/fault"
	"abilita/internal/people"
)

const (
	aModule = "moduli/denaro.md"
	aScript = "copioni/cinquanta-euro.md"
	anExam  = "quiz/finale.md"
)

// desk is a World with a draft of the example programme, opened by its trainer.
type desk struct {
	*apptest.World
	id int64
}

func newDesk(t *testing.T) desk {
	t.Helper()
	d := desk{World: apptest.New(t)}
	var err error
	if d.id, err = d.App.Drafts.Open(t.Context(), d.Trainer, d.Cmd(), "pr-donazioni", "it"); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d desk) read(who people.Actor) app.DraftPage {
	d.T.Helper()
	p, err := d.App.Drafts.Read(d.T.Context(), who, d.id)
	d.must(err)
	return p
}

func (d desk) body(path string) string {
	d.T.Helper()
	f, err := d.read(d.Trainer).Entry(path)
	d.must(err)
	return f.Body
}

func (d desk) save(who people.Actor, path, body string, version int) error {
	return d.App.Drafts.Save(d.T.Context(), who, d.Cmd(), d.id, path, app.DraftText{Body: body, Version: version})
}

func (d desk) move(who people.Actor, move content.DraftMove, words string) error {
	d.T.Helper()
	return d.App.Reviews.Move(d.T.Context(), who, d.Cmd(), d.id, app.DraftStep{Move: move, Words: words, Version: d.read(d.Trainer).Draft.Version})
}

func (d desk) must(err error) {
	d.T.Helper()
	if err != nil {
		d.T.Fatal(err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestADraftIsTheReleaseWithWhatWasWritten(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := d.read(d.Trainer)
	if len(p.Files) != len(apptest.Pack()) || len(p.Changed()) != 0 || p.Stale() || !p.MayWrite || !p.MayReview || p.MayPublish {
		t.Fatalf("a new draft: %d files, %d changed, %+v", len(p.Files), len(p.Changed()), p.Draft)
	}
	if _, err := d.App.Drafts.Open(t.Context(), d.Coordinator, d.Cmd(), "pr-donazioni", "it"); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a second draft: %v", err)
	}
	text := d.body(aModule) + "\nUna riga nuova.\n"
	d.must(d.save(d.Trainer, aModule, text, 0))
	path, err := d.App.Drafts.Add(t.Context(), d.Trainer, d.Cmd(), d.id, "checklist", "turno", "Fine turno")
	d.must(err)
	d.must(d.App.Drafts.Remove(t.Context(), d.Trainer, d.Cmd(), d.id, "liste/postazione.md", 0))
	var got []string
	for _, f := range d.read(d.Coordinator).Changed() {
		got = append(got, f.Path+" "+string(f.Change))
	}
	const want = "moduli/denaro.md edited\nliste/postazione.md removed\nliste/turno.md added"
	if s := strings.Join(got, "\n"); s != want || path != "liste/turno.md" {
		t.Errorf("changed\n%s\nwant\n%s", s, want)
	}
	// The programme still asks for the list that was taken away: that is an error.
	if p := d.read(d.Trainer); len(p.Of(content.ProgrammeFile)) == 0 || p.Refusal() == nil {
		t.Errorf("problems %v, refusal %v", p.Problem, p.Refusal())
	}
	d.must(d.App.Drafts.Restore(t.Context(), d.Trainer, d.Cmd(), d.id, "liste/postazione.md", 1))
	d.must(d.App.Drafts.Remove(t.Context(), d.Trainer, d.Cmd(), d.id, path, 1))
	if p := d.read(d.Trainer); len(p.Changed()) != 1 || p.Refusal() != nil {
		t.Errorf("after putting back: %d changed, %v", len(p.Changed()), p.Refusal())
	}
	if again, err := d.App.Drafts.Add(t.Context(), d.Trainer, d.Cmd(), d.id, "checklist", "turno", "Fine turno"); err != nil || again != path {
		t.Errorf("added, taken away and added again: %q, %v", again, err)
	}
	for name, err := range map[string]error{
		"a name that is taken":     second(d.App.Drafts.Add(t.Context(), d.Trainer, d.Cmd(), d.id, "module", "denaro", "x")),
		"a name out of its folder": second(d.App.Drafts.Add(t.Context(), d.Trainer, d.Cmd(), d.id, "module", "../x", "x")),
		"a template that is none":  second(d.App.Drafts.Add(t.Context(), d.Trainer, d.Cmd(), d.id, "programme", "x", "x")),
		"without its programme":    d.App.Drafts.Remove(t.Context(), d.Trainer, d.Cmd(), d.id, content.ProgrammeFile, 0),
		"a file that is not there": d.save(d.Trainer, "moduli/nessuno.md", "x", 0),
		"a card number":            d.save(d.Trainer, aModule, "4111 1111 1111 1111", 1),
		"too large":                d.save(d.Trainer, aModule, strings.Repeat("a", 65<<10), 1),
		"a template with a card":   second(d.App.Drafts.Add(t.Context(), d.Trainer, d.Cmd(), d.id, "module", "carta", "4111 1111 1111 1111")),
	} {
		if k := fault.KindOf(err); err == nil || k == fault.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.must(d.move(d.Trainer, content.DraftDiscard, ""))
	if err := d.save(d.Trainer, aModule, text, 1); !errors.Is(err, content.ErrDraftState) {
		t.Errorf("writing in what was discarded: %v", err)
	}
	if _, err := d.App.Drafts.Open(t.Context(), d.Coordinator, d.Cmd(), "pr-donazioni", "it"); err != nil {
		t.Errorf("a draft after the one that was discarded: %v", err)
	}
}

// Two write the same file at once, again and again: each time one is kept and the
// other is told, and what the first kept is there.
func TestTheSecondOfTwoEditorsIsTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	text := d.body(aModule)
	for version := range 8 {
		var group sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []people.Actor{d.Trainer, d.Coordinator} {
			group.Go(func() { errs[i] = d.save(who, aModule, text+strings.Repeat("x", i+1), version) })
		}
		group.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("version %d: %v, %v", version, errs[0], errs[1])
		}
		winner := 0
		if errs[0] != nil {
			winner = 1
		}
		if !errors.Is(errs[1-winner], app.ErrChanged) {
			t.Errorf("the second was told %v", errs[1-winner])
		}
		f, err := d.read(d.Trainer).Entry(aModule)
		if err != nil || f.Version != version+1 || f.Body != text+strings.Repeat("x", winner+1) {
			t.Errorf("kept version %d, %v", f.Version, err)
		}
	}
	// Saving by itself is no entry of the record, and gives way too.
	entries := one[int](t, d.World, `SELECT count(*) FROM audit_entry`)
	s, err := d.App.Drafts.Autosave(t.Context(), d.Trainer, d.id, aModule, app.DraftText{Body: text + "y", Version: 8})
	if err != nil || s.Version != 9 || one[int](t, d.World, `SELECT count(*) FROM audit_entry`) != entries {
		t.Errorf("autosave: %+v, %v", s, err)
	}
	if s, err := d.App.Drafts.Autosave(t.Context(), d.Trainer, d.id, aModule, app.DraftText{Body: text + "y", Version: 8}); err != nil || s.Version != 9 {
		t.Errorf("the same text again, its answer was lost: %+v, %v", s, err)
	}
	if _, err := d.App.Drafts.Autosave(t.Context(), d.Coordinator, d.id, aModule, app.DraftText{Body: text + "z", Version: 8}); !errors.Is(err, app.ErrChanged) {
		t.Errorf("a late autosave: %v", err)
	}
}

func TestNobodyApprovesWhatTheyWrote(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if err := d.move(d.Trainer, content.DraftAsk, ""); !errors.Is(err, app.ErrDraftNothing) {
		t.Errorf("asking about nothing: %v", err)
	}
	text := d.body(aModule) + "\nUna riga nuova.\n"
	d.must(d.save(d.Trainer, aModule, text, 0))
	d.must(d.save(d.Coordinator, aModule, text+"\nUn'altra.\n", 1))
	d.must(d.App.Reviews.Move(t.Context(), d.Trainer, d.Cmd(), d.id, app.DraftStep{Move: content.DraftAsk, Words: "per favore", Reader: d.Second.ID, Version: 1}))
	if n := one[int](t, d.World, `SELECT count(*) FROM letter WHERE kind = 'draft_asked' AND person_id = $1`, int64(d.Second.ID)); n != 1 {
		t.Errorf("%d letters ask the reader", n)
	}
	for _, who := range []people.Actor{d.Trainer, d.Coordinator} {
		for _, m := range []content.DraftMove{content.DraftApprove, content.DraftSendBack} {
			if err := d.move(who, m, "x"); !errors.Is(err, content.ErrDraftOwn) {
				t.Errorf("%s of one's own: %v", m, err)
			}
		}
	}
	if err := d.save(d.Trainer, aModule, "x", 2); !errors.Is(err, content.ErrDraftState) {
		t.Errorf("writing in what is being read: %v", err)
	}
	d.must(d.App.Reviews.Comment(t.Context(), d.Second, d.Cmd(), d.id, aModule, 3, "Qui manca la fonte."))
	if err := d.move(d.Second, content.DraftSendBack, " "); !formFault(err, "words", app.ErrDraftWords) {
		t.Errorf("sent back without a word: %v", err)
	}
	d.must(d.move(d.Second, content.DraftSendBack, "Aggiungi la fonte."))
	d.must(d.save(d.Trainer, aModule, text, 2))
	waits := func(who people.Actor) int {
		t.Helper()
		list, err := d.App.Reviews.Waiting(t.Context(), who)
		d.must(err)
		return len(list)
	}
	if n := waits(d.Second); n != 0 {
		t.Errorf("%d drafts wait that are being written", n)
	}
	before := one[int](t, d.World, `SELECT count(*) FROM letter WHERE kind = 'draft_asked'`)
	d.must(d.move(d.Trainer, content.DraftAsk, "")) // of nobody in particular: everybody who may is told
	if n := one[int](t, d.World, `SELECT count(*) FROM letter WHERE kind = 'draft_asked' AND person_id NOT IN ($1, $2)`, int64(d.Trainer.ID), int64(d.Coordinator.ID)); n <= before {
		t.Errorf("%d letters ask whoever may read, %d before", n, before)
	}
	if n := one[int](t, d.World, `SELECT count(*) FROM letter WHERE kind = 'draft_asked' AND person_id IN ($1, $2)`, int64(d.Trainer.ID), int64(d.Coordinator.ID)); n != 0 {
		t.Errorf("%d letters ask those who wrote", n)
	}
	for who, want := range map[*people.Actor]int{&d.Second: 1, &d.Trainer: 0, &d.Coordinator: 0} {
		if n := waits(*who); n != want {
			t.Errorf("%d drafts wait to be read by %s", n, who.Name)
		}
	}
	if err := d.App.Reviews.Move(t.Context(), d.Second, d.Cmd(), d.id, app.DraftStep{Move: content.DraftApprove, Version: 2}); !errors.Is(err, app.ErrChanged) {
		t.Errorf("approving what was seen before it was mended: %v", err)
	}
	d.must(d.move(d.Second, content.DraftApprove, ""))
	if n, m := waits(d.Coordinator), waits(d.Trainer); n != 1 || m != 0 {
		t.Errorf("%d drafts wait to be published by who may, %d by who may not", n, m)
	}
	if err := d.save(d.Trainer, aModule, "x", 3); !errors.Is(err, content.ErrDraftState) {
		t.Errorf("writing in what is approved: %v", err)
	}
	var said []string
	for _, n := range d.read(d.Trainer).Notes {
		said = append(said, n.Kind)
	}
	if s := strings.Join(said, " "); s != "asked comment returned asked approved" {
		t.Errorf("said: %s", s)
	}
	if n := one[int](t, d.World, `SELECT count(*) FROM letter WHERE kind IN ('draft_returned', 'draft_approved')`); n != 4 {
		t.Errorf("%d letters to two authors", n)
	}
}

// Who may not write on the line finds nothing, whatever they ask for.
func TestADraftOfAnotherLineDoesNotExist(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	elsewhere, err := d.App.Lines.Add(t.Context(), d.Admin, d.Cmd(), app.NewLine{
		Code: "ascolto", Name: "Linea ascolto", Zone: "Europe/Rome", Channels: []string{"phone"}, MinAge: 18, Fallback: "segreteria", Programme: "pr-donazioni",
		Hours: []app.Hours{{Weekday: 1, Opens: "10:00", Closes: "20:00"}},
	})
	d.must(err)
	stranger := d.Staff("Tullio", "Altri", people.Grant{Role: people.Trainer, Scope: people.Line, ID: elsewhere})
	volunteer := d.Volunteer("Giulia", "Ferrandi")
	ctx := t.Context()
	for name, do := range map[string]func(who people.Actor) error{
		"open": func(who people.Actor) error {
			return second(d.App.Drafts.Open(ctx, who, d.Cmd(), "pr-donazioni", "it"))
		},
		"read":  func(who people.Actor) error { return second(d.App.Drafts.Read(ctx, who, d.id)) },
		"check": func(who people.Actor) error { return second(d.App.Drafts.Check(ctx, who, d.id, aModule, "x")) },
		"save":  func(who people.Actor) error { return d.save(who, aModule, "x", 0) },
		"autosave": func(who people.Actor) error {
			return second(d.App.Drafts.Autosave(ctx, who, d.id, aModule, app.DraftText{Body: "x"}))
		},
		"add": func(who people.Actor) error {
			return second(d.App.Drafts.Add(ctx, who, d.Cmd(), d.id, "module", "x", "x"))
		},
		"rebase":  func(who people.Actor) error { return d.App.Drafts.Rebase(ctx, who, d.Cmd(), d.id, 1) },
		"move":    func(who people.Actor) error { return d.move(who, content.DraftDiscard, "") },
		"approve": func(who people.Actor) error { return d.move(who, content.DraftApprove, "") },
		"readers": func(who people.Actor) error { return second(d.App.Reviews.Readers(ctx, who, d.id)) },
		"comment": func(who people.Actor) error { return d.App.Reviews.Comment(ctx, who, d.Cmd(), d.id, "", 0, "x") },
		"preview": func(who people.Actor) error { return second(d.App.Drafts.Preview(ctx, who, d.id, aModule)) },
		"preview of what is typed": func(who people.Actor) error {
			return second(d.App.Drafts.PreviewTyped(ctx, who, d.id, aModule, "x"))
		},
		"try":  func(who people.Actor) error { return second(d.App.Drafts.TryScript(ctx, who, d.id, aScript, 1, nil)) },
		"quiz": func(who people.Actor) error { return second(d.App.Drafts.TryQuiz(ctx, who, d.id, anExam, 1)) },
		"plan": func(who people.Actor) error { return second(d.App.Publishing.OpenDraft(ctx, who, d.id)) },
		"bring in": func(who people.Actor) error {
			return second(d.App.Exchange.BringIn(ctx, who, d.Cmd(), d.id, app.ForeignFile{Name: "a.gift", Body: []byte("::a::Sì?{T}\n")}))
		},
		"give a draft out": func(who people.Actor) error { return second(d.App.Exchange.Draft(ctx, who, d.id, exchange.Pack)) },
		"give a release out": func(who people.Actor) error {
			return second(d.App.Exchange.Release(ctx, who, "pr-donazioni", "it", d.Release, exchange.Pack))
		},
		"history": func(who people.Actor) error { return second(d.App.Drafts.History(ctx, who, "pr-donazioni", "it")) },
		"a new one for the line": func(who people.Actor) error {
			return second(d.App.Drafts.OpenNew(ctx, who, d.Cmd(), app.NewProgramme{Line: "donazioni", Name: "x", Title: "x", Lang: "it"}))
		},
	} {
		for _, who := range []people.Actor{{}, stranger, volunteer} {
			if err := do(who); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s as %d: %v", name, who.ID, err)
			}
		}
	}
	// Nor does somebody of another line take the programme over in another language.
	err = second(d.App.Drafts.OpenNew(ctx, stranger, d.Cmd(), app.NewProgramme{Line: "ascolto", Name: "donazioni", Title: "x", Lang: "en"}))
	if !formFault(err, "name", app.ErrDraftHere) {
		t.Errorf("the programme of another line: %v", err)
	}
}

// What a draft is published as is what was approved, by the one way of publishing,
// and it says before whom it touches.
func TestAnApprovedDraftIsPublishedAsAnyPack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	adele := d.Certified("Adele", "Tornaghi")
	text := d.body(aModule) + "\nUna riga nuova.\n"
	d.must(d.save(d.Trainer, aModule, text, 0))
	what := app.Publication{Impact: app.Micro, Note: "una riga"}
	publish := func(who people.Actor) (app.DraftRelease, error) {
		return d.App.Publishing.PublishDraft(ctx, who, d.Cmd(), d.id, d.read(d.Trainer).Draft.Version, what)
	}
	if _, err := publish(d.Coordinator); !errors.Is(err, content.ErrDraftState) {
		t.Errorf("published without a reader: %v", err)
	}
	d.must(d.move(d.Trainer, content.DraftAsk, ""))
	d.must(d.move(d.Second, content.DraftApprove, ""))
	before, err := d.App.Publishing.PreviewDraft(ctx, d.Coordinator, d.id, what)
	d.must(err)
	if len(before.Touched) != 1 || before.Touched[0] != adele.ID || strings.Join(before.Changed, " ") != "mo-denaro" || before.By == nil {
		t.Errorf("said before: %+v", before.Plan)
	}
	if _, err := publish(d.Trainer); fault.KindOf(err) != fault.NotFound { // of a cohort: writes, and does not publish
		t.Errorf("published by the trainer of a cohort: %v", err)
	}
	after, err := publish(d.Coordinator)
	d.must(err)
	if len(after.Touched) != 1 || after.Touched[0] != adele.ID {
		t.Errorf("touched %v", after.Touched)
	}
	if _, err := publish(d.Coordinator); !errors.Is(err, content.ErrDraftState) {
		t.Errorf("published twice: %v", err)
	}
	h, err := d.App.Drafts.History(ctx, d.Trainer, "pr-donazioni", "it")
	d.must(err)
	if len(h.Releases) != 2 || h.Releases[0].ID != after.Release || h.Releases[0].By != "Teresa Mancuso" || h.Releases[0].Touched != 1 || h.Releases[0].Parts != 1 || h.Draft != nil {
		t.Errorf("history %+v", h)
	}
	diff, err := d.App.Drafts.Changes(ctx, d.Trainer, "pr-donazioni", "it", after.Release)
	d.must(err)
	if len(diff.Changed) != 1 || diff.Changed[0].Path != aModule || diff.Changed[0].Body != text || diff.Before == nil {
		t.Errorf("changes %+v", diff.Changed)
	}
	first, err := d.App.Drafts.Changes(ctx, d.Trainer, "pr-donazioni", "it", h.Releases[1].ID)
	if err != nil || len(first.Changed) != len(apptest.Pack()) || first.Before != nil {
		t.Errorf("the first release changed %d files, %v", len(first.Changed), err)
	}
}

// What others published meanwhile is never overwritten unseen.
func TestADraftStandsOnTheNewestRelease(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	mine := d.body(aModule) + "\nMia.\n"
	d.must(d.save(d.Trainer, aModule, mine, 0))
	d.must(d.move(d.Trainer, content.DraftAsk, ""))
	d.must(d.move(d.Second, content.DraftApprove, ""))
	pack := apptest.Pack()
	for _, name := range []string{aModule, "liste/postazione.md"} {
		f := pack["esempio/it/"+name]
		f.Data = append(f.Data, []byte("\nLoro.\n")...)
	}
	_, err := d.App.Publishing.Publish(ctx, d.Coordinator, d.Cmd(), app.Publication{Files: pack, Dir: "esempio/it", Impact: app.NoImpact, Note: "x"})
	d.must(err)
	_, err = d.App.Publishing.PublishDraft(ctx, d.Coordinator, d.Cmd(), d.id, d.read(d.Trainer).Draft.Version, app.Publication{Impact: app.NoImpact, Note: "x"})
	if !errors.Is(err, app.ErrDraftStale) {
		t.Fatalf("published over another release: %v", err)
	}
	d.must(d.move(d.Trainer, content.DraftWithdraw, ""))
	d.must(d.App.Drafts.Rebase(ctx, d.Trainer, d.Cmd(), d.id, d.read(d.Trainer).Draft.Version))
	p := d.read(d.Trainer)
	f, err := p.Entry(aModule)
	if err != nil || f.Body != mine || !f.Overtaken || !strings.HasSuffix(f.Published, "Loro.\n") || len(p.Changed()) != 1 {
		t.Errorf("after the rebase: %+v, %d changed, %v", f.DraftFile, len(p.Changed()), err)
	}
	if f.Began+"\nMia.\n" != mine || !errors.Is(p.Refusal(), app.ErrDraftJoin) {
		t.Errorf("an overtaken file begins from %d bytes and may be published: %v", len(f.Began), p.Refusal())
	}
	both := f.Published + "\nMia.\n"
	d.must(d.save(d.Trainer, aModule, mine+"x", f.Version)) // saved without a look at the published one
	d.must(d.App.Drafts.Save(ctx, d.Trainer, d.Cmd(), d.id, aModule, app.DraftText{Body: mine + "y", Version: f.Version + 1, Joined: *p.BaseID - 1}))
	if f, err := d.read(d.Trainer).Entry(aModule); err != nil || !f.Overtaken {
		t.Errorf("not joined and not overtaken: %v", err)
	}
	d.must(d.App.Drafts.Save(ctx, d.Trainer, d.Cmd(), d.id, aModule, app.DraftText{Body: both, Version: f.Version + 2, Joined: *p.BaseID}))
	if p := d.read(d.Trainer); p.Refusal() != nil {
		t.Errorf("joined and still refused: %v", p.Refusal())
	}
}

// Where nobody has to choose, moving a draft on joins what was written with what was
// published; what would undo the work of others waits for somebody to look at it.
func TestMovingADraftOnJoinsWhatItCan(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	const list = "liste/postazione.md"
	titled := func(s, more string) string { return strings.Replace(s, "\n", more+"\n", 1) }
	mine := titled(d.body("quiz/banca.md"), " mia")
	d.must(d.save(d.Trainer, aModule, d.body(aModule)+"\nMia.\n", 0))
	d.must(d.save(d.Trainer, "quiz/banca.md", mine, 0))
	d.must(d.App.Drafts.Remove(ctx, d.Trainer, d.Cmd(), d.id, list, 0))
	d.must(d.save(d.Trainer, aScript, d.body(aScript)+"\n", 0))
	pack := apptest.Pack()
	change := func(name string, to func(string) string) {
		f := pack["esempio/it/"+name]
		f.Data = []byte(to(string(f.Data)))
	}
	change(aModule, func(s string) string { return strings.Replace(s, "\n## ", "\nLoro.\n\n## ", 1) })
	change(list, func(s string) string { return s + "\nLoro.\n" })
	change("quiz/banca.md", func(s string) string { return titled(s, " loro") })
	_, err := d.App.Publishing.Publish(ctx, d.Coordinator, d.Cmd(), app.Publication{Files: pack, Dir: "esempio/it", Impact: app.NoImpact, Note: "x"})
	d.must(err)
	d.must(d.App.Drafts.Rebase(ctx, d.Second, d.Cmd(), d.id, d.read(d.Trainer).Draft.Version))
	p := d.read(d.Trainer)
	want := map[string]struct {
		overtaken bool
		says      []string
	}{
		aModule:         {false, []string{"\nLoro.\n", "\nMia.\n"}},
		aScript:         {false, nil},
		"quiz/banca.md": {true, []string{mine}},
		list:            {true, nil},
	}
	for _, f := range p.Changed() {
		w, ok := want[f.Path]
		if !ok || f.Overtaken != w.overtaken {
			t.Errorf("%s: %s, overtaken %v", f.Path, f.Change, f.Overtaken)
		}
		for _, s := range w.says {
			if !strings.Contains(f.Body, s) {
				t.Errorf("%s does not say %q", f.Path, s)
			}
		}
		if f.Path == aModule && (f.Author != "Bruno Neri" || f.Version != 2) {
			t.Errorf("joined: version %d of %s", f.Version, f.Author)
		}
	}
	f, err := p.Entry(list)
	d.must(err)
	d.must(d.App.Drafts.Remove(ctx, d.Trainer, d.Cmd(), d.id, list, f.Version)) // yes, even so
	if f, err := d.read(d.Trainer).Entry(list); err != nil || f.Overtaken || f.Change != content.Removed {
		t.Errorf("taken away again: %+v, %v", f.DraftFile, err)
	}
	d.must(d.App.Drafts.Restore(ctx, d.Trainer, d.Cmd(), d.id, list, f.Version+1))
	if got := d.read(d.Trainer).Refusal(); !errors.Is(got, app.ErrDraftJoin) {
		t.Errorf("a file to be joined, refused for %v", got)
	}
}

// Keys of questions are for those who write, mark or examine; other readers of what is
// published see that there are questions, and nothing of them.
func TestKeysOfAReleaseAreSealed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	mentor := d.Staff("Emma", "Galli", people.Grant{Role: people.Mentor, Scope: people.Line, ID: d.Line})
	h, err := d.App.Drafts.History(ctx, mentor, "pr-donazioni", "it")
	d.must(err)
	id := h.Releases[0].ID
	for _, who := range []people.Actor{mentor, d.Evaluator} {
		keys := who.ID == d.Evaluator.ID
		p, err := d.App.Drafts.Release(ctx, who, "pr-donazioni", "it", id)
		d.must(err)
		diff, err := d.App.Drafts.Changes(ctx, who, "pr-donazioni", "it", id)
		d.must(err)
		if len(p.Files) != len(diff.Changed) || p.Keys != keys {
			t.Errorf("%d files, %d in the first release, keys %v", len(p.Files), len(diff.Changed), p.Keys)
		}
		for _, f := range p.Files {
			v, err := d.App.Drafts.ReadReleased(ctx, who, "pr-donazioni", "it", id, f.Path)
			if sealed := f.Kind == content.KindQuiz && !keys; sealed != f.Sealed || sealed != errors.Is(err, people.ErrHidden) || !sealed && err != nil || sealed && v.Items != nil {
				t.Errorf("%s: sealed %v, read: %v", f.Path, f.Sealed, err)
			}
		}
		for _, f := range diff.Changed {
			if sealed := f.Kind == content.KindQuiz && !keys; sealed != (f.Body == "") {
				t.Errorf("%s differs by %d bytes", f.Path, len(f.Body))
			}
		}
	}
	if _, err := d.App.Drafts.ReadReleased(ctx, d.Coordinator, "pr-donazioni", "it", id, "moduli/no.md"); !errors.Is(err, people.ErrHidden) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// Another programme's id in the file does not let a draft publish it.
func TestADraftStaysItsProgramme(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	text := d.body(content.ProgrammeFile)
	d.must(d.save(d.Trainer, content.ProgrammeFile, strings.Replace(text, "- id: pr-donazioni", "- id: pr-altro", 1), 0))
	if err := d.move(d.Trainer, content.DraftAsk, ""); !errors.Is(err, app.ErrDraftMoved) {
		t.Errorf("asked as another programme: %v", err)
	}
}

func TestANewProgrammeBeginsWithoutErrors(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var err error
	d.id, err = d.App.Drafts.OpenNew(t.Context(), d.Trainer, d.Cmd(), app.NewProgramme{Line: "donazioni", Name: "accoglienza", Title: "Accoglienza", Lang: "en"})
	d.must(err)
	p := d.read(d.Trainer)
	if p.Programme != "pr-accoglienza" || len(p.Files) != 2 || p.Refusal() != nil {
		t.Errorf("%+v, %v, %v", p.Draft, p.Problem, p.Refusal())
	}
	desk, err := d.App.Drafts.Desk(t.Context(), d.Trainer)
	if err != nil || len(desk.Programmes) != 2 || desk.Programmes[0].Draft == nil || desk.Programmes[1].Release != nil {
		t.Errorf("desk %+v, %v", desk, err)
	}
}

// Trying leaves nothing behind.
func TestTryingADraftKeepsNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	const stored = `SELECT (SELECT count(*) FROM roleplay_run) + (SELECT count(*) FROM quiz_attempt) + (SELECT count(*) FROM evidence) + (SELECT count(*) FROM audit_entry)`
	rows := one[int](t, d.World, stored)
	call, err := d.App.Drafts.TryScript(ctx, d.Trainer, d.id, aScript, 0, nil)
	d.must(err)
	var inputs []int
	for !call.Run.Over {
		inputs = append(inputs, 0)
		call, err = d.App.Drafts.TryScript(ctx, d.Trainer, d.id, aScript, call.Seed, inputs)
		d.must(err)
	}
	if len(call.Remarks) == 0 || !call.Ended() {
		t.Errorf("a whole call has %d remarks", len(call.Remarks))
	}
	if _, err := d.App.Drafts.TryScript(ctx, d.Trainer, d.id, aScript, 1, []int{99}); !errors.Is(err, app.ErrTryBroken) {
		t.Errorf("a choice that is not there: %v", err)
	}
	for _, path := range []string{anExam, "quiz/banca.md"} {
		if q, err := d.App.Drafts.TryQuiz(ctx, d.Trainer, d.id, path, 7); err != nil || len(q.Paper.Questions) == 0 {
			t.Errorf("%s: %d questions, %v", path, len(q.Paper.Questions), err)
		}
	}
	if m, err := d.App.Drafts.Preview(ctx, d.Trainer, d.id, aModule); err != nil || !strings.Contains(m.HTML, "<h2") || len(m.Outline) == 0 {
		t.Errorf("preview of a module: %d bytes, %v", len(m.HTML), err)
	}
	if n := one[int](t, d.World, stored); n != rows {
		t.Errorf("trying stored %d rows", n-rows)
	}
}

// What was proved is remembered by the text: a change of the script or of its rubric
// alone is found, and taking it back is found too.
func TestWhatWasProvedIsNotProvedOfAnotherText(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const rubric = "griglie/chiamata.md"
	script, marks := d.body(aScript), d.body(rubric)
	clean := len(d.read(d.Trainer).Of(aScript))
	for round := range 2 {
		for name, c := range map[string]struct{ path, text, code string }{
			"a broken link":     {aScript, strings.Replace(script, "(#richiesta)", "(#richiest)", 1), "node_unknown"},
			"another threshold": {rubric, strings.Replace(marks, "(30)", "(31)", 1), "weights_not_100"},
		} {
			p, err := d.App.Drafts.Check(t.Context(), d.Trainer, d.id, c.path, c.text)
			d.must(err)
			if !slices.ContainsFunc(p.Problem, func(f content.Problem) bool { return f.Code == c.code && f.File == aScript }) {
				t.Errorf("round %d, %s is not found: %v", round, name, p.Problem)
			}
		}
		if n := len(d.read(d.Trainer).Of(aScript)); n != clean {
			t.Errorf("round %d: %d problems of a text that had %d", round, n, clean)
		}
	}
}

// A release is read as the pack that it is, also where its files were published with
// another language first, byte by byte.
func TestTheSameBytesInTwoLanguages(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	pack := apptest.Pack()
	for name, f := range apptest.Pack() {
		pack[strings.Replace(name, "esempio/it/", "esempio/en/", 1)] = f
	}
	pack["esempio/en/programma.md"].Data = append(pack["esempio/en/programma.md"].Data, '\n') // the one file that differs
	if _, err := w.App.Publishing.Publish(t.Context(), w.Coordinator, w.Cmd(), app.Publication{Files: pack, Dir: "esempio/en", Impact: app.NoImpact}); err != nil {
		t.Fatal(err)
	}
	files := map[string]int{}
	for _, lang := range []string{"it", "en"} {
		id, err := w.App.Drafts.Open(t.Context(), w.Coordinator, w.Cmd(), "pr-donazioni", lang)
		if err != nil {
			t.Fatal(err)
		}
		page, err := w.App.Drafts.Read(t.Context(), w.Coordinator, id)
		if err != nil || page.Lang != lang {
			t.Fatalf("%s: %q %v", lang, page.Lang, err)
		}
		files[lang] = len(page.Files)
	}
	if files["it"] == 0 || files["it"] != files["en"] {
		t.Errorf("%v files", files)
	}
}
