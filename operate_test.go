package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
)

// office is what the commands of a played season are run with.
func office(t *testing.T) (file string, settings []string) {
	t.Helper()
	t.Setenv("DATABASE_URL", "")
	file = filepath.Join(t.TempDir(), "honours.db")
	must(t, "", "demo", "--db", file, "--exit")
	return file, []string{"--database-url", file, "--evidence-dir", file + ".evidence"}
}

// alter changes an SQLite file around the program.
func alter(t *testing.T, file string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCheckTellsTheOperatorWhatIsWrong(t *testing.T) {
	file, records := office(t)
	out := must(t, "", append([]string{"check"}, records...)...)
	if strings.Count(out, "\n") < 60 || strings.Count(out, "\n") != strings.Count(out, "ok ")+1 || !strings.Contains(out, "hold.") {
		t.Errorf("sound records:\n%s", out)
	}
	alter(t, file, `UPDATE awards SET bonus = bonus + 1 WHERE list_position = 1 AND bonus IS NOT NULL`)
	out, err := vinhdanh(t, "", append([]string{"check"}, records...)...)
	if err == nil || !strings.Contains(err.Error(), "2 of ") {
		t.Errorf("damaged records: %v", err)
	}
	for _, want := range []string{"BROKEN  not so: every bonus is the coefficient times the base salary of its decision: 1, such as award_", "Compare with the signed decision"} {
		if !strings.Contains(out, want) {
			t.Errorf("the check does not say %q:\n%s", want, out)
		}
	}
}

func TestRecordsOfAnotherVersionAreRefused(t *testing.T) {
	file, records := office(t)
	alter(t, file, `DELETE FROM bun_migrations WHERE name = (SELECT max(name) FROM bun_migrations)`)
	if _, err := vinhdanh(t, "", append([]string{"check"}, records...)...); err == nil || !strings.Contains(err.Error(), "run migrate first") {
		t.Errorf("records of an older program: %v", err)
	}
	must(t, "", append([]string{"migrate"}, records...)...)
	must(t, "", append([]string{"check"}, records...)...)
	alter(t, file, `INSERT INTO bun_migrations (name, group_id, migrated_at) VALUES ('20991231000000', 9, '2099-12-31')`)
	for _, command := range [][]string{{"check"}, {"migrate"}, {"serve", "--signing-key", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="}} {
		if _, err := vinhdanh(t, "", append(command, records...)...); err == nil || !strings.Contains(err.Error(), "newer version of this program: it has migration 20991231000000") {
			t.Errorf("%s on records of a newer program: %v", command[0], err)
		}
	}
	if _, err := vinhdanh(t, "", "check", "--database-url", filepath.Join(t.TempDir(), "none.db"), "--evidence-dir", t.TempDir()); err == nil {
		t.Error("records that are not there are checked")
	}
}
