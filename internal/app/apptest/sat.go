package apptest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"abilita/content"
	"abilita/internal/pg"
	"abilita/quiz"
	"abilita/quiz/quizdb"
)

// Sat stores failed attempts at a paper of q1 and q7 of the example bank, each of
// somebody else. An answer is the place of the option of q1 ("-" for none) and
// "right" or "wrong" for q7.
func (w *World) Sat(answers []string) {
	w.T.Helper()
	ctx := w.T.Context()
	var items []quiz.Item
	for _, it := range content.ItemTexts(string(Pack()["esempio/it/quiz/banca.md"].Data), "it") {
		if it.ID == "q1" || it.ID == "q7" {
			items = append(items, it.Item)
		}
	}
	enrolment := w.Enrolment(w.Examinee("Prima", "Volontaria"))
	w.must(w.DB.InTx(ctx, func(q pg.Q, now time.Time) error {
		store := quizdb.New(q)
		for i, answer := range answers {
			option, other, _ := strings.Cut(answer, " ")
			paper, err := quiz.Draw(quiz.Bank{Items: items}, quiz.Exam{Threshold: 80}, uint64(i), nil)
			if err != nil {
				return err
			}
			a := quizdb.Attempt{Attempt: quiz.Start(quiz.Exam{}, paper, 0, now), Enrolment: enrolment, Requirement: "prova-finale", Exam: "qz-finale"}
			if err := q.GetContext(ctx, &a.Person, `INSERT INTO person (number, created_at) VALUES ($1, abilita_now()) RETURNING id`, fmt.Sprintf("w%06d", i)); err != nil {
				return err
			}
			if err := q.GetContext(ctx, &a.BankHash, `SELECT hash FROM content_version WHERE key = 'qz-banca' LIMIT 1`); err != nil {
				return err
			}
			if err := q.GetContext(ctx, &a.ExamHash, `SELECT hash FROM content_version WHERE key = 'qz-finale' LIMIT 1`); err != nil {
				return err
			}
			if a.ID, err = store.Add(ctx, a); err != nil {
				return err
			}
			a.Answers = quiz.Answers{}
			for _, k := range paper.Questions {
				given := quiz.Answer{Text: map[string]string{"right": "70", "wrong": "0"}[other]}
				if k.Item.ID == "q1" {
					given = quiz.Answer{}
					for _, o := range k.Options {
						if strconv.Itoa(o.Index) == option {
							given.Chosen = []string{o.ID}
						}
					}
				}
				a.Answers[k.ID] = given
			}
			a.Result, a.State = quiz.Grade(paper, a.Answers), quiz.Failed
			if err := store.SaveAnswers(ctx, a); err != nil {
				return err
			}
			if err := store.SaveState(ctx, a); err != nil {
				return err
			}
		}
		return nil
	}))
}
