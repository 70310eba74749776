package markdown_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"abilita/content/markdown"
)

func TestRender(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ src, want string }{
		"paragraph":            {"Ciao *a te*, **volontario**.", "<p>Ciao <em>a te</em>, <strong>volontario</strong>.</p>\n"},
		"heading id":           {"## Perché è così?", `<h2 id="perche-e-cosi">Perché è così?</h2>` + "\n"},
		"same heading twice":   {"## Uno\n\n## Uno", "<h2 id=\"uno\">Uno</h2>\n<h2 id=\"uno-2\">Uno</h2>\n"},
		"names that meet":      {"## Uno\n\n## Uno 2\n\n## Uno", "<h2 id=\"uno\">Uno</h2>\n<h2 id=\"uno-2\">Uno 2</h2>\n<h2 id=\"uno-3\">Uno</h2>\n"},
		"heading without name": {"## …", "<h2 id=\"s\">…</h2>\n"},
		"raw html is text":     {"un <b>grassetto</b> & basta", "<p>un &lt;b&gt;grassetto&lt;/b&gt; &amp; basta</p>\n"},
		"html block is text":   {"<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"},
		"table aligned by attribute": {
			"| a | b |\n|:--|--:|\n| 1 | 2 |",
			"<table>\n<thead>\n<tr>\n<th align=\"left\">a</th>\n<th align=\"right\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td align=\"left\">1</td>\n<td align=\"right\">2</td>\n</tr>\n</tbody>\n</table>\n",
		},
		"https link":            {"[qui](https://esempio.it/a)", `<p><a href="https://esempio.it/a" rel="noreferrer">qui</a></p>` + "\n"},
		"link on the page":      {"[qui](#uno)", `<p><a href="#uno">qui</a></p>` + "\n"},
		"mail":                  {"<aiuto@esempio.it>", `<p><a href="mailto:aiuto@esempio.it">aiuto@esempio.it</a></p>` + "\n"},
		"http link loses it":    {"[qui](http://esempio.it)", "<p>qui</p>\n"},
		"foreign picture":       {"![la piazza](https://altrove.it/p.png)", "<p>la piazza</p>\n"},
		"own picture":           {"![la piazza](p.png)", `<p><img src="p.png" alt="la piazza"></p>` + "\n"},
		"list from three":       {"3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n"},
		"fence info is no more": {"```js onload=x\na<b\n```", "<pre><code>a&lt;b\n</code></pre>\n"},
		"struck":                {"~~no~~", "<p><del>no</del></p>\n"},
		"heading attributes":    {"## Titolo {onclick=x}", `<h2 id="titolo-onclick-x">Titolo {onclick=x}</h2>` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := markdown.Render([]byte(tc.src))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, d.HTML); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Answers are shut under their questions; CommonMark, the outline and the words
// stay as they are.
func TestAnswersAreFoldedUnderTheirQuestions(t *testing.T) {
	t.Parallel()
	src := "### Fuori?\n\nNo.\n\n## Per ricordare\n\nProva.\n\n### Uno?\n\nSì.\n\n- a\n\n#### Più sotto\n\nb\n\n### Due?\n\n> ### Nella citazione\n\n## Fonti\n\n### Fuori\n\nc\n"
	want := `<h3 id="fuori">Fuori?</h3>
<p>No.</p>
<h2 id="per-ricordare">Per ricordare</h2>
<p>Prova.</p>
<details>
<summary>
<h3 id="uno">Uno?</h3>
</summary>
<p>Sì.</p>
<ul>
<li>a</li>
</ul>
<h4 id="piu-sotto">Più sotto</h4>
<p>b</p>
</details>
<details>
<summary>
<h3 id="due">Due?</h3>
</summary>
<blockquote>
<h3 id="nella-citazione">Nella citazione</h3>
</blockquote>
</details>
<h2 id="fonti">Fonti</h2>
<h3 id="fuori-2">Fuori</h3>
<p>c</p>
`
	d, err := markdown.RenderPage([]byte(src), markdown.Page{Folded: func(heading string) bool { return heading == "Per ricordare" }})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, d.HTML); diff != "" {
		t.Error(diff)
	}
	plain, err := markdown.Render([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plain.Outline, d.Outline); diff != "" || plain.Words != d.Words {
		t.Errorf("%s; %d words, not %d", diff, d.Words, plain.Words)
	}
	if strings.Contains(plain.HTML, "<details>") || plain.HTML != strings.NewReplacer("<details>\n", "", "</details>\n", "", "<summary>\n", "", "</summary>\n", "").Replace(d.HTML) {
		t.Errorf("folding changes more than it adds: %s", plain.HTML)
	}
}

func TestOutlineAndReadingTime(t *testing.T) {
	t.Parallel()
	src := "# Mai la *carta*\n\n" + strings.Repeat("parola ", 177) + "\n\n## Se [è già](https://x.it) successo\n\n- uno — `due`\n"
	d, err := markdown.Render([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	want := []markdown.Heading{{1, "Mai la carta", "mai-la-carta"}, {2, "Se è già successo", "se-e-gia-successo"}}
	if diff := cmp.Diff(want, d.Outline); diff != "" {
		t.Error(diff)
	}
	// 3 in the title, 177, 4 in the heading, 2 in the list: the dash is no word.
	if d.Words != 186 || d.Minutes != 2 {
		t.Errorf("words %d, minutes %d, want 186 and 2", d.Words, d.Minutes)
	}
	for words, minutes := range map[int]int{0: 0, 1: 1, 180: 1, 181: 2, 360: 2} {
		if got := markdown.Minutes(words); got != minutes {
			t.Errorf("Minutes(%d) = %d, want %d", words, got, minutes)
		}
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Perché è così?":   "perche-e-cosi",
		"  Già   fatto ":   "gia-fatto",
		"come-donare":      "come-donare",
		"L'ufficio, ore 9": "l-ufficio-ore-9",
		"Straße Øre Œuvre": "strasse-ore-oeuvre",
		"Łódź":             "lodz",
		"你好":               "",
		"":                 "",
	} {
		if got := markdown.Slug(in); got != want {
			t.Errorf("Slug(%q) = %q, want %q", in, got, want)
		}
	}
}

// SECURITY.md V39: texts that stall the parser are refused before it.
func TestHeavyTextsAreRefused(t *testing.T) {
	t.Parallel()
	table := func(columns, rows int) string {
		return strings.Repeat("|a", columns) + "|\n" + strings.Repeat("|-", columns) + "|\n" + strings.Repeat("b\n", rows)
	}
	for name, tc := range map[string]struct {
		src  string
		want error
	}{
		"64 KB and a byte":        {strings.Repeat("a\n", 32<<10) + "b", markdown.ErrTooLarge},
		"wide table":              {table(2000, 10), markdown.ErrTooManyColumns},
		"21 columns":              {table(21, 1), markdown.ErrTooManyColumns},
		"21 columns without bars": {strings.Repeat("a|", 20) + "a\n" + strings.Repeat("-|", 20) + "-\n", markdown.ErrTooManyColumns},
		"21 columns in a quote":   {"> " + strings.Repeat("a|", 20) + "a\n> " + strings.Repeat("-|", 20) + "-\n", markdown.ErrTooManyColumns},
		"long table of empties":   {table(20, 30000), markdown.ErrTableTooLarge},
		"many tables":             {strings.Repeat(table(20, 390), 60), markdown.ErrTableTooLarge},
		"64 KB of >":              {strings.Repeat(">", 64<<10), markdown.ErrTooDeep},
		"17 quotes":               {strings.Repeat("> ", 17) + "a", markdown.ErrTooDeep},
		"17 lists on a line":      {strings.Repeat("- ", 17) + "a", markdown.ErrTooDeep},
		"17 numbers on a line":    {strings.Repeat("1. ", 17) + "a", markdown.ErrTooDeep},
		"lists by indentation":    {deepList(17), markdown.ErrTooDeep},
		"64 KB of [a](":           {strings.Repeat("[a](", 16<<10), markdown.ErrTooManyBrackets},
		"brackets line by line":   {strings.Repeat("[a](\n", 101), markdown.ErrTooManyBrackets},
		"brackets after text":     {"a\n" + strings.Repeat("    - [a](\n", 101), markdown.ErrTooManyBrackets},
		"pictures":                {strings.Repeat("![a](", 101), markdown.ErrTooManyBrackets},
		"emphasis":                {strings.Repeat("*a_ ", 13<<10), markdown.ErrTooManyMarks},
		"headings":                {strings.Repeat("# a\n", 1001), markdown.ErrTooManyHeadings},
		"headings underlined":     {strings.Repeat("a\n=\n", 1001), markdown.ErrTooManyHeadings},
		"headings of a list":      {strings.Repeat("- a\n  ---\n", 1001), markdown.ErrTooManyHeadings},
		"headings of quotes":      {strings.Repeat("> 1. ###### a\n", 1001), markdown.ErrTooManyHeadings},
		"empty headings":          {strings.Repeat("#\n", 32<<10), markdown.ErrTooManyHeadings},
		"rules":                   {strings.Repeat("---\n", 1001), markdown.ErrTooManyHeadings},
		"backticks":               {strings.Repeat("a` ", 1001), markdown.ErrTooManyMarks},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := markdown.Render([]byte(tc.src)); !errors.Is(err, tc.want) {
				t.Errorf("got %v, want %v", err, tc.want)
			}
			if _, err := markdown.Parse([]byte(tc.src)); !errors.Is(err, tc.want) {
				t.Errorf("Parse: got %v, want %v", err, tc.want)
			}
		})
	}
}

// Whatever is repeated until the text is long, no page has more headings than the
// limit: the guard sees every line that the parser makes one of.
func TestNoShapeOfHeadingPassesTheGuard(t *testing.T) {
	t.Parallel()
	pieces := []string{"a", "#", "##", "=", "-", "--", "\n", "\n", "\n\n", " ", "    ", "\t", ">", "> ", "- ", "+ ", "1. ", "1) ", "*", "|", "\\", "\r\n", "\v", "\f", "```\n", "[a]: b\n"}
	r := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for range 400 {
		var unit strings.Builder
		for range 1 + r.IntN(6) {
			unit.WriteString(pieces[r.IntN(len(pieces))])
		}
		d, err := markdown.Render([]byte(strings.Repeat(unit.String(), 6<<10/unit.Len())))
		if len(d.Outline) > markdown.MaxHeadings {
			t.Errorf("%q again and again makes %d headings", unit.String(), len(d.Outline))
		}
		if errors.Is(err, markdown.ErrTooManyHeadings) {
			refused++
		}
	}
	if refused < 10 {
		t.Errorf("only %d texts came near the limit", refused)
	}
}

func deepList(depth int) string {
	var b strings.Builder
	for i := range depth {
		b.WriteString(strings.Repeat("  ", i) + "- a\n")
	}
	return b.String()
}

func TestOrdinaryTextsPass(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"empty":            "",
		"20 columns":       strings.Repeat("|a", 20) + "|\n" + strings.Repeat("|-", 20) + "|\n",
		"16 quotes":        strings.Repeat("> ", 16) + "a",
		"16 lists":         deepList(16),
		"100 brackets":     strings.Repeat("[a] ", 100),
		"200 linked items": strings.Repeat("- [a](#b)\n", 200),
		"a rule":           strings.Repeat("*", 500),
		"1000 headings":    strings.Repeat("## a\n", 500) + strings.Repeat("a\n-\n", 500),
	} {
		if _, err := markdown.Render([]byte(src)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTextThatIsNotUTF8IsRefused(t *testing.T) {
	t.Parallel()
	if _, err := markdown.Render([]byte("a\xffb")); !errors.Is(err, markdown.ErrNotText) {
		t.Errorf("got %v", err)
	}
}
