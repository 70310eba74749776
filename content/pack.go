// Package content reads what trainers write: modules, call scripts, rubrics,
// quizzes, checklists and the programme of a pack, in the formats of FORMATS.md.
//
// Parsing is one pass over the CommonMark tree of a guarded text. Nothing is
// refused silently: every problem has a file, a line, a code and a way to mend
// it, in Italian and English. Load reads a pack and resolves what its files say
// of each other; Check looks at what only the whole shows. A file keeps its
// source and the hash of its bytes: what is published is what was read.
package content

import (
	"time"

	"abilita/course/roleplay"
	"abilita/quiz"
)

// Kind is a file format.
type Kind string

// The six kinds.
const (
	KindModule    Kind = "module"
	KindScript    Kind = "script"
	KindRubric    Kind = "rubric"
	KindQuiz      Kind = "quiz"
	KindChecklist Kind = "checklist"
	KindProgramme Kind = "programme"
)

// File is what every parsed file has.
type File struct {
	Path    string // in the file system it was loaded from
	Kind    Kind
	ID      string
	Title   string // without the kind before the colon
	Other   string // the title in the other language, "" when its writer gave none
	Version string
	Lang    string // "it" or "en"
	Hash    string // SHA-256 of the bytes, lower-case hexadecimal
	Source  string

	Mentions []Mention // of files of the pack, in the order of the text
}

// Module is a text to study.
type Module struct {
	File
	Short      string // name used by quiz items, or ""
	Objectives []string
	Abroad     []string      // the objectives in the other language, none when their writer gave none
	Duration   time.Duration // of study, exercises included
	Requires   []string      // module ids
	Body       string        // Markdown after the header
	Sections   []Section     // the body, cut at each second-level title; the first may have no title
	Pairs      []Pair
	Call       []Turn
	Recall     []Recall
	Tasks      []string
	Sources    []Source
	Words      int
	Minutes    int // of reading
}

// Section is a page of a module.
type Section struct {
	Title string // "" before the first title
	Role  string // "pairs", "call", "recall", "tasks", "sources", or "" for plain text
	Text  string // Markdown under the title
	Line  int
}

// Pair is something to say and something not to.
type Pair struct{ Say, Avoid, Why string }

// Turn is a line of a told call; Who is empty for what the teller adds.
type Turn struct{ Who, Text string }

// Recall is a question with its answer.
type Recall struct{ Question, Answer string }

// Source is where a figure or rule comes from, and when that was checked.
type Source struct{ Text, Checked string }

// Script is a call script with its rubric in place.
type Script struct {
	File
	RubricID string // "" when the script holds its own
	roleplay.Script
}

// Rubric is a rubric file.
type Rubric struct {
	File
	Intro     string
	Threshold int // per cent
	roleplay.Rubric
}

// Bank is a quiz file of items.
type Bank struct {
	File
	quiz.Bank
}

// Exam is a quiz file that says how a paper is made. Items is its bank: its
// own items, or those of the bank it names.
type Exam struct {
	File
	quiz.Exam
	Items quiz.Bank
}

// Signer is who ticks and signs a checklist.
type Signer string

// The signers.
const (
	Observer  Signer = "observer"
	Volunteer Signer = "volunteer"
)

// Checklist is a list of things to tick.
type Checklist struct {
	File
	Intro   string
	Signer  Signer
	Minimum int // how many ticks are enough
	Items   []CheckItem
}

// CheckItem is a thing to tick.
type CheckItem struct {
	ID, Name, Text string
	How            string // how it is checked
	Group          string
	Required       bool // ticked whatever the minimum
}

// Pack is one language of a content pack.
type Pack struct {
	Name       string // folder of the pack
	Lang       string
	Programme  Programme // zero when the pack has none
	Modules    []Module
	Scripts    []Script
	Rubrics    []Rubric
	Banks      []Bank
	Exams      []Exam
	Checklists []Checklist
	Media      []Medium // by path

	sources map[string]string // every file as it was read, by its path
}

// Files lists every file of the pack: programme, modules, scripts, rubrics,
// quizzes, checklists.
func (p Pack) Files() []File {
	var list []File
	if p.Programme.Path != "" {
		list = append(list, p.Programme.File)
	}
	for _, m := range p.Modules {
		list = append(list, m.File)
	}
	for _, s := range p.Scripts {
		list = append(list, s.File)
	}
	for _, r := range p.Rubrics {
		list = append(list, r.File)
	}
	for _, b := range p.Banks {
		list = append(list, b.File)
	}
	for _, e := range p.Exams {
		list = append(list, e.File)
	}
	for _, c := range p.Checklists {
		list = append(list, c.File)
	}
	return list
}

// Counts is how much a pack holds, for reports.
type Counts struct {
	Modules           int            `json:"modules"`
	Words             int            `json:"words"`
	ReadingMinutes    int            `json:"reading_minutes"`
	Pairs             int            `json:"pairs"`
	Recall            int            `json:"recall"`
	Scripts           int            `json:"scripts"`
	Nodes             int            `json:"nodes"`
	Rubrics           int            `json:"rubrics"`
	Banks             int            `json:"banks"`
	Exams             int            `json:"exams"`
	Questions         int            `json:"questions"`
	QuestionsByType   map[string]int `json:"questions_by_type"`
	CriticalQuestions int            `json:"critical_questions"`
	Checklists        int            `json:"checklists"`
	ChecklistItems    int            `json:"checklist_items"`
	Requirements      int            `json:"requirements"`
	SessionsInProgram int            `json:"sessions"`
	Media             int            `json:"media"`
}

// Counts of the pack. Items held by an exam are counted once.
func (p Pack) Counts() Counts {
	c := Counts{
		Modules: len(p.Modules), Scripts: len(p.Scripts), Rubrics: len(p.Rubrics), Banks: len(p.Banks), Exams: len(p.Exams),
		Media: len(p.Media), Checklists: len(p.Checklists), Requirements: len(p.Programme.Requirements), QuestionsByType: map[string]int{},
	}
	for _, m := range p.Modules {
		c.Words += m.Words
		c.ReadingMinutes += m.Minutes
		c.Pairs += len(m.Pairs)
		c.Recall += len(m.Recall)
	}
	for _, s := range p.Scripts {
		c.Nodes += len(s.Nodes)
	}
	count := func(items []quiz.Item) {
		c.Questions += len(items)
		for _, it := range items {
			c.QuestionsByType[string(it.Type)]++
			if it.Critical {
				c.CriticalQuestions++
			}
		}
	}
	for _, b := range p.Banks {
		count(b.Items)
	}
	for _, e := range p.Exams {
		if e.Bank == "" {
			count(e.Items.Items)
		}
	}
	for _, l := range p.Checklists {
		c.ChecklistItems += len(l.Items)
	}
	for _, s := range p.Programme.Sessions {
		c.SessionsInProgram += s.Count
	}
	return c
}
