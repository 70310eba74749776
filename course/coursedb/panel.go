package coursedb

import (
	"context"
	"errors"
	"time"

	"abilita/course/cert"
	"abilita/course/roleplay"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Panel is a turn that several evaluators judge. The first judgement fixes what
// is judged: later ones go by the same version of the script and the same
// threshold, whatever is published meanwhile.
type Panel struct {
	ID          int64
	Session     int64     `db:"session_id"`
	Person      people.ID `db:"person_id"`
	Enrolment   int64     `db:"enrolment_id"`
	Requirement string
	Release     int64  `db:"release_id"` // whose script and rubric are used
	ScriptKey   string `db:"script_key"`
	ScriptHash  string `db:"script_hash"`
	Threshold   int
	Needed      int
	State       roleplay.Accord
	OpenedAt    time.Time       `db:"opened_at"`
	Evidence    cert.EvidenceID `db:"evidence_id"` // 0 until it is settled
}

const panelColumns = `id, session_id, person_id, enrolment_id, requirement, release_id, script_key, script_hash, threshold, needed, state, opened_at, coalesce(evidence_id, 0) AS evidence_id`

// ErrNoPanel is the answer for a turn that nobody judged yet or that one
// evaluator judges.
var ErrNoPanel = errors.New("the turn has no panel")

// Panel reads the panel of a turn.
func (s Store) Panel(ctx context.Context, session int64, who people.ID) (Panel, error) {
	var p Panel
	err := s.q.GetContext(ctx, &p, `SELECT `+panelColumns+` FROM call_panel WHERE session_id = $1 AND person_id = $2`, session, int64(who))
	return p, pg.Map(err, ErrNoPanel, nil)
}

// AddPanel opens a panel; the person must be locked.
func (s Store) AddPanel(ctx context.Context, p Panel) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO call_panel (session_id, person_id, enrolment_id, requirement, release_id, script_key, script_hash, threshold, needed, state, opened_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
		p.Session, int64(p.Person), p.Enrolment, p.Requirement, p.Release, p.ScriptKey, p.ScriptHash, p.Threshold, p.Needed, string(p.State), p.OpenedAt)
	return id, err
}

// SetPanel moves a panel; evidence is what settled it, 0 until then.
func (s Store) SetPanel(ctx context.Context, id int64, to roleplay.Accord, evidence cert.EvidenceID) error {
	_, err := s.q.ExecContext(ctx, `UPDATE call_panel SET state = $2, evidence_id = nullif($3, 0) WHERE id = $1`, id, string(to), int64(evidence))
	return err
}

// Judgements lists the parts of a panel, the first given first.
func (s Store) Judgements(ctx context.Context, panel int64) ([]Assessment, error) {
	var list []Assessment
	err := s.q.SelectContext(ctx, &list, assessmentQuery+`WHERE a.panel_id = $1 ORDER BY a.id`, panel)
	return list, err
}

// OpenCall is a call that was judged and waits for another judgement.
type OpenCall struct {
	Requirement string
	Item        string
	At          time.Time // of the first judgement
}

// openCalls are the open calls of enrolment e, as JSON.
const openCalls = `coalesce((SELECT jsonb_agg(jsonb_build_object('Requirement', k.requirement, 'Item', k.script_key, 'At', k.opened_at) ORDER BY k.id)
	FROM call_panel k WHERE k.enrolment_id = e.id AND k.evidence_id IS NULL), '[]')`

// OpenCalls lists the calls of an enrolment that wait for another judgement.
func (s Store) OpenCalls(ctx context.Context, enrolment int64) ([]OpenCall, error) {
	var list pg.JSON[[]OpenCall]
	err := s.q.GetContext(ctx, &list, `SELECT `+openCalls+` FROM enrolment e WHERE e.id = $1`, enrolment)
	return list.V, pg.Map(err, ErrNotFound, nil)
}
