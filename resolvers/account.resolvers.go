package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// Person is the resolver for the person field.
func (r *accountResolver) Person(ctx context.Context, obj *model.Account) (*model.Person, error) {
	return loadIf(ctx, loadersOf(ctx).person, obj.Owner())
}

// Grants is the resolver for the grants field.
func (r *accountResolver) Grants(ctx context.Context, obj *model.Account) ([]*model.RoleGrant, error) {
	return r.Store.GrantsOf(ctx, obj.ID)
}

// From is the resolver for the from field.
func (r *delegationResolver) From(ctx context.Context, obj *model.Delegation) (*model.Account, error) {
	return loadersOf(ctx).account.Load(ctx, obj.FromAccountID)
}

// To is the resolver for the to field.
func (r *delegationResolver) To(ctx context.Context, obj *model.Delegation) (*model.Account, error) {
	return loadersOf(ctx).account.Load(ctx, obj.ToAccountID)
}

// SignIn is the resolver for the signIn field.
func (r *mutationResolver) SignIn(ctx context.Context, input model.SignInInput) (*model.SignInPayload, error) {
	session, actor, err := r.Store.SignIn(ctx, input)
	loadersOf(ctx).by = actor
	return &model.SignInPayload{Session: session, Viewer: viewer(actor)}, err
}

// RefreshSession is the resolver for the refreshSession field.
func (r *mutationResolver) RefreshSession(ctx context.Context, input model.RefreshSessionInput) (*model.RefreshSessionPayload, error) {
	session, err := r.Store.RefreshSession(ctx, input)
	return &model.RefreshSessionPayload{Session: session}, err
}

// SignOut is the resolver for the signOut field.
func (r *mutationResolver) SignOut(ctx context.Context, input model.SignOutInput) (*model.SignOutPayload, error) {
	ended, err := r.Store.SignOut(ctx, input)
	return &model.SignOutPayload{Ended: ended}, err
}

// CreateAccount is the resolver for the createAccount field.
func (r *mutationResolver) CreateAccount(ctx context.Context, input model.CreateAccountInput) (*model.CreateAccountPayload, error) {
	account, err := r.Store.CreateAccount(ctx, auth.Actor(ctx), input)
	return &model.CreateAccountPayload{Account: account}, err
}

// UpdateAccount is the resolver for the updateAccount field.
func (r *mutationResolver) UpdateAccount(ctx context.Context, input model.UpdateAccountInput) (*model.UpdateAccountPayload, error) {
	account, err := r.Store.UpdateAccount(ctx, auth.Actor(ctx), input)
	return &model.UpdateAccountPayload{Account: account}, err
}

// GrantRole is the resolver for the grantRole field.
func (r *mutationResolver) GrantRole(ctx context.Context, input model.GrantRoleInput) (*model.GrantRolePayload, error) {
	grant, err := r.Store.GrantRole(ctx, auth.Actor(ctx), input)
	return &model.GrantRolePayload{Grant: grant}, err
}

// RevokeRole is the resolver for the revokeRole field.
func (r *mutationResolver) RevokeRole(ctx context.Context, input model.RevokeRoleInput) (*model.RevokeRolePayload, error) {
	grant, err := r.Store.RevokeRole(ctx, auth.Actor(ctx), input)
	return &model.RevokeRolePayload{Grant: grant}, err
}

// CreateDelegation is the resolver for the createDelegation field.
func (r *mutationResolver) CreateDelegation(ctx context.Context, input model.CreateDelegationInput) (*model.CreateDelegationPayload, error) {
	delegation, err := r.Store.CreateDelegation(ctx, auth.Actor(ctx), input)
	return &model.CreateDelegationPayload{Delegation: delegation}, err
}

// EndDelegation is the resolver for the endDelegation field.
func (r *mutationResolver) EndDelegation(ctx context.Context, input model.EndDelegationInput) (*model.EndDelegationPayload, error) {
	delegation, err := r.Store.EndDelegation(ctx, auth.Actor(ctx), input)
	return &model.EndDelegationPayload{Delegation: delegation}, err
}

// Viewer is the resolver for the viewer field.
func (r *queryResolver) Viewer(ctx context.Context) (*model.Viewer, error) {
	return viewer(auth.Actor(ctx)), nil
}

// Accounts is the resolver for the accounts field.
func (r *queryResolver) Accounts(ctx context.Context, text *string, first *int, after *string, last *int, before *string) (*model.Connection[model.Account], error) {
	return r.Store.Accounts(ctx, text, page(first, after, last, before))
}

// Account is the resolver for the account field.
func (r *queryResolver) Account(ctx context.Context, username string) (*model.Account, error) {
	return r.Store.Account(ctx, username)
}

// Organization is the resolver for the organization field.
func (r *roleGrantResolver) Organization(ctx context.Context, obj *model.RoleGrant) (*model.Organization, error) {
	return loadIf(ctx, loadersOf(ctx).organization, obj.OrganizationID)
}

// Campaign is the resolver for the campaign field.
func (r *roleGrantResolver) Campaign(ctx context.Context, obj *model.RoleGrant) (*model.Campaign, error) {
	return loadIf(ctx, loadersOf(ctx).campaign, obj.CampaignID)
}

// Account is the resolver for the account field.
func (r *viewerResolver) Account(ctx context.Context, obj *model.Viewer) (*model.Account, error) {
	return loadersOf(ctx).account.Load(ctx, obj.Actor.AccountID)
}

// ActingFor is the resolver for the actingFor field.
func (r *viewerResolver) ActingFor(ctx context.Context, obj *model.Viewer) (*model.Account, error) {
	if obj.Actor.ActingForID == "" {
		return nil, nil
	}
	return loadersOf(ctx).account.Load(ctx, obj.Actor.ActingForID)
}

// Roles is the resolver for the roles field.
func (r *viewerResolver) Roles(ctx context.Context, obj *model.Viewer) ([]*model.RoleGrant, error) {
	return obj.Actor.Grants, nil
}

// Delegations is the resolver for the delegations field.
func (r *viewerResolver) Delegations(ctx context.Context, obj *model.Viewer) ([]*model.Delegation, error) {
	return r.Store.DelegationsTo(ctx, obj.Actor.AccountID)
}

// Tasks is the resolver for the tasks field.
func (r *viewerResolver) Tasks(ctx context.Context, obj *model.Viewer) ([]*model.Task, error) {
	return r.Store.Tasks(ctx, obj.Actor)
}

// Account returns graph.AccountResolver implementation.
func (r *Resolver) Account() graph.AccountResolver { return &accountResolver{r} }

// Delegation returns graph.DelegationResolver implementation.
func (r *Resolver) Delegation() graph.DelegationResolver { return &delegationResolver{r} }

// RoleGrant returns graph.RoleGrantResolver implementation.
func (r *Resolver) RoleGrant() graph.RoleGrantResolver { return &roleGrantResolver{r} }

// Viewer returns graph.ViewerResolver implementation.
func (r *Resolver) Viewer() graph.ViewerResolver { return &viewerResolver{r} }

type (
	accountResolver    struct{ *Resolver }
	delegationResolver struct{ *Resolver }
	roleGrantResolver  struct{ *Resolver }
	viewerResolver     struct{ *Resolver }
)
