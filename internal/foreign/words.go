package foreign

import "slices"

// phrase is a sentence in both languages.
type phrase struct{ it, en string }

// Codes lists every code that a note may carry, sorted.
func Codes() []string {
	list := make([]string, 0, len(words))
	for c := range words {
		list = append(list, c)
	}
	slices.Sort(list)
	return list
}

// words are what notes say. In an import something was lost on the way in; in an
// export on the way out.
var words = map[string]phrase{
	// whatever the format
	"more_lost":        {"e altro ancora", "and more"},
	"element_unread":   {"«{name}» non è stato capito: {text}", "“{name}” was not understood: {text}"},
	"text_unread":      {"testo non usato: {text}", "text not used: {text}"},
	"attribute_unread": {"«{name}» = «{value}» non è stato usato", "“{name}” = “{value}” was not used"},
	"text_long":        {"il testo è troppo lungo e non è stato preso", "the text is too long and was not taken"},
	"element_lost":     {"tolto {name}", "{name} left out"},
	"format_lost":      {"persa la forma «{name}», tenuto il testo", "the form “{name}” is lost, its text kept"},
	"picture_lost":     {"persa l'immagine {name}", "the picture {name} is lost"},
	"picture_cleaned":  {"l'immagine {name} è stata ripulita o rimpicciolita", "the picture {name} was cleaned or made smaller"},
	"medium_renamed":   {"{name} ora è {new}, anche nei testi", "{name} is now {new}, in the texts too"},
	"medium_unread":    {"{name} non si apre, o è troppo grande, o non è quello che dice il nome", "{name} cannot be opened, or is too large, or is not what its name says"},
	"link_lost":        {"perso il collegamento {link}", "the link {link} is lost"},
	"file_lost":        {"il file {name} non è stato preso", "the file {name} was not taken"},
	"list_flat":        {"l'elenco è diventato paragrafi", "the list became paragraphs"},
	"table_flat":       {"la tabella è diventata paragrafi", "the table became paragraphs"},
	"title_flat":       {"il titolo dentro il testo è diventato un paragrafo", "the title inside the text became a paragraph"},
	"code_flat":        {"il codice è diventato una riga alla volta", "the code became a line at a time"},
	"lines_joined":     {"più paragrafi uniti in una riga", "several paragraphs joined in one line"},
	"comment":          {"commento, non tenuto", "comment, not kept"},
	"line_unknown":     {"riga non capita: {text}", "line not understood: {text}"},
	"id_changed":       {"«{id}» è diventato «{new}»", "“{id}” became “{new}”"},

	// questions
	"question_long":     {"la domanda supera i {max} KB che un nostro file può contenere", "the question exceeds the {max} KB that a file of ours can hold"},
	"questions_long":    {"con i testi ripetuti le domande superano insieme {max} MB", "with the texts that are repeated the questions exceed {max} MB together"},
	"description":       {"è un testo senza domanda", "it is a text without a question"},
	"type_unknown":      {"il tipo «{type}» non ha un corrispondente", "the type “{type}” has no counterpart"},
	"no_text":           {"non c'è testo", "there is no text"},
	"no_answers":        {"non ci sono risposte", "there are no answers"},
	"too_many_answers":  {"più di {max} risposte", "more than {max} answers"},
	"no_right":          {"nessuna risposta è giusta", "no answer is right"},
	"truth_order":       {"«{text}» non dice né vero né falso: la prima risposta vale vero", "“{text}” says neither true nor false: the first answer counts as true"},
	"answer_empty":      {"una risposta vuota non è stata presa", "an empty answer was not taken"},
	"answer_unread":     {"risposta non capita: {text}", "answer not understood: {text}"},
	"brace_open":        {"manca la parentesi graffa che chiude", "the closing brace is missing"},
	"brace_second":      {"ci sono altre parentesi graffe dopo la risposta", "there are more braces after the answer"},
	"weight_lost":       {"«{text}» valeva il {weight}%", "“{text}” was worth {weight}%"},
	"weights_lost":      {"i pesi delle risposte sono diversi da quelli di qui", "the weights of the answers differ from ours"},
	"wildcard":          {"«{text}» accettava qualunque testo al posto di *", "“{text}” took any text in place of *"},
	"case_lost":         {"le maiuscole contavano, qui no", "capitals counted, here they do not"},
	"feedback_lost":     {"perso il commento: {text}", "the comment is lost: {text}"},
	"feedbacks_lost":    {"persi i commenti delle risposte", "the comments of the answers are lost"},
	"number_bad":        {"«{text}» non è un numero che si può usare", "“{text}” is not a number that can be used"},
	"number_more":       {"altre risposte numeriche non tenute: {text}", "other numeric answers not kept: {text}"},
	"unit_lost":         {"le unità di misura non ci sono più", "the units of measure are gone"},
	"pair_half":         {"una coppia senza risposta non è stata presa", "a pair without an answer was not taken"},
	"points_bad":        {"i punti «{value}» sono diventati 1", "the points “{value}” became 1"},
	"tag_written":       {"l'etichetta «{tag}» si scrive «{new}»", "the tag “{tag}” is written “{new}”"},
	"tag_lost":          {"persa l'etichetta «{tag}»", "the tag “{tag}” is lost"},
	"setting_lost":      {"persa l'impostazione {name} = {value}", "the setting {name} = {value} is lost"},
	"as_gap":            {"è diventata una domanda con un vuoto da completare", "it became a question with a gap to fill"},
	"as_gaps":           {"le scelte sono diventate vuoti da completare; perse: {text}", "the choices became gaps to fill; lost: {text}"},
	"as_choice":         {"le parole da toccare nel testo sono diventate risposte", "the words to touch in the text became answers"},
	"as_one":            {"è diventata una domanda a una risposta", "it became a question with one answer"},
	"as_open":           {"è diventata una domanda aperta", "it became an open question"},
	"as_match":          {"è diventata un abbinamento", "it became a match"},
	"blank_kept":        {"il vuoto nel testo è diventato …", "the blank in the text became …"},
	"formula":           {"la formula è rimasta scritta com'era", "the formula stays as it was written"},
	"hint_lost":         {"perso il suggerimento: {text}", "the hint is lost: {text}"},
	"penalty_lost":      {"persa la penalità di {value}", "the penalty of {value} is lost"},
	"answer_word":       {"manca la riga ANSWER", "the line ANSWER is missing"},
	"answer_letter":     {"la lettera «{letter}» non è tra le risposte", "the letter “{letter}” is none of the answers"},
	"group_order":       {"in un gruppo l'ordine contava solo fra le voci scelte", "order counted only among the chosen entries"},
	"hidden":            {"era nascosta", "it was hidden"},
	"grader_note":       {"persa la nota per chi valuta: {text}", "the note for the marker is lost: {text}"},
	"processing_unread": {"le regole di punteggio non sono tra quelle conosciute: vale la risposta giusta dichiarata", "the scoring rules are none of those known: the declared right answer counts"},

	"interactions":     {"ha più interazioni che non fanno una domanda sola: {type}", "it has several interactions that do not make one question: {type}"},
	"template":         {"i suoi valori cambiano ogni volta", "its values change every time"},
	"pair_none":        {"«{text}» non andava in nessuna coppia, ed è rimasto fuori", "“{text}” belonged to no pair and is left out"},
	"pair_more":        {"«{text}» aveva più di una risposta giusta", "“{text}” had more than one right answer"},
	"test_lost":        {"come si compone la prova non è stato preso", "how the test is made up was not taken"},
	"file_same":        {"{name} contiene le stesse domande di {other}, che ne dice di più", "{name} holds the same questions as {other}, which says more of them"},
	"encoding_guessed": {"il file non è scritto in UTF-8: letto come Windows-1252, controlla gli accenti", "the file is not written in UTF-8: read as Windows-1252, check the accents"},

	"file_broken": {"il file non si è potuto leggere", "the file could not be read"},

	// stories
	"offer_empty":       {"una scelta senza parole: al loro posto resta «…»", "a choice without words: “…” stands for them"},
	"passage_special":   {"serve al programma, non a chi gioca", "it serves the program, not who plays"},
	"passage_twice":     {"c'è già un momento con questo nome", "there is a passage of this name already"},
	"too_many_passages": {"più di {max} momenti", "more than {max} passages"},
	"logic_lost":        {"persa la logica: {text}", "the logic is lost: {text}"},
	"target_unknown":    {"«{name}» non c'è", "there is no “{name}”"},
	"end_assumed":       {"finisce qui; segnato come riuscito, correggilo se non lo è", "it ends here; marked as a success, mend it if it is not"},
	"once_lost":         {"le scelte con * si potevano fare una volta sola, qui sempre", "choices with * could be taken once, here always"},

	// packs
	"file_language": {"{name} è di un'altra lingua", "{name} is of another language"},
	"file_place":    {"{name} non sta in nessuna cartella di un pacchetto", "{name} stands in no folder of a pack"},
	"file_twice":    {"{name} c'è più di una volta", "{name} is there more than once"},
	"file_stays":    {"qui {name} dice altro, ed è rimasto com'era", "here {name} says something else, and stays as it was"},
	"file_long":     {"{name} supera i {max} KB di un file", "{name} exceeds the {max} KB of a file"},

	// handbooks
	"front_lost":        {"perso dall'intestazione: {text}", "lost from the front matter: {text}"},
	"objective_missing": {"l'obiettivo è da scrivere", "the objective is still to be written"},
	"module_split":      {"troppo lungo per un modulo: diviso", "too long for one module: split"},

	// what a target cannot say
	"cannot_gaps":       {"più vuoti in una domanda non si possono dire", "several gaps in one question cannot be said"},
	"cannot_order":      {"l'ordine è diventato un abbinamento con i numeri", "the order became a match with numbers"},
	"cannot_situation":  {"la risposta peggiore è diventata una risposta sbagliata", "the worst answer became a wrong one"},
	"cannot_critical":   {"«critica» resta solo come etichetta", "“critical” stays as a tag only"},
	"cannot_points":     {"i punti restano solo come etichetta", "the points stay as a tag only"},
	"cannot_whole":      {"là una risposta a metà vale metà dei punti; «tutto o niente» resta come etichetta", "there half an answer earns half the points; “all or nothing” stays as a tag"},
	"cannot_fixed":      {"l'ordine fisso resta solo come etichetta", "the fixed order stays as a tag only"},
	"cannot_markdown":   {"nelle risposte da abbinare resta solo il testo", "in the answers to match only the text stays"},
	"cannot_retired":    {"è ritirata: altri programmi la chiedono lo stesso, il motivo resta solo come etichetta", "it is retired: other programs ask it all the same, the reason stays as a tag only"},
	"cannot_criterion":  {"il criterio della griglia resta solo come etichetta", "the criterion of the rubric stays as a tag only"},
	"cannot_folding":    {"là contano accenti e punteggiatura", "there accents and punctuation count"},
	"cannot_partial":    {"là vale tutto o niente; «parziale» resta come etichetta", "there it is all or nothing; “partial” stays as a tag"},
	"cannot_unfinished": {"non è ancora una domanda intera: i controlli dicono che cosa le manca", "it is no whole question yet: the checks say what it lacks"},
	"cannot_none":       {"là non c'è niente che ci somigli", "there is nothing like it there"},
	"cannot_place_name": {"{name} tra graffe resta scritto così: là nessuno mette il numero", "{name} between braces stays as it is: nobody puts the number there"},
}
