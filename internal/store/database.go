package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/schema"
	"modernc.org/sqlite"

	"vinhdanh/model"
)

// database is the one place that knows which database runs.
type database struct {
	// write is for transactions and the builder. SQLite has one writer.
	write *bun.DB
	// read is for the builder's reads outside transactions.
	read *bun.DB
	// hot is for hand-written reads with $n, whose plans the database keeps.
	hot *bun.DB

	postgres bool
	// listener hears what other servers write; nil with SQLite, which has one server.
	listener *listener
	sent     *tally
}

// Pools are the handles to the database by what they are for: PostgreSQL reads with the builder through the writing one.
func (db *database) Pools() map[string]*sql.DB {
	return map[string]*sql.DB{"write": db.write.DB, "read": db.hot.DB}
}

// counted makes the builder's handles count. PostgreSQL reads through the writing pool, SQLite beside its one writer.
func counted(db *database) *database {
	db.sent = &tally{system: "sqlite"}
	if db.postgres {
		db.sent.system = "postgresql"
	}
	db.write = db.write.WithQueryHook(db.sent)
	if db.read = db.write; !db.postgres {
		db.read = db.hot.WithQueryHook(db.sent)
	}
	return db
}

// readers is the number of connections that read; SQLite reads beside its one writer.
const readers = 8

// nameTables tells the builder, once for the whole program, what tables are called.
var nameTables = sync.OnceFunc(func() { schema.SetTableNameInflector(tableName) })

// openDatabase connects to postgres://… or opens an SQLite file.
func openDatabase(url string) (*database, error) {
	nameTables()
	if isPostgres(url) {
		return openPostgres(url)
	}
	return openSQLite(url)
}

// isPostgres says whether the address of a database is one of PostgreSQL; otherwise it names an SQLite file.
func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// connectTime is the most time for a new connection, and bounds are those of what is done with it, so that nothing hangs
// behind a server that froze or was cut off. The database address may set others.
const connectTime = 5 * time.Second

var bounds = map[string]string{"lock_timeout": "10s", "statement_timeout": "2min", "idle_in_transaction_session_timeout": "1min"}

// errNoAddress says that the address of PostgreSQL cannot be read.
var errNoAddress = errors.New("it is no address such as postgres://user:password@host:5432/name, in which letters such as @ and % in the password are written %40 and %25")

func openPostgres(url string) (*database, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errNoAddress // which the error would repeat, password and all
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTime
	}
	for name, value := range bounds {
		if _, set := config.RuntimeParams[name]; !set {
			config.RuntimeParams[name] = value
		}
	}
	config.RuntimeParams["timezone"] = "UTC"
	// Memoize guesses wrong on pages and costs up to half of their time.
	config.RuntimeParams["enable_memoize"] = "off"
	builder := config.Copy()
	// The builder writes its arguments into the text, so that no text comes twice and none is worth preparing.
	builder.DefaultQueryExecMode = pgx.QueryExecModeExec

	open := func(config *pgx.ConnConfig, connections int) *bun.DB {
		db := stdlib.OpenDB(*config, stdlib.OptionShouldPing(stale))
		db.SetMaxOpenConns(connections)
		db.SetMaxIdleConns(connections)
		db.SetConnMaxIdleTime(5 * time.Minute)
		return bun.NewDB(db, pgdialect.New())
	}
	write := open(builder, 2*readers)
	return counted(&database{write: write, hot: open(config, readers), postgres: true, listener: newListener(config)}), nil
}

func openSQLite(path string) (*database, error) {
	dsn := "file:" + strings.NewReplacer("?", "%3f", "#", "%23").Replace(path) +
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" +
		"&_pragma=cache_size(-65536)"
	open := func(dsn string, connections int) (*bun.DB, error) {
		db, err := sql.Open("sqlite", dsn)
		if err != nil {
			return nil, fmt.Errorf("open the database: %w", err)
		}
		db.SetMaxOpenConns(connections)
		db.SetMaxIdleConns(connections)
		return bun.NewDB(db, sqlitedialect.New()), nil
	}
	write, err := open(dsn+"&_txlock=immediate", 1)
	if err != nil {
		return nil, err
	}
	read, err := open(dsn+"&_pragma=query_only(1)", readers)
	if err != nil {
		return nil, err
	}
	return counted(&database{write: write, hot: read}), nil
}

// tableName is the plural of a noun; the few that bun would get wrong are listed.
func tableName(noun string) string {
	switch noun {
	case "criterion":
		return "criteria"
	case "person":
		return "people"
	case "criterion_points":
		return noun
	}
	switch {
	case strings.HasSuffix(noun, "basis"):
		return strings.TrimSuffix(noun, "is") + "es"
	case strings.HasSuffix(noun, "y"):
		return strings.TrimSuffix(noun, "y") + "ies"
	}
	return noun + "s"
}

// Close ends all connections.
func (db *database) Close() error {
	if db.listener != nil {
		db.listener.close()
	}
	err := db.write.Close()
	if db.read.DB != db.write.DB {
		err = errors.Join(err, db.read.Close())
	}
	if db.hot.DB != db.read.DB {
		err = errors.Join(err, db.hot.Close())
	}
	return err
}

// forUpdate locks the rows a rule reads. SQLite's writer is alone anyway.
func (db *database) forUpdate(q *bun.SelectQuery) *bun.SelectQuery {
	if db.postgres {
		return q.For("UPDATE OF ?TableAlias")
	}
	return q
}

// forShare keeps rows as they are while others may read them.
func (db *database) forShare(q *bun.SelectQuery) *bun.SelectQuery {
	if db.postgres {
		return q.For("SHARE OF ?TableAlias")
	}
	return q
}

// Codes of the drivers.
const (
	postgresUnique    = "23505"
	postgresDeadlock  = "40P01"
	postgresSerialize = "40001"
	sqliteUnique      = 2067
	sqlitePrimaryKey  = 1555
	deadlockTries     = 4
)

// isUnique says that a unique index refused the statement.
func isUnique(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == postgresUnique
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return lite.Code() == sqliteUnique || lite.Code() == sqlitePrimaryKey
	}
	return false
}

// uniqueOr turns the refusal of a unique index into the conflict it stands for, and leaves other errors alone.
func uniqueOr(err error, conflict *model.Error) error {
	if isUnique(err) {
		conflict.Cause = err
		return conflict
	}
	return err
}

// mayRetry says that the transaction lost a race in the database and did nothing.
func mayRetry(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == postgresDeadlock || pg.Code == postgresSerialize)
}

// inTx runs a transaction. When the connection is lost over the commit nobody knows whether it was done, and the refusal
// says so.
func (db *database) inTx(ctx context.Context, transaction func(context.Context, bun.Tx) error) error {
	committing := false
	err := db.write.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		err := transaction(ctx, tx)
		committing = err == nil
		return err
	})
	if err != nil && committing {
		return unsure(err)
	}
	return err
}

// retry runs a transaction again when the database undid it in favour of another.
func (db *database) retry(transaction func() error) error {
	var err error
	for range deadlockTries {
		if err = transaction(); !mayRetry(err) {
			return err
		}
	}
	return err
}
