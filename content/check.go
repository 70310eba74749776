package content

import (
	"slices"
	"strconv"

	"abilita/course/roleplay"
	"abilita/quiz"
)

// Check looks at what only the whole pack shows: names that lead nowhere, graphs
// that cannot be passed, papers that cannot be drawn, questions that give
// themselves away. It does not repeat the problems of Load.
func Check(p Pack) []Problem {
	return CheckWith(p, func(s Script) roleplay.Proof { return roleplay.Prove(s.Script) })
}

// CheckWith is Check where somebody else proves the scripts: who checks a pack
// again and again remembers what was proved.
func CheckWith(p Pack, prove func(Script) roleplay.Proof) []Problem {
	c := checker{pack: p, prove: prove}
	if p.Programme.Path == "" {
		c.add("no_programme", "", 0)
	} else {
		c.programme()
	}
	c.ids()
	c.modules()
	c.scripts()
	c.quizzes()
	c.media()
	c.unused()
	sortProblems(c.problems)
	return c.problems
}

type checker struct {
	pack     Pack
	prove    func(Script) roleplay.Proof
	problems []Problem
}

func (c *checker) add(code, file string, line int, args ...any) {
	col := min(line, 1)
	c.problems = append(c.problems, Problem{File: file, Line: line, Col: col, Severity: messages[code].severity, Code: code, Args: args})
}

// unknown is the problem of an id that names no file of a kind.
func (p Pack) unknown(file string, line int, id string, kind Kind) Problem {
	var ids []string
	for _, f := range p.Files() {
		if f.Kind == kind {
			ids = append(ids, f.ID)
		}
	}
	near := roleplay.Nearest(id, ids)
	return Problem{
		File: file, Line: line, Col: min(line, 1), Severity: messages["ref_unknown"].severity, Code: "ref_unknown",
		Args: []any{"id", id, "kind", kind, "near", near}, Fix: near,
	}
}

// kindOf returns the kind of the file with an id.
func (p Pack) kindOf(id string) (Kind, bool) {
	for _, f := range p.Files() {
		if f.ID == id && id != "" {
			return f.Kind, true
		}
	}
	return "", false
}

// refer notes an id that names no file, or one of another kind.
func (c *checker) refer(file string, line int, id string, kinds ...Kind) {
	kind, ok := c.pack.kindOf(id)
	switch {
	case !ok:
		c.problems = append(c.problems, c.pack.unknown(file, line, id, kinds[0]))
	case !slices.Contains(kinds, kind):
		c.add("ref_kind", file, line, "id", id, "kind", kind, "want", kinds[0])
	case kind == KindQuiz && !slices.ContainsFunc(c.pack.Exams, func(e Exam) bool { return e.File.ID == id }):
		c.add("ref_bank", file, line, "id", id)
	}
}

// ids must be one file's each.
func (c *checker) ids() {
	seen := map[string]string{}
	for _, f := range c.pack.Files() {
		if other, ok := seen[f.ID]; ok && f.ID != "" {
			c.add("id_twice", f.Path, 0, "id", f.ID, "other", other)
			continue
		}
		seen[f.ID] = f.Path
	}
	names := map[string]string{}
	for _, m := range c.pack.Modules {
		if other, ok := names[m.Short]; ok && m.Short != "" {
			c.add("short_twice", m.Path, 0, "name", m.Short, "other", other)
		}
		names[m.Short] = m.Path
	}
}

func (c *checker) modules() {
	requires := map[string][]string{}
	for _, m := range c.pack.Modules {
		requires[m.ID] = m.Requires
		for _, id := range m.Requires {
			c.refer(m.Path, 0, id, KindModule)
		}
	}
	for _, m := range c.pack.Modules {
		if circular(m.ID, requires) {
			c.add("circle", m.Path, 0, "name", m.ID)
		}
	}
}

// circular says whether following the names leads back to the first.
func circular(from string, next map[string][]string) bool {
	seen := map[string]bool{}
	todo := slices.Clone(next[from])
	for len(todo) > 0 {
		n := todo[0]
		todo = todo[1:]
		if n == from {
			return true
		}
		if !seen[n] {
			seen[n] = true
			todo = append(todo, next[n]...)
		}
	}
	return false
}

func (c *checker) scripts() {
	for _, s := range c.pack.Scripts {
		if len(s.Nodes) == 0 || len(s.Rubric.Criteria) == 0 {
			continue // the parser has said so
		}
		for _, f := range c.prove(s).Findings {
			c.add(f.Code, s.Path, f.Pos, f.Args...)
			c.problems[len(c.problems)-1].Walk = f.Walk
			if f.Code == roleplay.NodeUnknown || f.Code == roleplay.MarkUnknown {
				for i := 0; i+1 < len(f.Args); i += 2 {
					if near, ok := f.Args[i+1].(string); ok && f.Args[i] == "near" {
						c.problems[len(c.problems)-1].Fix = near
					}
				}
			}
		}
		if g := c.pack.Programme; g.Path != "" {
			if s.Line != g.Line {
				c.add("line_other", s.Path, 0, "line", s.Line, "want", g.Line)
			}
			if s.Channel != "" && !slices.Contains(g.Channels, s.Channel) {
				c.add("channel_other", s.Path, 0, "channel", s.Channel)
			}
		}
	}
}

func (c *checker) quizzes() {
	criteria := map[string]bool{}
	for _, r := range c.pack.Rubrics {
		for _, k := range r.Criteria {
			criteria[k.ID] = true
		}
	}
	for _, s := range c.pack.Scripts {
		for _, k := range s.Rubric.Criteria {
			criteria[k.ID] = true
		}
	}
	items := func(file string, list []quiz.Item) {
		for _, it := range list {
			if kind, ok := c.pack.kindOf(it.Module); (!ok || kind != KindModule) && len(c.pack.Modules) > 0 {
				c.add("item_module", file, it.Pos, "item", it.ID, "module", it.Module)
			}
			if it.Criterion != "" && !criteria[it.Criterion] {
				c.add("criterion_unknown", file, it.Pos, "item", it.ID, "mark", it.Criterion)
			}
		}
		c.problems = append(c.problems, bankCheck(file, list)...)
	}
	for _, b := range c.pack.Banks {
		items(b.Path, b.Items)
	}
	for _, e := range c.pack.Exams {
		if e.Bank == "" {
			items(e.Path, e.Items.Items)
		}
		if e.Bank != "" && len(e.Items.Items) == 0 {
			continue // its bank is missing or empty, which was said
		}
		known := true
		for _, m := range e.Blueprint.Modules {
			if kind, ok := c.pack.kindOf(m.Module); (!ok || kind != KindModule) && len(c.pack.Modules) > 0 {
				c.add("blueprint_module", e.Path, m.Pos, "module", m.Module)
				known = false
			}
		}
		if len(e.Blueprint.Modules) == 0 && (len(e.Blueprint.Levels) > 0 || e.Blueprint.Critical != quiz.AnyCritical) {
			c.add("blueprint_half", e.Path, 0)
		}
		if !known {
			continue // every other shortfall follows from that
		}
		retired := ""
		if n := len(e.Items.Items) - len(e.Items.InUse().Items); n > 0 {
			retired = strconv.Itoa(n)
		}
		for _, f := range quiz.Shortfalls(e.Items, e.Exam) {
			c.add(f.Code, e.Path, f.Pos, append(f.Args, "retired", retired)...)
		}
	}
}

var contentKinds = map[RequirementKind]Kind{
	ReqModules: KindModule, ReqQuiz: KindQuiz, ReqRoleplay: KindScript, ReqChecklist: KindChecklist, ReqPledge: KindChecklist,
	ReqStation: KindChecklist,
}

func (c *checker) programme() {
	g := c.pack.Programme
	sessions := map[string]bool{}
	for _, s := range g.Sessions {
		sessions[s.Key] = true
	}
	for _, list := range [][]Requirement{g.Requirements, g.Renewal, g.MidTerm} {
		c.requirements(list, sessions)
	}
}

// requirements looks at one list of the programme; "before" names keys of the
// same list.
func (c *checker) requirements(list []Requirement, sessions map[string]bool) {
	g := c.pack.Programme
	before := map[string][]string{}
	for _, r := range list {
		before[r.Key] = r.Before
	}
	for _, r := range list {
		kind, ok := contentKinds[r.Kind]
		for _, group := range r.Content {
			for _, id := range group.Of {
				if ok {
					c.refer(g.Path, max(group.Line, r.Line), id, kind)
				}
			}
		}
		for _, key := range r.Sessions {
			if !sessions[key] {
				c.add("session_unknown", g.Path, r.Line, "key", key)
			}
		}
		for _, key := range r.Before {
			if _, ok := before[key]; !ok {
				c.add("before_unknown", g.Path, r.Line, "key", key)
			}
		}
		if circular(r.Key, before) {
			c.add("circle", g.Path, r.Line, "name", r.Key)
		}
		for _, ch := range r.Channels {
			if !slices.Contains(g.Channels, ch) {
				c.add("channel_other", g.Path, r.Line, "channel", ch)
			}
		}
		if r.Kind == ReqPledge {
			c.signedBy(r, Volunteer, "pledge_signer")
		}
		if r.Signers > 1 {
			c.signedBy(r, Observer, "signers_own")
		}
	}
}

// signedBy points, with a code, at the lists of a requirement that are not for
// the signer to sign.
func (c *checker) signedBy(r Requirement, signer Signer, code string) {
	for _, group := range r.Content {
		for _, l := range c.pack.Checklists {
			if slices.Contains(group.Of, l.ID) && l.Signer != signer && l.Signer != "" {
				c.add(code, c.pack.Programme.Path, max(group.Line, r.Line), "id", l.ID)
			}
		}
	}
}

// unused points at files that nothing asks for.
func (c *checker) unused() {
	g := c.pack.Programme
	if g.Path == "" {
		return
	}
	used := map[string]bool{g.ID: true}
	var groups []Group
	for _, r := range g.Every() {
		groups = append(groups, r.Content...)
	}
	for _, group := range groups {
		for _, id := range group.Of {
			used[id] = true
		}
	}
	for _, e := range c.pack.Exams {
		used[e.Bank] = true
	}
	for _, s := range c.pack.Scripts {
		used[s.RubricID] = true
	}
	for _, f := range c.pack.Files() {
		// A script that nobody must pass is still there to practise.
		if !used[f.ID] && f.ID != "" && f.Kind != KindScript && f.Kind != KindRubric {
			c.add("unused", f.Path, 0, "id", f.ID)
		}
	}
}
