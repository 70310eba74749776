package content_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"abilita/content"
)

// inspected is what the checks say of mini/it, corrections and all.
func inspected(files fstest.MapFS) []content.Problem {
	p, found := content.Load(files, "mini/it")
	return content.Inspect(p, found).Problems
}

// kindsOf counts the problems by file, code and words; lines move when one is put in.
func kindsOf(list []content.Problem) map[string]int {
	count := map[string]int{}
	for _, p := range list {
		count[p.File+" "+p.Code+" "+p.Message("en")]++
	}
	return count
}

// errorsOf counts the errors.
func errorsOf(list []content.Problem) int {
	errs, _, _ := content.Worst(list)
	return errs
}

// mended applies the correction of a problem, and tells what is still wrong.
func mended(t interface{ Errorf(string, ...any) }, files fstest.MapFS, p content.Problem) {
	src := string(files[p.File].Data)
	text, ok := p.Mend.Apply(src)
	if !ok || text == src {
		t.Errorf("%s: the correction %+v changes nothing of\n%s", p.Text("en"), *p.Mend, src)
		return
	}
	all := inspected(files)
	before := kindsOf(all)
	files = maps.Clone(files)
	files[p.File] = &fstest.MapFile{Data: []byte(text)}
	found := inspected(files)
	after := kindsOf(found)
	if name := p.File + " " + p.Code + " " + p.Message("en"); after[name] >= before[name] {
		t.Errorf("%s: still there after %+v in\n%s", p.Text("en"), *p.Mend, text)
	}
	if a, b := errorsOf(found), errorsOf(all); a > b {
		t.Errorf("%s: %+v leaves %d errors of %d: %v", p.Text("en"), *p.Mend, a, b, found)
	}
}

// Whatever is broken in the examples: where there is a correction, it takes its
// problem away and brings no error.
func TestAMendTakesItsProblemAwayAndBringsNone(t *testing.T) {
	t.Parallel()
	codes := map[string]bool{}
	for _, list := range brokenFiles {
		for _, c := range list {
			files := examples(t)
			f := files["mini/it/"+c.file]
			f.Data = []byte(strings.Replace(string(f.Data), c.old, c.new, 1))
			for _, p := range inspected(files) {
				if p.Mend != nil {
					codes[p.Code] = true
					mended(t, files, p)
				}
			}
		}
	}
	if len(codes) < 20 {
		t.Errorf("corrections of %d codes only: %v", len(codes), slices.Sorted(maps.Keys(codes)))
	}
}

// Each line is a slip and what the correction makes of it.
func TestMends(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, old, new, code, want string }{
		"a key misspelt":                {lis, "- minimo: 4", "- minnimo: 4", "key_unknown", "- minimo: 4"},
		"a key loses its accent":        {pro, "- validità: 365 giorni\n- ore", "- validitàà: 365 giorni\n- ore", "key_unknown", "- validità: 365 giorni\n- ore"},
		"a version left out":            {lis, "- versione: 1.0\n", "", "key_missing", "- versione: 1.0"},
		"an id left out":                {mod, "- id: mo-denaro\n", "", "key_missing", "# Modulo: Denaro, ricevute, mai la carta\n- id: mo-denaro\n"},
		"a duration left out":           {mod, "- durata: 90 min\n", "", "key_missing", "- durata: 20 min"},
		"a line left out":               {scr, "- linea: donazioni\n", "", "key_missing", "- linea: donazioni"},
		"a colon forgotten":             {lis, "- minimo: 4", "- minimo 4", "setting_line", "- minimo: 4"},
		"the same line twice":           {lis, "- minimo: 4", "- minimo: 4\n- minimo:  4", "key_twice", "- minimo: 4\n\n"},
		"a version without point":       {lis, "- versione: 1.0", "- versione: v2", "version_bad", "- versione: 2.0"},
		"a version with a comma":        {lis, "- versione: 1.0", "- versione: 1,2", "version_bad", "- versione: 1.2"},
		"minutes written out":           {mod, "- durata: 90 min", "- durata: 90 minuti", "duration_bad", "- durata: 90 min"},
		"a bare number of minutes":      {mod, "- durata: 90 min", "- durata: 90", "duration_bad", "- durata: 90 min"},
		"a bare number of days":         {pro, "- validità: 365 giorni\n- ore", "- validità: 365\n- ore", "days_bad", "- validità: 365 giorni\n- ore"},
		"a percentage in words":         {rub, "- soglia: 75%", "- soglia: 75 per cento", "percent_bad", "- soglia: 75%"},
		"a heading one step too high":   {lis, "## Gli strumenti", "# Gli strumenti", "second_title", "## Gli strumenti"},
		"a title without its mark":      {mod, "# Modulo: Denaro", "Modulo: Denaro", "no_title", "# Modulo: Denaro"},
		"a kind misspelt":               {lis, "# Lista: la", "# Listta: la", "title_kind", "# Lista: la"},
		"a title without kind":          {lis, "# Lista: la postazione", "# La postazione", "title_kind", "# Lista: La postazione"},
		"a kind of another folder":      {lis, "# Lista: la", "# Griglia: la", "kind_other", "# Lista: la"},
		"an address without lock":       {mod, "Il *bonifico*", "Il [bonifico](http://esempio.it)", "link_unsafe", "Il [bonifico](https://esempio.it)"},
		"a help number by hand":         {mod, "Il *bonifico*", "Se serve chiama il 112, poi", "help_number", "Se serve chiama il {emergenza}, poi"},
		"a help number with blanks":     {mod, "Il *bonifico*", "Chiama il 116 111: il", "help_number", "Chiama il {infanzia}: il"},
		"a name between braces":         {rub, "sono {nome}", "sono {nomme}", "placeholder_unknown", "sono {nome}"},
		"a section misspelt":            {pro, "## Requisiti", "## Requisti", "section_unknown", "## Requisiti"},
		"an id that is not there":       {scr, "- griglia: gr-donazioni", "- griglia: gr-donazione", "ref_unknown", "- griglia: gr-donazioni"},
		"a moment that is not there":    {scr, "](#denaro)", "](#danaro)", "node_unknown", "](#denaro)"},
		"a mark with a colon":           {scr, "`E1 R2=1 R3=0`", "`E1 R2:1 R3=0`", "mark_bad", "`E1 R2=1 R3=0`"},
		"a mark in small letters":       {scr, "`E1 R2=1 R3=0`", "`e1 R2=1 R3=0`", "mark_bad", "`E1 R2=1 R3=0`"},
		"a channel misspelt":            {scr, "- canale: telefono", "- canale: telefonno", "channel_unknown", "- canale: telefono"},
		"a channel by another name":     {scr, "- canale: telefono", "- canale: tel", "channel_unknown", "- canale: telefono"},
		"two channels of one call":      {scr, "- canale: telefono", "- canale: telefono, chat", "channel_one", "- canale: telefono"},
		"the line of another programme": {scr, "- linea: donazioni", "- linea: ascolto", "line_other", "- linea: donazioni"},
		"times of silence turned round": {scr, "richiamo 8s, svolta 20s", "richiamo 30s, svolta 20s", "silence_bad", "richiamo 20s, svolta 30s"},
		"an ending misspelt":            {scr, "**Fine: interrotta**", "**Fine: interota**", "end_bad", "**Fine: interrotta**"},
		"a type misspelt":               {bnk, "- tipo: banca", "- tipo: bancha", "type_bad", "- tipo: banca"},
		"a flag misspelt":               {bnk, "applicare · critica`\n1.", "applicare · critca`\n1.", "flag_unknown", "applicare · critica`\n1."},
		"a flag that does not belong":   {bnk, "· ricordare · critica · fisso`", "· ricordare · critica · fisso · parziale`", "flag_here", "· ricordare · critica · fisso`"},
		"a level misspelt":              {exm, "- applicare: 50%", "- aplicare: 50%", "level_unknown", "- applicare: 50%"},
		"a question of another module":  {exm, "- mo-denaro: 6", "- mo-danaro: 6", "blueprint_module", "- mo-denaro: 6"},
		"true and false that move":      {bnk, " · fisso`", "`", "true_false_moves", " · fisso`"},
		"a criterion alone":             {bnk, "- aperta: griglia R2", "- aperta: R2", "open_bad", "- aperta: griglia R2"},
		"a signer misspelt":             {lis, "- firma: volontario", "- firma: volontaria", "sign_bad", "- firma: volontario"},
		"more than there are":           {lis, "- minimo: 4", "- minimo: 6", "minimum_bad", "- minimo: tutte"},
		"an entry without number":       {lis, "- **P3 Cuffia**:", "- Cuffia:", "check_line", "- **P6 Cuffia**:"},
		"a time with a point":           {pro, "- ora: 18:00", "- ora: 18.00", "clock_bad", "- ora: 18:00"},
		"a kind of requirement":         {pro, "`studio · moduli`", "`studio · modulli`", "kind_unknown", "`studio · moduli`"},
		"a setting that promises none":  {pro, "- contenuti: mo-denaro\n", "- contenuti: mo-denaro\n- soglia: 80%\n", "setting_elsewhere", "- contenuti: mo-denaro\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := examples(t)
			f := files["mini/it/"+c.file]
			if !strings.Contains(string(f.Data), c.old) {
				t.Fatalf("%q is not in %s", c.old, c.file)
			}
			f.Data = []byte(strings.Replace(string(f.Data), c.old, c.new, 1))
			found := inspected(files)
			i := slices.IndexFunc(found, func(p content.Problem) bool { return p.Code == c.code && p.File == "mini/it/"+c.file })
			if i < 0 || found[i].Mend == nil {
				t.Fatalf("no correction of %s in %+v", c.code, found)
			}
			text, _ := found[i].Mend.Apply(string(f.Data))
			if !strings.Contains(text, c.want) || strings.Contains(text, c.new) && !strings.Contains(c.want, c.new) {
				t.Errorf("%+v makes\n%s", *found[i].Mend, text)
			}
			mended(t, files, found[i])
		})
	}
}

// Where a person has to think, there is no button.
func TestNoMendWhereSomebodyMustDecide(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, old, new string }{
		"two lines that differ":        {lis, "- minimo: 4", "- minimo: 4\n- minimo: 3"},
		"a word that is like nothing":  {lis, "- minimo: 4", "- colore: 4"},
		"a key that is there already":  {lis, "- minimo: 4", "- minimo: 4\n- minnimo: 3"},
		"a goal that nobody has named": {mod, "- durata: 90 min", "- durata: un po'"},
		"a key that may be another":    {mod, "- durata: 90 min", "- curat: 90 min"},
		"a number that may be real":    {mod, "Il *bonifico*", "Il 347 123 4567"},
		"a card number":                {mod, "quattro, cinque, tre…", "4111 1111 1111 1111"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := examples(t)
			before := kindsOf(inspected(files))
			f := files["mini/it/"+c.file]
			f.Data = []byte(strings.Replace(string(f.Data), c.old, c.new, 1))
			for _, p := range inspected(files) {
				if before[p.File+" "+p.Code+" "+p.Message("en")] == 0 && p.Mend != nil {
					t.Errorf("%s: %+v", p.Text("en"), *p.Mend)
				}
			}
		})
	}
}

// Any letter that is lost, doubled or changed in a line of any example: what is
// corrected is corrected without harm.
func TestMendsOfSlips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		files := fstest.MapFS{}
		for _, m := range exampleForm.FindAllStringSubmatch(content.Formats("it"), -1) {
			files["mini/it/"+m[1]] = &fstest.MapFile{Data: []byte(m[2])}
		}
		name := rapid.SampledFrom(slices.Sorted(maps.Keys(files))).Draw(t, "file")
		text := []rune(string(files[name].Data))
		at := rapid.IntRange(0, min(len(text), 700)-1).Draw(t, "at")
		switch rapid.IntRange(0, 2).Draw(t, "slip") {
		case 0:
			text = slices.Delete(text, at, at+1)
		case 1:
			text = slices.Insert(text, at, text[at])
		default:
			text[at] = rapid.SampledFrom([]rune("aeimorstz1:- ")).Draw(t, "letter")
		}
		files[name] = &fstest.MapFile{Data: []byte(string(text))}
		for _, p := range inspected(files) {
			if p.Mend != nil {
				mended(t, files, p)
			}
		}
	})
}

// Programs get the correction with the problem.
func TestMendsAsData(t *testing.T) {
	t.Parallel()
	files := examples(t)
	f := files["mini/it/"+lis]
	f.Data = []byte(strings.Replace(string(f.Data), "- minimo: 4", "- minnimo: 4", 1))
	p, found := content.Load(files, "mini/it")
	var b strings.Builder
	if err := content.Inspect(p, found).JSON(&b, "it"); err != nil {
		t.Fatal(err)
	}
	type row struct {
		Code string
		Mend *content.Mend
	}
	var out struct{ Problems []row }
	if err := json.Unmarshal([]byte(b.String()), &out); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(out.Problems, func(k row) bool { return k.Code == "key_unknown" })
	if want := (content.Mend{Line: 5, Col: 3, EndLine: 5, EndCol: 10, Text: "minimo"}); i < 0 || out.Problems[i].Mend == nil || *out.Problems[i].Mend != want {
		t.Errorf("%s", b.String())
	}
}

func TestMendPlaces(t *testing.T) {
	t.Parallel()
	const text = "è così\nsì\n"
	for name, c := range map[string]struct {
		mend content.Mend
		want string
		ok   bool
	}{
		"letters of two bytes":      {content.Mend{Line: 1, Col: 3, EndLine: 1, EndCol: 7, Text: "vero"}, "è vero\nsì\n", true},
		"put in":                    {content.Mend{Line: 2, Col: 3, EndLine: 2, EndCol: 3, Text: "!"}, "è così\nsì!\n", true},
		"a whole line":              {content.Mend{Line: 1, Col: 1, EndLine: 2, EndCol: 1}, "sì\n", true},
		"beyond the line":           {content.Mend{Line: 2, Col: 9, EndLine: 2, EndCol: 9}, text, false},
		"beyond the text":           {content.Mend{Line: 9, Col: 1, EndLine: 9, EndCol: 1}, text, false},
		"its end before its begin":  {content.Mend{Line: 2, Col: 1, EndLine: 1, EndCol: 1}, text, false},
		"no place at all":           {content.Mend{}, text, false},
		"at the very end of a text": {content.Mend{Line: 3, Col: 1, EndLine: 3, EndCol: 1, Text: "x"}, text + "x", true},
	} {
		if got, ok := c.mend.Apply(text); got != c.want || ok != c.ok {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
}
