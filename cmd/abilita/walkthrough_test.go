package main

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"abilita/internal/blob"
	"abilita/internal/pg/pgtest"
	"abilita/internal/walkthrough"
)

// TestWalkthrough plays the whole story on a throw-away demonstration, as the
// command does, with the shipped pack, once in each language.
func TestWalkthrough(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"it", "en"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			pack, err := donations(lang)
			if err != nil {
				t.Fatal(err)
			}
			here, err := serveThrowAway(t.Context(), pgtest.Empty(t), blob.Folder(t.TempDir()))
			if err != nil {
				t.Fatal(err)
			}
			defer here.stop()
			var told bytes.Buffer
			err = walkthrough.Play(t.Context(), walkthrough.Options{Base: here.base, SetUp: here.setUp, Pack: pack, Out: &told, Lang: lang, Publish: here.changeFund(t.Context(), pack)})
			if err != nil {
				t.Fatalf("%v\nthe story so far:\n%s", err, tail(told.String(), 20))
			}
			for _, must := range mustBeTold {
				if !strings.Contains(told.String(), must) {
					t.Errorf("the story never says %q", must)
				}
			}
			if err := here.inspect(t.Context(), &out{std: io.Discard}); err != nil {
				t.Error(err)
			}
		})
	}
}

// mustBeTold is what makes the story worth playing: each attempt that has to be
// refused, and each answer of the gate that has to come, in the words it prints.
var mustBeTold = []string{
	"everything wrong: refused, not passed",
	"one critical item: refused, not passed",
	"refused: the exam stays shut, no session was attended",
	"cannot judge an own call",
	"he cannot sign as well",
	"reason=line_not_active,insurance_not_started,certificate_missing",
	"reason=channel_not_certified",
	"reason=supervisor_absent",
	"its four hours are in",
	"refused: tonight's shift is before the insurance begins",
	"the shifts to come were freed, and stay free",
	"reason=certificate_suspended",
	"the check half way has opened by itself",
	"the renewal has opened by itself",
	"reason=certificate_expired",
	"level=supervised",
	"refused: an emergency that no second person is told of",
	"the emergency ends by itself",
	"one day of contacts that somebody listened to is too few",
	"level=autonomous",
	"reason=content_overdue",
	"two months without a contact",
	"a ZIP with the name and",
	"reason=not_in_register",
	"the name is gone",
	"still tells both ways out of the register",
	"still says yes, without a name",
	"the name stands on none of the",
}

// tail is the last n lines.
func tail(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
