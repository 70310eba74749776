// Package quiz holds question banks, the papers drawn from them, attempts and
// grading, as values and functions.
//
// A Bank holds items; an Exam says how many of them make a paper, by module,
// by cognitive level and by critical items, and what passes. Draw issues a
// Paper: a parallel form, never the set of items of the form before it, with
// options shuffled and named by random ids. A volunteer sees the Sheet of a
// paper, a type that has no room for keys. Grade marks the paper that was
// issued, not what came back: unknown ids earn nothing, and a critical item
// that is not wholly right fails whatever the score. Points and scores are
// integers. A retired item is drawn no more; the papers that asked it keep it.
package quiz

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Points are hundredths of a point.
type Points int

// Type is how an item is answered.
type Type string

// The eight types.
const (
	One       Type = "one"       // choose one option
	Several   Type = "several"   // choose all the right options
	Order     Type = "order"     // put the options in order
	Match     Type = "match"     // give each left side its right side
	Gap       Type = "gap"       // fill the gaps
	Number    Type = "number"    // write a number
	Situation Type = "situation" // choose the best and the worst
	Open      Type = "open"      // write; a person marks it
)

// Types lists the eight, in the order in which trainers meet them.
var Types = []Type{One, Several, Order, Match, Gap, Number, Situation, Open}

// Level is what an item asks of the mind.
type Level string

// The cognitive levels.
const (
	Remember   Level = "remember"
	Understand Level = "understand"
	Apply      Level = "apply"
	Judge      Level = "judge"
)

// Levels lists the four from the simplest.
var Levels = []Level{Remember, Understand, Apply, Judge}

// Key is what an option is worth.
type Key int

// Keys of options. Right is for one and several, Best and Worst for situation;
// the options of order are written in the right order and have none.
const (
	Plain Key = iota
	Right
	Best
	Worst
)

// Item is a question with its key. Texts are Markdown.
type Item struct {
	ID       string
	Module   string
	Level    Level
	Type     Type
	Critical bool // must be wholly right; an open item cannot be critical
	Points   Points
	Partial  bool // a part of the points for a part of the answer
	Fixed    bool // options stay as written

	Stem        string
	Options     []Option   // one, several, situation; for order, in the right order
	Pairs       []Pair     // match
	Gaps        [][]string // gap: for each, the answers accepted
	Value       Decimal    // number
	Tolerance   Decimal    // number: accepted distance from Value
	Criterion   string     // open: of the rubric by which a person marks it, or ""
	Explanation string     // shown after submission
	Pos         int        // line in the file

	Tags    []string `json:",omitempty"` // free words by which staff find it
	Retired string   `json:",omitempty"` // why it is asked no more; "": it is in use
}

// Limits of what files an item.
const (
	MaxTags    = 12
	MaxTag     = 40  // letters of one tag
	MaxRetired = 300 // letters of a reason
)

// tagForm is a tag: words of letters and digits.
var tagForm = regexp.MustCompile(`^[\p{L}\p{N}]+([ '’-][\p{L}\p{N}]+)*$`)

// Tag is a tag as it is kept: lower case, single blanks. It says whether it is
// one: letters and digits, with blanks, hyphens and apostrophes between them, at
// most MaxTag of them.
func Tag(text string) (string, bool) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	return text, tagForm.MatchString(text) && utf8.RuneCountInString(text) <= MaxTag
}

// Same says whether two items ask and accept the same, word by word. What only
// files it (module, level, tags, whether it is in use) does not count: answers to
// both may be counted together.
func (it Item) Same(other Item) bool {
	return it.Type == other.Type && it.Stem == other.Stem && it.Points == other.Points && it.Partial == other.Partial &&
		slices.EqualFunc(it.Options, other.Options, func(a, b Option) bool { return a.Text == b.Text && a.Key == b.Key }) &&
		slices.Equal(it.Pairs, other.Pairs) && slices.EqualFunc(it.Gaps, other.Gaps, slices.Equal[[]string]) &&
		it.Value == other.Value && it.Tolerance == other.Tolerance && it.Criterion == other.Criterion
}

// Option is one answer to choose or to put in order.
type Option struct {
	Text     string
	Key      Key
	Feedback string // shown after submission
}

// Pair is a left side and the right side that belongs to it. A pair without a
// left side is a decoy.
type Pair struct{ Left, Right string }

// Bank is a file of items.
type Bank struct {
	ID, Version, Title string
	Items              []Item
}

// InUse is the bank without its retired items: what papers are drawn from.
func (b Bank) InUse() Bank {
	b.Items = slices.DeleteFunc(slices.Clone(b.Items), func(it Item) bool { return it.Retired != "" })
	return b
}

// Exam says how a paper is made and what passes.
type Exam struct {
	ID, Version, Title string
	Intro              string
	Bank               string        // id of the bank; "" when the exam holds its own items
	Threshold          int           // per cent of the points
	Limit              time.Duration // 0 is no limit
	Attempts           int
	Waits              []time.Duration // after the first, second… attempt not passed; the last one repeats
	Blueprint          Blueprint
}

// DefaultAttempts is how often an exam that says nothing else may be tried.
const DefaultAttempts = 3

// DefaultWaits returns 24 hours after the first attempt, 72 after the others.
func DefaultWaits() []time.Duration { return []time.Duration{24 * time.Hour, 72 * time.Hour} }

// AnyCritical is a blueprint that does not count critical items.
const AnyCritical = -1

// Blueprint is the plan of a paper. Without Modules every item is asked.
// Without Levels the levels fall as they may.
type Blueprint struct {
	Modules  []ModuleCount
	Levels   []LevelShare // per cent, summing to 100
	Critical int          // exact number of critical items, or AnyCritical
}

// ModuleCount is how many items come from a module.
type ModuleCount struct {
	Module string
	Count  int
	Pos    int
}

// LevelShare is the share of a level.
type LevelShare struct {
	Level   Level
	Percent int
	Pos     int
}

// Total is the number of items that the blueprint asks for, 0 for all.
func (b Blueprint) Total() int {
	n := 0
	for _, m := range b.Modules {
		n += m.Count
	}
	return n
}
