// Package course holds the rules of learning that are neither certificate,
// gate nor role-play: what a person does next.
package course

import "abilita/course/cert"

// Next returns the requirement to go on with: the first that is open and waits
// for the person, in the order of the programme. What waits for somebody else
// comes only when nothing else is open; nothing is left when ok is false.
func Next(report cert.Report) (line cert.Line, ok bool) {
	for _, l := range report.Lines {
		switch l.State {
		case cert.Doing, cert.Todo, cert.Failed, cert.Critical:
			return l, true
		case cert.Done, cert.Locked, cert.Waiting:
		}
	}
	for _, l := range report.Lines {
		if l.State == cert.Waiting {
			return l, true
		}
	}
	return cert.Line{}, false
}
