package content

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/yuin/goldmark/ast"

	"abilita/quiz"
)

// What a programme asks when it does not say.
const (
	DefaultMinAge      = 18
	DefaultConfirmDays = 5
	DefaultMicroDays   = 14
	DefaultCover       = 120
	DefaultMidWithin   = 30
	DefaultRenewBefore = 60
	DefaultRenewAfter  = 90
)

// MaxSigners is the most people that a requirement may ask to sign its lists.
const MaxSigners = 5

var programmeSections = map[string]string{
	"requisiti": "requirements", "requirements": "requirements", "rinnovo": "renewal", "renewal": "renewal",
	"controllo intermedio": "midterm", "mid-term check": "midterm", "livelli": "levels", "levels": "levels",
	"sessioni": "sessions", "sessions": "sessions", "piano di avvio": "launch", "launch plan": "launch",
}

var requirementKinds = map[string]RequirementKind{
	"moduli": ReqModules, "modules": ReqModules, "presenza": ReqAttendance, "attendance": ReqAttendance, "quiz": ReqQuiz,
	"simulazione": ReqRoleplay, "roleplay": ReqRoleplay, "lista": ReqChecklist, "checklist": ReqChecklist,
	"impegno": ReqPledge, "pledge": ReqPledge, "postazione": ReqStation, "station": ReqStation,
}

var requirementKeys = map[string]string{
	"contenuti": "content", "contenuto": "content", "content": "content", "sessioni": "sessions", "sessions": "sessions",
	"soglia": "threshold", "threshold": "threshold", "valutatori": "evaluators", "evaluators": "evaluators", "firmatari": "signers", "signers": "signers", "prima": "before", "before": "before",
	"canali": "channels", "channels": "channels", "validita": "validity", "validity": "validity",
	"titolo in inglese": "title-en", "title in english": "title-en", "titolo in italiano": "title-it", "title in italian": "title-it",
}

// settingsOf says which of the settings belong to some kinds only; a setting
// elsewhere would be read and promise nothing.
var settingsOf = map[string][]RequirementKind{
	"content":    {ReqModules, ReqQuiz, ReqRoleplay, ReqChecklist, ReqPledge, ReqStation},
	"sessions":   {ReqAttendance},
	"threshold":  {ReqAttendance, ReqQuiz, ReqRoleplay},
	"evaluators": {ReqRoleplay},
	"signers":    {ReqChecklist},
	"validity":   {ReqPledge, ReqStation},
}

var sessionKinds = map[string]string{
	"serata": "evening", "evening": "evening", "laboratorio": "lab", "lab": "lab", "simulazioni": "roleplays", "role-plays": "roleplays",
	"recupero": "recovery", "recovery": "recovery",
}

var sessionKeys = map[string]string{
	"giorni": "days", "days": "days", "giorno": "days", "day": "days", "ora": "at", "at": "at", "numero": "count", "count": "count",
	"durata": "duration", "duration": "duration", "posti": "seats", "seats": "seats", "minimo": "minimum", "minimum": "minimum",
	"turno": "slot", "slot": "slot", "da": "from", "from": "from",
}

var weekdays = map[string]time.Weekday{
	"lunedi": time.Monday, "martedi": time.Tuesday, "mercoledi": time.Wednesday, "giovedi": time.Thursday, "venerdi": time.Friday,
	"sabato": time.Saturday, "domenica": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday,
	"thursday": time.Thursday, "friday": time.Friday, "saturday": time.Saturday, "sunday": time.Sunday,
}

var ladder = map[string]string{
	"affiancato": "listening", "listening": "listening", "supervisionato": "supervised", "supervised": "supervised",
	"autonomo": "independent", "independent": "independent", "mentore": "mentor", "mentor": "mentor",
}

// ParseProgramme reads the programme of a pack.
func ParseProgramme(path string, src []byte, lang string) (Programme, []Problem) {
	s := open(path, src, lang)
	p := Programme{File: s.file, MinAge: DefaultMinAge, ConfirmDays: DefaultConfirmDays, MicroDays: DefaultMicroDays, Cover: DefaultCover, Window: RenewalWindow{DefaultRenewBefore, DefaultRenewAfter}}
	if s.root == nil || s.file.Kind == "" || !s.is(KindProgramme) {
		return p, s.problems
	}
	s.common()
	p.File, p.Intro = s.file, s.intro()
	s.programmeHeader(&p)
	section := ""
	for n := s.body; n != nil; n = n.NextSibling() {
		if h := heading(n, 2); h != nil {
			if section = programmeSections[quiz.Fold(s.text(h))]; section == "" {
				s.add("section_unknown", at(h), "", "title", s.text(h))
			}
			continue
		}
		if h := heading(n, 3); h != nil {
			switch section {
			case "requirements":
				s.requirement(&p, &p.Requirements, h)
			case "renewal":
				s.requirement(&p, &p.Renewal, h)
			case "midterm":
				s.requirement(&p, &p.MidTerm, h)
			case "sessions":
				s.session(&p, h)
			}
			continue
		}
		if list, ok := n.(*ast.List); ok {
			for it := list.FirstChild(); it != nil; it = it.NextSibling() {
				switch section {
				case "levels":
					s.levelStep(&p, it)
				case "launch":
					s.launchStep(&p, it)
				}
			}
		}
	}
	if len(p.Requirements) == 0 {
		s.add("no_requirements", 0, "")
	}
	s.midTerm(&p)
	if len(p.Levels) == 0 {
		s.add("no_levels", -1, "")
		p.Levels = []LevelStep{{"supervised", 0}, {"independent", 2}}
	}
	return p, s.problems
}

var (
	midForm    = regexp.MustCompile(`^(?:dopo|after)\s+([^,]+?)(?:,\s*(?:entro|within)\s+([^,]+))?$`)
	windowForm = regexp.MustCompile(`^(?:da|from)\s+([^,]+?)\s+(?:prima|before)(?:,\s*(?:fino a|until)\s+([^,]+?)\s+(?:dopo|after))?$`)
)

// midTerm compares the list of the check half way with its date: one without
// the other asks for nothing.
func (s *source) midTerm(p *Programme) {
	e, dated := s.one("midcheck")
	switch {
	case dated && len(p.MidTerm) == 0:
		s.add("midcheck_empty", e.pos, "")
	case !dated && len(p.MidTerm) > 0:
		s.add("midcheck_undated", 0, "")
	case dated && p.ValidDays > 0 && p.MidCheck.AfterDays+p.MidCheck.WithinDays >= p.ValidDays:
		s.add("midcheck_late", e.pos, "", "days", p.ValidDays)
	}
}

func (s *source) programmeHeader(p *Programme) {
	if e, ok := s.one("line"); ok && e.value != "" {
		p.Line = s.lineName(e)
	}
	if e, ok := s.one("channels"); ok && e.value != "" {
		p.Channels = s.channels(e)
	}
	for key, to := range map[string]*int{"validity": &p.ValidDays, "confirm": &p.ConfirmDays, "micro": &p.MicroDays} {
		if e, ok := s.one(key); ok && e.value != "" {
			*to = s.days(e)
		}
	}
	if e, ok := s.one("hours"); ok {
		p.Hours = s.span(e, "duration_bad")
	}
	if e, ok := s.one("age"); ok {
		p.MinAge = s.number(e, 14, 99)
	}
	if e, ok := s.one("cover"); ok {
		p.Cover = s.percent(e, 500)
	}
	if e, ok := s.one("midcheck"); ok {
		if m := midForm.FindStringSubmatch(e.value); m == nil {
			s.add("midcheck_bad", e.pos, "", "value", e.value)
		} else {
			p.MidCheck = MidCheck{AfterDays: s.days(entry{m[1], e.pos}), WithinDays: DefaultMidWithin}
			if m[2] != "" {
				p.MidCheck.WithinDays = s.days(entry{m[2], e.pos})
			}
		}
	}
	if e, ok := s.one("window"); ok && e.value != "" {
		if m := windowForm.FindStringSubmatch(e.value); m == nil {
			s.add("window_bad", e.pos, "", "value", e.value)
		} else {
			p.Window.BeforeDays = s.days(entry{m[1], e.pos})
			if m[2] != "" {
				p.Window.AfterDays = s.days(entry{m[2], e.pos})
			}
		}
	}
	for _, e := range s.header["inactivity"] {
		days, then, _ := strings.Cut(e.value, ":")
		i := Inactivity{Days: s.days(entry{strings.TrimSpace(days), e.pos})}
		switch quiz.Fold(then) {
		case "turno supervisionato", "supervised shift":
			i.Then = "supervised_shift"
		case "nuova simulazione", "new role-play":
			i.Then = "roleplay"
		default:
			s.add("inactivity_bad", e.pos, "", "value", e.value)
			continue
		}
		p.Inactivity = append(p.Inactivity, i)
	}
}

// block reads what stands under a third-level title: a code span with key and
// kind, then a list of settings.
func (s *source) block(h ast.Node, keys map[string]string) (key, kind string, pos int, settings map[string][]entry) {
	settings = map[string][]entry{}
	p, ok := h.NextSibling().(*ast.Paragraph)
	if !ok {
		s.add("block_marks", at(h), "", "title", s.text(h))
		return "", "", at(h), settings
	}
	pos = at(p)
	spans, _ := s.codes(p)
	parts := split(strings.Join(spans, ""), "·")
	if len(spans) != 1 || len(parts) != 2 {
		s.add("block_marks", pos, "", "title", s.text(h))
		return "", "", pos, settings
	}
	if !idForm.MatchString(parts[0]) || len(parts[0]) > 64 {
		s.add("id_bad", pos, "", "id", parts[0])
	}
	for n := p.NextSibling(); n != nil && n.Kind() != ast.KindHeading; n = n.NextSibling() {
		if list, ok := n.(*ast.List); ok {
			s.settings(list, keys, func(key string, e entry) {
				if len(settings[key]) > 0 && key != "content" {
					s.add("key_twice", e.pos, "", "key", s.word(e))
				}
				settings[key] = append(settings[key], e)
			})
		}
	}
	return parts[0], quiz.Fold(parts[1]), pos, settings
}

// requirement reads one into a list of the programme. Its key is of no other
// requirement of any list: evidence names it for ever.
func (s *source) requirement(p *Programme, list *[]Requirement, h ast.Node) {
	key, word, pos, set := s.block(h, requirementKeys)
	if key == "" {
		return
	}
	kind, ok := requirementKinds[word]
	if !ok {
		s.add("kind_unknown", pos, "", "kind", word)
		return
	}
	if slices.ContainsFunc(p.Every(), func(r Requirement) bool { return r.Key == key }) {
		s.add("key_again", pos, "", "key", key)
	}
	r := Requirement{Key: key, Title: s.text(h), Kind: kind, Line: s.line(at(h))}
	if kind == ReqRoleplay {
		r.Evaluators = 1
	}
	for _, e := range s.other("title", set) {
		r.Other = e.value
	}
	for name, es := range set {
		e := es[0]
		if kinds, some := settingsOf[name]; some && !slices.Contains(kinds, kind) {
			s.add("setting_elsewhere", e.pos, "", "key", italian[name], "kind", word)
			continue
		}
		switch name {
		case "content":
			for _, e := range es {
				r.Content = append(r.Content, s.groups(e)...)
			}
		case "sessions":
			r.Sessions = split(e.value, ",")
		case "threshold":
			r.Threshold = s.percent(e, 100)
		case "evaluators":
			r.Evaluators = s.number(e, 1, 3)
		case "signers":
			r.Signers = s.number(e, 1, MaxSigners)
		case "before":
			r.Before = split(e.value, ",")
		case "channels":
			r.Channels = s.channels(e)
		case "validity":
			r.ValidDays = s.days(e)
		}
	}
	switch {
	case kind == ReqAttendance && len(r.Sessions) == 0:
		s.add("setting_missing", pos, "", "key", italian["sessions"], "title", r.Title)
	case kind == ReqAttendance && r.Threshold == 0:
		s.add("setting_missing", pos, "", "key", italian["threshold"], "title", r.Title)
	case kind != ReqAttendance && len(r.Content) == 0:
		s.add("setting_missing", pos, "", "key", italian["content"], "title", r.Title)
	}
	*list = append(*list, r)
}

var someForm = regexp.MustCompile(`^(\d+)\s+(?:di|of)\s+(.+)$`)

// groups reads "a, b" as all of them and "1 di a b" as one of the two; the two
// may stand on one line, between commas.
func (s *source) groups(e entry) []Group {
	var list []Group
	all := Group{Line: s.line(e.pos)}
	for _, part := range split(e.value, ",") {
		m := someForm.FindStringSubmatch(part)
		if m == nil {
			if strings.ContainsAny(part, " \t") {
				s.add("content_bad", e.pos, "", "value", part)
				continue
			}
			all.Of = append(all.Of, part)
			continue
		}
		need, _ := strconv.Atoi(m[1])
		g := Group{Need: need, Of: strings.Fields(m[2]), Line: all.Line}
		if need < 1 || need > len(g.Of) {
			s.add("content_bad", e.pos, "", "value", part)
			continue
		}
		list = append(list, g)
	}
	if all.Need = len(all.Of); all.Need > 0 {
		list = slices.Insert(list, 0, all)
	}
	return list
}

func (s *source) session(p *Programme, h ast.Node) {
	key, word, pos, set := s.block(h, sessionKeys)
	if key == "" {
		return
	}
	kind, ok := sessionKinds[word]
	if !ok {
		s.add("kind_unknown", pos, "", "kind", word)
		return
	}
	if slices.ContainsFunc(p.Sessions, func(o SessionPlan) bool { return o.Key == key }) {
		s.add("key_again", pos, "", "key", key)
	}
	plan := SessionPlan{Key: key, Title: s.text(h), Kind: kind, Line: s.line(at(h))}
	for _, name := range []string{"days", "at", "count", "duration", "seats"} {
		if len(set[name]) == 0 {
			s.add("setting_missing", pos, "", "key", italian[name], "title", plan.Title)
		}
	}
	for name, es := range set {
		e := es[0]
		switch name {
		case "days":
			for _, w := range split(e.value, ",") {
				if d, ok := weekdays[quiz.Fold(w)]; ok {
					plan.Days = append(plan.Days, d)
				} else {
					s.add("weekday_bad", e.pos, "", "day", w)
				}
			}
		case "at":
			if plan.At = e.value; !clockForm.MatchString(e.value) {
				s.add("clock_bad", e.pos, "", "value", e.value)
			}
		case "count":
			plan.Count = s.number(e, 1, 200)
		case "duration":
			plan.Duration = s.span(e, "duration_bad")
		case "seats":
			plan.Seats = s.number(e, 1, 1000)
		case "minimum":
			plan.Minimum = s.number(e, 1, 1000)
		case "slot":
			plan.Slot = s.span(e, "duration_bad")
		case "from":
			if from, to, _, ok := offsets(e.value + ": x"); ok && from == to {
				plan.From = from
			} else {
				s.add("launch_bad", e.pos, "", "text", e.value)
			}
		}
	}
	if plan.Minimum > plan.Seats && plan.Seats > 0 {
		s.add("minimum_seats", pos, "", "title", plan.Title)
	}
	if plan.Slot > plan.Duration {
		s.add("slot_long", pos, "", "title", plan.Title)
	}
	p.Sessions = append(p.Sessions, plan)
}

var shiftsForm = regexp.MustCompile(`^(\d+)\s+(?:turn[oi]|shifts?)$`)

func (s *source) levelStep(p *Programme, it ast.Node) {
	word, value, _ := strings.Cut(s.raw(it.FirstChild()), ":")
	level, ok := ladder[quiz.Fold(word)]
	m := shiftsForm.FindStringSubmatch(quiz.Fold(value))
	if !ok || m == nil {
		s.add("level_step", at(it), "")
		return
	}
	n, _ := strconv.Atoi(m[1])
	p.Levels = append(p.Levels, LevelStep{level, n})
}

var launchForm = regexp.MustCompile(`^L([+-]\d{1,3})?(?:\s+(?:a|to)\s+L([+-]\d{1,3})?)?:\s*(.+)$`)

// offsets reads "L-33 a L-19: text" as days from launch.
func offsets(text string) (from, to int, rest string, ok bool) {
	m := launchForm.FindStringSubmatch(strings.ReplaceAll(text, "−", "-"))
	if m == nil {
		return 0, 0, "", false
	}
	from, _ = strconv.Atoi(m[1])
	to, _ = strconv.Atoi(m[2])
	head, _, _ := strings.Cut(text, ":")
	if strings.Count(head, "L") == 1 {
		to = from
	}
	return from, to, m[3], from <= to
}

func (s *source) launchStep(p *Programme, it ast.Node) {
	text, code := cutCode(s.raw(it.FirstChild()))
	from, to, rest, ok := offsets(text)
	if !ok {
		s.add("launch_bad", at(it), "", "text", short(text))
		return
	}
	p.Launch = append(p.Launch, LaunchStep{From: from, To: to, Text: rest, Key: code})
}
