package main

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"os"
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

func TestBackupAndRestoreFromTheCommandLine(t *testing.T) {
	file, records := office(t)
	folder := t.TempDir()
	archived := filepath.Join(folder, "records.zip")
	backup := func(to string) (string, error) {
		return vinhdanh(t, "", append(append([]string{"backup"}, records...), to)...)
	}
	restore := func(from, name string) (string, error) {
		return vinhdanh(t, "", "restore", "--database-url", filepath.Join(folder, name), "--evidence-dir", filepath.Join(folder, name+".evidence"), from)
	}
	out, err := backup(archived)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(archived)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(whole); !strings.Contains(out, hex.EncodeToString(sum[:])+"  "+archived) {
		t.Errorf("the sum of the file is another than\n%s", out)
	}
	if info, _ := os.Stat(archived); info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the backup: %v", info.Mode())
	}
	if _, err := backup(archived); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("a backup over another: %v", err)
	}
	if after, _ := os.ReadFile(archived); !bytes.Equal(whole, after) {
		t.Error("a backup was written over")
	}

	if out, err := restore(archived, "back.db"); err != nil || !strings.Contains(out, "hold.") {
		t.Errorf("restoring: %v\n%s", err, out)
	}
	if _, err := restore(archived, "back.db"); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Errorf("restoring over records: %v", err)
	}
	for what, damage := range map[string]func([]byte) []byte{
		"is damaged":              func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"is no backup, or is cut": func(b []byte) []byte { return b[:len(b)*2/3] },
		"is no backup":            func([]byte) []byte { return []byte("a letter") },
	} {
		name := filepath.Join(folder, "damaged.zip")
		if err := os.WriteFile(name, damage(bytes.Clone(whole)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := restore(name, "damaged.db"); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
		if left, _ := filepath.Glob(filepath.Join(folder, "damaged.db*")); left != nil {
			t.Errorf("restoring what %s left %v", what, left)
		}
	}

	// What is lost on disk does not keep the rest from being backed up, and is told.
	lost, err := filepath.Glob(filepath.Join(file+".evidence", "*", "*"))
	if err != nil || len(lost) == 0 {
		t.Fatalf("no evidence: %v", err)
	}
	if err := os.Remove(lost[0]); err != nil {
		t.Fatal(err)
	}
	partial := filepath.Join(folder, "partial.zip")
	if _, err := backup(partial); err == nil || !strings.Contains(err.Error(), "1 files of evidence are missing or damaged and not in the backup, such as "+filepath.Base(lost[0])) {
		t.Errorf("backing up with a lost file: %v", err)
	}
	if out, err := restore(partial, "partial.db"); err == nil || !strings.Contains(out, filepath.Base(lost[0])+" is missing") {
		t.Errorf("restoring without a file: %v\n%s", err, out)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*part-*")); left != nil {
		t.Errorf("left behind: %v", left)
	}
	if _, err := backup(filepath.Join(folder, "none", "records.zip")); err == nil {
		t.Error("a backup is written into a folder that is not there")
	}
}
