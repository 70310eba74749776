package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/content"
	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
	"abilita/quiz"
)

func (s *Server) itemRoutes(r routes) {
	r.get("/items", s.showItems)
	r.get("/items/:id", s.showItem)
	r.post("/items/:id/edit", s.editItem)
	r.post("/items/:id/retire", s.retireItem)
	r.post("/items/:id/restore", s.restoreItem)
}

func itemPath(id int64) string { return "/items/" + strconv.FormatInt(id, 10) }

// itemsForm is the search as it travels in the address.
type itemsForm struct {
	Query     string `json:"q"`
	Line      string `json:"line"`
	Programme string `json:"programme"` // id/language
	Lang      string `json:"lang"`
	Bank      string `json:"bank"`
	Module    string `json:"module"`
	Level     string `json:"level"`
	Type      string `json:"type"`
	State     string `json:"state"`
	Tag       string `json:"tag"`
	Critical  string `json:"critical"`
	After     int64  `json:"after"`
}

func (f itemsForm) question() app.ItemQuestion {
	programme, lang, _ := strings.Cut(f.Programme, "/")
	lang = cmp.Or(lang, f.Lang)
	return app.ItemQuestion{
		Words: f.Query, Line: f.Line, Programme: programme, Lang: lang, Bank: f.Bank, Module: f.Module, Level: f.Level, Type: f.Type, State: f.State, Tag: f.Tag, Critical: f.Critical != "", After: f.After,
	}
}

// at is the address of this search from some place on.
func (f itemsForm) at(after int64) string {
	q := url.Values{}
	for name, value := range map[string]string{
		"q": f.Query, "line": f.Line, "programme": f.Programme, "lang": f.Lang, "bank": f.Bank, "module": f.Module, "level": f.Level, "type": f.Type, "state": f.State, "tag": f.Tag, "critical": f.Critical,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if after != 0 {
		q.Set("after", strconv.FormatInt(after, 10))
	}
	if len(q) == 0 {
		return "/items"
	}
	return "/items?" + q.Encode()
}

func (s *Server) showItems(c *gin.Context) (ui.View, error) {
	var in itemsForm
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	l, err := s.App.Items.Find(c.Request.Context(), httpd.ActorOf(c), in.question())
	if err != nil {
		return nil, err
	}
	p := &ui.Items{Base: s.base(c, nil), Query: in.Query, Critical: in.Critical != ""}
	b := &p.Base
	p.Title, p.Choices = b.T("item.title"), itemChoices(b, l, in)
	if who := httpd.ActorOf(c); who.MustSomewhere(people.ReadContent) == nil {
		p.Back = &ui.Link{Href: "/content", Text: b.T("draft.contents")}
	}
	for _, r := range l.Items {
		p.Rows = append(p.Rows, itemRow(b, l, r))
	}
	p.Nothing = ui.EmptyState{Title: b.T("item.none_found"), Text: b.T("item.none_found_text"), Action: &ui.Link{Href: "/items", Text: b.T("item.clear")}}
	if l.All == 0 {
		p.Nothing = ui.EmptyState{Title: b.T("item.none"), Text: b.T("item.none_text")}
	}
	first, next := "", ""
	text := b.T("item.page", "N", l.Total)
	if in.After != 0 {
		first = in.at(0)
	}
	if l.Next != 0 {
		next = in.at(l.Next)
	}
	if first != "" || next != "" {
		text = b.T("item.page_of", "Shown", len(l.Items), "All", l.Total)
	}
	p.Pages = b.Pager(text, first, next)
	return p, nil
}

func itemRow(b *ui.Base, l app.ItemList, r app.ItemRow) ui.ItemRow {
	about := []string{r.Item, r.ModuleTitle, b.T("item.level_" + r.Level), b.T("quiz.kind_" + r.Type)}
	if slices.ContainsFunc(l.Shelves, func(s app.BankShelf) bool { return s.Programme != r.Programme || s.Lang != r.Lang }) {
		about = append(about, capital(r.Shelf.ProgrammeTitle))
	}
	stem, _, _ := strings.Cut(r.Stem, "\n\n")
	return ui.ItemRow{Href: itemPath(r.ID), Stem: plain(stem), Lang: r.Lang, About: strings.Join(about, " · "), Tags: tagLinks(r.Tags), Marks: itemMarks(b, r.State, r.Critical)}
}

func tagLinks(tags []string) []ui.Link {
	var list []ui.Link
	for _, tag := range tags {
		list = append(list, ui.Link{Href: itemsForm{Tag: tag}.at(0), Text: tag})
	}
	return list
}

func itemMarks(b *ui.Base, state content.ItemState, critical bool) []ui.Mark {
	shape := map[content.ItemState]ui.State{content.ItemUsed: ui.Done, content.ItemRetired: ui.Off, content.ItemGone: ui.None}[state]
	list := []ui.Mark{{State: shape, Word: b.T("item." + string(state))}}
	if critical {
		list = append(list, ui.Mark{State: ui.Critical, Word: b.T("item.critical")})
	}
	return list
}

// itemChoices are the drop-downs of the search. One with a single value to choose
// is left out, unless somebody came with it.
func itemChoices(b *ui.Base, l app.ItemList, in itemsForm) []ui.Choosing {
	var list []ui.Choosing
	add := func(name, label, all, chosen string, options []ui.Option) {
		for i := range options {
			options[i].Selected = options[i].Value == chosen
		}
		if len(options) > 1 || chosen != "" {
			list = append(list, ui.Choosing{Name: name, Label: b.T(label), Options: append([]ui.Option{{Label: b.T(all)}}, options...)})
		}
	}
	once := func(options []ui.Option, value, label string) []ui.Option {
		if slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == value }) {
			return options
		}
		return append(options, ui.Option{Value: value, Label: label})
	}
	var langs, lines, programmes, banks, modules, levels, types, states, tags []ui.Option
	for _, line := range l.Lines {
		if slices.ContainsFunc(l.Shelves, func(s app.BankShelf) bool { return s.Line == line.Code }) {
			lines = append(lines, ui.Option{Value: line.Code, Label: line.Name})
		}
	}
	for _, s := range l.Shelves {
		langs = once(langs, s.Lang, capital(langWord(b, s.Lang)))
		value := s.Programme + "/" + s.Lang
		programmes = once(programmes, value, capital(s.ProgrammeTitle)+" · "+langWord(b, s.Lang))
		if (in.Programme == "" || in.Programme == value) && (in.Line == "" || in.Line == s.Line) {
			banks = once(banks, s.Bank, capital(s.Title))
			for _, m := range s.Modules {
				modules = once(modules, m.ID, m.Title)
			}
		}
	}
	for _, level := range quiz.Levels {
		levels = append(levels, ui.Option{Value: string(level), Label: capital(b.T("item.level_" + string(level)))})
	}
	for _, t := range quiz.Types {
		types = append(types, ui.Option{Value: string(t), Label: capital(b.T("quiz.kind_" + string(t)))})
	}
	for _, state := range content.ItemStates {
		states = append(states, ui.Option{Value: string(state), Label: b.T("item.state_" + string(state))})
	}
	for _, tag := range l.Tags {
		tags = append(tags, ui.Option{Value: tag, Label: tag})
	}
	if in.Programme == "" && len(langs) > 1 {
		for i := range langs {
			langs[i].Selected = langs[i].Value == l.Lang
		}
		list = append(list, ui.Choosing{Name: "lang", Label: b.T("item.lang"), Options: append(langs, ui.Option{Value: app.EveryLang, Label: b.T("item.any_f"), Selected: l.Lang == app.EveryLang})})
	}
	add("line", "item.line", "item.any_f", in.Line, lines)
	add("programme", "item.programme", "item.any", in.Programme, programmes)
	add("bank", "item.bank", "item.any_f", in.Bank, banks)
	add("module", "item.module", "item.any", in.Module, modules)
	add("level", "item.level", "item.any", in.Level, levels)
	add("type", "item.type", "item.any", in.Type, types)
	add("tag", "item.tag", "item.any_f", in.Tag, tags)
	add("state", "item.state", "item.state_any", in.State, states)
	return list
}

func (s *Server) showItem(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.itemPage(c, "", "")
}

// itemPage shows an item; refused is the form that was refused, with the reason it
// held.
func (s *Server) itemPage(c *gin.Context, refused, reason string) (ui.View, error) {
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	f, err := s.App.Items.Read(c.Request.Context(), httpd.ActorOf(c), number)
	if err != nil {
		return nil, err
	}
	p := &ui.Item{Base: s.base(c, f.On.Location()), TextLang: f.Lang}
	b := &p.Base
	b.Refused, p.Marks = refused, itemMarks(b, f.State, f.Critical)
	paragraphs := strings.Split(f.Content.Stem, "\n\n")
	p.Heading, p.Back = plain(paragraphs[0]), &ui.Link{Href: "/items", Text: b.T("item.title")}
	p.Title = f.Item + " · " + b.T("item.title")
	p.About = strings.Join([]string{f.On.Name, capital(f.ProgrammeTitle), langWord(b, f.Lang)}, " · ")
	for _, more := range paragraphs[1:] {
		text, quote := strings.CutPrefix(more, "> ")
		p.More = append(p.More, ui.Said{Quote: quote, Text: plain(strings.ReplaceAll(text, "\n>\n> ", " "))})
	}
	p.Options, p.Explanation = itemAnswers(b, f.Content), plain(f.Content.Explanation)
	p.Facts = []ui.Fact{
		{Term: b.T("item.name"), Value: f.Item},
		{Term: b.T("item.bank"), Value: capital(f.BankTitle)},
		{Term: b.T("item.module"), Value: f.ModuleTitle},
		{Term: b.T("item.level"), Value: b.T("item.level_" + f.Level)},
		{Term: b.T("item.type"), Value: b.T("quiz.kind_" + f.Type)},
		{Term: b.T("item.points"), Value: decimal(b, quiz.Decimal(f.Content.Points*10_000).String())},
	}
	p.Tags, p.NoUse = tagLinks(f.Content.Tags), b.T("item.never_asked")
	for _, u := range f.Uses {
		p.Uses = append(p.Uses, itemUse(b, u))
	}
	if f.State == content.ItemGone {
		p.NoUse = b.T("item.all_gone")
	}
	p.Figures = itemFigures(b, f)
	for i, h := range f.History {
		p.History = append(p.History, itemChange(b, i, f, h))
	}
	itemMoves(b, p, f, reason)
	return p, nil
}

// decimal is a number as the reader writes it.
func decimal(b *ui.Base, text string) string {
	if b.Printer.Lang() == "it" {
		return strings.ReplaceAll(text, ".", ",")
	}
	return text
}

func itemUse(b *ui.Base, u app.ItemUse) ui.ItemUse {
	use := ui.ItemUse{Title: capital(u.Title)}
	switch {
	case u.Never:
		use.Texts = append(use.Texts, b.T("item.use_never"))
	case u.Whole:
		use.Texts = append(use.Texts, b.T("item.use_whole"))
	default:
		use.Texts = append(use.Texts, b.T("item.use_cell", "N", u.Count, "Of", u.Of))
		if u.Percent > 0 {
			use.Texts = append(use.Texts, b.T("item.use_level", "Percent", b.Percent(float64(u.Percent)/100)))
		}
	}
	if len(u.Requirements) > 0 {
		use.Texts = append(use.Texts, b.T("item.use_for", "Titles", strings.Join(u.Requirements, ", ")))
	}
	return use
}

func itemChange(b *ui.Base, i int, f app.ItemFile, h app.ItemChange) ui.ItemChange {
	shape := map[app.ItemChangeKind]ui.State{
		app.ItemAdded: ui.Done, app.ItemEdited: ui.Current, app.ItemWithdrew: ui.Off, app.ItemRestored: ui.Done, app.ItemRemoved: ui.None,
	}[h.Kind]
	row := ui.ItemChange{
		ID: "h" + strconv.Itoa(i), Mark: ui.Mark{State: shape, Word: b.T("item." + string(h.Kind))}, When: b.Date(h.PublishedAt), Machine: b.Machine(h.PublishedAt), By: h.By, Note: h.Note,
		Href: historyPath(f.Programme, f.Lang) + "/" + strconv.FormatInt(h.ID, 10),
	}
	if h.Before != "" && h.After != "" {
		row.Hunks = hunks(b, h.Before, h.After)
	}
	return row
}

// itemMoves is what somebody may do who writes: it happens in the draft of the
// programme, and the page says how far that is.
func itemMoves(b *ui.Base, p *ui.Item, f app.ItemFile, reason string) {
	if f.State == content.ItemRetired {
		p.Notices = append(p.Notices, ui.Notice{Mark: ui.Mark{State: ui.Off, Word: b.T("item.retired")}, Text: b.T("item.retired_because", "Reason", plain(f.Retired))})
	}
	if !f.MayWrite || f.State == content.ItemGone && f.InDraft == nil {
		return
	}
	here, retired := itemPath(f.ID), f.Retired != ""
	if f.Draft != nil {
		to := &ui.Link{Href: draftPath(f.Draft.ID), Text: b.T("item.to_draft")}
		note := func(state ui.State, word, text string) {
			p.Notices = append(p.Notices, ui.Notice{Mark: ui.Mark{State: state, Word: b.T(word)}, Text: b.T(text), Action: to})
		}
		switch {
		case f.InDraft == nil:
			note(ui.Warning, "item.draft_word", "item.draft_lost")
			return
		case f.InDraft.Retired != "" && !retired:
			note(ui.Current, "item.draft_word", "item.draft_retired")
		case f.InDraft.Retired == "" && retired:
			note(ui.Current, "item.draft_word", "item.draft_restored")
		}
		retired = f.InDraft.Retired != ""
		p.Edit = &ui.Link{Href: draftFilePath(f.Draft.ID, f.Path) + "#L" + strconv.Itoa(f.InDraft.Pos), Text: b.T("item.edit")}
		if f.Draft.State != content.DraftOpen {
			note(ui.Waiting, "item.draft_closed_word", "item.draft_closed")
			p.Edit = nil
			return
		}
	} else {
		p.Open = &ui.ItemEdit{Action: here + "/edit", Key: b.KeyFor("edit"), Do: b.T("item.edit"), Note: b.T("item.edit_note")}
	}
	if retired {
		p.Moves = append(p.Moves, ui.Confirm{ID: "restore", Open: b.T("item.restore_open"), Ask: b.T("item.restore_ask"), Action: here + "/restore", Do: b.T("item.restore_do")})
		return
	}
	field := b.Input("text", "reason", b.T("item.reason"), reason).Hinted(b.T("item.reason_hint")).UpTo(300)
	p.Moves = append(p.Moves, ui.Confirm{ID: "retire", Open: b.T("item.retire_open"), Ask: b.T("item.retire_ask"), Action: here + "/retire", Do: b.T("item.retire_do"), Bad: true, Reason: &field})
}

// editItem opens a draft of the programme and leads to the line of the item in it.
func (s *Server) editItem(c *gin.Context) (ui.View, error) {
	var body struct{}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	f, err := s.App.Items.Read(c.Request.Context(), httpd.ActorOf(c), number)
	if err != nil {
		return nil, err
	}
	then := "/drafts/{id}/files/" + url.PathEscape(strings.ReplaceAll(f.Path, "/", "~")) + "?done=draft_opened#L" + strconv.Itoa(f.FileLine)
	return act(c, &body, then, func(cmd *app.Command) error {
		_, err := s.App.Drafts.Open(c.Request.Context(), httpd.ActorOf(c), cmd, f.Programme, f.Lang)
		return err
	}, func() (ui.View, error) { return s.itemPage(c, "edit", "") })
}

func (s *Server) retireItem(c *gin.Context) (ui.View, error) {
	var body struct {
		Reason string `json:"reason"`
	}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return act(c, &body, "/drafts/{id}?done=item_retired", func(cmd *app.Command) error {
		return s.App.Items.Retire(c.Request.Context(), httpd.ActorOf(c), cmd, number, body.Reason)
	}, func() (ui.View, error) { return s.itemPage(c, "retire", body.Reason) })
}

func (s *Server) restoreItem(c *gin.Context) (ui.View, error) {
	var body struct{}
	number, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return act(c, &body, "/drafts/{id}?done=item_restored", func(cmd *app.Command) error {
		return s.App.Items.Restore(c.Request.Context(), httpd.ActorOf(c), cmd, number)
	}, func() (ui.View, error) { return s.itemPage(c, "restore", "") })
}
