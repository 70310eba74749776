package exchange_test

import (
	"testing"

	"abilita/course/roleplay/exchange"
)

// What WritingWithInk.md, the manual of the language, says of each construct.
func TestInkConstructs(t *testing.T) {
	t.Parallel()
	check(t, exchange.Ink, map[string]sample{
		"conditions, names and lists over several lines": {
			`LIST Turni =
  mattina = 1,
  sera
Marta: «Chi parla?»
* {aperto}
  {not festa} «Luca.»
  Marta ride.
+ {stanco}
  {tardi}
  ->
  Silenzio.
*
  Cade la linea.
+ * [Un asterisco]
- Fine.
`,
			`### inizio
> Marta: «Chi parla?»

- [«Luca.»](#inizio-3)
- […](#inizio-4)
- […](#inizio-5)
- [\* Un asterisco](#inizio-2)

### inizio 3
1. [Marta ride.](#inizio-2)

### inizio 4
1. [Silenzio.](#inizio-2)

### inizio 5
1. [Cade la linea.](#inizio-2)

### inizio 2
> Fine.

**Fine: riuscita**

1: adapted: passage inizio: the logic is lost: LIST Turni = mattina = 1, sera; the logic is lost: {aperto} (line 5); the logic is lost: {not festa} (line 5); the logic is lost: {stanco} (line 8); the logic is lost: {tardi} (line 8); the logic is lost: * -> (line 8); the logic is lost: * -> (line 12); it ends here; marked as a success, mend it if it is not (line 15)
adapted: line «*»: choices with * could be taken once, here always`,
		},
		"alternatives that lead away keep the words before them": {
			`VAR uscita = -> saluti
Marta {aspetta.|sbuffa.|riaggancia. -> saluti}
Luca prende nota. {!||Squilla ancora. -> uscita}
{Bene.|{~Sì|No. -> saluti}} Poi tace.
-> uscita
=== saluti
Fine. -> END
`,
			`### inizio
1. [Marta aspetta.](#inizio-2)
1. [Marta sbuffa.](#inizio-2)
1. [Marta riaggancia.](#saluti)

### inizio 2
1. [Luca prende nota.](#inizio-3)
1. [Luca prende nota. Squilla ancora.](#saluti)

### inizio 3
1. [Bene.](#inizio-4)
1. […](#inizio-5)

### inizio 4
1. [Poi tace.](#saluti)

### inizio 5
1. [Sì](#inizio-4)
1. [No.](#saluti)

### saluti
> Fine.

**Fine: riuscita**

1: adapted: passage inizio: the logic is lost: VAR uscita = -> saluti; the logic is lost: {aspetta.|sbuffa.|riaggancia. -> saluti} (line 2); the logic is lost: {!||Squilla ancora. -> uscita} (line 3); the logic is lost: -> uscita (line 3); the logic is lost: {Bene.|{~Sì|No. -> saluti}} (line 4); the logic is lost: {~Sì|No. -> saluti} (line 4); the logic is lost: -> uscita (line 5)
6: adapted: passage saluti: it ends here; marked as a success, mend it if it is not (line 7)`,
		},
		"a knot may be called like the start": {
			`-> inizio
=== inizio
«Pronto?» -> END
`,
			`### inizio
1. […](#inizio-2)

### inizio 2
> «Pronto?»

**Fine: riuscita**

1: read: passage inizio
2: adapted: passage inizio 2: it ends here; marked as a success, mend it if it is not (line 3)`,
		},
		"ways that braces hold are variants, and what follows the brace follows each": {
			`=== richiesta
Marta chiede della ricevuta.
* [La cerca]
  { trovata:
      Eccola. -> saluti
  - else:
      Non si trova.
  } -> scuse
* [Chiede tempo]
  { shuffle:
  - Marta sbuffa.
  - Marta aspetta.
    Poi ride.
  }
  Va bene.
- -> saluti
=== scuse
{
  - gia_scusato: -> saluti
  - richiamo:
    ~ contatti = contatti + 1
    -> richiesta
}
«Mi scusi.» -> END
=== saluti
{ visitato: -> scuse | -> fine_vera }
=== fine_vera
Fine.
`,
			`### richiesta
> Marta chiede della ricevuta.

- [La cerca](#richiesta-3)
- [Chiede tempo](#richiesta-5)

### richiesta 3
1. [Eccola.](#saluti)
1. [Non si trova.](#richiesta-4)

### richiesta 4
1. […](#scuse)

### richiesta 5
1. [Marta sbuffa.](#richiesta-6)
1. [Marta aspetta.](#richiesta-7)

### richiesta 7
1. [Poi ride.](#richiesta-6)

### richiesta 6
1. [Va bene.](#richiesta-2)

### richiesta 2
1. […](#saluti)

### scuse
1. […](#saluti)
1. […](#richiesta)
1. […](#scuse-2)

### scuse 2
> «Mi scusi.»

**Fine: riuscita**

### saluti
1. […](#scuse)
1. […](#fine-vera)

### fine\_vera
> Fine.

**Fine: riuscita**

1: adapted: passage richiesta: the logic is lost: { trovata: Eccola. -> saluti - else: Non si trova. } (line 4); the logic is lost: { shuffle: - Marta sbuffa. - Marta aspetta. Poi ride. } (line 10)
17: adapted: passage scuse: the logic is lost: { - gia_scusato: -> saluti - richiamo: ~ contatti = contatt… (line 18); the logic is lost: ~ contatti = contatti + 1 (line 21); it ends here; marked as a success, mend it if it is not (line 24)
25: adapted: passage saluti: the logic is lost: { visitato: -> scuse | -> fine_vera } (line 26)
27: adapted: passage fine_vera: it ends here; marked as a success, mend it if it is not (line 28)
adapted: line «*»: choices with * could be taken once, here always`,
		},
		"choices between braces are offered with the others": {
			`Marta aspetta.
{ orario_aperto:
  Il collega c'è.
  + [Passa la chiamata] -> passata
- else:
  + [Prende nota]
    Nota presa.
}
+ [Saluta]
- Finito. -> END
=== passata
Musica. -> END
`,
			`### inizio
> Marta aspetta.

1. [Il collega c'è.](#inizio-3)
1. […](#inizio-3)

### inizio 4
1. [Nota presa.](#inizio-2)

### inizio 3
- [Passa la chiamata](#passata)
- [Prende nota](#inizio-4)
- [Saluta](#inizio-2)

### inizio 2
> Finito.

**Fine: riuscita**

### passata
> Musica.

**Fine: riuscita**

1: adapted: passage inizio: the logic is lost: { orario_aperto: Il collega c'è. + [Passa la chiamata] -> p… (line 2); it ends here; marked as a success, mend it if it is not (line 10)
11: adapted: passage passata: it ends here; marked as a success, mend it if it is not (line 12)`,
		},
		"logic alone leaves no moment, and a knot of logic alone is one": {
			`{ x > 0:
  ~ x = x - 1
}
-> conto
=== conto
~ x = 2
=== function doppio(x)
~ return x * 2
`,
			`### inizio
1. […](#conto)

### conto
**Fine: riuscita**

1: adapted: passage inizio: the logic is lost: { x > 0: ~ x = x - 1 }; the logic is lost: ~ x = x - 1 (line 2)
5: adapted: passage conto: it ends here; marked as a success, mend it if it is not; the logic is lost: ~ x = 2 (line 6)
7: left out: passage «doppio»: the logic is lost: === function doppio(x); the logic is lost: ~ return x * 2 (line 8)`,
		},
		"tunnels come back": {
			`Squilla. -> presentati -> ascolta -> END
=== presentati
«Sono Luca.» ->->
=== ascolta
-> presentati ->
Marta racconta.
* [Annuisce] ->->
* [Riaggancia] ->-> ripensaci
=== ripensaci
Silenzio. -> END
`,
			`### inizio
1. [Squilla.](#presentati)

### inizio 2
1. […](#ascolta)

### presentati
1. [«Sono Luca.»](#inizio-2)
1. [«Sono Luca.»](#ascolta-2)

### ascolta
1. […](#presentati)

### ascolta 2
> Marta racconta.

- [Annuisce](#ascolta-3)
- [Riaggancia](#ripensaci)

### ascolta 3
1. […](#fine)

### ripensaci
> Silenzio.

**Fine: riuscita**

### fine
**Fine: riuscita**

1: adapted: passage inizio: it ends here; marked as a success, mend it if it is not
2: adapted: passage presentati: the logic is lost: ->-> (line 3)
4: read: passage ascolta
9: adapted: passage ripensaci: it ends here; marked as a success, mend it if it is not (line 10)
adapted: line «*»: choices with * could be taken once, here always`,
		},
		"threads offer what they hold": {
			`Marta: «Mi dica.»
<- domande
+ [Saluta] -> END
=== domande
Luca ha due domande.
+ [Chiede il nome] Marta. -> DONE
+ [Chiede l'ora] -> DONE
`,
			`### inizio
> Marta: «Mi dica.»
>
> Luca ha due domande.

- [Saluta](#fine)
- [Chiede il nome](#domande-2)
- [Chiede l'ora](#fine)

### domande
> Luca ha due domande.

- [Chiede il nome](#domande-2)
- [Chiede l'ora](#fine)

### domande 2
> Marta.

**Fine: riuscita**

### fine
**Fine: riuscita**

1: adapted: passage inizio: the logic is lost: <- domande (line 2); it ends here; marked as a success, mend it if it is not (line 3)
4: adapted: passage domande: it ends here; marked as a success, mend it if it is not (line 6); it ends here; marked as a success, mend it if it is not (line 7)`,
		},
		"choices as Ink writes them": {
			`- (apertura) * «Buongiorno[»]», dici. # D1
* R[isponde]ichiama più tardi. #nota [x#altra] -> coda
* {orario && !festa} {turno > 1} Chiude -> coda
* (detto)
  Ripete piano
* \[sottovoce\] «Sì» \# 3
* ->
  Nessuno risponde.
  -> coda
- (coda) «Resti in linea.»
-> apertura
`,
			"### inizio\n- [«Buongiorno»](#inizio-3) `D1`\n- [Risponde](#inizio-4)\n- [Chiude](#inizio-2)\n- [Ripete piano](#inizio-5)\n- [\\[sottovoce\\] «Sì» # 3](#inizio-2)\n- […](#inizio-6)\n\n### inizio 3\n1. [«Buongiorno», dici.](#inizio-2)\n\n### inizio 4\n1. [Richiama più tardi. \\[x\\]](#inizio-2)\n\n### inizio 5\n1. […](#inizio-2)\n\n### inizio 6\n1. [Nessuno risponde.](#inizio-2)\n\n### inizio 2\n1. [«Resti in linea.»](#inizio)\n\n1: adapted: passage inizio: the tag “nota” is lost (line 2); the tag “altra” is lost (line 2); the logic is lost: {orario && !festa} (line 3); the logic is lost: {turno > 1} (line 3); the logic is lost: * -> (line 7)\nadapted: line «*»: choices with * could be taken once, here always",
		},
		"a choice that is made when there is no other goes on by itself": {
			`Attesa.
* ->
  Nessuno.
-> altro
=== altro
* -> finale
=== finale
Fine. -> END
`,
			`### inizio
> Attesa.

1. [Nessuno.](#altro)

### altro
1. […](#finale)

### finale
> Fine.

**Fine: riuscita**

1: read: passage inizio
5: read: passage altro
7: adapted: passage finale: it ends here; marked as a success, mend it if it is not (line 8)
adapted: line «*»: choices with * could be taken once, here always`,
		},
		"glue holds lines together": {
			`Marta dice <>
che <>
<> va bene<>.
Basta<> così.
`,
			`### inizio
> Marta dice che va bene.
>
> Basta così.

**Fine: riuscita**

1: adapted: passage inizio: it ends here; marked as a success, mend it if it is not (line 4)`,
		},
		"glue behind what a choice says": {
			`* «Sì[.»], certo.» <>
  E aspetto.
`,
			`### inizio
- [«Sì.»](#inizio-2)

### inizio 2
> «Sì, certo.» E aspetto.

**Fine: riuscita**

1: adapted: passage inizio: it ends here; marked as a success, mend it if it is not (line 2)
adapted: line «*»: choices with * could be taken once, here always`,
		},
		"braces inside braces, printed values, alternatives, escapes": {
			`{&Marta: sì|Luca: no} {a|b {c|d} e}
{x: {y|z}|w} e \{nome\} \-> qui
Sono {giorni} giorni, {conta(x)}{x > 1: molti}.
{stampa}
La nota {rossa #rosso|blu #blu} resta. Premi -> poi aspetta.
{Dice Marta: ciao|tace}
`,
			`### inizio
> Marta: sì a
>
> y e {nome} -> qui
>
> Sono … giorni, ….
>
> La nota rossa resta. Premi -> poi aspetta.
>
> Dice Marta: ciao

**Fine: riuscita**

1: adapted: passage inizio: the logic is lost: {&Marta: sì|Luca: no}; the logic is lost: {a|b {c|d} e}; the logic is lost: {x: {y|z}|w} (line 2); the logic is lost: {y|z} (line 2); the logic is lost: {giorni} (line 3); the logic is lost: {conta(x)} (line 3); the logic is lost: {x > 1: molti} (line 3); the logic is lost: {stampa} (line 4); the logic is lost: {rossa #rosso|blu #blu} (line 5); the tag “rosso” is lost (line 5); the logic is lost: {Dice Marta: ciao|tace} (line 6); it ends here; marked as a success, mend it if it is not (line 6)`,
		},
		"marks deeper than those around": {
			`Inizio.
** [Uno]
** [Due]
   *** [Tre]
   --- Quattro.
-- Cinque.
* [Sei]
- Sette.
`,
			`### inizio
> Inizio.

- [Uno](#inizio-2)
- [Due](#inizio-3)
- [Sei](#inizio-2)

### inizio 3
- [Tre](#inizio-5)

### inizio 5
1. [Quattro.](#inizio-4)

### inizio 4
1. [Cinque.](#inizio-2)

### inizio 2
> Sette.

**Fine: riuscita**

1: adapted: passage inizio: it ends here; marked as a success, mend it if it is not (line 8)
adapted: line «*»: choices with * could be taken once, here always`,
		},
		"what nobody reaches is told": {
			`-> via
Mai detto.
=== via
* [Sì] -> END
  Neppure questo.
* [No] -> via ->
  Dopo.
- -> END
Resto.
`,
			`### inizio
1. […](#via)

### via
- [Sì](#fine)
- [No](#via-3)

### via 3
1. […](#via)

### via 4
1. [Dopo.](#via-2)

### via 2
**Fine: riuscita**

### fine
**Fine: riuscita**

1: adapted: passage inizio: text not used: Mai detto. (line 2)
3: adapted: passage via: it ends here; marked as a success, mend it if it is not (line 4); text not used: Neppure questo. (line 5); it ends here; marked as a success, mend it if it is not (line 8); text not used: Resto. (line 9)
adapted: line «*»: choices with * could be taken once, here always`,
		},
		"comments, notes to the author, title": {
			`// intestazione
// seconda riga
# title: La ricevuta
# author: Ada
/* lungo
   commento */
Pronto? // qui
TODO: chiedere a Ada
* Sì[] // e qui
- (qui) Fine. -> END
=== altrove
-> qui
`,
			`### inizio
> Pronto?

- [Sì](#inizio-2)

### inizio 2
> Fine.

**Fine: riuscita**

### altrove
1. […](#inizio-2)

1: adapted: passage inizio: comment, not kept; the tag “author: Ada” is lost (line 4); comment, not kept (line 5); comment, not kept (line 8); comment, not kept (line 9); it ends here; marked as a success, mend it if it is not (line 10)
11: read: passage altrove
adapted: line «*»: choices with * could be taken once, here always`,
		},
		"names are found from near to far": {
			`- (cima) Su.
-> uno
=== uno
= a
- (punto) A. -> b
= b
B. -> due.lontano
=== due
-> punto
- (lontano) Lontano.
-> uno.punto
=== tre
-> cima
`,
			`### inizio
1. [Su.](#uno-a)

### uno a
1. [A.](#uno-b)

### uno b
1. [B.](#due-2)

### due
1. […](#punto)

### due 2
1. [Lontano.](#uno-a)

### tre
1. […](#inizio)

1: read: passage inizio
3: read: passage «uno»
4: read: passage uno a
6: read: passage uno b
8: adapted: passage due: there is no “punto” (line 9)
12: read: passage tre`,
		},
		"a brace that stays open reaches to the end of its knot": {
			`Ciao { se
resta
=== due
Due. -> END
`,
			`### inizio
> Ciao

**Fine: riuscita**

### due
> Due.

**Fine: riuscita**

1: adapted: passage inizio: line not understood: { se resta; it ends here; marked as a success, mend it if it is not
3: adapted: passage due: it ends here; marked as a success, mend it if it is not (line 4)`,
		},
	})
}
