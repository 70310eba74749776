// Package people holds who somebody is for the program: ids, roles, grants,
// the policy table and what an Actor may do. It holds no personal data; names
// and addresses live in one table apart, see peopledb.
package people

import (
	"slices"
	"time"

	"abilita/internal/fault"
)

// ID identifies a person for ever; it is random-like only to outsiders and
// never shown. The zero ID is nobody.
type ID int64

// Role is what somebody does. A person can hold several.
type Role string

// The roles.
const (
	Volunteer     Role = "volunteer"
	Evaluator     Role = "evaluator"
	Mentor        Role = "mentor"
	Trainer       Role = "trainer"
	Supervisor    Role = "supervisor"
	Coordinator   Role = "coordinator"
	Auditor       Role = "auditor"
	Administrator Role = "administrator"
)

// Roles lists every role, the strongest last.
var Roles = []Role{Volunteer, Evaluator, Mentor, Trainer, Supervisor, Coordinator, Auditor, Administrator}

// Staff tells whether the role answers for others: shorter sessions, and the
// staff pages.
func (r Role) Staff() bool { return r != Volunteer }

// Scope is how far a grant or a rule reaches.
type Scope string

// The scopes, from narrow to wide.
const (
	Own          Scope = "own"          // what concerns the person alone
	Cohort       Scope = "cohort"       // one cohort
	Line         Scope = "line"         // one line and its cohorts
	Site         Scope = "site"         // reserved: one site
	Organisation Scope = "organisation" // everything of the organisation
	All          Scope = "all"          // the whole installation
)

// Grant gives a role within a scope. ID is the cohort or line; 0 otherwise.
type Grant struct {
	Role  Role
	Scope Scope
	ID    int64
}

// Agreement is with a partner organisation on whose behalf somebody holds a role:
// the role ends with it. The zero Agreement is one's own organisation.
type Agreement struct {
	Partner   string
	Reference string    // of the paper, for example "Convenzione 12/2026"
	Until     time.Time // from this instant on the role gives nothing; zero without a partner
}

// OnBehalf tells whether a role may be held on behalf of a partner: to teach, judge and
// accompany on one line or cohort, never to decide about a line or the installation.
func (g Grant) OnBehalf() bool {
	return slices.Contains([]Role{Trainer, Evaluator, Mentor}, g.Role) && (g.Scope == Line || g.Scope == Cohort)
}

// Actor is the person or program that asks. The zero Actor is a visitor and
// may do only what the policy gives to everybody.
type Actor struct {
	ID      ID
	Number  string // public number, empty before admission
	Name    string // given name, to greet; never logged, never stored elsewhere
	Lang    string
	Grants  []Grant
	Program string // "job", "cli"… when no person acts; such an actor may do everything it is written for
}

// Visit is one request of somebody, or of nobody, with what every page shows.
type Visit struct {
	Actor Actor
	Org   string    // name of the organisation; empty before the set-up
	Zone  string    // where dates are shown
	Demo  bool      // the installation is a demonstration
	Works bool      // the actor holds a certificate: shifts concern them
	Now   time.Time // the instant of the request, from the one clock

	LastBackup time.Time // of the installation; its beginning before the first
}

// Signed tells whether somebody is behind the actor.
func (a Actor) Signed() bool { return a.ID != 0 || a.Program != "" }

// Staff tells whether the actor holds any role beyond volunteer.
func (a Actor) Staff() bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role.Staff() })
}

// Has tells whether the actor holds the role in any scope.
func (a Actor) Has(r Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == r })
}

// ExtraTime is how much longer somebody may take where time is limited, in per
// cent of the limit. Why is asked by nobody and kept nowhere.
type ExtraTime int

// ExtraTimes lists what may be given, from none.
var ExtraTimes = []ExtraTime{0, 25, 50, 100}

// Of is the time added to a limit, rounded up to whole steps; 0 where there is
// no limit.
func (e ExtraTime) Of(limit, step time.Duration) time.Duration {
	extra := limit * time.Duration(e) / 100
	return (extra + step - 1) / step * step
}

// ErrHidden is the answer to whom may not see or do a thing: the same as for a
// thing that does not exist.
var ErrHidden = fault.New(fault.NotFound, "fault.not_found")

// Target is what an action touches. Zero fields do not matter to the action.
type Target struct {
	Person ID    // whose matter it is
	Cohort int64 // the cohort it belongs to
	Line   int64 // the line it belongs to
}

// May tells whether the actor may do the action on the target, by Policy.
// Without a rule the answer is no.
func (a Actor) May(do Action, on Target) bool {
	if a.Program != "" {
		return true
	}
	for _, rule := range Policy[do] {
		if rule.Everybody {
			return true
		}
		if a.ID == 0 {
			continue
		}
		if rule.Scope == Own {
			if on.Person == a.ID && a.Has(rule.Role) {
				return true
			}
			continue
		}
		for _, g := range a.Grants {
			if g.Role == rule.Role && covers(g, on) {
				return true
			}
		}
	}
	return false
}

// Must is May as an error: ErrHidden when the answer is no.
func (a Actor) Must(do Action, on Target) error {
	if !a.May(do, on) {
		return ErrHidden
	}
	return nil
}

// covers tells whether a grant reaches the target. A target without cohort and
// line is reached only by a grant for everything.
func covers(g Grant, on Target) bool {
	switch g.Scope {
	case All, Organisation:
		return true
	case Line:
		return on.Line != 0 && on.Line == g.ID
	case Cohort:
		return on.Cohort != 0 && on.Cohort == g.ID
	case Own, Site: // Own is judged by the rule, Site is reserved
	}
	return false
}

// Reach is how far an actor may do an action, for lists scoped in SQL.
type Reach struct {
	All     bool
	Lines   []int64
	Cohorts []int64
}

// None tells that nothing is in reach.
func (r Reach) None() bool { return !r.All && len(r.Lines) == 0 && len(r.Cohorts) == 0 }

// Reach returns where the actor may do the action on other people's matters.
func (a Actor) Reach(do Action) Reach {
	if a.Program != "" {
		return Reach{All: true}
	}
	r := Reach{Lines: []int64{}, Cohorts: []int64{}}
	for _, rule := range Policy[do] {
		if rule.Everybody {
			return Reach{All: true}
		}
		if rule.Scope == Own {
			continue
		}
		for _, g := range a.Grants {
			if g.Role != rule.Role {
				continue
			}
			switch g.Scope {
			case All, Organisation:
				r.All = true
			case Line:
				r.Lines = append(r.Lines, g.ID)
			case Cohort:
				r.Cohorts = append(r.Cohorts, g.ID)
			case Own, Site: // Own is no matter of others, Site is reserved
			}
		}
	}
	return r
}

// MustSomewhere is nil when the actor may do the action at least somewhere:
// the guard of list pages, whose rows are then scoped by Reach.
func (a Actor) MustSomewhere(do Action) error {
	if a.Reach(do).None() {
		return ErrHidden
	}
	return nil
}
