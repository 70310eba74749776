package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"abilita/internal/app"
	"abilita/internal/app/apptest"
	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

// Nobody uses script here: every button sends the form, and the text comes back with
// what was done to it. Nothing of it is kept until it is saved.
func TestTheEditorWithoutScript(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	davide := s.SignIn("davide@example.org")
	fill(t, davide, open(t, davide, "/content"), "/content/drafts")
	edit := open(t, davide, draftModule)
	text := body(t, edit)
	if !strings.Contains(edit.Body, "<noscript><p class=\"hint\">Salva il testo prima") {
		t.Error("nobody is told that the other forms of the page leave the text behind")
	}

	// A correction at the press of its button.
	broken := strings.Replace(text, "- durata: 90 min", "- durata: 90 minuti", 1) + "\nMia.\n"
	checked := send(t, davide, edit, draftModule, "body", broken, "do", "check")
	has(t, checked, "la durata «90 minuti» non si capisce", "Correggi")
	mended := send(t, davide, checked, draftModule, "do", "mend 7 3 duration_bad")
	if got := body(t, mended); got != text+"\nMia.\n" || mended.Status != http.StatusOK {
		t.Errorf("corrected, %d: %q", mended.Status, got)
	}
	has(t, mended, "Corretto alla riga 7. Non è ancora salvato.")
	again := send(t, davide, checked, draftModule, "body", text+"\nMia.\n", "do", "mend 7 3 duration_bad")
	has(t, again, "quella correzione non serve più")
	if got := body(t, again); got != text+"\nMia.\n" {
		t.Errorf("corrected twice: %q", got)
	}

	// A piece, below a line or at the end.
	put := send(t, davide, edit, draftModule, "body", text+"\nMia.\n", "piece", "heading", "after", "", "do", "insert")
	if got := body(t, put); !strings.HasPrefix(got, text+"\nMia.\n\n## Il titolo del capitolo\n") {
		t.Errorf("a piece at the end: %q", got)
	}
	has(t, put, "Inserito alla riga")
	put = send(t, davide, edit, draftModule, "piece", "emergency", "after", "9", "do", "insert")
	if got := strings.Split(body(t, put), "\n")[8]; !strings.HasSuffix(got, " {emergenza}") {
		t.Errorf("a name below line 9: %q", got)
	}
	press := func(do, body string) *robot.Page {
		t.Helper()
		p, err := davide.Post(draftModule, url.Values{"version": {"0"}, "body": {body}, "piece": {"nothing"}, "do": {do}})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	has(t, press("insert", text), "Scegli dall’elenco")

	// What was typed, as its readers will meet it.
	seen := send(t, davide, edit, draftModule, "body", text+"\n## Un capitolo in più\n\nCon **parole** mie.\n", "do", "preview")
	if !strings.Contains(seen.Body, "Un capitolo in più</h2>") || !strings.Contains(seen.Body, "<strong>parole</strong>") {
		t.Errorf("the preview of what was typed: %s", seen.Body)
	}
	if got := body(t, open(t, davide, draftModule)); got != text {
		t.Error("something was kept")
	}

	// A number of a card is neither kept nor lost, whatever is pressed.
	card := text + "\nLa carta è 4111 1111 1111 1111.\n"
	for _, do := range []string{"check", "preview", "insert", "mend 1 1 key_missing"} {
		if got := body(t, press(do, card)); got != card {
			t.Errorf("%s: %q", do, got)
		}
	}
	// A text that is too large to be checked comes back too.
	large := text + strings.Repeat("Una riga lunga del testo.\n", 3000)
	for _, do := range []string{"check", "preview", "insert", "mend 1 1 key_missing"} {
		if got := body(t, press(do, large)); got != large {
			t.Errorf("%s: %d bytes of %d", do, len(got), len(large))
		}
	}
}

// Two write the same file: what they changed in different places is joined, what they
// changed in the same place is chosen, and nothing is saved unseen.
func TestTwoTextsAreJoined(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	davide, teresa := s.SignIn("davide@example.org"), s.SignIn("teresa@example.org")
	fill(t, davide, open(t, davide, "/content"), "/content/drafts")
	first, second := open(t, davide, draftModule), open(t, teresa, draftModule)
	text := body(t, first)
	swap := func(text, old, with string) string {
		t.Helper()
		if strings.Count(text, old) != 1 {
			t.Fatalf("%q stands %d times", old, strings.Count(text, old))
		}
		return strings.Replace(text, old, with, 1)
	}
	const top, end = "- durata: 90 min", "La scheda ufficiale. Tu la mandi e non prometti niente."
	fill(t, davide, first, draftModule, "body", swap(text, top, "- durata: 80 min"), "do", "save")

	joined := send(t, teresa, second, draftModule, "body", swap(text, end, "La scheda ufficiale."), "do", "save")
	both := swap(swap(text, top, "- durata: 80 min"), end, "La scheda ufficiale.")
	if got := body(t, joined); got != both || joined.Status != http.StatusConflict {
		t.Errorf("joined, %d: %q", joined.Status, got)
	}
	has(t, joined, "Nel frattempo ha salvato Davide Colnaghi", "Avete cambiato righe diverse", "non è ancora salvato")
	if got := body(t, open(t, davide, draftModule)); got == both {
		t.Error("saved before anybody saw it")
	}
	has(t, fill(t, teresa, joined, draftModule, "do", "save"), "Salvato.")
	if got := body(t, open(t, davide, draftModule)); got != both {
		t.Errorf("saved after it was seen: %q", got)
	}

	first, second = open(t, davide, draftModule), open(t, teresa, draftModule)
	fill(t, davide, first, draftModule, "body", swap(both, "La scheda ufficiale.", "Sua.")+"\nIn fondo.\n", "do", "save")
	mine := swap(swap(both, "La scheda ufficiale.", "Mia."), "- durata: 80 min", "- durata: 70 min")
	late := send(t, teresa, second, draftModule, "body", mine, "do", "save")
	has(t, late, "Le stesse righe, cambiate in due", "Mia.", "Sua.", "Tieni la mia")
	if got := body(t, late); got != mine || late.Status != http.StatusConflict {
		t.Errorf("the same line, %d: %q", late.Status, got)
	}
	for _, choice := range [][2]string{{"mine", "Mia."}, {"theirs", "Sua."}, {"both", "Sua.\nMia."}} { // the last one is saved
		pick, want := choice[0], choice[1]
		chosen := send(t, teresa, late, draftModule, "pick.0", pick, "do", "merge")
		if got := body(t, chosen); got != swap(mine, "Mia.", want)+"\nIn fondo.\n" || chosen.Status != http.StatusOK {
			t.Errorf("%s, %d: %q", pick, chosen.Status, got)
		}
		has(t, chosen, "I due testi sono uniti")
		hasNot(t, chosen, "Le stesse righe")
		if pick == "both" {
			has(t, fill(t, teresa, chosen, draftModule, "do", "save"), "Salvato.")
		}
	}
	if got := body(t, open(t, davide, draftModule)); !strings.Contains(got, "Sua.\nMia.") || !strings.HasSuffix(got, "\nIn fondo.\n") || !strings.Contains(got, "- durata: 70 min") {
		t.Errorf("chosen and saved: %q", got)
	}
}

// A text that was published otherwise meanwhile is joined on its page, and until then
// the draft goes nowhere.
func TestAnOvertakenTextIsJoined(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	davide := s.SignIn("davide@example.org")
	fill(t, davide, open(t, davide, "/content"), "/content/drafts")
	const top, end = "- durata: 90 min", "La scheda ufficiale. Tu la mandi e non prometti niente."
	was := body(t, open(t, davide, draftModule))
	mine := strings.NewReplacer(top, "- durata: 80 min", end, "Mia.").Replace(was)
	fill(t, davide, open(t, davide, draftModule), draftModule, "body", mine, "do", "save")
	pack := apptest.Pack()
	module := pack["esempio/it/moduli/denaro.md"]
	module.Data = []byte(strings.NewReplacer(end, "Loro.").Replace(was) + "\nPubblicato.\n")
	if _, err := s.App.Publishing.Publish(t.Context(), s.Coordinator, s.Cmd(), app.Publication{Files: pack, Dir: "esempio/it", Impact: app.NoImpact, Note: "x"}); err != nil {
		t.Fatal(err)
	}
	has(t, fill(t, davide, open(t, davide, "/drafts/1"), "/drafts/1/rebase"), "Pubblicato diverso nel frattempo", "1 file è stato pubblicato diverso nel frattempo e va ancora unito")

	met := open(t, davide, draftModule)
	has(t, met, "Da quando hai cominciato, questo file è stato pubblicato diverso", "Le stesse righe, cambiate in due", "Mia.", "Loro.")
	if got := body(t, met); got != mine {
		t.Errorf("before anything was chosen: %q", got)
	}
	kept := fill(t, davide, met, draftModule, "body", mine+"\nAncora.\n", "do", "save") // the rest of the text can wait for the choice, the choice is not made by saving
	has(t, kept, "Salvato.", "Le stesse righe, cambiate in due")
	joined := send(t, davide, kept, draftModule, "pick.0", "both", "do", "join")
	got := body(t, joined)
	for _, want := range []string{"- durata: 80 min", "Loro.\nMia.", "\nPubblicato.\n", "\nAncora.\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("joined without %q: %q", want, got)
		}
	}
	has(t, joined, "I due testi sono uniti")
	hasNot(t, joined, "Le stesse righe")
	checked := send(t, davide, joined, draftModule, "do", "check") // another step does not forget that they are joined
	hasNot(t, checked, "Le stesse righe")
	has(t, fill(t, davide, checked, draftModule, "do", "save"), "Salvato.")
	hasNot(t, open(t, davide, draftModule), "pubblicato diverso")
	hasNot(t, open(t, davide, "/drafts/1"), "Pubblicato diverso", "va ancora unito")
}

// The page where trainers write, and no other, brings style sheets under a nonce.
func TestOnlyTheEditorHasAStyleNonce(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	davide := s.SignIn("davide@example.org")
	fill(t, davide, open(t, davide, "/content"), "/content/drafts")
	nonces := map[string]bool{}
	for _, address := range []string{draftModule, draftModule, draftModule + "/preview", "/drafts/1", "/content"} {
		policy := open(t, davide, address).Header.Get("Content-Security-Policy")
		_, rest, found := strings.Cut(policy, "style-src 'self' 'nonce-")
		nonce, _, _ := strings.Cut(rest, "'")
		if found != (address == draftModule) || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: %s", address, policy)
		}
		if found {
			nonces[nonce] = true
		}
	}
	if len(nonces) != 2 {
		t.Errorf("nonces %v", nonces)
	}
}
