package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/audit"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// ViewEngines are the phone systems that read the gate's views as the role gate_ro.
type ViewEngines struct{ db *pg.DB }

// NewViewEngines makes the use case.
func NewViewEngines(db *pg.DB) *ViewEngines { return &ViewEngines{db: db} }

// EnginePassword is a password for the role of engines.
type EnginePassword struct {
	Password string
	ByHand   []string // statements that somebody else has to run first; empty: it holds already
}

// NewPassword gives the role of engines a new password, which ends the old one for
// connections to come. Where our role may not, it returns what to run by hand.
func (x *ViewEngines) NewPassword(ctx context.Context, who people.Actor, cmd *pg.Command) (EnginePassword, error) {
	if err := who.Must(people.ManageKeys, people.Target{}); err != nil {
		return EnginePassword{}, err
	}
	out := EnginePassword{Password: rand.Text()}
	err := x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := pg.SetEnginePassword(ctx, q, out.Password); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: who, As: people.Administrator, Action: people.ManageKeys, Kind: "engine_role", Detail: map[string]any{"did": "password"},
		})
	})
	if errors.Is(err, pg.ErrNoEngineRole) {
		give, err := pg.EnginePasswordByHand(out.Password)
		out.ByHand = []string{pg.EngineRoleByHand, give}
		return out, err
	}
	return out, err
}

// viewsAgree compares, for everybody on every line, what the engines' views say
// with what the gate decides.
func (x *Doctor) viewsAgree(ctx context.Context, q pg.Q, now time.Time) ([]string, error) {
	store := coursedb.New(q)
	lines, err := store.Lines(ctx, nil)
	if err != nil {
		return nil, err
	}
	var bad []string
	for _, l := range lines {
		list, err := store.ViewAnswers(ctx, l.ID, now)
		if err != nil {
			return nil, err
		}
		viewed := map[string]string{}
		for _, a := range list {
			viewed[a.Number+" by "+a.Channel] = a.Level + upTo(a.Until)
		}
		all, _, _, err := store.LineFacts(ctx, l.ID, nil)
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			for _, channel := range gate.Channels {
				d := gate.Decide(p.Facts, gate.LineID(l.ID), channel, now)
				want, whom := "", p.Number+" by "+string(channel)
				if d.Granted() {
					want = string(d.Level)
					if !d.Until.IsZero() {
						want += upTo(&d.Until)
					}
				}
				if viewed[whom] != want {
					bad = append(bad, fmt.Sprintf("%s on %s: views %q, gate %q", whom, l.Code, viewed[whom], want))
				}
				delete(viewed, whom)
			}
		}
		for whom := range viewed {
			bad = append(bad, whom+" on "+l.Code+": the gate knows nobody of the number")
		}
	}
	slices.Sort(bad)
	return bad, nil
}

func upTo(at *time.Time) string {
	if at == nil {
		return ""
	}
	return " until " + at.UTC().Format(time.RFC3339Nano)
}

// engineRights names what the role of engines may do beyond reading its three
// views; nothing while there is no such role.
const engineRights = `WITH engine AS (SELECT oid FROM pg_roles WHERE rolname = 'gate_ro'), thing AS (
		SELECT c.oid, c.oid = ANY (ARRAY['gate.enabled', 'gate.asterisk_queue_members', 'gate.epoch']::regclass[]) AS theirs FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
	)
	SELECT 'reads ' || t.oid::regclass FROM engine e, thing t WHERE NOT t.theirs AND has_any_column_privilege(e.oid, t.oid, 'SELECT')
	UNION ALL SELECT 'writes ' || t.oid::regclass FROM engine e, thing t
		WHERE has_any_column_privilege(e.oid, t.oid, 'INSERT, UPDATE, REFERENCES') OR has_table_privilege(e.oid, t.oid, 'DELETE, TRUNCATE, TRIGGER')
	UNION ALL SELECT 'makes things: ' || w FROM engine e, unnest(ARRAY['CREATE', 'TEMPORARY']) w WHERE has_database_privilege(e.oid, current_database(), w)
	UNION ALL SELECT 'is more than a reader' FROM engine e JOIN pg_roles r ON r.oid = e.oid
		WHERE r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolbypassrls OR r.rolreplication OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = e.oid)
	ORDER BY 1`
