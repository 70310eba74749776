// Package catalogue is what a line can tell people about: the services of the
// organisations behind it and the funds that gifts go to. A card has a life of its
// own, faster than that of a course: it is proposed, prepared, active, under
// revision, closed. Whoever answers reads what changed, as far as the change asks.
//
// The package decides; it knows no page, no table and no clock.
package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Kind is what a card is about.
type Kind string

// The kinds.
const (
	Service Kind = "service"
	Fund    Kind = "fund"
)

// Kinds lists them as they are offered.
var Kinds = []Kind{Service, Fund}

// State says whether callers may be told about a card, and why not.
type State string

// The states. Only an active card may be offered to callers.
const (
	Proposed  State = "proposed"  // an idea; nothing is decided
	Preparing State = "preparing" // it will open, nobody can book yet
	Active    State = "active"
	Revising  State = "revising" // it exists, and its rules are changing
	Closed    State = "closed"
)

// States lists them in the order of a life.
var States = []State{Proposed, Preparing, Active, Revising, Closed}

// next are the states that a card may go to. What was closed begins again by
// being prepared: it never comes back by itself.
var next = map[State][]State{
	"":        {Proposed, Preparing, Active},
	Proposed:  {Preparing, Active, Closed},
	Preparing: {Proposed, Active, Closed},
	Active:    {Revising, Closed},
	Revising:  {Active, Closed},
	Closed:    {Preparing},
}

// From lists the states that a card in state s may have after a change, itself
// first. An empty state is a card that does not exist yet.
func From(s State) []State {
	if s == "" {
		return next[s]
	}
	return append([]State{s}, next[s]...)
}

// May tells whether a card may go from a state to another; staying is always
// possible for a card that exists.
func May(from, to State) bool { return slices.Contains(From(from), to) }

// Impact is what a change asks of people who answer on the line.
type Impact string

// The impacts, from the lightest.
const (
	None      Impact = "none"
	Notice    Impact = "notice"    // a letter
	Confirm   Impact = "confirm"   // read the card and confirm by the deadline
	Micro     Impact = "micro"     // read it and answer its question rightly by the deadline
	Recertify Impact = "recertify" // a new certificate by the deadline
)

// Impacts lists them, the lightest first.
var Impacts = []Impact{None, Notice, Confirm, Micro, Recertify}

// Due tells whether the impact has a deadline after which the gate closes.
func (i Impact) Due() bool { return i == Confirm || i == Micro || i == Recertify }

// Card is what is told about a service or a fund.
type Card struct {
	State  State  `json:"state"`
	Name   string `json:"name"`
	Owner  string `json:"owner"`  // the organisation or cooperative that answers for it
	What   string `json:"what"`   // what it does, in words for callers
	Access string `json:"access"` // how one begins
	Price  string `json:"price"`
	Say    string `json:"say"`   // words that help
	Avoid  string `json:"avoid"` // words that promise too much
}

// Field names a part of a card.
type Field string

// The parts, in the order in which they are shown.
const (
	FieldState  Field = "state"
	FieldName   Field = "name"
	FieldOwner  Field = "owner"
	FieldWhat   Field = "what"
	FieldAccess Field = "access"
	FieldPrice  Field = "price"
	FieldSay    Field = "say"
	FieldAvoid  Field = "avoid"
)

// Fields lists the parts of a card with their words.
func (c Card) Fields() []struct {
	Field Field
	Words string
} {
	return []struct {
		Field Field
		Words string
	}{
		{FieldState, string(c.State)},
		{FieldName, c.Name},
		{FieldOwner, c.Owner},
		{FieldWhat, c.What},
		{FieldAccess, c.Access},
		{FieldPrice, c.Price},
		{FieldSay, c.Say},
		{FieldAvoid, c.Avoid},
	}
}

// Changed lists the parts in which two cards differ, in order.
func Changed(before, after Card) []Field {
	var list []Field
	b := before.Fields()
	for i, f := range after.Fields() {
		if f.Words != b[i].Words {
			list = append(list, f.Field)
		}
	}
	return list
}

// Propose is the impact that a change usually has; people decide. A card that
// callers can be told about from now on is read and confirmed; where what one pays
// or how one begins changes, so does the answer that callers get, and one question
// shows that it was understood; what may no longer be told is told at once. What
// nobody may be told yet touches nobody. (The organisations' practice, as the desk's
// course has it: a new service in seven days, a changed one in fourteen.)
func Propose(before, after Card) Impact {
	switch changed := Changed(before, after); {
	case len(changed) == 0:
		return None
	case after.State != Active:
		if before.State == Active || before.State == Revising && after.State == Closed {
			return Notice
		}
		return None
	case before.State != Active && before.State != Revising:
		return Confirm
	case slices.ContainsFunc(changed, func(f Field) bool { return f == FieldPrice || f == FieldAccess }):
		return Micro
	case slices.ContainsFunc(changed, func(f Field) bool { return f == FieldWhat || f == FieldState }):
		return Confirm
	default:
		return Notice
	}
}

// Days is the usual time for an impact, in days; 0: there is none, the deadline
// must be chosen.
func (i Impact) Days() int {
	return map[Impact]int{Confirm: 7, Micro: 14}[i]
}

// Question is what a micro-module asks: one answer is right.
type Question struct {
	Text  string   `json:"text"`
	Right string   `json:"right"`
	Wrong []string `json:"wrong"` // one to three
	Why   string   `json:"why"`   // shown after an answer
}

// Asked tells whether there is a question.
func (q Question) Asked() bool { return q.Text != "" }

// Options are the answers in the order in which a person sees them: the same at
// each reading, another for the next person. right is the place of the right one.
func (q Question) Options(person, change int64) (list []string, right int) {
	list = append([]string{q.Right}, q.Wrong...)
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(q.Text))
	r := rand.New(rand.NewPCG(seed.Sum64()^uint64(person), uint64(change))) // an order on a page, no secret
	r.Shuffle(len(list), func(i, j int) {
		list[i], list[j] = list[j], list[i]
		switch right {
		case i:
			right = j
		case j:
			right = i
		}
	})
	return list, right
}

// Problem says what is wrong with a change, at a field of its form.
type Problem struct{ Field, Code string }

// The codes of problems.
const (
	Needed     = "needed"      // the field must be filled in
	TooLong    = "too_long"    // more than a caller would hear
	WrongState = "wrong_state" // the card cannot go there from where it is
	Same       = "same"        // nothing changed
	SameAnswer = "same_answer" // a wrong answer reads like another
	PastDay    = "past_day"    // the deadline lies before now
	NeedsDay   = "needs_day"   // the impact has no usual time
)

// Longest parts of a card, in characters.
const (
	LongestName = 80
	LongestText = 1000
)

// Check says what is wrong with a change from a card to another with an impact;
// before has no state when the card is new.
func Check(before, after Card, impact Impact, q Question) []Problem {
	var list []Problem
	note := func(when bool, field, code string) {
		if when {
			list = append(list, Problem{field, code})
		}
	}
	note(!May(before.State, after.State), "state", WrongState)
	note(after.Name == "", "name", Needed)
	note(len([]rune(after.Name)) > LongestName, "name", TooLong)
	note(after.What == "", "what", Needed)
	open := after.State == Active
	note(open && after.Access == "", "access", Needed)
	for _, f := range after.Fields() {
		note(f.Field != FieldName && len([]rune(f.Words)) > LongestText, string(f.Field), TooLong)
	}
	note(before.State != "" && len(Changed(before, after)) == 0, "state", Same)
	note(!slices.Contains(Impacts, impact), "impact", Needed)
	if impact == Micro {
		note(q.Text == "", "question", Needed)
		note(q.Right == "", "right", Needed)
		note(len(q.Wrong) == 0, "wrong", Needed)
		all := append([]string{q.Right}, q.Wrong...)
		for i, a := range all {
			note(slices.ContainsFunc(all[:i], func(b string) bool { return strings.EqualFold(a, b) }), "wrong", SameAnswer)
		}
	}
	return list
}

// Hash names what a change says, the card and its question, like the hash of a
// published file: evidence names it.
func Hash(code string, c Card, q Question) string {
	b, err := json.Marshal(struct {
		Code string
		Card
		Question Question
	}{code, c, q})
	if err != nil {
		panic(err) // texts only
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Deadline is 24:00 in a zone of the day that was chosen (2006-01-02), else of the
// day as many days from now as is usual, 0 for no usual time. code says what is
// wrong with it, empty for nothing.
func Deadline(by string, usual int, now time.Time, zone *time.Location) (at time.Time, code string) {
	if by == "" && usual > 0 {
		by = now.In(zone).AddDate(0, 0, usual).Format(time.DateOnly)
	}
	on, err := time.Parse(time.DateOnly, by)
	if err != nil {
		return time.Time{}, NeedsDay
	}
	y, m, d := on.Date()
	at = time.Date(y, m, d+1, 0, 0, 0, 0, zone).UTC()
	if !at.After(now) {
		return at, PastDay
	}
	return at, ""
}
