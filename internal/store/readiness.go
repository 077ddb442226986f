package store

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/uptrace/bun/migrate"

	"vinhdanh/migrations"
)

// all are the migrations this program brings, oldest first.
var all = sync.OnceValue(func() migrate.MigrationSlice {
	files := migrate.NewMigrations()
	if err := files.Discover(migrations.Files); err != nil {
		panic(err) // they are part of the program
	}
	return files.Sorted()
})

// known are the names of the migrations this program brings, oldest first.
func known() []string {
	var names []string
	for _, m := range all() {
		names = append(names, m.Name)
	}
	return names
}

// Version is the latest migration this program knows.
func Version() string { return known()[len(known())-1] }

// tables are the names of all tables there are, in the order in which they were made.
func (db *database) tables(ctx context.Context) ([]string, error) {
	query := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid"
	if db.postgres {
		query = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace ORDER BY oid"
	}
	var names []string
	err := db.read.NewRaw(query).Scan(ctx, &names)
	return names, err
}

// applied are the names of the migrations the database has, oldest first; none when it has no tables.
func (db *database) applied(ctx context.Context) ([]string, error) {
	tables, err := db.tables(ctx)
	if err != nil || !slices.Contains(tables, "bun_migrations") {
		return nil, err
	}
	var names []string
	if err := db.read.NewSelect().Table("bun_migrations").Column("name").Order("name").Scan(ctx, &names); err != nil {
		return nil, fmt.Errorf("read applied migrations: %w", err)
	}
	return names, nil
}

// MissingMigrations are those the database lacks: it was restored from an older backup under a running server. An error
// says that it does not answer.
func (db *database) MissingMigrations(ctx context.Context) ([]string, error) {
	applied, err := db.applied(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(known(), func(name string) bool { return slices.Contains(applied, name) }), nil
}

// refuseNewer keeps an older program from working on the tables of a newer one.
func (db *database) refuseNewer(ctx context.Context) error {
	applied, err := db.applied(ctx)
	if err != nil {
		return err
	}
	return mustKnow(applied)
}

// mustKnow refuses migrations that are not of this program.
func mustKnow(applied []string) error {
	for _, name := range applied {
		if !slices.Contains(known(), name) {
			return fmt.Errorf("%w: it has migration %s, this program knows none after %s", ErrNewer, name, Version())
		}
	}
	return nil
}

// mustBeCurrent refuses tables that an older program has left.
func (db *database) mustBeCurrent(ctx context.Context) error {
	missing, err := db.MissingMigrations(ctx)
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("the database is of an older version of this program, without %s: run migrate first", missing[0])
	}
	return err
}
