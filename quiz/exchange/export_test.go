package exchange_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"abilita/content"
	"abilita/quiz/exchange"
)

const toExport = `# Quiz: prova
- id: qz-prova
- versione: 1.0
- tipo: banca

### Che cosa dici: «50 % = metà»?
` + "`a1 · denaro · ricordare`" + `
1. [x] Sì: è metà
1. [ ] No ~ mai
   > Ripassa il modulo.
1. [ ] #3

> Perché è così.

### Quali due?
` + "`a2 · denaro · ricordare · parziale`" + `
- [x] Uno
- [x] Due
- [ ] Tre

### Abbina.
` + "`a3 · denaro · ricordare · parziale`" + `
- A → uno
- B → due
- → tre

### La carta è di ___.
` + "`a4 · denaro · ricordare`" + `
- risposta: plastica | PVC

### Quanti giorni?
` + "`a5 · denaro · ricordare`" + `
- numero: 7 ± 0,5

### Racconta.
` + "`a6 · denaro · applicare`" + `
- aperta:
`

// exported writes the questions of a file for another program.
func exported(t *testing.T, f exchange.Format, src string) (string, string) {
	t.Helper()
	b, _, _ := content.ParseQuiz("q.md", []byte(src), "it")
	out, report, err := exchange.Export(f, b.Bank)
	if err != nil {
		t.Fatal(err)
	}
	return string(out), lines(report)
}

// What GIFT is, is written in the documentation of Moodle ("GIFT format"): a title
// between double colons, the format in brackets, = and ~ with weights, -> for pairs,
// # for feedback and a number with its tolerance, #### for what all read, and a
// backslash before each of ~ = # { } : that is text.
func TestGIFTAsItsMakersWriteIt(t *testing.T) {
	t.Parallel()
	const want = `$CATEGORY: denaro

// [id:a1] [tag:module:denaro] [tag:level:remember]
::a1::[markdown]Che cosa dici\: «50 % \= metà»?{
=Sì\: è metà
~No \~ mai#Ripassa il modulo.
~\#3
####Perché è così.}

// [id:a2] [tag:module:denaro] [tag:level:remember] [tag:partial]
::a2::[markdown]Quali due?{
~%50%Uno
~%50%Due
~%-50%Tre
}

// [id:a3] [tag:module:denaro] [tag:level:remember] [tag:partial]
::a3::[markdown]Abbina.{
=A -> uno
=B -> due
= -> tre
}

// [id:a4] [tag:module:denaro] [tag:level:remember]
::a4::[markdown]La carta è di {=plastica =PVC }.

// [id:a5] [tag:module:denaro] [tag:level:remember]
::a5::[markdown]Quanti giorni?{#7:0.5}

// [id:a6] [tag:module:denaro] [tag:level:apply]
::a6::[markdown]Racconta.{}
`
	got, _ := exported(t, exchange.GIFT, toExport)
	if d := cmp.Diff(strings.TrimSpace(want), strings.TrimSpace(got)); d != "" {
		t.Error(d)
	}
}

// moodleQuestion is a question as the documentation of Moodle XML describes it.
type moodleQuestion struct {
	Type     string   `xml:"type,attr"`
	Name     string   `xml:"name>text"`
	Text     string   `xml:"questiontext>text"`
	ID       string   `xml:"idnumber"`
	Grade    string   `xml:"defaultgrade"`
	Single   string   `xml:"single"`
	Shuffle  string   `xml:"shuffleanswers"`
	Feedback string   `xml:"generalfeedback>text"`
	Tags     []string `xml:"tags>tag>text"`
	Answers  []struct {
		Fraction  string `xml:"fraction,attr"`
		Text      string `xml:"text"`
		Feedback  string `xml:"feedback>text"`
		Tolerance string `xml:"tolerance"`
	} `xml:"answer"`
	Pairs []struct {
		Left  string `xml:"text"`
		Right string `xml:"answer>text"`
	} `xml:"subquestion"`
}

func TestMoodleXMLAsItsMakersWriteIt(t *testing.T) {
	t.Parallel()
	src, _ := exported(t, exchange.Moodle, toExport)
	var quiz struct {
		XMLName   xml.Name         `xml:"quiz"`
		Questions []moodleQuestion `xml:"question"`
	}
	if err := xml.Unmarshal([]byte(src), &quiz); err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, q := range quiz.Questions {
		row := []string{q.Type, q.ID, q.Text, q.Single, q.Feedback}
		for _, a := range q.Answers {
			row = append(row, a.Fraction+" "+a.Text+" "+a.Feedback+a.Tolerance)
		}
		for _, p := range q.Pairs {
			row = append(row, p.Left+" → "+p.Right)
		}
		told = append(told, strings.Join(row, "|"))
		if q.Type != "category" && (q.Name == "" || q.Grade != "1" || !slices.Contains(q.Tags, "module:denaro")) {
			t.Errorf("%s: name %q, grade %q, tags %v", q.ID, q.Name, q.Grade, q.Tags)
		}
	}
	want := []string{
		"category||||",
		"multichoice|a1|Che cosa dici: «50 % = metà»?|true|Perché è così.|100 Sì: è metà |0 No ~ mai Ripassa il modulo.|0 #3 ",
		"multichoice|a2|Quali due?|false||50 Uno |50 Due |-50 Tre ",
		"matching|a3|Abbina.|||A → uno|B → due| → tre",
		"cloze|a4|La carta è di {1:SHORTANSWER:=plastica~=PVC}.||",
		"numerical|a5|Quanti giorni?|||100 7 0.5",
		"essay|a6|Racconta.||",
	}
	if d := cmp.Diff(want, told); d != "" {
		t.Error(d)
	}
}

// The order of the parts of an item, and where each belongs, are those of the schema
// of QTI 3 (imsqti_asiv3p0): declarations of answers, then of results, the body, the
// marking, the feedback.
func TestQTIAsItsMakersWriteIt(t *testing.T) {
	t.Parallel()
	src, _ := exported(t, exchange.QTI, toExport)
	archive, err := zip.NewReader(strings.NewReader(src), int64(len(src)))
	if err != nil {
		t.Fatal(err)
	}
	order := []string{"qti-response-declaration", "qti-outcome-declaration", "qti-item-body", "qti-response-processing", "qti-modal-feedback"}
	interactions := map[string]string{}
	for _, f := range archive.File {
		body := unzipped(t, f)
		if f.Name == "imsmanifest.xml" {
			for _, id := range []string{"a1", "a6"} {
				if !strings.Contains(body, `type="imsqti_item_xmlv3p0" href="items/`+id+`.xml"`) {
					t.Errorf("the manifest does not name %s", id)
				}
			}
			continue
		}
		var item struct {
			XMLName    xml.Name
			Identifier string `xml:"identifier,attr"`
			Title      string `xml:"title,attr"`
			Adaptive   string `xml:"adaptive,attr"`
			Timed      string `xml:"time-dependent,attr"`
			Parts      []struct {
				XMLName    xml.Name
				Identifier string `xml:"identifier,attr"`
			} `xml:",any"`
		}
		if err := xml.Unmarshal([]byte(body), &item); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if item.XMLName.Space != "http://www.imsglobal.org/xsd/imsqtiasi_v3p0" || item.XMLName.Local != "qti-assessment-item" || item.Title == "" || item.Adaptive != "false" || item.Timed != "false" {
			t.Errorf("%s: %+v", f.Name, item)
		}
		last := 0
		declared := map[string]bool{}
		for _, p := range item.Parts {
			at := slices.Index(order, p.XMLName.Local)
			if at < last {
				t.Errorf("%s: %s out of its place", f.Name, p.XMLName.Local)
			}
			last = max(last, at)
			if at == 0 {
				declared[p.Identifier] = true
			}
		}
		d := xml.NewDecoder(strings.NewReader(body))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			e, ok := token.(xml.StartElement)
			if !ok || !strings.HasSuffix(e.Name.Local, "-interaction") {
				continue
			}
			interactions[item.Identifier] = e.Name.Local
			if i := slices.IndexFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Local == "response-identifier" }); i < 0 || !declared[e.Attr[i].Value] {
				t.Errorf("%s: %v answers what was not declared", f.Name, e.Attr)
			}
		}
	}
	want := map[string]string{
		"a1": "qti-choice-interaction", "a2": "qti-choice-interaction", "a3": "qti-match-interaction",
		"a4": "qti-text-entry-interaction", "a5": "qti-text-entry-interaction", "a6": "qti-extended-text-interaction",
	}
	if d := cmp.Diff(want, interactions); d != "" {
		t.Error(d)
	}
}

func unzipped(t *testing.T, f *zip.File) string {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A draft may hold questions that are not done: they go to no program as if they were.
func TestAQuestionThatIsNotDoneIsLeftOut(t *testing.T) {
	t.Parallel()
	const undone = `# Quiz: prova
- id: qz-prova
- versione: 1.0
- tipo: banca

### Senza niente?
` + "`a1 · denaro · ricordare`" + `

### Senza la giusta?
` + "`a2 · denaro · ricordare`" + `
1. [ ] Uno
1. [ ] Due

### Quanti?
` + "`a3 · denaro · ricordare`" + `
- numero: 7 ± 0
`
	for _, f := range []exchange.Format{exchange.GIFT, exchange.Moodle, exchange.QTI} {
		out, report := exported(t, f, undone)
		if strings.Contains(out, "Senza") || strings.Contains(out, "a2") || strings.Count(report, "no whole question yet") != 2 {
			t.Errorf("%s: %s", f, report)
		}
	}
}
