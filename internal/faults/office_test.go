//go:build linux

package faults_test

import (
	"net/http"
	"path/filepath"
	"regexp"
	"sync/atomic"
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
	o := &office{t: t, kind: kind, key: auth.NewSecret()}
	place := folder(t)
	o.evidence = filepath.Join(place, "evidence")
	if kind == "sqlite" {
		o.database = filepath.Join(place, "records.db")
	} else {
		o.pg = newPostgres(t, "")
		o.database = o.pg.url("postgres")
	}
	o.fill()
	o.start()
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
	o.server.terminate()
	if code := o.server.wait(40 * time.Second); code != 0 {
		o.t.Errorf("the server ends with %d:\n%s", code, o.server.tail(10))
	}
}
