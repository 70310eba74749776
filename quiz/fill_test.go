package quiz_test

import (
	"encoding/json"
	"strings"
	"testing"

	"abilita/quiz"
)

// Every text that people read is passed through, and the paper itself stays.
func TestFillPassesEveryTextOnce(t *testing.T) {
	t.Parallel()
	p := quiz.Paper{Title: "x", Questions: []quiz.Question{{ID: "a", Item: quiz.Item{
		ID: "x1", Stem: "x stem", Explanation: "x why", Gaps: [][]string{{"x answer"}},
		Options: []quiz.Option{{Text: "x one", Key: quiz.Right, Feedback: "x said"}, {Text: "x two"}},
		Pairs:   []quiz.Pair{{Left: "x left", Right: "x right"}, {Right: "x lure"}},
	}}}}
	before, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var read []string
	filled := quiz.Fill(p, func(s string) string {
		if s != "" {
			read = append(read, s)
		}
		return strings.Replace(s, "x", "y", 1)
	})
	if got, want := strings.Join(read, ", "), "x stem, x why, x one, x said, x two, x left, x right, x lure"; got != want {
		t.Errorf("read %s, want %s", got, want)
	}
	if it := filled.Questions[0].Item; it.Stem != "y stem" || it.Options[0].Feedback != "y said" || it.Pairs[1].Right != "y lure" || it.ID != "x1" || it.Gaps[0][0] != "x answer" {
		t.Errorf("filled %+v", it)
	}
	if after, err := json.Marshal(p); err != nil || string(after) != string(before) {
		t.Errorf("the paper changed: %s, %v", after, err)
	}
}
