package audit

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"abilita/internal/pg"
)

// Link is a sealed entry with its place in the chain.
type Link struct {
	ID     int64
	Seq    int64
	Action string
	Actor  int64
	At     time.Time
	Hash   string // in hexadecimal
}

// Head is the last seal of the chain; the zero Head is of an empty one. Waiting
// counts the entries that were asked for and have no seal yet: they get one as
// soon as every transaction of the server that is older has ended.
type Head struct {
	Seq     int64
	Hash    string // in hexadecimal
	Waiting int
}

// Concerning lists the sealed entries up to an instant about what a person and
// some certificates may, in the order of the chain, with the chain's head.
func Concerning(ctx context.Context, q pg.Q, person int64, certificates []int64, at time.Time) ([]Link, Head, error) {
	h, err := head(ctx, q)
	if err != nil {
		return nil, Head{}, err
	}
	var list []Link
	err = q.SelectContext(ctx, &list, `SELECT e.id, coalesce(s.seq, 0) AS seq, e.action, coalesce(e.actor, 0) AS actor, e.at, coalesce(encode(s.hash, 'hex'), '') AS hash FROM audit_entry e LEFT JOIN audit_seal s ON s.entry_id = e.id
		WHERE e.at <= $3 AND e.action NOT LIKE 'account.%' AND (e.subject_kind = 'person' AND e.subject_id = $1 OR e.subject_kind = 'certificate' AND e.subject_id = any($2)
			OR e.subject_kind = 'register_entry' AND e.subject_id IN (SELECT id FROM register_entry WHERE person_id = $1)
			OR e.subject_kind = 'evidence' AND e.subject_id IN (SELECT id FROM evidence WHERE person_id = $1)
			OR e.subject_kind = 'enrolment' AND e.subject_id IN (SELECT id FROM enrolment WHERE person_id = $1)) ORDER BY s.seq`, person, certificates, at)
	all := len(list)
	list = slices.DeleteFunc(list, func(l Link) bool { return l.Seq == 0 })
	return list, Head{Seq: h.Seq, Hash: hex.EncodeToString(h.Hash), Waiting: all - len(list)}, pg.Map(err, nil, nil)
}
