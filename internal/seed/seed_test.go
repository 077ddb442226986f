package seed_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/seed"
	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// records are an empty database of a kind, and how to look into it around the program.
func records(t *testing.T, kind string) (s *store.Store, raw *sql.DB) {
	t.Helper()
	settings := store.Settings{Database: filepath.Join(t.TempDir(), "records.db"), EvidenceFolder: t.TempDir(), SigningKey: auth.NewSecret(), MaxUpload: 1 << 20,
		Passwords: auth.Passwords{MemoryKiB: 8, Passes: 1}, Guessing: model.DefaultGuessLimits}
	driver := "sqlite"
	if kind == "postgres" {
		driver, settings.Database = "pgx", newDatabase(t)
	}
	s, err := store.Open(t.Context(), settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if raw, err = sql.Open(driver, settings.Database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	return s, raw
}

// newDatabase makes a database on the PostgreSQL for tests.
func newDatabase(t *testing.T) string {
	t.Helper()
	address := os.Getenv("TEST_DATABASE_URL")
	admin, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("vinhdanh_seed_%d_%d", os.Getpid(), time.Now().UnixNano())
	if _, err := admin.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = admin.ExecContext(context.WithoutCancel(t.Context()), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
		_ = admin.Close()
	})
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// kinds are the databases that are there.
func kinds() []string {
	if os.Getenv("TEST_DATABASE_URL") == "" {
		return []string{"sqlite"}
	}
	return []string{"sqlite", "postgres"}
}

func write(t *testing.T, s *store.Store, options seed.Options) error {
	t.Helper()
	_, err := seed.Write(t.Context(), s, options, func(int, int64) {})
	return err
}

// Every size holds what must be true of records, counts its awards exactly, and is not loaded twice.
func TestHistoryHoldsAtAnySize(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		for i, awards := range []int{100, 137, 2500} {
			t.Run(fmt.Sprint(kind, " ", awards), func(t *testing.T) {
				t.Parallel()
				s, raw := records(t, kind)
				options := seed.Options{Awards: awards, Seed: uint64(i + 1)}
				if err := write(t, s, options); err != nil {
					t.Fatal(err)
				}
				err := s.Check(t.Context(), func(f *store.Finding) {
					if f.Count > 0 {
						t.Errorf("not so: %s: %d, such as %v", f.Claim, f.Count, f.Examples)
					}
				})
				if err != nil {
					t.Fatal(err)
				}
				for what, want := range map[string]int{"awards": awards, "awards WHERE published": awards, "campaigns WHERE code = 'MO-2025'": 1} {
					if got := count(t, raw, what); got != want {
						t.Errorf("%d %s, want %d", got, what, want)
					}
				}
				for _, what := range []string{"awards WHERE nomination_id IS NOT NULL", "nominations WHERE status <> 'AWARDED'", "score_sheets", "ballot_votes", "decisions WHERE campaign_id IS NULL"} {
					if count(t, raw, what) == 0 {
						t.Errorf("there are no %s", what)
					}
				}
				if err := write(t, s, options); err == nil || !strings.Contains(err.Error(), "in use") {
					t.Errorf("history on top of history: %v", err)
				}
			})
		}
	}
}

func count(t *testing.T, raw *sql.DB, what string) (n int) {
	t.Helper()
	if err := raw.QueryRowContext(t.Context(), "SELECT count(*) FROM "+what).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Few people and units have many awards, as it is in life.
func TestHistoryIsSkewed(t *testing.T) {
	t.Parallel()
	s, raw := records(t, "sqlite")
	if err := write(t, s, seed.Options{Awards: 3000, Seed: 7}); err != nil {
		t.Fatal(err)
	}
	for _, column := range []string{"person_id", "unit_id"} {
		top := 0
		err := raw.QueryRowContext(t.Context(), fmt.Sprintf(`SELECT sum(n) FROM (SELECT count(*) AS n FROM awards WHERE %[1]s IS NOT NULL GROUP BY %[1]s ORDER BY n DESC
			LIMIT (SELECT count(DISTINCT %[1]s) / 5 FROM awards))`, column)).Scan(&top)
		if err != nil {
			t.Fatal(err)
		}
		if all := count(t, raw, "awards WHERE "+column+" IS NOT NULL"); top*3 < all {
			t.Errorf("the first fifth by %s has %d of %d awards", column, top, all)
		}
	}
}

// The same size and seed give the same records on both databases, another seed gives others.
func TestHistoryIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	var first map[string]string
	for _, kind := range append(kinds(), "sqlite") {
		s, raw := records(t, kind)
		if err := write(t, s, seed.Options{Awards: 400, Seed: 3}); err != nil {
			t.Fatal(err)
		}
		found := contents(t, raw)
		if first == nil {
			first = found
		}
		if diff := cmp.Diff(first, found); diff != "" {
			t.Errorf("%s (-first +this):\n%s", kind, diff)
		}
	}
	s, raw := records(t, "sqlite")
	if err := write(t, s, seed.Options{Awards: 400, Seed: 4}); err != nil {
		t.Fatal(err)
	}
	if contents(t, raw)["people"] == first["people"] {
		t.Error("another seed gives the same people")
	}
}

// contents are the hashes of what is in each table, whatever the order of its rows and columns.
func contents(t *testing.T, raw *sql.DB) map[string]string {
	t.Helper()
	hashes := map[string]string{}
	for _, table := range []string{"organizations", "organization_versions", "successions", "people", "positions", "accounts", "role_grants", "campaigns", "quotas",
		"criteria", "council_members", "dossiers", "nominations", "nomination_moves", "review_assignments", "score_sheets", "criterion_points", "rankings",
		"ranking_entries", "ballot_rounds", "ballot_casts", "ballot_votes", "ballot_items", "decisions", "decision_bases", "awards", "revocations", "audit_entries"} {
		rows, err := raw.QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		hashes[table] = hashOf(t, rows)
	}
	return hashes
}

func hashOf(t *testing.T, rows *sql.Rows) string {
	t.Helper()
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		fields := make([]string, len(columns))
		for i, column := range columns {
			fields[i] = column + "=" + plain(values[i])
		}
		slices.Sort(fields)
		lines = append(lines, strings.Join(fields, " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return fmt.Sprint(len(lines), " rows ", hex.EncodeToString(sum[:8]))
}

// plain is a value as both databases mean it.
func plain(value any) string {
	switch v := value.(type) {
	case bool:
		if v {
			return "1"
		}
		return "0"
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case []byte:
		return hex.EncodeToString(v)
	case string:
		if at, err := time.Parse("2006-01-02 15:04:05.999999-07:00", v); err == nil {
			return at.UTC().Format(time.RFC3339Nano)
		}
	}
	return fmt.Sprint(value)
}

// With a password one can sign in as everybody who has a login; without one nobody can.
func TestLoginsOfHistory(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"", "mật khẩu thử tải"} {
		s, _ := records(t, "sqlite")
		options := seed.Options{Awards: 100, Seed: 1}
		if password != "" {
			hash, err := s.Passwords.Hash(t.Context(), password)
			if err != nil {
				t.Fatal(err)
			}
			options.PasswordHash = hash
		}
		if err := write(t, s, options); err != nil {
			t.Fatal(err)
		}
		for _, username := range []string{"admin", "auditor", "cb0000001", "cb0000006"} {
			_, _, err := s.SignIn(t.Context(), model.SignInInput{Username: username, Password: password})
			if (err == nil) != (password != "") {
				t.Errorf("signing in as %s with %q: %v", username, password, err)
			}
		}
	}
}
