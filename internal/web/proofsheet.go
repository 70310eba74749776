package web

import (
	"strconv"
	"strings"

	"abilita/course/cert"
	"abilita/course/gate"
	"abilita/course/proof"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

// proofWords puts a proof into words: its people by id.
type proofWords struct {
	b      *ui.Base
	p      proof.Proof
	people map[people.ID]string
}

// fillProof puts a proof onto its page.
func fillProof(page *ui.Proof, p proof.Proof) {
	b := &page.Base
	w := proofWords{b: b, p: p, people: map[people.ID]string{}}
	for _, k := range p.People {
		w.people[k.ID] = b.T("proof.record_no", "ID", strconv.FormatInt(int64(k.ID), 10))
		if word := strings.Join(nonEmpty(k.Name, k.Number), ", "); word != "" {
			w.people[k.ID] = word
		}
	}
	line := p.Asked.Line
	for _, l := range page.Lines {
		if l.Value == line {
			line = l.Label
		}
	}
	d := p.Decide()
	s := &ui.ProofSheet{
		About: strings.Join([]string{w.people[p.Asked.Person], line, b.T("gate.channel_" + string(p.Asked.Channel))}, " · "),
		When:  b.T("proof.when", "When", zoned(b, p.Asked.At)), Answer: answer(b, d, "proof.yes", "proof.no", nil),
	}
	s.Answer.Text = ""
	if d.Granted() {
		s.Answer.Text = b.T("gate.level_" + string(d.Level))
	}
	for i := range s.Answer.Reasons {
		s.Answer.Reasons[i].Next = "" // nobody can do anything about the past
	}
	for _, r := range d.Waived {
		words := reason(b, r)
		words.Next = ""
		s.Waived = append(s.Waived, words)
	}
	for _, f := range p.Facts {
		s.Facts = append(s.Facts, w.fact(f))
	}
	for _, c := range p.Certificates {
		s.Papers = append(s.Papers, w.paper(c))
	}
	for _, c := range p.Contents {
		s.Contents = append(s.Contents, ui.Fact{Term: c.Title + ", " + c.Version, Value: c.Hash})
	}
	s.Record = []ui.Fact{
		{Term: b.T("proof.made"), Value: zoned(b, p.Made.At)},
		{Term: b.T("proof.version"), Value: strconv.FormatInt(p.Answer.Version, 10)},
		{Term: b.T("proof.head"), Value: strconv.FormatInt(p.Chain.Seq, 10) + " · " + p.Chain.Hash},
		{Term: b.T("proof.entries"), Value: strconv.Itoa(len(p.Chain.Entries))},
	}
	page.Sheet = s
}

// fact is one fact: what it says, whether it held, since when it was known, and
// what it refers to.
func (w proofWords) fact(f proof.Fact) ui.ProofFact {
	b := w.b
	out := ui.ProofFact{Title: b.T("proof.fact_" + string(f.Kind)), Mark: ui.Mark{State: ui.None, Word: b.T("proof.held_not")}}
	if f.Holds(w.p.Asked.At) {
		out.Mark = ui.Mark{State: ui.Done, Word: b.T("proof.held")}
	}
	if f.Channel != "" {
		out.Title += ", " + b.T("gate.channel_"+string(f.Channel))
	}
	if f.Level != "" {
		out.Title += ", " + b.T("gate.level_"+string(f.Level))
	}
	span := b.T("proof.from", "From", zoned(b, f.From))
	if !f.Until.IsZero() {
		span = b.T("proof.span", "From", zoned(b, f.From), "Until", zoned(b, f.Until))
	}
	if !f.ClosedAt.IsZero() {
		span += " " + b.T("proof.closed", "When", zoned(b, f.ClosedAt))
	}
	out.Lines = []string{span, b.T("proof.recorded", "When", zoned(b, f.RecordedAt))}
	if refers := w.refers(f); refers != "" {
		out.Lines = append(out.Lines, refers)
	}
	return out
}

func (w proofWords) refers(f proof.Fact) string {
	b := w.b
	for _, c := range w.p.Certificates {
		if (f.Kind == gate.Certificate || f.Kind == gate.CertificateSuspension || f.Kind == gate.CertificateRevocation) && c.ID == f.Ref {
			return b.T("proof.ref_certificate", "Number", c.Number)
		}
	}
	for _, d := range w.p.Documents {
		if d.Kind != f.Kind || d.Ref != f.Ref {
			continue
		}
		said := []string{b.T("proof.ref_"+string(d.Kind), "Name", d.Name)}
		if d.By != 0 {
			said = append(said, b.T("proof.by", "Name", w.people[d.By]))
		}
		if key := "person.motive_" + d.Reason; d.Reason != "" && b.Has(key) {
			said = append(said, b.T(key)+".")
		}
		return strings.Join(said, " ")
	}
	return ""
}

// paper is one certificate with what met each requirement, who judged and
// signed, and its life until the instant.
func (w proofWords) paper(c proof.Certificate) ui.ProofPaper {
	b := w.b
	out := ui.ProofPaper{Title: b.T("proof.ref_certificate", "Number", c.Number), Facts: []ui.Fact{
		{Term: b.T("proof.programme"), Value: c.Programme + ", " + c.Version},
		{Term: b.T("proof.release"), Value: c.Release},
		{Term: b.T("proof.valid"), Value: b.T("proof.span", "From", zoned(b, c.From), "Until", zoned(b, c.Until))},
		{Term: b.T("proof.signed"), Value: w.people[c.SignedBy] + ", " + zoned(b, c.SignedAt)},
	}}
	if c.Evaluator != 0 {
		out.Facts = append(out.Facts, ui.Fact{Term: b.T("proof.evaluator"), Value: w.people[c.Evaluator]})
	}
	pieces := map[cert.EvidenceID]proof.Evidence{}
	for _, e := range c.Evidence {
		pieces[e.ID] = e
	}
	for _, r := range c.Requirements {
		met := ui.ProofMet{Title: r.Title}
		if r.Signers > 1 {
			met.Pieces = append(met.Pieces, b.T("proof.signers", "N", r.Signers))
		}
		for _, id := range r.Met {
			met.Pieces = append(met.Pieces, w.piece(pieces[id]))
		}
		out.Met = append(out.Met, met)
	}
	for _, e := range c.Events {
		said := b.T("proof.event_"+e.Kind) + ", " + zoned(b, e.At) + ". " + b.T("proof.by", "Name", w.people[e.By])
		if key := "person.motive_" + e.Reason; e.Reason != "" && b.Has(key) {
			said += " " + b.T(key) + "."
		}
		out.Events = append(out.Events, said)
	}
	return out
}

// piece is one piece of evidence: content, day, result and who judged.
func (w proofWords) piece(e proof.Evidence) string {
	said := []string{zoned(w.b, e.At) + "."}
	for _, c := range w.p.Contents {
		if c.Hash == e.Content {
			said = append([]string{c.Title + ", " + c.Version + "."}, said...)
		}
	}
	if e.Score >= 0 {
		said = append(said, score(w.b, e.Score)+".")
	}
	judges := e.Judges
	if len(judges) == 0 && e.Author != 0 {
		judges = []people.ID{e.Author}
	}
	var names []string
	for _, j := range judges {
		names = append(names, w.people[j])
	}
	if len(names) > 0 {
		said = append(said, w.b.T("proof.judged", "Name", w.b.Join(names)))
	}
	return strings.Join(said, " ")
}
