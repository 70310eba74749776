package coursedb

import (
	"context"
	"time"

	"abilita/course/roleplay"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// ErrAssessed is the fault of a second judgement by the same person of the same
// turn.
var ErrAssessed = fault.New(fault.Conflict, "assess.already")

// Turn is a volunteer's place in a session of assessed calls.
type Turn struct {
	Session    int64
	Title      string
	StartsAt   time.Time `db:"starts_at"`
	EndsAt     time.Time `db:"ends_at"`
	State      string    // of the session
	ScriptKey  string    `db:"script_key"`
	Cohort     int64     `db:"cohort_id"`
	CohortName string    `db:"cohort_name"`
	Line       int64     `db:"line_id"`
	Zone       string
	Person     people.ID `db:"person_id"`
	Number     string
	GivenName  string          `db:"given_name"`
	FamilyName string          `db:"family_name"`
	Seat       string          // state of the booking
	Enrolment  int64           // open enrolment in the cohort, 0 when none
	Mine       int64           // the asking person's assessment, 0 when none
	Any        int64           // the newest assessment by anybody, 0 when none
	Panel      int64           // 0 where nobody judged yet or one evaluator is enough
	Needed     int             // independent judgements of the panel, 1 without one
	Given      int             // judgements of the panel so far
	Accord     roleplay.Accord // of the panel, empty without one
	Decision   int64           // the assessment that settled the panel, 0 until then
}

// Name is given name and family name.
func (t Turn) Name() string { return t.GivenName + " " + t.FamilyName }

const turnColumns = `s.id AS session, s.title, s.starts_at, s.ends_at, s.state, s.script_key, s.cohort_id, c.name AS cohort_name, c.line_id, l.zone, b.person_id,
	coalesce(p.number, '') AS number, i.given_name, i.family_name, b.state AS seat,
	coalesce((SELECT e.id FROM enrolment e WHERE e.person_id = b.person_id AND e.cohort_id = s.cohort_id AND e.state NOT IN ('withdrawn', 'lapsed')
		ORDER BY e.id = k.enrolment_id DESC NULLS LAST, ` + inHand + `, e.id DESC LIMIT 1), 0) AS enrolment,
	coalesce((SELECT a.id FROM assessment a WHERE a.session_id = s.id AND a.person_id = b.person_id AND a.evaluator_id = $1), 0) AS mine,
	coalesce((SELECT max(a.id) FROM assessment a WHERE a.session_id = s.id AND a.person_id = b.person_id), 0) AS any,
	coalesce(k.id, 0) AS panel, coalesce(k.needed, 1) AS needed, (SELECT count(*) FROM assessment a WHERE a.panel_id = k.id) AS given, coalesce(k.state, '') AS accord,
	coalesce((SELECT v.ref_id FROM evidence v WHERE v.id = k.evidence_id), 0) AS decision`

const turnFrom = ` FROM session s JOIN cohort c ON c.id = s.cohort_id JOIN line l ON l.id = c.line_id JOIN booking b ON b.session_id = s.id AND b.state <> 'cancelled'
	JOIN person p ON p.id = b.person_id JOIN identity i ON i.person_id = b.person_id
	LEFT JOIN call_panel k ON k.session_id = s.id AND k.person_id = b.person_id WHERE s.kind = 'roleplay' AND s.state <> 'cancelled' `

// Turns lists the turns of assessed calls in reach that end after an instant or
// still want a judgement of several, the earliest first, without the asking
// person's own.
func (s Store) Turns(ctx context.Context, reach people.Reach, who people.ID, after time.Time) ([]Turn, error) {
	var list []Turn
	err := s.q.SelectContext(ctx, &list, `SELECT `+turnColumns+turnFrom+`AND b.person_id <> $1 AND (s.ends_at > $5 OR k.state IN ('wanting', 'disputed'))
		AND ($2 OR c.line_id = any($3) OR s.cohort_id = any($4)) ORDER BY s.starts_at, s.id, i.family_name LIMIT 300`,
		int64(who), reach.All, reach.Lines, reach.Cohorts, after)
	return list, err
}

// Turn reads the turn of the volunteer with a public number.
func (s Store) Turn(ctx context.Context, session int64, number string, who people.ID) (Turn, error) {
	var t Turn
	err := s.q.GetContext(ctx, &t, `SELECT `+turnColumns+turnFrom+`AND s.id = $2 AND p.number = $3`, int64(who), session, number)
	return t, pg.Map(err, ErrNotFound, nil)
}

// Assessment is the judgement of a call by a person. It is never changed.
type Assessment struct {
	ID         int64
	Session    int64     `db:"session_id"`
	Person     people.ID `db:"person_id"`
	Enrolment  int64     `db:"enrolment_id"`
	Evaluator  people.ID `db:"evaluator_id"`
	By         string    // name of the evaluator
	ScriptKey  string    `db:"script_key"`
	ScriptHash string    `db:"script_hash"`
	Marks      pg.JSON[roleplay.Marks]
	Score      int
	Threshold  int
	Critical   bool
	Passed     bool
	Note       string
	At         time.Time
	StrippedAt *time.Time      `db:"stripped_at"` // when marks and note went; nil: they are here
	Cohort     int64           `db:"cohort_id"`
	Line       int64           `db:"line_id"`
	Release    int64           // whose rubric was used, 0 for old ones
	Panel      int64           // of which it is a part, 0 when it decides alone
	Needed     int             // independent judgements of the panel, 1 without one
	Accord     roleplay.Accord // of the panel, empty without one
	Decision   int64           // the assessment that settled the panel, 0 until then
	Settled    Settlement      // of the panel, zero until then
}

// Settlement is the result of a panel as its evidence says it.
type Settlement struct {
	Score    int
	Passed   bool
	Critical bool
}

// AddAssessment stores a judgement; ErrAssessed when this evaluator gave one.
func (s Store) AddAssessment(ctx context.Context, a Assessment) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO assessment (session_id, person_id, enrolment_id, evaluator_id, script_key, script_hash, marks, score, threshold, critical, passed, note, at, panel_id, release_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, nullif($14, 0), nullif($15, 0)) RETURNING id`,
		a.Session, int64(a.Person), a.Enrolment, int64(a.Evaluator), a.ScriptKey, a.ScriptHash, a.Marks, a.Score, a.Threshold, a.Critical, a.Passed, a.Note, a.At, a.Panel, a.Release)
	return id, pg.Map(err, nil, map[string]error{"assessment_once_key": ErrAssessed})
}

const assessmentQuery = `SELECT a.id, a.session_id, a.person_id, a.enrolment_id, a.evaluator_id, i.given_name || ' ' || i.family_name AS by, a.script_key, a.script_hash, a.marks,
	a.score, a.threshold, a.critical, a.passed, a.note, a.at, a.stripped_at, e.cohort_id, e.line_id,
	coalesce(a.release_id, 0) AS release, coalesce(a.panel_id, 0) AS panel, coalesce(k.needed, 1) AS needed, coalesce(k.state, '') AS accord, coalesce(v.ref_id, 0) AS decision,
	coalesce(v.score, 0) AS "settled.score", coalesce(v.passed, false) AS "settled.passed", coalesce(v.critical, false) AS "settled.critical"
	FROM assessment a JOIN identity i ON i.person_id = a.evaluator_id JOIN enrolment e ON e.id = a.enrolment_id
	LEFT JOIN call_panel k ON k.id = a.panel_id LEFT JOIN evidence v ON v.id = k.evidence_id `

// Assessment reads one.
func (s Store) Assessment(ctx context.Context, id int64) (Assessment, error) {
	var a Assessment
	err := s.q.GetContext(ctx, &a, assessmentQuery+`WHERE a.id = $1`, id)
	return a, pg.Map(err, ErrNotFound, nil)
}

// Assessments lists how a person was judged, the newest first.
func (s Store) Assessments(ctx context.Context, who people.ID) ([]Assessment, error) {
	var list []Assessment
	err := s.q.SelectContext(ctx, &list, assessmentQuery+`WHERE a.person_id = $1 ORDER BY a.id DESC`, int64(who))
	return list, err
}
