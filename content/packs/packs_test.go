package packs_test

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"abilita/content"
	"abilita/content/packs"
	"abilita/course/roleplay"
)

var load = sync.OnceValues(func() (content.Pack, []content.Problem) { return content.Load(packs.FS, "linea-donazioni/it") })

// donations is the pack, read once: tests only look at it.
func donations() content.Pack {
	p, _ := load()
	return p
}

// The shipped texts are held to more than others: not even advice is left.
func TestTheDonationsPackHasNoProblem(t *testing.T) {
	t.Parallel()
	p, found := load()
	for _, f := range slices.Concat(found, content.Check(p)) {
		t.Error(f.Text("en"))
	}
}

func TestTheProgrammeAsksWhatTheLineAsks(t *testing.T) {
	t.Parallel()
	g := donations().Programme
	var keys []string
	for _, r := range g.Requirements {
		keys = append(keys, r.Key)
	}
	want := []string{"studio", "serate", "software", "prova-finale", "chiamata-uno", "chiamata-due", "postazione", "riservatezza"}
	if !slices.Equal(keys, want) {
		t.Errorf("requirements %v, want %v", keys, want)
	}
	if g.ID != "pr-donazioni" || g.Line != "donazioni" || g.ValidDays != 365 || g.MidCheck.AfterDays != 180 || g.MinAge != 18 {
		t.Errorf("programme %s, line %s, %d days, check after %d, age %d", g.ID, g.Line, g.ValidDays, g.MidCheck.AfterDays, g.MinAge)
	}
	meetings := 0
	for _, s := range g.Sessions {
		meetings += s.Count
	}
	if meetings != 8 { // four evenings, a lab, two windows of calls, a recovery
		t.Errorf("%d meetings", meetings)
	}
}

func TestEachModuleIsWhole(t *testing.T) {
	t.Parallel()
	p := donations()
	if len(p.Modules) != 8 {
		t.Errorf("%d modules, want 8", len(p.Modules))
	}
	for _, m := range p.Modules {
		turns := 0
		for _, c := range m.Call {
			if c.Who != "" {
				turns++
			}
		}
		if m.Words < 900 || m.Words > 2000 {
			t.Errorf("%s has %d words", m.ID, m.Words)
		}
		if len(m.Objectives) == 0 || len(m.Pairs) < 6 || turns < 6 || len(m.Recall) < 3 || len(m.Tasks) == 0 || len(m.Sources) == 0 {
			t.Errorf("%s has %d objectives, %d pairs, %d turns, %d recall questions, %d tasks, %d sources",
				m.ID, len(m.Objectives), len(m.Pairs), turns, len(m.Recall), len(m.Tasks), len(m.Sources))
		}
		for _, pair := range m.Pairs {
			if pair.Why == "" {
				t.Errorf("%s does not say why not %s", m.ID, pair.Avoid)
			}
		}
		for _, s := range m.Sources {
			if s.Checked != "2026-11-20" {
				t.Errorf("%s: %s checked on %q", m.ID, s.Text, s.Checked)
			}
		}
		for _, s := range sentences(m.Body) {
			if n := len(strings.Fields(s)); n >= 30 {
				t.Errorf("%s has a sentence of %d words: %s", m.ID, n, s)
			}
		}
	}
}

func TestEachScriptCanBeWonAndLost(t *testing.T) {
	t.Parallel()
	p := donations()
	if len(p.Scripts) != 5 {
		t.Errorf("%d scripts, want 5", len(p.Scripts))
	}
	for _, s := range p.Scripts {
		if n := len(s.Nodes); n < 12 || n > 20 {
			t.Errorf("%s has %d nodes", s.File.ID, n)
		}
		proof := roleplay.Prove(s.Script)
		for _, f := range proof.Findings {
			t.Errorf("%s: %s at %d %v", s.File.ID, f.Code, f.Pos, f.Args)
		}
		if !proof.Whole || proof.Passing == 0 || proof.Best != 10000 {
			t.Errorf("%s: whole %v, %d of %d walks pass, the best with %d", s.File.ID, proof.Whole, proof.Passing, proof.Walks, proof.Best)
		}
		missteps := map[string]bool{} // nodes where a critical error or the end of the call is one choice away
		for _, n := range s.Nodes {
			for _, c := range n.Choices {
				if c.Feedback == "" {
					t.Errorf("%s:%d: no word on %q", s.Path, c.Pos, c.Text)
				}
				if len(c.Effect.Errors) > 0 || c.To == "fine-interrotta" {
					missteps[n.Name] = true
				}
			}
		}
		if len(missteps) < 4 {
			t.Errorf("%s can go wrong at %d moments only", s.File.ID, len(missteps))
		}
		t.Log(s.File.ID, len(s.Nodes), "nodes", proof.Walks, "walks", proof.Steps, "steps", proof.Passing, "pass")
	}
}

var sentenceEnd = regexp.MustCompile(`[.!?:;»](?:\s|\*|$)|\n\s*\n|\n\s*(?:[-|>]|\d+\.|#)|\|`)

// sentences cuts a text roughly: at points, colons, cells and list marks. Where
// it cuts too much it only forgives.
func sentences(text string) []string { return sentenceEnd.Split(text, -1) }
