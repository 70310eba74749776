package coursedb

import (
	"context"
	"time"

	"github.com/lib/pq"

	"abilita/course/cert"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Cohort is people on one programme with dates.
type Cohort struct {
	ID        int64
	LineID    int64 `db:"line_id"`
	ReleaseID int64 `db:"release_id"`
	Name      string
	StartsOn  time.Time `db:"starts_on"`
	EndsOn    time.Time `db:"ends_on"`
	Seats     int
	Taken     int
	Version   int
}

// Ended tells whether nothing more can be done in it.
func (e Enrolment) Ended() bool { return e.State == "withdrawn" || e.State == "lapsed" }

// Enrolment is a person in a cohort.
type Enrolment struct {
	ID         int64
	Person     people.ID `db:"person_id"`
	CohortID   int64     `db:"cohort_id"`
	LineID     int64     `db:"line_id"`
	ReleaseID  int64     `db:"release_id"`
	State      string
	Track      cert.Track
	About      int64      `db:"about_id"` // the certificate that is renewed or checked; 0 on the full track
	DueAt      *time.Time `db:"due_at"`   // until when; nil on the full track
	EnrolledAt time.Time  `db:"enrolled_at"`
	Version    int
}

// Open tells whether somebody is still working on it.
func (e Enrolment) Open() bool { return e.State == "enrolled" || e.State == "active" }

// Faults of enrolment.
var (
	ErrCohortFull = fault.New(fault.Conflict, "cohort.full")
	ErrEnrolled   = fault.New(fault.Conflict, "cohort.enrolled")
	ErrChanged    = fault.New(fault.Conflict, "fault.changed_meanwhile")
)

const cohortColumns = `c.id, c.line_id, c.release_id, c.name, c.starts_on, c.ends_on, c.seats, c.version,
	(SELECT count(*) FROM enrolment e WHERE e.cohort_id = c.id AND e.track = 'full' AND e.state NOT IN ('withdrawn', 'lapsed')) AS taken`

// AddCohort makes a cohort.
func (s Store) AddCohort(ctx context.Context, c Cohort) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO cohort (line_id, release_id, name, starts_on, ends_on, seats) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
		c.LineID, c.ReleaseID, c.Name, c.StartsOn, c.EndsOn, c.Seats)
	return id, err
}

// ChangeCohort stores name, dates and seats of a cohort that is locked.
func (s Store) ChangeCohort(ctx context.Context, c Cohort) error {
	_, err := s.q.ExecContext(ctx, `UPDATE cohort SET name = $2, starts_on = $3, ends_on = $4, seats = $5, version = version + 1 WHERE id = $1`,
		c.ID, c.Name, c.StartsOn, c.EndsOn, c.Seats)
	return err
}

// Cohorts lists the cohorts of a line, the newest first. Line 0 is every line.
func (s Store) Cohorts(ctx context.Context, line int64) ([]Cohort, error) {
	var list []Cohort
	err := s.q.SelectContext(ctx, &list, `SELECT `+cohortColumns+` FROM cohort c WHERE $1 = 0 OR c.line_id = $1 ORDER BY c.starts_on DESC, c.id DESC`, line)
	return list, err
}

// Cohort reads one; lock takes it, so that seats are counted once at a time.
func (s Store) Cohort(ctx context.Context, id int64, lock bool) (Cohort, error) {
	if lock {
		var got int64
		if err := s.q.GetContext(ctx, &got, `SELECT id FROM cohort WHERE id = $1 FOR UPDATE`, id); err != nil {
			return Cohort{}, pg.Map(err, ErrNotFound, nil)
		}
	}
	var c Cohort
	err := s.q.GetContext(ctx, &c, `SELECT `+cohortColumns+` FROM cohort c WHERE c.id = $1`, id)
	return c, pg.Map(err, ErrNotFound, nil)
}

// Enrol puts a person into a cohort if there is a seat. The person and then the
// cohort must be locked. Somebody who had withdrawn comes back to the same row.
func (s Store) Enrol(ctx context.Context, who people.ID, c Cohort, now time.Time) (int64, error) {
	if c.Taken >= c.Seats {
		return 0, ErrCohortFull
	}
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO enrolment (person_id, cohort_id, line_id, release_id, state, enrolled_at) VALUES ($1, $2, $3, $4, 'enrolled', $5)
		ON CONFLICT (person_id, cohort_id) WHERE track = 'full' DO UPDATE SET state = 'enrolled', version = enrolment.version + 1 WHERE enrolment.state IN ('withdrawn', 'lapsed')
		RETURNING id`, int64(who), c.ID, c.LineID, c.ReleaseID, now)
	return id, pg.Map(err, ErrEnrolled, nil)
}

const enrolmentColumns = `e.id, e.person_id, e.cohort_id, e.line_id, e.release_id, e.state, e.track, coalesce(e.about_id, 0) AS about_id, e.due_at, e.enrolled_at, e.version`

// Enrolment reads one; lock takes it.
func (s Store) Enrolment(ctx context.Context, id int64, lock bool) (Enrolment, error) {
	query := `SELECT ` + enrolmentColumns + ` FROM enrolment e WHERE e.id = $1`
	if lock {
		query += ` FOR UPDATE`
	}
	var e Enrolment
	err := s.q.GetContext(ctx, &e, query, id)
	return e, pg.Map(err, ErrNotFound, nil)
}

// Enrolments lists a person's enrolments that are still open, the newest first.
func (s Store) Enrolments(ctx context.Context, who people.ID) ([]Enrolment, error) {
	var list []Enrolment
	err := s.q.SelectContext(ctx, &list, `SELECT `+enrolmentColumns+` FROM enrolment e WHERE e.person_id = $1 AND e.state NOT IN ('withdrawn', 'lapsed')
		ORDER BY e.id DESC`, int64(who))
	return list, err
}

// Way is an enrolment with its line and its cohort, the calls that wait for more
// judgements, the more time its person has, and the instant at which it was read. How many seats of the cohort are taken is not counted.
type Way struct {
	Enrolment
	Line      Line   `db:"line"`
	Cohort    Cohort `db:"cohort"`
	Now       time.Time
	Open      pg.JSON[[]OpenCall]
	ExtraTime people.ExtraTime `db:"extra_time"`
}

const wayQuery = `SELECT ` + enrolmentColumns + `, abilita_now() AS now, l.id AS "line.id", l.code AS "line.code", l.name AS "line.name", l.zone AS "line.zone",
		l.min_age AS "line.min_age", l.fallback AS "line.fallback", l.running_contact AS "line.running_contact", l.lease_seconds AS "line.lease_seconds", l.programme AS "line.programme", l.launch_on AS "line.launch_on", l.version AS "line.version",
		ARRAY(SELECT channel FROM line_channel k WHERE k.line_id = l.id ORDER BY channel) AS "line.channels",
		c.id AS "cohort.id", c.line_id AS "cohort.line_id", c.release_id AS "cohort.release_id", c.name AS "cohort.name", c.starts_on AS "cohort.starts_on",
		c.ends_on AS "cohort.ends_on", c.seats AS "cohort.seats", c.version AS "cohort.version", ` + openCalls + ` AS open,
		coalesce((SELECT i.extra_time FROM identity i WHERE i.person_id = e.person_id), 0) AS extra_time
	FROM enrolment e JOIN line l ON l.id = e.line_id JOIN cohort c ON c.id = e.cohort_id `

// Ways lists a person's enrolments that are still open or led to a certificate,
// with line and cohort: what is worked on first, then the newest. A renewal or a
// check that is done is past.
func (s Store) Ways(ctx context.Context, who people.ID) ([]Way, error) {
	var list []Way
	err := s.q.SelectContext(ctx, &list, wayQuery+`WHERE e.person_id = $1 AND e.state NOT IN ('withdrawn', 'lapsed') AND (e.track = 'full' OR e.state <> 'completed')
		ORDER BY e.state = 'completed', e.id DESC`, int64(who))
	return list, err
}

// Way reads one.
func (s Store) Way(ctx context.Context, enrolment int64) (Way, error) {
	var w Way
	err := s.q.GetContext(ctx, &w, wayQuery+`WHERE e.id = $1`, enrolment)
	return w, pg.Map(err, ErrNotFound, nil)
}

// SetEnrolmentState moves an enrolment.
func (s Store) SetEnrolmentState(ctx context.Context, id int64, state string) error {
	_, err := s.q.ExecContext(ctx, `UPDATE enrolment SET state = $2, version = version + 1 WHERE id = $1`, id, state)
	return err
}

// SetEnrolmentRelease lets an enrolment go on with a release of the same course in
// another language.
func (s Store) SetEnrolmentRelease(ctx context.Context, id, release int64) error {
	_, err := s.q.ExecContext(ctx, `UPDATE enrolment SET release_id = $2, version = version + 1 WHERE id = $1`, id, release)
	return err
}

// EndEnrolment ends an enrolment that counts until an instant, withdrawn or
// lapsed, with what was going on in it: a proposal that nobody signed, practice
// calls.
func (s Store) EndEnrolment(ctx context.Context, id int64, state string, until time.Time) error {
	if err := s.Unpropose(ctx, id); err != nil {
		return err
	}
	if _, err := s.q.ExecContext(ctx, `UPDATE roleplay_run SET state = 'left', version = version + 1 WHERE enrolment_id = $1 AND state = 'running'`, id); err != nil {
		return err
	}
	_, err := s.q.ExecContext(ctx, `UPDATE enrolment SET state = $3, ended_at = $2, version = version + 1 WHERE id = $1`, id, until, state)
	return err
}

// EnrolmentsIn lists a person's enrolments in a cohort, open or ended: what is
// worked on first, then the newest.
func (s Store) EnrolmentsIn(ctx context.Context, who people.ID, cohort int64) ([]Enrolment, error) {
	var list []Enrolment
	err := s.q.SelectContext(ctx, &list, `SELECT `+enrolmentColumns+` FROM enrolment e WHERE e.person_id = $1 AND e.cohort_id = $2
		ORDER BY `+inHand+`, e.id DESC`, int64(who), cohort)
	return list, err
}

// inHand orders enrolments: what is worked on, what led to a certificate, what
// ended.
const inHand = `CASE WHEN e.state IN ('enrolled', 'active') THEN 0 WHEN e.state NOT IN ('withdrawn', 'lapsed') THEN 1 ELSE 2 END`

// OpenUpkeep begins the renewal or the check of a certificate in the cohort that
// it comes from, or once that is over in the newest one of the line on the same
// programme, where there are meetings to book; it is studied in the newest release
// of the language that the person studied in. today is the day at the line.
// ErrEnrolled: it is open or done already.
func (s Store) OpenUpkeep(ctx context.Context, c Certificate, track cert.Track, due, now, today time.Time) (int64, error) {
	const query = `INSERT INTO enrolment (person_id, cohort_id, line_id, release_id, state, enrolled_at, track, about_id, due_at)
		SELECT e.person_id, k.id, e.line_id, (SELECT max(n.id) FROM release n WHERE n.programme = r.programme AND n.lang = r.lang), 'enrolled', $2, $3, $1, $4 FROM certificate c JOIN enrolment e ON e.id = c.enrolment_id JOIN release r ON r.id = e.release_id
			JOIN LATERAL (SELECT k.id FROM cohort k JOIN release o ON o.id = k.release_id AND o.programme = r.programme WHERE k.line_id = e.line_id
				ORDER BY k.ends_on >= $5 DESC, k.id = e.cohort_id DESC, k.starts_on DESC, k.id DESC LIMIT 1) k ON true
		WHERE c.id = $1
		ON CONFLICT (about_id, track) WHERE track <> 'full' AND state NOT IN ('withdrawn', 'lapsed') DO NOTHING RETURNING id`
	var id int64
	err := s.q.GetContext(ctx, &id, query, c.ID, now, string(track), due, today)
	return id, pg.Map(err, ErrEnrolled, nil)
}

// MoveRenewal lets an open renewal of a certificate go on as that of another.
func (s Store) MoveRenewal(ctx context.Context, from, to int64) error {
	_, err := s.q.ExecContext(ctx, `UPDATE enrolment SET about_id = $2, version = version + 1 WHERE about_id = $1 AND track = 'renewal' AND state IN ('enrolled', 'active')`, from, to)
	return err
}

// Upkeep lists a person's renewals and checks on a line that are open.
func (s Store) Upkeep(ctx context.Context, who people.ID, line int64) ([]Enrolment, error) {
	var list []Enrolment
	err := s.q.SelectContext(ctx, &list, `SELECT `+enrolmentColumns+` FROM enrolment e WHERE e.person_id = $1 AND e.line_id = $2 AND e.track <> 'full'
		AND e.state IN ('enrolled', 'active') ORDER BY e.id`, int64(who), line)
	return list, err
}

// AllEnrolments lists a person's enrolments, the open ones first, then the newest.
func (s Store) AllEnrolments(ctx context.Context, who people.ID) ([]Enrolment, error) {
	var list []Enrolment
	err := s.q.SelectContext(ctx, &list, `SELECT `+enrolmentColumns+` FROM enrolment e WHERE e.person_id = $1 ORDER BY e.state IN ('withdrawn', 'lapsed'), e.id DESC`, int64(who))
	return list, err
}

// MoveEnrolments puts everybody in a programme on its newest release, and with
// them the cohorts. What was passed stays passed, a certificate keeps naming the
// release it was signed under, and what was begun ends on its own version.
func (s Store) MoveEnrolments(ctx context.Context, programme string, release int64) error {
	const cohorts = `UPDATE cohort c SET release_id = $2, version = version + 1 FROM release r WHERE r.id = c.release_id AND r.programme = $1
		AND r.lang = (SELECT lang FROM release WHERE id = $2)`
	if _, err := s.q.ExecContext(ctx, cohorts, programme, release); err != nil {
		return err
	}
	const enrolments = `UPDATE enrolment e SET release_id = $2, version = version + 1 FROM release r WHERE r.id = e.release_id AND r.programme = $1
		AND r.lang = (SELECT lang FROM release WHERE id = $2) AND e.state NOT IN ('withdrawn', 'lapsed')`
	_, err := s.q.ExecContext(ctx, enrolments, programme, release)
	return err
}

// Moved is somebody whose enrolment a new release takes along, with what they
// have begun and end on the version they began.
type Moved struct {
	Enrolment  int64
	Person     people.ID `db:"person_id"`
	Number     string
	GivenName  string         `db:"given_name"`
	FamilyName string         `db:"family_name"`
	Begun      pq.StringArray // quizzes and calls, by key
}

// Moving lists whom MoveEnrolments would move to a new release of a programme in
// a language, by person.
func (s Store) Moving(ctx context.Context, programme, lang string) ([]Moved, error) {
	var list []Moved
	err := s.q.SelectContext(ctx, &list, `SELECT e.id AS enrolment, e.person_id, coalesce(p.number, '') AS number, coalesce(i.given_name, '') AS given_name,
			coalesce(i.family_name, '') AS family_name, ARRAY(SELECT quiz_key FROM quiz_attempt a WHERE a.enrolment_id = e.id AND a.state = 'opened'
				UNION SELECT script_key FROM roleplay_run r WHERE r.enrolment_id = e.id AND r.ended_at IS NULL ORDER BY 1) AS begun
		FROM enrolment e JOIN release r ON r.id = e.release_id AND r.programme = $1 AND r.lang = $2 JOIN person p ON p.id = e.person_id LEFT JOIN identity i ON i.person_id = p.id
		WHERE e.state NOT IN ('withdrawn', 'lapsed') ORDER BY e.person_id, e.id`, programme, lang)
	return list, err
}

// Touched lists who holds a certificate for a line now that rests on evidence
// of one of the given parts (any certificate, when the list is empty: the
// programme itself changed) and studies in the language of the change ("" for any), by
// id. The evidence may be older than a renewal: who learnt a part once has it to learn
// again.
func (s Store) Touched(ctx context.Context, line int64, lang string, parts []string, now time.Time) ([]people.ID, error) {
	const query = `SELECT DISTINCT c.person_id FROM certificate c
		JOIN gate_fact f ON f.kind = 'certificate' AND f.ref_id = c.id AND f.person_id = c.person_id AND f.closed_at IS NULL
			AND (f.valid_until IS NULL OR f.valid_until > $3)
		JOIN enrolment e ON e.id = c.enrolment_id AND (e.state NOT IN ('withdrawn', 'lapsed') OR e.ended_at > $3)
		JOIN release r ON r.id = e.release_id AND ($4 = '' OR r.lang = $4)
		WHERE c.line_id = $1 AND c.signed_at IS NOT NULL AND (cardinality($2::text[]) = 0
			OR EXISTS (SELECT 1 FROM evidence v JOIN enrolment w ON w.id = v.enrolment_id AND w.line_id = c.line_id WHERE v.person_id = c.person_id AND v.item = any($2)))
		ORDER BY c.person_id`
	if parts == nil {
		parts = []string{}
	}
	var ids []int64
	err := s.q.SelectContext(ctx, &ids, query, line, parts, now, lang)
	list := make([]people.ID, len(ids))
	for i, id := range ids {
		list[i] = people.ID(id)
	}
	return list, err
}

// Learner is an enrolment with the name of its person.
type Learner struct {
	Enrolment
	Number     string
	GivenName  string `db:"given_name"`
	FamilyName string `db:"family_name"`
	Cohort     string // name
}

// Name is given name and family name.
func (l Learner) Name() string { return l.GivenName + " " + l.FamilyName }

// Learners lists the open enrolments in reach by name, without the asking
// person's own.
func (s Store) Learners(ctx context.Context, reach people.Reach, who people.ID) ([]Learner, error) {
	var list []Learner
	err := s.q.SelectContext(ctx, &list, `SELECT `+enrolmentColumns+`, coalesce(p.number, '') AS number, i.given_name, i.family_name, c.name AS cohort
		FROM enrolment e JOIN person p ON p.id = e.person_id JOIN identity i ON i.person_id = e.person_id JOIN cohort c ON c.id = e.cohort_id
		WHERE e.state NOT IN ('withdrawn', 'lapsed') AND e.person_id <> $1 AND ($2 OR e.line_id = any($3) OR e.cohort_id = any($4))
		ORDER BY i.family_name, i.given_name, e.id LIMIT 500`, int64(who), reach.All, reach.Lines, reach.Cohorts)
	return list, err
}

// EverOn tells whether a person was ever enrolled on a line.
func (s Store) EverOn(ctx context.Context, who people.ID, line int64) (bool, error) {
	var yes bool
	err := s.q.GetContext(ctx, &yes, `SELECT EXISTS (SELECT 1 FROM enrolment WHERE person_id = $1 AND line_id = $2)`, int64(who), line)
	return yes, err
}
