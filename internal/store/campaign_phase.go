package store

import (
	"context"

	"vinhdanh/model"
)

// OpenPhase moves a campaign into its next phase.
func (s *Store) OpenPhase(ctx context.Context, by model.Actor, input model.OpenPhaseInput) (*model.Campaign, error) {
	return s.changeCampaign(ctx, by, "openPhase", input.CampaignCode, input.ExpectedVersion, func(a *act, c *model.Campaign) error {
		if err := c.Open(input.Phase, a.today); err != nil {
			return err
		}
		return a.mustBeDone(ctx, c)
	})
}

// mustBeDone refuses to enter a phase while the work of the one before is not finished.
func (a *act) mustBeDone(ctx context.Context, c *model.Campaign) error {
	switch c.Phase {
	case model.CampaignPhaseVoting:
		if c.ScoringClosedAt == nil {
			return model.Errorf(model.CodeConflict, "campaign.scoring_open")
		}
	case model.CampaignPhaseDeciding:
		return a.mustHaveNoOpenRound(ctx, c)
	case model.CampaignPhasePublished:
		drafts, err := a.NewSelect().Model((*model.Decision)(nil)).Where("campaign_id = ?", c.ID).Where("status = ?", model.DecisionStatusDraft).Count(ctx)
		if err != nil {
			return err
		}
		if drafts > 0 {
			return model.Errorf(model.CodeConflict, "campaign.draft_decision", "count", drafts)
		}
		approved, err := a.NewSelect().Model((*model.Nomination)(nil)).Where("campaign_id = ?", c.ID).Where("status = ?", model.NominationStatusApproved).
			Where("NOT held").Count(ctx)
		if err != nil {
			return err
		}
		if approved > 0 {
			return model.Errorf(model.CodeConflict, "campaign.approved_left", "count", approved)
		}
	case model.CampaignPhaseClosed:
		issued, err := a.NewSelect().Model((*model.Decision)(nil)).Where("campaign_id = ?", c.ID).Where("status = ?", model.DecisionStatusIssued).Count(ctx)
		if err != nil {
			return err
		}
		if issued > 0 {
			return model.Errorf(model.CodeConflict, "campaign.unpublished_decision", "count", issued)
		}
	}
	return nil
}

// ExtendPhase gives a phase more time.
func (s *Store) ExtendPhase(ctx context.Context, by model.Actor, input model.ExtendPhaseInput) (*model.Campaign, error) {
	return s.changeCampaign(ctx, by, "extendPhase", input.CampaignCode, input.ExpectedVersion, func(a *act, c *model.Campaign) error {
		e := &model.PhaseExtension{ID: newID("extension"), CampaignID: c.ID, Phase: input.Phase, ClosesOn: input.ClosesOn, Reason: input.Reason,
			GrantedBy: optional(by.AccountID), GrantedAt: a.now}
		var line []string
		if input.OrganizationCode != nil {
			unit, err := a.organizationByCode(ctx, *input.OrganizationCode)
			if err != nil {
				return badReference("input.organizationCode", err)
			}
			e.OrganizationID = &unit.ID
			if line, err = lineage(ctx, a, unit.ID, a.today); err != nil {
				return err
			}
		}
		if err := c.Extend(e, line); err != nil {
			return err
		}
		if e.OrganizationID == nil {
			if err := save(ctx, a, c.Window(e.Phase)); err != nil {
				return err
			}
		}
		return insert(ctx, a, e)
	})
}
