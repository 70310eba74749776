package peopledb

import (
	"context"
	"time"

	"abilita/internal/fault"
	"abilita/internal/people"
	"abilita/internal/pg"
)

// Application is somebody's wish to volunteer on a line.
type Application struct {
	ID            int64
	Person        people.ID `db:"person_id"`
	Line          int64     `db:"line_id"`
	State         people.ApplicationState
	Motivation    string
	Availability  string     // comma-separated codes
	PaidTies      bool       `db:"paid_ties"`
	NoticeVersion string     `db:"notice_version"`
	SubmittedAt   time.Time  `db:"submitted_at"`
	DecidedAt     *time.Time `db:"decided_at"`
	Reason        string
	Version       int
}

// Faults of applications.
var (
	ErrNoApplication = fault.New(fault.NotFound, "fault.not_found")
	ErrApplied       = fault.New(fault.Conflict, "apply.again_title")
)

const applicationColumns = `a.id, a.person_id, a.line_id, a.state, a.motivation, a.availability, a.paid_ties, a.notice_version,
	a.submitted_at, a.decided_at, a.reason, a.version`

// AddApplication stores a new application; ErrApplied when the person has one
// open for the line.
func (s Store) AddApplication(ctx context.Context, a Application, now time.Time) (int64, error) {
	var id int64
	err := s.q.GetContext(ctx, &id, `INSERT INTO application (person_id, line_id, state, motivation, availability, paid_ties, notice_version, submitted_at)
		VALUES ($1, $2, 'submitted', $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id`,
		int64(a.Person), a.Line, a.Motivation, a.Availability, a.PaidTies, a.NoticeVersion, now)
	return id, pg.Map(err, ErrApplied, nil)
}

// Application reads one; lock takes it for a command.
func (s Store) Application(ctx context.Context, id int64, lock bool) (Application, error) {
	query := `SELECT ` + applicationColumns + ` FROM application a WHERE a.id = $1`
	if lock {
		query += ` FOR UPDATE`
	}
	var a Application
	err := s.q.GetContext(ctx, &a, query, id)
	return a, pg.Map(err, ErrNoApplication, nil)
}

// SaveApplication writes state and decision if nobody did since a.Version.
func (s Store) SaveApplication(ctx context.Context, a Application, by people.ID) error {
	res, err := s.q.ExecContext(ctx, `UPDATE application SET state = $2, decided_at = $3, decided_by = nullif($4, 0), reason = $5, version = version + 1
		WHERE id = $1 AND version = $6`, a.ID, string(a.State), a.DecidedAt, int64(by), a.Reason, a.Version)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return ErrChanged
	}
	return nil
}

// ApplicationRow is one line of the inbox.
type ApplicationRow struct {
	ID          int64
	GivenName   string `db:"given_name"`
	FamilyName  string `db:"family_name"`
	LineName    string `db:"line_name"`
	State       people.ApplicationState
	SubmittedAt time.Time `db:"submitted_at"`
	Twin        bool
}

// InboxFilter narrows the inbox. After is the key of the last row seen.
type InboxFilter struct {
	States []string
	Query  string
	After  int64
	Limit  int
}

// Inbox lists applications in reach, the one that waits longest first.
func (s Store) Inbox(ctx context.Context, reach people.Reach, f InboxFilter) ([]ApplicationRow, error) {
	const query = `SELECT a.id, i.given_name, i.family_name, l.name AS line_name, a.state, a.submitted_at,
			EXISTS (SELECT 1 FROM identity t WHERE t.person_id <> a.person_id AND lower(t.family_name) = lower(i.family_name)
				AND t.birth_date = i.birth_date) AS twin
		FROM application a JOIN identity i ON i.person_id = a.person_id JOIN line l ON l.id = a.line_id
		WHERE ($1 OR a.line_id = any($2)) AND a.state = any($3) AND ($4 = '' OR i.search LIKE '%' || $4 || '%') AND a.id > $5
		ORDER BY a.id LIMIT $6`
	var list []ApplicationRow
	err := s.q.SelectContext(ctx, &list, query, reach.All, reach.Lines, f.States, likeable(Fold(f.Query)), f.After, f.Limit)
	return list, err
}

// InboxCounts counts applications in reach by state.
func (s Store) InboxCounts(ctx context.Context, reach people.Reach) (map[people.ApplicationState]int, error) {
	var rows []struct {
		State people.ApplicationState
		N     int
	}
	err := s.q.SelectContext(ctx, &rows, `SELECT state, count(*) AS n FROM application WHERE $1 OR line_id = any($2) GROUP BY state`, reach.All, reach.Lines)
	counts := map[people.ApplicationState]int{}
	for _, r := range rows {
		counts[r.State] = r.N
	}
	return counts, err
}

// likeable takes the wildcards of LIKE out of what somebody typed.
func likeable(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r == '%' || r == '_' || r == '\\' {
			out = append(out, '\\')
		}
		out = append(out, r)
	}
	return string(out)
}

// Twins lists other people with the same family name and birth date.
func (s Store) Twins(ctx context.Context, i Identity) ([]Identity, error) {
	var list []Identity
	err := s.q.SelectContext(ctx, &list, `SELECT `+identityColumns+` FROM identity i JOIN person p ON p.id = i.person_id
		WHERE i.person_id <> $1 AND lower(i.family_name) = lower($2) AND i.birth_date = $3 AND p.merged_into IS NULL ORDER BY i.person_id`,
		int64(i.Person), i.FamilyName, i.BirthDate)
	return list, err
}

// ApplicationOf finds a person's newest application.
func (s Store) ApplicationOf(ctx context.Context, who people.ID) (Application, error) {
	var a Application
	err := s.q.GetContext(ctx, &a, `SELECT `+applicationColumns+` FROM application a WHERE a.person_id = $1 ORDER BY a.id DESC LIMIT 1`, int64(who))
	return a, pg.Map(err, ErrNoApplication, nil)
}

// AddNote adds a note; author 0 is the program.
func (s Store) AddNote(ctx context.Context, application int64, author people.ID, body string, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO application_note (application_id, author_id, at, body) VALUES ($1, nullif($2, 0), $3, $4)`,
		application, int64(author), now, body)
	return err
}

// Note is one note of an interview.
type Note struct {
	Author string // name; empty for the program
	At     time.Time
	Body   string
}

// Notes lists the notes of an application, the oldest first.
func (s Store) Notes(ctx context.Context, application int64) ([]Note, error) {
	var list []Note
	err := s.q.SelectContext(ctx, &list, `SELECT coalesce(i.given_name || ' ' || i.family_name, '') AS author, n.at, n.body FROM application_note n
		LEFT JOIN identity i ON i.person_id = n.author_id WHERE n.application_id = $1 ORDER BY n.id`, application)
	return list, err
}

// RegisterEntry is a line of the register of volunteers.
type RegisterEntry struct {
	ID          int64
	Person      people.ID  `db:"person_id"`
	ProposedAt  time.Time  `db:"proposed_at"`
	EnteredOn   *time.Time `db:"entered_on"`
	Policy      string
	CoveredFrom *time.Time `db:"covered_from"`
	ConfirmedAt *time.Time `db:"confirmed_at"`
	LeftOn      *time.Time `db:"left_on"`
}

// ErrNoEntry says that there is no entry to confirm.
var ErrNoEntry = fault.New(fault.NotFound, "fault.not_found")

const registerColumns = `id, person_id, proposed_at, entered_on, policy, covered_from, confirmed_at, left_on`

// ProposeEntry proposes to write a person into the register, unless an entry is
// open already.
func (s Store) ProposeEntry(ctx context.Context, who people.ID, policy string, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO register_entry (person_id, proposed_at, policy)
		SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM register_entry WHERE person_id = $1 AND left_on IS NULL)`, int64(who), now, policy)
	return err
}

// OpenEntry reads a person's entry that has not ended.
func (s Store) OpenEntry(ctx context.Context, who people.ID, lock bool) (RegisterEntry, error) {
	query := `SELECT ` + registerColumns + ` FROM register_entry WHERE person_id = $1 AND left_on IS NULL ORDER BY id DESC LIMIT 1`
	if lock {
		query += ` FOR UPDATE`
	}
	var e RegisterEntry
	err := s.q.GetContext(ctx, &e, query, int64(who))
	return e, pg.Map(err, ErrNoEntry, nil)
}

// ConfirmEntry writes date, policy and start of cover.
func (s Store) ConfirmEntry(ctx context.Context, id int64, on time.Time, policy string, from time.Time, by people.ID, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `UPDATE register_entry SET entered_on = $2, policy = $3, covered_from = $4, confirmed_by = nullif($5, 0), confirmed_at = $6
		WHERE id = $1 AND confirmed_at IS NULL`, id, on, policy, from, int64(by), now)
	return err
}

// LeaveRegister ends a person's entry on a day.
func (s Store) LeaveRegister(ctx context.Context, id int64, on time.Time, by people.ID, reason string) error {
	_, err := s.q.ExecContext(ctx, `UPDATE register_entry SET left_on = $2, left_by = nullif($3, 0), reason = $4 WHERE id = $1 AND left_on IS NULL`,
		id, on, int64(by), reason)
	return err
}

// Notice is a version of the privacy notice.
type Notice struct {
	Version string
	HTML    string
	Since   time.Time
}

// ErrNoNotice says that no privacy notice was written yet.
var ErrNoNotice = fault.New(fault.NotFound, "fault.not_found")

// Notice reads the newest privacy notice in a language.
func (s Store) Notice(ctx context.Context, lang string) (Notice, error) {
	var n Notice
	err := s.q.GetContext(ctx, &n, `SELECT version, html, since FROM privacy_notice WHERE lang = $1 ORDER BY id DESC LIMIT 1`, lang)
	return n, pg.Map(err, ErrNoNotice, nil)
}

// AddNotice publishes a version of the privacy notice.
func (s Store) AddNotice(ctx context.Context, version, lang, body, html string, now time.Time) error {
	_, err := s.q.ExecContext(ctx, `INSERT INTO privacy_notice (version, lang, body, html, since) VALUES ($1, $2, $3, $4, $5)`, version, lang, body, html, now)
	return err
}
