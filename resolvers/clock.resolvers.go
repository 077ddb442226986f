package resolvers

import (
	"context"
	"time"
	"vinhdanh/model"
)

// SetBusinessTime is the resolver for the setBusinessTime field.
func (r *mutationResolver) SetBusinessTime(ctx context.Context, input model.SetBusinessTimeInput) (*model.SetBusinessTimePayload, error) {
	at, err := r.Store.SetBusinessTime(input.At)
	return &model.SetBusinessTimePayload{BusinessTime: at}, err
}

// BusinessTime is the resolver for the businessTime field.
func (r *queryResolver) BusinessTime(ctx context.Context) (*time.Time, error) {
	now := r.Store.Clock.Now()
	return &now, nil
}
