package store

import (
	"context"

	"github.com/uptrace/bun"

	"vinhdanh/internal/names"
	"vinhdanh/model"
)

var nominations = listing{columns: "nomination.*", tables: "nominations AS nomination JOIN campaigns AS campaign ON campaign.id = nomination.campaign_id"}

// nominationsKnownTo is which nominations a reader may know of: units their own once the campaign is open, the office all of its campaigns, the
// authority and auditors all that were handed in, the council what goes to review.
func nominationsKnownTo(by model.Actor) condition {
	var ways []condition
	if by.System {
		ways = append(ways, where("1 = 1"))
	}
	if units := by.Units(model.RoleDepartmentHead); len(units) > 0 {
		ways = append(ways, where("(campaign.phase <> 'DRAFT' AND nomination.submitted_by_id IN (?))", units))
	}
	if issuers := by.Scopes(model.RoleSecretary); len(issuers) > 0 {
		ways = append(ways, where("campaign.issuer_id IN (?)", issuers))
	}
	if issuers := by.Scopes(model.RoleApprover, model.RoleAuditor); len(issuers) > 0 {
		ways = append(ways, where("(campaign.issuer_id IN (?) AND nomination.status <> 'DRAFT')", issuers))
	}
	if councils := by.Reviews(); len(councils) > 0 {
		ways = append(ways, where(`(nomination.campaign_id IN (?) AND nomination.status NOT IN
			('DRAFT', 'SUBMITTED', 'RETURNED', 'INELIGIBLE', 'WITHDRAWN'))`, councils))
	}
	return anyOf(ways)
}

// Nomination is one nomination by its number in a campaign.
func (s *Store) Nomination(ctx context.Context, by model.Actor, campaignCode, reference string) (*model.Nomination, error) {
	return first[model.Nomination](ctx, s, nominations.with(where("campaign.code = ?", campaignCode),
		where("nomination.reference = ?", reference), nominationsKnownTo(by)), "nomination", reference)
}

// NominationsByID reads nominations, as far as the reader may know of them.
func (s *Store) NominationsByID(ctx context.Context, by model.Actor, ids []string) (map[string]*model.Nomination, error) {
	found, err := list[model.Nomination](ctx, s, nominations.with(where("nomination.id IN (?)", ids), nominationsKnownTo(by)), "")
	return byID(found, func(n *model.Nomination) string { return n.ID }), err
}

// Nominations lists nominations by reference.
func (s *Store) Nominations(ctx context.Context, by model.Actor, filter *model.NominationFilter, page model.Page) (*model.NominationConnection, error) {
	if filter == nil {
		filter = &model.NominationFilter{}
	}
	l := nominations.with(nominationsKnownTo(by))
	if filter.CampaignCode != nil {
		l.and("campaign.code = ?", *filter.CampaignCode)
	}
	if len(filter.Statuses) > 0 {
		l.and("nomination.status IN (?)", filter.Statuses)
	}
	if filter.RecipientKind != nil {
		l.and("nomination.recipient_kind = ?", *filter.RecipientKind)
	}
	if filter.Held != nil {
		l.and("nomination.held = ?", *filter.Held)
	}
	if filter.SubmittedByCode != nil {
		units, err := s.household(ctx, *filter.SubmittedByCode, true, false)
		if err != nil {
			return nil, badReference("filter.submittedByCode", err)
		}
		l.and("nomination.submitted_by_id IN (?)", units)
	}
	if filter.AssignedToMe {
		l.and(`EXISTS (SELECT 1 FROM review_assignments AS mine WHERE mine.nomination_id = nomination.id AND mine.ended_at IS NULL
			AND mine.reviewer_id = ?)`, by.PersonID)
	}
	if filter.Text != nil {
		like := contains(names.Fold(*filter.Text))
		l.and(`(nomination.recipient_folded LIKE ? ESCAPE '\' OR lower(nomination.reference) LIKE ? ESCAPE '\')`, like, like)
	}
	return paginate(ctx, s, l, page, keyset[model.Nomination]{columns: []string{"nomination.reference", "nomination.id"},
		values: func(n *model.Nomination) []any { return []any{n.Reference, n.ID} }})
}

// GroundsByID reads grounds.
func (s *Store) GroundsByID(ctx context.Context, ids []string) (map[string]*model.Ground, error) {
	var grounds []*model.Ground
	err := s.read.NewSelect().Model(&grounds).Where("id IN (?)", bun.List(ids)).Scan(ctx)
	return byID(grounds, func(g *model.Ground) string { return g.ID }), err
}

// DossiersByID reads requests.
func (s *Store) DossiersByID(ctx context.Context, ids []string) (map[string]*model.Dossier, error) {
	var dossiers []*model.Dossier
	err := s.read.NewSelect().Model(&dossiers).Where("id IN (?)", bun.List(ids)).Scan(ctx)
	return byID(dossiers, func(d *model.Dossier) string { return d.ID }), err
}

// AccountsByID reads accounts.
func (s *Store) AccountsByID(ctx context.Context, ids []string) (map[string]*model.Account, error) {
	var accounts []*model.Account
	err := s.read.NewSelect().Model(&accounts).Where("id IN (?)", bun.List(ids)).Scan(ctx)
	return byID(accounts, func(a *model.Account) string { return a.ID }), err
}
