package graphqlws

import (
	"bytes"
	"testing"

	"github.com/coder/websocket"
)

// FuzzFrames sends any frames, one a line, to a socket that has been acknowledged. Each is passed on, answered, refused with a
// code of the protocol, or nothing; no operation gets an id that another one had, and none is lost sight of.
func FuzzFrames(f *testing.F) {
	for _, frames := range []string{
		`{"type":"connection_init","payload":{"Authorization":"Bearer x"}}`, "{\"type\":\"connection_init\"}\n{\"type\":\"connection_init\"}",
		`{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}` + "\n" + `{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}`,
		`{"type":"subscribe","id":"1","payload":{"extensions":{}}}` + "\n" + `{"type":"complete","id":"1"}` + "\n" + `{"type":"subscribe","id":"1","payload":{"query":""}}`,
		`{"type":"ping","payload":{}}`, `{"type":"pong","payload":null}`, `{"type":"ping","payload":[]}`, `{"type":"complete"}`, `{"type":"complete","id":"9"}`,
		`[]`, `null`, `{`, `{"type":"start","id":"\ud800"}`, `{"TYPE":"ping"}`, "\xff", `{"type":"subscribe","id":"","payload":{"query":"{a}"}}`,
	} {
		f.Add([]byte(frames))
	}
	codes := map[int]bool{BadRequest: true, SubscriberExists: true, TooManyInits: true}
	f.Fuzz(func(t *testing.T, frames []byte) {
		c := &Conn{acked: true, inner: map[string]string{}, outer: map[string]string{}}
		had := map[string]bool{}
		for frame := range bytes.SplitSeq(frames, []byte("\n")) {
			passed, answer, refused := c.receive(websocket.MessageText, frame)
			if passed != nil && answer != nil || passed != nil && refused != nil || answer != nil && refused != nil {
				t.Fatalf("%q: passed %v, answered %v, refused %v", frame, passed, answer, refused)
			}
			if passed != nil && passed.Type == "subscribe" {
				if had[passed.ID] {
					t.Fatalf("%q: the id %q comes again", frame, passed.ID)
				}
				had[passed.ID] = true
			}
			for id, inner := range c.inner {
				if c.outer[inner] != id || len(c.inner) != len(c.outer) || len(c.inner) > mostOperations {
					t.Fatalf("%q: %v, %v", frame, c.inner, c.outer)
				}
			}
			if refused != nil {
				if !codes[refused.code] {
					t.Fatalf("%q: %v", frame, refused)
				}
				return
			}
		}
	})
}
