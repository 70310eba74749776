package exchange_test

import (
	"testing"

	"abilita/course/roleplay/exchange"
)

// What the Twee 3 specification and the manuals of four story formats say.
func TestTweeFormats(t *testing.T) {
	t.Parallel()
	check(t, exchange.Twee, map[string]sample{
		"letters as older programs wrote them": {
			":: Start\r\nPerch\xe9?\r\n",
			"### Start\n> Perché?\n\n**Fine: riuscita**\n\nadapted: line «Windows-1252»: the file is not written in UTF-8: read as Windows-1252, check the accents\n" +
				"1: adapted: passage Start: it ends here; marked as a success, mend it if it is not",
		},
		"headers": {
			`:: StoryData
{"start": "Manca", "format": "SugarCube"}
:: Casa \[rossa\] \{2\} [a\[b\] c] {"position":"1,2"}
[[Casa [verde]]]
:: Casa [verde] 3
x
:: Casa \[verde\] <10,20>
y
:: Via[riuscita]
z
`,
			`### Casa \[rossa] &#123;2}
- [Casa \[verde\]](#casa-verde)

### Casa \[verde] 3
> x

**Fine: riuscita**

### Casa \[verde]
> y

**Fine: riuscita**

### Via
> z

**Fine: riuscita**

1: adapted: passage «StoryData»: there is no “Manca”
3: adapted: passage Casa [rossa] {2}: the tag “a[b]” is lost; the tag “c” is lost
5: adapted: passage Casa [verde] 3: it ends here; marked as a success, mend it if it is not
7: adapted: passage Casa [verde]: it ends here; marked as a success, mend it if it is not
9: read: passage Via`,
		},
		"links": {
			`:: Start
[[Con [nota] dentro->B]] [[B][$x to $a[0]]] [[B]]
[[C->B->C]] [[C<-Indietro a C]]
[img[foto.png][B]] [img[Mappa|mappa.png][C]] [img[sola.png]]
[[Sito|https://example.org]] [[]] [[non chiuso
:: B
x
:: C
y
`,
			`### Start
> Sito \[\[]] \[\[non chiuso

- [Con \[nota\] dentro](#b)
- [B](#b)
- [C->B](#c)
- [Indietro a C](#c)
- [Mappa](#c)

### B
> x

**Fine: riuscita**

### C
> y

**Fine: riuscita**

1: adapted: passage Start: the logic is lost: [$x to $a[0]] (line 2); the picture foto.png is lost (line 4); the picture mappa.png is lost (line 4); the picture sola.png is lost (line 4); the link https://example.org is lost (line 5)
6: adapted: passage B: it ends here; marked as a success, mend it if it is not
8: adapted: passage C: it ends here; marked as a success, mend it if it is not`,
		},
		"SugarCube": {
			`:: Start
<<if $x > 3>>Ricco.<<else>>Povero.<</if>> [[Va|B]]
<<link [[Ascolta|B]]>><<set $a to "x >> y">><</link>>
<<link "Torna">><<goto "Start">><</link>>
<<button "C'è" "B">><</button>>
<<link "Apre">><<script>>apri()<</script>><</link>>
<<silently>>
Non si vede. [[Mai]]
<</silently>>
Costa <<= $prezzo>>, //piano//. /% nota %/
\
:: B
<<include "C">>
<<if $y>><<goto "Start">><</if>>
:: C
Sempre qui.
<<goto [[D]]>>
:: D
<<display "Manca">> <<aperto
`,
			`### Start
> Ricco. Povero. Va
>
> Costa …, piano.

- [Va](#b)
- [Ascolta](#b)
- [Torna](#start)
- [C'è](#b)

### B
1. […](#start)

### C
1. [Sempre qui.](#d)

### D
> \<\<aperto

**Fine: riuscita**

1: adapted: passage Start: the logic is lost: <<if $x > 3>> (line 2); the logic is lost: <<else>> (line 2); the logic is lost: <<set $a to "x >> y">> (line 3); the logic is lost: <<link "Apre">> (line 6); the logic is lost: <<script>>apri()<</script>> (line 6); the logic is lost: <<silently>> Non si vede. [[Mai]] <</silently>> (line 7); the logic is lost: <<= $prezzo>> (line 10); comment, not kept (line 10)
12: adapted: passage B: the logic is lost: <<include "C">> (line 13); the logic is lost: <<if $y>> (line 14)
15: read: passage C
18: adapted: passage D: it ends here; marked as a success, mend it if it is not; the logic is lost: <<display "Manca">> (line 19); there is no “Manca” (line 19)`,
		},
		"Harlowe": {
			`:: Start
(set: $x to (a: (random: 1,6), "(")) {
(if: $x > (random: 1,6))[Uno [[a->B]]](else:)[
  Due (nota: non è una macro)
]
}
(link-goto: "Va", "B") (link-goto: 'C') (link: "Poi")[(set: $y to 2)(goto: "C")]
(link: "Mostra")[Nascosto.] (click: ?z)[(goto: "B")] |q>[vedi] [qui]<z|
Vale (print: $x).
:: B
(if: $fine)[(goto: "C")](else:)[(go-to: "Start")]
:: C [startup]
mai
:: D
(display: "B")
`,
			`### Start
> Uno a
>
> Due (nota: non è una macro)
>
> Nascosto. B vedi qui
>
> Vale ….

- [a](#b)
- [Va](#b)
- [C](#c)
- [Poi](#c)
- [B](#b)

### B
1. […](#c)
1. […](#start)

### D
1. […](#c)
1. […](#start)

1: adapted: passage Start: the logic is lost: (set: $x to (a: (random: 1,6), "(")) (line 2); the logic is lost: (if: $x > (random: 1,6)) (line 3); the logic is lost: (else:) (line 3); the logic is lost: (set: $y to 2)(goto: "C") (line 7); there is no “C” (line 7); the logic is lost: (link: "Mostra") (line 8); the logic is lost: (goto: "B") (line 8); the logic is lost: (print: $x) (line 9)
10: adapted: passage B: the logic is lost: (if: $fine) (line 11); the logic is lost: (else:) (line 11); there is no “C” (line 11)
12: left out: passage «C»: it serves the program, not who plays
14: adapted: passage D: the logic is lost: (display: "B") (line 15)`,
		},
		"Snowman": {
			`:: Start
<% if (s.a % 2 == 0) { %>
Pari, <%= s.a %>.
<% } %>
<script>var x = "[[B]]";</script>
<!-- [[B]] -->
`,
			`### Start
> Pari, ….

**Fine: riuscita**

1: adapted: passage Start: it ends here; marked as a success, mend it if it is not; the logic is lost: <% if (s.a % 2 == 0) { %> (line 2); the logic is lost: <%= s.a %> (line 3); the logic is lost: <script>var x = "[[B]]";</script> (line 5); comment, not kept (line 6)`,
		},
		"Chapbook": {
			`:: Start
salute: 20
punti (salute > 1): 3
--
{embed passage: 'Menu'}
[if salute > 10]
Sta bene.
[else]
Sta male.
[continued]
Ha {salute} punti. {reveal link: 'Di più', text: 'niente'}
[JavaScript]
go("Fine");
[note to myself]
da rivedere
:: Menu
> [[Saluta->Fine]]
:: Fine
-- 
`,
			`### Start
> Sta bene.
>
> Sta male.
>
> Ha … punti.

- [Saluta](#fine)

### Menu
- [Saluta](#fine)

### Fine
**Fine: riuscita**

1: adapted: passage Start: the logic is lost: salute: 20 (line 2); the logic is lost: punti (salute > 1): 3 (line 3); the logic is lost: {embed passage: 'Menu'} (line 5); the logic is lost: [if salute > 10] (line 6); the logic is lost: [else] (line 8); the logic is lost: {salute} (line 11); the logic is lost: {reveal link: 'Di più', text: 'niente'} (line 11); the logic is lost: [JavaScript] go("Fine"); (line 12); comment, not kept (line 14)
16: read: passage Menu
18: adapted: passage Fine: it ends here; marked as a success, mend it if it is not`,
		},
		"passages that nobody plays": {
			`:: Start
Ciao
:: foto [Twine.image]
data:image/png;base64,AAAA
:: testa [header]
x
:: StoryInit
y
:: conto [init]
z
`,
			`### Start
> Ciao

**Fine: riuscita**

1: adapted: passage Start: it ends here; marked as a success, mend it if it is not
3: left out: passage «foto»: it serves the program, not who plays
5: left out: passage «testa»: it serves the program, not who plays
7: left out: passage «StoryInit»: it serves the program, not who plays
9: left out: passage «conto»: it serves the program, not who plays`,
		},
	})
}
