package content

import (
	"slices"
	"time"

	"abilita/course/cert"
)

// Programme says what enables a person for a line, for how long, and how the
// way there is organised.
type Programme struct {
	File
	Intro        string
	Line         string
	Channels     []string // phone chat video mail desk
	ValidDays    int
	Hours        time.Duration // whole commitment, 0 when not said
	MinAge       int
	MidCheck     MidCheck
	Window       RenewalWindow
	Inactivity   []Inactivity
	ConfirmDays  int           // to read and confirm a change
	MicroDays    int           // to do a short update
	Cover        int           // per cent of enabled hours over hours to cover, to launch
	Requirements []Requirement // to be enabled for the first time
	Renewal      []Requirement // to be enabled again; empty: all of Requirements
	MidTerm      []Requirement // of the check half way; empty: there is none
	Levels       []LevelStep
	Sessions     []SessionPlan
	Launch       []LaunchStep
}

// On is the programme as one track sees it: with the requirements of the track
// in the place of Requirements. A renewal without a list of its own asks for
// everything again.
func (p Programme) On(t cert.Track) Programme {
	switch {
	case t == cert.MidTerm:
		p.Requirements = p.MidTerm
	case t == cert.Renewal && len(p.Renewal) > 0:
		p.Requirements = p.Renewal
	}
	return p
}

// Every lists the requirements of all tracks; their keys differ.
func (p Programme) Every() []Requirement {
	return slices.Concat(p.Requirements, p.Renewal, p.MidTerm)
}

// RequirementKind is what kind of evidence meets a requirement.
type RequirementKind string

// The kinds.
const (
	ReqModules    RequirementKind = "modules"
	ReqAttendance RequirementKind = "attendance"
	ReqQuiz       RequirementKind = "quiz"
	ReqRoleplay   RequirementKind = "roleplay"
	ReqChecklist  RequirementKind = "checklist"
	ReqPledge     RequirementKind = "pledge"
	ReqStation    RequirementKind = "station"
)

// Requirement is one thing to have done.
type Requirement struct {
	Key        string // stable for ever
	Title      string
	Other      string // the title in the other language, "" when its writer gave none
	Kind       RequirementKind
	Content    []Group
	Sessions   []string // attendance: keys of the session plan
	Threshold  int      // per cent, 0 when the content's own holds
	Evaluators int      // roleplay
	Signers    int      // checklist: how many different people sign its lists, 0 when not said
	Before     []string // keys to have met first
	Channels   []string // empty: all channels of the programme
	ValidDays  int      // of the evidence, 0 without an end
	Line       int      // in the file
}

// Group asks for Need of the ids in Of.
type Group struct {
	Need int
	Of   []string
	Line int
}

// MidCheck says when the active check half way begins and how long it may take;
// the zero value asks for none.
type MidCheck struct{ AfterDays, WithinDays int }

// RenewalWindow says how many days before the end of a certificate its renewal
// begins, and how many days after it the renewal still holds in the place of the
// whole way.
type RenewalWindow struct{ BeforeDays, AfterDays int }

// Inactivity says what follows days without contacts.
type Inactivity struct {
	Days int
	Then string // "supervised_shift" or "roleplay"
}

// LevelStep is a step of the ladder after being enabled.
type LevelStep struct {
	Level  string // listening supervised independent mentor
	Shifts int    // observed and signed, to come here from the step before
}

// SessionPlan is a series of meetings.
type SessionPlan struct {
	Key, Title string
	Kind       string // evening lab roleplays recovery
	Days       []time.Weekday
	At         string // wall time of the line's zone, "20:30"
	Count      int
	Duration   time.Duration
	Seats      int
	Minimum    int           // seats that confirm a meeting
	Slot       time.Duration // roleplays: of each turn
	From       int           // days from launch, negative before; 0 when not said
	Line       int
}

// LaunchStep is a step of the plan towards the launch day.
type LaunchStep struct {
	From, To int // days from launch; equal for a single day
	Text     string
	Key      string // for the program, or ""
}

// AttendanceOf is the key of the requirement that a meeting of a kind (evening,
// lab, recovery) counts towards: the first that names a plan of that kind. A
// recovery stands in for any meeting, so without a plan of its own it counts
// towards the first requirement of attendance. "" when none asks for such
// meetings.
func (p Programme) AttendanceOf(kind string) string {
	first := ""
	for _, r := range p.Requirements {
		if r.Kind != ReqAttendance {
			continue
		}
		for _, s := range p.Sessions {
			if s.Kind == kind && slices.Contains(r.Sessions, s.Key) {
				return r.Key
			}
		}
		if first == "" {
			first = r.Key
		}
	}
	if kind == "recovery" {
		return first
	}
	return ""
}
