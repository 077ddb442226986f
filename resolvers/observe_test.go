package resolvers_test

import (
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vinhdanh/internal/logging"
	"vinhdanh/internal/metrics"
	"vinhdanh/internal/store"
	"vinhdanh/model"
)

func TestOneLineForEachOperationThatFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		username, query string
		variables       map[string]any
		want            map[string]any
	}{
		"good":   {"admin", `{ viewer { account { username } } }`, nil, map[string]any{"level": "DEBUG", "msg": "operation done", "type": "query", "fields": []any{"viewer"}}},
		"syntax": {"", `{ "Nguyễn Văn Đại"`, nil, map[string]any{"level": "INFO", "msg": "operation refused", "code": "GRAPHQL_PARSE_FAILED", "errors": 1.0}},
		"unknown": {"", `{ person(code: "Nguyễn Văn Đại") { nope } }`, nil, map[string]any{"level": "INFO", "msg": "operation refused",
			"code": "GRAPHQL_VALIDATION_FAILED", "errors": 1.0}},
		"variables": {"", `query($n: Int!) { awards(first: $n) { totalCount } }`, map[string]any{"n": "Nguyễn Văn Đại"},
			map[string]any{"level": "INFO", "msg": "operation refused", "code": "GRAPHQL_VALIDATION_FAILED", "errors": 1.0, "type": "query", "fields": []any{"awards"}}},
		"complexity": {"", `{ awards(first: 100) { nodes { recipient { ... on Person { awards(first: 100) { nodes { recipient { ... on Person { awards(first: 100) { totalCount } } } } } } } } } }`, nil,
			map[string]any{"level": "INFO", "msg": "operation refused", "code": "COMPLEXITY_LIMIT_EXCEEDED", "errors": 1.0, "type": "query", "fields": []any{"awards"}, "reason": "too_complex"}},
		"token": {"forged", `{ viewer { account { username } } }`, nil, map[string]any{"level": "INFO", "msg": "operation refused", "code": "UNAUTHENTICATED", "errors": 1.0}},
		"aliases": {"", `{ nguyen: organization(code: "Ánh") { name } ...Anh } fragment Anh on Query { anh: person(code: "Đại") { fullName } }`, nil,
			map[string]any{"level": "INFO", "msg": "operation refused", "code": "NOT_FOUND", "errors": 2.0, "type": "query", "fields": []any{"organization", "person"}, "reason": "not_found"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, "sqlite", small)
			s.tokens.Store("forged", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJOZ3V54buFbiJ9.")
			r, lines := s.watch(t, c.username, c.query, c.variables)
			if len(lines) != 1 {
				t.Fatalf("%d lines: %v\n%s", len(lines), lines, r.Text)
			}
			got := map[string]any{}
			for key := range c.want {
				got[key] = lines[0][key]
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s\n%v\n%s", diff, lines[0], r.Text)
			}
		})
	}
}

// TestFailuresInsideAreToldWithoutData breaks the database under the server.
func TestFailuresInsideAreToldWithoutData(t *testing.T) {
	t.Parallel()
	onBoth(t, small, func(t *testing.T, s *server) {
		s.token("admin")
		if err := s.store.Close(); err != nil {
			t.Fatal(err)
		}
		r, lines := s.watch(t, "admin", `{ awards(filter: {text: "Nguyễn Văn Đại"}) { totalCount } }`, nil)
		if len(lines) != 1 || lines[0]["level"] != "ERROR" || lines[0]["error"] == "" {
			t.Fatalf("%v\n%s", lines, r.Text)
		}
		if r.code() != string(model.CodeInternal) || r.Errors[0].Extensions["requestId"] != lines[0]["requestId"] {
			t.Errorf("the answer does not say under which id the log tells: %s", r.Text)
		}
	})
}

// TestPanicsAreToldOnce takes the records away from the resolvers.
func TestPanicsAreToldOnce(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", fresh)
	s.resolver.Store = nil
	r, lines := s.watch(t, "", `{ awards(filter: {text: "Nguyễn Văn Đại"}) { totalCount } }`, nil)
	if len(lines) != 1 || lines[0]["msg"] != "panic" || !strings.Contains(fmt.Sprint(lines[0]["stack"]), "award.resolvers.go") || !cmp.Equal(lines[0]["fields"], []any{"awards"}) {
		t.Errorf("the log says %v", lines)
	}
	if r.code() != string(model.CodeInternal) || r.Errors[0].Extensions["requestId"] != lines[0]["requestId"] {
		t.Errorf("the answer is %s", r.Text)
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", fresh)
	for given, kept := range map[string]bool{"": false, "short": false, "01234567-89ab.cd_EF": true, "nguyễn-văn-đại": false,
		"line\nbreak-in-it": false, strings.Repeat("a", 65): false} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/livez", nil)
		request.Header["X-Request-Id"] = []string{given}
		recorder := httptest.NewRecorder()
		s.handler.ServeHTTP(recorder, request)
		if got := recorder.Header().Get("X-Request-Id"); (got == given) != kept || got == "" {
			t.Errorf("%q is answered by %q", given, got)
		}
	}
}

// TestReadiness takes a migration from the database, puts it back, and stops the server.
func TestReadiness(t *testing.T) {
	t.Parallel()
	onBoth(t, fresh, func(t *testing.T, s *server) {
		s.turns(t, http.StatusOK, `{"ready":true}`)
		db := s.behind(t)
		const latest = `(SELECT max(name) FROM bun_migrations)`
		if _, err := db.ExecContext(t.Context(), `UPDATE bun_migrations SET name = '0' || name WHERE name = `+latest); err != nil {
			t.Fatal(err)
		}
		s.turns(t, http.StatusServiceUnavailable, `{"ready":false,"lacking":["`+store.Version()+`"]}`)
		if _, err := db.ExecContext(t.Context(), `UPDATE bun_migrations SET name = substr(name, 2) WHERE name LIKE '02%'`); err != nil {
			t.Fatal(err)
		}
		s.turns(t, http.StatusOK, `{"ready":true}`)
		s.resolver.Drain()
		s.turns(t, http.StatusServiceUnavailable, `{"ready":false,"lacking":["stopping"]}`)
	})
}

func TestReadinessSaysThatTheDatabaseIsGone(t *testing.T) {
	t.Parallel()
	onBoth(t, fresh, func(t *testing.T, s *server) {
		if err := s.store.Close(); err != nil {
			t.Fatal(err)
		}
		s.turns(t, http.StatusServiceUnavailable, `{"ready":false,"lacking":["database"]}`)
	})
}

// turns waits until the server says this of its readiness.
func (s *server) turns(t *testing.T, code int, body string) {
	t.Helper()
	said := ""
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		recorder := httptest.NewRecorder()
		s.handler.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
		if said = strings.TrimSpace(recorder.Body.String()); recorder.Code == code && said == body {
			return
		}
	}
	t.Errorf("ready says %s, want %d %s", said, code, body)
}

// behind opens the records beside the program.
func (s *server) behind(t *testing.T) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(s.settings.Database, "postgres") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, s.settings.Database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// TestObservingCostsLittle is not parallel: it counts what the whole program allocates, at the level of the log that an
// office has.
func TestObservingCostsLittle(t *testing.T) { //nolint:paralleltest // see above
	const most = 8
	s := serve(t, "sqlite", fresh)
	logging.Install(io.Discard, slog.LevelInfo, store.Describe)
	defer logging.Install(logged, slog.LevelDebug, store.Describe)
	header := http.Header{"Content-Type": {"application/json"}}
	ask := func() { s.send(header, []byte(`{"query": "{ awards { totalCount } }"}`)) }
	without := testing.AllocsPerRun(200, ask)
	s.resolver.Metrics = metrics.New()
	with := testing.AllocsPerRun(200, ask)
	t.Logf("%.0f allocations without metrics, %.0f with", without, with)
	if with > without+most {
		t.Errorf("metrics cost %.0f allocations a request, want at most %d", with-without, most)
	}
}
