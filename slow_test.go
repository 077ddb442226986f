package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestSlowClientsAreCut holds connections open as slowloris and its kin do: with headers, and with bodies, that never end.
func TestSlowClientsAreCut(t *testing.T) {
	t.Parallel()
	read := make(chan error, 1)
	server := newServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		read <- err
		w.WriteHeader(http.StatusRequestTimeout)
	}))
	if server.ReadHeaderTimeout > 5*time.Second || server.ReadTimeout > 20*time.Second || server.WriteTimeout > time.Minute || server.IdleTimeout > 2*time.Minute || server.MaxHeaderBytes > 32<<10 {
		t.Errorf("too patient: %+v", server)
	}
	// The same server, with less patience than a test has.
	server.ReadHeaderTimeout, server.ReadTimeout = 100*time.Millisecond, 200*time.Millisecond
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })

	for name, sent := range map[string]string{
		"a header without end": "POST /graphql HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"a body without end":   "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{",
	} {
		if answer := hold(t, listener.Addr(), sent); !strings.Contains(answer, "408") && answer != "" {
			t.Errorf("%s: %q", name, answer)
		}
	}
	if err := <-read; err == nil {
		t.Error("a body that never came was read")
	}
	if answer := hold(t, listener.Addr(), "GET / HTTP/1.1\r\nHost: x\r\nX-Large: "+strings.Repeat("x", 64<<10)+"\r\n\r\n"); !strings.Contains(answer, "431") {
		t.Errorf("large headers: %.100q", answer)
	}
}

// hold sends something and reads until the server hangs up, which it has to do within a bounded time.
func hold(t *testing.T, addr net.Addr, sent string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprint(conn, sent); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(bufio.NewReader(conn))
	if timeout, ok := err.(net.Error); ok && timeout.Timeout() { //nolint:errorlint // what Read returns is not wrapped
		t.Fatal("the connection is held open")
	}
	return string(answer)
}
