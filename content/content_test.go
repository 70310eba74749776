package content_test

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"abilita/content"
	"abilita/course/cert"
	"abilita/course/roleplay"
	"abilita/quiz"
)

var exampleForm = regexp.MustCompile("(?ms)^~~~~markdown (\\S+)\n(.*?)^~~~~$")

// examples is the pack that the examples of FORMATS.md make, under mini/it.
func examples(t testing.TB) fstest.MapFS {
	t.Helper()
	return examplesIn(t, "it")
}

func examplesIn(t testing.TB, lang string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for _, m := range exampleForm.FindAllStringSubmatch(content.Formats(lang), -1) {
		files["mini/"+lang+"/"+m[1]] = &fstest.MapFile{Data: []byte(m[2])}
	}
	if len(files) != 8 {
		t.Fatalf("%d examples", len(files))
	}
	return files
}

// problems loads and checks mini/it and leaves advice out.
func problems(fsys fs.FS) []content.Problem {
	p, found := content.Load(fsys, "mini/it")
	found = append(found, content.Check(p)...)
	return slices.DeleteFunc(found, func(p content.Problem) bool { return p.Severity == content.Advice })
}

func TestTheExamplesOfTheFormatsPageAreClean(t *testing.T) {
	t.Parallel()
	for _, p := range problems(examples(t)) {
		t.Error(p.Text("en"))
	}
}

// The page is one in both languages: the same chapters and tables in their order,
// examples of the same files that make the same pack.
func TestTheFormatsPageIsOneInBothLanguages(t *testing.T) {
	t.Parallel()
	frame := func(lang string) (list []string) {
		fence := ""
		for line := range strings.Lines(content.Formats(lang)) {
			mark, _, _ := strings.Cut(line, " ")
			switch {
			case fence != "":
				if strings.TrimSpace(line) == fence {
					fence = ""
				}
			case strings.HasPrefix(line, "~~~~"), strings.HasPrefix(line, "```"):
				fence = line[:strings.LastIndexAny(line, "~`")+1]
				list = append(list, fence)
			case strings.HasPrefix(mark, "#"), strings.HasPrefix(mark, "-"):
				list = append(list, mark)
			case strings.HasPrefix(line, "|"):
				list = append(list, strings.Repeat("|", strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")))
			}
		}
		return list
	}
	if d := cmp.Diff(frame("it"), frame("en")); d != "" {
		t.Error(d)
	}
	packs := map[string]content.Pack{}
	for _, lang := range []string{"it", "en"} {
		p, found := content.Load(examplesIn(t, lang), "mini/"+lang)
		for _, f := range append(found, content.Check(p)...) {
			if f.Severity != content.Advice {
				t.Error(f.Text("en"))
			}
		}
		packs[lang] = p
	}
	files := func(lang string) (list []string) {
		for _, f := range packs[lang].Files() {
			list = append(list, string(f.Kind)+" "+f.ID+" "+f.Version)
		}
		slices.Sort(list)
		return list
	}
	it, en := packs["it"].Counts(), packs["en"].Counts()
	en.Words, en.ReadingMinutes = it.Words, it.ReadingMinutes
	if d := cmp.Diff([]any{files("it"), it}, []any{files("en"), en}); d != "" {
		t.Error(d)
	}
}

func TestTheExamplesAreReadAsTheyAreMeant(t *testing.T) {
	t.Parallel()
	p, _ := content.Load(examples(t), "mini/it")
	eq := func(what string, want, got any) {
		t.Helper()
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
	eq("pack", []string{"mini", "it"}, []string{p.Name, p.Lang})
	eq("counts", content.Counts{
		Modules: 1, Words: 391, ReadingMinutes: 3, Pairs: 6, Recall: 3, Scripts: 1, Nodes: 10, Rubrics: 1, Banks: 1, Exams: 1,
		Questions: 9, QuestionsByType: map[string]int{"one": 2, "several": 1, "order": 1, "match": 1, "gap": 1, "number": 1, "situation": 1, "open": 1},
		CriticalQuestions: 3, Checklists: 2, ChecklistItems: 8, Requirements: 6, SessionsInProgram: 8,
	}, p.Counts())

	m := p.Modules[0]
	eq("module", []any{"mo-denaro", "1.0", "Denaro, ricevute, mai la carta", "pagamenti", 2, 90 * time.Minute, 7, 3},
		[]any{m.ID, m.Version, m.Title, m.Short, len(m.Objectives), m.Duration, len(m.Sections), len(m.Tasks)})
	eq("pair", content.Pair{Say: "«Cinquanta euro contano.»", Avoid: "«È poco, ma va bene.»", Why: "Ogni dono merita rispetto."}, m.Pairs[4])
	eq("told call", content.Turn{Who: "Marta", Text: "«Io il telefono lo uso solo per parlare.»"}, m.Call[4])
	eq("recall", content.Recall{Question: "Quali sono i tre modi per donare?", Answer: "Collegamento sicuro, bonifico, bollettino."}, m.Recall[1])
	eq("checked", "2026-10-01", m.Sources[0].Checked)
	if !strings.HasPrefix(m.Body, "Chi vuole donare") || strings.Contains(m.Sections[1].Text, "##") {
		t.Errorf("body %.40q, section %q", m.Body, m.Sections[1].Text)
	}

	s := p.Scripts[0]
	eq("script", []any{"donazioni", "phone", 75, 8 * time.Second, 20 * time.Second, 2, 2, 4},
		[]any{s.Line, s.Channel, s.Threshold, s.Silence.Prompt, s.Silence.Turn, len(s.Rubric.Statements), len(s.Rubric.Errors), len(s.Rubric.Criteria)})
	eq("criterion", roleplay.Criterion{
		ID: "R1", Name: "Accoglienza", Weight: 20, Levels: []string{"assente", "frettolosa", "chiara", "chiara e calda"},
		Note: "Livello 3: dice chi è, saluta, e la voce non ha fretta.",
	}, s.Rubric.Criteria[0])
	eq("choice", roleplay.Choice{
		Text: "«Linea donazioni, sono Luca, volontario. Come posso aiutarla?»", To: "richiesta", Pos: 17,
		Effect:   roleplay.Effect{Statements: []string{"D1"}, Levels: []roleplay.Level{{Criterion: "R1", Value: 3}}, Mood: 1},
		Feedback: "Nome e ruolo subito: chi chiama sa con chi parla.",
	}, s.Nodes[0].Choices[0])
	eq("silence", roleplay.Choice{
		Text: "resta in silenzio", Act: true, To: "silenzio", Pos: 20,
		Effect: roleplay.Effect{Silent: true, After: 20 * time.Second, Mood: -1},
	}, s.Nodes[0].Choices[2])
	eq("variant", roleplay.Variant{Who: "Sara", Text: "«Non so perché chiamo voi. Non ce la faccio più.»", To: "angoscia", Mood: -2, Pos: 24}, s.Nodes[1].Variants[1])
	eq("heard", []roleplay.Speech{{Who: "Sara, a voce bassa", Text: "«Stasera non vedo la strada.»"}}, s.Nodes[4].Heard)
	eq("fact", []roleplay.Speech{{Text: "Squilla. Qualcuno aspetta.", Act: true}}, s.Nodes[0].Heard)
	eq("back", roleplay.Back, s.Nodes[6].Choices[0].To)
	eq("ending", &roleplay.Ending{Success: true, Due: []roleplay.Due{{Statement: "D1", Pos: 65}, {Statement: "D2", Via: "denaro", Pos: 65}}}, s.Nodes[8].End)
	eq("debriefing", &roleplay.Ending{Question: "In quale momento potevi cambiare strada?"}, s.Nodes[9].End)
	eq("acts", [][]string{{"dato-carta"}, {"responsabile"}}, [][]string{s.Nodes[3].Choices[0].Effect.Reports, s.Nodes[5].Choices[0].Effect.Calls})

	it := p.Banks[0].Items
	eq("module of items", "mo-denaro", it[0].Module)
	eq("one", []any{quiz.One, quiz.Apply, true, quiz.Points(100), quiz.Right, "Un appunto cancellato è comunque un dato raccolto."},
		[]any{it[0].Type, it[0].Level, it[0].Critical, it[0].Points, it[0].Options[1].Key, it[0].Options[0].Feedback})
	eq("several", []any{quiz.Several, true, 5}, []any{it[1].Type, it[1].Partial, len(it[1].Options)})
	eq("fixed", []any{quiz.One, true}, []any{it[2].Type, it[2].Fixed})
	eq("order", []any{quiz.Order, "Ascolto e riprendo le sue parole"}, []any{it[3].Type, it[3].Options[1].Text})
	eq("match", []quiz.Pair{{Left: "Giornalista", Right: "ufficio stampa, nessuna dichiarazione"}, {Right: "richiesta del numero della carta"}}, it[4].Pairs[2:])
	eq("gap", [][]string{{"24", "24:00", "ventiquattro"}}, it[5].Gaps)
	eq("number", []quiz.Decimal{70_000_000, 0}, []quiz.Decimal{it[6].Value, it[6].Tolerance})
	eq("situation", []any{quiz.Situation, quiz.Points(200), quiz.Best, quiz.Worst}, []any{it[7].Type, it[7].Points, it[7].Options[0].Key, it[7].Options[3].Key})
	eq("open", []any{quiz.Open, "R2"}, []any{it[8].Type, it[8].Criterion})

	e := p.Exams[0]
	eq("exam", []any{80, 20 * time.Minute, 3, []time.Duration{24 * time.Hour, 72 * time.Hour}, 2, 6, 9, "Hai venti minuti. Puoi uscire e tornare: le risposte restano, il tempo continua."},
		[]any{e.Threshold, e.Limit, e.Attempts, e.Waits, e.Blueprint.Critical, e.Blueprint.Total(), len(e.Items.Items), e.Intro})

	l := p.Checklists[0]
	eq("checklist", []any{content.Volunteer, 4, 5, "La stanza", "La fai da te, il giorno prima del primo turno, con calma."}, []any{l.Signer, l.Minimum, len(l.Items), l.Items[1].Group, l.Intro})
	if !l.Items[1].Required || l.Items[2].Required || !strings.HasPrefix(l.Items[1].How, "Prova:") || l.Items[0].Text != "sono in una stanza con la porta chiusa." {
		t.Errorf("%+v", l.Items)
	}
	eq("all of them", 3, p.Checklists[1].Minimum)

	g := p.Programme
	eq("programme", []any{"donazioni", []string{"phone"}, 365, 14 * time.Hour, 18, 5, 14, 120}, []any{g.Line, g.Channels, g.ValidDays, g.Hours, g.MinAge, g.ConfirmDays, g.MicroDays, g.Cover})
	eq("mid check", []any{content.MidCheck{AfterDays: 180, WithinDays: 30}, content.RenewalWindow{BeforeDays: 60, AfterDays: 90}}, []any{g.MidCheck, g.Window})
	keys := func(list []content.Requirement) (keys []string) {
		for _, r := range list {
			keys = append(keys, r.Key)
		}
		return keys
	}
	eq("first way", []string{"studio", "presenza", "prova-finale", "chiamata", "postazione", "riservatezza"}, keys(g.On(cert.Full).Requirements))
	eq("renewal", []string{"riservatezza-rinnovo"}, keys(g.On(cert.Renewal).Requirements))
	eq("check half way", []string{"prova-controllo", "chiamata-controllo"}, keys(g.On(cert.MidTerm).Requirements))
	g.Renewal = nil
	eq("renewal without a list", 6, len(g.On(cert.Renewal).Requirements))
	eq("inactivity", []content.Inactivity{{Days: 60, Then: "supervised_shift"}, {Days: 180, Then: "roleplay"}}, g.Inactivity)
	eq("requirement", content.Requirement{
		Key: "chiamata", Title: "Fai una chiamata valutata", Kind: content.ReqRoleplay, Threshold: 75, Evaluators: 1,
		Content: []content.Group{{Need: 1, Of: []string{"rp-cinquanta-euro"}, Line: 37}}, Before: []string{"studio"}, Channels: []string{"phone"}, Line: 35,
	}, g.Requirements[3])
	eq("session", content.SessionPlan{
		Key: "serata", Title: "Serate di formazione", Kind: "evening", Days: []time.Weekday{time.Tuesday, time.Thursday}, At: "20:30",
		Count: 4, Duration: 2 * time.Hour, Seats: 25, Minimum: 4, From: -18, Line: 76,
	}, g.Sessions[0])
	eq("levels", []content.LevelStep{{Level: "supervised"}, {Level: "independent", Shifts: 2}, {Level: "mentor", Shifts: 20}}, g.Levels)
	eq("launch", content.LaunchStep{From: -33, To: -19, Text: "colloqui, offerte, lista d'attesa"}, g.Launch[2])
	eq("launch key", content.LaunchStep{From: -4, To: -4, Text: "ultimo giorno per scrivere i volontari nel registro", Key: "registro"}, g.Launch[6])
}

// The two worked examples of the formats keep their structure.
func TestWorkedExamples(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("testdata/donazioni-copione.md")
	if err != nil {
		t.Fatal(err)
	}
	s, found := content.ParseScript("c.md", src, "it")
	for _, p := range found {
		t.Error(p.Text("en"))
	}
	ends := 0
	for _, n := range s.Nodes {
		if n.End != nil {
			ends++
		}
	}
	if len(s.Nodes) != 16 || ends != 2 {
		t.Errorf("%d nodes, %d endings, want 16 and 2", len(s.Nodes), ends)
	}
	proof := roleplay.Prove(s.Script)
	for _, f := range proof.Findings {
		if f.Code != roleplay.SilenceDefault {
			t.Errorf("%+v", f)
		}
	}
	if !proof.Whole || proof.Passing == 0 {
		t.Errorf("whole %v, %d of %d walks pass, %d steps", proof.Whole, proof.Passing, proof.Walks, proof.Steps)
	}

	src, err = os.ReadFile("testdata/donazioni-prova.md")
	if err != nil {
		t.Fatal(err)
	}
	_, e, found := content.ParseQuiz("q.md", src, "it")
	for _, p := range found {
		if p.Severity != content.Advice {
			t.Error(p.Text("en"))
		}
	}
	var types []quiz.Type
	for _, it := range e.Items.Items {
		types = append(types, it.Type)
	}
	want := []quiz.Type{quiz.One, quiz.Several, quiz.One, quiz.Order, quiz.Match, quiz.Gap, quiz.Number, quiz.Situation}
	if !slices.Equal(types, want) || e.Threshold != 80 || e.Limit != 20*time.Minute {
		t.Errorf("%v %+v", types, e.Exam)
	}
}

func TestEnglishWords(t *testing.T) {
	t.Parallel()
	script := `# Simulated call: fifty euros
- id: rp
- version: 1.0
- line: giving
- channel: phone
- threshold: 60%
- mood: -1
- silence: prompt 8s, turn 20s

## Statements
- **D1 Who I am**: “I am {name}.”

## Critical errors
- **E1 Card**: takes card data.

## Rubric
- **R1 Welcome** (100): 0 none · 1 hasty · 2 clear · 3 warm

## Scene

### Opening
> Ann: “Hello?”

- [“I am Lou.”](#end) ` + "`D1 R1=3 mood+1 call:supervisor report:card`" + `
- [“Card number?”](#opening) ` + "`E1 R1=0`" + `
- [(silence)](#back) ` + "`after 5s`" + `

### End
**End: success** ` + "`requires D1@opening`" + `
`
	s, found := content.ParseScript("s.md", []byte(script), "en")
	for _, p := range found {
		t.Error(p.Text("en"))
	}
	e := s.Nodes[0].Choices[0].Effect
	if s.Mood != -1 || s.Channel != "phone" || s.Threshold != 60 || e.Mood != 1 || e.Calls[0] != "supervisor" || e.Reports[0] != "card" ||
		!s.Nodes[0].Choices[2].Effect.Silent || s.Nodes[0].Choices[2].To != roleplay.Back || !s.Nodes[1].End.Success || s.Nodes[1].End.Due[0].Via != "opening" ||
		s.Nodes[0].Heard[0].Who != "Ann" {
		t.Errorf("%+v", s.Script)
	}
	exam := "# Quiz: final\n- id: qz\n- version: 1.0\n- type: exam\n- threshold: 80%\n- time: 20 min\n- attempts: 1\n- waits: 1 day\n- critical: 1\n- bank: b\n\n## Blueprint\n- m: 2\n\n## Levels\n- remember: 50%\n- judge: 50%\n"
	_, x, found := content.ParseQuiz("q.md", []byte(exam), "en")
	for _, p := range found {
		t.Error(p.Text("en"))
	}
	if x.Blueprint.Total() != 2 || x.Waits[0] != 24*time.Hour || x.Blueprint.Levels[1].Level != quiz.Judge || x.Attempts != 1 {
		t.Errorf("%+v", x.Exam)
	}
	bank := "# Quiz: bank\n- id: b\n- version: 1.0\n- type: bank\n\n### A ___ b\n`q1 · m · understand · critical · points 1.5 · partial`\n- answer: x | y\n\n> z\n\n### O\n`q2 · m · judge`\n- open: rubric R2\n\n### N\n`q3 · m · apply · fixed`\n1. [x] True\n1. [ ] False\n\n> z\n"
	b, _, found := content.ParseQuiz("b.md", []byte(bank), "en")
	for _, p := range found {
		if p.Code != "no_explanation" {
			t.Error(p.Text("en"))
		}
	}
	if b.Items[0].Points != 150 || !b.Items[0].Critical || !b.Items[0].Partial || b.Items[1].Criterion != "R2" || !b.Items[2].Fixed {
		t.Errorf("%+v", b.Items)
	}
	list := "# Checklist: station\n- id: l\n- version: 1.0\n- sign: observer\n- minimum: all\n\n- **P1 Door**: closed. `required`\n"
	c, found := content.ParseChecklist("l.md", []byte(list), "en")
	if len(found) != 0 || c.Signer != content.Observer || c.Minimum != 1 || !c.Items[0].Required {
		t.Errorf("%v %+v", found, c)
	}
	programme := "# Programme: giving\n- id: pr\n- version: 1.0\n- line: giving\n- channels: phone, mail\n- validity: 180 days\n- minimum age: 21\n- mid-term check: after 90 days\n- renewal: from 30 days before\n- inactivity: 60 days: supervised shift\n- inactivity: 90 days: new role-play\n- read and confirm: 3 days\n- micro-module: 7 days\n- cover: 150%\n\n" +
		"## Requirements\n\n### Study\n`study · modules`\n- content: 1 of a b, c\n- before: sign\n\n### Sign\n`sign · pledge`\n- content: l\n- channels: mail\n- validity: 30 days\n\n### Be there\n`there · attendance`\n- sessions: ev\n- threshold: 80%\n\n### Call\n`call · roleplay`\n- content: rp\n- evaluators: 2\n\n### Be seen\n`seen · checklist`\n- content: l, k\n- signers: 3\n\n" +
		"## Renewal\n\n### Call again\n`again · roleplay`\n- content: rp\n\n## Mid-term check\n\n### Sit it\n`sit · quiz`\n- content: qz\n\n" +
		"## Levels\n- listening: 0 shifts\n- independent: 1 shift\n\n## Sessions\n\n### Evenings\n`ev · evening`\n- days: Monday\n- at: 20:30\n- count: 2\n- duration: 90 min\n- seats: 8\n- minimum: 2\n- from: L-10\n\n## Launch plan\n- L-5 to L+2: rehearsal\n- L: we open `open`\n"
	g, found := content.ParseProgramme("p.md", []byte(programme), "en")
	for _, p := range found {
		t.Error(p.Text("en"))
	}
	if g.MinAge != 21 || g.MidCheck != (content.MidCheck{AfterDays: 90, WithinDays: 30}) || g.Window != (content.RenewalWindow{BeforeDays: 30, AfterDays: 90}) || len(g.Renewal) != 1 || g.MidTerm[0].Key != "sit" || len(g.Inactivity) != 2 || g.Cover != 150 || g.Requirements[3].Evaluators != 2 || g.Requirements[4].Signers != 3 || g.Requirements[1].Signers != 0 || g.Levels[0].Level != "listening" ||
		g.Sessions[0].From != -10 || g.Launch[1].From != 0 || g.Launch[1].Key != "open" || g.Launch[0].To != 2 {
		t.Errorf("%+v", g)
	}
	if d := cmp.Diff([]content.Group{{Need: 1, Of: []string{"c"}, Line: 20}, {Need: 1, Of: []string{"a", "b"}, Line: 20}}, g.Requirements[0].Content); d != "" {
		t.Error(d)
	}
	module := "# Module: money\n- id: m\n- version: 1.0\n- objective: say no\n- duration: 20 min\n- short name: money\n- prerequisites: n\n\nText.\n\n## Say and don't say\n\n| Say | Don't say |\n|---|---|\n| a | b |\n\n## A call, start to end\n\n**Ann**: “Hi.”\n\n## To remember\n\n### Why?\n\nSo.\n\n## To do in the software\n\n1. Open it.\n\n## Sources\n\n- A law (checked 2026-10-01)\n"
	m, found := content.ParseModule("m.md", []byte(module), "en")
	for _, p := range found {
		if p.Severity != content.Advice {
			t.Error(p.Text("en"))
		}
	}
	if len(m.Pairs) != 1 || len(m.Call) != 1 || len(m.Recall) != 1 || len(m.Tasks) != 1 || m.Sources[0].Checked != "2026-10-01" || m.Requires[0] != "n" {
		t.Errorf("%+v", m)
	}
}
