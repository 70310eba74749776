package app

import (
	"context"
	"errors"
	"slices"

	"abilita/content"
	"abilita/content/contentdb"
	"abilita/course/coursedb"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/quiz"
	"abilita/quiz/itemstat"
	"abilita/quiz/quizdb"
)

// ItemFile is an item of the bank with all that is known of it.
type ItemFile struct {
	contentdb.BankItem
	Content        quiz.Item // as the newest release that holds it has it
	ProgrammeTitle string
	BankTitle      string
	ModuleTitle    string
	Path           string // of its file in the programme
	FileLine       int    // where it begins there
	On             coursedb.Line
	Uses           []ItemUse
	History        []ItemChange // the newest first
	Figures        ItemFigures
	Draft          *contentdb.Draft  // of the programme, that somebody works on; nil: none
	InDraft        *content.ItemText // as it stands there; nil: it does not, or there is none
	MayWrite       bool
}

// ItemUse is an exam that draws from the bank of an item.
type ItemUse struct {
	Exam, Title  string
	Requirements []string // titles of those that ask for the exam
	Count        int      // items of the same module on each paper; 0: all of the bank, or none
	Of           int      // items of the module in use, among which they are drawn
	Whole        bool     // a paper asks every item of the bank
	Never        bool     // papers ask nothing of its module
	Percent      int      // of a paper that is of its level; 0: as it falls
}

// ItemChange is a release that changed an item.
type ItemChange struct {
	contentdb.Edition
	Kind          ItemChangeKind
	Before, After string // as it stood in its file
}

// ItemChangeKind is what a release did to an item.
type ItemChangeKind string

// The kinds.
const (
	ItemAdded    ItemChangeKind = "added"
	ItemEdited   ItemChangeKind = "edited"
	ItemWithdrew ItemChangeKind = "retired"
	ItemRestored ItemChangeKind = "restored"
	ItemRemoved  ItemChangeKind = "removed"
)

// ItemFigures is how an item does, as it is written now.
type ItemFigures struct {
	itemstat.Figures
	Shown     int   // on how many papers, those of other wordings left out
	Otherwise int   // on how many papers with another wording
	Worst     []int // of a situation: how often each option was called the worst; nil below the smallest number
}

// Read opens an item of the lines that somebody may see.
func (x *Items) Read(ctx context.Context, who people.Actor, id int64) (ItemFile, error) {
	var f ItemFile
	if err := who.MustSomewhere(people.ReadItems); err != nil {
		return f, err
	}
	q := x.db.Read()
	courses, store := coursedb.New(q), contentdb.New(q)
	lines, err := courses.LinesWithin(ctx, who.Reach(people.ReadItems))
	if err != nil {
		return f, err
	}
	if f.BankItem, err = store.Item(ctx, codes(lines), id); err != nil {
		return f, err
	}
	f.On = *at(lines, func(l coursedb.Line) bool { return l.Code == f.Line })
	if err := x.asPublished(ctx, &f); err != nil {
		return f, err
	}
	editions, err := store.Editions(ctx, f.Programme, f.Lang, f.Bank)
	if err != nil {
		return f, err
	}
	f.History = itemHistory(editions, f.Lang, f.Item)
	if f.Figures, err = itemFigures(ctx, q, editions, f.Content); err != nil {
		return f, err
	}
	return f, x.asWritten(ctx, q, who, &f)
}

// asPublished fills in what the release says that holds the item.
func (x *Items) asPublished(ctx context.Context, f *ItemFile) error {
	e, err := x.drafts.library.edition(ctx, f.Release)
	if err != nil {
		return err
	}
	v, err := e.version(content.KindQuiz, f.Bank)
	if err != nil {
		return err
	}
	f.ProgrammeTitle, f.BankTitle, f.Path, f.ModuleTitle = e.Pack.Programme.Title, v.Title, v.Path, f.Module
	items := []quiz.Item{}
	for _, b := range e.Pack.Banks {
		if b.File.ID == f.Bank {
			items = b.Items
		}
	}
	for _, exam := range e.Pack.Exams {
		if exam.File.ID == f.Bank {
			items = exam.Items.Items
		}
	}
	it := at(items, func(it quiz.Item) bool { return it.ID == f.Item })
	if it == nil {
		return contentdb.ErrNoItem
	}
	f.Content, f.FileLine = *it, it.Pos
	if m := at(e.Pack.Modules, func(m content.Module) bool { return m.ID == f.Module }); m != nil {
		f.ModuleTitle = m.Title
	}
	if f.State != content.ItemGone {
		f.Uses = itemUses(e.Pack, f.Bank, f.Content)
	}
	return nil
}

// asWritten fills in what somebody finds who may write: the draft of the programme,
// and the item in it.
func (x *Items) asWritten(ctx context.Context, q pg.Q, who people.Actor, f *ItemFile) error {
	if who.ID == 0 || who.MustSomewhere(people.WriteContent) != nil {
		return nil
	}
	lines, err := coursedb.New(q).LinesWithin(ctx, who.Reach(people.WriteContent))
	if err != nil {
		return err
	}
	f.MayWrite = slices.ContainsFunc(lines, func(l coursedb.Line) bool { return l.ID == f.On.ID })
	if !f.MayWrite {
		return nil
	}
	d, err := contentdb.New(q).LivingDraft(ctx, f.Programme, f.Lang)
	if errors.Is(err, contentdb.ErrNoContent) {
		return nil
	}
	if err != nil {
		return err
	}
	p, err := x.drafts.lay(ctx, q, who, people.WriteContent, d.ID, nil)
	if errors.Is(err, people.ErrHidden) { // of another line: somebody moved the programme
		return nil
	}
	if err != nil {
		return err
	}
	f.Draft = &d
	if file, err := p.Entry(f.Path); err == nil && file.Change != content.Removed {
		if t, err := content.FindItem(file.Body, f.Lang, f.Item); err == nil {
			f.InDraft = &t
		}
	}
	return nil
}

// itemUses lists the exams that draw from a bank, and how they come to an item.
func itemUses(pack content.Pack, bank string, it quiz.Item) []ItemUse {
	var list []ItemUse
	for _, e := range pack.Exams {
		if e.Bank != bank && (e.Bank != "" || e.File.ID != bank) {
			continue
		}
		u := ItemUse{Exam: e.File.ID, Title: e.File.Title, Whole: len(e.Blueprint.Modules) == 0}
		for _, r := range pack.Programme.Every() {
			for _, g := range r.Content {
				if r.Kind == content.ReqQuiz && slices.Contains(g.Of, e.File.ID) && !slices.Contains(u.Requirements, r.Title) {
					u.Requirements = append(u.Requirements, r.Title)
				}
			}
		}
		for _, other := range e.Items.InUse().Items {
			if other.Module == it.Module {
				u.Of++
			}
		}
		m := at(e.Blueprint.Modules, func(m quiz.ModuleCount) bool { return m.Module == it.Module })
		if m != nil {
			u.Count = m.Count
		}
		l := at(e.Blueprint.Levels, func(l quiz.LevelShare) bool { return l.Level == it.Level })
		if l != nil {
			u.Percent = l.Percent
		}
		u.Never = !u.Whole && (u.Count == 0 || len(e.Blueprint.Levels) > 0 && u.Percent == 0)
		list = append(list, u)
	}
	return list
}

// itemHistory tells what each edition of a file, the newest first, did to one item.
func itemHistory(editions []contentdb.Edition, lang, item string) []ItemChange {
	var list []ItemChange
	var was *content.ItemText
	for _, e := range slices.Backward(editions) {
		var is *content.ItemText
		if t, err := content.FindItem(e.Source, lang, item); err == nil {
			is = &t
		}
		c := ItemChange{Edition: e}
		switch {
		case was == nil && is == nil:
			continue
		case was == nil:
			c.Kind, c.After = ItemAdded, is.Text
		case is == nil:
			c.Kind, c.Before = ItemRemoved, was.Text
		default:
			c.Before, c.After = was.Text, is.Text
			switch {
			case was.Text == is.Text:
				was = is
				continue
			case was.Retired == "" && is.Retired != "":
				c.Kind = ItemWithdrew
			case was.Retired != "" && is.Retired == "":
				c.Kind = ItemRestored
			default:
				c.Kind = ItemEdited
			}
		}
		was, list = is, append(list, c)
	}
	slices.Reverse(list)
	return list
}

// itemFigures counts what people answered to an item as it is written now: each
// person once, at the first paper that asked it.
func itemFigures(ctx context.Context, q pg.Q, editions []contentdb.Edition, it quiz.Item) (ItemFigures, error) {
	var f ItemFigures
	var banks []string
	for _, e := range editions {
		if e.File != "" && !slices.Contains(banks, e.File) {
			banks = append(banks, e.File)
		}
	}
	met, err := quizdb.New(q).Meetings(ctx, banks, it.ID)
	if err != nil {
		return f, err
	}
	question := itemstat.Question{Critical: it.Critical}
	for _, o := range it.Options {
		if it.Type == quiz.One || it.Type == quiz.Several || it.Type == quiz.Situation {
			question.Right = append(question.Right, o.Key == quiz.Right || o.Key == quiz.Best)
		}
	}
	worst := make([]int, len(question.Right))
	seen := map[people.ID]bool{}
	var answers []itemstat.Answer
	for _, m := range met {
		if !m.Question.Item.Same(it) {
			f.Otherwise++
			continue
		}
		f.Shown++
		if seen[m.Person] {
			continue
		}
		seen[m.Person] = true
		a, called := asAnswer(m)
		for _, o := range called {
			worst[o]++
		}
		answers = append(answers, a)
	}
	f.Figures = itemstat.Of(question, answers)
	if f.Enough && it.Type == quiz.Situation {
		f.Worst = worst
	}
	return f, nil
}

// asAnswer is a meeting in numbers, with the options called the worst.
func asAnswer(m quizdb.Meeting) (a itemstat.Answer, worst []int) {
	a.Blank = !m.Answer.Given()
	a.Chosen, worst = m.Question.Picked(m.Answer)
	if m.Verdict.Max > 0 {
		a.Share = float64(m.Verdict.Points) / float64(m.Verdict.Max)
	}
	if rest := m.Max - m.Verdict.Max; rest > 0 {
		a.Rest = float64(m.Points-m.Verdict.Points) / float64(rest)
	} else {
		a.Alone = true
	}
	return a, worst
}
