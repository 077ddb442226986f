// Package graphqlws keeps a WebSocket to the letter of graphql-transport-ws
// (https://github.com/graphql/graphql-over-http/blob/main/rfcs/GraphQLOverWebSocket.md): it stands between gqlgen's transport
// and the socket, reads each frame first, and closes with the codes of the protocol. It knows nothing of what is asked.
package graphqlws

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/coder/websocket"
)

// Protocol is the one subprotocol spoken.
const Protocol = "graphql-transport-ws"

// The codes with which the protocol closes a socket.
const (
	GoingAway         = int(websocket.StatusGoingAway)
	TryAgainLater     = int(websocket.StatusTryAgainLater)
	BadRequest        = 4400
	Unauthorized      = 4401
	Forbidden         = 4403
	InitTimeout       = 4408
	SubscriberExists  = 4409
	TooManyInits      = 4429
	subprotocolCode   = 4406
	mostReason        = 120
	readLimit         = 1 << 20
	writeTime         = 10 * time.Second
	mostOperations    = 100
	initTime          = 5 * time.Second
	pingInterval      = 20 * time.Second
	silentPingsToLive = 2
)

// Conn is an accepted socket. As an implementation for gqlgen's transport it gives out itself.
type Conn struct {
	// Full is the payload of the error sent when more operations than allowed are under way: a list of GraphQL errors.
	Full json.RawMessage

	ws       *websocket.Conn
	closing  sync.Once
	finished chan struct{}

	mu          sync.Mutex
	initialised bool
	acked       bool
	heard       bool
	expiry      *time.Timer
	operations  int
	// inner and outer translate between the ids of the client, which may come again, and those gqlgen sees, which do not.
	inner, outer map[string]string
}

// Accept makes a request a socket. Pages of the same origin may open one, and those of the origins named. When it fails the
// request has been answered.
func Accept(w http.ResponseWriter, r *http.Request, origins []string) (*Conn, error) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{Protocol}, OriginPatterns: origins,
		InsecureSkipVerify: slices.Contains(origins, "*")})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(readLimit)
	c := &Conn{ws: ws, finished: make(chan struct{}), inner: map[string]string{}, outer: map[string]string{}}
	if ws.Subprotocol() != Protocol {
		c.CloseWith(subprotocolCode, "Subprotocol not acceptable")
		return nil, errors.New("the client does not speak " + Protocol)
	}
	return c, nil
}

// Accept gives gqlgen's transport the socket that was accepted.
func (c *Conn) Accept(http.ResponseWriter, *http.Request, transport.WebsocketAcceptOptions) (transport.WebsocketConn, error) {
	return c, nil
}

// Watch closes the socket when the client does not introduce itself, falls silent, or the server stops. It returns when the
// socket is finished.
func (c *Conn) Watch(stop <-chan struct{}) {
	introduction, pings := time.NewTimer(initTime), time.NewTicker(pingInterval)
	defer introduction.Stop()
	defer pings.Stop()
	for silent := 0; ; {
		select {
		case <-c.finished:
			return
		case <-stop:
			c.CloseWith(GoingAway, "Going away")
			return
		case <-introduction.C:
			if !c.introduced() {
				c.CloseWith(InitTimeout, "Connection initialisation timeout")
				return
			}
		case <-pings.C:
			if silent++; c.wasHeard() {
				silent = 0
			}
			if silent > silentPingsToLive {
				_ = c.ws.CloseNow()
				return
			}
			_ = c.send(message{Type: "ping"})
		}
	}
}

func (c *Conn) introduced() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.initialised
}

// wasHeard says whether anything came since it was last asked.
func (c *Conn) wasHeard() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	heard := c.heard
	c.heard = false
	return heard
}

// ExpireAt closes the socket at an instant, so that the client comes back with a fresh token.
func (c *Conn) ExpireAt(instant time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expiry = time.AfterFunc(time.Until(instant), func() { c.CloseWith(Forbidden, "Forbidden: the access token has expired") })
}

// CloseWith closes the socket, once, and waits for the client to agree, a few seconds at most.
func (c *Conn) CloseWith(code int, reason string) {
	c.closing.Do(func() {
		_ = c.ws.Close(websocket.StatusCode(code), strings.ToValidUTF8(reason[:min(len(reason), mostReason)], ""))
	})
}

// Finish lets go of the socket.
func (c *Conn) Finish() {
	close(c.finished)
	c.mu.Lock()
	if c.expiry != nil {
		c.expiry.Stop()
	}
	c.mu.Unlock()
	_ = c.ws.CloseNow() // waits for a closing that is under way
}

// WriteClose is how gqlgen's transport closes: the client has gone, or has been closed with a better code before.
func (c *Conn) WriteClose(code int, reason string) error {
	go c.CloseWith(code, reason)
	return nil
}

// Close leaves it to Finish.
func (c *Conn) Close() error { return nil }

// Subprotocol is what was agreed on.
func (c *Conn) Subprotocol() string { return Protocol }

// NextReader gives gqlgen's transport the next message that concerns it.
func (c *Conn) NextReader() (int, io.Reader, error) {
	for {
		kind, frame, err := c.ws.Read(context.Background())
		if err != nil {
			return 0, nil, transport.ErrWebsocketClosed
		}
		passed, answer, refused := c.receive(kind, frame)
		switch {
		case refused != nil:
			c.CloseWith(refused.code, refused.reason)
			return 0, nil, transport.ErrWebsocketClosed
		case answer != nil:
			_ = c.send(*answer) // a socket that failed is found by the next read
		case passed != nil:
			text, err := json.Marshal(passed)
			return int(kind), bytes.NewReader(text), err
		}
	}
}

// WriteJSON sends a message of gqlgen's transport, unless the client has no use for it any more.
func (c *Conn) WriteJSON(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	var m message
	if err := json.Unmarshal(text, &m); err != nil {
		return err
	}
	if !c.address(&m) {
		return nil
	}
	return c.send(m)
}

// address puts the client's id on an answer, and says whether the client still waits for it: nothing follows an error or a
// completion, of either side.
func (c *Conn) address(m *message) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.ID == "" {
		c.acked = c.acked || m.Type == "connection_ack"
		return true
	}
	id, waits := c.outer[m.ID]
	if m.Type != "next" {
		delete(c.outer, m.ID)
		delete(c.inner, id)
	}
	m.ID = id
	return waits
}

// send writes a message. A client that does not take it in time loses the socket.
func (c *Conn) send(m message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), writeTime)
	defer cancel()
	return c.ws.Write(ctx, websocket.MessageText, text)
}

// begin gives an operation an id of its own.
func (c *Conn) begin(id string) string {
	c.operations++
	inner := strconv.Itoa(c.operations)
	c.inner[id], c.outer[inner] = inner, id
	return inner
}

// end forgets an operation the client has no use for any more.
func (c *Conn) end(id string) (inner string) {
	inner = c.inner[id]
	delete(c.inner, id)
	delete(c.outer, inner)
	return inner
}

// Header gives the value of a field of connection_init, which stands for a header; letters may be small or capital.
func Header(payload map[string]any, name string) string {
	for key, value := range payload {
		if text, ok := value.(string); ok && strings.EqualFold(key, name) {
			return text
		}
	}
	return ""
}
