package resolvers_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const (
	streamMedia = "text/event-stream"
	// anyClient is what urql sends with every operation.
	anyClient = "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
)

// TestWhatIsAnsweredByEvents follows GraphQL over SSE, distinct connections: what is answered as a stream, and what as JSON.
func TestWhatIsAnsweredByEvents(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", reviewing)
	real := s.online()
	quoted := func(query string) string { return `{"query":"` + strings.ReplaceAll(query, `"`, `\"`) + `"}` }
	for name, c := range map[string]struct {
		accept, body string
		status       int
		media, says  string
	}{
		"a query of a client that takes streams alone": {streamMedia, quoted(`{ __typename }`), 200, streamMedia, `{"data":{"__typename":"Query"}`},
		"a query of a client that takes both":          {anyClient, quoted(`{ __typename }`), 200, modern, `{"data":{"__typename":"Query"}`},
		"a query of a client that takes anything":      {streamMedia + ", */*", quoted(`{ __typename }`), 200, plain, `{"data":{"__typename":"Query"}`},
		"a mutation":                                        {streamMedia, quoted(`mutation { signOut(input: {refreshToken: "x"}) { ended } }`), 200, streamMedia, `{"data":{"signOut":{"ended":false}}`},
		"a query that is not valid":                         {streamMedia, quoted(`{ nothing }`), 200, streamMedia, `"code":"GRAPHQL_VALIDATION_FAILED"`},
		"a subscription that is not valid":                  {streamMedia, quoted(`subscription { nothing }`), 200, streamMedia, `"code":"GRAPHQL_VALIDATION_FAILED"`},
		"a subscription that is forbidden":                  {anyClient, quoted(nominationChanged), 200, streamMedia, `"code":"UNAUTHENTICATED"`},
		"a subscription of a client that takes JSON alone":  {plain, quoted(decisionPublished), 400, plain, `"code":"BAD_USER_INPUT"`},
		"a subscription of a client that wants no streams":  {"text/event-stream;q=0, application/json", quoted(decisionPublished), 400, plain, `"code":"BAD_USER_INPUT"`},
		"what is no JSON":                                   {streamMedia, `{`, 400, plain, `"code":"BAD_USER_INPUT"`},
		"a subscription that costs more than one may spend": {streamMedia, quoted(`subscription { decisionPublished { awards(first: 100) { nodes { recipient { ... on Person { awards(first: 100) { nodes { id registerNumber } } } } } } } }`), 200, streamMedia, `"code":"COMPLEXITY_LIMIT_EXCEEDED"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stream := openStream(t, http.MethodPost, real.URL+"/graphql", http.Header{"Content-Type": {plain}, "Accept": {c.accept}}, c.body)
			checkStream(t, stream, c.status, c.media, c.says)
		})
	}
}

func checkStream(t *testing.T, stream *eventStream, status int, media, says string) {
	t.Helper()
	text, err := io.ReadAll(stream.Body)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(string(text), "\n", "|")
	if media == streamMedia && (!strings.HasPrefix(got, "event: next|data: {") || !strings.HasSuffix(got, "}||event: complete|data:||")) {
		t.Errorf("not an event and a completion: %s", got)
	}
	if stream.StatusCode != status || !strings.HasPrefix(stream.Header.Get("Content-Type"), media) || !strings.Contains(got, says) {
		t.Errorf("%d %s %s, want %d %s %s", stream.StatusCode, stream.Header.Get("Content-Type"), got, status, media, says)
	}
}

// TestEventSourceFollowsFromItsOwnPage asks by GET as browsers do.
func TestEventSourceFollowsFromItsOwnPage(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", deciding)
	real := s.online()
	ask := func(query string, header http.Header) *eventStream {
		header.Set("Accept", streamMedia)
		return openStream(t, http.MethodGet, real.URL+"/graphql?"+url.Values{"query": {query}}.Encode(), header, "")
	}
	for name, c := range map[string]struct {
		query  string
		header http.Header
		status int
		says   string
	}{
		"from the same origin":                {`{ __typename }`, http.Header{"Sec-Fetch-Site": {"same-origin"}}, 200, `event: next`},
		"by a browser that does not say":      {`{ __typename }`, http.Header{}, 200, `event: next`},
		"from another site":                   {`{ __typename }`, http.Header{"Sec-Fetch-Site": {"cross-site"}}, 400, `BAD_USER_INPUT`},
		"from another site, an older browser": {`{ __typename }`, http.Header{"Origin": {"https://elsewhere.example"}}, 400, `BAD_USER_INPUT`},
		"from another site, as it allows":     {`{ __typename }`, http.Header{"Sec-Fetch-Site": {"cross-site"}, "Graphql-Preflight": {"1"}}, 200, `event: next`},
		"a mutation":                          {`mutation { signOut(input: {refreshToken: "x"}) { ended } }`, http.Header{}, 405, `BAD_USER_INPUT`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkStream(t, ask(c.query, c.header), c.status, "", c.says)
		})
	}
	source := ask(decisionPublished, http.Header{})
	if source.must(":"); source.Header.Get("Cache-Control") != "private, no-store" || source.Header.Get("X-Accel-Buffering") != "no" {
		t.Error(source.Header)
	}
	publish(t, s)
	if data := source.must("next"); !strings.Contains(data, `"number":"45/QĐ-UBND"`) {
		t.Error(data)
	}
}
