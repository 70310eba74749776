package content_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"abilita/content"
)

const (
	mod = "moduli/denaro.md"
	rub = "griglie/chiamata.md"
	scr = "copioni/cinquanta-euro.md"
	bnk = "quiz/banca.md"
	exm = "quiz/finale.md"
	lis = "liste/postazione.md"
	ple = "liste/riservatezza.md"
	pro = "programma.md"
)

// broken is one change to the clean examples, and every problem it must raise:
// "code" for a whole file, "code@text" for the line that begins with text. The
// problems of other files carry their name: "code@text in file".
type broken struct {
	file, old, new string
	want           []string
}

func b(file, old, new string, want ...string) broken { return broken{file, old, new, want} }

var brokenFiles = map[string][]broken{
	"every file": {
		b(mod, "# Modulo: Denaro", "Modulo: Denaro", "no_title@Modulo", "ref_unknown@- contenuti: mo-denaro in programma.md", "blueprint_module@- mo-denaro in quiz/finale.md", "item_module*9 in quiz/banca.md"),
		b(lis, "# Lista: la postazione di casa", "# Elenco: la postazione di casa", "title_kind@# Elenco", "ref_unknown@- contenuti: li-postazione in programma.md"),
		b(lis, "# Lista: la postazione di casa", "# Lista:", "title_empty@# Lista"),
		b(lis, "# Lista: la postazione di casa", "# Griglia: la postazione di casa", "kind_other@# Griglia", "ref_unknown@- contenuti: li-postazione in programma.md"),
		b(ple, "- id: li-riservatezza\n- versione: 1.0\n- firma: volontario\n", "", "no_header@# Lista", "key_missing@# Lista", "key_missing@# Lista", "key_missing@# Lista", "ref_unknown@- contenuti: li-riservatezza in programma.md", "ref_unknown@- contenuti: li-riservatezza in programma.md"),
		b(lis, "## Gli strumenti", "# Gli strumenti", "second_title@# Gli"),
		b(lis, "- minimo: 4", "- minimo 4", "setting_line@- minimo 4"),
		b(lis, "- minimo: 4", "- minnimo: 4", "key_unknown@- minnimo"),
		b(lis, "- minimo: 4", "- linea: x", "key_elsewhere@- linea"),
		b(lis, "- minimo: 4", "- minimo: 4\n- minimo: 3", "key_twice@- minimo: 3"),
		b(lis, "- minimo: 4", "- minimo: 4\n- titolo in italiano: La stanza", "own_language@- titolo in italiano"),
		b(lis, "- minimo: 4", "- minimo: 4\n- obiettivo in inglese: see", "key_elsewhere@- obiettivo in inglese"),
		b(lis, "- minimo: 4", "- minimo: 4\n- titolo in inglese:", "value_missing@- titolo in inglese"),
		b(lis, "- versione: 1.0\n", "", "key_missing@# Lista"),
		b(lis, "- versione: 1.0", "- versione:", "value_missing@- versione"),
		b(lis, "- id: li-postazione", "- id: Postazione!", "id_bad@- id", "ref_unknown@- contenuti: li-postazione in programma.md"),
		b(lis, "- versione: 1.0", "- versione: due", "version_bad@- versione"),
		b(lis, "con calma.", "con <b>calma</b>.", "html@La fai"),
		b(lis, "con calma.", "con calma.\n\n<div>\nciao\n</div>", "html@<div>"),
		b(lis, "con calma.", "con calma.\n\n| a | b |\n|---|---|\n| 1 | 2 |", "table_here@| a | b |"),
		b(mod, "Il *bonifico*", "Il [bonifico](http://esempio.it)", "link_unsafe@Il **collegamento"),
		b(mod, "Il *bonifico*", "Il <javascript:alert(1)>", "link_unsafe@Il **collegamento"),
		b(mod, "Il *bonifico*", "Il ![bonifico](https://esempio.it/p.png)", "picture_unsafe@Il **collegamento"),
		b(mod, "## Tre modi per donare", "#### Tre modi per donare", "heading_jump@#### Tre"),
		b(mod, "Il *bonifico*", "Il ![](p.png)", "picture_silent@Il **collegamento", "media_lost@Il **collegamento"),
		b(mod, "Il *bonifico*", "Il ![bonifico](/static/p.png)", "picture_unsafe@Il **collegamento"),
		b(mod, "Il *bonifico*", "Il [bonifico](../liste/postazione.md)", "link_elsewhere@Il **collegamento"),
		b(mod, "Il *bonifico*", "Il [bonifico](denaro.md#fonti)", ""),
		b(mod, "quattro, cinque, tre…", "4111 1111 1111 1111", "card_number@> **Fermati"),
		b(mod, "Il *bonifico* si fa", "4111 1111\n1111 1111", "card_number@Il **collegamento"),
		b(mod, "Il *bonifico*", "Il IT60 X054 2811 1010 0000 0123 456", "iban@Il **collegamento"),
		b(mod, "Il *bonifico*", "RSSMRA80A01F205X", "tax_code@Il **collegamento"),
		b(mod, "Il *bonifico*", "Il 347 123 4567", "phone@Il **collegamento"),
		b(mod, "Il *bonifico*", "Se serve chiama il 112, poi", "help_number@Il **collegamento"),
		b(rub, "sono {nome}", "sono {nomme}", "placeholder_unknown@- **D1"),
		b(rub, "## Dichiarazioni", "## Diciarazioni", "section_unknown@## Diciarazioni", "mark_unknown@- [«Linea donazioni in copioni/cinquanta-euro.md",
			"mark_unknown@- [«No, Marta in copioni/cinquanta-euro.md", "mark_unknown@- [«Mi fermo in copioni/cinquanta-euro.md",
			"mark_unknown@**Fine: riuscita** in copioni/cinquanta-euro.md", "mark_unknown@**Fine: riuscita** in copioni/cinquanta-euro.md"),
		b(ple, "- id: li-riservatezza", "- id: li-postazione", "id_twice", "ref_unknown@- contenuti: li-riservatezza in programma.md", "ref_unknown@- contenuti: li-riservatezza in programma.md"),
		b(lis, "con calma.", "con calma.\xff", "not_text@La fai", "ref_unknown@- contenuti: li-postazione in programma.md"),
		b(lis, "con calma.", strings.Repeat("con calma. ", 7000), "too_large@# Lista", "ref_unknown@- contenuti: li-postazione in programma.md"),
		b(lis, "con calma.", "\n\n"+strings.Repeat("> ", 17)+"calma", "too_deep@> > >", "ref_unknown@- contenuti: li-postazione in programma.md"),
		b(lis, "con calma.", strings.Repeat("[calma] ", 101), "too_many_brackets@La fai", "ref_unknown@- contenuti: li-postazione in programma.md"),
		b(lis, "con calma.", strings.Repeat("a*b ", 1001), "too_many_marks@La fai", "ref_unknown@- contenuti: li-postazione in programma.md"),
		b(lis, "con calma.", "con calma.\n\n"+strings.Repeat("### a\n", 1000), "too_many_headings@### a", "ref_unknown@- contenuti: li-postazione in programma.md"),
		b(mod, "| Da dire | Da non dire | Perché |\n|---|---|---|", strings.Repeat("| a ", 21)+"|\n"+strings.Repeat("|---", 21)+"|", "too_many_columns@|---",
			"ref_unknown@- contenuti: mo-denaro in programma.md", "blueprint_module@- mo-denaro in quiz/finale.md",
			"item_module*9 in quiz/banca.md"),
	},
	"modules": {
		b(mod, "- durata: 90 min", "- durata: un po'", "duration_bad@- durata"),
		b(mod, "- durata: 90 min", "- durata: 1 min", "duration_short@- durata"),
		b(mod, "- durata: 90 min", "- durata: 90 min\n- prerequisiti: mo-chiamata", "ref_unknown"),
		b(mod, "- durata: 90 min", "- durata: 90 min\n- prerequisiti: mo-denaro", "circle"),
		b(mod, "- durata: 90 min", "- durata: 90 min\n- prerequisiti: li-postazione", "ref_kind"),
		b(mod, "| «Può pensarci con calma.» | «Se decide adesso è meglio.» |", "| «Può pensarci con calma.» | |", "pair_half@| «Può"),
		b(mod, "|---|---|---|\n", "", "pairs_table@## Da dire"),
		b(mod, "\n\nCollegamento sicuro, bonifico, bollettino.", "", "recall_no_answer@### Quali"),
		b(mod, "1. Apri un contatto di prova.\n2. Scegli «Invia collegamento sicuro» e guarda il messaggio che parte.\n3. Chiudi il contatto con l'esito «Promessa di dono».", "Apri un contatto.", "tasks_list@## Da fare"),
		b(mod, " (controllata il 2026-10-01)", "", "source_no_date@- Codice"),
	},
	"rubrics and scripts": {
		b(rub, "- **D2 Privacy**:", "- **Privacy**:", "rubric_line@- **Privacy**", "mark_unknown@- [«No, Marta in copioni/cinquanta-euro.md", "mark_unknown@- [«Mi fermo in copioni/cinquanta-euro.md", "mark_unknown@**Fine: riuscita** in copioni/cinquanta-euro.md"),
		b(rub, "- **E2 Pericolo**:", "- **E1 Pericolo**:", "mark_twice@- **E1 Pericolo", "mark_unknown@- [«Vedrà in copioni/cinquanta-euro.md", "mark_unknown@- [«Le do in copioni/cinquanta-euro.md", "mark_unknown@- [(riaggancia) in copioni/cinquanta-euro.md"),
		b(rub, "(20): 0 assente", ": 0 assente", "weight_missing@- **R1", "weights_not_100@# Griglia", "weights_not_100 in copioni/cinquanta-euro.md"),
		b(rub, "0 interrompe · 1 sente · ", "0 interrompe · ", "levels_bad@- **R2"),
		b(rub, "(30): 0 inventa", "(35): 0 inventa", "weights_not_100@# Griglia", "weights_not_100 in copioni/cinquanta-euro.md"),
		b(rub, "- soglia: 75%", "- soglia: 175%", "percent_bad@- soglia"),
		b(scr, "- griglia: gr-donazioni\n", "", "rubric_empty@# Chiamata"),
		b(scr, "- griglia: gr-donazioni", "- griglia: gr-donazione", "ref_unknown"),
		b(scr, "- canale: telefono", "- canale: telegrafo", "channel_unknown@- canale"),
		b(scr, "- canale: telefono", "- canale: telefono, chat", "channel_one@- canale"),
		b(scr, "- canale: telefono", "- canale: chat", "channel_other"),
		b(scr, "- linea: donazioni", "- linea: Donazioni!", "line_bad@- linea", "line_other"),
		b(scr, "- umore: 0", "- umore: 4", "mood_bad@- umore"),
		b(scr, "richiamo 8s, svolta 20s", "richiamo 30s, svolta 20s", "silence_bad@- silenzio"),
		b(scr, "- silenzio: richiamo 8s, svolta 20s\n", "", "silence_missing@### carta-dettata", "silence_missing@### passaggio", "silence_missing@### silenzio", "silence_missing@### chiusura"),
		b(scr, "## Scena", "## Scene e quadri", "section_unknown@## Scene", "scene_missing@# Chiamata"),
		b(scr, "## Scena\n", "## Scena\n\nTesto perso.\n", "scene_stray@Testo perso"),
		b(scr, "## Scena\n", "## Scena\n\n### …\n**Fine: riuscita**\n", "node_nameless@### …", "node_unreachable*10", "pass_unattainable"),
		b(scr, "> Sara: «Non lo so. Ho paura.»", "> Sara: «Non lo so. Ho paura.»\n\nE piange.", "node_stray@E piange"),
		b(scr, "- [«Mi detti pure.»](#carta-dettata)", "- «Mi detti pure.»", "choice_no_link@- «Mi detti"),
		b(scr, "- [«Mi detti pure.»](#carta-dettata)", "- [«Mi detti pure.»](#carta-dettata) dice", "choice_text@- [«Mi detti"),
		b(scr, "`E1 R2=1 R3=0`", "`E1 R2:1 R3=0`", "mark_bad@- [«Mi detti"),
		b(scr, "`umore-2`", "`umore-2 D1`", "variant_marks@2. [Sara"),
		b(scr, "**Fine: interrotta**", "**Fine: boh**", "end_bad@**Fine: boh", "node_no_exit@### fine-interrotta"),
		b(scr, "**Fine: interrotta**", "**Fine: interrotta**\n\n**Fine: interrotta**", "end_twice@**Fine: interrotta**."),
		b(scr, "`richiede D1 D2@denaro`", "`vuole D1`", "end_marks@**Fine: riuscita"),
		b(scr, "](#denaro)", "](#danaro)", "node_unknown@1. [Marta", "node_unreachable@### denaro", "node_unreachable@### carta-dettata"),
		b(scr, "### passaggio", "### angoscia", "node_twice@### angoscia", "node_unknown@- [«Sono qui"),
		b(scr, "### carta-dettata", "### carta-scritta", "node_unknown@- [«Mi detti", "node_unknown@- [(resta in silenzio)](#carta", "node_unreachable@### carta-scritta"),
		b(scr, "- [(riassume che cosa si è deciso, chi richiama, entro quando; saluta per nome)](#fine-riuscita) `R4=3 umore+1`\n- [«Tutto a posto, arrivederci.»](#fine-riuscita) `R4=1`\n", "",
			"node_no_exit@### chiusura", "node_unreachable@### fine-riuscita", "pass_unattainable"),
		b(scr, "**Fine: interrotta**", "- [«E ora?»](#fine-interrotta)\n\n**Fine: interrotta**", "node_mixed@### fine-interrotta"),
		b(scr, "- [«Tutto a posto, arrivederci.»](#fine-riuscita) `R4=1`", "- [«Tutto a posto, arrivederci.»](#gira) `R4=1`\n\n### gira\n> «Sì?»\n\n- [«Giro.»](#gira)\n- [(tace)](#gira) `dopo 9s`", "node_trapped@### gira"),
		b(scr, "](#richiesta) `R1=1 umore-1`", "](#indietro) `R1=1 umore-1`", "back_from_start@- [«Pronto"),
		b(scr, "](#richiesta) `R1=1 umore-1`", "](#richiesta) `R1=1 dopo 9s`", "silence_twice@- [(resta in silenzio)](#silenzio) `dopo 20s"),
		b(scr, "`R2=3 umore+1`\n- [(riaggancia)](#fine-interrotta) `E2`", "`dopo 5s R2=3 umore+1`", "only_silence@### silenzio"),
		b(scr, "`R4=3 umore+1`\n- [«Tutto", "`R4=4 umore+1`\n- [«Tutto", "level_outside@- [(riassume"),
		b(scr, "D2@denaro", "D2@danaro", "via_unknown@**Fine: riuscita"),
		b(scr, "D2@denaro", "D9@denaro", "mark_unknown@**Fine: riuscita"),
		b(scr, "`D2 R2=3 R3=3`", "`R2=3 R3=3`", "variant_no_pass@1. [Marta"),
		b(scr, "`D1 R1=3 umore+1`", "`R1=3 umore+1`", "due_unfulfillable@**Fine: riuscita", "pass_unattainable"),
		b(scr, "2. [Sara: «Non so perché chiamo voi. Non ce la faccio più.»](#angoscia)", "2. [Marta: «Vorrei dare cinquanta euro. Ho qui la carta.»](#angoscia)", "variant_dead@2. [Marta"),
		b(scr, "- silenzio: richiamo 8s, svolta 20s", "- silenzio: richiamo 8s, svolta 20s\n- soglia: 0%"),
	},
	"quizzes": {
		b(bnk, "- tipo: banca", "- tipo: cassaforte", "type_bad@- tipo"),
		b(bnk, "- tipo: banca", "- tipo: banca\n- soglia: 80%", "key_of_exam@- soglia"),
		b(exm, "- banca: qz-banca\n", "", "bank_none@# Quiz", "bank_empty"),
		b(exm, "- banca: qz-banca", "- banca: qz-cassa", "ref_unknown"),
		b(exm, "- soglia: 80%\n", "", "key_missing@# Quiz"),
		b(exm, "- tentativi: 3", "- tentativi: molti", "number_bad@- tentativi"),
		b(exm, "- attese: 24 h, 72 h", "- attese: 24 h, poi", "duration_bad@- attese"),
		b(exm, "- valutare: 20%", "- valutare: 30%", "shares_not_100@# Quiz"),
		b(exm, "- valutare: 20%", "- indovinare: 20%", "level_unknown@- indovinare", "shares_not_100@# Quiz", "one_form"),
		b(exm, "- mo-denaro: 6", "- mo-denaro: 12", "module_short@- mo-denaro", "level_short@- ricordare", "level_short@- applicare"),
		b(exm, "- mo-denaro: 6", "- mo-danaro: 6", "blueprint_module@- mo-danaro"),
		b(exm, "- comprendere: 10%\n- applicare: 50%", "- comprendere: 30%\n- applicare: 30%", "level_short@- comprendere"),
		b(exm, "- critiche: 2", "- critiche: 4", "critical_short"),
		b(exm, "- ricordare: 20%\n- comprendere: 10%\n- applicare: 50%\n- valutare: 20%", "- comprendere: 100%", "level_short@- comprendere"),
		b(exm, "- mo-denaro: 6\n\n## Livelli\n- ricordare: 20%\n- comprendere: 10%\n- applicare: 50%\n- valutare: 20%", "- mo-denaro: 1\n\n## Livelli\n- comprendere: 100%", "together_short"),
		b(exm, "- critiche: 2\n", "- critiche: 3\n", ""),
		b(exm, "- mo-denaro: 6\n\n## Livelli\n- ricordare: 20%\n- comprendere: 10%\n- applicare: 50%\n- valutare: 20%", "", "blueprint_half", "one_form"),
		b(exm, "## Ripartizione", "## Ripartizoine", "section_unknown@## Ripartizoine", "blueprint_half", "one_form"),
		b(exm, "Hai venti minuti.", "### Una domanda?\n`q1 · pagamenti · applicare`\n- numero: 3\n\n> Sì.\n\nHai venti minuti.", "bank_and_items@- banca", "item_stray@Hai venti"),
		b(bnk, "`q1 · pagamenti · applicare · critica`\n", "", "item_no_marks@### Una persona", "one_form in quiz/finale.md"),
		b(bnk, "`q1 · pagamenti ·", "`q1 · cassa ·", "item_module@### Una persona", "one_form in quiz/finale.md"),
		b(bnk, "`q2 ·", "`q1 ·", "item_twice@### Un'azienda"),
		b(bnk, "`q1 · pagamenti · applicare · critica`", "`q1 · pagamenti · applicare · criticissima`", "flag_unknown@`q1"),
		b(bnk, "critica · punti 2`", "critica · punti due`", "points_bad@`q8"),
		b(bnk, "1. [x] La interrompo", "1. [ ] La interrompo", "no_right@### Una persona"),
		b(bnk, "1. [ ] Aspetto", "1. [x] Aspetto", "two_right@### Una persona"),
		b(bnk, "1. [ ] Aspetto che finisca, per educazione", "1. Aspetto che finisca, per educazione", "item_mixed@1. Aspetto"),
		b(bnk, "1. [ ] Aspetto che finisca, per educazione", "1. [ ] Tutte le precedenti", "all_of_them@### Una persona"),
		b(bnk, "1. [ ] Aspetto che finisca, per educazione", "1. [ ] la interrompo con gentilezza, non ripeto e non scrivo.", "option_twice@### Una persona"),
		b(bnk, "1. [ ] Aspetto che finisca, per educazione", "1. [ ]", "option_empty@1. [ ]"),
		b(bnk, "- [ ] Fatturato dell'azienda\n- [ ] Coordinate bancarie\n", "", "all_right@### Un'azienda"),
		b(bnk, "2. Ascolto e riprendo le sue parole\n3. Chiedo apertamente se pensa di farsi del male\n4. Chiamo la responsabile senza lasciarla\n5. Registro l'esito e faccio il debriefing", "", "options_few@### Metti"),
		b(bnk, "· ricordare · critica · fisso`", "· ricordare · critica · fisso · parziale`", "flag_here@### «Con"),
		b(bnk, "- risposta: 24 | 24:00 | ventiquattro\n", "", "item_no_list@### La copertura"),
		b(bnk, "- risposta: 24 | 24:00 | ventiquattro", "- risposta: 24\n- risposta: 25", "gap_count@### La copertura"),
		b(bnk, "Quante ore alla settimana?", "Sono ___ ore alla settimana.", "gap_no_answer@### La linea"),
		b(bnk, "- numero: 70 ± 0", "- numero: settanta", "item_number_bad@- numero"),
		b(bnk, "- numero: 70 ± 0", "- settanta", "option_bad@- settanta"),
		b(bnk, "- numero: 70 ± 0\n", "- numero: 70 ± 0\n\n1. [ ] Settanta\n", "item_two_lists@1. [ ] Settanta"),
		b(bnk, "- numero: 70 ± 0", "- etichette: a/b\n- numero: 70 ± 0", "tag_bad@- etichette"),
		b(bnk, "- numero: 70 ± 0", "- etichette: a, b, c, d, e, f, g, h, i, l, m, n, o\n- numero: 70 ± 0", "tags_many@- etichette"),
		b(bnk, "- numero: 70 ± 0", "- ritirata: "+strings.Repeat("a", 301)+"\n- numero: 70 ± 0", "retired_long@- ritirata"),
		b(bnk, "- [-] «Su,", "- [ ] «Su,", "one_worst@### Sara"),
		b(bnk, "- [+] «Sono qui", "- [ ] «Sono qui", "one_best@### Sara"),
		b(bnk, "- aperta: griglia R2", "- aperta: R2", "open_bad@- aperta"),
		b(bnk, "- aperta: griglia R2", "- aperta: griglia R7", "criterion_unknown@### Marta"),
		b(bnk, "`q9 · pagamenti · valutare · punti 2`", "`q9 · pagamenti · valutare · critica · punti 2`", "open_critical@### Marta"),
		b(bnk, "### La linea è aperta ogni giorno dalle 10 alle 20. Quante ore alla settimana?", "### Una persona comincia a dettare il numero della carta: che cosa fai per prima?", "stems_alike@### Una persona comincia a dettare il numero della carta: che"),
	},
	"checklists": {
		b(lis, "- firma: volontario", "- firma: chiunque", "sign_bad@- firma"),
		b(lis, "- minimo: 4", "- minimo: 6", "minimum_bad@- minimo"),
		b(lis, "- **P3 Cuffia**:", "- Cuffia:", "check_line@- Cuffia"),
		b(lis, "- **P3 Cuffia**:", "- **P1 Cuffia**:", "mark_twice@- **P1 Cuffia"),
		b(lis, "porta chiusa. `obbligatoria`", "porta chiusa. `facoltativa`", "flag_unknown@- **P1"),
		b(ple, "- **I1 Niente fuori**: non racconto a nessuno chi ha chiamato e che cosa ha detto.\n- **I2 Niente copie**: non tengo appunti, foto o registrazioni.\n- **I3 Segnalo**: se qualcosa va storto lo dico subito alla responsabile di turno.\n", "", "checklist_empty@# Lista"),
		b(ple, "- firma: volontario", "- firma: osservatore", "pledge_signer@- contenuti: li-riservatezza in programma.md", "pledge_signer@- contenuti: li-riservatezza in programma.md"),
	},
	"programme": {
		b(pro, "- validità: 365 giorni\n- ore", "- validità: un anno\n- ore", "days_bad@- validità: un anno"),
		b(pro, "dopo 180 giorni, entro 30 giorni", "a metà", "midcheck_bad@- controllo"),
		b(pro, "dopo 180 giorni, entro 30 giorni", "dopo 340 giorni, entro 30 giorni", "midcheck_late@- controllo"),
		b(pro, "- controllo intermedio: dopo 180 giorni, entro 30 giorni\n", "", "midcheck_undated@# Programma"),
		b(pro, "\n## Controllo intermedio\n", "\n## Rinnovo\n", "midcheck_empty@- controllo"),
		b(pro, "da 60 giorni prima, fino a 90 giorni dopo", "quando serve", "window_bad@- rinnovo"),
		b(pro, "`prova-controllo · quiz`\n- contenuti: qz-finale", "`prova-controllo · quiz`\n- contenuti: li-postazione", "ref_kind@- contenuti: li-postazione"),
		b(pro, "`prova-controllo · quiz`", "`prova-finale · quiz`", "key_again@`prova-finale", "before_unknown@### Rifai"),
		b(pro, "- prima: prova-controllo", "- prima: prova-finale", "before_unknown@### Rifai una chiamata"),
		b(pro, "60 giorni: turno supervisionato", "60 giorni: pazienza", "inactivity_bad@- inattività: 60"),
		b(pro, "`studio · moduli`", "`studio`", "block_marks@`studio`", "before_unknown@### Supera", "before_unknown@### Fai"),
		b(pro, "`studio · moduli`", "`studio · lettura`", "kind_unknown@`studio", "before_unknown@### Supera", "before_unknown@### Fai"),
		b(pro, "`postazione · postazione`", "`chiamata · postazione`", "key_again@`chiamata · postazione"),
		b(pro, "- contenuti: mo-denaro\n", "", "setting_missing@`studio"),
		b(pro, "- contenuti: mo-denaro\n", "- contenuti: mo-denaro\n- validità: 90 giorni\n- soglia: 80%\n", "setting_elsewhere@- validità: 90", "setting_elsewhere@- soglia: 80%"),
		b(pro, "- contenuti: qz-finale\n- prima: studio", "- contenuti: qz-finale\n- valutatori: 2\n- prima: studio", "setting_elsewhere@- valutatori: 2"),
		b(pro, "- contenuti: qz-finale\n- prima: studio", "- contenuti: qz-finale\n- firmatari: 2\n- prima: studio", "setting_elsewhere@- firmatari: 2"),
		b(pro, "`riservatezza · impegno`\n", "`riservatezza · lista`\n- firmatari: 2\n", "signers_own@- contenuti: li-riservatezza"),
		b(pro, "`riservatezza · impegno`\n", "`riservatezza · lista`\n- firmatari: 6\n", "number_bad@- firmatari: 6"),
		b(pro, "`riservatezza · impegno`\n", "`riservatezza · lista`\n- firmatari: 1\n", ""),
		b(pro, "- sessioni: serata, laboratorio\n", "- sessioni: serata, laboratorio\n- contenuti: mo-denaro\n", "setting_elsewhere@- contenuti: mo-denaro"),
		b(pro, "1 di rp-cinquanta-euro\n- soglia", "3 di rp-cinquanta-euro\n- soglia", "content_bad@- contenuti: 3", "setting_missing@`chiamata"),
		b(pro, "- contenuti: qz-finale\n- prima", "- contenuti: qz-banca\n- prima", "ref_bank@- contenuti: qz-banca"),
		b(pro, "- sessioni: serata, laboratorio", "- sessioni: serata, palestra", "session_unknown@### Partecipa"),
		b(pro, "- prima: studio, presenza", "- prima: studio, prova-finale", "circle@### Supera"),
		b(pro, "- prima: studio\n- canali: telefono", "- prima: studio\n- canali: chat", "channel_other@### Fai"),
		b(pro, "## Requisiti", "## Requisti", "section_unknown@## Requisti", "no_requirements@# Programma"),
		b(pro, "- autonomo: 2 turni", "- autonomo: presto", "level_step@- autonomo"),
		b(pro, "- giorni: martedì, giovedì", "- giorni: martedì, giovedi'", ""),
		b(pro, "- giorni: martedì, giovedì", "- giorni: martedì, festivi", "weekday_bad@- giorni: martedì"),
		b(pro, "- ora: 18:00", "- ora: 24:30", "clock_bad@- ora: 24"),
		b(pro, "- minimo: 4", "- minimo: 40", "minimum_seats@`serata"),
		b(pro, "- turno: 30 min", "- turno: 4 h", "slot_long@`chiamate"),
		b(pro, "- L-2: prova generale", "- due giorni prima: prova generale", "launch_bad@- due"),
		b(pro, "- da: L-3", "- da: presto", "launch_bad@- da: presto"),
		b(pro, "- posti: 12\n", "", "setting_missing@`laboratorio"),
	},
}

// Every change raises exactly the problems written beside it, in their places.
func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	cases := 0
	for group, list := range brokenFiles {
		for _, c := range list {
			cases++
			name := strings.Join(c.want, " ")
			t.Run(group+"/"+name, func(t *testing.T) {
				t.Parallel()
				files := examples(t)
				f := files["mini/it/"+c.file]
				src := string(f.Data)
				if strings.Count(src, c.old) != 1 {
					t.Fatalf("%q stands %d times in %s", c.old, strings.Count(src, c.old), c.file)
				}
				f.Data = []byte(strings.Replace(src, c.old, c.new, 1))
				var got []string
				for _, p := range problems(files) {
					got = append(got, described(files, p, c.file))
				}
				want := expand(c.want)
				missing, extra := difference(want, got), difference(got, want)
				if len(missing)+len(extra) > 0 {
					t.Errorf("%s: %q\nmissing %q\nextra   %q", c.file, c.new, missing, extra)
				}
			})
		}
	}
	if cases < 40 {
		t.Errorf("%d cases", cases)
	}
}

// described writes a problem as the table does, with the whole line as text.
func described(files fstest.MapFS, p content.Problem, changed string) string {
	s := p.Code
	name := strings.TrimPrefix(p.File, "mini/it/")
	if p.Line > 0 {
		s += "@" + strings.Split(string(files[p.File].Data), "\n")[p.Line-1]
	}
	if name != changed {
		s += " in " + name
	}
	return s
}

// expand drops the empty entries of changes that raise nothing, and writes
// "code*3" out.
func expand(want []string) []string {
	var list []string
	for _, w := range want {
		code, rest, times := strings.Cut(w, "*")
		switch n := strings.IndexByte("0123456789", (rest + "x")[0]); {
		case w == "":
		case times && n > 0 && !strings.Contains(code, "@"):
			if strings.HasPrefix(rest, "10") {
				n, rest = 10, rest[1:]
			}
			for range n {
				list = append(list, code+"@…"+rest[1:])
			}
		default:
			list = append(list, w)
		}
	}
	return list
}

// difference lists the entries of a that no entry of b answers, one for one.
func difference(a, b []string) []string {
	b = slices.Clone(b)
	var list []string
	for _, x := range a {
		i := slices.IndexFunc(b, func(y string) bool { return same(x, y) || same(y, x) })
		if i < 0 {
			list = append(list, x)
			continue
		}
		b = slices.Delete(b, i, i+1)
	}
	return list
}

// same says whether the wanted entry is the head of what was found.
func same(want, got string) bool {
	wantFile, gotFile := "", ""
	if i := strings.LastIndex(want, " in "); i >= 0 && strings.HasSuffix(want, ".md") {
		want, wantFile = want[:i], want[i:]
	}
	if i := strings.LastIndex(got, " in "); i >= 0 && strings.HasSuffix(got, ".md") {
		got, gotFile = got[:i], got[i:]
	}
	if head, ok := strings.CutSuffix(want, "@…"); ok {
		return wantFile == gotFile && strings.HasPrefix(got, head+"@")
	}
	return wantFile == gotFile && strings.HasPrefix(got, want) && strings.Contains(got, "@") == strings.Contains(want, "@")
}
