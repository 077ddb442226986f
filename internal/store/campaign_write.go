package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"vinhdanh/model"
)

// CreateCampaign prepares a campaign.
func (s *Store) CreateCampaign(ctx context.Context, by model.Actor, input model.CreateCampaignInput) (*model.Campaign, error) {
	if err := model.CheckCode("input.code", input.Code); err != nil {
		return nil, err
	}
	c := &model.Campaign{ID: newID("campaign"), Code: input.Code, Title: input.Title, Year: input.Year, Kind: input.Kind,
		Phase: model.CampaignPhaseDraft, Adjustment: input.Adjustment, LotSeed: input.LotSeed, MinimumServiceMonths: input.MinimumServiceMonths,
		BonusRounding: input.BonusRounding, Version: 1}
	c.SetTieChain(input.TieChain)
	return once(ctx, s, by, func(a *act) (*model.Campaign, error) {
		issuer, err := a.livingOrganization(ctx, "input.issuerCode", input.IssuerCode, a.today)
		if err != nil {
			return nil, err
		}
		if !by.SecretaryFor(issuer.ID) {
			return nil, model.Errorf(model.CodeForbidden, "campaign.not_yours")
		}
		unit, err := a.livingOrganization(ctx, "input.standingUnitCode", input.StandingUnitCode, a.today)
		if err != nil {
			return nil, err
		}
		c.IssuerID, c.StandingUnitID = issuer.ID, unit.ID
		if err := a.fillParts(ctx, c, campaignParts{input.Grounds, input.Quotas, input.Criteria, input.Windows, input.Council}, input.VoteRule); err != nil {
			return nil, err
		}
		if err := c.Check(); err != nil {
			return nil, err
		}
		a.audit("createCampaign", aboutCampaign(c), nil, c)
		if err := insert(ctx, a, c); err != nil {
			return nil, uniqueOr(err, model.Errorf(model.CodeConflict, "code.taken", "code", input.Code))
		}
		return c, a.insertParts(ctx, c)
	})
}

// campaignParts is what a campaign consists of, as a client gives it; nil leaves a part alone.
type campaignParts struct {
	grounds  []*model.GroundInput
	quotas   []*model.QuotaInput
	criteria []*model.CriterionInput
	windows  []*model.PhaseWindowInput
	council  []*model.CouncilMemberInput
}

// fillParts puts the parts on the campaign. Without a rule of the campaign's own, votes are counted by those of the award
// types.
func (a *act) fillParts(ctx context.Context, c *model.Campaign, parts campaignParts, rule *model.VoteRuleInput) error {
	if parts.grounds != nil {
		c.Grounds = nil
	}
	for i, g := range parts.grounds {
		c.Grounds = append(c.Grounds, &model.Ground{ID: newID("ground"), CampaignID: c.ID, Position: i + 1, Code: g.Code, Name: g.Name})
	}
	if parts.criteria != nil {
		c.Rubric = nil
	}
	for i, r := range parts.criteria {
		c.Rubric = append(c.Rubric, &model.Criterion{ID: newID("criterion"), CampaignID: c.ID, Position: i + 1, RecipientKind: r.RecipientKind,
			Code: r.Code, Name: r.Name, MaxPoints: r.MaxPoints, Step: r.Step, Source: r.Source})
	}
	if parts.windows != nil {
		windows := make([]*model.PhaseWindow, len(parts.windows))
		for i, w := range parts.windows {
			windows[i] = &model.PhaseWindow{ID: newID("window"), CampaignID: c.ID, Phase: w.Phase, OpensOn: w.OpensOn, ClosesOn: w.ClosesOn}
		}
		if err := c.AmendWindows(windows); err != nil {
			return err
		}
	}
	if err := a.fillCouncil(ctx, c, parts.council); err != nil {
		return err
	}
	if err := a.fillQuotas(ctx, c, parts.quotas); err != nil {
		return err
	}
	if rule != nil {
		c.SetVoteRule(model.VoteRule{Base: rule.Base,
			Quorum:    model.Fraction{Numerator: rule.Quorum.Numerator, Denominator: rule.Quorum.Denominator},
			Threshold: model.Fraction{Numerator: rule.Threshold.Numerator, Denominator: rule.Threshold.Denominator}})
	}
	return nil
}

func (a *act) fillQuotas(ctx context.Context, c *model.Campaign, quotas []*model.QuotaInput) error {
	if quotas != nil {
		c.Quotas = nil
	}
	for i, q := range quotas {
		path := fmt.Sprintf("input.quotas.%d.awardTypeCode", i)
		t, err := awardTypeByCode(ctx, a, path, q.AwardTypeCode)
		if err != nil {
			return err
		}
		if !t.Fits(q.RecipientKind) {
			return model.BadInput(path, "eligibility.recipient_kind.failed", "awardType", t.Name, "kind", q.RecipientKind)
		}
		c.Quotas = append(c.Quotas, &model.Quota{ID: newID("quota"), CampaignID: c.ID, Position: i + 1, RecipientKind: q.RecipientKind,
			AwardTypeID: t.ID, Places: q.Places, Shortlist: q.Shortlist, VoteRule: t.VoteRule})
	}
	return nil
}

// fillCouncil seats people. An administrator of the system can have no voting seat.
func (a *act) fillCouncil(ctx context.Context, c *model.Campaign, council []*model.CouncilMemberInput) error {
	if council != nil {
		c.Seats = nil
	}
	for i, seat := range council {
		path := fmt.Sprintf("input.council.%d.personCode", i)
		person, err := a.personByCode(ctx, seat.PersonCode)
		if err != nil {
			return badReference(path, err)
		}
		c.Seats = append(c.Seats, &model.CouncilMember{ID: newID("seat"), CampaignID: c.ID, PersonID: person.ID, PersonCode: person.Code, Position: i + 1, Role: seat.Role})
		if seat.Role == model.CouncilRoleSecretary {
			continue
		}
		account, err := one(ctx, a.NewSelect().Where("person_id = ?", person.ID), new(model.Account), "account", "")
		if model.CodeOf(err) == model.CodeNotFound {
			continue
		}
		if err != nil {
			return err
		}
		held, err := a.rolesInHand(ctx, account)
		if err != nil {
			return err
		}
		if err := model.CheckSeparation(append(held, model.RoleReviewer)); err != nil {
			return err
		}
	}
	return nil
}

func (a *act) insertParts(ctx context.Context, c *model.Campaign) error {
	if err := insertAll(ctx, a, c.Grounds); err != nil {
		return err
	}
	if err := insertAll(ctx, a, c.Quotas); err != nil {
		return err
	}
	if err := insertAll(ctx, a, c.Rubric); err != nil {
		return err
	}
	if err := insertAll(ctx, a, c.Windows); err != nil {
		return err
	}
	return insertAll(ctx, a, c.Seats)
}

// UpdateCampaign changes a campaign; what is frozen stays.
func (s *Store) UpdateCampaign(ctx context.Context, by model.Actor, input model.UpdateCampaignInput) (*model.Campaign, error) {
	return s.changeCampaign(ctx, by, "updateCampaign", input.Code, input.ExpectedVersion, func(a *act, c *model.Campaign) error {
		changed := givenFields(input)
		if err := c.Amend(changed); err != nil {
			return err
		}
		if slices.Contains(changed, "council") {
			if err := a.mustHaveNoOpenRound(ctx, c); err != nil {
				return err
			}
		}
		if slices.Contains(changed, "council") && c.ScoringClosedAt == nil {
			assigned, err := a.NewSelect().Model((*model.ReviewAssignment)(nil)).Where("campaign_id = ?", c.ID).Where("ended_at IS NULL").
				Where("reviewer_id NOT IN (SELECT id FROM people WHERE code IN (?))", bun.List(votingCodes(input.Council))).Count(ctx)
			if err != nil {
				return err
			}
			if assigned > 0 {
				return model.Errorf(model.CodeConflict, "campaign.seat_assigned", "count", assigned)
			}
		}
		if slices.Contains(changed, "grounds") {
			drafted, err := a.NewSelect().Model((*model.Nomination)(nil)).Where("campaign_id = ?", c.ID).Count(ctx)
			if err != nil {
				return err
			}
			if drafted > 0 {
				return model.Errorf(model.CodeConflict, "campaign.grounds_used", "count", drafted)
			}
		}
		applyUpdate(c, input)
		if err := a.fillParts(ctx, c, campaignParts{input.Grounds, input.Quotas, input.Criteria, input.Windows, input.Council}, input.VoteRule); err != nil {
			return err
		}
		if err := c.Check(); err != nil {
			return err
		}
		if err := a.mustOfferWhatIsDrafted(ctx, c); err != nil {
			return err
		}
		c.Version++
		return a.replaceParts(ctx, c, changed)
	})
}

func applyUpdate(c *model.Campaign, input model.UpdateCampaignInput) {
	if input.Title != nil {
		c.Title = *input.Title
	}
	if input.Adjustment != nil {
		c.Adjustment = *input.Adjustment
	}
	if input.TieChain != nil {
		c.SetTieChain(input.TieChain)
	}
	if input.LotSeed != nil {
		c.LotSeed = input.LotSeed
	}
	if input.MinimumServiceMonths != nil {
		c.MinimumServiceMonths = *input.MinimumServiceMonths
	}
	if input.BonusRounding != nil {
		c.BonusRounding = *input.BonusRounding
	}
}

// mustHaveNoOpenRound refuses changes to the council while it votes.
func (a *act) mustHaveNoOpenRound(ctx context.Context, c *model.Campaign) error {
	open, err := a.NewSelect().Model((*model.BallotRound)(nil)).Where("campaign_id = ?", c.ID).Where("closed_at IS NULL").Count(ctx)
	if err == nil && open > 0 {
		err = model.Errorf(model.CodeConflict, "campaign.round_open", "count", open)
	}
	return err
}

// mustOfferWhatIsDrafted refuses quotas that leave out what live nominations are for.
func (a *act) mustOfferWhatIsDrafted(ctx context.Context, c *model.Campaign) error {
	var drafted []*model.Nomination
	err := a.NewSelect().Model(&drafted).Where("campaign_id = ?", c.ID).Where("status NOT IN ('WITHDRAWN', 'INELIGIBLE')").Order("reference").Scan(ctx)
	for _, n := range drafted {
		if c.Quota(n.RecipientKind, n.AwardTypeID) == nil {
			return model.Errorf(model.CodeConflict, "campaign.quota_used", "reference", n.Reference)
		}
	}
	return err
}

// givenFields names the optional fields a client gave.
func givenFields(input model.UpdateCampaignInput) []string {
	given := map[string]bool{"title": input.Title != nil, "adjustment": input.Adjustment != nil, "tieChain": input.TieChain != nil,
		"lotSeed": input.LotSeed != nil, "minimumServiceMonths": input.MinimumServiceMonths != nil, "voteRule": input.VoteRule != nil,
		"bonusRounding": input.BonusRounding != nil, "grounds": input.Grounds != nil, "quotas": input.Quotas != nil,
		"criteria": input.Criteria != nil, "windows": input.Windows != nil, "council": input.Council != nil}
	var names []string
	for name, there := range given {
		if there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func votingCodes(council []*model.CouncilMemberInput) []string {
	codes := []string{}
	for _, seat := range council {
		if seat.Role != model.CouncilRoleSecretary {
			codes = append(codes, seat.PersonCode)
		}
	}
	return codes
}

// replaceParts deletes and inserts again the parts that were given; nothing refers to them yet.
func (a *act) replaceParts(ctx context.Context, c *model.Campaign, changed []string) error {
	tables := map[string]any{"grounds": (*model.Ground)(nil), "quotas": (*model.Quota)(nil), "criteria": (*model.Criterion)(nil),
		"windows": (*model.PhaseWindow)(nil), "council": (*model.CouncilMember)(nil)}
	fresh := &model.Campaign{}
	for _, name := range changed {
		if name == "voteRule" && !slices.Contains(changed, "quotas") {
			name = "quotas"
		}
		if tables[name] == nil {
			continue
		}
		if _, err := a.NewDelete().Model(tables[name]).Where("campaign_id = ?", c.ID).Exec(ctx); err != nil {
			return err
		}
		switch name {
		case "grounds":
			fresh.Grounds = c.Grounds
		case "quotas":
			fresh.Quotas = c.Quotas
		case "criteria":
			fresh.Rubric = c.Rubric
		case "windows":
			fresh.Windows = c.Windows
		case "council":
			fresh.Seats = c.Seats
		}
	}
	return a.insertParts(ctx, fresh)
}

// changeCampaign locks a campaign, checks that the actor runs it and the version the client read, and saves what the
// change leaves.
func (s *Store) changeCampaign(ctx context.Context, by model.Actor, action, code string, expected int, change func(*act, *model.Campaign) error) (*model.Campaign, error) {
	return once(ctx, s, by, func(a *act) (*model.Campaign, error) { return a.changeCampaign(ctx, action, code, expected, change) })
}

func (a *act) changeCampaign(ctx context.Context, action, code string, expected int, change func(*act, *model.Campaign) error) (*model.Campaign, error) {
	c, err := a.runCampaign(ctx, code, expected)
	if err != nil {
		return nil, err
	}
	before := snapshotOf(c) // what it consists of is changed in place
	if err := change(a, c); err != nil {
		return nil, err
	}
	a.audit(action, aboutCampaign(c), before, c)
	return c, save(ctx, a, c)
}

// runCampaign locks a campaign for its secretary.
func (a *act) runCampaign(ctx context.Context, code string, expected int) (*model.Campaign, error) {
	c, err := a.lockCampaign(ctx, "code", code)
	if err != nil {
		return nil, err
	}
	if !a.by.SecretaryFor(c.IssuerID) {
		return nil, model.Errorf(model.CodeForbidden, "campaign.not_yours")
	}
	if c.Version != expected {
		return nil, model.Stale(expected, c.Version)
	}
	return c, nil
}

func aboutCampaign(c *model.Campaign) about {
	return about{realm: model.RealmCampaign, campaignID: c.ID, organizationID: c.IssuerID}
}
