package resolvers

import (
	"context"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// Identities is the resolver for the identities field.
func (r *accountResolver) Identities(ctx context.Context, obj *model.Account) ([]*model.Identity, error) {
	return r.Store.IdentitiesOf(ctx, loadersOf(ctx).by, obj.ID)
}

// ExchangeSignInCode is the resolver for the exchangeSignInCode field.
func (r *mutationResolver) ExchangeSignInCode(ctx context.Context, input model.ExchangeSignInCodeInput) (*model.ExchangeSignInCodePayload, error) {
	session, actor, err := r.Store.ExchangeSignInCode(ctx, input)
	loadersOf(ctx).by = actor
	return &model.ExchangeSignInCodePayload{Session: session, Viewer: viewer(actor)}, err
}

// LinkIdentity is the resolver for the linkIdentity field.
func (r *mutationResolver) LinkIdentity(ctx context.Context, input model.LinkIdentityInput) (*model.LinkIdentityPayload, error) {
	identity, err := r.Store.LinkIdentity(ctx, auth.Actor(ctx), input)
	return &model.LinkIdentityPayload{Identity: identity}, err
}

// UnlinkIdentity is the resolver for the unlinkIdentity field.
func (r *mutationResolver) UnlinkIdentity(ctx context.Context, input model.UnlinkIdentityInput) (*model.UnlinkIdentityPayload, error) {
	account, err := r.Store.UnlinkIdentity(ctx, auth.Actor(ctx), input)
	return &model.UnlinkIdentityPayload{Account: account}, err
}
