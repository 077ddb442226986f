package store

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/uptrace/bun/migrate"

	"vinhdanh/migrations"
)

// known are the names of the migrations this program brings, oldest first.
var known = sync.OnceValue(func() []string {
	files := migrate.NewMigrations()
	if files.Discover(migrations.Files) != nil {
		return nil // Migrate tells of it
	}
	var names []string
	for _, m := range files.Sorted() {
		names = append(names, m.Name)
	}
	return names
})

// Version is the latest migration this program knows.
func Version() string { return known()[len(known())-1] }

// applied are the names of the migrations the database has.
func (db *database) applied(ctx context.Context) ([]string, error) {
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
	var missing []string
	for _, name := range known() {
		if !slices.Contains(applied, name) {
			missing = append(missing, name)
		}
	}
	return missing, nil
}

// refuseNewer keeps an older program from working on the tables of a newer one.
func (db *database) refuseNewer(ctx context.Context) error {
	applied, err := db.applied(ctx)
	if err == nil && len(applied) > 0 && applied[len(applied)-1] > Version() {
		return fmt.Errorf("%w: it has migration %s, this program knows none after %s", ErrNewer, applied[len(applied)-1], Version())
	}
	return err
}
