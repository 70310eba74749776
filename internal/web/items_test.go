package web_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"abilita/internal/web/webtest"
)

// A trainer finds a question by its words, retires it with a reason, has the draft
// published and puts it back; nobody uses script.
func TestItemsAreFoundAndRetiredOnPages(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	davide, bruno, teresa, nadia := s.SignIn("davide@example.org"), s.SignIn("bruno@example.org"), s.SignIn("teresa@example.org"), s.SignIn("nadia@example.org")

	link, err := open(t, davide, "/content").Link("Cerca nella banca delle domande")
	if err != nil {
		t.Fatal(err)
	}
	bank := open(t, davide, link)
	has(t, bank, "Banca delle domande", "9 domande", "q7 · Denaro, ricevute, mai la carta · applicare · un numero")
	hours := open(t, davide, "/items?q=ogni+settimana")
	has(t, hours, "1 domanda", "La linea è aperta ogni giorno dalle 10 alle 20.")
	has(t, open(t, davide, "/items?q=parolachenonce"), "Nessuna domanda corrisponde", "Singolare e plurale")
	has(t, open(t, davide, "/items?critical=yes&level=apply&q=&module=&type=&state=&programme=&bank="), "1 domanda", "q1 ·")
	for _, bad := range []string{"/items?after=x", "/items?altro=1", "/items?q=a&q=b"} {
		if p, err := davide.Open(bad); err != nil || p.Status != http.StatusBadRequest && p.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %v %d", bad, err, p.Status)
		}
	}

	link, err = hours.Link("La linea è aperta ogni giorno dalle 10 alle 20. Quante ore alla settimana?")
	if err != nil {
		t.Fatal(err)
	}
	link = link[strings.Index(link, "/items/"):]
	item := open(t, davide, link)
	has(t, item, "70 ± 0", "Dieci ore per sette giorni.", "In ogni prova ci sono 6 domande di questo modulo, pescate tra 9 in uso.", "Di questo livello è il 50% della prova.", "Serve per: Supera la prova finale, Rispondi alle domande", "Nessuno ha ancora risposto", "Aggiunta")
	reader := open(t, nadia, link) // an evaluator sees it all and changes nothing
	has(t, reader, "70 ± 0")
	for _, action := range []string{link + "/retire", link + "/edit"} {
		if _, err := reader.Form(action); err == nil {
			t.Errorf("an evaluator is offered %s", action)
		}
	}
	refused := send(t, davide, item, link+"/retire", "reason", "<b>vecchia</b>")
	has(t, refused, "Scrivi il motivo su una riga")
	if f, err := refused.Form(link + "/retire"); refused.Status != http.StatusUnprocessableEntity || err != nil || f.Values.Get("reason") != "<b>vecchia</b>" {
		t.Errorf("a reason with HTML: %d %v", refused.Status, err)
	}
	draft := fill(t, davide, refused, link+"/retire", "reason", "gli orari sono cambiati")
	has(t, draft, "Nella bozza la domanda è ritirata", "Bozza aperta")
	item = open(t, davide, link)
	has(t, item, "In uso", "Nella bozza è ritirata. Esce dalle prove quando la bozza è pubblicata.")
	edit, err := item.Link("Modifica")
	if err != nil {
		t.Fatal(err)
	}
	path, anchor, _ := strings.Cut(edit[strings.Index(edit, "/drafts/"):], "#L")
	text := open(t, davide, path)
	f, err := text.Form(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(f.Values.Get("body"), "\n")
	at := 0
	for i, l := range lines {
		if strings.HasPrefix(l, "### La linea è aperta") && strings.TrimSpace(lines[i+2]) == "- ritirata: gli orari sono cambiati" {
			at = i + 1
		}
	}
	if at == 0 || anchor != strconv.Itoa(at) {
		t.Errorf("the editor opens at line %s, the item is at %d", anchor, at)
	}
	fill(t, davide, open(t, davide, "/drafts/1"), "/drafts/1/ask")
	has(t, open(t, davide, link), "La bozza di questo programma è in rilettura o approvata")
	fill(t, bruno, open(t, bruno, "/drafts/1"), "/drafts/1/approve")
	plan := send(t, teresa, open(t, teresa, "/drafts/1/publish"), "/drafts/1/publish", "impact", "none", "note", "x", "do", "look")
	fill(t, teresa, plan, "/drafts/1/publish", "do", "publish")

	item = open(t, davide, link)
	has(t, item, "Non esce più nelle prove: gli orari sono cambiati", "Ritirata", "tra 8 in uso", "aggiunta - ritirata: gli orari sono cambiati")
	has(t, open(t, davide, "/items?state=retired"), "1 domanda", "q7 ·")
	has(t, fill(t, davide, item, link+"/restore"), "Nella bozza la domanda è di nuovo in uso.")

	// Edit leads to the line of the item in a draft that it opens.
	fill(t, davide, open(t, davide, "/drafts/2"), "/drafts/2/discard")
	editor := fill(t, davide, open(t, davide, link), link+"/edit")
	has(t, editor, "La bozza è aperta.", "quiz/banca.md")
	if editor.URL.Path != "/drafts/3/files/quiz~banca.md" {
		t.Errorf("leads to %s", editor.URL)
	}
}

// What the figures say stands in words; below ten people it says why there are none.
func TestFiguresOfAnItemAreToldInWords(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	s.Sat(slices.Concat(slices.Repeat([]string{"0 right"}, 15), slices.Repeat([]string{"1 wrong"}, 10), slices.Repeat([]string{"0 wrong"}, 5)))
	nadia := s.SignIn("nadia@example.org")
	page := open(t, nadia, "/items/1")
	has(t, page, "in 30 prove, a 30 persone", "33% (10 persone)", "−0,71: chi va meglio nel resto della prova qui sbaglia di più")
	has(t, page, "La chiave può essere sbagliata", "La risposta più scelta è sbagliata: «Lo scrivo, lo uso per il pagamento e poi lo cancello»", "Nessuno o quasi sceglie «Aspetto che finisca, per educazione»", "Giusta: La interrompo con gentilezza, non ripeto e non scrivo 10 33%")
	has(t, open(t, nadia, "/items/7"), "50% (15 persone)")
	few := webtest.Start(t)
	few.Sat(slices.Repeat([]string{"1 right"}, 9))
	has(t, open(t, few.SignIn("nadia@example.org"), "/items/1"), "Finora hanno risposto 9 persone. Le cifre si leggono da 10 in su")
}
