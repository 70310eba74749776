package scheduler_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"abilita/internal/fault"
	"abilita/scheduler"
)

func rome(t *testing.T) *time.Location {
	t.Helper()
	z, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func on(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// In 2027 the clocks of Rome go from 02:00 to 03:00 on Sunday 28 March and from
// 03:00 back to 02:00 on Sunday 31 October.
func TestTurnsInWallTime(t *testing.T) {
	t.Parallel()
	zone := rome(t)
	spring, autumn := on(2027, 3, 27), on(2027, 10, 30)
	row := func(day time.Weekday, hour, minute, minutes int) scheduler.Rota {
		return scheduler.Rota{ID: 1, Weekday: day, Hour: hour, Minute: minute, Length: time.Duration(minutes) * time.Minute, Seats: 2, From: on(2027, 1, 1)}
	}
	ended := row(time.Tuesday, 10, 0, 240)
	ended.Until = on(2027, 1, 12)
	late := row(time.Tuesday, 10, 0, 240)
	late.From = on(2027, 1, 12)
	for name, tc := range map[string]struct {
		rows        []scheduler.Rota
		first, last time.Time
		want        []string // start and end, UTC
	}{
		"two weeks of winter":                     {[]scheduler.Rota{row(time.Tuesday, 10, 0, 240)}, on(2027, 1, 4), on(2027, 1, 18), []string{"01-05 09:00 01-05 13:00", "01-12 09:00 01-12 13:00"}},
		"the last day is not part of the span":    {[]scheduler.Rota{row(time.Tuesday, 10, 0, 240)}, on(2027, 1, 5), on(2027, 1, 12), []string{"01-05 09:00 01-05 13:00"}},
		"a row ends before its last day":          {[]scheduler.Rota{ended}, on(2027, 1, 4), on(2027, 1, 18), []string{"01-05 09:00 01-05 13:00"}},
		"a row begins on its first day":           {[]scheduler.Rota{late}, on(2027, 1, 4), on(2027, 1, 18), []string{"01-12 09:00 01-12 13:00"}},
		"over midnight":                           {[]scheduler.Rota{row(time.Saturday, 22, 0, 240)}, on(2027, 1, 2), on(2027, 1, 3), []string{"01-02 21:00 01-03 01:00"}},
		"a whole day ends at 24":                  {[]scheduler.Rota{row(time.Saturday, 0, 0, 1440)}, on(2027, 1, 2), on(2027, 1, 3), []string{"01-01 23:00 01-02 23:00"}},
		"the same hours after the clocks change":  {[]scheduler.Rota{row(time.Sunday, 10, 0, 240)}, on(2027, 3, 21), on(2027, 4, 1), []string{"03-21 09:00 03-21 13:00", "03-28 08:00 03-28 12:00"}},
		"the spring night is an hour shorter":     {[]scheduler.Rota{row(time.Saturday, 22, 0, 480)}, spring, on(2027, 3, 28), []string{"03-27 21:00 03-28 04:00"}},
		"the autumn night is an hour longer":      {[]scheduler.Rota{row(time.Saturday, 22, 0, 480)}, autumn, on(2027, 10, 31), []string{"10-30 20:00 10-31 05:00"}},
		"it ends in the skipped hour":             {[]scheduler.Rota{row(time.Saturday, 22, 0, 270)}, spring, on(2027, 3, 28), []string{"03-27 21:00 03-28 01:00"}},
		"it begins in the skipped hour":           {[]scheduler.Rota{row(time.Sunday, 2, 30, 120)}, spring, on(2027, 3, 29), []string{"03-28 01:00 03-28 02:30"}},
		"it is skipped as a whole":                {[]scheduler.Rota{row(time.Sunday, 2, 0, 60)}, spring, on(2027, 3, 29), nil},
		"it begins in the doubled hour, at first": {[]scheduler.Rota{row(time.Sunday, 2, 30, 120)}, autumn, on(2027, 11, 1), []string{"10-31 00:30 10-31 03:30"}},
		"earliest first": {
			[]scheduler.Rota{row(time.Tuesday, 14, 0, 240), row(time.Monday, 18, 0, 60), row(time.Tuesday, 10, 0, 240)},
			on(2027, 1, 4), on(2027, 1, 6),
			[]string{"01-04 17:00 01-04 18:00", "01-05 09:00 01-05 13:00", "01-05 13:00 01-05 17:00"},
		},
	} {
		var got []string
		for _, turn := range scheduler.Turns(tc.rows, tc.first, tc.last, zone) {
			got = append(got, turn.Start.Format("01-02 15:04")+" "+turn.End.Format("01-02 15:04"))
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestMayTake(t *testing.T) {
	t.Parallel()
	at := func(day, hour int) time.Time { return time.Date(2027, 1, day, hour, 0, 0, 0, time.UTC) }
	span := func(day, from, until int) scheduler.Span {
		return scheduler.Span{From: at(day, from), Until: at(day, until)}
	}
	fit := scheduler.Fitness{Covered: scheduler.Span{From: at(2, 23)}, Certified: scheduler.Span{From: at(1, 9), Until: at(20, 23)}}
	boss := scheduler.Fitness{Supervisor: true}
	open := scheduler.Shift{State: scheduler.ShiftOpen, Span: span(12, 9, 13), Seats: 2, Taken: 1}
	with := func(f scheduler.Fitness, change func(*scheduler.Fitness)) scheduler.Fitness { change(&f); return f }
	moved := func(change func(*scheduler.Shift)) scheduler.Shift { s := open; change(&s); return s }
	for name, tc := range map[string]struct {
		shift scheduler.Shift
		part  scheduler.Part
		fit   scheduler.Fitness
		busy  []scheduler.Span
		now   time.Time
		want  *fault.Error
		when  time.Time // that the refusal tells
	}{
		"fit, and a seat is free":              {shift: open, fit: fit},
		"the last instant before it begins":    {shift: open, fit: fit, now: at(12, 9).Add(-1)},
		"it begins":                            {shift: open, fit: fit, now: at(12, 9), want: scheduler.ErrShiftBegun},
		"called off":                           {shift: moved(func(s *scheduler.Shift) { s.State = scheduler.ShiftCancelled }), fit: fit, want: scheduler.ErrShiftOff},
		"full":                                 {shift: moved(func(s *scheduler.Shift) { s.Taken = 2 }), fit: fit, want: scheduler.ErrShiftFull},
		"full, but who supervises has no seat": {shift: moved(func(s *scheduler.Shift) { s.Taken = 2 }), part: scheduler.Supervises, fit: boss},
		"a volunteer does not supervise":       {shift: open, part: scheduler.Supervises, fit: fit, want: scheduler.ErrNotSupervisor},
		"a supervisor does not answer":         {shift: open, fit: boss, want: scheduler.ErrNotCovered},
		"suspended":                            {shift: open, fit: with(fit, func(f *scheduler.Fitness) { f.Stopped = true }), want: scheduler.ErrShiftStopped},
		"a suspended supervisor":               {shift: open, part: scheduler.Supervises, fit: with(boss, func(f *scheduler.Fitness) { f.Stopped = true }), want: scheduler.ErrShiftStopped},
		"nothing is known":                     {shift: open, want: scheduler.ErrNotCovered},
		"before the cover begins":              {shift: open, fit: with(fit, func(f *scheduler.Fitness) { f.Covered.From = at(12, 10) }), want: scheduler.ErrCoveredFrom, when: at(12, 10)},
		"the cover begins with the shift":      {shift: open, fit: with(fit, func(f *scheduler.Fitness) { f.Covered.From = at(12, 9) })},
		"the cover ends meanwhile":             {shift: open, fit: with(fit, func(f *scheduler.Fitness) { f.Covered.Until = at(12, 12) }), want: scheduler.ErrCoveredUntil, when: at(12, 12)},
		"not certified":                        {shift: open, fit: with(fit, func(f *scheduler.Fitness) { f.Certified = scheduler.Span{} }), want: scheduler.ErrNotCertified},
		"certified from later on":              {shift: open, fit: with(fit, func(f *scheduler.Fitness) { f.Certified.From = at(13, 0) }), want: scheduler.ErrCertifiedFrom, when: at(13, 0)},
		"the certificate ends before":          {shift: open, fit: with(fit, func(f *scheduler.Fitness) { f.Certified.Until = at(10, 23) }), want: scheduler.ErrCertifiedUntil, when: at(10, 23)},
		"the certificate ends meanwhile":       {shift: open, fit: with(fit, func(f *scheduler.Fitness) { f.Certified.Until = at(12, 12) }), want: scheduler.ErrCertifiedUntil, when: at(12, 12)},
		"the certificate ends with it":         {shift: open, fit: with(fit, func(f *scheduler.Fitness) { f.Certified.Until = at(12, 13) })},
		"elsewhere at that hour":               {shift: open, fit: fit, busy: []scheduler.Span{span(11, 9, 13), span(12, 12, 14)}, want: scheduler.ErrShiftClash},
		"elsewhere right before and after":     {shift: open, fit: fit, busy: []scheduler.Span{span(12, 8, 9), span(12, 13, 14)}},
	} {
		now, part := tc.now, tc.part
		if now.IsZero() {
			now = at(4, 8)
		}
		if part == "" {
			part = scheduler.Answers
		}
		err := tc.shift.MayTake(part, tc.fit, tc.busy, now)
		if tc.want == nil && err != nil || tc.want != nil && !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
			continue
		}
		if got, ok := errors.AsType[*fault.Error](err); ok && !tc.when.IsZero() && (len(got.Args) != 2 || got.Args[1] != tc.when) {
			t.Errorf("%s: it tells %v, want %v", name, got.Args, tc.when)
		}
	}
}

func TestAPlaceIsGivenUntilTheShiftIsOver(t *testing.T) {
	t.Parallel()
	s := scheduler.Shift{State: scheduler.ShiftOpen, Span: scheduler.Span{From: on(2027, 1, 5), Until: on(2027, 1, 6)}, Seats: 1}
	boss := scheduler.Fitness{Supervisor: true}
	if err := s.MayPut(scheduler.Supervises, boss, nil, s.Span.Until.Add(-1)); err != nil {
		t.Errorf("while it runs: %v", err)
	}
	if err := s.MayPut(scheduler.Supervises, boss, nil, s.Span.Until); !errors.Is(err, scheduler.ErrShiftOver) {
		t.Errorf("when it is over: %v", err)
	}
	if err := s.MayPut(scheduler.Answers, boss, nil, s.Span.From); !errors.Is(err, scheduler.ErrNotCovered) {
		t.Errorf("somebody without cover: %v", err)
	}
}

func TestRefusalsAreAllThereWorstFirst(t *testing.T) {
	t.Parallel()
	s := scheduler.Shift{State: scheduler.ShiftOpen, Span: scheduler.Span{From: on(2027, 1, 5), Until: on(2027, 1, 6)}, Seats: 1}
	got := s.Refusals(scheduler.Answers, scheduler.Fitness{Stopped: true, Covered: scheduler.Span{From: on(2027, 1, 7)}})
	want := []*fault.Error{scheduler.ErrShiftStopped, scheduler.ErrCoveredFrom, scheduler.ErrNotCertified}
	if !slices.EqualFunc(got, want, func(a, b *fault.Error) bool { return errors.Is(a, b) }) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestGaps(t *testing.T) {
	t.Parallel()
	start := time.Date(2027, 1, 12, 9, 0, 0, 0, time.UTC)
	end := start.Add(4 * time.Hour)
	for name, tc := range map[string]struct {
		state                   scheduler.ShiftState
		taken, bosses           int
		now                     time.Time
		supervised, nobody, bad bool
		boss                    bool
		seats                   int
	}{
		"nobody at all":                {supervised: true, nobody: true, boss: true, seats: 2, bad: true},
		"nobody, no supervisor needed": {nobody: true, seats: 2, bad: true},
		"one of two, no supervisor":    {taken: 1, supervised: true, boss: true, seats: 1, bad: true},
		"one of two and a supervisor":  {taken: 1, bosses: 1, supervised: true, seats: 1},
		"full":                         {taken: 2, bosses: 1, supervised: true},
		"running":                      {now: end.Add(-1), nobody: true, seats: 2, bad: true},
		"over":                         {now: end},
		"called off":                   {state: scheduler.ShiftCancelled},
	} {
		state, now := tc.state, tc.now
		if state == "" {
			state = scheduler.ShiftOpen
		}
		if now.IsZero() {
			now = start.Add(-time.Hour)
		}
		g := scheduler.Shift{State: state, Span: scheduler.Span{From: start, Until: end}, Seats: 2, Taken: tc.taken, Supervisors: tc.bosses}.Gap(tc.supervised, now)
		if want := (scheduler.Gap{Nobody: tc.nobody, Seats: tc.seats, Supervisor: tc.boss}); g != want || g.Bad() != tc.bad {
			t.Errorf("%s: %+v bad %v, want %+v bad %v", name, g, g.Bad(), want, tc.bad)
		}
	}
}

func TestWhenAShiftIsLookedBackUpon(t *testing.T) {
	t.Parallel()
	start := time.Date(2027, 1, 12, 9, 0, 0, 0, time.UTC)
	end := start.Add(4 * time.Hour)
	for name, tc := range map[string]struct {
		state       scheduler.ShiftState
		now         time.Time
		mark, close *fault.Error
	}{
		"a moment before it begins": {scheduler.ShiftOpen, start.Add(-1), scheduler.ErrShiftAhead, scheduler.ErrShiftAhead},
		"it begins":                 {scheduler.ShiftOpen, start, nil, scheduler.ErrShiftRunning},
		"its last moment":           {scheduler.ShiftOpen, end.Add(-1), nil, scheduler.ErrShiftRunning},
		"it is over":                {scheduler.ShiftOpen, end, nil, nil},
		"a year later":              {scheduler.ShiftOpen, end.AddDate(1, 0, 0), nil, nil},
		"closed":                    {scheduler.ShiftClosed, end, scheduler.ErrShiftClosed, scheduler.ErrShiftClosed},
		"called off":                {scheduler.ShiftCancelled, end, scheduler.ErrShiftOff, scheduler.ErrShiftOff},
		"the zero shift":            {"", end, scheduler.ErrShiftOff, scheduler.ErrShiftOff},
	} {
		s := scheduler.Shift{State: tc.state, Span: scheduler.Span{From: start, Until: end}, Seats: 1}
		for _, got := range []struct {
			err  error
			want *fault.Error
		}{{s.MayMark(tc.now), tc.mark}, {s.MayClose(tc.now), tc.close}} {
			if got.want == nil && got.err != nil || got.want != nil && !errors.Is(got.err, got.want) {
				t.Errorf("%s: %v, want %v", name, got.err, got.want)
			}
		}
		if may := s.MayAdd() == nil; may != (tc.state == scheduler.ShiftClosed) {
			t.Errorf("%s: a note may be added: %v", name, may)
		}
	}
}

func TestWhoWasAbsentComesAfterAll(t *testing.T) {
	t.Parallel()
	start := time.Date(2027, 1, 12, 9, 0, 0, 0, time.UTC)
	span := scheduler.Span{From: start, Until: start.Add(4 * time.Hour)}
	fit := scheduler.Fitness{Covered: scheduler.Span{From: start.AddDate(0, -1, 0)}, Certified: scheduler.Span{From: start.AddDate(0, -1, 0)}}
	for name, tc := range map[string]struct {
		taken int
		fit   scheduler.Fitness
		busy  []scheduler.Span
		now   time.Time
		part  scheduler.Part
		want  *fault.Error
	}{
		"late, the seat is free":                 {fit: fit, now: start.Add(time.Hour)},
		"late, somebody else has the seat":       {taken: 1, fit: fit, now: start.Add(time.Hour), want: scheduler.ErrShiftFull},
		"late, but suspended":                    {fit: scheduler.Fitness{Stopped: true}, now: start.Add(time.Hour), want: scheduler.ErrShiftStopped},
		"afterwards a suspension does not count": {fit: scheduler.Fitness{Stopped: true}, now: span.Until},
		"afterwards, somebody else had the seat": {taken: 1, fit: fit, now: span.Until, want: scheduler.ErrShiftFull},
		"afterwards, but elsewhere":              {fit: fit, busy: []scheduler.Span{span}, now: span.Until, want: scheduler.ErrShiftClash},
		"a supervisor needs no seat":             {taken: 1, fit: scheduler.Fitness{Supervisor: true}, now: start.Add(time.Hour), part: scheduler.Supervises},
		"before it began nobody was absent":      {fit: fit, now: start.Add(-1), want: scheduler.ErrShiftAhead},
	} {
		part := tc.part
		if part == "" {
			part = scheduler.Answers
		}
		s := scheduler.Shift{State: scheduler.ShiftOpen, Span: span, Seats: 1, Taken: tc.taken}
		if err := s.MayReturn(part, tc.fit, tc.busy, tc.now); tc.want == nil && err != nil || tc.want != nil && !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
}
