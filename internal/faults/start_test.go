//go:build linux

package faults_test

import (
	"database/sql"
	"testing"
	"time"
)

func TestServersStartedTogetherAllServe(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			for range times(1, 5) {
				o := newEmptyOffice(t, kind, folder(t))
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
			for range times(2, 40) {
				o := newEmptyOffice(t, kind, folder(t))
				first, second := o.launch(), o.launch()
				time.Sleep(time.Duration(chance.IntN(times(200, 1000))) * time.Millisecond)
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
	o := newEmptyOffice(t, "postgres", folder(t))
	db, err := sql.Open("pgx", o.database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o.pg.run("CREATE TABLE bun_migrations (id BIGSERIAL PRIMARY KEY, name VARCHAR, group_id BIGINT, migrated_at TIMESTAMPTZ NOT NULL DEFAULT current_timestamp)")
	lock, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lock.ExecContext(t.Context(), "LOCK TABLE bun_migrations IN SHARE MODE"); err != nil {
		t.Fatal(err)
	}
	first := o.launch()
	const waiting = " FROM pg_locks WHERE relation = 'bun_migrations'::regclass AND NOT granted"
	eventually(t, "a migration waits to be marked", 30*time.Second, func() bool { return o.pg.number("SELECT count(*)"+waiting) > 0 })
	first.kill()
	o.pg.run("SELECT pg_terminate_backend(pid)" + waiting)
	eventually(t, "its connection ends", 30*time.Second, func() bool { return o.pg.number("SELECT count(*)"+waiting) == 0 })
	if err := lock.Rollback(); err != nil {
		t.Fatal(err)
	}
	if tables := o.pg.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'bun%'"); tables > 0 {
		t.Errorf("a migration that is not marked left %d tables: it would be done twice", tables)
	}
	o.serves(o.launch())
}
