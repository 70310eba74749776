package coursedb

import (
	"context"
	"time"

	"github.com/lib/pq"

	"abilita/course/catalogue"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Card is a service or a fund of a line as one of its versions says.
type Card struct {
	ID     int64
	Line   int64 `db:"line_id"`
	Kind   catalogue.Kind
	Code   string
	Change int64 // the version
	Number int   // of the version, from 1
	catalogue.Card
	Question  pg.JSON[catalogue.Question]
	Changed   pq.StringArray // parts that differ from the version before
	Impact    catalogue.Impact
	DueAt     *time.Time `db:"due_at"`
	Note      string
	Hash      string
	Author    people.ID `db:"author_id"`
	At        time.Time
	Asked     int    // how many people the version asked something of
	Owing     int    // how many of them still owe it
	GivenName string `db:"given_name"` // of the author
	Family    string `db:"family_name"`
}

const cardColumns = `k.id, k.line_id, k.kind, k.code, c.id AS change, c.number, c.state, c.name, c.owner, c.what, c.access, c.price, c.say, c.avoid, c.question, c.changed,
	c.impact, c.due_at, c.note, c.hash, c.author_id, c.at, coalesce(i.given_name, '') AS given_name, coalesce(i.family_name, '') AS family_name,
	(SELECT count(*) FROM gate_fact f WHERE f.kind = 'content_due' AND f.line_id = k.line_id AND f.ref_id = c.id) AS asked,
	(SELECT count(*) FROM gate_fact f WHERE f.kind = 'content_due' AND f.line_id = k.line_id AND f.ref_id = c.id AND f.closed_at IS NULL) AS owing`

const cardFrom = ` FROM catalogue_card k JOIN catalogue_change c ON c.card_id = k.id LEFT JOIN identity i ON i.person_id = c.author_id `

const cardNewest = ` c.number = (SELECT max(n.number) FROM catalogue_change n WHERE n.card_id = k.id) `

// Catalogue lists the cards of a line as they are now, by name.
func (s Store) Catalogue(ctx context.Context, line int64) ([]Card, error) {
	var list []Card
	err := s.q.SelectContext(ctx, &list, `SELECT `+cardColumns+cardFrom+`WHERE k.line_id = $1 AND`+cardNewest+`ORDER BY k.kind, lower(c.name), k.id`, line)
	return list, pg.Map(err, nil, nil)
}

// Card reads one as it is now; lock keeps others from changing it until the end of
// the transaction.
func (s Store) Card(ctx context.Context, line int64, code string, lock bool) (Card, error) {
	var c Card
	if lock {
		var id int64
		if err := s.q.GetContext(ctx, &id, `SELECT id FROM catalogue_card WHERE line_id = $1 AND code = $2 FOR UPDATE`, line, code); err != nil {
			return c, pg.Map(err, ErrNotFound, nil)
		}
	}
	err := s.q.GetContext(ctx, &c, `SELECT `+cardColumns+cardFrom+`WHERE k.line_id = $1 AND k.code = $2 AND`+cardNewest, line, code)
	return c, pg.Map(err, ErrNotFound, nil)
}

// CardHistory lists the versions of a card, the newest first.
func (s Store) CardHistory(ctx context.Context, card int64) ([]Card, error) {
	var list []Card
	err := s.q.SelectContext(ctx, &list, `SELECT `+cardColumns+cardFrom+`WHERE k.id = $1 ORDER BY c.number DESC`, card)
	return list, pg.Map(err, nil, nil)
}

// CardChange reads one version of a card and the one before it, which has no state
// when there is none.
func (s Store) CardChange(ctx context.Context, change int64) (now Card, before catalogue.Card, err error) {
	var list []Card
	err = s.q.SelectContext(ctx, &list, `SELECT `+cardColumns+cardFrom+`JOIN catalogue_change w ON w.card_id = k.id AND w.id = $1 AND c.number IN (w.number, w.number - 1) ORDER BY c.number DESC`, change)
	if err != nil {
		return now, before, pg.Map(err, nil, nil)
	}
	if len(list) == 0 {
		return now, before, ErrNotFound
	}
	if len(list) > 1 {
		before = list[1].Card
	}
	return list[0], before, nil
}

// AddCard stores a card without a version yet; a code that the line has already
// gets a number.
func (s Store) AddCard(ctx context.Context, line int64, kind catalogue.Kind, code string) (Card, error) {
	c := Card{Line: line, Kind: kind}
	err := s.q.GetContext(ctx, &c, `INSERT INTO catalogue_card (line_id, kind, code)
		SELECT $1, $2, $3 || CASE WHEN n.taken = 0 THEN '' ELSE '-' || n.taken + 1 END
		FROM (SELECT count(*) AS taken FROM catalogue_card WHERE line_id = $1 AND (code = $3 OR code ~ ('^' || $3 || '-[0-9]+$'))) n RETURNING id, code`, line, string(kind), code)
	return c, pg.Map(err, nil, nil)
}

// AddCardChange stores a version of a card and returns its id.
func (s Store) AddCardChange(ctx context.Context, c Card, now time.Time) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO catalogue_change (card_id, number, state, name, owner, what, access, price, say, avoid, question, changed, impact, due_at, note, hash, author_id, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) RETURNING id`,
		c.ID, c.Number, string(c.State), c.Name, c.Owner, c.What, c.Access, c.Price, c.Say, c.Avoid, c.Question, c.Changed, string(c.Impact), c.DueAt, c.Note, c.Hash, int64(c.Author), now)
	return id, pg.Map(err, nil, nil)
}

// Owing lists who still owes a change of content, of a release or of a card.
func (s Store) Owing(ctx context.Context, line, ref int64) ([]Learner, error) {
	var list []Learner
	err := s.q.SelectContext(ctx, &list, `SELECT f.person_id, p.number, coalesce(i.given_name, '') AS given_name, coalesce(i.family_name, '') AS family_name
		FROM gate_fact f JOIN person p ON p.id = f.person_id LEFT JOIN identity i ON i.person_id = p.id
		WHERE f.kind = 'content_due' AND f.line_id = $1 AND f.ref_id = $2 AND f.closed_at IS NULL ORDER BY p.number`, line, ref)
	return list, pg.Map(err, nil, nil)
}

// HasCatalogue tells whether a line on which a person learns or learnt has cards.
func (s Store) HasCatalogue(ctx context.Context, who people.ID) (bool, error) {
	var has bool
	err := s.q.GetContext(ctx, &has, `SELECT EXISTS (SELECT 1 FROM enrolment e JOIN catalogue_card k ON k.line_id = e.line_id WHERE e.person_id = $1)`, int64(who))
	return has, pg.Map(err, nil, nil)
}
