package app

import (
	"context"
	"html"
	"strings"

	"abilita/content/contentdb"
	"abilita/course/coursedb"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/quiz"
	"abilita/quiz/quizdb"
)

// unnumbered are the words for a service of which the line's directory has no
// number yet: a sentence with a hole would be worse.
var unnumbered = map[string]map[string]string{
	"it": {"emergency": "il numero di emergenza", "listening": "una linea di ascolto", "children": "il numero per l'infanzia", "supervisor": "la responsabile di turno"},
	"en": {"emergency": "the emergency number", "listening": "a listening line", "children": "the children's number", "supervisor": "the supervisor on shift"},
}

// naming puts the given name of who reads and the line's numbers where a text
// names them in braces.
func naming(lang, name string, numbers map[string]string) *strings.Replacer {
	word := func(key string) string {
		if n := numbers[key]; n != "" {
			return n
		}
		if words, ok := unnumbered[lang]; ok {
			return words[key]
		}
		return unnumbered["it"][key]
	}
	return strings.NewReplacer(
		"{nome}", name, "{name}", name, "{emergenza}", word("emergency"), "{emergency}", word("emergency"), "{ascolto}", word("listening"), "{listening}", word("listening"),
		"{infanzia}", word("children"), "{children}", word("children"), "{responsabile}", word("supervisor"), "{supervisor}", word("supervisor"),
	)
}

// namedPage is a stored page with what it names in braces. The directory is
// read only for a page that names something.
func namedPage(ctx context.Context, q pg.Q, line int64, who people.Actor, v contentdb.Version) (string, error) {
	if !strings.Contains(v.HTML, "{") {
		return v.HTML, nil
	}
	numbers, err := coursedb.New(q).Directory(ctx, line)
	if err != nil {
		return "", err
	}
	return naming(v.Lang, html.EscapeString(who.Name), numbers).Replace(v.HTML), nil
}

// named is the paper of an attempt with what it names in braces.
func (x *Exams) named(ctx context.Context, who people.Actor, a quizdb.Attempt) (quiz.Paper, error) {
	var words *strings.Replacer
	var failed error
	paper := quiz.Fill(a.Paper, func(text string) string {
		if failed != nil || !strings.Contains(text, "{") {
			return text
		}
		if words == nil {
			if words, failed = x.words(ctx, who, a); failed != nil {
				return text
			}
		}
		return words.Replace(text)
	})
	return paper, failed
}

func (x *Exams) words(ctx context.Context, who people.Actor, a quizdb.Attempt) (*strings.Replacer, error) {
	store := coursedb.New(x.db.Read())
	e, err := store.Enrolment(ctx, a.Enrolment, false)
	if err != nil {
		return nil, err
	}
	ed, err := x.course.library.edition(ctx, e.ReleaseID)
	if err != nil {
		return nil, err
	}
	numbers, err := store.Directory(ctx, a.Line)
	return naming(ed.Pack.Lang, who.Name, numbers), err
}
