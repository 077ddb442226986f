package resolvers

import (
	"context"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// ErasureReason is the resolver for the erasureReason field.
func (r *accountResolver) ErasureReason(ctx context.Context, obj *model.Account) (*string, error) {
	return obj.ErasureReasonFor(loadersOf(ctx).by), nil
}

// EraseAccount is the resolver for the eraseAccount field.
func (r *mutationResolver) EraseAccount(ctx context.Context, input model.EraseAccountInput) (*model.EraseAccountPayload, error) {
	account, err := r.Store.EraseAccount(ctx, auth.Actor(ctx), input)
	return &model.EraseAccountPayload{Account: account}, err
}
