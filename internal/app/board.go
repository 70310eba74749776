package app

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"abilita/course/cert"
	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/people"
	"abilita/internal/people/peopledb"
	"abilita/internal/pg"
)

// Board is people against requirements, for those who look after a line.
type Board struct {
	db     *pg.DB
	course *Course
}

// NewBoard makes the use cases of the board.
func NewBoard(db *pg.DB, course *Course) *Board { return &Board{db: db, course: course} }

// BoardPage is how many people a page of the board shows.
const BoardPage = 50

// Views, orders of a board.
var (
	BoardViews = []string{"us", "yes", "no", "due", "due60", "due30", "due7", "susp"}
	BoardSorts = []string{"need", "name", "progress"}
)

// BoardQuestion is which people of which line to show.
type BoardQuestion struct {
	Line    string // code; empty is the first in reach
	Query   string
	Now     string // one of BoardViews, or empty
	Lacking string // key of a requirement
	Cohort  int64
	Sort    string // one of BoardSorts; empty is need
	After   string // as BoardAnswer.Next gave it
}

// BoardPerson is one row with the gate's answer for each channel.
type BoardPerson struct {
	coursedb.BoardRow
	Answers []Answer
}

// BoardAnswer is one page of a board.
type BoardAnswer struct {
	Line     coursedb.BoardLine
	Lines    []coursedb.BoardLine // in reach
	Channels []string
	Columns  []cert.Requirement
	Tally    coursedb.BoardTally
	People   []BoardPerson
	Total    int    // people that the filter matches
	Next     string // where the next page begins; empty at the end
	Now      time.Time
}

// Page answers a question in three statements, whatever the number of people:
// lines, rows with their counts, facts.
func (x *Board) Page(ctx context.Context, who people.Actor, qn BoardQuestion) (BoardAnswer, error) {
	if err := who.MustSomewhere(people.ReadBoard); err != nil {
		return BoardAnswer{}, err
	}
	a, f, err := x.open(ctx, who, people.ReadBoard, qn)
	if err != nil || a.Line.ID == 0 {
		return a, err
	}
	store := coursedb.New(x.db.Read())
	f.Limit = BoardPage + 1
	if err := x.fill(ctx, store, &a, f); err != nil {
		return a, err
	}
	if len(a.People) > BoardPage {
		a.People = a.People[:BoardPage]
		a.Next = cursor(a.People[BoardPage-1].Key())
	}
	return a, nil
}

// Export hands a whole board, row by row, to each. It is read in pieces, so
// that a large line does not stand in memory.
func (x *Board) Export(ctx context.Context, who people.Actor, qn BoardQuestion, each func(BoardAnswer, BoardPerson) error) error {
	if err := who.MustSomewhere(people.ExportBoard); err != nil {
		return err
	}
	a, f, err := x.open(ctx, who, people.ExportBoard, qn)
	if err != nil {
		return err
	}
	if a.Line.ID == 0 {
		return people.ErrHidden
	}
	store := coursedb.New(x.db.Read())
	f.Limit = 20_000
	for {
		a.People = nil
		if err := x.fill(ctx, store, &a, f); err != nil {
			return err
		}
		for _, p := range a.People {
			if err := each(a, p); err != nil {
				return err
			}
		}
		if len(a.People) < f.Limit {
			return nil
		}
		f.After = a.People[len(a.People)-1].Key()
	}
}

// open finds the line in reach and makes the filter of a question.
func (x *Board) open(ctx context.Context, who people.Actor, do people.Action, qn BoardQuestion) (BoardAnswer, coursedb.BoardFilter, error) {
	var f coursedb.BoardFilter
	lines, err := coursedb.New(x.db.Read()).BoardLines(ctx, who.Reach(do))
	if err != nil {
		return BoardAnswer{}, f, err
	}
	a := BoardAnswer{Lines: lines}
	i := slices.IndexFunc(lines, func(l coursedb.BoardLine) bool { return qn.Line == "" || l.Code == qn.Line })
	if i < 0 {
		if qn.Line != "" {
			return a, f, people.ErrHidden
		}
		return a, f, nil
	}
	a.Line = lines[i]
	if cohorts := a.Line.Cohorts.V; len(cohorts) > 0 {
		ed, err := x.course.library.edition(ctx, cohorts[0].Release)
		if err != nil {
			return a, f, err
		}
		a.Columns, a.Channels = requirements(ed.Pack.Programme.In(who.Lang), ""), ed.Pack.Programme.Channels
	}
	f = coursedb.BoardFilter{Line: a.Line.ID, Cohorts: cohortIDs(a.Line), Query: peopledb.Fold(strings.TrimSpace(qn.Query)), Now: qn.Now, Lacking: qn.Lacking, Sort: qn.Sort}
	if qn.Cohort != 0 {
		if !slices.Contains(f.Cohorts, qn.Cohort) {
			return a, f, people.ErrHidden
		}
		f.Cohorts = []int64{qn.Cohort}
	}
	if qn.Now != "" && !slices.Contains(BoardViews, qn.Now) || qn.Sort != "" && !slices.Contains(BoardSorts, qn.Sort) {
		return a, f, ErrChoice
	}
	if qn.After != "" {
		text, err := base64.RawURLEncoding.DecodeString(qn.After)
		if err != nil || json.Unmarshal(text, &f.After) != nil {
			return a, f, ErrChoice
		}
	}
	return a, f, nil
}

func cohortIDs(l coursedb.BoardLine) []int64 {
	ids := []int64{}
	for _, c := range l.Cohorts.V {
		ids = append(ids, c.ID)
	}
	return ids
}

func cursor(k coursedb.BoardKey) string {
	text, err := json.Marshal(k)
	if err != nil {
		panic(err) // strings and a number
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// fill reads the rows of a filter and asks the gate about each.
func (x *Board) fill(ctx context.Context, store coursedb.Store, a *BoardAnswer, f coursedb.BoardFilter) error {
	rows, total, tally, err := store.Board(ctx, f)
	if err != nil {
		return err
	}
	a.Total, a.Tally = total, tally
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.Person
	}
	facts, version, now, err := store.LineFacts(ctx, f.Line, ids)
	if err != nil {
		return err
	}
	a.Now = now
	known := map[int64]gate.Facts{}
	for _, p := range facts {
		known[int64(p.Person)] = p.Facts
	}
	for _, r := range rows {
		p := BoardPerson{BoardRow: r}
		for _, c := range a.Channels {
			k, ok := known[r.Person]
			if !ok {
				k = gate.Facts{Known: r.Number != ""} // nothing is known but that the person exists
			}
			p.Answers = append(p.Answers, Answer{
				Question: Question{Line: a.Line.Code, Channel: c, Agent: r.Number}, Version: version, Person: people.ID(r.Person),
				Decision: gate.Decide(k, gate.LineID(f.Line), gate.Channel(c), now),
			})
		}
		a.People = append(a.People, p)
	}
	return nil
}

// BoardTally counts people by how they stand.
type BoardTally = coursedb.BoardTally

// BoardCell is one requirement of one person.
type BoardCell = coursedb.BoardCell

// LinePage is one line: what it is, who may answer now, who is nearly there.
type LinePage struct {
	Line    coursedb.Line
	Hours   []Hours
	Active  bool
	Staff   []string // names of supervisors and coordinators
	People  bool     // the reader may see who
	Board   BoardAnswer
	Enabled []BoardPerson // the first by name
	All     int           // how many may answer
	Nearly  []BoardPerson // who lacks two requirements at most
	MayRun  bool
}

// nearly is how many requirements somebody may lack to be nearly there.
const nearly = 2

// LinePage opens a line by its code.
func (x *Board) LinePage(ctx context.Context, who people.Actor, code string) (LinePage, error) {
	q := x.db.Read()
	store := coursedb.New(q)
	line, err := store.LineByCode(ctx, code)
	if err != nil {
		return LinePage{}, err
	}
	target := people.Target{Line: line.ID}
	p := LinePage{Line: line, MayRun: who.May(people.RunLine, target)}
	lines, err := store.BoardLines(ctx, who.Reach(people.ReadLine))
	if err != nil {
		return p, err
	}
	i := slices.IndexFunc(lines, func(l coursedb.BoardLine) bool { return l.ID == line.ID })
	if i < 0 {
		return p, people.ErrHidden
	}
	p.Active = lines[i].Active
	if p.Hours, err = store.Hours(ctx, line.ID); err != nil {
		return p, err
	}
	staff, err := peopledb.New(q).StaffFor(ctx, line.ID, 0, people.Supervisor, people.Coordinator)
	if err != nil {
		return p, err
	}
	for _, s := range staff {
		p.Staff = append(p.Staff, s.Name())
	}
	a, f, err := x.open(ctx, who, people.ReadBoard, BoardQuestion{Line: code})
	if err != nil {
		if errors.Is(err, people.ErrHidden) {
			return p, nil
		}
		return p, err
	}
	p.People, p.Board = true, a
	f.Limit, f.Now, f.Sort = BoardPage, "yes", "name"
	if err := x.fill(ctx, store, &a, f); err != nil {
		return p, err
	}
	p.Enabled, p.All, p.Board.Tally = a.People, a.Total, a.Tally
	a.People, f.Limit, f.Now, f.Sort = nil, 10, "no", "progress"
	if err := x.fill(ctx, store, &a, f); err != nil {
		return p, err
	}
	for _, person := range a.People {
		if len(person.Cells.V) > 0 && len(person.Missing()) <= nearly {
			p.Nearly = append(p.Nearly, person)
		}
	}
	return p, nil
}

// Missing lists the keys of the requirements that are not met.
func (p BoardPerson) Missing() []string {
	var keys []string
	for _, c := range p.Cells.V {
		if c.State != string(cert.Done) {
			keys = append(keys, c.Key)
		}
	}
	return keys
}

// Lines lists the lines in the actor's reach, by name.
func (x *Board) Lines(ctx context.Context, who people.Actor) ([]coursedb.BoardLine, error) {
	if err := who.MustSomewhere(people.ReadLine); err != nil {
		return nil, err
	}
	return coursedb.New(x.db.Read()).BoardLines(ctx, who.Reach(people.ReadLine))
}
