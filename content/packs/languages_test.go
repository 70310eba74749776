package packs_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"abilita/content"
	"abilita/course/roleplay"
	"abilita/quiz"
)

// said are the words that a script may name in either language.
var said = map[string]string{"responsabile": "supervisor", "dato-carta": "card-data"}

// Who learns in English is enabled by the same evidence: the two languages of a
// pack differ in words alone.
func TestTheLanguagesOfAPackDifferInWordsAlone(t *testing.T) {
	t.Parallel()
	pairs := 0
	for dir, en := range loaded {
		if en.Lang != "en" {
			continue
		}
		pairs++
		it, ok := loaded[en.Name+"/it"]
		if !ok {
			t.Fatalf("%s has no Italian", dir)
		}
		t.Run(dir, func(t *testing.T) {
			t.Parallel()
			same(t, "programme", bare(it.Programme), bare(en.Programme))
			same(t, "modules", texts(it.Modules), texts(en.Modules))
			same(t, "scripts", graphs(it.Scripts), graphs(en.Scripts))
			same(t, "rubrics", rubrics(it.Rubrics), rubrics(en.Rubrics))
			same(t, "banks", banks(it.Banks), banks(en.Banks))
			same(t, "exams", exams(it.Exams), exams(en.Exams))
			same(t, "checklists", lists(it.Checklists), lists(en.Checklists))
		})
	}
	if pairs == 0 {
		t.Error("no pack has a second language")
	}
}

func same(t *testing.T, what string, it, en any) {
	t.Helper()
	if d := cmp.Diff(it, en, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("%s, Italian against English: %s", what, d)
	}
}

// named is what a file is called whatever its language.
type named struct{ ID, Version string }

func nameOf(f content.File) named { return named{f.ID, f.Version} }

// bare is a programme without its words.
func bare(p content.Programme) content.Programme {
	p.File, p.Intro = content.File{Kind: p.Kind, ID: p.ID, Version: p.Version}, ""
	without := func(list []content.Requirement) []content.Requirement {
		list = slices.Clone(list)
		for i := range list {
			list[i].Title, list[i].Other, list[i].Line = "", "", 0
			list[i].Content = slices.Clone(list[i].Content)
			for j := range list[i].Content {
				list[i].Content[j].Line = 0
			}
		}
		return list
	}
	p.Requirements, p.Renewal, p.MidTerm = without(p.Requirements), without(p.Renewal), without(p.MidTerm)
	p.Sessions = slices.Clone(p.Sessions)
	for i := range p.Sessions {
		p.Sessions[i].Title, p.Sessions[i].Line = "", 0
	}
	p.Launch = slices.Clone(p.Launch)
	for i := range p.Launch {
		p.Launch[i].Text = ""
	}
	return p
}

// texts is the frame of modules: what each asks and holds, not what it says.
func texts(list []content.Module) map[named]any {
	out := map[named]any{}
	for _, m := range list {
		var roles []string
		for _, s := range m.Sections {
			roles = append(roles, s.Role)
		}
		var checked []string
		for _, s := range m.Sources {
			checked = append(checked, s.Checked)
		}
		told := 0
		for _, c := range m.Call {
			if c.Who != "" {
				told++
			}
		}
		out[nameOf(m.File)] = []any{m.Duration, m.Requires, roles, checked, len(m.Objectives), len(m.Pairs), told, len(m.Recall), len(m.Tasks)}
	}
	return out
}

// graphs is what scripts do: moments by their place, choices with where they
// lead and what they count for.
func graphs(list []content.Script) map[named]any {
	out := map[named]any{}
	for _, s := range list {
		place := map[string]int{roleplay.Back: -1}
		for i, n := range s.Nodes {
			place[n.Name] = i
		}
		var moments []any
		for _, n := range s.Nodes {
			var heard, choices, variants []any
			for _, h := range n.Heard {
				heard = append(heard, h.Act, h.Who != "")
			}
			for _, c := range n.Choices {
				e := c.Effect
				e.Calls, e.Reports = plain(e.Calls), plain(e.Reports)
				choices = append(choices, []any{place[c.To], c.Act, e, c.Feedback != ""})
			}
			for _, v := range n.Variants {
				variants = append(variants, []any{place[v.To], v.Who, v.Mood})
			}
			var due []any
			if n.End != nil {
				due = append(due, n.End.Success, n.End.Question != "")
				for _, d := range n.End.Due {
					due = append(due, d.Statement, d.Via != "", place[d.Via])
				}
			}
			moments = append(moments, []any{heard, choices, variants, due})
		}
		out[nameOf(s.File)] = []any{s.Line, s.Channel, s.RubricID, s.Threshold, s.Mood, s.Silence, marks(s.Rubric), moments}
	}
	return out
}

// The reader of the other language finds the way in every pack; where that has
// the pack too, by its own titles.
func TestTitlesAndObjectivesAreInBothLanguages(t *testing.T) {
	t.Parallel()
	for dir, p := range loaded {
		for _, f := range p.Files() {
			if f.Other == "" {
				t.Errorf("%s has one title", f.Path)
			}
		}
		for _, r := range p.Programme.Every() {
			if r.Other == "" {
				t.Errorf("%s: %s has one title", dir, r.Key)
			}
		}
		for _, m := range p.Modules {
			if len(m.Abroad) != len(m.Objectives) {
				t.Errorf("%s has %d objectives and %d in the other language", m.Path, len(m.Objectives), len(m.Abroad))
			}
		}
		other, ok := loaded[p.Name+"/"+map[string]string{"it": "en", "en": "it"}[p.Lang]]
		if !ok {
			continue
		}
		names := func(p content.Pack) map[string]string {
			list := map[string]string{}
			for _, f := range p.Files() {
				list[f.ID] = f.Title
			}
			for _, r := range p.Programme.Every() {
				list[r.Key] = r.Title
			}
			for _, m := range p.Modules {
				list[m.ID] += strings.Join(m.Objectives, "; ")
			}
			return list
		}
		same(t, dir, names(other), names(p.In(other.Lang)))
	}
}

// plain puts one word for what the languages call differently.
func plain(words []string) []string {
	var list []string
	for _, w := range words {
		if other, ok := said[w]; ok {
			w = other
		}
		list = append(list, w)
	}
	return list
}

func marks(r roleplay.Rubric) []any {
	var list []any
	for _, s := range r.Statements {
		list = append(list, s.ID, s.Note != "")
	}
	for _, e := range r.Errors {
		list = append(list, e.ID, e.Note != "")
	}
	for _, c := range r.Criteria {
		list = append(list, c.ID, c.Weight, len(c.Levels), c.Note != "")
	}
	return list
}

func rubrics(list []content.Rubric) map[named]any {
	out := map[named]any{}
	for _, r := range list {
		out[nameOf(r.File)] = []any{r.Threshold, marks(r.Rubric)}
	}
	return out
}

// questions are items without their words: what is right stays in its place.
func questions(list []quiz.Item) []any {
	var out []any
	for _, it := range list {
		var keys, pairs []any
		for _, o := range it.Options {
			keys = append(keys, o.Key, o.Feedback != "")
		}
		for _, p := range it.Pairs {
			pairs = append(pairs, p.Left != "")
		}
		out = append(out, []any{
			it.ID, it.Type, it.Module, it.Level, it.Critical, it.Points, it.Partial, it.Fixed, keys, pairs, len(it.Gaps), it.Value, it.Tolerance, it.Criterion, it.Explanation != "",
		})
	}
	return out
}

func banks(list []content.Bank) map[named]any {
	out := map[named]any{}
	for _, b := range list {
		out[nameOf(b.File)] = questions(b.Items)
	}
	return out
}

func exams(list []content.Exam) map[named]any {
	out := map[named]any{}
	for _, e := range list {
		x := e.Exam
		x.Title, x.Intro = "", ""
		x.Blueprint.Modules, x.Blueprint.Levels = slices.Clone(x.Blueprint.Modules), slices.Clone(x.Blueprint.Levels)
		for i := range x.Blueprint.Modules {
			x.Blueprint.Modules[i].Pos = 0
		}
		for i := range x.Blueprint.Levels {
			x.Blueprint.Levels[i].Pos = 0
		}
		out[nameOf(e.File)] = []any{x, questions(e.Items.Items)}
	}
	return out
}

func lists(list []content.Checklist) map[named]any {
	out := map[named]any{}
	for _, l := range list {
		groups := map[string]int{}
		var items []any
		for _, it := range l.Items {
			if _, ok := groups[it.Group]; !ok {
				groups[it.Group] = len(groups)
			}
			items = append(items, []any{it.ID, it.Required, it.How != "", groups[it.Group]})
		}
		out[nameOf(l.File)] = []any{l.Signer, l.Minimum, items}
	}
	return out
}
