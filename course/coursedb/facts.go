// Package coursedb is the SQL of course, cert, gate and role-play.
package coursedb

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"abilita/course/gate"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Store reads and writes through one Q, usually a transaction.
type Store struct{ q pg.Q }

// New makes a store on q.
func New(q pg.Q) Store { return Store{q} }

// ErrNotFound is the answer for a row that does not exist.
var ErrNotFound = fault.New(fault.NotFound, "fault.not_found")

// FactChange is one change of what the gate knows: a fact to add, or facts to
// close. Person 0 stands for a fact of the line.
type FactChange struct {
	Person people.ID
	Fact   gate.Fact // to add; for a closing only Kind, Line, Ref and Channel say which
	Close  bool      // close every open fact of this person, kind, line, ref (0: any ref) and channel ("": any)
	Now    bool      // the added fact begins at the instant it is recorded; Fact.From is ignored
}

// Recorded says under which version and instant changes took effect.
type Recorded struct {
	Version int64
	At      time.Time
}

// Record changes what the gate knows. It is the last thing a use case does
// before commit: it locks the version row, takes the next version and the
// instant, and only then writes, so that recorded_at follows commit order.
// Answers change for every check that starts after the commit.
func (s Store) Record(ctx context.Context, changes ...FactChange) (Recorded, error) {
	var r Recorded
	if len(changes) == 0 {
		return r, nil
	}
	// The clock is read by a second statement, after the lock was granted.
	if err := s.q.GetContext(ctx, &r.Version, `UPDATE gate_version SET version = version + 1 RETURNING version`); err != nil {
		return r, fmt.Errorf("take version: %w", err)
	}
	if err := s.q.GetContext(ctx, &r.At, `SELECT abilita_now()`); err != nil {
		return r, fmt.Errorf("read clock: %w", err)
	}
	r.At = r.At.UTC()
	const add = `INSERT INTO gate_fact (person_id, line_id, channel, kind, level, ref_id, valid_from, valid_until, recorded_at, version)
		VALUES (nullif($1, 0), nullif($2, 0), $3, $4, $5, $6, $7, $8, $9, $10)`
	const end = `UPDATE gate_fact SET closed_at = $1, closed_version = $2 WHERE closed_at IS NULL AND kind = $3
		AND person_id IS NOT DISTINCT FROM nullif($4::bigint, 0) AND line_id IS NOT DISTINCT FROM nullif($5::bigint, 0) AND (0 = any($6::bigint[]) OR ref_id = any($6)) AND ($7 = '' OR channel = $7) RETURNING ref_id`
	var news announcements
	for i := 0; i < len(changes); i++ {
		c := changes[i]
		f := c.Fact
		if c.Close {
			refs := []int64{f.Ref} // closings of one kind that follow each other are one statement
			for i+1 < len(changes) && alike(changes[i+1], c) {
				i++
				refs = append(refs, changes[i].Fact.Ref)
			}
			var closed []int64
			if err := s.q.SelectContext(ctx, &closed, end, r.At, r.Version, string(f.Kind), int64(c.Person), int64(f.Line), refs, string(f.Channel)); err != nil {
				return r, fmt.Errorf("close %s: %w", f.Kind, err)
			}
			for _, ref := range closed {
				news.closed(c.Person, f.Kind, ref)
			}
			continue
		}
		news.added(c.Person, f.Kind, f.Ref)
		from := f.From
		if c.Now {
			from = r.At
		}
		var until *time.Time
		if !f.Until.IsZero() {
			until = &f.Until
		}
		if _, err := s.q.ExecContext(ctx, add, int64(c.Person), int64(f.Line), string(f.Channel), string(f.Kind), string(f.Level), f.Ref, from, until, r.At, r.Version); err != nil {
			return r, fmt.Errorf("add %s: %w", f.Kind, err)
		}
	}
	return r, s.announce(ctx, r, news)
}

// alike tells whether two changes close facts of one person, kind, line and channel.
func alike(a, b FactChange) bool {
	return a.Close && b.Close && a.Person == b.Person && a.Fact.Kind == b.Fact.Kind && a.Fact.Line == b.Fact.Line && a.Fact.Channel == b.Fact.Channel
}

type factRow struct {
	Kind       string
	LineID     int64 `db:"line_id"`
	Channel    string
	Level      string
	RefID      int64      `db:"ref_id"`
	ValidFrom  time.Time  `db:"valid_from"`
	ValidUntil *time.Time `db:"valid_until"`
	RecordedAt time.Time  `db:"recorded_at"`
	ClosedAt   *time.Time `db:"closed_at"`
}

func (r factRow) fact() gate.Fact {
	f := gate.Fact{
		Kind: gate.Kind(r.Kind), Line: gate.LineID(r.LineID), Channel: gate.Channel(r.Channel), Level: gate.Level(r.Level), Ref: r.RefID,
		From: r.ValidFrom.UTC(), RecordedAt: r.RecordedAt.UTC(),
	}
	if r.ValidUntil != nil {
		f.Until = r.ValidUntil.UTC()
	}
	if r.ClosedAt != nil {
		f.ClosedAt = r.ClosedAt.UTC()
	}
	return f
}

// Asked is one reading for the gate: facts, version and clock of one snapshot.
type Asked struct {
	Facts   gate.Facts
	Version int64
	Now     time.Time
}

// What was known matters for ever to a question about the past. About now, most of
// it is silent: a line has a shift three times a day, and a volunteer who answers
// daily leaves two facts each day. These parts of statements leave out what cannot
// change an answer about now: what was closed, but for certificates (which say that
// they have ended), what has ended for the line, and of the supervisors to come all
// but the next. A test compares the answers. They need the clock c and the line l.
const (
	ownNow = ` (f.closed_at IS NULL OR f.kind = 'certificate') `
	// The next supervisor is looked up once, not for each of the shifts to come.
	lineNow = ` (SELECT coalesce(min(n.valid_from), c.now) AS at FROM gate_fact n
			WHERE n.person_id IS NULL AND n.line_id = l.id AND n.kind = 'supervisor_on' AND n.closed_at IS NULL AND n.valid_from > c.now) next
		JOIN gate_fact f ON f.person_id IS NULL AND f.line_id = l.id AND f.closed_at IS NULL AND coalesce(f.valid_until, 'infinity') > c.now
			AND (f.kind <> 'supervisor_on' OR f.valid_from <= next.at) `
)

// Facts as one text: a fact is a line of it, its fields parted by bars; none of them
// can hold either. A row for each fact, with all that the statement says beside,
// costs the server and the reader more than the reading.
const (
	factColumns = `f.kind, f.line_id, f.channel, f.level, f.ref_id, f.valid_from, f.valid_until, f.recorded_at, f.closed_at`
	packed      = `string_agg(concat(f.kind, '|', f.line_id, '|', f.channel, '|', f.level, '|', f.ref_id, '|', f.valid_from, '|', f.valid_until, '|', f.recorded_at, '|', f.closed_at), E'\n')`
)

// packedNow and packedEver are the facts about the person p on the line l: those of
// the person and those of the line.
const (
	packedOwn  = `(SELECT ` + packed + ` FROM (SELECT ` + factColumns + ` FROM gate_fact f WHERE f.person_id = p.id AND (f.line_id IS NULL OR f.line_id = l.id)`
	packedNow  = packedOwn + ` AND ` + ownNow + ` UNION ALL SELECT ` + factColumns + ` FROM ` + lineNow + `) f)`
	packedEver = packedOwn + ` UNION ALL SELECT ` + factColumns + ` FROM gate_fact f WHERE f.person_id IS NULL AND f.line_id = l.id) f)`
)

// unpack reads facts as packed writes them.
func unpack(text string) ([]gate.Fact, error) {
	if text == "" {
		return nil, nil
	}
	list := make([]gate.Fact, 0, 1+strings.Count(text, "\n"))
	for line := range strings.SplitSeq(text, "\n") {
		var v [9]string
		n := 0
		for field := range strings.SplitSeq(line, "|") {
			if n < len(v) {
				v[n] = field
			}
			n++
		}
		if n != len(v) {
			return nil, fmt.Errorf("fact %q has %d fields", line, n)
		}
		var broken error
		number := func(s string) int64 {
			if s == "" {
				return 0
			}
			n, err := strconv.ParseInt(s, 10, 64)
			broken = cmp.Or(broken, err)
			return n
		}
		instant := func(s string) time.Time {
			if s == "" {
				return time.Time{}
			}
			at, err := pq.ParseTimestamp(time.UTC, s)
			broken = cmp.Or(broken, err)
			return at.UTC()
		}
		list = append(list, gate.Fact{
			Kind: gate.Kind(v[0]), Line: gate.LineID(number(v[1])), Channel: gate.Channel(v[2]), Level: gate.Level(v[3]), Ref: number(v[4]),
			From: instant(v[5]), Until: instant(v[6]), RecordedAt: instant(v[7]), ClosedAt: instant(v[8]),
		})
		if broken != nil {
			return nil, fmt.Errorf("fact %q: %w", line, broken)
		}
	}
	return list, nil
}

// Facts reads all that was ever known about a person on a line, with version and
// clock, in one statement: for questions about other instants too.
func (s Store) Facts(ctx context.Context, who people.ID, line int64) (Asked, error) {
	return s.facts(ctx, who, line, packedEver)
}

// FactsNow is Facts without what cannot change an answer about now.
func (s Store) FactsNow(ctx context.Context, who people.ID, line int64) (Asked, error) {
	return s.facts(ctx, who, line, packedNow)
}

func (s Store) facts(ctx context.Context, who people.ID, line int64, which string) (Asked, error) {
	var r struct {
		Now     time.Time
		Version int64
		Facts   string
	}
	err := s.q.GetContext(ctx, &r, `SELECT c.now, (SELECT version FROM gate_version) AS version, coalesce(`+which+`, '') AS facts
		FROM abilita_clock c CROSS JOIN (SELECT $1::bigint AS id) p CROSS JOIN (SELECT $2::bigint AS id) l`, int64(who), line)
	if err != nil {
		return Asked{}, pg.Map(err, nil, nil)
	}
	a := Asked{Facts: gate.Facts{Known: who != 0}, Version: r.Version, Now: r.Now.UTC()}
	a.Facts.List, err = unpack(r.Facts)
	return a, err
}

// PersonFacts is one person of a line with what is known.
type PersonFacts struct {
	Person people.ID
	Number string
	Facts  gate.Facts
}

// LineFacts reads the facts about now of everybody who ever held a certificate on
// a line (or of the given people only), ordered by number, with version and clock,
// in one statement. List answers are computed from it.
func (s Store) LineFacts(ctx context.Context, line int64, only []int64) ([]PersonFacts, int64, time.Time, error) {
	const query = `WITH c AS MATERIALIZED (SELECT abilita_now() AS now), who AS (
			SELECT p.id, p.number FROM person p WHERE p.number IS NOT NULL AND CASE WHEN $2::bigint[] IS NULL
				THEN EXISTS (SELECT 1 FROM gate_fact f WHERE f.kind = 'certificate' AND f.line_id = $1 AND f.person_id = p.id) ELSE p.id = any($2) END
		), fact AS (
			SELECT who.id AS pid, who.number, ` + factColumns + ` FROM c CROSS JOIN who LEFT JOIN gate_fact f ON f.person_id = who.id AND (f.line_id IS NULL OR f.line_id = $1) AND ` + ownNow + `
			UNION ALL SELECT 0, '', ` + factColumns + ` FROM c CROSS JOIN (SELECT $1::bigint AS id) l CROSS JOIN LATERAL ` + lineNow + `
		)
		SELECT c.now, v.version, f.pid IS NOT NULL AS any_fact, coalesce(f.pid, 0) AS pid, coalesce(f.number, '') AS number, coalesce(f.kind, '') AS kind,
			coalesce(f.line_id, 0) AS line_id, coalesce(f.channel, '') AS channel, coalesce(f.level, '') AS level, coalesce(f.ref_id, 0) AS ref_id,
			coalesce(f.valid_from, c.now) AS valid_from, f.valid_until, coalesce(f.recorded_at, c.now) AS recorded_at, f.closed_at
		FROM c CROSS JOIN (SELECT version FROM gate_version LIMIT 1) v LEFT JOIN fact f ON true ORDER BY f.number, f.pid`
	rows, err := s.q.QueryxContext(ctx, query, line, only)
	if err != nil {
		return nil, 0, time.Time{}, pg.Map(err, nil, nil)
	}
	defer rows.Close()
	var (
		list    []PersonFacts
		ofLine  []gate.Fact
		version int64
		now     time.Time
	)
	for rows.Next() {
		var r struct {
			Now     time.Time
			Version int64
			AnyFact bool `db:"any_fact"`
			PID     int64
			Number  string
			factRow
		}
		if err := rows.StructScan(&r); err != nil {
			return nil, 0, now, fmt.Errorf("scan fact: %w", err)
		}
		now, version = r.Now.UTC(), r.Version
		switch {
		case !r.AnyFact:
		case r.PID == 0:
			ofLine = append(ofLine, r.fact())
		default:
			if len(list) == 0 || list[len(list)-1].Person != people.ID(r.PID) {
				list = append(list, PersonFacts{Person: people.ID(r.PID), Number: r.Number, Facts: gate.Facts{Known: true}})
			}
			if r.Kind != "" { // nothing is known about some people
				last := &list[len(list)-1]
				last.Facts.List = append(last.Facts.List, r.fact())
			}
		}
	}
	for i := range list {
		list[i].Facts.List = append(list[i].Facts.List, ofLine...)
	}
	return list, version, now, pg.Map(rows.Err(), nil, nil)
}

// OpenFact is a fact that was not closed, with the line it belongs to.
type OpenFact struct {
	Kind    gate.Kind
	Line    gate.LineID `db:"line_id"`
	Ref     int64       `db:"ref_id"`
	Channel gate.Channel
	From    time.Time  `db:"valid_from"`
	Until   *time.Time `db:"valid_until"`
}

// Forgotten lists people whose names went and of whom the gate still knows
// something.
func (s Store) Forgotten(ctx context.Context) ([]people.ID, error) {
	var ids []int64
	err := s.q.SelectContext(ctx, &ids, `SELECT DISTINCT f.person_id FROM gate_fact f JOIN person p ON p.id = f.person_id WHERE p.erased_at IS NOT NULL AND f.closed_at IS NULL ORDER BY 1`)
	who := make([]people.ID, len(ids))
	for i, id := range ids {
		who[i] = people.ID(id)
	}
	return who, pg.Map(err, nil, nil)
}

// OpenFacts lists the facts of a person that were not closed.
func (s Store) OpenFacts(ctx context.Context, who people.ID) ([]OpenFact, error) {
	var list []OpenFact
	err := s.q.SelectContext(ctx, &list, `SELECT kind, coalesce(line_id, 0) AS line_id, ref_id, channel, valid_from, valid_until FROM gate_fact
		WHERE person_id = $1 AND closed_at IS NULL ORDER BY id`, int64(who))
	return list, pg.Map(err, nil, nil)
}
