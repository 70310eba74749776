package ui

// State is how something stands: the shape drawn and, third, its colour.
type State string

// The states and their shapes.
const (
	Done      State = "ok"    // disc with tick
	Current   State = "now"   // half disc: here, now, your turn
	Todo      State = "todo"  // ring
	Locked    State = "lock"  // dotted ring
	Waiting   State = "wait"  // open diamond: waits for somebody
	Due       State = "due"   // diamond with a clock hand: runs out soon
	Warning   State = "warn"  // diamond with a mark: below the threshold
	Paused    State = "pause" // open square: own choice
	Suspended State = "susp"  // full square
	Stopped   State = "stop"  // octagon: no, missing, revoked
	Critical  State = "crit"  // octagon with a mark: critical error
	On        State = "on"    // closed contact: may answer now
	Off       State = "off"   // open contact
	None      State = "none"  // dash: not required
)

// States lists all of them in the order of a legend.
func States() []State {
	return []State{Done, Current, Todo, Locked, Waiting, Due, Warning, Stopped, Critical, Paused, Suspended, On, Off, None}
}

// Wide says whether the shape is drawn twice as wide as high.
func (s State) Wide() bool { return s == On || s == Off }

// Quiet says whether the state needs nobody's attention.
func (s State) Quiet() bool { return s == Done || s == On || s == None }

// Tone is the panel that suits the state.
func (s State) Tone() string {
	switch s {
	case Done, On:
		return "ok"
	case Waiting, Due, Warning:
		return "wait"
	case Stopped, Critical:
		return "stop"
	case Paused, Suspended:
		return "hold"
	case Current, Todo, Locked, Off, None:
		return "calm"
	}
	return "calm"
}

// Mark is a state with its word.
type Mark struct {
	State State
	Word  string
}

// Mark is the state with the word that the catalogue has for it.
func (b *Base) Mark(s State) Mark { return Mark{State: s, Word: b.T("state." + string(s))} }

// Legend explains every shape that a table may hold.
func (b *Base) Legend() []Mark {
	var marks []Mark
	for _, s := range States()[:9] {
		marks = append(marks, b.Mark(s))
	}
	return marks
}
