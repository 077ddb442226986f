//go:build linux

package faults_test

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// crowd opens connections that each do something slowly, and never more.
func (o *office) crowd(n int, do func(net.Conn)) []net.Conn {
	o.t.Helper()
	connections := make([]net.Conn, n)
	for i := range connections {
		connection, err := new(net.Dialer).DialContext(o.t.Context(), "tcp", strings.TrimPrefix(*o.address.Load(), "http://"))
		if err != nil {
			o.t.Fatal(err)
		}
		o.t.Cleanup(func() { _ = connection.Close() })
		do(connection)
		connections[i] = connection
	}
	return connections
}

// Clients that send a byte now and then, or read none, hold their own connection and nobody else.
func TestSlowClientsHoldNobodyElse(t *testing.T) {
	onBoth(t, func(t *testing.T, o *office) {
		s := newScribe(o)
		s.accepted()
		many, large := times(50, 500), s.bigFile()
		slow := map[string][]net.Conn{
			"headers": o.crowd(many, func(c net.Conn) { fmt.Fprint(c, "POST /graphql HTTP/1.1\r\nHost: x\r\nX-Slow: ") }),
			"bodies": o.crowd(many, func(c net.Conn) {
				fmt.Fprintf(c, "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\nContent-Length: 1000\r\n\r\n{", s.token)
			}),
			"uploads": o.crowd(many, func(c net.Conn) {
				fmt.Fprintf(c, "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nAuthorization: Bearer %s\r\nContent-Length: 1000000\r\n\r\n--b\r\n", s.token)
			}),
			"readers": o.crowd(10, func(c net.Conn) { fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", large) }),
		}
		begun := time.Now()
		for range 10 {
			s.accepted()
		}
		t.Logf("%d slow clients are connected; 20 acts and as many looks at them took %s", 3*many+10, time.Since(begun))
		if !long {
			return
		}
		for kind, connections := range slow {
			if kind == "uploads" || kind == "readers" {
				continue // a large file over a slow line may take minutes
			}
			cut := eventually(t, "clients with slow "+kind+" are cut off", 3*time.Minute, func() bool {
				for _, c := range connections {
					_ = c.SetReadDeadline(time.Now().Add(time.Millisecond))
					for buffer := make([]byte, 4096); ; {
						_, err := c.Read(buffer)
						if timeout, ok := err.(net.Error); ok && timeout.Timeout() { //nolint:errorlint // as the net package gives it
							return false
						}
						if err != nil {
							break
						}
					}
				}
				return true
			})
			t.Logf("%d clients with slow %s were cut off within %s more", many, kind, cut)
		}
		s.accepted()
		for _, connections := range slow {
			for _, c := range connections {
				_ = c.Close()
			}
		}
		o.stop()
	})
}

// bigFile attaches a file larger than what lies between two programs, and gives its link.
func (s *scribe) bigFile() string {
	s.o.t.Helper()
	content := append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte("0123456789abcde\n"), 512<<10)...)
	r := s.ask(s.o.t.Context(), `mutation($input: AttachEvidenceInput!) { attachEvidence(input: $input) { evidence { url } nomination { version } } }`,
		map[string]any{"input": map[string]any{"nominationId": s.nomination, "expectedVersion": s.version, "file": nil}}, file{"bao-cao.pdf", content})
	link, ok := r.at("attachEvidence", "evidence", "url").(string)
	if !ok {
		s.o.t.Fatal(r)
	}
	s.files++
	s.version++
	_, signed, _ := strings.Cut(link, "/files/")
	return "/files/" + signed
}
