package cert_test

import (
	"errors"
	"testing"
	"time"

	"abilita/course/cert"
	"abilita/internal/people"
)

func rome(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestRaisingALevel(t *testing.T) {
	t.Parallel()
	zone := rome(t)
	since := time.Date(2027, 2, 1, 9, 0, 0, 0, time.UTC)
	heard := func(by people.ID, day, hour int, good bool) cert.Observation {
		return cert.Observation{Observer: by, At: time.Date(2027, 2, day, hour, 0, 0, 0, time.UTC), Good: good}
	}
	const person, coordinator, mentor = 1, 2, 3
	for name, tc := range map[string]struct {
		list    []cert.Observation
		decider people.ID
		want    error
	}{
		"two good days of a mentor":                 {[]cert.Observation{heard(mentor, 2, 10, true), heard(mentor, 3, 10, true)}, coordinator, nil},
		"two of one day are one":                    {[]cert.Observation{heard(mentor, 2, 10, true), heard(mentor, 2, 18, true)}, coordinator, cert.ErrFewObserved},
		"before and after midnight in Rome are two": {[]cert.Observation{heard(mentor, 2, 22, true), heard(mentor, 2, 23, true)}, coordinator, nil},
		"one that went badly does not count":        {[]cert.Observation{heard(mentor, 2, 10, true), heard(mentor, 3, 10, false)}, coordinator, cert.ErrFewObserved},
		"one before the level began":                {[]cert.Observation{heard(mentor, 1, 8, true), heard(mentor, 3, 10, true)}, coordinator, cert.ErrFewObserved},
		"nobody listened":                           {nil, coordinator, cert.ErrFewObserved},
		"the only one who listened":                 {[]cert.Observation{heard(coordinator, 2, 10, true), heard(coordinator, 3, 10, true)}, coordinator, cert.ErrOnlyObserver},
		"one of two who listened":                   {[]cert.Observation{heard(coordinator, 2, 10, true), heard(mentor, 3, 10, true)}, coordinator, nil},
		"the other one found it bad":                {[]cert.Observation{heard(coordinator, 2, 10, true), heard(coordinator, 3, 10, true), heard(mentor, 4, 10, false)}, coordinator, cert.ErrOnlyObserver},
		"themselves":                                {[]cert.Observation{heard(mentor, 2, 10, true), heard(mentor, 3, 10, true)}, person, cert.ErrOwnSignature},
	} {
		if err := cert.MayRaise(tc.list, since, 2, zone, person, tc.decider); !errors.Is(err, tc.want) && err != tc.want { //nolint:errorlint // nil too
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	if err := cert.MayRaise(nil, since, 0, zone, person, coordinator); err != nil {
		t.Errorf("a step that asks for none: %v", err)
	}
}

func TestTheLadder(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{"listening": "supervised", "supervised": "autonomous", "autonomous": "mentor", "mentor": "", "boss": "", "": ""} {
		if got, ok := cert.NextLevel(from); got != want || ok != (want != "") {
			t.Errorf("after %q comes %q, want %q", from, got, want)
		}
	}
}

func TestTrustEndsAtMidnightInTheZone(t *testing.T) {
	t.Parallel()
	zone := rome(t)
	// 23:30 in Rome on 10 January; sixty days later is 11 March, a hundred and
	// eighty is 9 July, in summer time.
	at := time.Date(2027, 1, 10, 22, 30, 0, 0, time.UTC)
	level, contacts := cert.Recency{Level: 60, Contacts: 180}.Until(at, zone)
	if want := time.Date(2027, 3, 11, 23, 0, 0, 0, time.UTC); !level.Equal(want) {
		t.Errorf("the level lasts until %v, want %v", level, want)
	}
	if want := time.Date(2027, 7, 9, 22, 0, 0, 0, time.UTC); !contacts.Equal(want) {
		t.Errorf("contacts last until %v, want %v", contacts, want)
	}
	if level, contacts := (cert.Recency{}).Until(at, zone); !level.IsZero() || !contacts.IsZero() {
		t.Errorf("without a rule: %v, %v", level, contacts)
	}
}
