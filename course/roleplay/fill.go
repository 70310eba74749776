package roleplay

import "slices"

// Fill returns s with every text passed through fill: what is said, chosen and
// remarked. The graph, its names and its marks stay, so a run plays on it as on
// s.
func Fill(s Script, fill func(string) string) Script {
	s.Intro = fill(s.Intro)
	s.Rubric.Statements = slices.Clone(s.Rubric.Statements)
	for i := range s.Rubric.Statements {
		st := &s.Rubric.Statements[i]
		st.Text, st.Note = fill(st.Text), fill(st.Note)
	}
	s.Rubric.Errors = slices.Clone(s.Rubric.Errors)
	for i := range s.Rubric.Errors {
		e := &s.Rubric.Errors[i]
		e.Text, e.Note = fill(e.Text), fill(e.Note)
	}
	s.Nodes = slices.Clone(s.Nodes)
	for i := range s.Nodes {
		n := &s.Nodes[i]
		n.Heard = slices.Clone(n.Heard)
		for j := range n.Heard {
			n.Heard[j].Text = fill(n.Heard[j].Text)
		}
		n.Choices = slices.Clone(n.Choices)
		for j := range n.Choices {
			n.Choices[j].Text, n.Choices[j].Feedback = fill(n.Choices[j].Text), fill(n.Choices[j].Feedback)
		}
		n.Variants = slices.Clone(n.Variants)
		for j := range n.Variants {
			n.Variants[j].Text = fill(n.Variants[j].Text)
		}
		if n.End != nil {
			end := *n.End
			end.Question = fill(end.Question)
			n.End = &end
		}
	}
	return s
}
