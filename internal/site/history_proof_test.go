package site_test

import (
	"reflect"

	"abilita/course/proof"
	"abilita/internal/app"
)

// keptProof is a proof as it was made then.
type keptProof struct {
	qn app.Question
	p  proof.Proof
}

// prove makes the proof of an answer now, of one after the other.
func (h *history) prove() {
	h.t.Helper()
	if len(h.people) == 0 {
		return
	}
	n := len(h.proofs) // by turns, so that the history stays the one of its seed
	qn := app.Question{Line: line, Channel: []string{"phone", "chat"}[n/3%2], Agent: h.people[n%len(h.people)].Number, At: h.Now}
	p, err := h.App.Proofs.Read(h.t.Context(), h.Coordinator, qn)
	if err != nil {
		h.t.Fatal(err)
	}
	h.proofs = append(h.proofs, keptProof{qn, p})
}

// proveAgain makes every proof again, after everything that came since: it says
// the same, the same as the gate, and holds.
func (h *history) proveAgain() {
	h.t.Helper()
	for _, k := range h.proofs {
		p, err := h.App.Proofs.Read(h.t.Context(), h.Coordinator, k.qn)
		if err != nil {
			h.t.Fatal(err)
		}
		file, err := proof.Sign(p, h.App.Secret.For("proof"))
		if err != nil {
			h.t.Fatal(err)
		}
		if v := proof.Verify(file, h.App.Proofs.Fingerprint()); !v.Holds() {
			h.t.Errorf("the proof for %s at %v does not hold: %+v\n%s", k.qn.Agent, k.qn.At, v.Checks, h.story(k.qn.Agent))
		}
		p.Made, p.Chain, p.People = k.p.Made, k.p.Chain, k.p.People
		if !reflect.DeepEqual(p, k.p) {
			h.t.Errorf("the proof for %s at %v changed:\n%+v\n%+v\n%s", k.qn.Agent, k.qn.At, k.p, p, h.story(k.qn.Agent))
		}
		q := question{k.qn.At, k.qn.Agent, k.qn.Channel}
		codes, err := codesOf(h.answers[q])
		var proved []string
		for _, r := range p.Answer.Reasons {
			proved = append(proved, string(r.Code))
		}
		if err != nil || !reflect.DeepEqual(codes, proved) && len(codes)+len(proved) > 0 {
			h.t.Errorf("for %s at %v the gate said %v, the proof %v (%v)", q.who, q.at, codes, proved, err)
		}
	}
}
