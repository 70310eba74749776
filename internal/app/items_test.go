package app_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"abilita/content"
	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/quiz"
)

const aBank = "quiz/banca.md"

// findable is the example pack with questions for the search to find.
func findable() fstest.MapFS {
	pack := apptest.Pack()
	f := pack["esempio/it/"+aBank]
	for i, q := range []string{
		"Come arrivano le donazioni in denaro?`s1 · pagamenti · ricordare`- etichette: primo soccorso, città",
		"La città è lontana: perché richiamare?`s2 · pagamenti · valutare`- etichette: città",
		"Quale ricevuta mandi?`s3 · pagamenti · comprendere`- ritirata: la ricevuta non si manda più",
	} {
		parts := strings.Split(q, "`")
		f.Data = fmt.Appendf(f.Data, "\n### %s\n`%s`\n%s\n1. [x] Risposta numero %d\n1. [ ] Un'altra strada, mai quella\n\n> Perché sì, %d.\n", parts[0], parts[1], parts[2], i, i)
	}
	return pack
}

func found(t *testing.T, w *apptest.World, who people.Actor, in app.ItemQuestion) string {
	t.Helper()
	l, err := w.App.Items.Find(t.Context(), who, in)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, 0, len(l.Items))
	for _, i := range l.Items {
		ids = append(ids, i.Item)
	}
	if l.Total != len(ids) && l.Next == 0 && in.After == 0 {
		t.Errorf("%+v: %d counted, %d listed", in, l.Total, len(ids))
	}
	return strings.Join(ids, " ")
}

// itemID is the id in the bank of an item of the example.
func itemID(t *testing.T, w *apptest.World, item string) int64 {
	t.Helper()
	return one[int64](t, w, `SELECT id FROM bank_item WHERE item = $1 AND lang = 'it'`, item)
}

// What the words of a question are found by was written down by hand.
func TestTheBankIsSearchedAsPeopleWrite(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, findable())
	for words, want := range map[string]string{
		"":                            "q1 q2 q3 q4 q5 q6 q7 q8 q9 s1 s2 s3",
		"donazione":                   "q3 s1", // donazione, donazioni
		"DONAZIONI":                   "q3 s1",
		"donare":                      "q3 q5 q8 q9", // dona, donare, dono: one stem, another than that of donazione
		"citta":                       "s1 s2",       // a tag counts
		"città":                       "s1 s2",
		"CITTÀ lontana":               "s2",
		"perche' e' lontana":          "s2",
		"perché è":                    "s1 s2 s3",
		"primo soccorso":              "s1",
		"richiamata":                  "q2 q5 s2", // richiamata, richiamare
		"dell’ente":                   "q3",       // dall'ente
		"\"risposta numero\"":         "s1 s2 s3",
		"risposta -lontana":           "q9 s1 s3",
		"il":                          "q1 q2 q3 q4 q5 q6 q7 q8 q9 s1 s2 s3", // says nothing: narrows nothing
		"s2":                          "s2",
		"parolachenoncè":              "",
		"'); DROP TABLE bank_item;--": "",
		"& | ! <-> :*":                "q1 q2 q3 q4 q5 q6 q7 q8 q9 s1 s2 s3",
	} {
		if got := found(t, w, w.Trainer, app.ItemQuestion{Words: words}); got != want {
			t.Errorf("%q finds %q, not %q", words, got, want)
		}
	}
	for name, tc := range map[string]struct {
		in   app.ItemQuestion
		want string
	}{
		"critical":            {app.ItemQuestion{Critical: true}, "q1 q3 q8"},
		"of a level":          {app.ItemQuestion{Level: "understand"}, "q5 s3"},
		"of a type":           {app.ItemQuestion{Type: "gap"}, "q6"},
		"with a tag":          {app.ItemQuestion{Tag: "città"}, "s1 s2"},
		"retired":             {app.ItemQuestion{State: "retired"}, "s3"},
		"in use, of a level":  {app.ItemQuestion{State: "used", Level: "understand"}, "q5"},
		"gone":                {app.ItemQuestion{State: "gone"}, ""},
		"of a bank":           {app.ItemQuestion{Bank: "qz-banca", Tag: "città"}, "s1 s2"},
		"of another bank":     {app.ItemQuestion{Bank: "qz-altra"}, ""},
		"of a module":         {app.ItemQuestion{Module: "mo-denaro", Critical: true}, "q1 q3 q8"},
		"of another line":     {app.ItemQuestion{Line: "ascolto"}, ""},
		"of the programme":    {app.ItemQuestion{Programme: "pr-donazioni", Lang: "it", Type: "number"}, "q7"},
		"in another language": {app.ItemQuestion{Programme: "pr-donazioni", Lang: "en"}, ""},
	} {
		if got := found(t, w, w.Evaluator, tc.in); got != tc.want {
			t.Errorf("%s: %q, not %q", name, got, tc.want)
		}
	}
}

// English content is searched by English words.
func TestEnglishIsFoundByItsOwnStems(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	pack := fstest.MapFS{}
	for name, f := range apptest.Pack() {
		pack[strings.Replace(name, "/it/", "/en/", 1)] = &fstest.MapFile{Data: append(slices.Clone(f.Data), '\n')} // other bytes: a version has one language
	}
	f := pack["esempio/en/"+aBank]
	f.Data = append(f.Data, []byte("\n### Which donors are calling about receipts?\n`s1 · pagamenti · apply`\n- tags: receipts\n1. [x] Somebody who gave\n1. [ ] Nobody at all\n\n> Because.\n")...)
	_, err := w.App.Publishing.Publish(t.Context(), people.Actor{Program: "test"}, w.Cmd(), app.Publication{Files: pack, Dir: "esempio/en", Impact: app.NoImpact, Note: "x"})
	if err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]string{"call": "s1", "donor receipt": "s1", "called": "s1", "the": "q1 q2 q3 q4 q5 q6 q7 q8 q9 s1"} {
		if got := found(t, w, w.Trainer, app.ItemQuestion{Words: words, Lang: "en"}); got != want {
			t.Errorf("%q finds %q, not %q", words, got, want)
		}
	}
}

// The pages of a long bank hold every item once, in its order.
func TestTheBankIsWalkedByKey(t *testing.T) {
	t.Parallel()
	pack := apptest.Pack()
	f := pack["esempio/it/"+aBank]
	want := []string{"q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8", "q9"}
	for i := range 70 {
		id := fmt.Sprintf("z%03d", 500-i) // by place in the file, not by name
		want = append(want, id)
		f.Data = fmt.Appendf(f.Data, "\n### Che cosa fai alla chiamata di prova%d?\n`%s · pagamenti · ricordare`\n1. [x] Una cosa lunga\n1. [ ] Altro ancora qui\n\n> Perché.\n", i, id)
	}
	w := apptest.NewWith(t, pack)
	var got []string
	after := int64(0)
	for pages := 1; ; pages++ {
		l, err := w.App.Items.Find(t.Context(), w.Trainer, app.ItemQuestion{After: after})
		if err != nil || l.Total != len(want) || l.All != len(want) || pages > 3 {
			t.Fatalf("page %d: %d of %d, %v", pages, l.Total, l.All, err)
		}
		for _, i := range l.Items {
			got = append(got, i.Item)
		}
		if after = l.Next; after == 0 {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("walked %v", got)
	}
}

// Who may not see the content of a line finds nothing of it, by list or by number.
func TestTheBankEndsAtOnesLines(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	id := itemID(t, w, "q1")
	elsewhere, err := w.App.Lines.Add(ctx, w.Admin, w.Cmd(), app.NewLine{
		Code: "ascolto", Name: "Linea ascolto", Zone: "Europe/Rome", Channels: []string{"phone"}, MinAge: 18, Fallback: "segreteria", Programme: "pr-donazioni", Hours: []app.Hours{{Weekday: 1, Opens: "10:00", Closes: "20:00"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	stranger := w.Staff("Carlo", "Prova", people.Grant{Role: people.Coordinator, Scope: people.Line, ID: elsewhere})
	mentor := w.Staff("Mara", "Prova", people.Grant{Role: people.Mentor, Scope: people.Cohort, ID: w.Cohort})
	auditor := w.Staff("Aldo", "Prova", people.Grant{Role: people.Auditor, Scope: people.All})
	if got := found(t, w, stranger, app.ItemQuestion{}); got != "" {
		t.Errorf("the coordinator of another line finds %q", got)
	}
	if got := found(t, w, stranger, app.ItemQuestion{Line: "donazioni"}); got != "" {
		t.Errorf("and by naming the line %q", got)
	}
	for name, who := range map[string]people.Actor{"nobody": {}, "of another line": stranger, "a mentor": mentor, "an administrator": w.Staff("Dora", "Prova", people.Grant{Role: people.Administrator, Scope: people.All}), "a volunteer": w.Volunteer("Giulia", "Ferrandi")} {
		if _, err := w.App.Items.Read(ctx, who, id); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s reads an item: %v", name, err)
		}
		if err := w.App.Items.Retire(ctx, who, w.Cmd(), id, "x"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s retires an item: %v", name, err)
		}
		if err := w.App.Items.Restore(ctx, who, w.Cmd(), id); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s restores an item: %v", name, err)
		}
	}
	for _, who := range []people.Actor{w.Evaluator, auditor} {
		f, err := w.App.Items.Read(ctx, who, id)
		if err != nil || f.MayWrite {
			t.Errorf("a reader: %v, %v", f.MayWrite, err)
		}
		if err := w.App.Items.Retire(ctx, who, w.Cmd(), id, "x"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a reader retires: %v", err)
		}
	}
	if n := one[int](t, w, `SELECT count(*) FROM draft`); n != 0 {
		t.Errorf("%d drafts", n)
	}
}

// From the button to the papers: what is retired in the bank is asked on no new
// paper once its draft is published, and whoever has it on a paper keeps it.
func TestARetiredItemLeavesThePapersWithTheNextRelease(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx, a := t.Context(), w.App
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	id := itemID(t, w, "q7")
	has := func(attempt int64) bool { return slices.Contains(paperOf(t, w, attempt).Form(), "q7") }
	// Somebody has it on the paper.
	var holder people.Actor
	var held int64
	for n := 0; held == 0; n++ {
		v := w.Examinee("Prima", fmt.Sprint("Volontaria", string(rune('a'+n))))
		if paper := start(t, w, v); has(paper) {
			holder, held = v, paper
		} else if n > 20 {
			t.Fatal("nobody got q7")
		}
	}
	if err := a.Items.Retire(ctx, w.Trainer, w.Cmd(), id, "  "); !formFault(err, "reason", app.ErrRequired) {
		t.Errorf("without a reason: %v", err)
	}
	if err := a.Items.Retire(ctx, w.Trainer, w.Cmd(), id, "<b>no</b>"); !formFault(err, "reason", content.ErrItemReason) {
		t.Errorf("with HTML for a reason: %v", err)
	}
	if n := one[int](t, w, `SELECT count(*) FROM draft`); n != 0 {
		t.Fatalf("a refused form opened %d drafts", n)
	}
	cmd := w.Cmd()
	cmd.Then = "/drafts/{id}"
	must(a.Items.Retire(ctx, w.Trainer, cmd, id, "gli orari sono cambiati"))
	draft := one[int64](t, w, `SELECT id FROM draft`)
	if cmd.Location() != fmt.Sprint("/drafts/", draft) {
		t.Errorf("leads to %s", cmd.Location())
	}
	said := one[string](t, w, `SELECT string_agg(detail ->> 'did' || coalesce(' ' || (detail ->> 'item'), ''), ', ' ORDER BY id) FROM audit_entry WHERE subject_kind = 'draft' AND action = 'content.write'`)
	if said != "open, retire q7" {
		t.Errorf("the record says %q", said)
	}
	d := desk{World: w, id: draft}
	if p := d.read(w.Trainer); len(p.Changed()) != 1 || p.Changed()[0].Path != aBank || !strings.Contains(d.body(aBank), "`q7 · pagamenti · applicare`\n- ritirata: gli orari sono cambiati\n") || p.Refusal() != nil {
		t.Errorf("the draft: %+v, %v", p.Changed(), p.Refusal())
	}
	// Retired in the draft is not yet retired, and not retired twice.
	f, err := a.Items.Read(ctx, w.Trainer, id)
	if err != nil || f.State != content.ItemUsed || f.Draft == nil || f.InDraft == nil || f.InDraft.Retired != "gli orari sono cambiati" {
		t.Errorf("%+v, %v", f.BankItem, err)
	}
	if err := a.Items.Retire(ctx, w.Trainer, w.Cmd(), id, "ancora"); !errors.Is(err, content.ErrItemState) {
		t.Errorf("twice: %v", err)
	}
	must(a.Items.Restore(ctx, w.Coordinator, w.Cmd(), id))
	if n := len(d.read(w.Trainer).Changed()); n != 0 {
		t.Errorf("taken back, and %d files differ", n)
	}
	must(a.Items.Retire(ctx, w.Trainer, w.Cmd(), id, "gli orari sono cambiati"))
	// What waits for a reader is not written.
	must(d.move(w.Trainer, content.DraftAsk, ""))
	if err := a.Items.Restore(ctx, w.Trainer, w.Cmd(), id); !errors.Is(err, content.ErrDraftState) {
		t.Errorf("written while it is read: %v", err)
	}
	must(d.move(w.Second, content.DraftApprove, ""))
	_, err = a.Publishing.PublishDraft(ctx, w.Coordinator, w.Cmd(), draft, d.read(w.Trainer).Draft.Version, app.Publication{Impact: app.NoImpact, Note: "x"})
	must(err)

	if f, err = a.Items.Read(ctx, w.Trainer, id); err != nil || f.State != content.ItemRetired || f.Retired != "gli orari sono cambiati" || f.Draft != nil {
		t.Errorf("after publishing: %+v, %v", f.BankItem, err)
	}
	var kinds []app.ItemChangeKind
	for _, c := range f.History {
		kinds = append(kinds, c.Kind)
	}
	if !slices.Equal(kinds, []app.ItemChangeKind{app.ItemWithdrew, app.ItemAdded}) || f.History[0].By != "Teresa Mancuso" || f.History[0].Before != f.History[1].After {
		t.Errorf("history %v %q", kinds, f.History[0].By)
	}
	for n := range 12 {
		v := w.Examinee("Dopo", fmt.Sprint("Volontario", string(rune('a'+n))))
		if has(start(t, w, v)) {
			t.Fatal("a new paper asks what is retired")
		}
	}
	// The paper drawn before is answered and marked as it was issued.
	paper := paperOf(t, w, held)
	must(a.Exams.HandIn(ctx, holder, w.Cmd(), held, app.Answered{Answers: best(paper, "Cinquanta euro contano.")}))
	if r := one[int](t, w, `SELECT count(*) FROM quiz_attempt, jsonb_array_elements(result -> 'Verdicts') v WHERE id = $1 AND v ->> 'Item' = 'q7' AND (v ->> 'Right')::boolean`, held); r != 1 {
		t.Error("the old paper is not marked as it was issued")
	}
	var was quiz.Question
	for _, q := range paper.Questions {
		if q.Item.ID == "q7" {
			was = q
		}
	}
	if was.ID == "" || was.Item.Retired != "" {
		t.Errorf("the old paper: %+v", was)
	}
	// And back in use.
	must(a.Items.Restore(ctx, w.Trainer, w.Cmd(), id))
	if draft = one[int64](t, w, `SELECT max(id) FROM draft`); strings.Contains((desk{World: w, id: draft}).body(aBank), "ritirata") {
		t.Error("the line is still there")
	}
}

// What is taken out of a bank stays in the history of the bank and comes back.
func TestWhatIsGoneIsRemembered(t *testing.T) {
	t.Parallel()
	w := apptest.NewWith(t, findable())
	ctx := t.Context()
	id := itemID(t, w, "s2")
	publish := func(pack fstest.MapFS) {
		t.Helper()
		if _, err := w.App.Publishing.Publish(ctx, people.Actor{Program: "test"}, w.Cmd(), app.Publication{Files: pack, Dir: "esempio/it", Impact: app.NoImpact, Note: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	publish(apptest.Pack())
	f, err := w.App.Items.Read(ctx, w.Trainer, id)
	if err != nil || f.State != content.ItemGone || len(f.Uses) != 0 || len(f.History) != 2 || f.History[0].Kind != app.ItemRemoved {
		t.Fatalf("%+v %v", f, err)
	}
	if got := found(t, w, w.Trainer, app.ItemQuestion{State: "gone"}); got != "s1 s2 s3" {
		t.Errorf("gone: %q", got)
	}
	if err := w.App.Items.Retire(ctx, w.Trainer, w.Cmd(), id, "x"); !errors.Is(err, app.ErrNotInDraft) {
		t.Errorf("retired what is gone: %v", err)
	}
	pack := findable()
	bank := pack["esempio/it/"+aBank]
	bank.Data = []byte(strings.Replace(string(bank.Data), "- ritirata: la ricevuta non si manda più\n", "", 1))
	publish(pack)
	if f, err = w.App.Items.Read(ctx, w.Trainer, id); err != nil || f.State != content.ItemUsed || len(f.History) != 3 || f.History[0].Kind != app.ItemAdded {
		t.Errorf("come back: %+v %v", f.History, err)
	}
	if n := one[int](t, w, `SELECT count(*) FROM bank_item`); n != 12 {
		t.Errorf("%d rows", n)
	}
}

// A bank that was published before there was one is filled at the start, once.
func TestOldContentComesIntoTheBank(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	clear := func(query string) {
		t.Helper()
		if err := w.DB.InTx(ctx, func(q pg.Q, _ time.Time) error { _, err := q.ExecContext(ctx, query); return err }); err != nil {
			t.Fatal(err)
		}
	}
	want := found(t, w, w.Trainer, app.ItemQuestion{})
	for _, query := range []string{`DELETE FROM bank_item`, `UPDATE bank_item_source SET form = 0`, `DELETE FROM bank_item_source`} {
		clear(query)
		clear(`UPDATE bank_item SET stem = 'vecchio'`)
		if query == `DELETE FROM bank_item` {
			clear(`DELETE FROM bank_item_source`)
		}
		for range 2 {
			if err := w.App.Items.Shelve(ctx, people.Actor{Program: "test"}); err != nil {
				t.Fatal(err)
			}
		}
		if got := found(t, w, w.Trainer, app.ItemQuestion{}); got != want {
			t.Errorf("after %s: %q", query, got)
		}
		if n := one[int](t, w, `SELECT count(*) FROM bank_item WHERE stem = 'vecchio'`); n != 0 {
			t.Errorf("after %s: %d rows are old", query, n)
		}
	}
	if err := w.App.Items.Shelve(ctx, w.Trainer); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a trainer shelves: %v", err)
	}
}

// Thirty-two people, worked out by hand. q1 has the key on its second option. Of the
// 16 who got q7 right 12 chose it (3 chose the first, 1 nothing); of the 16 who did
// not, 4 (8 the first, 4 the third). Facility 16/32 = 0.5. Both sides have half their
// people at 1: discrimination is phi = (12*12 - 4*4) / (16*16) = 0.5.
func TestFiguresOfRealAttempts(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	ctx := t.Context()
	answers := slices.Concat(slices.Repeat([]string{"1 right"}, 12), slices.Repeat([]string{"0 right"}, 3), []string{"- right"}, slices.Repeat([]string{"1 wrong"}, 4), slices.Repeat([]string{"0 wrong"}, 8), slices.Repeat([]string{"2 wrong"}, 4))
	w.Sat(answers)
	f, err := w.App.Items.Read(ctx, w.Evaluator, itemID(t, w, "q1"))
	if err != nil {
		t.Fatal(err)
	}
	g := f.Figures
	if g.People != 32 || g.Shown != 32 || g.Otherwise != 0 || !g.Judged || g.Right != 16 || g.Blank != 1 || math.Abs(g.Facility-0.5) > 1e-9 || !g.Discriminates || math.Abs(g.Discrimination-0.5) > 1e-9 || !slices.Equal(g.Chosen, []int{11, 16, 4}) || len(g.Flags) != 0 {
		t.Errorf("%+v", g)
	}
	// Other words, other question: what was answered before counts no more.
	pack := apptest.Pack()
	bank := pack["esempio/it/"+aBank]
	bank.Data = []byte(strings.Replace(string(bank.Data), "Aspetto che finisca, per educazione", "Aspetto che finisca e poi parlo", 1))
	if _, err := w.App.Publishing.Publish(ctx, people.Actor{Program: "test"}, w.Cmd(), app.Publication{Files: pack, Dir: "esempio/it", Impact: app.NoImpact, Note: "x"}); err != nil {
		t.Fatal(err)
	}
	f, err = w.App.Items.Read(ctx, w.Evaluator, itemID(t, w, "q1"))
	if err != nil || f.Figures.People != 0 || f.Figures.Enough || f.Figures.Otherwise != 32 || len(f.History) != 2 || f.History[0].Kind != app.ItemEdited {
		t.Errorf("after an edit: %+v %v", f.Figures, err)
	}
	// An attempt that was taken out of the count counts nowhere.
	if err := w.DB.InTx(ctx, func(q pg.Q, _ time.Time) error {
		_, err := q.ExecContext(ctx, `UPDATE quiz_attempt SET state = 'annulled', annulled_by = $1, reason = 'x'`, int64(w.Coordinator.ID))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if f, err = w.App.Items.Read(ctx, w.Evaluator, itemID(t, w, "q7")); err != nil || f.Figures.Shown != 0 {
		t.Errorf("annulled: %+v %v", f.Figures, err)
	}
}

func TestUseOfAnItem(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	for item, want := range map[string]app.ItemUse{
		"q1": {Exam: "qz-finale", Count: 6, Of: 9, Percent: 50},
		"q5": {Exam: "qz-finale", Count: 6, Of: 9, Percent: 10},
	} {
		f, err := w.App.Items.Read(t.Context(), w.Trainer, itemID(t, w, item))
		if err != nil || len(f.Uses) != 1 || f.ModuleTitle != "Denaro, ricevute, mai la carta" || f.Path != aBank {
			t.Fatalf("%s: %+v %v", item, f.Uses, err)
		}
		got := f.Uses[0]
		if !slices.Equal(got.Requirements, []string{"Supera la prova finale", "Rispondi alle domande"}) {
			t.Errorf("%s is asked by %v", item, got.Requirements)
		}
		got.Requirements, got.Title = nil, ""
		if got.Exam != want.Exam || got.Count != want.Count || got.Of != want.Of || got.Percent != want.Percent || got.Whole || got.Never {
			t.Errorf("%s: %+v", item, got)
		}
	}
}
