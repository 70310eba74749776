package site_test

import (
	"fmt"
	"strings"
)

// solution is how a question is answered: the words of what to touch, of the
// rows in their order, of the pairs, or what to type.
type solution struct {
	touch []string
	order []string
	pairs [][2]string
	words string
	best  string
	worst string
}

// solutions are those of the nine questions of the bank, by a piece of the
// question.
var solutions = map[string]solution{
	"comincia a dettare":        {touch: []string{"La interrompo con gentilezza, non ripeto e non scrivo"}},
	"offre generi alimentari":   {touch: []string{"Prodotto, quantità e scadenza", "Stato delle confezioni", "Luogo e referente"}},
	"risparmia di sicuro":       {touch: []string{"Falso"}},
	"Metti in ordine":           {order: []string{"Mi presento e dico che resto in linea", "Ascolto e riprendo le sue parole", "Chiedo apertamente se pensa di farsi del male", "Chiamo la responsabile senza lasciarla", "Registro l'esito e faccio il debriefing"}},
	"Abbina chi chiama":         {pairs: [][2]string{{"Privato che vuole donare", "collegamento sicuro, bonifico o bollettino"}, {"Azienda con merce", "scheda beni e richiamata dell'ufficio"}, {"Giornalista", "ufficio stampa, nessuna dichiarazione"}}},
	"parte dalle ore":           {words: "24"},
	"Quante ore alla settimana": {words: "70"},
	"Cinquanta euro sono pochi": {words: "Cinquanta euro contano: lei sceglie a che cosa servono."},
	"Scegli la frase migliore":  {best: "«Sono qui. Sta pensando di farsi del male?»", worst: "«Su, domani è un altro giorno. Voleva donare?»"},
}

// marked finds a control of a question by the words beside it, and gives it a
// mark by which a finger finds it again.
const marked = `((id, kind, words, mark) => {
  const plain = (s) => s.replace(/[’']/g, "'").replace(/\s+/g, " ").trim();
  for (const e of document.getElementById(id).querySelectorAll(kind)) {
    const label = e.closest("label") ?? document.querySelector('label[for="' + e.id + '"]');
    if (label && (plain(label.textContent) === plain(words) || plain(label.textContent).endsWith(": " + plain(words)))) { e.dataset.mark = mark; return true; }
  }
  return false;
})(%s, %s, %s, %s)`

func (h *hand) mark(id, kind, words string) (css string) {
	h.t.Helper()
	h.marks++
	name := fmt.Sprint(h.marks)
	if !read[bool](h, fmt.Sprintf(marked, quoted(id), quoted(kind), quoted(words), quoted(name))) {
		h.t.Fatalf("%s at %s: question %s offers no %s %q: %s", h.name, h.path(), id, kind, words, h.text())
	}
	return `[data-mark="` + name + `"]`
}

// exam sits the exam and hands it in; the open answer then waits for a reader.
func (p *path) exam() {
	g := p.giulia
	g.press(`nav a[href="/quizzes"]`)
	g.follow("/quizzes/qz-finale")
	g.press(`form[action="/quizzes/qz-finale/start"] button.go`)
	for part, s := range solutions {
		id := read[string](g, `[...document.querySelectorAll("fieldset.q")].find((f) => f.textContent.includes(`+quoted(part)+`))?.id ?? ""`)
		if id == "" {
			p.t.Fatalf("no question %q: %s", part, g.text())
		}
		for _, words := range s.touch {
			g.pick(g.mark(id, "input", words))
		}
		for _, pair := range s.pairs {
			g.turn(g.mark(id, "select", pair[0]), pair[1])
		}
		if s.words != "" {
			g.writeIn(`#`+id+` :is(input[type="text"], textarea)`, s.words)
		}
		if s.best != "" {
			g.pick(g.mark(id, `input[name$=".best"]`, s.best))
			g.pick(g.mark(id, `input[name$=".worst"]`, s.worst))
		}
		g.arrange(id, s.order)
	}
	g.press(`button[name="do"][value="review"]`)
	g.press(`button[name="do"][value="submit"]`)
	if !strings.HasSuffix(g.path(), "/result") || g.has(`main section.panel.stop`) {
		p.t.Fatalf("the exam is not handed in: %s", g.text())
	}
}

// arrange puts rows in order: with the buttons that script brings, else with the
// lists of places.
func (h *hand) arrange(id string, order []string) {
	h.t.Helper()
	for i, words := range order {
		css := h.mark(id, "select", words)
		if !h.script {
			h.turn(css, fmt.Sprint(i+1))
			continue
		}
		for range len(order) {
			at := read[int](h, `((e) => [...e.parentElement.children].indexOf(e))(document.querySelector(`+quoted(css)+`).closest("li"))`)
			if at == i {
				break
			}
			h.must(h.run(h.tap(`li:has(` + css + `) .sq:first-child`)))
		}
	}
}
