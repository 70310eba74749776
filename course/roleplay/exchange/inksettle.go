package exchange

import (
	"slices"

	"abilita/course/roleplay"
	"abilita/internal/foreign"
)

// What a story may join.
const (
	maxReturns = 12   // places that a tunnel comes back to
	maxOffered = 4000 // choices that threads add
)

// settle leads every divert to its node, every tunnel back, and gives nodes what
// their threads offer.
func (r *inkReader) settle() {
	for _, j := range r.jumps {
		if place := r.stored[j.name]; place != "" && r.find(j.from, j.name) == "" { // a variable: what it may hold later is not known
			j.from.lost("-> "+j.name, j.at)
			j.name = place
		}
		if j.name == "END" || j.name == "DONE" {
			j.set(r.end())
			j.from.told("end_assumed", j.at)
			continue
		}
		to := r.find(j.from, j.name)
		if to == "" {
			j.from.told("target_unknown", j.at, "name", foreign.Short(j.name))
			to = j.name
		}
		j.set(to)
	}
	r.comeBack()
	r.join()
	for _, n := range r.nodes {
		n.Variants = distinct(n.Variants)
	}
}

// distinct drops variants that say the same and lead to the same place.
func distinct(list []roleplay.Variant) []roleplay.Variant {
	type same struct{ who, text, to string }
	seen := map[same]bool{}
	return slices.DeleteFunc(list, func(v roleplay.Variant) bool {
		key := same{v.Who, v.Text, v.To}
		twice := seen[key]
		seen[key] = true
		return twice
	})
}

// comeBack leads out of tunnels, to every place from which they are entered.
func (r *inkReader) comeBack() {
	returns := map[string][]string{} // by knot
	for _, c := range r.calls {
		k := r.knot(c.from, c.name)
		if k == nil {
			continue
		}
		to := c.then
		if to == "" && (c.next == "END" || c.next == "DONE") {
			to = r.end()
			c.from.told("end_assumed", c.at)
		} else if to == "" {
			if to = r.find(c.from, c.next); to == "" {
				c.from.told("target_unknown", c.at, "name", foreign.Short(c.next))
				continue
			}
		}
		if list := returns[k.top()]; len(list) <= maxReturns && !slices.Contains(list, to) {
			returns[k.top()] = append(returns[k.top()], to)
		}
	}
	for _, b := range r.backs {
		list := returns[b.from.top()]
		v := &b.node.Variants[len(b.node.Variants)-1]
		if len(list) != 1 {
			b.from.lost("->->", b.at)
		}
		if len(list) == 0 {
			v.To = r.end()
			b.from.told("end_assumed", b.at)
			continue
		}
		v.To = list[0]
		for _, to := range list[1:min(len(list), maxReturns)] {
			more := *v
			more.To = to
			b.node.Variants = append(b.node.Variants, more)
			v = &b.node.Variants[len(b.node.Variants)-1]
		}
	}
}

// join gives the nodes that run threads what those say and offer. A thread that
// goes on elsewhere before it offers anything is left as it was told.
func (r *inkReader) join() {
	byName := map[string]*roleplay.Node{}
	for _, n := range r.nodes {
		byName[n.Name] = n
	}
	of := map[*roleplay.Node][]thread{}
	for _, t := range r.threads {
		of[t.node] = append(of[t.node], t)
	}
	seen := map[*roleplay.Node]bool{}
	left := maxOffered
	var add func(n *roleplay.Node)
	add = func(n *roleplay.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, t := range of[n] {
			from := byName[r.find(t.from, t.name)]
			if from == nil {
				t.from.told("target_unknown", t.at, "name", foreign.Short(t.name))
				continue
			}
			if add(from); len(n.Variants) > 0 || len(from.Choices) > left {
				continue
			}
			left -= len(from.Choices)
			n.Heard = append(n.Heard, from.Heard...)
			if n.Choices = append(n.Choices, from.Choices...); len(n.Choices) > 0 {
				n.End = nil
			}
		}
	}
	for _, t := range r.threads {
		add(t.node)
	}
}

// knot is the knot or stitch of a name, nearest first: beside, then in the knot,
// then by its whole path.
func (r *inkReader) knot(from *knot, name string) *knot {
	for _, path := range []string{from.path + "." + name, from.top() + "." + name, name} {
		if k := r.byPath[path]; k != nil {
			return k
		}
	}
	return nil
}

// find is the node of a name, nearest first: a stitch or label beside, then in the
// knot, then a path.
func (r *inkReader) find(from *knot, name string) string {
	for _, path := range []string{from.path + "." + name, from.top() + "." + name, name} {
		if n := r.labels[path]; n != "" {
			return n
		}
		k := r.byPath[path]
		for k != nil && k.entry == "" && k.first != "" {
			k = r.byPath[k.first]
		}
		if k != nil && k.entry != "" {
			return k.entry
		}
	}
	return ""
}
