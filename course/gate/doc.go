// Package gate decides whether a person may take a contact on a line and
// channel at an instant, and if not, why not.
//
// Nothing stores the answer. It is computed on each question from facts, each
// of which holds in a half-open interval of time:
//
//	fact                     of            missing or outside its interval
//	register (insurance)     person        not_in_register, insurance_not_started
//	of_age                   person, line  under_age
//	certificate              line, channel certificate_missing, channel_not_certified,
//	                                       certificate_not_started, certificate_expired
//	line_active              line          line_not_active
//	station                  person        station_unchecked
//	pledge                   person        pledge_missing
//
//	fact                     of            present
//	suspension               person        agent_suspended
//	certificate_revocation   certificate   certificate_revoked
//	certificate_suspension   certificate   certificate_suspended
//	content_due              person, line  content_overdue, from the deadline on
//	pause                    person        paused
//
// A fact counts from the instant it was recorded, and the end of an interval
// that was closed early counts from the instant it was closed. So the same
// function answers for now and for any past instant: what came later is not
// known then. Unknown means no, and the zero Decision refuses.
//
// Certificates: the newest one recorded for the line speaks first. While it is
// revoked or suspended the answer is no, whatever older ones say; otherwise any
// certificate valid now for the channel is enough.
//
// supervisor_absent and recency_lapsed are reserved codes: no fact of today
// produces them.
package gate
