package web_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"abilita/content"
	"abilita/content/exchange"
	"abilita/internal/app/apptest"
	"abilita/internal/foreign/foreigntest"
	"abilita/internal/people"
	"abilita/internal/robot"
	"abilita/internal/web/webtest"
)

const aQuestion = `<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="k1" title="Titolo" adaptive="false" timeDependent="false">
<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier"><correctResponse><value>B</value></correctResponse></responseDeclaration>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody><choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1"><prompt>Che cosa fai?</prompt><simpleChoice identifier="A">Parlo</simpleChoice><simpleChoice identifier="B">Ascolto</simpleChoice></choiceInteraction></itemBody>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/></assessmentItem>`

const oldQuestion = `<questestinterop><item ident="q9" title="Vecchia"><presentation><material><mattext texttype="text/plain">Come saluti?</mattext></material><response_lid ident="R" rcardinality="Single"><render_choice><response_label ident="A"><material><mattext>Con il nome</mattext></material></response_label><response_label ident="B"><material><mattext>Con un numero</mattext></material></response_label></render_choice></response_lid></presentation><resprocessing><outcomes><decvar/></outcomes><respcondition><conditionvar><varequal respident="R">A</varequal></conditionvar><setvar action="Set">100</setvar></respcondition></resprocessing></item></questestinterop>`

const moodleQuiz = `<?xml version="1.0"?>
<quiz>
<question type="multichoice"><name><text>uno</text></name><questiontext format="html"><text><![CDATA[<p>Chi parla per <b>primo</b>?</p>]]></text></questiontext><single>true</single>
<answer fraction="100"><text>Chi chiama</text></answer><answer fraction="0"><text>Chi risponde</text></answer></question>
<question type="calculated"><name><text>conto</text></name><questiontext><text>Quanto fa {a}?</text></questiontext></question>
</quiz>`

// Real files of every format, by the form of the page and without script: the format
// is told from name and content, the files come into the draft, and the answer
// accounts for every part.
func TestFilesOfOtherProgramsComeIntoADraft(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	davide := s.SignIn("davide@example.org")
	fill(t, davide, open(t, davide, "/content"), "/content/drafts")
	draft := open(t, davide, "/drafts/1")
	has(t, draft, "Porta dentro", "Scarica")
	for _, c := range []struct {
		name, format, file string
		path               string
		says               []string
		values             []string
	}{
		{
			"Domande di marzo.gift", "GIFT", "::saluto::Come ti presenti?{=Con il nome ~Con il cognome}\n\nLeggi bene.\n", "quiz/domande-di-marzo.md",
			[]string{"Non preso: 1", "Adattato: qualcosa si è perso: 0", "Preso per intero: 1", "Domanda Leggi bene. Riga 3", "È un testo senza domanda", "Domanda saluto Riga 1"},
			[]string{"module", "mo-denaro"},
		},
		{"moodle.xml", "Moodle XML", moodleQuiz, "quiz/moodle.md", []string{"Non preso: 1", "Il tipo «calculated» non ha un corrispondente", "Domanda uno"}, nil},
		{"uno.xml", "QTI", aQuestion, "quiz/uno.md", []string{"Preso per intero: 1", "Domanda k1"}, nil},
		{"vecchia.xml", "QTI", oldQuestion, "quiz/vecchia.md", []string{"Domanda q9"}, nil},
		{
			"pacchetto.zip", "QTI", string(foreigntest.Zip(t, "imsmanifest.xml", `<manifest><resources><resource identifier="r1" type="imsqti_item_xmlv2p1" href="k1.xml"><file href="k1.xml"/></resource></resources></manifest>`, "k1.xml", aQuestion)),
			"quiz/pacchetto.md",
			[]string{"Domanda k1", "k1.xml"},
			nil,
		},
		{"aiken.txt", "Aiken", "Chi saluta?\nA. Chi risponde\nB. Nessuno\nANSWER: A\n", "quiz/aiken.md", []string{"Preso per intero: 1"}, nil},
		{
			"Storia.twee", "Twee 3", ":: StoryTitle\nCinquanta euro\n\n:: Start\nMarta: «Pronto?»\n[[«Eccomi.»->Fine]]\n\n:: Fine [riuscita]\n", "copioni/storia.md",
			[]string{"Momento"},
			[]string{"rubric", "gr-donazioni", "channel", "chat"},
		},
		{"telefonata.ink", "Ink", "-> inizio\n=== inizio ===\nMarta: «Pronto?»\n* «Eccomi.» -> fine\n=== fine ===\nMarta: «Grazie.»\n-> END\n", "copioni/telefonata.md", []string{"Momento"}, nil},
		{"manuale.md", "Manuale in Markdown", "# Ascoltare\n\nPrima ascolta.\n\n![figura](x.png)\n", "moduli/ascoltare.md", []string{"Modulo mo-ascoltare Righe 1–5", "Persa l'immagine x.png (riga 5)", "L'obiettivo è da scrivere"}, nil},
		{
			"libro.zip", "Manuale in Markdown", string(foreigntest.Zip(t, "libro/1.md", "# Parlare\n\nPiano.\n\n![scheda](scheda.jpg)\n", "libro/scheda.jpg", string(photo(t, 30, 20)), "libro/note.txt", "x", "libro/2.md", "# Parlare\n\nAncora.\n")),
			"moduli/parlare.md",
			[]string{"moduli/parlare-2.md", "media/scheda.jpg", "Non preso: 1", "Il file libro/note.txt non è stato preso", "ripulita"},
			nil,
		},
	} {
		draft := open(t, davide, "/drafts/1") // a form has its own key
		page := attach(t, davide, draft, "/drafts/1/bring", c.name, []byte(c.file), c.values...)
		if page.Status != http.StatusOK {
			t.Errorf("%s answers %d: %s", c.name, page.Status, page.Text())
			continue
		}
		has(t, page, append(c.says, "Che cosa è arrivato", c.format, c.path, "Nuovo")...)
		address := "/drafts/1/files/" + strings.ReplaceAll(c.path, "/", "~")
		if !strings.Contains(page.Body, `href="`+address+`"`) {
			t.Errorf("%s: no way to %s", c.name, address)
		}
		edit := open(t, davide, address)
		if len(c.values) > 1 && !strings.Contains(edit.Body, c.values[1]) {
			t.Errorf("%s does not say %s", c.path, c.values[1])
		}
		// The page asked for once more, which sends the form again, finds all of it there.
		again := attach(t, davide, draft, "/drafts/1/bring", c.name, []byte(c.file), c.values...)
		if has(t, again, append(c.says, c.path, "C’era già, uguale", "Non è cambiato niente")...); again.Status != http.StatusOK {
			t.Errorf("%s again: %d", c.name, again.Status)
		}
	}
	has(t, open(t, davide, "/drafts/1/files/copioni~storia.md"), "linea: donazioni", "canale: chat")
	// Another text under a name that is taken gets a number, in the file too.
	page := attach(t, davide, open(t, davide, "/drafts/1"), "/drafts/1/bring", "denaro.md", []byte("# Denaro\n\nUn altro testo.\n"))
	has(t, page, "moduli/denaro-2.md", "Si chiamava moduli/denaro.md", "mo-denaro-2")
	if page := open(t, davide, "/drafts/1/files/moduli~denaro-2.md"); !strings.Contains(page.Body, "- id: mo-denaro-2\n") {
		t.Error("the id has no number")
	}
	hasNot(t, open(t, davide, draftModule), "Un altro testo")
	// Sent again after somebody went on writing, the form adds nothing and leads to the draft.
	sent := open(t, davide, "/drafts/1")
	attach(t, davide, sent, "/drafts/1/bring", "poi.md", []byte("# Poi\n\nTesto.\n"))
	const later = "/drafts/1/files/moduli~poi.md"
	edit := open(t, davide, later)
	fill(t, davide, edit, later, "body", "# Modulo: Poi\n- id: mo-poi\n\nAltro.\n", "do", "save")
	if page := attach(t, davide, sent, "/drafts/1/bring", "poi.md", []byte("# Poi\n\nTesto.\n")); page.URL.Path != "/drafts/1" || strings.Contains(page.Text(), "poi-2.md") {
		t.Errorf("leads to %s: %s", page.URL, page.Text())
	}
	var entries int
	if err := s.DB.Read().GetContext(t.Context(), &entries, `SELECT count(*) FROM audit_entry WHERE action = 'content.write' AND detail ->> 'did' = 'bring_in'`); err != nil || entries != 12 {
		t.Errorf("%d entries of the record, %v", entries, err)
	}
}

// What may not be taken is refused where it was chosen, in words and at once, and
// nothing of it stays.
func TestFilesThatMayNotBeTakenLeaveNothing(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	davide := s.SignIn("davide@example.org")
	fill(t, davide, open(t, davide, "/content"), "/content/drafts")
	draft := open(t, davide, "/drafts/1")
	bomb := foreigntest.Zip(t, "it/moduli/a.md", "# Modulo: A\n- id: mo-a\n\n"+strings.Repeat("a", 15<<20), "it/moduli/b.md", strings.Repeat("b", 15<<20))
	for name, c := range map[string]struct {
		file   string
		values []string
		want   string
	}{
		"nothing.gift":          {"", nil, "Scegli un file."},
		"riddle.txt":            {"Buongiorno a tutti.\n", nil, "Non riconosciamo il formato"},
		"entities.xml":          {"<?xml version=\"1.0\"?>\n<!DOCTYPE quiz [<!ENTITY a \"&b;&b;\">]>\n<quiz>&a;</quiz>", nil, "Riga 2: i file con un tipo di documento non si prendono"},
		"deep.xml":              {"<quiz>" + strings.Repeat("<a>", 5000) + strings.Repeat("</a>", 5000) + "</quiz>", nil, "64 livelli"},
		"slip.zip":              {string(foreigntest.Zip(t, "it/moduli/a.md", "# Modulo: A\n- id: mo-a\n", "../fuori.md", "x")), nil, "un nome che non si può usare"},
		"bomb.zip":              {string(bomb), nil, "L'archivio contiene troppo"},
		"page.zip":              {string(foreigntest.Zip(t, "it/moduli/a.md", "# Modulo: A\n- id: mo-a\n", "it/a.html", "<script>")), nil, "non sta in un pacchetto"},
		"broken.zip":            {"PK\x03\x04rotto", nil, "non è un archivio ZIP"},
		"other.xml":             {"<html/>", []string{"format", "moodle"}, "Il file non è nel formato"},
		"bytes.gift":            {"\xff\xfe\x00", nil, "Il file non è testo"},
		"card.gift":             {"// prima\n::a::Il numero è 4111 1111 1111 1111?{T}\n", nil, "Alla riga 2 del file c’è un numero di carta"},
		"cards.zip":             {string(foreigntest.Zip(t, "it/moduli/carta.md", "# Modulo: Carta\n- id: mo-carta\n\n4111 1111 1111 1111\n")), nil, "In moduli/carta.md, riga 4, c’è un numero di carta"},
		"4111111111111111.gift": {"::a::Sì?{T}\n", nil, "numero di carta"},
		"module.gift":           {"::a::Sì?{T}\n", []string{"module", "mo-x` · critica"}, "Scegli"},
	} {
		page := attachAny(t, davide, draft, name, []byte(c.file), c.values...)
		if page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Text(), c.want) {
			t.Errorf("%s: %d, not %q: %s", name, page.Status, c.want, page.Text())
		}
	}
	var files int
	if err := s.DB.Read().GetContext(t.Context(), &files, `SELECT (SELECT count(*) FROM draft_file) + (SELECT count(*) FROM draft_media)`); err != nil || files != 0 {
		t.Errorf("%d files, %v", files, err)
	}
	// Something that holds nothing is told too, and is no mistake of who sent it.
	page := attach(t, davide, draft, "/drafts/1/bring", "vuoto.gift", []byte("// niente\n"))
	if has(t, page, "Non è arrivato niente", "Non preso: 0", "qualcosa si è perso: 1", "Commento"); page.Status != http.StatusOK {
		t.Errorf("nothing to take: %d", page.Status)
	}
}

// attachAny sends values that the form does not offer.
func attachAny(t *testing.T, v *robot.Visitor, p *robot.Page, name string, file []byte, values ...string) *robot.Page {
	t.Helper()
	f, err := p.Form("/drafts/1/bring")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(values); i += 2 {
		f.Values.Set(values[i], values[i+1])
	}
	next, err := v.SendFile(f, "file", name, file)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// A pack goes out of a release and of a draft with the bytes that the command line
// makes of its folder, comes into an empty draft, and goes out the same.
func TestAPackGoesOutAndComesBackByteByByte(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	davide := s.SignIn("davide@example.org")
	fill(t, davide, open(t, davide, "/content"), "/content/drafts")
	attach(t, davide, open(t, davide, "/drafts/1"), "/drafts/1/media", "Scheda.jpg", photo(t, 90, 60), "words", "La scheda")
	history := open(t, davide, "/content/pr-donazioni/it")
	link, err := history.Link("Tutto, come pacchetto ZIP")
	if err != nil {
		t.Fatal(err)
	}
	released := get(t, davide, strings.TrimPrefix(link, s.URL))
	if got := released.header.Get("Content-Disposition"); released.status != http.StatusOK || got != `attachment; filename="pr-donazioni-it.zip"` || released.header.Get("Content-Type") != "application/zip" {
		t.Fatalf("%d %q", released.status, got)
	}
	var folder []content.SourceFile
	for name, f := range apptest.Pack() {
		folder = append(folder, content.SourceFile{Path: strings.TrimPrefix(name, "esempio/"), Text: string(f.Data)})
	}
	want, err := content.Archive(folder)
	if err != nil || !bytes.Equal(want, released.body) {
		t.Errorf("the release is not the pack: %d and %d bytes, %v", len(released.body), len(want), err)
	}
	written := get(t, davide, "/drafts/1/download?format=pack")
	a, err := content.OpenPack(written.body)
	if err != nil || !a.Has("it/media/scheda.jpg") || len(a.Names()) != len(folder)+1 {
		t.Fatalf("the draft: %v", err)
	}

	// Into a draft that has nothing but its beginning.
	fill(t, davide, open(t, davide, "/content"), "/content/new", "line", "donazioni", "title", "Copia", "name", "copia", "lang", "it")
	fill(t, davide, open(t, davide, "/drafts/2/files/moduli~copia.md"), "/drafts/2/files/moduli~copia.md/remove")
	page := attach(t, davide, open(t, davide, "/drafts/2"), "/drafts/2/bring", "pack.zip", written.body)
	has(t, page, "Pacchetto di Abilita", "Non preso: 1", "Qui programma.md dice altro, ed è rimasto com'era", "Non preso: nella bozza c’è un altro testo")
	page = attach(t, davide, open(t, davide, "/drafts/2"), "/drafts/2/bring", "pack.zip", written.body, "replace", "yes")
	has(t, page, "Non preso: 0", "Al posto di quello che c’era", "C’era già, uguale")
	back := get(t, davide, "/drafts/2/download?format=pack")
	if !bytes.Equal(back.body, written.body) {
		t.Errorf("what came back is another pack: %d and %d bytes", len(back.body), len(written.body))
	}
	// Another language, and what stands nowhere, stays outside and is told.
	odd := foreigntest.Zip(t, "LEGGIMI.md", "x", "en/moduli/a.md", "# Module: A\n- id: mo-a\n", "it/moduli/lungo.md", "# Modulo: Lungo\n- id: mo-lungo\n\n"+strings.Repeat("parola ", 12000))
	has(t, attach(t, davide, open(t, davide, "/drafts/2"), "/drafts/2/bring", "strano.zip", odd), "Non preso: 3", "En/moduli/a.md è di un'altra lingua", "LEGGIMI.md non sta in nessuna cartella", "supera i 64 KB")

	// Whoever replaces must have seen what is there.
	late := open(t, davide, "/drafts/1")
	teresa := s.SignIn("teresa@example.org")
	edit := open(t, teresa, draftModule)
	fill(t, teresa, edit, draftModule, "body", body(t, edit)+"\nDi Teresa.\n", "do", "save")
	clash := attach(t, davide, late, "/drafts/1/bring", "pack.zip", released.body, "replace", "yes")
	if clash.Status != http.StatusConflict || !strings.Contains(open(t, davide, draftModule).Body, "Di Teresa.") {
		t.Errorf("over the text of another: %d", clash.Status)
	}
	attach(t, davide, clash, "/drafts/1/bring", "pack.zip", released.body, "replace", "yes")
	if strings.Contains(open(t, davide, draftModule).Body, "Di Teresa.") {
		t.Error("what was seen is not replaced")
	}
}

// Questions go out after a page that says what is lost, and come back.
func TestQuestionsGoOutAfterAPageThatSaysWhatIsLost(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t)
	davide := s.SignIn("davide@example.org")
	history := open(t, davide, "/content/pr-donazioni/it")
	for format, words := range map[exchange.Format]string{exchange.GIFT: "Le domande in GIFT", exchange.Moodle: "Le domande in Moodle XML", exchange.QTI: "Le domande in QTI 3"} {
		link, err := history.Link(words)
		if err != nil {
			t.Fatal(err)
		}
		page := open(t, davide, link)
		has(t, page, "Scarica: Domande in", "Va per intero:", "quiz/banca.md, riga")
		file, err := page.Link("Scarica il file")
		if err != nil {
			t.Fatal(err)
		}
		got := get(t, davide, strings.TrimPrefix(file, s.URL))
		items, _, err := exchange.Import(format, got.body, exchange.Options{Lang: "it", Name: "x"})
		if known, e := exchange.Recognise("x", got.body); got.status != http.StatusOK || err != nil || len(items) == 0 || e != nil || known != format {
			t.Errorf("%s: %d, %v, %v %q", format, got.status, err, e, known)
		}
	}
	if p := get(t, davide, "/content/pr-donazioni/it/1/download?format=aiken"); p.status != http.StatusNotFound {
		t.Errorf("a format that does not go out: %d", p.status)
	}
	// Who reads the content without the keys of its questions finds no download.
	s.Staff("Mara", "Menta", people.Grant{Role: people.Mentor, Scope: people.Cohort, ID: s.Cohort})
	mara := s.SignIn("mara@example.org")
	hasNot(t, open(t, mara, "/content/pr-donazioni/it"), "Scarica")
	hasNot(t, open(t, mara, "/content/pr-donazioni/it/1"), "Scarica")
	if p := get(t, mara, "/content/pr-donazioni/it/1/download?format=pack"); p.status != http.StatusNotFound {
		t.Errorf("without the keys: %d", p.status)
	}
}
