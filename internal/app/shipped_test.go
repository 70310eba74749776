package app_test

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"abilita/content"
	"abilita/content/packs"
	"abilita/course/coursedb"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// shippedPack is a shipped pack where the World looks for its pack.
func shippedPack(t *testing.T, dir string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(packs.FS, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(packs.FS, name)
		files["esempio/it/"+strings.TrimPrefix(name, dir+"/")] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// meet gives a volunteer the evidence of a whole programme but for the
// requirements without, and reads the last module through its use case.
func meet(t *testing.T, w *apptest.World, who people.Actor, p content.Programme, without ...string) {
	t.Helper()
	last, signers := "", []people.ID{w.Trainer.ID} // before the evaluator, where several must sign
	err := w.DB.InTx(t.Context(), func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		list, err := store.Enrolments(t.Context(), who.ID)
		if err != nil {
			return err
		}
		add := func(r content.Requirement, item string, author people.ID) error {
			kind := string(r.Kind)
			if r.Kind == content.ReqModules {
				kind = "module"
			}
			_, err := store.AddEvidence(t.Context(), coursedb.Evidence{
				Person: who.ID, Enrolment: list[0].ID, Requirement: r.Key, Item: item, Kind: kind, Passed: true, Score: 9000, Author: author, At: now,
			})
			return err
		}
		for _, r := range p.Requirements {
			if slices.Contains(without, r.Key) {
				continue
			}
			var items []string
			for _, g := range r.Content {
				items = append(items, g.Of[:g.Need]...)
			}
			for _, s := range p.Sessions {
				if slices.Contains(r.Sessions, s.Key) {
					for i := range s.Count {
						items = append(items, fmt.Sprintf("session-%s-%d", s.Key, i))
					}
				}
			}
			if r.Kind == content.ReqModules {
				last, items = items[len(items)-1], items[:len(items)-1]
			}
			for i, item := range items {
				author := w.Evaluator.ID
				if i < r.Signers-1 {
					author = signers[i]
				}
				if err := add(r, item, author); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.App.Study.MarkRead(t.Context(), who, w.Cmd(), last); err != nil {
		t.Fatal(err)
	}
}

// What a shipped programme asks can be met, and each channel is for itself: the
// certificate proposed names the channels whose own call was passed.
func TestAShippedProgrammeCertifiesChannelByChannel(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		dir     string
		without []string
		want    []string // nil: nothing is proposed
	}{
		"donations":                        {"linea-donazioni/it", nil, []string{"phone"}},
		"listening, phone only":            {"ascolto-emergenza/it", []string{"chat", "video"}, []string{"phone"}},
		"listening, phone and video":       {"ascolto-emergenza/it", []string{"chat"}, []string{"phone", "video"}},
		"listening, all":                   {"ascolto-emergenza/it", nil, []string{"phone", "chat", "video"}},
		"listening without the common one": {"ascolto-emergenza/it", []string{"base"}, nil},
		"listening without shadowing":      {"ascolto-emergenza/it", []string{"affiancamento"}, nil},
		"desk":                             {"sportello-welfare/it", nil, []string{"desk"}},
		"desk without four alone":          {"sportello-welfare/it", []string{"solo"}, nil},
		"desk without the first two lists": {"sportello-welfare/it", []string{"competenze"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := apptest.NewWith(t, shippedPack(t, tc.dir))
			p, _ := content.Load(packs.FS, tc.dir)
			who := w.Volunteer("Adele", "Tornaghi")
			meet(t, w, who, p.Programme, tc.without...)
			list, err := coursedb.New(w.DB.Read()).CertificatesOf(t.Context(), who.ID)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range list {
				got = append(got, c.Channels...)
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("%s proposes %v, want %v", path.Dir(tc.dir), got, tc.want)
			}
		})
	}
}
