package app_test

import (
	"errors"
	"reflect"
	"testing"

	"abilita/course/coursedb"
	"abilita/course/roleplay"
	"abilita/internal/app/apptest"
	"abilita/internal/people"
)

const fiftyEuro = "rp-cinquanta-euro"

func TestAStoredRunReplaysToTheSameScore(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	ctx := t.Context()
	for trial := range 12 {
		id, err := w.App.Practice.Start(ctx, v, w.Cmd(), fiftyEuro)
		if err != nil {
			t.Fatal(err)
		}
		for step := 0; ; step++ {
			c, err := w.App.Practice.Read(ctx, v, id)
			if err != nil {
				t.Fatal(err)
			}
			if c.Ended() {
				break
			}
			// Another way each time; the third answer is silence.
			if n := (trial*7 + step*3) % (len(c.Scene.Options) + 1); n == len(c.Scene.Options) && step < 20 {
				err = w.App.Practice.Silence(ctx, v, w.Cmd(), id, step)
			} else {
				err = w.App.Practice.Choose(ctx, v, w.Cmd(), id, step, n%len(c.Scene.Options))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		c, err := w.App.Practice.Read(ctx, v, id)
		if err != nil {
			t.Fatal(err)
		}
		var stored struct {
			Score  int
			Passed bool
			Seed   int64
		}
		if err := w.DB.Read().GetContext(ctx, &stored, `SELECT score, passed, seed FROM roleplay_run WHERE id = $1`, id); err != nil {
			t.Fatal(err)
		}
		// The row alone, played by the rules, gives what was kept at the end.
		row, err := coursedb.New(w.DB.Read()).Run(ctx, id, false)
		if err != nil {
			t.Fatal(err)
		}
		run, err := roleplay.Replay(c.Script.Script, uint64(stored.Seed), nil, row.Choices.V)
		if err != nil {
			t.Fatal(err)
		}
		result := roleplay.Score(c.Script.Script, run)
		if int(result.Score) != stored.Score || result.Passed != stored.Passed || !reflect.DeepEqual(result, c.Result) || !run.Over {
			t.Errorf("run %d replays to %+v, stored %+v, shown %+v", id, result, stored, c.Result)
		}
	}
	list, err := w.App.Practice.List(ctx, v)
	if err != nil || len(list) != 1 || list[0].Runs != 12 || list[0].Last == nil || list[0].Open != nil {
		t.Errorf("list %+v, %v", list, err)
	}
	var n int
	if err := w.DB.Read().GetContext(ctx, &n, `SELECT count(*) FROM evidence`); err != nil || n != 0 {
		t.Errorf("practice left %d pieces of evidence, %v", n, err)
	}
}

func TestALateStepLeavesTheCallAsItWas(t *testing.T) {
	t.Parallel()
	w := apptest.New(t)
	v := w.Volunteer("Giulia", "Ferrandi")
	ctx := t.Context()
	id, err := w.App.Practice.Start(ctx, v, w.Cmd(), fiftyEuro)
	if err != nil {
		t.Fatal(err)
	}
	errs := race(20, func() error { return w.App.Practice.Choose(ctx, v, w.Cmd(), id, 0, 0) })
	count(t, errs, roleplay.ErrLateStep, 1, 19)
	before, err := w.App.Practice.Read(ctx, v, id)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		err, want error
	}{
		"an old step":      {w.App.Practice.Choose(ctx, v, w.Cmd(), id, 0, 1), roleplay.ErrLateStep},
		"a step to come":   {w.App.Practice.Silence(ctx, v, w.Cmd(), id, 5), roleplay.ErrLateStep},
		"no such choice":   {w.App.Practice.Choose(ctx, v, w.Cmd(), id, 1, 99), roleplay.ErrNoSuchChoice},
		"somebody else's":  {w.App.Practice.Choose(ctx, w.Volunteer("Marco", "Bassi"), w.Cmd(), id, 1, 0), people.ErrHidden},
		"a trainer's step": {w.App.Practice.Choose(ctx, w.Trainer, w.Cmd(), id, 1, 0), people.ErrHidden},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: %v, want %v", name, c.err, c.want)
		}
	}
	after, err := w.App.Practice.Read(ctx, v, id)
	if err != nil || !reflect.DeepEqual(before.Run, after.Run) {
		t.Errorf("the run changed from %+v to %+v, %v", before.Run, after.Run, err)
	}
	if err := w.App.Practice.Back(ctx, v, w.Cmd(), id, 1); err != nil {
		t.Fatal(err)
	}
	if c, err := w.App.Practice.Read(ctx, v, id); err != nil || c.Run.Step() != 0 {
		t.Errorf("after a step back at %d, %v", c.Run.Step(), err)
	}
	second, err := w.App.Practice.Start(ctx, v, w.Cmd(), fiftyEuro)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.App.Practice.Choose(ctx, v, w.Cmd(), id, 0, 0); !errors.Is(err, roleplay.ErrRunEnded) {
		t.Errorf("a call put aside goes on: %v", err)
	}
	if err := w.App.Practice.End(ctx, v, w.Cmd(), second); err != nil {
		t.Fatal(err)
	}
	if c, err := w.App.Practice.Read(ctx, v, second); err != nil || !c.Ended() || c.Result.Passed {
		t.Errorf("hung up: %+v, %v", c.Stored, err)
	}
}
