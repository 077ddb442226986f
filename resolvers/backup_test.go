package resolvers_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"vinhdanh/internal/archive"
	"vinhdanh/internal/auth"
	"vinhdanh/internal/store"
)

// elsewhere are settings of records that hold nothing, on the same kind of database.
func (s *server) elsewhere(t *testing.T) store.Settings {
	t.Helper()
	settings := s.settings
	folder := t.TempDir()
	settings.EvidenceFolder = filepath.Join(folder, "evidence")
	if !strings.HasPrefix(settings.Database, "postgres://") {
		settings.Database = filepath.Join(folder, "restored.db")
		return settings
	}
	name := "vinhdanh_" + strings.ToLower(strings.NewReplacer("/", "x", "+", "y", "=", "z").Replace(auth.NewSecret()[:10]))
	if err := onPostgres(fmt.Sprintf(`CREATE DATABASE %q`, name)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = onPostgres(fmt.Sprintf(`DROP DATABASE IF EXISTS %q WITH (FORCE)`, name)) })
	settings.Database = postgresURL(name)
	return settings
}

// backup writes an archive and opens it again.
func (s *server) backup(t *testing.T) *archive.Reader {
	t.Helper()
	name := filepath.Join(t.TempDir(), "records.zip")
	to, err := archive.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	manifest, err := s.store.Backup(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := to.Finish(manifest); err != nil {
		t.Fatal(err)
	}
	from, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = from.Close() })
	return from
}

// restored brings an archive back elsewhere and opens it.
func (s *server) restored(t *testing.T, from *archive.Reader) *server {
	t.Helper()
	settings := s.elsewhere(t)
	if err := store.Restore(t.Context(), settings, from); err != nil {
		t.Fatal(err)
	}
	opened, err := store.Open(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	return &server{t: t, store: opened, settings: settings}
}

// Everything that was acknowledged before a backup began is in it, and what was being written meanwhile is in it as a whole
// or not at all.
func TestBackupWhileEverybodyWrites(t *testing.T) {
	t.Parallel()
	onBoth(t, small, func(t *testing.T, s *server) {
		f := fixture{ctx: t.Context(), s: s.store}
		if f.open("NOMINATING", "2025-03-03"); f.err != nil {
			t.Fatal(f.err)
		}
		before := s.evidence(t)
		ctx, stop := context.WithCancel(t.Context())
		var attached atomic.Int64
		var writing sync.WaitGroup
		for _, writer := range []struct{ login, reference string }{{"h2", "CN-2"}, {"h3", "CN-3"}} {
			by := f.as(writer.login)
			if f.err != nil {
				t.Fatal(f.err)
			}
			id, version := s.nomination(writer.reference)
			writing.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					content := fmt.Sprintf("%%PDF-1.4\n%s %d\n%%%%EOF", writer.reference, i)
					done, err := s.store.AttachEvidence(t.Context(), by, id, version, "bằng chứng.pdf", strings.NewReader(content))
					if err != nil {
						t.Errorf("%s: %v", writer.login, err)
						return
					}
					version = done.Nomination.Version
					attached.Add(1)
				}
			})
		}
		for range 3 {
			acknowledged := before + int(attached.Load())
			from := s.backup(t)
			back := s.restored(t, from)
			back.holds()
			if found := back.evidence(t); found < acknowledged || int64(found) != from.Manifest.Rows["evidence_files"] {
				t.Errorf("%d files came back, %d were acknowledged before and %d are in the manifest", found, acknowledged, from.Manifest.Rows["evidence_files"])
			}
		}
		stop()
		writing.Wait()
		if attached.Load() == 0 {
			t.Error("nothing was written meanwhile")
		}
		back := s.restored(t, s.backup(t))
		if got, want := back.evidence(t), before+int(attached.Load()); got != want {
			t.Errorf("%d files of %d came back", got, want)
		}
	})
}

// evidence counts the records of files.
func (s *server) evidence(t *testing.T) int {
	t.Helper()
	n := 0
	if err := s.unguarded(t).QueryRowContext(t.Context(), "SELECT count(*) FROM evidence_files").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A season comes back as it was, and its manifest tells nothing of it but counts.
func TestRestoredSeasonIsTheSame(t *testing.T) {
	t.Parallel()
	onBoth(t, played, func(t *testing.T, s *server) {
		from := s.backup(t)
		var manifest bytes.Buffer
		if err := from.Read("manifest.json", &manifest); err != nil {
			t.Fatal(err)
		}
		for _, text := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(manifest.String(), -1) {
			if !regexp.MustCompile(`^([a-zA-Z0-9_]+|[0-9T:.-]+Z|records\.db|tables/[a-z_]+\.csv|evidence/[0-9a-f]{2}/[0-9a-f]{64})$`).MatchString(text[1]) {
				t.Errorf("the manifest tells %q", text[1])
			}
		}
		back := s.restored(t, from)
		back.holds()
		original, copied := s.unguarded(t), back.unguarded(t)
		for table, rows := range from.Manifest.Rows {
			got, want := content(t, copied, table), content(t, original, table)
			if got != want || (got == "") != (rows == 0) {
				t.Errorf("%s came back with other rows:\nwant %.300s\ngot  %.300s", table, want, got)
			}
		}
		settings := back.settings
		if err := store.Restore(t.Context(), settings, from); err == nil || !strings.Contains(err.Error(), "already") {
			t.Errorf("restored over records: %v", err)
		}
		settings = s.elsewhere(t)
		from.Manifest.Migrations = append(from.Manifest.Migrations, "20991231000000")
		if err := store.Restore(t.Context(), settings, from); err == nil || !strings.Contains(err.Error(), "newer version") {
			t.Errorf("restored a backup of a newer program: %v", err)
		}
		from.Manifest.Migrations = from.Manifest.Migrations[:len(from.Manifest.Migrations)-1]
		from.Manifest.Database = map[string]string{"sqlite": "postgres", "postgres": "sqlite"}[from.Manifest.Database]
		if err := store.Restore(t.Context(), settings, from); err == nil || !strings.Contains(err.Error(), "no other") {
			t.Errorf("restored into the other kind of database: %v", err)
		}
	})
}

// A restore that fails leaves a database in which it can be tried again.
func TestFailedRestoreLeavesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, small, func(t *testing.T, s *server) {
		from, settings := s.backup(t), s.elsewhere(t)
		if from.Manifest.Database == "postgres" {
			from.Manifest.Rows["people"]++
			if err := store.Restore(t.Context(), settings, from); err == nil || !strings.Contains(err.Error(), "rows came back") {
				t.Errorf("a table that lost a row: %v", err)
			}
			from.Manifest.Rows["people"]--
		}
		if err := store.Restore(t.Context(), settings, from); err != nil {
			t.Errorf("trying again: %v", err)
		}
	})
}

// content is everything in a table, in one order.
func content(t *testing.T, db *sql.DB, table string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT * FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	var lines []string
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line := map[string]any{}
		for i, column := range columns {
			line[column] = values[i]
		}
		lines = append(lines, fmt.Sprintln(line))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}
