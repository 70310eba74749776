package pg

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/lib/pq"
)

// EngineName is the role by which engines read the views of schema gate.
const EngineName = "gate_ro"

// ErrNoEngineRole says that the role of engines is missing and that ours may not
// make it: see EngineRoleByHand.
var ErrNoEngineRole = errors.New("the role " + EngineName + " is missing, and this server does not let our role make it")

// EngineRoleByHand is what somebody who may make roles has to run, once; the
// next start gives the role its rights.
const EngineRoleByHand = "CREATE ROLE " + EngineName + " NOLOGIN CONNECTION LIMIT 40;"

// engineLock is the number of the advisory lock under which one instance gives
// the rights and the others wait.
const engineLock = 7_240_012

// EngineRole makes sure of the role of engines in this database: it exists, it
// reads the views of schema gate and nothing else, and its defaults bound what a
// statement may do. Without a password (see SetEnginePassword) nobody can use it.
func EngineRole(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("role of engines: %w", err)
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("role of engines: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it is a no-op
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, engineLock); err != nil {
		return fmt.Errorf("role of engines: %w", err)
	}
	var there, reads bool
	var name string
	err = tx.QueryRowContext(ctx, `SELECT current_database(), EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)`, EngineName).Scan(&name, &there)
	if err != nil {
		return fmt.Errorf("look for the role of engines: %w", err)
	}
	if !there {
		// Roles belong to the server: the other databases' instances may be at it too.
		_, err := tx.ExecContext(ctx, `DO $$ BEGIN CREATE ROLE `+EngineName+` NOLOGIN CONNECTION LIMIT 40; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`)
		if refused(err) {
			return ErrNoEngineRole
		}
		if err != nil {
			return fmt.Errorf("make the role of engines: %w", err)
		}
	}
	err = tx.QueryRowContext(ctx, `SELECT has_table_privilege($1, 'gate.enabled', 'SELECT') AND has_table_privilege($1, 'gate.asterisk_queue_members', 'SELECT')
		AND has_table_privilege($1, 'gate.epoch', 'SELECT') AND has_schema_privilege($1, 'gate', 'USAGE') AND has_function_privilege($1, 'gate.now()', 'EXECUTE')
		AND has_function_privilege($1, 'gate.ask(text,text,text)', 'EXECUTE') AND has_function_privilege($1, 'gate.answer(bigint,bigint,text,timestamptz)', 'EXECUTE')
		AND NOT has_database_privilege($1, current_database(), 'TEMPORARY')
		AND EXISTS (SELECT 1 FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole JOIN pg_database d ON d.oid = s.setdatabase
			WHERE r.rolname = $1 AND d.datname = current_database() AND 'default_transaction_read_only=on' = any(s.setconfig))`, EngineName).Scan(&reads)
	if err != nil {
		return fmt.Errorf("read the rights of engines: %w", err)
	}
	if reads {
		return nil
	}
	in := "ALTER ROLE " + EngineName + " IN DATABASE " + pq.QuoteIdentifier(name) + " SET "
	for _, stmt := range []string{
		"REVOKE TEMPORARY ON DATABASE " + pq.QuoteIdentifier(name) + " FROM PUBLIC", // a temporary table is a write
		"GRANT CONNECT ON DATABASE " + pq.QuoteIdentifier(name) + " TO " + EngineName,
		"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA gate FROM PUBLIC",
		"GRANT USAGE ON SCHEMA gate TO " + EngineName,
		"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA gate TO " + EngineName,
		"GRANT SELECT ON ALL TABLES IN SCHEMA gate TO " + EngineName,
		in + "default_transaction_read_only = on", in + "statement_timeout = '1s'", in + "lock_timeout = '500ms'",
		in + "idle_in_transaction_session_timeout = '5s'", in + "TimeZone = 'UTC'", in + "jit = off", in + "search_path = gate",
	} {
		_, err := tx.ExecContext(ctx, "SAVEPOINT step")
		if err == nil {
			_, err = tx.ExecContext(ctx, stmt)
		}
		if refused(err) { // the defaults of a role that somebody else made: its maker sets them
			_, err = tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT step")
		}
		if err != nil {
			return fmt.Errorf("rights of engines: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("rights of engines: %w", err)
	}
	return nil
}

// SetEnginePassword lets the role of engines sign in with the password. The
// server gets what proves the password (a SCRAM verifier) and never the password.
func SetEnginePassword(ctx context.Context, q Q, password string) error {
	verifier, err := scramVerifier(password)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, "ALTER ROLE "+EngineName+" LOGIN PASSWORD "+pq.QuoteLiteral(verifier))
	if pe, ok := errors.AsType[*pq.Error](err); ok && (pe.Code == "42501" || pe.Code == "42704") {
		return ErrNoEngineRole
	}
	return err
}

// EnginePasswordByHand is the statement that gives the password, for somebody
// who may where we may not.
func EnginePasswordByHand(password string) (string, error) {
	verifier, err := scramVerifier(password)
	return "ALTER ROLE " + EngineName + " LOGIN PASSWORD " + pq.QuoteLiteral(verifier) + ";", err
}

func refused(err error) bool {
	pe, ok := errors.AsType[*pq.Error](err)
	return ok && pe.Code == "42501"
}

// scramVerifier is what PostgreSQL stores of a password, RFC 5803.
func scramVerifier(password string) (string, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	const rounds = 4096
	salted, err := pbkdf2.Key(sha256.New, password, salt, rounds, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("derive a verifier: %w", err)
	}
	mac := func(text string) []byte {
		m := hmac.New(sha256.New, salted)
		m.Write([]byte(text))
		return m.Sum(nil)
	}
	stored := sha256.Sum256(mac("Client Key"))
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", rounds, b64(salt), b64(stored[:]), b64(mac("Server Key"))), nil
}
