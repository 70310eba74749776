// Package roleplay holds call scripts as graphs and the rules of playing them:
// proof before publishing, a run, its score and feedback, its replay, and the
// marks of a person who listened.
//
// A script is nodes: moments of a call. At a node the caller says something and
// the volunteer chooses (Choices), or the caller has several things to say and
// one is drawn (Variants), or the call is over (End). A choice leads to the
// next node and carries an Effect: statements said, levels taken on criteria,
// critical errors, a change of the caller's mood, acts. The name Back leads to
// the last node where the volunteer had a choice before this one.
//
// A criterion scores the levels taken divided by the best levels offered, over
// the visited nodes whose choices mark it, times its weight; one that was never
// offered is left out and the weights are rescaled; a node visited twice counts
// twice. One critical error, or a statement that was due and not said, fails
// the call whatever the score. All rules are functions of values: the same
// script, seed and inputs give the same run for ever.
package roleplay

import "time"

// Back is the name that leads to the node of origin.
const Back = "#"

// TopLevel is the highest level of a criterion; levels begin at 0.
const TopLevel = 3

// Points is hundredths of a per cent: 7500 is 75 %.
type Points int

// Script is a call to be played. The zero Script has no node and cannot begin.
type Script struct {
	ID, Version, Title string
	Line, Channel      string
	Intro              string // the situation, in Markdown
	Mood               int    // of the caller at the start, MinMood to MaxMood
	Silence            Silence
	Threshold          int // per cent to pass
	Rubric             Rubric
	Nodes              []Node // the first is the start; names are unique in a proved script
}

// The caller's mood stays between these two.
const (
	MinMood = -3
	MaxMood = 3
)

// Silence says after how long the caller speaks up, and after how long saying
// nothing becomes a choice. Zero means that the script does not time silence.
type Silence struct{ Prompt, Turn time.Duration }

// Rubric is what a call is judged by.
type Rubric struct {
	Statements []Statement
	Errors     []CriticalError
	Criteria   []Criterion
}

// Statement is a sentence that must be said.
type Statement struct{ ID, Name, Text, Note string }

// CriticalError fails a call whatever its score.
type CriticalError struct{ ID, Name, Text, Note string }

// Criterion is weighed; Levels holds the anchor of each level from 0 up.
type Criterion struct {
	ID, Name string
	Weight   int // per cent
	Levels   []string
	Note     string // for evaluators
}

// Node is a moment of the call. It has Choices, or Variants, or an End.
type Node struct {
	Name, Title string
	Pos         int // line in the file, for findings
	Heard       []Speech
	Choices     []Choice
	Variants    []Variant
	End         *Ending
}

// Speech is what is heard. Who may be empty; Act marks a fact, not words.
type Speech struct {
	Who, Text string
	Act       bool
}

// Choice is what the volunteer may say or do.
type Choice struct {
	Text     string
	Act      bool // an act in brackets, not words
	To       string
	Effect   Effect
	Feedback string
	Pos      int
}

// Effect is what a choice marks.
type Effect struct {
	Statements []string
	Levels     []Level
	Errors     []string
	Mood       int
	Silent     bool          // taken by saying nothing
	After      time.Duration // of silence; 0 means the script's own
	Calls      []string      // who must be called, for example the supervisor
	Reports    []string      // what must be reported
}

// Level is a level on a criterion.
type Level struct {
	Criterion string
	Value     int
}

// Variant is one of the things the caller may say.
type Variant struct {
	Who, Text string
	To        string
	Mood      int
	Pos       int
}

// Ending closes the call.
type Ending struct {
	Success  bool
	Due      []Due
	Question string // for the debriefing
}

// Due is a statement that an ending asks for: always, or only when the node
// Via was visited.
type Due struct {
	Statement string
	Via       string
	Pos       int
}

func (s Script) node(name string) (Node, bool) {
	for _, n := range s.Nodes {
		if n.Name == name {
			return n, true
		}
	}
	return Node{}, false
}

// silent returns the choice that silence takes at n, or -1.
func (n Node) silent() int {
	for i, c := range n.Choices {
		if c.Effect.Silent {
			return i
		}
	}
	return -1
}

// best returns the highest level that the choices of n offer on a criterion
// and whether any of them marks it.
func (n Node) best(criterion string) (int, bool) {
	best, marked := 0, false
	for _, c := range n.Choices {
		for _, l := range c.Effect.Levels {
			if l.Criterion == criterion {
				best, marked = max(best, l.Value), true
			}
		}
	}
	return best, marked
}

func (e Effect) level(criterion string) int {
	for _, l := range e.Levels {
		if l.Criterion == criterion {
			return l.Value
		}
	}
	return 0
}

func clampMood(m int) int { return min(max(m, MinMood), MaxMood) }
