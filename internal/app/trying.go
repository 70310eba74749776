package app

import (
	"context"
	"slices"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/content/markdown"
	"abilita/course/coursedb"
	"abilita/course/roleplay"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/quiz"
)

// Faults of trying.
var (
	ErrTryKind   = fault.New(fault.Invalid, "draft.try_kind")
	ErrTryBroken = fault.New(fault.Conflict, "draft.try_broken")
)

// DraftPreview is a file of a draft as its readers will meet it.
type DraftPreview struct {
	DraftPage
	File DraftEntry
	Preview
}

// Preview is a file as its readers meet it. Only what fits its kind is there.
type Preview struct {
	Module    *content.Module
	HTML      string // of a module, rendered as when it is published
	Outline   []markdown.Heading
	Script    *content.Script
	Proof     roleplay.Proof
	Heat      roleplay.Heat    // of a published script: where people went who practised
	Practised *roleplay.Script // the script that Heat is of; nil when nothing is told
	Items     []quiz.Item      // of a bank or an exam
	Exam      *content.Exam
	Rubric    *content.Rubric
	Checklist *content.Checklist
	Programme *content.Programme
}

// Preview shows a file of a draft as it is kept.
func (x *Drafts) Preview(ctx context.Context, who people.Actor, id int64, path string) (DraftPreview, error) {
	page, err := x.Read(ctx, who, id)
	if err != nil {
		return DraftPreview{}, err
	}
	p, err := x.draftPreview(ctx, page, path)
	if err != nil || p.Script == nil || p.File.Published == "" {
		return p, err
	}
	return p, x.heat(ctx, &p.Preview, p.LineID, content.HashOf(p.File.Published))
}

// practiceRuns is how many practice calls the map of a script tells of at most.
const practiceRuns = 2000

// heat adds up where people went who practised a published script on a line. Nobody is
// named, and nothing is told of a few.
func (x *Drafts) heat(ctx context.Context, p *Preview, line int64, hash string) error {
	script, err := x.library.script(ctx, hash)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	runs, err := coursedb.New(x.db.Read()).EndedRuns(ctx, line, script.File.ID, hash, practiceRuns)
	if err != nil {
		return err
	}
	var list []roleplay.Played
	for _, r := range runs {
		run, err := roleplay.Replay(script.Script, uint64(r.Seed), nil, r.Choices.V)
		if err == nil {
			list = append(list, roleplay.Played{By: r.Person, Run: run})
		}
	}
	if p.Heat = roleplay.Gather(script.Script, list); p.Heat.Told() {
		p.Practised = &script.Script
	}
	return nil
}

// PreviewTyped shows a file of a draft as it was typed. Nothing of it is kept.
func (x *Drafts) PreviewTyped(ctx context.Context, who people.Actor, id int64, path, body string) (DraftPreview, error) {
	page, err := x.Check(ctx, who, id, path, body)
	if err != nil {
		return DraftPreview{}, err
	}
	return x.draftPreview(ctx, page, path)
}

func (x *Drafts) draftPreview(ctx context.Context, page DraftPage, path string) (DraftPreview, error) {
	var err error
	p := DraftPreview{DraftPage: page}
	if p.File, err = page.Entry(path); err != nil {
		return p, err
	}
	if p.File.Change == content.Removed {
		return p, people.ErrHidden
	}
	p.Preview, err = x.preview(ctx, &p.pack, page.Dir()+"/"+path, p.File.Kind)
	return p, err
}

// preview shows the file of a pack that was loaded from a path.
func (x *Drafts) preview(ctx context.Context, pack *content.Pack, path string, kind content.Kind) (Preview, error) {
	var p Preview
	is := func(f content.File) bool { return f.Path == path }
	switch kind {
	case content.KindModule:
		p.Module = at(pack.Modules, func(m content.Module) bool { return is(m.File) })
		return p, x.render(ctx, *pack, &p)
	case content.KindScript:
		if p.Script = at(pack.Scripts, func(s content.Script) bool { return is(s.File) }); p.Script != nil && len(p.Script.Nodes) > 0 {
			p.Proof = x.proofs.in(*pack)(*p.Script)
		}
	case content.KindQuiz:
		if bank := at(pack.Banks, func(b content.Bank) bool { return is(b.File) }); bank != nil {
			p.Items = bank.Items
		}
		if p.Exam = at(pack.Exams, func(e content.Exam) bool { return is(e.File) }); p.Exam != nil {
			p.Items = p.Exam.Items.Items
		}
	case content.KindRubric:
		p.Rubric = at(pack.Rubrics, func(r content.Rubric) bool { return is(r.File) })
	case content.KindChecklist:
		p.Checklist = at(pack.Checklists, func(c content.Checklist) bool { return is(c.File) })
	case content.KindProgramme:
		p.Programme = &pack.Programme
	}
	return p, nil
}

// at finds the first element that fits, nil when none does.
func at[T any](list []T, fits func(T) bool) *T {
	if i := slices.IndexFunc(list, fits); i >= 0 {
		return &list[i]
	}
	return nil
}

// render makes the page of a module, at most so many at once; a text that the
// guard refuses has no page, and the checks say why.
func (x *Drafts) render(ctx context.Context, pack content.Pack, p *Preview) error {
	if p.Module == nil {
		return nil
	}
	leave, err := x.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	doc, err := markdown.RenderPage([]byte(p.Module.Body), pack.Page(*p.Module))
	if fault.KindOf(err) == fault.Invalid {
		return nil
	}
	p.HTML, p.Outline = doc.HTML, doc.Outline
	return err
}

// CallTrial is a call of a draft, played to see how it goes: nothing of it is kept.
type CallTrial struct {
	Call
	Draft DraftPage
	File  DraftEntry
	Seed  uint64
}

// TryScript plays a script of a draft from its beginning with what was chosen so
// far. A seed of 0 draws one.
func (x *Drafts) TryScript(ctx context.Context, who people.Actor, id int64, path string, seed uint64, inputs []int) (CallTrial, error) {
	p, err := x.Preview(ctx, who, id, path)
	if err != nil {
		return CallTrial{}, err
	}
	t := CallTrial{Draft: p.DraftPage, File: p.File, Seed: seed}
	if p.Script == nil {
		return t, people.ErrHidden
	}
	if t.Seed == 0 {
		if t.Seed, err = newSeed(); err != nil {
			return t, err
		}
		t.Seed >>= 32 // at most ten digits: it goes through an address, where a longer number may read as that of a card
	}
	numbers, err := coursedb.New(x.db.Read()).Directory(ctx, p.LineID)
	if err != nil {
		return t, err
	}
	t.Line, t.Script = p.Line, filled(*p.Script, who.Name, numbers)
	if t.Run, err = roleplay.Replay(t.Script.Script, t.Seed, nil, inputs); err != nil {
		return t, ErrTryBroken
	}
	t.Scene, t.Remarks, t.Result = roleplay.Now(t.Script.Script, t.Run), roleplay.Remarks(t.Script.Script, t.Run), roleplay.Score(t.Script.Script, t.Run)
	t.Stored.State = "running"
	if t.Run.Over {
		t.Stored.State = "ended"
	}
	return t, nil
}

// QuizTrial is a paper of a draft, answered to see how it goes: nothing is kept.
type QuizTrial struct {
	Draft DraftPage
	File  DraftEntry
	Exam  content.Exam
	Seed  uint64
	Paper quiz.Paper
}

// TryQuiz draws a paper of a draft; the questions of a bank are a paper of all.
func (x *Drafts) TryQuiz(ctx context.Context, who people.Actor, id int64, path string, seed uint64) (QuizTrial, error) {
	p, err := x.Preview(ctx, who, id, path)
	if err != nil {
		return QuizTrial{}, err
	}
	t := QuizTrial{Draft: p.DraftPage, File: p.File, Seed: seed}
	if p.File.Kind != content.KindQuiz {
		return t, people.ErrHidden
	}
	if len(p.Items) == 0 {
		return t, ErrTryBroken
	}
	t.Exam = content.Exam{Exam: quiz.Exam{Threshold: 80, Attempts: 1}}
	if p.Exam != nil {
		t.Exam = *p.Exam
	}
	if t.Seed == 0 {
		if t.Seed, err = newSeed(); err != nil {
			return t, err
		}
		t.Seed >>= 32
	}
	if t.Paper, err = quiz.Draw(quiz.Bank{Items: p.Items}, t.Exam.Exam, t.Seed, nil); err != nil {
		return t, ErrTryBroken
	}
	return t, nil
}

// History is every release of a programme in a language.
type History struct {
	Line     coursedb.Line
	Title    string
	Releases []contentdb.Published
	Draft    *contentdb.Draft
	MayWrite bool
	Keys     bool // the reader may see the keys of its questions
}

// History lists what was published of a programme, the newest first.
func (x *Drafts) History(ctx context.Context, who people.Actor, programme, lang string) (History, error) {
	desk, err := x.Desk(ctx, who)
	if err != nil {
		return History{}, err
	}
	i := slices.IndexFunc(desk.Programmes, func(p DeskProgramme) bool {
		return p.Release != nil && p.Release.Programme == programme && p.Release.Lang == lang
	})
	if i < 0 {
		return History{}, people.ErrHidden
	}
	p := desk.Programmes[i]
	h := History{Line: p.Line, Title: p.Title, Draft: p.Draft, MayWrite: p.MayWrite}
	q := x.db.Read()
	_, err = lineFor(ctx, q, who, people.ReadItems, func(l coursedb.Line) bool { return l.ID == p.Line.ID })
	if h.Keys = err == nil; !h.Keys && fault.KindOf(err) != fault.NotFound {
		return h, err
	}
	h.Releases, err = contentdb.New(q).Releases(ctx, programme, lang)
	return h, err
}

// ReleaseDiff is what a release changed.
type ReleaseDiff struct {
	ReleasePage
	Changed []content.DraftFile // that differ; of those that are sealed no text
	Media   []content.DraftMedium
}

// Changes compares a release with the one before it, file by file.
func (x *Drafts) Changes(ctx context.Context, who people.Actor, programme, lang string, release int64) (ReleaseDiff, error) {
	page, err := x.Release(ctx, who, programme, lang, release)
	if err != nil {
		return ReleaseDiff{}, err
	}
	d := ReleaseDiff{ReleasePage: page}
	before, shown := map[string]string{}, []content.Medium(nil)
	if d.Before != nil {
		if before, shown, err = x.sources(ctx, d.Before.ID); err != nil {
			return d, err
		}
	}
	after, now, err := x.sources(ctx, release)
	if err != nil {
		return d, err
	}
	d.Media = changedMedia(shown, now)
	var written []content.Written
	for path, body := range after {
		w := content.Written{Path: path, Body: body}
		if old, ok := before[path]; ok {
			w.Base = content.HashOf(old)
		}
		written = append(written, w)
	}
	for path, old := range before {
		if _, ok := after[path]; !ok {
			written = append(written, content.Written{Path: path, Removed: true, Base: content.HashOf(old)})
		}
	}
	for _, f := range content.Compose(before, written) {
		if f.Change == content.Same {
			continue
		}
		if d.sealed(f.Kind) {
			f.Body, f.Published = "", ""
		}
		d.Changed = append(d.Changed, f)
	}
	return d, nil
}

// sources are the files of a release by path.
func (x *Drafts) sources(ctx context.Context, release int64) (map[string]string, []content.Medium, error) {
	e, err := x.library.edition(ctx, release)
	if err != nil {
		return nil, nil, err
	}
	files := map[string]string{}
	for _, v := range e.versions {
		files[v.Path] = v.Source
	}
	return files, inside(e.Pack.Name+"/"+e.Pack.Lang, e.Pack.Media), nil
}
