package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"abilita/course/coursedb"
	"abilita/course/roleplay"
	"abilita/internal/pg"
	"abilita/quiz"
	"abilita/quiz/quizdb"
)

// panels weighs the judgements of every panel again.
func (x *Doctor) panels(ctx context.Context, q pg.Q, _ time.Time) ([]string, error) {
	const query = `SELECT k.id, k.needed, k.state, v.id IS NOT NULL AS proved, coalesce(v.score, -1) AS score, coalesce(v.passed, false) AS passed, coalesce(v.critical, false) AS critical,
			coalesce(v.author_id, 0) AS author, coalesce(v.ref_id, 0) AS ref, v.detail -> 'judgements' AS named,
			(SELECT count(*) FROM evidence o JOIN assessment a ON a.id = o.ref_id WHERE o.kind = 'roleplay' AND a.panel_id = k.id) AS pieces
		FROM call_panel k LEFT JOIN evidence v ON v.id = k.evidence_id ORDER BY k.id`
	var rows []struct {
		ID                       int64
		Needed, Score, Pieces    int
		State                    roleplay.Accord
		Proved, Passed, Critical bool
		Author, Ref              int64
		Named                    pg.JSON[[]int64]
	}
	if err := q.SelectContext(ctx, &rows, query); err != nil {
		return nil, err
	}
	var bad []string
	for _, r := range rows {
		list, err := coursedb.New(q).Judgements(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(list, func(a coursedb.Assessment) bool { return a.StrippedAt != nil }) {
			continue // the marks went when their time was over
		}
		outcome, counted, err := x.course.outcome(ctx, list, r.Needed)
		if err != nil {
			return nil, err
		}
		right := outcome.Accord == r.State && r.Proved == outcome.Accord.Settled() && len(list) > 0
		if right && r.Proved {
			last, f := list[len(list)-1], outcome.Found
			right = r.Pieces == 1 && r.Score == int(f.Score) && r.Passed == f.Passed && r.Critical == (len(f.Errors) > 0) &&
				r.Author == int64(last.Evaluator) && r.Ref == last.ID && slices.Equal(r.Named.V, counted.ids)
		}
		if !right || !r.Proved && r.Pieces > 0 {
			bad = append(bad, fmt.Sprintf("panel %d", r.ID))
		}
	}
	return bad, nil
}

// grades grades every paper that was handed in again, with the marks of people.
func (x *Doctor) grades(ctx context.Context, q pg.Q, _ time.Time) ([]string, error) {
	store := quizdb.New(q)
	var ids []int64
	if err := q.SelectContext(ctx, &ids, `SELECT id FROM quiz_attempt WHERE state IN ('submitted', 'passed', 'failed') ORDER BY id`); err != nil {
		return nil, err
	}
	var bad []string
	for _, id := range ids {
		a, err := store.Attempt(ctx, id, false)
		if err != nil {
			return nil, err
		}
		if !a.StrippedAt.IsZero() {
			continue // attempts-outcome looks at what is left of it
		}
		marks, err := store.Marks(ctx, id)
		if err != nil {
			return nil, err
		}
		again := quiz.Attempt{State: quiz.Submitted, Paper: a.Paper, Result: quiz.Grade(a.Paper, a.Answers)}
		for _, m := range marks {
			if again, err = again.Mark(m.Question, m.Level); err != nil {
				break
			}
		}
		r := again.Result
		state := quiz.Failed
		switch {
		case r.Waiting > 0:
			state = quiz.Submitted
		case r.Passed:
			state = quiz.Passed
		}
		if err != nil || state != a.State || r.Score != a.Result.Score || r.Passed != a.Result.Passed || !slices.Equal(r.Critical, a.Result.Critical) {
			bad = append(bad, "attempt "+strconv.FormatInt(id, 10))
		}
	}
	return bad, nil
}
