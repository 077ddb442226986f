//go:build linux

package faults_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"syscall"
	"testing"
	"time"
)

// hold keeps a lock on everything that is written, as an operator's forgotten transaction does, until released.
func (o *office) hold() (release func()) {
	o.t.Helper()
	driver, statement := "sqlite", "UPDATE people SET version = version"
	if o.kind == "postgres" {
		driver, statement = "pgx", "LOCK TABLE comments IN ACCESS EXCLUSIVE MODE"
	}
	db, err := sql.Open(driver, o.database)
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { _ = db.Close() })
	tx, err := db.BeginTx(o.t.Context(), nil)
	if err == nil {
		_, err = tx.ExecContext(o.t.Context(), statement)
	}
	if err != nil {
		o.t.Fatal(err)
	}
	return func() {
		if err := tx.Rollback(); err != nil {
			o.t.Fatal(err)
		}
	}
}

// Somebody else's transaction keeps what has to be written. Everybody who waits is told after a while, reading goes on, and
// once it ends the server works as before.
func TestForgottenTransactionHoldsNobodyForEver(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		if o.kind == "postgres" && !long {
			o.stop()
			o.database += "?lock_timeout=1s"
			o.start()
		}
		s := newScribe(o)
		other := o.client("inspector")
		other.must(viewer, nil)
		release := o.hold()
		waiting := make(chan reply, 1)
		go func() { waiting <- s.comment() }()
		for range 20 {
			other.must(viewer, nil)
		}
		select {
		case r := <-waiting:
			if r.code() != "UNAVAILABLE" && r.code() != "TIMEOUT" {
				t.Errorf("who waits for a lock is answered %s", r)
			}
		case <-time.After(40 * time.Second):
			t.Error("who waits for a lock waits for ever")
		}
		release()
		s.accepted()
		o.stop()
	})
}

// More users at once than there are connections, all of them writing: everyone gets through.
func TestMoreWritersThanConnections(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		s := newScribe(o)
		const writers = 120
		replies := make(chan reply, writers)
		for i := range writers {
			go func() {
				replies <- s.send(context.Background(), `mutation($id: ID!, $body: String!) { addComment(input: {nominationId: $id, body: $body}) { comment { id by } } }`,
					map[string]any{"id": s.nomination, "body": fmt.Sprint(i)})
			}()
		}
		for range writers {
			if r := <-replies; r.code() == "" {
				s.comments++
			} else {
				t.Errorf("one of %d writers is answered %s", writers, r)
			}
		}
		s.read()
		o.stop()
	})
}

// PostgreSQL stands still, neither gone nor answering. Requests end in a bounded time, the server says that it is not
// ready, and works again by itself once PostgreSQL goes on.
func TestFrozenDatabaseHoldsNobodyForEver(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	o := newOffice(t, "postgres")
	watcher := o.client("inspector")
	watcher.storm(32)
	processes := append(o.pg.backends(), o.pg.process.cmd.Process.Pid)
	for _, pid := range processes {
		_ = syscall.Kill(pid, syscall.SIGSTOP)
	}
	thaw := func() {
		for _, pid := range processes {
			_ = syscall.Kill(pid, syscall.SIGCONT)
		}
	}
	t.Cleanup(thaw)
	unready := eventually(t, "the server is not ready", 10*time.Second, func() bool { return o.ready() == http.StatusServiceUnavailable })
	t.Logf("not ready within %s", unready)
	if long { // a request may take its time
		begun := time.Now()
		if r := watcher.ask(t.Context(), viewer, nil); r.code() != "TIMEOUT" && r.code() != "UNAVAILABLE" {
			t.Errorf("who asks a database that stands still is answered %s", r)
		}
		t.Logf("told after %s", time.Since(begun))
	}
	thaw()
	eventually(t, "the server works again", 5*time.Second, func() bool { return watcher.ask(t.Context(), viewer, nil).code() == "" })
	eventually(t, "the server is ready again", 5*time.Second, func() bool { return o.ready() == http.StatusOK })
	watcher.storm(64)
	o.stop()
}
