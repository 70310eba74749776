package content

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"abilita/quiz"
)

// itemCheck looks at one item once it is whole.
func (s *source) itemCheck(it *quiz.Item, pos int) {
	bad := func(is bool, code string, args ...any) {
		if is {
			s.add(code, pos, "", append([]any{"item", it.ID}, args...)...)
		}
	}
	count := map[quiz.Key]int{}
	texts := map[string]bool{}
	for _, o := range it.Options {
		count[o.Key]++
		bad(texts[quiz.Fold(o.Text)], "option_twice", "text", short(o.Text))
		texts[quiz.Fold(o.Text)] = true
		bad(allOfThem(o.Text), "all_of_them", "text", short(o.Text))
	}
	gaps := strings.Count(it.Stem, "___")
	bad(gaps > 0 && it.Type != quiz.Gap, "gap_no_answer")
	switch it.Type {
	case quiz.One:
		bad(count[quiz.Right] == 0, "no_right")
		bad(count[quiz.Right] > 1, "two_right")
		bad(len(it.Options) < 2, "options_few")
	case quiz.Several:
		bad(count[quiz.Right] == 0, "no_right")
		bad(count[quiz.Plain] == 0 && count[quiz.Right] > 0, "all_right")
		bad(len(it.Options) < 3, "options_few")
	case quiz.Situation:
		bad(count[quiz.Best] != 1, "one_best")
		bad(count[quiz.Worst] != 1, "one_worst")
		bad(len(it.Options) < 3, "options_few")
	case quiz.Order:
		bad(len(it.Options) < 3, "options_few")
		bad(it.Fixed, "flag_here", "flag", "fisso")
	case quiz.Match:
		left := map[string]bool{}
		for _, p := range it.Pairs {
			bad(p.Left != "" && left[p.Left], "option_twice", "text", short(p.Left))
			left[p.Left] = true
		}
		delete(left, "")
		bad(len(left) < 2, "options_few")
	case quiz.Gap:
		bad(gaps != len(it.Gaps), "gap_count", "gaps", gaps, "answers", len(it.Gaps))
	case quiz.Open:
		bad(it.Critical, "open_critical")
	case quiz.Number: // the parser has read the number
	}
	whole := it.Type == quiz.One || it.Type == quiz.Number || it.Type == quiz.Open
	bad(it.Type == quiz.One && !it.Fixed && trueFalse(it.Options), "true_false_moves")
	bad(it.Partial && whole, "flag_here", "flag", "parziale")
	bad(it.Explanation == "" && !slices.ContainsFunc(it.Options, func(o quiz.Option) bool { return o.Feedback != "" }), "no_explanation")
}

// trueFalse recognises a statement that is either true or false: shuffled, false
// would come first half of the time.
func trueFalse(options []quiz.Option) bool {
	if len(options) != 2 {
		return false
	}
	switch strings.Trim(quiz.Fold(options[0].Text+" "+options[1].Text), ".") {
	case "vero falso", "true false":
		return true
	}
	return false
}

// allOfThem recognises the option that refers to the others: it moves when
// options are shuffled, and gives the answer away.
func allOfThem(text string) bool {
	t := quiz.Fold(text)
	for _, p := range []string{
		"tutte le precedenti", "tutti i precedenti", "nessuna delle precedenti", "nessuno dei precedenti",
		"tutte le risposte", "nessuna delle risposte", "tutte quelle sopra", "all of the above", "none of the above", "all the above",
	} {
		if strings.HasPrefix(t, p) {
			return true
		}
	}
	return false
}

// LongestRight is the share of single choices whose right option is the longest
// of all: rightLongest of choices. Who does not know the answer guesses it.
func LongestRight(items []quiz.Item) (rightLongest, choices int) {
	for _, it := range items {
		if it.Type != quiz.One || it.Fixed {
			continue
		}
		choices++
		right, longest, ties := 0, 0, 0
		for _, o := range it.Options {
			n := utf8.RuneCountInString(o.Text)
			if o.Key == quiz.Right {
				right = n
			}
			if n > longest {
				longest, ties = n, 0
			}
			if n == longest {
				ties++
			}
		}
		if right == longest && ties == 1 {
			rightLongest++
		}
	}
	return rightLongest, choices
}

// Similar says whether two stems share over 60 % of their words, counted on the
// shorter one; short words do not count.
func Similar(a, b string) bool {
	x, y := stemWords(a), stemWords(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) < 3 {
		return false
	}
	common := 0
	for w := range x {
		if y[w] {
			common++
		}
	}
	return common*10 > len(x)*6
}

func stemWords(stem string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.FieldsFunc(quiz.Fold(stem), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if utf8.RuneCountInString(w) > 3 {
			set[w] = true
		}
	}
	return set
}

// bankCheck looks at what only a set of items shows. Retired ones are left out:
// another may say better what one of them said.
func bankCheck(file string, items []quiz.Item) []Problem {
	var list []Problem
	items = quiz.Bank{Items: items}.InUse().Items
	add := func(code string, line int, args ...any) {
		col := 0
		if line > 0 {
			col = 1
		}
		list = append(list, Problem{File: file, Line: line, Col: col, Severity: messages[code].severity, Code: code, Args: args})
	}
	if right, all := LongestRight(items); all >= 4 && right*100 >= all*35 {
		code := "longest_right"
		if right == all {
			code = "longest_always_right"
		}
		add(code, 0, "have", right, "all", all)
	}
	for i, it := range items {
		for _, other := range items[:i] {
			if Similar(it.Stem, other.Stem) {
				add("stems_alike", it.Pos, "item", it.ID, "other", other.ID)
				break
			}
		}
	}
	return list
}
