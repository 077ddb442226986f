package store

import (
	"context"

	"github.com/uptrace/bun"

	"vinhdanh/model"
)

// BallotRound is one round, for the council, the office, the authority and auditors.
func (s *Store) BallotRound(ctx context.Context, by model.Actor, id string) (*model.BallotRound, error) {
	round, err := one(ctx, s.read.NewSelect().Where("id = ?", id), new(model.BallotRound), "round", id)
	if err != nil {
		return nil, err
	}
	known, err := s.CampaignsByID(ctx, by, []string{round.CampaignID})
	if err != nil {
		return nil, err
	}
	c := known[round.CampaignID]
	if c == nil || !by.ReviewsIn(c.ID) && !by.Oversees(c.IssuerID) {
		return nil, model.NotFound("round", id)
	}
	return round, nil
}

// BallotRounds lists the rounds of a campaign, oldest first; nil where the reader has no need to know.
func (s *Store) BallotRounds(ctx context.Context, by model.Actor, c *model.Campaign) ([]*model.BallotRound, error) {
	if !by.ReviewsIn(c.ID) && !by.Oversees(c.IssuerID) {
		return nil, nil
	}
	rounds := []*model.BallotRound{}
	err := s.read.NewSelect().Model(&rounds).Where("campaign_id = ?", c.ID).Order("id").Scan(ctx)
	return rounds, err
}

// ParticipantsOf lists the members of each round.
func (s *Store) ParticipantsOf(ctx context.Context, rounds []string) (map[string][]*model.BallotParticipant, error) {
	seats, err := participants(ctx, s.read, rounds)
	return groupBy(seats, func(p *model.BallotParticipant) string { return p.BallotRoundID }), err
}

// ItemsOf lists what is voted on in each round, best ranked first.
func (s *Store) ItemsOf(ctx context.Context, rounds []string) (map[string][]*model.BallotItem, error) {
	var items []*model.BallotItem
	err := s.read.NewSelect().Model(&items).Where("ballot_round_id IN (?)", bun.List(rounds)).Order("position").Scan(ctx)
	return groupBy(items, func(i *model.BallotItem) string { return i.BallotRoundID }), err
}
