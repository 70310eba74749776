package coursedb

import (
	"context"
	"time"

	"abilita/internal/pg"
)

// ViewAnswer is one yes of the views that engines read.
type ViewAnswer struct {
	Number, Channel, Level string
	Until                  *time.Time // nil: no instant is known
}

// ViewAnswers is what the views would say at the instant about everybody who ever
// held a certificate on a line, by number and channel.
func (s Store) ViewAnswers(ctx context.Context, line int64, at time.Time) ([]ViewAnswer, error) {
	var list []ViewAnswer
	err := s.q.SelectContext(ctx, &list, `SELECT p.number, c.channel, a.level, a.valid_until AS until
		FROM person p CROSS JOIN (VALUES ('phone'), ('chat'), ('video'), ('mail'), ('desk')) c (channel) CROSS JOIN LATERAL gate.answer(p.id, $1, c.channel, $2) a
		WHERE p.number IS NOT NULL AND EXISTS (SELECT 1 FROM gate_fact f WHERE f.kind = 'certificate' AND f.line_id = $1 AND f.person_id = p.id) ORDER BY 1, 2`, line, at)
	return list, pg.Map(err, nil, nil)
}
