package content_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"abilita/content"
	"abilita/internal/foreign"
)

const handbookText = `---
title: Manuale
author: Ada
---
<!-- per chi
stampa -->
Prima di tutto leggi.

# La chiamata

Chi chiama ha *fretta*. Vedi [il capitolo](denaro.md), [la fonte](https://example.org/x), <http://example.org>.

![Schema della chiamata](img/schema.png)

<div class="nota">Attenzione</div>

` + "```\n<b>così com'è</b>\n# non un titolo\n```" + `

Denaro e {ricevute}
===================

## Tre modi

| a | b |
|---|---|
| 1 | 2 |

[x]: http://example.org/y

# Vuoto
`

func TestAHandbookBecomesModules(t *testing.T) {
	t.Parallel()
	list, report, err := content.FromHandbook("manuale", []byte(handbookText), "it", ".", nothingBeside)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, w := range list {
		got.WriteString(w.Path + "\n" + w.Text + "\n")
		_, problems := content.ParseFile(w.Path, []byte(w.Text), "it")
		for _, p := range problems {
			if p.Severity == content.Error {
				t.Error(p.Text("en"))
			}
		}
	}
	for _, e := range report.Entries {
		got.WriteString(e.Text("", "en") + "\n")
	}
	want := "moduli/manuale.md\n# Modulo: Manuale\n- id: mo-manuale\n- versione: 1.0\n- obiettivo: da scrivere\n- durata: 5 min\n\nPrima di tutto leggi.\n\n" +
		"moduli/la-chiamata.md\n# Modulo: La chiamata\n- id: mo-la-chiamata\n- versione: 1.0\n- obiettivo: da scrivere\n- durata: 5 min\n\nChi chiama ha *fretta*. Vedi il capitolo, [la fonte](https://example.org/x), http://example.org.\n\nSchema della chiamata\n\nAttenzione\n\n```\n<b>così com'è</b>\n# non un titolo\n```\n\n" +
		"moduli/denaro-e-ricevute.md\n# Modulo: Denaro e &#123;ricevute}\n- id: mo-denaro-e-ricevute\n- versione: 1.0\n- obiettivo: da scrivere\n- durata: 5 min\n\n## Tre modi\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n" +
		":1: adapted: module mo-manuale: lost from the front matter: author: Ada (line 3); comment, not kept (line 5); the objective is still to be written\n" +
		":9: adapted: module mo-la-chiamata: the link denaro.md is lost (line 11); the link http://example.org is lost (line 11); the picture img/schema.png is lost (line 13); <div class=\"nota\"> left out (line 15); </div> left out (line 15); the objective is still to be written\n" +
		":22: adapted: module mo-denaro-e-ricevute: the link http://example.org/y is lost (line 31); the objective is still to be written\n" +
		":33: left out: module «Vuoto»: there is no text\n"
	if d := cmp.Diff(want, got.String()); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestALongChapterBecomesSeveralModules(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("# Lungo\n")
	for range 40 {
		b.WriteString("\n## Parte\n\n" + strings.Repeat("parola ", 500) + "\n")
	}
	list, report, err := content.FromHandbook("x", []byte(b.String()), "it", ".", nothingBeside)
	if err != nil || len(list) != 3 || report.Count(foreign.LeftOut) != 0 {
		t.Fatalf("%d modules, %v", len(list), err)
	}
	words := 0
	for i, w := range list {
		m, problems := content.ParseModule(w.Path, []byte(w.Text), "it")
		if errs, _, _ := content.Worst(problems); errs > 0 || m.ID != []string{"mo-lungo", "mo-lungo-2", "mo-lungo-3"}[i] {
			t.Errorf("%s: %v", m.ID, problems)
		}
		words += strings.Count(w.Text, "parola")
	}
	if words != 40*500 {
		t.Errorf("%d words", words)
	}
}

func FuzzHandbook(f *testing.F) {
	f.Add(handbookText)
	f.Add("---\n---\n<!--\n# a\n~~~\n<b>\n~~~~\n===\nx\n===\n")
	f.Fuzz(func(t *testing.T, src string) {
		list, report, err := content.FromHandbook("x", []byte(src), "it", ".", nothingBeside)
		if err != nil {
			return
		}
		covered := map[int]bool{}
		for _, e := range report.Entries {
			for l := e.From; l <= e.To; l++ {
				covered[l] = true
			}
		}
		text, _, _ := foreign.AnyLines([]byte(src))
		for i, line := range strings.Split(text, "\n") {
			if strings.TrimSpace(foreign.Printable(line)) != "" && !covered[i+1] {
				t.Fatalf("line %d is not in the report: %q", i+1, line)
			}
		}
		for _, w := range list {
			m, problems := content.ParseModule(w.Path, []byte(w.Text), "it")
			placed(t, []byte(w.Text), problems)
			if m.Kind != content.KindModule && m.Source != "" && len(problems) == 0 {
				t.Fatalf("%s", w.Text)
			}
		}
	})
}

// nothingBeside is the folder of a handbook without pictures.
var nothingBeside = &content.Album{Open: func(name string) ([]byte, error) { return nil, fs.ErrNotExist }}
