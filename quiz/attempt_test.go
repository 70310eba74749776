package quiz_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"abilita/quiz"
)

var nine = time.Date(2027, 1, 20, 9, 0, 0, 0, time.UTC)

func opened(t *testing.T, limit time.Duration, list ...quiz.Item) quiz.Attempt {
	t.Helper()
	return quiz.Start(quiz.Exam{Limit: limit}, paperOf(t, 1, 80, list...), 0, nine)
}

func TestAttemptIsSavedUntilItsDeadline(t *testing.T) {
	t.Parallel()
	a := opened(t, 20*time.Minute, items[quiz.One])
	q := quiz.View(a.Paper).Questions[0]
	right := answer(q, answered{chosen: []string{"b"}})
	last := nine.Add(20*time.Minute - time.Nanosecond)
	a, err := a.Save(q.ID, right, last)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Save(q.ID, quiz.Answer{}, nine.Add(20*time.Minute)); !errors.Is(err, quiz.ErrTimeOver) {
		t.Errorf("at the deadline: %v", err)
	}
	if _, err := a.Save("other", right, nine); !errors.Is(err, quiz.ErrUnknownQuestion) {
		t.Errorf("unknown question: %v", err)
	}
	if _, err := a.Save(q.ID, quiz.Answer{Text: string(make([]byte, 4001))}, nine); !errors.Is(err, quiz.ErrAnswerTooLong) {
		t.Errorf("long answer: %v", err)
	}
	done, err := a.Finish(nine.Add(time.Hour))
	if err != nil || done.State != quiz.Passed || !done.TimedOut || !done.SubmittedAt.Equal(nine.Add(20*time.Minute)) {
		t.Errorf("%v %+v", err, done)
	}
	if _, err := done.Save(q.ID, right, nine); !errors.Is(err, quiz.ErrAttemptClosed) {
		t.Errorf("after the end: %v", err)
	}
	if _, err := done.Submit(nine); !errors.Is(err, quiz.ErrAttemptClosed) {
		t.Errorf("submitted twice: %v", err)
	}
	if a.State != quiz.Opened || a.Answers[q.ID].Chosen[0] != right.Chosen[0] {
		t.Error("the earlier value changed")
	}
}

func TestExtraTime(t *testing.T) {
	t.Parallel()
	a := quiz.Start(quiz.Exam{Limit: 20 * time.Minute}, paperOf(t, 1, 80, items[quiz.One]), 5*time.Minute, nine)
	if a.Late(nine.Add(24*time.Minute)) || !a.Late(nine.Add(25*time.Minute)) {
		t.Error("five minutes more were granted")
	}
	if quiz.Start(quiz.Exam{}, a.Paper, 0, nine).Late(nine.Add(1000 * time.Hour)) {
		t.Error("without a limit nothing is late")
	}
}

func TestAttemptStates(t *testing.T) {
	t.Parallel()
	a := opened(t, 0, items[quiz.Open])
	q := quiz.View(a.Paper).Questions[0]
	a, _ = a.Save(q.ID, quiz.Answer{Text: "sì"}, nine)
	sub, err := a.Finish(nine)
	if err != nil || sub.State != quiz.Submitted {
		t.Fatalf("%v %v", sub.State, err)
	}
	if _, err := sub.Settle(); !errors.Is(err, quiz.ErrWaitsForMarks) {
		t.Errorf("settled while waiting: %v", err)
	}
	if _, err := a.Mark(q.ID, 3); !errors.Is(err, quiz.ErrWrongState) {
		t.Errorf("marked while open: %v", err)
	}
	if _, err := sub.Decide(); !errors.Is(err, quiz.ErrWrongState) {
		t.Errorf("decided before marked: %v", err)
	}
	for level, want := range map[int]quiz.State{3: quiz.Passed, 2: quiz.Failed} {
		m, err := sub.Mark(q.ID, level)
		if err != nil {
			t.Fatal(err)
		}
		if m, err = m.Settle(); err != nil || m.State != quiz.Marked {
			t.Fatalf("%v %v", m.State, err)
		}
		if m, err = m.Decide(); err != nil || m.State != want {
			t.Errorf("level %d: %v %v", level, m.State, err)
		}
	}
	for _, bad := range [][2]string{{"", "x"}, {"Ines", "  "}} {
		if _, err := sub.Annul(bad[0], bad[1]); !errors.Is(err, quiz.ErrNoReason) {
			t.Errorf("annulled without name or reason: %v", err)
		}
	}
	gone, err := sub.Annul("Ines", "caduta la linea")
	if err != nil || gone.State != quiz.Annulled {
		t.Fatal(err)
	}
	if _, err := gone.Annul("Ines", "di nuovo"); !errors.Is(err, quiz.ErrWrongState) {
		t.Errorf("annulled twice: %v", err)
	}
	if _, err := gone.Submit(nine); !errors.Is(err, quiz.ErrAttemptClosed) {
		t.Errorf("submitted after annulling: %v", err)
	}
}

func TestMayOpen(t *testing.T) {
	t.Parallel()
	rules := quiz.Rules{Attempts: 3, Waits: quiz.DefaultWaits()}
	failed := func(hoursAgo int) quiz.Past {
		return quiz.Past{State: quiz.Failed, SubmittedAt: nine.Add(-time.Duration(hoursAgo) * time.Hour)}
	}
	in := func(hours int) time.Time { return nine.Add(time.Duration(hours) * time.Hour) }
	four := rules
	four.Extra = 1
	for name, tc := range map[string]struct {
		rules   quiz.Rules
		history []quiz.Past
		want    error
		left    int
		next    time.Time
	}{
		"first":                   {rules, nil, nil, 3, nine},
		"a day after the first":   {rules, []quiz.Past{failed(24)}, nil, 2, nine},
		"an hour too early":       {rules, []quiz.Past{failed(23)}, quiz.ErrTooEarly, 2, in(1)},
		"second wait is longer":   {rules, []quiz.Past{failed(100), failed(24)}, quiz.ErrTooEarly, 1, in(48)},
		"second wait is over":     {rules, []quiz.Past{failed(100), failed(72)}, nil, 1, nine},
		"three are enough":        {rules, []quiz.Past{failed(300), failed(200), failed(100)}, quiz.ErrNoAttemptsLeft, 0, time.Time{}},
		"one more was granted":    {four, []quiz.Past{failed(300), failed(200), failed(100)}, nil, 1, nine},
		"the last wait repeats":   {four, []quiz.Past{failed(300), failed(200), failed(70)}, quiz.ErrTooEarly, 1, in(2)},
		"annulled does not count": {rules, []quiz.Past{{State: quiz.Annulled, SubmittedAt: nine}, failed(24)}, nil, 2, nine},
		"one is open":             {rules, []quiz.Past{{State: quiz.Opened}}, quiz.ErrAttemptOpen, 2, time.Time{}},
		"one waits for marks":     {rules, []quiz.Past{{State: quiz.Submitted, SubmittedAt: in(-100)}}, quiz.ErrAttemptWaits, 2, time.Time{}},
		"already passed":          {rules, []quiz.Past{failed(100), {State: quiz.Passed, SubmittedAt: in(-50)}}, quiz.ErrAlreadyPassed, 1, time.Time{}},
		"no waits":                {quiz.Rules{Attempts: 2}, []quiz.Past{failed(0)}, nil, 1, nine},
		"no rules refuse":         {quiz.Rules{}, nil, quiz.ErrNoAttemptsLeft, 0, time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quiz.MayOpen(tc.history, tc.rules, nine)
			if !errors.Is(o.Err(), tc.want) || o.Allowed() != (tc.want == nil) || o.Left != tc.left || !o.Next.Equal(tc.next) {
				t.Errorf("%+v, want %v, left %d, next %v", o, tc.want, tc.left, tc.next)
			}
		})
	}
	if (quiz.Opening{}).Allowed() || (quiz.Opening{}).Err() == nil {
		t.Error("the zero Opening allows")
	}
}

func TestOneMoreAttemptIsGrantedWhenNoneIsLeft(t *testing.T) {
	t.Parallel()
	three := quiz.Rules{Attempts: 3}
	for name, tc := range map[string]struct {
		history []quiz.State
		rules   quiz.Rules
		want    error
	}{
		"nothing tried":                {nil, three, quiz.ErrAttemptsLeft},
		"two of three failed":          {[]quiz.State{quiz.Failed, quiz.Failed}, three, quiz.ErrAttemptsLeft},
		"all failed":                   {[]quiz.State{quiz.Failed, quiz.Failed, quiz.Failed}, three, nil},
		"one of three was annulled":    {[]quiz.State{quiz.Failed, quiz.Annulled, quiz.Failed}, three, quiz.ErrAttemptsLeft},
		"the last is open":             {[]quiz.State{quiz.Failed, quiz.Failed, quiz.Opened}, three, quiz.ErrAttemptOpen},
		"the last waits for marks":     {[]quiz.State{quiz.Failed, quiz.Failed, quiz.Submitted}, three, quiz.ErrAttemptWaits},
		"the last is marked":           {[]quiz.State{quiz.Failed, quiz.Failed, quiz.Marked}, three, quiz.ErrAttemptWaits},
		"passed at last":               {[]quiz.State{quiz.Failed, quiz.Failed, quiz.Passed}, three, quiz.ErrAlreadyPassed},
		"one was granted and not used": {[]quiz.State{quiz.Failed, quiz.Failed, quiz.Failed}, quiz.Rules{Attempts: 3, Extra: 1}, quiz.ErrAttemptsLeft},
		"one was granted and failed":   {[]quiz.State{quiz.Failed, quiz.Failed, quiz.Failed, quiz.Failed}, quiz.Rules{Attempts: 3, Extra: 1}, nil},
	} {
		var history []quiz.Past
		for _, s := range tc.history {
			history = append(history, quiz.Past{State: s, SubmittedAt: nine})
		}
		if err := quiz.MayGrant(history, tc.rules); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
}

// At the instant it names, and not before, the next attempt may be opened.
func TestNextIsTheFirstInstant(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rules := quiz.Rules{Attempts: rapid.IntRange(0, 5).Draw(t, "attempts"), Waits: []time.Duration{24 * time.Hour, 72 * time.Hour}}
		var history []quiz.Past
		at := nine
		for range rapid.IntRange(0, 5).Draw(t, "past") {
			at = at.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "gap")) * time.Hour)
			history = append(history, quiz.Past{State: quiz.Failed, SubmittedAt: at})
		}
		o := quiz.MayOpen(history, rules, at)
		if o.Next.IsZero() {
			if len(history) < rules.Attempts {
				t.Fatalf("no next with attempts left: %+v", o)
			}
			return
		}
		if !quiz.MayOpen(history, rules, o.Next).Allowed() || len(history) > 0 && quiz.MayOpen(history, rules, o.Next.Add(-1)).Allowed() {
			t.Fatalf("%+v", o)
		}
	})
}

func TestDecimals(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"70": "70", "1,5": "1.5", "1.5": "1.5", "-0,25": "-0.25", "+3": "3", "0.000001": "0.000001", "1.234,5": "1234.5", "1,234.5": "1234.5",
		"12 000": "12000", "1.000.000": "1000000", "1.000": "1", "−2": "-2",
		"": "", "abc": "", ",5": "", "1.2.3": "", "1,0000001": "", "--1": "", "1e3": "", "9999999999999": "",
	} {
		got := ""
		if d, ok := quiz.ParseDecimal(in); ok {
			got = d.String()
		}
		if got != want {
			t.Errorf("ParseDecimal(%q) = %q, want %q", in, got, want)
		}
	}
	p := paperOf(t, 1, 100, quiz.Item{ID: "n", Type: quiz.Number, Points: 100, Value: 1000_000_000})
	q := quiz.View(p).Questions[0]
	for _, text := range []string{"1000", "1.000", "1,000", "1'000", "1.000,00"} {
		if !quiz.Grade(p, quiz.Answers{q.ID: {Text: text}}).Passed {
			t.Errorf("%q is a thousand", text)
		}
	}
}

func FuzzGrade(f *testing.F) {
	f.Add("b", "70", "perché", uint64(1))
	var list []quiz.Item
	for _, typ := range quiz.Types {
		list = append(list, items[typ])
	}
	f.Fuzz(func(t *testing.T, chosen, text, gap string, seed uint64) {
		p := paperOf(t, seed, 80, list...)
		answers := quiz.Answers{}
		for _, q := range quiz.View(p).Questions {
			answers[q.ID] = quiz.Answer{Chosen: []string{chosen, text}, Text: text, Gaps: []string{gap, chosen}, Best: chosen, Worst: gap, Pairs: map[string]string{chosen: text}}
		}
		r := quiz.Grade(p, answers)
		if r.Points < 0 || r.Points > r.Max || r.Max != p.Max() || len(r.Verdicts) != len(list) {
			t.Fatalf("%+v", r)
		}
		if quiz.Fold(quiz.Fold(gap)) != quiz.Fold(gap) && len(gap) < 50 {
			t.Fatalf("Fold is not stable on %q", gap)
		}
	})
}
