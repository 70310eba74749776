package coursedb

import (
	"context"
	"time"

	"abilita/internal/people"
	"abilita/internal/pg"
)

// ChecklistRun is a list that was ticked and signed. It is never changed.
type ChecklistRun struct {
	ID          int64
	Person      people.ID `db:"person_id"`
	Enrolment   int64     `db:"enrolment_id"`
	Requirement string
	ListKey     string `db:"list_key"`
	ListHash    string `db:"list_hash"`
	Ticked      pg.JSON[[]string]
	Note        string
	Signer      people.ID `db:"signer_id"`
	SignerName  string    `db:"signer_name"`
	SignedAt    time.Time `db:"signed_at"`
	Complete    bool
}

// AddChecklist stores a signed list.
func (s Store) AddChecklist(ctx context.Context, r ChecklistRun) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO checklist_run (person_id, enrolment_id, requirement, list_key, list_hash, ticked, note, signer_id, signed_at, complete)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id`,
		int64(r.Person), r.Enrolment, r.Requirement, r.ListKey, r.ListHash, r.Ticked, r.Note, int64(r.Signer), r.SignedAt, r.Complete)
	return id, err
}

// Checklists lists what was signed for a requirement, the oldest first.
func (s Store) Checklists(ctx context.Context, enrolment int64, requirement string) ([]ChecklistRun, error) {
	var list []ChecklistRun
	err := s.q.SelectContext(ctx, &list, `SELECT r.id, r.person_id, r.enrolment_id, r.requirement, r.list_key, r.list_hash, r.ticked, r.note, r.signer_id,
			i.given_name || ' ' || i.family_name AS signer_name, r.signed_at, r.complete
		FROM checklist_run r JOIN identity i ON i.person_id = r.signer_id WHERE r.enrolment_id = $1 AND r.requirement = $2 ORDER BY r.id`, enrolment, requirement)
	return list, err
}
