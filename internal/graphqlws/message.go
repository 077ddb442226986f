package graphqlws

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/coder/websocket"
)

// message is one message of the protocol.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// refusal is why a socket has to be closed.
type refusal struct {
	code   int
	reason string
}

// request is what the payload of a subscribe message has to be.
type request struct {
	Query         *string                    `json:"query"`
	OperationName *string                    `json:"operationName"`
	Variables     map[string]json.RawMessage `json:"variables"`
	Extensions    map[string]json.RawMessage `json:"extensions"`
}

// receive checks a frame and says what to do with it: pass it on, answer it, refuse it, or nothing.
func (c *Conn) receive(kind websocket.MessageType, frame []byte) (passed, answer *message, refused *refusal) {
	var m message
	if kind != websocket.MessageText || json.Unmarshal(frame, &m) != nil || !object(m.Payload) {
		return nil, nil, &refusal{BadRequest, "Invalid message received"}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = true
	switch m.Type {
	case "connection_init":
		if c.initialised {
			return nil, nil, &refusal{TooManyInits, "Too many initialisation requests"}
		}
		c.initialised = true
		return &m, nil, nil
	case "ping":
		return nil, &message{Type: "pong", Payload: m.Payload}, nil
	case "pong":
		return nil, nil, nil
	case "subscribe":
		return c.subscribe(m)
	case "complete":
		if m.ID == "" {
			return nil, nil, &refusal{BadRequest, "Invalid message received: complete without an id"}
		}
		if m.ID = c.end(m.ID); m.ID == "" {
			return nil, nil, nil
		}
		return &m, nil, nil
	}
	return nil, nil, &refusal{BadRequest, fmt.Sprintf("Unexpected message of type %q received", m.Type)}
}

// subscribe lets an operation begin.
func (c *Conn) subscribe(m message) (passed, answer *message, refused *refusal) {
	var asked request
	_, exists := c.inner[m.ID]
	switch {
	case !c.acked:
		return nil, nil, &refusal{Unauthorized, "Unauthorized"}
	case m.ID == "" || json.Unmarshal(m.Payload, &asked) != nil || asked.Query == nil && asked.Extensions == nil:
		return nil, nil, &refusal{BadRequest, "Invalid message received: subscribe without an id or a query"}
	case exists:
		return nil, nil, &refusal{SubscriberExists, fmt.Sprintf("Subscriber for %s already exists", m.ID)}
	case len(c.inner) >= mostOperations:
		return nil, &message{ID: m.ID, Type: "error", Payload: c.Full}, nil
	}
	m.ID = c.begin(m.ID)
	return &m, nil, nil
}

// object says whether a payload is an object, or missing.
func object(payload json.RawMessage) bool {
	text := bytes.TrimSpace(payload)
	return len(text) == 0 || text[0] == '{' || string(text) == "null"
}
