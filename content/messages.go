package content

import (
	"maps"

	"abilita/course/roleplay"
)

// message is the words of a code in both languages. {name} is a value of the
// problem; a part between ⟨ and ⟩ is dropped when a value in it is empty.
type message struct {
	severity  Severity
	it, fixIT string
	en, fixEN string
}

// messages is the catalogue of every code: what is wrong, and how to mend it.
var messages = merged(fileMessages, mediaMessages, moduleMessages, scriptMessages, quizMessages, programmeMessages)

func merged(tables ...map[string]message) map[string]message {
	all := map[string]message{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}

var fileMessages = map[string]message{
	"unreadable":          {Error, "non si riesce a leggere: {cause}", "controlla che il file esista e sia leggibile", "cannot be read: {cause}", "check that the file exists and is readable"},
	"out_of_place":        {Warning, "questo file non sta in una cartella del pacchetto e viene ignorato", "le cartelle sono moduli, copioni, griglie, quiz, liste, media", "this file is in no folder of the pack and is ignored", "the folders are moduli, copioni, griglie, quiz, liste, media"},
	"not_text":            {Error, "non è testo UTF-8", "salva il file come testo UTF-8", "is not UTF-8 text", "save the file as UTF-8 text"},
	"too_large":           {Error, "il file pesa più di {max} KB", "dividilo in due", "the file is larger than {max} KB", "split it in two"},
	"too_deep":            {Error, "citazioni o elenchi annidati più di {max} volte", "riduci i livelli", "quotes or lists nested more than {max} deep", "use fewer levels"},
	"too_many_columns":    {Error, "tabella con più di {max} colonne", "dividi la tabella", "table with more than {max} columns", "split the table"},
	"table_too_large":     {Error, "le tabelle hanno in tutto più di {max} caselle", "dividi il testo", "the tables have more than {max} cells in all", "split the text"},
	"too_many_brackets":   {Error, "più di {max} parentesi quadre in un paragrafo", "lascia una riga vuota ogni tanto", "more than {max} square brackets in a paragraph", "leave an empty line now and then"},
	"too_many_marks":      {Error, "più di {max} segni di grassetto, corsivo o codice in un paragrafo", "lascia una riga vuota ogni tanto", "more than {max} marks of bold, italics or code in a paragraph", "leave an empty line now and then"},
	"too_many_headings":   {Error, "il testo ha più di {max} titoli o righe di separazione", "dividi il file in due", "the text has more than {max} headings or rules", "split the file in two"},
	"output_too_large":    {Error, "la pagina diventa più grande di {max} MB", "accorcia il testo", "the page grows beyond {max} MB", "shorten the text"},
	"no_title":            {Error, "la prima riga non è il titolo", "comincia con «# Modulo: titolo», o con il tipo giusto", "the first line is not the title", "begin with “# Module: title”, or the right kind"},
	"title_kind":          {Error, "il titolo «{title}» non dice di che tipo è il file", "scrivi Modulo, Chiamata simulata, Quiz, Griglia, Lista o Programma, due punti, poi il titolo", "the title “{title}” does not say the kind of file", "write Module, Simulated call, Quiz, Rubric, Checklist or Programme, a colon, then the title"},
	"title_empty":         {Error, "manca il titolo dopo i due punti", "scrivi il titolo", "the title after the colon is missing", "write the title"},
	"second_title":        {Error, "c'è un secondo titolo «{title}»", "usa ## per i capitoli", "there is a second title “{title}”", "use ## for chapters"},
	"kind_other":          {Error, "il titolo annuncia un file di tipo {kind}, qui serve {want}", "sposta il file o cambia la parola davanti al titolo", "the title announces a {kind}, here a {want} is needed", "move the file or change the word before the title"},
	"no_header":           {Error, "sotto il titolo manca la scheda", "aggiungi un elenco «- id: …», «- versione: 1.0»", "the header list under the title is missing", "add a list “- id: …”, “- version: 1.0”"},
	"setting_line":        {Error, "la riga «{text}» non ha la forma chiave: valore", "scrivi «- chiave: valore»", "the line “{text}” is not key: value", "write “- key: value”"},
	"key_unknown":         {Error, "la chiave «{key}» non esiste", "⟨forse volevi «{near}»⟩", "there is no key “{key}”", "⟨perhaps you meant “{near}”⟩"},
	"key_elsewhere":       {Error, "la chiave «{key}» non vale per questo tipo di file", "toglila, o guarda l'elenco delle chiavi", "the key “{key}” does not belong to this kind of file", "remove it, or look at the list of keys"},
	"own_language":        {Error, "«{key}» è la lingua del file", "è già la prima riga, o una riga di sopra: togli questa", "“{key}” is the file's own language", "it is said already, in the first line or above: remove this one"},
	"key_twice":           {Error, "«{key}» è scritto due volte", "lascia una riga sola", "“{key}” is written twice", "leave one line"},
	"key_missing":         {Error, "nella scheda manca «{key}»", "aggiungi una riga «- {key}: …»", "the header lacks “{key}”", "add a line “- {key}: …”"},
	"value_missing":       {Error, "«{key}» non ha un valore", "scrivilo dopo i due punti", "“{key}” has no value", "write it after the colon"},
	"id_bad":              {Error, "«{id}» non va bene come nome", "usa minuscole, cifre e trattini, al massimo 64 caratteri", "“{id}” is not a good id", "use lower-case letters, digits and hyphens, at most 64 characters"},
	"version_bad":         {Error, "la versione «{version}» non è fatta di due numeri", "scrivi per esempio 1.0", "the version “{version}” is not two numbers", "write for example 1.0"},
	"duration_bad":        {Error, "la durata «{value}» non si capisce", "scrivi per esempio 20 min, 2 h, 1,5 h", "the duration “{value}” is not understood", "write for example 20 min, 2 h, 1.5 h"},
	"days_bad":            {Error, "«{value}» non è un numero di giorni", "scrivi per esempio 365 giorni", "“{value}” is not a number of days", "write for example 365 days"},
	"percent_bad":         {Error, "«{value}» non è una percentuale che va bene qui", "scrivi per esempio 80%", "“{value}” is not a percentage that fits here", "write for example 80%"},
	"number_bad":          {Error, "«{value}» non è un numero tra {low} e {high}", "scrivi un numero intero", "“{value}” is not a number from {low} to {high}", "write a whole number"},
	"line_bad":            {Error, "«{line}» non va bene come nome di linea", "usa minuscole, cifre e trattini, al massimo 32 caratteri", "“{line}” is not a good line name", "use lower-case letters, digits and hyphens, at most 32 characters"},
	"channel_unknown":     {Error, "il canale «{channel}» non esiste", "i canali sono telefono, chat, video, posta, sportello", "there is no channel “{channel}”", "the channels are phone, chat, video, mail, desk"},
	"html":                {Error, "qui c'è HTML", "usa solo Markdown", "there is HTML here", "use Markdown only"},
	"table_here":          {Error, "le tabelle si usano solo nei moduli", "scrivi un elenco", "tables belong in modules only", "write a list"},
	"link_unsafe":         {Error, "il collegamento «{link}» verrebbe tolto", "usa https:, mailto:, tel: o un punto della pagina", "the link “{link}” would be removed", "use https:, mailto:, tel: or a place on the page"},
	"picture_unsafe":      {Error, "l'immagine «{link}» non sta nel pacchetto", "mettila nel pacchetto", "the picture “{link}” is not in the pack", "put it into the pack"},
	"picture_silent":      {Error, "l'immagine non ha una descrizione", "scrivila tra le parentesi quadre", "the picture has no description", "write it between the square brackets"},
	"card_number":         {Error, "c'è una sequenza di cifre che sembra il numero di una carta", "toglila: i numeri di carta non si scrivono mai, nemmeno come esempio", "there are digits that look like a card number", "remove them: card numbers are never written, not even as an example"},
	"iban":                {Error, "c'è un IBAN che sembra vero", "toglilo: le coordinate arrivano dalla linea", "there is an IBAN that looks real", "remove it: bank details come from the line"},
	"tax_code":            {Error, "c'è un codice fiscale che sembra vero", "toglilo: chi chiama è sempre inventato", "there is a tax code that looks real", "remove it: callers are always invented"},
	"phone":               {Warning, "«{number}» sembra un telefono vero", "toglilo, o mettilo nell'elenco della linea", "“{number}” looks like a real phone number", "remove it, or put it into the line's directory"},
	"help_number":         {Warning, "il numero di aiuto «{number}» è scritto a mano", "usa {emergenza}, {ascolto} o {infanzia}: il numero arriva dall'elenco della linea", "the help number “{number}” is written by hand", "use {emergency}, {listening} or {children}: the number comes from the line's directory"},
	"placeholder_unknown": {Error, "«{name}» tra graffe non è un nome conosciuto", "⟨forse volevi «{near}»⟩", "“{name}” between braces is not a known name", "⟨perhaps you meant “{near}”⟩"},
	"section_unknown":     {Warning, "il titolo «{title}» non è tra quelli previsti e quello che contiene non viene letto", "controlla come è scritto", "the title “{title}” is none of those expected, and what it holds is not read", "check how it is written"},
	"ref_unknown":         {Error, "«{id}» non è nel pacchetto (serve: {kind})", "⟨forse volevi «{near}»⟩", "“{id}” is not in the pack (needed: {kind})", "⟨perhaps you meant “{near}”⟩"},
	"ref_kind":            {Error, "«{id}» è di tipo {kind}, qui serve {want}", "scrivi un altro id", "“{id}” is a {kind}, here a {want} is needed", "write another id"},
	"id_twice":            {Error, "l'id «{id}» è già di {other}", "scegline un altro", "the id “{id}” already belongs to {other}", "choose another one"},
	"unused":              {Advice, "nessuno chiede «{id}»", "aggiungilo a un requisito, o toglilo", "nothing asks for “{id}”", "add it to a requirement, or remove it"},
	"circle":              {Error, "«{name}» alla fine chiede se stesso", "togli uno dei passaggi", "“{name}” ends up asking for itself", "remove one of the steps"},
}

var mediaMessages = map[string]message{
	"media_name":         {Error, "«{name}» non va bene come nome nella cartella media", "usa minuscole, cifre e trattini, senza sottocartelle", "“{name}” is not a good name in the folder media", "use lower-case letters, digits and hyphens, without folders below"},
	"media_kind":         {Error, "un file come «{name}» non sta in un pacchetto", "usa .jpg, .png, .mp3, .m4a, .ogg, .mp4, .webm, .vtt o .pdf; «abilita import pack» porta dentro anche .webp e .gif", "a file like “{name}” does not belong in a pack", "use .jpg, .png, .mp3, .m4a, .ogg, .mp4, .webm, .vtt or .pdf; “abilita import pack” also takes .webp and .gif"},
	"media_other":        {Error, "quello che c'è in «{name}» non è quello che dice il nome", "salvalo di nuovo nel formato giusto, o correggi la fine del nome", "what “{name}” holds is not what its name says", "save it again in the right format, or mend the end of the name"},
	"media_large":        {Error, "«{name}» pesa più di {max} MB", "rendilo più leggero, o metti un collegamento", "“{name}” is larger than {max} MB", "make it lighter, or link to it"},
	"media_pixels":       {Error, "«{name}» ha più di {pixels} milioni di punti", "rimpiccioliscila", "“{name}” has more than {pixels} million pixels", "make it smaller"},
	"media_broken":       {Error, "«{name}» non si apre", "salvalo di nuovo", "“{name}” cannot be opened", "save it again"},
	"media_raw":          {Error, "«{name}» porta con sé altro (dove e quando è stata scattata, per esempio), o è troppo grande", "passala con «abilita import pack»: la pulisce", "“{name}” brings more with it (where and when it was taken, for instance), or is too large", "pass it through “abilita import pack”: it is cleaned there"},
	"media_total":        {Error, "immagini, suoni e video pesano insieme più di {max} MB", "togli quelli che non servono", "pictures, sounds and films together are larger than {max} MB", "remove those that are not needed"},
	"media_lost":         {Error, "«{link}» non porta a nessun file del pacchetto", "aggiungi il file, o correggi il nome⟨; forse volevi «{near}»⟩", "“{link}” leads to no file of the pack", "add the file, or mend the name⟨; perhaps you meant “{near}”⟩"},
	"link_elsewhere":     {Error, "«{link}» porta a un file che chi studia non apre", "collega un modulo o un file della cartella media", "“{link}” leads to a file that learners do not open", "link to a module or to a file of the folder media"},
	"media_here":         {Error, "«{link}»: immagini, suoni, video e documenti si mettono solo nei moduli", "spostala in un modulo", "“{link}”: pictures, sounds, films and documents belong in modules only", "move it into a module"},
	"media_shown":        {Error, "«{link}» non è un'immagine", "togli il punto esclamativo: [parole](file)", "“{link}” is not a picture", "remove the exclamation mark: [words](file)"},
	"media_alone":        {Error, "«{link}» va in un paragrafo da solo", "lascia una riga vuota prima e dopo", "“{link}” must be a paragraph of its own", "leave an empty line before and after it"},
	"poster_missing":     {Error, "il video «{link}» non ha un'immagine che lo annuncia", "scrivi [![che cosa si vede](../media/immagine.jpg)]({link})", "the film “{link}” has no picture to announce it", "write [![what one sees](../media/picture.jpg)]({link})"},
	"transcript_missing": {Error, "«{link}» non ha la trascrizione", "sotto, in una citazione, scrivi «> **Trascrizione.** …»", "“{link}” has no transcript", "write below it, as a quotation, “> **Transcript.** …”"},
	"media_unused":       {Advice, "nessun testo usa «{name}»", "usalo, o toglilo", "no text uses “{name}”", "use it, or remove it"},
}

var moduleMessages = map[string]message{
	"module_empty":     {Error, "il modulo non ha testo", "scrivilo sotto la scheda", "the module has no text", "write it under the header"},
	"pairs_table":      {Error, "manca la tabella delle cose da dire e da non dire", "scrivi una tabella con due colonne", "the table of what to say and not to say is missing", "write a table with two columns"},
	"pair_half":        {Error, "in questa riga manca una delle due frasi", "scrivi sia che cosa dire sia che cosa non dire", "this row lacks one of its two sentences", "write both what to say and what not to"},
	"recall_no_answer": {Error, "la domanda «{question}» non ha risposta", "scrivila nel paragrafo sotto", "the question “{question}” has no answer", "write it in the paragraph below"},
	"tasks_list":       {Error, "manca l'elenco numerato dei passi", "scrivi «1. …»", "the numbered list of steps is missing", "write “1. …”"},
	"source_no_date":   {Warning, "la fonte «{text}» non ha la data in cui è stata controllata", "aggiungila in fondo, per esempio (controllata il 2026-10-01)", "the source “{text}” lacks the date when it was checked", "add it at the end, for example (checked 2026-10-01)"},
	"words_few":        {Advice, "il modulo ha {have} parole, un modulo intero ne ha almeno {want}", "", "the module has {have} words, a whole one has at least {want}", ""},
	"words_many":       {Advice, "il modulo ha {have} parole, più di {want} stancano", "dividilo in due", "the module has {have} words, more than {want} tire", "split it in two"},
	"heading_jump":     {Warning, "il titolo è di livello {level} e ne salta uno", "usa il livello {want}: chi ascolta la pagina si orienta con i titoli", "the heading is of level {level} and skips one", "use level {want}: who listens to the page finds the way by headings"},
	"sentence_long":    {Advice, "una frase di {words} parole: «{text}»", "dividila: oltre 30 parole si torna indietro a rileggere", "a sentence of {words} words: “{text}”", "split it: beyond 30 words one goes back to read again"},
	"jargon":           {Advice, "«{word}» è una parola da ufficio", "prova con: {say}", "“{word}” is a word of offices", "try: {say}"},
	"pairs_few":        {Advice, "le coppie da dire e da non dire sono {have}, ne servono {want}", "", "there are {have} say and don't-say pairs, {want} are needed", ""},
	"recall_few":       {Advice, "le domande per ricordare sono {have}, ne servono {want}", "", "there are {have} recall questions, {want} are needed", ""},
	"call_short":       {Advice, "la chiamata raccontata ha {have} battute, ne servono {want}", "scrivi ogni battuta in un paragrafo, «**Marta**: «…»»", "the told call has {have} turns, {want} are needed", "write each turn in a paragraph, “**Marta**: “…””"},
	"tasks_none":       {Advice, "non c'è niente da fare nella maschera", "aggiungi «## Da fare nella maschera»", "there is nothing to do in the software", "add “## To do in the software”"},
	"sources_none":     {Advice, "non ci sono fonti", "se citi cifre o norme aggiungi «## Fonti»", "there are no sources", "if you quote figures or rules add “## Sources”"},
	"duration_short":   {Warning, "solo per leggere servono {minutes} minuti, più della durata", "aumenta la durata", "reading alone takes {minutes} minutes, more than the duration", "raise the duration"},
	"short_twice":      {Error, "il nome breve «{name}» è già di {other}", "scegline un altro", "the short name “{name}” already belongs to {other}", "choose another one"},
}

var scriptMessages = map[string]message{
	"mood_bad":       {Error, "l'umore «{value}» non è un numero tra -3 e 3", "", "the mood “{value}” is not a number from -3 to 3", ""},
	"silence_bad":    {Error, "«{value}» non dice i due tempi del silenzio", "scrivi «richiamo 8s, svolta 20s», il primo più corto", "“{value}” does not give the two times of silence", "write “prompt 8s, turn 20s”, the first one shorter"},
	"channel_one":    {Error, "una chiamata ha un canale solo", "lascia il primo", "a call has one channel", "leave the first"},
	"rubric_line":    {Error, "questa riga non ha la forma giusta", "scrivi «- **{letter}1 Nome**: testo»; per i criteri «- **R1 Nome** (20): 0 … · 1 … · 2 … · 3 …»", "this line has not the right form", "write “- **{letter}1 Name**: text”; for criteria “- **R1 Name** (20): 0 … · 1 … · 2 … · 3 …”"},
	"rubric_empty":   {Error, "mancano i criteri della rubrica", "scrivi «## Rubrica», o nella scheda «- griglia: id»", "the criteria of the rubric are missing", "write “## Rubric”, or in the header “- rubric: id”"},
	"mark_twice":     {Error, "{mark} è già usato", "numera le voci in ordine", "{mark} is already used", "number the entries in order"},
	"weight_missing": {Error, "il criterio {mark} non ha peso", "scrivilo tra parentesi dopo il nome", "the criterion {mark} has no weight", "write it in brackets after the name"},
	"levels_bad":     {Error, "il criterio {mark} non ha i quattro livelli da 0 a 3", "scrivi «0 … · 1 … · 2 … · 3 …»", "the criterion {mark} has not the four levels from 0 to 3", "write “0 … · 1 … · 2 … · 3 …”"},
	"scene_missing":  {Error, "manca «## Scena»", "aggiungila, con un titolo ### per ogni momento", "“## Scene” is missing", "add it, with a ### title for each moment"},
	"scene_stray":    {Warning, "questo testo non appartiene a nessun momento", "mettilo sotto un titolo ###", "this text belongs to no moment", "put it under a ### title"},
	"node_stray":     {Warning, "questo testo nel momento «{node}» non viene letto", "usa una citazione, un elenco o un finale", "this text in the moment “{node}” is not read", "use a quotation, a list or an ending"},
	"node_nameless":  {Error, "il titolo «{title}» non ha lettere da cui fare un nome", "usa almeno una parola", "the title “{title}” has no letters to make a name of", "use at least one word"},
	"choice_no_link": {Error, "la scelta non porta da nessuna parte", "scrivi «- [parole](#momento)»", "the choice leads nowhere", "write “- [words](#moment)”"},
	"choice_text":    {Warning, "c'è del testo fuori dal collegamento, e non si vedrà", "mettilo tra le parentesi quadre, o in una citazione sotto", "there is text outside the link, which will not be seen", "put it between the square brackets, or in a quotation below"},
	"mark_bad":       {Error, "il segno «{mark}» non si capisce", "i segni sono D1, R2=3, E1, umore+1, dopo 20s, chiama:…, segnala:…", "the mark “{mark}” is not understood", "the marks are D1, R2=3, E1, mood+1, after 20s, call:…, report:…"},
	"variant_marks":  {Error, "una variante di chi chiama accetta solo umore", "sposta gli altri segni nelle scelte", "a variant of the caller accepts mood only", "move the other marks to the choices"},
	"end_bad":        {Error, "«{text}» non è un finale", "scrivi **Fine: riuscita** o **Fine: interrotta**", "“{text}” is not an ending", "write **End: success** or **End: broken off**"},
	"end_twice":      {Error, "il momento «{node}» ha due finali", "lasciane uno", "the moment “{node}” has two endings", "leave one"},
	"end_marks":      {Error, "«{mark}» non si capisce in un finale", "scrivi «richiede D1 D2@momento»", "“{mark}” is not understood in an ending", "write “requires D1 D2@moment”"},
	"line_other":     {Warning, "il copione è della linea «{line}», il programma della linea «{want}»", "usa lo stesso nome", "the script is of line “{line}”, the programme of line “{want}”", "use the same name"},
	"channel_other":  {Warning, "il canale {channel} non è tra quelli del programma", "aggiungilo al programma, o cambialo qui", "the channel {channel} is none of the programme's", "add it to the programme, or change it here"},

	roleplay.NoNode:           {Error, "la scena non ha momenti", "scrivi un titolo ### per ogni momento", "the scene has no moments", "write a ### title for each moment"},
	roleplay.NodeTwice:        {Error, "due momenti si chiamano «{node}»", "cambia un titolo", "two moments are called “{node}”", "change one title"},
	roleplay.NodeUnknown:      {Error, "il momento «{node}» non c'è", "⟨forse volevi #{near}⟩", "there is no moment “{node}”", "⟨perhaps you meant #{near}⟩"},
	roleplay.NodeUnreachable:  {Error, "nessuno arriva al momento «{node}»", "aggiungi una scelta che ci porti, o toglilo", "nobody gets to the moment “{node}”", "add a choice that leads there, or remove it"},
	roleplay.NodeNoExit:       {Error, "dal momento «{node}» non si esce", "aggiungi delle scelte o un finale", "there is no way out of the moment “{node}”", "add choices or an ending"},
	roleplay.NodeMixed:        {Error, "il momento «{node}» mescola scelte, varianti o finale", "tieni una cosa sola e dividi il resto", "the moment “{node}” mixes choices, variants or an ending", "keep one of them and split the rest"},
	roleplay.NodeTrapped:      {Error, "dal momento «{node}» non si arriva a nessun finale", "aggiungi una strada verso la fine", "no ending can be reached from the moment “{node}”", "add a way to the end"},
	roleplay.BackFromStart:    {Error, "dal primo momento non si può tornare indietro", "porta la scelta a un altro momento", "there is nothing to go back to from the first moment", "lead the choice to another moment"},
	roleplay.SilenceTwice:     {Error, "il momento «{node}» ha due strade per il silenzio", "lasciane una", "the moment “{node}” has two ways for silence", "leave one"},
	roleplay.SilenceMissing:   {Warning, "il momento «{node}» non ha una strada per il silenzio", "aggiungi una scelta con «dopo 20s», o «silenzio» nella scheda", "the moment “{node}” has no way for silence", "add a choice with “after 20s”, or “silence” in the header"},
	roleplay.SilenceDefault:   {Advice, "nel momento «{node}» chi tace resta fermo, come dice la scheda", "se vuoi, aggiungi una scelta con «dopo 20s»", "in the moment “{node}” who says nothing stays, as the header says", "if you like, add a choice with “after 20s”"},
	roleplay.OnlySilence:      {Error, "nel momento «{node}» si può solo tacere", "aggiungi una scelta", "in the moment “{node}” one can only be silent", "add a choice"},
	roleplay.PassUnattainable: {Error, "nessuna strada supera la chiamata: servono {threshold} su 100", "controlla soglia, dichiarazioni dovute e livelli", "no way passes the call: {threshold} of 100 are needed", "check threshold, statements due and levels"},
	roleplay.FailImpossible:   {Warning, "qualunque scelta supera la chiamata", "aggiungi scelte che si pagano", "whatever is chosen passes the call", "add choices that cost something"},
	roleplay.DueUnfulfillable: {Error, "{mark} è dovuta, ma nessuna strada fino a questo finale la dice", "aggiungi {mark} a una scelta lungo la strada", "{mark} is due, but no way to this ending says it", "add {mark} to a choice on the way"},
	roleplay.VariantDead:      {Warning, "la variante «{text}» ripete un'altra", "toglila o cambiala", "the variant “{text}” repeats another one", "remove or change it"},
	roleplay.VariantHopeless:  {Error, "se capita «{text}» nessuna strada supera la chiamata", "aggiungi una strada pulita anche per questa variante", "if “{text}” comes up no way passes the call", "add a clean way for this variant too"},
	roleplay.WeightsNot100:    {Error, "i pesi della rubrica sommano a {sum}, non a 100", "cambia i numeri tra parentesi", "the weights of the rubric sum to {sum}, not 100", "change the numbers in brackets"},
	roleplay.MarkUnknown:      {Error, "{mark} non è nella griglia", "⟨forse volevi {near}⟩", "{mark} is not in the rubric", "⟨perhaps you meant {near}⟩"},
	roleplay.LevelOutside:     {Error, "il livello {level} di {mark} non esiste", "i livelli vanno da 0 a 3", "there is no level {level} of {mark}", "levels go from 0 to 3"},
	roleplay.ViaUnknown:       {Error, "il momento «{node}» dopo @ non c'è", "usa il nome di un momento della scena", "there is no moment “{node}” after @", "use the name of a moment of the scene"},
	roleplay.MarkUnused:       {Advice, "nessuna scelta usa {mark}", "", "no choice uses {mark}", ""},
	roleplay.WalksCut:         {Advice, "il copione ha troppe strade per provarle tutte: la prova si è fermata dopo {steps} passi", "dividi la scena, se puoi", "the script has too many ways to try them all: the proof stopped after {steps} steps", "split the scene, if you can"},
}
