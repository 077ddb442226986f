//go:build linux

package faults_test

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slow is a request that is sent in two halves.
type slow struct {
	t          testing.TB
	connection net.Conn
	rest       []byte
}

// begin sends the first half of a request, and waits until the server has read it.
func (c *client) begin(query string, variables map[string]any) *slow {
	t := c.o.t
	t.Helper()
	c.must(`{ viewer { account { username } } }`, nil) // signs in
	body := operation(query, variables)
	u, err := url.Parse(*c.o.address.Load())
	if err != nil {
		t.Fatal(err)
	}
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	fmt.Fprintf(connection, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n",
		u.Host, c.token, len(body))
	// The server asks for the body once it reads it: by then the request is in flight.
	if line, err := bufio.NewReader(connection).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q %v", line, err)
	}
	_, _ = connection.Write(body[:10])
	return &slow{t, connection, body[10:]}
}

// finish sends the rest and reads the answer.
func (s *slow) finish() *http.Response {
	s.t.Helper()
	_, _ = s.connection.Write(s.rest)
	_ = s.connection.SetReadDeadline(time.Now().Add(30 * time.Second))
	reader := bufio.NewReader(s.connection)
	for {
		// What was buffered of the interim answer ends with an empty line.
		if start, err := reader.Peek(2); err != nil || !bytes.Equal(start, []byte("\r\n")) {
			break
		}
		_, _ = reader.Discard(2)
	}
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		s.t.Fatalf("what was in flight got no answer: %v", err)
	}
	return response
}

// refuses says whether the server takes no more connections.
func (o *office) refuses() bool {
	connection, err := (&net.Dialer{Timeout: time.Second}).DialContext(o.t.Context(), "tcp", strings.TrimPrefix(*o.address.Load(), "http://"))
	if err == nil {
		_ = connection.Close()
	}
	return err != nil
}

func TestToldToStopItFinishesWhatIsInFlight(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		h := o.client("h1")
		draft := h.must(`mutation { createNomination(input: {campaignCode: "DOT-1", awardTypeCode: "GK.XA", recipientKind: INDIVIDUAL, recipientCode: "P1-1",
			submittedByCode: "D1", groundCode: "CCHC", achievement: "Số hóa hồ sơ"}) { nomination { id } } }`, nil)
		const comment = `mutation($id: ID!) { addComment(input: {nominationId: $id, body: "kịp"}) { comment { id } } }`
		request := h.begin(comment, map[string]any{"id": draft.at("createNomination", "nomination", "id")})
		o.server.signal(syscall.SIGTERM)
		eventually(t, "new connections are refused", 10*time.Second, o.refuses)
		response := request.finish()
		defer response.Body.Close()
		var answer bytes.Buffer
		if _, err := answer.ReadFrom(response.Body); err != nil || !strings.Contains(answer.String(), `"comment":{"id"`) {
			t.Errorf("what was in flight is answered %s %v", answer.String(), err)
		}
		if code := o.server.wait(20 * time.Second); code != 0 {
			t.Errorf("the server ends with %d", code)
		}
		if _, err := os.Stat(o.database + "-wal"); o.kind == "sqlite" && err == nil {
			t.Error("the database was not closed: its log is still there")
		}
		o.start()
		if r := h.must(`{ nomination(campaignCode: "DOT-1", reference: "CN-D1-001") { comments { body } } }`, nil); !strings.Contains(string(r.Data), "kịp") {
			t.Errorf("what was answered is not recorded: %s", r)
		}
		o.stop()
	})
}

func TestToldTwiceItStopsAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		o.client("h1").begin(`{ viewer { account { username } } }`, nil)
		o.server.signal(syscall.SIGTERM)
		eventually(t, "new connections are refused", 10*time.Second, o.refuses)
		o.server.signal(syscall.SIGTERM)
		if code := o.server.wait(10 * time.Second); code == 0 {
			t.Error("the server says that all is well although it cut a request off")
		}
		if !long {
			return
		}
		// Told once it waits for whoever does not finish a request, but not for ever.
		o.start()
		o.client("h1").begin(`{ viewer { account { username } } }`, nil)
		o.server.signal(syscall.SIGTERM)
		o.server.wait(45 * time.Second)
	})
}
