package peopledb

import (
	"context"
	"time"

	"abilita/internal/fault"
	"abilita/internal/pg"
)

// Organisation is who runs the lines.
type Organisation struct {
	Name    string
	Contact string
	Zone    string
	Policy  string // insurance policy proposed at admission
	Version int
}

// Location is its zone; an unknown one cannot be stored.
func (o Organisation) Location() *time.Location {
	loc, err := time.LoadLocation(o.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// ErrNoOrganisation says that nobody has set the program up yet.
var ErrNoOrganisation = fault.New(fault.NotFound, "setup.needed")

// Organisation reads the organisation.
func (s Store) Organisation(ctx context.Context) (Organisation, error) {
	var o Organisation
	err := s.q.GetContext(ctx, &o, `SELECT name, contact, zone, policy, version FROM organisation`)
	return o, pg.Map(err, ErrNoOrganisation, nil)
}

// AddOrganisation makes it; there is one.
func (s Store) AddOrganisation(ctx context.Context, o Organisation) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO organisation (name, contact, zone, policy) VALUES ($1, $2, $3, $4)`, o.Name, o.Contact, o.Zone, o.Policy)
	return err
}

// DeploymentKind is "live", "demo", "test", or "" before the first start.
func (s Store) DeploymentKind(ctx context.Context) (string, error) {
	var kind string
	err := s.q.GetContext(ctx, &kind, `SELECT coalesce((SELECT kind FROM deployment), '')`)
	return kind, err
}

// SetDeployment settles the kind, once.
func (s Store) SetDeployment(ctx context.Context, kind string) error {
	if _, err := s.q.ExecContext(ctx, `INSERT INTO deployment (kind) VALUES ($1)`, kind); err != nil {
		return err
	}
	if kind != "demo" {
		return nil
	}
	_, err := s.q.ExecContext(ctx, `INSERT INTO clock_offset (kind) VALUES ('demo')`)
	return err
}

// VoidSetupLinks spends every open set-up link.
func (s Store) VoidSetupLinks(ctx context.Context, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE login_link SET used_at = $1 WHERE purpose = 'setup' AND used_at IS NULL`, now)
	return err
}

// AdvanceClock moves the clock of a demonstration and the sign-in sessions with
// it; moved is false where there is no such clock.
func (s Store) AdvanceClock(ctx context.Context, by time.Duration) (moved bool, err error) {
	res, err := s.q.ExecContext(ctx, `UPDATE clock_offset SET ahead = ahead + make_interval(secs => $1::float8) WHERE kind = 'demo'`, by.Seconds())
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	if err != nil || n == 0 {
		return false, err
	}
	_, err = s.q.ExecContext(ctx, `UPDATE web_session SET seen_at = seen_at + make_interval(secs => $1::float8), ends_at = ends_at + make_interval(secs => $1::float8)`, by.Seconds())
	return true, err
}

// ClockBehind is how far the clock of a demonstration is behind the server's.
func (s Store) ClockBehind(ctx context.Context) (time.Duration, error) {
	var seconds float64
	err := s.q.GetContext(ctx, &seconds, `SELECT greatest(0, coalesce((SELECT -extract(epoch FROM ahead) FROM clock_offset), 0))::float8`)
	return time.Duration(seconds * float64(time.Second)), err
}

// People counts every person, for the check that a demonstration begins empty.
func (s Store) People(ctx context.Context) (int, error) {
	var n int
	err := s.q.GetContext(ctx, &n, `SELECT count(*) FROM person`)
	return n, err
}

// AddBackup notes that a backup was taken.
func (s Store) AddBackup(ctx context.Context, at time.Time, bytes int64, hash []byte) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO backup_run (taken_at, bytes, sha256) VALUES ($1, $2, $3)`, at, bytes, hash)
	return err
}
