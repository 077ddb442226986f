package store

import (
	"context"

	"github.com/uptrace/bun"

	"vinhdanh/model"
)

// withParts loads what a campaign consists of.
func withParts(q *bun.SelectQuery) *bun.SelectQuery {
	ordered := func(column string) func(*bun.SelectQuery) *bun.SelectQuery {
		return func(q *bun.SelectQuery) *bun.SelectQuery { return q.Order(column) }
	}
	return q.Relation("Grounds", ordered("position")).Relation("Quotas", ordered("position")).Relation("Rubric", ordered("position")).
		Relation("Windows", ordered("opens_on")).Relation("Extensions", ordered("id")).Relation("Seats", ordered("position"))
}

// campaignsKnownTo is which campaigns a reader may know of: outside the office published ones, inside all that have
// opened, and drafts where one prepares them.
func campaignsKnownTo(by model.Actor) condition {
	switch {
	case by.System:
		return where("1 = 1")
	case !by.HasOffice():
		return where("campaign.phase IN ('PUBLISHED', 'CLOSED')")
	}
	return where("(campaign.phase <> 'DRAFT' OR campaign.issuer_id IN (?))", by.Scopes(model.RoleSecretary, model.RoleApprover, model.RoleAuditor))
}

// Campaign is one campaign.
func (s *Store) Campaign(ctx context.Context, by model.Actor, code string) (*model.Campaign, error) {
	found, err := first[model.Campaign](ctx, s, campaigns.with(where("campaign.code = ?", code), campaignsKnownTo(by)), "campaign", code)
	if err != nil {
		return nil, err
	}
	return found, s.fillCampaigns(ctx, []*model.Campaign{found})
}

var campaigns = listing{columns: "campaign.*", tables: "campaigns AS campaign"}

// CampaignsByID reads campaigns, as far as the reader may know of them.
func (s *Store) CampaignsByID(ctx context.Context, by model.Actor, ids []string) (map[string]*model.Campaign, error) {
	found, err := list[model.Campaign](ctx, s, campaigns.with(where("campaign.id IN (?)", ids), campaignsKnownTo(by)), "")
	if err != nil {
		return nil, err
	}
	return byID(found, func(c *model.Campaign) string { return c.ID }), s.fillCampaigns(ctx, found)
}

// Campaigns lists campaigns, latest year first.
func (s *Store) Campaigns(ctx context.Context, by model.Actor, filter *model.CampaignFilter, page model.Page) (*model.CampaignConnection, error) {
	if filter == nil {
		filter = &model.CampaignFilter{}
	}
	l := campaigns.with(campaignsKnownTo(by))
	if filter.Year != nil {
		l.and("campaign.year = ?", *filter.Year)
	}
	if len(filter.Phases) > 0 {
		l.and("campaign.phase IN (?)", filter.Phases)
	}
	if filter.IssuerCode != nil {
		l.and("campaign.issuer_id IN (SELECT id FROM organizations WHERE code = ?)", *filter.IssuerCode)
	}
	found, err := paginate(ctx, s, l, page, keyset[model.Campaign]{columns: []string{"campaign.year", "campaign.code"}, desc: true,
		values: func(c *model.Campaign) []any { return []any{c.Year, c.Code} }})
	if err != nil {
		return nil, err
	}
	return found, s.fillCampaigns(ctx, found.Nodes)
}

// Council is the seats of a campaign, for readers inside the office; nil for others.
func (s *Store) Council(by model.Actor, c *model.Campaign) []*model.CouncilMember {
	if !by.HasOffice() {
		return nil
	}
	return c.Seats
}

// fillCampaigns loads the parts of campaigns read by a listing.
func (s *Store) fillCampaigns(ctx context.Context, found []*model.Campaign) error {
	if len(found) == 0 {
		return nil
	}
	ids := make([]string, len(found))
	for i, c := range found {
		ids[i] = c.ID
	}
	var full []*model.Campaign
	if err := withParts(s.read.NewSelect().Model(&full).Where("id IN (?)", bun.List(ids))).Scan(ctx); err != nil {
		return err
	}
	parts := byID(full, func(c *model.Campaign) string { return c.ID })
	for _, c := range found {
		*c = *parts[c.ID]
	}
	return nil
}

// lockCampaign reads a campaign for a change, by a condition on its table. What the actor may not know is not found.
func (a *act) lockCampaign(ctx context.Context, column, key string) (*model.Campaign, error) {
	return a.campaignUnder(ctx, a.store.forUpdate, column, key)
}

// shareCampaign reads a campaign that must not change while the act lasts.
func (a *act) shareCampaign(ctx context.Context, column, key string) (*model.Campaign, error) {
	return a.campaignUnder(ctx, a.store.forShare, column, key)
}

func (a *act) campaignUnder(ctx context.Context, lock func(*bun.SelectQuery) *bun.SelectQuery, column, key string) (*model.Campaign, error) {
	known := campaignsKnownTo(a.by)
	q := a.NewSelect().Where("?TableAlias.? = ?", bun.Ident(column), key).Where(known.sql, listArgs(known.args)...)
	return one(ctx, lock(q), new(model.Campaign), "campaign", key, withParts)
}

// listArgs hands the arguments of a condition to the builder, which wants lists marked.
func listArgs(args []any) []any {
	marked := make([]any, len(args))
	for i, arg := range args {
		marked[i] = arg
		if ids, ok := arg.([]string); ok {
			marked[i] = bun.List(ids)
		}
	}
	return marked
}
