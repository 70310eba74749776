package peopledb

import (
	"context"
	"slices"
	"strings"
	"time"

	"abilita/internal/people"
	"abilita/internal/pg"
)

// Eraser is what erasing a person does to a table.
type Eraser struct {
	Table string
	Set   string // what is written over what names them; empty: the rows go
	Holds string // which rows still hold something, with the row as t
}

// Erasers do what the tags of people.Tables say; a test compares. Rows go before
// those that they refer to.
var Erasers = []Eraser{
	{Table: "letter", Holds: "true"},
	{Table: "login_link", Holds: "true"},
	{Table: "web_session", Holds: "true"},
	{Table: "credential", Holds: "true"},
	{Table: "reading", Holds: "true"},
	{Table: "application_note", Holds: "true"},
	{Table: "application", Holds: "true"},
	{Table: "quiz_mark", Holds: "true"},
	{
		Table: "quiz_attempt", Holds: "t.stripped_at IS NULL OR t.reason <> ''",
		Set: `stripped_at = coalesce(t.stripped_at, abilita_now()), paper = t.paper || '{"Questions": null}', answers = '{}', changes = '{}', flags = '[]', reason = '',
			result = CASE WHEN jsonb_typeof(t.result) = 'object' THEN t.result || '{"Verdicts": null, "Critical": null}' ELSE t.result END`,
	},
	{Table: "quiz_grant", Set: `plan = ''`, Holds: "t.plan <> ''"},
	{Table: "assessment", Set: `stripped_at = coalesce(t.stripped_at, abilita_now()), marks = '{}', note = ''`, Holds: "t.stripped_at IS NULL OR t.note <> ''"},
	{Table: "checklist_run", Set: `note = ''`, Holds: "t.note <> ''"},
	{Table: "observed_contact", Set: `note = ''`, Holds: "t.note <> ''"},
	{Table: "shift_note", Set: `body = ''`, Holds: "t.body <> ''"},
	{Table: "roleplay_run", Set: `reflection = ''`, Holds: "t.reflection <> ''"},
	{
		Table: "identity", Holds: `t.given_name || t.family_name || t.email || t.phone || t.birth_place || t.residence || t.search <> '' OR t.birth_date IS NOT NULL OR t.extra_time <> 0`,
		Set: `given_name = '', family_name = '', email = '', email_key = 'forgotten-' || t.person_id, phone = '', birth_date = NULL, birth_place = '', residence = '',
			search = '', lang = 'it', extra_time = 0, version = t.version + 1`,
	},
}

// toldOf are the letters to others, t, that name a person in a value: the word
// to the second person of an emergency, with the volunteer as p.
const toldOf = `t.kind = 'override_informed' AND t.vals ? 'Who' AND t.vals ->> 'Who' <> p.number
	AND EXISTS (SELECT 1 FROM emergency_override o WHERE o.person_id = p.id AND o.informed_id = t.person_id AND o.given_at = t.queued_at)`

// Forget takes everything that names people who are locked, table by table, and
// returns how many rows of each went or were emptied. What was decided about
// them stays under their number.
func (s Store) Forget(ctx context.Context, who []people.ID, now time.Time) (map[string]int64, error) {
	done := map[string]int64{}
	// Wrong passwords are counted by address, which goes last.
	if _, err := s.exec(ctx, `DELETE FROM secret_budget b USING identity i WHERE b.key = 'account:' || i.email_key AND i.person_id = any($1)`, numbers(who)); err != nil {
		return done, err
	}
	for _, e := range Erasers {
		owned, err := ownedBy(e.Table, "= any($1)")
		if err != nil {
			return done, err
		}
		query := `DELETE FROM "` + e.Table + `" t WHERE ` + owned
		if e.Set != "" {
			query = `UPDATE "` + e.Table + `" t SET ` + e.Set + ` WHERE ` + owned + ` AND (` + e.Holds + `)`
		}
		if done[e.Table], err = s.exec(ctx, query, numbers(who)); err != nil {
			return done, err
		}
	}
	// Others keep their letters, with the number in place of the name.
	const renamed = `UPDATE letter t SET vals = t.vals || jsonb_build_object('Who', p.number) FROM person p WHERE p.id = any($1) AND ` + toldOf
	if _, err := s.exec(ctx, renamed, numbers(who)); err != nil {
		return done, err
	}
	if _, err := s.exec(ctx, `UPDATE role_grant SET ended_at = $2 WHERE person_id = any($1) AND ended_at IS NULL`, numbers(who), now); err != nil {
		return done, err
	}
	_, err := s.exec(ctx, `UPDATE person SET erased_at = $2, version = version + 1 WHERE id = any($1)`, numbers(who), now)
	return done, err
}

// StillNamed is the statement that finds erased records of which anything is
// left that Forget takes.
func StillNamed() (string, error) {
	list := make([]string, 0, len(Erasers))
	for _, e := range Erasers {
		owned, err := ownedBy(e.Table, "= p.id")
		if err != nil {
			return "", err
		}
		list = append(list, `SELECT 'person `+`' || p.id || ' in `+e.Table+`' FROM person p WHERE p.erased_at IS NOT NULL AND EXISTS (SELECT 1 FROM "`+e.Table+`" t WHERE `+owned+` AND (`+e.Holds+`))`)
	}
	list = append(list, `SELECT 'person ' || p.id || ' in a letter to somebody else' FROM person p WHERE p.erased_at IS NOT NULL AND EXISTS (SELECT 1 FROM letter t WHERE `+toldOf+`)`)
	return strings.Join(list, " UNION ALL ") + " ORDER BY 1", nil
}

// Held counts the rows by table that Forget would take or empty.
func (s Store) Held(ctx context.Context, who []people.ID) (map[string]int64, error) {
	out := map[string]int64{}
	for _, e := range Erasers {
		owned, err := ownedBy(e.Table, "= any($1)")
		if err != nil {
			return nil, err
		}
		var n int64
		if err := s.q.GetContext(ctx, &n, `SELECT count(*) FROM "`+e.Table+`" t WHERE `+owned+` AND (`+e.Holds+`)`, numbers(who)); err != nil {
			return nil, pg.Map(err, nil, nil)
		}
		out[e.Table] = n
	}
	return out, nil
}

// Open is what of a person is still open and stands in the way of an erasure.
type Open struct {
	Register    bool // an entry that has not ended, or not yet
	Enrolment   bool
	Application bool
	Role        bool // for others
	LeftOn      *time.Time
}

// OpenMatters tells what of some records is still open.
func (s Store) OpenMatters(ctx context.Context, who []people.ID, now time.Time) (Open, error) {
	var o struct {
		Register, Enrolment, Application, Role bool
		LeftOn                                 *time.Time `db:"left_on"`
	}
	err := s.q.GetContext(ctx, &o, `SELECT EXISTS (SELECT 1 FROM register_entry WHERE person_id = any($1) AND left_on IS NULL)
			OR EXISTS (SELECT 1 FROM gate_fact WHERE person_id = any($1) AND kind = 'register' AND closed_at IS NULL AND (valid_until IS NULL OR valid_until > $2)) AS register,
		EXISTS (SELECT 1 FROM enrolment WHERE person_id = any($1) AND state IN ('invited', 'enrolled', 'active', 'paused')) AS enrolment,
		EXISTS (SELECT 1 FROM application WHERE person_id = any($1) AND state IN ('submitted', 'in_review', 'on_hold')) AS application,
		EXISTS (SELECT 1 FROM role_grant WHERE person_id = any($1) AND role <> 'volunteer' AND ended_at IS NULL) AS role,
		(SELECT max(left_on) FROM register_entry WHERE person_id = any($1)) AS left_on`, numbers(who), now)
	return Open(o), pg.Map(err, nil, nil)
}

// Erased is somebody who was erased: what tells their record from any other of
// the installation, and names nobody.
type Erased struct {
	ID       people.ID `json:"id"`
	Made     time.Time `json:"made"` // when the record was made
	ErasedAt time.Time `json:"erased_at"`
}

// Erased lists everybody who was erased, by id.
func (s Store) Erased(ctx context.Context) ([]Erased, error) {
	var rows []struct {
		ID       int64
		Made     time.Time
		ErasedAt time.Time `db:"erased_at"`
	}
	err := s.q.SelectContext(ctx, &rows, `SELECT id, created_at AS made, erased_at FROM person WHERE erased_at IS NOT NULL ORDER BY id`)
	out := make([]Erased, len(rows))
	for i, r := range rows {
		out[i] = Erased{people.ID(r.ID), r.Made.UTC(), r.ErasedAt.UTC()}
	}
	return out, pg.Map(err, nil, nil)
}

// Revived narrows a list down to the records that this database holds and does
// not know to be erased, and takes them.
func (s Store) Revived(ctx context.Context, list []Erased) ([]Erased, error) {
	var back []Erased
	for chunk := range slices.Chunk(list, 500) {
		ids, made := make([]int64, len(chunk)), make([]string, len(chunk))
		for i, e := range chunk {
			ids[i], made[i] = int64(e.ID), e.Made.Format(time.RFC3339Nano)
		}
		var found []int64 // places in the chunk
		err := s.q.SelectContext(ctx, &found, `SELECT e.place - 1 FROM person p JOIN unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS e (id, made, place) ON e.id = p.id AND e.made::timestamptz = p.created_at
			WHERE p.erased_at IS NULL ORDER BY p.id FOR UPDATE OF p`, ids, made)
		if err != nil {
			return nil, pg.Map(err, nil, nil)
		}
		for _, i := range found {
			back = append(back, chunk[i])
		}
	}
	return back, nil
}

// withheld are the tables whose rows stay as they are under the number: the law
// asks for them, or a claim may.
var withheld = []string{"appeal", "register_entry", "certificate", "certificate_event", "evidence", "gate_fact", "person_event", "contact", "emergency_override", "attendance", "enrolment"}

// Withheld counts the rows by table that stay under the number.
func (s Store) Withheld(ctx context.Context, who []people.ID) (map[string]int64, error) {
	out := map[string]int64{}
	for _, table := range withheld {
		owned, err := ownedBy(table, "= any($1)")
		if err != nil {
			return nil, err
		}
		var n int64
		if err := s.q.GetContext(ctx, &n, `SELECT count(*) FROM "`+table+`" t WHERE `+owned, numbers(who)); err != nil {
			return nil, pg.Map(err, nil, nil)
		}
		out[table] = n
	}
	return out, nil
}
