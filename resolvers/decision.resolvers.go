package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// Decisions is the resolver for the decisions field.
func (r *campaignResolver) Decisions(ctx context.Context, obj *model.Campaign) ([]*model.Decision, error) {
	return loadersOf(ctx).decisions.Load(ctx, obj.ID)
}

// Issuer is the resolver for the issuer field.
func (r *decisionResolver) Issuer(ctx context.Context, obj *model.Decision) (*model.Organization, error) {
	return loadersOf(ctx).organization.Load(ctx, obj.IssuerID)
}

// Campaign is the resolver for the campaign field.
func (r *decisionResolver) Campaign(ctx context.Context, obj *model.Decision) (*model.Campaign, error) {
	return loadIf(ctx, loadersOf(ctx).campaign, obj.CampaignID)
}

// LegalBases is the resolver for the legalBases field.
func (r *decisionResolver) LegalBases(ctx context.Context, obj *model.Decision) ([]string, error) {
	return loadersOf(ctx).bases.Load(ctx, obj.ID)
}

// Nominations is the resolver for the nominations field.
func (r *decisionResolver) Nominations(ctx context.Context, obj *model.Decision) ([]*model.Nomination, error) {
	return r.Store.ListedOn(ctx, auth.Actor(ctx), obj)
}

// ApproveNominations is the resolver for the approveNominations field.
func (r *mutationResolver) ApproveNominations(ctx context.Context, input model.ApproveNominationsInput) (*model.ApproveNominationsPayload, error) {
	nominations, err := r.Store.ApproveNominations(ctx, auth.Actor(ctx), input)
	return &model.ApproveNominationsPayload{Nominations: nominations}, err
}

// RejectNomination is the resolver for the rejectNomination field.
func (r *mutationResolver) RejectNomination(ctx context.Context, input model.RejectNominationInput) (*model.RejectNominationPayload, error) {
	nomination, err := r.Store.RejectNomination(ctx, auth.Actor(ctx), input)
	return &model.RejectNominationPayload{Nomination: nomination}, err
}

// DraftDecision is the resolver for the draftDecision field.
func (r *mutationResolver) DraftDecision(ctx context.Context, input model.DraftDecisionInput) (*model.DraftDecisionPayload, error) {
	decision, err := r.Store.DraftDecision(ctx, auth.Actor(ctx), input)
	return &model.DraftDecisionPayload{Decision: decision}, err
}

// DiscardDecision is the resolver for the discardDecision field.
func (r *mutationResolver) DiscardDecision(ctx context.Context, input model.DiscardDecisionInput) (*model.DiscardDecisionPayload, error) {
	id, err := r.Store.DiscardDecision(ctx, auth.Actor(ctx), input)
	return &model.DiscardDecisionPayload{DiscardedID: &id}, err
}

// IssueDecision is the resolver for the issueDecision field.
func (r *mutationResolver) IssueDecision(ctx context.Context, input model.IssueDecisionInput) (*model.IssueDecisionPayload, error) {
	decision, err := r.Store.IssueDecision(ctx, auth.Actor(ctx), input)
	return &model.IssueDecisionPayload{Decision: decision}, err
}

// PublishDecision is the resolver for the publishDecision field.
func (r *mutationResolver) PublishDecision(ctx context.Context, input model.PublishDecisionInput) (*model.PublishDecisionPayload, error) {
	decision, err := r.Store.PublishDecision(ctx, auth.Actor(ctx), input)
	return &model.PublishDecisionPayload{Decision: decision}, err
}

// Decision is the resolver for the decision field.
func (r *queryResolver) Decision(ctx context.Context, number string, year int, issuerCode *string) (*model.Decision, error) {
	return r.Store.Decision(ctx, auth.Actor(ctx), number, year, issuerCode)
}

// Decisions is the resolver for the decisions field.
func (r *queryResolver) Decisions(ctx context.Context, filter *model.DecisionFilter, first *int, after *string, last *int, before *string) (*model.Connection[model.Decision], error) {
	return r.Store.Decisions(ctx, auth.Actor(ctx), filter, page(first, after, last, before))
}

// DecisionPublished is the resolver for the decisionPublished field.
func (r *subscriptionResolver) DecisionPublished(ctx context.Context, issuerCode *string) (<-chan *model.Decision, error) {
	feed, err := r.Store.DecisionPublished(ctx, issuerCode)
	return follow(ctx, feed, err)
}

// Decision returns graph.DecisionResolver implementation.
func (r *Resolver) Decision() graph.DecisionResolver { return &decisionResolver{r} }

type decisionResolver struct{ *Resolver }
