package packs_test

import (
	"regexp"
	"strings"
	"testing"

	"abilita/content"
	"abilita/content/packs"
)

func donations(t *testing.T) (content.Pack, []content.Problem) {
	t.Helper()
	p, found := content.Load(packs.FS, "linea-donazioni/it")
	return p, append(found, content.Check(p)...)
}

// The shipped texts are held to more than others: not even advice is left.
func TestTheDonationsPackHasNoProblem(t *testing.T) {
	t.Parallel()
	_, found := donations(t)
	for _, p := range found {
		t.Error(p.Text("en"))
	}
}

func TestEachModuleIsWhole(t *testing.T) {
	t.Parallel()
	p, _ := donations(t)
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

var sentenceEnd = regexp.MustCompile(`[.!?:;»](?:\s|\*|$)|\n\s*\n|\n\s*(?:[-|>]|\d+\.|#)|\|`)

// sentences cuts a text roughly: at points, colons, cells and list marks. Where
// it cuts too much it only forgives.
func sentences(text string) []string { return sentenceEnd.Split(text, -1) }
