package content

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"abilita/quiz"
)

// headerKeys are the words of a header, folded, and the key each stands for.
var headerKeys = map[string]string{
	"titolo in inglese": "title-en", "title in english": "title-en", "titolo in italiano": "title-it", "title in italian": "title-it",
	"obiettivo in inglese": "objective-en", "obiettivi in inglese": "objective-en", "objective in english": "objective-en", "objectives in english": "objective-en",
	"obiettivo in italiano": "objective-it", "obiettivi in italiano": "objective-it", "objective in italian": "objective-it", "objectives in italian": "objective-it",
	"id": "id", "versione": "version", "version": "version",
	"obiettivo": "objective", "obiettivi": "objective", "objective": "objective", "objectives": "objective",
	"durata": "duration", "duration": "duration", "nome breve": "short", "short name": "short",
	"prerequisiti": "requires", "prerequisites": "requires",
	"linea": "line", "line": "line", "canale": "channels", "canali": "channels", "channel": "channels", "channels": "channels",
	"griglia": "rubric", "rubric": "rubric", "soglia": "threshold", "threshold": "threshold",
	"umore": "mood", "mood": "mood", "silenzio": "silence", "silence": "silence",
	"tipo": "type", "type": "type", "banca": "bank", "bank": "bank", "tempo": "time", "time": "time",
	"tentativi": "attempts", "attempts": "attempts", "attese": "waits", "waits": "waits", "critiche": "critical", "critical": "critical",
	"firma": "sign", "sign": "sign", "minimo": "minimum", "minimum": "minimum",
	"validita": "validity", "validity": "validity", "ore": "hours", "hours": "hours", "eta minima": "age", "minimum age": "age",
	"controllo intermedio": "midcheck", "mid-term check": "midcheck", "rinnovo": "window", "renewal": "window", "inattivita": "inactivity", "inactivity": "inactivity",
	"presa visione": "confirm", "read and confirm": "confirm", "micro-modulo": "micro", "micro-module": "micro",
	"copertura": "cover", "cover": "cover",
}

// headerOf says which keys a kind knows; those after the bar must be there.
var headerOf = map[Kind][2][]string{
	KindModule:    {{"short", "requires", "objective-it", "objective-en"}, {"id", "version", "objective", "duration"}},
	KindScript:    {{"rubric", "threshold", "mood", "silence"}, {"id", "version", "line", "channels"}},
	KindRubric:    {{"threshold"}, {"id", "version"}},
	KindQuiz:      {{"type", "threshold", "time", "bank", "attempts", "waits", "critical"}, {"id", "version"}},
	KindChecklist: {{"minimum"}, {"id", "version", "sign"}},
	KindProgramme: {{"hours", "age", "midcheck", "window", "inactivity", "confirm", "micro", "cover"}, {"id", "version", "line", "channels", "validity"}},
}

var (
	idForm      = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	versionForm = regexp.MustCompile(`^\d{1,4}\.\d{1,4}$`)
	spanForm    = regexp.MustCompile(`^(\d+(?:[.,]\d+)?)\s*(s|sec|min|h|ore|ora|hours?|giorn[oi]|days?)$`)
	percentForm = regexp.MustCompile(`^(\d{1,3})\s*%$`)
	clockForm   = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
	dateForm    = regexp.MustCompile(`\b\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b`)
)

// titleKeys name the title in a language, whatever the kind of the file.
var titleKeys = []string{"title-it", "title-en"}

// common checks the keys of the header and reads id, version and the title in
// the other language.
func (s *source) common() {
	known := headerOf[s.file.Kind]
	for key, entries := range s.header {
		if !slices.Contains(known[0], key) && !slices.Contains(known[1], key) && !slices.Contains(titleKeys, key) {
			s.add("key_elsewhere", entries[0].pos, "", "key", s.word(entries[0]))
		}
		if len(entries) > 1 && !strings.HasPrefix(key, "objective") && key != "inactivity" {
			s.add("key_twice", entries[1].pos, "", "key", s.word(entries[1]))
		}
	}
	for _, key := range known[1] {
		if len(s.header[key]) == 0 {
			s.add("key_missing", 0, "", "key", italian[key])
		} else if s.header[key][0].value == "" {
			s.add("value_missing", s.header[key][0].pos, "", "key", italian[key])
		}
	}
	if e, ok := s.one("id"); ok && e.value != "" {
		s.file.ID = e.value
		if !idForm.MatchString(e.value) || len(e.value) > 64 {
			s.add("id_bad", e.pos, "", "id", e.value)
		}
	}
	if e, ok := s.one("version"); ok && e.value != "" {
		s.file.Version = e.value
		if !versionForm.MatchString(e.value) {
			s.add("version_bad", e.pos, "", "version", e.value)
		}
	}
	for _, e := range s.other("title", s.header) {
		s.file.Other = e.value
	}
}

// other reads what settings say in the language that the file is not in. What
// they say in the file's own was said already, elsewhere.
func (s *source) other(word string, settings map[string][]entry) []entry {
	own, other := "it", "en"
	if s.file.Lang == "en" {
		own, other = other, own
	}
	for _, e := range settings[word+"-"+own] {
		s.add("own_language", e.pos, "", "key", s.word(e))
	}
	var list []entry
	for _, e := range settings[word+"-"+other] {
		if e.value == "" {
			s.add("value_missing", e.pos, "", "key", s.word(e))
			continue
		}
		list = append(list, e)
	}
	return list
}

// italian names the required keys in messages, as FORMATS.md does.
var italian = map[string]string{
	"id": "id", "version": "versione", "objective": "obiettivo", "duration": "durata", "line": "linea", "channels": "canali",
	"sign": "firma", "validity": "validità", "threshold": "soglia", "content": "contenuti", "sessions": "sessioni",
	"evaluators": "valutatori", "signers": "firmatari", "days": "giorni", "at": "ora", "count": "numero", "seats": "posti",
}

// word is the key as written on the line of an entry.
func (s *source) word(e entry) string {
	line := s.src[s.lineStart(e.pos):]
	word, _, _ := strings.Cut(string(line), ":")
	return strings.TrimLeft(strings.TrimSpace(word), "-*+ ")
}

func (s *source) one(key string) (entry, bool) {
	if es := s.header[key]; len(es) > 0 {
		return es[0], true
	}
	return entry{}, false
}

// The readers below return the fallback and note a problem when the value is
// not of their kind.

func (s *source) span(e entry, code string) time.Duration {
	d, ok := span(e.value)
	if !ok || d <= 0 {
		s.add(code, e.pos, "", "value", e.value)
		return 0
	}
	return d
}

func span(text string) (time.Duration, bool) {
	m := spanForm.FindStringSubmatch(quiz.Fold(text))
	if m == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(strings.Replace(m[1], ",", ".", 1), 64)
	if err != nil || n > 100_000 {
		return 0, false
	}
	unit := time.Hour
	switch m[2][0] {
	case 's':
		unit = time.Second
	case 'm':
		unit = time.Minute
	case 'g', 'd':
		unit = 24 * time.Hour
	}
	return time.Duration(math.Round(n * float64(unit))), true
}

func (s *source) days(e entry) int {
	d, ok := span(e.value)
	if !ok || d < 24*time.Hour || d%(24*time.Hour) != 0 || !strings.ContainsAny(e.value, "gdGD") {
		s.add("days_bad", e.pos, "", "value", e.value)
		return 0
	}
	return int(d / (24 * time.Hour))
}

// limit is the largest percentage that makes sense for the key.
func (s *source) percent(e entry, limit int) int {
	m := percentForm.FindStringSubmatch(e.value)
	if m == nil {
		s.add("percent_bad", e.pos, "", "value", e.value)
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	if n > limit {
		s.add("percent_bad", e.pos, "", "value", e.value)
		return 0
	}
	return n
}

func (s *source) number(e entry, low, high int) int {
	n, err := strconv.Atoi(e.value)
	if err != nil || n < low || n > high {
		s.add("number_bad", e.pos, "", "value", e.value, "low", low, "high", high)
		return low
	}
	return n
}

var channels = map[string]string{
	"telefono": "phone", "phone": "phone", "chat": "chat", "video": "video", "posta": "mail", "mail": "mail",
	"sportello": "desk", "desk": "desk",
}

func (s *source) channels(e entry) []string {
	var list []string
	for _, w := range split(e.value, ",") {
		c, ok := channels[quiz.Fold(w)]
		if !ok {
			s.add("channel_unknown", e.pos, "", "channel", w)
		} else if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return list
}

// lineName reads the name of a line.
func (s *source) lineName(e entry) string {
	if !idForm.MatchString(e.value) || len(e.value) > 32 {
		s.add("line_bad", e.pos, "", "line", e.value)
	}
	return e.value
}

// split cuts a list and drops empty parts.
func split(text, sep string) []string {
	var list []string
	for p := range strings.SplitSeq(text, sep) {
		if p = strings.TrimSpace(p); p != "" {
			list = append(list, p)
		}
	}
	return list
}
