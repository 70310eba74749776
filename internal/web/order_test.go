package web_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"abilita/internal/app/apptest"
	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

// orderPack is the example pack with an exam of one question: four steps to put
// in order, half of the points for a part of it.
func orderPack() fstest.MapFS {
	pack := apptest.Pack()
	pack["esempio/it/quiz/finale.md"] = &fstest.MapFile{Data: []byte("# Quiz: passi in ordine\n- id: qz-finale\n- versione: 1.0\n- tipo: prova\n- soglia: 100%\n- tempo: 20 min\n- tentativi: 1\n\n" +
		"### Metti in ordine i passi della chiamata.\n`q1 · pagamenti · applicare`\n1. Primo\n1. Secondo\n1. Terzo\n1. Quarto\n")}
	return pack
}

// sit is a volunteer before the paper of orderPack.
func sit(t *testing.T) (*webtest.Site, *robot.Visitor, *robot.Page) {
	t.Helper()
	s := webtest.Serve(t, apptest.NewWith(t, orderPack()))
	s.Examinee("Giulia", "Ferrandi")
	v := s.SignIn("volontario1@example.org")
	return s, v, fill(t, v, open(t, v, "/quizzes/qz-finale"), "/quizzes/qz-finale/start")
}

// steps are the steps in the order in which the page shows them, with the names
// of their fields and the places that these hold.
func steps(t *testing.T, p *robot.Page) (texts, fields, places []string) {
	t.Helper()
	f, err := p.Form(p.URL.Path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range f.Groups()[0].Controls {
		if strings.HasPrefix(c.Name, "q.") {
			texts, fields, places = append(texts, c.Label), append(fields, c.Name), append(places, f.Values.Get(c.Name))
		}
	}
	return texts, fields, places
}

// handIn goes through the last look and hands in; every field stays as it is.
func handIn(t *testing.T, s *webtest.Site, v *robot.Visitor, path string) *robot.Page {
	t.Helper()
	f, err := open(t, v, path+"?review=1").Form(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Action = s.URL + path + "/submit"
	p, err := v.Send(f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheOrderThatIsShownIsTheAnswer(t *testing.T) {
	t.Parallel()
	s, v, paper := sit(t)
	texts, _, places := steps(t, paper)
	if slices.Equal(texts, []string{"Primo", "Secondo", "Terzo", "Quarto"}) || !slices.Equal(places, []string{"1", "2", "3", "4"}) {
		t.Errorf("shown %v in places %v", texts, places)
	}
	has(t, paper, "0 di 1 risposte", "Vale l’ordine che si vede quando consegni.")
	result := handIn(t, s, v, paper.URL.Path)
	var want []string
	for i, text := range texts {
		want = append(want, strconv.Itoa(i+1)+". "+text)
	}
	has(t, result, "La tua risposta "+strings.Join(want, " "), "sbagliata")
	hasNot(t, result, "senza risposta")
}

func TestOneStepThatMovesLetsTheOthersCloseUp(t *testing.T) {
	t.Parallel()
	s, v, paper := sit(t)
	texts, fields, _ := steps(t, paper)
	path := paper.URL.Path
	// The right order by moving one step at a time to its place, as without script.
	for to, text := range []string{"Primo", "Secondo", "Terzo", "Quarto"} {
		at := slices.Index(texts, text)
		if at == to {
			continue
		}
		saved := fill(t, v, open(t, v, path), path, fields[slices.Index(mustSteps(t, paper), text)], strconv.Itoa(to+1))
		moved := slices.Insert(slices.Delete(slices.Clone(texts), at, at+1), to, text)
		got := inPlaces(t, saved)
		if !slices.Equal(got, moved) {
			t.Fatalf("%q moved from %d to %d of %v: %v", text, at+1, to+1, texts, got)
		}
		texts = got
		has(t, saved, "1 di 1 risposte")
	}
	if result := handIn(t, s, v, path); result.Heading() != "Ce l’hai fatta" {
		t.Errorf("the right order: %s", result.Text())
	}
}

func mustSteps(t *testing.T, p *robot.Page) []string {
	t.Helper()
	texts, _, _ := steps(t, p)
	return texts
}

// inPlaces are the steps in the order of the places that their fields hold.
func inPlaces(t *testing.T, p *robot.Page) []string {
	t.Helper()
	texts, _, places := steps(t, p)
	out := make([]string, len(texts))
	for i, place := range places {
		n, err := strconv.Atoi(place)
		if err != nil || n < 1 || n > len(out) || out[n-1] != "" {
			t.Fatalf("places %v", places)
		}
		out[n-1] = texts[i]
	}
	return out
}

// A page on another device that nobody touched does not undo an order.
func TestAnUntouchedPageDoesNotUndoAnOrder(t *testing.T) {
	t.Parallel()
	_, v, paper := sit(t)
	path := paper.URL.Path
	phone, desk, late := open(t, v, path), open(t, v, path), open(t, v, path)
	texts, fields, _ := steps(t, paper)
	fill(t, v, phone, path)
	fill(t, v, desk, path, fields[3], "1")
	fill(t, v, late, path)
	want := []string{texts[3], texts[0], texts[1], texts[2]}
	if got := inPlaces(t, open(t, v, path)); !slices.Equal(got, want) {
		t.Errorf("the order is %v, want %v", got, want)
	}
}
