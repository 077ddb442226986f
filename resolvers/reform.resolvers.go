package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// RecordReformResults is the resolver for the recordReformResults field.
func (r *mutationResolver) RecordReformResults(ctx context.Context, input model.RecordReformResultsInput) (*model.RecordReformResultsPayload, error) {
	results, err := r.Store.RecordReformResults(ctx, auth.Actor(ctx), input)
	return &model.RecordReformResultsPayload{ReformResults: results}, err
}

// VerifyReformResult is the resolver for the verifyReformResult field.
func (r *mutationResolver) VerifyReformResult(ctx context.Context, input model.VerifyReformResultInput) (*model.VerifyReformResultPayload, error) {
	results, err := r.Store.VerifyReformResult(ctx, auth.Actor(ctx), input)
	return &model.VerifyReformResultPayload{ReformResults: results}, err
}

// ReformIndicators is the resolver for the reformIndicators field.
func (r *queryResolver) ReformIndicators(ctx context.Context) ([]*model.ReformIndicator, error) {
	return r.Store.ReformIndicators(ctx)
}

// ReformResults is the resolver for the reformResults field.
func (r *queryResolver) ReformResults(ctx context.Context, filter *model.ReformResultFilter, first *int, after *string, last *int, before *string) (*model.Connection[model.ReformResult], error) {
	return r.Store.ReformResults(ctx, filter, page(first, after, last, before))
}

// ReformSummary is the resolver for the reformSummary field.
func (r *queryResolver) ReformSummary(ctx context.Context, organizationCode string, year int) (*model.ReformSummary, error) {
	return r.Store.ReformSummary(ctx, organizationCode, year)
}

// Organization is the resolver for the organization field.
func (r *reformResultResolver) Organization(ctx context.Context, obj *model.ReformResult) (*model.Organization, error) {
	return loadersOf(ctx).organization.Load(ctx, obj.OrganizationID)
}

// Indicator is the resolver for the indicator field.
func (r *reformResultResolver) Indicator(ctx context.Context, obj *model.ReformResult) (*model.ReformIndicator, error) {
	return loadersOf(ctx).indicator.Load(ctx, obj.IndicatorID)
}

// ReformResult returns graph.ReformResultResolver implementation.
func (r *Resolver) ReformResult() graph.ReformResultResolver { return &reformResultResolver{r} }

type reformResultResolver struct{ *Resolver }
