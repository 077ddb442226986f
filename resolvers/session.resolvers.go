package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// Sessions is the resolver for the sessions field.
func (r *accountResolver) Sessions(ctx context.Context, obj *model.Account) ([]*model.AccountSession, error) {
	return r.Store.SessionsOf(ctx, loadersOf(ctx).by, obj.ID)
}

// Current is the resolver for the current field.
func (r *accountSessionResolver) Current(ctx context.Context, obj *model.AccountSession) (bool, error) {
	return loadersOf(ctx).by.SessionID == obj.ID, nil
}

// EndSession is the resolver for the endSession field.
func (r *mutationResolver) EndSession(ctx context.Context, input model.EndSessionInput) (*model.EndSessionPayload, error) {
	session, err := r.Store.EndSession(ctx, auth.Actor(ctx), input)
	return &model.EndSessionPayload{Session: session}, err
}

// EndOtherSessions is the resolver for the endOtherSessions field.
func (r *mutationResolver) EndOtherSessions(ctx context.Context) (*model.EndOtherSessionsPayload, error) {
	ended, err := r.Store.EndOtherSessions(ctx, auth.Actor(ctx))
	return &model.EndOtherSessionsPayload{Ended: ended}, err
}

// Sessions is the resolver for the sessions field.
func (r *viewerResolver) Sessions(ctx context.Context, obj *model.Viewer) ([]*model.AccountSession, error) {
	return r.Store.SessionsOf(ctx, obj.Actor, obj.Actor.AccountID)
}

// AccountSession returns graph.AccountSessionResolver implementation.
func (r *Resolver) AccountSession() graph.AccountSessionResolver { return &accountSessionResolver{r} }

type accountSessionResolver struct{ *Resolver }
