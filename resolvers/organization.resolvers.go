package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// CreateOrganization is the resolver for the createOrganization field.
func (r *mutationResolver) CreateOrganization(ctx context.Context, input model.CreateOrganizationInput) (*model.CreateOrganizationPayload, error) {
	unit, err := r.Store.CreateOrganization(ctx, auth.Actor(ctx), input)
	return &model.CreateOrganizationPayload{Organization: unit}, err
}

// RenameOrganization is the resolver for the renameOrganization field.
func (r *mutationResolver) RenameOrganization(ctx context.Context, input model.RenameOrganizationInput) (*model.RenameOrganizationPayload, error) {
	unit, err := r.Store.RenameOrganization(ctx, auth.Actor(ctx), input)
	return &model.RenameOrganizationPayload{Organization: unit}, err
}

// MoveOrganization is the resolver for the moveOrganization field.
func (r *mutationResolver) MoveOrganization(ctx context.Context, input model.MoveOrganizationInput) (*model.MoveOrganizationPayload, error) {
	unit, err := r.Store.MoveOrganization(ctx, auth.Actor(ctx), input)
	return &model.MoveOrganizationPayload{Organization: unit}, err
}

// SucceedOrganization is the resolver for the succeedOrganization field.
func (r *mutationResolver) SucceedOrganization(ctx context.Context, input model.SucceedOrganizationInput) (*model.SucceedOrganizationPayload, error) {
	unit, err := r.Store.SucceedOrganization(ctx, auth.Actor(ctx), input)
	return &model.SucceedOrganizationPayload{Organization: unit}, err
}

// AbolishOrganization is the resolver for the abolishOrganization field.
func (r *mutationResolver) AbolishOrganization(ctx context.Context, input model.AbolishOrganizationInput) (*model.AbolishOrganizationPayload, error) {
	unit, err := r.Store.AbolishOrganization(ctx, auth.Actor(ctx), input)
	return &model.AbolishOrganizationPayload{Organization: unit}, err
}

// Parent is the resolver for the parent field.
func (r *organizationResolver) Parent(ctx context.Context, obj *model.Organization) (*model.Organization, error) {
	parent, err := loadIf(ctx, loadersOf(ctx).organization, obj.ParentID)
	return parent.At(obj.AsOf), err
}

// Children is the resolver for the children field.
func (r *organizationResolver) Children(ctx context.Context, obj *model.Organization) ([]*model.Organization, error) {
	return loadersOf(ctx).children.Load(ctx, obj)
}

// Predecessors is the resolver for the predecessors field.
func (r *organizationResolver) Predecessors(ctx context.Context, obj *model.Organization) ([]*model.Succession, error) {
	successions, err := loadersOf(ctx).successions.Load(ctx, obj.ID)
	return model.PredecessorsOf(obj.ID, successions), err
}

// Successors is the resolver for the successors field.
func (r *organizationResolver) Successors(ctx context.Context, obj *model.Organization) ([]*model.Succession, error) {
	successions, err := loadersOf(ctx).successions.Load(ctx, obj.ID)
	return model.SuccessorsOf(obj.ID, successions), err
}

// ReformIndex is the resolver for the reformIndex field.
func (r *organizationResolver) ReformIndex(ctx context.Context, obj *model.Organization, year int) (*model.ReformIndex, error) {
	return loadersOf(ctx).reformIndex(ctx, obj.ID, year)
}

// Parent is the resolver for the parent field.
func (r *organizationVersionResolver) Parent(ctx context.Context, obj *model.OrganizationVersion) (*model.Organization, error) {
	parent, err := loadIf(ctx, loadersOf(ctx).organization, obj.ParentID)
	return parent.At(obj.ValidFrom), err
}

// Organization is the resolver for the organization field.
func (r *queryResolver) Organization(ctx context.Context, code string, asOf *model.Date) (*model.Organization, error) {
	return r.Store.Organization(ctx, code, asOf)
}

// Organizations is the resolver for the organizations field.
func (r *queryResolver) Organizations(ctx context.Context, filter *model.OrganizationFilter, first *int, after *string, last *int, before *string) (*model.Connection[model.Organization], error) {
	return r.Store.Organizations(ctx, filter, page(first, after, last, before))
}

// Predecessor is the resolver for the predecessor field.
func (r *successionResolver) Predecessor(ctx context.Context, obj *model.Succession) (*model.Organization, error) {
	return loadersOf(ctx).organization.Load(ctx, obj.PredecessorID)
}

// Successor is the resolver for the successor field.
func (r *successionResolver) Successor(ctx context.Context, obj *model.Succession) (*model.Organization, error) {
	return loadersOf(ctx).organization.Load(ctx, obj.SuccessorID)
}

// Organization returns graph.OrganizationResolver implementation.
func (r *Resolver) Organization() graph.OrganizationResolver { return &organizationResolver{r} }

// OrganizationVersion returns graph.OrganizationVersionResolver implementation.
func (r *Resolver) OrganizationVersion() graph.OrganizationVersionResolver {
	return &organizationVersionResolver{r}
}

// Succession returns graph.SuccessionResolver implementation.
func (r *Resolver) Succession() graph.SuccessionResolver { return &successionResolver{r} }

type (
	organizationResolver        struct{ *Resolver }
	organizationVersionResolver struct{ *Resolver }
	successionResolver          struct{ *Resolver }
)
