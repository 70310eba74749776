package content_test

import (
	"io/fs"
	"slices"
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

// becomes tells what a handbook becomes: its modules, which have no error, then the
// report.
func becomes(t *testing.T, src string) string {
	t.Helper()
	list, report, err := content.FromHandbook("manuale", []byte(src), "it", ".", nothingBeside)
	if err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	for _, w := range list {
		told.WriteString(w.Path + "\n" + w.Text + "\n")
		_, problems := content.ParseFile(w.Path, []byte(w.Text), "it")
		for _, p := range problems {
			if p.Severity == content.Error {
				t.Error(p.Text("en"))
			}
		}
	}
	for _, e := range report.Entries {
		told.WriteString(e.Text("", "en") + "\n")
	}
	return told.String()
}

func TestAHandbookBecomesModules(t *testing.T) {
	t.Parallel()
	got := becomes(t, handbookText)
	want := "moduli/manuale.md\n# Modulo: Manuale\n- id: mo-manuale\n- versione: 1.0\n- obiettivo: da scrivere\n- durata: 5 min\n\nPrima di tutto leggi.\n\n" +
		"moduli/la-chiamata.md\n# Modulo: La chiamata\n- id: mo-la-chiamata\n- versione: 1.0\n- obiettivo: da scrivere\n- durata: 5 min\n\nChi chiama ha *fretta*. Vedi il capitolo, [la fonte](https://example.org/x), http://example.org.\n\nSchema della chiamata\n\nAttenzione\n\n```\n<b>così com'è</b>\n# non un titolo\n```\n\n" +
		"moduli/denaro-e-ricevute.md\n# Modulo: Denaro e &#123;ricevute}\n- id: mo-denaro-e-ricevute\n- versione: 1.0\n- obiettivo: da scrivere\n- durata: 5 min\n\n## Tre modi\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n" +
		":1: adapted: module mo-manuale: lost from the front matter: author: Ada (line 3); comment, not kept (line 5); the objective is still to be written\n" +
		":9: adapted: module mo-la-chiamata: the link denaro.md is lost (line 11); the link http://example.org is lost (line 11); the picture img/schema.png is lost (line 13); <div class=\"nota\"> left out (line 15); </div> left out (line 15); the objective is still to be written\n" +
		":22: adapted: module mo-denaro-e-ricevute: the link http://example.org/y is lost (line 31); the objective is still to be written\n" +
		":33: left out: module «Vuoto»: there is no text\n"
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// What CommonMark allows and handbooks of others hold, written with what a module
// may hold: nothing of it is lost without a word.
func TestAHandbookAsOthersWriteThem(t *testing.T) {
	t.Parallel()
	got := becomes(t, foreignHandbook)
	if d := cmp.Diff(modulesOfOthers, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

const foreignHandbook = `+++
title = "Manuale della linea"
peso = 3
+++

# Prima parte {#inizio}

Vedi [la fonte][f], [f], [altro][r], ![Schema][s] e la nota[^1]. Scrivi a <info@example.org> o <https://example.org/a>.
Scrivi <nome cognome>, poi<br>vai a capo<br/>ancora. [` + "`" + `codice` + "`" + `](altro.md) e [qui](altro.md){: target="_blank"}.

| a | b |
|:--|--:|
| x<br>y | z |

Un [collegamento
spezzato](denaro.md) e un altro [buono
spezzato](https://example.org/b).

<img
  src="img/b.png"
  alt="Una [cuffia]">
<a href="https://example.org/c">in HTML</a> e <a href="denaro.md">relativo</a>.
<a name="ancora"></a>

<h2 id="vecchio">Un titolo in HTML</h2>

Va [sotto](#due), [sopra](#inizio), [accenti](#perché-no), [vecchio](#vecchio), [là](#ancora), [nessuno](#manca), [titolo ` + "`" + `x` + "`" + `](#titolo-due).

    <b>codice con rientro</b> [f]

1. Passo

    ` + "`" + "`" + "`" + `bash
    git clone <url> # [f]
    ` + "`" + "`" + "`" + `

2. Secondo

    continua <b>qui</b>

> ` + "`" + "`" + "`" + `
> <b>citato</b>
> ` + "`" + "`" + "`" + `
>
> ` + "`" + "`" + "`" + `
> aperto <b>
fuori <b>

Un ` + "`" + `<b>` + "`" + ` e ` + "`" + "`" + "`" + `tutto <i>` + "`" + "`" + "`" + ` in riga.

[[_TOC_]]
!!! warning "Attenzione"
    Mai la carta.

    Mai il PIN.

Titolo due
----------

[Ancora](#perché-no-1) x.

# Due

## Perché no?

Ancora [la fonte][f].

## Perché no?

[f]: https://example.org/f "La fonte"
[r]: ../altro.md
[s]: img/s.png
[z]: ../mai.md
[^1]: La nota dice <b>chi</b>
    richiama.
[^2]: Mai citata.
`

const modulesOfOthers = `moduli/prima-parte.md
# Modulo: Prima parte
- id: mo-prima-parte
- versione: 1.0
- obiettivo: da scrivere
- durata: 5 min

Vedi [la fonte](https://example.org/f), [f](https://example.org/f), altro, Schema e la nota[^1]. Scrivi a [info@example.org](mailto:info@example.org) o <https://example.org/a>.
Scrivi \<nome cognome>, poi vai a capo ancora. ` + "`" + `codice` + "`" + ` e qui.

| a | b |
|:--|--:|
| x y | z |

Un collegamento spezzato e un altro [buono spezzato](https://example.org/b).

Una cuffia
[in HTML](https://example.org/c) e relativo.


## Un titolo in HTML

Va [sotto](due.md), sopra, [accenti](due.md#perche-no), [vecchio](#un-titolo-in-html), [là](#un-titolo-in-html), nessuno, [titolo ` + "`" + `x` + "`" + `](#titolo-due).

    <b>codice con rientro</b> [f]

1. Passo

    ` + "`" + "`" + "`" + `bash
    git clone <url> # [f]
    ` + "`" + "`" + "`" + `

2. Secondo

    continua qui

> ` + "`" + "`" + "`" + `
> <b>citato</b>
> ` + "`" + "`" + "`" + `
>
> ` + "`" + "`" + "`" + `
> aperto <b>
fuori 

Un ` + "`" + `<b>` + "`" + ` e ` + "`" + "`" + "`" + `tutto <i>` + "`" + "`" + "`" + ` in riga.

> **Attenzione**
> Mai la carta.
>
> Mai il PIN.

Titolo due
----------

[Ancora](due.md#perche-no-2) x.


\[^1\]: La nota dice chi richiama.

moduli/due.md
# Modulo: Due
- id: mo-due
- versione: 1.0
- obiettivo: da scrivere
- durata: 5 min

## Perché no?

Ancora [la fonte](https://example.org/f).

## Perché no?



\[^2\]: Mai citata.

:1: adapted: module mo-prima-parte: lost from the front matter: peso = 3 (line 3); lost from the front matter: title: Manuale della linea; the picture img/s.png is lost (line 8); the link ../altro.md is lost (line 8); {: target="_blank"} left out (line 9); the link altro.md is lost (line 9); <br> left out (line 9); <br/> left out (line 9); <br> left out (line 13); the link denaro.md is lost (line 15); the picture img/b.png is lost (line 19); the link denaro.md is lost (line 22); <b> left out (line 39); </b> left out (line 39); <b> left out (line 47); [[_TOC_]] left out (line 51); <b> left out (line 74); </b> left out (line 74); the link #manca is lost (line 27); the objective is still to be written
:62: adapted: module mo-due: the link ../mai.md is lost (line 73); the objective is still to be written
`

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

// A chapter without titles of the second level is divided all the same: a module that
// is too long is none.
func TestALongChapterIsDividedWhereItCanBe(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"titles below the second level": strings.Repeat("### Parte\n\n"+strings.Repeat("parola ", 500)+"\n\n", 40),
		"underlined titles":             strings.Repeat("Parte\n-----\n\n"+strings.Repeat("parola ", 500)+"\n\n", 40),
		"paragraphs":                    strings.Repeat(strings.Repeat("parola ", 500)+"\n\n", 40),
	} {
		list, _, err := content.FromHandbook("x", []byte("# Lungo\n\n"+src), "it", ".", nothingBeside)
		if err != nil || len(list) != 3 {
			t.Errorf("%s: %d modules, %v", name, len(list), err)
		}
		words := 0
		for _, w := range list {
			if _, problems := content.ParseModule(w.Path, []byte(w.Text), "it"); slices.ContainsFunc(problems, func(p content.Problem) bool { return p.Severity == content.Error }) {
				t.Errorf("%s: %v", name, problems)
			}
			words += strings.Count(w.Text, "parola")
		}
		if words != 40*500 {
			t.Errorf("%s: %d words", name, words)
		}
	}
}

func FuzzHandbook(f *testing.F) {
	f.Add(handbookText)
	f.Add(foreignHandbook)
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
