package site_test

import (
	"slices"
	"strings"
	"time"
)

// This file is the oracle of the gate: it answers from what was commanded, in
// its own words, and shares no package with course/gate.

// deed is a command that was done. The log of a history is its deeds in order.
type deed struct {
	at       time.Time
	what     string
	who      string    // public number; empty for the line
	paper    int64     // certificate concerned
	channels []string  // of a certificate
	from     time.Time // of cover, of a duty, of full age
	until    time.Time // of a certificate, of cover that was left, of a checked station
	change   int64     // of a duty and its confirmation
	shift    int64     // that somebody leads
	order    int64     // of an emergency
}

// The deeds.
const (
	lineOpened      = "line opened"
	lineClosed      = "line closed"
	admitted        = "admitted"
	registered      = "registered"
	leftRegister    = "left the register"
	personSuspended = "person suspended"
	personRestored  = "person restored"
	certified       = "certified"
	paperSuspended  = "certificate suspended"
	paperRestored   = "certificate restored"
	paperRevoked    = "certificate revoked"
	changeOwed      = "change owed"
	changeConfirmed = "change confirmed"
	stationChecked  = "station checked"
	pledgeSigned    = "pledge signed"
	pauseBegun      = "pause begun"
	pauseEnded      = "pause ended"
	lineAsks        = "line asks for supervisors"
	lineAsksNot     = "line asks for no supervisors"
	shiftLed        = "shift led"
	shiftUnled      = "shift no longer led"
	shiftTaken      = "shift taken"
	contactTaken    = "contact taken"   // from its minute; until is the last day of trust
	levelRaised     = "level raised"    // of a certificate, by one
	emergencyGiven  = "emergency given" // until its hours are over
	emergencyTaken  = "emergency taken back"
)

// How many days the histories trust who takes no contact: with the level, and at
// all.
const (
	levelDays   = 4
	contactDays = 9
)

// reasons are the codes that histories must bring out, each at least once.
const reasons = "agent_unknown agent_suspended certificate_revoked certificate_suspended line_not_active not_in_register insurance_not_started " +
	"under_age certificate_missing channel_not_certified certificate_expired content_overdue station_unchecked pledge_missing supervisor_absent recency_lapsed paused"

// certificate is one as the oracle sees it.
type certificate struct {
	id                 int64
	channels           []string
	until              time.Time
	suspended, revoked bool
	rung               map[string]int  // of the ladder, by channel: 0 answers beside a supervisor, from 1 on alone
	over               map[string]bool // channels that a later one took over
}

// cover is an interval of the insurance; until is zero when it has no end.
type cover struct{ from, until time.Time }

// standing is what holds for one person on the line at an instant.
type standing struct {
	known, lineOpen, suspended, pledged, paused bool
	watched                                     bool            // nobody answers alone
	led                                         map[int64]cover // shifts with somebody who answers for them
	grownUp, station                            time.Time
	papers                                      []*certificate // the newest last
	covers                                      []cover
	owed                                        map[int64]time.Time
	lastContact                                 time.Time // or certificate; zero: no trust was ever counted
	emergencies                                 map[int64]time.Time
}

// replay walks the log up to the instant.
func replay(log []deed, who string, at time.Time) standing {
	s := standing{owed: map[int64]time.Time{}, led: map[int64]cover{}, emergencies: map[int64]time.Time{}}
	for _, d := range log {
		if d.at.After(at) || d.who != "" && d.who != who {
			continue
		}
		switch d.what {
		case lineOpened, lineClosed:
			s.lineOpen = d.what == lineOpened
		case admitted:
			s.known, s.grownUp = true, d.from
		case registered:
			s.covers = append(s.covers, cover{from: d.from})
		case leftRegister:
			for i, c := range s.covers {
				if c.until.IsZero() || c.until.After(d.until) {
					s.covers[i].until = d.until
				}
			}
		case personSuspended, personRestored:
			s.suspended = d.what == personSuspended
		case certified:
			rung := map[string]int{}
			for _, p := range s.papers {
				for _, channel := range d.channels {
					if p.holds(channel, d.at) {
						rung[channel] = max(rung[channel], p.rung[channel]) // who renews in time keeps the level
					}
					p.over[channel] = true
				}
			}
			s.papers = append(s.papers, &certificate{id: d.paper, channels: d.channels, until: d.until, rung: rung, over: map[string]bool{}})
			clear(s.owed)
			s.lastContact = d.at
		case contactTaken:
			if d.from.After(s.lastContact) {
				s.lastContact = d.from
			}
		case levelRaised:
			s.papers[slices.IndexFunc(s.papers, func(c *certificate) bool { return c.id == d.paper })].rung[d.channels[0]]++
		case emergencyGiven:
			s.emergencies[d.order] = d.until
		case emergencyTaken:
			delete(s.emergencies, d.order)
		case paperSuspended, paperRestored, paperRevoked:
			p := s.papers[slices.IndexFunc(s.papers, func(c *certificate) bool { return c.id == d.paper })]
			p.suspended, p.revoked = d.what == paperSuspended, p.revoked || d.what == paperRevoked
		case changeOwed:
			s.owed[d.change] = d.from
		case changeConfirmed:
			delete(s.owed, d.change)
		case stationChecked:
			s.station = d.until
		case pledgeSigned:
			s.pledged = true
		case lineAsks, lineAsksNot:
			s.watched = d.what == lineAsks
		case shiftLed:
			s.led[d.shift] = cover{d.from, d.until}
		case shiftUnled:
			delete(s.led, d.shift)
		case pauseBegun, pauseEnded:
			s.paused = d.what == pauseBegun
		}
	}
	return s
}

// oracle lists the reasons for a no, worst first; none is a yes.
func oracle(log []deed, who, channel string, at time.Time) []string {
	s := replay(log, who, at)
	if !s.known {
		return []string{"agent_unknown"}
	}
	var codes []string
	add := func(is bool, code string) {
		if is {
			codes = append(codes, code)
		}
	}
	paper := s.certificates(channel, at)
	insured, soon := false, false
	for _, c := range s.covers {
		lasts := c.until.IsZero() || at.Before(c.until)
		insured = insured || lasts && !at.Before(c.from)
		soon = soon || at.Before(c.from) && (c.until.IsZero() || c.from.Before(c.until))
	}
	overdue := false
	for _, deadline := range s.owed {
		overdue = overdue || !at.Before(deadline)
	}
	add(s.suspended, "agent_suspended")
	add(paper == "certificate_revoked" || paper == "certificate_suspended", paper)
	add(!s.lineOpen, "line_not_active")
	add(!insured && !soon, "not_in_register")
	add(!insured && soon, "insurance_not_started")
	add(at.Before(s.grownUp), "under_age")
	add(paper == "certificate_missing" || paper == "channel_not_certified" || paper == "certificate_expired", paper)
	add(overdue, "content_overdue")
	add(!at.Before(s.station), "station_unchecked")
	add(!s.pledged, "pledge_missing")
	alone := s.rung(channel, at) > 0 && at.Before(midnight(s.lastContact, levelDays))
	add(s.watched && paper == "" && !alone && !s.someoneLeads(at), "supervisor_absent")
	add(!s.lastContact.IsZero() && !at.Before(midnight(s.lastContact, contactDays)), "recency_lapsed")
	add(s.paused, "paused")
	if s.emergency(at) && !slices.ContainsFunc(codes, func(c string) bool { return !strings.Contains(waived, c) }) && paper != "channel_not_certified" && paper != "certificate_missing" {
		return nil
	}
	return codes
}

// waived are the reasons that an emergency sets aside.
const waived = "certificate_expired content_overdue station_unchecked supervisor_absent recency_lapsed"

func (s standing) emergency(at time.Time) bool {
	for _, until := range s.emergencies {
		if at.Before(until) {
			return true
		}
	}
	return false
}

// holds tells whether a certificate is good for a channel at an instant.
func (c certificate) holds(channel string, at time.Time) bool {
	return slices.Contains(c.channels, channel) && !c.over[channel] && !c.revoked && !c.suspended && at.Before(c.until)
}

// gone tells whether later ones took over every channel.
func (c certificate) gone() bool {
	return !slices.ContainsFunc(c.channels, func(channel string) bool { return !c.over[channel] })
}

// rung is the highest of the certificates that hold for the channel.
func (s standing) rung(channel string, at time.Time) (highest int) {
	for _, p := range s.papers {
		if p.holds(channel, at) {
			highest = max(highest, p.rung[channel])
		}
	}
	return highest
}

// certificates is what the certificates say against a contact; empty when one
// of them allows it.
func (s standing) certificates(channel string, at time.Time) string {
	if len(s.papers) == 0 {
		return "certificate_missing"
	}
	switch newest := s.papers[len(s.papers)-1]; {
	case newest.revoked:
		return "certificate_revoked"
	case newest.suspended:
		return "certificate_suspended"
	}
	ever := false
	for _, p := range s.papers {
		if !slices.Contains(p.channels, channel) {
			continue
		}
		ever = true
		if p.holds(channel, at) {
			return ""
		}
	}
	if !ever {
		return "channel_not_certified"
	}
	return "certificate_expired"
}

// someoneLeads tells whether a shift with somebody who answers for it runs.
func (s standing) someoneLeads(at time.Time) bool {
	for _, c := range s.led {
		if !at.Before(c.from) && at.Before(c.until) {
			return true
		}
	}
	return false
}

// midnight is 24:00 in Rome of the day, days after that of the instant.
func midnight(at time.Time, days int) time.Time {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	y, m, d := at.In(rome).Date()
	return time.Date(y, m, d+days+1, 0, 0, 0, 0, rome)
}
