package cert

import (
	"time"

	"abilita/internal/fault"
)

// Track is which list of a programme somebody works on.
type Track string

// The tracks.
const (
	Full    Track = "full"    // to be certified for the first time
	Renewal Track = "renewal" // to be certified again
	MidTerm Track = "midterm" // the check half way
)

// Window is the time in which something may be done: [From, To).
type Window struct{ From, To time.Time }

// RenewalWindow is when a certificate that ends at the instant until may be
// renewed: from so many days before to so many after, days of the calendar in the
// line's zone, whatever the clocks do in between.
func RenewalWindow(until time.Time, before, after int, zone *time.Location) Window {
	return Window{From: until.In(zone).AddDate(0, 0, -before).UTC(), To: until.In(zone).AddDate(0, 0, after).UTC()}
}

// MidTermWindow is when the check of a certificate signed at the instant is to be
// done: from 0:00 of the day after days later, within days long; To is the
// deadline. ok is false when it would begin after the certificate's end.
func MidTermWindow(signed, until time.Time, after, within int, zone *time.Location) (w Window, ok bool) {
	y, m, d := signed.In(zone).Date()
	w = Window{From: time.Date(y, m, d+after, 0, 0, 0, 0, zone).UTC(), To: EndOfDay(y, m, d+after+within, zone)}
	return w, after > 0 && w.From.Before(until)
}

// Faults of renewing.
var (
	ErrRenewEarly = fault.New(fault.Conflict, "cert.renew_early")
	ErrRenewLate  = fault.New(fault.Conflict, "cert.renew_late")
)

// MayRenew tells whether the renewal of a certificate may begin at the instant
// now: it is valid or expired, and the window is open. A suspension is decided
// first, a revocation is final, and what another one followed is renewed there.
func MayRenew(status Status, w Window, now time.Time) error {
	switch status {
	case Valid, Expired:
	case Suspended:
		return ErrUndecided
	case Revoked:
		return ErrRevoked
	case Proposed, Superseded:
		return ErrNotValid
	}
	switch {
	case now.Before(w.From):
		return ErrRenewEarly.With("When", w.From)
	case !now.Before(w.To):
		return ErrRenewLate
	}
	return nil
}

// Recognisable tells whether what somebody learnt elsewhere may stand for a
// requirement of the kind: what is read or attended. What judges a person is
// never taken from elsewhere, nor what they promise or set up themselves.
func Recognisable(kind Kind) bool { return kind == Modules || kind == Attendance }
