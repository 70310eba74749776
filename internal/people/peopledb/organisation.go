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
	_, err := s.q.ExecContext(ctx, `INSERT INTO deployment (kind) VALUES ($1)`, kind)
	return err
}

// VoidSetupLinks spends every open set-up link.
func (s Store) VoidSetupLinks(ctx context.Context, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE login_link SET used_at = $1 WHERE purpose = 'setup' AND used_at IS NULL`, now)
	return err
}
