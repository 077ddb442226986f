package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// Issuer is the resolver for the issuer field.
func (r *campaignResolver) Issuer(ctx context.Context, obj *model.Campaign) (*model.Organization, error) {
	return loadersOf(ctx).organization.Load(ctx, obj.IssuerID)
}

// StandingUnit is the resolver for the standingUnit field.
func (r *campaignResolver) StandingUnit(ctx context.Context, obj *model.Campaign) (*model.Organization, error) {
	return loadersOf(ctx).organization.Load(ctx, obj.StandingUnitID)
}

// Criteria is the resolver for the criteria field.
func (r *campaignResolver) Criteria(ctx context.Context, obj *model.Campaign, recipientKind *model.RecipientKind) ([]*model.Criterion, error) {
	return obj.Criteria(recipientKind), nil
}

// Council is the resolver for the council field.
func (r *campaignResolver) Council(ctx context.Context, obj *model.Campaign) ([]*model.CouncilMember, error) {
	return r.Store.Council(auth.Actor(ctx), obj), nil
}

// Person is the resolver for the person field.
func (r *councilMemberResolver) Person(ctx context.Context, obj *model.CouncilMember) (*model.Person, error) {
	return loadersOf(ctx).person.Load(ctx, obj.PersonID)
}

// CreateCampaign is the resolver for the createCampaign field.
func (r *mutationResolver) CreateCampaign(ctx context.Context, input model.CreateCampaignInput) (*model.CreateCampaignPayload, error) {
	campaign, err := r.Store.CreateCampaign(ctx, auth.Actor(ctx), input)
	return &model.CreateCampaignPayload{Campaign: campaign}, err
}

// UpdateCampaign is the resolver for the updateCampaign field.
func (r *mutationResolver) UpdateCampaign(ctx context.Context, input model.UpdateCampaignInput) (*model.UpdateCampaignPayload, error) {
	campaign, err := r.Store.UpdateCampaign(ctx, auth.Actor(ctx), input)
	return &model.UpdateCampaignPayload{Campaign: campaign}, err
}

// OpenPhase is the resolver for the openPhase field.
func (r *mutationResolver) OpenPhase(ctx context.Context, input model.OpenPhaseInput) (*model.OpenPhasePayload, error) {
	campaign, err := r.Store.OpenPhase(ctx, auth.Actor(ctx), input)
	return &model.OpenPhasePayload{Campaign: campaign}, err
}

// ExtendPhase is the resolver for the extendPhase field.
func (r *mutationResolver) ExtendPhase(ctx context.Context, input model.ExtendPhaseInput) (*model.ExtendPhasePayload, error) {
	campaign, err := r.Store.ExtendPhase(ctx, auth.Actor(ctx), input)
	return &model.ExtendPhasePayload{Campaign: campaign}, err
}

// Organization is the resolver for the organization field.
func (r *phaseExtensionResolver) Organization(ctx context.Context, obj *model.PhaseExtension) (*model.Organization, error) {
	return loadIf(ctx, loadersOf(ctx).organization, obj.OrganizationID)
}

// Campaign is the resolver for the campaign field.
func (r *queryResolver) Campaign(ctx context.Context, code string) (*model.Campaign, error) {
	return r.Store.Campaign(ctx, auth.Actor(ctx), code)
}

// Campaigns is the resolver for the campaigns field.
func (r *queryResolver) Campaigns(ctx context.Context, filter *model.CampaignFilter, first *int, after *string, last *int, before *string) (*model.Connection[model.Campaign], error) {
	return r.Store.Campaigns(ctx, auth.Actor(ctx), filter, page(first, after, last, before))
}

// AwardType is the resolver for the awardType field.
func (r *quotaResolver) AwardType(ctx context.Context, obj *model.Quota) (*model.AwardType, error) {
	return loadersOf(ctx).awardType.Load(ctx, obj.AwardTypeID)
}

// Campaign returns graph.CampaignResolver implementation.
func (r *Resolver) Campaign() graph.CampaignResolver { return &campaignResolver{r} }

// CouncilMember returns graph.CouncilMemberResolver implementation.
func (r *Resolver) CouncilMember() graph.CouncilMemberResolver { return &councilMemberResolver{r} }

// PhaseExtension returns graph.PhaseExtensionResolver implementation.
func (r *Resolver) PhaseExtension() graph.PhaseExtensionResolver { return &phaseExtensionResolver{r} }

// Quota returns graph.QuotaResolver implementation.
func (r *Resolver) Quota() graph.QuotaResolver { return &quotaResolver{r} }

type (
	campaignResolver       struct{ *Resolver }
	councilMemberResolver  struct{ *Resolver }
	phaseExtensionResolver struct{ *Resolver }
	quotaResolver          struct{ *Resolver }
)
