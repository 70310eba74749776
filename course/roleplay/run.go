package roleplay

import (
	"math/bits"
	"slices"
	"time"

	"abilita/internal/fault"
)

// MaxSteps ends a run that goes round in circles.
const MaxSteps = 200

// SayNothing is the input of silence; any other input is the place of an
// option in Scene.Options.
const SayNothing = -1

// Faults of a step. The run is left as it was.
var (
	ErrRunEnded     = fault.New(fault.Conflict, "roleplay.run_ended")
	ErrLateStep     = fault.New(fault.Conflict, "roleplay.late_step")
	ErrNoSuchChoice = fault.New(fault.Conflict, "roleplay.no_such_choice")
	ErrBrokenScript = fault.New(fault.Invalid, "roleplay.broken_script")
)

// Run is a call being played. Seed, Picks and Inputs are all that must be
// stored; Replay rebuilds the rest. The zero Run is not begun.
type Run struct {
	Seed   uint64
	Picks  map[string]int // variant that the trainer chose at a node, instead of the draw
	Inputs []int          // one a step
	Path   []Visit        // the last is where the run stands
	Mood   int
	Over   bool // at an ending, or MaxSteps reached
}

// Visit is a stay at a node.
type Visit struct {
	Node   string
	Taken  int // choice or variant taken, in the order of the script; see below
	Mood   int // of the caller on leaving
	origin int // visit that Back returns to, -1 for none
}

// What Taken may hold besides an index.
const (
	Here     = -1 // still there, or ended there
	Stayed   = -2 // silence where the script has no branch for it: the caller asks again
	noOrigin = -1
)

// Begin opens a call. The seed draws the variants and the order of options.
func Begin(s Script, seed uint64) (Run, error) { return BeginWith(s, seed, nil) }

// BeginWith is Begin with variants chosen by the trainer: node name to index.
func BeginWith(s Script, seed uint64, picks map[string]int) (Run, error) {
	r := Run{Seed: seed, Picks: picks, Mood: s.Mood}
	if len(s.Nodes) == 0 {
		return Run{}, ErrBrokenScript
	}
	return r.enter(s, s.Nodes[0].Name, noOrigin)
}

// Step is the number that the next Choose or Silence must name: how many steps
// were taken. A page carries it, so that a late or doubled click is refused.
func (r Run) Step() int { return len(r.Inputs) }

// At returns the name of the node where the run stands.
func (r Run) At() string {
	if len(r.Path) == 0 {
		return ""
	}
	return r.Path[len(r.Path)-1].Node
}

// Choose takes the option at that place of Scene.Options.
func (r Run) Choose(s Script, step, option int) (Run, error) {
	n, err := r.open(s, step)
	if err != nil {
		return r, err
	}
	order := r.order(n)
	if option < 0 || option >= len(order) {
		return r, ErrNoSuchChoice
	}
	return r.take(s, n, order[option], option)
}

// Silence says nothing: it takes the silence branch; without one the run stays,
// and the mood falls by one. Staying does not count as a visit in the score.
func (r Run) Silence(s Script, step int) (Run, error) {
	n, err := r.open(s, step)
	if err != nil {
		return r, err
	}
	if i := n.silent(); i >= 0 {
		return r.take(s, n, i, SayNothing)
	}
	next := r.copied(SayNothing)
	next.Mood = clampMood(r.Mood - 1)
	here := &next.Path[len(next.Path)-1]
	here.Taken, here.Mood = Stayed, next.Mood
	next.Path = append(next.Path, Visit{Node: n.Name, Taken: Here, Mood: next.Mood, origin: here.origin})
	next.Over = len(next.Inputs) >= MaxSteps
	return next, nil
}

// Replay plays the stored inputs again. It fails where they do not fit the
// script, naming the step.
func Replay(s Script, seed uint64, picks map[string]int, inputs []int) (Run, error) {
	r, err := BeginWith(s, seed, picks)
	for i := 0; i < len(inputs) && err == nil; i++ {
		if inputs[i] == SayNothing {
			r, err = r.Silence(s, i)
		} else {
			r, err = r.Choose(s, i, inputs[i])
		}
	}
	return r, err
}

func (r Run) open(s Script, step int) (Node, error) {
	switch {
	case r.Over:
		return Node{}, ErrRunEnded
	case step != r.Step():
		return Node{}, ErrLateStep.With("step", step, "expected", r.Step())
	}
	n, ok := s.node(r.At())
	if !ok {
		return Node{}, ErrBrokenScript.With("node", r.At())
	}
	return n, nil
}

// copied returns r with one more input, sharing nothing that will be written.
func (r Run) copied(input int) Run {
	r.Inputs = append(slices.Clip(r.Inputs), input)
	r.Path = slices.Clone(r.Path)
	return r
}

func (r Run) take(s Script, n Node, choice, input int) (Run, error) {
	next := r.copied(input)
	c := n.Choices[choice]
	next.Mood = clampMood(r.Mood + c.Effect.Mood)
	last := len(next.Path) - 1
	next.Path[last].Taken, next.Path[last].Mood = choice, next.Mood

	to, origin := c.To, last
	if to == Back {
		back := next.Path[last].origin
		if back == noOrigin {
			to, origin = n.Name, noOrigin // nowhere to go back to: the prover refuses such a script
		} else {
			to, origin = next.Path[back].Node, next.Path[back].origin
		}
	}
	next, err := next.enter(s, to, origin)
	if err != nil {
		return r, err
	}
	next.Over = next.Over || len(next.Inputs) >= MaxSteps
	return next, nil
}

// enter goes to a node and on through variants, until the volunteer must
// choose or the call is over.
func (r Run) enter(s Script, name string, origin int) (Run, error) {
	for range len(s.Nodes) + 1 {
		n, ok := s.node(name)
		if !ok {
			return r, ErrBrokenScript.With("node", name)
		}
		v := Visit{Node: name, Taken: Here, Mood: r.Mood, origin: origin}
		if len(n.Variants) == 0 {
			r.Path = append(r.Path, v)
			r.Over = n.End != nil
			return r, nil
		}
		v.Taken = r.draw(n)
		r.Mood = clampMood(r.Mood + n.Variants[v.Taken].Mood)
		v.Mood = r.Mood
		r.Path = append(r.Path, v)
		name = n.Variants[v.Taken].To
	}
	return r, ErrBrokenScript.With("node", name)
}

func (r Run) draw(n Node) int {
	if i, ok := r.Picks[n.Name]; ok && i >= 0 && i < len(n.Variants) {
		return i
	}
	return below(r.random(0), len(n.Variants))
}

// order returns the choices of n that are words or acts, silence aside, in the
// order of this visit: trainers tend to write the best one first.
func (r Run) order(n Node) []int {
	var order []int
	for i, c := range n.Choices {
		if !c.Effect.Silent {
			order = append(order, i)
		}
	}
	for i := len(order) - 1; i > 0; i-- {
		j := below(r.random(uint64(i)), i+1)
		order[i], order[j] = order[j], order[i]
	}
	return order
}

// random is splitmix64 of the seed, the place on the path and n. It is written
// out because a stored run must replay for as long as it is kept, whatever a
// library does later.
func (r Run) random(n uint64) uint64 {
	x := r.Seed + 0x9e3779b97f4a7c15*(uint64(len(r.Path))<<16+n+1)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func below(x uint64, n int) int {
	hi, _ := bits.Mul64(x, uint64(n))
	return int(hi)
}

// Scene is what may be shown of a run: no marks, no scores, no targets.
type Scene struct {
	Step    int
	Node    string
	Title   string
	Said    []Speech // what the caller said since the last choice, variants first
	Options []Option
	Prompt  time.Duration // silence after which the caller speaks up; 0 is never
	Turn    time.Duration // silence that counts as a choice; 0 is never
	Mood    int
	Over    bool
	Ending  *Ending // when over at an ending
}

// Option is one thing the volunteer may say or do.
type Option struct {
	Text string
	Act  bool
}

// Now returns the scene of a run.
func Now(s Script, r Run) Scene {
	sc := Scene{Step: r.Step(), Node: r.At(), Mood: r.Mood, Over: r.Over}
	n, ok := s.node(r.At())
	if !ok {
		return sc
	}
	sc.Title = n.Title
	sc.Said = append(r.lead(s), n.Heard...)
	if r.Over {
		sc.Ending = n.End
		return sc
	}
	for _, i := range r.order(n) {
		sc.Options = append(sc.Options, Option{n.Choices[i].Text, n.Choices[i].Act})
	}
	sc.Prompt, sc.Turn = s.Silence.Prompt, s.Silence.Turn
	if i := n.silent(); i >= 0 && n.Choices[i].Effect.After > 0 {
		sc.Turn = n.Choices[i].Effect.After
	}
	if sc.Prompt >= sc.Turn {
		sc.Prompt = 0
	}
	return sc
}

// lead returns what was heard at the variant nodes just passed.
func (r Run) lead(s Script) []Speech {
	first := len(r.Path) - 1
	for first > 0 {
		if n, ok := s.node(r.Path[first-1].Node); !ok || len(n.Variants) == 0 {
			break
		}
		first--
	}
	var said []Speech
	for _, v := range r.Path[first : len(r.Path)-1] {
		n, _ := s.node(v.Node)
		said = append(said, n.Heard...)
		said = append(said, Speech{Who: n.Variants[v.Taken].Who, Text: n.Variants[v.Taken].Text})
	}
	return said
}
