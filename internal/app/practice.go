package app

import (
	"context"
	"strings"
	"time"

	"abilita/content"
	"abilita/course/coursedb"
	"abilita/course/roleplay"
	"abilita/internal/audit"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Practice is call scripts played alone, as often as one likes. It is no
// evidence. A run is stored as its seed and inputs and played again on every
// request, on the exact version of the script it began with.
type Practice struct {
	db     *pg.DB
	course *Course
}

// NewPractice makes the use cases of practising.
func NewPractice(db *pg.DB, course *Course) *Practice { return &Practice{db: db, course: course} }

// ErrNoStepBack is the fault of going back from the beginning.
var ErrNoStepBack = fault.New(fault.Conflict, "call.no_step_back")

// Practisable is a script that the person may play.
type Practisable struct {
	Key, Title string
	Channel    string
	Lang       string // of the call
	Line       coursedb.Line
	Open       *coursedb.Run // going on
	Last       *coursedb.Run // ended last
	Runs       int           // ended
}

// List lists the scripts of the person's paths with how the last call went.
func (x *Practice) List(ctx context.Context, who people.Actor) ([]Practisable, error) {
	if err := who.Must(people.Practise, people.Target{Person: who.ID}); err != nil {
		return nil, err
	}
	q := x.db.Read()
	paths, err := x.course.pathsOf(ctx, q, who)
	if err != nil {
		return nil, err
	}
	runs, err := coursedb.New(q).Runs(ctx, who.ID)
	if err != nil {
		return nil, err
	}
	var list []Practisable
	for _, p := range paths {
		for _, s := range p.edition.Pack.Scripts {
			c := Practisable{Key: s.File.ID, Title: s.File.Title, Channel: s.Channel, Lang: s.Lang, Line: p.Line}
			for i := range runs {
				r := &runs[i]
				switch {
				case r.ScriptKey != c.Key:
				case r.State == "running" && c.Open == nil:
					c.Open = r
				case r.State == "ended":
					c.Runs++
					if c.Last == nil {
						c.Last = r
					}
				}
			}
			list = append(list, c)
		}
	}
	return list, nil
}

// Start begins a call and returns its id; one that was left running is put
// aside.
func (x *Practice) Start(ctx context.Context, who people.Actor, cmd *pg.Command, script string) (int64, error) {
	if err := who.Must(people.Practise, people.Target{Person: who.ID}); err != nil {
		return 0, err
	}
	paths, err := x.course.paths(ctx, x.db.Read(), who.ID)
	if err != nil {
		return 0, err
	}
	for _, p := range paths {
		s, ok := p.edition.script(script)
		if !ok {
			continue
		}
		seed, err := newSeed()
		if err != nil {
			return 0, err
		}
		if _, err := roleplay.Begin(s.Script, seed); err != nil {
			return 0, err
		}
		var id int64
		err = x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
			if err := peopledb.New(q).LockPerson(ctx, who.ID); err != nil {
				return err
			}
			id, err = coursedb.New(q).AddRun(ctx, coursedb.Run{
				Person: who.ID, Enrolment: p.Enrolment.ID, ScriptKey: s.File.ID, ScriptHash: s.Hash, Seed: int64(seed),
			}, now)
			if err != nil {
				return err
			}
			cmd.Created(id)
			return audit.Record(ctx, q, now, audit.Entry{
				Actor: who, As: people.Volunteer, Action: people.Practise, Kind: "run", Subject: id, Detail: map[string]any{"did": "start", "script": s.File.ID, "hash": s.Hash},
			})
		})
		return id, err
	}
	return 0, people.ErrHidden
}

// Call is a run as it stands, its texts filled in for the reader.
type Call struct {
	ID      int64
	Script  content.Script
	Run     roleplay.Run
	Scene   roleplay.Scene
	Remarks []roleplay.Remark
	Result  roleplay.Result
	Line    coursedb.Line
	Stored  coursedb.Run
}

// Ended says whether nothing more can be said.
func (c Call) Ended() bool { return c.Stored.State != "running" }

// Read opens a run of the person who asks.
func (x *Practice) Read(ctx context.Context, who people.Actor, id int64) (Call, error) {
	if err := who.Must(people.Practise, people.Target{Person: who.ID}); err != nil {
		return Call{}, err
	}
	q := x.db.Read()
	stored, err := coursedb.New(q).Run(ctx, id, false)
	if err != nil {
		return Call{}, err
	}
	if stored.Person != who.ID {
		return Call{}, people.ErrHidden
	}
	script, err := x.course.library.script(ctx, stored.ScriptHash)
	if err != nil {
		return Call{}, err
	}
	c := Call{ID: id, Stored: stored}
	line, err := coursedb.New(q).Enrolment(ctx, stored.Enrolment, false)
	if err != nil {
		return c, err
	}
	if c.Line, err = coursedb.New(q).Line(ctx, line.LineID); err != nil {
		return c, err
	}
	numbers, err := coursedb.New(q).Directory(ctx, c.Line.ID)
	if err != nil {
		return c, err
	}
	c.Script = filled(script, who.Name, numbers)
	c.Script.File = c.Script.File.In(who.Lang)
	if c.Run, err = roleplay.Replay(c.Script.Script, uint64(stored.Seed), nil, stored.Choices.V); err != nil {
		return c, err
	}
	i, err := peopledb.New(q).Identity(ctx, who.ID)
	if err != nil {
		return c, err
	}
	c.Scene, c.Remarks, c.Result = roleplay.Now(c.Script.Script, c.Run), roleplay.Remarks(c.Script.Script, c.Run), roleplay.Score(c.Script.Script, c.Run)
	c.Scene.Turn += i.ExtraTime.Of(c.Scene.Turn, time.Second)
	return c, nil
}

// filled puts the given name of who answers and the line's numbers where a script
// names them in braces. The graph stays as it is.
func filled(s content.Script, name string, numbers map[string]string) content.Script {
	s.Script = roleplay.Fill(s.Script, naming(s.Lang, name, numbers).Replace)
	return s
}

// Choose says or does the option at a place of the scene; step must be the one
// that the page showed, or the run stays as it is.
func (x *Practice) Choose(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, step, option int) error {
	return x.step(ctx, who, cmd, id, func(s roleplay.Script, r roleplay.Run) (roleplay.Run, error) { return r.Choose(s, step, option) })
}

// Silence says nothing.
func (x *Practice) Silence(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, step int) error {
	return x.step(ctx, who, cmd, id, func(s roleplay.Script, r roleplay.Run) (roleplay.Run, error) { return r.Silence(s, step) })
}

// Back takes the last step back: in practice one may try again.
func (x *Practice) Back(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, step int) error {
	return x.step(ctx, who, cmd, id, func(s roleplay.Script, r roleplay.Run) (roleplay.Run, error) {
		switch {
		case step != r.Step():
			return r, roleplay.ErrLateStep.With("step", step, "expected", r.Step())
		case step == 0:
			return r, ErrNoStepBack
		}
		return roleplay.Replay(s, r.Seed, nil, r.Inputs[:step-1])
	})
}

// step changes a run that goes on, under its lock.
func (x *Practice) step(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, do func(roleplay.Script, roleplay.Run) (roleplay.Run, error)) error {
	first, err := x.Read(ctx, who, id)
	if err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		store := coursedb.New(q)
		stored, err := store.Run(ctx, id, true)
		if err != nil {
			return err
		}
		if stored.State != "running" {
			return roleplay.ErrRunEnded
		}
		script := first.Script.Script
		run, err := roleplay.Replay(script, uint64(stored.Seed), nil, stored.Choices.V)
		if err != nil {
			return err
		}
		if run, err = do(script, run); err != nil {
			return err
		}
		stored.Choices.V = run.Inputs
		if !run.Over {
			return store.SaveRun(ctx, stored, nil)
		}
		return x.close(ctx, q, now, who, stored, roleplay.Score(script, run))
	})
}

// close ends a run with its score.
func (x *Practice) close(ctx context.Context, q pg.Q, now time.Time, who people.Actor, stored coursedb.Run, result roleplay.Result) error {
	score := int(result.Score)
	stored.State, stored.Score, stored.Passed, stored.EndedAt = "ended", &score, &result.Passed, &now
	if err := coursedb.New(q).SaveRun(ctx, stored, result); err != nil {
		return err
	}
	return audit.Record(ctx, q, now, audit.Entry{Actor: who, As: people.Volunteer, Action: people.Practise, Kind: "run", Subject: stored.ID, Detail: map[string]any{
		"did": "end", "score": score, "passed": result.Passed, "steps": len(stored.Choices.V),
	}})
}

// End hangs up before the call is over.
func (x *Practice) End(ctx context.Context, who people.Actor, cmd *pg.Command, id int64) error {
	first, err := x.Read(ctx, who, id)
	if err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		stored, err := coursedb.New(q).Run(ctx, id, true)
		if err != nil {
			return err
		}
		if stored.State != "running" {
			return roleplay.ErrRunEnded
		}
		run, err := roleplay.Replay(first.Script.Script, uint64(stored.Seed), nil, stored.Choices.V)
		if err != nil {
			return err
		}
		return x.close(ctx, q, now, who, stored, roleplay.Score(first.Script.Script, run))
	})
}

// Reflect keeps a thought about a call that ended, for the volunteer's eyes
// only.
func (x *Practice) Reflect(ctx context.Context, who people.Actor, cmd *pg.Command, id int64, words string) error {
	c, err := x.Read(ctx, who, id)
	if err != nil {
		return err
	}
	if !c.Ended() {
		return people.ErrHidden
	}
	var form fault.Form
	form.Add(len([]rune(words)) > 2000, "reflection", ErrTooLong.With("Max", 2000))
	if err := form.Err(); err != nil {
		return err
	}
	return x.db.Do(ctx, cmd, func(q pg.Q, now time.Time) error {
		if err := coursedb.New(q).SaveReflection(ctx, id, strings.TrimSpace(words)); err != nil {
			return err
		}
		return audit.Record(ctx, q, now, audit.Entry{Actor: who, As: people.Volunteer, Action: people.Practise, Kind: "run", Subject: id, Detail: map[string]any{"did": "reflect"}})
	})
}
