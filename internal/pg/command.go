package pg

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"abilita/internal/fault"
)

// Command is one act of a person or program, done at most once: its Key is made
// when the form is rendered (or sent by an API client) and stored in the
// transaction of the act. The row keeps no body, only its hash, for 24 hours.
type Command struct {
	Key      string // 16 to 64 characters; unique for 24 h
	Actor    int64  // person id; 0 for a visitor or a program
	Route    string // method and route pattern, for example "POST /quiz/:id"
	BodyHash []byte // SHA-256 of the decoded body, so that a key is not reused for another act
	Then     string // where the browser goes next; "{id}" stands for what Created was told
	Status   int    // HTTP status of the answer; 0 means 303

	created int64
}

// Faults of commands.
var (
	ErrKeyMissing = fault.New(fault.Invalid, "fault.key_missing")
	ErrKeyReused  = fault.New(fault.Conflict, "fault.key_reused")
)

// Replayed is the error of Do when the same command was done before: the first
// answer is given again and nothing happens twice.
type Replayed struct {
	Status   int
	Location string
}

// Error says so for logs.
func (r *Replayed) Error() string { return "command was done before, see " + r.Location }

// HashBody is the BodyHash of a body or of an encoded form.
func HashBody(body string) []byte {
	h := sha256.Sum256([]byte(body))
	return h[:]
}

// Created tells the id of what the command made, for "{id}" in Then.
func (c *Command) Created(id int64) { c.created = id }

// Location is Then with the created id in its place.
func (c *Command) Location() string {
	return strings.ReplaceAll(c.Then, "{id}", strconv.FormatInt(c.created, 10))
}

// Do runs f as the command cmd: effect, audit, letters and key commit together
// or not at all. The same key again returns *Replayed when route, actor and
// body are the same, ErrKeyReused otherwise. A refused command (f returns an
// error) does not spend its key. When the answer to COMMIT is lost, the key is
// read back to know whether it happened.
func (db *DB) Do(ctx context.Context, cmd *Command, f func(q Q, now time.Time) error) error {
	if len(cmd.Key) < 16 || len(cmd.Key) > 64 {
		return ErrKeyMissing
	}
	err := db.retry(ctx, func() error { return db.once(ctx, cmd, f) })
	if _, ok := errors.AsType[errCommit](err); ok {
		return db.settle(ctx, cmd, err)
	}
	return err
}

// settle reads the key back after a COMMIT whose answer was lost.
func (db *DB) settle(ctx context.Context, cmd *Command, lost error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	const query = `SELECT count(*) FROM command WHERE key = $1`
	var err error
	for wait := 50 * time.Millisecond; ctx.Err() == nil; wait *= 2 {
		var n int
		if err = db.pool.GetContext(ctx, &n, query, cmd.Key); err == nil {
			if n == 1 {
				return nil
			}
			return Map(lost, nil, nil)
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
	return errors.Join(ErrUnavailable, lost, err)
}

// begin claims the key. A rival with the same key waits here for the first to
// commit or roll back.
func (c *Command) begin(ctx context.Context, q Q) (time.Time, error) {
	const claim = `INSERT INTO command (key, actor, route, body_hash, status, location, at)
		VALUES ($1, nullif($2, 0), $3, $4, $5, $6, abilita_now())
		ON CONFLICT (key) DO NOTHING RETURNING at`
	c.created = 0
	status := c.Status
	if status == 0 {
		status = 303
	}
	var at time.Time
	err := q.GetContext(ctx, &at, claim, c.Key, c.Actor, c.Route, c.BodyHash, status, c.Then)
	if err == nil {
		return at, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return at, fmt.Errorf("claim key: %w", err)
	}
	const first = `SELECT coalesce(actor, 0) AS actor, route, body_hash, status, location FROM command WHERE key = $1`
	var was struct {
		Actor    int64
		Route    string
		BodyHash []byte `db:"body_hash"`
		Status   int
		Location string
	}
	if err := q.GetContext(ctx, &was, first, c.Key); err != nil {
		return at, fmt.Errorf("read key: %w", err)
	}
	if was.Actor != c.Actor || was.Route != c.Route || !bytes.Equal(was.BodyHash, c.BodyHash) {
		return at, ErrKeyReused
	}
	return at, &Replayed{Status: was.Status, Location: was.Location}
}

func (c *Command) finish(ctx context.Context, q Q) error {
	if c.created == 0 {
		return nil
	}
	if _, err := q.ExecContext(ctx, `UPDATE command SET location = $2 WHERE key = $1`, c.Key, c.Location()); err != nil {
		return fmt.Errorf("store location: %w", err)
	}
	return nil
}

// ForgetCommands deletes the keys of what was done by the cutoff.
func ForgetCommands(ctx context.Context, q Q, cutoff time.Time) (int64, error) {
	res, err := q.ExecContext(ctx, `DELETE FROM command WHERE at <= $1`, cutoff)
	if err != nil {
		return 0, fmt.Errorf("forget commands: %w", err)
	}
	return res.RowsAffected()
}
