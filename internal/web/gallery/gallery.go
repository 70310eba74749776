// Package gallery shows every page and every part with prepared data, so that
// the look can be judged, photographed and checked without a database. People,
// organisation and numbers are invented; every page is set on Wednesday 20
// January 2027 at 18:45 in Rome, five days before the line opens.
package gallery

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"abilita/internal/i18n"
	"abilita/internal/web/ui"
)

// Example is a page with prepared data under a short name.
type Example struct {
	Name string
	View ui.View
}

// Examples makes every example; p says in which language the fixed words are,
// the data stay Italian.
func Examples(p i18n.Printer) []Example {
	s := stage{p: p, zone: rome()}
	var all []Example
	for _, group := range [][]Example{s.learner(), s.sessions(), s.shifts(), s.quiz(), s.public(), s.account(), s.organise(), s.staff(), s.keeping(), s.papers(), s.life(), s.drafts(), s.catalogue(), s.items()} {
		all = append(all, group...)
	}
	for _, e := range all {
		e.View.Frame().Path = "/" + e.Name
	}
	return all
}

// rome is the zone of the examples; without zone data it is a fixed hour east.
func rome() *time.Location {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return time.FixedZone("Europe/Rome", 3600)
	}
	return zone
}

// stage holds what every example shares.
type stage struct {
	p    i18n.Printer
	zone *time.Location
}

// on is an instant of January 2027 in Rome.
func (s stage) on(day, hour, minute int) time.Time {
	return time.Date(2027, time.January, day, hour, minute, 0, 0, s.zone)
}

func (s stage) base(title string) ui.Base {
	return ui.Base{
		Printer: s.p, Title: title, Path: "/", Org: "Casa Aperta ODV", Key: "esempio",
		Zone: s.zone, Now: s.on(20, 18, 45),
	}
}

func (s stage) learnerBase(title, current string) ui.Base {
	b := s.base(title)
	b.Viewer = &ui.Viewer{Name: "Giulia", Note: s.p.T("account.number", "Number", "v0412")}
	b.Nav = ui.LearnerNav(s.p, current)
	return b
}

func (s stage) volunteerBase(title, current string) ui.Base {
	b := s.learnerBase(title, current)
	b.Nav = ui.VolunteerNav(s.p, current)
	return b
}

func (s stage) staffBase(title, current string) ui.Base {
	b := s.base(title)
	b.Viewer = &ui.Viewer{Name: "Teresa", Note: "coordinatrice"}
	b.Nav = ui.StaffNav(s.p, current)
	return b
}

func (s stage) mark(state ui.State, word string) ui.Mark { return ui.Mark{State: state, Word: word} }

// Handler serves the examples: a list at /, each at /NAME, in the language of
// ?lang=, and the assets they need.
func Handler(r *ui.Renderer) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", ui.Assets())
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, req *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		var b strings.Builder
		for _, e := range Examples(r.Printer(language(req))) {
			fmt.Fprintf(&b, "<li><a href=\"/%s\">%s</a> <a href=\"/%s?lang=en\">en</a></li>", e.Name, e.Name, e.Name)
		}
		fmt.Fprintf(w, "<!doctype html><html lang=\"it\"><title>Abilita</title><h1>Abilita</h1><ul>%s</ul>", b.String())
	})
	mux.HandleFunc("GET /{name}", func(w http.ResponseWriter, req *http.Request) {
		for _, e := range Examples(r.Printer(language(req))) {
			if e.Name != req.PathValue("name") {
				continue
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			if err := r.Render(w, e.View); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
			return
		}
		http.NotFound(w, req)
	})
	return mux
}

func language(r *http.Request) i18n.Lang {
	if l := r.URL.Query().Get("lang"); i18n.Known(l) {
		return i18n.Lang(l)
	}
	return i18n.Italian
}
