package resolvers

import (
	"context"
	"vinhdanh/model"
)

// AwardTypes is the resolver for the awardTypes field.
func (r *queryResolver) AwardTypes(ctx context.Context, asOf *model.Date) ([]*model.AwardType, error) {
	return r.Store.AwardTypes(ctx, asOf)
}

// AwardType is the resolver for the awardType field.
func (r *queryResolver) AwardType(ctx context.Context, code string, asOf *model.Date) (*model.AwardType, error) {
	return r.Store.AwardType(ctx, code, asOf)
}
