package store

import (
	"context"
	"reflect"

	"vinhdanh/internal/events"
	"vinhdanh/model"
)

// Feed follows records of one kind in the eyes of a reader.
type Feed[T any] struct {
	*events.Stream
	// Read reads what an event is about; nil when the reader may not see it, or would see nothing new.
	Read func(ctx context.Context, by model.Actor, e events.Event) (*T, error)
}

// NominationChanged follows the nominations of a campaign of which the reader may know.
func (s *Store) NominationChanged(ctx context.Context, by model.Actor, campaignCode string) (*Feed[model.Nomination], error) {
	c, err := s.Campaign(ctx, by, campaignCode)
	if err != nil {
		return nil, err
	}
	stream, err := s.follow(ctx, func(e events.Event) bool { return e.Kind == events.Nomination && e.CampaignID == c.ID })
	return &Feed[model.Nomination]{stream, func(ctx context.Context, by model.Actor, e events.Event) (*model.Nomination, error) {
		found, err := s.NominationsByID(ctx, by, []string{e.ID})
		return found[e.ID], err
	}}, err
}

// ScoringProgressChanged follows how far the scoring of a campaign is, beginning with how far it is now. Whatever else happens in
// the review is not told: a reader hears of it only when the figures shown to that reader change.
func (s *Store) ScoringProgressChanged(ctx context.Context, by model.Actor, campaignCode string) (*Feed[model.ScoringProgress], error) {
	c, err := s.followedCampaign(ctx, by, campaignCode)
	if err != nil {
		return nil, err
	}
	stream, err := s.follow(ctx, func(e events.Event) bool { return e.Kind == events.Scoring && e.CampaignID == c.ID })
	if err != nil {
		return nil, err
	}
	stream.Add(events.Event{Kind: events.Scoring, CampaignID: c.ID, ID: c.ID})
	var last *model.ScoringProgress
	return &Feed[model.ScoringProgress]{stream, func(ctx context.Context, by model.Actor, e events.Event) (*model.ScoringProgress, error) {
		known, err := s.CampaignsByID(ctx, by, []string{e.ID})
		if err != nil || known[e.ID] == nil {
			return nil, err
		}
		progress, err := s.ScoringProgress(ctx, by, known[e.ID])
		if err != nil || progress == nil || reflect.DeepEqual(progress, last) {
			return nil, err
		}
		last = progress
		return progress, nil
	}}, nil
}

// BallotRoundChanged follows the ballot rounds of a campaign. A cast shows as the query shows it: that a member voted.
func (s *Store) BallotRoundChanged(ctx context.Context, by model.Actor, campaignCode string) (*Feed[model.BallotRound], error) {
	c, err := s.followedCampaign(ctx, by, campaignCode)
	if err != nil {
		return nil, err
	}
	stream, err := s.follow(ctx, func(e events.Event) bool { return e.Kind == events.Ballot && e.CampaignID == c.ID })
	return &Feed[model.BallotRound]{stream, func(ctx context.Context, by model.Actor, e events.Event) (*model.BallotRound, error) {
		round, err := s.BallotRound(ctx, by, e.ID)
		if model.CodeOf(err) == model.CodeNotFound {
			return nil, nil
		}
		return round, err
	}}, err
}

// followedCampaign is a campaign whose council or office the reader belongs to, or who decides or audits it.
func (s *Store) followedCampaign(ctx context.Context, by model.Actor, code string) (*model.Campaign, error) {
	c, err := s.Campaign(ctx, by, code)
	if err == nil && !by.ReviewsIn(c.ID) && !by.Oversees(c.IssuerID) {
		err = model.Errorf(model.CodeForbidden, "campaign.not_involved")
	}
	return c, err
}

// DecisionPublished follows the decisions that are published, of one issuing body or of all.
func (s *Store) DecisionPublished(ctx context.Context, issuerCode *string) (*Feed[model.Decision], error) {
	issuerID := ""
	if issuerCode != nil {
		issuer, err := organizationByCode(ctx, s.read, *issuerCode)
		if err != nil {
			return nil, badReference("issuerCode", err)
		}
		issuerID = issuer.ID
	}
	stream, err := s.follow(ctx, func(e events.Event) bool { return e.Kind == events.Decision })
	return &Feed[model.Decision]{stream, func(ctx context.Context, by model.Actor, e events.Event) (*model.Decision, error) {
		found, err := s.DecisionsByID(ctx, by, []string{e.ID})
		d := found[e.ID]
		if err != nil || d == nil || d.Status != model.DecisionStatusPublished || issuerID != "" && d.IssuerID != issuerID {
			return nil, err
		}
		return d, nil
	}}, err
}
