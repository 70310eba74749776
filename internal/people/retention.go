package people

import "time"

// Kept names a kind of data that is kept for a time.
type Kept string

// The kinds of data that are kept for a time.
const (
	KeptApplications Kept = "applications" // since the application was refused or withdrawn
	KeptAnswers      Kept = "answers"      // since the last certificate of the enrolment ended, or the enrolment without one
	KeptMinutes      Kept = "minutes"      // since the session ended
	KeptNotes        Kept = "shift_notes"  // since a note about a shift was written
	KeptLetters      Kept = "letters"      // since the letter went out, or could no longer
	KeptLinks        Kept = "links"        // since the login link was used or ran out
	KeptSessions     Kept = "sessions"     // since somebody who signed in was last seen
	KeptFailures     Kept = "failures"     // since a wrong password began a row of them
	KeptCommands     Kept = "commands"     // since the form was sent
	KeptPeople       Kept = "people"       // since the person left and nothing of theirs was open
)

// Ending is what happens to data when their time is over.
type Ending string

// The endings.
const (
	Deleted  Ending = "deleted"  // the rows go
	Stripped Ending = "stripped" // outcome, dates and hashes stay, the content goes
	Unnamed  Ending = "unnamed"  // what was decided stays, under a number that names nobody
)

// Keeping is how long a kind of data is kept: so many whole calendar months,
// counted in UTC, or so many hours.
type Keeping struct {
	Of     Kept
	Months int
	Hours  int
	Ends   Ending
	Hourly bool // it only takes room: it goes each hour, without an entry in the audit
}

// Retention is how long everything is kept that is not kept for ever. The
// privacy notice promises it, and a test compares the two.
var Retention = []Keeping{
	{Of: KeptApplications, Months: 6, Ends: Deleted},
	{Of: KeptAnswers, Months: 24, Ends: Stripped},
	{Of: KeptMinutes, Months: 24, Ends: Stripped},
	{Of: KeptNotes, Months: 24, Ends: Deleted},
	{Of: KeptPeople, Months: 120, Ends: Unnamed},
	{Of: KeptLetters, Hours: 90 * 24, Ends: Stripped},
	{Of: KeptLinks, Hours: 30 * 24, Ends: Deleted, Hourly: true},
	{Of: KeptSessions, Hours: 24, Ends: Deleted, Hourly: true},
	{Of: KeptFailures, Hours: 24, Ends: Deleted, Hourly: true},
	{Of: KeptCommands, Hours: 24, Ends: Deleted, Hourly: true},
}

// Keep is the entry of Retention for a kind. A kind without one is kept for
// ever: the zero Keeping, whose Cutoff is the zero time.
func Keep(of Kept) Keeping {
	for _, k := range Retention {
		if k.Of == of {
			return k
		}
	}
	return Keeping{}
}

// Cutoff is the last beginning whose time is over at the instant now: what
// began to count at it or before is due, and nothing else. When the month of
// the cutoff lacks the day, its last day stands for it, so that nothing goes
// early.
func (k Keeping) Cutoff(now time.Time) time.Time {
	if k.Months == 0 && k.Hours == 0 {
		return time.Time{}
	}
	now = now.UTC().Add(-time.Duration(k.Hours) * time.Hour)
	first := time.Date(now.Year(), now.Month(), 1, now.Hour(), now.Minute(), now.Second(), now.Nanosecond(), time.UTC).AddDate(0, -k.Months, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(now.Day(), last)-1)
}
