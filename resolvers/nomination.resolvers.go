package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// By is the resolver for the by field.
func (r *commentResolver) By(ctx context.Context, obj *model.Comment) (string, error) {
	account, err := loadersOf(ctx).account.Load(ctx, obj.AccountID)
	if err != nil {
		return "", err
	}
	return account.Username, nil
}

// Organization is the resolver for the organization field.
func (r *dossierResolver) Organization(ctx context.Context, obj *model.Dossier) (*model.Organization, error) {
	return loadersOf(ctx).organization.Load(ctx, obj.OrganizationID)
}

// CreateNomination is the resolver for the createNomination field.
func (r *mutationResolver) CreateNomination(ctx context.Context, input model.CreateNominationInput) (*model.CreateNominationPayload, error) {
	nomination, err := r.Store.CreateNomination(ctx, auth.Actor(ctx), input)
	return &model.CreateNominationPayload{Nomination: nomination}, err
}

// UpdateNomination is the resolver for the updateNomination field.
func (r *mutationResolver) UpdateNomination(ctx context.Context, input model.UpdateNominationInput) (*model.UpdateNominationPayload, error) {
	nomination, err := r.Store.UpdateNomination(ctx, auth.Actor(ctx), input)
	return &model.UpdateNominationPayload{Nomination: nomination}, err
}

// SubmitNomination is the resolver for the submitNomination field.
func (r *mutationResolver) SubmitNomination(ctx context.Context, input model.SubmitNominationInput) (*model.SubmitNominationPayload, error) {
	return r.Store.SubmitNomination(ctx, auth.Actor(ctx), input)
}

// WithdrawNomination is the resolver for the withdrawNomination field.
func (r *mutationResolver) WithdrawNomination(ctx context.Context, input model.WithdrawNominationInput) (*model.WithdrawNominationPayload, error) {
	nomination, err := r.Store.WithdrawNomination(ctx, auth.Actor(ctx), input)
	return &model.WithdrawNominationPayload{Nomination: nomination}, err
}

// ReturnNomination is the resolver for the returnNomination field.
func (r *mutationResolver) ReturnNomination(ctx context.Context, input model.ReturnNominationInput) (*model.ReturnNominationPayload, error) {
	nomination, err := r.Store.ReturnNomination(ctx, auth.Actor(ctx), input)
	return &model.ReturnNominationPayload{Nomination: nomination}, err
}

// AcceptNomination is the resolver for the acceptNomination field.
func (r *mutationResolver) AcceptNomination(ctx context.Context, input model.AcceptNominationInput) (*model.AcceptNominationPayload, error) {
	nomination, err := r.Store.AcceptNomination(ctx, auth.Actor(ctx), input)
	return &model.AcceptNominationPayload{Nomination: nomination}, err
}

// DeclareIneligible is the resolver for the declareIneligible field.
func (r *mutationResolver) DeclareIneligible(ctx context.Context, input model.DeclareIneligibleInput) (*model.DeclareIneligiblePayload, error) {
	nomination, err := r.Store.DeclareIneligible(ctx, auth.Actor(ctx), input)
	return &model.DeclareIneligiblePayload{Nomination: nomination}, err
}

// HoldNomination is the resolver for the holdNomination field.
func (r *mutationResolver) HoldNomination(ctx context.Context, input model.HoldNominationInput) (*model.HoldNominationPayload, error) {
	nomination, err := r.Store.HoldNomination(ctx, auth.Actor(ctx), input)
	return &model.HoldNominationPayload{Nomination: nomination}, err
}

// ReleaseNomination is the resolver for the releaseNomination field.
func (r *mutationResolver) ReleaseNomination(ctx context.Context, input model.ReleaseNominationInput) (*model.ReleaseNominationPayload, error) {
	nomination, err := r.Store.ReleaseNomination(ctx, auth.Actor(ctx), input)
	return &model.ReleaseNominationPayload{Nomination: nomination}, err
}

// AddComment is the resolver for the addComment field.
func (r *mutationResolver) AddComment(ctx context.Context, input model.AddCommentInput) (*model.AddCommentPayload, error) {
	comment, err := r.Store.AddComment(ctx, auth.Actor(ctx), input)
	return &model.AddCommentPayload{Comment: comment}, err
}

// Campaign is the resolver for the campaign field.
func (r *nominationResolver) Campaign(ctx context.Context, obj *model.Nomination) (*model.Campaign, error) {
	return loadersOf(ctx).campaign.Load(ctx, obj.CampaignID)
}

// AwardType is the resolver for the awardType field.
func (r *nominationResolver) AwardType(ctx context.Context, obj *model.Nomination) (*model.AwardType, error) {
	return loadersOf(ctx).awardType.Load(ctx, obj.AwardTypeID)
}

// Recipient is the resolver for the recipient field.
func (r *nominationResolver) Recipient(ctx context.Context, obj *model.Nomination) (model.Recipient, error) {
	return recipient(ctx, obj.PersonID, obj.OrganizationID)
}

// Unit is the resolver for the unit field.
func (r *nominationResolver) Unit(ctx context.Context, obj *model.Nomination) (*model.Organization, error) {
	return loadersOf(ctx).organization.Load(ctx, obj.UnitID)
}

// SubmittedBy is the resolver for the submittedBy field.
func (r *nominationResolver) SubmittedBy(ctx context.Context, obj *model.Nomination) (*model.Organization, error) {
	return loadersOf(ctx).organization.Load(ctx, obj.SubmittedByID)
}

// Ground is the resolver for the ground field.
func (r *nominationResolver) Ground(ctx context.Context, obj *model.Nomination) (*model.Ground, error) {
	return loadersOf(ctx).ground.Load(ctx, obj.GroundID)
}

// ReformUnit is the resolver for the reformUnit field.
func (r *nominationResolver) ReformUnit(ctx context.Context, obj *model.Nomination) (*model.Organization, error) {
	return loadIf(ctx, loadersOf(ctx).organization, obj.ReformUnitID)
}

// Dossier is the resolver for the dossier field.
func (r *nominationResolver) Dossier(ctx context.Context, obj *model.Nomination) (*model.Dossier, error) {
	return loadIf(ctx, loadersOf(ctx).dossier, obj.DossierID)
}

// History is the resolver for the history field.
func (r *nominationResolver) History(ctx context.Context, obj *model.Nomination) ([]*model.NominationMove, error) {
	return loadersOf(ctx).moves.Load(ctx, obj.ID)
}

// Holds is the resolver for the holds field.
func (r *nominationResolver) Holds(ctx context.Context, obj *model.Nomination) ([]*model.Hold, error) {
	return loadersOf(ctx).holds.Load(ctx, obj.ID)
}

// Comments is the resolver for the comments field.
func (r *nominationResolver) Comments(ctx context.Context, obj *model.Nomination) ([]*model.Comment, error) {
	return loadersOf(ctx).comments.Load(ctx, obj.ID)
}

// By is the resolver for the by field.
func (r *nominationMoveResolver) By(ctx context.Context, obj *model.NominationMove) (*string, error) {
	account, err := loadIf(ctx, loadersOf(ctx).account, obj.AccountID)
	if account == nil {
		return nil, err
	}
	return &account.Username, nil
}

// Nomination is the resolver for the nomination field.
func (r *queryResolver) Nomination(ctx context.Context, campaignCode string, reference string) (*model.Nomination, error) {
	return r.Store.Nomination(ctx, auth.Actor(ctx), campaignCode, reference)
}

// Nominations is the resolver for the nominations field.
func (r *queryResolver) Nominations(ctx context.Context, filter *model.NominationFilter, first *int, after *string, last *int, before *string) (*model.Connection[model.Nomination], error) {
	return r.Store.Nominations(ctx, auth.Actor(ctx), filter, page(first, after, last, before))
}

// NominationChanged is the resolver for the nominationChanged field.
func (r *subscriptionResolver) NominationChanged(ctx context.Context, campaignCode string) (<-chan *model.Nomination, error) {
	feed, err := r.Store.NominationChanged(ctx, auth.Actor(ctx), campaignCode)
	return follow(ctx, feed, err)
}

// Comment returns graph.CommentResolver implementation.
func (r *Resolver) Comment() graph.CommentResolver { return &commentResolver{r} }

// Dossier returns graph.DossierResolver implementation.
func (r *Resolver) Dossier() graph.DossierResolver { return &dossierResolver{r} }

// Nomination returns graph.NominationResolver implementation.
func (r *Resolver) Nomination() graph.NominationResolver { return &nominationResolver{r} }

// NominationMove returns graph.NominationMoveResolver implementation.
func (r *Resolver) NominationMove() graph.NominationMoveResolver { return &nominationMoveResolver{r} }

type (
	commentResolver        struct{ *Resolver }
	dossierResolver        struct{ *Resolver }
	nominationResolver     struct{ *Resolver }
	nominationMoveResolver struct{ *Resolver }
)
