package auth

import (
	"context"

	"vinhdanh/model"
)

type actorKey struct{}

// WithActor carries who asks through a request.
func WithActor(ctx context.Context, actor model.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

// Actor is who asks; nobody when nobody signed in.
func Actor(ctx context.Context) model.Actor {
	actor, _ := ctx.Value(actorKey{}).(model.Actor)
	return actor
}
