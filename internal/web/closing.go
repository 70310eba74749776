package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"abilita/internal/app"
	"abilita/internal/httpd"
	"abilita/internal/people"
	"abilita/internal/web/ui"
	"abilita/scheduler"
)

// debriefHref is the page of a shift for whoever answers for it.
func debriefHref(code string, shift int64) string {
	return "/lines/" + code + "/shifts/" + strconv.FormatInt(shift, 10)
}

// toClose is a shift that waits to be closed; it names its line on a page of many.
func toClose(b *ui.Base, v app.DatedShift, many bool) ui.Link {
	text := b.Day(v.StartsAt) + ", " + hours(b, v.StartsAt, v.EndsAt)
	if many {
		text = v.Line + ", " + text
	}
	return ui.Link{Href: debriefHref(v.Code, v.ID), Text: text}
}

// worked says what is known of somebody on a shift that has begun.
func worked(v app.WorkedShift) string {
	switch v.State {
	case scheduler.PlaceAbsent:
		return "absent"
	case scheduler.PlacePresent:
		return "present"
	default:
		return "open"
	}
}

// typedDebrief is what the forms of a shift held.
type typedDebrief struct {
	Version int      `json:"version"`
	Absent  []string `json:"absent"`
	Note    string   `json:"note"`
}

func (t typedDebrief) roll() app.Roll {
	in := app.Roll{Version: t.Version, Note: t.Note}
	for _, s := range t.Absent {
		in.Absent = append(in.Absent, people.ID(max(0, whole(s))))
	}
	return in
}

func (s *Server) showShiftClosing(c *gin.Context) (ui.View, error) {
	var in struct{}
	if _, err := httpd.Decode(c, &in); err != nil {
		return nil, err
	}
	return s.closingPage(c, nil, typedContact{})
}

func (s *Server) closingPage(c *gin.Context, typed *typedDebrief, contact typedContact) (ui.View, error) {
	shift, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	d, err := s.App.Debriefs.Read(c.Request.Context(), httpd.ActorOf(c), c.Param("code"), shift)
	if err != nil {
		return nil, err
	}
	zone := d.Line.Location()
	p := &ui.ShiftClosing{Base: s.base(c, zone), Heading: d.Line.Name, Version: strconv.Itoa(d.Shift.Version)}
	b, here := &p.Base, debriefHref(d.Line.Code, shift)
	p.When = b.Day(d.Shift.StartsAt) + ", " + hours(b, d.Shift.StartsAt, d.Shift.EndsAt)
	p.Title, p.Back = b.T("shift.debrief_title", "When", p.When), &ui.Link{Href: "/lines/" + d.Line.Code + "/shifts", Text: b.T("shift.line_title")}
	switch {
	case !d.Closing.At.IsZero():
		p.State = ui.Mark{State: ui.Done, Word: b.T("shift.closed_by", "Name", called(b.Printer, d.Closing.By), "Date", b.DateTime(d.Closing.At))}
		if d.MayClose {
			p.Add = here + "/note"
		}
	case d.Close == nil:
		p.State, p.Lead = ui.Mark{State: ui.Due, Word: b.T("shift.waits_closing")}, b.T("shift.close_lead")
		if d.MayClose {
			p.Close = here + "/close"
		}
	case d.Mark == nil:
		p.State, p.Lead = ui.Mark{State: ui.Current, Word: b.T("shift.is_now")}, b.T("shift.mark_lead")
		if d.MayClose {
			p.Mark = here + "/mark"
		}
	default:
		p.State, p.Lead = gapMark(b, d.Shift.Rules().Gap(d.Shift.Asked, d.Now)), b.T("shift.ahead_lead")
	}
	for _, k := range d.Places {
		value := strconv.FormatInt(int64(k.Person), 10)
		name := called(b.Printer, strings.TrimSpace(k.Name()))
		note := b.T("shift.part_" + string(k.Part))
		gone := k.State == scheduler.PlaceAbsent
		if typed != nil {
			gone = slices.Contains(typed.Absent, value)
		}
		p.Absent = append(p.Absent, ui.Option{Value: value, Label: name, Note: note, Selected: gone})
		p.People = append(p.People, ui.ClosingRow{Name: name, Part: note, Mark: placeMark(b, k.State)})
		if d.MayEnter && d.Mark == nil && k.Part == scheduler.Answers && k.State != scheduler.PlaceAbsent {
			p.Numbers = append(p.Numbers, ui.Option{Value: k.Number, Label: name, Selected: k.Number == contact.Number})
		}
	}
	if typed != nil {
		p.Note = typed.Note
	}
	if len(p.Numbers) > 0 {
		p.Enter, p.At, p.Minutes, p.Channels = here+"/contact", cmp.Or(contact.At, wall(d.Shift.StartsAt, zone)), contact.Minutes, channelOptions(b, d.Line.Channels, contact.Channel)
	}
	for _, n := range d.Contacts {
		p.Contacts = append(p.Contacts, contactRow(b, n))
	}
	for _, n := range d.Notes {
		p.Notes = append(p.Notes, ui.NoteRow{About: b.T("shift.note_by", "Name", called(b.Printer, n.By), "Date", b.DateTime(n.At)), Text: n.Body})
	}
	for _, n := range d.Before {
		p.Before = append(p.Before, ui.NoteRow{About: b.T("shift.note_of", "When", b.Day(n.StartsAt)+", "+hours(b, n.StartsAt, n.EndsAt), "Name", called(b.Printer, n.By)), Text: n.Body})
	}
	return p, nil
}

// placeMark says whether somebody was there.
func placeMark(b *ui.Base, state scheduler.PlaceState) ui.Mark {
	switch state {
	case scheduler.PlacePresent:
		return ui.Mark{State: ui.Done, Word: b.T("shift.worked_present")}
	case scheduler.PlaceAbsent:
		return ui.Mark{State: ui.None, Word: b.T("shift.worked_absent")}
	default:
		return ui.Mark{State: ui.Todo, Word: b.T("shift.expected")}
	}
}

// contactRow is a contact in words.
func contactRow(b *ui.Base, n app.TakenContact) ui.ContactRow {
	about := b.T("gate.channel_"+n.Channel) + ", " + b.DateTime(n.At)
	if n.Minutes > 0 {
		about += ", " + b.Exactly(time.Duration(n.Minutes)*time.Minute)
	}
	return ui.ContactRow{Name: n.Name, Number: n.Number, About: about, By: n.By}
}

func (s *Server) markShift(c *gin.Context) (ui.View, error) {
	var body struct {
		Version int      `json:"version"`
		Absent  []string `json:"absent"`
	}
	return s.lookBack(c, &body, "shift_marked", func() typedDebrief { return typedDebrief{Version: body.Version, Absent: body.Absent} }, func(cmd *app.Command, shift int64, in typedDebrief) error {
		return s.App.Debriefs.Mark(c.Request.Context(), httpd.ActorOf(c), cmd, shift, in.roll())
	})
}

func (s *Server) closeShift(c *gin.Context) (ui.View, error) {
	var body typedDebrief
	return s.lookBack(c, &body, "shift_closed", func() typedDebrief { return body }, func(cmd *app.Command, shift int64, in typedDebrief) error {
		return s.App.Debriefs.Close(c.Request.Context(), httpd.ActorOf(c), cmd, shift, in.roll())
	})
}

func (s *Server) noteShift(c *gin.Context) (ui.View, error) {
	var body struct {
		Note string `json:"note"`
	}
	return s.lookBack(c, &body, "shift_noted", func() typedDebrief { return typedDebrief{Note: body.Note} }, func(cmd *app.Command, shift int64, in typedDebrief) error {
		return s.App.Debriefs.AddNote(c.Request.Context(), httpd.ActorOf(c), cmd, shift, in.Note)
	})
}

// lookBack is a command of whoever closes a shift.
func (s *Server) lookBack(c *gin.Context, body any, done string, typed func() typedDebrief, do func(cmd *app.Command, shift int64, in typedDebrief) error) (ui.View, error) {
	shift, err := id(c, "id")
	if err != nil {
		return nil, err
	}
	return s.act(c, body, "/lines/"+c.Param("code")+"/shifts/"+c.Param("id")+"?done="+done, func(cmd *app.Command) error { return do(cmd, shift, typed()) }, func() (ui.View, error) {
		in := typed()
		return s.closingPage(c, &in, typedContact{})
	})
}

func (s *Server) enterInShift(c *gin.Context) (ui.View, error) {
	var body typedContact
	return act(c, &body, "/lines/"+c.Param("code")+"/shifts/"+c.Param("id")+"?done=contact_noted", func(cmd *app.Command) error {
		return s.App.Contacts.Enter(c.Request.Context(), httpd.ActorOf(c), cmd, c.Param("code"), app.NewContact{
			Number: body.Number, Channel: body.Channel, At: body.At, Minutes: whole(body.Minutes),
		})
	}, func() (ui.View, error) { return s.closingPage(c, nil, body) })
}
