package resolvers

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/events"
	"vinhdanh/internal/graphqlws"
	"vinhdanh/internal/store"
	"vinhdanh/model"
)

// Limits of what lasts longer than a request.
const (
	// eventTime is the most time the reading of one event may take.
	eventTime = 10 * time.Second
	// eventsAtOnce bounds the events read at a time, so that many streams leave the database to requests.
	eventsAtOnce = 4
	// retryAfter is when an event is read again that could not be read because the database was away.
	retryAfter = time.Second
)

// live carries subscriptions, and everything that comes over a WebSocket. Who asks is looked up again for each operation and
// each event, since roles are revoked and sessions ended meanwhile.
type live struct {
	*Resolver
	reading chan struct{}
	places  places
}

func newLive(r *Resolver) *live {
	return &live{Resolver: r, reading: make(chan struct{}, eventsAtOnce), places: places{of: map[string]int{}}}
}

// stream is one subscription under way.
type stream struct {
	feed  *events.Stream
	field *graphql.FieldContext
	// read reads an event and hands it to the executor; false when it is not for the reader.
	read  func(ctx context.Context, e events.Event) (bool, error)
	ended bool
}

// asker is who asks over a connection: a request whose headers say so, and the socket when there is one.
type asker struct {
	request *http.Request
	socket  *graphqlws.Conn
}

type (
	streamKey struct{}
	askerKey  struct{}
)

// socketOf is the socket an operation came over; nil for other transports.
func socketOf(ctx context.Context) *graphqlws.Conn {
	who, _ := ctx.Value(askerKey{}).(asker)
	return who.socket
}

// follow begins a subscription over a feed. The resolvers below its records ask in the name of whoever asks at that time.
func follow[T any](ctx context.Context, feed *store.Feed[T], err error) (<-chan *T, error) {
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, feed.Close)
	shown := make(chan *T, 1)
	s := ctx.Value(streamKey{}).(*stream)
	s.feed, s.field = feed.Stream, graphql.GetFieldContext(ctx)
	s.read = func(ctx context.Context, e events.Event) (bool, error) {
		record, err := feed.Read(ctx, auth.Actor(ctx), e)
		if err != nil || record == nil {
			return false, err
		}
		loadersOf(ctx).expect(record)
		shown <- record
		return true, nil
	}
	return shown, nil
}

// ExtensionName names the extension to gqlgen.
func (*live) ExtensionName() string { return "Live" }

// Validate accepts every schema.
func (*live) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses subscriptions that do not follow exactly one thing.
func (l *live) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	if op.Operation.Operation != ast.Subscription {
		return nil
	}
	fields := graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Subscription"})
	if len(fields) == 1 && !strings.HasPrefix(fields[0].Name, "__") {
		return nil
	}
	err := gqlerror.ErrorPosf(op.Operation.Position, "A subscription must have exactly one root field, and not of introspection.")
	errcode.Set(err, errcode.ValidationFailed)
	return err
}

// InterceptOperation prepares an operation of any transport: those over a socket are asked by whoever the token stands for
// now, and all but subscriptions are bounded in time.
func (l *live) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if socketOf(ctx) != nil {
		fresh, err := l.asNow(ctx)
		if err != nil {
			return graphql.OneShot(l.failed(ctx, err))
		}
		ctx = fresh
	}
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
		return next(context.WithValue(ctx, streamKey{}, new(stream)))
	}
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	answer := next(ctx)
	return func(ctx context.Context) *graphql.Response {
		defer cancel()
		return answer(ctx)
	}
}

// InterceptResponse waits for the next event of a subscription that is for the reader; other operations have one answer.
func (l *live) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	s, _ := ctx.Value(streamKey{}).(*stream)
	if s == nil || s.feed == nil {
		return next(ctx)
	}
	for !s.ended {
		e, err := s.feed.Next(ctx)
		if errors.Is(err, events.ErrLagging) {
			s.ended = true
			return l.failed(ctx, model.Errorf(model.CodeUnavailable, "stream.lagging"))
		}
		if errors.Is(err, events.ErrShutdown) && socketOf(ctx) != nil {
			<-ctx.Done() // a completion would keep the client from coming back
		}
		if err != nil {
			return nil
		}
		answer, err := l.tell(ctx, s, e, next)
		switch {
		case ctx.Err() != nil:
			return nil
		case store.Unavailable(err) != nil, errors.Is(err, context.DeadlineExceeded):
			s.feed.Add(e)
			pause(ctx, retryAfter)
		case err != nil:
			s.ended = true
			return l.failed(ctx, err)
		case answer != nil:
			return answer
		}
	}
	return nil
}

// tell answers one event in the name of whoever asks now; nil when it is not for them.
func (l *live) tell(ctx context.Context, s *stream, e events.Event, next graphql.ResponseHandler) (*graphql.Response, error) {
	select {
	case l.reading <- struct{}{}:
		defer func() { <-l.reading }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, eventTime)
	defer cancel()
	ctx, err := l.asNow(ctx)
	if err != nil {
		return nil, err
	}
	if err := mayEnter(auth.Actor(ctx), s.field.Field.Definition); err != nil {
		return nil, err
	}
	if shown, err := s.read(ctx, e); err != nil || !shown {
		return nil, err
	}
	return next(graphql.WithFieldContext(ctx, s.field)), nil
}

// asNow looks up who asks over a connection and gives them loaders that have read nothing yet.
func (l *live) asNow(ctx context.Context) (context.Context, error) {
	actor, err := l.actor(ctx.Value(askerKey{}).(asker).request.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	return withLoaders(auth.WithActor(ctx, actor), newLoaders(l.Store, actor)), nil
}

// failed is the last answer of an operation that cannot go on. A socket whose token stands for nobody any more is closed.
func (l *live) failed(ctx context.Context, err error) *graphql.Response {
	if socket := socketOf(ctx); socket != nil && model.CodeOf(err) == model.CodeUnauthenticated {
		go socket.CloseWith(graphqlws.Unauthorized, "Unauthorized: the session has ended")
	}
	return &graphql.Response{Errors: gqlerror.List{l.present(ctx, err)}}
}

// pause waits, or not when the context ends.
func pause(ctx context.Context, long time.Duration) {
	select {
	case <-time.After(long):
	case <-ctx.Done():
	}
}
