package ui

import "html/template"

// shapes is the drawing of each state, made once: a board draws hundreds, and
// escaping the same address each time took most of its rendering.
type shapes map[State]template.HTML

func drawShapes(sprite string) shapes {
	all := shapes{}
	for _, s := range States() {
		class := "shape s-" + string(s)
		if s.Wide() {
			class += " sw"
		}
		all[s] = template.HTML(`<svg class="` + class + `" aria-hidden="true"><use href="` + sprite + `#s-` + string(s) + `"/></svg>`) //nolint:gosec // every piece is ours: States and the hash of the assets
	}
	return all
}

// shape is the drawing of s, nothing for a state that does not exist.
func (d shapes) shape(s State) template.HTML { return d[s] }

// mark is the shape of m with its word.
func (d shapes) mark(m Mark) template.HTML {
	svg, ok := d[m.State]
	class := "st"
	if ok {
		class += " st-" + string(m.State)
	}
	return template.HTML(`<span class="` + class + `">` + string(svg) + template.HTMLEscapeString(m.Word) + `</span>`) //nolint:gosec // the word is escaped, the state is one of ours
}
