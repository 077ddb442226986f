package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// Eligibility is the resolver for the eligibility field.
func (r *nominationResolver) Eligibility(ctx context.Context, obj *model.Nomination) (*model.Eligibility, error) {
	return loadersOf(ctx).eligibility.Load(ctx, obj.ID)
}

// Eligibility is the resolver for the eligibility field.
func (r *queryResolver) Eligibility(ctx context.Context, nominationID string) (*model.Eligibility, error) {
	return r.Store.Eligibility(ctx, auth.Actor(ctx), nominationID)
}

// ConfirmedBy is the resolver for the confirmedBy field.
func (r *ruleConfirmationResolver) ConfirmedBy(ctx context.Context, obj *model.RuleConfirmation) (*model.Account, error) {
	return loadIf(ctx, loadersOf(ctx).account, obj.ConfirmedBy)
}

// Message is the resolver for the message field.
func (r *ruleFindingResolver) Message(ctx context.Context, obj *model.RuleFinding) (string, error) {
	return r.Words.In(ctx).Text(obj.Reason, obj.Args), nil
}

// Remedy is the resolver for the remedy field.
func (r *ruleFindingResolver) Remedy(ctx context.Context, obj *model.RuleFinding) (*string, error) {
	if obj.Outcome == model.RuleOutcomePassed {
		return nil, nil
	}
	remedy := r.Words.In(ctx).Text(obj.Reason+".remedy", obj.Args)
	return &remedy, nil
}

// RuleConfirmation returns graph.RuleConfirmationResolver implementation.
func (r *Resolver) RuleConfirmation() graph.RuleConfirmationResolver {
	return &ruleConfirmationResolver{r}
}

// RuleFinding returns graph.RuleFindingResolver implementation.
func (r *Resolver) RuleFinding() graph.RuleFindingResolver { return &ruleFindingResolver{r} }

type (
	ruleConfirmationResolver struct{ *Resolver }
	ruleFindingResolver      struct{ *Resolver }
)
