package quiz

import "slices"

// Fill returns p with every text that people read passed through fill. Ids,
// keys and accepted answers stay, so an answer to it is an answer to p.
func Fill(p Paper, fill func(string) string) Paper {
	p.Questions = slices.Clone(p.Questions)
	for i := range p.Questions {
		it := &p.Questions[i].Item
		it.Stem, it.Explanation = fill(it.Stem), fill(it.Explanation)
		it.Options = slices.Clone(it.Options)
		for j := range it.Options {
			o := &it.Options[j]
			o.Text, o.Feedback = fill(o.Text), fill(o.Feedback)
		}
		it.Pairs = slices.Clone(it.Pairs)
		for j := range it.Pairs {
			pair := &it.Pairs[j]
			pair.Left, pair.Right = fill(pair.Left), fill(pair.Right)
		}
	}
	return p
}
