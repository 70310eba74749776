package cert_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"abilita/course/cert"
	"abilita/internal/people"
)

var day0 = time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)

func programme() []cert.Requirement {
	return []cert.Requirement{
		{Key: "studio", Kind: cert.Modules, Groups: []cert.Group{{Need: 2, Of: []string{"m1", "m2"}}}},
		{Key: "serate", Kind: cert.Attendance, Planned: 5, Needed: 4},
		{Key: "prova", Kind: cert.Quiz, Groups: []cert.Group{{Need: 1, Of: []string{"q"}}}, After: []string{"studio", "serate"}},
		{Key: "chiamate", Kind: cert.Roleplay, Groups: []cert.Group{{Need: 1, Of: []string{"r1", "r2"}}, {Need: 1, Of: []string{"r4"}}}},
	}
}

type pieces struct{ list []cert.Evidence }

func (p *pieces) add(requirement, item string, e cert.Evidence) cert.EvidenceID {
	e.ID = cert.EvidenceID(len(p.list) + 1)
	e.Requirement, e.Item, e.At = requirement, item, day0.Add(time.Duration(e.ID)*time.Hour)
	p.list = append(p.list, e)
	return e.ID
}

func passed(author people.ID) cert.Evidence {
	return cert.Evidence{Passed: true, Score: 9000, Author: author}
}

func whole() *pieces {
	p := &pieces{}
	p.add("studio", "m1", passed(0))
	p.add("studio", "m2", passed(0))
	for _, s := range []string{"s1", "s2", "s3", "s4"} {
		p.add("serate", s, passed(20))
	}
	p.add("prova", "q", passed(0))
	p.add("chiamate", "r2", passed(21))
	p.add("chiamate", "r4", passed(22))
	return p
}

func states(r cert.Report) []cert.State {
	var list []cert.State
	for _, l := range r.Lines {
		list = append(list, l.State)
	}
	return list
}

func TestReview(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		make func(*pieces)
		want []cert.State
	}{
		"nothing yet":              {func(*pieces) {}, []cert.State{cert.Todo, cert.Todo, cert.Locked, cert.Todo}},
		"half the modules":         {func(p *pieces) { p.add("studio", "m2", passed(0)) }, []cert.State{cert.Doing, cert.Todo, cert.Locked, cert.Todo}},
		"the same module twice":    {func(p *pieces) { p.add("studio", "m2", passed(0)); p.add("studio", "m2", passed(0)) }, []cert.State{cert.Doing, cert.Todo, cert.Locked, cert.Todo}},
		"an item nobody asked for": {func(p *pieces) { p.add("studio", "m9", passed(0)) }, []cert.State{cert.Todo, cert.Todo, cert.Locked, cert.Todo}},
		"two of the same group":    {func(p *pieces) { p.add("chiamate", "r1", passed(9)); p.add("chiamate", "r2", passed(9)) }, []cert.State{cert.Todo, cert.Todo, cert.Locked, cert.Doing}},
		"failed":                   {func(p *pieces) { p.add("chiamate", "r1", cert.Evidence{Score: 5000}) }, []cert.State{cert.Todo, cert.Todo, cert.Locked, cert.Failed}},
		"a critical error":         {func(p *pieces) { p.add("chiamate", "r1", cert.Evidence{Score: 9900, Critical: true}) }, []cert.State{cert.Todo, cert.Todo, cert.Locked, cert.Critical}},
		"waits for a mark":         {func(p *pieces) { p.add("chiamate", "r1", cert.Evidence{Waiting: true, Score: -1}) }, []cert.State{cert.Todo, cert.Todo, cert.Locked, cert.Waiting}},
		"waits for another evaluator": {func(p *pieces) {
			p.add("chiamate", "r1", cert.Evidence{Score: 5000})
			p.list = append(p.list, cert.Evidence{Requirement: "chiamate", Item: "r1", Waiting: true, Score: -1, At: day0.Add(time.Hour * 2)})
		}, []cert.State{cert.Todo, cert.Todo, cert.Locked, cert.Waiting}},
		"failed after what waited": {func(p *pieces) {
			p.list = append(p.list, cert.Evidence{Requirement: "chiamate", Item: "r1", Waiting: true, Score: -1, At: day0})
			p.add("chiamate", "r1", cert.Evidence{Score: 5000})
		}, []cert.State{cert.Todo, cert.Todo, cert.Locked, cert.Failed}},
		"an absence is not a failure": {func(p *pieces) { p.add("serate", "s1", cert.Evidence{Score: -1}) }, []cert.State{cert.Todo, cert.Todo, cert.Locked, cert.Todo}},
		"a correction replaces": {func(p *pieces) {
			id := p.add("studio", "m1", passed(0))
			p.add("studio", "m1", cert.Evidence{Corrects: id, Score: -1})
		}, []cert.State{cert.Failed, cert.Todo, cert.Locked, cert.Todo}},
		"passed before it was open stays passed": {func(p *pieces) { p.add("prova", "q", passed(0)) }, []cert.State{cert.Todo, cert.Todo, cert.Done, cert.Todo}},
	} {
		p := &pieces{}
		tc.make(p)
		if got := states(cert.Review(programme(), p.list)); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
	r := cert.Review(programme(), whole().list)
	if !r.Complete() {
		t.Fatalf("all met, yet %v", states(r))
	}
	if (cert.Report{}).Complete() {
		t.Error("a report of nothing is complete")
	}
	if l, _ := r.Line("chiamate"); !slices.Equal(l.Evidence, []cert.EvidenceID{8, 9}) {
		t.Errorf("the calls are met by %v, want pieces 8 and 9", l.Evidence)
	}
}

// Random evidence never completes a report that a plain count refuses, nor the
// other way round.
func TestReviewAgreesWithCounting(t *testing.T) {
	t.Parallel()
	items := map[string][]string{"studio": {"m1", "m2", "m3"}, "serate": {"s1", "s2", "s3", "s4", "s5"}, "prova": {"q", "q2"}, "chiamate": {"r1", "r2", "r3", "r4"}}
	rapid.Check(t, func(t *rapid.T) {
		p := &pieces{}
		gone := map[cert.EvidenceID]bool{}
		for range rapid.IntRange(0, 40).Draw(t, "pieces") {
			key := rapid.SampledFrom([]string{"studio", "serate", "prova", "chiamate"}).Draw(t, "requirement")
			e := cert.Evidence{Passed: rapid.Bool().Draw(t, "passed"), Score: -1}
			if len(p.list) > 0 && rapid.IntRange(0, 4).Draw(t, "corrects") == 0 {
				e.Corrects = cert.EvidenceID(rapid.IntRange(1, len(p.list)).Draw(t, "which"))
				gone[e.Corrects] = true
			}
			p.add(key, rapid.SampledFrom(items[key]).Draw(t, "item"), e)
		}
		have := map[string]bool{}
		for _, e := range p.list {
			if e.Passed && !gone[e.ID] {
				have[e.Requirement+"/"+e.Item] = true
			}
		}
		sessions := 0
		for _, s := range items["serate"] {
			if have["serate/"+s] {
				sessions++
			}
		}
		want := have["studio/m1"] && have["studio/m2"] && sessions >= 4 && have["prova/q"] && (have["chiamate/r1"] || have["chiamate/r2"]) && have["chiamate/r4"]
		if got := cert.Review(programme(), p.list).Complete(); got != want {
			t.Fatalf("complete is %v, counting says %v", got, want)
		}
	})
}

// competences is what two of a learner's mentors must have signed: one list
// each, or one of them both.
func competences(signers int) []cert.Requirement {
	return []cert.Requirement{
		{Key: "competenze", Kind: cert.Checklist, Signers: signers, Groups: []cert.Group{{Need: 2, Of: []string{"osservo", "insieme"}}}},
		{Key: "solo", Kind: cert.Checklist, Groups: []cert.Group{{Need: 1, Of: []string{"solo"}}}, After: []string{"competenze"}},
	}
}

func TestDifferentPeopleSign(t *testing.T) {
	t.Parallel()
	const giulia, anna, bruno, carla people.ID = 1, 31, 32, 33
	by := func(who people.ID) cert.Evidence {
		return cert.Evidence{Person: giulia, Passed: true, Score: 10000, Author: who}
	}
	half := func(who people.ID) cert.Evidence {
		return cert.Evidence{Person: giulia, Score: 5000, Author: who}
	}
	for name, tc := range map[string]struct {
		signers  int
		make     func(*pieces)
		state    cert.State
		unsigned int
		met      []cert.EvidenceID
		next     cert.State
	}{
		"nobody yet": {2, func(*pieces) {}, cert.Todo, 2, nil, cert.Locked},
		"one list":   {2, func(p *pieces) { p.add("competenze", "osservo", by(anna)) }, cert.Doing, 1, []cert.EvidenceID{1}, cert.Locked},
		"each signs one": {2, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			p.add("competenze", "insieme", by(bruno))
		}, cert.Done, 0, []cert.EvidenceID{1, 2}, cert.Todo},
		"one signs both": {2, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			p.add("competenze", "insieme", by(anna))
		}, cert.Waiting, 1, []cert.EvidenceID{1, 2}, cert.Locked},
		"one signs both twice": {2, func(p *pieces) {
			for range 2 {
				p.add("competenze", "osservo", by(anna))
				p.add("competenze", "insieme", by(anna))
			}
		}, cert.Waiting, 1, []cert.EvidenceID{1, 2}, cert.Locked},
		"then the other signs one too": {2, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			p.add("competenze", "insieme", by(anna))
			p.add("competenze", "insieme", by(bruno))
		}, cert.Done, 0, []cert.EvidenceID{1, 2, 3}, cert.Todo},
		"the other signed the same list first": {2, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			p.add("competenze", "osservo", by(bruno))
			p.add("competenze", "insieme", by(anna))
		}, cert.Done, 0, []cert.EvidenceID{1, 3, 2}, cert.Todo},
		"more signed than must": {2, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			p.add("competenze", "insieme", by(bruno))
			p.add("competenze", "insieme", by(carla))
		}, cert.Done, 0, []cert.EvidenceID{1, 2}, cert.Todo},
		"three for two lists": {3, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			p.add("competenze", "insieme", by(bruno))
		}, cert.Waiting, 1, []cert.EvidenceID{1, 2}, cert.Locked},
		"the other saw it fail": {2, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			p.add("competenze", "insieme", by(anna))
			p.add("competenze", "insieme", half(bruno))
		}, cert.Waiting, 1, []cert.EvidenceID{1, 2}, cert.Locked},
		"the learner is nobody else": {2, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			p.add("competenze", "insieme", by(giulia))
		}, cert.Waiting, 1, []cert.EvidenceID{1, 2}, cert.Locked},
		"nor is the program": {2, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			p.add("competenze", "insieme", by(0))
		}, cert.Waiting, 1, []cert.EvidenceID{1, 2}, cert.Locked},
		"a list of another requirement": {2, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			p.add("competenze", "insieme", by(anna))
			p.add("competenze", "diario", by(bruno))
			p.add("solo", "solo", by(bruno))
		}, cert.Waiting, 1, []cert.EvidenceID{1, 2}, cert.Done},
		"a signature taken back": {2, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			p.add("competenze", "insieme", by(anna))
			id := p.add("competenze", "insieme", by(bruno))
			p.add("competenze", "insieme", cert.Evidence{Person: giulia, Void: true, Score: -1, Author: carla, Corrects: id})
		}, cert.Waiting, 1, []cert.EvidenceID{1, 2}, cert.Locked},
		"corrected by its own signer": {2, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			id := p.add("competenze", "insieme", by(anna))
			again := by(anna)
			again.Corrects = id
			p.add("competenze", "insieme", again)
		}, cert.Waiting, 1, []cert.EvidenceID{1, 3}, cert.Locked},
		"corrected by somebody else": {2, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			id := p.add("competenze", "insieme", by(anna))
			again := by(bruno)
			again.Corrects = id
			p.add("competenze", "insieme", again)
		}, cert.Done, 0, []cert.EvidenceID{1, 3}, cert.Todo},
		"the correction takes a person away": {2, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			id := p.add("competenze", "insieme", by(bruno))
			again := by(anna)
			again.Corrects = id
			p.add("competenze", "insieme", again)
		}, cert.Waiting, 1, []cert.EvidenceID{1, 3}, cert.Locked},
		"where one is enough": {1, func(p *pieces) {
			p.add("competenze", "osservo", by(anna))
			p.add("competenze", "insieme", by(anna))
		}, cert.Done, 0, []cert.EvidenceID{1, 2}, cert.Todo},
	} {
		p := &pieces{}
		tc.make(p)
		r := cert.Review(competences(tc.signers), p.list)
		l := r.Lines[0]
		if l.State != tc.state || l.Unsigned() != tc.unsigned || !slices.Equal(l.Evidence, tc.met) || r.Lines[1].State != tc.next {
			t.Errorf("%s: %s with %d unsigned, met by %v, then %s", name, l.State, l.Unsigned(), l.Evidence, r.Lines[1].State)
		}
		if l.OnlyUnsigned() != (tc.state == cert.Waiting) {
			t.Errorf("%s: only unsigned is %v", name, l.OnlyUnsigned())
		}
	}
}

// Random signatures complete a requirement when, and only when, sets built
// without the rule say so; and what the line names is enough to say it again.
func TestDifferentPeopleSignAgreesWithSets(t *testing.T) {
	t.Parallel()
	const learner people.ID = 1
	lists := []string{"a", "b", "c", "d"}
	rapid.Check(t, func(t *rapid.T) {
		req := cert.Requirement{Key: "r", Kind: cert.Checklist, Signers: rapid.IntRange(0, 4).Draw(t, "signers"), Groups: []cert.Group{
			{Need: rapid.IntRange(1, 2).Draw(t, "need"), Of: []string{"a", "b"}}, {Need: 1, Of: []string{"c"}},
		}}
		p := &pieces{}
		gone := map[cert.EvidenceID]bool{}
		for range rapid.IntRange(0, 14).Draw(t, "pieces") {
			e := cert.Evidence{
				Person: learner, Passed: rapid.IntRange(0, 4).Draw(t, "passed") > 0, Score: -1, Void: rapid.IntRange(0, 9).Draw(t, "void") == 0,
				Author: people.ID(rapid.IntRange(0, 5).Draw(t, "author")),
			}
			if len(p.list) > 0 && rapid.IntRange(0, 4).Draw(t, "corrects") == 0 {
				e.Corrects = cert.EvidenceID(rapid.IntRange(1, len(p.list)).Draw(t, "which"))
				gone[e.Corrects] = true
			}
			p.add("r", rapid.SampledFrom(lists).Draw(t, "list"), e)
		}
		passed, people := map[string]bool{}, map[people.ID]bool{}
		for _, e := range p.list {
			if !e.Passed || e.Void || gone[e.ID] || e.Item == "d" {
				continue
			}
			passed[e.Item] = true
			if e.Author > learner {
				people[e.Author] = true
			}
		}
		half := 0
		for _, item := range []string{"a", "b"} {
			if passed[item] {
				half++
			}
		}
		whole := half >= req.Groups[0].Need && passed["c"]
		want := whole && (req.Signers < 2 || len(people) >= req.Signers)
		l := cert.Review([]cert.Requirement{req}, p.list).Lines[0]
		if (l.State == cert.Done) != want || l.OnlyUnsigned() != (whole && !want) {
			t.Fatalf("%s, only unsigned %v; sets say lists %v, %d people of %d", l.State, l.OnlyUnsigned(), whole, len(people), req.Signers)
		}
		var named []cert.Evidence
		for _, e := range p.list {
			if slices.Contains(l.Evidence, e.ID) {
				e.Corrects = 0
				named = append(named, e)
			}
		}
		again := cert.Review([]cert.Requirement{req}, named).Lines[0]
		if want && (again.State != cert.Done || !slices.Equal(again.Evidence, l.Evidence)) {
			t.Fatalf("met by %v, which alone gives %s by %v", l.Evidence, again.State, again.Evidence)
		}
	})
}

func TestWhoMaySign(t *testing.T) {
	t.Parallel()
	p := whole()
	r := cert.Review(programme(), p.list)
	one := whole()
	for i := range one.list {
		if one.list[i].Author != 0 {
			one.list[i].Author = 22
		}
	}
	self := whole()
	for i := range self.list {
		self.list[i].Author = 0
	}
	two := whole()
	for i := range two.list {
		if two.list[i].Author != 0 {
			two.list[i].Author, two.list[i].Judges = 22, []people.ID{23, 22}
		}
	}
	arbiter := whole()
	for i := range arbiter.list {
		if arbiter.list[i].Author != 0 {
			arbiter.list[i].Author, arbiter.list[i].Judges = 22, []people.ID{22}
		}
	}
	for name, tc := range map[string]struct {
		list   []cert.Evidence
		signer people.ID
		want   error
	}{
		"a second person":              {p.list, 30, nil},
		"one of several evaluators":    {p.list, 22, nil},
		"the only evaluator":           {one.list, 22, cert.ErrOnlyEvaluator},
		"another than the only one":    {one.list, 30, nil},
		"the holder":                   {p.list, 10, cert.ErrOwnSignature},
		"nobody":                       {p.list, 0, cert.ErrOwnSignature},
		"where the program judged all": {self.list, 30, nil},
		"the last of two who agreed":   {two.list, 22, nil},
		"the first of two who agreed":  {two.list, 23, nil},
		"who alone decided as arbiter": {arbiter.list, 22, cert.ErrOnlyEvaluator},
	} {
		if err := cert.MaySign(r, tc.list, 10, tc.signer); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	if err := cert.MaySign(cert.Review(programme(), p.list[:5]), p.list, 10, 30); !errors.Is(err, cert.ErrNotComplete) {
		t.Errorf("an incomplete report: %v", err)
	}
	if got := cert.Evaluator(r, p.list, 10); got != 22 {
		t.Errorf("the evaluator on the paper is %d, want 22", got)
	}
}

func TestValidityEndsAtMidnightOfTheLine(t *testing.T) {
	t.Parallel()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		signed time.Time
		days   int
		until  time.Time
	}{
		"365 days from 2019-04-01 end on 2020-03-31, a leap year": {time.Date(2019, 4, 1, 10, 0, 0, 0, rome), 365, time.Date(2020, 4, 1, 0, 0, 0, 0, rome)},
		"365 days from 2018-04-01":                                {time.Date(2018, 4, 1, 10, 0, 0, 0, rome), 365, time.Date(2019, 4, 2, 0, 0, 0, 0, rome)},
		"signed a minute before midnight in Rome":                 {time.Date(2027, 1, 1, 23, 59, 0, 0, rome), 1, time.Date(2027, 1, 3, 0, 0, 0, 0, rome)},
		"across the spring change":                                {time.Date(2027, 3, 27, 12, 0, 0, 0, rome), 1, time.Date(2027, 3, 29, 0, 0, 0, 0, rome)},
		"across the autumn change":                                {time.Date(2027, 10, 30, 12, 0, 0, 0, rome), 1, time.Date(2027, 11, 1, 0, 0, 0, 0, rome)},
	} {
		from, until := cert.Validity(tc.signed, tc.days, rome)
		if !from.Equal(tc.signed) || !until.Equal(tc.until) {
			t.Errorf("%s: until %v, want %v", name, until.In(rome), tc.until)
		}
	}
	spring := cert.EndOfDay(2027, 3, 28, rome).Sub(cert.EndOfDay(2027, 3, 27, rome))
	autumn := cert.EndOfDay(2027, 10, 31, rome).Sub(cert.EndOfDay(2027, 10, 30, rome))
	if spring != 23*time.Hour || autumn != 25*time.Hour {
		t.Errorf("the days of the clock changes last %v and %v", spring, autumn)
	}
}

func TestStatusAt(t *testing.T) {
	t.Parallel()
	from, until := day0, day0.AddDate(0, 1, 0)
	h := func(n int) time.Time { return day0.Add(time.Duration(n) * time.Hour) }
	life := []cert.Event{{cert.Valid, h(0)}, {cert.Suspended, h(10)}, {cert.Valid, h(20)}, {cert.Revoked, h(30)}, {cert.Valid, h(40)}}
	for name, tc := range map[string]struct {
		events []cert.Event
		at     time.Time
		want   cert.Status
	}{
		"before it begins":             {life, h(-1), cert.Proposed},
		"valid":                        {life, h(9), cert.Valid},
		"suspended":                    {life, h(10), cert.Suspended},
		"restored":                     {life, h(20), cert.Valid},
		"revoked":                      {life, h(30), cert.Revoked},
		"revoked is final":             {life, h(41), cert.Revoked},
		"expired at the instant":       {life[:1], until, cert.Expired},
		"valid just before":            {life[:1], until.Add(-1), cert.Valid},
		"suspended, then past its end": {life[:2], until.AddDate(0, 1, 0), cert.Suspended},
		"superseded":                   {append(life[:1:1], cert.Event{Kind: cert.Superseded, At: h(5)}), until.AddDate(1, 0, 0), cert.Superseded},
	} {
		if got := cert.StatusAt(from, until, tc.events, tc.at); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}
