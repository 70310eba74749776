package catalogue_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"abilita/course/catalogue"
)

func card(state catalogue.State) catalogue.Card {
	return catalogue.Card{State: state, Name: "Spesa a casa", Owner: "Orto Lungo", What: "Porta la spesa a casa.", Access: "entro le 18 del giorno prima", Price: "5 euro"}
}

// What the desk's course asks: a new service is read and confirmed, a changed price
// or access is a micro-module, a closed one is told at once.
func TestPropose(t *testing.T) {
	t.Parallel()
	with := func(state catalogue.State, change func(*catalogue.Card)) catalogue.Card {
		c := card(state)
		change(&c)
		return c
	}
	none := func(*catalogue.Card) {}
	for name, c := range map[string]struct {
		before, after catalogue.Card
		want          catalogue.Impact
	}{
		"new and active":             {catalogue.Card{}, card(catalogue.Active), catalogue.Confirm},
		"new and proposed":           {catalogue.Card{}, card(catalogue.Proposed), catalogue.None},
		"prepared, now open":         {card(catalogue.Preparing), card(catalogue.Active), catalogue.Confirm},
		"an idea reworded":           {card(catalogue.Proposed), with(catalogue.Proposed, func(c *catalogue.Card) { c.Price = "6 euro" }), catalogue.None},
		"an idea dropped":            {card(catalogue.Proposed), card(catalogue.Closed), catalogue.None},
		"another price":              {card(catalogue.Active), with(catalogue.Active, func(c *catalogue.Card) { c.Price = "6 euro" }), catalogue.Micro},
		"another way in":             {card(catalogue.Active), with(catalogue.Active, func(c *catalogue.Card) { c.Access = "per telefono" }), catalogue.Micro},
		"another thing":              {card(catalogue.Active), with(catalogue.Active, func(c *catalogue.Card) { c.What = "Cucina." }), catalogue.Confirm},
		"better words":               {card(catalogue.Active), with(catalogue.Active, func(c *catalogue.Card) { c.Say = "«Arriva domani.»" }), catalogue.Notice},
		"under revision":             {card(catalogue.Active), card(catalogue.Revising), catalogue.Notice},
		"back from revision":         {card(catalogue.Revising), card(catalogue.Active), catalogue.Confirm},
		"back with another price":    {card(catalogue.Revising), with(catalogue.Active, func(c *catalogue.Card) { c.Price = "6 euro" }), catalogue.Micro},
		"closed":                     {card(catalogue.Active), card(catalogue.Closed), catalogue.Notice},
		"closed while under revised": {card(catalogue.Revising), card(catalogue.Closed), catalogue.Notice},
		"the same":                   {card(catalogue.Active), with(catalogue.Active, none), catalogue.None},
	} {
		if got := catalogue.Propose(c.before, c.after); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Every state is reached, nothing that closed comes back without being prepared,
// and only what is written as a way may be gone.
func TestLife(t *testing.T) {
	t.Parallel()
	ways := [][2]catalogue.State{
		{"", "proposed"},
		{"", "preparing"},
		{"", "active"},
		{"proposed", "preparing"},
		{"proposed", "active"},
		{"proposed", "closed"},
		{"preparing", "proposed"},
		{"preparing", "active"},
		{"preparing", "closed"},
		{"active", "revising"},
		{"active", "closed"},
		{"revising", "active"},
		{"revising", "closed"},
		{"closed", "preparing"},
	}
	for _, from := range append([]catalogue.State{""}, catalogue.States...) {
		for _, to := range catalogue.States {
			want := from == to || slices.Contains(ways, [2]catalogue.State{from, to})
			if got := catalogue.May(from, to); got != want {
				t.Errorf("from %q to %q: %v", from, to, got)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	q := catalogue.Question{Text: "Quanto costa?", Right: "6 euro", Wrong: []string{"5 euro"}}
	dearer := card(catalogue.Active)
	dearer.Price = "6 euro"
	for name, c := range map[string]struct {
		before, after catalogue.Card
		impact        catalogue.Impact
		q             catalogue.Question
		want          []catalogue.Problem
	}{
		"fine":                  {card(catalogue.Active), dearer, catalogue.Micro, q, nil},
		"nothing changed":       {card(catalogue.Active), card(catalogue.Active), catalogue.None, catalogue.Question{}, []catalogue.Problem{{"state", catalogue.Same}}},
		"no question":           {card(catalogue.Active), dearer, catalogue.Micro, catalogue.Question{}, []catalogue.Problem{{"question", catalogue.Needed}, {"right", catalogue.Needed}, {"wrong", catalogue.Needed}}},
		"two answers alike":     {card(catalogue.Active), dearer, catalogue.Micro, catalogue.Question{Text: "?", Right: "sì", Wrong: []string{"Sì"}}, []catalogue.Problem{{"wrong", catalogue.SameAnswer}}},
		"closed comes back":     {card(catalogue.Closed), card(catalogue.Active), catalogue.Confirm, catalogue.Question{}, []catalogue.Problem{{"state", catalogue.WrongState}}},
		"open without a way in": {catalogue.Card{}, catalogue.Card{State: catalogue.Active, Name: "x", What: "y"}, catalogue.Confirm, catalogue.Question{}, []catalogue.Problem{{"access", catalogue.Needed}}},
		"empty":                 {catalogue.Card{}, catalogue.Card{State: catalogue.Proposed}, "", catalogue.Question{}, []catalogue.Problem{{"name", catalogue.Needed}, {"what", catalogue.Needed}, {"impact", catalogue.Needed}}},
	} {
		if got := catalogue.Check(c.before, c.after, c.impact, c.q); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Whoever reads a question sees all of its answers, always in the same order, and
// the right one is where it is said to be; not everybody sees one order.
func TestOptions(t *testing.T) {
	t.Parallel()
	q := catalogue.Question{Text: "Quanto costa?", Right: "a", Wrong: []string{"b", "c", "d"}}
	places := map[int]int{}
	r := rand.New(rand.NewPCG(7, 11))
	for range 400 {
		person, change := r.Int64(), r.Int64()
		list, right := q.Options(person, change)
		again, _ := q.Options(person, change)
		if !slices.Equal(list, again) || list[right] != "a" {
			t.Fatalf("%v then %v, right %d", list, again, right)
		}
		places[right]++
		slices.Sort(list)
		if !slices.Equal(list, []string{"a", "b", "c", "d"}) {
			t.Fatalf("lost an answer: %v", list)
		}
	}
	for i := range 4 {
		if places[i] < 50 {
			t.Errorf("the right answer stands %d times of 400 at place %d", places[i], i)
		}
	}
}

// A deadline is 24:00 in the zone, on the nights when the clock changes too.
func TestDeadline(t *testing.T) {
	t.Parallel()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		by    string
		usual int
		now   string
		want  string
		code  string
	}{
		{"2026-10-24", 0, "2026-10-01T10:00:00Z", "2026-10-24T22:00:00Z", ""}, // the night before the clock goes back
		{"2026-10-25", 0, "2026-10-01T10:00:00Z", "2026-10-25T23:00:00Z", ""},
		{"2027-03-27", 0, "2027-03-01T10:00:00Z", "2027-03-27T23:00:00Z", ""},
		{"2027-03-28", 0, "2027-03-01T10:00:00Z", "2027-03-28T22:00:00Z", ""},
		{"", 7, "2026-10-20T22:30:00Z", "2026-10-28T23:00:00Z", ""}, // in Rome it is the 21st already
		{"", 0, "2026-10-20T10:00:00Z", "", catalogue.NeedsDay},
		{"domani", 7, "2026-10-20T10:00:00Z", "", catalogue.NeedsDay},
		{"2026-10-19", 0, "2026-10-20T10:00:00Z", "2026-10-19T22:00:00Z", catalogue.PastDay},
	} {
		got, code := catalogue.Deadline(c.by, c.usual, at(c.now), rome)
		if code != c.code || c.want != "" && !got.Equal(at(c.want)) {
			t.Errorf("%+v: %s %q", c, got, code)
		}
	}
}
