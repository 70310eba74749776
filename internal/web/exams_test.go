package web_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"abilita/internal/app/apptest"
	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

// canary marks everything that may not reach a browser before an exam is
// handed in.
const canary = "CANARINO"

// canaryPack is the example pack with an exam of all eight types whose keys,
// comments and explanations hold canaries.
func canaryPack() fstest.MapFS {
	pack := apptest.Pack()
	pack["esempio/it/quiz/finale.md"] = &fstest.MapFile{Data: []byte(`# Quiz: prova di tutti i tipi
- id: qz-finale
- versione: 1.0
- tipo: prova
- soglia: 80%
- tempo: 20 min
- tentativi: 1

### Prima domanda, con una risposta giusta sola.
` + "`q1 · pagamenti · applicare · critica`" + `
1. [ ] Lo scrivo e poi lo cancello
   > CANARINO-commento-sbagliata
1. [x] La interrompo con gentilezza
   > CANARINO-commento-giusta

> CANARINO-spiegazione-una

### Seconda domanda, quali cose chiedi a un'azienda?
` + "`q2 · pagamenti · applicare`" + `
- [x] Prodotto e scadenza
  > CANARINO-commento-più
- [x] Luogo
- [ ] Fatturato

> CANARINO-spiegazione-più

### Terza domanda, metti in ordine tre passi.
` + "`q3 · pagamenti · applicare`" + `
1. Mi presento
2. Ascolto
3. Chiamo la responsabile

> CANARINO-spiegazione-ordine

### Quarta domanda, abbina persone e passi.
` + "`q4 · pagamenti · comprendere`" + `
- Privato → collegamento sicuro
- Azienda → scheda beni

> CANARINO-spiegazione-abbina

### La quinta parte dalle ore ___ e finisce alle ___ di sera.
` + "`q5 · pagamenti · ricordare`" + `
- risposta: CANARINO-vuoto
- risposta: nove | 9

> CANARINO-spiegazione-vuoti

### Sesta domanda: quante ore in tutto?
` + "`q6 · pagamenti · ricordare`" + `
- numero: 987654 ± 3

> CANARINO-spiegazione-numero

### Settima domanda: la migliore e la peggiore.
` + "`q7 · pagamenti · valutare`" + `
- [+] «Sono qui.»
  > CANARINO-commento-migliore
- [ ] «Vuole parlarne?»
- [-] «Domani è un altro giorno.»

> CANARINO-spiegazione-situazione

### Ottava domanda: che cosa rispondi a Marta?
` + "`q8 · pagamenti · valutare`" + `
- aperta:

> CANARINO-spiegazione-aperta
`)}
	return pack
}

// visit is a page opened, whatever its status, which must not fail.
func visit(t *testing.T, v *robot.Visitor, path string) *robot.Page {
	t.Helper()
	p, err := v.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// send sends a form, whatever the answer, which must not fail.
func send(t *testing.T, v *robot.Visitor, p *robot.Page, action string, values ...string) *robot.Page {
	t.Helper()
	after, err := v.Fill(p, action, values...)
	if err != nil {
		t.Fatalf("%v: %s", err, p.Text())
	}
	return after
}

func TestNothingRightReachesTheBrowserBeforeHandingIn(t *testing.T) {
	t.Parallel()
	s := webtest.Serve(t, apptest.NewWith(t, canaryPack()))
	s.Examinee("Giulia", "Ferrandi")
	v := s.SignIn("volontario1@example.org")
	seen := 0
	look := func(p *robot.Page) *robot.Page {
		t.Helper()
		seen++
		for _, secret := range []string{canary, "987654", "data-key", "critica"} {
			if i := strings.Index(p.Body, secret); i >= 0 && (secret != "critica" || strings.Contains(p.URL.Path, "/attempts/")) {
				t.Errorf("%s shows %q: …%s…", p.URL.Path, secret, p.Body[max(0, i-80):min(len(p.Body), i+80)])
			}
		}
		return p
	}
	intro := look(visit(t, v, "/quizzes/qz-finale"))
	paper := look(send(t, v, intro, "/quizzes/qz-finale/start"))
	path := paper.URL.Path
	f, err := paper.Form(path)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(paper.Body, "<fieldset class=\"q\""); n != 8 {
		t.Fatalf("%d questions on the paper, want 8", n)
	}
	// Something is answered of every question, by whatever control there is.
	card := ""
	for _, name := range f.Names() {
		switch {
		case !strings.HasPrefix(name, "q."):
		case strings.Join(f.Options(name), "") != "":
			if err := f.Set(name, f.Options(name)[len(f.Options(name))-1]); err != nil {
				t.Fatal(err)
			}
		default:
			if err := f.Set(name, "nove"); err != nil {
				t.Fatal(err)
			}
			card = name
		}
	}
	saved, err := v.Send(f)
	if err != nil {
		t.Fatal(err)
	}
	look(saved)
	if !strings.Contains(saved.Text(), "8 di 8 risposte") {
		t.Errorf("not everything was kept: %s", saved.Text())
	}
	// A refused field, the last look, and every address of the site.
	bad := look(send(t, v, saved, path, card, "la mia carta è 4111 1111 1111 1111"))
	if bad.Status != http.StatusUnprocessableEntity || strings.Contains(bad.Body, "4111") {
		t.Errorf("a card number: %d", bad.Status)
	}
	look(visit(t, v, path+"?review=1"))
	for _, r := range s.Site.Engine.Routes() {
		if r.Method != http.MethodGet || strings.Contains(r.Path, "*") || strings.HasPrefix(r.Path, "/gate") {
			continue
		}
		address := strings.NewReplacer(":quiz", "qz-finale", ":id", "1", ":module", "mo-denaro", ":requirement", "prova-finale", ":line", "donazioni").Replace(r.Path)
		look(visit(t, v, address))
	}
	if seen < 15 {
		t.Errorf("only %d pages were looked at", seen)
	}
	stranger := s.Examinee("Marco", "Bassi")
	m := s.SignIn("volontario2@example.org")
	for _, address := range []string{path, path + "/result", "/attempts/1"} {
		if p := look(visit(t, m, address)); p.Status != http.StatusNotFound {
			t.Errorf("%s opened %s: %d", stranger.Name, address, p.Status)
		}
	}

	review := visit(t, v, path+"?review=1")
	f, err = review.Form(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Action = s.URL + path + "/submit"
	result, err := v.Send(f)
	if err != nil {
		t.Fatal(err)
	}
	if result.URL.Path != path+"/result" || !strings.Contains(result.Body, "CANARINO-spiegazione-numero") {
		t.Errorf("at %s after handing in: %s", result.URL.Path, result.Text())
	}
	if strings.Contains(result.Body, "CANARINO-vuoto") || strings.Contains(result.Body, "987654") {
		t.Error("the key is shown although the exam is not passed")
	}
	if again := visit(t, v, path); again.URL.Path != path+"/result" {
		t.Errorf("the paper of a closed attempt is at %s", again.URL.Path)
	}
}

func TestOpenAnswersAreReadByAPersonOnAPage(t *testing.T) {
	t.Parallel()
	s := webtest.Serve(t, apptest.NewWith(t, canaryPack()))
	s.Examinee("Giulia", "Ferrandi")
	v := s.SignIn("volontario1@example.org")
	paper := send(t, v, visit(t, v, "/quizzes/qz-finale"), "/quizzes/qz-finale/start")
	path := paper.URL.Path
	f, err := paper.Form(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range f.Names() {
		if strings.HasPrefix(name, "q.") && strings.Join(f.Options(name), "") == "" {
			_ = f.Set(name, "Cinquanta euro contano.")
		}
	}
	f.Action = s.URL + path + "/submit"
	result, err := v.Send(f)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(result.Heading(), "manca la lettura") {
		t.Fatalf("after handing in: %s", result.Text())
	}
	nadia := s.SignIn("nadia@example.org")
	queue := visit(t, nadia, "/marking")
	if strings.Contains(queue.Body, "Ferrandi") {
		t.Error("the queue names the author")
	}
	link, err := queue.Link("/marking/")
	if err != nil {
		t.Fatalf("%v: %s", err, queue.Text())
	}
	page := visit(t, nadia, link)
	refused := send(t, nadia, page, "/marking/1")
	if refused.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a level: %d", refused.Status)
	}
	form, err := page.Form("/marking/1")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range form.Names() {
		if strings.HasPrefix(name, "level.") {
			if err := form.Set(name, "2"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if done, err := nadia.Send(form); err != nil || done.URL.Path != "/marking" || !strings.Contains(done.Text(), "Niente da leggere") {
		t.Fatalf("after the marks: %v %s", err, done.Text())
	}
	if after := visit(t, v, path+"/result"); !strings.Contains(after.Heading(), "Non ancora") {
		t.Errorf("the volunteer reads: %s", after.Text())
	}
	teresa := s.SignIn("teresa@example.org")
	if p := send(t, teresa, visit(t, teresa, "/attempts/1"), "/attempts/1/void", "reason", ""); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("void without a reason: %d", p.Status)
	}
	if p := send(t, teresa, visit(t, teresa, "/attempts/1"), "/attempts/1/void", "reason", "La rete è caduta."); p.Status != http.StatusOK || !strings.Contains(p.Text(), "non conta") {
		t.Errorf("void: %d %s", p.Status, p.Text())
	}
}
