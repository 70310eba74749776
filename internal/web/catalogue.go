package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/course/catalogue"
	"abilita/internal/app"
	"abilita/internal/fault"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
)

func (s *Server) catalogueRoutes(r routes) {
	r.get("/catalogue", s.showOwnCatalogue)
	r.get("/lines/:code/catalogue", s.showCatalogue)
	r.get("/lines/:code/catalogue/new", s.showNewCard)
	r.post("/lines/:code/catalogue/new", s.saveCard)
	r.get("/lines/:code/catalogue/cards/:card", s.showCard)
	r.get("/lines/:code/catalogue/cards/:card/edit", s.showCardEdit)
	r.post("/lines/:code/catalogue/cards/:card/edit", s.saveCard)
}

func cataloguePath(line string) string { return "/lines/" + line + "/catalogue" }

func cardPath(line, card string) string { return cataloguePath(line) + "/cards/" + card }

// shelves are the cards by what callers may be told, with the states of each.
var shelves = []struct {
	key    string
	states []catalogue.State
}{
	{"offer", []catalogue.State{catalogue.Active}},
	{"wait", []catalogue.State{catalogue.Revising, catalogue.Preparing, catalogue.Proposed}},
	{"closed", []catalogue.State{catalogue.Closed}},
}

var cardStates = map[catalogue.State]ui.State{
	catalogue.Proposed: ui.Todo, catalogue.Preparing: ui.Todo, catalogue.Active: ui.Done, catalogue.Revising: ui.Warning, catalogue.Closed: ui.Off,
}

func cardMark(b *ui.Base, kind catalogue.Kind, state catalogue.State) ui.Mark {
	return ui.Mark{State: cardStates[state], Word: b.T("catalogue." + string(kind) + "_" + string(state))}
}

// cardFacts are the parts of a card under its name.
func cardFacts(b *ui.Base, c catalogue.Card) []ui.Fact {
	var list []ui.Fact
	for _, f := range c.Fields() {
		if f.Words != "" && !slices.Contains([]catalogue.Field{catalogue.FieldState, catalogue.FieldName, catalogue.FieldOwner}, f.Field) {
			list = append(list, ui.Fact{Term: b.T("catalogue.f_" + string(f.Field)), Value: f.Words})
		}
	}
	return list
}

func cardRow(b *ui.Base, c app.Card) ui.CardRow {
	return ui.CardRow{ID: "c-" + c.Code, Name: c.Name, Owner: c.Owner, Mark: cardMark(b, c.Kind, c.State), Facts: cardFacts(b, c.Card)}
}

// shelve puts cards on the shelves; prefix keeps ids apart where a page has several
// catalogues.
func shelve(b *ui.Base, prefix string, cards []app.Card, row func(c app.Card) ui.CardRow) []ui.CatalogueShelf {
	var list []ui.CatalogueShelf
	for _, s := range shelves {
		shelf := ui.CatalogueShelf{ID: prefix + s.key, Title: b.T("catalogue.shelf_" + s.key), Note: b.T("catalogue.shelf_" + s.key + "_note")}
		for _, c := range cards {
			if slices.Contains(s.states, c.State) {
				shelf.Cards = append(shelf.Cards, row(c))
			}
		}
		if len(shelf.Cards) > 0 {
			list = append(list, shelf)
		}
	}
	return list
}

// catalogueLink leads a volunteer to the catalogue, where there is one.
func (s *Server) catalogueLink(c *gin.Context, b *ui.Base) (*ui.Link, error) {
	who := httpd.ActorOf(c)
	if !who.May(people.Study, people.Target{Person: who.ID}) {
		return nil, nil //nolint:nilnil // a supervisor who only plans has no catalogue of their own
	}
	has, err := s.App.Catalogue.Has(c.Request.Context(), who)
	if err != nil || !has {
		return nil, err
	}
	return &ui.Link{Href: "/catalogue", Text: b.T("catalogue.title")}, nil
}

func (s *Server) showOwnCatalogue(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	list, err := s.App.Catalogue.Mine(c.Request.Context(), httpd.ActorOf(c))
	if err != nil {
		return nil, err
	}
	p := &ui.Catalogue{Base: s.base(c, nil)}
	b := &p.Base
	p.Title, p.Lead, p.Back = b.T("catalogue.title"), b.T("catalogue.own_lead"), &ui.Link{Href: "/", Text: b.T("change.back")}
	p.Empty = ui.EmptyState{Title: b.T("catalogue.empty"), Text: b.T("catalogue.own_empty")}
	for _, l := range list {
		for _, shelf := range shelve(b, l.Line.Code+"-", l.Cards, func(c app.Card) ui.CardRow { return cardRow(b, c) }) {
			if len(list) > 1 {
				shelf.Title = l.Line.Name + ": " + shelf.Title
			}
			p.Shelves = append(p.Shelves, shelf)
		}
	}
	return p, nil
}

func (s *Server) showCatalogue(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	f, err := s.App.Catalogue.Read(c.Request.Context(), httpd.ActorOf(c), c.Param("code"))
	if err != nil {
		return nil, err
	}
	p := &ui.Catalogue{Base: s.base(c, f.Line.Location()), About: f.Line.Name}
	b := &p.Base
	p.Title, p.Lead, p.Back = b.T("catalogue.title"), b.T("catalogue.lead"), &ui.Link{Href: "/lines/" + f.Line.Code, Text: f.Line.Name}
	p.Empty = ui.EmptyState{Title: b.T("catalogue.empty"), Text: b.T("catalogue.empty_text")}
	if f.Writes {
		p.New = &ui.Link{Href: cataloguePath(f.Line.Code) + "/new", Text: b.T("catalogue.new")}
	}
	p.Shelves = shelve(b, "", f.Cards, func(c app.Card) ui.CardRow {
		row := cardRow(b, c)
		row.Open = cardPath(f.Line.Code, c.Code)
		if c.Owing > 0 {
			row.Owing = b.T("catalogue.owing", "N", c.Owing, "Of", c.Asked)
		}
		return row
	})
	return p, nil
}

func (s *Server) showCard(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	f, err := s.App.Catalogue.Card(c.Request.Context(), httpd.ActorOf(c), c.Param("code"), c.Param("card"))
	if err != nil {
		return nil, err
	}
	p := &ui.Card{Base: s.base(c, f.Line.Location())}
	b := &p.Base
	p.About = f.Line.Name + " · " + b.T("catalogue.kind_"+string(f.Card.Kind))
	p.Title, p.Back, p.Row = f.Card.Name, &ui.Link{Href: cataloguePath(f.Line.Code), Text: b.T("catalogue.title")}, cardRow(b, f.Card)
	if f.Writes {
		p.Edit = &ui.Link{Href: cardPath(f.Line.Code, f.Card.Code) + "/edit", Text: b.T("catalogue.change")}
	}
	if f.Items > 0 {
		p.Items = &ui.Link{Href: itemsForm{Tag: f.Card.Code, Lang: app.EveryLang}.at(0), Text: b.T("catalogue.items", "N", f.Items)}
	}
	if f.Writes {
		p.Tag = b.T("catalogue.tag", "Tag", f.Card.Code)
	}
	for _, v := range f.History {
		row := ui.CardVersion{
			ID: "v" + strconv.Itoa(v.Number), When: b.DateTime(v.At), Who: strings.TrimSpace(v.GivenName + " " + v.Family), Mark: cardMark(b, v.Kind, v.State), Note: v.Note,
			Changed: b.T("catalogue.first"), Asks: b.T("catalogue.asked_" + string(v.Impact)),
		}
		if v.Number > 1 {
			row.Changed = b.T("catalogue.changed", "What", b.Join(fieldWords(b, v.Changed)))
		}
		if v.DueAt != nil {
			row.Asks += ", " + b.Until(*v.DueAt)
		}
		if v.Owing > 0 {
			row.OwingNote = b.T("catalogue.owing", "N", v.Owing, "Of", v.Asked)
			for _, l := range f.Owing[v.Change] {
				row.Owing = append(row.Owing, ui.Link{Href: personHref(l.Number), Text: strings.TrimSpace(l.GivenName+" "+l.FamilyName) + " " + l.Number})
			}
		}
		p.Versions = append(p.Versions, row)
	}
	return p, nil
}

func fieldWords(b *ui.Base, fields []string) []string {
	list := make([]string, 0, len(fields))
	for _, f := range fields {
		list = append(list, b.T("catalogue.p_"+f))
	}
	return list
}

// cardForm is the form of a card as typed.
type cardForm struct {
	Number   int    `json:"number"`
	Kind     string `json:"kind"`
	State    string `json:"state"`
	Name     string `json:"name"`
	Owner    string `json:"owner"`
	What     string `json:"what"`
	Access   string `json:"access"`
	Price    string `json:"price"`
	Say      string `json:"say"`
	Avoid    string `json:"avoid"`
	Impact   string `json:"impact"`
	Question string `json:"question"`
	Right    string `json:"right"`
	Wrong    string `json:"wrong"`
	Wrong2   string `json:"wrong2"`
	Wrong3   string `json:"wrong3"`
	Why      string `json:"why"`
	By       string `json:"by"`
	Note     string `json:"note"`
	Seen     string `json:"seen"`
	Do       string `json:"do"`
}

func (f cardForm) edit() app.CardEdit {
	return app.CardEdit{
		Kind: catalogue.Kind(f.Kind), Impact: catalogue.Impact(f.Impact), By: f.By, Note: f.Note, Number: f.Number,
		Card:     catalogue.Card{State: catalogue.State(f.State), Name: f.Name, Owner: f.Owner, What: f.What, Access: f.Access, Price: f.Price, Say: f.Say, Avoid: f.Avoid},
		Question: catalogue.Question{Text: f.Question, Right: f.Right, Wrong: []string{f.Wrong, f.Wrong2, f.Wrong3}, Why: f.Why},
	}
}

func formOf(c app.Card) cardForm {
	return cardForm{
		Number: c.Number, State: string(c.State), Name: c.Name, Owner: c.Owner, What: c.What, Access: c.Access, Price: c.Price, Say: c.Say, Avoid: c.Avoid,
	}
}

// planned names what a plan says, so that nothing else is saved than what was
// looked at.
func (f cardForm) planned(plan app.CardPlan) string {
	by := ""
	if plan.By != nil {
		by = plan.By.Format(time.RFC3339)
	}
	return fmt.Sprint(f.Impact, " ", by, " ", plan.Touched)
}

func (s *Server) showNewCard(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.cardPage(c, nil, nil)
}

func (s *Server) showCardEdit(c *gin.Context) (ui.View, error) { return s.showNewCard(c) }

// cardPage is the form of a new card or of a change; typed is what was sent, plan
// what it means.
func (s *Server) cardPage(c *gin.Context, typed *cardForm, plan *app.CardPlan) (ui.View, error) {
	f, err := s.App.Catalogue.Read(c.Request.Context(), httpd.ActorOf(c), c.Param("code"))
	if err != nil {
		return nil, err
	}
	if !f.Writes {
		return nil, people.ErrHidden
	}
	p := &ui.CardEdit{Base: s.base(c, f.Line.Location()), About: f.Line.Name, Action: cataloguePath(f.Line.Code) + "/new"}
	b := &p.Base
	p.Back = &ui.Link{Href: cataloguePath(f.Line.Code), Text: b.T("catalogue.title")}
	p.Heading = b.T("catalogue.new")
	was := app.Card{Kind: catalogue.Service}
	form := cardForm{Kind: string(catalogue.Service), State: string(catalogue.Proposed)}
	if code := c.Param("card"); code != "" {
		i := slices.IndexFunc(f.Cards, func(k app.Card) bool { return k.Code == code })
		if i < 0 {
			return nil, people.ErrHidden
		}
		was = f.Cards[i]
		p.Heading, p.Action, form = b.T("catalogue.change_of", "Name", was.Name), cardPath(f.Line.Code, was.Code)+"/edit", formOf(was)
		p.Back = &ui.Link{Href: cardPath(f.Line.Code, was.Code), Text: was.Name}
	}
	p.Title = p.Heading
	if typed != nil {
		form = *typed
		if was.Number != form.Number {
			for _, v := range was.Fields() {
				words := v.Words
				if v.Field == catalogue.FieldState {
					words = cardMark(b, was.Kind, was.State).Word
				}
				p.Theirs = append(p.Theirs, ui.Fact{Term: b.T("catalogue.f_" + string(v.Field)), Value: words})
			}
			form.Number = was.Number
		}
	}
	kind := was.Kind
	if was.Number == 0 {
		for _, k := range catalogue.Kinds {
			p.Kinds = append(p.Kinds, ui.Option{Value: string(k), Label: b.T("catalogue.kind_" + string(k)), Selected: form.Kind == string(k)})
		}
		kind = catalogue.Kind(form.Kind)
		if !slices.Contains(catalogue.Kinds, kind) {
			kind = catalogue.Service
		}
	}
	for _, st := range catalogue.From(was.State) {
		p.States = append(p.States, ui.Option{Value: string(st), Label: cardMark(b, kind, st).Word, Note: b.T("catalogue.state_" + string(st) + "_note"), Selected: form.State == string(st)})
	}
	for _, i := range catalogue.Impacts {
		p.Impacts = append(p.Impacts, ui.Option{Value: string(i), Label: b.T("catalogue.impact_" + string(i)), Note: b.T("catalogue.impact_" + string(i) + "_note"), Selected: form.Impact == string(i)})
	}
	if typed != nil {
		p.Usual = b.T("catalogue.usual", "What", b.T("catalogue.impact_"+string(catalogue.Propose(was.Card, form.edit().Card))))
	}
	p.Typed = ui.CardTyped{
		Number: strconv.Itoa(form.Number), Name: form.Name, Owner: form.Owner, What: form.What, Access: form.Access, Price: form.Price, Say: form.Say, Avoid: form.Avoid,
		Question: form.Question, Right: form.Right, Wrong: form.Wrong, Wrong2: form.Wrong2, Wrong3: form.Wrong3, Why: form.Why, By: form.By, Note: form.Note,
	}
	if plan != nil {
		p.Plan, p.Seen = cardPlan(b, catalogue.Impact(form.Impact), *plan), form.planned(*plan)
	}
	return p, nil
}

func cardPlan(b *ui.Base, impact catalogue.Impact, plan app.CardPlan) *ui.PlanView {
	fields := make([]string, 0, len(plan.Changed))
	for _, f := range plan.Changed {
		fields = append(fields, string(f))
	}
	v := &ui.PlanView{Lead: b.T("catalogue.plan_new")}
	if plan.Before.Number > 0 {
		v.Lead = b.T("catalogue.changed", "What", b.Join(fieldWords(b, fields)))
	}
	until := b.T("draft.no_deadline")
	if plan.By != nil {
		until = b.Until(*plan.By)
	}
	for _, id := range plan.Touched {
		who := plan.People[id]
		v.Touched = append(v.Touched, ui.PlanRow{Href: personHref(who.Number), Name: who.Name(), Number: who.Number, What: b.T("catalogue.asks_" + string(impact)), Until: until})
	}
	return v
}

// saveCard saves a card, or shows whom the change would touch.
func (s *Server) saveCard(c *gin.Context) (ui.View, error) {
	ctx, who, code, card := c.Request.Context(), httpd.ActorOf(c), c.Param("code"), c.Param("card")
	var body cardForm
	in, refused := httpd.Decode(c, &body)
	var plan *app.CardPlan
	if refused == nil {
		var out app.CardPlan
		if out, refused = s.App.Catalogue.Plan(ctx, who, code, card, body.edit()); refused == nil {
			plan = &out
		}
	}
	if plan != nil && body.Do == "save" && body.planned(*plan) != body.Seen {
		c.Set(lateKey, http.StatusConflict)
		v, err := s.cardPage(c, &body, plan)
		return v, errors.Join(err, app.ErrDraftPlan)
	}
	if body.Do == "save" && (plan != nil || fault.KindOf(refused) == fault.Conflict) { // done before: the command says so
		cmd := httpd.CommandOf(c, in, cataloguePath(code)+"?done=card_saved")
		if _, refused = s.App.Catalogue.Save(ctx, who, cmd, code, card, body.edit()); refused == nil {
			return seeOther(cmd.Location()), nil
		}
	}
	if refused != nil {
		late(c, refused)
		return again(func() (ui.View, error) { return s.cardPage(c, &body, nil) }, refused)
	}
	return s.cardPage(c, &body, plan)
}
