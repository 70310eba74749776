package apptest

import (
	"fmt"
	"time"

	"abilita/internal/pg"
)

// Crowd enrols n people of the example pack by plain SQL: somebody certified must
// be there before, whose steps they copy. Half of them may answer.
func (w *World) Crowd(n int) {
	w.T.Helper()
	for _, query := range []string{
		fmt.Sprintf(`INSERT INTO person (number, created_at) SELECT 'w' || lpad(n::text, 6, '0'), abilita_now() FROM generate_series(1, %d) n`, n),
		`INSERT INTO identity (person_id, given_name, family_name, email, email_key, search) SELECT id, 'Nome' || id, 'Cognome' || id % 500, number || '@example.org', number || '@example.org', 'nome' || id || ' cognome' || id % 500
			FROM person WHERE number LIKE 'w%'`,
		`INSERT INTO enrolment (person_id, cohort_id, line_id, release_id, state, enrolled_at) SELECT p.id, c.id, c.line_id, c.release_id, 'active', abilita_now() FROM person p, cohort c WHERE p.number LIKE 'w%'`,
		`INSERT INTO progress (enrolment_id, requirement, place, state, done, needed) SELECT e.id, g.requirement, g.place, CASE WHEN (e.id + g.place) % 3 = 0 THEN 'done' ELSE 'todo' END, 0, 1
			FROM enrolment e JOIN person p ON p.id = e.person_id AND p.number LIKE 'w%', (SELECT DISTINCT requirement, place FROM progress) g`,
		`INSERT INTO gate_fact (person_id, line_id, kind, level, valid_from, recorded_at, version) SELECT p.id, CASE WHEN k = 'certificate' THEN (SELECT id FROM line) END, k, CASE WHEN k = 'certificate' THEN 'supervised' ELSE '' END,
			abilita_now(), abilita_now(), 1 FROM person p, unnest(ARRAY['register', 'of_age', 'station', 'pledge', 'certificate']) k WHERE p.number LIKE 'w%' AND (k <> 'certificate' OR p.id % 2 = 0)`,
		`ANALYZE person, identity, enrolment, progress, gate_fact`,
	} {
		w.must(w.DB.InTx(w.T.Context(), func(q pg.Q, _ time.Time) error { _, err := q.ExecContext(w.T.Context(), query); return err }))
	}
}
