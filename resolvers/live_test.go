package resolvers_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// patience bounds every wait for something that has to happen.
const patience = time.Minute

// online serves over a real port.
func (s *server) online() *httptest.Server {
	s.t.Helper()
	real := httptest.NewServer(s.handler)
	s.t.Cleanup(func() {
		s.store.Events.Close()
		real.Close()
	})
	return real
}

// eventStream is a client of server-sent events.
type eventStream struct {
	t     testing.TB
	lines *bufio.Scanner
	close context.CancelFunc
	*http.Response
}

// follow opens an event stream in the name of a login.
func (s *server) follow(real *httptest.Server, login, query string) *eventStream {
	s.t.Helper()
	body, _ := json.Marshal(map[string]any{"query": query})
	header := http.Header{"Content-Type": {"application/json"}, "Accept": {"text/event-stream"}, "Accept-Language": {"en"}}
	if login != "" {
		header.Set("Authorization", "Bearer "+s.token(login))
	}
	return openStream(s.t, http.MethodPost, real.URL+"/graphql", header, string(body))
}

func openStream(t testing.TB, method, address string, header http.Header, body string) *eventStream {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return &eventStream{t: t, lines: bufio.NewScanner(response.Body), close: cancel, Response: response}
}

// next is the next event: its name and data. A comment is an event named ":"; the end one named "".
func (e *eventStream) next() (name, data string) {
	e.t.Helper()
	seen := false
	for e.lines.Scan() {
		line := e.lines.Text()
		switch {
		case line == "" && seen:
			return name, data
		case strings.HasPrefix(line, ":"):
			name, seen = ":", true
		default:
			field, value, _ := strings.Cut(line, ":")
			if field == "event" {
				name = strings.TrimSpace(value)
			}
			if field == "data" {
				data = strings.TrimSpace(value)
				seen = true
			}
		}
	}
	if err := e.lines.Err(); err != nil && !errors.Is(err, context.Canceled) {
		e.t.Logf("stream: %v", err)
	}
	return "", ""
}

// must is the data of the next event, which has a name. Comments between events are passed over.
func (e *eventStream) must(want string) string {
	e.t.Helper()
	name, data := e.next()
	for name == ":" && want != ":" {
		name, data = e.next()
	}
	if name != want {
		e.t.Fatalf("event %q %s, want %s", name, data, want)
	}
	return data
}

// socket is a client of graphql-transport-ws.
type socket struct {
	t  testing.TB
	ws *websocket.Conn
}

func dial(t testing.TB, real *httptest.Server, header http.Header) *socket {
	t.Helper()
	u, _ := url.Parse(real.URL)
	u.Scheme, u.Path = "ws", "/graphql"
	ws, response, err := websocket.Dial(t.Context(), u.String(), &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: header})
	if err != nil {
		t.Fatal(err)
	}
	if response.Body != nil {
		_ = response.Body.Close()
	}
	t.Cleanup(func() { _ = ws.CloseNow() })
	return &socket{t, ws}
}

// signedIn is a socket that has been introduced.
func (s *server) signedIn(real *httptest.Server, login string) *socket {
	s.t.Helper()
	c := dial(s.t, real, nil)
	payload := map[string]any{"Accept-Language": "en"}
	if login != "" {
		payload["Authorization"] = "Bearer " + s.token(login)
	}
	c.send(map[string]any{"type": "connection_init", "payload": payload})
	c.must("connection_ack", "")
	return c
}

func (c *socket) send(v any) {
	c.t.Helper()
	text, ok := v.(string)
	if !ok {
		raw, _ := json.Marshal(v)
		text = string(raw)
	}
	if err := c.ws.Write(c.t.Context(), websocket.MessageText, []byte(text)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *socket) subscribe(id, query string) {
	c.t.Helper()
	c.send(map[string]any{"type": "subscribe", "id": id, "payload": map[string]any{"query": query}})
}

// next is the next message as text, or how the socket was closed.
func (c *socket) next() (text string, closed websocket.CloseError) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	_, frame, err := c.ws.Read(ctx)
	if err != nil && !errors.As(err, &closed) {
		closed = websocket.CloseError{Code: -1, Reason: err.Error()}
	}
	return string(frame), closed
}

// must is the payload of the next message, of a type and id.
func (c *socket) must(kind, id string) string {
	c.t.Helper()
	text, closed := c.next()
	var m struct {
		Type, ID string
		Payload  json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil || m.Type != kind || m.ID != id {
		c.t.Fatalf("%s %v, want %s %s", text, closed, kind, id)
	}
	return string(m.Payload)
}

// closed is the code the socket is closed with next.
func (c *socket) closed(want websocket.StatusCode) {
	c.t.Helper()
	if text, closed := c.next(); closed.Code != want {
		c.t.Errorf("%s %v, want %d", text, closed, want)
	}
}

// within waits for something that has to happen.
func within(done func() bool) bool {
	deadline := time.Now().Add(patience)
	for !done() && time.Now().Before(deadline) {
		time.Sleep(2 * time.Millisecond)
	}
	return done()
}
