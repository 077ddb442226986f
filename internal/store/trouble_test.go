package store

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// TestDriversErrorsAreDescribedWithoutValues makes each database quote a name in its message.
func TestDriversErrorsAreDescribedWithoutValues(t *testing.T) {
	t.Parallel()
	sources := map[string]string{"sqlite": filepath.Join(t.TempDir(), "records.db"), "pgx": os.Getenv("TEST_DATABASE_URL")}
	for driver, source := range sources {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			if source == "" {
				t.Skip("TEST_DATABASE_URL names no PostgreSQL")
			}
			db, err := sql.Open(driver, source)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			db.SetMaxOpenConns(1)
			ctx := t.Context()
			if _, err := db.ExecContext(ctx, `CREATE TEMPORARY TABLE guests (name TEXT CONSTRAINT guests_name UNIQUE, age INTEGER CONSTRAINT guests_age CHECK (age > 0))`); err != nil {
				t.Fatal(err)
			}
			const add = `INSERT INTO guests VALUES ('Nguyễn Văn An', 5)`
			if _, err := db.ExecContext(ctx, add); err != nil {
				t.Fatal(err)
			}
			for statement, want := range map[string]string{
				add: "guests",
				`INSERT INTO guests VALUES ('Nguyễn Văn An', 0)`: "guests_age",
				`SELECT 'Nguyễn Văn An' FRM guests`:              " ",
				`SELECT "Nguyễn Văn An" FROM nguyễn`:             " ",
			} {
				_, err := db.ExecContext(ctx, statement)
				words, known := Describe(err)
				if known == nil || !strings.Contains(words, want) || strings.ContainsAny(words, "ễăâ") || strings.Contains(words, "An") {
					t.Errorf("%s: %v is described as %q", statement, err, words)
				}
			}
		})
	}
}
