//go:build linux

package faults_test

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// postgres is a PostgreSQL server of one test, to be stopped, crashed and filled up.
type postgres struct {
	t       testing.TB
	data    string
	port    int
	process *process
}

// installed finds a program of the machine's PostgreSQL; "" when there is none.
func installed(program string) string {
	if found, err := exec.LookPath(program); err == nil {
		return found
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + program)
	if len(found) == 0 {
		return ""
	}
	slices.Sort(found)
	return found[len(found)-1]
}

// postgresUser is whom PostgreSQL runs as: it refuses root.
func postgresUser() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(account.Uid)
	gid, _ := strconv.Atoi(account.Gid)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// needPostgres skips where PostgreSQL's own programs are not installed.
func needPostgres(t testing.TB) {
	t.Helper()
	if installed("initdb") == "" || installed("postgres") == "" {
		t.Skip("initdb and postgres are not installed")
	}
	if _, err := postgresUser(); err != nil {
		t.Skip("PostgreSQL does not run as root, and there is no user postgres")
	}
}

// cluster is an initialised data folder that is copied for each test.
var cluster = sync.OnceValues(func() (string, error) {
	as, err := postgresUser()
	if err != nil {
		return "", err
	}
	data := filepath.Join(workshop, "cluster")
	if err := os.Mkdir(data, 0o700); err != nil {
		return "", err
	}
	if as != nil {
		if err := os.Chown(data, int(as.Uid), int(as.Gid)); err != nil {
			return "", err
		}
	}
	initdb := exec.Command(installed("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--wal-segsize=1", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = workshop, &syscall.SysProcAttr{Credential: as}
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return data, nil
})

// newPostgres starts a server of the test's own, on a port of its own. Its data lie in the place given.
func newPostgres(t testing.TB, place string) *postgres {
	t.Helper()
	needPostgres(t)
	from, err := cluster()
	if err != nil {
		t.Fatal(err)
	}
	pg := &postgres{t: t, data: filepath.Join(place, "data"), port: freePort(t)}
	if out, err := exec.CommandContext(t.Context(), "cp", "-a", from, pg.data).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	pg.start()
	return pg
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// start starts the server and waits until it takes connections. After a crash it may have to wait for its own remains.
func (pg *postgres) start() {
	pg.t.Helper()
	as, err := postgresUser()
	if err != nil {
		pg.t.Fatal(err)
	}
	eventually(pg.t, "PostgreSQL starts", 30*time.Second, func() bool {
		if pg.process == nil || !pg.process.running() {
			pg.process = launch(pg.t, as, nil, installed("postgres"), "-D", pg.data, "-p", strconv.Itoa(pg.port), "-h", "127.0.0.1", "-k", pg.data,
				"-c", "shared_buffers=16MB", "-c", "max_wal_size=8MB", "-c", "min_wal_size=2MB", "-c", "fsync=on", "-c", "log_min_messages=panic",
				"-c", "dynamic_shared_memory_type=mmap")
			pg.process.farewell = syscall.SIGINT // one that is killed leaves memory of the machine behind
		}
		return pg.answers()
	})
}

// answers says whether the server takes connections.
func (pg *postgres) answers() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	db, err := sql.Open("pgx", pg.url())
	if err != nil {
		pg.t.Fatal(err)
	}
	defer db.Close()
	return db.PingContext(ctx) == nil
}

// stop ends the server: SIGINT is a fast shutdown, SIGQUIT an immediate one, SIGKILL the crash of its first process.
func (pg *postgres) stop(how syscall.Signal) {
	pg.t.Helper()
	pg.process.signal(how)
	pg.process.wait(30 * time.Second)
}

func (pg *postgres) url() string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres", pg.port)
}

// run executes statements on a database.
func (pg *postgres) run(statements ...string) {
	pg.t.Helper()
	db, err := sql.Open("pgx", pg.url())
	if err != nil {
		pg.t.Fatal(err)
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(context.Background(), statement); err != nil {
			pg.t.Fatalf("%s: %v", statement, err)
		}
	}
}

// number reads one number.
func (pg *postgres) number(query string) int {
	pg.t.Helper()
	db, err := sql.Open("pgx", pg.url())
	if err != nil {
		pg.t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRowContext(context.Background(), query).Scan(&n); err != nil {
		pg.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// outgrow writes to the log alone, until a full disk ends the server, and says whether it did. It may come back by itself when
// it finds room soon.
func (pg *postgres) outgrow() bool {
	pg.t.Helper()
	db, err := sql.Open("pgx", pg.url())
	if err != nil {
		pg.t.Fatal(err)
	}
	defer db.Close()
	panics := strings.Count(pg.process.output(), "PANIC")
	for range 200 {
		if _, err := db.ExecContext(context.Background(), "SELECT pg_logical_emit_message(false, 'fill', repeat('x', 500000))"); err != nil {
			break
		}
	}
	return strings.Count(pg.process.output(), "PANIC") > panics
}

// backends are the processes that serve connections.
func (pg *postgres) backends() []int {
	pg.t.Helper()
	db, err := sql.Open("pgx", pg.url())
	if err != nil {
		pg.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(context.Background(), "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
	if err != nil {
		pg.t.Fatal(err)
	}
	defer rows.Close()
	var pids []int
	for rows.Next() {
		var pid int
		if err := rows.Scan(&pid); err != nil {
			pg.t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	if err := rows.Err(); err != nil {
		pg.t.Fatal(err)
	}
	return pids
}
