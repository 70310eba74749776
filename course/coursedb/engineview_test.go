package coursedb_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"abilita/course/coursedb"
	"abilita/course/gate"
	"abilita/internal/people"
	"abilita/internal/pg"
	"abilita/internal/pg/pgtest"
)

// The engines' view and gate.Decide are one rule told twice. Random histories
// are stored as facts and both are asked at every hour of them.

var dawn = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

const hours = 30

func hour(n int) time.Time { return dawn.Add(time.Duration(n) * time.Hour) }

// told is a fact and whose it is. Line 1 is the line that is asked about, 2
// another, 0 every line.
type told struct {
	gate.Fact
	ofLine bool
}

func drawHistory(t *rapid.T) []told {
	var list []told
	add := func(kind gate.Kind, settled bool) {
		f := told{Fact: gate.Fact{Kind: kind, Line: gate.LineID(rapid.SampledFrom([]int{1, 1, 0, 1, 2}).Draw(t, "line")), Ref: int64(rapid.IntRange(1, 2).Draw(t, "ref"))}}
		latest, rarely := hours/2, 3
		if settled {
			latest, rarely, f.Line = 4, 15, 1
		}
		recorded := rapid.IntRange(0, latest).Draw(t, "recorded")
		from := recorded + rapid.IntRange(-4, 6).Draw(t, "from")
		// Two certificates are never recorded at one instant: the version row orders them.
		f.RecordedAt, f.From = hour(recorded).Add(-time.Duration(len(list))*time.Microsecond), hour(from)
		if !settled || rapid.IntRange(0, 3).Draw(t, "ends") == 2 {
			f.Until = hour(from + rapid.IntRange(1, 16).Draw(t, "until"))
		}
		if rapid.IntRange(0, rarely).Draw(t, "closed") == rarely {
			f.ClosedAt = hour(recorded + rapid.IntRange(0, 16).Draw(t, "closing"))
		}
		switch kind {
		case gate.Certificate:
			f.Line = gate.LineID(rapid.SampledFrom([]int{1, 1, 1, 2}).Draw(t, "line"))
			f.Level = rapid.SampledFrom([]gate.Level{gate.Autonomous, gate.Supervised, gate.Mentor, gate.Supervised, gate.Autonomous, gate.Listening, "unheard"}).Draw(t, "level")
			f.Channel = rapid.SampledFrom([]gate.Channel{gate.Phone, gate.Phone, gate.Phone, gate.Chat, ""}).Draw(t, "channel")
			if settled {
				f.Line = 1
			}
		case gate.Practice:
			f.Level = rapid.SampledFrom([]gate.Level{gate.Supervised, gate.Autonomous}).Draw(t, "level")
		case gate.LineActive, gate.Supervision, gate.SupervisorOn:
			f.ofLine = true
			f.Line = max(f.Line, 1)
			if kind == gate.SupervisorOn { // shifts are planned ahead
				ahead := time.Duration(rapid.SampledFrom([]int{8, 0, 4, 12}).Draw(t, "ahead")) * time.Hour
				if f.From = f.From.Add(ahead); !f.Until.IsZero() {
					f.Until = f.Until.Add(ahead)
				}
			}
		default:
			if rapid.IntRange(0, 9).Draw(t, "some channel") == 8 {
				f.Channel = rapid.SampledFrom([]gate.Channel{gate.Phone, gate.Chat}).Draw(t, "channel")
			}
		}
		list = append(list, f)
	}
	for _, kind := range []gate.Kind{gate.Register, gate.OfAge, gate.LineActive, gate.Station, gate.Pledge, gate.Certificate} {
		if rapid.IntRange(0, 19).Draw(t, "there") != 17 {
			add(kind, true)
		}
	}
	if rapid.IntRange(0, 2).Draw(t, "emergency") == 2 {
		add(gate.Override, true)
	}
	if rapid.IntRange(0, 2).Draw(t, "renewed and stopped") == 2 {
		add(gate.Certificate, true)
		add(rapid.SampledFrom([]gate.Kind{gate.CertificateSuspension, gate.CertificateRevocation}).Draw(t, "stop"), false)
	}
	if rapid.IntRange(0, 3).Draw(t, "supervised") == 2 {
		add(gate.Supervision, true)
		for range rapid.IntRange(0, 3).Draw(t, "supervisors") {
			add(gate.SupervisorOn, false)
		}
	}
	for range rapid.IntRange(0, 6).Draw(t, "more") {
		add(rapid.SampledFrom([]gate.Kind{
			gate.Register, gate.Suspension, gate.Certificate, gate.Certificate, gate.CertificateSuspension, gate.CertificateRevocation, gate.ContentDue, gate.CheckDue,
			gate.Station, gate.Pause, gate.Supervision, gate.SupervisorOn, gate.Practice, gate.Practice, gate.Override,
		}).Draw(t, "kind"), false)
	}
	return list
}

// stored is a history with the person and the line that it became.
type stored struct {
	facts        []told
	person, line int64
	agent, code  string
}

var lines atomic.Int64

// store writes a history as facts of a new person and two new lines.
func store(ctx context.Context, db *pg.DB, facts []told) (stored, error) {
	n := lines.Add(1)
	s := stored{facts: facts, agent: fmt.Sprintf("a%d", n), code: fmt.Sprintf("linea-%d", n)}
	err := db.InTx(ctx, func(q pg.Q, now time.Time) error {
		if err := q.GetContext(ctx, &s.person, `INSERT INTO person (number, created_at) VALUES ($1, $2) RETURNING id`, s.agent, now); err != nil {
			return err
		}
		var ids []int64
		err := q.SelectContext(ctx, &ids, `INSERT INTO line (code, name, dialled, address_form) VALUES ($1, 'L', '0212345', 'sip:{agent}@pbx.example.org'), ($1 || '-b', 'B', '', '') RETURNING id`, s.code)
		if err != nil {
			return err
		}
		s.line = ids[0]
		for _, f := range facts {
			var person, line, until, closed, closedVersion any
			if f.Line > 0 {
				line = ids[f.Line-1]
			}
			if !f.ofLine {
				person = s.person
			}
			if !f.Until.IsZero() {
				until = f.Until
			}
			if !f.ClosedAt.IsZero() {
				closed, closedVersion = f.ClosedAt, 1
			}
			_, err := q.ExecContext(ctx, `INSERT INTO gate_fact (person_id, line_id, channel, kind, level, ref_id, valid_from, valid_until, recorded_at, version, closed_at, closed_version)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11)`, person, line, string(f.Channel), string(f.Kind), string(f.Level), f.Ref, f.From, until, f.RecordedAt, closed, closedVersion)
			if err != nil {
				return err
			}
		}
		return nil
	})
	return s, err
}

// decided is what gate.Decide says, as the view would say it.
func (s stored) decided(at time.Time) string {
	facts := gate.Facts{Known: true}
	for _, f := range s.facts {
		facts.List = append(facts.List, f.Fact)
	}
	d := gate.Decide(facts, 1, gate.Phone, at)
	if !d.Granted() {
		return "no"
	}
	return said(string(d.Level), d.Until)
}

func said(level string, until time.Time) string {
	if until.IsZero() {
		return level
	}
	return level + " until " + until.UTC().Format(time.RFC3339Nano)
}

// differences asks gate.answer at every hour of the history; how many were yes
// is counted.
func (s stored) differences(ctx context.Context, q pg.Q) (differ []string, yes int, err error) {
	var rows []struct {
		Hour  int
		Level *string
		Until *time.Time
	}
	err = q.SelectContext(ctx, &rows, `SELECT h AS hour, a.level, a.valid_until AS until FROM generate_series(0, $3::int) h
		LEFT JOIN LATERAL gate.answer($1, $2, 'phone', $4::timestamptz + h * interval '1 hour') a ON true ORDER BY h`, s.person, s.line, hours, dawn)
	for _, r := range rows {
		got := "no"
		if r.Level != nil {
			yes++
			var until time.Time
			if r.Until != nil {
				until = *r.Until
			}
			got = said(*r.Level, until)
		}
		if want := s.decided(hour(r.Hour)); got != want {
			differ = append(differ, fmt.Sprintf("hour %d: the view says %s, Decide %s", r.Hour, got, want))
		}
	}
	if err == nil && len(rows) != hours+1 {
		err = fmt.Errorf("%d answers", len(rows))
	}
	return differ, yes, err
}

func TestTheViewIsDecide(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	ctx, yes := t.Context(), 0
	rapid.Check(t, func(t *rapid.T) {
		s, err := store(ctx, db, drawHistory(t))
		if err != nil {
			t.Fatal(err)
		}
		differ, n, err := s.differences(ctx, db.Read())
		if err != nil || len(differ) > 0 {
			t.Fatalf("%v\n%s\n%+v", err, strings.Join(differ, "\n"), s.facts)
		}
		yes += n
	})
	if yes == 0 {
		t.Error("nobody was ever enabled: the histories never get there")
	}
}

// About now, what FactsNow and LineFacts leave out changes no answer: what is
// decided of everything is decided of what they read, reasons and next change too.
func TestWhatIsReadAboutNowIsEnough(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	ctx, left, yes := t.Context(), 0, 0
	rapid.Check(t, func(r *rapid.T) {
		now := hour(rapid.IntRange(0, hours).Draw(r, "now"))
		facts := slices.DeleteFunc(drawHistory(r), func(f told) bool { return f.RecordedAt.After(now) })
		for i, f := range facts {
			if f.ClosedAt.After(now) {
				facts[i].ClosedAt = time.Time{}
			} else if f.Kind == gate.Practice && !f.ClosedAt.IsZero() { // a newer contact closed it
				f.RecordedAt, f.From, f.Until, f.ClosedAt = f.ClosedAt, f.ClosedAt, f.ClosedAt.Add(5*time.Hour), time.Time{}
				facts = append(facts, f)
			}
		}
		s, err := store(ctx, db, facts)
		if err != nil {
			r.Fatal(err)
		}
		pgtest.SetClock(t, db, now)
		all, err := coursedb.New(db.Read()).Facts(ctx, people.ID(s.person), s.line)
		if err != nil {
			r.Fatal(err)
		}
		few, err := coursedb.New(db.Read()).FactsNow(ctx, people.ID(s.person), s.line)
		if err != nil {
			r.Fatal(err)
		}
		left += len(all.Facts.List) - len(few.Facts.List)
		listed, _, _, err := coursedb.New(db.Read()).LineFacts(ctx, s.line, []int64{s.person})
		if err != nil || len(listed) != 1 {
			r.Fatal(listed, err)
		}
		want := gate.Decide(all.Facts, gate.LineID(s.line), gate.Phone, now)
		for name, facts := range map[string]gate.Facts{"FactsNow": few.Facts, "LineFacts": listed[0].Facts} {
			if got := gate.Decide(facts, gate.LineID(s.line), gate.Phone, now); !reflect.DeepEqual(got, want) {
				r.Fatalf("of all facts:\n%+v\nof %s:\n%+v\n%+v", want, name, got, all.Facts.List)
			}
		}
		if want.Granted() {
			yes++
		}
	})
	if left == 0 || yes == 0 {
		t.Errorf("%d facts left out, %d answers of yes", left, yes)
	}
}

// What engines read is gate.answer at the instant of the clock, whole or by its keys.
func TestEnabledIsTheAnswerNow(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	ctx := t.Context()
	histories := make([]stored, 40)
	for i := range histories {
		var err error
		if histories[i], err = store(ctx, db, rapid.Custom(drawHistory).Example(i)); err != nil {
			t.Fatal(err)
		}
	}
	type row struct {
		Line, Channel, Number, Agent, AOR, Level string
		ValidUntil                               *time.Time `db:"valid_until"`
		Version                                  int64
	}
	yes := 0
	for n := 0; n < hours; n += 5 {
		pgtest.SetClock(t, db, hour(n))
		var all []row
		if err := db.Read().SelectContext(ctx, &all, `SELECT * FROM gate.enabled WHERE channel = 'phone' ORDER BY line`); err != nil {
			t.Fatal(err)
		}
		got := map[string]row{}
		for _, r := range all {
			got[r.Line+" "+r.Agent] = r
		}
		for _, s := range histories {
			want, r := s.decided(hour(n)), got[s.code+" "+s.agent]
			says := "no"
			if r.Line != "" {
				var until time.Time
				if r.ValidUntil != nil {
					until = *r.ValidUntil
				}
				says = said(r.Level, until)
				yes++
			}
			if says != want {
				t.Errorf("hour %d: the view says %s of %s on %s, Decide %s", n, says, s.agent, s.code, want)
			}
			if r.Line != "" && (r.AOR != "sip:"+s.agent+"@pbx.example.org" || r.Number != "0212345" || r.Version < 1) {
				t.Errorf("addresses: %+v", r)
			}
			var one []row
			if err := db.Read().SelectContext(ctx, &one, `SELECT * FROM gate.enabled WHERE line = $1 AND channel = 'phone' AND agent = $2`, s.code, s.agent); err != nil {
				t.Fatal(err)
			}
			var asked []struct {
				Level      string
				ValidUntil *time.Time `db:"valid_until"`
				Version    int64
			}
			if err := db.Read().SelectContext(ctx, &asked, `SELECT * FROM gate.ask($1, 'phone', $2)`, s.code, s.agent); err != nil {
				t.Fatal(err)
			}
			if len(asked) != len(one) || len(asked) == 1 && (asked[0].Level != one[0].Level || asked[0].Version != one[0].Version) {
				t.Errorf("hour %d: asked as a function %+v, as a view %+v", n, asked, one)
			}
			if (len(one) == 1) != (want != "no") {
				t.Errorf("hour %d: asked by its keys the view has %d rows for %s, Decide says %s", n, len(one), s.agent, want)
			}
		}
	}
	if yes == 0 {
		t.Error("nobody was ever enabled")
	}
}

// A view that is wrong in one place is found: each mutant differs from Decide in
// at least one history.
func TestABrokenViewIsFound(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	ctx := t.Context()
	histories := make([]stored, 400)
	for i := range histories {
		var err error
		if histories[i], err = store(ctx, db, rapid.Custom(drawHistory).Example(i)); err != nil {
			t.Fatal(err)
		}
	}
	var whole string
	if err := db.Read().GetContext(ctx, &whole, `SELECT pg_get_functiondef('gate.answer'::regproc)`); err != nil {
		t.Fatal(err)
	}
	found := func(definition string) bool {
		if err := db.InTx(ctx, func(q pg.Q, _ time.Time) error { _, err := q.ExecContext(ctx, definition); return err }); err != nil {
			t.Fatalf("%v\n%s", err, definition)
		}
		for _, s := range histories {
			differ, _, err := s.differences(ctx, db.Read())
			if err != nil {
				t.Fatal(err)
			}
			if len(differ) > 0 {
				return true
			}
		}
		return false
	}
	if found(whole) {
		t.Fatal("the view that is shipped differs")
	}
	for name, change := range map[string][2]string{
		"an end that has come still holds":       {"e.ends > instant) AS holds", "e.ends >= instant) AS holds"},
		"a start waits for the next instant":     {"f.valid_from <= instant AND", "f.valid_from < instant AND"},
		"a closing is ignored":                   {"CASE WHEN f.closed_at <= instant THEN least(f.closed_at, f.valid_until) ELSE f.valid_until END", "f.valid_until"},
		"a closing is known before it was":       {"CASE WHEN f.closed_at <= instant THEN least(f.closed_at, f.valid_until) ELSE f.valid_until END", "least(f.closed_at, f.valid_until)"},
		"a fact counts before it was recorded":   {"f.recorded_at <= instant AND", "true AND"},
		"facts of the line are forgotten":        {"l.person_id IS NULL AND l.line_id = of_line", "false"},
		"what is over comes back in a boundary":  {"FILTER (WHERE kind = 'certificate' OR ends IS NULL OR ends > instant)", ""},
		"the next supervisor is not looked for":  {"OR l.valid_from = (SELECT min(n.valid_from)", "OR l.valid_from < (SELECT min(n.valid_from)"},
		"facts of another line count":            {"(line_id IS NULL OR line_id = of_line)", "true"},
		"another channel's facts count":          {"f.channel = '' OR f.channel = on_channel OR f.kind = 'certificate'", "true"},
		"another channel's certificate counts":   {"c.channel IN ('', on_channel) AS here", "true AS here"},
		"a pause is ignored":                     {"kind IN ('suspension', 'pause')", "kind = 'suspension'"},
		"a suspension is ignored":                {"kind IN ('suspension', 'pause')", "kind = 'pause'"},
		"a revocation is ignored":                {"('certificate_revocation', 'certificate_suspension')", "('certificate_suspension')"},
		"a suspended certificate counts":         {"('certificate_revocation', 'certificate_suspension')", "('certificate_revocation')"},
		"the oldest certificate speaks":          {"SELECT stopped FROM paper ORDER BY recorded_at DESC", "SELECT stopped FROM paper ORDER BY recorded_at"},
		"the pledge is not asked for":            {"had.pledge AND", "true AND"},
		"content overdue is ignored":             {"NOT had.content_due AND", "true AND"},
		"listening takes contacts":               {"lev.granted > 1", "lev.granted > 0"},
		"a supervisor is not asked for":          {"had.supervision AND NOT had.supervisor_on", "false"},
		"practice keeps no level":                {"AND NOT had.kept THEN", "AND false THEN"},
		"practice is never asked for":            {"(had.practised OR NOT ever.practice)", "true"},
		"an override lifts who only listened":    {"last.reach > 1 AS waived", "last.reach > 0 AS waived"},
		"an override is ignored":                 {"had.override AND", "false AND"},
		"an override waives what has not begun":  {"THEN last.valid_from <= instant ELSE", "THEN true ELSE"},
		"an override grants the level":           {"ELSE 'supervised' END", "ELSE coalesce((ARRAY['listening', 'supervised', 'autonomous', 'mentor'])[j.reach], 'supervised') END"},
		"the next change looks at starts alone":  {"CASE WHEN ends > instant THEN ends END", "NULL::timestamptz"},
		"the next change looks at endings alone": {"CASE WHEN valid_from > instant THEN valid_from END", "NULL::timestamptz"},
	} {
		mutant := strings.Replace(whole, change[0], change[1], 1)
		if mutant == whole {
			t.Errorf("%s: the text to change is gone", name)
			continue
		}
		if !found(mutant) {
			t.Errorf("%s: nothing differs", name)
		}
	}
}
