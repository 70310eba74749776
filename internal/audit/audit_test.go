package audit_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"abilita/internal/audit"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
)

func record(ctx context.Context, db *pg.DB, n int) error {
	return db.InTx(ctx, func(q pg.Q, now time.Time) error {
		return audit.Record(ctx, q, now, audit.Entry{
			Actor: people.Actor{ID: people.ID(n%7 + 1)}, As: people.Coordinator, Action: "test.do", Kind: "thing", Subject: int64(n), Detail: map[string]any{"n": n},
		})
	})
}

// sealAll seals until everything is in the chain: a transaction of another test
// on the shared server may hold the newest entries back for a moment.
func sealAll(t *testing.T, s audit.Sealer, want int64) audit.Finding {
	t.Helper()
	for {
		f, err := s.Verify(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !f.OK() || f.Sealed == want {
			return f
		}
		select {
		case <-t.Context().Done():
			t.Fatalf("sealed %d of %d", f.Sealed, want)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func TestManyWritersAndSealersMakeOneChain(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	s := audit.Sealer{DB: db, Key: []byte("0123456789abcdef0123456789abcdef")}
	const writers, each = 16, 25
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				if err := record(t.Context(), db, w*each+i); err != nil {
					t.Error(err)
				}
				if i%5 == 0 {
					if _, err := s.Seal(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	all.Wait()
	if f := sealAll(t, s, writers*each); !f.OK() || f.Sealed != writers*each || f.Unsealed != 0 {
		t.Fatalf("%+v", f)
	}
}

func TestAnEntryCannotBeChangedThroughSQL(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	if err := record(t.Context(), db, 1); err != nil {
		t.Fatal(err)
	}
	for _, stmt := range []string{`UPDATE audit_entry SET action = 'x'`, `DELETE FROM audit_entry`, `TRUNCATE audit_entry CASCADE`, `DELETE FROM audit_seal`} {
		err := db.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
			_, err := q.ExecContext(t.Context(), stmt)
			return err
		})
		if err == nil {
			t.Errorf("%s went through", stmt)
		}
	}
}

// P8: what a superuser does behind the program's back is found.
func TestEveryAlterationIsFound(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	s := audit.Sealer{DB: db, Key: []byte("0123456789abcdef0123456789abcdef")}
	const n = 60
	for i := range n {
		if err := record(t.Context(), db, i); err != nil {
			t.Fatal(err)
		}
	}
	if f := sealAll(t, s, n); !f.OK() {
		t.Fatalf("before: %+v", f)
	}
	var ids []int64
	if err := db.Read().SelectContext(t.Context(), &ids, `SELECT entry_id FROM audit_seal ORDER BY seq`); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	pick := func() int64 { return ids[r.IntN(n)] }
	alterations := map[string]func() []string{
		"an action": func() []string {
			return []string{fmt.Sprintf(`UPDATE audit_entry SET action = 'test.other' WHERE id = %d`, pick())}
		},
		"an actor": func() []string {
			return []string{fmt.Sprintf(`UPDATE audit_entry SET actor = 99 WHERE id = %d`, pick())}
		},
		"a time": func() []string {
			return []string{fmt.Sprintf(`UPDATE audit_entry SET at = at - interval '1 microsecond' WHERE id = %d`, pick())}
		},
		"a detail": func() []string {
			return []string{fmt.Sprintf(`UPDATE audit_entry SET detail = '{"n": -1}' WHERE id = %d`, pick())}
		},
		"a subject": func() []string {
			return []string{fmt.Sprintf(`UPDATE audit_entry SET subject_id = 9999 WHERE id = %d`, pick())}
		},
		"a seal": func() []string {
			return []string{fmt.Sprintf(`UPDATE audit_seal SET hash = sha256('x') WHERE entry_id = %d`, pick())}
		},
		"a deletion": func() []string {
			id := pick()
			return []string{fmt.Sprintf(`DELETE FROM audit_seal WHERE entry_id = %d`, id), fmt.Sprintf(`DELETE FROM audit_entry WHERE id = %d`, id)}
		},
		"the tail": func() []string {
			id := ids[n-1-r.IntN(5)]
			return []string{fmt.Sprintf(`DELETE FROM audit_seal WHERE entry_id >= %d`, id), fmt.Sprintf(`DELETE FROM audit_entry WHERE id >= %d`, id)}
		},
		"an insertion": func() []string {
			return []string{fmt.Sprintf(`INSERT INTO audit_entry (xid, at, acting_as, action) SELECT xid, at, 'x', 'forged' FROM audit_entry WHERE id = %d`, ids[r.IntN(n-1)])}
		},
		"a moved head": func() []string { return []string{`UPDATE audit_head SET seq = seq - 1`} },
		"two exchanged": func() []string {
			a := r.IntN(n - 1)
			return []string{fmt.Sprintf(`UPDATE audit_entry SET subject_id = CASE id WHEN %d THEN %d ELSE %d END WHERE id IN (%d, %d)`, ids[a], a+1, a, ids[a], ids[a+1])}
		},
	}
	for name, make := range alterations {
		for range 3 {
			statements := make()
			f := altered(t, db, s, statements)
			if f.OK() {
				t.Errorf("%s was not found: %v", name, statements)
			}
		}
	}
	if f, err := s.Check(t.Context()); err != nil || !f.OK() {
		t.Fatalf("after all was put back: %+v %v", f, err)
	}
	if f, err := (audit.Sealer{DB: db, Key: []byte("another key of thirty-two bytes!")}).Check(t.Context()); err != nil || f.OK() {
		t.Errorf("a chain sealed with another key passes: %+v %v", f, err)
	}
}

// altered applies statements with the triggers off, checks within the same
// transaction, and takes them back.
func altered(t *testing.T, db *pg.DB, s audit.Sealer, statements []string) audit.Finding {
	t.Helper()
	before := snapshot(t, db)
	forge(t, db, statements)
	f, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	restore(t, db, before)
	return f
}

var tables = []string{"audit_entry", "audit_seal", "audit_head"}

func snapshot(t *testing.T, db *pg.DB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, table := range tables {
		var rows string
		if err := db.Read().GetContext(t.Context(), &rows, `SELECT coalesce(json_agg(x)::text, '[]') FROM `+table+` x`); err != nil {
			t.Fatal(err)
		}
		all[table] = rows
	}
	return all
}

func forge(t *testing.T, db *pg.DB, statements []string) {
	t.Helper()
	all := []string{`ALTER TABLE audit_entry DISABLE TRIGGER USER`, `ALTER TABLE audit_seal DISABLE TRIGGER USER`}
	all = append(all, statements...)
	all = append(all, `SET CONSTRAINTS ALL IMMEDIATE`, `ALTER TABLE audit_entry ENABLE TRIGGER USER`, `ALTER TABLE audit_seal ENABLE TRIGGER USER`)
	err := db.InTx(t.Context(), func(q pg.Q, _ time.Time) error {
		for _, stmt := range all {
			if _, err := q.ExecContext(t.Context(), stmt); err != nil {
				return fmt.Errorf("%s: %w", stmt, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func restore(t *testing.T, db *pg.DB, rows map[string]string) {
	t.Helper()
	quoted := func(table string) string {
		return fmt.Sprintf(`INSERT INTO %s OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::%s, $j$%s$j$)`, table, table, rows[table])
	}
	forge(t, db, []string{`DELETE FROM audit_seal`, `DELETE FROM audit_head`, `DELETE FROM audit_entry`, quoted("audit_entry"), quoted("audit_seal"), quoted("audit_head")})
}
