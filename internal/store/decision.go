package store

import (
	"context"

	"github.com/uptrace/bun"

	"vinhdanh/model"
)

var decisions = listing{columns: "decision.*", tables: "decisions AS decision"}

// decisionsKnownTo is which decisions a reader may know of: published ones, and all of the bodies one works for.
func decisionsKnownTo(by model.Actor) condition {
	if by.System {
		return where("1 = 1")
	}
	return where("(decision.status = 'PUBLISHED' OR decision.issuer_id IN (?))", by.Scopes(model.RoleSecretary, model.RoleApprover, model.RoleAuditor))
}

// Decision is one decision by its number and year, and its issuer where two have the same.
func (s *Store) Decision(ctx context.Context, by model.Actor, number string, year int, issuerCode *string) (*model.Decision, error) {
	l := decisions.with(where("decision.number = ?", number), where("decision.year = ?", year), decisionsKnownTo(by))
	if issuerCode != nil {
		l.and("decision.issuer_id IN (SELECT id FROM organizations WHERE code = ?)", *issuerCode)
	}
	found, err := list[model.Decision](ctx, s, l, " ORDER BY decision.id LIMIT 2")
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, model.NotFound("decision", number)
	case len(found) > 1:
		return nil, model.BadInput("issuerCode", "decision.ambiguous", "number", number)
	}
	return found[0], nil
}

// DecisionsByID reads decisions, as far as the reader may know of them.
func (s *Store) DecisionsByID(ctx context.Context, by model.Actor, ids []string) (map[string]*model.Decision, error) {
	found, err := list[model.Decision](ctx, s, decisions.with(where("decision.id IN (?)", ids), decisionsKnownTo(by)), "")
	return byID(found, func(d *model.Decision) string { return d.ID }), err
}

// Decisions lists decisions, latest first.
func (s *Store) Decisions(ctx context.Context, by model.Actor, filter *model.DecisionFilter, page model.Page) (*model.DecisionConnection, error) {
	if filter == nil {
		filter = &model.DecisionFilter{}
	}
	l := decisions.with(decisionsKnownTo(by))
	if filter.Year != nil {
		l.and("decision.year = ?", *filter.Year)
	}
	if filter.IssuerCode != nil {
		l.and("decision.issuer_id IN (SELECT id FROM organizations WHERE code = ?)", *filter.IssuerCode)
	}
	if filter.CampaignCode != nil {
		l.and("decision.campaign_id IN (SELECT id FROM campaigns WHERE code = ?)", *filter.CampaignCode)
	}
	if filter.Status != nil {
		l.and("decision.status = ?", *filter.Status)
	}
	return paginate(ctx, s, l, page, keyset[model.Decision]{columns: []string{"decision.decided_on", "decision.id"}, desc: true,
		values: func(d *model.Decision) []any { return []any{d.DecidedOn, d.ID} }})
}

// DecisionsOf lists the decisions of each campaign, as far as the reader may know of them, oldest first.
func (s *Store) DecisionsOf(ctx context.Context, by model.Actor, campaigns []string) (map[string][]*model.Decision, error) {
	found, err := list[model.Decision](ctx, s, decisions.with(where("decision.campaign_id IN (?)", campaigns), decisionsKnownTo(by)), " ORDER BY decision.id")
	return groupBy(found, func(d *model.Decision) string { return *d.CampaignID }), err
}

// BasesOf lists the legal bases of each decision, in order.
func (s *Store) BasesOf(ctx context.Context, ids []string) (map[string][]string, error) {
	var bases []*model.DecisionBasis
	err := s.read.NewSelect().Model(&bases).Where("decision_id IN (?)", bun.List(ids)).Order("position").Scan(ctx)
	texts := map[string][]string{}
	for _, b := range bases {
		texts[b.DecisionID] = append(texts[b.DecisionID], b.Text)
	}
	return texts, err
}

// ListedOn lists the nominations on a draft, collectives first, by reference; nil once it is issued.
func (s *Store) ListedOn(ctx context.Context, by model.Actor, d *model.Decision) ([]*model.Nomination, error) {
	if d.Status != model.DecisionStatusDraft {
		return nil, nil
	}
	return list[model.Nomination](ctx, s, nominations.with(where("nomination.decision_id = ?", d.ID), nominationsKnownTo(by)),
		" ORDER BY nomination.recipient_kind, nomination.reference")
}
