package content_test

import (
	"testing"

	"abilita/content"
)

func TestAMeetingCountsTowardsTheRequirementThatNamesItsKind(t *testing.T) {
	t.Parallel()
	evenings := content.Requirement{Key: "serate", Kind: content.ReqAttendance, Sessions: []string{"serata"}}
	labs := content.Requirement{Key: "laboratori", Kind: content.ReqAttendance, Sessions: []string{"lab-uno", "lab-due"}}
	study := content.Requirement{Key: "studio", Kind: content.ReqModules}
	plans := []content.SessionPlan{{Key: "serata", Kind: "evening"}, {Key: "lab-due", Kind: "lab"}, {Key: "recupero", Kind: "recovery"}}
	for name, tc := range map[string]struct {
		requirements []content.Requirement
		kind, want   string
	}{
		"an evening":                      {[]content.Requirement{study, evenings, labs}, "evening", "serate"},
		"a lab, the second requirement":   {[]content.Requirement{evenings, labs}, "lab", "laboratori"},
		"a recovery stands in":            {[]content.Requirement{study, labs, evenings}, "recovery", "laboratori"},
		"a lab that nobody asks for":      {[]content.Requirement{evenings}, "lab", ""},
		"no requirement of attendance":    {[]content.Requirement{study}, "recovery", ""},
		"a recovery that is asked for":    {[]content.Requirement{evenings, {Key: "recuperi", Kind: content.ReqAttendance, Sessions: []string{"recupero"}}}, "recovery", "recuperi"},
		"a kind that no plan has":         {[]content.Requirement{evenings, labs}, "festa", ""},
		"calls are judged, not attended":  {[]content.Requirement{evenings}, "roleplays", ""},
		"a programme without any meeting": {nil, "evening", ""},
	} {
		p := content.Programme{Requirements: tc.requirements, Sessions: plans}
		if got := p.AttendanceOf(tc.kind); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}
