package resolvers

import (
	"context"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// ChangePassword is the resolver for the changePassword field.
func (r *mutationResolver) ChangePassword(ctx context.Context, input model.ChangePasswordInput) (*model.ChangePasswordPayload, error) {
	account, err := r.Store.ChangePassword(ctx, auth.Actor(ctx), input)
	return &model.ChangePasswordPayload{Account: account}, err
}

// CreatePasswordReset is the resolver for the createPasswordReset field.
func (r *mutationResolver) CreatePasswordReset(ctx context.Context, input model.CreatePasswordResetInput) (*model.CreatePasswordResetPayload, error) {
	return r.Store.CreatePasswordReset(ctx, auth.Actor(ctx), input)
}

// ResetPassword is the resolver for the resetPassword field.
func (r *mutationResolver) ResetPassword(ctx context.Context, input model.ResetPasswordInput) (*model.ResetPasswordPayload, error) {
	username, err := r.Store.ResetPassword(ctx, input)
	return &model.ResetPasswordPayload{Username: username}, err
}
