package web

import (
	"embed"
	"fmt"
	"strings"

	"github.com/gin-gonic/gin"

	"abilita/content"
	"abilita/content/markdown"
	"abilita/internal/i18n"
	"abilita/internal/web/ui"
)

//go:embed prose
var proseFiles embed.FS

// prosePages are the pages of text, by address; the title is a sentence of the frame.
var prosePages = map[string]string{"help": "frame.help", "accessibility": "frame.accessibility"}

// formatsRoute shows how contents are written, to each in their language.
func (s *Server) formatsRoute(r routes) {
	bodies := map[string]string{}
	for _, lang := range i18n.Languages() {
		_, text, _ := strings.Cut(content.Formats(string(lang)), "\n") // its first line is the title of the page
		doc, err := markdown.Render([]byte(text))
		if err != nil {
			panic(fmt.Sprintf("render the formats in %s: %v", lang, err))
		}
		bodies[string(lang)] = doc.HTML
	}
	r.get(formatsPath, func(c *gin.Context) (ui.View, error) {
		t := s.printer(c)
		p := &ui.Prose{Body: ui.Rendered(bodies[t.Lang()]), Reference: true}
		p.Printer, p.Title, p.Back = t, t.T("draft.formats"), &ui.Link{Href: "/help", Text: t.T("frame.help")}
		return p, nil
	})
}

const formatsPath = "/help/formats"

// proseRoutes renders the texts once, when the program starts; a text that
// cannot be rendered was built in, so it stops the start.
func (s *Server) proseRoutes(r routes) {
	s.formatsRoute(r)
	for name, title := range prosePages {
		bodies := map[string]string{}
		for _, lang := range i18n.Languages() {
			src, err := proseFiles.ReadFile("prose/" + name + "." + string(lang) + ".md")
			if err != nil {
				panic(fmt.Sprintf("read the page %s: %v", name, err))
			}
			doc, err := markdown.Render(src)
			if err != nil {
				panic(fmt.Sprintf("render the page %s: %v", name, err))
			}
			bodies[string(lang)] = doc.HTML
		}
		r.get("/"+name, func(c *gin.Context) (ui.View, error) {
			t := s.printer(c)
			p := &ui.Prose{Body: ui.Rendered(bodies[t.Lang()])}
			p.Printer, p.Title = t, t.T(title)
			return p, nil
		})
	}
}
