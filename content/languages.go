package content

import (
	"maps"
	"reflect"
	"slices"
)

// other says whether a language is the one that a text could be told in besides
// its own; nobody's is not.
func other(lang, own string) bool { return lang != own && (lang == "it" || lang == "en") }

// In is the file with its title in a language, where its writer gave it. What it
// holds stays in its own: Lang says which.
func (f File) In(lang string) File {
	if other(lang, f.Lang) && f.Other != "" {
		f.Title = f.Other
	}
	return f
}

// In is the module with its title and objectives in a language, where their writer
// gave them.
func (m Module) In(lang string) Module {
	if other(lang, m.Lang) && len(m.Abroad) > 0 {
		m.Objectives = m.Abroad
	}
	m.File = m.File.In(lang)
	return m
}

// In is the programme with its title and those of its requirements in a language,
// where their writer gave them.
func (p Programme) In(lang string) Programme {
	for _, list := range []*[]Requirement{&p.Requirements, &p.Renewal, &p.MidTerm} {
		*list = slices.Clone(*list)
		for i := range *list {
			(*list)[i] = (*list)[i].in(other(lang, p.Lang))
		}
	}
	p.File = p.File.In(lang)
	return p
}

func (r Requirement) in(abroad bool) Requirement {
	if abroad && r.Other != "" {
		r.Title = r.Other
	}
	return r
}

// In is the pack as somebody finds their way in it who reads a language: titles
// and objectives in that language, where their writer gave them; the texts
// themselves in their own. Papers and evidence are made of the pack itself.
func (p Pack) In(lang string) Pack {
	if !other(lang, p.Lang) {
		return p
	}
	p.Programme = p.Programme.In(lang)
	p.Modules = each(p.Modules, func(m *Module) { *m = m.In(lang) })
	p.Scripts = each(p.Scripts, func(s *Script) { s.File = s.File.In(lang) })
	p.Rubrics = each(p.Rubrics, func(r *Rubric) { r.File = r.File.In(lang) })
	p.Banks = each(p.Banks, func(b *Bank) { b.File = b.File.In(lang) })
	p.Exams = each(p.Exams, func(e *Exam) { e.File = e.File.In(lang) })
	p.Checklists = each(p.Checklists, func(c *Checklist) { c.File = c.File.In(lang) })
	return p
}

// each is a list with something done to a copy of each.
func each[T any](list []T, do func(*T)) []T {
	list = slices.Clone(list)
	for i := range list {
		do(&list[i])
	}
	return list
}

// Translates says whether two packs are one course in two languages: the same files
// in the same versions, and a programme that asks the same. Then who learns by one
// has done what the other asks. Whoever changes a text changes its version, so a
// text that its translation has not followed yet is another course.
func (p Pack) Translates(o Pack) bool {
	return p.Lang != o.Lang && maps.Equal(p.versions(), o.versions()) && reflect.DeepEqual(p.Programme.asked(), o.Programme.asked())
}

// versions is the version of each file, by kind and id.
func (p Pack) versions() map[string]string {
	all := map[string]string{}
	for _, f := range p.Files() {
		all[string(f.Kind)+" "+f.ID] = f.Version
	}
	return all
}

// asked is a programme without its words and without when and how its meetings
// and its launch are held: what it asks of people, and what that enables.
func (p Programme) asked() Programme {
	p.File, p.Intro, p.Launch = File{ID: p.ID}, "", nil
	p.Hours, p.Cover, p.ConfirmDays, p.MicroDays = 0, 0, 0, 0
	for _, list := range []*[]Requirement{&p.Requirements, &p.Renewal, &p.MidTerm} {
		*list = each(*list, func(r *Requirement) {
			r.Title, r.Other, r.Line = "", "", 0
			r.Content = each(r.Content, func(g *Group) { g.Line = 0 })
		})
	}
	p.Sessions = each(p.Sessions, func(s *SessionPlan) { *s = SessionPlan{Key: s.Key, Kind: s.Kind, Count: s.Count} })
	return p
}
