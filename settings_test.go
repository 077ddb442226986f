package main

import (
	"context"
	"database/sql"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

const signingKey = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="

// TestWrongSettingsAreToldAtOnce gives every setting a value that cannot be.
func TestWrongSettingsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	nobody := strings.Replace(taken.Addr().String(), "127.0.0.1", "127.0.0.2", 1)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("a letter, and no folder or database"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = vinhdanh(t, "", "--log-level", "loud", "serve", "--database-url", "postgres://office:secret%20word@"+nobody+"/records", "--evidence-dir", file,
		"--signing-key", "short", "--max-upload-mb", "20MB", "--addr", taken.Addr().String(), "--metrics-addr", "here", "--drain-seconds", "-1",
		"--allowed-origins", "example.vn", "--trusted-proxies", "10.0.0.1", "--sign-in-tries", "0")
	told := apart(err)
	for _, want := range []string{"LOG_LEVEL: ", "DATABASE_URL: nobody answers there", "EVIDENCE_DIR: files cannot be kept in " + file, "SIGNING_KEY: a signing key is not",
		"MAX_UPLOAD_MB: ", "ADDR: " + taken.Addr().String() + " is taken", "METRICS_ADDR: ", "DRAIN_SECONDS: ", "ALLOWED_ORIGINS: ", "TRUSTED_PROXIES: ", "SIGN_IN_TRIES: "} {
		found := false
		for _, one := range told {
			found = found || strings.HasPrefix(one.Error(), want)
		}
		if !found {
			t.Errorf("%s is not told: %v", want, err)
		}
	}
	if len(told) != 11 || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "\n\n") {
		t.Errorf("%d things are told: %v", len(told), err)
	}
}

func TestDatabasesThatCannotBe(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	text := filepath.Join(folder, "letter.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("an office's letter ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(folder, "newer.db")
	must(t, "", "migrate", "--database-url", newer, "--evidence-dir", filepath.Join(folder, "files"))
	db, err := sql.Open("sqlite", newer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "INSERT INTO bun_migrations (name, group_id, migrated_at) VALUES ('29991231000001', 9, '2999-12-31 00:00:00+00:00')"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	cases := map[string]string{
		text:   "the file is no SQLite database",
		folder: "the file cannot be opened",
		filepath.Join(folder, "none", "honours.db"): "the file cannot be opened",
		newer:                            "belongs to a newer version of this program",
		"mysql://office:secret@db/x":     "neither an address",
		"postgres://office:se%cret@db/x": "no address such as",
		"postgres://office:secret@no-such-host.invalid/x": "no-such-host.invalid",
	}
	if address := os.Getenv("TEST_DATABASE_URL"); address != "" {
		cases[address[:strings.LastIndex(address, "/")]+"/no_such_database"] = "PostgreSQL has no database of that name"
	}
	for address, want := range cases {
		_, err := vinhdanh(t, "", "migrate", "--database-url", address, "--evidence-dir", filepath.Join(folder, "files"))
		if err == nil || !strings.HasPrefix(err.Error(), "DATABASE_URL: ") || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "se%") {
			t.Errorf("%s: told is %v, want %s", address, err, want)
		}
	}
}

func TestUnknownCommandsAreRefused(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"sreve"}, {"serve", "--adr", "x"}, {"account", "remove"}} {
		if _, err := vinhdanh(t, "", args...); err == nil {
			t.Errorf("%v is done", args)
		}
	}
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}, {"version"}, {}} {
		if out := must(t, "", args...); len(out) < 40 {
			t.Errorf("%v says %q", args, out)
		}
	}
}

// TestEverySettingIsDocumented looks for each in the operator's manual, by its name in the environment.
func TestEverySettingIsDocumented(t *testing.T) {
	t.Parallel()
	manual, err := os.ReadFile("docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	help := must(t, "", "serve", "--help") + must(t, "", "demo", "--help")
	settings := regexp.MustCompile(`\[\$([A-Z_]+)\]`).FindAllStringSubmatch(help, -1)
	if len(settings) < 20 {
		t.Fatalf("help tells of %d settings", len(settings))
	}
	for _, setting := range settings {
		if !strings.Contains(string(manual), "| `"+setting[1]+"` |") {
			t.Errorf("docs/operations.md has no row for %s", setting[1])
		}
	}
}

// TestStoppingSaysSoFirst asks a server that was told to stop.
func TestStoppingSaysSoFirst(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	public, stopped := serving(ctx, t, "--database-url", filepath.Join(folder, "honours.db"), "--evidence-dir", filepath.Join(folder, "files"),
		"--signing-key", signingKey, "--drain-seconds", "2")
	if status, body := fetch(t, http.MethodGet, public+"/readyz", ""); status != http.StatusOK {
		t.Errorf("at first: %d %s", status, body)
	}
	stop()
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		status, body := fetch(t, http.MethodGet, public+"/readyz", "")
		if status == http.StatusServiceUnavailable && strings.Contains(body, "stopping") {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("after it was told to stop: %d %s", status, body)
		}
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}
