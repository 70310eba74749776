package quiz

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
)

// Paper is a form as issued: the items with their keys, and the random ids by
// which answers come back. It is kept whole, so that grading never depends on
// what the bank became. It never leaves the server: Sheet does.
type Paper struct {
	Exam, ExamVersion string
	Bank, BankVersion string
	Title             string
	Threshold         int
	Questions         []Question
}

// Question is an item on a paper.
type Question struct {
	ID      string
	Item    Item
	Options []Slot // in the order shown; Slot.Index is the place in Item.Options
	Left    []Slot // match: Index is the pair
	Right   []Slot // match: Index is the first pair with this right side
}

// Slot ties a random id to a place in the item.
type Slot struct {
	ID    string
	Index int
}

// Form returns the ids of the items asked, sorted: two papers with the same
// form ask the same.
func (p Paper) Form() []string {
	form := make([]string, 0, len(p.Questions))
	for _, q := range p.Questions {
		form = append(form, q.Item.ID)
	}
	slices.Sort(form)
	return form
}

// Max is the points of the paper.
func (p Paper) Max() Points {
	var sum Points
	for _, q := range p.Questions {
		sum += q.Item.Points
	}
	return sum
}

// Question returns the question with an id.
func (p Paper) Question(id string) (Question, bool) {
	i := slices.IndexFunc(p.Questions, func(q Question) bool { return q.ID == id })
	if i < 0 {
		return Question{}, false
	}
	return p.Questions[i], true
}

// Draw issues a paper. previous is the form of this person's last paper, nil
// for the first: the new one asks another set of items, or Draw fails with
// ErrOnlyForm. Items not in previous are preferred, retired ones never asked.
// ErrBlueprint means that the items in use cannot fill the blueprint. The seed must be unguessable and stay on the
// server: from it follows where every option stands.
func Draw(b Bank, e Exam, seed uint64, previous []string) (Paper, error) {
	rng := random(seed)
	items, err := choose(b.InUse(), e.Blueprint, rng, previous)
	if err != nil {
		return Paper{}, err
	}
	rng.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	p := Paper{Exam: e.ID, ExamVersion: e.Version, Bank: b.ID, BankVersion: b.Version, Title: e.Title, Threshold: e.Threshold}
	ids := names{rng: rng, taken: map[string]bool{}}
	for _, it := range items {
		p.Questions = append(p.Questions, ask(it, &ids))
	}
	return p, nil
}

func random(seed uint64) *rand.Rand {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], seed)
	return rand.New(rand.NewChaCha8(sha256.Sum256(b[:])))
}

// names gives ids that say nothing: 40 random bits each, no two alike.
type names struct {
	rng   *rand.Rand
	taken map[string]bool
}

func (n *names) next() string {
	for {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], n.rng.Uint64())
		id := strings.ToLower(base32.StdEncoding.EncodeToString(b[:5]))
		if !n.taken[id] {
			n.taken[id] = true
			return id
		}
	}
}

func (n *names) slots(count int, fixed bool) []Slot {
	slots := make([]Slot, count)
	for i := range slots {
		slots[i] = Slot{ID: n.next(), Index: i}
	}
	if !fixed {
		n.shuffle(slots)
	}
	return slots
}

func (n *names) shuffle(slots []Slot) {
	n.rng.Shuffle(len(slots), func(i, j int) { slots[i], slots[j] = slots[j], slots[i] })
}

func inOrder(slots []Slot) bool {
	return slices.IsSortedFunc(slots, func(a, b Slot) int { return a.Index - b.Index })
}

// AsShown tells whether an answer leaves the steps of an order question as the
// paper shows them.
func (q Question) AsShown(a Answer) bool {
	return q.Item.Type == Order && slices.EqualFunc(q.Options, a.Chosen, func(s Slot, id string) bool { return s.ID == id })
}

func ask(it Item, ids *names) Question {
	q := Question{ID: ids.next(), Item: it}
	switch it.Type {
	case One, Several, Situation:
		q.Options = ids.slots(len(it.Options), it.Fixed)
	case Order:
		// Written in the right order: fixed would give it away. What is shown counts
		// when it is handed in as it stands, so it is never right from the start. Of
		// two steps only the wrong order would be left, which says the right one.
		for q.Options = ids.slots(len(it.Options), false); len(q.Options) > 2 && inOrder(q.Options); {
			ids.shuffle(q.Options)
		}
	case Match:
		// The right sides always move, or the pairs would face each other.
		for _, s := range ids.slots(len(it.Pairs), it.Fixed) {
			if it.Pairs[s.Index].Left != "" {
				q.Left = append(q.Left, s)
			}
		}
		for _, s := range ids.slots(len(it.Pairs), false) {
			if firstRight(it.Pairs, s.Index) == s.Index {
				q.Right = append(q.Right, s)
			}
		}
	case Gap, Number, Open: // nothing to choose from
	}
	return q
}

// firstRight is the first pair whose right side reads as that of pair i.
func firstRight(pairs []Pair, i int) int {
	return slices.IndexFunc(pairs, func(p Pair) bool { return p.Right == pairs[i].Right })
}

// Sheet is what may be shown of a paper before it is submitted. It has no
// field for keys, feedback, explanations, weights or what is critical.
type Sheet struct {
	Title     string
	Questions []Asked
}

// Asked is a question as shown.
type Asked struct {
	ID      string
	Number  int // from 1
	Type    Type
	Stem    string
	Options []Shown
	Left    []Shown // match
	Right   []Shown // match
	Gaps    int     // gap: how many
}

// Shown is a text with the id by which it is answered.
type Shown struct{ ID, Text string }

// View returns the sheet of a paper.
func View(p Paper) Sheet {
	s := Sheet{Title: p.Title}
	for i, q := range p.Questions {
		a := Asked{ID: q.ID, Number: i + 1, Type: q.Item.Type, Stem: q.Item.Stem, Gaps: len(q.Item.Gaps)}
		for _, o := range q.Options {
			a.Options = append(a.Options, Shown{o.ID, q.Item.Options[o.Index].Text})
		}
		for _, l := range q.Left {
			a.Left = append(a.Left, Shown{l.ID, q.Item.Pairs[l.Index].Left})
		}
		for _, r := range q.Right {
			a.Right = append(a.Right, Shown{r.ID, q.Item.Pairs[r.Index].Right})
		}
		s.Questions = append(s.Questions, a)
	}
	return s
}
