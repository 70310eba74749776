package web_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"abilita/internal/people"
	"abilita/internal/web/webtest"
)

func TestTheBoard(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	s.Certified("Adele", "Tornaghi")
	emma := s.Ready("Emma", "Zanetti")
	s.Volunteer("=HYPERLINK", "Nicolò")
	teresa := s.SignIn("teresa@example.org")

	board := open(t, teresa, "/board")
	has(t, board, "Linea donazioni", "3 persone in questa vista", "Studia i moduli", "Può rispondere", "aspetta una firma", "92%", "6 di 6 fatti")
	var names []string
	names = append(names, board.Links("/people/")...)
	if names[0] != "/people/"+emma.Number {
		t.Errorf("who waits for us comes first, not %v", names)
	}
	yes := open(t, teresa, "/board?now=yes")
	has(t, yes, "Adele Tornaghi", "1 persona in questa vista")
	hasNot(t, yes, "Emma Zanetti")
	has(t, open(t, teresa, "/board?lacking=prova-finale"), "Nicolò")
	hasNot(t, open(t, teresa, "/board?lacking=prova-finale"), "Emma Zanetti")
	found := fill(t, teresa, board, "/board", "q", "nicolo")
	has(t, found, "Nicolò", "1 persona in questa vista")
	has(t, open(t, teresa, "/board?q=%25"), "Nessuno risponde a questi filtri")
	if p, err := teresa.Open("/board?now=perhaps"); err != nil || p.Status != 400 {
		t.Errorf("a view that is not there: %d", p.Status)
	}

	file, err := teresa.Open(board.Links("/board.csv")[0])
	if err != nil || file.Status != 200 {
		t.Fatalf("the export answers %d, %v", file.Status, err)
	}
	all := slices.Concat(sheet(t, file.Body, ';', 4)...)
	if !slices.Contains(all, "'=HYPERLINK") || slices.Contains(all, "=HYPERLINK") {
		t.Errorf("a name that begins a formula: %v", all)
	}
	if !slices.Contains(all, "sì") || !slices.Contains(all, "certificate_missing") && !strings.Contains(file.Body, "certificate_missing") {
		t.Errorf("answers in the file: %s", file.Body)
	}

	english := open(t, teresa, "/board")
	if _, err := teresa.Fill(english, "/language", "lang", "en"); err != nil {
		t.Fatal(err)
	}
	file, err = teresa.Open("/board.csv?line=donazioni")
	if err != nil {
		t.Fatal(err)
	}
	if rows := sheet(t, file.Body, ',', 4); rows[0][0] != "number" || !slices.Contains(slices.Concat(rows...), "'=HYPERLINK") {
		t.Errorf("the English file: %v", rows)
	}
	if _, err := teresa.Fill(open(t, teresa, "/board"), "/language", "lang", "it"); err != nil {
		t.Fatal(err)
	}

	person := open(t, teresa, "/people/"+emma.Number)
	has(t, person, "Emma Zanetti", "Aspetta una firma", "Modulo letto: Denaro, ricevute, mai la carta", "nel registro dal", "Manca il certificato per questa linea")
	before := fill(t, teresa, person, "/people/", "day", "2026-12-07", "time", "08:30")
	has(t, before, "non poteva rispondere")
	has(t, fillRefused(t, teresa, person, "/people/", "day", "2030-01-01", "time", "08:30"), "Il futuro non si conosce")

	line := open(t, teresa, "/lines/donazioni")
	has(t, line, "1 persona può rispondere in questo momento", "Adele Tornaghi", "Emma Zanetti", "segreteria", "lunedì 10:00–20:00")
	shut := fill(t, teresa, line, "/lines/donazioni/close")
	has(t, shut, "La linea è chiusa da adesso", "Nessuno può ancora rispondere")
	hasNot(t, open(t, teresa, "/board?now=yes"), "Adele Tornaghi")
	has(t, fill(t, teresa, shut, "/lines/donazioni/open"), "Adele Tornaghi")
}

// sheet reads a file as the spreadsheet of a country does.
func sheet(t *testing.T, body string, comma rune, n int) [][]string {
	t.Helper()
	text, marked := strings.CutPrefix(body, "\ufeff")
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = comma
	rows, err := r.ReadAll()
	if err != nil || len(rows) != n || !marked || len(rows[0]) < 5 {
		t.Fatalf("%d rows, %v, marked as UTF-8: %v: %s", len(rows), err, marked, body)
	}
	return rows
}

// A coordinator of another line sees nothing of this one, not even that it is
// there.
func TestTheBoardStaysInReach(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	emma := s.Certified("Emma", "Canarino")
	s.Staff("Olga", "Altrove", people.Grant{Role: people.Coordinator, Scope: people.Line, ID: s.Line + 1000})
	olga := s.SignIn("olga@example.org")
	for _, address := range []string{"/board?line=donazioni", "/board.csv?line=donazioni", "/lines/donazioni", "/people/" + emma.Number, "/signing/1", "/certificates/1", "/cohorts/1/sessions"} {
		p, err := olga.Open(address)
		if err != nil || p.Status != 404 || strings.Contains(p.Body, "Canarino") {
			t.Errorf("%s answers %d, %v", address, p.Status, err)
		}
	}
	for _, address := range []string{"/board", "/lines", "/signing", "/sessions"} {
		hasNot(t, open(t, olga, address), "Canarino", "Linea donazioni")
	}
	trainer := s.SignIn("davide@example.org")
	has(t, open(t, trainer, "/board"), "Emma Canarino")
	if p, err := trainer.Open("/board.csv"); err != nil || p.Status != 404 {
		t.Errorf("a trainer exports the board: %d, %v", p.Status, err)
	}
}
