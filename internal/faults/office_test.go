//go:build linux

package faults_test

import (
	"net/http"
	"path/filepath"
	"regexp"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"vinhdanh/internal/auth"
)

// office is an installation of the program: a database, a folder of files, a signing key, and a server that may be killed.
type office struct {
	t        testing.TB
	kind     string
	database string
	evidence string
	key      string
	pg       *postgres
	server   *process
	address  atomic.Pointer[string]
}

// newOffice sets up records in the middle of two campaigns, and starts a server on them.
func newOffice(t testing.TB, kind string) *office {
	t.Helper()
	return newOfficeOn(t, kind, folder(t))
}

// newOfficeOn has database and files in a place.
func newOfficeOn(t testing.TB, kind, place string) *office {
	t.Helper()
	o := newEmptyOffice(t, kind, place)
	o.fill()
	o.start()
	return o
}

// newEmptyOffice has a database without one table, and no server.
func newEmptyOffice(t testing.TB, kind, place string) *office {
	t.Helper()
	o := &office{t: t, kind: kind, key: auth.NewSecret(), evidence: filepath.Join(place, "evidence"), database: filepath.Join(place, "records.db")}
	if kind == "postgres" {
		o.pg = newPostgres(t, place)
		o.database = o.pg.url()
	}
	return o
}

// environment are the settings of a server of the office.
func (o *office) environment() []string {
	return []string{"DATABASE_URL=" + o.database, "EVIDENCE_DIR=" + o.evidence, "SIGNING_KEY=" + o.key, "ADDR=127.0.0.1:0", "LANG=en"}
}

// launch starts a server and does not wait for it.
func (o *office) launch() *process {
	o.t.Helper()
	name, err := binary()
	if err != nil {
		o.t.Fatal(err)
	}
	return launch(o.t, nil, o.environment(), name, "serve")
}

var serving = regexp.MustCompile(`Serving (http://\S+)`)

// addressOf is where a server serves; "" while it does not.
func addressOf(server *process) string {
	if found := serving.FindStringSubmatch(server.output()); found != nil {
		return found[1]
	}
	return ""
}

// start starts a server and waits until it is ready.
func (o *office) start() {
	o.t.Helper()
	o.server = o.launch()
	o.serves(o.server)
}

// ready is what /readyz says; 0 when nobody answers.
func (o *office) ready() int {
	client := &http.Client{Timeout: 10 * time.Second}
	response, err := client.Get(*o.address.Load() + "/readyz") //nolint:noctx // the client has a timeout
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	return response.StatusCode
}

// stop asks the server to stop, and expects that it does so properly.
func (o *office) stop() {
	o.t.Helper()
	o.server.signal(syscall.SIGTERM)
	if code := o.server.wait(40 * time.Second); code != 0 {
		o.t.Errorf("the server ends with %d:\n%s", code, o.server.tail(10))
	}
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
