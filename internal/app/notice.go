package app

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"abilita/content/markdown"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// The privacy notice with which an organisation begins: a sound default, to be
// read by whoever answers for it.
//
//go:embed notice
var noticeFiles embed.FS

// firstNotice publishes the notice of an organisation in both languages, unless
// there is one already.
func firstNotice(ctx context.Context, q pg.Q, o peopledb.Organisation, now time.Time) error {
	store := peopledb.New(q)
	for _, lang := range []string{"it", "en"} {
		if _, err := store.Notice(ctx, lang); !errors.Is(err, peopledb.ErrNoNotice) {
			if err != nil {
				return err
			}
			continue
		}
		src, err := noticeFiles.ReadFile("notice/" + lang + ".md")
		if err != nil {
			return fmt.Errorf("read the notice: %w", err)
		}
		body := strings.NewReplacer("{{organisation}}", plainMarkdown(o.Name), "{{contact}}", plainMarkdown(o.Contact)).Replace(string(src))
		doc, err := markdown.Render([]byte(body))
		if err != nil {
			return fmt.Errorf("render the notice: %w", err)
		}
		if err := store.AddNotice(ctx, "1", lang, body, doc.HTML, now); err != nil {
			return fmt.Errorf("publish the notice: %w", err)
		}
	}
	return nil
}

// plainMarkdown escapes what Markdown would take for marks.
func plainMarkdown(s string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(s), " ") {
		if strings.ContainsRune("\\`*_{}[]()#+-!|<>&~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
