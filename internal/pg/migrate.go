package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Migrate brings the database behind url to the newest schema in migrations,
// under a session lock, so that several instances may start at once: one
// applies, the others wait. url must reach the server directly, not through a
// transaction pooler. It ends by setting the defaults of the role, and the rights
// of the role of engines unless that has to be made by somebody else.
func Migrate(ctx context.Context, url string, migrations fs.FS) error {
	direct, err := withParams(url, "default_transaction_read_only", "off", "statement_timeout", "0",
		"lock_timeout", "30000", "TimeZone", "UTC")
	if err != nil {
		return err
	}
	db, err := sql.Open("postgres", direct)
	if err != nil {
		return fmt.Errorf("open for migration: %w", err)
	}
	defer db.Close()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fmt.Errorf("migration lock: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, migrations, goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := RoleDefaults(ctx, db); err != nil {
		return err
	}
	if err := EngineRole(ctx, db); err != nil && !errors.Is(err, ErrNoEngineRole) {
		return err
	}
	return nil
}

// RoleDefaults sets, for this role in this database, what makes an autocommit
// write impossible and bounds every statement. They are settings of the role
// because a pooler refuses them as start-up parameters. New sessions have them.
func RoleDefaults(ctx context.Context, db *sql.DB) error {
	var role, name string
	if err := db.QueryRowContext(ctx, `SELECT current_user, current_database()`).Scan(&role, &name); err != nil {
		return fmt.Errorf("read role: %w", err)
	}
	for _, set := range []string{
		"default_transaction_read_only = on", "statement_timeout = '15s'", "lock_timeout = '5s'",
		"idle_in_transaction_session_timeout = '30s'", "TimeZone = 'UTC'", "jit = off",
	} {
		stmt := "ALTER ROLE " + pq.QuoteIdentifier(role) + " IN DATABASE " + pq.QuoteIdentifier(name) + " SET " + set
		if _, err := db.ExecContext(ctx, stmt); err != nil {
			var pe *pq.Error
			if errors.As(err, &pe) && pe.Code == "XX000" && pe.Message == "tuple concurrently updated" {
				continue // another instance is setting the same
			}
			return fmt.Errorf("set %s: %w", set, err)
		}
	}
	return nil
}
