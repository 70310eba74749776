package web

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/content"
	"abilita/course/roleplay"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/web/ui"
	"abilita/quiz"
)

// previewDraftFile shows a file of a draft as its readers will meet it.
func (s *Server) previewDraftFile(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	v, err := s.App.Drafts.Preview(c.Request.Context(), httpd.ActorOf(c), number, fileOf(c))
	if err != nil {
		return nil, err
	}
	p := &ui.DraftPreview{Base: s.base(c, v.Line.Location()), Heading: capital(v.File.Title)}
	b := &p.Base
	p.Title, p.Back = p.Heading, &ui.Link{Href: draftPath(v.ID), Text: capital(v.Title)}
	p.About = b.T("draft.kind_of_"+string(v.File.Kind)) + " · " + draftAbout(b, v.DraftPage)
	p.Tabs = fileTabs(b, v.ID, v.File, "/preview")
	s.previewed(b, p, v.Preview, v.File.Kind, draftFilePath(v.ID, v.File.Path))
	return p, nil
}

// previewed fills in the file itself. Written is the address where its text is written,
// "" where it is written no more.
func (s *Server) previewed(b *ui.Base, p *ui.DraftPreview, v app.Preview, kind content.Kind, written string) {
	switch {
	case v.Module != nil && v.HTML == "", kind == content.KindScript && (v.Script == nil || len(v.Script.Nodes) == 0):
		p.Notice = &ui.Notice{Mark: ui.Mark{State: ui.Stopped, Word: b.T("draft.no_preview")}, Text: b.T("draft.no_preview_text")}
		if written != "" {
			p.Notice.Action = &ui.Link{Href: written, Text: b.T("draft.to_text")}
		}
	case v.Module != nil:
		p.Body, p.Objectives = ui.Rendered(v.HTML), v.Module.Objectives
		p.Facts = []ui.Fact{{Term: b.T("draft.duration"), Value: b.Exactly(v.Module.Duration)}, {Term: b.T("draft.reading"), Value: b.T("draft.minutes", "N", v.Module.Minutes)}}
	case v.Script != nil:
		scriptPreview(b, p, v, written)
	case kind == content.KindQuiz:
		quizPreview(b, p, v, written)
	case v.Checklist != nil:
		p.Scene = plain(v.Checklist.Intro)
		for _, i := range v.Checklist.Items {
			group(p, i.Group, b.T("draft.items")).Items = append(group(p, i.Group, b.T("draft.items")).Items, ui.Check{State: ui.Todo, Title: i.Name, Note: plain(i.Text)})
		}
	case v.Rubric != nil:
		p.Scene = plain(v.Rubric.Intro)
		rubricPreview(b, p, v.Rubric.Rubric)
	case v.Programme != nil:
		programmePreview(b, p, *v.Programme)
	}
}

// group is the part of a list with a title; it begins one where there is none.
func group(p *ui.DraftPreview, title, otherwise string) *ui.CheckGroup {
	title = cmp.Or(title, otherwise)
	for i := range p.Checks {
		if p.Checks[i].Title == title {
			return &p.Checks[i]
		}
	}
	p.Checks = append(p.Checks, ui.CheckGroup{ID: "g" + strconv.Itoa(len(p.Checks)), Title: title})
	return &p.Checks[len(p.Checks)-1]
}

func rubricPreview(b *ui.Base, p *ui.DraftPreview, r roleplay.Rubric) {
	for _, d := range r.Statements {
		g := group(p, b.T("draft.statements"), "")
		g.Items = append(g.Items, ui.Check{State: ui.Todo, Title: d.ID + " " + d.Name, Note: plain(d.Text)})
	}
	for _, e := range r.Errors {
		g := group(p, b.T("draft.critical"), "")
		g.Items = append(g.Items, ui.Check{State: ui.Critical, Title: e.ID + " " + e.Name, Note: plain(e.Text)})
	}
	for _, k := range r.Criteria {
		g := group(p, b.T("draft.criteria"), "")
		var levels []string
		for i, l := range k.Levels {
			levels = append(levels, strconv.Itoa(i)+" "+l)
		}
		g.Items = append(g.Items, ui.Check{State: ui.None, Title: k.ID + " " + k.Name + " (" + strconv.Itoa(k.Weight) + "%)", Note: strings.Join(levels, " · ")})
	}
}

func programmePreview(b *ui.Base, p *ui.DraftPreview, g content.Programme) {
	p.Facts = []ui.Fact{{Term: b.T("draft.line"), Value: g.Line}, {Term: b.T("draft.channels"), Value: channels(b, g.Channels)}}
	for _, part := range []struct {
		title string
		list  []content.Requirement
	}{{b.T("draft.requirements"), g.Requirements}, {b.T("draft.renewal"), g.Renewal}, {b.T("draft.midterm"), g.MidTerm}} {
		for _, r := range part.list {
			var what []string
			for _, c := range r.Content {
				what = append(what, strings.Join(c.Of, ", "))
			}
			k := group(p, part.title, "")
			k.Items = append(k.Items, ui.Check{State: ui.Todo, Title: r.Title, Note: strings.Join(append(what, r.Sessions...), ", ")})
		}
	}
}

// scriptPreview shows every moment of a script with where each choice leads.
func scriptPreview(b *ui.Base, p *ui.DraftPreview, v app.Preview, written string) {
	p.Scene = plain(v.Script.Intro)
	p.Tries = tries(b, written)
	heat := practisedOf(v)
	endings := 0
	for i, n := range v.Script.Nodes {
		node := ui.PreviewNode{ID: "n-" + n.Name, Title: momentTitle(n)}
		if written != "" {
			node.Line = &ui.Link{Href: written + "#L" + strconv.Itoa(n.Pos), Text: b.T("draft.line_n", "N", n.Pos)}
		}
		if i == 0 {
			node.Title += " (" + b.T("draft.start") + ")"
		}
		for _, h := range n.Heard {
			node.Heard = append(node.Heard, ui.Turn{Who: h.Who, Text: plain(h.Text)})
		}
		for _, x := range n.Choices {
			choice := previewChoice(b, x)
			if heat != nil {
				times, _, told := heat.choice(n.Name, x)
				choice.Taken = heat.takenWords(b, n.Name, times, told)
			}
			node.Choices = append(node.Choices, choice)
		}
		for _, x := range n.Variants {
			said := ui.PreviewChoice{State: ui.Todo, Text: strings.TrimPrefix(x.Who+": "+plain(x.Text), ": "), Marks: b.T("draft.variant"), To: leads(b, x.To)}
			if heat != nil {
				times, told := heat.variant(n.Name, x)
				said.Taken = heat.takenWords(b, n.Name, times, told)
			}
			node.Choices = append(node.Choices, said)
		}
		if n.End != nil {
			endings++
			node.End = &ui.Mark{State: ui.Stopped, Word: b.T("draft.end_bad")}
			if n.End.Success {
				node.End = &ui.Mark{State: ui.Done, Word: b.T("draft.end_good")}
			}
			node.EndText = n.End.Question
		}
		p.Nodes = append(p.Nodes, node)
	}
	p.Facts = []ui.Fact{{Term: b.T("draft.moments"), Value: b.Number(len(v.Script.Nodes))}, {Term: b.T("draft.endings"), Value: b.Number(endings)}, {Term: b.T("draft.threshold"), Value: b.Percent(float64(v.Script.Threshold) / 100)}}
	if v.Proof.Walks > 0 {
		p.Facts = append(p.Facts, ui.Fact{Term: b.T("draft.walks"), Value: b.T("draft.walks_text", "Walks", v.Proof.Walks, "Passing", v.Proof.Passing, "Best", int(v.Proof.Best)/100)})
	}
	p.Map = scriptMap(b, v.Script.Script, heat)
	switch {
	case heat != nil:
		p.Map.Heat = heat.table(b)
	case v.Heat.Runs > 0:
		p.Map.Heat = &ui.MapHeat{Text: b.T("draft.heat_few", "N", roleplay.FewPeople)}
	}
	rubricPreview(b, p, v.Script.Rubric)
}

func leads(b *ui.Base, to string) *ui.Link {
	if to == roleplay.Back {
		return &ui.Link{Href: "#h-nodes", Text: b.T("draft.back")}
	}
	return &ui.Link{Href: "#n-" + to, Text: to}
}

func previewChoice(b *ui.Base, x roleplay.Choice) ui.PreviewChoice {
	row := ui.PreviewChoice{State: ui.Done, Text: plain(x.Text), To: leads(b, x.To)}
	if x.Act {
		row.Text = "(" + row.Text + ")"
	}
	marks := append([]string{}, x.Effect.Statements...)
	for _, l := range x.Effect.Levels {
		marks = append(marks, l.Criterion+"="+strconv.Itoa(l.Value))
	}
	marks = append(marks, x.Effect.Errors...)
	if x.Effect.Mood != 0 {
		marks = append(marks, b.T("draft.mood")+" "+signed(x.Effect.Mood))
	}
	row.Marks = strings.Join(marks, " ")
	switch {
	case len(x.Effect.Errors) > 0:
		row.State = ui.Critical
	case x.Effect.Silent:
		row.State = ui.None
	}
	return row
}

func signed(n int) string {
	if n > 0 {
		return "+" + strconv.Itoa(n)
	}
	return strings.Replace(strconv.Itoa(n), "-", "−", 1)
}

// tries begin a trial of what is being written.
func tries(b *ui.Base, written string) []ui.Try {
	if written == "" {
		return nil
	}
	return []ui.Try{{Href: written + "/try", Text: b.T("draft.try_it"), Note: b.T("draft.try_note")}}
}

// quizPreview shows every question with its answers marked.
func quizPreview(b *ui.Base, p *ui.DraftPreview, v app.Preview, written string) {
	if len(v.Items) > 0 {
		p.Tries = tries(b, written)
	}
	p.Facts = []ui.Fact{{Term: b.T("draft.questions"), Value: b.Number(len(v.Items))}}
	if v.Exam != nil {
		p.Facts = append(p.Facts, ui.Fact{Term: b.T("draft.threshold"), Value: b.Percent(float64(v.Exam.Threshold) / 100)})
		if n := v.Exam.Blueprint.Total(); n > 0 {
			p.Facts = append(p.Facts, ui.Fact{Term: b.T("draft.drawn"), Value: b.Number(n)})
		}
	}
	for i, it := range v.Items {
		row := ui.PreviewItem{Number: i + 1, ID: "i-" + it.ID, Stem: plain(it.Stem), Explanation: plain(it.Explanation), Critical: it.Critical}
		about := []string{it.ID, b.T("quiz.kind_" + string(it.Type)), it.Module}
		if it.Critical {
			about = append(about, b.T("quiz.critical_item"))
		}
		about = append(about, it.Tags...)
		if it.Retired != "" {
			about = append(about, b.T("item.retired_because", "Reason", plain(it.Retired)))
		}
		row.About = strings.Join(about, " · ")
		row.Options = itemAnswers(b, it)
		p.Items = append(p.Items, row)
	}
}

func itemAnswers(b *ui.Base, it quiz.Item) []ui.Check {
	var list []ui.Check
	add := func(state ui.State, title, note string) {
		list = append(list, ui.Check{State: state, Title: plain(title), Note: note})
	}
	for i, o := range it.Options {
		note := plain(o.Feedback)
		switch {
		case it.Type == quiz.Order:
			add(ui.Done, strconv.Itoa(i+1)+". "+o.Text, note)
		case o.Key == quiz.Right:
			add(ui.Done, o.Text, strings.TrimSpace(b.T("draft.right")+" "+note))
		case o.Key == quiz.Best:
			add(ui.Done, o.Text, strings.TrimSpace(b.T("quiz.best")+" "+note))
		case o.Key == quiz.Worst:
			add(ui.Stopped, o.Text, strings.TrimSpace(b.T("quiz.worst")+" "+note))
		default:
			add(ui.Todo, o.Text, note)
		}
	}
	for _, pair := range it.Pairs {
		if pair.Left == "" {
			add(ui.Todo, pair.Right, b.T("draft.decoy"))
			continue
		}
		add(ui.Done, pair.Left+" → "+pair.Right, "")
	}
	for _, g := range it.Gaps {
		add(ui.Done, strings.Join(g, " | "), b.T("draft.right"))
	}
	if it.Type == quiz.Number {
		add(ui.Done, it.Value.String()+" ± "+it.Tolerance.String(), b.T("draft.right"))
	}
	if it.Type == quiz.Open {
		add(ui.Waiting, b.T("draft.by_person"), "")
	}
	return list
}
