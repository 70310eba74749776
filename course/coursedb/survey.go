package coursedb

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"abilita/course/gate"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Since is a state of the gate that somebody has seen: its version, and the
// instant up to which time alone had changed answers. A zero At is the instant
// at which the version was recorded.
type Since struct {
	Version int64
	At      time.Time
}

// Survey is one reading for an engine about many people and lines: credential,
// version, clock, lines, people and facts of one snapshot of the primary.
type Survey struct {
	Key     GateKey // zero ID: no such credential
	Version int64
	Now     time.Time
	Lines   []Line // those found, by id; only id, code, zone, fallback, running contact, lease and channels
	People  []PersonFacts

	// Passed is the last start or end of a fact after the version was recorded
	// and not after Now: time alone may have changed answers then. Zero: none.
	Passed time.Time
	// Coming is the next start or end of a fact after Now. Zero: none.
	Coming time.Time
	// Gap tells that the state asked about is not known to have ever been here:
	// there are no people then, for who was touched since cannot be said.
	Gap bool

	facts map[int64][]gate.Fact // of each line
	byID  map[people.ID]int
}

// Line finds a line of the reading by its code.
func (r *Survey) Line(code string) (Line, bool) {
	i := slices.IndexFunc(r.Lines, func(l Line) bool { return l.Code == code })
	if i < 0 {
		return Line{}, false
	}
	return r.Lines[i], true
}

// Facts is what is known about a person of the reading, by number, on a line.
// Who was not found is nobody.
func (r *Survey) Facts(number string, line int64) gate.Facts {
	i, found := slices.BinarySearchFunc(r.People, number, func(p PersonFacts, n string) int {
		switch {
		case p.Number < n:
			return -1
		case p.Number > n:
			return 1
		}
		return 0
	})
	if !found {
		return gate.Facts{}
	}
	own := r.People[i].Facts
	return gate.Facts{Known: true, List: slices.Concat(own.List, r.facts[line])}
}

// The parts of the statements of a reading. Each begins with the credential, the
// clock and the lines ($2, by code; null: every line), and needs who. The version
// is one row, which LIMIT tells the planner: it knows nothing of a table so small,
// and a plan for thousands of rows is compiled before it runs.
const (
	surveyHead = `WITH c AS MATERIALIZED (SELECT abilita_now() AS now), v AS MATERIALIZED (SELECT version FROM gate_version LIMIT 1), l AS MATERIALIZED (
			SELECT l.id, l.code, l.fallback, l.running_contact, l.zone, l.lease_seconds FROM line l WHERE $2::text[] IS NULL OR l.code = any($2)), `
	surveyWhoNumbers = `s AS (SELECT false AS gap), who AS MATERIALIZED (SELECT p.id, p.number FROM person p WHERE p.number = any($3)) `
	// everybody who ever held a certificate on one of the lines
	surveyEverybody = `SELECT p.id, p.number FROM person p WHERE p.number IS NOT NULL AND EXISTS (
			SELECT 1 FROM gate_fact f JOIN l ON l.id = f.line_id WHERE f.kind = 'certificate' AND f.person_id = p.id)`
	surveyWhoAll = `s AS (SELECT false AS gap), who AS MATERIALIZED (` + surveyEverybody + `) `
	// those of them about whom something was recorded after the version $3, or
	// began or ended after the instant $4
	surveyWhoTouched = `k AS (SELECT $3::bigint AS version, $3 = v.version OR $3 < v.version AND (EXISTS (SELECT 1 FROM gate_fact WHERE version = $3) OR EXISTS (SELECT 1 FROM gate_fact WHERE closed_version = $3)) AS known FROM v),
		s AS MATERIALIZED (SELECT k.version, NOT k.known AS gap, coalesce($4::timestamptz, greatest(
			(SELECT recorded_at FROM gate_fact WHERE version <= $3 ORDER BY version DESC LIMIT 1),
			(SELECT closed_at FROM gate_fact WHERE closed_version <= $3 ORDER BY closed_version DESC LIMIT 1)), '-infinity') AS at FROM k),
		touched AS (SELECT person_id, line_id FROM gate_fact WHERE version > $3
			UNION SELECT person_id, line_id FROM gate_fact WHERE closed_version > $3
			UNION SELECT person_id, line_id FROM gate_fact WHERE valid_from > (SELECT at FROM s) AND valid_from <= (SELECT now FROM c)
			UNION SELECT person_id, line_id FROM gate_fact WHERE valid_until > (SELECT at FROM s) AND valid_until <= (SELECT now FROM c)),
		here AS (SELECT t.person_id, t.line_id FROM touched t WHERE t.line_id IS NULL OR t.line_id IN (SELECT id FROM l)),
		maybe AS (SELECT person_id FROM here WHERE person_id IS NOT NULL
			UNION SELECT f.person_id FROM gate_fact f JOIN here h ON h.person_id IS NULL AND f.line_id = h.line_id WHERE f.kind = 'certificate'),
		who AS MATERIALIZED (SELECT p.id, p.number FROM maybe m JOIN person p ON p.id = m.person_id WHERE p.number IS NOT NULL AND NOT (SELECT gap FROM s) AND EXISTS (
			SELECT 1 FROM gate_fact f JOIN l ON l.id = f.line_id WHERE f.kind = 'certificate' AND f.person_id = p.id)) `
	surveyRows = `SELECT 'head' AS what, coalesce(k.id, 0) AS pid, v.version AS line_id, '' AS code, '' AS b, '' AS c, '' AS d, 0::bigint AS ref_id, c.now AS valid_from,
			least((SELECT min(valid_from) FROM gate_fact WHERE valid_from > c.now), (SELECT min(valid_until) FROM gate_fact WHERE valid_until > c.now)) AS valid_until,
			b.passed AS recorded_at, NULL::timestamptz AS closed_at, (SELECT gap FROM s) AS gap, k.scopes, k.lines
		FROM c CROSS JOIN v LEFT JOIN gate_key k ON k.token_hash = $1 AND k.ended_at IS NULL
		CROSS JOIN LATERAL (SELECT greatest((SELECT recorded_at FROM gate_fact ORDER BY version DESC LIMIT 1),
			(SELECT closed_at FROM gate_fact WHERE closed_version IS NOT NULL ORDER BY closed_version DESC LIMIT 1)) AS at) r
		CROSS JOIN LATERAL (SELECT greatest((SELECT max(valid_from) FROM gate_fact WHERE valid_from > r.at AND valid_from <= c.now),
			(SELECT max(valid_until) FROM gate_fact WHERE valid_until > r.at AND valid_until <= c.now)) AS passed) b
		UNION ALL SELECT 'line', 0, l.id, l.code, l.fallback, l.running_contact, l.zone, l.lease_seconds, NULL, NULL, NULL, NULL, false,
			ARRAY(SELECT channel FROM line_channel h WHERE h.line_id = l.id ORDER BY channel), NULL FROM l
		UNION ALL SELECT 'person', who.id, 0, who.number, '', '', '', 0, NULL, NULL, NULL, NULL, false, NULL, NULL FROM who
		UNION ALL SELECT 'fact', f.person_id, coalesce(f.line_id, 0), f.kind, f.channel, f.level, '', f.ref_id, f.valid_from, f.valid_until, f.recorded_at, f.closed_at, false, NULL, NULL
			FROM c CROSS JOIN who JOIN gate_fact f ON f.person_id = who.id WHERE (f.line_id IS NULL OR f.line_id IN (SELECT id FROM l)) AND ` + ownNow + `
		UNION ALL SELECT 'fact', 0, f.line_id, f.kind, f.channel, f.level, '', f.ref_id, f.valid_from, f.valid_until, f.recorded_at, f.closed_at, false, NULL, NULL
			FROM c CROSS JOIN l CROSS JOIN LATERAL ` + lineNow + `
	`
)

// SurveyNumbers reads about the people with the given numbers on lines.
func (s Store) SurveyNumbers(ctx context.Context, tokenHash []byte, lines, numbers []string) (Survey, error) {
	return s.survey(ctx, surveyHead+surveyWhoNumbers+surveyRows, tokenHash, lines, numbers)
}

// SurveyAll reads about everybody who ever held a certificate on one of the lines;
// nil lines are all.
func (s Store) SurveyAll(ctx context.Context, tokenHash []byte, lines []string) (Survey, error) {
	return s.survey(ctx, surveyHead+surveyWhoAll+surveyRows, tokenHash, lines)
}

// SurveyTouched reads about those of them for whom an answer may have changed
// since a state. It may name somebody for whom nothing did; it leaves out nobody.
func (s Store) SurveyTouched(ctx context.Context, tokenHash []byte, lines []string, since Since) (Survey, error) {
	var at *time.Time
	if !since.At.IsZero() {
		at = &since.At
	}
	return s.survey(ctx, surveyHead+surveyWhoTouched+surveyRows, tokenHash, lines, since.Version, at)
}

func (s Store) survey(ctx context.Context, query string, args ...any) (Survey, error) {
	r := Survey{facts: map[int64][]gate.Fact{}, byID: map[people.ID]int{}}
	rows, err := s.q.QueryxContext(ctx, query, args...)
	if err != nil {
		return r, pg.Map(err, nil, nil)
	}
	defer rows.Close()
	var facts []surveyFact
	for rows.Next() {
		var (
			what, code, b, c, d           string
			pid, line, ref                int64
			from, until, recorded, closed *time.Time
			gap                           bool
			texts                         pq.StringArray
			lines                         pq.Int64Array
		)
		if err := rows.Scan(&what, &pid, &line, &code, &b, &c, &d, &ref, &from, &until, &recorded, &closed, &gap, &texts, &lines); err != nil {
			return r, fmt.Errorf("scan reading: %w", err)
		}
		switch what {
		case "head":
			r.Key, r.Version, r.Gap = GateKey{ID: pid, Scopes: texts, Lines: lines}, line, gap
			r.Now, r.Coming, r.Passed = instant(from), instant(until), instant(recorded)
		case "line":
			r.Lines = append(r.Lines, Line{ID: line, Code: code, Fallback: b, Running: c, Zone: d, LeaseSeconds: int(ref), Channels: texts})
		case "person":
			r.People = append(r.People, PersonFacts{Person: people.ID(pid), Number: code, Facts: gate.Facts{Known: true}})
		default:
			facts = append(facts, surveyFact{people.ID(pid), gate.Fact{
				Kind: gate.Kind(code), Line: gate.LineID(line), Channel: gate.Channel(b), Level: gate.Level(c), Ref: ref,
				From: instant(from), Until: instant(until), RecordedAt: instant(recorded), ClosedAt: instant(closed),
			}})
		}
	}
	if err := pg.Map(rows.Err(), nil, nil); err != nil {
		return r, err
	}
	r.arrange(facts)
	return r, nil
}

type surveyFact struct {
	person people.ID
	fact   gate.Fact
}

// arrange orders people by number and gives each their facts.
func (r *Survey) arrange(facts []surveyFact) {
	slices.SortFunc(r.Lines, func(a, b Line) int { return int(a.ID - b.ID) })
	slices.SortFunc(r.People, func(a, b PersonFacts) int {
		if a.Number < b.Number {
			return -1
		}
		return 1
	})
	for i, p := range r.People {
		r.byID[p.Person] = i
	}
	for _, f := range facts {
		if f.person == 0 {
			r.facts[int64(f.fact.Line)] = append(r.facts[int64(f.fact.Line)], f.fact)
		} else if i, ok := r.byID[f.person]; ok {
			r.People[i].Facts.List = append(r.People[i].Facts.List, f.fact)
		}
	}
}

func instant(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
