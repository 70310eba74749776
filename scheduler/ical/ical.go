// Package ical writes calendar invitations as text (RFC 5545, RFC 5546): one
// event in UTC, an update by a higher sequence under the same UID, and a true
// cancellation.
package ical

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Method is what a calendar should do.
type Method string

// The methods.
const (
	Request Method = "REQUEST"
	Cancel  Method = "CANCEL"
	Publish Method = "PUBLISH"
)

// Event is one session for one person.
type Event struct {
	UID         string // stays the same for ever
	Sequence    int    // rises with every change
	Stamp       time.Time
	Start, End  time.Time
	Summary     string
	Description string
	URL         string
	Organizer   string // address; empty none
	Attendee    string // address; empty none
}

// Text is the calendar with one event. Lines end in CRLF and hold at most 75
// octets.
func Text(m Method, e Event) string {
	var b strings.Builder
	line := func(name, value string) { fold(&b, name+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Abilita//Abilita//IT")
	line("METHOD", string(m))
	line("BEGIN", "VEVENT")
	line("UID", escape(e.UID))
	line("SEQUENCE", strconv.Itoa(e.Sequence))
	line("DTSTAMP", utc(e.Stamp))
	line("DTSTART", utc(e.Start))
	line("DTEND", utc(e.End))
	line("SUMMARY", escape(e.Summary))
	if e.Description != "" {
		line("DESCRIPTION", escape(e.Description))
	}
	if e.URL != "" {
		line("URL", clean(e.URL))
	}
	if e.Organizer != "" {
		line("ORGANIZER", "mailto:"+clean(e.Organizer))
	}
	if e.Attendee != "" {
		line("ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=FALSE", "mailto:"+clean(e.Attendee))
	}
	if m == Cancel {
		line("STATUS", "CANCELLED")
	} else {
		line("STATUS", "CONFIRMED")
	}
	line("END", "VEVENT")
	line("END", "VCALENDAR")
	return b.String()
}

func utc(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

var escaper = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

func escape(s string) string { return escaper.Replace(s) }

// clean keeps a value that must not be escaped on one line.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// fold writes a content line, broken so that no part is over 75 octets and no
// character is cut.
func fold(b *strings.Builder, s string) {
	limit := 75
	for len(s) > limit {
		cut := limit
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		b.WriteString(s[:cut] + "\r\n ")
		s = s[cut:]
		limit = 74 // the space counts
	}
	b.WriteString(s + "\r\n")
}
