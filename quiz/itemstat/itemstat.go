// Package itemstat says how an item of a quiz does: how many get it right, whether
// it tells those who know from those who do not, which options are chosen.
// Numbers in, numbers out.
//
// Facility is the mean share of the item's points. Discrimination is the corrected
// item-total correlation: of the share on the item with the share on the rest of
// the same paper (Moodle docs, "Quiz statistics calculations", discrimination
// index). Each person counts once, at the first meeting: the second is not
// independent of it. Below MinPeople there are no figures, and below MinJudged
// nothing is judged, because chance alone would say as much.
package itemstat

import "math"

// From how many people on there are figures, and flags.
const (
	MinPeople = 10
	MinJudged = 30
)

// Limits of the flags.
const (
	easy     = 0.95 // facility
	hard     = 0.30 // facility
	weak     = 0.20 // discrimination
	omitted  = 0.10 // share that left it blank
	unchosen = 0.02 // share that chose an option
)

// Answer is what one person did with the item.
type Answer struct {
	Share  float64 // of the item's points, 0 to 1
	Rest   float64 // of the points of all other items of the paper, 0 to 1
	Alone  bool    // the paper asked nothing else: Rest says nothing
	Blank  bool    // nothing was answered
	Chosen []int   // places of the options chosen, from 0
}

// Question is what the item is, as far as its figures go.
type Question struct {
	Critical bool   // everybody should know it: it may be easy
	Right    []bool // by option, whether choosing it is right; empty where nothing is chosen
}

// Figures are what many answers say. Where Enough is false only People is known.
type Figures struct {
	People         int
	Enough         bool    // MinPeople are reached
	Judged         bool    // MinJudged are reached
	Facility       float64 // 0 to 1
	Right          int     // with all the points
	Blank          int
	Discrimination float64 // -1 to 1, only where Discriminates
	Discriminates  bool    // MinJudged are reached, and both sides vary
	Chosen         []int   // by option
	Flags          []Flag  // the gravest first
}

// Flag is something that the figures point at. It is no verdict: somebody reads the
// item.
type Flag struct {
	Kind   FlagKind
	Option int // of WrongPreferred and NeverChosen, from 0
}

// FlagKind is what a flag points at.
type FlagKind string

// The flags.
const (
	Inverse        FlagKind = "inverse"         // who knows more gets it wrong: the key may be wrong
	WrongPreferred FlagKind = "wrong_preferred" // a wrong option is chosen more than any right one
	TooHard        FlagKind = "too_hard"
	Omitted        FlagKind = "omitted" // many leave it blank
	Weak           FlagKind = "weak"    // it hardly tells who knows from who does not
	TooEasy        FlagKind = "too_easy"
	NeverChosen    FlagKind = "never_chosen" // a distractor that distracts nobody
)

// Of counts the answers of one item, one for each person.
func Of(q Question, answers []Answer) Figures {
	f := Figures{People: len(answers)}
	f.Enough, f.Judged = f.People >= MinPeople, f.People >= MinJudged
	if !f.Enough {
		return f
	}
	f.Chosen = make([]int, len(q.Right))
	var share, rest []float64
	for _, a := range answers {
		f.Facility += a.Share
		if a.Share >= 1 {
			f.Right++
		}
		if a.Blank {
			f.Blank++
		}
		for _, o := range a.Chosen {
			if o >= 0 && o < len(f.Chosen) {
				f.Chosen[o]++
			}
		}
		if !a.Alone {
			share, rest = append(share, a.Share), append(rest, a.Rest)
		}
	}
	f.Facility /= float64(f.People)
	if len(share) >= MinJudged {
		f.Discrimination, f.Discriminates = correlation(share, rest)
	}
	if f.Judged {
		f.Flags = f.flags(q)
	}
	return f
}

func (f Figures) flags(q Question) []Flag {
	var list []Flag
	add := func(is bool, kind FlagKind) {
		if is {
			list = append(list, Flag{Kind: kind, Option: -1})
		}
	}
	all := float64(f.People)
	add(f.Discriminates && f.Discrimination < 0, Inverse)
	if o := f.preferredWrong(q); o >= 0 {
		list = append(list, Flag{WrongPreferred, o})
	}
	add(f.Facility < hard, TooHard)
	add(float64(f.Blank) >= omitted*all, Omitted)
	tooEasy := f.Facility >= easy
	add(!tooEasy && f.Discriminates && f.Discrimination >= 0 && f.Discrimination < weak, Weak)
	add(tooEasy && !q.Critical, TooEasy)
	for o, n := range f.Chosen {
		if !q.Right[o] && !tooEasy && float64(n) < unchosen*all {
			list = append(list, Flag{NeverChosen, o})
		}
	}
	return list
}

// preferredWrong is the wrong option that is chosen most, where that is more than
// any right one; -1 for none.
func (f Figures) preferredWrong(q Question) int {
	right, wrong := 0, -1
	for o, n := range f.Chosen {
		switch {
		case q.Right[o]:
			right = max(right, n)
		case wrong < 0 || n > f.Chosen[wrong]:
			wrong = o
		}
	}
	if wrong >= 0 && f.Chosen[wrong] > right {
		return wrong
	}
	return -1
}

// correlation is Pearson's; false where one side does not vary.
func correlation(x, y []float64) (float64, bool) {
	n := float64(len(x))
	var sx, sy float64
	for i := range x {
		sx, sy = sx+x[i], sy+y[i]
	}
	mx, my := sx/n, sy/n
	var xy, xx, yy float64
	for i := range x {
		dx, dy := x[i]-mx, y[i]-my
		xy, xx, yy = xy+dx*dy, xx+dx*dx, yy+dy*dy
	}
	const still = 1e-12
	if xx < still || yy < still {
		return 0, false
	}
	return max(-1, min(1, xy/math.Sqrt(xx*yy))), true
}
