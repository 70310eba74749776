package quizdb

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/quiz"
)

// Meeting is an item on the paper of one attempt, with what was answered and what
// the whole paper was worth.
type Meeting struct {
	Attempt     int64
	Person      people.ID
	Question    quiz.Question
	Answer      quiz.Answer
	Verdict     quiz.Verdict
	Points, Max quiz.Points // of the paper
}

// meetings is over how many attempts, the newest, figures are counted at most.
const meetings = 5000

// Meetings lists the attempts that are settled and asked an item, the oldest first,
// of the newest 5000 whose paper was drawn from one of the banks (hashes). Those
// whose answers went, their time being over, are not among them.
func (s Store) Meetings(ctx context.Context, banks []string, item string) ([]Meeting, error) {
	const query = `SELECT a.id AS attempt, a.person_id AS person, q.question, coalesce(a.answers -> (q.question ->> 'ID'), '{}') AS answer, v.verdict,
			coalesce((a.result ->> 'Points')::int, 0) AS points, coalesce((a.result ->> 'Max')::int, 0) AS max
		FROM (SELECT id, person_id, paper, answers, result FROM quiz_attempt WHERE bank_hash = any($1) AND state IN ('passed', 'failed') AND stripped_at IS NULL ORDER BY id DESC LIMIT $3) a
		CROSS JOIN LATERAL jsonb_array_elements(a.paper -> 'Questions') q (question)
		CROSS JOIN LATERAL jsonb_array_elements(a.result -> 'Verdicts') v (verdict)
		WHERE q.question -> 'Item' ->> 'ID' = $2 AND v.verdict ->> 'Question' = q.question ->> 'ID' ORDER BY a.id`
	var rows []struct {
		Attempt     int64
		Person      int64
		Question    pg.JSON[quiz.Question]
		Answer      pg.JSON[quiz.Answer]
		Verdict     pg.JSON[quiz.Verdict]
		Points, Max int
	}
	if err := s.q.SelectContext(ctx, &rows, query, pq.StringArray(banks), item, meetings); err != nil {
		return nil, fmt.Errorf("read what was answered to %s: %w", item, err)
	}
	list := make([]Meeting, 0, len(rows))
	for _, r := range rows {
		list = append(list, Meeting{
			Attempt: r.Attempt, Person: people.ID(r.Person), Question: r.Question.V, Answer: r.Answer.V, Verdict: r.Verdict.V, Points: quiz.Points(r.Points), Max: quiz.Points(r.Max),
		})
	}
	return list, nil
}
