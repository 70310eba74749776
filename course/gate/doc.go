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
//	check_due                certificate   content_overdue, from the deadline on
//	pause                    person        paused
//
// Level. A certificate grants listening, supervised, autonomous or mentor.
// listening takes no contact (level_listening_only). While the fact supervision
// holds for the line, supervised takes contacts only while a supervisor is on
// shift (supervisor_on), else supervisor_absent. Skill fades: each contact, and
// the certificate itself, leaves two facts practice, one at level autonomous
// and one at level supervised, that end when the line's rule says. Without the
// first an autonomous level counts as supervised, without the second nobody
// takes a contact (recency_lapsed). Who has no fact practice at all is on a line
// without that rule.
//
// Override. In an emergency a named person may set certain reasons aside for
// one person on one line, for hours: the fact override. It waives only what
// Waivable lists, never a suspension, a revocation, the register, the age, the
// pledge or a missing certificate, and grants no level above supervised.
//
// A fact counts from the instant it was recorded, and the end of an interval
// that was closed early counts from the instant it was closed. So the same
// function answers for now and for any past instant: what came later is not
// known then. Unknown means no, and the zero Decision refuses.
//
// Certificates: the newest one recorded for the line speaks first. While it is
// revoked or suspended the answer is no, whatever older ones say; otherwise any
// certificate valid now for the channel is enough.
package gate
