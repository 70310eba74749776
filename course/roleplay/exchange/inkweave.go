package exchange

import (
	"cmp"
	"slices"
	"strings"

	"abilita/course/roleplay"
	"abilita/internal/foreign"
)

// jump is a place that a divert leads to, settled when every node is known.
type jump struct {
	set  func(node string)
	name string
	from *knot
	at   int
}

// call is a tunnel that was entered, and where it comes back to.
type call struct {
	jump        // to the tunnel
	then string // node, when it is known
	next string // name, when it is not
}

// back is a node that leads out of a tunnel.
type back struct {
	node *roleplay.Node
	from *knot
	at   int
}

// thread is a node that also offers what a knot offers.
type thread struct {
	node *roleplay.Node
	jump
}

// node makes a node; name is what it is called after.
func (r *inkReader) node(name string, at int) *roleplay.Node {
	title := r.title(name)
	n := &roleplay.Node{Name: title, Title: title, Pos: at}
	r.nodes = append(r.nodes, n)
	return n
}

// place is a knot whose lines are made into nodes: at a depth, with the node to
// which the flow runs on at the end, "" for an ending.
type place struct {
	k     *knot
	depth int
	after string
	name  string // what nodes are called after
}

func (p place) deeper() place {
	p.depth++
	return p
}

// woven makes nodes of lines and returns the first.
func (r *inkReader) woven(p place, list []inkLine) string {
	body := list
	if list[0].kind == '-' {
		body = list[1:] // how deep the place is that is gathered to says nothing of what follows
	}
	p.depth = max(p.depth, shallowest(body))
	n := r.node(p.name, list[0].at)
	// The last gather of this depth first: what stands before runs on to it.
	for i := len(list) - 1; i > 0; i-- {
		if list[i].kind == '-' && list[i].depth == p.depth {
			p.after = r.woven(p, list[i:])
			list = list[:i]
		}
	}
	r.fill(p, n, list)
	return n.Name
}

// shallowest is the least depth of choices and gathers, 0 without any.
func shallowest(list []inkLine) int {
	least := 0
	for _, l := range list {
		if l.depth > 0 && (least == 0 || l.depth < least) {
			least = l.depth
		}
	}
	return least
}

// fill makes a node of lines without gathers: what is heard, then the choices.
// Where the flow parts, or leaves and comes back, another node follows.
func (r *inkReader) fill(p place, n *roleplay.Node, list []inkLine) {
	i, left, glue := 0, route{}, inkLine{}
	var offered []inkLine
	follow := func() string {
		if i+1 == len(list) && len(offered) == 0 {
			return r.runOut(p, n.Pos)
		}
		at := n.Pos
		if i+1 < len(list) {
			at = list[i+1].at
		}
		n, glue = r.node(p.name, at), inkLine{}
		return n.Name
	}
	for ; i < len(list); i++ {
		l := list[i]
		if l.kind == '*' && (!l.fallback || len(offered) > 0 || slices.ContainsFunc(list[i+1:], func(m inkLine) bool { return m.kind == '*' && m.depth <= l.depth })) {
			break
		}
		r.label(p.k, l, n)
		if left.leaves() {
			p.unread(list[i : i+1])
			continue
		}
		switch l.kind {
		case '<':
			r.threads = append(r.threads, thread{n, jump{nil, l.text, p.k, l.at}})
			continue
		case '?':
			ways, more := hoist(l.ways)
			offered = append(offered, more...)
			if len(ways) == 0 {
				continue
			}
			from, next := n, ""
			last := i+1 == len(list) && len(offered) == 0
			if !last || slices.ContainsFunc(ways, runsOn) {
				next = follow()
			}
			if r.part(p, from, ways, next); last {
				return
			}
			continue
		}
		r.tags(p.k, n, l)
		if l.text != "" {
			n.Heard = hear(n.Heard, glue, l)
			glue = l
		} else if l.glue[0] { // glue alone
			glue.glue[1] = true
			glue.joint = cmp.Or(glue.joint, l.joint)
		}
		if len(l.route.through) == 0 {
			left = l.route
			continue
		}
		if len(r.calls)+len(l.route.through) > 4*maxNodes {
			p.k.told("too_many_passages", l.at, "max", maxNodes)
			continue
		}
		from, next := n, ""
		last := i+1 == len(list) && len(offered) == 0
		if l.route.leaves() {
			p.unread(list[i+1:])
			last = true
		} else {
			next = follow()
		}
		if r.tunnel(p, from, l, next); last {
			return
		}
	}
	list = slices.Concat(offered, list[i:])
	for i = 0; i < len(list); {
		j := i + 1
		for j < len(list) && (list[j].kind != '*' || list[j].depth > max(p.depth, list[i].depth)) {
			j++
		}
		r.option(p, n, list[i], list[i+1:j])
		i = j
	}
	switch {
	case len(n.Choices) > 0:
		if n.End != nil {
			n.End = nil
			p.k.told("tag_lost", n.Pos, "tag", "end")
		}
		if left.leaves() {
			p.k.lost("-> "+left.to, left.at)
		}
	default:
		r.goOn(p, n, left)
	}
}

// maxGlued is how long a line may grow by glue, in bytes.
const maxGlued = 4 << 10

// hear adds a line to what is heard, to the line before where glue holds them.
func hear(heard []roleplay.Speech, before, l inkLine) []roleplay.Speech {
	if last := len(heard) - 1; last >= 0 && (before.glue[1] || l.glue[0]) && len(heard[last].Text) < maxGlued {
		heard[last].Text += cmp.Or(before.joint, l.joint) + l.text
		return heard
	}
	return append(heard, speech(l.text))
}

func (r *inkReader) label(k *knot, l inkLine, n *roleplay.Node) {
	if l.label == "" {
		return
	}
	r.labels[strings.TrimPrefix(k.path+"."+l.label, ".")] = n.Name
	if of := k.top() + "." + l.label; r.labels[of] == "" { // from elsewhere in the knot its name alone will do
		r.labels[of] = n.Name
	}
}

// hoist takes the choices out of ways to go on: Ink offers them with those that
// follow. ways is nil when nothing else is in them.
func hoist(list [][]inkLine) (ways [][]inkLine, offered []inkLine) {
	some := false
	for _, w := range list {
		i := slices.IndexFunc(w, func(l inkLine) bool { return l.kind == '*' })
		if i >= 0 {
			offered, w = append(offered, w[i:]...), w[:i]
		}
		w = slices.Clone(w)
		for j := range w {
			if w[j].kind == '?' {
				inner, more := hoist(w[j].ways)
				w[j].ways, offered = inner, append(offered, more...)
			}
		}
		w = slices.DeleteFunc(w, func(l inkLine) bool { return l.kind == '?' && len(l.ways) == 0 })
		some = some || len(w) > 0
		ways = append(ways, w)
	}
	if !some {
		return nil, offered
	}
	return ways, offered
}

// rest is the node of what follows a choice.
func (r *inkReader) rest(p place, list []inkLine, at int) string {
	if len(list) > 0 {
		return r.woven(p, list)
	}
	return r.runOut(p, at)
}

// runOut is where the flow goes on to when nothing is left to read.
func (r *inkReader) runOut(p place, at int) string {
	if p.after != "" {
		return p.after
	}
	p.k.told("end_assumed", at)
	return r.end()
}

// part lets a node lead on in one of several ways, after which next follows. In the
// story its state would choose, here chance does, or whoever leads.
func (r *inkReader) part(p place, n *roleplay.Node, ways [][]inkLine, next string) {
	n.End = nil
	for _, w := range ways {
		v := roleplay.Variant{Text: "…", To: next, Pos: n.Pos}
		var left route
		if len(w) > 0 && w[0].kind == 't' && len(w[0].route.through) == 0 && !w[0].route.back {
			l := w[0]
			if l.text != "" {
				s := speech(l.text)
				v.Who, v.Text = s.Who, s.Text
			}
			for _, tag := range l.tags {
				p.k.told("tag_lost", l.at, "tag", foreign.Short(tag))
			}
			left, v.Pos, w = l.route, l.at, w[1:]
		}
		i := len(n.Variants)
		switch {
		case left.to != "":
			r.jumps = append(r.jumps, jump{func(to string) { n.Variants[i].To = to }, left.to, p.k, left.at})
			p.unread(w)
		case len(w) > 0:
			on := p.deeper()
			on.after = next
			v.To = r.woven(on, w)
		}
		n.Variants = append(n.Variants, v)
	}
}

// runsOn says that what follows a way comes after it.
func runsOn(w []inkLine) bool {
	return !slices.ContainsFunc(w, func(l inkLine) bool {
		return l.route.leaves() || l.kind == '?' && !slices.ContainsFunc(l.ways, runsOn)
	})
}

// unread tells of lines that nothing leads to.
func (p place) unread(list []inkLine) {
	for _, l := range list {
		if text := cmp.Or(l.text, l.offer); text != "" {
			p.k.told("text_unread", l.at, "text", foreign.Short(text))
		}
		for _, w := range l.ways {
			p.unread(w)
		}
	}
}

// tunnel lets a node lead through knots that come back, each to the next.
func (r *inkReader) tunnel(p place, n *roleplay.Node, l inkLine, next string) {
	n.End = nil
	i := r.lead(n)
	r.jumps = append(r.jumps, jump{func(to string) { n.Variants[i].To = to }, l.route.through[0], p.k, l.at})
	for j, name := range l.route.through {
		c := call{jump: jump{nil, name, p.k, l.at}}
		switch {
		case j+1 < len(l.route.through): // a step of its own, so that each comes back to its place
			m := r.node(p.name, l.at)
			k := r.lead(m)
			r.jumps = append(r.jumps, jump{func(to string) { m.Variants[k].To = to }, l.route.through[j+1], p.k, l.at})
			c.then = m.Name
		case l.route.to != "":
			c.next = l.route.to
		case l.route.back:
			m := r.node(p.name, l.at)
			r.goOn(p, m, route{back: true, at: l.at})
			c.then = m.Name
		default:
			c.then = next
		}
		r.calls = append(r.calls, c)
	}
}

// tags reads the tags of a line that is heard.
func (r *inkReader) tags(k *knot, n *roleplay.Node, l inkLine) {
	for _, tag := range l.tags {
		if success, known := ending(tag); known {
			n.End = &roleplay.Ending{Success: success}
			continue
		}
		if m := titleTag.FindStringSubmatch(tag); m != nil && k.path == "" && r.script.Title == "" {
			r.script.Title = m[1]
			continue
		}
		k.told("tag_lost", l.at, "tag", foreign.Short(tag))
	}
}

// goOn lets a node without choices lead on by itself, or end.
func (r *inkReader) goOn(p place, n *roleplay.Node, left route) {
	switch {
	case left.to == "END", left.to == "DONE", !left.leaves() && p.after == "":
		if n.End == nil {
			n.End = &roleplay.Ending{Success: true}
			p.k.told("end_assumed", max(left.at, n.Pos))
		}
		return
	case left.to != "":
		i := r.lead(n)
		r.jumps = append(r.jumps, jump{func(to string) { n.Variants[i].To = to }, left.to, p.k, left.at})
	case left.back:
		r.lead(n)
		r.backs = append(r.backs, back{n, p.k, left.at})
	default:
		n.Variants[r.lead(n)].To = p.after
	}
	n.End = nil
}

// lead makes the last thing heard the one thing that leads on.
func (r *inkReader) lead(n *roleplay.Node) int {
	v := roleplay.Variant{Text: "…", Pos: n.Pos}
	if last := len(n.Heard) - 1; last >= 0 {
		v.Who, v.Text = n.Heard[last].Who, n.Heard[last].Text
		n.Heard = n.Heard[:last]
	}
	n.Variants = append(n.Variants, v)
	return len(n.Variants) - 1
}

// option reads a choice and what follows from it.
func (r *inkReader) option(p place, n *roleplay.Node, l inkLine, content []inkLine) {
	k, text := p.k, l.offer
	switch {
	case l.fallback: // made when no other is left; here the others always are
		k.lost("* ->", l.at)
		text = "…"
	case text == "":
		k.told("offer_empty", l.at)
		text = "…"
	}
	c := choice(text, "")
	c.Pos = l.at
	for _, tag := range l.tags {
		if !mark(tag, &c.Effect) {
			k.told("tag_lost", l.at, "tag", foreign.Short(tag))
		}
	}
	at := len(n.Choices)
	n.Choices = append(n.Choices, c)
	set := func(to string) { n.Choices[at].To = to }
	// What is heard once the choice is made: its own end, then what is written below it.
	said := inkLine{at: l.at, kind: 't', text: l.text, glue: l.glue, joint: l.joint, label: l.label, route: l.route}
	if l.text != "" || l.label != "" || l.route.back || len(l.route.through) > 0 {
		set(r.woven(p.deeper(), slices.Concat([]inkLine{said}, content)))
		return
	}
	if l.route.to == "" {
		set(r.rest(p.deeper(), content, l.at))
		return
	}
	p.unread(content)
	r.jumps = append(r.jumps, jump{set, l.route.to, k, l.route.at})
}

// end is the one node that END leads to.
func (r *inkReader) end() string {
	if r.done == "" {
		n := r.node("fine", 0)
		n.End = &roleplay.Ending{Success: true}
		r.done = n.Name
	}
	return r.done
}
