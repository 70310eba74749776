package ui

// Proof asks what the gate said at a past moment, and shows the answer with all
// it rested on.
type Proof struct {
	Base
	Lines, Channels  []Option
	Agent, Day, Hour string
	Twice            []Option // the two hours of a night that has one twice; empty otherwise
	Sheet            *ProofSheet
}

// Template names the page.
func (*Proof) Template() string { return "proof" }

// ProofSheet is one proof.
type ProofSheet struct {
	About, When string
	Answer      Answer
	Waived      []Reason // what an emergency decision set aside
	Facts       []ProofFact
	Papers      []ProofPaper
	Contents    []Fact
	Record      []Fact
	Key         string // fingerprint
	Download    string
}

// ProofFact is one fact that the gate knew.
type ProofFact struct {
	Mark  Mark
	Title string
	Lines []string
}

// ProofPaper is one certificate with what met its requirements.
type ProofPaper struct {
	Title  string
	Facts  []Fact
	Met    []ProofMet
	Events []string
}

// ProofMet is a requirement with the evidence that met it.
type ProofMet struct {
	Title  string
	Pieces []string
}
