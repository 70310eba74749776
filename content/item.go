package content

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"

	"abilita/internal/fault"
	"abilita/quiz"
)

// Faults of retiring an item.
var (
	ErrNoItem     = fault.New(fault.NotFound, "fault.not_found")
	ErrItemState  = fault.New(fault.Conflict, "item.not_now")
	ErrItemReason = fault.New(fault.Invalid, "item.reason_form")
)

// ItemState is where an item of what is published stands.
type ItemState string

// The states.
const (
	ItemUsed    ItemState = "used"
	ItemRetired ItemState = "retired" // still in its file, drawn no more
	ItemGone    ItemState = "gone"    // the newest release of the programme lacks it
)

// ItemStates lists the three as people look for them.
var ItemStates = []ItemState{ItemUsed, ItemRetired, ItemGone}

// ItemText is an item as it stands in its file.
type ItemText struct {
	quiz.Item
	Text  string // from its title to before the next one, without empty lines at the end
	marks int    // offset of the end of the line with its name
	begin int    // offset of the title
	end   int    // offset of what follows
}

// ItemTexts cuts a quiz file into its items, in order. What cannot be read has
// none.
func ItemTexts(src, lang string) []ItemText {
	s := open("", []byte(src), lang)
	if s.root == nil || s.file.Kind != KindQuiz {
		return nil
	}
	items := s.items()
	var list []ItemText
	for n := s.body; n != nil; n = n.NextSibling() {
		h := heading(n, 3)
		if h == nil {
			continue
		}
		i := slices.IndexFunc(items, func(it quiz.Item) bool { return it.Pos == s.line(at(h)) })
		if i < 0 {
			continue
		}
		t := ItemText{Item: items[i], begin: s.lineStart(at(h)), end: len(src)}
		marks := h.NextSibling().Lines() // items has read it
		t.marks = lineEnd(src, marks.At(marks.Len()-1).Start)
		for next := h.NextSibling(); next != nil; next = next.NextSibling() {
			if k, ok := next.(*ast.Heading); ok {
				t.end = s.lineStart(at(k))
				break
			}
		}
		t.Text = strings.TrimRight(src[t.begin:t.end], " \t\r\n")
		list = append(list, t)
	}
	return list
}

// lineEnd is the offset after the end of the line that holds pos.
func lineEnd(src string, pos int) int {
	if i := strings.IndexByte(src[pos:], '\n'); i >= 0 {
		return pos + i + 1
	}
	return len(src)
}

// FindItem is the item of a quiz file with an id, ErrNoItem when it has none.
func FindItem(src, lang, id string) (ItemText, error) {
	list := ItemTexts(src, lang)
	i := slices.IndexFunc(list, func(t ItemText) bool { return t.ID == id })
	if i < 0 {
		return ItemText{}, ErrNoItem
	}
	return list[i], nil
}

// RetireItem writes into a quiz file that an item is asked no more, and why;
// every other byte stays. A reason is one line of plain words. ErrItemState when
// the item is retired already, ErrItemReason when the words would not be read
// back as they are.
func RetireItem(src, lang, id, reason string) (string, error) {
	t, err := FindItem(src, lang, id)
	if err != nil {
		return "", err
	}
	if t.Retired != "" {
		return "", ErrItemState
	}
	reason = strings.Join(strings.Fields(reason), " ")
	word := bankWords[lang]["retired"]
	line := "- " + word + ": " + reason + "\n"
	if t.marks == len(src) && !strings.HasSuffix(src, "\n") {
		line = "\n" + line
	}
	after := src[:t.marks] + line + src[t.marks:]
	if !sameBut(src, after, lang, id, reason) {
		return "", ErrItemReason
	}
	return after, nil
}

// RestoreItem takes the line out again that RetireItem wrote, or somebody by
// hand. ErrItemState when the item is in use.
func RestoreItem(src, lang, id string) (string, error) {
	t, err := FindItem(src, lang, id)
	if err != nil {
		return "", err
	}
	if t.Retired == "" {
		return "", ErrItemState
	}
	for pos := t.marks; pos < t.end; {
		next := lineEnd(src, pos)
		word, _, found := strings.Cut(strings.TrimLeft(src[pos:next], "-*+ \t"), ":")
		if found && itemKeys[quiz.Fold(word)] == "retired" {
			after := src[:pos] + src[next:]
			if sameBut(src, after, lang, id, "") {
				return after, nil
			}
		}
		pos = next
	}
	return "", ErrItemState
}

// sameBut says whether two quiz files read the same but for why one item is
// retired, and whether the second has no problem that the first has not.
func sameBut(before, after, lang, id, retired string) bool {
	problems := func(src string) (int, []quiz.Item) {
		s := open("", []byte(src), lang)
		if s.root == nil {
			return -1, nil
		}
		items := s.items()
		return len(s.problems), items
	}
	hadProblems, was := problems(before)
	hasProblems, is := problems(after)
	return hasProblems >= 0 && hasProblems <= hadProblems && slices.EqualFunc(was, is, func(a, b quiz.Item) bool {
		want := a.Retired
		if a.ID == id {
			want = retired
		}
		return a.ID == b.ID && a.Module == b.Module && a.Level == b.Level && a.Critical == b.Critical && a.Fixed == b.Fixed && b.Retired == want &&
			slices.Equal(a.Tags, b.Tags) && a.Explanation == b.Explanation && a.Same(b)
	})
}
