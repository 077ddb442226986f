package resolvers

import (
	"context"
	"vinhdanh/graph"
	"vinhdanh/internal/auth"
	"vinhdanh/model"
)

// Nomination is the resolver for the nomination field.
func (r *ballotItemResolver) Nomination(ctx context.Context, obj *model.BallotItem) (*model.Nomination, error) {
	return loadersOf(ctx).nomination.Load(ctx, obj.NominationID)
}

// Recused is the resolver for the recused field.
func (r *ballotItemResolver) Recused(ctx context.Context, obj *model.BallotItem) (bool, error) {
	conflict, err := loadersOf(ctx).conflict.Load(ctx, obj.NominationID)
	return conflict != nil && conflict.BarsFromVoting(), err
}

// Result is the resolver for the result field.
func (r *ballotItemResolver) Result(ctx context.Context, obj *model.BallotItem) (*model.BallotResult, error) {
	return loadersOf(ctx).ballotResult.Load(ctx, obj.NominationID)
}

// Member is the resolver for the member field.
func (r *ballotParticipantResolver) Member(ctx context.Context, obj *model.BallotParticipant) (*model.Person, error) {
	return loadersOf(ctx).person.Load(ctx, obj.PersonID)
}

// Campaign is the resolver for the campaign field.
func (r *ballotRoundResolver) Campaign(ctx context.Context, obj *model.BallotRound) (*model.Campaign, error) {
	return loadersOf(ctx).campaign.Load(ctx, obj.CampaignID)
}

// Written is the resolver for the written field.
func (r *ballotRoundResolver) Written(ctx context.Context, obj *model.BallotRound) (int, error) {
	participants, err := loadersOf(ctx).participants.Load(ctx, obj.ID)
	return model.WrittenVotes(participants), err
}

// Participants is the resolver for the participants field.
func (r *ballotRoundResolver) Participants(ctx context.Context, obj *model.BallotRound) ([]*model.BallotParticipant, error) {
	return loadersOf(ctx).participants.Load(ctx, obj.ID)
}

// Items is the resolver for the items field.
func (r *ballotRoundResolver) Items(ctx context.Context, obj *model.BallotRound) ([]*model.BallotItem, error) {
	return loadersOf(ctx).ballotItems.Load(ctx, obj.ID)
}

// Voted is the resolver for the voted field.
func (r *ballotRoundResolver) Voted(ctx context.Context, obj *model.BallotRound) (bool, error) {
	participants, err := loadersOf(ctx).participants.Load(ctx, obj.ID)
	return model.HasVoted(participants, auth.Actor(ctx)), err
}

// BallotRounds is the resolver for the ballotRounds field.
func (r *campaignResolver) BallotRounds(ctx context.Context, obj *model.Campaign) ([]*model.BallotRound, error) {
	return r.Store.BallotRounds(ctx, auth.Actor(ctx), obj)
}

// OpenBallotRound is the resolver for the openBallotRound field.
func (r *mutationResolver) OpenBallotRound(ctx context.Context, input model.OpenBallotRoundInput) (*model.OpenBallotRoundPayload, error) {
	round, err := r.Store.OpenBallotRound(ctx, auth.Actor(ctx), input)
	return &model.OpenBallotRoundPayload{BallotRound: round}, err
}

// CastBallot is the resolver for the castBallot field.
func (r *mutationResolver) CastBallot(ctx context.Context, input model.CastBallotInput) (*model.CastBallotPayload, error) {
	round, err := r.Store.CastBallot(ctx, auth.Actor(ctx), input)
	return &model.CastBallotPayload{BallotRound: round}, err
}

// RecordWrittenBallot is the resolver for the recordWrittenBallot field.
func (r *mutationResolver) RecordWrittenBallot(ctx context.Context, input model.RecordWrittenBallotInput) (*model.RecordWrittenBallotPayload, error) {
	round, err := r.Store.RecordWrittenBallot(ctx, auth.Actor(ctx), input)
	return &model.RecordWrittenBallotPayload{BallotRound: round}, err
}

// CloseBallotRound is the resolver for the closeBallotRound field.
func (r *mutationResolver) CloseBallotRound(ctx context.Context, input model.CloseBallotRoundInput) (*model.CloseBallotRoundPayload, error) {
	round, err := r.Store.CloseBallotRound(ctx, auth.Actor(ctx), input)
	return &model.CloseBallotRoundPayload{BallotRound: round}, err
}

// BallotResult is the resolver for the ballotResult field.
func (r *nominationResolver) BallotResult(ctx context.Context, obj *model.Nomination) (*model.BallotResult, error) {
	return loadersOf(ctx).ballotResult.Load(ctx, obj.ID)
}

// BallotRound is the resolver for the ballotRound field.
func (r *queryResolver) BallotRound(ctx context.Context, id string) (*model.BallotRound, error) {
	return r.Store.BallotRound(ctx, auth.Actor(ctx), id)
}

// BallotRoundChanged is the resolver for the ballotRoundChanged field.
func (r *subscriptionResolver) BallotRoundChanged(ctx context.Context, campaignCode string) (<-chan *model.BallotRound, error) {
	feed, err := r.Store.BallotRoundChanged(ctx, auth.Actor(ctx), campaignCode)
	return follow(ctx, feed, err)
}

// BallotItem returns graph.BallotItemResolver implementation.
func (r *Resolver) BallotItem() graph.BallotItemResolver { return &ballotItemResolver{r} }

// BallotParticipant returns graph.BallotParticipantResolver implementation.
func (r *Resolver) BallotParticipant() graph.BallotParticipantResolver {
	return &ballotParticipantResolver{r}
}

// BallotRound returns graph.BallotRoundResolver implementation.
func (r *Resolver) BallotRound() graph.BallotRoundResolver { return &ballotRoundResolver{r} }

type (
	ballotItemResolver        struct{ *Resolver }
	ballotParticipantResolver struct{ *Resolver }
	ballotRoundResolver       struct{ *Resolver }
)
