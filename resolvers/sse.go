package resolvers

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

const (
	mediaEvents = "text/event-stream"
	// keepAlive is how often a stream says that it lives.
	keepAlive = 15 * time.Second
	// writeTime is how long a client may take to read what was sent.
	writeTime = 10 * time.Second
)

// errExpired says that the token of a stream has expired.
var errExpired = errors.New("access token expired")

// takes says whether a client names event streams, and whether it names JSON or takes anything.
func takes(r *http.Request) (streams, plain bool) {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil || params["q"] == "0" {
			continue
		}
		switch media {
		case mediaEvents:
			streams = true
		case mediaResponse, mediaJSON, "*/*", "application/*":
			plain = true
		}
	}
	return streams, plain
}

// eventSource says that a request is what EventSource sends, which cannot have headers of its own, from a page of the same
// origin.
func eventSource(r *http.Request) bool {
	streams, plain := takes(r)
	site := r.Header.Get("Sec-Fetch-Site")
	return streams && !plain && (site == "same-origin" || site == "" && r.Header.Get("Origin") == "")
}

// streamed says whether an operation is answered by events: a subscription, or anything for a client that takes nothing else.
// Some clients name event streams in every request.
func streamed(r *http.Request, op *ast.OperationDefinition) bool {
	streams, plain := takes(r)
	switch {
	case op != nil && op.Operation == ast.Subscription:
		return streams
	case op != nil && op.Operation == ast.Mutation && r.Method == http.MethodGet:
		return false
	}
	return streams && !plain
}

// serve answers an operation as server-sent events (GraphQL over SSE, distinct connections). Complete is sent when the
// operation is over; a stream that breaks off without it is to be opened again.
func (l *live) serve(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor, op *graphql.OperationContext, refused gqlerror.List) {
	account := auth.Actor(r.Context()).AccountID
	if !l.places.take(account) {
		l.refuse(w, r, http.StatusServiceUnavailable, model.Errorf(model.CodeRateLimited, "stream.too_many"))
		return
	}
	defer l.places.leave(account)
	ctx, cancel := context.WithCancel(context.WithValue(r.Context(), askerKey{}, asker{request: r}))
	defer cancel()
	if expires, ok := l.expiry(r); ok {
		ctx, cancel = context.WithDeadlineCause(ctx, expires, errExpired)
		defer cancel()
	}
	responses, over := graphql.OneShot(exec.DispatchError(graphql.WithOperationContext(ctx, op), refused)), ctx
	if refused == nil {
		responses, over = exec.DispatchOperation(ctx, op)
	}
	e := openEvents(w)
	defer e.close()
	if s, _ := over.Value(streamKey{}).(*stream); s != nil && s.feed != nil {
		e.write(":\n\n")
		defer e.beat()()
	}
	for response := responses(over); response != nil && e.err == nil; response = responses(over) {
		text, err := json.Marshal(answer{response.Errors, response.Data, response.Extensions})
		if err != nil {
			return
		}
		e.write("event: next\ndata: " + string(text) + "\n\n")
	}
	select {
	case <-ctx.Done():
	case <-l.Store.Events.Closed():
	default:
		e.write("event: complete\ndata:\n\n")
	}
}

// eventWriter writes a stream of events. A client that does not read loses the stream.
type eventWriter struct {
	w  http.ResponseWriter
	rc *http.ResponseController

	mu  sync.Mutex
	err error
}

// openEvents begins a stream, which may last longer than the server lets requests last.
func openEvents(w http.ResponseWriter) *eventWriter {
	e := &eventWriter{w: w, rc: http.NewResponseController(w)}
	_ = e.rc.SetReadDeadline(time.Time{})
	w.Header().Set("Content-Type", mediaEvents)
	w.Header().Set("X-Accel-Buffering", "no") // a proxy passes each event on at once
	w.WriteHeader(http.StatusOK)
	return e
}

func (e *eventWriter) write(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err != nil {
		return
	}
	_ = e.rc.SetWriteDeadline(time.Now().Add(writeTime))
	if _, e.err = io.WriteString(e.w, text); e.err == nil {
		e.err = e.rc.Flush()
	}
}

// beat writes comments until it is told to stop.
func (e *eventWriter) beat() (stop func()) {
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		beats := time.NewTicker(keepAlive)
		defer beats.Stop()
		for {
			select {
			case <-beats.C:
				e.write(":\n\n")
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-stopped
	}
}

func (e *eventWriter) close() { _ = e.rc.SetWriteDeadline(time.Time{}) }
