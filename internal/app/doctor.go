package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/blob"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Doctor checks over the data that what must always hold does hold.
type Doctor struct {
	db     *pg.DB
	course *Course
	sealer audit.Sealer
	blobs  blob.Store
}

// NewDoctor makes the use case.
func NewDoctor(db *pg.DB, course *Course, secret Secret, blobs blob.Store) *Doctor {
	return &Doctor{db: db, course: course, blobs: blobs, sealer: audit.Sealer{DB: db, Key: secret.For("audit")}}
}

// Checkup is the outcome of one check: Bad names what offends, empty when all is well.
type Checkup struct {
	Name string
	Says string // the invariant
	Bad  []string
}

// OK tells that nothing offends.
func (c Checkup) OK() bool { return len(c.Bad) == 0 }

// worst bounds how many offenders a check names.
const worst = 20

// invariant is one: a statement that selects what offends, or a function
// that computes it anew.
type invariant struct {
	name, says string
	query      string
	find       func(x *Doctor, ctx context.Context, q pg.Q, now time.Time) ([]string, error)
}

// Examine runs every check on one view of the database. byMail says that letters
// leave by mail: then none may wait for long.
func (x *Doctor) Examine(ctx context.Context, who people.Actor, byMail bool) ([]Checkup, error) {
	if err := who.Must(people.ReadAudit, people.Target{}); err != nil {
		return nil, err
	}
	var out []Checkup
	err := x.db.Snapshot(ctx, func(q pg.Q, now time.Time) error {
		for _, c := range slices.Concat(invariants, moreInvariants, shiftInvariants, engineInvariants) {
			bad, err := c.run(ctx, x, q, now)
			if err != nil {
				return fmt.Errorf("check %s: %w", c.name, err)
			}
			out = append(out, Checkup{Name: c.name, Says: c.says, Bad: bad[:min(len(bad), worst)]})
		}
		bad, err := waitingLetters(ctx, q, now, byMail)
		out = append(out, Checkup{Name: "letters-waiting", Says: "no letter waits for long: a day when mail carries them, two weeks when people do", Bad: bad[:min(len(bad), worst)]})
		return err
	})
	if err != nil {
		return out, err
	}
	f, err := x.sealer.Check(ctx)
	if err != nil {
		return out, fmt.Errorf("check audit-chain: %w", err)
	}
	chain := Checkup{Name: "audit-chain", Says: "the record of changes is whole"}
	if !f.OK() {
		chain.Bad = []string{fmt.Sprintf("%s at entry %d", f.Problem, f.BadEntry)}
	}
	return append(out, chain), nil
}

func (c invariant) run(ctx context.Context, x *Doctor, q pg.Q, now time.Time) ([]string, error) {
	if c.find != nil {
		return c.find(x, ctx, q, now)
	}
	var bad []string
	err := q.SelectContext(ctx, &bad, c.query)
	return bad, err
}

// invariants are all of them, in the order in which they are shown.
var invariants = []invariant{
	{name: "enabled-certified", says: "nobody may answer without a valid certificate for line and channel", find: (*Doctor).enabled},
	{name: "engine-views", says: "what engines read of the database is what the gate decides", find: (*Doctor).viewsAgree},
	{name: "engine-rights", says: "the role of engines reads its three views and nothing else", query: engineRights},
	{name: "certificate-facts", says: "the gate knows of certificates what they say, and of no others", query: certificateFacts},
	{name: "certificate-stops", says: "the gate knows every suspension and revocation of a certificate, and no others", query: certificateStops},
	{name: "one-certificate", says: "a person has one certificate in force for a line and channel", query: `SELECT person_id || ' on line ' || line_id FROM gate_fact
		WHERE kind = 'certificate' AND closed_at IS NULL GROUP BY person_id, line_id, channel HAVING count(DISTINCT ref_id) > 1`},
	{name: "certificate-review", says: "the rule, run again on the evidence a certificate names, gives the same answer", find: (*Doctor).reviews},
	{name: "certificate-signers", says: "nobody signs their own certificate, and who signs is not the only evaluator", find: (*Doctor).signers},
	{name: "stops-explained", says: "every suspension and revocation has a named person, a reason and a date for the appeal", query: stopsExplained},
	{name: "appeals-decided", says: "a review that was asked for is decided, within 14 days once the time to ask is over, by somebody who did not take the decision", query: appealsDecided},
	{name: "upkeep-theirs", says: "a renewal or a check half way is about a certificate of the same person and line, and ends with it", query: upkeepTheirs},
	{name: "checks-due", says: "the gate knows the deadline of every check half way that is to be done, and of none that is done", query: checksDue},
	{name: "prior-learning", says: "nothing that judges a person is taken from elsewhere, and nobody recognises their own", find: (*Doctor).prior},
	{name: "evidence-whole", says: "evidence says what was sealed", find: (*Doctor).evidence},
	{name: "evidence-owner", says: "evidence belongs to the person of its enrolment", query: `SELECT 'evidence ' || v.id FROM evidence v JOIN enrolment e ON e.id = v.enrolment_id WHERE e.person_id <> v.person_id ORDER BY v.id`},
	{name: "self-evaluation", says: "nobody evaluates themselves", query: selfEvaluation},
	{name: "panels-agree", says: "a call that several judge has the one result that the rule gives, and none before", find: (*Doctor).panels},
	{name: "progress-agrees", says: "the progress shown is what the review gives", find: (*Doctor).progress},
	{name: "one-open-attempt", says: "a person has one open attempt at a quiz", query: `SELECT 'person ' || person_id || ' at ' || quiz_key FROM quiz_attempt WHERE state = 'opened' GROUP BY person_id, quiz_key HAVING count(*) > 1`},
	{name: "attempts-graded", says: "a grade is what grading the paper again gives", find: (*Doctor).grades},
	{name: "seats-within-capacity", says: "booked seats never exceed capacity", query: `SELECT 'session ' || s.id FROM session s JOIN booking b ON b.session_id = s.id AND b.state <> 'cancelled'
			GROUP BY s.id, s.capacity HAVING count(*) > s.capacity
		UNION ALL SELECT 'shift ' || h.id FROM shift h JOIN shift_place p ON p.shift_id = h.id AND p.part = 'volunteer' AND p.state IN ('booked', 'present') GROUP BY h.id, h.seats HAVING count(*) > h.seats`},
	{name: "one-place-at-a-time", says: "nobody is in two sessions or shifts at one time", query: onePlace},
	{name: "register-cover", says: "cover starts and ends at 24:00 of the day in the register, and the gate knows it", query: registerCover},
	{name: "closed-people", says: "an erased or joined record has no way in, no role and nothing at the gate", query: closedPeople},
	{name: "letters-settled", says: "a letter is in one state, with what belongs to it", query: `SELECT 'letter ' || id FROM letter
		WHERE (state IN ('sent', 'handed')) <> (sent_at IS NOT NULL) OR (state = 'failed' AND problem = '') OR (handed_by IS NOT NULL AND state <> 'handed') ORDER BY id`},
	{name: "gate-versions", says: "facts follow the version of the gate", query: `SELECT 'fact ' || f.id FROM gate_fact f, gate_version v WHERE greatest(f.version, f.closed_version) > v.version
		UNION ALL SELECT 'fact ' || b.id FROM (SELECT id, recorded_at, lag(recorded_at) OVER (ORDER BY version, id) AS before FROM gate_fact) b WHERE b.before > b.recorded_at`},
	{name: "numbers-ahead", says: "the next id of every table is new", find: (*Doctor).sequences},
	{name: "rules-in-force", says: "every constraint of the database is in force", query: `SELECT conrelid::regclass || '.' || conname FROM pg_constraint WHERE NOT convalidated
		UNION ALL SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'`},
}

const certificateFacts = `SELECT 'certificate ' || c.id || ' lacks ' || ch FROM certificate c CROSS JOIN unnest(c.channels) ch
	WHERE c.signed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM gate_fact f WHERE f.kind = 'certificate' AND f.ref_id = c.id AND f.person_id = c.person_id
		AND f.line_id = c.line_id AND f.channel = ch AND f.level = coalesce((SELECT e.level FROM certificate_event e WHERE e.certificate_id = c.id AND e.kind = 'raised' AND e.channel = ch AND e.at = c.signed_at), c.level) AND f.valid_from = c.valid_from AND f.valid_until = c.valid_until)
	UNION ALL SELECT 'fact ' || f.id FROM gate_fact f WHERE f.kind = 'certificate' AND NOT EXISTS (SELECT 1 FROM certificate c WHERE c.id = f.ref_id AND c.signed_at IS NOT NULL
		AND c.person_id = f.person_id AND c.line_id = f.line_id AND f.channel = any(c.channels) AND c.valid_until = f.valid_until
		AND (c.level = f.level AND c.valid_from = f.valid_from OR EXISTS (SELECT 1 FROM certificate_event e WHERE e.certificate_id = c.id AND e.kind = 'raised' AND e.channel IN ('', f.channel) AND e.level = f.level AND e.at <= f.valid_from)))
	UNION ALL SELECT 'certificate ' || e.certificate_id || ' was superseded' FROM certificate_event e
		JOIN gate_fact f ON f.kind = 'certificate' AND f.ref_id = e.certificate_id AND f.closed_at IS NULL WHERE e.kind = 'superseded'`

const upkeepTheirs = `SELECT 'enrolment ' || e.id FROM enrolment e JOIN certificate c ON c.id = e.about_id
		WHERE e.track <> 'full' AND (c.person_id <> e.person_id OR c.line_id <> e.line_id OR c.signed_at IS NULL)
	UNION ALL SELECT 'enrolment ' || e.id || ' goes on' FROM enrolment e WHERE e.track <> 'full' AND e.state IN ('enrolled', 'active')
		AND EXISTS (SELECT 1 FROM certificate_event v WHERE v.certificate_id = e.about_id AND v.kind = 'revoked')`

const checksDue = `SELECT 'fact ' || f.id FROM gate_fact f LEFT JOIN certificate c ON c.id = f.ref_id AND c.person_id = f.person_id AND c.line_id = f.line_id AND c.signed_at IS NOT NULL
		WHERE f.kind = 'check_due' AND (c.id IS NULL OR f.valid_from <= c.signed_at OR f.valid_until <> c.valid_until)
	UNION ALL SELECT 'enrolment ' || e.id || ' is done' FROM enrolment e JOIN gate_fact f ON f.kind = 'check_due' AND f.person_id = e.person_id AND f.ref_id = e.about_id AND f.closed_at IS NULL
		WHERE e.track = 'midterm' AND e.state = 'completed'
	UNION ALL SELECT 'enrolment ' || e.id || ' has no deadline' FROM enrolment e JOIN certificate c ON c.id = e.about_id WHERE e.track = 'midterm' AND e.state IN ('enrolled', 'active')
		AND NOT EXISTS (SELECT 1 FROM gate_fact f WHERE f.kind = 'check_due' AND f.person_id = e.person_id AND f.ref_id = e.about_id AND f.closed_at IS NULL)`

const certificateStops = `SELECT 'certificate ' || c.id FROM certificate c
	LEFT JOIN LATERAL (SELECT e.kind FROM certificate_event e WHERE e.certificate_id = c.id AND e.kind IN ('suspended', 'restored') ORDER BY e.id DESC LIMIT 1) s ON true
	WHERE NOT EXISTS (SELECT 1 FROM certificate_event e WHERE e.certificate_id = c.id AND e.kind = 'revoked') AND (coalesce(s.kind = 'suspended', false)
		<> EXISTS (SELECT 1 FROM gate_fact f WHERE f.kind = 'certificate_suspension' AND f.ref_id = c.id AND f.closed_at IS NULL))
	UNION ALL SELECT 'certificate ' || c.id FROM certificate c WHERE EXISTS (SELECT 1 FROM certificate_event e WHERE e.certificate_id = c.id AND e.kind = 'revoked')
		<> EXISTS (SELECT 1 FROM gate_fact f WHERE f.kind = 'certificate_revocation' AND f.ref_id = c.id AND f.closed_at IS NULL)`

const stopsExplained = `SELECT 'certificate event ' || id FROM certificate_event WHERE kind IN ('suspended', 'revoked') AND (reason = '' OR appeal_by IS NULL)
	UNION ALL SELECT 'fact ' || f.id FROM gate_fact f WHERE f.kind = 'suspension' AND NOT EXISTS (SELECT 1 FROM person_event e WHERE e.id = f.ref_id AND e.person_id = f.person_id
		AND e.kind = 'suspended' AND e.reason <> '' AND e.appeal_by IS NOT NULL)`

const appealsDecided = `SELECT 'appeal ' || a.id || ' waits' FROM appeal a JOIN person p ON p.id = a.person_id
		WHERE a.decided_at IS NULL AND p.erased_at IS NULL AND greatest(a.asked_at + interval '14 days', a.until) < abilita_now()
	UNION ALL SELECT 'appeal ' || a.id || ' was decided by who is appealed against' FROM appeal a
		LEFT JOIN certificate_event e ON e.id = a.certificate_event_id LEFT JOIN person_event v ON v.id = a.person_event_id
		WHERE a.outcome <> 'moot' AND a.decided_by = coalesce(e.actor_id, v.actor_id)`

const selfEvaluation = `SELECT 'evidence ' || id FROM evidence WHERE author_id = person_id AND kind NOT IN ('module', 'pledge', 'station', 'confirm')
	UNION ALL SELECT 'assessment ' || id FROM assessment WHERE evaluator_id = person_id
	UNION ALL SELECT 'mark of attempt ' || m.attempt_id FROM quiz_mark m JOIN quiz_attempt a ON a.id = m.attempt_id WHERE m.marker_id = a.person_id`

// The line's zone is that of a line the person has to do with.
const registerCover = `WITH r AS (SELECT e.*, array(SELECT n.zone FROM line n WHERE n.id IN (SELECT line_id FROM application WHERE person_id = e.person_id
		UNION SELECT line_id FROM enrolment WHERE person_id = e.person_id)) AS zones FROM register_entry e WHERE e.confirmed_at IS NOT NULL)
	SELECT 'entry ' || id || ' starts at the wrong time' FROM r WHERE NOT EXISTS (SELECT 1 FROM unnest(zones) z WHERE r.covered_from = (r.entered_on + 1)::timestamp AT TIME ZONE z)
	UNION ALL SELECT 'entry ' || id || ' is unknown to the gate' FROM r WHERE left_on IS NULL
		AND NOT EXISTS (SELECT 1 FROM gate_fact f WHERE f.kind = 'register' AND f.ref_id = r.id AND f.person_id = r.person_id AND f.closed_at IS NULL AND f.valid_from = r.covered_from AND f.valid_until IS NULL)
	UNION ALL SELECT 'entry ' || id || ' covers after its end' FROM r WHERE left_on IS NOT NULL
		AND EXISTS (SELECT 1 FROM gate_fact f WHERE f.kind = 'register' AND f.ref_id = r.id AND f.closed_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM unnest(zones) z WHERE f.valid_until = (r.left_on + 1)::timestamp AT TIME ZONE z))
	UNION ALL SELECT 'fact ' || f.id FROM gate_fact f WHERE f.kind = 'register' AND NOT EXISTS (SELECT 1 FROM r WHERE r.id = f.ref_id AND r.person_id = f.person_id AND r.covered_from = f.valid_from)`

const closedPeople = `SELECT 'person ' || p.id FROM person p WHERE (p.merged_into IS NOT NULL OR p.erased_at IS NOT NULL) AND (
	EXISTS (SELECT 1 FROM gate_fact f WHERE f.person_id = p.id AND f.closed_at IS NULL) OR EXISTS (SELECT 1 FROM web_session s WHERE s.person_id = p.id)
	OR EXISTS (SELECT 1 FROM credential c WHERE c.person_id = p.id) OR EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = p.id AND g.ended_at IS NULL)
	OR EXISTS (SELECT 1 FROM login_link k WHERE k.person_id = p.id AND k.used_at IS NULL)) ORDER BY p.id`

// signed hands out every signed certificate with the evidence it names and the
// review of it.
func (x *Doctor) signed(ctx context.Context, q pg.Q, f func(c coursedb.Certificate, r cert.Report, named []coursedb.Evidence)) error {
	store := coursedb.New(q)
	var ids []int64
	if err := q.SelectContext(ctx, &ids, `SELECT id FROM certificate WHERE signed_at IS NOT NULL ORDER BY id`); err != nil {
		return err
	}
	for _, id := range ids {
		c, err := store.Certificate(ctx, id, false)
		if err != nil {
			return err
		}
		ed, err := x.course.library.edition(ctx, c.ReleaseID)
		if err != nil {
			return err
		}
		all, err := store.Evidence(ctx, c.Enrolment)
		if err != nil {
			return err
		}
		named := slices.DeleteFunc(all, func(e coursedb.Evidence) bool {
			return !slices.ContainsFunc(c.Review.V, func(m coursedb.Met) bool { return slices.Contains(m.Evidence, e.ID) })
		})
		f(c, cert.Review(asks(ed.Pack.Programme.On(c.Track), c.Channels), coursedb.ForReview(named)), named)
	}
	return nil
}

func (x *Doctor) reviews(ctx context.Context, q pg.Q, _ time.Time) (bad []string, err error) {
	err = x.signed(ctx, q, func(c coursedb.Certificate, r cert.Report, _ []coursedb.Evidence) {
		if !r.Complete() {
			bad = append(bad, fmt.Sprintf("certificate %d", c.ID))
		}
	})
	return bad, err
}

func (x *Doctor) signers(ctx context.Context, q pg.Q, _ time.Time) (bad []string, err error) {
	err = x.signed(ctx, q, func(c coursedb.Certificate, r cert.Report, named []coursedb.Evidence) {
		if err := cert.MaySign(r, coursedb.ForReview(named), c.Person, c.SignedBy); err != nil && !errors.Is(err, cert.ErrNotComplete) {
			bad = append(bad, fmt.Sprintf("certificate %d", c.ID))
		}
	})
	return bad, err
}

func (x *Doctor) evidence(ctx context.Context, q pg.Q, _ time.Time) ([]string, error) {
	return x.enrolments(ctx, q, func(e coursedb.Enrolment, list []coursedb.Evidence) ([]string, error) {
		var bad []string
		for _, piece := range list {
			if !piece.Whole() {
				bad = append(bad, fmt.Sprintf("evidence %d", piece.ID))
			}
		}
		return bad, nil
	})
}

func (x *Doctor) prior(ctx context.Context, q pg.Q, _ time.Time) ([]string, error) {
	return x.enrolments(ctx, q, func(e coursedb.Enrolment, list []coursedb.Evidence) ([]string, error) {
		var bad []string
		for _, piece := range list {
			if piece.Kind != "prior" || !piece.Passed {
				continue
			}
			ed, err := x.course.library.edition(ctx, e.ReleaseID)
			if err != nil {
				return nil, err
			}
			r, known := ed.requirement(piece.Requirement) // a later release may not know it any more
			if known && !cert.Recognisable(cert.Kind(r.Kind)) || piece.Author == 0 || piece.Author == piece.Person {
				bad = append(bad, fmt.Sprintf("evidence %d", piece.ID))
			}
		}
		return bad, nil
	})
}

func (x *Doctor) progress(ctx context.Context, q pg.Q, _ time.Time) ([]string, error) {
	return x.enrolments(ctx, q, func(e coursedb.Enrolment, list []coursedb.Evidence) ([]string, error) {
		if e.Ended() {
			return nil, nil
		}
		ed, err := x.course.library.edition(ctx, e.ReleaseID)
		if err != nil {
			return nil, err
		}
		kept, err := coursedb.New(q).Progress(ctx, e.ID)
		if err != nil {
			return nil, err
		}
		open, err := coursedb.New(q).OpenCalls(ctx, e.ID)
		if err != nil {
			return nil, err
		}
		report := cert.Review(requirements(ed.Pack.Programme.On(e.Track), ""), coursedb.ForReview(list, open...))
		same := slices.EqualFunc(report.Lines, kept, func(l cert.Line, p coursedb.Progress) bool {
			return l.Requirement.Key == p.Requirement && l.State == p.State && l.Done == p.Done && l.Needed == p.Needed && l.Score == p.Score
		})
		if !same {
			return []string{fmt.Sprintf("enrolment %d", e.ID)}, nil
		}
		return nil, nil
	})
}

// enrolments hands out every enrolment with its evidence.
func (x *Doctor) enrolments(ctx context.Context, q pg.Q, f func(e coursedb.Enrolment, list []coursedb.Evidence) ([]string, error)) ([]string, error) {
	var ids []int64
	if err := q.SelectContext(ctx, &ids, `SELECT id FROM enrolment ORDER BY id`); err != nil {
		return nil, err
	}
	var bad []string
	for _, id := range ids {
		e, err := coursedb.New(q).Enrolment(ctx, id, false)
		if err != nil {
			return nil, err
		}
		list, err := coursedb.New(q).Evidence(ctx, id)
		if err != nil {
			return nil, err
		}
		more, err := f(e, list)
		if err != nil {
			return nil, err
		}
		bad = append(bad, more...)
	}
	return bad, nil
}

// enabled asks the gate about everybody, and the certificates themselves.
func (x *Doctor) enabled(ctx context.Context, q pg.Q, now time.Time) ([]string, error) {
	store := coursedb.New(q)
	lines, err := store.Lines(ctx, nil)
	if err != nil {
		return nil, err
	}
	var bad []string
	for _, l := range lines {
		all, _, _, err := store.LineFacts(ctx, l.ID, nil)
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			for _, channel := range gate.Channels {
				if !gate.Decide(p.Facts, gate.LineID(l.ID), channel, now).Granted() {
					continue
				}
				ok, err := holds(ctx, store, p.Person, l.ID, string(channel), now)
				if err != nil {
					return nil, err
				}
				if !ok {
					bad = append(bad, fmt.Sprintf("%s on %s by %s", p.Number, l.Code, channel))
				}
			}
		}
	}
	return bad, nil
}

// holds tells whether a person has a certificate that is valid now.
func holds(ctx context.Context, store coursedb.Store, who people.ID, line int64, channel string, now time.Time) (bool, error) {
	papers, err := store.CertificatesOf(ctx, who)
	if err != nil {
		return false, err
	}
	for _, c := range papers {
		if c.LineID != line || !slices.Contains(c.Channels, channel) || c.SignedAt == nil {
			continue
		}
		events, err := store.CertificateEvents(ctx, c.ID)
		if err != nil {
			return false, err
		}
		if c.StatusAt(events, now) == cert.Valid {
			return true, nil
		}
	}
	return false, nil
}

// sequences compares what numbers each table gives next with what it holds.
func (x *Doctor) sequences(ctx context.Context, q pg.Q, _ time.Time) ([]string, error) {
	var rows []struct{ Name, Column, Sequence string }
	err := q.SelectContext(ctx, &rows, `SELECT c.relname AS name, a.attname AS column, pg_get_serial_sequence(quote_ident(c.relname), a.attname) AS sequence
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attidentity <> '' WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	var bad []string
	for _, r := range rows {
		var behind bool
		err := q.GetContext(ctx, &behind, fmt.Sprintf(`SELECT coalesce((SELECT max(%q) FROM %q), 0) > coalesce((SELECT last_value FROM pg_sequences WHERE schemaname || '.' || sequencename = $1), 0)`, r.Column, r.Name), r.Sequence)
		if err != nil {
			return nil, err
		}
		if behind {
			bad = append(bad, r.Name)
		}
	}
	return bad, nil
}
