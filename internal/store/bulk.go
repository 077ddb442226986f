package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun/schema"

	"vinhdanh/model"
)

// loadSize is how many records are handed to the database at once.
const loadSize = 20_000

// Bulk takes records by the million and loads them, each after those it refers to.
type Bulk struct {
	ctx     context.Context
	load    func(context.Context, *loadTable) error
	tables  map[reflect.Type]*loadTable
	order   []*loadTable
	waiting int
	rows    int64
	err     error
}

// loadTable is a table being loaded.
type loadTable struct {
	*schema.Table
	columns []string
	rows    [][]any
}

// Add takes a record. What goes wrong is told in the end.
func (b *Bulk) Add(record any) {
	if b.err != nil {
		return
	}
	v := reflect.ValueOf(record).Elem()
	table := b.tables[v.Type()]
	row := make([]any, len(table.Fields))
	for i, field := range table.Fields {
		if row[i], b.err = plain(field.Value(v)); b.err != nil {
			return
		}
	}
	table.rows = append(table.rows, row)
	if b.waiting++; b.waiting >= loadSize {
		b.flush()
	}
}

// Audit enters what a record is into the audit, as an act on it does.
func (b *Bulk) Audit(entry *model.AuditEntry, after any) {
	entry.After = auditState(after)
	entry.ObjectType, entry.ObjectID = identify(after)
	b.Add(entry)
}

// Fail gives up.
func (b *Bulk) Fail(err error) { b.err = errors.Join(b.err, err) }

// Err is what went wrong.
func (b *Bulk) Err() error { return b.err }

// Rows is how many records have been taken.
func (b *Bulk) Rows() int64 { return b.rows + int64(b.waiting) }

// flush hands over what waits, in the order of the tables.
func (b *Bulk) flush() {
	for _, table := range b.order {
		if b.err == nil && len(table.rows) > 0 {
			b.err = b.load(b.ctx, table)
			b.rows += int64(len(table.rows))
		}
		table.rows = table.rows[:0]
	}
	b.waiting = 0
}

// plain is a value as drivers take it.
func plain(v reflect.Value) (any, error) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil, nil
		}
		v = v.Elem()
	}
	switch value := v.Interface().(type) {
	case driver.Valuer:
		return value.Value()
	case time.Time, []byte:
		return value, nil
	}
	switch v.Kind() {
	case reflect.String:
		return v.String(), nil
	case reflect.Int, reflect.Int64:
		return v.Int(), nil
	case reflect.Bool:
		return v.Bool(), nil
	}
	return nil, fmt.Errorf("no column holds a %s", v.Type())
}

// loaded are the records that can be loaded, parents first.
var loaded = []any{(*model.Organization)(nil), (*model.OrganizationVersion)(nil), (*model.Succession)(nil), (*model.Person)(nil), (*model.Position)(nil),
	(*model.Account)(nil), (*model.RoleGrant)(nil), (*model.Campaign)(nil), (*model.Ground)(nil), (*model.Quota)(nil), (*model.Criterion)(nil),
	(*model.PhaseWindow)(nil), (*model.CouncilMember)(nil), (*model.Dossier)(nil), (*model.Nomination)(nil), (*model.NominationMove)(nil),
	(*model.ReviewAssignment)(nil), (*model.ScoreSheet)(nil), (*model.CriterionPoints)(nil), (*model.Ranking)(nil), (*model.RankingEntry)(nil),
	(*model.BallotRound)(nil), (*model.BallotParticipant)(nil), (*model.BallotCast)(nil), (*model.BallotVote)(nil), (*model.BallotItem)(nil),
	(*model.Decision)(nil), (*model.DecisionBasis)(nil), (*model.Award)(nil), (*model.Revocation)(nil), (*model.AuditEntry)(nil)}

// LoadBulk loads what fill hands over into records nobody has used yet, all or nothing. Indexes are dropped and made anew in
// the same transaction, since building one costs far less than keeping it.
func (s *Store) LoadBulk(ctx context.Context, fill func(*Bulk) error) (rows int64, err error) {
	empty, err := s.Empty(ctx)
	if err != nil {
		return 0, err
	}
	if !empty {
		return 0, errors.New("the records are in use: made-up history goes into a database that holds nothing")
	}
	bulk := &Bulk{ctx: ctx, tables: map[reflect.Type]*loadTable{}}
	for _, record := range loaded {
		table := &loadTable{Table: s.write.Table(reflect.TypeOf(record).Elem())}
		for _, field := range table.Fields {
			table.columns = append(table.columns, field.Name)
		}
		bulk.tables[reflect.TypeOf(record).Elem()] = table
		bulk.order = append(bulk.order, table)
	}
	run := func() error {
		if err := fill(bulk); err != nil {
			return err
		}
		bulk.flush()
		return bulk.err
	}
	if s.postgres {
		err = s.loadPostgres(ctx, bulk, run)
	} else {
		err = s.loadSQLite(ctx, bulk, run)
	}
	return bulk.rows, err
}

// loadPostgres loads by COPY.
func (s *Store) loadPostgres(ctx context.Context, bulk *Bulk, run func() error) error {
	err := s.onPostgres(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
		bulk.load = func(ctx context.Context, t *loadTable) error {
			_, err := tx.CopyFrom(ctx, pgx.Identifier{t.Name}, t.columns, pgx.CopyFromRows(t.rows))
			return err
		}
		exec := func(statement string) error { _, err := tx.Exec(ctx, statement); return err }
		rows, err := tx.Query(ctx, `SELECT 'DROP INDEX ' || quote_ident(indexname), indexdef FROM pg_indexes WHERE schemaname = current_schema()
			AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname AND connamespace = current_schema()::regnamespace)`)
		if err != nil {
			return err
		}
		indexes, err := pgx.CollectRows(rows, pgx.RowToStructByPos[indexOf])
		if err != nil {
			return err
		}
		return withoutIndexes(indexes, exec, run)
	})
	if err != nil {
		return err
	}
	// What the database knows of the tables is of when they were empty.
	_, err = s.write.ExecContext(ctx, "VACUUM ANALYZE")
	return err
}

// indexOf is an index, as it is dropped and made.
type indexOf struct{ Drop, Make string }

func withoutIndexes(indexes []indexOf, exec func(string) error, run func() error) error {
	for _, index := range indexes {
		if err := exec(index.Drop); err != nil {
			return err
		}
	}
	if err := run(); err != nil {
		return err
	}
	for _, index := range indexes {
		if err := exec(index.Make); err != nil {
			return err
		}
	}
	return nil
}

// loadSQLite loads by prepared inserts of many rows. References are checked by the generator's own order, and by check.
func (s *Store) loadSQLite(ctx context.Context, bulk *Bulk, run func() error) error {
	conn, err := s.write.DB.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	for _, pragma := range []string{"foreign_keys(0)", "cache_size(-400000)"} {
		if _, err := conn.ExecContext(ctx, "PRAGMA "+pragma); err != nil {
			return err
		}
	}
	defer func() {
		for _, pragma := range []string{"foreign_keys(1)", "cache_size(-65536)", "wal_checkpoint(TRUNCATE)"} {
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA "+pragma)
		}
	}()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	statements := map[string]*sql.Stmt{}
	bulk.load = func(ctx context.Context, t *loadTable) error { return insertRows(ctx, tx, statements, t) }
	exec := func(statement string) error { _, err := tx.ExecContext(ctx, statement); return err }
	indexes, err := sqliteIndexes(ctx, tx)
	if err != nil {
		return err
	}
	if err := withoutIndexes(indexes, exec, run); err != nil {
		return err
	}
	if err := exec("ANALYZE"); err != nil {
		return err
	}
	return tx.Commit()
}

// sqliteIndexes are the indexes that no constraint needs.
func sqliteIndexes(ctx context.Context, tx *sql.Tx) (indexes []indexOf, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT 'DROP INDEX ' || name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var index indexOf
		if err := rows.Scan(&index.Drop, &index.Make); err != nil {
			return nil, err
		}
		indexes = append(indexes, index)
	}
	return indexes, rows.Err()
}

// parameters is the most parameters of one statement.
const parameters = 8000

// insertRows inserts the waiting rows of a table, many with one statement.
func insertRows(ctx context.Context, tx *sql.Tx, full map[string]*sql.Stmt, t *loadTable) error {
	each := parameters / len(t.columns)
	insert := func(rows int) string {
		row := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(t.columns)), ", ") + ")"
		return "INSERT INTO " + t.Name + " (" + strings.Join(t.columns, ", ") + ") VALUES " + strings.TrimSuffix(strings.Repeat(row+", ", rows), ", ")
	}
	for part := range slices.Chunk(t.rows, each) {
		values := make([]any, 0, len(part)*len(t.columns))
		for _, row := range part {
			for _, value := range row {
				if at, ok := value.(time.Time); ok {
					value = at.UTC().Format(sqliteTime)
				}
				values = append(values, value)
			}
		}
		if len(part) < each {
			if _, err := tx.ExecContext(ctx, insert(len(part)), values...); err != nil {
				return fmt.Errorf("%s: %w", t.Name, err)
			}
			continue
		}
		if full[t.Name] == nil {
			prepared, err := tx.PrepareContext(ctx, insert(each)) //nolint:sqlclosecheck // it serves every part and ends with the transaction
			if err != nil {
				return err
			}
			full[t.Name] = prepared
		}
		if _, err := full[t.Name].ExecContext(ctx, values...); err != nil {
			return fmt.Errorf("%s: %w", t.Name, err)
		}
	}
	return nil
}

// sqliteTime is how the builder writes times into SQLite.
const sqliteTime = "2006-01-02 15:04:05.999999-07:00"

// onPostgres runs a transaction on a connection of the driver itself, which copies whole tables.
func (db *database) onPostgres(ctx context.Context, options pgx.TxOptions, run func(pgx.Tx) error) error {
	conn, err := db.hot.DB.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		return pgx.BeginTxFunc(ctx, driver.(*stdlib.Conn).Conn(), options, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"); err != nil {
				return err
			}
			return run(tx)
		})
	})
}
