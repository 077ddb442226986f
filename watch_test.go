package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// serving runs a server until the context ends, and gives its address once it serves.
func serving(ctx context.Context, t *testing.T, args ...string) (public string, stopped chan error) {
	t.Helper()
	var out output
	stopped = make(chan error, 1)
	go func() {
		stopped <- run(ctx, append([]string{"vinhdanh", "serve", "--addr", "127.0.0.1:0"}, args...), strings.NewReader(""), &out)
	}()
	for {
		if found := regexp.MustCompile(`Serving (http://\S+)`).FindStringSubmatch(out.String()); found != nil {
			return found[1], stopped
		}
		select {
		case err := <-stopped:
			t.Fatal(err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// fetch asks and gives status and answer.
func fetch(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// TestMetricsCountByWhatTheProgramKnows asks under many names, which must not become labels.
func TestMetricsCountByWhatTheProgramKnows(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	private := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	public, stopped := serving(ctx, t, "--metrics-addr", private, "--database-url", filepath.Join(folder, "honours.db"), "--evidence-dir", filepath.Join(folder, "files"),
		"--signing-key", signingKey)
	ask := func(query string) {
		if status, text := fetch(t, http.MethodPost, public+"/graphql", `{"query":`+fmt.Sprintf("%q", query)+`}`); status != http.StatusOK {
			t.Errorf("%s: %d %s", query, status, text)
		}
	}
	for i := range 20 {
		ask(fmt.Sprintf(`query NguyenVanAn%d { an%d: awards(filter: {text: "an%d"}) { totalCount } }`, i, i, i))
		fetch(t, "NGUYEN", fmt.Sprintf("%s/nguyen-van-an/%d", public, i), "")
	}
	ask(`{ organizations { totalCount } awards { totalCount } }`)
	ask(`{ viewer { account { username } } ... on Query { viewer { account { username } } } }`)
	ask(`{ nguyenVanAn }`)
	ask(`mutation { signIn(input: {username: "nguyen.van.an", password: "vinh-danh-demo"}) { session { accessToken } } }`)
	ask(`{ accounts { totalCount } }`)

	if status, _ := fetch(t, http.MethodGet, public+"/metrics", ""); status != http.StatusNotFound {
		t.Errorf("the public address answers /metrics with %d", status)
	}
	_, text := fetch(t, http.MethodGet, "http://"+private+"/metrics", "")
	for _, want := range []string{
		`vinhdanh_operations_total{code="OK",field="awards",type="query"} 20`,
		`vinhdanh_operation_duration_seconds_count{field="awards",type="query"} 20`,
		`vinhdanh_operations_total{code="OK",field="several",type="query"} 1`,
		`vinhdanh_operations_total{code="OK",field="viewer",type="query"} 1`,
		`vinhdanh_operations_total{code="GRAPHQL_VALIDATION_FAILED",field="none",type="none"} 1`,
		`vinhdanh_operations_total{code="UNAUTHENTICATED",field="signIn",type="mutation"} 1`,
		`vinhdanh_operations_total{code="UNAUTHENTICATED",field="accounts",type="query"} 1`,
		`vinhdanh_operations_in_flight{type="query"} 0`,
		`vinhdanh_http_requests_total{method="POST",route="/graphql",status="200"} 25`,
		`vinhdanh_http_requests_total{method="other",route="none",status="404"} 20`,
		`vinhdanh_http_response_bytes_count{route="/graphql"} 25`,
		`go_sql_max_open_connections{db_name="write"} 1`,
		`vinhdanh_database_statements_total `, `vinhdanh_ready 1`, `vinhdanh_event_streams 0`, `vinhdanh_events_waiting 0`, `vinhdanh_build_info{migration="2026`, `go_goroutines `, `process_open_fds `,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	if at := strings.Index(strings.ToLower(text), "nguyen"); at >= 0 {
		t.Errorf("metrics hold what a client wrote: %s", text[at:min(at+80, len(text))])
	}
	stop()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if t.Failed() {
		t.Log(regexp.MustCompile(`(?m)^vinhdanh.*$`).FindAllString(text, -1))
	}
}
