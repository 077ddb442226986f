package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// Ranking is the resolver for the ranking field.
func (r *campaignResolver) Ranking(ctx context.Context, obj *model.Campaign, recipientKind model.RecipientKind) ([]*model.RankingEntry, error) {
	return r.Store.Ranking(ctx, auth.Actor(ctx), obj, recipientKind)
}

// RankingMethod is the resolver for the rankingMethod field.
func (r *campaignResolver) RankingMethod(ctx context.Context, obj *model.Campaign, recipientKind model.RecipientKind) (*model.Ranking, error) {
	return r.Store.RankingMethod(ctx, auth.Actor(ctx), obj, recipientKind)
}

// ShortlistNominations is the resolver for the shortlistNominations field.
func (r *mutationResolver) ShortlistNominations(ctx context.Context, input model.ShortlistNominationsInput) (*model.ShortlistNominationsPayload, error) {
	return r.Store.ShortlistNominations(ctx, auth.Actor(ctx), input)
}

// Ranking is the resolver for the ranking field.
func (r *nominationResolver) Ranking(ctx context.Context, obj *model.Nomination) (*model.RankingEntry, error) {
	return loadersOf(ctx).entry.Load(ctx, obj.ID)
}

// Nomination is the resolver for the nomination field.
func (r *rankingEntryResolver) Nomination(ctx context.Context, obj *model.RankingEntry) (*model.Nomination, error) {
	if obj.Masked {
		return nil, nil
	}
	return loadersOf(ctx).nomination.Load(ctx, obj.NominationID)
}

// Reviewer is the resolver for the reviewer field.
func (r *reviewerEffectResolver) Reviewer(ctx context.Context, obj *model.ReviewerEffect) (*model.Person, error) {
	return loadersOf(ctx).person.Load(ctx, obj.ReviewerID)
}

// RankingEntry returns graph.RankingEntryResolver implementation.
func (r *Resolver) RankingEntry() graph.RankingEntryResolver { return &rankingEntryResolver{r} }

// ReviewerEffect returns graph.ReviewerEffectResolver implementation.
func (r *Resolver) ReviewerEffect() graph.ReviewerEffectResolver { return &reviewerEffectResolver{r} }

type (
	rankingEntryResolver   struct{ *Resolver }
	reviewerEffectResolver struct{ *Resolver }
)
