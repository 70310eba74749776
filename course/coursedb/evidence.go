package coursedb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"abilita/course/cert"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Evidence is one thing that was done, as it is stored.
type Evidence struct {
	ID          cert.EvidenceID
	Person      people.ID `db:"person_id"`
	Enrolment   int64     `db:"enrolment_id"`
	Requirement string
	Item        string
	Kind        string
	ContentHash string `db:"content_hash"`
	Passed      bool
	Critical    bool
	Score       int       // hundredths of a percent, -1 for none
	Author      people.ID `db:"author_id"` // 0 when the program judged
	Ref         int64     `db:"ref_id"`
	At          time.Time
	Detail      map[string]any
	Corrects    cert.EvidenceID
	Hash        string
}

// seal is the hash over all that the piece says.
func (e Evidence) seal() (string, error) {
	e.ID, e.Hash, e.At = 0, "", e.At.UTC().Truncate(time.Microsecond)
	b, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("seal evidence: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// AddEvidence appends a piece and returns it with id and hash.
func (s Store) AddEvidence(ctx context.Context, e Evidence) (Evidence, error) {
	if e.Detail == nil {
		e.Detail = map[string]any{}
	}
	hash, err := e.seal()
	if err != nil {
		return e, err
	}
	e.Hash = hash
	var score *int
	if e.Score >= 0 {
		score = &e.Score
	}
	const query = `INSERT INTO evidence (person_id, enrolment_id, requirement, item, kind, content_hash, passed, critical, score, author_id, ref_id, at, detail, corrects, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, nullif($10, 0), $11, $12, $13, nullif($14, 0), $15) RETURNING id`
	var id int64
	err = s.q.GetContext(ctx, &id, query, int64(e.Person), e.Enrolment, e.Requirement, e.Item, e.Kind, e.ContentHash, e.Passed, e.Critical, score,
		int64(e.Author), e.Ref, e.At, pg.AsJSON(e.Detail), int64(e.Corrects), hash)
	if err != nil {
		return e, fmt.Errorf("add evidence: %w", err)
	}
	e.ID = cert.EvidenceID(id)
	return e, nil
}

type evidenceRow struct {
	ID          int64
	PersonID    int64 `db:"person_id"`
	EnrolmentID int64 `db:"enrolment_id"`
	Requirement string
	Item        string
	Kind        string
	ContentHash string `db:"content_hash"`
	Passed      bool
	Critical    bool
	Score       int
	AuthorID    int64 `db:"author_id"`
	RefID       int64 `db:"ref_id"`
	At          time.Time
	Detail      pg.JSON[map[string]any]
	Corrects    int64
	Hash        string
}

const evidenceColumns = `v.id, v.person_id, v.enrolment_id, v.requirement, v.item, v.kind, v.content_hash, v.passed, v.critical, coalesce(v.score, -1) AS score,
	coalesce(v.author_id, 0) AS author_id, v.ref_id, v.at, v.detail, coalesce(v.corrects, 0) AS corrects, v.hash`

func (r evidenceRow) evidence() Evidence {
	return Evidence{
		ID: cert.EvidenceID(r.ID), Person: people.ID(r.PersonID), Enrolment: r.EnrolmentID, Requirement: r.Requirement, Item: r.Item, Kind: r.Kind,
		ContentHash: r.ContentHash, Passed: r.Passed, Critical: r.Critical, Score: r.Score, Author: people.ID(r.AuthorID), Ref: r.RefID, At: r.At.UTC(),
		Detail: r.Detail.V, Corrects: cert.EvidenceID(r.Corrects), Hash: r.Hash,
	}
}

// Evidence lists the evidence of an enrolment, the oldest first.
func (s Store) Evidence(ctx context.Context, enrolment int64) ([]Evidence, error) {
	of, err := s.EvidenceOf(ctx, []int64{enrolment})
	return of[enrolment], err
}

// EvidenceOf lists the evidence of several enrolments, by enrolment, the oldest first.
func (s Store) EvidenceOf(ctx context.Context, enrolments []int64) (map[int64][]Evidence, error) {
	var rows []evidenceRow
	if err := s.q.SelectContext(ctx, &rows, `SELECT `+evidenceColumns+` FROM evidence v WHERE v.enrolment_id = any($1) ORDER BY v.id`, enrolments); err != nil {
		return nil, pg.Map(err, nil, nil)
	}
	out := map[int64][]Evidence{}
	for _, r := range rows {
		out[r.EnrolmentID] = append(out[r.EnrolmentID], r.evidence())
	}
	return out, nil
}

// ForReview is evidence as cert.Review reads it, with the calls that wait for
// more judgements.
func ForReview(list []Evidence, open ...OpenCall) []cert.Evidence {
	out := make([]cert.Evidence, len(list), len(list)+len(open))
	for i, e := range list {
		waiting, _ := e.Detail["waiting"].(bool)
		void, _ := e.Detail["void"].(bool)
		out[i] = cert.Evidence{
			ID: e.ID, Person: e.Person, Requirement: e.Requirement, Item: e.Item, Passed: e.Passed, Critical: e.Critical, Waiting: waiting, Void: void, Score: e.Score,
			Author: e.Author, Judges: e.Judges(), At: e.At, Corrects: e.Corrects, ContentHash: e.ContentHash,
		}
	}
	for _, c := range open {
		out = append(out, cert.Evidence{Requirement: c.Requirement, Item: c.Item, Waiting: true, Score: -1, At: c.At})
	}
	return out
}

// Judges are those whose judgements the piece rests on, the last of them its
// author; nil when only its author's counts.
func (e Evidence) Judges() []people.ID {
	list, _ := e.Detail["judges"].([]any)
	var out []people.ID
	for _, v := range list {
		if id, ok := v.(float64); ok { // a number out of JSON
			out = append(out, people.ID(id))
		}
	}
	return out
}

// Progress is the state of one requirement as last reviewed.
type Progress struct {
	Enrolment   int64 `db:"enrolment_id"`
	Requirement string
	Place       int
	State       cert.State
	Done        int
	Needed      int
	Score       int
	At          *time.Time
}

// SaveProgress keeps the review of an enrolment, in the order of its lines.
func (s Store) SaveProgress(ctx context.Context, enrolment int64, report cert.Report) error {
	const query = `INSERT INTO progress (enrolment_id, requirement, place, state, done, needed, score, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (enrolment_id, requirement) DO UPDATE SET place = excluded.place, state = excluded.state, done = excluded.done, needed = excluded.needed,
			score = excluded.score, at = excluded.at
		WHERE (progress.place, progress.state, progress.done, progress.needed, progress.score, progress.at)
			IS DISTINCT FROM (excluded.place, excluded.state, excluded.done, excluded.needed, excluded.score, excluded.at)`
	keys := make([]string, 0, len(report.Lines))
	for i, l := range report.Lines {
		var at *time.Time
		if !l.At.IsZero() {
			at = &l.At
		}
		var score *int
		if l.Score >= 0 {
			score = &l.Score
		}
		if _, err := s.q.ExecContext(ctx, query, enrolment, l.Requirement.Key, i+1, string(l.State), l.Done, l.Needed, score, at); err != nil {
			return fmt.Errorf("save progress of %s: %w", l.Requirement.Key, err)
		}
		keys = append(keys, l.Requirement.Key)
	}
	_, err := s.q.ExecContext(ctx, `DELETE FROM progress WHERE enrolment_id = $1 AND NOT requirement = any($2)`, enrolment, keys)
	return err
}

// Progress lists the requirements of an enrolment in their order.
func (s Store) Progress(ctx context.Context, enrolment int64) ([]Progress, error) {
	var list []Progress
	err := s.q.SelectContext(ctx, &list, `SELECT enrolment_id, requirement, place, state, done, needed, coalesce(score, -1) AS score, at
		FROM progress WHERE enrolment_id = $1 ORDER BY place`, enrolment)
	return list, err
}

// Whole tells whether the piece still says what was sealed.
func (e Evidence) Whole() bool {
	hash, err := e.seal()
	return err == nil && hash == e.Hash
}
