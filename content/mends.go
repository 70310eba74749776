package content

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"abilita/content/markdown"
	"abilita/course/roleplay"
	"abilita/quiz"
)

// mends holds, for each code with a correction that nobody needs to think about, the
// function that finds it; nil where this time there is more than one, or none.
var mends = map[string]func(*mender) *Mend{
	"no_title": mendNoTitle, "title_kind": mendTitleKind, "kind_other": mendTitleWord, "no_header": mendNoHeader, "second_title": mendSecondTitle,
	"setting_line": mendSettingLine, "key_unknown": mendKey, "key_twice": mendKeyTwice, "key_missing": mendKeyMissing, "value_missing": mendValueMissing,
	"setting_elsewhere": func(m *mender) *Mend { return m.without(m.Line) },
	"id_bad":            mendID, "version_bad": mendVersion, "duration_bad": mendDuration, "days_bad": mendDays, "percent_bad": mendPercent, "clock_bad": mendClock,
	"duration_short": mendDurationShort, "silence_bad": mendSilence,
	"line_bad": mendLine, "line_other": mendLine, "channel_unknown": mendChannel, "channel_one": mendChannelOne, "channel_other": mendChannelOther,
	"help_number": mendHelpNumber, "link_unsafe": mendLink, "placeholder_unknown": mendPlaceholder, "section_unknown": mendSection,
	"ref_unknown": mendRef, roleplay.NodeUnknown: mendNode,
	"mark_bad": mendMark, "end_bad": mendEnd, "rubric_line": mendNumbered, "check_line": mendNumbered,
	"type_bad":      mendWord("value", "banca", "prova", "bank", "exam"),
	"sign_bad":      mendWord("value", "osservatore", "volontario", "observer", "volunteer"),
	"flag_unknown":  mendFlag,
	"flag_here":     mendFlagHere,
	"level_unknown": mendWord("level", of(levels)...),
	"weekday_bad":   mendWord("day", of(weekdays)...),
	"kind_unknown":  mendWord("kind", append(of(requirementKinds), of(sessionKinds)...)...),
	"minimum_bad":   mendMinimum, "item_module": mendModule, "blueprint_module": mendModule, "open_bad": mendOpen, "true_false_moves": mendTrueFalse,
}

// mendWord writes the word most like the one that is not known.
func mendWord(arg string, words ...string) func(*mender) *Mend {
	return func(m *mender) *Mend {
		return m.word(m.Line, m.arg(arg), near(quiz.Fold(m.arg(arg)), words))
	}
}

// titleWords are how a title begins, by kind.
var titleWords = map[Kind][2]string{
	KindModule: {"Modulo", "Module"}, KindScript: {"Chiamata simulata", "Simulated call"}, KindQuiz: {"Quiz", "Quiz"},
	KindRubric: {"Griglia", "Rubric"}, KindChecklist: {"Lista", "Checklist"}, KindProgramme: {"Programma", "Programme"},
}

func (m *mender) titleWord() string {
	w, ok := titleWords[m.kind]
	if !ok {
		return ""
	}
	return m.in(w[0], w[1])
}

var titleForm = regexp.MustCompile(`^\s*(#*)\s*([^:]*?)\s*(:.*)$`)

// mendNoTitle makes a title of a first line that has its words and not its mark.
func mendNoTitle(m *mender) *Mend {
	line := m.title()
	at := titleForm.FindStringSubmatchIndex(m.text(line))
	if at == nil || kindWords[quiz.Fold(m.text(line)[at[4]:at[5]])] != m.kind || m.kind == "" {
		return nil
	}
	return m.span(line, 0, at[4], "# ")
}

// mendTitleKind mends the word before the colon, or puts it there.
func mendTitleKind(m *mender) *Mend {
	line := m.title()
	text := m.text(line)
	from := strings.IndexFunc(text, func(r rune) bool { return r != '#' && r != ' ' })
	if m.titleWord() == "" || from < 0 || m.Line != line {
		return nil
	}
	if word, _, found := strings.Cut(text[from:], ":"); found {
		w := quiz.Fold(strings.TrimSpace(word))
		if near(w, []string{quiz.Fold(m.titleWord())}) != "" {
			return m.span(line, from, from+len(word), m.titleWord())
		}
	}
	return m.span(line, from, from, m.titleWord()+": ")
}

// mendTitleWord says the kind that the folder says.
func mendTitleWord(m *mender) *Mend {
	line := m.title()
	at := titleForm.FindStringSubmatchIndex(m.text(line))
	if at == nil || m.titleWord() == "" {
		return nil
	}
	return m.span(line, at[4], at[5], m.titleWord())
}

func mendNoHeader(m *mender) *Mend {
	line := m.title()
	id := m.usual("id")
	if m.kind == "" || id == "" || m.listBelow(line) {
		return nil
	}
	return m.below(line, "- id: "+id+"\n- "+m.in(keyWords["version"][0], keyWords["version"][1])+": 1.0")
}

// listBelow says whether something may stand under the title that was meant to be
// the header: text without an empty line between, or a list.
func (m *mender) listBelow(line int) bool {
	if strings.TrimSpace(m.text(line+1)) != "" {
		return true
	}
	for line++; line <= len(m.lines); line++ {
		if text := strings.TrimSpace(m.text(line)); text != "" {
			return strings.HasPrefix(text, "-") || itemForm.MatchString(text)
		}
	}
	return false
}

func mendSecondTitle(m *mender) *Mend {
	text := m.text(m.Line)
	if at := strings.Index(text, "#"); at >= 0 && strings.HasPrefix(text[at:], "# ") && strings.TrimSpace(text[:at]) == "" {
		return m.span(m.Line, at, at, "#")
	}
	return nil
}

// mendSettingLine puts the colon after a key that begins the line.
func mendSettingLine(m *mender) *Mend {
	text := m.text(m.Line)
	from := strings.IndexFunc(text, func(r rune) bool { return r != '-' && r != '*' && r != '+' && r != ' ' })
	if from < 0 {
		return nil
	}
	if end, _ := m.head(); m.Line > end {
		return nil
	}
	words := strings.Fields(text[from:])
	for n := min(2, len(words)-1); n > 0; n-- {
		written := strings.Join(words[:n], " ")
		if key, ok := headerKeys[quiz.Fold(written)]; ok && m.fits(key) && strings.HasPrefix(text[from:], written) {
			return m.span(m.Line, from+len(written), from+len(written), ":")
		}
	}
	return nil
}

func mendKey(m *mender) *Mend {
	at := settingForm.FindStringSubmatchIndex(m.text(m.Line))
	word := near(quiz.Fold(m.arg("key")), []string{m.arg("near")})
	if at == nil || word == "" {
		return nil
	}
	if end, _ := m.head(); m.Line <= end && !m.fits(headerKeys[word]) {
		return nil
	} else if m.Line > end && m.beside(word) {
		return nil
	}
	return m.span(m.Line, at[4], at[5], accents.Replace(word))
}

// beside says whether a key stands already in the list around the problem.
func (m *mender) beside(word string) bool {
	for _, step := range []int{-1, 1} {
		for line := m.Line + step; ; line += step {
			at := settingForm.FindStringSubmatch(m.text(line))
			if at == nil {
				break
			}
			if quiz.Fold(at[2]) == word {
				return true
			}
		}
	}
	return false
}

// mendKeyTwice takes the second line out where it says the same as the first.
func mendKeyTwice(m *mender) *Mend {
	again := strings.Join(strings.Fields(m.text(m.Line)), " ")
	for line := m.Line - 1; line > 0 && settingForm.MatchString(m.text(line)); line-- {
		if strings.Join(strings.Fields(m.text(line)), " ") == again {
			return m.without(m.Line)
		}
	}
	return nil
}

// keyOf is the key that a problem names, which messages write in Italian.
func (m *mender) keyOf() string { return headerKeys[quiz.Fold(m.arg("key"))] }

func mendKeyMissing(m *mender) *Mend {
	key := m.keyOf()
	value := m.usual(key)
	end, keys := m.head()
	if value == "" || keys[key] != 0 || end == m.title() || m.misspelt(key, end) {
		return nil
	}
	word := m.in(keyWords[key][0], keyWords[key][1])
	if key == "channels" && m.kind == KindScript {
		word = m.in("canale", "channel")
	}
	at := end
	if key == "id" { // it comes first
		at = m.title()
		for strings.TrimSpace(m.text(at+1)) == "" {
			at++
		}
	}
	return m.below(at, "- "+word+": "+value)
}

// misspelt says whether a line of the header may be the key that is missing.
func (m *mender) misspelt(key string, end int) bool {
	for line := m.title() + 1; line <= end; line++ {
		at := settingForm.FindStringSubmatch(m.text(line))
		if at == nil {
			return strings.TrimSpace(m.text(line)) != ""
		}
		if word := quiz.Fold(at[2]); headerKeys[word] == "" && headerKeys[nearest(word, headerKeys)] == key {
			return true
		}
	}
	return false
}

func mendValueMissing(m *mender) *Mend {
	return m.value(m.Line, m.usual(m.keyOf()))
}

func mendID(m *mender) *Mend {
	id := markdown.Slug(m.arg("id"))
	if !m.free(id) {
		return nil
	}
	if strings.Contains(m.text(m.Line), "`") && wholeWord(strings.Join(m.lines, "\n"), id) < 0 && strings.Contains(strings.Join(m.lines, "\n"), "`"+id+" ") {
		return nil // another question has it
	}
	text := m.text(m.Line)
	if from := strings.Index(text, m.arg("id")); from >= 0 && strings.Count(text, m.arg("id")) == 1 {
		return m.span(m.Line, from, from+len(m.arg("id")), id)
	}
	return nil
}

var looseVersion = regexp.MustCompile(`^[vV]?\.? ?(\d{1,4})(?:[.,](\d{1,4}))?(?:[.,]\d{1,4})?$`)

func mendVersion(m *mender) *Mend {
	v := looseVersion.FindStringSubmatch(m.arg("version"))
	if v == nil {
		return nil
	}
	if v[2] == "" {
		v[2] = "0"
	}
	return m.value(m.Line, v[1]+"."+v[2])
}

var (
	looseSpan    = regexp.MustCompile(`^(\d+(?:[.,]\d+)?) ?(minut[oi]|minutes?|mins?\.?|m|'|hrs?|hour|h\.|secondi?|seconds?|gg\.?|g|d)?$`)
	looseDays    = regexp.MustCompile(`^(\d{1,4}) ?(?:gg\.?|g|d)?$`)
	loosePercent = regexp.MustCompile(`^(\d{1,3}) ?(?:per ?cento|percent|/ ?100|pct)?$`)
	looseClock   = regexp.MustCompile(`^(?:ore )?(\d{1,2})(?:[.:,h ](\d{2}))?$`)
)

// mendDuration writes the unit as the program reads it; a bare number is minutes.
func mendDuration(m *mender) *Mend {
	d := looseSpan.FindStringSubmatch(quiz.Fold(m.arg("value")))
	if d == nil {
		return nil
	}
	unit := "min"
	if d[2] != "" {
		switch d[2][0] {
		case 'h':
			unit = "h"
		case 's':
			unit = "s"
		case 'g', 'd':
			unit = m.in("giorni", "days")
		}
	}
	if n, ok := span(d[1] + " " + unit); !ok || n <= 0 {
		return nil
	}
	return m.word(m.Line, m.arg("value"), d[1]+" "+unit)
}

func mendDays(m *mender) *Mend {
	value := quiz.Fold(m.arg("value"))
	if value == "un anno" || value == "1 anno" || value == "one year" || value == "1 year" || value == "a year" {
		return m.value(m.Line, m.in("365 giorni", "365 days"))
	}
	d := looseDays.FindStringSubmatch(value)
	if d == nil || strings.Trim(d[1], "0") == "" {
		return nil
	}
	return m.value(m.Line, d[1]+" "+m.in("giorni", "days"))
}

func mendPercent(m *mender) *Mend {
	d := loosePercent.FindStringSubmatch(quiz.Fold(m.arg("value")))
	if d == nil {
		return nil
	}
	if n, _ := strconv.Atoi(d[1]); n > 100 {
		return nil
	}
	return m.value(m.Line, d[1]+"%")
}

func mendClock(m *mender) *Mend {
	d := looseClock.FindStringSubmatch(quiz.Fold(m.arg("value")))
	if d == nil {
		return nil
	}
	hour, _ := strconv.Atoi(d[1])
	if d[2] == "" {
		d[2] = "00"
	}
	clock := fmt.Sprintf("%02d:%s", hour, d[2])
	if !clockForm.MatchString(clock) {
		return nil
	}
	return m.value(m.Line, clock)
}

// mendDurationShort gives the minutes that reading takes, in steps of five.
func mendDurationShort(m *mender) *Mend {
	for i := 0; i+1 < len(m.Args); i += 2 {
		if n, ok := m.Args[i+1].(int); ok && m.Args[i] == "minutes" {
			return m.value(m.Line, strconv.Itoa((n+4)/5*5)+" min")
		}
	}
	return nil
}

// mendSilence puts the shorter time first.
func mendSilence(m *mender) *Mend {
	s := silenceForm.FindStringSubmatch(quiz.Fold(m.arg("value")))
	if s == nil {
		return nil
	}
	prompt, _ := span(s[1])
	turn, _ := span(s[2])
	if turn >= prompt || turn <= 0 {
		return nil
	}
	return m.value(m.Line, m.in("richiamo ", "prompt ")+s[2]+m.in(", svolta ", ", turn ")+s[1])
}

// settingOf is the line of the problem, or that of the key where it names none.
func (m *mender) settingOf(key string) int {
	if m.Line > 0 {
		return m.Line
	}
	_, keys := m.head()
	return keys[key]
}

func mendLine(m *mender) *Mend {
	g := m.pack.Programme
	if m.kind == KindProgramme || g.Path == "" || !idForm.MatchString(g.Line) || len(g.Line) > 32 {
		return nil
	}
	return m.value(m.settingOf("line"), g.Line)
}

var otherChannels = map[string]string{
	"e-mail": "mail", "email": "mail", "posta elettronica": "mail", "tel": "phone", "tel.": "phone", "telephone": "phone", "cellulare": "phone",
	"videochiamata": "video", "video call": "video", "ufficio": "desk", "chiamata": "phone",
}

func mendChannel(m *mender) *Mend {
	word := quiz.Fold(m.arg("channel"))
	channel := otherChannels[word]
	if channel == "" {
		channel = channels[near(word, of(channels))]
	}
	if channel == "" {
		return nil
	}
	return m.word(m.Line, m.arg("channel"), ChannelWord(channel, m.pack.Lang))
}

func mendChannelOne(m *mender) *Mend {
	at := settingForm.FindStringSubmatch(m.text(m.Line))
	if at == nil {
		return nil
	}
	if list := split(at[4], ","); len(list) > 1 {
		return m.value(m.Line, list[0])
	}
	return nil
}

// mendChannelOther gives a script the one channel of its programme.
func mendChannelOther(m *mender) *Mend {
	if g := m.pack.Programme; m.kind == KindScript && len(g.Channels) == 1 {
		return m.value(m.settingOf("channels"), ChannelWord(g.Channels[0], m.pack.Lang))
	}
	return nil
}

// helpNames are the numbers that each entry of the directory stands for, without
// the blanks and dots in them.
var helpNames = map[string][2]string{
	"112": {"emergenza", "emergency"}, "113": {"emergenza", "emergency"}, "115": {"emergenza", "emergency"}, "118": {"emergenza", "emergency"},
	"116111": {"infanzia", "children"}, "116000": {"infanzia", "children"}, "19696": {"infanzia", "children"}, "0223272327": {"ascolto", "listening"},
}

func mendHelpNumber(m *mender) *Mend {
	number := m.arg("number")
	name, ok := helpNames[strings.NewReplacer(" ", "", ".", "", "-", "").Replace(number)]
	text := m.text(m.Line)
	from := strings.Index(text, number)
	if !ok || from < 0 {
		return nil
	}
	return m.span(m.Line, from, from+len(number), "{"+m.in(name[0], name[1])+"}")
}

// mendLink makes an address a safe one; it may stand below the line of its paragraph.
func mendLink(m *mender) *Mend {
	rest, plain := strings.CutPrefix(m.arg("link"), "http://")
	if !plain || rest == "" {
		return nil
	}
	for line := m.Line; strings.TrimSpace(m.text(line)) != ""; line++ {
		if from := strings.Index(m.text(line), m.arg("link")); from >= 0 {
			return m.span(line, from, from+len("http"), "https")
		}
	}
	return nil
}

func mendPlaceholder(m *mender) *Mend {
	word := near(m.arg("name"), []string{m.arg("near")})
	text := m.text(m.Line)
	from := strings.Index(text, "{"+m.arg("name")+"}")
	if word == "" || from < 0 {
		return nil
	}
	return m.span(m.Line, from+1, from+1+len(m.arg("name")), word)
}

func mendSection(m *mender) *Mend {
	words := map[Kind][]string{
		KindProgramme: of(programmeSections), KindScript: of(sceneSections), KindRubric: of(sceneSections), KindQuiz: {"ripartizione", "livelli", "blueprint", "levels"},
	}[m.kind]
	word := near(quiz.Fold(m.arg("title")), words)
	if word == "" {
		return nil
	}
	for line := range m.lines {
		if title, ok := strings.CutPrefix(m.text(line+1), "## "); ok && quiz.Fold(strings.TrimSpace(title)) == word {
			return nil
		}
	}
	return m.word(m.Line, m.arg("title"), strings.ToUpper(word[:1])+word[1:])
}

// mendRef writes the id most like one that is not in the pack. A problem of the whole
// file is looked for in its header.
func mendRef(m *mender) *Mend {
	id, to := m.arg("id"), near(m.arg("id"), []string{m.Fix})
	if !idForm.MatchString(to) {
		return nil
	}
	if m.Line > 0 {
		return m.word(m.Line, id, to)
	}
	end, _ := m.head()
	var found *Mend
	for line := m.title() + 1; line <= end; line++ {
		if k := m.word(line, id, to); k != nil {
			if found != nil {
				return nil
			}
			found = k
		}
	}
	return found
}

var toForm = regexp.MustCompile(`\]\(#([^)\s]+)\)`)

func mendNode(m *mender) *Mend {
	to := near(m.arg("node"), []string{m.Fix})
	all := toForm.FindAllStringSubmatchIndex(m.text(m.Line), -1)
	if to == "" || len(all) != 1 {
		return nil
	}
	return m.span(m.Line, all[0][2], all[0][3], to)
}

var looseMark = regexp.MustCompile(`^([dDeErR])(\d{1,2})(?:[:=]=?(\d{1,2}))?$|^(?i:umore|mood)[:=]?([+-]\d)$`)

// mendMark writes a mark as it is meant: capital letter, equals sign.
func mendMark(m *mender) *Mend {
	mark := m.arg("mark")
	v := looseMark.FindStringSubmatch(mark)
	if v == nil {
		return nil
	}
	text := strings.ToUpper(v[1]) + v[2]
	switch {
	case v[4] != "":
		text = m.in("umore", "mood") + v[4]
	case v[3] != "" && text[0] == 'R':
		text += "=" + v[3]
	case v[3] != "" || text[0] == 'R':
		return nil
	}
	return m.word(m.Line, mark, text)
}

func mendEnd(m *mender) *Mend {
	word := near(quiz.Fold(m.arg("text")), of(endWords))
	if word == "" {
		return nil
	}
	return m.word(m.Line, m.arg("text"), strings.ToUpper(word[:1])+word[1:])
}

var (
	nameless = regexp.MustCompile(`^(\s*[-*+]\s+)(?:\*\*)?([^*:]{2,40}?)(?:\*\*)?(\s*:\s*\S.*)$`)
	numbered = regexp.MustCompile(`\*\*([A-Z]{1,2})(\d{1,2})\s`)
)

// mendNumbered gives an entry of a list the next number, and its name the stars.
func mendNumbered(m *mender) *Mend {
	text := m.text(m.Line)
	at := nameless.FindStringSubmatchIndex(text)
	if at == nil || numbered.MatchString(text) {
		return nil
	}
	letters, next := m.arg("letter"), 0
	for _, l := range m.lines {
		for _, k := range numbered.FindAllStringSubmatch(l, -1) {
			if letters == "" {
				letters = k[1]
			}
			if n, _ := strconv.Atoi(k[2]); k[1] == letters {
				next = max(next, n)
			}
		}
	}
	if letters == "" || letters == "R" || next == 99 { // a criterion needs a weight too
		return nil
	}
	return m.span(m.Line, at[4]-stars(text, at[4]), at[5]+stars(text[at[5]:], 2), "**"+letters+strconv.Itoa(next+1)+" "+text[at[4]:at[5]]+"**")
}

// stars is 2 when the two bytes before at are stars.
func stars(text string, at int) int {
	if at >= 2 && at <= len(text) && text[at-2:at] == "**" {
		return 2
	}
	return 0
}

func mendFlag(m *mender) *Mend {
	flag := quiz.Fold(m.arg("flag"))
	words := []string{"critica", "parziale", "fisso", "critical", "partial", "fixed"}
	if m.kind == KindChecklist {
		words = []string{"obbligatoria", "required"}
	}
	return m.word(m.Line, m.arg("flag"), near(flag, words))
}

var marksForm = regexp.MustCompile("^\\s*`([^`]*)`")

// marksBelow is the line of a question's marks, from that of its title or itself.
func (m *mender) marksBelow() int {
	for line := m.Line; line <= min(m.Line+2, len(m.lines)); line++ {
		if marksForm.MatchString(m.text(line)) {
			return line
		}
	}
	return 0
}

// mendFlagHere takes a mark out that does not belong to the type of the question.
func mendFlagHere(m *mender) *Mend {
	words := map[string][]string{"fisso": {"fisso", "fixed"}, "parziale": {"parziale", "partial"}}[m.arg("flag")]
	line := m.marksBelow()
	for _, w := range words {
		at := regexp.MustCompile("(?i)\\s*·\\s*" + w + "\\s*([·`])").FindStringSubmatchIndex(m.text(line))
		if at == nil {
			continue
		}
		to := at[2]
		text := ""
		if m.text(line)[to:at[3]] != "`" {
			text = " "
		}
		return m.span(line, at[0], to, text)
	}
	return nil
}

func mendMinimum(m *mender) *Mend {
	if n, err := strconv.Atoi(m.arg("value")); err != nil || n < 1 {
		return nil
	}
	return m.value(m.Line, m.in("tutte", "all")) // more than there are: all of them
}

// mendModule writes the module most like one that is not there.
func mendModule(m *mender) *Mend {
	var names []string
	for _, k := range m.pack.Modules {
		names = append(names, k.ID)
		if k.Short != "" {
			names = append(names, k.Short)
		}
	}
	line := m.Line
	if m.Code == "item_module" {
		line = m.marksBelow()
	}
	return m.word(line, m.arg("module"), near(m.arg("module"), names))
}

var criterionAlone = regexp.MustCompile(`^R\d{1,2}$`)

func mendOpen(m *mender) *Mend {
	if !criterionAlone.MatchString(m.arg("value")) {
		return nil
	}
	return m.value(m.Line, m.in("griglia ", "rubric ")+m.arg("value"))
}

// mendTrueFalse keeps true before false.
func mendTrueFalse(m *mender) *Mend {
	line := m.marksBelow()
	at := marksForm.FindStringSubmatchIndex(m.text(line))
	if at == nil {
		return nil
	}
	return m.span(line, at[3], at[3], " · "+m.in("fisso", "fixed"))
}
