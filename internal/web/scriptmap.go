package web

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"abilita/course/roleplay"
	"abilita/internal/web/ui"
)

// Sizes of the map, in its own units.
const (
	mapBoxW, mapBoxH = 150, 34
	mapGapX, mapGapY = 24, 46
	mapEdge          = 16
	mapLetters       = 19
	mapBoxTall       = 52 // with figures
)

// scriptMap draws a script in layers: each moment below the ones that lead to it,
// as near under them as its neighbours allow. Ways that lead up again go round at
// the side. The list of moments beside it tells the same in words.
// With heat, moments and ways carry what happened there.
func scriptMap(b *ui.Base, s roleplay.Script, heat *practised) *ui.ScriptMap {
	boxH := mapBoxH
	if heat != nil {
		boxH = mapBoxTall
	}
	layers, broken := mapLayers(s)
	place := map[string]ui.MapBox{}
	widest := 0
	for _, layer := range layers {
		widest = max(widest, len(layer))
	}
	m := &ui.ScriptMap{Width: 2*mapEdge + widest*(mapBoxW+mapGapX) + mapGapX, Height: 2*mapEdge + len(layers)*(boxH+mapGapY) - mapGapY}
	nodes := map[string]roleplay.Node{}
	for _, n := range s.Nodes {
		nodes[n.Name] = n
	}
	endings := 0
	for y, layer := range layers {
		left := (m.Width - mapGapX - len(layer)*(mapBoxW+mapGapX) + mapGapX) / 2
		for x, name := range layer {
			box := ui.MapBox{X: left + x*(mapBoxW+mapGapX), Y: mapEdge + y*(boxH+mapGapY), W: mapBoxW, H: boxH, Round: 4, Text: shortened(name)}
			box.TextX, box.TextY = box.X+mapBoxW/2, box.Y+boxH/2+5
			if nodes[name].End != nil {
				box.Class, box.Round = "end", boxH/2
				endings++
			} else if heat != nil {
				heat.label(b, &box, name)
			}
			if broken[name] {
				box.Class = "bad"
			}
			place[name] = box
			m.Boxes = append(m.Boxes, box)
		}
	}
	for _, n := range s.Nodes {
		var drawn []string
		for _, to := range leadsTo(n) {
			if slices.Contains(drawn, to) {
				continue
			}
			drawn = append(drawn, to)
			if target, ok := place[to]; ok {
				line := mapLine(place[n.Name], target)
				if heat != nil {
					line.Class = heat.way(n, to)
				}
				m.Lines = append(m.Lines, line)
			}
		}
	}
	m.Label = b.T("draft.map_label", "N", len(s.Nodes), "Endings", endings)
	return m
}

func shortened(name string) string {
	if utf8.RuneCountInString(name) <= mapLetters {
		return name
	}
	return string([]rune(name)[:mapLetters-1]) + "…"
}

// leadsTo lists where a moment leads, without the way back to where one came from.
func leadsTo(n roleplay.Node) []string {
	var list []string
	for _, c := range n.Choices {
		if c.To != roleplay.Back {
			list = append(list, c.To)
		}
	}
	for _, v := range n.Variants {
		list = append(list, v.To)
	}
	return list
}

// mapLayers puts every moment one layer below the nearest one that leads to it;
// what nobody reaches stands in a layer of its own at the end. Broken are the
// moments that lead to one that is not there.
func mapLayers(s roleplay.Script) (layers [][]string, broken map[string]bool) {
	next := map[string][]string{}
	for _, n := range s.Nodes {
		next[n.Name] = leadsTo(n)
	}
	depth := map[string]int{}
	broken = map[string]bool{}
	todo := []string{s.Nodes[0].Name}
	depth[s.Nodes[0].Name] = 0
	for len(todo) > 0 {
		name := todo[0]
		todo = todo[1:]
		for len(layers) <= depth[name] {
			layers = append(layers, nil)
		}
		layers[depth[name]] = append(layers[depth[name]], name)
		for _, to := range next[name] {
			if _, there := next[to]; !there {
				broken[name] = true
				continue
			}
			if _, seen := depth[to]; !seen {
				depth[to] = depth[name] + 1
				todo = append(todo, to)
			}
		}
	}
	var lost []string
	for _, n := range s.Nodes {
		if _, seen := depth[n.Name]; !seen && !slices.Contains(lost, n.Name) {
			lost = append(lost, n.Name)
			broken[n.Name] = true
		}
	}
	for i := 1; i < len(layers); i++ {
		above := layers[i-1]
		middle := func(name string) float64 { // of those above that lead here
			sum, count := 0.0, 0
			for x, from := range above {
				if slices.Contains(next[from], name) {
					sum += float64(x) - float64(len(above)-1)/2
					count++
				}
			}
			return sum / float64(max(count, 1))
		}
		slices.SortStableFunc(layers[i], func(a, b string) int {
			switch d := middle(a) - middle(b); {
			case d < 0:
				return -1
			case d > 0:
				return 1
			}
			return 0
		})
	}
	if len(lost) > 0 {
		layers = append(layers, lost)
	}
	return layers, broken
}

// mapLine joins two moments, with an arrow head at the second.
func mapLine(from, to ui.MapBox) ui.MapLine {
	x1, x2 := from.X+mapBoxW/2, to.X+mapBoxW/2
	if to.Y > from.Y {
		y1, y2 := from.Y+from.H, to.Y-8
		bend := (y2 - y1) / 2
		return ui.MapLine{
			Path:  fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1, y1+bend, x2, y2-bend, x2, y2),
			Arrow: fmt.Sprintf("M%d %dh10l-5 8z", x2-5, y2),
		}
	}
	// Up, or to one beside it: out at the right and in at the right.
	r1, r2 := from.X+mapBoxW, to.X+mapBoxW
	y1, y2 := from.Y+from.H/2, to.Y+to.H/2
	side := max(r1, r2) + mapGapX - 6
	return ui.MapLine{
		Path:  fmt.Sprintf("M%d %dC%d %d %d %d %d %d", r1, y1, side, y1, side, y2, r2+8, y2),
		Arrow: fmt.Sprintf("M%d %dv10l-8 -5z", r2+8, y2-5),
	}
}
