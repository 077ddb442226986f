package resolvers_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"
)

func TestPurgeRemovesWhatHasServedItsTimeAndLeavesTheRecord(t *testing.T) {
	t.Parallel()
	onBoth(t, empty, func(t *testing.T, s *server) {
		_ = s.signIn("198.51.100.1", "admin", "a wrong password")
		s.must("admin", `mutation { createAccount(input: {username: "someone"}) { account { id } } createPasswordReset(input: {username: "someone"}) { token } }`, nil)
		in := s.signIn("198.51.100.1", "admin", password)
		refresh := map[string]any{"r": in.at("signIn.session.refreshToken")}
		counts := func() (n [5]int) {
			for i, table := range []string{"account_sessions", "refresh_tokens", "audit_origins", "sign_in_counters", "password_resets"} {
				n[i] = s.rows(t, table)
			}
			return n
		}
		full := counts()
		for i, n := range full {
			if n == 0 {
				t.Fatalf("table %d is empty: %v", i, full)
			}
		}
		if err := s.store.Purge(t.Context(), time.Now().Add(12*time.Hour)); err != nil || counts() != full {
			t.Errorf("half a day later %v is left of %v: %v", counts(), full, err)
		}
		if r := s.as("", `mutation($r: String!) { refreshSession(input: {refreshToken: $r}) { session { accessToken } } }`, refresh); r.code() != "" {
			t.Errorf("a session that was not purged: %s", r.Text)
		}
		entries := s.rows(t, "audit_entries")
		if err := s.store.Purge(t.Context(), time.Now().Add(45*24*time.Hour)); err != nil || counts() != [5]int{} {
			t.Errorf("after all times %v is left: %v", counts(), err)
		}
		if s.rows(t, "audit_entries") != entries {
			t.Error("purging touched the record")
		}
	})
}

// rows counts the rows of a table behind the program's back.
func (s *server) rows(t *testing.T, table string) (n int) {
	t.Helper()
	driver, address := "sqlite", s.settings.Database
	if strings.HasPrefix(address, "postgres") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
