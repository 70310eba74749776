package coursedb

import (
	"context"
	"time"

	"github.com/lib/pq"

	"abilita/internal/pg"
)

// KeyUse is how much a key has asked since it was noted last.
type KeyUse struct {
	Key       int64
	At        time.Time // of the newest question
	Questions int64
}

// NoteUse adds to what is known of a key's use.
func (s Store) NoteUse(ctx context.Context, u KeyUse) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO gate_key_use (key_id, asked_at, questions) VALUES ($1, $2, $3)
		ON CONFLICT (key_id) DO UPDATE SET asked_at = greatest(gate_key_use.asked_at, excluded.asked_at), questions = gate_key_use.questions + excluded.questions`, u.Key, u.At, u.Questions)
	return pg.Map(err, nil, nil)
}

// EngineTest is a test call that an engine made.
type EngineTest struct {
	Key     int64  `db:"key_id"`
	Name    string // of the key
	Line    int64  `db:"line_id"`
	Channel string
	Reached string // agent, fallback or nobody
	Words   string
	At      time.Time
}

// AddEngineTest notes a test call.
func (s Store) AddEngineTest(ctx context.Context, t EngineTest) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO engine_test (key_id, line_id, channel, reached, words, at) VALUES ($1, $2, $3, $4, $5, $6)`, t.Key, t.Line, t.Channel, t.Reached, t.Words, t.At)
	return pg.Map(err, nil, nil)
}

// EngineTests lists the newest test calls of a line.
func (s Store) EngineTests(ctx context.Context, line int64, limit int) ([]EngineTest, error) {
	var list []EngineTest
	err := s.q.SelectContext(ctx, &list, `SELECT t.key_id, k.name, t.line_id, t.channel, t.reached, t.words, t.at FROM engine_test t JOIN gate_key k ON k.id = t.key_id
		WHERE t.line_id = $1 ORDER BY t.id DESC LIMIT $2`, line, limit)
	return list, pg.Map(err, nil, nil)
}

// ForgetEngineTests deletes test calls that are older than an instant.
func (s Store) ForgetEngineTests(ctx context.Context, before time.Time) error {
	_, err := s.q.ExecContext(ctx, `DELETE FROM engine_test WHERE at < $1`, before)
	return pg.Map(err, nil, nil)
}

// LineKey is a key that may ask about a line, with what is known of its use.
type LineKey struct {
	ID        int64
	Name      string
	Scopes    pq.StringArray
	AskedAt   *time.Time `db:"asked_at"` // nil: never, as far as is noted
	Questions int64
}

// LineKeys lists the keys in force with which phone systems may ask about a line, by
// name. One that acts for a person asks nothing.
func (s Store) LineKeys(ctx context.Context, line int64) ([]LineKey, error) {
	var list []LineKey
	err := s.q.SelectContext(ctx, &list, `SELECT k.id, k.name, k.scopes, u.asked_at, coalesce(u.questions, 0) AS questions FROM gate_key k LEFT JOIN gate_key_use u ON u.key_id = k.id
		WHERE k.ended_at IS NULL AND k.acts_for IS NULL AND (cardinality(k.lines) = 0 OR $1 = any(k.lines)) ORDER BY k.name, k.id`, line)
	return list, pg.Map(err, nil, nil)
}
