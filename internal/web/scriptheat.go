package web

import (
	"fmt"
	"slices"

	"abilita/course/roleplay"
	"abilita/internal/app"
	"abilita/internal/web/ui"
)

// practised is where people went who practised a published script, asked by the
// moments and choices of the script that is shown, which may have been changed since.
type practised struct {
	heat   roleplay.Heat
	script roleplay.Script
}

// practisedOf is nil where nothing may be told.
func practisedOf(v app.Preview) *practised {
	if v.Practised == nil {
		return nil
	}
	return &practised{v.Heat, *v.Practised}
}

// moment is the published one of a name.
func (p *practised) moment(name string) (roleplay.Node, bool) {
	i := slices.IndexFunc(p.script.Nodes, func(n roleplay.Node) bool { return n.Name == name })
	if i < 0 {
		return roleplay.Node{}, false
	}
	return p.script.Nodes[i], true
}

// choice is how often the published choice with these words was taken, and whether it
// is a weak one; false where it is a new one, or too few people were there.
func (p *practised) choice(name string, c roleplay.Choice) (times int, weak, told bool) {
	n, ok := p.moment(name)
	if !ok {
		return 0, false, false
	}
	i := slices.IndexFunc(n.Choices, func(o roleplay.Choice) bool { return o.Text == c.Text && o.To == c.To })
	if i < 0 {
		return 0, false, false
	}
	times, told = p.heat.Taken(name, i)
	return times, n.Weak(i), told
}

// variant is how often the caller said this.
func (p *practised) variant(name string, v roleplay.Variant) (times int, told bool) {
	n, ok := p.moment(name)
	if !ok {
		return 0, false
	}
	i := slices.IndexFunc(n.Variants, func(o roleplay.Variant) bool { return o.Text == v.Text && o.To == v.To })
	if i < 0 {
		return 0, false
	}
	return p.heat.Taken(name, i)
}

// label writes into a box of the map what happened at its moment. A moment where one
// choice in three is weak has a diamond at its corner.
func (p *practised) label(b *ui.Base, box *ui.MapBox, name string) {
	n, ok := p.moment(name)
	if !ok || n.End != nil {
		return
	}
	box.TextY, box.SubY = box.Y+22, box.Y+40
	t := p.heat.At(name)
	switch {
	case t.Few:
		box.Sub = b.T("draft.heat_box_few")
	case len(n.Choices) == 0:
		box.Sub = b.T("draft.heat_passes", "N", t.Times)
	default:
		box.Sub = b.T("draft.heat_box", "Weak", t.Weak, "N", t.Times)
		if 3*t.Weak >= t.Times {
			box.Mark = fmt.Sprintf("M%d %dl9 9l-9 9l-9 -9z", box.X+box.W-4, box.Y-7)
		}
	}
}

// way is how a line of the map is drawn: thicker where more of those who were at its
// moment went, dashed where mostly a weak choice leads.
func (p *practised) way(n roleplay.Node, to string) string {
	t := p.heat.At(n.Name)
	if t.Few || t.Times == 0 {
		return ""
	}
	all, weak := 0, 0
	for _, c := range n.Choices {
		if c.To != to {
			continue
		}
		if times, bad, told := p.choice(n.Name, c); told {
			all += times
			if bad {
				weak += times
			}
		}
	}
	for _, v := range n.Variants {
		if v.To == to {
			times, _ := p.variant(n.Name, v)
			all += times
		}
	}
	class := "t1"
	switch {
	case 3*all >= 2*t.Times:
		class = "t4"
	case 3*all >= t.Times:
		class = "t3"
	case 10*all >= t.Times:
		class = "t2"
	}
	if 2*weak > all {
		class += " weak"
	}
	return class
}

// table tells the same as the map, moment by moment.
func (p *practised) table(b *ui.Base) *ui.MapHeat {
	h := &ui.MapHeat{Text: b.T("draft.heat_text", "N", p.heat.Runs, "People", p.heat.People), Keys: b.T("draft.heat_keys")}
	for _, n := range p.script.Nodes {
		if n.End != nil || len(n.Choices) == 0 {
			continue
		}
		row := ui.HeatRow{Title: momentTitle(n)}
		if t := p.heat.At(n.Name); t.Few {
			row.Hidden = b.T("draft.heat_hidden", "N", roleplay.FewPeople)
		} else {
			row.Times = b.Number(t.Times)
			row.Weak, row.Critical = share(b, t.Weak, t.Times), share(b, t.Critical, t.Times)
		}
		h.Rows = append(h.Rows, row)
	}
	return h
}

// takenWords is how often a choice or variant was taken, "" where it is not told.
func (p *practised) takenWords(b *ui.Base, name string, times int, told bool) string {
	all := p.heat.At(name).Times
	if !told || all == 0 {
		return ""
	}
	return b.T("draft.heat_taken", "N", times, "All", b.Number(all), "Share", b.Percent(float64(times)/float64(all)))
}
