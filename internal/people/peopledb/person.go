package peopledb

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"abilita/internal/people"
	"abilita/internal/pg"
)

// Identity is who a person is to others. It is kept in one table apart and is
// what an erasure destroys.
type Identity struct {
	Person     people.ID `db:"person_id"`
	Number     string
	GivenName  string `db:"given_name"`
	FamilyName string `db:"family_name"`
	Email      string
	Phone      string
	BirthDate  *time.Time `db:"birth_date"` // midnight UTC of the day; nil when unknown
	BirthPlace string     `db:"birth_place"`
	Residence  string
	Lang       string
	ExtraTime  people.ExtraTime `db:"extra_time"`
	Version    int
}

// Name is given name and family name.
func (i Identity) Name() string { return strings.TrimSpace(i.GivenName + " " + i.FamilyName) }

// search folds case and accents, so that "nicolo" finds Nicolò.
func (i Identity) search() string {
	return Fold(i.GivenName + " " + i.FamilyName + " " + i.Email)
}

// Fold takes case and accents away, for searching.
func Fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

var meanings = map[string]error{"identity_email_key": ErrEmailTaken}

// AddPerson makes a person without number and returns the id.
func (s Store) AddPerson(ctx context.Context, i Identity, now time.Time) (people.ID, error) {
	var id int64
	if err := s.q.GetContext(ctx, &id, `INSERT INTO person (created_at) VALUES ($1) RETURNING id`, now); err != nil {
		return 0, fmt.Errorf("add person: %w", err)
	}
	const query = `INSERT INTO identity (person_id, given_name, family_name, email, email_key, phone, birth_date, birth_place, residence, lang, search)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	_, err := s.q.ExecContext(ctx, query, id, i.GivenName, i.FamilyName, strings.TrimSpace(i.Email), EmailKey(i.Email), i.Phone, i.BirthDate,
		i.BirthPlace, i.Residence, i.Lang, i.search())
	return people.ID(id), pg.Map(err, nil, meanings)
}

const identityColumns = `i.person_id, coalesce(p.number, '') AS number, i.given_name, i.family_name, i.email, i.phone, i.birth_date,
	i.birth_place, i.residence, i.lang, i.extra_time, i.version`

// Identity reads who a person is.
func (s Store) Identity(ctx context.Context, who people.ID) (Identity, error) {
	var i Identity
	err := s.q.GetContext(ctx, &i, `SELECT `+identityColumns+` FROM identity i JOIN person p ON p.id = i.person_id WHERE i.person_id = $1`, int64(who))
	return i, pg.Map(err, ErrNoPerson, nil)
}

// IdentityByEmail reads who an address belongs to.
func (s Store) IdentityByEmail(ctx context.Context, email string) (Identity, error) {
	var i Identity
	err := s.q.GetContext(ctx, &i, `SELECT `+identityColumns+` FROM identity i JOIN person p ON p.id = i.person_id WHERE i.email_key = $1`, EmailKey(email))
	return i, pg.Map(err, ErrNoPerson, nil)
}

// PersonByNumber finds a person by public number.
func (s Store) PersonByNumber(ctx context.Context, number string) (people.ID, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `SELECT id FROM person WHERE number = $1`, number)
	return people.ID(id), pg.Map(err, ErrNoPerson, nil)
}

// LockPerson takes the first lock of every command on a person's matters. A
// record that was joined to another or erased meanwhile is ErrChanged: nothing
// new begins there. What ends matters of such a record uses LockRecords.
func (s Store) LockPerson(ctx context.Context, who people.ID) error {
	var live bool
	err := s.q.GetContext(ctx, &live, `SELECT merged_into IS NULL AND erased_at IS NULL FROM person WHERE id = $1 FOR UPDATE`, int64(who))
	if err == nil && !live {
		return ErrChanged
	}
	return pg.Map(err, ErrNoPerson, nil)
}

// SaveIdentity writes the whole identity if nobody did since i.Version.
func (s Store) SaveIdentity(ctx context.Context, i Identity) error {
	const query = `UPDATE identity SET given_name = $2, family_name = $3, email = $4, email_key = $5, phone = $6, birth_date = $7,
			birth_place = $8, residence = $9, lang = $10, search = $11, version = version + 1 WHERE person_id = $1 AND version = $12`
	res, err := s.q.ExecContext(ctx, query, int64(i.Person), i.GivenName, i.FamilyName, strings.TrimSpace(i.Email), EmailKey(i.Email), i.Phone,
		i.BirthDate, i.BirthPlace, i.Residence, i.Lang, i.search(), i.Version)
	if err != nil {
		return pg.Map(err, nil, meanings)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return ErrChanged
	}
	return nil
}

// SetLang changes the language a person reads.
func (s Store) SetLang(ctx context.Context, who people.ID, lang string) error {
	_, err := s.q.ExecContext(ctx, `UPDATE identity SET lang = $2 WHERE person_id = $1`, int64(who), lang)
	return err
}

// SetExtraTime gives a person more or less time than they had; ErrChanged when
// that is not was any more.
func (s Store) SetExtraTime(ctx context.Context, who people.ID, was, to people.ExtraTime) error {
	res, err := s.q.ExecContext(ctx, `UPDATE identity SET extra_time = $3 WHERE person_id = $1 AND extra_time = $2`, int64(who), int(was), int(to))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return ErrChanged
	}
	return nil
}

// GiveNumber gives a person the next public number, once, and returns it.
// Numbers are never used again.
func (s Store) GiveNumber(ctx context.Context, who people.ID) (string, error) {
	var number string
	err := s.q.GetContext(ctx, &number, `UPDATE person SET number = coalesce(number, 'v' || lpad(nextval('person_number')::text, 4, '0'))
		WHERE id = $1 RETURNING number`, int64(who))
	return number, pg.Map(err, ErrNoPerson, nil)
}

// AddGrant gives a role; giving it twice changes nothing but the agreement with a
// partner, which the last word decides.
func (s Store) AddGrant(ctx context.Context, who people.ID, g people.Grant, on people.Agreement, by people.ID, now time.Time) error {
	var until *time.Time
	if !on.Until.IsZero() {
		until = &on.Until
	}
	_, err := s.q.ExecContext(ctx, `INSERT INTO role_grant (person_id, role, scope, scope_id, partner, agreement, until, granted_by, granted_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, 0), $9)
		ON CONFLICT (person_id, role, scope, scope_id) WHERE ended_at IS NULL DO UPDATE SET partner = $5, agreement = $6, until = $7`,
		int64(who), string(g.Role), string(g.Scope), g.ID, on.Partner, on.Reference, until, int64(by), now)
	return err
}

// EndGrant takes a role away.
func (s Store) EndGrant(ctx context.Context, id int64, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE role_grant SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL`, id, now)
	return err
}

// HeldGrant is a grant with who holds it.
type HeldGrant struct {
	ID         int64
	Person     people.ID `db:"person_id"`
	GivenName  string    `db:"given_name"`
	FamilyName string    `db:"family_name"`
	Email      string
	Role       people.Role
	Scope      people.Scope
	ScopeID    int64     `db:"scope_id"`
	ScopeName  string    `db:"scope_name"` // of the line or cohort
	GrantedAt  time.Time `db:"granted_at"`
	Partner    string    // on whose behalf, "" for one's own organisation
	Agreement  string
	Until      *time.Time // from when it gives nothing; nil without a partner
	SignedUp   bool       `db:"signed_up"` // a password was set
}

// StaffGrants lists every open grant beyond volunteer, by name.
func (s Store) StaffGrants(ctx context.Context) ([]HeldGrant, error) {
	const query = `SELECT g.id, g.person_id, i.given_name, i.family_name, i.email, g.role, g.scope, g.scope_id, g.granted_at, g.partner, g.agreement, g.until,
			coalesce(CASE g.scope WHEN 'line' THEN l.name WHEN 'cohort' THEN c.name END, '') AS scope_name,
			EXISTS (SELECT 1 FROM credential k WHERE k.person_id = g.person_id) AS signed_up
		FROM role_grant g JOIN identity i ON i.person_id = g.person_id
		LEFT JOIN line l ON g.scope = 'line' AND l.id = g.scope_id LEFT JOIN cohort c ON g.scope = 'cohort' AND c.id = g.scope_id
		WHERE g.ended_at IS NULL AND g.role <> 'volunteer' ORDER BY i.family_name, i.given_name, g.id`
	var list []HeldGrant
	err := s.q.SelectContext(ctx, &list, query)
	return list, err
}

// StaffFor lists who holds one of the roles over a line or one of its cohorts.
func (s Store) StaffFor(ctx context.Context, line, cohort int64, roles ...people.Role) ([]Identity, error) {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	const query = `SELECT DISTINCT ` + identityColumns + ` FROM role_grant g JOIN identity i ON i.person_id = g.person_id JOIN person p ON p.id = g.person_id
		WHERE g.ended_at IS NULL AND (g.until IS NULL OR g.until > abilita_now()) AND g.role = any($1) AND (g.scope IN ('organisation', 'all') OR g.scope = 'line' AND g.scope_id = $2
			OR g.scope = 'cohort' AND g.scope_id = $3) ORDER BY i.family_name, i.given_name`
	var list []Identity
	err := s.q.SelectContext(ctx, &list, query, names, line, cohort)
	return list, err
}

// Numbered reads who people are, by id: number and name.
func (s Store) Numbered(ctx context.Context, ids []people.ID) (map[people.ID]Identity, error) {
	var rows []Identity
	err := s.q.SelectContext(ctx, &rows, `SELECT p.id AS person_id, coalesce(p.number, '') AS number, coalesce(i.given_name, '') AS given_name, coalesce(i.family_name, '') AS family_name
		FROM person p LEFT JOIN identity i ON i.person_id = p.id WHERE p.id = any($1)`, numbers(ids))
	out := map[people.ID]Identity{}
	for _, i := range rows {
		out[i.Person] = i
	}
	return out, err
}

// Names reads the names of people.
func (s Store) Names(ctx context.Context, ids []people.ID) (map[people.ID]string, error) {
	list := make([]int64, len(ids))
	for i, id := range ids {
		list[i] = int64(id)
	}
	var rows []Identity
	err := s.q.SelectContext(ctx, &rows, `SELECT i.person_id, i.given_name, i.family_name FROM identity i WHERE i.person_id = any($1)`, list)
	out := map[people.ID]string{}
	for _, i := range rows {
		out[i.Person] = i.Name()
	}
	return out, err
}

// Known is a person as documents name them: number and name are empty where
// there is none.
type Known struct {
	ID     people.ID
	Number string
	Name   string
}

// Known tells number and name of people, by id; an erased one has no name.
func (s Store) Known(ctx context.Context, ids []people.ID) ([]Known, error) {
	var list []Known
	err := s.q.SelectContext(ctx, &list, `SELECT p.id, coalesce(p.number, '') AS number, trim(coalesce(i.given_name || ' ' || i.family_name, '')) AS name
		FROM person p LEFT JOIN identity i ON i.person_id = p.id WHERE p.id = any($1) ORDER BY p.id`, numbers(ids))
	return list, err
}
