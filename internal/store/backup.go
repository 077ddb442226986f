package store

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"vinhdanh/internal/archive"
)

// Parts of an archive: SQLite goes in as one file, PostgreSQL as one CSV a table, evidence under the names it has on disk.
const (
	partFile     = "records.db"
	partTable    = "tables/"
	partEvidence = "evidence/"
)

// Backup writes everything there is into an archive, while others go on writing. The database is read in one snapshot, and
// evidence after it: a content is on disk before its record is written, and is never changed nor taken away, so that every
// content a record of the snapshot names is there.
func (s *Store) Backup(ctx context.Context, to *archive.Writer) (archive.Manifest, error) {
	m := archive.Manifest{Database: s.kind(), MadeAt: realNow(), Rows: map[string]int64{}}
	var err error
	if m.Migrations, err = s.applied(ctx); err != nil {
		return m, err
	}
	dump := s.dumpFile
	if s.postgres {
		dump = s.dumpTables
	}
	contents, err := dump(ctx, to, &m)
	if err != nil {
		return m, fmt.Errorf("back up the database: %w", err)
	}
	for _, sum := range contents {
		data, err := s.Evidence.Open(sum)
		if err != nil {
			m.Missing = append(m.Missing, sum)
			continue
		}
		err = to.Add(partEvidence+sum[:2]+"/"+sum, false, func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		})
		if err != nil {
			return m, fmt.Errorf("back up evidence: %w", err)
		}
	}
	return m, nil
}

// kind is the kind of database that runs.
func (db *database) kind() string {
	if db.postgres {
		return "postgres"
	}
	return "sqlite"
}

// recorded lists the contents evidence records name.
const recorded = "SELECT DISTINCT sha256 FROM evidence_files ORDER BY sha256"

// dumpFile writes a copy of an SQLite file as it is now. Its writer is not kept waiting.
func (s *Store) dumpFile(ctx context.Context, to *archive.Writer, m *archive.Manifest) (contents []string, err error) {
	folder, err := os.MkdirTemp(to.Folder(), ".backup-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	copied := filepath.Join(folder, partFile)
	if err := s.copyFile(ctx, copied); err != nil {
		return nil, err
	}
	db, err := openSQLite(copied)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	tables, err := db.tables(ctx)
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		var rows int64
		if err := db.read.NewSelect().ColumnExpr("count(*)").TableExpr("?", bun.Ident(table)).Scan(ctx, &rows); err != nil {
			return nil, err
		}
		m.Rows[table] = rows
	}
	if err := db.read.NewRaw(recorded).Scan(ctx, &contents); err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return contents, to.Add(partFile, true, func(w io.Writer) error {
		file, err := os.Open(copied)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = io.Copy(w, file)
		return err
	})
}

// copyFile copies the database into a new file, as one transaction sees it.
func (s *Store) copyFile(ctx context.Context, name string) error {
	conn, err := s.hot.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// Connections that read refuse to write, be it into another file.
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only(0)"); err != nil {
		return err
	}
	defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA query_only(1)") }()
	_, err = conn.ExecContext(ctx, "VACUUM INTO ?", name)
	return err
}

// dumpTables writes every table of PostgreSQL as CSV, all as one transaction sees them.
func (s *Store) dumpTables(ctx context.Context, to *archive.Writer, m *archive.Manifest) (contents []string, err error) {
	tables, err := s.tables(ctx)
	if err != nil {
		return nil, err
	}
	err = s.onPostgres(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		for _, table := range tables {
			if ofMigrator(table) {
				continue
			}
			err := to.Add(partTable+table+".csv", true, func(w io.Writer) error {
				done, err := tx.Conn().PgConn().CopyTo(ctx, w, "COPY "+pgx.Identifier{table}.Sanitize()+" TO STDOUT (FORMAT csv, HEADER)")
				m.Rows[table] = done.RowsAffected()
				return err
			})
			if err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
		}
		rows, err := tx.Query(ctx, recorded)
		if err != nil {
			return err
		}
		contents, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return contents, err
}
