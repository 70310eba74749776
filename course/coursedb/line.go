package coursedb

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"abilita/course/gate"
	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Line is a live service.
type Line struct {
	ID           int64
	Code         string
	Name         string
	Zone         string
	MinAge       int `db:"min_age"`
	Fallback     string
	Running      string `db:"running_contact"` // finish, hand_over, cut: a contact going on when its volunteer is stopped
	LeaseSeconds int    `db:"lease_seconds"`   // how long an engine may answer from a signed lease
	Programme    string
	LaunchOn     *time.Time `db:"launch_on"`
	Version      int
	Channels     pq.StringArray
	// For engines that read the views: the number that callers dial, and how an
	// agent is addressed, with {agent} for the public number. Both may be empty.
	Dialled     string
	AddressForm string `db:"address_form"`
}

// Location is the line's zone; an unknown one cannot be stored.
func (l Line) Location() *time.Location {
	loc, err := time.LoadLocation(l.Zone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// Hours is one opening of a week. Weekday 1 is Monday; times are "15:04".
type Hours struct {
	Weekday       int
	Opens, Closes string
}

// ErrLineCode is the fault of a code that another line has.
var ErrLineCode = fault.New(fault.Conflict, "line.code_taken")

const lineColumns = `l.id, l.code, l.name, l.zone, l.min_age, l.fallback, l.running_contact, l.lease_seconds, l.programme, l.launch_on, l.version, l.dialled, l.address_form,
	ARRAY(SELECT channel FROM line_channel c WHERE c.line_id = l.id ORDER BY channel) AS channels`

// Lines lists the lines by name. A nil only is all of them.
func (s Store) Lines(ctx context.Context, only []int64) ([]Line, error) {
	var list []Line
	err := s.q.SelectContext(ctx, &list, `SELECT `+lineColumns+` FROM line l WHERE $1::bigint[] IS NULL OR l.id = any($1) ORDER BY l.name, l.id`, only)
	return list, err
}

// LinesWithin lists the lines that somebody reaches, themselves or by a cohort.
func (s Store) LinesWithin(ctx context.Context, r people.Reach) ([]Line, error) {
	var list []Line
	err := s.q.SelectContext(ctx, &list, `SELECT `+lineColumns+` FROM line l WHERE $1 OR l.id = any($2)
		OR EXISTS (SELECT 1 FROM cohort k WHERE k.line_id = l.id AND k.id = any($3)) ORDER BY l.name, l.id`, r.All, pq.Int64Array(r.Lines), pq.Int64Array(r.Cohorts))
	return list, err
}

// Line reads a line.
func (s Store) Line(ctx context.Context, id int64) (Line, error) {
	var l Line
	err := s.q.GetContext(ctx, &l, `SELECT `+lineColumns+` FROM line l WHERE l.id = $1`, id)
	return l, pg.Map(err, ErrNotFound, nil)
}

// LineByCode finds a line by its code.
func (s Store) LineByCode(ctx context.Context, code string) (Line, error) {
	var l Line
	err := s.q.GetContext(ctx, &l, `SELECT `+lineColumns+` FROM line l WHERE l.code = $1`, code)
	return l, pg.Map(err, ErrNotFound, nil)
}

// AddLine makes a line with channels and opening hours.
func (s Store) AddLine(ctx context.Context, l Line, hours []Hours) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO line (code, name, zone, min_age, fallback, programme, launch_on)
		VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`, l.Code, l.Name, l.Zone, l.MinAge, l.Fallback, l.Programme, l.LaunchOn)
	if err != nil {
		return 0, pg.Map(err, nil, map[string]error{"line_code_key": ErrLineCode})
	}
	if err := s.addWeek(ctx, id, l.Channels, hours); err != nil {
		return 0, err
	}
	const numbers = `INSERT INTO line_directory (line_id, key, number) VALUES ($1, 'emergency', '112'), ($1, 'listening', '1 96 96'), ($1, 'children', '114')`
	if _, err := s.q.ExecContext(ctx, numbers, id); err != nil {
		return 0, fmt.Errorf("add directory: %w", err)
	}
	return id, nil
}

// ChangeLine stores what may change of a line, its channels and hours, and tells
// whether it was still at l.Version.
func (s Store) ChangeLine(ctx context.Context, l Line, hours []Hours) (bool, error) {
	res, err := s.q.ExecContext(ctx, `UPDATE line SET name = $3, min_age = $4, fallback = $5, launch_on = $6, running_contact = $7, dialled = $8, address_form = $9, lease_seconds = $10, version = version + 1 WHERE id = $1 AND version = $2`,
		l.ID, l.Version, l.Name, l.MinAge, l.Fallback, l.LaunchOn, l.Running, l.Dialled, l.AddressForm, l.LeaseSeconds)
	if err != nil {
		return false, fmt.Errorf("change line: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	for _, table := range []string{`DELETE FROM line_channel WHERE line_id = $1`, `DELETE FROM line_hours WHERE line_id = $1`} {
		if _, err := s.q.ExecContext(ctx, table, l.ID); err != nil {
			return false, fmt.Errorf("clear the week: %w", err)
		}
	}
	return true, s.addWeek(ctx, l.ID, l.Channels, hours)
}

// addWeek stores the channels and opening hours of a line.
func (s Store) addWeek(ctx context.Context, line int64, channels []string, hours []Hours) error {
	if _, err := s.q.ExecContext(ctx, `INSERT INTO line_channel (line_id, channel) SELECT $1, unnest($2::text[])`, line, channels); err != nil {
		return fmt.Errorf("add channels: %w", err)
	}
	for _, h := range hours {
		if _, err := s.q.ExecContext(ctx, `INSERT INTO line_hours (line_id, weekday, opens, closes) VALUES ($1, $2, $3::time, $4::time)`, line, h.Weekday, h.Opens, h.Closes); err != nil {
			return fmt.Errorf("add hours: %w", err)
		}
	}
	return nil
}

// Directory returns the numbers of help services of a line by their key:
// emergency, listening, children, supervisor.
func (s Store) Directory(ctx context.Context, line int64) (map[string]string, error) {
	var rows []struct{ Key, Number string }
	err := s.q.SelectContext(ctx, &rows, `SELECT key, number FROM line_directory WHERE line_id = $1`, line)
	numbers := map[string]string{}
	for _, r := range rows {
		numbers[r.Key] = r.Number
	}
	return numbers, err
}

// Hours lists the opening hours of a line.
func (s Store) Hours(ctx context.Context, line int64) ([]Hours, error) {
	var list []Hours
	err := s.q.SelectContext(ctx, &list, `SELECT weekday, to_char(opens, 'HH24:MI') AS opens, to_char(closes, 'HH24:MI') AS closes
		FROM line_hours WHERE line_id = $1 ORDER BY weekday, opens`, line)
	return list, err
}

// HasChannel tells whether the line answers on the channel.
func (l Line) HasChannel(c gate.Channel) bool {
	return slices.Contains(l.Channels, string(c))
}

// LineActive tells whether the line is open to contacts; lock takes the line.
func (s Store) LineActive(ctx context.Context, line int64, lock bool) (bool, error) {
	query := `SELECT EXISTS (SELECT 1 FROM gate_fact f WHERE f.person_id IS NULL AND f.line_id = l.id AND f.kind = 'line_active' AND f.closed_at IS NULL)
		FROM line l WHERE l.id = $1`
	if lock {
		query += ` FOR UPDATE`
	}
	var open bool
	err := s.q.GetContext(ctx, &open, query, line)
	return open, pg.Map(err, ErrNotFound, nil)
}

// LineAsks tells whether the line asks for a supervisor while somebody below
// autonomy takes contacts.
func (s Store) LineAsks(ctx context.Context, line int64) (bool, error) {
	var asks bool
	err := s.q.GetContext(ctx, &asks, `SELECT EXISTS (SELECT 1 FROM gate_fact WHERE person_id IS NULL AND line_id = $1 AND kind = 'supervision' AND closed_at IS NULL)`, line)
	return asks, pg.Map(err, nil, nil)
}
