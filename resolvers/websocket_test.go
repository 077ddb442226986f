package resolvers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"vinhdanh/resolvers"
)

const initialise = `{"type":"connection_init"}`

// TestSocketClosesByTheProtocol says a few words to a socket and looks at the code it is closed with. "<" waits for a message.
func TestSocketClosesByTheProtocol(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	real := s.online()
	waiting := `{"type":"subscribe","id":"1","payload":{"query":"subscription { decisionPublished { id } }"}}`
	for name, c := range map[string]struct {
		words []string
		code  websocket.StatusCode
	}{
		"not JSON":                         {[]string{"hello"}, 4400},
		"a list":                           {[]string{`[]`}, 4400},
		"no type":                          {[]string{`{}`}, 4400},
		"an unknown type":                  {[]string{`{"type":"start"}`}, 4400},
		"a message of servers":             {[]string{initialise, "<", `{"type":"next","id":"1","payload":{}}`}, 4400},
		"a payload that is no object":      {[]string{`{"type":"connection_init","payload":5}`}, 4400},
		"a ping with a list":               {[]string{initialise, "<", `{"type":"ping","payload":[]}`}, 4400},
		"no id":                            {[]string{initialise, "<", `{"type":"subscribe","payload":{"query":"{ __typename }"}}`}, 4400},
		"an id that is no text":            {[]string{initialise, "<", `{"type":"subscribe","id":1,"payload":{"query":"{ __typename }"}}`}, 4400},
		"no payload":                       {[]string{initialise, "<", `{"type":"subscribe","id":"1"}`}, 4400},
		"no query":                         {[]string{initialise, "<", `{"type":"subscribe","id":"1","payload":{}}`}, 4400},
		"a query that is no text":          {[]string{initialise, "<", `{"type":"subscribe","id":"1","payload":{"query":1}}`}, 4400},
		"variables that are no object":     {[]string{initialise, "<", `{"type":"subscribe","id":"1","payload":{"query":"{ __typename }","variables":"{}"}}`}, 4400},
		"a completion without an id":       {[]string{initialise, "<", `{"type":"complete"}`}, 4400},
		"asking before being introduced":   {[]string{waiting}, 4401},
		"a token that is none":             {[]string{`{"type":"connection_init","payload":{"Authorization":"Bearer x"}}`}, 4403},
		"a token of another scheme":        {[]string{`{"type":"connection_init","payload":{"authorization":"Basic YTpi"}}`}, 4403},
		"acting for whom one may not":      {[]string{`{"type":"connection_init","payload":{"authorization":"Bearer ` + s.token("admin") + `","acting-for":"nobody"}}`}, 4403},
		"an id that is in use":             {[]string{initialise, "<", waiting, waiting}, 4409},
		"being introduced twice":           {[]string{initialise, "<", initialise}, 4429},
		"being introduced twice at once":   {[]string{initialise, initialise, "<"}, 4429},
		"a message larger than a megabyte": {[]string{strings.Repeat(" ", 1<<20+1)}, 1009},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := dial(t, real, nil)
			for _, word := range c.words {
				if word == "<" {
					client.must("connection_ack", "")
					continue
				}
				client.send(word)
			}
			client.closed(c.code)
		})
	}
	t.Run("frames of bytes", func(t *testing.T) {
		t.Parallel()
		client := dial(t, real, nil)
		if err := client.ws.Write(t.Context(), websocket.MessageBinary, []byte(initialise)); err != nil {
			t.Fatal(err)
		}
		client.closed(4400)
	})
}

func TestSocketIsOpenedForTheRightClients(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	real := s.online()
	try := func(protocol string, header http.Header) int {
		ws, response, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(real.URL, "http")+"/graphql",
			&websocket.DialOptions{Subprotocols: []string{protocol}, HTTPHeader: header})
		if response == nil {
			t.Fatal(err)
		}
		if response.Body != nil {
			defer response.Body.Close()
		}
		if err == nil {
			_, _, err = ws.Read(t.Context())
			defer ws.CloseNow()
			return int(websocket.CloseStatus(err))
		}
		return response.StatusCode
	}
	if got := try("graphql-ws", nil); got != 4406 {
		t.Errorf("the old protocol: %d", got)
	}
	if got := try("graphql-transport-ws", http.Header{"Origin": {"https://elsewhere.example"}}); got != http.StatusForbidden {
		t.Errorf("a page of another origin: %d", got)
	}
	if got := try("graphql-transport-ws", http.Header{"Authorization": {"Bearer x"}}); got != http.StatusUnauthorized {
		t.Errorf("a header with a token that is none: %d", got)
	}
	elsewhere := httptest.NewServer(s.resolver.Handler(resolvers.Options{AllowedOrigins: []string{"https://thidua.example.vn"}}))
	defer elsewhere.Close()
	allowed := dial(t, elsewhere, http.Header{"Origin": {"https://thidua.example.vn"}})
	allowed.send(initialise)
	allowed.must("connection_ack", "")
	_ = allowed.ws.CloseNow()
	// A page of the same origin, with the token in the header of the upgrade.
	c := dial(t, real, http.Header{"Origin": {real.URL}, "Authorization": {"Bearer " + s.token("admin")}})
	c.send(initialise)
	c.must("connection_ack", "")
	c.subscribe("1", `{ viewer { account { username } } }`)
	if data := c.must("next", "1"); !strings.Contains(data, `"username":"admin"`) {
		t.Error(data)
	}
	c.must("complete", "1")
}

func TestSocketTakesOperationsOfEveryKind(t *testing.T) {
	t.Parallel()
	onBoth(t, reviewing, func(t *testing.T, s *server) {
		c := s.signedIn(s.online(), "s1")
		c.send(`{"type":"ping","payload":{"n":1}}`)
		if payload := c.must("pong", ""); payload != `{"n":1}` {
			t.Error(payload)
		}
		c.subscribe("q", `{ nomination(campaignCode: "MAU-2024", reference: "CN-2") { reference } }`)
		if data := c.must("next", "q"); data != `{"data":{"nomination":{"reference":"CN-2"}},"extensions":{"cost":{"limit":20000,"requested":2}}}` {
			t.Error(data)
		}
		c.must("complete", "q")
		id, _ := s.nomination("CN-2")
		c.subscribe("q", `mutation { addComment(input: {nominationId: "`+id+`", body: "Đã xem"}) { comment { body } } }`)
		if data := c.must("next", "q"); !strings.HasPrefix(data, `{"data":{"addComment":{"comment":{"body":"Đã xem"}}}`) {
			t.Error(data)
		}
		c.must("complete", "q")
		c.subscribe("forbidden", `mutation { setBusinessTime(input: {at: "x"}) { businessTime } approveNominations(input: {nominations: []}) { nominations { id } } }`)
		if data := c.must("next", "forbidden"); !strings.Contains(data, `"code":"FORBIDDEN"`) {
			t.Error(data)
		}
		c.must("complete", "forbidden")
	})
}

// TestSocketEndsOperationsOnce looks for a completion after an error, and lets an id be used again.
func TestSocketEndsOperationsOnce(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	c := s.signedIn(s.online(), "")
	for query, code := range map[string]string{
		`{`:           "GRAPHQL_PARSE_FAILED",
		`{ nothing }`: "GRAPHQL_VALIDATION_FAILED",
		`subscription { decisionPublished { awards(first: 100) { nodes { recipient { ... on Person { awards(first: 100) { nodes { id code: registerNumber } } } } } } } }`: "COMPLEXITY_LIMIT_EXCEEDED",
		`subscription { __typename }`: "GRAPHQL_VALIDATION_FAILED",
		`subscription { a: decisionPublished { id } b: decisionPublished { id } }`: "GRAPHQL_VALIDATION_FAILED",
	} {
		c.subscribe("1", query)
		if errors := c.must("error", "1"); !strings.Contains(errors, `"code":"`+code+`"`) {
			t.Errorf("%s: %s", query, errors)
		}
	}
	waiting := `subscription { decisionPublished { id } }`
	c.subscribe("1", waiting)
	s.streams(1)
	c.send(`{"type":"complete","id":"1"}`)
	c.send(`{"type":"complete","id":"unknown"}`)
	c.subscribe("1", waiting)
	s.streams(1)
	c.send(`{"type":"complete","id":"1"}`)
	s.streams(0)
	c.subscribe("1", `{ __typename }`)
	c.must("next", "1")
	c.must("complete", "1")
}

func TestSocketWordsRefusalsOfDocuments(t *testing.T) {
	t.Parallel()
	s := serve(t, "sqlite", empty)
	c := s.signedIn(s.online(), "")
	for payload, code := range map[string]string{
		`{"query":"{ ` + strings.Repeat("awardTypes { code } ", 31) + `}"}`:                                         "COMPLEXITY_LIMIT_EXCEEDED",
		`{"query":"{` + strings.Repeat("__typename ", 3000) + `}"}`:                                                 "COMPLEXITY_LIMIT_EXCEEDED",
		`{"query":"","extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + strings.Repeat("0", 64) + `"}}}`: "PERSISTED_QUERY_NOT_FOUND",
	} {
		c.send(`{"type":"subscribe","id":"1","payload":` + payload + `}`)
		if errors := c.must("error", "1"); !strings.Contains(errors, `"code":"`+code+`"`) {
			t.Error(errors)
		}
	}
}
