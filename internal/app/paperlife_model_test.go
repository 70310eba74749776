package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing/fstest"
	"time"

	"abilita/course/cert"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
)

// lifePack is the example pack with a short validity and without a rule of
// recency, so that the certificate alone decides.
func lifePack(days int) fstest.MapFS {
	pack := apptest.Pack()
	p := string(pack["esempio/it/programma.md"].Data)
	for _, r := range [][2]string{
		{"- canali: telefono\n- validità: 365 giorni", fmt.Sprintf("- canali: telefono\n- validità: %d giorni", days)},
		{"- controllo intermedio: dopo 180 giorni, entro 30 giorni\n", ""},
		{checkHalfWay(p), ""},
		{"- inattività: 60 giorni: turno supervisionato\n- inattività: 180 giorni: nuova simulazione\n", ""},
		{"- mentore: 20 turni", "- mentore: 1 turno"},
	} {
		if !strings.Contains(p, r[0]) {
			panic("the example pack has no " + r[0])
		}
		p = strings.Replace(p, r[0], r[1], 1)
	}
	pack["esempio/it/programma.md"] = &fstest.MapFile{Data: []byte(p)}
	return pack
}

// checkHalfWay is the chapter of the check half way in a programme.
func checkHalfWay(programme string) string {
	_, rest, _ := strings.Cut(programme, "## Controllo intermedio\n")
	chapter, _, _ := strings.Cut(rest, "## Livelli")
	return "## Controllo intermedio\n" + chapter
}

// modelPaper is a certificate as the picture of package cert has it.
type modelPaper struct {
	id       int64
	number   string
	days     int
	state    string // proposed, valid, suspended, revoked, superseded; the end is in until
	level    string
	since    time.Time // of the level
	until    time.Time
	heard    []cert.Observation // since the level began
	events   []string
	followed bool
	about    *modelPaper // what it renews by the shorter path
}

// at is the state at an instant.
func (p *modelPaper) at(now time.Time) string {
	if p.state == "valid" && !now.Before(p.until) {
		return "expired"
	}
	return p.state
}

// refusal is what a command meets now; nil when it is an arrow of the picture.
func (p *modelPaper) refusal(do string, decider people.ID, now time.Time) error {
	state := p.at(now)
	switch do {
	case "sign":
		if state != "proposed" {
			return cert.ErrSigned
		}
		return nil
	case "raise":
		return p.raiseRefusal(state, decider)
	}
	allowed := map[string]string{"suspend": "valid", "restore": "suspended", "revoke": "valid suspended"}[do]
	switch {
	case slices.Contains(strings.Fields(allowed), state):
		return nil
	case state == "revoked":
		return cert.ErrRevoked
	case do == "restore":
		return cert.ErrNotSuspended
	}
	return cert.ErrNotValid
}

func (p *modelPaper) raiseRefusal(state string, decider people.ID) error {
	days, others := map[string]bool{}, false
	for _, h := range p.heard {
		if h.Good {
			days[h.At.In(apptest.Rome()).Format(time.DateOnly)] = true
			others = others || h.Observer != decider
		}
	}
	switch {
	case state == "proposed":
		return people.ErrHidden
	case p.level == "mentor":
		return cert.ErrTopLevel
	case state != "valid":
		return cert.ErrNotValid
	case len(days) < map[string]int{"supervised": 2, "autonomous": 1}[p.level]:
		return cert.ErrFewObserved
	case !others:
		return cert.ErrOnlyObserver
	}
	return nil
}

// walkedArrows are all the arrows, and every command in every state where it is
// refused.
var walkedArrows = []string{
	"proposed > sign > valid",
	"valid > suspend > suspended", "suspended > restore > valid", "suspended > restore > expired",
	"valid > revoke > revoked", "suspended > revoke > revoked",
	"valid > raise > valid",
	"valid > expired",
	"valid > followed > superseded", "sign when proposed: refused", "expired > followed > superseded", "revoked > followed > revoked",
	"the longer date is kept", "the higher level is kept",
	"valid > renewed by the shorter path", "expired > renewed by the shorter path", "renew when suspended: refused", "renew when revoked: refused",
	"revoked > its renewal is withdrawn",

	"sign when valid: refused", "sign when suspended: refused", "sign when revoked: refused", "sign when expired: refused", "sign when superseded: refused",
	"suspend when proposed: refused", "suspend when suspended: refused", "suspend when revoked: refused", "suspend when expired: refused", "suspend when superseded: refused",
	"restore when proposed: refused", "restore when valid: refused", "restore when revoked: refused", "restore when expired: refused", "restore when superseded: refused",
	"revoke when proposed: refused", "revoke when revoked: refused", "revoke when expired: refused", "revoke when superseded: refused",
	"raise when proposed: refused", "raise when valid: refused", "raise when suspended: refused", "raise when revoked: refused", "raise when expired: refused", "raise when superseded: refused",
}
