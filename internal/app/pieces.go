package app

import (
	"context"

	"abilita/content"
	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/scheduler/schedulerdb"
)

// Piece is evidence as people read it: what it is about, and who judged.
type Piece struct {
	coursedb.Evidence
	Title    string   // of the module, test, call, list or session
	By       string   // name of who judged or signed; empty when the program did
	Judges   []string // names, where the judgements of several count
	Accord   string   // how several came to the result, empty otherwise
	Replaced bool     // a later piece corrects it
}

// pieces puts titles and names to evidence, in its order.
func (x *Course) pieces(ctx context.Context, q pg.Q, ed *edition, list []coursedb.Evidence) ([]Piece, error) {
	var who []people.ID
	var sessions []int64
	replaced := map[cert.EvidenceID]bool{}
	for _, e := range list {
		who = append(append(who, e.Author), e.Judges()...)
		if e.Kind == "attendance" {
			sessions = append(sessions, e.Ref)
		}
		replaced[e.Corrects] = true
	}
	names, err := peopledb.New(q).Names(ctx, who)
	if err != nil {
		return nil, err
	}
	titles, err := schedulerdb.New(q).Titles(ctx, sessions)
	if err != nil {
		return nil, err
	}
	kinds := map[string]content.Kind{
		"module": content.KindModule, "prior": content.KindModule, "quiz": content.KindQuiz, "roleplay": content.KindScript, "checklist": content.KindChecklist, "pledge": content.KindChecklist, "station": content.KindChecklist,
	}
	out := make([]Piece, 0, len(list))
	for _, e := range list {
		p := Piece{Evidence: e, By: names[e.Author], Replaced: replaced[e.ID]}
		p.Accord, _ = e.Detail["accord"].(string)
		for _, j := range e.Judges() {
			p.Judges = append(p.Judges, names[j])
		}
		if e.Kind == "attendance" {
			p.Title = titles[e.Ref]
		} else if v, err := ed.version(kinds[e.Kind], e.Item); err == nil {
			p.Title = v.Title
		}
		if p.Title == "" {
			if r, ok := ed.requirement(e.Requirement); ok {
				p.Title = r.Title
			}
		}
		out = append(out, p)
	}
	return out, nil
}
