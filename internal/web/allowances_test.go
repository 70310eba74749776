package web_test

import (
	"net/http"
	"testing"
	"time"

	"abilita/internal/app"
	"abilita/internal/web/webtest"
)

func TestMoreTimeAndOneMoreAttemptOnTheirPages(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	giulia := s.Examinee("Giulia", "Ferrandi")
	v, davide := s.SignIn("volontario1@example.org"), s.SignIn("davide@example.org")
	has(t, open(t, v, "/account"), "Tempo nelle prove", "Il tempo di tutti.", "Non devi dire perché.")
	has(t, open(t, v, "/quizzes/qz-finale"), "20 minuti, anche in due volte")
	file := "/people/" + giulia.Number
	page, stale := open(t, davide, file), open(t, davide, file)
	hasNot(t, page, "Un altro tentativo")
	if p := send(t, davide, page, file+"/time", "extra_time", "0"); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("nothing new: %d", p.Status)
	}
	has(t, fill(t, davide, page, file+"/time", "extra_time", "25"), "Tempo salvato.")
	has(t, send(t, davide, stale, file+"/time", "extra_time", "50"), "Nel frattempo") // the page still showed none
	has(t, open(t, v, "/account"), "25% in più.")
	hasNot(t, open(t, s.SignIn("nadia@example.org"), file), "Più tempo")
	intro := open(t, v, "/quizzes/qz-finale")
	has(t, intro, "25 minuti, anche in due volte", "Sono 20 minuti più 5 minuti per te")
	paper := fill(t, v, intro, "/quizzes/qz-finale/start")
	has(t, paper, "su 25 minuti", "fino alle 09:25")
	if err := s.App.Exams.HandIn(t.Context(), giulia, s.Cmd(), 1, app.Answered{}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s.Advance(73 * time.Hour)
		id, err := s.App.Exams.Start(t.Context(), giulia, s.Cmd(), "qz-finale")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.App.Exams.HandIn(t.Context(), giulia, s.Cmd(), id, app.Answered{}); err != nil {
			t.Fatal(err)
		}
	}
	s.Advance(73 * time.Hour)
	v, davide = s.SignIn("volontario1@example.org"), s.SignIn("davide@example.org")
	has(t, open(t, v, "/quizzes/qz-finale"), "I 3 tentativi sono usati")
	page, stale = open(t, davide, file), open(t, davide, file)
	has(t, page, "Un altro tentativo", "(3 tentativi fatti)")
	if p := send(t, davide, page, file+"/attempts", "plan", ""); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a plan: %d", p.Status)
	}
	card := send(t, davide, page, file+"/attempts", "plan", "Con la carta 4111 1111 1111 1111.")
	if card.Status != http.StatusUnprocessableEntity {
		t.Errorf("a card number in the plan: %d", card.Status)
	}
	has(t, fill(t, davide, page, file+"/attempts", "plan", "Rileggi il modulo con Davide."), "Tentativo concesso.")
	hasNot(t, open(t, davide, file), "Un altro tentativo")
	late := send(t, davide, stale, file+"/attempts", "plan", "Ancora.")
	if late.Status != http.StatusUnprocessableEntity {
		t.Errorf("a second grant: %d", late.Status)
	}
	has(t, late, "Ci sono ancora tentativi")
	intro = open(t, v, "/quizzes/qz-finale")
	has(t, intro, "Il piano per riprovare", "Rileggi il modulo con Davide.", "Davide Colnaghi", "al massimo 3, più uno concesso a te", "Ti resta un tentativo.")
	has(t, fill(t, v, intro, "/quizzes/qz-finale/start"), "su 25 minuti")
	var text string
	if err := s.DB.Read().GetContext(t.Context(), &text, `SELECT vals ->> 'Words' FROM letter WHERE kind = 'quiz_granted'`); err != nil || text != "Rileggi il modulo con Davide." {
		t.Errorf("the letter says %q, %v", text, err)
	}
}
