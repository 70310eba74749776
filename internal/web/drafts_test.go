package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

const draftModule = "/drafts/1/files/moduli~denaro.md"

// A trainer writes, another reads, a coordinator publishes; nobody uses script.
func TestContentIsWrittenReadAndPublishedOnPages(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	adele := s.Certified("Adele", "Tornaghi")
	davide, bruno, teresa := s.SignIn("davide@example.org"), s.SignIn("bruno@example.org"), s.SignIn("teresa@example.org")

	link, err := open(t, davide, "/lines").Link("Contenuti: scrivi e pubblica")
	if err != nil {
		t.Fatal(err)
	}
	desk := open(t, davide, link)
	has(t, desk, "Linea donazioni · in italiano", "Apri una bozza")
	draft := fill(t, davide, desk, "/content/drafts")
	has(t, draft, "La bozza è aperta.", "Bozza aperta", "Non è ancora cambiato niente.")

	// What is wrong is told beside the text, with its line, and nothing is kept by checking.
	edit := open(t, davide, draftModule)
	text := body(t, edit)
	broken := strings.Replace(text, "- durata: 90 min", "- durata: domani", 1)
	checked := send(t, davide, edit, draftModule, "body", broken, "do", "check")
	if checked.Status != http.StatusOK || body(t, checked) != broken {
		t.Errorf("checked: %d", checked.Status)
	}
	has(t, checked, "1 errore e 2 consigli", "Errore , riga 7 : la durata «domani» non si capisce")
	if got := body(t, open(t, davide, draftModule)); got != text {
		t.Error("checking kept the text")
	}

	// A card number is refused with its line, and the text is still there.
	card := text + "\nLa carta è 4111 1111 1111 1111.\n"
	refused := send(t, davide, edit, draftModule, "body", card, "do", "save")
	has(t, refused, "c’è un numero di carta")
	if refused.Status != http.StatusUnprocessableEntity || body(t, refused) != card {
		t.Errorf("a card number: %d, %q", refused.Status, body(t, refused))
	}

	// Two write the same file: the second sees both versions and merges by hand.
	mine, theirs := text+"\nMia.\n", text+"\nSua.\n"
	other := open(t, teresa, draftModule)
	has(t, fill(t, davide, edit, draftModule, "body", mine, "do", "save"), "Salvato.")
	late := send(t, teresa, other, draftModule, "body", theirs, "do", "save")
	has(t, late, "Nel frattempo ha salvato Davide Colnaghi", "aggiunta", "tolta", "Mia.")
	if late.Status != http.StatusConflict || body(t, late) != theirs {
		t.Errorf("the second editor: %d", late.Status)
	}
	both := text + "\nMia.\n\nSua.\n"
	fill(t, davide, open(t, davide, draftModule), draftModule, "body", both, "do", "save")

	// Checks as data, for the script.
	var found struct {
		Errors   int
		Problems []struct {
			Line           int
			Severity, Text string
		}
	}
	if err := json.Unmarshal([]byte(open(t, davide, draftModule+"/check").Body), &found); err != nil || found.Errors != 0 {
		t.Errorf("checks as data: %v %+v", err, found)
	}
	typed, err := davide.Post(draftModule+"/check", url.Values{"body": {broken}, "version": {"2"}, "form_key": {"0123456789abcdef"}})
	if err != nil || json.Unmarshal([]byte(typed.Body), &found) != nil || found.Errors != 1 || found.Problems[0].Line != 7 || found.Problems[0].Severity != "error" {
		t.Errorf("checks of what is typed: %v %+v", err, found)
	}
	kept, err := davide.Post(draftModule+"/autosave", url.Values{"body": {both}, "version": {"2"}})
	if err != nil || !strings.Contains(kept.Body, `"version":3`) {
		t.Errorf("saved by itself: %v %s", err, kept.Body)
	}
	if kept, err = davide.Post(draftModule+"/autosave", url.Values{"body": {text}, "version": {"2"}}); err != nil || kept.Status != http.StatusConflict {
		t.Errorf("saved by itself over another: %v %d", err, kept.Status)
	}

	has(t, open(t, davide, draftModule+"/preview"), "Tre modi per donare", "Alla fine sai")
	has(t, open(t, davide, draftModule+"/changes"), "Mia.", "aggiunta")
	has(t, open(t, davide, "/drafts/1/files/quiz~finale.md/preview"), "Domande", "Giusta.")
	has(t, open(t, davide, "/drafts/1/files/copioni~cinquanta-euro.md/preview"), "Mappa del copione", "Apertura (inizio)", "Strade provate")

	// A line that is remarked upon, a reading that is asked for.
	remark := open(t, bruno, draftModule)
	has(t, fill(t, bruno, remark, draftModule+"/comments", "line", "3", "words", "Qui manca la fonte."), "Qui manca la fonte.", "riga 3")
	draft = open(t, davide, "/drafts/1")
	draft = fill(t, davide, draft, "/drafts/1/ask", "words", "Per favore")
	has(t, draft, "In rilettura")
	if _, err := draft.Form("/drafts/1/approve"); err == nil {
		t.Error("who wrote it is offered to approve it")
	}
	has(t, open(t, bruno, "/inbox"), "Una bozza aspetta chi la rilegge", "Volontari della linea donazioni")
	has(t, open(t, bruno, "/board"), "Una bozza aspetta chi la rilegge")
	hasNot(t, open(t, davide, "/board"), "Una bozza aspetta") // he wrote it
	reading := open(t, bruno, "/drafts/1")
	has(t, reading, "Tocca a te leggerla")
	back := send(t, bruno, reading, "/drafts/1/return", "reason", "")
	has(t, back, "Scrivi che cosa c’è da sistemare.")
	has(t, fill(t, bruno, back, "/drafts/1/approve", "reason", "Va bene."), "La bozza è approvata.")

	// Whom it touches is told before it is published.
	has(t, open(t, teresa, "/inbox"), "Una bozza aspetta chi la pubblica")
	has(t, open(t, teresa, "/drafts/1"), "Pronta da pubblicare")
	publish := open(t, teresa, "/drafts/1/publish")
	plan := send(t, teresa, publish, "/drafts/1/publish", "impact", "micro", "note", "Una riga.", "do", "look")
	has(t, plan, "Abilitati: 1", "Adele Tornaghi "+adele.Number, "rileggere Denaro, ricevute, mai la carta", "Non è ancora successo niente")
	if plan.Status != http.StatusOK {
		t.Errorf("the plan: %d", plan.Status)
	}
	// Another choice than the one that was looked at is shown first.
	otherwise := send(t, teresa, plan, "/drafts/1/publish", "impact", "notice", "do", "publish")
	has(t, otherwise, "guarda il piano qui accanto", "niente (riceve una lettera)")
	if otherwise.Status != http.StatusConflict {
		t.Errorf("another plan: %d", otherwise.Status)
	}
	plan = send(t, teresa, otherwise, "/drafts/1/publish", "impact", "micro", "do", "look")
	done := fill(t, teresa, plan, "/drafts/1/publish", "do", "publish")
	has(t, done, "È pubblicata.")
	if again := send(t, teresa, plan, "/drafts/1/publish", "do", "publish"); !strings.HasSuffix(again.URL.Path, "/drafts/1") || again.Status != http.StatusOK {
		t.Errorf("the same form again leads to %s, %d", again.URL, again.Status)
	}
	history := open(t, davide, "/content/pr-donazioni/it")
	has(t, history, "Teresa Mancuso", "Rileggere i moduli cambiati", "1 persona abilitata toccata", "Una riga.")
	release, err := history.Link("Versione 1.0 · 1 parte cambiata")
	if err != nil {
		t.Fatal(err)
	}
	has(t, open(t, davide, release), "moduli/denaro.md", "Mia.", "Sua.")
}

// body is what stands in the textarea of an editor.
func body(t *testing.T, p *robot.Page) string {
	t.Helper()
	f, err := p.Form(draftModule)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(f.Values.Get("body"), "\r\n", "\n")
}

// A trial goes from the first scene to how it went, and its address is all there is.
func TestADraftIsTried(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	davide := s.SignIn("davide@example.org")
	fill(t, davide, open(t, davide, "/content"), "/content/drafts")
	const script, exam = "/drafts/1/files/copioni~cinquanta-euro.md/try", "/drafts/1/files/quiz~finale.md/try"
	page := open(t, davide, script)
	has(t, page, "Prova della bozza · non resta niente")
	steps := 0
	for ; steps < 20; steps++ {
		if _, err := page.Form(script); err != nil {
			break
		}
		page = fill(t, davide, page, script, "choice", "0")
	}
	has(t, page, "La strada che hai fatto", "Riprova")
	if steps < 2 || steps == 20 {
		t.Errorf("the call took %d steps", steps)
	}
	paper := open(t, davide, exam)
	result := send(t, davide, paper, exam)
	has(t, result, "Prova della bozza", "Prova di nuovo")
	if result.Status != http.StatusOK {
		t.Errorf("the paper: %d %s", result.Status, result.Text())
	}
	var rows int
	if err := s.DB.Read().GetContext(t.Context(), &rows, `SELECT (SELECT count(*) FROM roleplay_run) + (SELECT count(*) FROM quiz_attempt) + (SELECT count(*) FROM evidence)`); err != nil || rows != 0 {
		t.Errorf("trying kept %d rows, %v", rows, err)
	}
}

func TestANewProgrammeAndNewFilesOnPages(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	davide := s.SignIn("davide@example.org")
	desk := open(t, davide, "/content")
	bad := send(t, davide, desk, "/content/new", "line", "donazioni", "title", "Accoglienza", "name", "Non Va", "lang", "it")
	if f, err := bad.Form("/content/new"); bad.Status != http.StatusUnprocessableEntity || err != nil || f.Values.Get("title") != "Accoglienza" || f.Values.Get("name") != "Non Va" {
		t.Errorf("a bad name: %d, %v", bad.Status, err)
	}
	draft := fill(t, davide, bad, "/content/new", "name", "accoglienza")
	has(t, draft, "Accoglienza", "non ancora pubblicato")
	bad = send(t, davide, draft, "/drafts/1/files", "template", "script", "title", "", "name", "prima")
	if f, err := bad.Form("/drafts/1/files"); bad.Status != http.StatusUnprocessableEntity || err != nil || f.Values.Get("name") != "prima" {
		t.Errorf("a file without a title: %d, %v", bad.Status, err)
	}
	edit := fill(t, davide, bad, "/drafts/1/files", "title", "Prima chiamata")
	has(t, edit, "Prima chiamata", "Il file è nella bozza", "copioni/prima.md")
	has(t, open(t, davide, "/drafts/1/files/copioni~prima.md/preview"), "Prova", "Mappa del copione")
}

// A script that cannot be passed is shown by the way that comes nearest, step by step.
func TestWhatIsWrongWithAScriptIsShownStepByStep(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	davide := s.SignIn("davide@example.org")
	fill(t, davide, open(t, davide, "/content"), "/content/drafts")
	const script = "/drafts/1/files/copioni~cinquanta-euro.md"
	edit := open(t, davide, script)
	f, err := edit.Form(script)
	if err != nil {
		t.Fatal(err)
	}
	broken := strings.Replace(f.Values.Get("body"), "](#chiusura) `D2 R2=3 R3=3`", "](#chiusurra) `D2 R2=3 R3=3`", 1)
	page := send(t, davide, edit, script, "body", broken, "do", "check")
	has(t, page, "Come ci si arriva, passo per passo", "Apertura «Linea donazioni, sono Luca, volontario.", "Richiesta Marta: «Vorrei dare cinquanta euro.", "Denaro «No, Marta")
}
