package resolvers

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"vinhdanh/internal/auth"
	"vinhdanh/internal/graphqlws"
	"vinhdanh/internal/message"
	"vinhdanh/model"
)

// webSocket takes operations of every kind over graphql-transport-ws.
type webSocket struct {
	*live
	origins []string
}

// Supports takes what wants to be a socket.
func (webSocket) Supports(r *http.Request) bool { return r.Header.Get("Upgrade") != "" }

// Do serves a socket until it closes.
func (t webSocket) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	account := auth.Actor(r.Context()).AccountID
	if !t.places.take(account) {
		t.refuse(w, r, http.StatusServiceUnavailable, model.Errorf(model.CodeRateLimited, "stream.too_many"))
		return
	}
	defer func() { t.places.leave(account) }()
	conn, err := graphqlws.Accept(w, r, t.origins)
	if err != nil {
		return
	}
	defer conn.Finish()
	go conn.Watch(t.Store.Events.Closed())
	transport.Websocket{Implementation: conn, InitFunc: func(ctx context.Context, payload transport.InitPayload) (context.Context, *transport.InitPayload, error) {
		ctx, actor, err := t.introduce(ctx, conn, introduction(r, payload))
		if err != nil {
			conn.CloseWith(graphqlws.Forbidden, "Forbidden")
			return ctx, nil, err
		}
		if !t.places.take(actor.AccountID) {
			conn.CloseWith(graphqlws.TryAgainLater, "Too many connections")
			return ctx, nil, model.Errorf(model.CodeRateLimited, "stream.too_many")
		}
		t.places.leave(account)
		account = actor.AccountID
		return ctx, nil, nil
	}}.Do(w, r, refusing{exec})
}

// introduction is the request that opened a socket with the headers connection_init gives in its place, since a browser
// cannot set them.
func introduction(r *http.Request, payload transport.InitPayload) *http.Request {
	introduced := r.Clone(r.Context())
	for _, name := range []string{"Authorization", "Acting-For", "Accept-Language"} {
		if value := graphqlws.Header(payload, name); value != "" {
			introduced.Header.Set(name, value)
		}
	}
	return introduced
}

// introduce finds out whose socket it is, and until when.
func (t webSocket) introduce(ctx context.Context, conn *graphqlws.Conn, r *http.Request) (context.Context, model.Actor, error) {
	ctx = message.WithLanguage(ctx, r.Header.Get("Accept-Language"))
	ctx = context.WithValue(ctx, askerKey{}, asker{request: r, socket: conn})
	looking, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	actor, err := t.actor(r.WithContext(looking))
	if err != nil {
		return ctx, actor, err
	}
	if expires, ok := t.expiry(r); ok {
		conn.ExpireAt(expires)
	}
	conn.Full, err = json.Marshal(gqlerror.List{t.present(ctx, model.Errorf(model.CodeRateLimited, "stream.too_many"))})
	return auth.WithActor(ctx, actor), actor, err
}

// refusing makes gqlgen's transport end what is refused before it begins by an error message, in words, as it does with what
// is not valid; it knows the kind of an error by its code.
type refusing struct{ graphql.GraphExecutor }

// CreateOperationContext marks refusals that have no code yet.
func (e refusing) CreateOperationContext(ctx context.Context, params *graphql.RawParams) (*graphql.OperationContext, gqlerror.List) {
	op, refused := e.GraphExecutor.CreateOperationContext(ctx, params)
	for _, err := range refused {
		if _, coded := err.Extensions["code"].(string); !coded {
			errcode.Set(err, errcode.ValidationFailed)
		}
	}
	return op, refused
}

func init() {
	errcode.RegisterErrorType(string(model.CodeComplexityLimit), errcode.KindProtocol)
}

// expiry is when the token of a request expires; false without one.
func (r *Resolver) expiry(req *http.Request) (time.Time, bool) {
	token, err := r.bearer(req)
	if err != nil || token == nil {
		return time.Time{}, false
	}
	return token.expires, true
}
