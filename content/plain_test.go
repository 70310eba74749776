package content_test

import (
	"fmt"
	"strings"
	"testing"

	"abilita/content"
)

// What makes a text heavy is told with its line, in the words of its language, and
// never stops anybody; what people say on a call is theirs.
func TestPlainWords(t *testing.T) {
	t.Parallel()
	thirty := strings.TrimSpace(strings.Repeat("parola ", 30))
	for name, c := range map[string]struct {
		lang, body string
		want       []string
	}{
		"plain":                    {"it", "Leggi la scheda, poi rispondi. " + thirty + ".", nil},
		"a sentence of 31":         {"it", "Prima. " + thirty + " ancora. Dopo.", []string{"sentence_long 31 at 6"}},
		"two of them":              {"it", thirty + " qui. " + thirty + " là.", []string{"sentence_long 31 at 6", "sentence_long 31 at 6"}},
		"a colon lets one breathe": {"it", thirty + ": " + thirty + ".", nil},
		"in a list":                {"it", "- breve\n- " + thirty + " lungo", []string{"sentence_long 31 at 7"}},
		"words of offices":         {"it", "Qualora il volontario debba espletare la suddetta pratica, usa la maschera.", []string{"jargon Qualora → se", "jargon espletare → fare", "jargon suddetta → questo"}},
		"a regulated term":         {"it", "La certificazione delle competenze si ottiene qui.", []string{"jargon certificazione delle competenze → abilitazione alla linea"}},
		"inside another word":      {"it", "Il qualorismo non esiste.", nil},
		"somebody says it":         {"it", "> «Qualora servisse, mi chiami.»", nil},
		"in English":               {"en", "Prior to the call, utilise the headset.", []string{"jargon Prior to → before", "jargon utilise → use"}},
		"the other language":       {"en", "Qualora is an Italian word.", nil},
		"in a table":               {"it", "| a | b |\n|---|---|\n| qualora | " + thirty + " sì |", nil},
		"titles step by step":      {"it", "## Uno\n\n### Due\n\n## Tre", nil},
		"a title skips":            {"it", "## Uno\n\n#### Due", []string{"heading_jump 3 at 8"}},
	} {
		src := map[string]string{"it": "# Modulo: Prova\n- id: mo-prova\n- versione: 1.0\n- obiettivo: provare\n\n", "en": "# Module: Trial\n- id: mo-trial\n- version: 1.0\n- objective: try\n\n"}[c.lang] + c.body + "\n"
		_, problems := content.ParseModule("m.md", []byte(src), c.lang)
		var got []string
		for _, p := range problems {
			args := map[string]any{}
			for i := 0; i+1 < len(p.Args); i += 2 {
				args[p.Args[i].(string)] = p.Args[i+1]
			}
			switch p.Code {
			case "sentence_long":
				got = append(got, fmt.Sprintf("%s %v at %d", p.Code, args["words"], p.Line))
			case "heading_jump":
				got = append(got, fmt.Sprintf("%s %v at %d", p.Code, args["want"], p.Line))
			case "jargon":
				got = append(got, fmt.Sprintf("%s %v → %v", p.Code, args["word"], args["say"]))
			}
		}
		if strings.Join(got, "; ") != strings.Join(c.want, "; ") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
