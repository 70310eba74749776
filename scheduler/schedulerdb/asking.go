package schedulerdb

import (
	"context"
	"time"

	"abilita/internal/people"
	"abilita/scheduler"
)

// ProposePlace proposes the place of a volunteer on a locked shift to one person,
// instead of whoever it was offered or proposed to before.
func (s Store) ProposePlace(ctx context.Context, shift int64, who, to people.ID) error {
	res, err := s.q.ExecContext(ctx, `UPDATE shift_place SET proposed_to = $3, offered = false
		WHERE shift_id = $1 AND person_id = $2 AND state = 'booked' AND part = 'volunteer' AND proposed_to IS DISTINCT FROM $3`, shift, int64(who), int64(to))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return scheduler.ErrShiftNotHeld
	}
	return nil
}

// ProposedBy is who has proposed their place on a shift to a person, whoever did
// first; 0 when nobody has.
func (s Store) ProposedBy(ctx context.Context, shift int64, to people.ID) (people.ID, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `SELECT coalesce((SELECT person_id FROM shift_place WHERE shift_id = $1 AND proposed_to = $2 AND state = 'booked' AND part = 'volunteer' ORDER BY booked_at, id LIMIT 1), 0)`, shift, int64(to))
	return people.ID(id), err
}

// Withdraw ends what somebody on a locked shift has proposed.
func (s Store) Withdraw(ctx context.Context, shift int64, who people.ID) error {
	_, err := s.q.ExecContext(ctx, `UPDATE shift_place SET proposed_to = NULL WHERE shift_id = $1 AND person_id = $2`, shift, int64(who))
	return err
}

// Proposal is a place that is proposed to somebody.
type Proposal struct {
	ShiftID int64     `db:"shift_id"`
	Giver   people.ID `db:"person_id"`
}

// ProposalsTo lists the places proposed to a person on shifts that begin after an
// instant, the earliest first.
func (s Store) ProposalsTo(ctx context.Context, to people.ID, after time.Time) ([]Proposal, error) {
	var list []Proposal
	err := s.q.SelectContext(ctx, &list, `SELECT p.shift_id, p.person_id FROM shift_place p JOIN shift h ON h.id = p.shift_id
		WHERE p.proposed_to = $1 AND p.state = 'booked' AND p.part = 'volunteer' AND h.state = 'open' AND h.starts_at > $2 ORDER BY h.starts_at, p.booked_at, p.id`, int64(to), after)
	return list, err
}

// Invite notes that somebody was asked to come to a shift; false when they had been.
func (s Store) Invite(ctx context.Context, shift int64, who, by people.ID, now time.Time) (bool, error) {
	res, err := s.q.ExecContext(ctx, `INSERT INTO shift_invitation (shift_id, person_id, invited_by, at) VALUES ($1, $2, $3, $4) ON CONFLICT ON CONSTRAINT shift_invitation_key DO NOTHING`,
		shift, int64(who), int64(by), now)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// Invitation is somebody who was asked to come to a shift.
type Invitation struct {
	ShiftID int64     `db:"shift_id"`
	Person  people.ID `db:"person_id"`
}

// Invitations lists who was asked to come to shifts.
func (s Store) Invitations(ctx context.Context, shifts []int64) ([]Invitation, error) {
	var list []Invitation
	err := s.q.SelectContext(ctx, &list, `SELECT shift_id, person_id FROM shift_invitation WHERE shift_id = any($1) ORDER BY shift_id, at, person_id`, shifts)
	return list, err
}
