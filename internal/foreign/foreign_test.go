package foreign_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"abilita/internal/foreign"
)

func TestEveryNoteHasItsWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	values := regexp.MustCompile(`\{[a-z]+\}`)
	for _, code := range foreign.Codes() {
		it, en := foreign.Lost(code).Message("it"), foreign.Lost(code).Message("en")
		if it == "" || en == "" || it == en && code != "more_lost" {
			t.Errorf("%s: %q, %q", code, it, en)
		}
		a, b := strings.Join(values.FindAllString(it, -1), ""), strings.Join(values.FindAllString(en, -1), "")
		if a != b {
			t.Errorf("%s: values %s and %s", code, a, b)
		}
	}
	if got := foreign.Lost("nobody").Message("en"); got != "nobody" {
		t.Error(got)
	}
}

// V3: what stands in a file does not act on who reads the report.
func TestAReportIsHarmlessAndBounded(t *testing.T) {
	t.Parallel()
	e := foreign.Entry{From: 3, Kind: foreign.Question, Name: "a\x1b[31m\nb\u202e", Status: foreign.Read}
	for range 100 {
		e.Add(foreign.Lost("tag_lost", "tag", "\x1b]0;x\a"))
	}
	if len(e.Notes) != 1 || e.Status != foreign.Adapted {
		t.Errorf("the same note %d times, %s", len(e.Notes), e.Status)
	}
	if got := e.Text("f", "en"); strings.ContainsAny(got, "\x1b\n\a\u202e") || !strings.HasPrefix(got, "f:3: adapted: question «a[31m b»") {
		t.Errorf("%q", got)
	}
	for i := range 1000 {
		e.Add(foreign.Lost("tag_lost", "tag", strings.Repeat("x", i)))
	}
	if last := e.Notes[len(e.Notes)-1]; len(e.Notes) > 50 || last.Code != "more_lost" {
		t.Errorf("%d notes, the last is %s", len(e.Notes), last.Code)
	}
	var b bytes.Buffer
	r := foreign.Report{Format: "gift", Entries: []foreign.Entry{e}}
	if err := r.JSON(&b, "f", "it", nil); err != nil || !json.Valid(b.Bytes()) || strings.Contains(b.String(), "\x1b") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

func TestHTMLBecomesWhatAQuestionHolds(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"<p>uno<p>due":                           "uno\n\ndue",
		"a <b> b </b>c <i>d</i>":                 "a  **b** c *d*",
		"<b><b>x</b></b>":                        "**x**",
		"2 * 3 * 4 _x_ [y] `z` <b>":              "2 \\* 3 \\* 4 \\_x\\_ \\[y] \\`z\\`",
		"a<br>b":                                 "a\n\nb",
		"<ol><li>x<li>y</ol>":                    "1\\) x\n\n2\\) y",
		"<blockquote><p>a<p>b</blockquote><p>c":  "> a\n>\n> b\n\nc",
		"<table><tr><td>a<td>b<tr><td>c</table>": "a · b\n\nc",
		"<a href='https://a.it/x'>qui</a>":       "[qui](https://a.it/x)",
		"<a href='javascript:x'>qui</a>":         "qui",
		"Ciao!<a href='https://a.it'>qui</a>":    `Ciao\![qui](https://a.it)`,
		"<script>x</script><style>y</style>z":    "z",
		"<img src=x alt='una mappa'>":            "una mappa",
		"&lt;b&gt; &amp;lt; &agrave;":            `\<b> &amp;lt; à`,
		"{nome} {altro} {{x}}":                   "{nome} &#123;altro} &#123;&#123;x}}",
		"# titolo\n- elenco":                     `\# titolo - elenco`,
		"<pre>a\nb</pre>":                        "`a`\n\n`b`",
		"1. primo":                               `1\. primo`,
	} {
		got, _ := foreign.FromHTML(src)
		if want = strings.ReplaceAll(want, "  ", " "); got.String() != want {
			t.Errorf("%q: %q, want %q", src, got.String(), want)
		}
	}
}

func TestALineOfMarkdownIsReadAndWritten(t *testing.T) {
	t.Parallel()
	for src, want := range map[string][2]string{
		"**a** *b* `c<` [d](https://e.it) \\*f\\*": {"a b c< d *f*", `<strong>a</strong> <em>b</em> <code>c&lt;</code> <a href="https://e.it">d</a> *f*`},
		"2 * 3 * 4 a_b_c":                          {"2 * 3 * 4 a_b_c", "2 * 3 * 4 a_b_c"},
		"**a *b* c** ~~d~~":                        {"a b c d", "<strong>a <em>b</em> c</strong> <del>d</del>"},
		"`a &amp; &lt;":                            {"`a & <", "`a &amp; &lt;"},
		"***x":                                     {"***x", "***x"},
	} {
		if got := foreign.Reading(src); got != want[0] {
			t.Errorf("%q reads %q", src, got)
		}
		if got := foreign.HTML(src); got != want[1] {
			t.Errorf("%q is %q", src, got)
		}
	}
}

func TestWhatNobodyReadIsTold(t *testing.T) {
	t.Parallel()
	n, err := foreign.Parse([]byte("<a x='1' y='2'>\n<b>t<c/></b>\n<d z='3'/>testo</a>"))
	if err != nil {
		t.Fatal(err)
	}
	n.Get("x")
	n.One("b").Str()
	var got []string
	for _, m := range n.Unread() {
		got = append(got, m.Message("en"))
	}
	if want := "“a y” = “2” was not used|“d” was not understood: |text not used: testo"; strings.Join(got, "|") != want {
		t.Errorf("%q", got)
	}
	foreign.Mark(n)
	if len(n.Unread()) > 0 {
		t.Errorf("%v", n.Unread())
	}
}

func TestAPackIsRefusedAName(t *testing.T) {
	t.Parallel()
	if _, err := foreign.Pack(map[string][]byte{"../x": nil}); !errors.Is(err, foreign.ErrArchiveName) {
		t.Error(err)
	}
	src, err := foreign.Pack(map[string][]byte{"a/b.md": []byte("x")})
	if err != nil {
		t.Fatal(err)
	}
	a, err := foreign.Open(src)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := a.Read("a/b.md"); err != nil || string(b) != "x" || !a.Has("a/b.md") || a.Has("b.md") {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := a.Read("../a/b.md"); !errors.Is(err, foreign.ErrArchiveName) {
		t.Error(err)
	}
}

// Editors of question banks on Windows write what they declare, and some declare
// one encoding and write another.
func TestXMLIsReadInTheEncodingThatItDeclares(t *testing.T) {
	t.Parallel()
	wide := func(order binary.AppendByteOrder, mark []byte, s string) []byte {
		for _, u := range utf16.Encode([]rune(s)) {
			mark = order.AppendUint16(mark, u)
		}
		return mark
	}
	for name, c := range map[string]struct {
		src  []byte
		want string
	}{
		"nothing declared":           {[]byte("<a>perché</a>"), "perché"},
		"latin 1":                    {[]byte("<?xml version='1.0' encoding='ISO-8859-1'?>\n<a>perch\xe9</a>"), "perché"},
		"latin 1 with Windows marks": {[]byte("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><a>\x93s\xec\x94 \x80 5</a>"), "“sì” € 5"},
		"windows 1252":               {[]byte("<?xml version=\"1.0\" encoding=\"Windows-1252\"?><a>l\x92ente</a>"), "l’ente"},
		"latin 1 that is UTF-8":      {[]byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>perché</a>"), "perché"},
		"UTF-16, little end":         {wide(binary.LittleEndian, []byte{0xff, 0xfe}, "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<a>perché 🙂</a>"), "perché 🙂"},
		"UTF-16, big end":            {wide(binary.BigEndian, []byte{0xfe, 0xff}, "<a>perché</a>"), "perché"},
	} {
		n, err := foreign.Parse(c.src)
		if err != nil || n.Str() != c.want {
			t.Errorf("%s: %q, %v", name, n.Str(), err)
		}
	}
	for name, src := range map[string]string{
		"an encoding that we do not know": "<?xml version=\"1.0\" encoding=\"ISO-2022-JP\"?><a>b</a>",
		"bytes that nobody declared":      "<a>perch\xe9</a>",
		"half a character":                "\xff\xfea",
	} {
		if _, err := foreign.Parse([]byte(src)); !errors.Is(err, foreign.ErrNotText) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What stands in a document type can name files and define entities. One that
// only says where its definition lies does neither, and is not fetched.
func TestADocumentTypeIsPassedOverWhenItHoldsNothing(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		src  string
		want error
	}{
		{"<!DOCTYPE a SYSTEM \"ims_qtiasiv1p2.dtd\">\n<a>b</a>", nil},
		{"<!-- x -->\n<!DOCTYPE a PUBLIC '-//X//DTD A//EN' 'https://x.org/a.dtd'><a>b</a>", nil},
		{"<!DOCTYPE a><a>b</a>", foreign.ErrDoctype},
		{"<!DOCTYPE a SYSTEM 'x.dtd' [<!ENTITY b 'c'>]><a>b</a>", foreign.ErrDoctype},
		{"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>b</a>", foreign.ErrDoctype},
		{"<a><!DOCTYPE a SYSTEM 'x.dtd'>b</a>", foreign.ErrDoctype},
		{"<!ENTITY b 'c'><a>b</a>", foreign.ErrDoctype},
		{"<!DOCTYPE a SYSTEM 'x.dtd'><a>&b;</a>", foreign.ErrNotXML},
	} {
		n, err := foreign.Parse([]byte(tc.src))
		if !errors.Is(err, tc.want) || err == nil && n.Str() != "b" {
			t.Errorf("%s: %v", tc.src, err)
		}
	}
}
