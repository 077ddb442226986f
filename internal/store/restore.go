package store

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"vinhdanh/internal/archive"
	"vinhdanh/internal/evidence"
)

// Restore brings an archive back into a database that holds nothing and a folder for evidence. Evidence comes first, so
// that no record is there before its file; a restore that fails leaves the database as empty as it was.
func Restore(ctx context.Context, settings Settings, from *archive.Reader) error {
	if err := mustKnow(from.Manifest.Migrations); err != nil {
		return fmt.Errorf("the backup cannot be read: %w", err)
	}
	postgres := isPostgres(settings.Database)
	if postgres != (from.Manifest.Database == "postgres") {
		return fmt.Errorf("the backup is of a database of the kind %s, and can be restored into no other", from.Manifest.Database)
	}
	restore := restoreFile
	if postgres {
		restore = restoreTables
	}
	return restore(ctx, settings, from)
}

// restoreEvidence puts the contents of an archive into the folder. Those that are there already stay.
func restoreEvidence(settings Settings, from *archive.Reader) error {
	folder, err := evidence.OpenFolder(settings.EvidenceFolder)
	if err != nil {
		return err
	}
	defer folder.Close()
	for _, part := range from.Manifest.Parts {
		if !strings.HasPrefix(part.Name, partEvidence) {
			continue
		}
		var content bytes.Buffer
		if err := from.Read(part.Name, &content); err != nil {
			return err
		}
		// What a content is called follows from what it is, whatever the archive says.
		if err := folder.Put(&evidence.Content{SHA256: part.SHA256, Bytes: content.Bytes()}); err != nil {
			return err
		}
	}
	return nil
}

func restoreFile(ctx context.Context, settings Settings, from *archive.Reader) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if _, err := os.Lstat(settings.Database + suffix); err == nil {
			return fmt.Errorf("%s is there already: a backup is restored where no database is", settings.Database+suffix)
		}
	}
	if err := restoreEvidence(settings, from); err != nil {
		return fmt.Errorf("restore evidence: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(settings.Database), filepath.Base(settings.Database)+".part-*")
	if err != nil {
		return fmt.Errorf("restore the database: %w", err)
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if err := errors.Join(from.Read(partFile, file), file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("restore the database: %w", err)
	}
	return archive.Place(file.Name(), settings.Database)
}

func restoreTables(ctx context.Context, settings Settings, from *archive.Reader) error {
	db, err := openDatabase(settings.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.alone(ctx, func() error {
		there, err := db.tables(ctx)
		if err != nil {
			return err
		}
		if len(there) > 0 {
			return fmt.Errorf("the database has tables already, such as %s: a backup is restored into an empty one", there[0])
		}
		if err := restoreEvidence(settings, from); err != nil {
			return fmt.Errorf("restore evidence: %w", err)
		}
		if err := errors.Join(db.migrate(ctx, from.Manifest.Migrations), db.load(ctx, from)); err != nil {
			return errors.Join(fmt.Errorf("restore the database: %w", err), db.drop(context.WithoutCancel(ctx)))
		}
		return nil
	})
}

// ofMigrator says whether a table belongs to the migrations and not to the records.
func ofMigrator(table string) bool { return strings.HasPrefix(table, "bun_") }

// load fills the tables, those first that others refer to, all in one transaction.
func (db *database) load(ctx context.Context, from *archive.Reader) error {
	tables, err := db.tablesInOrder(ctx)
	if err != nil {
		return err
	}
	for _, part := range from.Manifest.Parts {
		if name, ok := strings.CutPrefix(part.Name, partTable); ok && !slices.Contains(tables, strings.TrimSuffix(name, ".csv")) {
			return fmt.Errorf("the backup has a table %s, which its migrations do not make", name)
		}
	}
	return db.onPostgres(ctx, pgx.TxOptions{}, func(tx pgx.Tx) error {
		for _, table := range tables {
			if err := restoreTable(ctx, tx, table, from); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
		}
		_, err := tx.Exec(ctx, "ANALYZE")
		return err
	})
}

// restoreTable fills one table. Its columns go by the names in the first line, since their order follows from the history of
// a database.
func restoreTable(ctx context.Context, tx pgx.Tx, table string, from *archive.Reader) error {
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(from.Read(path.Join(partTable, table+".csv"), writer)) }()
	defer reader.Close()
	lines := bufio.NewReader(reader)
	header, err := lines.ReadString('\n')
	if err != nil {
		return err
	}
	columns, err := csv.NewReader(strings.NewReader(header)).Read()
	if err != nil {
		return err
	}
	for i, column := range columns {
		columns[i] = pgx.Identifier{column}.Sanitize()
	}
	done, err := tx.Conn().PgConn().CopyFrom(ctx, lines, fmt.Sprintf("COPY %s (%s) FROM STDIN (FORMAT csv)", pgx.Identifier{table}.Sanitize(), strings.Join(columns, ", ")))
	if err == nil && done.RowsAffected() != from.Manifest.Rows[table] {
		err = fmt.Errorf("%d rows came back of %d", done.RowsAffected(), from.Manifest.Rows[table])
	}
	return err
}

// tablesInOrder lists the tables of the records, each after those it refers to.
func (db *database) tablesInOrder(ctx context.Context) ([]string, error) {
	waiting, err := db.tables(ctx)
	if err != nil {
		return nil, err
	}
	var references []struct{ Child, Parent string }
	err = db.read.NewRaw(`SELECT child.relname AS child, parent.relname AS parent FROM pg_constraint JOIN pg_class AS child ON child.oid = conrelid
		JOIN pg_class AS parent ON parent.oid = confrelid WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conrelid <> confrelid`).Scan(ctx, &references)
	if err != nil {
		return nil, err
	}
	var ordered []string
	for waiting = slices.DeleteFunc(waiting, ofMigrator); len(waiting) > 0; {
		next := slices.IndexFunc(waiting, func(table string) bool {
			for _, r := range references {
				if r.Child == table && slices.Contains(waiting, r.Parent) {
					return false
				}
			}
			return true
		})
		if next < 0 {
			return nil, fmt.Errorf("%s refer to each other in a circle", strings.Join(waiting, ", "))
		}
		ordered, waiting = append(ordered, waiting[next]), slices.Delete(waiting, next, next+1)
	}
	return ordered, nil
}

// drop takes away every table of a database that was empty.
func (db *database) drop(ctx context.Context) error {
	tables, err := db.tables(ctx)
	for _, table := range tables {
		_, dropped := db.write.ExecContext(ctx, "DROP TABLE ? CASCADE", bun.Ident(table))
		err = errors.Join(err, dropped)
	}
	return err
}
