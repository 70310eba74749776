package i18n

import (
	"strings"
	"time"
)

// The methods below read t in its own location: convert it with In first.

var months = map[Lang][12]string{
	Italian: {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
	English: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

var weekdays = map[Lang][7]string{
	Italian: {"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"},
	English: {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
}

// Day is a date without year: "mercoledì 20 gennaio".
func (p Printer) Day(t time.Time) string {
	return weekdays[Lang(p.Lang())][t.Weekday()] + " " + p.dayMonth(t)
}

// Weekday is the name of a day of the week, 1 for Monday to 7 for Sunday.
func (p Printer) Weekday(day int) string { return weekdays[Lang(p.Lang())][day%7] }

// MonthYear is "gennaio 2027".
func (p Printer) MonthYear(t time.Time) string {
	return months[Lang(p.Lang())][t.Month()-1] + " " + t.Format("2006")
}

// Date is "20 gennaio 2027"; the first of the month is "1º" in Italian.
func (p Printer) Date(t time.Time) string { return p.dayMonth(t) + " " + t.Format("2006") }

// DateLong is "mercoledì 20 gennaio 2027".
func (p Printer) DateLong(t time.Time) string { return p.Day(t) + " " + t.Format("2006") }

// Time is "18:45". In the hour that a clock change repeats it says which of
// the two is meant: "02:30 (ora legale)".
func (p Printer) Time(t time.Time) string {
	s := t.Format("15:04")
	if !repeated(t) {
		return s
	}
	if t.IsDST() {
		return p.T("time.summer", "Time", s)
	}
	return p.T("time.winter", "Time", s)
}

// TimeZoned is the time with its zone in words: "18:45, ora di Roma".
func (p Printer) TimeZoned(t time.Time) string { return p.Time(t) + ", " + p.ZoneWord(t) }

// DateTime is date, time and zone: "20 gennaio 2027, 18:45, ora di Roma".
func (p Printer) DateTime(t time.Time) string { return p.Date(t) + ", " + p.TimeZoned(t) }

// Boundary is DateTime for the edge of an interval: midnight is the end of the
// day before, "22 novembre 2026, ore 24, ora di Roma".
func (p Printer) Boundary(t time.Time) string {
	if h, m, s := t.Clock(); h != 0 || m != 0 || s != 0 {
		return p.DateTime(t)
	}
	return p.Date(t.AddDate(0, 0, -1)) + ", " + p.T("time.midnight") + ", " + p.ZoneWord(t)
}

// Until says when something ends, as the end of a day where it is one:
// "alle 24 di lunedì 25 gennaio" for the midnight that begins the 26th, else
// "alle 18:30 di lunedì 25 gennaio". The year is left out when it is that of
// now; with the zero now it is always written.
func (p Printer) Until(t, now time.Time) string {
	day, clock := t, p.Time(t)
	if h, m, s := t.Clock(); h == 0 && m == 0 && s == 0 {
		day, clock = t.AddDate(0, 0, -1), "24"
		if p.Lang() == string(English) {
			clock = "24:00"
		}
	}
	text := p.DateLong(day)
	if !now.IsZero() && now.Year() == day.Year() {
		text = p.Day(day)
	}
	return p.T("time.until", "Time", clock, "Day", text)
}

// ZoneWord is the zone in words: "ora di Roma" for Europe/Rome.
func (p Printer) ZoneWord(t time.Time) string {
	name := t.Location().String()
	if name == "UTC" || name == "Local" || name == "" {
		zone, _ := t.Zone()
		return zone
	}
	key := "time.city_" + strings.ToLower(name[strings.LastIndex(name, "/")+1:])
	city := strings.ReplaceAll(name[strings.LastIndex(name, "/")+1:], "_", " ")
	if p.Has(key) {
		city = p.T(key)
	}
	return p.T("time.zone", "City", city)
}

func (p Printer) dayMonth(t time.Time) string {
	day := t.Format("2")
	if t.Day() == 1 && p.Lang() == string(Italian) {
		day = "1º"
	}
	return day + " " + months[Lang(p.Lang())][t.Month()-1]
}

// repeated says whether the wall clock of t happens twice that day.
func repeated(t time.Time) bool {
	for _, d := range []time.Duration{-time.Hour, time.Hour} {
		u := t.Add(d)
		_, a := t.Zone()
		_, b := u.Zone()
		if a != b && t.Format("2 15:04") == u.Format("2 15:04") {
			return true
		}
	}
	return false
}
