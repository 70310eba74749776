package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"abilita/internal/pg"
)

// table is a table with what is needed to read and fill it.
type table struct {
	name    string
	columns []string
	types   []string
	key     []string // primary key
}

// quote makes an identifier safe to stand in a statement.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// tablesOf lists the tables of the program, each after those it refers to.
func tablesOf(ctx context.Context, q pg.Q) ([]table, error) {
	var rows []struct{ Name, Column, Type string }
	err := q.SelectContext(ctx, &rows, `SELECT c.relname AS name, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'goose_db_version' AND a.attgenerated = ''
		ORDER BY c.relname, a.attnum`)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	var refs []struct{ Name, Target string }
	err = q.SelectContext(ctx, &refs, `SELECT DISTINCT conrelid::regclass::text AS name, confrelid::regclass::text AS target FROM pg_constraint
		WHERE contype = 'f' AND conrelid <> confrelid AND connamespace = 'public'::regnamespace`)
	if err != nil {
		return nil, fmt.Errorf("list references: %w", err)
	}
	var keys []struct{ Name, Column string }
	err = q.SelectContext(ctx, &keys, `SELECT c.conrelid::regclass::text AS name, a.attname AS column FROM pg_constraint c
		CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY k (num, place) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.num
		WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace ORDER BY 1, k.place`)
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	byName := map[string]*table{}
	var names []string
	for _, r := range rows {
		t := byName[r.Name]
		if t == nil {
			t = &table{name: r.Name}
			byName[r.Name] = t
			names = append(names, r.Name)
		}
		t.columns, t.types = append(t.columns, r.Column), append(t.types, r.Type)
	}
	for _, k := range keys {
		if t := byName[strings.Trim(k.Name, `"`)]; t != nil {
			t.key = append(t.key, k.Column)
		}
	}
	targets := map[string][]string{}
	for _, r := range refs {
		from := strings.Trim(r.Name, `"`)
		targets[from] = append(targets[from], strings.Trim(r.Target, `"`))
	}
	var list []table
	seen := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if seen[name] || byName[name] == nil {
			return
		}
		seen[name] = true
		slices.Sort(targets[name])
		for _, target := range targets[name] {
			visit(target)
		}
		list = append(list, *byName[name])
	}
	for _, name := range names {
		visit(name)
	}
	return list, nil
}

// each hands out the rows in the order of the primary key, each as a JSON array
// of the columns as text.
func (t table) each(ctx context.Context, q pg.Q, f func(row []byte) error) (int64, error) {
	var texts, order []string
	for _, c := range t.columns {
		texts = append(texts, quote(c)+"::text")
	}
	for _, c := range t.key {
		order = append(order, quote(c))
	}
	row := "array_to_json(ARRAY[" + strings.Join(texts, ", ") + "])::text"
	if len(order) == 0 {
		order = []string{row + ` COLLATE "C"`}
	}
	rows, err := q.QueryxContext(ctx, `SELECT `+row+` FROM `+quote(t.name)+` ORDER BY `+strings.Join(order, ", "))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var n int64
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return n, err
		}
		n++
		if err := f(b); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

func (t table) write(ctx context.Context, q pg.Q, l lines) (int64, error) {
	if err := l.put(lineTable, tableHead{t.name, t.columns}); err != nil {
		return 0, err
	}
	sum := sha256.New()
	n, err := t.each(ctx, q, func(row []byte) error {
		_, _ = sum.Write(append(row, '\n'))
		return l.raw(lineRow, row)
	})
	if err != nil {
		return n, err
	}
	return n, l.put(lineEnd, tableEnd{n, hex.EncodeToString(sum.Sum(nil))})
}

// batch bounds what one statement carries.
const batch = 4 << 20

// fill restores one table: its rows are staged and go in with one statement,
// so that they may refer to each other; then it is read back and compared.
func (b *Reader) fill(ctx context.Context, q pg.Q, tables []table, head tableHead) (int64, error) {
	at := slices.IndexFunc(tables, func(t table) bool { return t.name == head.Name })
	if at < 0 || !slices.Equal(tables[at].columns, head.Columns) {
		return 0, ErrSchema
	}
	t := tables[at]
	if _, err := q.ExecContext(ctx, `CREATE TEMP TABLE staged (n bigint GENERATED ALWAYS AS IDENTITY, r json) ON COMMIT DROP`); err != nil {
		return 0, err
	}
	var waiting bytes.Buffer
	flush := func() error {
		if waiting.Len() == 0 {
			return nil
		}
		_, err := q.ExecContext(ctx, `INSERT INTO staged (r) SELECT value FROM json_array_elements($1::json)`, "["+waiting.String()+"]")
		waiting.Reset()
		return err
	}
	var end tableEnd
	for end.Hash == "" {
		kind, line, err := b.line()
		if err != nil {
			return 0, err
		}
		switch kind {
		case lineRow:
			if waiting.Len() > 0 {
				waiting.WriteByte(',')
			}
			waiting.Write(line)
			if waiting.Len() >= batch {
				if err := flush(); err != nil {
					return 0, err
				}
			}
		case lineEnd:
			if err := decode(line, &end); err != nil {
				return 0, err
			}
		default:
			return 0, ErrDamaged
		}
	}
	if err := flush(); err != nil {
		return 0, err
	}
	var into, from []string
	for i, c := range t.columns {
		into = append(into, quote(c))
		from = append(from, fmt.Sprintf("(r ->> %d)::%s", i, t.types[i]))
	}
	if _, err := q.ExecContext(ctx, `INSERT INTO `+quote(t.name)+` (`+strings.Join(into, ", ")+`) OVERRIDING SYSTEM VALUE SELECT `+strings.Join(from, ", ")+` FROM staged ORDER BY n`); err != nil {
		return 0, err
	}
	if _, err := q.ExecContext(ctx, `DROP TABLE staged`); err != nil {
		return 0, err
	}
	sum := sha256.New()
	n, err := t.each(ctx, q, func(row []byte) error { _, _ = sum.Write(append(row, '\n')); return nil })
	if err != nil {
		return n, err
	}
	if n != end.Rows || hex.EncodeToString(sum.Sum(nil)) != end.Hash {
		return n, ErrDiffers
	}
	return n, nil
}

// seeded are the tables that migrations put rows into.
var seeded = []string{"gate_version"}

// Vacant refuses a database that holds anything, before a migration touches it:
// somebody else's tables, or rows in ours. One in which a restore failed half way
// is vacant again.
func Vacant(ctx context.Context, db *pg.DB) error {
	var names []string
	err := db.Read().SelectContext(ctx, &names, `SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'f', 'm') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
			AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') ORDER BY 1`)
	if err != nil || len(names) == 0 {
		return pg.Map(err, nil, nil)
	}
	const versions = "public.goose_db_version"
	if !slices.Contains(names, versions) {
		return fmt.Errorf("%w (%s)", ErrNotEmpty, names[0])
	}
	for _, name := range names {
		if name == versions || slices.Contains(seeded, strings.TrimPrefix(name, "public.")) {
			continue
		}
		var any bool
		if err := db.Read().GetContext(ctx, &any, `SELECT EXISTS (SELECT 1 FROM `+name+`)`); err != nil { // a name quoted by the server
			return pg.Map(err, nil, nil)
		}
		if any {
			return fmt.Errorf("%w (%s)", ErrNotEmpty, name)
		}
	}
	return nil
}

// empty refuses a database with data and takes away what migrations put in.
func empty(ctx context.Context, q pg.Q, tables []table) error {
	for _, t := range tables {
		if slices.Contains(seeded, t.name) {
			if _, err := q.ExecContext(ctx, `DELETE FROM `+quote(t.name)); err != nil {
				return err
			}
			continue
		}
		var any bool
		if err := q.GetContext(ctx, &any, `SELECT EXISTS (SELECT 1 FROM `+quote(t.name)+`)`); err != nil {
			return err
		}
		if any {
			return fmt.Errorf("%w (%s)", ErrNotEmpty, t.name)
		}
	}
	return nil
}

func sequencesOf(ctx context.Context, q pg.Q) ([]sequence, error) {
	var list []sequence
	err := q.SelectContext(ctx, &list, `SELECT sequencename AS name, last_value AS value FROM pg_sequences
		WHERE schemaname = 'public' AND sequencename NOT LIKE 'goose%' ORDER BY 1`)
	return list, err
}

func (s sequence) set(ctx context.Context, q pg.Q) error {
	if s.Value == nil {
		return nil
	}
	_, err := q.ExecContext(ctx, `SELECT setval($1::regclass, $2)`, "public."+quote(s.Name), *s.Value)
	return err
}
