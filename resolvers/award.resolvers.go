package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// AwardType is the resolver for the awardType field.
func (r *awardResolver) AwardType(ctx context.Context, obj *model.Award) (*model.AwardType, error) {
	if obj.AwardType != nil {
		return obj.AwardType, nil
	}
	return loadersOf(ctx).awardType.Load(ctx, obj.AwardTypeID)
}

// Recipient is the resolver for the recipient field.
func (r *awardResolver) Recipient(ctx context.Context, obj *model.Award) (model.Recipient, error) {
	if obj.Person != nil {
		return obj.Person, nil
	}
	return recipient(ctx, obj.PersonID, obj.OrganizationID)
}

// Unit is the resolver for the unit field.
func (r *awardResolver) Unit(ctx context.Context, obj *model.Award) (*model.Organization, error) {
	return loadersOf(ctx).organization.Load(ctx, obj.UnitID)
}

// Decision is the resolver for the decision field.
func (r *awardResolver) Decision(ctx context.Context, obj *model.Award) (*model.Decision, error) {
	if obj.Decision != nil {
		return obj.Decision, nil
	}
	return loadersOf(ctx).decision.Load(ctx, obj.DecisionID)
}

// Campaign is the resolver for the campaign field.
func (r *awardResolver) Campaign(ctx context.Context, obj *model.Award) (*model.Campaign, error) {
	return loadIf(ctx, loadersOf(ctx).campaign, obj.CampaignID)
}

// Revocation is the resolver for the revocation field.
func (r *awardResolver) Revocation(ctx context.Context, obj *model.Award) (*model.Revocation, error) {
	if obj.Status == model.AwardStatusActive {
		return nil, nil
	}
	return loadersOf(ctx).revocation.Load(ctx, obj.ID)
}

// AwardType is the resolver for the awardType field.
func (r *awardStatisticResolver) AwardType(ctx context.Context, obj *model.AwardStatistic) (*model.AwardType, error) {
	return loadIf(ctx, loadersOf(ctx).awardType, obj.AwardTypeID)
}

// Unit is the resolver for the unit field.
func (r *awardStatisticResolver) Unit(ctx context.Context, obj *model.AwardStatistic) (*model.Organization, error) {
	return loadIf(ctx, loadersOf(ctx).organization, obj.UnitID)
}

// Awards is the resolver for the awards field.
func (r *decisionResolver) Awards(ctx context.Context, obj *model.Decision, first *int, after *string, last *int, before *string) (*model.Connection[model.Award], error) {
	return r.Store.AwardsOfDecision(ctx, auth.Actor(ctx), obj.ID, page(first, after, last, before))
}

// RevokeAward is the resolver for the revokeAward field.
func (r *mutationResolver) RevokeAward(ctx context.Context, input model.RevokeAwardInput) (*model.RevokeAwardPayload, error) {
	award, err := r.Store.RevokeAward(ctx, auth.Actor(ctx), input)
	return &model.RevokeAwardPayload{Award: award}, err
}

// Award is the resolver for the award field.
func (r *nominationResolver) Award(ctx context.Context, obj *model.Nomination) (*model.Award, error) {
	return loadersOf(ctx).nominated.Load(ctx, obj.ID)
}

// Awards is the resolver for the awards field.
func (r *organizationResolver) Awards(ctx context.Context, obj *model.Organization, includeSubordinates bool, includePredecessors bool, filter *model.AwardFilter, first *int, after *string, last *int, before *string) (*model.Connection[model.Award], error) {
	return r.Store.AwardsOfOrganization(ctx, auth.Actor(ctx), obj.Code, includeSubordinates, includePredecessors, filter, page(first, after, last, before))
}

// Awards is the resolver for the awards field.
func (r *personResolver) Awards(ctx context.Context, obj *model.Person, filter *model.AwardFilter, first *int, after *string, last *int, before *string) (*model.Connection[model.Award], error) {
	return r.Store.AwardsOfPerson(ctx, auth.Actor(ctx), obj.ID, filter, page(first, after, last, before))
}

// Award is the resolver for the award field.
func (r *queryResolver) Award(ctx context.Context, id string) (*model.Award, error) {
	return r.Store.Award(ctx, auth.Actor(ctx), id)
}

// Awards is the resolver for the awards field.
func (r *queryResolver) Awards(ctx context.Context, filter *model.AwardFilter, orderBy *model.AwardOrder, first *int, after *string, last *int, before *string) (*model.Connection[model.Award], error) {
	return r.Store.Awards(ctx, auth.Actor(ctx), filter, orderBy, page(first, after, last, before))
}

// AwardStatistics is the resolver for the awardStatistics field.
func (r *queryResolver) AwardStatistics(ctx context.Context, filter *model.AwardFilter, groupBy []model.AwardGrouping) ([]*model.AwardStatistic, error) {
	return r.Store.AwardStatistics(ctx, auth.Actor(ctx), filter, groupBy)
}

// VerifyAward is the resolver for the verifyAward field.
func (r *queryResolver) VerifyAward(ctx context.Context, code string) (*model.AwardVerification, error) {
	return r.Store.VerifyAward(ctx, code)
}

// Award returns graph.AwardResolver implementation.
func (r *Resolver) Award() graph.AwardResolver { return &awardResolver{r} }

// AwardStatistic returns graph.AwardStatisticResolver implementation.
func (r *Resolver) AwardStatistic() graph.AwardStatisticResolver { return &awardStatisticResolver{r} }

type (
	awardResolver          struct{ *Resolver }
	awardStatisticResolver struct{ *Resolver }
)
