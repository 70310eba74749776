package proof_test

import (
	"testing"
	"time"

	"abilita/course/proof"
)

func TestInstantsOfAWallTime(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		zone, wall string
		want       []string
	}{
		"winter":                         {"Europe/Rome", "2027-01-20T18:45:00", []string{"2027-01-20T17:45:00Z"}},
		"summer":                         {"Europe/Rome", "2027-07-20T18:45:30", []string{"2027-07-20T16:45:30Z"}},
		"the second before the two":      {"Europe/Rome", "2026-10-25T01:59:59", []string{"2026-10-24T23:59:59Z"}},
		"the first second of the two":    {"Europe/Rome", "2026-10-25T02:00:00", []string{"2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"}},
		"the last second of the two":     {"Europe/Rome", "2026-10-25T02:59:59", []string{"2026-10-25T00:59:59Z", "2026-10-25T01:59:59Z"}},
		"the second after the two":       {"Europe/Rome", "2026-10-25T03:00:00", []string{"2026-10-25T02:00:00Z"}},
		"the second before the gap":      {"Europe/Rome", "2027-03-28T01:59:59", []string{"2027-03-28T00:59:59Z"}},
		"the first second of the gap":    {"Europe/Rome", "2027-03-28T02:00:00", nil},
		"the last second of the gap":     {"Europe/Rome", "2027-03-28T02:59:59", nil},
		"the second after the gap":       {"Europe/Rome", "2027-03-28T03:00:00", []string{"2027-03-28T01:00:00Z"}},
		"a zone that moves half an hour": {"Australia/Lord_Howe", "2027-04-04T01:45:00", []string{"2027-04-03T14:45:00Z", "2027-04-03T15:15:00Z"}},
		"a zone that never moves":        {"UTC", "2026-10-25T02:30:00", []string{"2026-10-25T02:30:00Z"}},
	} {
		zone, err := time.LoadLocation(tc.zone)
		if err != nil {
			t.Fatal(err)
		}
		wall, err := time.Parse("2006-01-02T15:04:05", tc.wall)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, at := range proof.Instants(wall, zone) {
			got = append(got, at.UTC().Format(time.RFC3339))
		}
		if len(got) != len(tc.want) || len(got) > 0 && got[0] != tc.want[0] || len(got) > 1 && got[1] != tc.want[1] {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}
