package coursedb

import (
	"context"
	"fmt"
	"strings"
	"time"

	"abilita/course/cert"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// BoardCohort is a cohort of a line, for the filter of the board.
type BoardCohort struct {
	ID      int64  `json:"id"`
	Name    string `json:"name"`
	Release int64  `json:"release"`
}

// BoardLine is a line whose board somebody may see.
type BoardLine struct {
	ID      int64
	Code    string
	Name    string
	Zone    string
	Cohorts pg.JSON[[]BoardCohort] // in reach, the newest first
	Active  bool
}

// BoardLines lists the lines in reach with their cohorts in reach, by name, in
// one statement.
func (s Store) BoardLines(ctx context.Context, reach people.Reach) ([]BoardLine, error) {
	const query = `SELECT l.id, l.code, l.name, l.zone,
			EXISTS (SELECT 1 FROM gate_fact f WHERE f.person_id IS NULL AND f.line_id = l.id AND f.kind = 'line_active' AND f.closed_at IS NULL) AS active,
			coalesce((SELECT jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'release', c.release_id) ORDER BY c.starts_on DESC, c.id DESC)
				FROM cohort c WHERE c.line_id = l.id AND ($1 OR l.id = any($2) OR c.id = any($3))), '[]') AS cohorts
		FROM line l WHERE $1 OR l.id = any($2) OR EXISTS (SELECT 1 FROM cohort c WHERE c.line_id = l.id AND c.id = any($3)) ORDER BY l.name, l.id`
	var list []BoardLine
	err := s.q.SelectContext(ctx, &list, query, reach.All, reach.Lines, reach.Cohorts)
	return list, err
}

// BoardFilter chooses people of a line's board. The zero value of a field
// chooses everybody.
type BoardFilter struct {
	Line    int64
	Cohorts []int64 // people of these cohorts; never nil
	Query   string  // folded words of a name, or a number
	Now     string  // us yes no due susp
	Lacking string  // key of a requirement that is not met
	Sort    string  // need name progress
	After   BoardKey
	Limit   int
}

// BoardKey is where a page of the board ends: the next begins after it.
type BoardKey struct {
	Sort   string `json:"s"`
	Family string `json:"f"`
	Given  string `json:"g"`
	Person int64  `json:"p"`
}

// BoardCell is one requirement of one person as last reviewed.
type BoardCell struct {
	Key    string `json:"k"`
	State  string `json:"s"`
	Done   int    `json:"d"`
	Needed int    `json:"n"`
	Score  int    `json:"c"`
}

// BoardKeeping is how far somebody is with a renewal or a check half way.
type BoardKeeping struct {
	Track  cert.Track `json:"track"`
	Done   int        `json:"done"`
	Needed int        `json:"needed"`
}

// BoardRow is one person of a line's board.
type BoardRow struct {
	Person     int64 `db:"person_id"`
	Number     string
	GivenName  string `db:"given_name"`
	FamilyName string `db:"family_name"`
	Cohort     string
	Cells      pg.JSON[[]BoardCell]
	Keeping    pg.JSON[[]BoardKeeping] // renewals and checks half way that are open
	Signing    bool                    // a certificate waits for a signature
	Unentered  bool                    // the register entry waits for a confirmation
	Ends       *time.Time
	SortKey    string `db:"sort_key"`
}

// Key is the row's place in the order of the board.
func (r BoardRow) Key() BoardKey {
	return BoardKey{Sort: r.SortKey, Family: r.FamilyName, Given: r.GivenName, Person: r.Person}
}

// boardPeople is everybody of a line in the cohorts of $2 with what the filters
// and the order need. Whether somebody may answer is decided by the gate alone;
// the column "may" follows the same facts on any channel, so that a list of
// thousands can be narrowed before the gate is asked about a page. A test
// compares the two. Each person's facts are looked up by index, so that the
// plan does not depend on what the planner believes about the tables. Who is to
// leave on a day to come is here until it ends, as they may answer until then.

const boardPeople = `WITH c AS (SELECT abilita_now() AS now),
	here AS (SELECT DISTINCT ON (e.person_id) e.id, e.person_id, e.cohort_id FROM enrolment e CROSS JOIN c
		WHERE e.line_id = $1 AND e.track = 'full' AND e.cohort_id = any($2) AND (e.state NOT IN ('withdrawn', 'lapsed') OR e.ended_at > c.now) ORDER BY e.person_id, e.id DESC),
	line_now AS (SELECT coalesce(bool_or(f.kind = 'line_active'), false) AS open,
			NOT coalesce(bool_or(f.kind = 'supervision'), false) OR coalesce(bool_or(f.kind = 'supervisor_on'), false) AS watched
		FROM c LEFT JOIN gate_fact f ON f.person_id IS NULL AND f.line_id = $1 AND f.recorded_at <= c.now AND f.valid_from <= c.now
			AND coalesce(least(f.valid_until, f.closed_at), 'infinity') > c.now),
	keeping AS (SELECT e.person_id, bool_or(r.state = 'waiting') AS waiting FROM enrolment e JOIN progress r ON r.enrolment_id = e.id
		WHERE e.line_id = $1 AND e.track <> 'full' AND e.state IN ('enrolled', 'active') GROUP BY e.person_id),
	people AS (SELECT h.id AS enrolment, h.person_id, h.cohort_id, coalesce(p.number, '') AS number, i.given_name, i.family_name, i.search,
			coalesce(k.missing, 999) AS missing, coalesce(k.failed, false) AS failed, coalesce(k.waiting, false) OR coalesce(w.waiting, false) AS waiting,
			EXISTS (SELECT 1 FROM certificate t WHERE t.person_id = h.person_id AND t.line_id = $1 AND t.signed_at IS NULL) AS signing,
			EXISTS (SELECT 1 FROM register_entry r WHERE r.person_id = h.person_id AND r.confirmed_at IS NULL AND r.left_on IS NULL) AS unentered,
			coalesce(x.suspended OR x.newest = any(x.suspensions), false) AS suspended,
			n.open AND coalesce(x.fit, false) AND NOT coalesce(x.newest = any(x.stops), false) AND (coalesce(x.emergency AND x.certified, false)
				OR g.good AND coalesce(x.ready AND (NOT x.counted OR x.practised) AND (n.watched OR g.high AND (NOT x.counted OR x.fresh)), false)) AS may,
			nullif(g.ends, 'infinity') AS ends
		FROM here h JOIN person p ON p.id = h.person_id JOIN identity i ON i.person_id = h.person_id CROSS JOIN c CROSS JOIN line_now n
		LEFT JOIN LATERAL (SELECT bool_or(state = 'waiting') AS waiting, bool_or(state IN ('failed', 'critical')) AS failed, count(*) FILTER (WHERE state <> 'done') AS missing
			FROM progress WHERE enrolment_id = h.id HAVING count(*) > 0) k ON true
		LEFT JOIN keeping w ON w.person_id = h.person_id
		CROSS JOIN LATERAL (SELECT bool_or(f.kind = 'register' AND f.holds) AND bool_or(f.kind = 'of_age' AND f.holds)
				AND bool_or(f.kind = 'pledge' AND f.holds) AND NOT bool_or(f.kind IN ('suspension', 'pause') AND f.holds) AS fit,
				bool_or(f.kind = 'station' AND f.holds) AND NOT bool_or(f.kind IN ('content_due', 'check_due') AND f.holds) AS ready,
				bool_or(f.kind = 'practice') AS counted, bool_or(f.kind = 'practice' AND f.level = 'supervised' AND f.holds) AS practised,
				bool_or(f.kind = 'practice' AND f.level = 'autonomous' AND f.holds) AS fresh,
				bool_or(f.kind = 'override' AND f.holds) AS emergency, bool_or(f.kind = 'certificate' AND f.level <> 'listening' AND f.begun) AS certified,
				bool_or(f.kind = 'suspension' AND f.holds) AS suspended,
				(array_agg(f.ref_id ORDER BY f.recorded_at DESC, f.ref_id DESC) FILTER (WHERE f.kind = 'certificate'))[1] AS newest,
				array_agg(f.ref_id) FILTER (WHERE f.kind IN ('certificate_suspension', 'certificate_revocation') AND f.holds) AS stops,
				array_agg(f.ref_id) FILTER (WHERE f.kind = 'certificate_suspension' AND f.holds) AS suspensions
			FROM (SELECT kind, level, ref_id, recorded_at, valid_from <= c.now AS begun, valid_from <= c.now AND coalesce(least(valid_until, closed_at), 'infinity') > c.now AS holds
				FROM gate_fact WHERE person_id = h.person_id AND (line_id = $1 OR line_id IS NULL) AND recorded_at <= c.now) f) x
		CROSS JOIN LATERAL (SELECT count(*) > 0 AS good, coalesce(bool_or(f.level IN ('autonomous', 'mentor')), false) AS high, max(coalesce(least(f.valid_until, f.closed_at), 'infinity')) AS ends FROM gate_fact f
			WHERE f.person_id = h.person_id AND f.line_id = $1 AND f.kind = 'certificate' AND f.level <> 'listening' AND f.recorded_at <= c.now AND f.valid_from <= c.now
				AND coalesce(least(f.valid_until, f.closed_at), 'infinity') > c.now AND NOT coalesce(f.ref_id = any(x.stops), false)) g)
	`

// The views of the board by the word of its filter.
const boardView = `CASE %s WHEN '' THEN true WHEN 'us' THEN u.signing OR u.unentered OR u.waiting WHEN 'yes' THEN u.may WHEN 'no' THEN NOT u.may
	WHEN 'due' THEN u.may AND u.ends < (SELECT now FROM c) + interval '14 days' WHEN 'due60' THEN u.ends < (SELECT now FROM c) + interval '60 days'
	WHEN 'due30' THEN u.ends < (SELECT now FROM c) + interval '30 days' WHEN 'due7' THEN u.ends < (SELECT now FROM c) + interval '7 days' WHEN 'susp' THEN u.suspended ELSE false END`

// BoardTally is how many people of a board are in each view.
type BoardTally struct{ All, Us, Yes, No, Due, Susp int }

// boardTally selects the count of each view.
func boardTally() string {
	views := []string{"us", "yes", "no", "due", "susp"}
	counts := make([]string, len(views))
	for i, v := range views {
		counts[i] = `count(*) FILTER (WHERE ` + fmt.Sprintf(boardView, "'"+v+"'") + `) AS ` + v
	}
	return `SELECT count(*) AS all, ` + strings.Join(counts, ", ") + ` FROM people u`
}

// Board reads one page of a line's board, how many people the filter matches and
// how many of the cohorts are in each view, in one statement whatever their
// number: everybody is weighed once.
func (s Store) Board(ctx context.Context, f BoardFilter) (list []BoardRow, total int, tally BoardTally, err error) {
	query := boardPeople + `, tally AS (` + boardTally() + `),
		chosen AS (SELECT u.*, CASE $7::text WHEN 'name' THEN '' WHEN 'progress' THEN lpad(u.missing::text, 3, '0')
				ELSE CASE WHEN u.signing OR u.unentered OR u.waiting THEN '0' WHEN u.failed THEN '1' WHEN NOT u.may THEN '2' ELSE '3' END END AS sort_key
			FROM people u WHERE ($3::text = '' OR u.search LIKE '%' || $3::text || '%' OR u.number LIKE $3::text || '%') AND ` + fmt.Sprintf(boardView, "$4::text") + `
				AND ($5::text = '' OR NOT EXISTS (SELECT 1 FROM progress g WHERE g.enrolment_id = u.enrolment AND g.requirement = $5 AND g.state = 'done'))),
		page AS (SELECT h.* FROM chosen h
			WHERE $10::bigint = 0 OR (h.sort_key, h.family_name, h.given_name, h.person_id) > ($6::text, $8::text, $9::text, $10::bigint)
			ORDER BY h.sort_key, h.family_name, h.given_name, h.person_id LIMIT $11)
		SELECT y.all, y.us, y.yes, y.no, y.due, y.susp, (SELECT count(*) FROM chosen) AS total,
			coalesce(g.person_id, 0) AS person_id, coalesce(g.number, '') AS number, coalesce(g.given_name, '') AS given_name, coalesce(g.family_name, '') AS family_name,
			coalesce(g.signing, false) AS signing, coalesce(g.unentered, false) AS unentered, g.ends, coalesce(g.sort_key, '') AS sort_key,
			coalesce((SELECT name FROM cohort k WHERE k.id = g.cohort_id), '') AS cohort,
			coalesce((SELECT jsonb_agg(jsonb_build_object('k', r.requirement, 's', r.state, 'd', r.done, 'n', r.needed, 'c', coalesce(r.score, -1)) ORDER BY r.place)
				FROM progress r WHERE r.enrolment_id = g.enrolment), '[]') AS cells,
			coalesce((SELECT jsonb_agg(jsonb_build_object('track', e.track, 'done', (SELECT count(*) FROM progress r WHERE r.enrolment_id = e.id AND r.state = 'done'),
				'needed', (SELECT count(*) FROM progress r WHERE r.enrolment_id = e.id)) ORDER BY e.id)
				FROM enrolment e WHERE e.person_id = g.person_id AND e.line_id = $1 AND e.track <> 'full' AND e.state IN ('enrolled', 'active')), '[]') AS keeping
		FROM tally y LEFT JOIN page g ON true ORDER BY g.sort_key, g.family_name, g.given_name, g.person_id`
	var rows []struct {
		BoardRow
		BoardTally
		Total int
	}
	err = s.q.SelectContext(ctx, &rows, query, f.Line, f.Cohorts, likeable(f.Query), f.Now, f.Lacking, f.After.Sort, f.Sort, f.After.Family, f.After.Given, f.After.Person, f.Limit)
	if err != nil {
		return nil, 0, tally, fmt.Errorf("read board: %w", err)
	}
	for _, r := range rows {
		total, tally = r.Total, r.BoardTally
		if r.Person != 0 { // a page of nobody has one row, for the counts
			list = append(list, r.BoardRow)
		}
	}
	return list, total, tally, nil
}

// likeable takes the meaning of its signs away from a pattern.
func likeable(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r == '%' || r == '_' || r == '\\' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}
