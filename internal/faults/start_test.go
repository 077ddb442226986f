//go:build linux

package faults_test

import (
	"database/sql"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"vinhdanh/internal/auth"
)

// empty is an office whose database has not one table.
func empty(t testing.TB, kind string) *office {
	t.Helper()
	place := folder(t)
	o := &office{t: t, kind: kind, key: auth.NewSecret(), evidence: filepath.Join(place, "evidence"), database: filepath.Join(place, "records.db")}
	if kind == "postgres" {
		o.pg = newPostgres(t, "")
		o.database = o.pg.url("postgres")
	}
	return o
}

// serves waits until a server is ready.
func (o *office) serves(server *process) {
	o.t.Helper()
	eventually(o.t, "the server is ready", 30*time.Second, func() bool {
		if !server.running() {
			o.t.Fatalf("the server ended:\n%s", server.tail(20))
		}
		address := addressOf(server)
		if address == "" {
			return false
		}
		o.address.Store(&address)
		return o.ready() == http.StatusOK
	})
}

func TestServersStartedTogetherAllServe(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			for range times(1, 5) {
				o := empty(t, kind)
				var servers []*process
				for range 4 {
					servers = append(servers, o.launch())
				}
				for _, server := range servers {
					o.serves(server)
				}
				for _, server := range servers {
					o.server = server
					o.stop()
				}
			}
		})
	}
}

// A server that dies while it makes the tables leaves nothing behind that keeps the next from making them.
func TestKilledWhileMigratingTheNextOneMigrates(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			chance, halfway := chance(t), 0
			for range times(4, 40) {
				o := empty(t, kind)
				first, second := o.launch(), o.launch()
				time.Sleep(time.Duration(chance.IntN(200)) * time.Millisecond)
				if addressOf(first) == "" {
					halfway++
				}
				first.kill()
				o.serves(second)
				third := o.launch()
				o.serves(third)
			}
			t.Logf("%d servers died before they served", halfway)
		})
	}
}

// The worst moment to die is after a migration and before it is marked as done. Here a lock keeps the server there.
func TestKilledBeforeTheMigrationIsMarkedTheNextOneMigrates(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	o := empty(t, "postgres")
	db, err := sql.Open("pgx", o.database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o.pg.run("postgres", "CREATE TABLE bun_migrations (id BIGSERIAL PRIMARY KEY, name VARCHAR, group_id BIGINT, migrated_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp)")
	lock, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.ExecContext(t.Context(), "LOCK TABLE bun_migrations IN SHARE MODE"); err != nil {
		t.Fatal(err)
	}
	first := o.launch()
	const waiting = " FROM pg_locks WHERE relation = 'bun_migrations'::regclass AND NOT granted"
	eventually(t, "a migration waits to be marked", 30*time.Second, func() bool { return o.pg.number("postgres", "SELECT count(*)"+waiting) > 0 })
	first.kill()
	o.pg.run("postgres", "SELECT pg_terminate_backend(pid)"+waiting)
	eventually(t, "its connection ends", 30*time.Second, func() bool { return o.pg.number("postgres", "SELECT count(*)"+waiting) == 0 })
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	if tables := o.pg.number("postgres", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'bun%'"); tables > 0 {
		t.Errorf("a migration that is not marked left %d tables: it would be done twice", tables)
	}
	o.serves(o.launch())
}
