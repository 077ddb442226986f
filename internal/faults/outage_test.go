//go:build linux

package faults_test

import (
	"context"
	"database/sql"
	"net/http"
	"syscall"
	"testing"
	"time"
)

// PostgreSQL goes and comes back under load. Meanwhile everybody is told so quickly; afterwards the server works again by
// itself, with none of the connections of before.
func TestDatabaseGoesAndComesBackUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	o := newOffice(t, "postgres")
	chance := chance(t)
	l := newLoad(o, chance)
	watcher := o.client("inspector")
	watcher.must(viewer, nil)
	l.begin()
	for range times(1, 7) {
		for _, how := range []struct {
			name   string
			signal syscall.Signal
		}{{"a fast restart", syscall.SIGINT}, {"an immediate restart", syscall.SIGQUIT}, {"a crash", syscall.SIGKILL}} {
			l.await(int64(10 + chance.IntN(30)))
			o.pg.stop(how.signal)
			told := eventually(t, "a user is told that the records are gone", 10*time.Second, func() bool {
				return watcher.ask(t.Context(), viewer, nil).code() == "UNAVAILABLE"
			})
			unready := eventually(t, "the server is not ready", 10*time.Second, func() bool { return o.ready() == http.StatusServiceUnavailable })
			o.pg.start()
			back := eventually(t, "the server works again", 5*time.Second, func() bool { return watcher.ask(t.Context(), viewer, nil).code() == "" })
			ready := eventually(t, "the server is ready again", 5*time.Second, func() bool { return o.ready() == http.StatusOK })
			t.Logf("%s: told within %s, not ready within %s; after its return a request works within %s, ready within %s", how.name, told, unready, back, ready)
			watcher.storm(64)
		}
	}
	l.await(20)
	l.stop()
	l.tally(t)
	l.verify()
	o.stop()
}

// viewer is the cheapest question that needs the database.
const viewer = `{ viewer { account { username } } }`

// storm asks many times at once, so that every pooled connection is used: none may be one of before.
func (c *client) storm(n int) {
	c.o.t.Helper()
	replies := make(chan reply, n)
	for range n {
		go func() {
			replies <- c.send(context.Background(), `{ viewer { account { username } tasks { kind } } awards { totalCount } }`, nil)
		}()
	}
	failed := 0
	for range n {
		if r := <-replies; r.code() != "" {
			failed++
			c.o.t.Log(r)
		}
	}
	if failed > 0 {
		c.o.t.Errorf("%d of %d requests still fail although the database is back", failed, n)
	}
}

// One connection that dies takes PostgreSQL through a recovery by itself; the server comes through without help.
func TestDatabaseRecoversFromACrashOfItsOwn(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	o := newOffice(t, "postgres")
	watcher := o.client("inspector")
	db, err := sql.Open("pgx", o.database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for range times(2, 20) {
		watcher.storm(16)
		canary, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(o.pg.backends()[0], syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		eventually(t, "PostgreSQL drops all connections", 10*time.Second, func() bool { return canary.PingContext(t.Context()) != nil })
		_ = canary.Close()
		eventually(t, "PostgreSQL answers", 10*time.Second, o.pg.answers)
		back := eventually(t, "the server works again", 5*time.Second, func() bool { return watcher.ask(t.Context(), viewer, nil).code() == "" })
		t.Logf("after its return a request works within %s", back)
		watcher.storm(64)
	}
	o.stop()
}
