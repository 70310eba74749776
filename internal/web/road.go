package web

import (
	"slices"
	"strconv"
	"time"

	"abilita/course/cert"
	"abilita/course/gate"
	"abilita/internal/app"
	"abilita/internal/web/ui"
)

// road is a path as stations: the register, each requirement, the certificate. To
// keep one begins at the requirements, and a check half way is signed by nobody.
func road(b *ui.Base, h app.Home, p app.Path) []ui.Step {
	var steps []ui.Step
	if p.Enrolment.Track == cert.Full {
		steps = append(steps, registerStep(b, h, p))
	}
	for _, l := range p.Report.Lines {
		step := requirementStep(b, p.Report, l)
		step.Here = p.HasNext && l.Requirement.Key == p.Next.Requirement.Key
		steps = append(steps, step)
	}
	steps = append(steps, certificateStep(b, h, p))
	ahead := false
	for i := range steps {
		ahead = ahead || steps[i].Here
		steps[i].Ahead = ahead && i < len(steps)-1
	}
	return steps
}

// requirementStates is how the state of a requirement is drawn.
var requirementStates = map[cert.State]ui.State{
	cert.Done: ui.Done, cert.Doing: ui.Current, cert.Todo: ui.Todo, cert.Locked: ui.Locked, cert.Waiting: ui.Waiting, cert.Failed: ui.Warning, cert.Critical: ui.Critical,
}

// requirementStep is one requirement with what was done of it, in words.
func requirementStep(b *ui.Base, report cert.Report, l cert.Line) ui.Step {
	s := ui.Step{State: requirementStates[l.State], Title: l.Requirement.Title, Word: b.T("road.word_" + string(l.State)), Text: requirementText(b, report, l)}
	if l.State != cert.Locked {
		s.Href = requirementHref(l)
	}
	if l.State == cert.Doing && l.Needed > 1 && l.Needed <= 24 {
		s.Segments = ui.Segments(min(l.Done, l.Needed), l.Needed, false)
	}
	return s
}

func requirementText(b *ui.Base, report cert.Report, l cert.Line) string {
	kind := l.Requirement.Kind
	switch l.State {
	case cert.Done:
		if l.Requirement.Signers > 1 {
			return b.T("road.signed_by", "N", len(l.Signed), "Date", b.Date(l.At))
		}
		if l.Score >= 0 {
			return b.T("road.scored", "Score", score(b, l.Score), "Date", b.Date(l.At))
		}
		return b.T("road.on", "Date", b.Date(l.At))
	case cert.Locked:
		var before []string
		for _, key := range l.Requirement.After {
			if first, ok := report.Line(key); ok && first.State != cert.Done {
				before = append(before, lower(first.Requirement.Title))
			}
		}
		return b.T("road.after", "What", b.Join(before))
	case cert.Waiting:
		if l.OnlyUnsigned() {
			return b.T("road.unsigned", "N", l.Unsigned())
		}
		if kind == cert.Roleplay {
			return b.T("road.waiting_roleplay")
		}
		return b.T("road.waiting")
	case cert.Failed, cert.Critical:
		if l.Score >= 0 {
			return b.T("road.last", "Score", score(b, l.Score))
		}
	case cert.Doing, cert.Todo:
	}
	switch kind {
	case cert.Modules:
		return b.T("road.modules", "Done", min(l.Done, l.Needed), "Needed", l.Needed)
	case cert.Attendance:
		return b.T("road.attendance", "Done", min(l.Done, l.Needed), "Needed", l.Needed, "Planned", l.Requirement.Planned)
	case cert.Roleplay:
		if l.Done > 0 {
			return b.T("road.roleplay_count", "Done", min(l.Done, l.Needed), "Needed", l.Needed)
		}
	case cert.Checklist:
		if l.Requirement.Signers > 1 {
			return b.T("road.checklist_signers", "Done", min(l.Done, l.Needed), "Needed", l.Needed, "N", l.Requirement.Signers)
		}
	case cert.Quiz, cert.Pledge, cert.Station:
	}
	return b.T("road." + string(kind))
}

// score is hundredths of a percent as whole per cent.
func score(b *ui.Base, hundredths int) string { return b.Percent(float64(hundredths) / 10000) }

// requirementHref is where a volunteer goes on with a requirement; empty when
// somebody else does it.
func requirementHref(l cert.Line) string {
	switch l.Requirement.Kind {
	case cert.Modules:
		return "/study"
	case cert.Quiz:
		return "/quizzes"
	case cert.Roleplay, cert.Attendance:
		return "/sessions"
	case cert.Pledge, cert.Station:
		return "/checklists/" + l.Requirement.Key
	case cert.Checklist:
	}
	return ""
}

func requirementOf(p app.Path, kind cert.Kind) string {
	for _, l := range p.Report.Lines {
		if l.Requirement.Kind == kind && l.State != cert.Locked {
			return requirementHref(l)
		}
	}
	return ""
}

// lineReasons are the reasons of a path's line that do not depend on the channel.
func lineReasons(h app.Home, p app.Path) []gate.Reason {
	for _, a := range h.Answers {
		if a.Line == p.Line.Code {
			return a.Decision.Reasons
		}
	}
	return nil
}

func registerStep(b *ui.Base, h app.Home, p app.Path) ui.Step {
	s := ui.Step{State: ui.Done, Title: b.T("road.register"), Word: b.T("road.word_done"), Text: b.T("road.register_done")}
	for _, r := range lineReasons(h, p) {
		switch r.Code {
		case gate.NotInRegister:
			s.State, s.Word, s.Text = ui.Waiting, b.T("road.word_waiting"), b.T("road.register_waiting")
		case gate.InsuranceNotStarted:
			s.State, s.Word, s.Text = ui.Waiting, b.T("road.word_doing"), b.T("road.register_coming", "When", b.Boundary(r.When))
		default:
		}
	}
	return s
}

func certificateStep(b *ui.Base, h app.Home, p app.Path) ui.Step {
	s := ui.Step{State: ui.Locked, Title: b.T("road.certificate"), Text: b.T("road.certificate_locked")}
	switch p.Enrolment.Track {
	case cert.Renewal:
		s.Title = b.T("road.renewed")
	case cert.MidTerm:
		return ui.Step{State: ui.Locked, Title: b.T("road.check"), Text: b.T("road.check_todo")}
	case cert.Full:
	}
	for _, paper := range h.Papers {
		if paper.Enrolment != p.Enrolment.ID {
			continue
		}
		if paper.SignedAt == nil {
			s.State, s.Word, s.Text = ui.Waiting, b.T("road.word_waiting"), b.T("road.certificate_waiting")
			continue
		}
		s.State, s.Word, s.Text = ui.Done, b.T("road.word_done"), b.T("road.on", "Date", b.Date(*paper.SignedAt))
	}
	return s
}

// nextStep answers "what do I do now?": what runs out first, then the road.
func nextStep(b *ui.Base, h app.Home) *ui.NextStep {
	if !h.Paused.IsZero() {
		return &ui.NextStep{Title: b.T("home.next_paused"), Text: b.T("home.next_paused_text"), Action: "/pause/end", Label: b.T("home.resume")}
	}
	for _, d := range h.Due {
		if d.Impact != app.Recertify {
			return &ui.NextStep{Title: b.T("home.next_change"), Text: b.T("home.change_"+string(d.Impact), "Line", d.Line.Name, "Until", b.Until(d.By)), Href: changeHref(d.Release), Label: b.T("home.next_change_go")}
		}
	}
	if len(h.Renew) > 0 {
		r := h.Renew[0] // the next one is offered once this is begun
		key := "home.next_renew_text"
		if !h.Now.Before(*r.Certificate.ValidUntil) {
			key = "home.next_renew_over"
		}
		return &ui.NextStep{
			Title: b.T("home.next_renew"), Text: b.T(key, "Line", r.Line.Name, "Until", b.Until(*r.Certificate.ValidUntil), "By", b.Until(r.Until)),
			Action: "/certificates/" + strconv.FormatInt(r.Certificate.ID, 10) + "/renew", Label: b.T("home.renew"),
		}
	}
	for _, p := range h.Paths {
		if p.HasNext && p.Next.State != cert.Waiting {
			return requirementNext(b, p)
		}
	}
	for _, p := range h.Paths {
		if p.HasNext && p.Next.OnlyUnsigned() {
			return &ui.NextStep{Title: p.Next.Requirement.Title, Text: requirementText(b, p.Report, p.Next)}
		}
		if p.HasNext {
			return &ui.NextStep{Title: b.T("home.next_waiting"), Text: b.T("home.next_waiting_text", "What", lower(p.Next.Requirement.Title))}
		}
	}
	return settledNext(b, h)
}

// settledNext is what there is to say when every requirement is met.
func settledNext(b *ui.Base, h app.Home) *ui.NextStep {
	if len(h.Paths) == 0 {
		return nil
	}
	signing := slices.ContainsFunc(h.Paths, func(p app.Path) bool {
		return !slices.ContainsFunc(p.Report.Lines, func(l cert.Line) bool { return l.State != cert.Done }) && certificateStep(b, h, p).State == ui.Waiting
	})
	if signing {
		return &ui.NextStep{Title: b.T("home.next_signing"), Text: b.T("home.next_signing_text")}
	}
	for _, a := range h.Answers {
		if a.Decision.Granted() {
			return &ui.NextStep{Title: b.T("home.next_ready"), Text: b.T("home.next_ready_text")}
		}
	}
	for _, a := range h.Answers {
		if len(a.Decision.Reasons) > 0 {
			r := reason(b, a.Decision.Reasons[0])
			return &ui.NextStep{Title: b.T("home.next_else"), Text: b.T("home.next_else_text", "Reason", r.Title, "Next", r.Next)}
		}
	}
	return nil
}

func requirementNext(b *ui.Base, p app.Path) *ui.NextStep {
	l := p.Next
	n := &ui.NextStep{Title: l.Requirement.Title, Text: requirementText(b, p.Report, l), Href: requirementHref(l)}
	if l.Requirement.Kind == cert.Checklist {
		n.Href = "/sessions"
	}
	n.Label = b.T("road.go_" + string(l.Requirement.Kind))
	if l.Requirement.Kind == cert.Modules && len(l.Missing) > 0 {
		if m, ok := p.Module(l.Missing[0]); ok {
			n.Title, n.Href, n.About = b.T("road.next_modules", "Title", m.Title), "/study/"+m.ID, time.Duration(m.Minutes)*time.Minute
		}
	}
	return n
}
