package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"abilita/course/roleplay"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/i18n"
	"abilita/internal/web/ui"
)

func (s *Server) callRoutes(r routes) {
	r.get("/calls", s.showCalls)
	r.post("/calls/start", s.startCall)
	r.get("/calls/:id", s.showCall)
	r.post("/calls/:id", s.sayInCall)
	r.post("/calls/:id/back", s.backInCall)
	r.post("/calls/:id/end", s.endCall)
	r.get("/calls/:id/debrief", s.showDebrief)
	r.post("/calls/:id/reflection", s.reflectOnCall)
}

func callPath(id int64) string { return "/calls/" + strconv.FormatInt(id, 10) }

func (s *Server) showCalls(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	list, err := s.App.Practice.List(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	t := s.printer(c)
	p := &ui.Tasks{Heading: t.T("call.list"), Lead: t.T("call.list_text"), Nothing: ui.EmptyState{Title: t.T("call.none"), Text: t.T("call.none_text")}}
	p.Printer, p.Title = t, t.T("call.list")
	group := map[int64]int{}
	first := true
	for _, k := range list {
		i, ok := group[k.Line.ID]
		if !ok {
			i = len(p.Groups)
			group[k.Line.ID] = i
			p.Groups = append(p.Groups, ui.TaskGroup{ID: strconv.FormatInt(k.Line.ID, 10), Title: k.Line.Name})
		}
		p.Zone = k.Line.Location()
		p.Holds(k.Lang)
		row := ui.TaskRow{Title: capital(k.Title), Action: "/calls/start", Name: "script", Value: k.Key, Do: t.T("call.begin"), Mark: ui.Mark{State: ui.Todo, Word: t.T("call.never")}}
		if k.Last != nil {
			row.Text = t.T("call.times", "N", k.Runs)
			row.Mark, row.Do = callMark(t, *k.Last.Passed, false), t.T("call.begin_again")
			row.More = &ui.Link{Href: callPath(k.Last.ID) + "/debrief", Text: t.T("call.last", "Score", *k.Last.Score/100)}
		}
		if k.Open != nil {
			row.Href, row.Mark = callPath(k.Open.ID), ui.Mark{State: ui.Current, Word: t.T("state.now")}
			row.More = &ui.Link{Href: row.Href, Text: t.T("call.go_on")}
		}
		row.Go = first && k.Last == nil && k.Open == nil
		first = first && !row.Go
		p.Groups[i].Rows = append(p.Groups[i].Rows, row)
	}
	return p, nil
}

func (s *Server) startCall(c *gin.Context) (ui.View, error) {
	var body struct {
		Script string `json:"script"`
	}
	in, err := httpd.Decode(c, &body)
	if err != nil {
		return nil, err
	}
	cmd := httpd.CommandOf(c, in, "/calls/{id}")
	if _, err := s.App.Practice.Start(c.Request.Context(), httpd.ActorOf(c), cmd, body.Script); err != nil {
		return nil, err
	}
	return seeOther(cmd.Location()), nil
}

func (s *Server) showCall(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.callPage(c)
}

func (s *Server) callPage(c *gin.Context) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	k, err := s.App.Practice.Read(c.Request.Context(), httpd.ActorOf(c), number)
	if err != nil {
		return nil, err
	}
	path := callPath(number)
	p := callScene(s.printer(c), k)
	p.Action, p.Back = path, &ui.Link{Href: "/calls", Text: p.T("call.leave")}
	if k.Ended() {
		p.Ended = &ui.Link{Href: path + "/debrief", Text: p.T("call.see")}
		return p, nil
	}
	if k.Scene.Step > 0 {
		p.BackAction = path + "/back"
	}
	p.EndAction = path + "/end"
	return p, nil
}

// callScene is a call as it stands: what was said and, unless it is over, what
// can be said now.
func callScene(t i18n.Printer, k app.Call) *ui.Call {
	p := &ui.Call{Heading: capital(k.Script.File.Title), Kind: t.T("call.kind", "Line", k.Line.Name+", "+t.T("gate.channel_"+k.Script.Channel)), Step: k.Scene.Step}
	p.Printer, p.Title, p.Zone, p.Focus = t, capital(k.Script.File.Title), k.Line.Location(), true
	p.Holds(k.Script.Lang)
	turns := transcript(t, k)
	for i := range turns {
		turns[i].Lang = p.ContentLang
	}
	if last := len(turns) - 1; last >= 0 {
		p.Earlier, p.Last = turns[:last], turns[last:]
	} else {
		p.Scene = plain(k.Script.Intro) + " "
	}
	for _, said := range k.Scene.Said {
		switch {
		case said.Act:
			p.Scene += said.Text + " "
		case p.Says == "":
			p.Caller, p.Says = said.Who, said.Text
		default:
			p.Says += " " + strings.TrimPrefix(said.Who+": "+said.Text, ": ")
		}
	}
	p.Scene = strings.TrimSpace(p.Scene)
	p.Voice = voice(t, k)
	for _, st := range k.Script.Rubric.Statements {
		check := ui.Check{State: ui.Todo, Title: st.Name, Note: plain(st.Text)}
		if said(k.Remarks, st.ID) {
			check.State, check.Note = ui.Done, t.T("call.said")
		}
		p.Statements = append(p.Statements, check)
	}
	if k.Ended() {
		return p
	}
	for i, o := range k.Scene.Options {
		choice := ui.Choice{Value: strconv.Itoa(i), Text: o.Text, Act: o.Act}
		if o.Act {
			choice.Text = "(" + o.Text + ")"
		}
		p.Choices = append(p.Choices, choice)
	}
	p.Choices = append(p.Choices, ui.Choice{Value: "silence", Text: t.T("call.say_nothing"), Act: true, Silence: true})
	if k.Scene.Turn > 0 {
		p.Silence = &ui.Silence{Seconds: int(k.Scene.Turn.Seconds()), Text: t.T("call.silence_text")}
	}
	return p
}

func said(remarks []roleplay.Remark, statement string) bool {
	return slices.ContainsFunc(remarks, func(r roleplay.Remark) bool {
		return slices.ContainsFunc(r.Statements, func(s roleplay.Statement) bool { return s.ID == statement })
	})
}

// voice is how the caller feels, and which way it went with the last step.
func voice(t i18n.Printer, k app.Call) ui.Voice {
	mood := k.Run.Mood
	v := ui.Voice{Level: mood, Text: t.T("call.mood_" + moodWord(mood))}
	if n := len(k.Remarks); n > 0 {
		switch change := k.Remarks[n-1].Mood; {
		case change > 0:
			v.Change = t.T("call.mood_up")
		case change < 0:
			v.Change = t.T("call.mood_down")
		}
	}
	return v
}

func moodWord(mood int) string {
	switch {
	case mood <= -2:
		return "low"
	case mood < 0:
		return "tense"
	case mood == 0:
		return "even"
	case mood == 1:
		return "calm"
	}
	return "warm"
}

// transcript is what was said before the present scene. The volunteer's own
// words carry what they were worth.
func transcript(t i18n.Printer, k app.Call) []ui.Turn {
	nodes := map[string]roleplay.Node{}
	for _, n := range k.Script.Nodes {
		nodes[n.Name] = n
	}
	path := k.Run.Path
	end := len(path) - 1
	for end > 0 && len(nodes[path[end-1].Node].Variants) > 0 {
		end--
	}
	var turns []ui.Turn
	remark, stayed := 0, false
	for i, v := range path {
		n := nodes[v.Node]
		if i < end && !stayed {
			for _, h := range n.Heard {
				turns = append(turns, ui.Turn{Who: h.Who, Text: h.Text})
			}
		}
		stayed = v.Taken == roleplay.Stayed
		switch {
		case i >= end:
		case stayed:
			turns = append(turns, ui.Turn{Who: t.T("call.you"), Mine: true, Text: "(" + t.T("call.say_nothing_done") + ")"})
		case v.Taken >= 0 && len(n.Variants) > 0:
			turns = append(turns, ui.Turn{Who: n.Variants[v.Taken].Who, Text: n.Variants[v.Taken].Text})
		case v.Taken >= 0 && remark < len(k.Remarks):
			r := k.Remarks[remark]
			remark++
			text := r.Choice
			if r.Act {
				text = "(" + text + ")"
			}
			turns = append(turns, ui.Turn{Who: t.T("call.you"), Mine: true, Text: text, Feedback: feedback(t, r)})
		}
	}
	return turns
}

// feedback is what a choice was worth, in a word and the trainer's comment.
func feedback(t i18n.Printer, r roleplay.Remark) *ui.Feedback {
	f := &ui.Feedback{Mark: worth(t, r), Text: plain(r.Note)}
	if f.Text == "" {
		var parts []string
		for _, l := range r.Levels {
			parts = append(parts, t.T("call.level_line", "Name", l.Name, "Taken", l.Taken, "Best", l.Best))
		}
		f.Text = strings.Join(parts, " ")
	}
	return f
}

func worth(t i18n.Printer, r roleplay.Remark) ui.Mark {
	taken, best := 0, 0
	for _, l := range r.Levels {
		taken, best = taken+l.Taken, best+l.Best
	}
	switch {
	case len(r.Errors) > 0:
		return ui.Mark{State: ui.Critical, Word: t.T("call.error", "Name", r.Errors[0].Name)}
	case best > 0 && taken < best:
		return ui.Mark{State: ui.Warning, Word: t.T("call.could_be_better")}
	}
	return ui.Mark{State: ui.Done, Word: t.T("call.well_said")}
}

func (s *Server) sayInCall(c *gin.Context) (ui.View, error) {
	var body struct {
		Step   int    `json:"step"`
		Choice string `json:"choice"`
	}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	in, err := httpd.Decode(c, &body)
	if err != nil {
		return nil, err
	}
	who, cmd := httpd.ActorOf(c), httpd.CommandOf(c, in, callPath(number))
	if body.Choice == "silence" {
		err = s.App.Practice.Silence(c.Request.Context(), who, cmd, number, body.Step)
	} else if option, bad := strconv.Atoi(body.Choice); bad != nil {
		err = roleplay.ErrNoSuchChoice
	} else {
		err = s.App.Practice.Choose(c.Request.Context(), who, cmd, number, body.Step, option)
	}
	return s.afterStep(c, number, err)
}

// afterStep leads to the call as it stands now. A late or wrong step is a
// conflict that shows it too.
func (s *Server) afterStep(c *gin.Context, number int64, err error) (ui.View, error) {
	if err != nil {
		c.Set(lateKey, http.StatusConflict)
		return again(func() (ui.View, error) { return s.callPage(c) }, err)
	}
	return seeOther(callPath(number)), nil
}

func (s *Server) backInCall(c *gin.Context) (ui.View, error) {
	var body struct {
		Step int `json:"step"`
	}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	in, err := httpd.Decode(c, &body)
	if err != nil {
		return nil, err
	}
	err = s.App.Practice.Back(c.Request.Context(), httpd.ActorOf(c), httpd.CommandOf(c, in, callPath(number)), number, body.Step)
	return s.afterStep(c, number, err)
}

func (s *Server) endCall(c *gin.Context) (ui.View, error) {
	var body struct{}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	in, err := httpd.Decode(c, &body)
	if err != nil {
		return nil, err
	}
	then := callPath(number) + "/debrief"
	err = s.App.Practice.End(c.Request.Context(), httpd.ActorOf(c), httpd.CommandOf(c, in, then), number)
	if err != nil && !errors.Is(err, roleplay.ErrRunEnded) {
		return nil, err
	}
	return seeOther(then), nil
}

func (s *Server) showDebrief(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.debrief(c, nil)
}

func (s *Server) debrief(c *gin.Context, typed *string) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	k, err := s.App.Practice.Read(c.Request.Context(), httpd.ActorOf(c), number)
	if err != nil {
		return nil, err
	}
	if k.Stored.State == "running" {
		return seeOther(callPath(number)), nil
	}
	p := callDebrief(s.printer(c), k)
	p.Again = &ui.Option{Value: k.Stored.ScriptKey, Label: p.T("call.try_again")}
	p.ReflectAction, p.Question, p.Reflection = callPath(number)+"/reflection", p.T("call.reflect"), k.Stored.Reflection
	if typed != nil {
		p.Reflection = *typed
	}
	p.Back = &ui.Link{Href: "/calls", Text: p.T("call.list")}
	if k.Stored.EndedAt != nil {
		p.Kind += " · " + p.DayTime(*k.Stored.EndedAt)
	}
	if k.Scene.Ending != nil && k.Scene.Ending.Question != "" {
		p.Question = k.Scene.Ending.Question
	}
	return p, nil
}

// callDebrief tells how a call went.
func callDebrief(t i18n.Printer, k app.Call) *ui.CallDebrief {
	p := &ui.CallDebrief{
		Heading: capital(k.Script.File.Title), Passed: k.Result.Passed, Score: int(k.Result.Score) / 100, Threshold: k.Script.Threshold, Verdict: callVerdict(t, k.Script.Rubric, k.Result, k.Script.Threshold),
		Scores: rubricScores(t, k.Script.Rubric, k.Result), Kind: t.T("call.training"),
	}
	p.Printer, p.Title, p.Zone = t, capital(k.Script.File.Title), k.Line.Location()
	p.Holds(k.Script.Lang)
	if !k.Run.Over {
		p.Verdict.Text = t.T("call.hung_up")
	}
	titles := map[string]string{}
	for _, n := range k.Script.Nodes {
		titles[n.Name] = momentTitle(n)
	}
	for _, r := range k.Remarks {
		m := worth(t, r)
		text := r.Choice
		if note := plain(r.Note); note != "" {
			text += " " + note
		}
		p.Walk = append(p.Walk, ui.Step{State: m.State, Title: titles[r.Node], Word: m.Word + ".", Text: text})
		if len(r.Errors) > 0 && p.Instead == "" {
			p.Instead = better(k, r.Node)
		}
	}
	for _, st := range k.Script.Rubric.Statements {
		check := ui.Check{State: ui.None, Title: st.Name, Note: t.T("call.not_due")}
		switch {
		case said(k.Remarks, st.ID):
			check.State, check.Note = ui.Done, t.T("call.said")
		case slices.ContainsFunc(k.Result.Missing, func(d roleplay.Due) bool { return d.Statement == st.ID }):
			check.State, check.Note = ui.Stopped, t.T("call.not_said")
		case !k.Result.Success: // the call broke off before anybody could tell
			check.Note = t.T("call.not_said")
		}
		p.Statements = append(p.Statements, check)
	}
	return p
}

// momentTitle is the title of a moment of a script, as people read it.
func momentTitle(n roleplay.Node) string { return capital(strings.ReplaceAll(n.Title, "-", " ")) }

// capital begins a title with a capital letter: in a file it follows the kind
// and a colon.
func capital(title string) string {
	first, size := utf8.DecodeRuneInString(title)
	if size == 0 {
		return title
	}
	return string(unicode.ToUpper(first)) + title[size:]
}

// better is the best thing that could have been said at a node.
func better(k app.Call, node string) string {
	best, top := "", -1
	for _, n := range k.Script.Nodes {
		if n.Name != node {
			continue
		}
		for _, c := range n.Choices {
			sum := 0
			for _, l := range c.Effect.Levels {
				sum += l.Value
			}
			if len(c.Effect.Errors) == 0 && !c.Act && sum > top {
				best, top = c.Text, sum
			}
		}
	}
	return best
}

func (s *Server) reflectOnCall(c *gin.Context) (ui.View, error) {
	var body struct {
		Words string `json:"reflection"`
	}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return act(c, &body, callPath(number)+"/debrief?done=saved", func(cmd *app.Command) error {
		return s.App.Practice.Reflect(c.Request.Context(), httpd.ActorOf(c), cmd, number, body.Words)
	}, func() (ui.View, error) { return s.debrief(c, &body.Words) })
}
