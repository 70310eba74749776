package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"abilita/content/contentdb"
	"abilita/internal/blob"
	"abilita/internal/pan"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
	"abilita/quiz"
	"abilita/quiz/quizdb"
)

// moreInvariants are those over attempts, content, references and periods.
var moreInvariants = []invariant{
	{name: "attempts-allowed", says: "each attempt was within the limit and the waits of its version of the quiz, and asked another set than the one before", find: (*Doctor).attempts},
	{name: "attempts-outcome", says: "an attempt is worth what its newest evidence says, also when its answers are no longer kept", query: attemptsOutcome},
	{name: "attempts-kept", says: "no attempt was deleted: they are numbered without gaps", query: `SELECT 'enrolment ' || enrolment_id || ' at ' || quiz_key FROM quiz_attempt
		GROUP BY person_id, enrolment_id, quiz_key HAVING max(ordinal) <> count(*) ORDER BY 1`},
	{name: "retired-unasked", says: "no paper asks an item that was retired when it was drawn", query: `SELECT 'attempt ' || id FROM quiz_attempt
		WHERE paper @? '$.Questions[*].Item.Retired ? (@ <> "")' ORDER BY id`},
	{name: "bank-published", says: "each item of the bank stands in the file that its release holds", query: `SELECT 'item ' || i.id FROM bank_item i
		WHERE NOT EXISTS (SELECT 1 FROM release_part p WHERE p.release_id = i.release_id AND p.kind = 'quiz' AND p.key = i.bank AND p.hash = i.hash) ORDER BY i.id`},
	{name: "critical-fails", says: "a critical error fails, whatever the score", query: `SELECT 'evidence ' || id FROM evidence WHERE critical AND passed
		UNION ALL SELECT 'assessment ' || id FROM assessment WHERE passed AND (critical OR score < threshold * 100)`},
	{name: "certificate-days", says: "a certificate ends at 24:00 of a day in the zone of its line", query: `SELECT 'certificate ' || c.id FROM certificate c JOIN line l ON l.id = c.line_id
		WHERE (c.valid_until AT TIME ZONE l.zone)::time <> '00:00' ORDER BY c.id`},
	{name: "changes-due", says: "a change of content closes the gate on its date and never before", query: `SELECT 'fact ' || f.id FROM gate_fact f WHERE f.kind = 'content_due'
		AND NOT EXISTS (SELECT 1 FROM release r WHERE r.id = f.ref_id AND r.due_at = f.valid_from AND r.published_at < f.valid_from)
		AND NOT EXISTS (SELECT 1 FROM catalogue_change k WHERE k.id = f.ref_id AND k.due_at = f.valid_from AND k.at < f.valid_from) ORDER BY f.id`},
	{name: "catalogue-kept", says: "no version of a card of the catalogue was deleted: they are numbered without gaps", query: `SELECT 'card ' || c.id FROM catalogue_card c
		LEFT JOIN catalogue_change k ON k.card_id = c.id GROUP BY c.id HAVING count(k.id) = 0 OR max(k.number) <> count(k.id) ORDER BY 1`},
	{name: "drafts-read", says: "what was approved was approved by somebody who never wrote in it", query: `SELECT 'draft ' || d.id FROM draft d WHERE d.state IN ('approved', 'published') AND NOT EXISTS (
		SELECT 1 FROM draft_review r WHERE r.draft_id = d.id AND r.kind = 'approved' AND NOT EXISTS (SELECT 1 FROM draft_author a WHERE a.draft_id = d.id AND a.author_id = r.author_id)) ORDER BY d.id`},
	{name: "drafts-published", says: "a release that came of a draft holds what was written in it", query: `SELECT 'draft ' || d.id || ' at ' || f.path FROM draft d JOIN draft_file f ON f.draft_id = d.id AND NOT f.removed
		JOIN release r ON r.id = d.release_id WHERE encode(sha256(convert_to(f.body, 'UTF8')), 'hex') NOT IN (SELECT p.hash FROM release_part p WHERE p.release_id = r.id UNION SELECT r.hash) ORDER BY 1`},
	{name: "no-card-number", says: "no card number stands in anything that people typed", find: (*Doctor).cards},
	{name: "erased-nameless", says: "of an erased record nothing is left that erasing takes", find: func(_ *Doctor, ctx context.Context, q pg.Q, _ time.Time) ([]string, error) {
		query, err := peopledb.StillNamed()
		if err != nil {
			return nil, err
		}
		var bad []string
		err = q.SelectContext(ctx, &bad, query)
		return bad, err
	}},
	{name: "content-whole", says: "published content still is what its hash says", query: `SELECT kind || ' ' || key || ' ' || left(hash, 12) FROM content_version
		WHERE encode(sha256(convert_to(source, 'UTF8')), 'hex') <> hash ORDER BY 1`},
	{name: "content-named", says: "what attempts, evidence, calls, lists and releases name was published, as what they say it is", query: contentNamed},
	{name: "nothing-lost", says: "what evidence, roles and keys refer to is there, and what was judged is evidence", query: nothingLost},
	{name: "content-used", says: "published content belongs to a release", query: `SELECT v.kind || ' ' || v.key || ' ' || left(v.hash, 12) FROM content_version v
		WHERE NOT EXISTS (SELECT 1 FROM release_part p WHERE p.hash = v.hash) AND NOT EXISTS (SELECT 1 FROM release r WHERE r.hash = v.hash) ORDER BY 1`},
	{name: "media-whole", says: "every medium that a draft or release names is in the store, and still is what its hash says", find: (*Doctor).media},
	{name: "ended-enrolments", says: "in an enrolment that ended nothing is open: no attempt, no proposal, no seat to come", query: endedEnrolments},
	{name: "retention-kept", says: "nothing is kept longer than the privacy notice promises", find: (*Doctor).overdue},
}

const attemptsOutcome = `SELECT 'attempt ' || a.id FROM quiz_attempt a
		LEFT JOIN LATERAL (SELECT v.passed, v.score, v.critical FROM evidence v WHERE v.kind = 'quiz' AND v.ref_id = a.id AND v.enrolment_id = a.enrolment_id ORDER BY v.id DESC LIMIT 1) v ON true
		WHERE a.state IN ('passed', 'failed') AND (v.passed IS DISTINCT FROM (a.state = 'passed') OR v.score IS DISTINCT FROM a.score
			OR a.score IS DISTINCT FROM (a.result ->> 'Score')::int OR (a.result ->> 'Passed')::boolean IS DISTINCT FROM (a.state = 'passed')
			OR a.state = 'passed' AND (v.critical OR a.score < (a.result ->> 'Threshold')::int * 100))
	UNION ALL SELECT 'attempt ' || a.id || ' is not stripped whole' FROM quiz_attempt a WHERE a.stripped_at IS NOT NULL AND (a.answers <> '{}' OR a.changes <> '{}' OR a.flags <> '[]'
		OR jsonb_typeof(a.paper -> 'Questions') <> 'null' OR EXISTS (SELECT 1 FROM quiz_mark m WHERE m.attempt_id = a.id))`

const contentNamed = `WITH named (what, kind, key, hash) AS (
		SELECT 'attempt ' || id, 'quiz', quiz_key, quiz_hash FROM quiz_attempt UNION ALL SELECT 'attempt ' || id, 'quiz', NULL, bank_hash FROM quiz_attempt
		UNION ALL SELECT 'evidence ' || id, CASE kind WHEN 'module' THEN 'module' WHEN 'quiz' THEN 'quiz' WHEN 'roleplay' THEN 'script' WHEN 'confirm' THEN 'programme' ELSE 'checklist' END,
			CASE WHEN kind IN ('module', 'quiz', 'roleplay') THEN item END, content_hash FROM evidence WHERE content_hash <> '' AND NOT (kind = 'confirm' AND item = 'catalogue')
		UNION ALL SELECT 'call ' || id, 'script', script_key, script_hash FROM roleplay_run UNION ALL SELECT 'assessment ' || id, 'script', script_key, script_hash FROM assessment
		UNION ALL SELECT 'list ' || id, 'checklist', list_key, list_hash FROM checklist_run
		UNION ALL SELECT 'release ' || id, 'programme', programme, hash FROM release UNION ALL SELECT 'release ' || release_id, kind, key, hash FROM release_part)
	SELECT n.what || ' names ' || n.kind || ' ' || left(n.hash, 12) FROM named n
		WHERE NOT EXISTS (SELECT 1 FROM content_version v WHERE v.hash = n.hash AND v.kind = n.kind AND (n.key IS NULL OR v.key = n.key))
	UNION ALL SELECT 'evidence ' || v.id || ' names no version of a card' FROM evidence v WHERE v.kind = 'confirm' AND v.item = 'catalogue'
		AND NOT EXISTS (SELECT 1 FROM catalogue_change k WHERE k.id = v.ref_id AND k.hash = v.content_hash) ORDER BY 1`

const nothingLost = `SELECT 'evidence ' || v.id || ' refers to nothing' FROM evidence v WHERE v.ref_id <> 0 AND NOT CASE v.kind
			WHEN 'quiz' THEN EXISTS (SELECT 1 FROM quiz_attempt a WHERE a.id = v.ref_id AND a.person_id = v.person_id)
			WHEN 'roleplay' THEN EXISTS (SELECT 1 FROM assessment a WHERE a.id = v.ref_id AND a.person_id = v.person_id)
			WHEN 'attendance' THEN EXISTS (SELECT 1 FROM attendance a WHERE a.session_id = v.ref_id AND a.person_id = v.person_id)
			WHEN 'confirm' THEN v.item = 'catalogue' OR EXISTS (SELECT 1 FROM release r WHERE r.id = v.ref_id) -- a card: content-named
			WHEN 'module' THEN true
			ELSE EXISTS (SELECT 1 FROM checklist_run c WHERE c.id = v.ref_id AND c.person_id = v.person_id) END
	UNION ALL SELECT 'assessment ' || a.id || ' is no evidence' FROM assessment a WHERE a.panel_id IS NULL AND NOT EXISTS (SELECT 1 FROM evidence v WHERE v.kind = 'roleplay' AND v.ref_id = a.id)
	UNION ALL SELECT 'attempt ' || a.id || ' is no evidence' FROM quiz_attempt a WHERE a.state IN ('submitted', 'passed', 'failed') AND NOT EXISTS (SELECT 1 FROM evidence v WHERE v.kind = 'quiz' AND v.ref_id = a.id)
	UNION ALL SELECT 'role ' || g.id || ' of person ' || g.person_id FROM role_grant g WHERE g.scope = 'line' AND NOT EXISTS (SELECT 1 FROM line l WHERE l.id = g.scope_id)
		OR g.scope = 'cohort' AND NOT EXISTS (SELECT 1 FROM cohort c WHERE c.id = g.scope_id)
	UNION ALL SELECT 'key ' || k.id FROM gate_key k CROSS JOIN unnest(k.lines) n WHERE NOT EXISTS (SELECT 1 FROM line l WHERE l.id = n)
	UNION ALL SELECT 'person ' || p.id || ' has no name' FROM person p WHERE p.erased_at IS NULL AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.person_id = p.id)`

const endedEnrolments = `SELECT 'attempt ' || a.id FROM quiz_attempt a JOIN enrolment e ON e.id = a.enrolment_id WHERE e.state IN ('withdrawn', 'lapsed') AND a.state = 'opened'
	UNION ALL SELECT 'proposal ' || c.id FROM certificate c JOIN enrolment e ON e.id = c.enrolment_id WHERE e.state IN ('withdrawn', 'lapsed') AND c.signed_at IS NULL
	UNION ALL SELECT 'seat of person ' || b.person_id || ' in session ' || b.session_id FROM booking b JOIN session s ON s.id = b.session_id AND s.state = 'planned' AND s.starts_at > abilita_now()
		WHERE b.state = 'booked' AND NOT EXISTS (SELECT 1 FROM enrolment e WHERE e.person_id = b.person_id AND e.cohort_id = s.cohort_id AND e.state NOT IN ('withdrawn', 'lapsed'))`

// attempts asks of every attempt whether it might have been opened when it was,
// by the rules of its own version, and whether it asked something else than the
// one before. What was annulled since counts for nothing.
func (x *Doctor) attempts(ctx context.Context, q pg.Q, _ time.Time) ([]string, error) {
	store := quizdb.New(q)
	var rows []struct {
		Enrolment int64
		Quiz      string
	}
	if err := q.SelectContext(ctx, &rows, `SELECT DISTINCT enrolment_id AS enrolment, quiz_key AS quiz FROM quiz_attempt ORDER BY 1, 2`); err != nil {
		return nil, err
	}
	var bad []string
	for _, r := range rows {
		list, err := store.Attempts(ctx, r.Enrolment, r.Quiz)
		if err != nil {
			return nil, err
		}
		grants, err := store.Grants(ctx, r.Enrolment, r.Quiz)
		if err != nil {
			return nil, err
		}
		for i, a := range list {
			exam, err := x.course.library.exam(ctx, a.ExamHash)
			if errors.Is(err, contentdb.ErrNoContent) {
				continue // content-named says so
			}
			if err != nil {
				return nil, err
			}
			rules := exam.Rules()
			for _, g := range grants {
				if !g.At.After(a.OpenedAt) {
					rules.Extra++
				}
			}
			if err := quiz.MayOpen(past(list[:i]), rules, a.OpenedAt).Err(); err != nil && a.State != quiz.Annulled {
				bad = append(bad, fmt.Sprintf("attempt %d (%v)", a.ID, err))
			}
			if i > 0 && a.StrippedAt.IsZero() && list[i-1].StrippedAt.IsZero() && slices.Equal(a.Paper.Form(), list[i-1].Paper.Form()) {
				bad = append(bad, fmt.Sprintf("attempt %d asks what the one before asked", a.ID))
			}
		}
	}
	return bad, nil
}

// typed are the columns that hold what people typed, by table.
var typed = map[string][]string{
	"appeal": {"words", "reason"}, "application": {"motivation", "reason"}, "application_note": {"body"}, "assessment": {"note"}, "attendance": {"reason"}, "catalogue_change": {"name", "owner", "what", "access", "price", "say", "avoid", "note", "question"}, "certificate_event": {"words"}, "checklist_run": {"note"},
	"cohort": {"name"}, "content_version": {"source"}, "identity": {"given_name", "family_name", "phone", "birth_place", "residence"}, "letter": {"vals"}, "line": {"name", "fallback"},
	"line_directory": {"name", "number", "note"}, "organisation": {"name", "contact", "policy"}, "person_event": {"words"}, "quiz_attempt": {"answers", "reason"}, "quiz_mark": {"note"},
	"register_entry": {"policy", "reason"}, "release": {"note"}, "roleplay_run": {"reflection"}, "session": {"title"}, "shift_note": {"body"}, "session_series": {"title"},
}

// cards looks for card numbers in every text that people typed.
func (x *Doctor) cards(ctx context.Context, q pg.Q, _ time.Time) ([]string, error) {
	var bad []string
	for _, table := range slices.Sorted(maps.Keys(typed)) {
		for _, column := range typed[table] {
			var texts []string
			// What cannot hold one is left out by the server; the names are ours.
			err := q.SelectContext(ctx, &texts, fmt.Sprintf(`SELECT %q::text FROM %q WHERE %q::text ~ '[2-6]([ -]?[0-9]){12}'`, column, table, column))
			if err != nil {
				return nil, err
			}
			n := 0
			for _, text := range texts {
				if pan.HasCardNumber(text) {
					n++
				}
			}
			if n > 0 {
				bad = append(bad, fmt.Sprintf("%s.%s: %d", table, column, n))
			}
		}
	}
	return bad, nil
}

// keepGrace is how long after its time something may still be there: the work
// runs once a day.
const keepGrace = 3 * 24 * time.Hour

func (x *Doctor) overdue(ctx context.Context, q pg.Q, now time.Time) ([]string, error) {
	var bad []string
	for _, k := range people.Retention {
		count := keepers[k.Of].overdue
		if count == nil {
			continue
		}
		n, err := count(ctx, q, k.Cutoff(now.Add(-keepGrace)))
		if err != nil {
			return nil, err
		}
		if n > 0 {
			bad = append(bad, fmt.Sprintf("%d of %s", n, k.Of))
		}
	}
	return bad, nil
}

// How long a letter may wait: for the mail server, or for somebody to hand it
// over.
const (
	waitsForMail = 24 * time.Hour
	waitsForHand = 14 * 24 * time.Hour
)

// waitingLetters names the letters that have waited too long and still could go
// out. Nobody hands over those of a demonstration.
func waitingLetters(ctx context.Context, q pg.Q, now time.Time, byMail bool) ([]string, error) {
	long := waitsForHand
	if byMail {
		long = waitsForMail
	}
	var bad []string
	err := q.SelectContext(ctx, &bad, `SELECT 'letter ' || l.id FROM letter l LEFT JOIN login_link k ON k.id = l.link_id
		WHERE l.state = 'queued' AND l.queued_at < $1 AND (k.id IS NULL OR k.used_at IS NULL AND k.expires_at > $2) AND NOT EXISTS (SELECT 1 FROM deployment WHERE kind = 'demo') ORDER BY l.id`, now.Add(-long), now)
	return bad, err
}

func (x *Doctor) media(ctx context.Context, q pg.Q, _ time.Time) ([]string, error) {
	list, err := contentdb.New(q).NamedBlobs(ctx)
	if err != nil {
		return nil, err
	}
	var bad []string
	for _, b := range list {
		hash, n, err := readBlob(ctx, x.blobs, b.Hash)
		switch {
		case errors.Is(err, blob.ErrNone):
			bad = append(bad, string(b.Kind)+" "+b.Hash[:12]+" is missing")
		case err != nil:
			return bad, err
		case hash != b.Hash || n != b.Bytes:
			bad = append(bad, string(b.Kind)+" "+b.Hash[:12]+" is another")
		}
	}
	return bad, nil
}
