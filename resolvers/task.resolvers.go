package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/model"
)

// Campaign is the resolver for the campaign field.
func (r *taskResolver) Campaign(ctx context.Context, obj *model.Task) (*model.Campaign, error) {
	return loadIf(ctx, loadersOf(ctx).campaign, obj.CampaignID)
}

// Nomination is the resolver for the nomination field.
func (r *taskResolver) Nomination(ctx context.Context, obj *model.Task) (*model.Nomination, error) {
	return loadIf(ctx, loadersOf(ctx).nomination, obj.NominationID)
}

// Organization is the resolver for the organization field.
func (r *taskResolver) Organization(ctx context.Context, obj *model.Task) (*model.Organization, error) {
	return loadIf(ctx, loadersOf(ctx).organization, obj.OrganizationID)
}

// Person is the resolver for the person field.
func (r *taskResolver) Person(ctx context.Context, obj *model.Task) (*model.Person, error) {
	return loadIf(ctx, loadersOf(ctx).person, obj.PersonID)
}

// Task returns graph.TaskResolver implementation.
func (r *Resolver) Task() graph.TaskResolver { return &taskResolver{r} }

type taskResolver struct{ *Resolver }
