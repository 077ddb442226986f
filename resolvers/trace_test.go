package resolvers_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"vinhdanh/internal/trace"
	"vinhdanh/resolvers"
)

// receiver takes traces as OpenTelemetry's collector does, over HTTP.
type receiver struct {
	mu    sync.Mutex
	text  string
	spans []*spans.Span
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, _ := io.ReadAll(request.Body)
	var sent collector.ExportTraceServiceRequest
	if request.URL.Path != "/v1/traces" || proto.Unmarshal(body, &sent) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, resource := range sent.ResourceSpans {
		r.text += resource.Resource.String()
		for _, scope := range resource.ScopeSpans {
			r.spans = append(r.spans, scope.Spans...)
			for _, span := range scope.Spans { // all but the ids, in which any letters may be
				r.text += fmt.Sprintln(span.Name, span.TraceState, span.Attributes, span.Events, span.Links, span.Status)
			}
		}
	}
}

// line is a span with those above it, the topmost first.
func (r *receiver) line(span *spans.Span) string {
	for _, above := range r.spans {
		if string(above.SpanId) == string(span.ParentSpanId) {
			return r.line(above) + " > " + span.Name
		}
	}
	return span.Name
}

// TestTracesShowWorkAndNobodysData is not parallel: the environment names the receiver.
func TestTracesShowWorkAndNobodysData(t *testing.T) { //nolint:paralleltest // see above
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			if kind == "postgres" && os.Getenv("TEST_DATABASE_URL") == "" {
				t.Skip("TEST_DATABASE_URL names no PostgreSQL")
			}
			into := &receiver{}
			address := httptest.NewServer(into)
			defer address.Close()
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address.URL)
			traces, err := trace.Open(t.Context(), "test")
			if err != nil {
				t.Fatal(err)
			}
			s := serve(t, kind, small)
			s.resolver.Trace = traces
			s.handler = s.resolver.Handler(resolvers.Options{})
			askTraced(t, s)
			if err := traces.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			checkTraced(t, into)
		})
	}
}

const traceID = "4bf92f3577b34da6a3ce929d0e0e4736"

// askTraced signs in, reads, writes and fails, all with names of people.
func askTraced(t *testing.T, s *server) {
	s.token("admin")
	header := func() http.Header {
		return http.Header{"Content-Type": {"application/json"}, "Authorization": {"Bearer " + s.token("admin")}, "User-Agent": {"Nguyen An's browser"},
			"X-Forwarded-For": {"203.0.113.7"}, "Tracestate": {"rojo=Nguyen"}, "Traceparent": {"00-" + traceID + "-00f067aa0ba902b7-01"}}
	}
	for _, query := range []string{
		`query Nguyen { an: awards(filter: {text: \"Nguyễn Văn An\"}) { totalCount nodes { id } } }`,
		`mutation { createPerson(input: {code: \"NGUYENAN\", fullName: \"Nguyễn Văn An\", organizationCode: \"A\", position: \"Nguyễn\", positionFrom: \"2020-01-01\"}) { __typename } }`,
		`{ person(code: \"NGUYENAN\") { fullName } }`,
		`{ Nguyen }`,
	} {
		s.send(header(), []byte(`{"query": "`+query+`"}`))
	}
	for _, path := range []string{"/Nguyen/An", "/files/Nguyen?signature=An", "/livez"} {
		request := httptest.NewRequestWithContext(t.Context(), "NGUYEN", path, nil)
		request.Header = header()
		s.handler.ServeHTTP(httptest.NewRecorder(), request)
	}
}

func checkTraced(t *testing.T, into *receiver) {
	var lines []string
	for _, span := range into.spans {
		lines = append(lines, into.line(span))
	}
	for _, want := range []string{
		"POST /graphql > mutation signIn > Mutation.signIn > SELECT accounts",
		"POST /graphql > mutation signIn > Mutation.signIn > COMMIT",
		"POST /graphql > query awards > Query.awards > SELECT awards",
		"POST /graphql > mutation createPerson > Mutation.createPerson > INSERT people",
		"POST /graphql > SELECT accounts", "other none",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("no span %s", want)
		}
	}
	within := slices.ContainsFunc(into.spans, func(span *spans.Span) bool {
		return fmt.Sprintf("%x", span.TraceId) == traceID && span.Name == "POST /graphql"
	})
	if !within {
		t.Error("the trace of the client is not continued")
	}
	for _, personal := range []string{"Nguy", "NGUY", "nguy", "An", password, "eyJ", "admin", "203.0.113", "192.0.2", "livez", "signature", "rojo"} {
		if at := strings.Index(into.text, personal); at >= 0 {
			t.Errorf("spans hold %q: …%q…", personal, into.text[max(0, at-80):min(len(into.text), at+80)])
		}
	}
	if t.Failed() {
		t.Log(strings.Join(lines, "\n"))
	}
}
