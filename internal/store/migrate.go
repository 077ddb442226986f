package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/migrate"
)

// migrationLock is any number all servers agree on.
const migrationLock = 7661_2024

// alone runs something while no other server does. A crash releases the lock with the connection that holds it. SQLite
// needs none: its writers queue.
func (db *database) alone(ctx context.Context, run func() error) error {
	if !db.postgres {
		return run()
	}
	lock, err := db.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer lock.Close()
	number := strconv.Itoa(migrationLock)
	// Whoever migrates may take longer than a request may wait for a lock.
	if _, err := lock.ExecContext(ctx, "SET lock_timeout = 0; SET statement_timeout = 0; SELECT pg_advisory_lock("+number+")"); err != nil {
		return fmt.Errorf("wait for other servers: %w", err)
	}
	defer func() {
		_, _ = lock.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock("+number+"); RESET lock_timeout; RESET statement_timeout")
	}()
	return run()
}

// errMigrated says that another program did a migration meanwhile.
var errMigrated = errors.New("migrated already")

// Migrate brings the tables up to date. Each migration is marked in the transaction that does it, so that a crash leaves
// it done and marked, or neither.
func (db *database) Migrate(ctx context.Context) error {
	if err := db.migrate(ctx, known()); err != nil || db.postgres {
		return err
	}
	// PostgreSQL learns by itself how large its tables have become, SQLite when it is told to.
	_, err := db.write.ExecContext(ctx, "PRAGMA optimize = 0x10002")
	return err
}

// migrate applies those of the wanted migrations that the database lacks.
func (db *database) migrate(ctx context.Context, wanted []string) error {
	words := map[string]any{"BLOB": "BLOB", "C": "", "WithoutRowID": " WITHOUT ROWID", "Trigrams": false}
	if db.postgres {
		words = map[string]any{"BLOB": "BYTEA", "C": `COLLATE "C"`, "WithoutRowID": "", "Trigrams": db.trigrams(ctx)}
	}
	files := migrate.NewMigrations()
	for _, m := range all() {
		if slices.Contains(wanted, m.Name) {
			files.Add(m)
		}
	}
	migrator := migrate.NewMigrator(db.write, files, migrate.WithMarkAppliedOnSuccess(true), migrate.WithUpsert(true),
		migrate.WithTemplateData(words), migrate.BeforeMigration(db.beginMigration), migrate.AfterMigration(markMigrated))
	if err := migrator.Init(ctx); err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	if err := db.refuseNewer(ctx); err != nil {
		return err
	}
	for {
		_, err := migrator.Migrate(ctx)
		if errors.Is(err, errMigrated) {
			continue
		}
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		return nil
	}
}

// beginMigration refuses what was done meanwhile, and lets the rest take the time it needs.
func (db *database) beginMigration(ctx context.Context, tx bun.IConn, m *migrate.Migration) error {
	if db.postgres {
		if _, err := tx.ExecContext(ctx, "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0"); err != nil {
			return err
		}
	}
	marked := 0
	err := tx.QueryRowContext(ctx, "SELECT count(*) FROM bun_migrations WHERE name = '"+m.Name+"'").Scan(&marked)
	if err == nil && marked > 0 {
		return errMigrated
	}
	return err
}

func markMigrated(ctx context.Context, tx bun.IConn, m *migrate.Migration) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf("INSERT INTO bun_migrations (name, group_id) VALUES ('%s', %d)", m.Name, m.GroupID))
	return err
}

// trigrams says whether PostgreSQL can index parts of words; without the extension searches scan.
func (db *database) trigrams(ctx context.Context) bool {
	_, err := db.write.ExecContext(ctx, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
	return err == nil
}
